package channel_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/stream/channel"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// However large IDs and slots are and however long texts and lists, they come
// out as they were.
func TestNumbersOfAnySizeArrive(t *testing.T) {
	id := rapid.Custom(func(t *rapid.T) api.VertexID {
		bits := rapid.IntRange(0, 53).Draw(t, "bits")
		return api.VertexID(rapid.Uint64Range(0, 1<<bits-1).Draw(t, "id"))
	})
	rapid.Check(t, func(t *rapid.T) {
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			v := &api.Vertex{ID: max(id.Draw(t, "id"), 1), Kind: api.VertexCluster, Controller: id.Draw(t, "controller"), Slot: rapid.Uint32().Draw(t, "slot")}
			v.Name = strings.Repeat("é", rapid.SampledFrom([]int{0, 1, 127, 128, 40_000}).Draw(t, "length"))
			v.Scopes = make([]api.ScopeID, rapid.SampledFrom([]int{0, 1, 255, 256, 70_000}).Draw(t, "scopes"))
			c.Vertices[v.ID] = v
		}
		s := (&graph.Snapshot{}).Apply(c, 1, 1, graph0().Time)
		store := streamtest.NewStore()
		for _, part := range channel.Whole(channel.Ref{}, s, 1) {
			if err := store.Apply(&wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: part}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.Apply(&wire.ServerFrame{Body: &wire.ServerFrame_End{End: &wire.End{Channel: "overview", Epoch: 1, Revision: 1}}}); err != nil {
			t.Fatal(err)
		}
		got := store.Channels["overview"].Vertices
		if len(got) != len(c.Vertices) {
			t.Fatalf("got %d vertices, want %d", len(got), len(c.Vertices))
		}
		for id, v := range c.Vertices {
			g := got[uint64(id)]
			if g.Controller != uint64(v.Controller) || g.Slot != v.Slot || g.Name != v.Name || len(g.Scopes) != len(v.Scopes) {
				t.Fatalf("vertex %d: got controller %d, slot %d, %d bytes of name, %d scopes; want %d, %d, %d, %d", id,
					g.Controller, g.Slot, len(g.Name), len(g.Scopes), v.Controller, v.Slot, len(v.Name), len(v.Scopes))
			}
		}
	})
}
