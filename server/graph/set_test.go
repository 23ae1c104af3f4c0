package graph_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// A container that grows past what a list holds, and shrinks again, has the
// children that a plain map has, and the snapshots before keep theirs.
func TestChildrenOfContainersThatGrowAndShrink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		snap, plain := &graph.Snapshot{}, map[uint64]bool{}
		type kept struct {
			snap *graph.Snapshot
			want []uint64
		}
		var history []kept
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
			first, count := rapid.Uint64Range(2, 90).Draw(t, "first"), rapid.Uint64Range(1, 50).Draw(t, "count")
			there := rapid.Bool().Draw(t, "there")
			for id := first; id < first+count; id++ {
				c.Vertices[api.VertexID(id)] = nil
				delete(plain, id)
				if there {
					c.Vertices[api.VertexID(id)] = &api.Vertex{ID: api.VertexID(id), Kind: api.VertexPod, Parent: 1}
					plain[id] = true
				}
			}
			snap = snap.Apply(c, 1, 1, time.Time{})
			history = append(history, kept{snap, slices.Sorted(maps.Keys(plain))})
		}
		for _, h := range history {
			var got []uint64
			for v := range h.snap.Children(1) {
				got = append(got, uint64(v.ID))
			}
			if diff := cmp.Diff(h.want, got); diff != "" {
				t.Fatalf("children (-want +got):\n%s", diff)
			}
		}
	})
}
