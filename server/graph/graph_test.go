package graph_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// changes draws changes over few IDs, so that they collide. They need not be
// sound: a parent may be missing.
func changes() *rapid.Generator[api.Change] {
	return rapid.Custom(func(t *rapid.T) api.Change {
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}, Scopes: map[api.ScopeID]*api.ScopeState{}}
		// Few IDs that collide, some far apart so that pages split.
		id := rapid.SampledFrom([]uint64{1, 2, 3, 31, 32, 33, 1023, 1024, 40000, 1 << 40})
		for range rapid.IntRange(0, 6).Draw(t, "vertices") {
			v := api.VertexID(id.Draw(t, "v"))
			c.Vertices[v] = nil
			if rapid.Bool().Draw(t, "put") {
				c.Vertices[v] = &api.Vertex{
					ID: v, Kind: rapid.SampledFrom(api.VertexKinds()).Draw(t, "kind"),
					Parent:     api.VertexID(rapid.SampledFrom([]uint64{0, 1, 2, 32}).Draw(t, "parent")),
					Controller: api.VertexID(rapid.SampledFrom([]uint64{0, 3}).Draw(t, "controller")),
				}
			}
		}
		for range rapid.IntRange(0, 6).Draw(t, "edges") {
			e := api.EdgeID(id.Draw(t, "e"))
			c.Edges[e] = nil
			if rapid.Bool().Draw(t, "put") {
				c.Edges[e] = &api.Edge{ID: e, Kind: api.EdgeLink, A: api.VertexID(id.Draw(t, "a")), B: api.VertexID(id.Draw(t, "b"))}
			}
		}
		if rapid.Bool().Draw(t, "scope") {
			c.Scopes[7] = &api.ScopeState{ID: 7, State: api.StateLive}
		}
		return c
	})
}

// A snapshot means the same as plain maps, and earlier snapshots stay as they were.
func TestSnapshotAgreesWithPlainMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var plain api.Graph
		snap := &graph.Snapshot{}
		type kept struct {
			snap *graph.Snapshot
			want api.Graph
		}
		var history []kept
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			c := changes().Draw(t, "change")
			plain = c.ApplyTo(plain)
			if plain.Merged == nil {
				plain.Merged = map[api.VertexID]api.VertexID{}
			}
			snap = snap.Apply(c, 1, uint64(i), time.Time{})
			history = append(history, kept{snap, plain})
		}
		for _, h := range history {
			if diff := cmp.Diff(h.want, h.snap.Plain()); diff != "" {
				t.Fatalf("snapshot differs from plain maps (-want +got):\n%s", diff)
			}
			if got, want := h.snap.VertexCount(), len(h.want.Vertices); got != want {
				t.Fatalf("got %d vertices, want %d", got, want)
			}
			for parent := range h.want.Vertices {
				var want, got int
				for _, v := range h.want.Vertices {
					if v.Parent == parent {
						want++
					}
				}
				for range h.snap.Children(parent) {
					got++
				}
				if got != want {
					t.Fatalf("vertex %s has %d children, want %d", parent, got, want)
				}
			}
		}
	})
}

func TestCheckFindsAnEdgeWithoutAnEnd(t *testing.T) {
	snap := (&graph.Snapshot{}).Apply(api.Change{
		Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexPort}},
		Edges:    map[api.EdgeID]*api.Edge{1: {ID: 1, Kind: api.EdgeLink, A: 1, B: 2}},
	}, 1, 1, time.Time{})
	if err := snap.Check(); err == nil {
		t.Error("Check accepts an edge without an end")
	}
}

func TestFormerIDsResolve(t *testing.T) {
	snap := (&graph.Snapshot{}).Apply(api.Change{
		Vertices: map[api.VertexID]*api.Vertex{3: {ID: 3, Kind: api.VertexDevice}},
		Merged:   map[api.VertexID]api.VertexID{1: 2, 2: 3},
	}, 1, 1, time.Time{})
	if v, ok := snap.Resolve(1); !ok || v.ID != 3 {
		t.Errorf("Resolve(1) = %v, %v; want v3", v, ok)
	}
}

func BenchmarkApplyOneOf100k(b *testing.B) {
	all := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for i := range api.VertexID(100_000) {
		all.Vertices[i+1] = &api.Vertex{ID: i + 1, Kind: api.VertexPod, Parent: i/100 + 1}
	}
	snap := (&graph.Snapshot{}).Apply(all, 1, 1, time.Time{})
	for i := 0; b.Loop(); i++ {
		id := api.VertexID(i%100_000 + 1)
		snap = snap.Apply(api.Change{Vertices: map[api.VertexID]*api.Vertex{id: {ID: id, Kind: api.VertexPod, Parent: 5}}}, 1, 2, time.Time{})
	}
}
