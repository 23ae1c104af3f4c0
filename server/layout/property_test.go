package layout_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// Whatever is added, grows, goes or moves: what is not concerned stays where it
// is; nothing overlaps; everything is inside its container; all that is not
// drawn is counted in a cell; and laying out anew only what was touched gives
// the same as laying out all.
func TestNothingElseMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range 1 + w.n("sites", 2) {
			w.site()
		}
		w.step()
		check(t, w.s, layout.ByCluster)
		w.settle()
		for range w.n("steps", 8) {
			before, was := w.s, pictureOf(t, w.s, layout.ByCluster)
			what := w.happen()
			w.step()
			shown := pictureOf(t, w.s, layout.ByCluster)
			w.settle()
			is := pictureOf(t, w.s, layout.ByCluster)
			if diff := cmp.Diff(shown.boxes, is.boxes); diff != "" {
				t.Fatalf("after %s, to be given a place moves:\n%s", what, diff)
			}
			unmoved(t, before, w.s, was, is, what)
			check(t, w.s, layout.ByCluster)
			check(t, w.s, layout.ByRack)
			unmovedByRack(t, before, w.s, what)
			continued(t, before, w.s)
		}
	})
}

// unmoved checks that what was there and is there, in the same container, has
// the same box. Only a site may reach further south.
func unmoved(t *rapid.T, before, after *graph.Snapshot, was, is picture, what string) {
	for id, b := range was.boxes {
		old, ok1 := before.Vertex(id)
		now, ok2 := after.Vertex(id)
		if !ok1 || !ok2 || old.Parent != now.Parent || old.Slot != now.Slot {
			continue
		}
		if _, stands := is.boxes[b.Frame]; !stands && layout.IsFurniture(b.Frame) {
			continue // its part went with the site that it was in
		}
		if isLent(before, was, old) || isLent(after, is, now) {
			continue
		}
		a, shown := is.boxes[id]
		if now.Kind == api.VertexSite {
			b.H, a.H = 0, 0
		}
		if shown && a != b {
			t.Fatalf("%s moves %s %s: %+v to %+v", what, now.Kind, id, b, a)
		}
		if !shown && isShown(after, is, now) {
			t.Fatalf("%s hides %s %s, which was at %+v of %+v, by plot %+v", what, now.Kind, id, b, was.furniture[b.Frame], old.Plot)
		}
	}
}

// isLent says whether a node is drawn with its cluster's home, as the part that
// it belongs to is at a site that is not drawn. It has no lasting place there.
func isLent(s *graph.Snapshot, p picture, v *api.Vertex) bool {
	cluster, ok := s.Vertex(v.Parent)
	if !ok || v.Kind != api.VertexNode || cluster.Plot == nil || v.Plot == nil || len(v.Plot.Room) != 1 || int(v.Plot.Room[0]) >= len(cluster.Plot.Parts) {
		return false
	}
	site := cluster.Plot.Parts[v.Plot.Room[0]].In
	in := p.furniture[p.boxes[v.ID].Frame]
	return site != 0 && in.Role == layout.RolePart && in.Frame != site
}

// isShown says whether all containers of a vertex are drawn.
func isShown(s *graph.Snapshot, is picture, v *api.Vertex) bool {
	for at := v.Parent; at != 0; {
		if _, ok := is.boxes[at]; !ok {
			return false
		}
		p, ok := s.Vertex(at)
		if !ok {
			return false
		}
		at = p.Parent
	}
	return true
}

// check checks what holds of every picture.
func check(t *rapid.T, s *graph.Snapshot, grouping layout.Grouping) {
	p := pictureOf(t, s, grouping)
	framed := map[api.VertexID][]layout.Box{}
	for id, b := range p.boxes {
		if b.Frame != 0 {
			f, ok := p.boxes[b.Frame]
			if !ok {
				t.Fatalf("%d stands in %d, which is not drawn", id, b.Frame)
			}
			if b.X < 0 || b.Y < 0 || b.X+b.W > f.W || b.Y+b.H > f.H {
				t.Fatalf("%s is outside its frame %s", tell(s, p, b), tell(s, p, f))
			}
		}
		switch {
		case p.furniture[id].Role == layout.RoleTier || p.furniture[id].Role == layout.RoleGutter: // the ground on which others stand
		default:
			framed[b.Frame] = append(framed[b.Frame], b)
		}
	}
	for _, list := range framed {
		for i, a := range list {
			for _, b := range list[i+1:] {
				if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
					t.Fatalf("%s and %s overlap", tell(s, p, a), tell(s, p, b))
				}
			}
		}
	}
	counted(t, s, p)
}

