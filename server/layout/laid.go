package layout

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Laid is where everything of one channel stands at one snapshot. It is never
// modified; what follows it shares with it what is the same.
type Laid struct {
	s        *graph.Snapshot
	district api.VertexID
	grouping Grouping
	groups   graph.Map[*group] // container -> what stands directly in it
}

// Lay lays a channel out: a site's devices with their ports; a cluster's nodes,
// NICs and pods and its shelf; of district 0, the overview, sites and clusters.
// What is drawn nowhere has no box.
func Lay(s *graph.Snapshot, district api.VertexID, grouping Grouping) *Laid {
	l := &Laid{s: s, district: district, grouping: grouping}
	d, edit := draw(s, grouping), l.groups.Edit()
	v, ok := s.Vertex(district)
	switch {
	case grouping == ByRack && (ok || district == 0):
		d.layByRack(v, edit)
	case district == 0:
		edit.Set(0, d.layOverview())
	case ok:
		d.layDistrict(v, edit)
	}
	l.groups = edit.Done()
	return l
}

// Of is a layout that was made by other means.
func Of(p Plan) *Laid {
	edit := (graph.Map[*group]{}).Edit()
	edit.Set(0, &group{p.Boxes, p.Furniture})
	return &Laid{groups: edit.Done(), grouping: ByCluster}
}

// layDistrict lays a site or cluster and all containers in it.
func (d *drawing) layDistrict(v *api.Vertex, edit *graph.Editor[*group]) {
	own := d.layOwn(v)
	edit.Set(uint64(v.ID), own)
	for _, b := range own.boxes {
		if g := d.layInner(b.ID); g != nil {
			edit.Set(uint64(b.ID), g)
		}
	}
}

func (d *drawing) layOwn(district *api.Vertex) *group {
	if district.Kind == api.VertexCluster {
		return d.layCluster(district)
	}
	return d.laySite(district)
}

// layInner lays a container in a district; nil for what is none.
func (d *drawing) layInner(id api.VertexID) *group {
	v, ok := d.s.Vertex(id)
	switch {
	case !ok:
		return nil
	case v.Kind == api.VertexNode:
		cluster, ok := d.s.Vertex(v.Parent)
		if !ok {
			return nil
		}
		return layNode(d.s, v, d.sized(cluster).card)
	case v.Kind == api.VertexNamespace:
		return laySpace(d.s, v)
	case isDevice(v.Kind):
		return layDevice(d.s, v)
	}
	return nil
}

// Continue is the layout of a channel at a later snapshot. touched are at least
// the vertices of the district that came, went or changed since, and what
// contained them before and after. Where all has a lasting place, only what was
// touched is laid anew. Without an earlier layout it is Lay.
func Continue(l *Laid, s *graph.Snapshot, district api.VertexID, grouping Grouping, touched []api.VertexID) *Laid {
	if l == nil || l.district != district || l.grouping != grouping {
		return Lay(s, district, grouping)
	}
	return l.next(s, touched)
}

func (l *Laid) next(s *graph.Snapshot, touched []api.VertexID) *Laid {
	before, _ := l.vertex(l.s)
	after, ok := l.vertex(s)
	if !ok || before == nil || l.grouping != ByCluster || !before.Plot.Equal(after.Plot) || !built(after) {
		return Lay(s, l.district, l.grouping)
	}
	dirty := map[api.VertexID]bool{}
	for _, id := range touched {
		dirty[id] = true
	}
	next := &Laid{s: s, district: l.district, grouping: l.grouping}
	d, edit := draw(s, l.grouping), l.groups.Edit()
	if dirty[l.district] || reachesOut(after) {
		next.relayOwn(d, after, edit)
	}
	for id := range dirty {
		if _, shown := edit.Get(uint64(id)); shown && id != l.district {
			edit.Set(uint64(id), d.layInner(id))
		}
	}
	next.groups = edit.Done()
	return next
}

func (l *Laid) vertex(s *graph.Snapshot) (*api.Vertex, bool) {
	if s == nil || l.district == 0 {
		return nil, false
	}
	return s.Vertex(l.district)
}

