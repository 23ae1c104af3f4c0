package expose

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// A KinD cluster's nodes are containers on one machine. Nothing in the cluster
// says which machine that is, but its form is documented: one container engine,
// one bridge network for all clusters of the machine, one interface a node.

const (
	hostKey   = "host"
	bridgeKey = "bridge"
	kindNIC   = "eth0" // what a container's one interface is called
)

// host says the machine of a KinD cluster, its bridge, and the nodes on that,
// as far as they can be known.
func (w *World) host() Unit {
	u := Unit{Key: "kind"}
	var inside []*Node
	for _, name := range slices.Sorted(maps.Keys(w.nodes)) {
		if w.nodes[name].Provider == "kind" {
			inside = append(inside, w.nodes[name])
		}
	}
	if len(inside) == 0 {
		return u
	}
	// kind://ENGINE/CLUSTER/CONTAINER
	engine, _, _ := strings.Cut(strings.TrimPrefix(inside[0].ProviderID, "kind://"), "/")
	networks := map[netip.Prefix]struct{}{}
	for _, n := range inside {
		if network, _, ok := n.containerNetwork(engine); ok {
			networks[network] = struct{}{}
		}
	}
	bridge := api.VertexClaim{Kind: api.VertexSegment, Name: "bridge", Parent: "cluster", Aliases: w.parts("Bridge")}
	if len(networks) == 1 {
		for network := range networks {
			bridge.Name = "bridge " + network.String()
			bridge.Attrs = append(bridge.Attrs,
				api.KV{Key: "subnet", Value: network.String()},
				api.KV{Key: "subnet_why", Value: engine + " gives its networks ranges of this size, and all nodes are in this one"})
		}
	}
	bridge.Attrs = append([]api.KV{{Key: "container_engine", Value: engine}}, bridge.Attrs...)
	u.Claims = []api.Claim{
		{Key: hostKey, Vertex: &api.VertexClaim{
			Kind: api.VertexHypervisor, Name: engine + " host", Parent: "cluster", Aliases: w.parts("Host"),
			Attrs: []api.KV{
				{Key: "container_engine", Value: engine},
				{Key: api.AttrReason, Value: "the machine that runs the containers; nothing in the cluster names it"},
			},
		}},
		{Key: bridgeKey, Vertex: &bridge},
	}
	for _, n := range inside {
		u.Claims = append(u.Claims, n.onBridge(engine, len(networks) == 1)...)
	}
	return u
}

// parts identifies a thing of which a cluster has one.
func (w *World) parts(kind string) []api.Alias {
	return []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Scope: w.uid, Value: kind + "//kind"}}
}

// onBridge is a node's interface, and that it is on the bridge: surely if its
// address is in the bridge's range.
func (n *Node) onBridge(engine string, one bool) []api.Claim {
	key := "nic/" + n.Name + "/" + kindNIC
	nic := api.VertexClaim{
		Kind: api.VertexNIC, Name: kindNIC, Parent: n.Key, Health: api.HealthUnknown,
		Aliases: []api.Alias{{Kind: api.AliasNIC, Strength: api.Strong, Value: kindNIC}},
	}
	for _, a := range n.Addresses {
		nic.Attrs = append(nic.Attrs, api.KV{Key: api.AttrAddress, Value: a})
	}
	slices.SortFunc(nic.Attrs, func(a, b api.KV) int { return strings.Compare(a.Value, b.Value) })
	confidence, why := uint8(60), "KinD puts all containers of a machine on one network"
	if network, address, ok := n.containerNetwork(engine); ok && one {
		confidence, why = 90, fmt.Sprintf("%s is in %s, the one range that all nodes are in", address, network)
	}
	return []api.Claim{
		{Key: key, Vertex: &nic},
		{Key: key + ">member>" + bridgeKey, Edge: &api.EdgeClaim{
			Kind: api.EdgeMember, A: key, B: bridgeKey, Confidence: confidence, Attrs: []api.KV{{Key: api.AttrReason, Value: why}},
		}},
	}
}

// containerNetwork is the range of an engine's network that a node is in: the
// pools that engines take these from are documented, with the size of a share.
func (n *Node) containerNetwork(engine string) (network netip.Prefix, address netip.Addr, ok bool) {
	for _, text := range n.Addresses {
		address = parse(text)
		for _, pool := range enginePools(engine) {
			if address.IsValid() && pool.from.Contains(address) {
				network, err := address.Prefix(pool.bits)
				return network, address, err == nil
			}
		}
	}
	return netip.Prefix{}, netip.Addr{}, false
}

type enginePool struct {
	from netip.Prefix
	bits int // of one network
}

func enginePools(engine string) []enginePool {
	pool := func(a, b byte, bits, share int) enginePool {
		return enginePool{netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b}), bits), share}
	}
	if engine == "podman" {
		return []enginePool{pool(10, 88, 14, 24)}
	}
	// docker and nerdctl: 172.17 to 172.31 by /16, 192.168 by /20; nerdctl 10.4 by /24.
	return []enginePool{pool(172, 16, 12, 16), pool(192, 168, 16, 20), pool(10, 4, 16, 24)}
}
