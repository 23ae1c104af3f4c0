package main

import (
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// A link between two aggregates is listed where nobody tells of cables between
// their devices, and not beside those.
func TestABundleIsNoCableBesideItsOwn(t *testing.T) {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	put := func(id api.VertexID, kind api.VertexKind, parent api.VertexID) {
		c.Vertices[id] = &api.Vertex{ID: id, Kind: kind, Parent: parent, Name: id.String()}
	}
	read := map[api.VertexID]bool{}
	for device := api.VertexID(1); device <= 3; device++ {
		put(device, api.VertexDevice, 0)
		put(10*device, api.VertexLAG, device)
		put(10*device+1, api.VertexPort, device)
		read[device] = true
	}
	link := func(id api.EdgeID, a, b api.VertexID) {
		c.Edges[id] = &api.Edge{ID: id, Kind: api.EdgeLink, A: a, B: b}
	}
	link(1, 10, 20)
	link(2, 11, 21)
	link(3, 20, 30)
	var got []string
	for _, l := range linksOf((&graph.Snapshot{}).Apply(c, 1, 1, time.Time{}), read) {
		got = append(got, l.A.Port+" "+l.B.Port)
	}
	if len(got) != 2 || got[0] != "v11 v21" || got[1] != "v20 v30" {
		t.Errorf("links %v", got)
	}
}
