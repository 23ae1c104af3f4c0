package layout

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// HasPlot says whether vertices of a kind keep a plot; all others stand by
// their slots.
func HasPlot(kind api.VertexKind) bool {
	switch {
	case kind == api.VertexRegion || kind == api.VertexSite || kind == api.VertexCluster || kind == api.VertexNode || kind == api.VertexNamespace:
		return true
	default:
		return isDevice(kind)
	}
}

// Settled says whether a vertex has a lasting place: its plot, made for the
// parent that it has; of a node, in a part of its cluster that still stands.
func Settled(s *graph.Snapshot, v *api.Vertex) bool {
	if !placed(v) || v.Kind != api.VertexNode {
		return placed(v)
	}
	cluster, ok := s.Vertex(v.Parent)
	if !ok || cluster.Plot == nil || len(v.Plot.Room) != 1 || int(v.Plot.Room[0]) >= len(cluster.Plot.Parts) {
		return true // as far as the node goes
	}
	in := cluster.Plot.Parts[v.Plot.Room[0]].In
	_, stands := s.Vertex(in)
	return in == 0 || stands
}

// Vacated is the plot of a vertex that is gone: no place, but a wish for the
// same one.
func Vacated(v *api.Vertex) *api.Plot {
	p := *v.Plot
	p.In = v.ID
	return &p
}

// wish is where a vertex would like to stand, for it stood there before.
func wish(v *api.Vertex) (rect, bool) {
	if v.Plot == nil || v.Plot.In != v.ID || v.Plot.W == 0 {
		return rect{}, false
	}
	return plotRect(v.Plot), true
}

// Settle gives lasting places to vertices that have none: where District shows
// them now. Who finds no room in a full container gets none. All that has a
// plot keeps it; only a site may reach further south.
func Settle(s *graph.Snapshot, ids []api.VertexID) map[api.VertexID]*api.Plot {
	st := settling{d: draw(s, ByCluster), plots: map[api.VertexID]*api.Plot{}}
	clusters, sites, frames := map[api.VertexID]bool{}, map[api.VertexID]bool{}, map[api.VertexID]bool{}
	for _, id := range ids {
		v, ok := s.Vertex(id)
		if !ok {
			continue
		}
		switch {
		case v.Kind == api.VertexNode || v.Kind == api.VertexNamespace:
			clusters[v.Parent] = true
		case v.Kind == api.VertexCluster:
			clusters[v.ID] = true
			sites[v.Parent], frames[v.Parent] = true, true
		case v.Kind == api.VertexSite || v.Kind == api.VertexRegion:
			sites[v.ID], frames[v.Parent] = true, true
		case isDevice(v.Kind):
			sites[v.Parent] = true
		}
	}
	for _, v := range st.vertices(clusters, api.VertexCluster) {
		for _, part := range st.cluster(v).parts {
			if part.In != 0 {
				sites[part.In] = true
			}
		}
	}
	for _, v := range st.vertices(sites, api.VertexSite) {
		st.site(v)
		if frames[v.ID] {
			frames[v.Parent] = true // its size may be another
		}
	}
	for in := range frames {
		if v, ok := s.Vertex(in); !ok || v.Kind == api.VertexRegion {
			st.lots(in)
		}
	}
	return st.plots
}

type settling struct {
	d     *drawing
	plots map[api.VertexID]*api.Plot
}

func (st *settling) vertices(ids map[api.VertexID]bool, kind api.VertexKind) []*api.Vertex {
	var out []*api.Vertex
	for id := range ids {
		if v, ok := st.d.s.Vertex(id); ok && v.Kind == kind {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b *api.Vertex) int { return int(a.ID) - int(b.ID) })
	return out
}

// plot is the plot of a vertex in the making.
func (st *settling) plot(v *api.Vertex) *api.Plot {
	p := st.plots[v.ID]
	if p == nil {
		p = &api.Plot{In: v.ID} // nowhere yet
		if v.Plot != nil {
			*p = *v.Plot
			p.Parts = slices.Clone(p.Parts)
		}
		st.plots[v.ID] = p
	}
	return p
}

func (st *settling) put(v *api.Vertex, at place) {
	if at.fresh && !at.hidden {
		p := st.plot(v)
		p.In, p.X, p.Y, p.W, p.H = v.Parent, at.x, at.y, at.w, at.h
	}
}

func (st *settling) cluster(v *api.Vertex) *clusterForm {
	f := st.d.cluster(v)
	if _, built := outline(v); !built {
		p := st.plot(v)
		p.W, p.H, p.Room, p.Parts = f.w, f.h, f.room(), slices.Clone(f.parts)
	}
	for child := range st.d.s.Children(v.ID) {
		if at, ok := f.nodes[child.ID]; ok && at.fresh && !at.hidden {
			st.put(child, at)
			st.plot(child).Room = []int32{int32(at.part)}
		}
		if at, ok := f.spaces[child.ID]; ok && at.fresh && !at.hidden {
			st.put(child, at)
			st.plot(child).Room = spaceOf(st.d.s, child).room()
		}
	}
	return f
}

func (st *settling) site(v *api.Vertex) {
	f := st.d.site(v)
	if was, built := siteOutline(v); !built || was.h != f.h {
		p := st.plot(v)
		p.W, p.H, p.Room = f.w, f.h, f.room()
	}
	for child := range st.d.s.Children(v.ID) {
		if at, ok := f.devices[child.ID]; ok && at.fresh && !at.hidden {
			st.put(child, at)
			st.plot(child).Room = plateOf(st.d.s, child).room()
		}
		if at, ok := f.clusters[child.ID]; ok {
			st.put(child, at)
		}
	}
	for _, p := range st.d.foreignIn(v.ID) {
		if at := f.clusters[partID(p.cluster.ID, p.part)]; at.fresh && !at.hidden {
			part := &st.plot(p.cluster).Parts[p.part]
			part.X, part.Y = at.x, at.y
		}
	}
}

func (st *settling) lots(in api.VertexID) {
	places := st.d.lots(in)
	for v := range st.d.s.Children(in) {
		at, ok := places[v.ID]
		if !ok {
			continue
		}
		st.put(v, at)
		if v.Kind == api.VertexRegion && v.Plot == nil {
			st.lots(v.ID)
		}
	}
}
