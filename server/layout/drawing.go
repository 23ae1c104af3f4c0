package layout

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// drawing is one computation over a snapshot: forms of containers that have no
// plot yet are computed once.
type drawing struct {
	s        *graph.Snapshot
	grouping Grouping
	forms    map[api.VertexID]*clusterForm // how clusters are divided …
	clusters map[api.VertexID]*clusterForm // … and where all in them stands
	sites    map[api.VertexID]*siteForm
	places   map[api.VertexID]map[api.VertexID]place // region, or the world -> what stands in it
	racked   map[api.VertexID]*racks                 // by rack: sites …
	rests    map[api.VertexID]*clusterForm           // … and clusters
	all      []*api.Vertex                           // clusters
	foreign  map[api.VertexID][]partOf               // site -> parts of clusters whose home is elsewhere
}

func draw(s *graph.Snapshot, grouping Grouping) *drawing {
	return &drawing{
		s: s, grouping: grouping, forms: map[api.VertexID]*clusterForm{}, clusters: map[api.VertexID]*clusterForm{}, sites: map[api.VertexID]*siteForm{},
		places:  map[api.VertexID]map[api.VertexID]place{},
		foreign: map[api.VertexID][]partOf{}, racked: map[api.VertexID]*racks{}, rests: map[api.VertexID]*clusterForm{},
	}
}

// group is what stands directly in one container.
type group struct {
	boxes     []Box
	furniture []Furniture
}

func (g *group) box(id, frame api.VertexID, r rect) {
	g.boxes = append(g.boxes, boxOf(id, frame, r))
}

func (g *group) furnish(role Role, of api.VertexID, ordinal int, frame api.VertexID, r rect, count int, text string) {
	g.furniture = append(g.furniture, Furniture{
		Box: boxOf(furnitureID(of, ordinal), frame, r), Role: role, Of: of, Count: count, Text: text,
	})
}

func boxOf(id, frame api.VertexID, r rect) Box {
	return Box{ID: id, Frame: frame, X: float32(r.x), Y: float32(r.y), W: float32(r.w), H: float32(r.h)}
}

// place is where a vertex without a plot was put, and how large.
type place struct {
	rect

	hidden bool // there was no room for it
	part   int  // of a node: in which part of its cluster
	fresh  bool // it has no plot that says so
}

// placed says whether a vertex stands where its plot says: a plot in a former
// parent does not count.
func placed(v *api.Vertex) bool { return v.Plot != nil && v.Plot.In == v.Parent }

func plotRect(p *api.Plot) rect { return rect{p.X, p.Y, p.W, p.H} }

// children are a container's children by kind, each kind in order of slots.
type children [256][]*api.Vertex

func childrenOf(s *graph.Snapshot, parent api.VertexID) *children {
	out := &children{}
	for v := range s.Children(parent) {
		out[v.Kind] = append(out[v.Kind], v)
	}
	for _, list := range out {
		if len(list) > 1 {
			sortBySlot(list)
		}
	}
	return out
}

func sortBySlot(list []*api.Vertex) {
	bySlot := func(a, b *api.Vertex) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.ID, b.ID)) }
	if !slices.IsSortedFunc(list, bySlot) {
		slices.SortFunc(list, bySlot)
	}
}
