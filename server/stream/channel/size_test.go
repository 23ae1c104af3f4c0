package channel_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// large is one cluster of 1,000 nodes with a NIC each and 97 pods each, and
// 150,000 edges: 100,000 vertices and a few.
func large() *graph.Snapshot {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}, Scopes: map[api.ScopeID]*api.ScopeState{}}
	id := api.VertexID(0)
	put := func(kind api.VertexKind, parent, controller api.VertexID, name string, attrs ...api.Attr) api.VertexID {
		id++
		c.Vertices[id] = &api.Vertex{ID: id, Kind: kind, Parent: parent, Controller: controller, Name: name, Health: api.HealthOK, Slot: uint32(id % 100), Scopes: []api.ScopeID{1}, Attrs: attrs}
		return id
	}
	c.Scopes[1] = &api.ScopeState{ID: 1, Scope: api.Scope{Source: "kube:east", Table: "pods"}, State: api.StateLive}
	cluster := put(api.VertexCluster, 0, 0, "east")
	space := put(api.VertexNamespace, cluster, 0, "shop")
	var services []api.VertexID
	for i := range 1000 {
		services = append(services, put(api.VertexService, space, 0, fmt.Sprintf("svc-%d", i)))
	}
	running := api.Attr{Key: api.AttrPhase, Value: "Running"}
	e := api.EdgeID(0)
	for n := range 1000 {
		node := put(api.VertexNode, cluster, 0, fmt.Sprintf("node-%04d", n), api.Attr{Key: api.AttrPort, Value: "known"})
		put(api.VertexNIC, node, 0, "eth0")
		for p := range 97 {
			pod := put(api.VertexPod, node, space, fmt.Sprintf("cart-%08x-%05x", uint32(n*2654435761), uint32(p*n*40503)%0xfffff), running)
			for k := range 2 - (p&1)*(n&1) {
				e++
				c.Edges[e] = &api.Edge{ID: e, Kind: api.EdgeEndpoint, A: services[(n+p+k)%1000], B: pod, Health: api.HealthOK, Confidence: 100, ReportedA: true, Scopes: []api.ScopeID{1}}
			}
		}
	}
	return (&graph.Snapshot{}).Apply(c, 1, 1, graph0().Time)
}

// A large snapshot travels in parts of about a mebibyte, none empty, which
// together hold everything once.
func TestALargeSnapshotTravelsInParts(t *testing.T) {
	s := large()
	parts := channel.Whole(channel.Ref{Kind: api.VertexCluster, District: 1}, s, 1)
	vertices, edges := 0, 0
	for i, part := range parts {
		size := proto.Size(part)
		if size > 1200<<10 || (size < 700<<10 && i < len(parts)-1) || size < 100 {
			t.Errorf("part %d of %d has %d bytes", i, len(parts), size)
		}
		vertices += int(part.Vertices.GetCount())
		edges += int(part.Edges.GetCount())
	}
	if vertices != s.VertexCount() || edges != s.EdgeCount() {
		t.Errorf("got %d vertices and %d edges, want %d and %d", vertices, edges, s.VertexCount(), s.EdgeCount())
	}
}

func TestAnEmptyChannelHasOnePart(t *testing.T) {
	for _, ref := range []channel.Ref{{}, {Kind: api.VertexSite, District: 7}} {
		if parts := channel.Whole(ref, &graph.Snapshot{}, 1); len(parts) != 1 {
			t.Errorf("%s: got %d parts, want 1", ref, len(parts))
		}
	}
}

