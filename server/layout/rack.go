package layout

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// racks are a site by racks: a column a pair of leaves, with the nodes that
// hang on them beneath. Nothing of it is remembered.
type racks struct {
	w, h      int32
	devices   map[api.VertexID]Box // those that are no leaves stand in the site, leaves in their rack
	nodes     map[api.VertexID]Box
	clusters  map[api.VertexID]rect
	furniture group
}

const (
	rackColumns = 16
	rackGround  = 96 // of the gutter above a row of racks
)

// rack is one column in the making.
type rack struct {
	leaves []*api.Vertex
	nodes  []*api.Vertex
}

// pairs puts leaves together: those on which the same node hangs, or that are
// linked to each other.
func (d *drawing) pairs(leaves []*api.Vertex) []rack {
	partner := map[api.VertexID]api.VertexID{}
	isLeaf := map[api.VertexID]bool{}
	for _, leaf := range leaves {
		isLeaf[leaf.ID] = true
	}
	join := func(a, b api.VertexID) {
		if a != b && isLeaf[a] && isLeaf[b] && partner[a] == 0 && partner[b] == 0 {
			partner[a], partner[b] = b, a
		}
	}
	for _, kind := range []api.EdgeKind{api.EdgeAttach, api.EdgeLink} {
		for _, leaf := range leaves {
			for port := range d.s.Children(leaf.ID) {
				for e := range d.s.EdgesOf(port.ID) {
					if e.Kind == kind {
						d.across(e.A+e.B-port.ID, func(far api.VertexID) { join(leaf.ID, far) })
					}
				}
			}
		}
	}
	var out []rack
	done := map[api.VertexID]bool{}
	for _, leaf := range leaves {
		if done[leaf.ID] {
			continue
		}
		r := rack{leaves: []*api.Vertex{leaf}}
		if other, ok := d.s.Vertex(partner[leaf.ID]); ok {
			r.leaves, done[other.ID] = append(r.leaves, other), true
		}
		out = append(out, r)
	}
	return out
}

// across yields the devices that are reached from the far end of a cable: the
// port's device, or those on which the NIC's node hangs.
func (d *drawing) across(end api.VertexID, yield func(api.VertexID)) {
	v, ok := d.s.Vertex(end)
	if !ok {
		return
	}
	if v.Kind != api.VertexNIC {
		yield(v.Parent)
		return
	}
	for nic := range d.s.Children(v.Parent) {
		for e := range d.s.EdgesOf(nic.ID) {
			if port, ok := d.s.Vertex(e.A + e.B - nic.ID); ok && e.Kind == api.EdgeAttach {
				yield(port.Parent)
			}
		}
	}
}

// byRack arranges a site by racks.
func (d *drawing) byRack(site *api.Vertex) *racks {
	if r, ok := d.racked[site.ID]; ok {
		return r
	}
	r := &racks{devices: map[api.VertexID]Box{}, nodes: map[api.VertexID]Box{}, clusters: map[api.VertexID]rect{}}
	d.racked[site.ID] = r
	kids := childrenOf(d.s, site.ID)
	var rows [tiers][]*api.Vertex
	for _, kind := range []api.VertexKind{api.VertexDevice, api.VertexHypervisor, api.VertexSegment} {
		for _, v := range kids[kind] {
			rows[tierOf(d.s, v)] = append(rows[tierOf(d.s, v)], v)
		}
	}
	y := int32(header)
	for t, row := range rows {
		if len(row) == 0 {
			continue
		}
		if tier(t) == tierLeaf {
			y = d.layRacks(site, r, row, y)
			continue
		}
		sizes := make([]rect, 0, len(row))
		for _, v := range row {
			sizes = append(sizes, plateOf(d.s, v).size())
		}
		at, w, h := flow(sizes, gap, y, rowW, 2*gap, gap)
		for i, v := range row {
			r.devices[v.ID] = boxOf(v.ID, site.ID, at[i])
		}
		r.furniture.furnish(RoleTier, site.ID, tierNumber+t, site.ID, rect{gap, y, w, h}, 0, tier(t).String())
		r.w = max(r.w, w+2*gap)
		y += h + 4*gap
	}
	var sizes []rect
	for _, cluster := range kids[api.VertexCluster] {
		f := d.rackCluster(cluster)
		sizes = append(sizes, rect{w: f.w, h: f.h})
	}
	at, w, h := flow(sizes, gap, y, max(rowW, r.w), 2*gap, ground)
	for i, cluster := range kids[api.VertexCluster] {
		r.clusters[cluster.ID] = at[i]
	}
	r.w, r.h = max(r.w, w+2*gap, 3*pitch), y+h+gap
	return r
}

