package api

// Claim is one thing that a source says, under a key unique within the source.
// Exactly one of the others is set: Vertex and Edge are said as such, the rest
// are sightings, of which the hub concludes edges. A claim that was handed over
// is never modified.
type Claim struct {
	Key       string       `cbor:"1,keyasint" json:"key"`
	Vertex    *VertexClaim `cbor:"2,keyasint,omitempty" json:"vertex,omitempty"`
	Edge      *EdgeClaim   `cbor:"3,keyasint,omitempty" json:"edge,omitempty"`
	Neighbour *Neighbour   `cbor:"4,keyasint,omitempty" json:"neighbour,omitempty"`
	Stations  *Stations    `cbor:"5,keyasint,omitempty" json:"stations,omitempty"`
	Bindings  *Bindings    `cbor:"6,keyasint,omitempty" json:"bindings,omitempty"`
	Session   *Session     `cbor:"7,keyasint,omitempty" json:"session,omitempty"`
	Route     *Route       `cbor:"8,keyasint,omitempty" json:"route,omitempty"`
}

// VertexClaim says that something exists and what is known of it. Several
// claims, of one source or of many, may be about one vertex: those that share
// an alias. Fields that a claim leaves empty it does not speak of.
type VertexClaim struct {
	Kind   VertexKind `cbor:"1,keyasint" json:"kind"`
	Health Health     `cbor:"6,keyasint,omitempty" json:"health,omitempty"`
	// Aliases identify it; at least one unless the key alone does.
	Aliases []Alias `cbor:"2,keyasint,omitempty" json:"aliases,omitempty"`
	// Parent and Controller are keys of vertex claims of the same source.
	// While the key is unknown, the vertex hangs under the source's root claim.
	Parent     string  `cbor:"3,keyasint,omitempty" json:"parent,omitempty"`
	Controller string  `cbor:"4,keyasint,omitempty" json:"controller,omitempty"`
	Name       string  `cbor:"5,keyasint,omitempty" json:"name,omitempty"`
	Attrs      []KV    `cbor:"7,keyasint,omitempty" json:"attrs,omitempty"`
	Labels     []Label `cbor:"8,keyasint,omitempty" json:"labels,omitempty"`
}

// KV is one attribute as a source says it: without a scope, which the hub puts
// into what it keeps. Keys may repeat.
type KV = Attr

// EdgeClaim says that two vertices of the same source are related. The edge
// appears once both keys are known.
type EdgeClaim struct {
	Kind   EdgeKind `cbor:"1,keyasint" json:"kind"`
	Health Health   `cbor:"4,keyasint,omitempty" json:"health,omitempty"`
	// Confidence is how far the claim is to be believed, in hundredths; 0
	// stands for 100. An announcer that is concluded from configuration is
	// claimed with less than one that an object names.
	Confidence uint8  `cbor:"6,keyasint,omitempty" json:"confidence,omitempty"`
	A          string `cbor:"2,keyasint" json:"a"`
	B          string `cbor:"3,keyasint" json:"b"`
	Attrs      []KV   `cbor:"5,keyasint,omitempty" json:"attrs,omitempty"`
}
