package api

import (
	"errors"
	"fmt"
)

// ErrUnknownName says that a text names no kind, state or health of this version.
var ErrUnknownName = errors.New("unknown name")

// Layer is one of the networks that are drawn on one another, after RFC 8345:
// an element is supported by elements of the layer below.
type Layer uint8

// The layers, from the ground up.
const (
	LayerPlace Layer = iota
	LayerPhysical
	LayerNetwork
	LayerNode
	LayerPod
	LayerService
	LayerOutside
)

// String returns the layer's name in REST and in exports.
func (l Layer) String() string {
	switch l {
	case LayerPlace:
		return "place"
	case LayerPhysical:
		return "physical"
	case LayerNetwork:
		return "network"
	case LayerNode:
		return "node"
	case LayerPod:
		return "pod"
	case LayerService:
		return "service"
	case LayerOutside:
		return "outside"
	}
	return "outside"
}

// VertexKind says what a vertex is. The zero value is no kind. Numbers are on
// the wire and in the journal: they are never reused.
type VertexKind uint8

// The kinds of vertices, by layer.
const (
	VertexRegion VertexKind = 1
	VertexSite   VertexKind = 2
	VertexRack   VertexKind = 3

	VertexDevice     VertexKind = 10
	VertexPort       VertexKind = 11
	VertexLAG        VertexKind = 12
	VertexSegment    VertexKind = 13
	VertexHypervisor VertexKind = 14

	VertexVLAN    VertexKind = 20
	VertexSubnet  VertexKind = 21
	VertexAddress VertexKind = 22
	VertexVRF     VertexKind = 23
	VertexPool    VertexKind = 24

	VertexCluster VertexKind = 30
	VertexNode    VertexKind = 31
	VertexNIC     VertexKind = 32

	VertexNamespace VertexKind = 40
	VertexWorkload  VertexKind = 41
	VertexPod       VertexKind = 42

	VertexService VertexKind = 50
	VertexVIP     VertexKind = 51
	VertexIngress VertexKind = 52
	VertexGateway VertexKind = 53
	VertexRoute   VertexKind = 54

	VertexProvider VertexKind = 60
	VertexInternet VertexKind = 61
)

// VertexKinds returns every kind, in the order of their numbers.
func VertexKinds() []VertexKind {
	return []VertexKind{
		VertexRegion, VertexSite, VertexRack,
		VertexDevice, VertexPort, VertexLAG, VertexSegment, VertexHypervisor,
		VertexVLAN, VertexSubnet, VertexAddress, VertexVRF, VertexPool,
		VertexCluster, VertexNode, VertexNIC,
		VertexNamespace, VertexWorkload, VertexPod,
		VertexService, VertexVIP, VertexIngress, VertexGateway, VertexRoute,
		VertexProvider, VertexInternet,
	}
}

// String returns the kind's name in REST and in the interface.
func (k VertexKind) String() string {
	switch k {
	case VertexRegion:
		return "region"
	case VertexSite:
		return "site"
	case VertexRack:
		return "rack"
	case VertexDevice:
		return "device"
	case VertexPort:
		return "port"
	case VertexLAG:
		return "lag"
	case VertexSegment:
		return "segment"
	case VertexHypervisor:
		return "hypervisor"
	case VertexVLAN:
		return "vlan"
	case VertexSubnet:
		return "subnet"
	case VertexAddress:
		return "address"
	case VertexVRF:
		return "vrf"
	case VertexPool:
		return "pool"
	case VertexCluster:
		return "cluster"
	case VertexNode:
		return "node"
	case VertexNIC:
		return "nic"
	case VertexNamespace:
		return "namespace"
	case VertexWorkload:
		return "workload"
	case VertexPod:
		return "pod"
	case VertexService:
		return "service"
	case VertexVIP:
		return "vip"
	case VertexIngress:
		return "ingress"
	case VertexGateway:
		return "gateway"
	case VertexRoute:
		return "route"
	case VertexProvider:
		return "provider"
	case VertexInternet:
		return "internet"
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseVertexKind is the inverse of String.
func ParseVertexKind(name string) (VertexKind, error) {
	for _, k := range VertexKinds() {
		if k.String() == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("vertex kind %q: %w", name, ErrUnknownName)
}

// Layer returns the layer that the kind belongs to.
func (k VertexKind) Layer() Layer {
	switch {
	case k < 10:
		return LayerPlace
	case k < 20:
		return LayerPhysical
	case k < 30:
		return LayerNetwork
	case k < 40:
		return LayerNode
	case k < 50:
		return LayerPod
	case k < 60:
		return LayerService
	}
	return LayerOutside
}

// EdgeKind says what an edge means. The zero value is no kind. Numbers are on
// the wire and in the journal: they are never reused.
type EdgeKind uint8

// The kinds of edges, each with what its ends A and B are.
const (
	EdgeLink      EdgeKind = 1  // port and port (unordered; A has the lower ID)
	EdgeAttach    EdgeKind = 2  // nic to port
	EdgeMember    EdgeKind = 3  // port to lag, nic to bond
	EdgeCarries   EdgeKind = 4  // port or lag to vlan
	EdgeIn        EdgeKind = 5  // address or vip to subnet or pool
	EdgeEndpoint  EdgeKind = 6  // service to pod
	EdgeRoutes    EdgeKind = 7  // vip, ingress, gateway or route to what it passes traffic on to
	EdgeAnnounces EdgeKind = 8  // node to vip
	EdgePeers     EdgeKind = 9  // devices or nodes that speak BGP, OSPF or IS-IS (unordered; A has the lower ID)
	EdgeTunnels   EdgeKind = 10 // nodes or clusters that are ends of a tunnel, or a service that two clusters have together (unordered; A has the lower ID)
)

// EdgeKinds returns every kind, in the order of their numbers.
func EdgeKinds() []EdgeKind {
	return []EdgeKind{
		EdgeLink, EdgeAttach, EdgeMember, EdgeCarries, EdgeIn,
		EdgeEndpoint, EdgeRoutes, EdgeAnnounces, EdgePeers, EdgeTunnels,
	}
}

// String returns the kind's name in REST and in the interface.
func (k EdgeKind) String() string {
	switch k {
	case EdgeLink:
		return "link"
	case EdgeAttach:
		return "attach"
	case EdgeMember:
		return "member"
	case EdgeCarries:
		return "carries"
	case EdgeIn:
		return "in"
	case EdgeEndpoint:
		return "endpoint"
	case EdgeRoutes:
		return "routes"
	case EdgeAnnounces:
		return "announces"
	case EdgePeers:
		return "peers"
	case EdgeTunnels:
		return "tunnels"
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseEdgeKind is the inverse of String.
func ParseEdgeKind(name string) (EdgeKind, error) {
	for _, k := range EdgeKinds() {
		if k.String() == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("edge kind %q: %w", name, ErrUnknownName)
}

// Health is what the sources say of an element's own condition. It says
// nothing of freshness: see [ScopeState]. The zero value is unknown, because
// missing is not healthy.
type Health uint8

// The healths, from not known to worst.
const (
	HealthUnknown  Health = 0
	HealthOK       Health = 1
	HealthDegraded Health = 2
	HealthDown     Health = 3
)

// String returns the health's name in REST and in the interface.
func (h Health) String() string {
	switch h {
	case HealthUnknown:
		return "unknown"
	case HealthOK:
		return "ok"
	case HealthDegraded:
		return "degraded"
	case HealthDown:
		return "down"
	}
	return fmt.Sprintf("health(%d)", uint8(h))
}