// counted checks that what is not drawn in a container that is, is counted in
// one of its cells.
func counted(t *rapid.T, s *graph.Snapshot, p picture) {
	hidden, more := map[api.VertexID]int{}, map[api.VertexID]int{}
	for v := range s.Vertices() {
		if _, drawn := p.boxes[v.ID]; drawn {
			continue
		}
		if _, drawn := p.boxes[v.Parent]; !drawn && v.Parent != 0 {
			continue
		}
		hidden[v.Parent]++
	}
	for _, f := range p.furniture {
		if f.Role == layout.RoleMore {
			more[f.Of] += f.Count
		}
	}
	if diff := cmp.Diff(hidden, more); diff != "" {
		t.Fatalf("what is not drawn, and what cells count (-not drawn +counted):\n%s", diff)
	}
}

// continued checks that each channel's layout that follows an earlier one is
// the whole one, and that the difference leads from one to the other.
func continued(t *rapid.T, before, after *graph.Snapshot) {
	touched := map[api.VertexID]struct{}{}
	for _, s := range []*graph.Snapshot{before, after} {
		for v := range s.Vertices() {
			b, _ := before.Vertex(v.ID)
			a, _ := after.Vertex(v.ID)
			if a != b {
				touched[v.ID], touched[v.Parent] = struct{}{}, struct{}{}
			}
		}
	}
	var ids []api.VertexID
	for id := range touched {
		ids = append(ids, id)
	}
	for v := range after.Vertices() {
		if !graph.IsDistrict(v.Kind) {
			continue
		}
		former := layout.Lay(before, v.ID, layout.ByCluster)
		whole := layout.Lay(after, v.ID, layout.ByCluster)
		next := layout.Continue(former, after, v.ID, layout.ByCluster, ids)
		if diff := cmp.Diff(whole.Plan(), next.Plan()); diff != "" {
			t.Fatalf("%s %s: what was laid anew (-whole +continued):\n%s", v.Kind, v.ID, diff)
		}
		put, gone, goneFurniture := next.Since(former)
		got := former.Plan()
		drop := map[api.VertexID]bool{}
		for _, id := range append(gone, goneFurniture...) {
			drop[id] = true
		}
		merged := layout.Plan{Boxes: overlay(got.Boxes, put.Boxes, drop, func(b layout.Box) api.VertexID { return b.ID })}
		merged.Furniture = overlay(got.Furniture, put.Furniture, drop, func(f layout.Furniture) api.VertexID { return f.ID })
		if diff := cmp.Diff(layout.Of(whole.Plan()).Plan(), layout.Of(merged).Plan()); diff != "" {
			t.Fatalf("%s %s: the difference (-whole +patched):\n%s", v.Kind, v.ID, diff)
		}
	}
}

func overlay[T any](list, put []T, drop map[api.VertexID]bool, id func(T) api.VertexID) []T {
	for _, row := range put {
		drop[id(row)] = true
	}
	var out []T
	for _, row := range list {
		if !drop[id(row)] {
			out = append(out, row)
		}
	}
	return append(out, put...)
}

func tell(s *graph.Snapshot, p picture, b layout.Box) string {
	if f, ok := p.furniture[b.ID]; ok {
		return fmt.Sprintf("furniture %+v", f)
	}
	v, _ := s.Vertex(b.ID)
	return fmt.Sprintf("%s %+v", v.Kind, b)
}

// The order in which a graph came about is nothing to its picture, and the
// same graph has the same picture in every grouping.
func TestTheSameGraphIsTheSamePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range 1 + w.n("sites", 2) {
			w.site()
		}
		w.step()
		if w.n("settled", 1) > 0 {
			w.settle()
		}
		check(t, w.s, layout.ByRack)
		other := &graph.Snapshot{}
		plain := w.s.Plain()
		ids := make([]api.VertexID, 0, len(plain.Vertices))
		for id := range plain.Vertices {
			ids = append(ids, id)
		}
		r := rand.New(rand.NewPCG(uint64(w.n("order", 1000)), 1))
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		for len(ids) > 0 {
			n := 1 + r.IntN(len(ids))
			c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
			for _, id := range ids[:n] {
				c.Vertices[id] = plain.Vertices[id]
			}
			other = other.Apply(c, 1, other.Revision+1, time.Time{})
			ids = ids[n:]
		}
		other = other.Apply(api.Change{Edges: plain.Edges}, 1, other.Revision+1, time.Time{})
		for _, grouping := range []layout.Grouping{layout.ByCluster, layout.ByRack} {
			if diff := cmp.Diff(plans(w.s, grouping), plans(other, grouping)); diff != "" {
				t.Fatalf("by %s:\n%s", grouping, diff)
			}
		}
	})
}
