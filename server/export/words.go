package export

import (
	"slices"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// maxDepth bounds walks along the containment, which is a tree.
const maxDepth = 64

// path returns what contains a vertex, outermost first, in words.
func path(s *graph.Snapshot, v *api.Vertex) string {
	var names []string
	for range maxDepth {
		holder, ok := s.Vertex(v.Parent)
		if !ok || v.Parent == 0 {
			break
		}
		names, v = append(names, holder.Name), holder
	}
	slices.Reverse(names)
	return strings.Join(names, " / ")
}

// isTerminal says whether a vertex is where links end: a part of a device or of
// a node that is not drawn by itself.
func isTerminal(k api.VertexKind) bool {
	return k == api.VertexPort || k == api.VertexLAG || k == api.VertexNIC
}

// holder returns the device or node that a port or NIC is part of; any other
// vertex is its own.
func holder(s *graph.Snapshot, id api.VertexID) (*api.Vertex, bool) {
	for range maxDepth {
		v, ok := s.Vertex(id)
		if !ok {
			return nil, false
		}
		if !isTerminal(v.Kind) {
			return v, true
		}
		id = v.Parent
	}
	return nil, false
}

// freshness returns the best state among scopes: what a reader may rely on.
func freshness(s *graph.Snapshot, ids []api.ScopeID) api.State {
	best := api.StateUnknown
	for _, id := range ids {
		if sc, ok := s.Scope(id); ok && rank(sc.State) < rank(best) {
			best = sc.State
		}
	}
	return best
}

// rank orders states by what they are worth: those that vouch come first.
func rank(state api.State) int {
	switch {
	case state == api.StateUnknown:
		return 100
	case state.Fresh():
		return int(state)
	}
	return 10 + int(state)
}

// sources returns which sources vouch, each once, sorted.
func sources(s *graph.Snapshot, ids []api.ScopeID) []string {
	var list []string
	for _, id := range ids {
		if sc, ok := s.Scope(id); ok {
			list = append(list, string(sc.Scope.Source))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// timestamp returns a time in RFC 3339, or "" for none.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// clean returns a text without what no text format takes: broken UTF-8 and
// control characters (line breaks and tabs become spaces).
func clean(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return text // nearly all of them
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff || r >= 0xfdd0 && r <= 0xfdef:
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
