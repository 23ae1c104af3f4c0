package merge_test

import (
	"fmt"
	"net/netip"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
)

// What a history may say.

func scopes() []api.Scope {
	var out []api.Scope
	for _, s := range []api.SourceID{"kube:a", "kube:b"} {
		for _, table := range []string{"cluster", "nodes", "pods", "services", "endpointslices", "tunnels", "nns"} {
			out = append(out, api.Scope{Source: s, Table: table})
		}
	}
	for _, s := range []api.SourceID{"snmp:1", "snmp:2", "snmp:3"} {
		for _, table := range []string{"system", "if", "lldp", "fdb", "arp", "lag", "bgp", "cdp"} {
			out = append(out, api.Scope{Source: s, Table: table})
		}
	}
	return out
}

func pick[T any](h *history, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(h.T, label)
}

// claims draws what a scope may say.
func (h *history) claims(scope api.Scope) []api.Claim {
	switch scope.Table {
	case "system":
		return h.system()
	case "if":
		return h.some("port", 3, h.port)
	case "fdb":
		return h.some("set", 3, h.stations)
	case "arp":
		return h.some("binding", 2, h.bindings)
	case "bgp":
		return h.some("session", 2, func(i int) api.Claim {
			s := &api.Session{Protocol: api.SessionBGP, Device: "device", Remote: pick(h, "remote", "10.0.0.1", "10.0.0.2", "10.0.0.8", "10.0.0.9"), Health: h.health()}
			s.RemoteAS, s.VRF = pick(h, "AS", uint32(0), 65001, 65002), pick(h, "VRF", "", "", "red")
			return api.Claim{Key: fmt.Sprintf("bgp//%d", i), Session: s}
		})
	case "cdp":
		return h.some("row", 3, func(i int) api.Claim {
			c := h.row(i)
			c.Key = fmt.Sprintf("cdp/swp%d", i)
			c.Neighbour.Protocol = pick(h, "protocol", api.ProtocolCDP, api.ProtocolSTP)
			return c
		})
	case "lag":
		return h.some("member", 2, func(i int) api.Claim {
			return api.Claim{Key: fmt.Sprintf("member/swp%d", i), Edge: &api.EdgeClaim{
				Kind: api.EdgeMember, A: fmt.Sprintf("port/swp%d", i), B: "port/swp2", Health: h.health(),
			}}
		})
	case "lldp":
		out := h.some("row", 3, h.row)
		if pick(h, "says its chassis", true, true, false) {
			c := chassis(pick(h, "chassis", "aa", "bb"))
			c.Key = "device#lldp"
			out = append(out, c)
		}
		return out
	}
	uid := h.uids[scope.Source]
	switch scope.Table {
	case "cluster":
		return h.some("cluster", 1, func(int) api.Claim {
			c := cluster(uid)
			c.Vertex.Attrs = []api.KV{
				{Key: api.AttrMeshID, Value: pick(h, "mesh ID", "1", "2")}, {Key: api.AttrMeshName, Value: pick(h, "mesh name", "east", "west")},
			}
			return c
		})
	case "nns":
		return h.some("NIC", 3, func(i int) api.Claim {
			if i == 2 {
				return hostHears("0", "ens0", pick(h, "chassis", "aa", "bb", "cc"), pick(h, "port", "swp0", "swp1"))
			}
			return nic("0", fmt.Sprintf("ens%d", i), pick(h, "type", "ethernet", "bond", "vlan"), pick(h, "mac", m1, m2), pick(h, "own", "", m2))
		})
	case "tunnels":
		return h.some("tunnel", 3, func(i int) api.Claim {
			if i == 2 {
				return shares(pick(h, "mesh name", "east", "west"), pick(h, "mesh ID", "1", "2"), pick(h, "service", "s0", "s1"), pick(h, "shared", true, false))
			}
			if i == 1 {
				return api.Claim{Key: "bgp/1", Session: &api.Session{
					Protocol: api.SessionBGP, Device: "node/1", Remote: pick(h, "remote", "10.0.0.1", "10.0.0.8"), Health: h.health(),
				}}
			}
			return tunnel(pick(h, "end", "cluster", "node/0"), pick(h, "mesh name", "east", "west"), pick(h, "name", "", "n1", "n2"), h.health())
		})
	case "nodes":
		return h.some("node", 3, func(i int) api.Claim { return h.node(uid, i) })
	case "pods":
		return h.some("pod", 3, func(i int) api.Claim {
			return object(api.VertexPod, fmt.Sprintf("pod/d/p%d", i), uid, fmt.Sprintf("p%d", i), fmt.Sprintf("node/%d", i%3), h.health())
		})
	case "services":
		return h.some("service", 1, func(int) api.Claim {
			return object(api.VertexService, "svc/d/s", uid, "s", "cluster", api.HealthUnknown)
		})
	}
	return h.some("endpoint", 3, func(i int) api.Claim {
		return api.Claim{Key: fmt.Sprintf("endpoint/d/s/p%d", i), Edge: &api.EdgeClaim{
			Kind: api.EdgeEndpoint, A: "svc/d/s", B: fmt.Sprintf("pod/d/p%d", i), Health: h.health(),
		}}
	})
}

