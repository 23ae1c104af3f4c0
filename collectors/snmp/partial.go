package snmp

import (
	"net/netip"
	"slices"

	"github.com/netseam/netseam/api"
)

// moreThan are the claims of a reading that broke off which say more than the
// last whole one: those that are new, and lists with what is new in them. A claim
// is replaced as a whole, so one with half a list would take the other half away.
func moreThan(before, now []api.Claim) []api.Claim {
	known := make(map[string]api.Claim, len(before))
	for _, c := range before {
		known[c.Key] = c
	}
	var out []api.Claim
	for _, c := range now {
		old, there := known[c.Key]
		switch {
		case !there:
		case old.Stations != nil && c.Stations != nil:
			all := *c.Stations
			all.MACs = slices.Concat(old.Stations.MACs, c.Stations.MACs)
			slices.SortFunc(all.MACs, api.MAC.Compare)
			if all.MACs = slices.Compact(all.MACs); len(all.MACs) == len(old.Stations.MACs) {
				continue
			}
			c.Stations = &all
		case old.Bindings != nil && c.Bindings != nil:
			all := *c.Bindings
			if all.Rows = bindingsWith(old.Bindings.Rows, c.Bindings.Rows); slices.Equal(all.Rows, old.Bindings.Rows) {
				continue
			}
			c.Bindings = &all
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

// bindingsWith are old rows with new ones, of which the new count.
func bindingsWith(old, now []api.Binding) []api.Binding {
	said := make(map[netip.Addr]bool, len(now))
	for _, r := range now {
		said[r.Address] = true
	}
	out := slices.Clone(now)
	for _, r := range old {
		if !said[r.Address] {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(x, y api.Binding) int { return x.Address.Compare(y.Address) })
	return out
}
