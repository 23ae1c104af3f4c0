package api

import "maps"

// Change turns one graph into another. The zero Change does nothing.
//
// In each map the value is the element as it is afterwards; nil means that it
// is gone. So nothing is ever both put and dropped, and what was said last
// wins. Changes and the elements in them are never modified once made.
type Change struct {
	Vertices map[VertexID]*Vertex    `cbor:"1,keyasint,omitempty"`
	Edges    map[EdgeID]*Edge        `cbor:"2,keyasint,omitempty"`
	Scopes   map[ScopeID]*ScopeState `cbor:"3,keyasint,omitempty"`
	// Merged are former IDs and the vertices that they now mean. The former
	// vertex is also dropped in Vertices.
	Merged map[VertexID]VertexID `cbor:"4,keyasint,omitempty"`
}

// Graph is a graph as plain maps: the meaning of a Change. The server's own
// snapshot (server/graph) agrees with it and is faster.
type Graph struct {
	Vertices map[VertexID]*Vertex
	Edges    map[EdgeID]*Edge
	Scopes   map[ScopeID]*ScopeState
	Merged   map[VertexID]VertexID
}

// IsEmpty says whether the change does nothing.
func (c Change) IsEmpty() bool {
	return len(c.Vertices) == 0 && len(c.Edges) == 0 && len(c.Scopes) == 0 && len(c.Merged) == 0
}

// Then returns the change that has the same effect as c followed by next.
func (c Change) Then(next Change) Change {
	return Change{
		Vertices: overlay(c.Vertices, next.Vertices),
		Edges:    overlay(c.Edges, next.Edges),
		Scopes:   overlay(c.Scopes, next.Scopes),
		Merged:   overlay(c.Merged, next.Merged),
	}
}

// ApplyTo returns the graph after the change. The graph before is not modified.
func (c Change) ApplyTo(before Graph) Graph {
	return Graph{
		Vertices: apply(before.Vertices, c.Vertices),
		Edges:    apply(before.Edges, c.Edges),
		Scopes:   apply(before.Scopes, c.Scopes),
		Merged:   overlay(before.Merged, c.Merged),
	}
}

// Size is the number of elements that the change speaks of.
func (c Change) Size() int {
	return len(c.Vertices) + len(c.Edges) + len(c.Scopes) + len(c.Merged)
}

func overlay[K comparable, V any](under, over map[K]V) map[K]V {
	if len(over) == 0 {
		return under
	}
	if len(under) == 0 {
		return over
	}
	out := maps.Clone(under)
	maps.Copy(out, over)
	return out
}

func apply[K comparable, V any](before, change map[K]*V) map[K]*V {
	out := maps.Clone(before)
	if out == nil {
		out = map[K]*V{}
	}
	for k, v := range change {
		if v == nil {
			delete(out, k)
		} else {
			out[k] = v
		}
	}
	return out
}