// Boxes and what changed since make the later boxes.
func TestBoxesSince(t *testing.T) {
	boxes := rapid.Custom(func(t *rapid.T) *layout.Laid {
		var plan layout.Plan
		for id := api.VertexID(6); id > 0; id-- {
			if rapid.Bool().Draw(t, "there") {
				plan.Boxes = append(plan.Boxes, layout.Box{ID: id, Frame: id / 2, X: float32(rapid.IntRange(0, 2).Draw(t, "x")), W: 1, H: 2})
			}
			if rapid.Bool().Draw(t, "furnished") {
				plan.Furniture = append(plan.Furniture, layout.Furniture{
					Box:  layout.Box{ID: 1<<52 + id<<12, Frame: id, Y: float32(rapid.IntRange(0, 2).Draw(t, "y")), W: 1, H: 2},
					Role: layout.RoleMore, Of: id, Count: rapid.IntRange(0, 300).Draw(t, "n"), Text: rapid.SampledFrom([]string{"", "east 2/3", "…"}).Draw(t, "text"),
				})
			}
		}
		return layout.Of(plan)
	})
	rapid.Check(t, func(t *rapid.T) {
		store := streamtest.NewStore()
		apply := func(f *wire.ServerFrame) {
			if err := store.Apply(f); err != nil {
				t.Fatal(err)
			}
		}
		apply(&wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: &wire.Columns{Channel: "overview"}}})
		apply(&wire.ServerFrame{Body: &wire.ServerFrame_End{End: &wire.End{Channel: "overview"}}})
		before := boxes.Draw(t, "before")
		frames := channel.WholePositions(channel.Ref{}, 1, before)
		for i := range 3 {
			after := boxes.Draw(t, "after")
			since := channel.PositionsSince(channel.Ref{}, uint64(i), after, before)
			if len(channel.PositionsSince(channel.Ref{}, 1, after, after)) != 0 {
				t.Fatal("the same boxes make a frame")
			}
			frames, before = append(frames, since...), after
		}
		for _, p := range frames {
			apply(&wire.ServerFrame{Body: &wire.ServerFrame_Positions{Positions: p}})
		}
		got, want := store.Channels["overview"], streamtest.PlacedOf(before)
		if len(got.Boxes) != len(want.Boxes) || len(got.Furniture) != len(want.Furniture) {
			t.Fatalf("got %v and %v, want %v", got.Boxes, got.Furniture, want)
		}
		for _, b := range want.Boxes {
			if got.Boxes[b.ID] != b {
				t.Fatalf("got %v, want %v", got.Boxes[b.ID], b)
			}
		}
		for _, f := range want.Furniture {
			if got.Furniture[f.ID] != f {
				t.Fatalf("got %v, want %v", got.Furniture[f.ID], f)
			}
		}
	})
}

func BenchmarkOpen100k(b *testing.B) {
	s := large()
	b.ReportAllocs()
	var parts []*wire.Columns
	for b.Loop() {
		_, parts = channel.Open(channel.Ref{Kind: api.VertexCluster, District: 1}, s)
	}
	var frames [][]byte
	for _, part := range parts {
		raw, err := proto.Marshal(part)
		if err != nil {
			b.Fatal(err)
		}
		frames = append(frames, raw)
	}
	raw, wired := sizes(b, frames, deflateLevel)
	b.ReportMetric(float64(raw)/1e6, "MB")
	b.ReportMetric(float64(wired)/1e6, "MB-deflated")
}

func BenchmarkAdvanceOnePodOf100k(b *testing.B) {
	for name, ref := range map[string]channel.Ref{"cluster": {Kind: api.VertexCluster, District: 1}, "overview": {}} {
		b.Run(name, func(b *testing.B) { advanceOnePod(b, ref) })
	}
}

func advanceOnePod(b *testing.B, ref channel.Ref) {
	b.Helper()
	s := large()
	ch, _ := channel.Open(ref, s)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		v, _ := s.Vertex(api.VertexID(2000 + i%90_000))
		if v.Kind != api.VertexPod {
			continue
		}
		flipped := *v
		flipped.Health ^= 1
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{v.ID: &flipped}}
		next := s.Apply(c, 1, s.Revision+1, s.Time)
		if _, ok := ch.Advance(channel.NewStep(s, next, c)); !ok {
			b.Fatal("no delta")
		}
		s = next
	}
}
