package stream

import (
	"maps"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// difference returns a change that leads from one snapshot to the other, by
// comparing all of both.
func difference(from, to *graph.Snapshot) api.Change {
	c := api.Change{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{}, Merged: map[api.VertexID]api.VertexID{},
	}
	for v := range to.Vertices() {
		if before, _ := from.Vertex(v.ID); before != v {
			c.Vertices[v.ID] = v
		}
	}
	for v := range from.Vertices() {
		if _, ok := to.Vertex(v.ID); !ok {
			c.Vertices[v.ID] = nil
		}
	}
	for e := range to.Edges() {
		if before, _ := from.Edge(e.ID); before != e {
			c.Edges[e.ID] = e
		}
	}
	for e := range from.Edges() {
		if _, ok := to.Edge(e.ID); !ok {
			c.Edges[e.ID] = nil
		}
	}
	for sc := range to.Scopes() {
		if before, _ := from.Scope(sc.ID); before != sc {
			c.Scopes[sc.ID] = sc
		}
	}
	for sc := range from.Scopes() {
		if _, ok := to.Scope(sc.ID); !ok {
			c.Scopes[sc.ID] = nil
		}
	}
	former := maps.Collect(from.Merged())
	for id, into := range to.Merged() {
		if former[id] != into {
			c.Merged[id] = into
		}
	}
	return c
}
