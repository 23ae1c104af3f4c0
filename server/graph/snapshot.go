// Package graph holds the map at one revision: an immutable snapshot with the
// indexes that readers need. It neither merges claims nor knows where they
// come from; the hub makes changes, a snapshot applies them.
package graph

import (
	"iter"
	"maps"
	"time"

	"github.com/netseam/netseam/api"
)

// Snapshot is the graph at one revision. It is never modified, so any number
// of readers may hold it. The zero Snapshot is the empty graph.
type Snapshot struct {
	// Epoch and Revision name this state; Time is when it was made.
	Epoch    uint64
	Revision uint64
	Time     time.Time

	vertices Map[*api.Vertex]
	edges    Map[*api.Edge]
	scopes   Map[*api.ScopeState]
	merged   Map[api.VertexID]
	children Map[Set] // parent -> its children; 0 -> the roots
	members  Map[Set] // controller -> its pods
	incident Map[Set] // vertex -> its edges

	vertexKinds [256]uint32 // kind -> number of vertices
	edgeKinds   [256]uint32 // kind -> number of edges
}

// Vertex returns a vertex by its ID; former IDs of merged vertices are not
// followed: see Resolve.
func (s *Snapshot) Vertex(id api.VertexID) (*api.Vertex, bool) {
	return s.vertices.Get(uint64(id))
}

// Resolve returns the vertex that an ID means now, following merges.
func (s *Snapshot) Resolve(id api.VertexID) (*api.Vertex, bool) {
	for range 64 { // merges do not form circles; a bound all the same
		if v, ok := s.vertices.Get(uint64(id)); ok {
			return v, true
		}
		into, ok := s.merged.Get(uint64(id))
		if !ok {
			return nil, false
		}
		id = into
	}
	return nil, false
}

// Edge returns an edge by its ID.
func (s *Snapshot) Edge(id api.EdgeID) (*api.Edge, bool) { return s.edges.Get(uint64(id)) }

// Scope returns a scope and how it stands.
func (s *Snapshot) Scope(id api.ScopeID) (*api.ScopeState, bool) { return s.scopes.Get(uint64(id)) }

// Vertices yields all vertices in ascending order of ID.
func (s *Snapshot) Vertices() iter.Seq[*api.Vertex] { return valuesOf(s.vertices.All()) }

// VerticesAfter yields the vertices whose IDs are greater, ascending.
func (s *Snapshot) VerticesAfter(id api.VertexID) iter.Seq[*api.Vertex] {
	return valuesOf(s.vertices.After(uint64(id)))
}

// VertexPages yields all vertices, ascending, in the pages of up to 32 in which
// they are kept; where there is none, a page has nil. A page's key tells it from
// all others for as long as it is held: under an equal key are the same vertices.
func (s *Snapshot) VertexPages() iter.Seq2[any, []*api.Vertex] {
	return func(yield func(any, []*api.Vertex) bool) {
		if s.vertices.root != nil {
			pages(s.vertices.root, s.vertices.depth, func(p *page[*api.Vertex]) bool { return yield(p, p.values[:]) })
		}
	}
}

// Edges yields all edges in ascending order of ID.
func (s *Snapshot) Edges() iter.Seq[*api.Edge] { return valuesOf(s.edges.All()) }

// EdgesAfter yields the edges whose IDs are greater, ascending.
func (s *Snapshot) EdgesAfter(id api.EdgeID) iter.Seq[*api.Edge] {
	return valuesOf(s.edges.After(uint64(id)))
}

// Scopes yields all scopes in ascending order of ID.
func (s *Snapshot) Scopes() iter.Seq[*api.ScopeState] { return valuesOf(s.scopes.All()) }

// Merged yields former vertex IDs and what they were merged into.
func (s *Snapshot) Merged() iter.Seq2[api.VertexID, api.VertexID] {
	return func(yield func(api.VertexID, api.VertexID) bool) {
		for from, into := range s.merged.All() {
			if !yield(api.VertexID(from), into) {
				return
			}
		}
	}
}

// Children yields the vertices contained in a vertex, ascending; for 0, those
// contained in nothing.
func (s *Snapshot) Children(parent api.VertexID) iter.Seq[*api.Vertex] {
	return s.vertexSet(s.children, parent)
}

// Members yields the pods that a workload or namespace controls, ascending.
func (s *Snapshot) Members(controller api.VertexID) iter.Seq[*api.Vertex] {
	return s.vertexSet(s.members, controller)
}

func (s *Snapshot) vertexSet(index Map[Set], of api.VertexID) iter.Seq[*api.Vertex] {
	return func(yield func(*api.Vertex) bool) {
		set, _ := index.Get(uint64(of))
		for id := range set.All() {
			if v, ok := s.vertices.Get(id); ok && !yield(v) {
				return
			}
		}
	}
}

// EdgesOf yields the edges that have a vertex as an end, ascending.
func (s *Snapshot) EdgesOf(id api.VertexID) iter.Seq[*api.Edge] {
	return func(yield func(*api.Edge) bool) {
		set, _ := s.incident.Get(uint64(id))
		for e := range set.All() {
			if edge, ok := s.edges.Get(e); ok && !yield(edge) {
				return
			}
		}
	}
}

// VertexCount returns the number of vertices.
func (s *Snapshot) VertexCount() int { return s.vertices.Len() }

// EdgeCount returns the number of edges.
func (s *Snapshot) EdgeCount() int { return s.edges.Len() }

// CountVertices returns the number of vertices of a kind.
func (s *Snapshot) CountVertices(kind api.VertexKind) int { return int(s.vertexKinds[kind]) }

// CountEdges returns the number of edges of a kind.
func (s *Snapshot) CountEdges(kind api.EdgeKind) int { return int(s.edgeKinds[kind]) }

// District returns the vertex whose channel carries a vertex: the nearest
// cluster or site that contains it, itself included; 0 for what stands in
// neither (regions).
func (s *Snapshot) District(id api.VertexID) api.VertexID {
	for range 64 { // containment is a tree; a bound all the same
		v, ok := s.vertices.Get(uint64(id))
		if !ok {
			return 0
		}
		if IsDistrict(v.Kind) {
			return v.ID
		}
		id = v.Parent
	}
	return 0
}

// IsDistrict says whether vertices of a kind have a channel of their own.
func IsDistrict(kind api.VertexKind) bool {
	return kind == api.VertexSite || kind == api.VertexCluster
}

// Plain returns the snapshot as plain maps: for tests and dumps.
func (s *Snapshot) Plain() api.Graph {
	g := api.Graph{
		Vertices: map[api.VertexID]*api.Vertex{},
		Edges:    map[api.EdgeID]*api.Edge{},
		Scopes:   map[api.ScopeID]*api.ScopeState{},
		Merged:   map[api.VertexID]api.VertexID{},
	}
	for v := range s.Vertices() {
		g.Vertices[v.ID] = v
	}
	for e := range s.Edges() {
		g.Edges[e.ID] = e
	}
	for sc := range s.Scopes() {
		g.Scopes[sc.ID] = sc
	}
	maps.Insert(g.Merged, s.Merged())
	return g
}

func valuesOf[T any](all iter.Seq2[uint64, T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, v := range all {
			if !yield(v) {
				return
			}
		}
	}
}
