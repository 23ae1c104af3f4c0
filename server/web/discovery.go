package web

import (
	"net/netip"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// Discovery is what the interface needs from the search for devices.
type Discovery interface {
	// State is how it stands.
	State() api.Discovery
}

// discovery answers how the search for devices stands.
func (s *Server) discovery(c echo.Context) error {
	p := query(c, "state", "limit", "cursor")
	wanted, limit := p.states(), p.limit()
	after := cursor(p, netip.ParseAddr)
	if p.err != nil {
		return p.err
	}
	var d api.Discovery
	if s.deps.Discovery != nil {
		d = s.deps.Discovery.State()
	}
	out := rest.Discovery{
		Enabled: d.Enabled, DryRun: d.DryRun, Running: d.Running, Since: moment(d.Since), MaxDepth: d.MaxDepth, MaxDevices: d.MaxDevices,
		Seeds: texts(d.Seeds), Allow: texts(d.Allow), Deny: texts(d.Deny), Counts: map[string]int{}, LeftOut: d.LeftOut,
		Credentials: []rest.DiscoveryCredentials{}, Items: []rest.DiscoveryItem{},
	}
	for _, set := range d.Credentials {
		out.Credentials = append(out.Credentials, rest.DiscoveryCredentials{
			Name: set.Name, Accepted: set.Accepted, Rejected: set.Rejected, Suspended: set.Suspended,
		})
	}
	for _, state := range api.DiscoveryStates() {
		out.Counts[string(state)] = 0
	}
	slices.SortFunc(d.Items, func(a, b api.DiscoveryItem) int { return a.Address.Compare(b.Address) })
	snap := s.deps.Hub.Current()
	var devices map[string]*api.Vertex
	for _, item := range d.Items {
		out.Counts[string(item.State)]++
		if out.Next != "" || item.Address.Compare(after) <= 0 || len(wanted) > 0 && !slices.Contains(wanted, item.State) {
			continue
		}
		if len(out.Items) == limit {
			out.Next = out.Items[limit-1].Address
			continue
		}
		if devices == nil {
			devices = devicesByAddress(snap)
		}
		out.Items = append(out.Items, showDiscovered(item, devices))
	}
	return answer(c, out)
}

func showDiscovered(i api.DiscoveryItem, devices map[string]*api.Vertex) rest.DiscoveryItem {
	out := rest.DiscoveryItem{
		Address: i.Address.String(), State: rest.DiscoveryState(i.State), Why: i.Why, Name: i.Name, Chassis: i.Chassis,
		Via: string(i.Via), ViaName: i.ViaName, Protocol: i.Protocol, Depth: i.Depth, Credentials: i.Credentials, Tries: i.Tries,
		Source: string(i.Source), Since: moment(i.Since), Next: i.Next,
	}
	if v := devices[out.Address]; v != nil {
		out.Vertex = ref(v)
	}
	return out
}

// devicesByAddress are the devices that are drawn, polled or not, by what
// anybody says that their addresses are. An address that several have is
// nobody's.
func devicesByAddress(s *graph.Snapshot) map[string]*api.Vertex {
	out := map[string]*api.Vertex{}
	for v := range s.Vertices() {
		if v.Kind != api.VertexDevice {
			continue
		}
		for _, a := range v.Attrs {
			if a.Key != api.AttrAddress {
				continue
			}
			if other, taken := out[a.Value]; taken && other != v {
				out[a.Value] = nil
				continue
			}
			out[a.Value] = v
		}
	}
	return out
}

func texts[T interface{ String() string }](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x.String()
	}
	return out
}

// states reads all values of "state".
func (p *params) states() []api.DiscoveryState {
	list := p.values["state"]
	if len(list) > maxStates {
		p.fail("more than %d states", maxStates)
		return nil
	}
	var out []api.DiscoveryState
	for _, text := range list {
		state := api.DiscoveryState(text)
		if !slices.Contains(api.DiscoveryStates(), state) {
			p.fail("state %.40q: want one of %v", text, api.DiscoveryStates())
		}
		out = append(out, state)
	}
	return out
}
