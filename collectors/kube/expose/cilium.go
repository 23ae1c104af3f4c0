package expose

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
)

// MakerCilium is Cilium.
const MakerCilium = "Cilium"

const tableCiliumSessions = "ciliumbgpnodeconfigs.cilium.io"

// cilium: in L2 the holder of a Lease announces. In BGP no object names an
// announcer: it follows from the advertisement, the nodes that have an
// instance, and their sessions.
func (q quest) cilium() []finding {
	pool := q.pool(MakerCilium, "")
	class := q.service.Class
	l2 := q.adverts(MakerCilium, "L2", pool)
	bgp := q.adverts(MakerCilium, "BGP", pool)
	leases := q.leases["cilium-l2announce-"+q.service.Namespace+"-"+q.service.Name.Name]
	var out []finding
	if len(l2)+len(leases) > 0 && (class == "" || class == "io.cilium/l2-announcer") {
		f := finding{mechanism: "Cilium L2", class: ClassL2, expected: true}
		// Every node that is chosen may take the lease, with endpoints or without.
		f.eligible, f.rule = q.selected(selectorsOf(l2)), cmp.Or(objectsOf(l2), "no CiliumL2AnnouncementPolicy is known")
		if q.service.Local {
			f.doubt("Cilium's L2 announcements do not respect the policy Local")
		}
		f.hold(leases)
		if len(f.announcers) == 0 && len(leases) == 0 {
			f.doubt(cmp.Or(q.unread("leases"), "there is no Lease for it"))
		}
		out = append(out, f)
	}
	if len(bgp) > 0 && (class == "" || class == "io.cilium/bgp-control-plane") {
		out = append(out, q.ciliumBGP(bgp))
	}
	if len(out) == 0 && (pool != nil || strings.HasPrefix(class, "io.cilium/")) && q.known.byAddress[q.text] == nil {
		out = append(out, finding{mechanism: "Cilium", unknown: "handed out by Cilium and announced by no policy or advertisement of it"})
	}
	return out
}

func (q quest) ciliumBGP(adverts []*Advert) finding {
	f := finding{mechanism: "Cilium BGP", class: ClassBGP, expected: true}
	var selectors []labels.Selector
	rules := []string{objectsOf(adverts)}
	for _, s := range q.known.speakers {
		if s.Maker == MakerCilium {
			selectors = append(selectors, s.Nodes)
			rules = append(rules, s.Object)
		}
	}
	if len(selectors) == 0 {
		f.unknown = "no CiliumBGPClusterConfig chooses nodes"
		return f
	}
	f.eligible, f.rule = q.nodes(selectors, strings.Join(rules, ", "))
	sessions := q.known.sessions[MakerCilium]
	if len(sessions) == 0 {
		f.unknown = cmp.Or(q.unread(tableCiliumSessions), "no CiliumBGPNodeConfig reports a session")
		return f
	}
	for _, n := range f.eligible {
		f.speaks(n.Name, sessions[n.Name])
	}
	return f
}

// hold adds the holders of leases. One that has expired says nothing of now.
func (f *finding) hold(leases []*Lease) {
	for _, l := range leases {
		object := "Lease " + l.String()
		switch {
		case l.Holder == "":
			f.doubt(object + " is held by nobody")
		case l.Expired:
			f.doubt(object + " of " + l.Holder + " has expired")
		default:
			f.announcers = append(f.announcers, announcer{node: l.Holder, object: object, trust: high(), since: l.Acquired})
		}
	}
}
