package expose

import (
	"cmp"
	"maps"
	"slices"
)

// systemNamespace is where announcers keep their leases unless they run
// elsewhere.
const systemNamespace = "kube-system"

// LeasesWanted says in which namespaces announcers keep leases, and which
// single ones there may be elsewhere. There are none where nothing depends on
// them.
func (w *World) LeasesWanted() (namespaces []string, names []Name) {
	in := map[string]struct{}{}
	cilium := slices.ContainsFunc(w.knownAdverts(), func(a *Advert) bool { return a.Maker == MakerCilium && a.Protocol == "L2" })
	balanced, vips := false, false
	for f := range w.others {
		if a, ok := f.(*Agent); ok && a.Maker == MakerKubeVIP {
			vips = true
		}
	}
	for _, s := range w.services {
		balanced = balanced || len(s.Ingress) > 0
		marked := s.Annotations[kubeVIPHost] != "" || s.Annotations[kubeVIPWants] != "" || s.Class == kubeVIPClass
		vips = vips || marked
		if marked && s.Namespace != systemNamespace {
			names = append(names, s.electionOfItsOwn())
		}
	}
	for _, b := range w.bound {
		if b.Lease != (Name{}) {
			in[b.Lease.Namespace] = struct{}{}
		}
	}
	if !balanced || !cilium && !vips {
		return slices.Sorted(maps.Keys(in)), nil
	}
	in[systemNamespace] = struct{}{}
	for f := range w.others {
		if a, ok := f.(*Agent); ok && (cilium && a.Maker == MakerCilium || vips && a.Maker == MakerKubeVIP) {
			in[cmp.Or(a.Namespace, systemNamespace)] = struct{}{}
		}
	}
	slices.SortFunc(names, func(a, b Name) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Sorted(maps.Keys(in)), names
}

func (w *World) knownAdverts() []*Advert {
	var out []*Advert
	for f := range w.others {
		if a, ok := f.(*Advert); ok {
			out = append(out, a)
		}
	}
	return out
}
