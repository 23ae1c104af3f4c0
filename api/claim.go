package api

// Claim is one thing that a source says, under a key unique within the source.
// Exactly one of Vertex, Edge and Neighbour is set. A claim that was handed
// over is never modified.
type Claim struct {
	Key       string       `cbor:"1,keyasint" json:"key"`
	Vertex    *VertexClaim `cbor:"2,keyasint,omitempty" json:"vertex,omitempty"`
	Edge      *EdgeClaim   `cbor:"3,keyasint,omitempty" json:"edge,omitempty"`
	Neighbour *Neighbour   `cbor:"4,keyasint,omitempty" json:"neighbour,omitempty"`
}

// VertexClaim says that something exists and what is known of it. Several
// claims, of one source or of many, may be about one vertex: those that share
// an alias. Fields that a claim leaves empty it does not speak of.
type VertexClaim struct {
	Kind VertexKind `cbor:"1,keyasint" json:"kind"`
	// Aliases identify it; at least one unless the key alone does.
	Aliases []Alias `cbor:"2,keyasint,omitempty" json:"aliases,omitempty"`
	// Parent and Controller are keys of vertex claims of the same source.
	// While the key is unknown, the vertex hangs under the source's root claim.
	Parent     string  `cbor:"3,keyasint,omitempty" json:"parent,omitempty"`
	Controller string  `cbor:"4,keyasint,omitempty" json:"controller,omitempty"`
	Name       string  `cbor:"5,keyasint,omitempty" json:"name,omitempty"`
	Health     Health  `cbor:"6,keyasint,omitempty" json:"health,omitempty"`
	Attrs      []KV    `cbor:"7,keyasint,omitempty" json:"attrs,omitempty"`
	Labels     []Label `cbor:"8,keyasint,omitempty" json:"labels,omitempty"`
}

// KV is one attribute as a source says it. Keys may repeat.
type KV struct {
	Key   string `cbor:"1,keyasint" json:"key"`
	Value string `cbor:"2,keyasint" json:"value"`
}

// EdgeClaim says that two vertices of the same source are related. The edge
// appears once both keys are known.
type EdgeClaim struct {
	Kind   EdgeKind `cbor:"1,keyasint" json:"kind"`
	A      string   `cbor:"2,keyasint" json:"a"`
	B      string   `cbor:"3,keyasint" json:"b"`
	Health Health   `cbor:"4,keyasint,omitempty" json:"health,omitempty"`
	Attrs  []KV     `cbor:"5,keyasint,omitempty" json:"attrs,omitempty"`
	// Confidence is how far the claim is to be believed, in hundredths; 0
	// stands for 100. An announcer that is concluded from configuration is
	// claimed with less than one that an object names.
	Confidence uint8 `cbor:"6,keyasint,omitempty" json:"confidence,omitempty"`
}

// Neighbour is the sighting that one row of a neighbour table makes: "on this
// port of mine I hear that".
type Neighbour struct {
	// Protocol is "lldp"; later others.
	Protocol string `cbor:"1,keyasint" json:"protocol"`
	// Device and Port are keys of this source's vertex claims. Port is empty
	// when the row's local port number could not be resolved; LocalPort is
	// then what the row says.
	Device    string `cbor:"2,keyasint" json:"device"`
	Port      string `cbor:"3,keyasint,omitempty" json:"port,omitempty"`
	LocalPort string `cbor:"4,keyasint,omitempty" json:"local_port,omitempty"`

	// ChassisID and PortID are decoded by their subtypes (IEEE 802.1AB 8.5.2.2
	// and 8.5.3.2): MACs lower-case with colons, addresses in canonical form,
	// all else as text.
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
}

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
