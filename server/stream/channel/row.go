package channel

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Flags of a vertex row.
const (
	FlagDerived   = 1
	FlagStub      = 2
	FlagUnmanaged = 4
	FlagBlocked   = 8
)

// Flags of an edge row.
const (
	FlagReportedA = 1
	FlagReportedB = 2
	FlagDisputed  = 4
)

// tally counts the members of a district by kind: how many there are and how
// many of them are known to be well.
type tally [3]struct{ all, ok int }

// tallied returns the tally's place of a kind, or -1.
func tallied(kind api.VertexKind) int {
	switch kind { //nolint:exhaustive // the others are not counted
	case api.VertexDevice:
		return 0
	case api.VertexNode:
		return 1
	case api.VertexPod:
		return 2
	}
	return -1
}

func (t *tally) add(v *api.Vertex, n int) {
	i := tallied(v.Kind)
	if i < 0 || v.Attr(api.AttrUnmanaged) == "true" {
		return // of what is only heard of nobody says how it is
	}
	t[i].all += n
	if v.Health == api.HealthOK {
		t[i].ok += n
	}
}

func (t *tally) plus(other tally) {
	for i := range t {
		t[i].all += other[i].all
		t[i].ok += other[i].ok
	}
}

// resized says, of what a tally grew by, whether members came or left.
func (t tally) resized() bool { return t[0].all != 0 || t[1].all != 0 || t[2].all != 0 }

// String returns "nodes 13/14 · pods 131/134": the well ones of all, by kind.
func (t tally) String() string {
	var parts []string
	for i, name := range [3]string{"devices", "nodes", "pods"} {
		if t[i].all > 0 {
			parts = append(parts, fmt.Sprintf("%s %d/%d", name, t[i].ok, t[i].all))
		}
	}
	return strings.Join(parts, " · ")
}

// row is what a channel says of one vertex.
type row struct {
	v    *api.Vertex
	stub bool
	name string
	note string
}

// stubRow returns the row of a vertex that belongs to another channel: who it
// is and where it stands, nothing of how it is.
func stubRow(s *graph.Snapshot, v *api.Vertex) row {
	name := v.Name
	switch v.Kind { //nolint:exhaustive // only what is named by its holder
	case api.VertexPort, api.VertexLAG, api.VertexNIC:
		if holder, ok := s.Vertex(v.Parent); ok {
			name = holder.Name + " · " + v.Name
		}
	}
	return row{v: v, stub: true, name: name}
}

// sameStub says whether two vertices make the same stub, but for its name.
func sameStub(a, b *api.Vertex) bool {
	return a.Kind == b.Kind && a.Parent == b.Parent && flags(row{v: a, stub: true}) == flags(row{v: b, stub: true})
}

func flags(r row) byte {
	var f byte
	if r.v.Derived {
		f |= FlagDerived
	}
	if r.stub {
		f |= FlagStub
	}
	if r.v.Attr(api.AttrUnmanaged) == "true" {
		f |= FlagUnmanaged
	}
	if isBlocked(r.v) {
		f |= FlagBlocked
	}
	return f
}

// isBlocked says whether the spanning tree lets nothing through a port.
func isBlocked(v *api.Vertex) bool {
	if v.Kind != api.VertexPort && v.Kind != api.VertexLAG {
		return false
	}
	switch v.Attr(api.AttrSTP) {
	case "blocking", "listening", "broken":
		return true
	}
	return false
}

// owner returns who answers for a vertex: the team that the configuration
// names, else the contact that a device names itself; "" when nobody is named.
func owner(v *api.Vertex) string {
	switch v.Kind { //nolint:exhaustive // of the others nobody is named yet
	case api.VertexDevice:
		return cmp.Or(v.Attr(api.AttrOwner), v.Attr(api.AttrContact))
	case api.VertexCluster:
		return v.Attr(api.AttrOwner)
	}
	return ""
}

func edgeFlags(e *api.Edge) byte {
	var f byte
	if e.ReportedA {
		f |= FlagReportedA
	}
	if e.ReportedB {
		f |= FlagReportedB
	}
	if e.Disputed {
		f |= FlagDisputed
	}
	return f
}

// note returns the short text of a vertex's state.
func note(v *api.Vertex) string {
	reason := v.Attr(api.AttrReason)
	switch v.Kind { //nolint:exhaustive // the others say why they are not well, if so
	case api.VertexPod:
		if reason == "" {
			return v.Attr(api.AttrPhase)
		}
	case api.VertexNode:
		return join(reason, portNote(v))
	case api.VertexPort, api.VertexLAG:
		if v.Attr(api.AttrAdmin) == "down" {
			return join(reason, "admin down")
		}
		if oper := v.Attr(api.AttrOper); oper != "" && oper != "up" {
			return join(reason, oper)
		}
	case api.VertexWorkload:
		return join(reason, v.Attr(api.AttrReady))
	case api.VertexService:
		return join(reason, v.Attr(api.AttrServiceType))
	}
	return reason
}

// portNote returns "port known", or "port unknown: why".
func portNote(v *api.Vertex) string {
	state, why := v.Attr(api.AttrPort), v.Attr(api.AttrPortWhy)
	switch {
	case state == "":
		return ""
	case why == "":
		return "port " + state
	}
	return "port " + state + ": " + why
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
