package layout_test

import (
	"maps"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// rackRoom is how high a rack is; where its leaves are, by which it and so its
// row is wide and begins; and in which region its site stands (0: none).
type rackRoom struct {
	x, w, h float32
	region  api.VertexID
}

// racked is what of a picture by racks others may have to give way to: the room
// that racks take and where, and what is in each.
func racked(s *graph.Snapshot, p picture) (rooms map[api.VertexID]rackRoom, members map[api.VertexID]map[api.VertexID]bool) {
	rooms, members = map[api.VertexID]rackRoom{}, map[api.VertexID]map[api.VertexID]bool{}
	for id, f := range p.furniture {
		if site, ok := s.Vertex(f.Frame); ok && f.Role == layout.RoleRack {
			rooms[id], members[id] = rackRoom{f.X, f.W, f.H, site.Parent}, map[api.VertexID]bool{}
		}
	}
	for id, b := range p.boxes {
		if in := members[b.Frame]; in != nil {
			in[id] = true
		}
	}
	return rooms, members
}

// unmovedByRack checks that by rack nothing ever moves east or west; that
// things move south or north only where a rack came, went, has another height
// or other leaves, or is in another region; and that in a rack things move only
// where its members change.
func unmovedByRack(t *rapid.T, before, after *graph.Snapshot, what string) {
	was, is := pictureOf(t, before, layout.ByRack), pictureOf(t, after, layout.ByRack)
	roomsWas, membersWas := racked(before, was)
	roomsIs, membersIs := racked(after, is)
	same := maps.Equal(roomsWas, roomsIs)
	for id, b := range was.boxes {
		old, ok1 := before.Vertex(id)
		now, ok2 := after.Vertex(id)
		a, shown := is.boxes[id]
		if !ok1 || !ok2 || !shown || old.Parent != now.Parent || old.Slot != now.Slot || a.Frame != b.Frame {
			continue
		}
		if isLent(before, was, old) || isLent(after, is, now) {
			continue
		}
		if in := membersWas[b.Frame]; in != nil && (!maps.Equal(in, membersIs[b.Frame]) || cabled(before, in) != cabled(after, in)) {
			continue
		}
		if now.Kind == api.VertexSite {
			b.H, a.H = 0, 0 // it may reach further south
		}
		if !same {
			b.Y, a.Y = 0, 0
		}
		if !same && now.Kind == api.VertexRegion {
			b.H, a.H = 0, 0
		}
		if a != b {
			t.Fatalf("by rack, %s moves %s %s: %+v to %+v", what, now.Kind, id, b, a)
		}
	}
}

// cabled tells all cables of the nodes in a rack, which say in what order they
// stand.
func cabled(s *graph.Snapshot, members map[api.VertexID]bool) (sum api.EdgeID) {
	for id := range members {
		for child := range s.Children(id) {
			for e := range s.EdgesOf(child.ID) {
				sum += e.ID * e.ID
			}
		}
	}
	return sum
}
