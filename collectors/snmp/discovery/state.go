package discovery

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// State is how discovery stands, for people: its addresses by depth, and in the
// order in which they were heard of.
func (p *Planner) State(now time.Time) api.Discovery {
	out := api.Discovery{
		Enabled: !p.rules.Off, DryRun: p.rules.DryRun, Running: !p.Quiet(now, soon), Since: p.since,
		Seeds: p.rules.Seeds, Allow: p.rules.Allow, Deny: p.rules.Deny,
		MaxDepth: p.rules.MaxDepth, MaxDevices: p.rules.MaxDevices,
		Credentials: []api.DiscoveryCredentials{}, Items: make([]api.DiscoveryItem, 0, len(p.candidates)), LeftOut: p.leftOut,
	}
	for i, s := range p.rules.Sets {
		r := p.sets[i]
		out.Credentials = append(out.Credentials, api.DiscoveryCredentials{
			Name: s.Name, Accepted: r.accepted, Rejected: r.rejected, Suspended: r.suspended(),
		})
	}
	all := make([]*candidate, 0, len(p.candidates))
	for _, c := range p.candidates {
		all = append(all, c)
	}
	slices.SortFunc(all, inOrder)
	for _, c := range all {
		out.Items = append(out.Items, p.item(c))
	}
	return out
}

// Item is how one address stands.
func (p *Planner) Item(a netip.Addr) (api.DiscoveryItem, bool) {
	c, ok := p.candidates[a]
	if !ok {
		return api.DiscoveryItem{}, false
	}
	return p.item(c), true
}

func (p *Planner) item(c *candidate) api.DiscoveryItem {
	item := api.DiscoveryItem{
		Address: c.address, State: c.state, Why: c.why, Name: c.name, Chassis: c.chassis.id, Via: sourceOf(c.via),
		Protocol: c.protocol, Depth: c.depth, Tries: c.tries, Since: c.since,
	}
	if via := p.devices[c.via]; via != nil {
		item.ViaName = cmp.Or(via.id.SysName, via.address.String())
	}
	if c.device != nil {
		item.Source, item.Credentials = sourceOf(c.device.name), c.device.set
		item.Name = cmp.Or(c.device.id.SysName, item.Name)
		item.Chassis = cmp.Or(c.device.id.ChassisID, item.Chassis)
	}
	switch c.state {
	case api.DiscoveryQueued, api.DiscoveryUnreachable, api.DiscoveryLocked:
		item.Next = c.next
	case api.DiscoveryTrying, api.DiscoveryFound, api.DiscoveryDuplicate, api.DiscoveryRefused:
	}
	return item
}

// sourceOf is the source by which a device is polled.
func sourceOf(name string) api.SourceID {
	if name == "" {
		return ""
	}
	return api.SourceID("snmp:" + name)
}

// Devices are those that were found, by address.
func (p *Planner) Devices() []Device {
	out := make([]Device, 0, p.found)
	for _, d := range p.devices {
		if !d.configured {
			out = append(out, d.public())
		}
	}
	slices.SortFunc(out, func(a, b Device) int { return a.Address.Compare(b.Address) })
	return out
}

// Counts are how many addresses are in each state.
func (p *Planner) Counts() map[api.DiscoveryState]int {
	out := make(map[api.DiscoveryState]int, len(api.DiscoveryStates()))
	for _, c := range p.candidates {
		out[c.state]++
	}
	return out
}

// Quiet says whether nothing is being asked, and nothing will be for a while.
func (p *Planner) Quiet(now time.Time, while time.Duration) bool {
	if p.trying > 0 {
		return false
	}
	for _, c := range p.queue {
		full := p.found >= p.rules.MaxDevices
		if !c.next.After(now.Add(while)) && !full {
			return false
		}
	}
	return true
}
