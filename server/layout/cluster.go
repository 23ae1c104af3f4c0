package layout

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// clusterForm is how a cluster is divided: node areas in parts, the tray below
// them, and the shelf.
type clusterForm struct {
	w, h         int32
	card         card
	tray, shelf  rect
	parts        []api.PlotPart // at least one; the first stands in the cluster itself
	nodes        map[api.VertexID]place
	spaces       map[api.VertexID]place
	hiddenNodes  []int // by part
	hiddenSpaces int
}

// Numbers of a cluster's furniture; parts follow from partNumber on.
const (
	moreSpaces = 33
	moreTray   = 34
	bridge     = 35
	partNumber = 64
	moreNodes  = 2048 // and the number of the part
)

func partID(cluster api.VertexID, part int) api.VertexID {
	return furnitureID(cluster, partNumber+part)
}

// outline is what is known of a cluster without a look at what is in it: its
// size and parts; false if it has no plot yet.
func outline(cluster *api.Vertex) (*clusterForm, bool) {
	p := cluster.Plot
	if p == nil || len(p.Room) != 6 || len(p.Parts) == 0 {
		return nil, false
	}
	r := p.Room
	return &clusterForm{
		w: p.W, h: p.H, parts: p.Parts,
		card:  card{rows: int(r[0]), nics: int(r[1])},
		tray:  rect{gap, r[2], p.W - 2*gap, r[3]},
		shelf: rect{gap, r[4], p.W - 2*gap, r[5]},
	}, true
}

func (f *clusterForm) room() []int32 {
	return []int32{int32(f.card.rows), int32(f.card.nics), f.tray.y, f.tray.h, f.shelf.y, f.shelf.h}
}

// sized is a cluster's form as far as its size and parts.
func (d *drawing) sized(cluster *api.Vertex) *clusterForm {
	f, ok := d.forms[cluster.ID]
	if ok {
		return f
	}
	if f, ok = outline(cluster); !ok {
		kids := childrenOf(d.s, cluster.ID)
		f = d.plan(cluster, kids[api.VertexNode], kids[api.VertexNamespace])
	}
	d.forms[cluster.ID] = f
	return f
}

// cluster is a cluster's form with the places of all nodes and namespaces.
func (d *drawing) cluster(cluster *api.Vertex) *clusterForm {
	if f, ok := d.clusters[cluster.ID]; ok {
		return f
	}
	kids := childrenOf(d.s, cluster.ID)
	f := d.sized(cluster)
	f.nodes, f.spaces = map[api.VertexID]place{}, map[api.VertexID]place{}
	d.placeNodes(cluster, f, kids[api.VertexNode])
	d.placeSpaces(f, kids[api.VertexNamespace])
	d.clusters[cluster.ID] = f
	return f
}

// plan divides a cluster that has no plot yet.
func (d *drawing) plan(cluster *api.Vertex, nodes, spaces []*api.Vertex) *clusterForm {
	f := &clusterForm{card: cardFor(d.s, nodes)}
	y := d.planParts(cluster, f, nodes)
	sizes := make([]rect, 0, len(spaces))
	least := int32(0)
	for _, at := range byHeight(d.s, spaces) {
		sizes = append(sizes, spaceOf(d.s, spaces[at]).size())
		least = max(least, sizes[len(sizes)-1].w)
	}
	f.w = max(f.w, least+4*gap, space{rows: spaceRows, lists: [6]int{1, 1}}.size().w+4*gap)
	f.tray = rect{gap, y, f.w - 2*gap, strip + trayRows*(podSize+podGap) + gap/2}
	y += f.tray.h + gap
	inner := f.w - 4*gap
	_, _, used := flow(sizes, gap, strip, inner, gap, gap)
	// Room for a quarter more namespaces.
	later := space{rows: spaceRows, lists: [6]int{1, 1}}.size()
	for range ceil(len(sizes), 4) {
		sizes = append(sizes, later)
	}
	_, _, more := flow(sizes, gap, strip, inner, gap, gap)
	if len(spaces) == 0 {
		used, more = later.h, later.h
	}
	f.shelf = rect{gap, y, f.w - 2*gap, strip + max(used, more) + gap}
	f.h = quantise(y+f.shelf.h+gap, 20)
	return f
}

