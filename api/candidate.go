package api

import "time"

// Verdict says what became of a sighting. The zero value is no verdict.
type Verdict string

// The verdicts.
const (
	VerdictMatched    Verdict = "matched"    // it and what it heard are an edge, and nothing speaks against it
	VerdictOneSided   Verdict = "one-sided"  // it is an edge, of which the other end says nothing
	VerdictAmbiguous  Verdict = "ambiguous"  // it fits several things, and nothing tells them apart
	VerdictUnresolved Verdict = "unresolved" // its own port, or what it heard, is not known
	VerdictIgnored    Verdict = "ignored"    // it tells of the device itself, or what another says better
)

// Candidate is one sighting that concerns a device, a port or a node, with what
// became of it and why: the answer to "why is there no link?".
type Candidate struct {
	Verdict Verdict
	// Device and Port are where it was made; Port is 0 when its local port is
	// not known, and Local then what it says.
	Device VertexID
	Port   VertexID
	Local  string
	// Protocol is "lldp", "cdp", "fdb", "bgp", …
	Protocol string
	// Row says in words what was heard.
	Row string
	// Remote and RemotePort are what it was taken for; 0 where that is nothing,
	// or is not known.
	Remote     VertexID
	RemotePort VertexID
	Edge       EdgeID // 0 if it makes none
	Confidence uint8
	Why        string
	// Candidates are what an ambiguous one fits.
	Candidates []VertexID
	Scope      ScopeID
	Key        string
	Since      time.Time
	Lost       time.Time // zero while it is made
}
