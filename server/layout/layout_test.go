package layout_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// world draws a sound snapshot: sites with devices and ports, clusters with
// nodes, pods and namespaces. Slots are numbered within container and kind.
func world() *rapid.Generator[*graph.Snapshot] {
	return rapid.Custom(func(t *rapid.T) *graph.Snapshot {
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
		slots := map[string]uint32{}
		add := func(kind api.VertexKind, parent api.VertexID, name string) api.VertexID {
			id := api.VertexID(len(c.Vertices) + 1)
			shelf := fmt.Sprint(kind, parent)
			c.Vertices[id] = &api.Vertex{ID: id, Kind: kind, Parent: parent, Name: name, Slot: slots[shelf]}
			slots[shelf]++
			return id
		}
		n := func(what string, most int) int { return rapid.IntRange(0, most).Draw(t, what) }
		for range 1 + n("sites", 2) {
			site := add(api.VertexSite, 0, "site")
			for range n("devices", 9) {
				device := add(api.VertexDevice, site, rapid.SampledFrom([]string{"spine1", "leaf1", "border", "x"}).Draw(t, "name"))
				for range n("ports", 60) {
					add(api.VertexPort, device, "p")
				}
			}
			for range n("clusters", 2) {
				cluster := add(api.VertexCluster, site, "c")
				for range n("nodes", 20) {
					node := add(api.VertexNode, cluster, "n")
					for range n("nics", 2) {
						add(api.VertexNIC, node, "eth")
					}
					for range n("pods", 40) {
						add(api.VertexPod, node, "pod")
					}
				}
				for range n("pending", 5) {
					add(api.VertexPod, cluster, "pending")
				}
				for range n("namespaces", 5) {
					ns := add(api.VertexNamespace, cluster, "ns")
					for range n("workloads", 5) {
						add(api.VertexWorkload, ns, "w")
					}
					for range n("services", 5) {
						add(api.VertexService, ns, "s")
					}
				}
			}
		}
		return (&graph.Snapshot{}).Apply(c, 1, 1, time.Time{})
	})
}

func everything(s *graph.Snapshot) []layout.Box {
	var boxes []layout.Box
	add := func(p layout.Plan) {
		boxes = append(boxes, p.Boxes...)
		for _, f := range p.Furniture {
			boxes = append(boxes, f.Box)
		}
	}
	add(layout.District(s, 0))
	for v := range s.Vertices() {
		if graph.IsDistrict(v.Kind) {
			add(layout.District(s, v.ID))
		}
	}
	return boxes
}

// Every vertex has one box; boxes of one frame do not overlap; each lies inside
// its frame; the same input gives the same boxes.
func TestBoxesLieApartAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := world().Draw(t, "world")
		boxes := everything(s)
		if !slices.Equal(boxes, everything(s)) {
			t.Fatal("the same snapshot gives other boxes")
		}
		by := map[api.VertexID]layout.Box{}
		framed := map[api.VertexID][]layout.Box{}
		for _, b := range boxes {
			if _, twice := by[b.ID]; twice {
				t.Fatalf("%s has two boxes", b.ID)
			}
			by[b.ID] = b
			framed[b.Frame] = append(framed[b.Frame], b)
		}
		for v := range s.Vertices() {
			b, ok := by[v.ID]
			if !ok {
				t.Fatalf("%s %s has no box", v.Kind, v.ID)
			}
			if f, ok := by[b.Frame]; ok && (b.X < 0 || b.Y < 0 || b.X+b.W > f.W || b.Y+b.H > f.H) {
				t.Fatalf("%s %s %+v lies outside its frame %+v", v.Kind, v.ID, b, f)
			}
		}
		for frame, list := range framed {
			for i, a := range list {
				for _, b := range list[i+1:] {
					if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
						t.Fatalf("in %s: %+v and %+v overlap", frame, a, b)
					}
				}
			}
		}
	})
}

// A pod that goes, or one more where there was a hole, moves nothing.
func TestChurnMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := world().Draw(t, "world")
		var pods []*api.Vertex
		for v := range s.Vertices() {
			if v.Kind == api.VertexPod {
				pods = append(pods, v)
			}
		}
		if len(pods) == 0 {
			t.Skip("no pods")
		}
		gone := rapid.SampledFrom(pods).Draw(t, "gone")
		parent, _ := s.Vertex(gone.Parent)
		if parent.Kind != api.VertexNode {
			t.Skip("the tray closes its ranks")
		}
		after := s.Apply(api.Change{Vertices: map[api.VertexID]*api.Vertex{gone.ID: nil}}, 1, 2, time.Time{})
		before := map[api.VertexID]layout.Box{}
		for _, b := range everything(s) {
			before[b.ID] = b
		}
		moved := 0
		for _, b := range everything(after) {
			if before[b.ID] != b {
				moved++
			}
		}
		// Only the last pod of the fullest node may let the cards shrink.
		if moved > 0 && int(gone.Slot)%16 != 0 {
			t.Fatalf("removing pod in slot %d moved %d boxes", gone.Slot, moved)
		}
	})
}
