package api

import "net/netip"

// Neighbour is the sighting that one row of a neighbour table makes: "on this
// port of mine I hear that".
type Neighbour struct {
	// Protocol is one of the constants below.
	Protocol string `cbor:"1,keyasint" json:"protocol"`
	// Device and Port are keys of this source's vertex claims. Port is empty
	// when the row's local port number could not be resolved; LocalPort is
	// then what the row says.
	Device    string `cbor:"2,keyasint" json:"device"`
	Port      string `cbor:"3,keyasint,omitempty" json:"port,omitempty"`
	LocalPort string `cbor:"4,keyasint,omitempty" json:"local_port,omitempty"`

	// ChassisID and PortID are decoded by their subtypes (IEEE 802.1AB 8.5.2.2
	// and 8.5.3.2): MACs lower-case with colons, addresses in canonical form,
	// all else as text. Other protocols say theirs under the subtype that it
	// would have in LLDP.
	ChassisID        string `cbor:"5,keyasint,omitempty" json:"chassis_id,omitempty"`
	ChassisIDSubtype uint8  `cbor:"6,keyasint,omitempty" json:"chassis_id_subtype,omitempty"`
	PortID           string `cbor:"7,keyasint,omitempty" json:"port_id,omitempty"`
	PortIDSubtype    uint8  `cbor:"8,keyasint,omitempty" json:"port_id_subtype,omitempty"`
	PortDescription  string `cbor:"9,keyasint,omitempty" json:"port_description,omitempty"`
	SysName          string `cbor:"10,keyasint,omitempty" json:"sys_name,omitempty"`
	SysDescription   string `cbor:"11,keyasint,omitempty" json:"sys_description,omitempty"`
	// Capabilities are the enabled ones of lldpRemSysCapEnabled: bit 0 other,
	// 1 repeater, 2 bridge, 3 wlan access point, 4 router, 5 telephone, 6
	// docsis, 7 station.
	Capabilities uint16 `cbor:"12,keyasint,omitempty" json:"capabilities,omitempty"`
	// Addresses are the management addresses, in canonical form.
	Addresses []string `cbor:"13,keyasint,omitempty" json:"addresses,omitempty"`
	// PVID is the far port's VLAN of untagged frames (LLDP-EXT-DOT1, CDP's
	// native VLAN), VLANs those that it names ("10,20-29"); 0 and empty where
	// it does not say, which is not "none".
	PVID  uint16 `cbor:"14,keyasint,omitempty" json:"pvid,omitempty"`
	VLANs string `cbor:"15,keyasint,omitempty" json:"vlans,omitempty"`
	// MTU is the far port's largest frame (LLDP-EXT-DOT3), 0 if it does not say.
	MTU uint32 `cbor:"16,keyasint,omitempty" json:"mtu,omitempty"`
}

// Neighbour protocols.
const (
	ProtocolLLDP = "lldp"
	ProtocolCDP  = "cdp"
	ProtocolFDP  = "fdp"  // Foundry's
	ProtocolMNDP = "mndp" // MikroTik's
	// ProtocolSTP is the designated bridge of a port that is not designated
	// itself (dot1dStpPortDesignatedBridge): who is above it in the tree.
	ProtocolSTP = "stp"
)

// Capabilities of a neighbour (LldpSystemCapabilitiesMap).
const (
	CapabilityRepeater    uint16 = 1 << 1
	CapabilityBridge      uint16 = 1 << 2
	CapabilityAccessPoint uint16 = 1 << 3
	CapabilityRouter      uint16 = 1 << 4
	CapabilityStation     uint16 = 1 << 7
)

// Subtypes of LLDP chassis IDs (LldpChassisIdSubtype of LLDP-MIB).
const (
	ChassisComponent      = 1
	ChassisInterfaceAlias = 2
	ChassisPortComponent  = 3
	ChassisMAC            = 4
	ChassisNetworkAddress = 5
	ChassisInterfaceName  = 6
	ChassisLocal          = 7
)

// Subtypes of LLDP port IDs (LldpPortIdSubtype of LLDP-MIB).
const (
	PortInterfaceAlias = 1
	PortComponent      = 2
	PortMAC            = 3
	PortNetworkAddress = 4
	PortInterfaceName  = 5
	PortAgentCircuit   = 6
	PortLocal          = 7
)

// Stations is the sighting that some rows of a bridge's forwarding table make:
// "behind this port of mine, in this VLAN, are these MAC addresses". A port's
// rows are one claim, and not one claim each, because tables have tens of
// thousands of them; past 256 they are dealt to several claims by the MAC's
// last octet, so that one row's change writes few others again.
type Stations struct {
	// Device and Port are keys of this source's vertex claims. Where a bridge
	// learns on an aggregate, Port is the LAG. Port is empty when the base port
	// could not be resolved; LocalPort is then its number.
	Device    string `cbor:"1,keyasint" json:"device"`
	Port      string `cbor:"2,keyasint,omitempty" json:"port,omitempty"`
	LocalPort string `cbor:"3,keyasint,omitempty" json:"local_port,omitempty"`
	// VLAN is 0 where the table does not say (dot1dTpFdb without a context).
	VLAN uint16 `cbor:"4,keyasint,omitempty" json:"vlan,omitempty"`
	// Status is that of dot1qTpFdbStatus; all rows of a claim have the same.
	Status uint8 `cbor:"5,keyasint,omitempty" json:"status,omitempty"`
	// MACs are ascending, each once.
	MACs []MAC `cbor:"6,keyasint,omitempty" json:"macs,omitempty"`
}

