package api

import "time"

// Attr is one attribute as the graph holds it: what is said, and in which
// scope it was said.
type Attr struct {
	Key   string  `cbor:"1,keyasint" json:"key"`
	Value string  `cbor:"2,keyasint" json:"value"`
	Scope ScopeID `cbor:"3,keyasint,omitempty" json:"scope,omitempty"`
}

// Keys of attributes. Sources may say others; these are the ones that netseam
// itself reads. Addresses are in canonical text form, MACs lower-case with
// colons, booleans "true" or absent.
const (
	AttrAddress     = "address"       // an IP address; repeats
	AttrAddresses   = "addresses"     // IP addresses, separated by one space
	AttrMAC         = "mac"           // a MAC address
	AttrChassisID   = "chassis_id"    // LLDP chassis ID
	AttrSysObjectID = "sys_object_id" // SNMPv2-MIB sysObjectID, dotted without leading dot
	AttrDescription = "description"   // sysDescr, ifAlias, what people wrote
	AttrDescr       = "descr"         // ifDescr
	AttrIfIndex     = "if_index"      // IF-MIB ifIndex
	AttrIfType      = "if_type"       // IANAifType number
	AttrAdmin       = "admin"         // ifAdminStatus: up, down, testing
	AttrOper        = "oper"          // ifOperStatus: up, down, …
	AttrSpeed       = "speed"         // bit/s
	AttrLocation    = "location"      // sysLocation as it stands
	AttrUnmanaged   = "unmanaged"     // "true": known only from neighbours
	AttrRole        = "role"          // spine, leaf, border, … where a source says so
	AttrPort        = "port"          // of a node: known, disputed, unknown, lost since, not expected
	AttrPortWhy     = "port_why"      // of a node: why its port is unknown, in words
	AttrPhase       = "phase"         // pod phase
	AttrReason      = "reason"        // why it is not healthy, in words
	AttrWorkload    = "workload_kind" // Deployment, StatefulSet, …
	AttrServiceType = "service_type"  // ClusterIP, NodePort, LoadBalancer, ExternalName
	AttrPorts       = "ports"         // service ports, "80/TCP 443/TCP"
	AttrHostNetwork = "host_network"  // "true"
	AttrZone        = "zone"          // topology.kubernetes.io/zone
	AttrProviderID  = "provider_id"   // Node.spec.providerID
	AttrVersion     = "version"       // kubelet or apiserver version
	AttrReady       = "ready"         // "2/3": ready and wanted
	AttrOwner       = "owner"         // the team that answers for it
	AttrContact     = "contact"       // of a device: sysContact, who answers for it as it says itself
)

// Keys of attributes that say how a network device is set up.
const (
	AttrMTU         = "mtu"           // octets
	AttrDuplex      = "duplex"        // of a port: full, half
	AttrSTP         = "stp"           // of a port: disabled, blocking, listening, learning, forwarding, broken
	AttrSTPRoot     = "stp_root"      // of a device: "priority/MAC" of the root bridge it believes in
	AttrBasePort    = "base_port"     // of a port: dot1dBasePort
	AttrPVID        = "pvid"          // of a port: VLAN of untagged frames
	AttrVLANs       = "vlans"         // of a port: every VLAN that leaves by it, "1,10,20-29"; absent is unknown, not none
	AttrUntagged    = "untagged"      // of a port: those of them that leave untagged
	AttrVLAN        = "vlan"          // of a device: "10 servers", VID and name; repeats
	AttrPrefix      = "prefix"        // of a device: "10.0.0.1/24 VRF INTERFACE", VRF "-" for the default one; repeats
	AttrVRF         = "vrf"           // of a port or node: the VRF that it is in, where not the default one; a node's is proved by address tables; repeats
	AttrDefault     = "default_route" // of a device: where it sends what it knows no way for, in words; repeats
	AttrRouterID    = "router_id"     // of a device: OSPF or BGP router ID, dotted; repeats
	AttrSystemID    = "system_id"     // of a device: IS-IS system ID, "xxxx.xxxx.xxxx"
	AttrAS          = "as"            // of a device: BGP autonomous system; repeats
	AttrSerial      = "serial"        // of a device or a part of it; repeats
	AttrModel       = "model"         // of a device; repeats
	AttrActor       = "actor"         // of a LAG: own LACP system ID, a MAC
	AttrActorKey    = "actor_key"     // of a LAG: own LACP key
	AttrPartner     = "partner"       // of a LAG, or of a port in one: LACP system ID of the other side
	AttrPartnerKey  = "partner_key"   // likewise: its key
	AttrPartnerPort = "partner_port"  // of a port in a LAG: the other side's LACP port number
	AttrMLAG        = "mlag"          // of a LAG: "device lag" of another device that is one with it to the far side; repeats
	AttrMismatch    = "mismatch"      // of a link: in what its ends are set up differently; of an announces edge: why routers should not follow it; in words; repeats
	AttrSession     = "session"       // of a peers edge: one routing session, in words; repeats
)

// Label is one Kubernetes label of an element.
type Label struct {
	Key   string `cbor:"1,keyasint" json:"key"`
	Value string `cbor:"2,keyasint" json:"value"`
}

