package channel

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// content is all that a channel carries at one revision, found from nothing.
type content struct {
	own     []*api.Vertex // by ID
	edges   []*api.Edge   // by ID
	stubs   refs
	scopes  map[api.ScopeID]int       // scope -> how many elements name it
	tallies map[api.VertexID]tally    // district -> its members
	rolled  *rollups                  // the overview's
	chain   api.VertexID              // the container of the district, counted in stubs
	ownIDs  map[api.VertexID]struct{} // of own
}

// find walks through a snapshot for what a channel carries.
func find(ref Ref, s *graph.Snapshot) *content {
	c := &content{
		stubs: refs{}, scopes: map[api.ScopeID]int{}, tallies: map[api.VertexID]tally{},
		ownIDs: map[api.VertexID]struct{}{},
	}
	if ref.District == 0 {
		c.findOverview(s)
	} else {
		c.findDistrict(ref, s)
	}
	byID := func(a, b *api.Vertex) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(c.own, byID)
	slices.SortFunc(c.edges, func(a, b *api.Edge) int { return cmp.Compare(a.ID, b.ID) })
	return c
}

func (c *content) findOverview(s *graph.Snapshot) {
	c.rolled = rollUp(s)
	for v := range s.Vertices() {
		if isPlace(v.Kind) {
			c.own = append(c.own, v)
		}
		if tallied(v.Kind) < 0 {
			continue
		}
		if d := s.District(v.ID); d != 0 {
			t := c.tallies[d]
			t.add(v, +1)
			c.tallies[d] = t
		}
	}
}

func (c *content) findDistrict(ref Ref, s *graph.Snapshot) {
	root, ok := s.Vertex(ref.District)
	if !ok || !graph.IsDistrict(root.Kind) {
		return
	}
	c.walk(s, root)
	var t tally
	for _, v := range c.own {
		t.add(v, +1)
		for _, scope := range v.Scopes {
			c.scopes[scope]++
		}
	}
	c.tallies[ref.District] = t
	c.chain = root.Parent
	c.stubs.add(s, c.chain, func(api.VertexID) {})
	c.findEdges(s)
}

// findEdges takes in the edges with an end in the district: by its vertices, or
// by going through all edges where that is less work.
func (c *content) findEdges(s *graph.Snapshot) {
	if len(c.own) < s.EdgeCount()/8 {
		for _, v := range c.own {
			for e := range s.EdgesOf(v.ID) {
				c.edge(s, e, v.ID)
			}
		}
		return
	}
	for e := range s.Edges() {
		if _, own := c.ownIDs[e.A]; own {
			c.edge(s, e, e.A)
		}
		if _, own := c.ownIDs[e.B]; own && e.A != e.B {
			c.edge(s, e, e.B)
		}
	}
}

// walk takes in a vertex and what it contains, but for other districts.
func (c *content) walk(s *graph.Snapshot, v *api.Vertex) {
	c.own = append(c.own, v)
	c.ownIDs[v.ID] = struct{}{}
	for child := range s.Children(v.ID) {
		if !graph.IsDistrict(child.Kind) {
			c.walk(s, child)
		}
	}
}

// edge takes an edge in, once, coming from one of its ends.
func (c *content) edge(s *graph.Snapshot, e *api.Edge, from api.VertexID) {
	far := e.B
	if from == e.B {
		far = e.A
	}
	if _, own := c.ownIDs[far]; own && from > far {
		return // taken in from the other end
	} else if !own {
		c.stubs.add(s, far, func(api.VertexID) {})
	}
	c.edges = append(c.edges, e)
	for _, scope := range e.Scopes {
		c.scopes[scope]++
	}
}