// Statuses of forwarding rows (dot1dTpFdbStatus, dot1qTpFdbStatus).
const (
	StationOther   uint8 = 1
	StationInvalid uint8 = 2
	StationLearned uint8 = 3
	StationSelf    uint8 = 4
	StationMgmt    uint8 = 5
)

// Bindings is the sighting that some rows of an address table (ARP, neighbour
// discovery) make: "on this interface of mine, these addresses have these
// MACs". Dealt like [Stations].
type Bindings struct {
	// Device is a key of this source's vertex claims; Interface is the name of
	// the interface, which need not be a port; VRF is empty for the default one.
	Device    string    `cbor:"1,keyasint" json:"device"`
	Interface string    `cbor:"2,keyasint,omitempty" json:"interface,omitempty"`
	VRF       string    `cbor:"3,keyasint,omitempty" json:"vrf,omitempty"`
	Rows      []Binding `cbor:"4,keyasint,omitempty" json:"rows,omitempty"`
}

// Binding is one row: an address and its MAC. Rows are ascending by address,
// then by MAC.
type Binding struct {
	Address netip.Addr `cbor:"1,keyasint" json:"address"`
	MAC     MAC        `cbor:"2,keyasint" json:"mac"`
}

// Session is the sighting that a row of a routing protocol's neighbour table
// makes: "I speak with that one"; or that one end of a tunnel makes.
type Session struct {
	// Protocol is "bgp", "ospf" or "isis"; of a tunnel what makes it,
	// "wireguard".
	Protocol string `cbor:"1,keyasint" json:"protocol"`
	// Device and Port are keys of this source's vertex claims, a device, node or
	// cluster; Port is the interface of an adjacency, empty where it is not
	// known or is no port.
	Device string `cbor:"2,keyasint" json:"device"`
	Port   string `cbor:"3,keyasint,omitempty" json:"port,omitempty"`
	VRF    string `cbor:"4,keyasint,omitempty" json:"vrf,omitempty"`
	// Local and Remote are the addresses that the session is between, in
	// canonical form.
	Local    string `cbor:"5,keyasint,omitempty" json:"local,omitempty"`
	Remote   string `cbor:"6,keyasint,omitempty" json:"remote,omitempty"`
	LocalAS  uint32 `cbor:"7,keyasint,omitempty" json:"local_as,omitempty"`
	RemoteAS uint32 `cbor:"8,keyasint,omitempty" json:"remote_as,omitempty"`
	// RemoteID is the far end's router ID (dotted) or IS-IS system ID
	// ("xxxx.xxxx.xxxx").
	RemoteID string `cbor:"9,keyasint,omitempty" json:"remote_id,omitempty"`
	Area     string `cbor:"10,keyasint,omitempty" json:"area,omitempty"`
	// State is as the MIB names it: established, idle, … ; full, twoWay, … ; up,
	// initializing, down. Health is what that amounts to.
	State  string `cbor:"11,keyasint,omitempty" json:"state,omitempty"`
	Health Health `cbor:"12,keyasint,omitempty" json:"-"`
	// Tunnel says that it is a tunnel to another cluster: Cluster is what that
	// calls itself (AttrMeshName), Host the name of its node, empty for the
	// cluster as such.
	Tunnel  bool   `cbor:"13,keyasint,omitempty" json:"tunnel,omitempty"`
	Cluster string `cbor:"14,keyasint,omitempty" json:"cluster,omitempty"`
	Host    string `cbor:"15,keyasint,omitempty" json:"host,omitempty"`
	// Service is "namespace/name" of a service that clusters of one mesh have
	// together: the tunnel is to every other one that shares it. Device is then
	// the cluster and Port the service; Local and LocalID are the cluster's own
	// name and number in the mesh, and Shared says that others get at its
	// endpoints.
	Service string `cbor:"16,keyasint,omitempty" json:"service,omitempty"`
	LocalID string `cbor:"17,keyasint,omitempty" json:"local_id,omitempty"`
	Shared  bool   `cbor:"18,keyasint,omitempty" json:"shared,omitempty"`
}

// Protocols of sessions.
const (
	SessionBGP  = "bgp"
	SessionOSPF = "ospf"
	SessionISIS = "isis"
)

// Route is the sighting that a router makes of an address that a cluster
// exposes: "what goes there goes to that one".
type Route struct {
	// Device is a key of this source's vertex claims; VRF is empty for the
	// default one.
	Device string `cbor:"1,keyasint" json:"device"`
	VRF    string `cbor:"2,keyasint,omitempty" json:"vrf,omitempty"`
	// Address is what was looked for, Prefix the route that has it.
	Address string `cbor:"3,keyasint" json:"address"`
	Prefix  string `cbor:"4,keyasint,omitempty" json:"prefix,omitempty"`
	// NextHop is where the route leads. It is empty where the address is on a
	// network of the router's own: MAC is then whose it is.
	NextHop   string `cbor:"5,keyasint,omitempty" json:"next_hop,omitempty"`
	MAC       string `cbor:"6,keyasint,omitempty" json:"mac,omitempty"`
	Interface string `cbor:"7,keyasint,omitempty" json:"interface,omitempty"`
	// Forwards says that packets go this way; else it is a path that BGP knows.
	Forwards bool `cbor:"8,keyasint,omitempty" json:"forwards,omitempty"`
}