// Vertex is one element of the map. A published vertex is never modified.
type Vertex struct {
	ID   VertexID   `cbor:"1,keyasint" json:"id"`
	Kind VertexKind `cbor:"2,keyasint" json:"-"`
	// Health, Slot and Derived stand here because they fill a gap: there are
	// many vertices.
	Health Health `cbor:"6,keyasint,omitempty" json:"-"`
	// Derived says that no source claims the vertex itself: it was concluded
	// from sightings, as an unmanaged neighbour is.
	Derived bool `cbor:"8,keyasint,omitempty" json:"derived,omitempty"`
	// Slot is the vertex's place among its siblings, assigned once and kept.
	Slot uint32 `cbor:"7,keyasint,omitempty" json:"slot"`
	Name string `cbor:"3,keyasint" json:"name"`
	// Parent contains this vertex on the map; 0 for a root. A pod's parent is
	// its node, or its cluster while it has none.
	Parent VertexID `cbor:"4,keyasint,omitempty" json:"parent,omitempty"`
	// Controller is the second grouping of a pod: its workload, or its
	// namespace when nothing controls it; 0 for all else.
	Controller VertexID `cbor:"5,keyasint,omitempty" json:"controller,omitempty"`
	// Scopes are those that vouch for the vertex, ascending.
	Scopes []ScopeID `cbor:"9,keyasint,omitempty" json:"scopes,omitempty"`
	// Attrs are sorted by key. Where sources disagree, the key repeats and
	// the first value wins.
	Attrs   []Attr  `cbor:"10,keyasint,omitempty" json:"attrs,omitempty"`
	Labels  []Label `cbor:"11,keyasint,omitempty" json:"labels,omitempty"`
	Aliases []Alias `cbor:"12,keyasint,omitempty" json:"aliases,omitempty"`
	// Plot is where a container stands on the map; nil for what stands by its
	// slot, and for what has no lasting place yet.
	Plot *Plot `cbor:"13,keyasint,omitempty" json:"-"`
}

// Attr returns the winning value of an attribute, or "".
func (v *Vertex) Attr(key string) string {
	for i := range v.Attrs {
		if v.Attrs[i].Key == key {
			return v.Attrs[i].Value
		}
	}
	return ""
}

// Method is the way by which a sighting became evidence.
type Method string

// The methods, from LLDP rows to objects of an API.
const (
	MethodLLDPTwoSided Method = "lldp-two-sided" // both ends report each other
	MethodLLDPOneSided Method = "lldp-one-sided" // one end reports, the other is silent or unmanaged
	MethodLLDPMAC      Method = "lldp-mac"       // a switch hears a host by a MAC of its NIC
	MethodLLDPName     Method = "lldp-name"      // … by the host's name
	MethodLLDPAddress  Method = "lldp-address"   // … by its management address
	MethodNeighbour    Method = "neighbour"      // another neighbour protocol (CDP, FDP, MNDP) says so
	MethodSTP          Method = "stp"            // the spanning tree's designated bridge and port
	MethodFDB          Method = "fdb"            // a bridge learned the MAC on its edge port
	MethodARP          Method = "arp"            // … and the MAC is that of the address, says a router's table
	MethodBridges      Method = "bridges"        // forwarding tables of bridges fit together
	MethodRouting      Method = "routing"        // a routing protocol's neighbour table
	MethodObject       Method = "object"         // an API object, or the device itself, says so
)

// Evidence is one reason to believe an edge.
type Evidence struct {
	Method Method `cbor:"1,keyasint" json:"method"`
	// Scope is where the sighting or claim stands.
	Scope ScopeID `cbor:"2,keyasint" json:"scope"`
	// Key is the claim's key in its source.
	Key string `cbor:"3,keyasint,omitempty" json:"key,omitempty"`
	// Text says in words what was seen.
	Text string `cbor:"4,keyasint,omitempty" json:"text,omitempty"`
	// Since is when this sighting was first made, unbroken since.
	Since time.Time `cbor:"5,keyasint,omitzero" json:"since,omitzero"`
}

// Edge is one relation between two vertices. A published edge is never
// modified.
type Edge struct {
	ID     EdgeID   `cbor:"1,keyasint" json:"id"`
	Kind   EdgeKind `cbor:"2,keyasint" json:"-"`
	A      VertexID `cbor:"3,keyasint" json:"a"`
	B      VertexID `cbor:"4,keyasint" json:"b"`
	Health Health   `cbor:"5,keyasint,omitempty" json:"-"`
	// Confidence is 0 to 100, hundredths of the ladder's figure.
	Confidence uint8 `cbor:"6,keyasint,omitempty" json:"-"`
	// ReportedA and ReportedB say which end itself reports the edge.
	ReportedA bool `cbor:"7,keyasint,omitempty" json:"reported_a"`
	ReportedB bool `cbor:"8,keyasint,omitempty" json:"reported_b"`
	// Disputed says that another claim contradicts this edge.
	Disputed bool       `cbor:"9,keyasint,omitempty" json:"disputed,omitempty"`
	Scopes   []ScopeID  `cbor:"10,keyasint,omitempty" json:"scopes,omitempty"`
	Attrs    []Attr     `cbor:"11,keyasint,omitempty" json:"attrs,omitempty"`
	Evidence []Evidence `cbor:"12,keyasint,omitempty" json:"evidence,omitempty"`
}
