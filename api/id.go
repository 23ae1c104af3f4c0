package api

import (
	"fmt"
	"strconv"
)

// VertexID is a minted name of a vertex: below 2^53, so that a browser's
// number holds it; 0 is none. Its text is "v" and the decimal number.
type VertexID uint64

// String returns the ID as REST and URLs write it.
func (id VertexID) String() string { return "v" + strconv.FormatUint(uint64(id), 10) }

// ParseVertexID reads what String writes.
func ParseVertexID(text string) (VertexID, error) {
	n, err := parseID(text, 'v')
	return VertexID(n), err
}

// MarshalText writes the ID as String does; no vertex is the empty text.
func (id VertexID) MarshalText() ([]byte, error) {
	if id == 0 {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (id *VertexID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = 0
		return nil
	}
	parsed, err := ParseVertexID(string(text))
	*id = parsed
	return err
}

// EdgeID is a minted name of an edge, as [VertexID] is of a vertex. Its text
// is "e" and the decimal number.
type EdgeID uint64

// String returns the ID as REST and URLs write it.
func (id EdgeID) String() string { return "e" + strconv.FormatUint(uint64(id), 10) }

// ParseEdgeID reads what String writes.
func ParseEdgeID(text string) (EdgeID, error) {
	n, err := parseID(text, 'e')
	return EdgeID(n), err
}

// MarshalText writes the ID as String does; no edge is the empty text.
func (id EdgeID) MarshalText() ([]byte, error) {
	if id == 0 {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (id *EdgeID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = 0
		return nil
	}
	parsed, err := ParseEdgeID(string(text))
	*id = parsed
	return err
}

func parseID(text string, prefix byte) (uint64, error) {
	if len(text) < 2 || text[0] != prefix {
		return 0, fmt.Errorf("id %q: want %q and a number", text, string(prefix))
	}
	n, err := strconv.ParseUint(text[1:], 10, 53)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("id %q: want %q and a number", text, string(prefix))
	}
	return n, nil
}

// AliasKind says what sort of name an alias is. Numbers are in the journal and
// never reused.
type AliasKind uint8

// The kinds of aliases. "Scope" is what Alias.Scope holds for the kind; where
// it is "parent", the source leaves it empty and the hub fills in the parent's
// ID, so that equal port names on two devices are two aliases.
const (
	AliasSite       AliasKind = 1  // site name; no scope
	AliasClusterUID AliasKind = 2  // UID of the kube-system namespace; no scope
	AliasObject     AliasKind = 3  // "Kind/namespace/name", a pod's "pod/namespace/name"; scope: cluster UID
	AliasChassis    AliasKind = 4  // LLDP chassis ID, "subtype:value"; no scope
	AliasSerial     AliasKind = 5  // chassis serial; scope: enterprise number
	AliasEngineID   AliasKind = 6  // snmpEngineID in hex; no scope
	AliasSysName    AliasKind = 7  // sysName; scope: management address
	AliasIfName     AliasKind = 8  // ifName; scope: parent
	AliasIfDescr    AliasKind = 9  // ifDescr, with MAC and type where it repeats; scope: parent
	AliasIfIndex    AliasKind = 10 // ifIndex, last resort: it changes at reboot; scope: parent
	AliasNIC        AliasKind = 11 // NIC name; scope: parent
	AliasMAC        AliasKind = 12 // MAC of a NIC or of a remote port; scope: parent
	AliasAddress    AliasKind = 13 // address exposed by a cluster; scope: address space
	AliasRemote     AliasKind = 14 // what a neighbour is called in LLDP rows, when it is nothing else; no scope
)

// String returns the kind's name in REST and in exports.
func (k AliasKind) String() string {
	switch k {
	case AliasSite:
		return "site"
	case AliasClusterUID:
		return "cluster_uid"
	case AliasObject:
		return "object"
	case AliasChassis:
		return "chassis"
	case AliasSerial:
		return "serial"
	case AliasEngineID:
		return "engine_id"
	case AliasSysName:
		return "sys_name"
	case AliasIfName:
		return "if_name"
	case AliasIfDescr:
		return "if_descr"
	case AliasIfIndex:
		return "if_index"
	case AliasNIC:
		return "nic"
	case AliasMAC:
		return "mac"
	case AliasAddress:
		return "address"
	case AliasRemote:
		return "remote"
	}
	return "other"
}

// RelativeToParent says whether the hub scopes the alias by the parent's ID.
func (k AliasKind) RelativeToParent() bool {
	switch k {
	case AliasIfName, AliasIfDescr, AliasIfIndex, AliasNIC, AliasMAC:
		return true
	case AliasSite, AliasClusterUID, AliasObject, AliasChassis, AliasSerial, AliasEngineID,
		AliasSysName, AliasAddress, AliasRemote:
		return false
	}
	return false
}

// Strength says how far an alias may be trusted to name one thing.
type Strength uint8

// The strengths. A weak alias identifies only where no strong one is known.
const (
	Weak   Strength = 1
	Strong Strength = 2
)

// Alias is one of the names by which the world knows a vertex.
type Alias struct {
	Kind     AliasKind `cbor:"1,keyasint" json:"kind"`
	Strength Strength  `cbor:"2,keyasint" json:"strength"`
	Scope    string    `cbor:"3,keyasint,omitempty" json:"scope,omitempty"`
	Value    string    `cbor:"4,keyasint" json:"value"`
}

// SourceID names a source: "kube:NAME" or "snmp:NAME", NAME from the config.
type SourceID string

// SourceKind says what sort of source it is.
func (s SourceID) SourceKind() string {
	for i := range s {
		if s[i] == ':' {
			return string(s[:i])
		}
	}
	return string(s)
}

// ScopeID is a minted name of a scope; 0 is none.
type ScopeID uint32

// Scope is one table of one source: what a complete observation replaces as a
// whole, and what is fresh or stale as a whole.
type Scope struct {
	Source SourceID `cbor:"1,keyasint" json:"source"`
	// Table is a MIB table group ("system", "if", "lldp") or a Kubernetes
	// resource ("pods").
	Table string `cbor:"2,keyasint" json:"table"`
	// Context is the SNMP context or community index; empty for the default.
	Context string `cbor:"3,keyasint,omitempty" json:"context,omitempty"`
}

// String returns the scope for people: source, table, context.
func (s Scope) String() string {
	if s.Context == "" {
		return string(s.Source) + "/" + s.Table
	}
	return string(s.Source) + "/" + s.Table + "@" + s.Context
}
