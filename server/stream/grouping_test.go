package stream_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// racked is a site with two leaves, and a cluster of which one node hangs on
// the first leaf.
func racked() api.Change {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	for _, v := range []*api.Vertex{
		{ID: 1, Kind: api.VertexSite, Name: "berlin"},
		{ID: 2, Kind: api.VertexDevice, Parent: 1, Name: "leaf1"},
		{ID: 3, Kind: api.VertexDevice, Parent: 1, Name: "leaf2", Slot: 1},
		{ID: 4, Kind: api.VertexPort, Parent: 2, Name: "1"},
		{ID: 5, Kind: api.VertexCluster, Parent: 1, Name: "east"},
		{ID: 6, Kind: api.VertexNode, Parent: 5, Name: "n1"},
		{ID: 7, Kind: api.VertexNIC, Parent: 6, Name: "eth0"},
		{ID: 8, Kind: api.VertexNode, Parent: 5, Name: "n2", Slot: 1},
	} {
		c.Vertices[v.ID] = v
	}
	c.Edges[1] = &api.Edge{ID: 1, Kind: api.EdgeAttach, A: 7, B: 4}
	return c
}

// Who opens channels by rack gets racks, and follows what changes in them,
// beside one who has the same channels by cluster.
func TestAChannelByRack(t *testing.T) {
	s := serveLaid(t, stream.Config{}, layout.Continue)
	s.hub.Publish(racked(), time.Now())
	eventually(t, "the site is cut", func() bool { return s.hello(t) == s.hub.Current().Revision })

	names := []string{"overview", "site:v1", "cluster:v5"}
	byRack, byCluster := s.connect(t, nil), s.connect(t, nil)
	for _, name := range names {
		byRack.send(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: &wire.Open{Channel: name, Grouping: "rack"}}})
	}
	byCluster.open(names...)
	listeners := map[layout.Grouping]*browser{layout.ByRack: byRack, layout.ByCluster: byCluster}
	agree := func(when string) {
		t.Helper()
		for grouping, b := range listeners {
			b.waitWhole(names...)
			for _, name := range names {
				var diff string
				eventually(t, when+", "+name+" by "+string(grouping), func() bool {
					placed := streamtest.PlacedOf(layout.Lay(s.hub.Current(), district(name), grouping))
					diff = see(b, func(st *streamtest.Store) string {
						got := streamtest.Placed{Boxes: []streamtest.Box{}, Furniture: []streamtest.Furniture{}}
						for _, box := range placed.Boxes {
							if held, ok := st.Channels[name].Boxes[box.ID]; ok {
								got.Boxes = append(got.Boxes, held)
							}
						}
						for _, f := range placed.Furniture {
							if held, ok := st.Channels[name].Furniture[f.ID]; ok {
								got.Furniture = append(got.Furniture, held)
							}
						}
						if len(st.Channels[name].Boxes) != len(placed.Boxes) || len(st.Channels[name].Furniture) != len(placed.Furniture) {
							return "there are others"
						}
						return cmp.Diff(placed, got)
					})
					return diff == ""
				})
			}
		}
	}
	agree("at first")
	standsInRack := func(node uint64) bool {
		return see(byRack, func(st *streamtest.Store) bool {
			frame := st.Channels["cluster:v5"].Boxes[node].Frame
			return st.Channels["site:v1"].Furniture[frame].Role == uint8(layout.RoleRack)
		})
	}
	if !standsInRack(6) || standsInRack(8) {
		t.Errorf("in racks: the node on the leaf %v, the other %v", standsInRack(6), standsInRack(8))
	}

	s.hub.Publish(api.Change{
		Vertices: map[api.VertexID]*api.Vertex{9: {ID: 9, Kind: api.VertexNIC, Parent: 8, Name: "eth0"}, 10: {ID: 10, Kind: api.VertexPort, Parent: 3, Name: "1"}},
		Edges:    map[api.EdgeID]*api.Edge{2: {ID: 2, Kind: api.EdgeAttach, A: 9, B: 10}},
	}, time.Now())
	agree("after a node was found")
	if !standsInRack(8) {
		t.Error("the node that was found is in no rack")
	}

	byRack.send(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: &wire.Open{Channel: "overview", Grouping: "colour"}}})
	eventually(t, "an unknown grouping is refused", func() bool {
		return see(byRack, func(st *streamtest.Store) bool {
			return len(st.Problems) == 1 && strings.Contains(st.Problems[0], "colour")
		})
	})
}