// layRacks places racks in rows, and returns where the next thing may stand.
func (d *drawing) layRacks(site *api.Vertex, r *racks, leaves []*api.Vertex, y int32) int32 {
	list := d.pairs(leaves)
	at := map[api.VertexID]int{}
	for i, rk := range list {
		for _, leaf := range rk.leaves {
			at[leaf.ID] = i
		}
	}
	for _, node := range d.allNodes() {
		if b, ok := d.berthOf(node); ok {
			if i, here := at[b.device.ID]; here {
				list[i].nodes = append(list[i].nodes, node)
			}
		}
	}
	for row := range ceil(len(list), rackColumns) {
		members := list[row*rackColumns : min(len(list), (row+1)*rackColumns)]
		r.furniture.furnish(RoleGutter, site.ID, gutterNumber+row%(rackNumber-gutterNumber), site.ID, rect{gap, y, 1, rackGround}, 0, "")
		gutter := &r.furniture.furniture[len(r.furniture.furniture)-1]
		y += rackGround
		x, rowH := int32(gap), int32(0)
		for i, rk := range members {
			w, h := d.layRack(site, r, rk, row*rackColumns+i, x, y)
			x, rowH = x+w+2*gap, max(rowH, h)
		}
		gutter.W = float32(x - 3*gap)
		r.w = max(r.w, x)
		y += rowH + gap
	}
	return y + 2*gap
}

// layRack places one rack and all in it, and returns its size.
func (d *drawing) layRack(site *api.Vertex, r *racks, rk rack, i int, x, y int32) (w, h int32) {
	id := furnitureID(site.ID, rackNumber+i%(furnitureShare-rackNumber))
	text := ""
	h = strip
	for _, leaf := range rk.leaves {
		size := plateOf(d.s, leaf).size()
		r.devices[leaf.ID] = boxOf(leaf.ID, id, rect{gap, h, size.w, size.h})
		w, h = max(w, size.w), h+size.h+gap
		if text != "" {
			text += " + "
		}
		text += leaf.Name
	}
	w += 2 * gap
	left, rowH := int32(gap), int32(0)
	for _, node := range d.byBerth(rk.nodes) {
		cluster, _ := d.s.Vertex(node.Parent)
		size := d.sized(cluster).card.size()
		w = max(w, size.w+2*gap)
		if left > gap && left+size.w+gap > w {
			left, h, rowH = gap, h+rowH+gap, 0
		}
		r.nodes[node.ID] = boxOf(node.ID, id, rect{left, h, size.w, size.h})
		left, rowH = left+size.w+gap, max(rowH, size.h)
	}
	if rowH > 0 {
		h += rowH + gap
	}
	r.furniture.furnish(RoleRack, site.ID, int(id-furnitureID(site.ID, 0)), site.ID, rect{x, y, w, h}, 0, text)
	return w, h
}

// allNodes are the nodes of all clusters, in order of slots.
func (d *drawing) allNodes() []*api.Vertex {
	if d.nodes == nil {
		for v := range d.s.Vertices() {
			if v.Kind == api.VertexNode {
				if cluster, ok := d.s.Vertex(v.Parent); ok && cluster.Kind == api.VertexCluster {
					d.nodes = append(d.nodes, v)
				}
			}
		}
		sortBySlot(d.nodes)
	}
	return d.nodes
}

// rackOf is where a node stands in a rack of its port's site.
func (d *drawing) rackOf(node *api.Vertex) (Box, bool) {
	site, ok := d.s.Vertex(d.siteOf(node))
	if !ok {
		return Box{}, false
	}
	b, ok := d.byRack(site).nodes[node.ID]
	return b, ok
}

