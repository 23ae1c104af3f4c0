package layout_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// A segment that forms later stands south of the spines, beside what it joins,
// or is counted: never in another tier's free corner. Where there are leaves, a
// place is kept for the first that come.
func TestASegmentStandsAmongLeavesOrIsCounted(t *testing.T) {
	for _, others := range []int{0, 3, 60} {
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexSite, Name: "site"}}}
		id := api.VertexID(1)
		add := func(kind api.VertexKind, parent api.VertexID, slot int, name string, attrs ...api.Attr) api.VertexID {
			id++
			c.Vertices[id] = &api.Vertex{ID: id, Kind: kind, Parent: parent, Slot: uint32(slot), Name: name, Attrs: attrs}
			return id
		}
		slot, segments := 0, 0
		for _, name := range []string{"border1", "spine1", "leaf1", "leaf2", "leaf3", "leaf4"} {
			device := add(api.VertexDevice, 1, slot, name)
			slot++
			for p := range 52 {
				add(api.VertexPort, device, p, fmt.Sprint("p", p))
			}
		}
		s := layout.Anew((&graph.Snapshot{}).Apply(c, 1, 1, time.Time{}))
		leaf := boxesOf(s)[id-52]
		c = api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
		for range others {
			add(api.VertexSegment, 1, segments, "segment at leaf1 p2")
			segments++
		}
		s = s.Apply(c, 1, 2, time.Time{})
		c = api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
		for _, last := range settled(s) {
			c.Vertices[last.ID] = last
		}
		s = s.Apply(c, 1, 3, time.Time{})
		c = api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
		segment := add(api.VertexSegment, 1, segments, "segment at leaf1 p1")
		s = s.Apply(c, 1, 4, time.Time{})
		box, shown := boxesOf(s)[segment]
		if shown && box.Y < leaf.Y {
			t.Errorf("beside %d others the segment is at %+v, leaves are at %+v", others, box, leaf)
		}
		if !shown && others < 4 {
			t.Errorf("beside %d others the segment has no place", others)
		}
	}
}

func boxesOf(s *graph.Snapshot) map[api.VertexID]layout.Box {
	out := map[api.VertexID]layout.Box{}
	for _, b := range layout.District(s, 1, layout.ByCluster).Boxes {
		out[b.ID] = b
	}
	return out
}

// settled are the vertices that are given lasting places, with them.
func settled(s *graph.Snapshot) []*api.Vertex {
	var ids []api.VertexID
	for v := range s.Vertices() {
		if layout.HasPlot(v.Kind) && !layout.Settled(s, v) {
			ids = append(ids, v.ID)
		}
	}
	var out []*api.Vertex
	for id, plot := range layout.Settle(s, ids) {
		v, _ := s.Vertex(id)
		now := *v
		now.Plot = plot
		out = append(out, &now)
	}
	return out
}
