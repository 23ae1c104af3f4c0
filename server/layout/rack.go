package layout

import (
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// By rack a site looks as by cluster, but that each pair of leaves is a rack
// with what hangs on them beneath: what stands south of a rack gives way, and
// nothing else moves. So places need no memory of their own: those of leaves
// are remembered, and racks are as high as classes of what is in them.

// racks are those of one site.
type racks struct {
	list  []*rack
	of    map[api.VertexID]*rack // by leaf
	rows  []row
	grown stretch
	form  *siteForm // the site without what stands in racks, each at its new place
	inner []Box     // leaves, and what hangs on them that is no node
	nodes map[api.VertexID]Box
}

// rack is one or two leaves, side by side, and what hangs on them.
type rack struct {
	id     api.VertexID // of the furniture
	leaves []*api.Vertex
	box    rect // in the site by cluster, as wide and high as the leaves
	row    int
	top    int32 // of the leaves, in the rack
	below  []*api.Vertex
	nodes  []*api.Vertex
	berths map[api.VertexID]berth // of the nodes, at these leaves
}

const (
	rackEdge   = gap / 2 // from the edge of a rack to what is in it
	rackGround = 72      // of the gutter above a row of racks
	rackSeam   = 48      // below leaves, and below devices that hang on them: cables run there
	rackUnit   = 200     // what hangs on leaves has room in multiples of it
	mostRacks  = 3072    // of a site; leaves of others stand alone
)

// byRack arranges a site by racks.
func (d *drawing) byRack(site *api.Vertex) *racks {
	r := d.rackFrames(site)
	if r.form != nil {
		return r
	}
	f := *d.site(site)
	r.form, r.nodes = &f, map[api.VertexID]Box{}
	f.devices, f.clusters = map[api.VertexID]place{}, map[api.VertexID]place{}
	inRack := d.fill(site, r)
	d.raise(r)
	for id, p := range d.site(site).devices {
		switch {
		case r.of[id] != nil || inRack[id]:
			if p.hidden {
				f.hiddenDevices--
			}
		default:
			p.rect = r.grown.moved(p.rect)
			f.devices[id] = p
		}
	}
	for id, p := range d.site(site).clusters {
		p.rect = r.grown.moved(p.rect)
		f.clusters[id] = p
	}
	for t, b := range f.bands {
		north := int32(0)
		if slices.ContainsFunc(r.rows, func(row row) bool { return row.top == b.y }) {
			north = strip // racks have a title
		}
		top := b.y + r.grown.at(b.y) - north
		f.bands[t] = band{top, b.y + b.h + r.grown.at(b.y+b.h) - top}
	}
	f.clustersY += r.grown.at(f.clustersY)
	f.h += r.grown.at(f.h)
	return r
}

// rackFrames are a site's racks as far as their leaves.
func (d *drawing) rackFrames(site *api.Vertex) *racks {
	if r, ok := d.racked[site.ID]; ok {
		return r
	}
	r := &racks{of: map[api.VertexID]*rack{}}
	d.racked[site.ID] = r
	f := d.site(site)
	var leaves []*api.Vertex
	for _, v := range childrenOf(d.s, site.ID)[api.VertexDevice] {
		if tierOf(d.s, v) == tierLeaf && !f.devices[v.ID].hidden && v.Slot < mostRacks {
			leaves = append(leaves, v)
		}
	}
	var boxes []rect
	for _, pair := range d.pairs(leaves) {
		if len(pair) == 2 && !areBeside(f.devices[pair[0].ID].rect, f.devices[pair[1].ID].rect) {
			r.add(site, f, pair[:1])
			pair = pair[1:]
		}
		r.add(site, f, pair)
	}
	for _, rk := range r.list {
		boxes = append(boxes, rk.box)
		for _, leaf := range rk.leaves { // rows are as high as the lowest of them
			boxes = append(boxes, f.devices[leaf.ID].rect)
		}
	}
	r.rows = rowsOf(boxes)
	for _, rk := range r.list {
		rk.row = slices.IndexFunc(r.rows, func(o row) bool { return o.top == rk.box.y })
	}
	return r
}

func areBeside(a, b rect) bool {
	apart := max(a.x, b.x) - min(a.x+a.w, b.x+b.w)
	return a.y == b.y && apart >= 0 && apart <= 2*gap
}

func (r *racks) add(site *api.Vertex, f *siteForm, leaves []*api.Vertex) {
	rk := &rack{leaves: leaves, berths: map[api.VertexID]berth{}, id: furnitureID(site.ID, rackNumber+int(leaves[0].Slot))}
	for i, leaf := range leaves {
		at := f.devices[leaf.ID].rect
		if i > 0 {
			right, bottom := max(rk.box.x+rk.box.w, at.x+at.w), max(rk.box.y+rk.box.h, at.y+at.h)
			at.x = min(at.x, rk.box.x)
			at.w, at.h = right-at.x, bottom-at.y
		}
		rk.box = at
		r.of[leaf.ID] = rk
	}
	r.list = append(r.list, rk)
}

// pairs puts leaves together: those on which the same node hangs, or that are
// linked to each other. Each pair, or leaf without one, is at its first leaf.
func (d *drawing) pairs(leaves []*api.Vertex) [][]*api.Vertex {
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
	var out [][]*api.Vertex
	done := map[api.VertexID]bool{}
	for _, leaf := range leaves {
		if done[leaf.ID] {
			continue
		}
		pair := []*api.Vertex{leaf}
		if other, ok := d.s.Vertex(partner[leaf.ID]); ok {
			pair, done[other.ID] = append(pair, other), true
		}
		out = append(out, pair)
	}
	return out
}

// inPairs puts leaves that are a pair beside each other, and says of each
// whether it is the second of one.
func (d *drawing) inPairs(leaves []*api.Vertex) (list []*api.Vertex, joined []bool) {
	for _, pair := range d.pairs(leaves) {
		for i, leaf := range pair {
			list, joined = append(list, leaf), append(joined, i > 0)
		}
	}
	return list, joined
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
	if node, ok := d.s.Vertex(v.Parent); ok {
		for b := range d.berths(node) {
			yield(b.device.ID)
		}
	}
}

// fill finds what hangs on the leaves of a site's racks, and returns which
// devices that are.
func (d *drawing) fill(site *api.Vertex, r *racks) map[api.VertexID]bool {
	inRack, seen := map[api.VertexID]bool{}, map[api.VertexID]bool{}
	for _, rk := range r.list {
		for _, leaf := range rk.leaves {
			for node := range d.nodesOn(leaf) {
				if seen[node.ID] {
					continue
				}
				seen[node.ID] = true
				if at, b := d.rackOf(node); at != nil && r.of[b.device.ID] == at {
					at.nodes, at.berths[node.ID] = append(at.nodes, node), b
				}
			}
		}
	}
	kids := childrenOf(d.s, site.ID)
	for _, kind := range deviceKinds() {
		for _, v := range kids[kind] {
			rk := d.leafAbove(r, v)
			if rk != nil && plateOf(d.s, v).size().w <= rk.box.w {
				rk.below, inRack[v.ID] = append(rk.below, v), true
			}
		}
	}
	return inRack
}

// leafAbove is the rack in which a device that only leaves know hangs; nil if
// there is none.
func (d *drawing) leafAbove(r *racks, device *api.Vertex) *rack {
	if t := tierOf(d.s, device); t != tierEdge && t != tierHost {
		return nil
	}
	var best berth
	note := func(end *api.Vertex) {
		for e := range d.s.EdgesOf(end.ID) {
			port, ok := d.s.Vertex(e.A + e.B - end.ID)
			if !ok || e.Kind != api.EdgeLink && e.Kind != api.EdgeAttach && e.Kind != api.EdgeMember || r.of[port.Parent] == nil {
				continue
			}
			leaf, _ := d.s.Vertex(port.Parent)
			if b := (berth{leaf, port}); best.port == nil || compareBerths(b, best) < 0 {
				best = b
			}
		}
	}
	note(device)
	for port := range d.s.Children(device.ID) {
		note(port)
	}
	if best.port == nil {
		return nil
	}
	return r.of[best.device.ID]
}

// raise says how high racks are, and places what is in them.
func (d *drawing) raise(r *racks) {
	for _, rk := range r.list {
		row := &r.rows[rk.row]
		rk.top = strip
		at := func(id api.VertexID, x, y int32, size rect) Box {
			return boxOf(id, rk.id, rect{x, y, size.w, size.h})
		}
		for _, leaf := range rk.leaves {
			place := d.site(d.parent(leaf)).devices[leaf.ID].rect
			r.inner = append(r.inner, at(leaf.ID, rackEdge+place.x-rk.box.x, rk.top, place))
		}
		y := rk.top + row.bottom - row.top + rackSeam
		var sizes []rect
		for _, v := range rk.below {
			sizes = append(sizes, plateOf(d.s, v).size())
		}
		if len(sizes) > 0 {
			places, _, h := flow(sizes, rackEdge, y, rk.box.w, gap, gap)
			for i, v := range rk.below {
				r.inner = append(r.inner, at(v.ID, places[i].x, places[i].y, places[i]))
			}
			y += h + rackSeam
		}
		sizes = sizes[:0]
		list := inOrder(rk.nodes, rk.berths)
		for _, node := range list {
			sizes = append(sizes, d.sized(d.parent(node)).card.size())
		}
		places, _, h := flow(sizes, rackEdge, y, rk.box.w, gap, gap)
		for i, node := range list {
			r.nodes[node.ID] = at(node.ID, places[i].x, places[i].y, places[i])
		}
		content := rk.top + row.bottom - row.top + rackSeam
		needed := y + h - content
		row.more = max(row.more, content+quantise(max(needed, 1), rackUnit)+rackEdge)
	}
	for _, row := range r.rows {
		r.grown.add(row.top, strip+rackGround)
		r.grown.add(row.least, row.top+row.more-strip-row.least)
	}
}

func (d *drawing) parent(v *api.Vertex) *api.Vertex {
	parent, _ := d.s.Vertex(v.Parent)
	return parent
}

// nodesOn yields the nodes that are attached to a device's ports, those of
// clusters alone; a node may come twice.
func (d *drawing) nodesOn(device *api.Vertex) func(yield func(*api.Vertex) bool) {
	return func(yield func(*api.Vertex) bool) {
		for port := range d.s.Children(device.ID) {
			for e := range d.s.EdgesOf(port.ID) {
				nic, ok := d.s.Vertex(e.A + e.B - port.ID)
				if !ok || e.Kind != api.EdgeAttach {
					continue
				}
				node, ok := d.s.Vertex(nic.Parent)
				if !ok || node.Kind != api.VertexNode {
					continue
				}
				if cluster, ok := d.s.Vertex(node.Parent); ok && cluster.Kind == api.VertexCluster && !yield(node) {
					return
				}
			}
		}
	}
}

// rackOf is the rack in which a node stands: that of the first of its ports
// that are in one which has room for its card.
func (d *drawing) rackOf(node *api.Vertex) (in *rack, at berth) {
	for b := range d.berths(node) {
		site, ok := d.s.Vertex(b.device.Parent)
		if !ok || site.Kind != api.VertexSite || d.isHidden(site) {
			continue
		}
		rk := d.rackFrames(site).of[b.device.ID]
		if rk != nil && rk.box.w >= cardW && (in == nil || compareBerths(b, at) < 0) {
			at, in = b, rk
		}
	}
	return in, at
}

// siteNow, clusterNow and lotsNow are where things stand by the grouping that
// is drawn.
func (d *drawing) siteNow(site *api.Vertex) *siteForm {
	if d.grouping == ByRack {
		return d.byRack(site).form
	}
	return d.site(site)
}

func (d *drawing) lotsNow(in api.VertexID) map[api.VertexID]place {
	if d.grouping == ByRack {
		return d.rackLots(in)
	}
	return d.lots(in)
}

func (d *drawing) clusterNow(cluster *api.Vertex) *clusterForm {
	if d.grouping != ByRack {
		return d.cluster(cluster)
	}
	if f, ok := d.rests[cluster.ID]; ok {
		return f
	}
	f := *d.cluster(cluster)
	all := f.nodes
	f.nodes, f.hiddenNodes = map[api.VertexID]place{}, make([]int, len(f.parts))
	for id, p := range all {
		node, _ := d.s.Vertex(id)
		if rk, _ := d.rackOf(node); rk != nil {
			continue
		}
		f.nodes[id] = p
		if p.hidden {
			f.hiddenNodes[p.part]++
		}
	}
	d.rests[cluster.ID] = &f
	return &f
}

// isShown says whether a part of a cluster at another site is drawn: by rack
// only while a node of it stands in no rack.
func (d *drawing) isShown(p partOf) bool {
	if d.grouping != ByRack {
		return true
	}
	for _, at := range d.clusterNow(p.cluster).nodes {
		if at.part == p.part {
			return true
		}
	}
	return false
}

func (d *drawing) layByRack(district *api.Vertex, edit *graph.Editor[*group]) {
	if district == nil {
		edit.Set(0, d.layOverview())
		return
	}
	g := d.layOwn(district)
	if district.Kind == api.VertexCluster {
		for v := range d.s.Children(district.ID) {
			if v.Kind != api.VertexNode {
				continue
			}
			if rk, _ := d.rackOf(v); rk != nil {
				g.boxes = append(g.boxes, d.byRack(d.parent(rk.leaves[0])).nodes[v.ID])
			}
		}
	} else {
		d.layRacks(g, district)
	}
	edit.Set(uint64(district.ID), g)
	for _, b := range g.boxes {
		if inner := d.layInner(b.ID); inner != nil {
			edit.Set(uint64(b.ID), inner)
		}
	}
}

// layRacks adds a site's racks, what stands in them that is no node, and the
// gutters above them.
func (d *drawing) layRacks(g *group, site *api.Vertex) {
	r := d.byRack(site)
	g.boxes = append(g.boxes, r.inner...)
	for i, row := range r.rows {
		if y := row.top + r.grown.at(row.top) - strip - rackGround; i < mostGutters {
			g.furnish(RoleGutter, site.ID, gutterNumber+1+i, site.ID, rect{gap, y, r.form.w - 2*gap, rackGround}, 0, "")
		}
	}
	for _, rk := range r.list {
		row := r.rows[rk.row]
		var names []string
		for _, leaf := range rk.leaves {
			names = append(names, leaf.Name)
		}
		at := rect{rk.box.x - rackEdge, row.top + r.grown.at(row.top) - strip, rk.box.w + 2*rackEdge, row.more}
		g.furnish(RoleRack, site.ID, int(rk.id-furnitureID(site.ID, 0)), site.ID, at, 0, strings.Join(names, " + "))
	}
}

// rackLots are the places of what stands in a region or in the world, where
// sites are higher for their racks.
func (d *drawing) rackLots(in api.VertexID) map[api.VertexID]place {
	out := map[api.VertexID]place{}
	grown := d.growth(in)
	for id, p := range d.lots(in) {
		v, _ := d.s.Vertex(id)
		if !p.hidden {
			p.rect = grown.moved(p.rect)
			p.h += d.more(v)
		}
		out[id] = p
	}
	return out
}

// growth is how what stands in a region or in the world moves for racks.
func (d *drawing) growth(in api.VertexID) *stretch {
	var boxes []rect
	for _, p := range d.lots(in) {
		if !p.hidden {
			boxes = append(boxes, p.rect)
		}
	}
	rows := rowsOf(boxes)
	for id, p := range d.lots(in) {
		v, _ := d.s.Vertex(id)
		i := slices.IndexFunc(rows, func(o row) bool { return o.top == p.y })
		if !p.hidden {
			rows[i].more = max(rows[i].more, d.more(v))
		}
	}
	grown := &stretch{}
	for _, row := range rows {
		grown.add(row.least, row.more)
	}
	return grown
}

// more is how much higher something is by rack than by cluster.
func (d *drawing) more(v *api.Vertex) int32 {
	switch {
	case v.Kind == api.VertexSite:
		return d.byRack(v).form.h - d.site(v).h
	case v.Kind == api.VertexRegion:
		return d.growth(v.ID).at(endless)
	default:
		return 0
	}
}
