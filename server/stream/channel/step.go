package channel

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Step is the way from one snapshot to a later one, sorted by the districts
// that it touches. It is made once and read by all channels. The work is
// proportional to what changed, and to what stands in containers that moved
// between districts.
type Step struct {
	From, To *graph.Snapshot
	Change   api.Change

	vertices map[api.VertexID][]api.VertexID // district -> vertices in it before or after that changed, came or left
	edges    map[api.VertexID][]api.EdgeID   // district -> edges with an end in it before or after, likewise
	tallies  map[api.VertexID]tally          // district -> what its tally grew by
	places   []api.VertexID                  // regions, sites and clusters that changed
	named    []api.VertexID                  // vertices whose row as a stub may have changed

	seen map[api.VertexID]struct{} // vertices sorted so far
}

// NewStep sorts a change that leads from one snapshot to the other. The change
// may also speak of elements that are the same in both.
func NewStep(from, to *graph.Snapshot, c api.Change) *Step {
	s := &Step{
		From: from, To: to, Change: c,
		vertices: map[api.VertexID][]api.VertexID{},
		edges:    map[api.VertexID][]api.EdgeID{},
		tallies:  map[api.VertexID]tally{},
		seen:     map[api.VertexID]struct{}{},
	}
	edges := map[api.EdgeID]struct{}{}
	for id := range c.Vertices {
		s.vertex(id, edges)
	}
	for id := range c.Edges {
		edges[id] = struct{}{}
	}
	for id := range edges {
		for _, d := range s.districtsOf(id) {
			s.edges[d] = append(s.edges[d], id)
		}
	}
	return s
}

// vertex sorts one vertex, and all below it if they change district with it.
// The edges of what changes district are added to edges.
func (s *Step) vertex(id api.VertexID, edges map[api.EdgeID]struct{}) {
	if _, ok := s.seen[id]; ok {
		return
	}
	s.seen[id] = struct{}{}
	before, was := s.From.Vertex(id)
	after, is := s.To.Vertex(id)
	if before == nil && after == nil {
		return
	}
	d0, d1 := s.From.District(id), s.To.District(id)
	s.vertices[d0] = append(s.vertices[d0], id)
	if was {
		s.count(d0, before, -1)
		if isPlace(before.Kind) {
			s.places = append(s.places, id)
		}
	}
	if is {
		s.count(d1, after, +1)
		if isPlace(after.Kind) && !(was && isPlace(before.Kind)) {
			s.places = append(s.places, id)
		}
	}
	if was && (!is || before.Name != after.Name || !sameStub(before, after)) {
		s.named = append(s.named, id)
	}
	if d0 == d1 {
		return
	}
	s.vertices[d1] = append(s.vertices[d1], id)
	for _, snap := range []*graph.Snapshot{s.From, s.To} {
		for e := range snap.EdgesOf(id) {
			edges[e.ID] = struct{}{}
		}
		for child := range snap.Children(id) {
			if s.From.District(child.ID) != s.To.District(child.ID) {
				s.vertex(child.ID, edges)
			}
		}
	}
}

// Touched returns the vertices of a district that changed, came or left, and
// what contained them before and after.
func (s *Step) Touched(district api.VertexID) []api.VertexID {
	out := slices.Clone(s.vertices[district])
	for _, id := range s.vertices[district] {
		for _, snap := range []*graph.Snapshot{s.From, s.To} {
			if v, ok := snap.Vertex(id); ok && v.Parent != 0 {
				out = append(out, v.Parent)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *Step) count(district api.VertexID, v *api.Vertex, n int) {
	if district == 0 || tallied(v.Kind) < 0 {
		return
	}
	t := s.tallies[district]
	t.add(v, n)
	s.tallies[district] = t
}

// districtsOf returns the districts of an edge's ends, before and after.
func (s *Step) districtsOf(id api.EdgeID) []api.VertexID {
	var out []api.VertexID
	for _, snap := range []*graph.Snapshot{s.From, s.To} {
		e, ok := snap.Edge(id)
		if !ok {
			continue
		}
	ends:
		for _, end := range []api.VertexID{e.A, e.B} {
			d := snap.District(end)
			for _, known := range out {
				if known == d {
					continue ends
				}
			}
			if d != 0 {
				out = append(out, d)
			}
		}
	}
	return out
}
