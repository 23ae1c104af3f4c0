package query_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/query"
)

func told(hits []query.Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, h.String())
	}
	return out
}

// vertex draws one of few names and values, so that much matches.
func vertex(t *rapid.T, id api.VertexID) *api.Vertex {
	word := rapid.SampledFrom([]string{"", "a", "A", "ab", "a-b", "xab", "leaf1", "Leaf1", "leaf1-swp1", "b\x00a", "\u00c4b"})
	v := &api.Vertex{ID: id, Kind: api.VertexPod, Name: word.Draw(t, "name"), Parent: api.VertexID(rapid.Uint64Range(0, 3).Draw(t, "parent"))}
	for range rapid.IntRange(0, 2).Draw(t, "attrs") {
		v.Attrs = append(v.Attrs, rapid.SampledFrom([]api.Attr{
			{Key: api.AttrAddress, Value: "10.1.0.21"},
			{Key: api.AttrAddresses, Value: "10.1.0.2 2001:db8::21"},
			{Key: api.AttrAddress, Value: "10.10.0.1"},
			{Key: api.AttrMAC, Value: "02:00:00:00:00:10"},
			{Key: "macs", Value: "02:00:00:00:00:11 02:00:00:00:01:10"},
			{Key: api.AttrPhase, Value: "leaf1"},
		}).Draw(t, "attr"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "labels") {
		v.Labels = append(v.Labels, api.Label{Key: rapid.SampledFrom([]string{"app", "App", "a"}).Draw(t, "key"), Value: word.Draw(t, "value")})
	}
	return v
}

func texts() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		"", "a", "A", "ab", "b", "-b", "leaf1", "LEAF1", "leaf1 swp1", "a b", "swp1 ab", "v1", "v99", "10.1.0.21", "10.1.0", "10.1", "10.1.0.0/16", "10.0.0.0/9",
		"0.0.0.0/0", "2001:db8::21", "2001:db8::/32", "[2001:db8::21]", "02:00:00", "0200.0000.0010", "020000000110", "app=a", "app=", "a=leaf", "=", "\x00", "\u00e4b", "\xff",
	})
}

// Whatever is looked for while the graph changes, what is found is what
// looking at every vertex finds.
func TestFindAgreesWithLookingAtEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, snap := new(query.Search), &graph.Snapshot{}
		for i := range rapid.IntRange(1, 6).Draw(t, "steps") {
			c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
			for range rapid.IntRange(0, 40).Draw(t, "vertices") {
				id := api.VertexID(rapid.Uint64Range(1, 100).Draw(t, "id"))
				c.Vertices[id] = nil
				if rapid.IntRange(0, 3).Draw(t, "put") > 0 {
					c.Vertices[id] = vertex(t, id)
				}
			}
			snap = snap.Apply(c, 1, uint64(i+1), time.Time{})
			q, limit := texts().Draw(t, "text"), rapid.IntRange(1, 12).Draw(t, "limit")
			if diff := cmp.Diff(query.Plain(snap, q, limit), told(x.Find(snap, q, limit))); diff != "" {
				t.Fatalf("step %d: %q, at most %d (-plain +got):\n%s", i, q, limit, diff)
			}
		}
	})
}

// The name itself, then prefixes, words and parts, whatever the order of IDs.
func TestSearchRanks(t *testing.T) {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	names := []string{"xcartx", "my-xcart-cart", "my-cart", "cart-2", "cart", "CARTOGRAPHER", "discarted"}
	for i, name := range names {
		c.Vertices[api.VertexID(i+1)] = &api.Vertex{ID: api.VertexID(i + 1), Kind: api.VertexPod, Name: name}
	}
	snap := (&graph.Snapshot{}).Apply(c, 1, 1, time.Time{})
	want := []string{"cart", "cart-2", "CARTOGRAPHER", "my-cart", "my-xcart-cart", "xcartx", "discarted"}
	for limit := 1; limit <= len(want); limit++ {
		var got []string
		for _, v := range new(query.Search).Find(snap, "Cart", limit) {
			got = append(got, v.Vertex.Name)
		}
		if !slices.Equal(got, want[:limit]) {
			t.Errorf("limit %d: got %v, want %v", limit, got, want[:limit])
		}
	}
}

func world() *graph.Snapshot {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for i := range api.VertexID(100) {
		c.Vertices[i+1] = rapid.Custom(func(t *rapid.T) *api.Vertex { return vertex(t, i+1) }).Example(int(i))
	}
	return (&graph.Snapshot{}).Apply(c, 1, 1, time.Time{})
}

func FuzzSearch(f *testing.F) {
	for _, q := range []string{"leaf1", "02:00", "10.1.0.0/16", "a=b", "=", "::", "v1", "\xff", "leaf1 swp1", ".", "-", "0200.0000.0010"} {
		f.Add(q)
	}
	snap, x := world(), new(query.Search)
	f.Fuzz(func(t *testing.T, q string) {
		if diff := cmp.Diff(query.Plain(snap, q, 3), told(x.Find(snap, q, 3))); diff != "" {
			t.Errorf("%q (-plain +got):\n%s", q, diff)
		}
	})
}