// rackCluster is a cluster without the nodes that stand in racks: its shelf,
// its tray, and the nodes of which no port is known.
func (d *drawing) rackCluster(cluster *api.Vertex) *clusterForm {
	f := *d.sized(cluster)
	var rest []*api.Vertex
	for _, node := range childrenOf(d.s, cluster.ID)[api.VertexNode] {
		if b, ok := d.berthOf(node); !ok || tierOf(d.s, b.device) != tierLeaf || d.siteOf(node) == 0 {
			rest = append(rest, node)
		}
	}
	f.nodes = map[api.VertexID]place{}
	sizes := make([]rect, len(rest))
	for i := range sizes {
		sizes[i] = f.card.size()
	}
	at, _, h := flow(sizes, gap, header, f.w-2*gap, gap, gap)
	for i, node := range rest {
		f.nodes[node.ID] = place{rect: at[i]}
	}
	y := header + h + gap
	f.tray.y = y
	f.shelf.y = y + f.tray.h + gap
	f.h = f.shelf.y + f.shelf.h + gap
	f.parts = []api.PlotPart{{}}
	f.hiddenNodes = []int{0}
	f.spaces, f.hiddenSpaces = map[api.VertexID]place{}, 0
	d.placeSpaces(&f, childrenOf(d.s, cluster.ID)[api.VertexNamespace])
	return &f
}

func (d *drawing) layByRack(district *api.Vertex, edit *graph.Editor[*group]) {
	if district == nil {
		edit.Set(0, d.rackOverview())
		return
	}
	g := &group{}
	if district.Kind == api.VertexCluster {
		f := d.rackCluster(district)
		d.clusters[district.ID] = f
		g = d.layCluster(district)
		for v := range d.s.Children(district.ID) {
			if b, ok := d.rackOf(v); ok && v.Kind == api.VertexNode {
				g.boxes = slices.DeleteFunc(g.boxes, func(o Box) bool { return o.ID == v.ID })
				g.boxes = append(g.boxes, b)
			}
		}
	} else {
		r := d.byRack(district)
		for v := range d.s.Children(district.ID) {
			if b, ok := r.devices[v.ID]; ok {
				g.boxes = append(g.boxes, b)
			}
		}
		g.furniture = r.furniture.furniture
	}
	edit.Set(uint64(district.ID), g)
	for _, b := range g.boxes {
		if inner := d.layInner(b.ID); inner != nil {
			edit.Set(uint64(b.ID), inner)
		}
	}
}

// rackOverview places sites by racks, and in each what is left of its clusters.
func (d *drawing) rackOverview() *group {
	g := &group{}
	d.rackLots(g, 0, 0, 0)
	return g
}

// rackLots places what stands in a region or in the world, from a corner of it,
// and returns how far it reaches.
func (d *drawing) rackLots(g *group, in api.VertexID, x, y int32) rect {
	var list []lot
	kids := childrenOf(d.s, in)
	for _, region := range kids[api.VertexRegion] {
		r := d.rackLots(g, region.ID, regionEdge, header)
		list = append(list, lot{region, rect{w: max(r.w+regionEdge, 3*pitch), h: max(r.h+regionEdge, pitch)}})
	}
	for _, site := range kids[api.VertexSite] {
		r := d.byRack(site)
		list = append(list, lot{site, rect{w: r.w, h: r.h}})
		for _, cluster := range childrenOf(d.s, site.ID)[api.VertexCluster] {
			g.box(cluster.ID, site.ID, r.clusters[cluster.ID])
		}
	}
	for _, cluster := range kids[api.VertexCluster] {
		f := d.rackCluster(cluster)
		list = append(list, lot{cluster, rect{w: f.w, h: f.h}})
	}
	var all rect
	for i, at := range firstGrid(list, x, y) {
		g.box(list[i].v.ID, in, at)
		all.w, all.h = max(all.w, at.x+at.w), max(all.h, at.y+at.h)
	}
	return all
}