// some draws which of n things a scope says, in which order.
func (h *history) some(what string, n int, make func(int) api.Claim) []api.Claim {
	var out []api.Claim
	for i := range n {
		if pick(h, what, true, true, false) {
			out = append(out, make(i))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return rapid.Permutation(out).Draw(h.T, "order")
}

func (h *history) health() api.Health {
	return pick(h, "health", api.HealthOK, api.HealthOK, api.HealthDown, api.HealthUnknown)
}

func (h *history) node(uid string, i int) api.Claim {
	c := object(api.VertexNode, fmt.Sprintf("node/%d", i), uid, pick(h, "name", "n1", "n2", "n1.x"), "cluster", h.health())
	if address := pick(h, "address", "", "10.0.0.1", "10.0.0.2"); address != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrAddress, Value: address})
	}
	if mac := pick(h, "mac", "", "", m1, m2); mac != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrMAC, Value: mac})
	}
	return c
}

func (h *history) system() []api.Claim {
	if pick(h, "says nothing", false, false, false, false, true) {
		return nil
	}
	out := system(pick(h, "name", "s1", "s2", "n1"), pick(h, "site", "east", "west"))
	out[1].Vertex.Aliases[0].Scope = pick(h, "address", "10.0.0.8", "10.0.0.9", "10.0.0.1")
	if pick(h, "says its address", true, false) {
		out[1].Vertex.Attrs = []api.KV{{Key: api.AttrAddress, Value: out[1].Vertex.Aliases[0].Scope}, {Key: api.AttrAS, Value: pick(h, "AS", "65001", "65002")}}
	}
	if pick(h, "says its MAC", true, false) {
		out[1].Vertex.Attrs = append(out[1].Vertex.Attrs, api.KV{Key: api.AttrMAC, Value: pick(h, "mac", "aa", "bb", m1)})
	}
	return out
}

// port is one of three, whose index and MAC may be those of another.
func (h *history) port(i int) api.Claim {
	c, partner := port(fmt.Sprintf("swp%d", i), h.health()), ""
	if i == 2 && pick(h, "is a lag", false, false, true) {
		c.Vertex.Kind = api.VertexLAG
		partner = pick(h, "partner", "", "p1", "p2")
	}
	index := fmt.Sprint(pick(h, "index", 1, 2, 3))
	c.Vertex.Aliases = append(c.Vertex.Aliases, api.Alias{Kind: api.AliasIfIndex, Strength: api.Weak, Value: index})
	c.Vertex.Attrs = []api.KV{{Key: api.AttrIfIndex, Value: index}}
	if partner != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrPartner, Value: partner})
	}
	if mac := pick(h, "mac", "", "", "aa", "bb", m1); mac != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrMAC, Value: mac})
	}
	if vlan := pick(h, "PVID", "", "1", "10"); vlan != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrPVID, Value: vlan})
	}
	return c
}

// stations are what is behind one of three ports: some of six MACs, one of
// which is a gateway's.
func (h *history) stations(i int) api.Claim {
	s := &api.Stations{Device: "device", Port: fmt.Sprintf("port/swp%d", i), Status: api.StationLearned}
	for _, mac := range []api.MAC{{0, 0, 0x5e, 0, 1, 1}, {2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}, {2, 0, 0, 0, 0, 3}, {2, 0, 0, 0, 0, 4}, {2, 0, 0, 0, 0, 5}} {
		if pick(h, "is there", true, false) {
			s.MACs = append(s.MACs, mac)
		}
	}
	return api.Claim{Key: fmt.Sprintf("fdb/%d/swp%d", pick(h, "VLAN", 0, 10), i), Stations: s}
}

// bindings are of two interfaces, each of which may have two addresses.
func (h *history) bindings(i int) api.Claim {
	b := &api.Bindings{Device: "device", Interface: fmt.Sprintf("Vlan%d", i), VRF: pick(h, "VRF", "", "", "red", "blue")}
	for n := range byte(2) {
		if mac := pick(h, "MAC", byte(0), 1, 2, 3); mac != 0 {
			b.Rows = append(b.Rows, api.Binding{Address: netip.AddrFrom4([4]byte{10, 0, 0, n + 1}), MAC: api.MAC{2, 0, 0, 0, 0, mac}})
		}
	}
	return api.Claim{Key: fmt.Sprintf("arp//Vlan%d", i), Bindings: b}
}

// row is on one of three ports, about a switch, a node, or neither.
func (h *history) row(i int) api.Claim {
	n := &api.Neighbour{
		Protocol: "lldp", Device: "device", Port: fmt.Sprintf("port/swp%d", i),
		ChassisID: pick(h, "chassis", "", "aa", "bb", "cc"), ChassisIDSubtype: api.ChassisMAC,
		SysName: pick(h, "system name", "", "s1", "s2", "n1", "n2", "n1.x", "n1.y", "z"),
	}
	switch pick(h, "port ID", "none", "name", "name", "mac", "local") {
	case "none":
	case "name":
		n.PortIDSubtype, n.PortID = api.PortInterfaceName, pick(h, "port", "swp0", "swp1", "ens1")
	case "mac":
		n.PortIDSubtype, n.PortID = api.PortMAC, pick(h, "port MAC", m1, m2, "aa")
		n.PortDescription = pick(h, "description", "", "ens1", "ens2", "swp1")
	case "local":
		n.PortIDSubtype, n.PortID = api.PortLocal, pick(h, "port", "1", "2", "swp2")
	}
	n.Capabilities = pick(h, "capabilities", 0, api.CapabilityBridge)
	if address := pick(h, "address", "", "", "10.0.0.1", "10.0.0.2", "10.0.0.8"); address != "" {
		n.Addresses = []string{address}
	}
	key := fmt.Sprintf("lldp/swp%d/%d", i, pick(h, "which row of the port", 0, 0, 0, 1))
	return api.Claim{Key: key, Neighbour: n}
}

// MACs of hosts.
const (
	m1 = "02:00:00:00:00:01"
	m2 = "02:00:00:00:00:02"
)