func built(district *api.Vertex) bool {
	if district.Kind == api.VertexCluster {
		_, ok := outline(district)
		return ok
	}
	_, ok := siteOutline(district)
	return ok
}

// reachesOut says whether parts of a cluster stand in other sites, which may go.
func reachesOut(v *api.Vertex) bool {
	return slices.ContainsFunc(v.Plot.Parts, func(p api.PlotPart) bool { return p.In != 0 })
}

// relayOwn lays what stands directly in the district, and sees to it that just
// the containers that are shown have a group.
func (l *Laid) relayOwn(d *drawing, district *api.Vertex, edit *graph.Editor[*group]) {
	was, _ := edit.Get(uint64(district.ID))
	own := d.layOwn(district)
	edit.Set(uint64(district.ID), own)
	shown := map[api.VertexID]bool{}
	for _, b := range own.boxes {
		shown[b.ID] = true
		if _, laid := edit.Get(uint64(b.ID)); !laid {
			if g := d.layInner(b.ID); g != nil {
				edit.Set(uint64(b.ID), g)
			}
		}
	}
	for _, b := range was.boxes {
		if !shown[b.ID] {
			edit.Remove(uint64(b.ID))
		}
	}
}

// Grouping is what the layout puts nodes together by.
func (l *Laid) Grouping() Grouping { return l.grouping }

// Plan returns all boxes and furniture, in order of IDs.
func (l *Laid) Plan() Plan {
	var p Plan
	for _, g := range l.groups.All() {
		p.Boxes = append(p.Boxes, g.boxes...)
		p.Furniture = append(p.Furniture, g.furniture...)
	}
	return p.sorted()
}

func (p Plan) sorted() Plan {
	slices.SortFunc(p.Boxes, func(a, b Box) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(p.Furniture, func(a, b Furniture) int { return cmp.Compare(a.ID, b.ID) })
	return p
}

// Since returns what is new or other than in an earlier layout, and the IDs of
// boxes and of furniture that are gone, each in order of IDs.
func (l *Laid) Since(before *Laid) (put Plan, gone, goneFurniture []api.VertexID) {
	was, is := Plan{}, Plan{}
	for id, g := range l.groups.All() {
		old, ok := before.groups.Get(id)
		if ok && old == g {
			continue
		}
		is.Boxes, is.Furniture = append(is.Boxes, g.boxes...), append(is.Furniture, g.furniture...)
		if ok {
			was.Boxes, was.Furniture = append(was.Boxes, old.boxes...), append(was.Furniture, old.furniture...)
		}
	}
	for id, old := range before.groups.All() {
		if _, ok := l.groups.Get(id); !ok {
			was.Boxes, was.Furniture = append(was.Boxes, old.boxes...), append(was.Furniture, old.furniture...)
		}
	}
	was, is = was.sorted(), is.sorted()
	put.Boxes, gone = since(is.Boxes, was.Boxes, func(b Box) api.VertexID { return b.ID })
	put.Furniture, goneFurniture = since(is.Furniture, was.Furniture, func(f Furniture) api.VertexID { return f.ID })
	return put, gone, goneFurniture
}

// since returns what differs between two lists in order of IDs: the rows that
// are new or other, and the IDs of those that are gone.
func since[T comparable](now, before []T, id func(T) api.VertexID) (put []T, gone []api.VertexID) {
	i := 0
	for _, row := range now {
		for i < len(before) && id(before[i]) < id(row) {
			gone = append(gone, id(before[i]))
			i++
		}
		if i < len(before) && id(before[i]) == id(row) {
			i++
			if before[i-1] == row {
				continue
			}
		}
		put = append(put, row)
	}
	for ; i < len(before); i++ {
		gone = append(gone, id(before[i]))
	}
	return put, gone
}

// Len is how many vertices have a box.
func (l *Laid) Len() int {
	n := 0
	for _, g := range l.groups.All() {
		n += len(g.boxes)
	}
	return n
}