// byHeight is the order in which namespaces are put on a shelf first: the
// highest before the others, so that rows have no gaps.
func byHeight(s *graph.Snapshot, spaces []*api.Vertex) []int {
	order := make([]int, len(spaces))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(spaceOf(s, spaces[b]).rows, spaceOf(s, spaces[a]).rows)
	})
	return order
}

// placeSpaces says where namespaces stand on the shelf.
func (d *drawing) placeSpaces(f *clusterForm, spaces []*api.Vertex) {
	y := yard{area: rect{gap, strip, f.shelf.w - 2*gap, f.shelf.h - strip - gap}, apart: gap, down: gap}
	for _, ns := range spaces {
		if placed(ns) {
			y.take(plotRect(ns.Plot))
		}
	}
	for _, at := range byHeight(d.s, spaces) {
		ns := spaces[at]
		if placed(ns) {
			f.spaces[ns.ID] = place{rect: plotRect(ns.Plot)}
			continue
		}
		size := spaceOf(d.s, ns).size()
		at, ok := y.placeFor(ns, size.w, size.h)
		if !ok {
			f.hiddenSpaces++
		}
		f.spaces[ns.ID] = place{rect: at, hidden: !ok, fresh: true}
	}
}

// layCluster returns what stands in a cluster itself.
func (d *drawing) layCluster(cluster *api.Vertex) *group {
	f, g := d.clusterNow(cluster), &group{}
	for i, part := range f.parts {
		if i == 0 || part.In == 0 {
			d.layPart(g, cluster, f, i)
		}
		if n := f.hiddenNodes[i]; n > 0 {
			last := f.grid(i).last()
			g.furnish(RoleMore, cluster.ID, moreNodes+i, f.frameOf(cluster, i), last, n, "")
		}
	}
	shelf := furnitureID(cluster.ID, int(RoleShelf))
	for v := range d.s.Children(cluster.ID) {
		switch {
		case v.Kind == api.VertexNode:
			if p, ok := f.nodes[v.ID]; ok && !p.hidden {
				g.box(v.ID, f.frameOf(cluster, p.part), p.rect)
			}
		case v.Kind == api.VertexNamespace:
			if p := f.spaces[v.ID]; !p.hidden {
				g.box(v.ID, shelf, p.rect)
			}
		}
	}
	if len(f.spaces) > 0 {
		g.furnish(RoleShelf, cluster.ID, int(RoleShelf), cluster.ID, f.shelf, 0, "")
	}
	if f.hiddenSpaces > 0 {
		at := rect{f.shelf.w - moreW - 2, 2, moreW, moreH}
		g.furnish(RoleMore, cluster.ID, moreSpaces, shelf, at, f.hiddenSpaces, "")
	}
	d.layTray(g, cluster, f)
	return g
}

// layTray places the pods that have no node. What else hangs under the cluster
// itself, because its own place is not known yet, is counted.
func (d *drawing) layTray(g *group, cluster *api.Vertex, f *clusterForm) {
	columns := int(f.tray.w-2*gap) / (podSize + podGap)
	last := columns*trayRows - 2
	frame := furnitureID(cluster.ID, int(RoleTray))
	cell := func(i int) rect {
		return rect{gap + int32(i%columns)*(podSize+podGap), strip + int32(i/columns)*(podSize+podGap), podSize, podSize}
	}
	loose, hidden := 0, 0
	for v := range d.s.Children(cluster.ID) {
		if v.Kind == api.VertexNode || v.Kind == api.VertexNamespace || f.isHost(v) {
			continue
		}
		loose++
		if v.Kind != api.VertexPod || int(v.Slot) >= last {
			hidden++
			continue
		}
		g.box(v.ID, frame, cell(int(v.Slot)))
	}
	if loose > 0 {
		g.furnish(RoleTray, cluster.ID, int(RoleTray), cluster.ID, f.tray, 0, "")
	}
	if hidden > 0 {
		g.furnish(RoleMore, cluster.ID, moreTray, frame, widened(cell(last)), hidden, "")
	}
}
