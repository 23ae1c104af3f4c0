package layout

import (
	"slices"

	"github.com/netseam/netseam/api"
)

// band is a row of a site's fabric: the devices of one tier, in one or more
// lines. It has no height where a site has no such devices.
type band struct{ y, h int32 }

// siteForm is how a site is divided: tiers from north to south, the ground in
// which cables end, clusters.
type siteForm struct {
	w, h           int32
	bands          [tiers]band
	clustersY      int32
	devices        map[api.VertexID]place
	clusters       map[api.VertexID]place // and parts of clusters, by the IDs of their furniture
	hiddenDevices  int
	hiddenClusters int
	crowded        bool // clusters, or parts of them, have no room
}

// Numbers of a site's furniture.
const (
	moreClusters = 33
	tierNumber   = 64
	gutterNumber = 96   // the seam's, then one above each row of racks
	mostGutters  = 895  // of racks
	rackNumber   = 1024 // and the slot of the rack's first leaf
)

func deviceKinds() [3]api.VertexKind {
	return [...]api.VertexKind{api.VertexDevice, api.VertexHypervisor, api.VertexSegment}
}

func isDevice(kind api.VertexKind) bool {
	return kind == api.VertexDevice || kind == api.VertexHypervisor || kind == api.VertexSegment
}

// partOf is one part of a cluster.
type partOf struct {
	cluster *api.Vertex
	part    int
}

// tenants are the clusters that stand in a site, and the parts of clusters
// whose home is elsewhere.
type tenant struct {
	id   api.VertexID // of the cluster or of the part's furniture
	v    *api.Vertex
	part int // 0: the cluster
	size rect
	at   rect // of a part that was placed
	ok   bool // it was placed
}

func (d *drawing) tenants(site *api.Vertex, kids *children) []tenant {
	var out []tenant
	for _, cluster := range kids[api.VertexCluster] {
		f := d.sized(cluster)
		t := tenant{id: cluster.ID, v: cluster, size: rect{w: f.w, h: f.h}}
		if placed(cluster) {
			t.at, t.ok = plotRect(cluster.Plot), true
		}
		out = append(out, t)
	}
	for _, p := range d.foreignIn(site.ID) {
		part := d.sized(p.cluster).parts[p.part]
		_, built := outline(p.cluster)
		r := rect{part.X, part.Y, part.W, part.H}
		out = append(out, tenant{
			id: partID(p.cluster.ID, p.part), v: p.cluster, part: p.part, size: r, at: r, ok: built && part.Y > 0,
		})
	}
	return out
}

// foreignIn returns the parts that stand in a site of clusters whose home is
// another. Of clusters without a plot only those are asked that have a cable
// there.
func (d *drawing) foreignIn(site api.VertexID) []partOf {
	out, ok := d.foreign[site]
	if ok {
		return out
	}
	if d.all == nil {
		for root := range d.s.Children(0) {
			d.noteClusters(root)
		}
	}
	cabled := d.cabledIn(site)
	for _, cluster := range d.all {
		f, built := outline(cluster)
		switch {
		case !built && !cabled[cluster.ID]:
			continue
		case !built:
			f = d.sized(cluster)
		}
		for i, part := range f.parts {
			if part.In == site && site != 0 {
				out = append(out, partOf{cluster, i})
			}
		}
	}
	d.foreign[site] = out
	return out
}

func (d *drawing) noteClusters(v *api.Vertex) {
	switch {
	case v.Kind == api.VertexRegion || v.Kind == api.VertexSite:
		for child := range d.s.Children(v.ID) {
			d.noteClusters(child)
		}
	case v.Kind == api.VertexCluster:
		d.all = append(d.all, v)
	}
}

// cabledIn are the clusters of the nodes that are attached to a site's ports.
func (d *drawing) cabledIn(site api.VertexID) map[api.VertexID]bool {
	out := map[api.VertexID]bool{}
	for device := range d.s.Children(site) {
		if !isDevice(device.Kind) {
			continue
		}
		for port := range d.s.Children(device.ID) {
			for e := range d.s.EdgesOf(port.ID) {
				if e.Kind != api.EdgeAttach {
					continue
				}
				nic, _ := d.s.Vertex(e.A + e.B - port.ID)
				if nic == nil {
					continue
				}
				if node, ok := d.s.Vertex(nic.Parent); ok {
					out[node.Parent] = true
				}
			}
		}
	}
	return out
}

// siteOutline is what is known of a site without a look at what is in it.
func siteOutline(site *api.Vertex) (*siteForm, bool) {
	p := site.Plot
	if p == nil || len(p.Room) != 2*int(tiers)+1 {
		return nil, false
	}
	f := &siteForm{w: p.W, h: p.H, clustersY: p.Room[0]}
	for t := range f.bands {
		f.bands[t] = band{p.Room[1+2*t], p.Room[2+2*t]}
	}
	return f, true
}

func (f *siteForm) room() []int32 {
	out := []int32{f.clustersY}
	for _, b := range f.bands {
		out = append(out, b.y, b.h)
	}
	return out
}

// site is a site's form with the places of all devices and clusters.
func (d *drawing) site(site *api.Vertex) *siteForm {
	f, ok := d.sites[site.ID]
	if !ok {
		f = d.formSite(site)
		d.sites[site.ID] = f
	}
	return f
}

func (d *drawing) formSite(site *api.Vertex) *siteForm {
	kids := childrenOf(d.s, site.ID)
	var devices []*api.Vertex
	for _, kind := range deviceKinds() {
		devices = append(devices, kids[kind]...)
	}
	tenants := d.tenants(site, kids)
	f, built := siteOutline(site)
	if !built {
		return d.planSite(devices, tenants)
	}
	f.devices, f.clusters = map[api.VertexID]place{}, map[api.VertexID]place{}
	d.placeDevices(f, devices)
	if f.placeTenants(tenants); f.crowded {
		d.grow(site, f, tenants)
	}
	return f
}

// grow lets a site reach south as far as its clusters need, if nothing stands
// there.
func (d *drawing) grow(site *api.Vertex, f *siteForm, tenants []tenant) {
	if !placed(site) {
		return
	}
	wider := &siteForm{w: f.w, h: 1 << 30, clustersY: f.clustersY, clusters: map[api.VertexID]place{}}
	wider.placeTenants(tenants)
	h := f.h
	for _, p := range wider.clusters {
		h = max(h, quantise(p.y+p.h+gap, pitch/2))
	}
	grown := plotRect(site.Plot)
	grown.h = h
	if region, ok := d.s.Vertex(site.Parent); ok && region.Plot != nil && grown.y+grown.h+gap > region.Plot.H {
		return
	}
	for other := range d.s.Children(site.Parent) {
		if other.ID != site.ID && placed(other) && grown.overlaps(plotRect(other.Plot), gap) {
			return
		}
	}
	if !wider.crowded {
		f.h, f.clusters, f.hiddenClusters, f.crowded = h, wider.clusters, 0, false
	}
}

// planSite divides a site that has no plot yet: as wide as makes it most like a
// screen, each tier and each row of clusters in the middle.
func (d *drawing) planSite(devices []*api.Vertex, tenants []tenant) *siteForm {
	var rows [tiers][]*api.Vertex
	var plates [tiers][]rect
	var joined []bool
	least, widest := int32(3*pitch), int32(0)
	note := func(sizes []rect) {
		total := int32(0)
		for _, size := range sizes {
			least = max(least, size.w+2*gap)
			total += size.w + 2*gap
		}
		widest = max(widest, total)
	}
	for _, device := range devices {
		t := tierOf(d.s, device)
		rows[t] = append(rows[t], device)
	}
	rows[tierLeaf], joined = d.inPairs(rows[tierLeaf])
	for t, row := range rows {
		for i, device := range row {
			plates[t] = append(plates[t], plateOf(d.s, device).size())
			if tier(t) == tierLeaf && joined[i] { // they stay in one row
				least = max(least, plates[t][i-1].w+plates[t][i].w+4*gap)
			}
		}
		note(plates[t])
	}
	sizes := make([]rect, 0, len(tenants))
	for _, t := range tenants {
		sizes = append(sizes, t.size)
	}
	note(sizes)
	best := divide(plates, joined, sizes, least)
	for w := least + least/8; w < widest+widest/8; w += w / 8 {
		if next := divide(plates, joined, sizes, w); next.screens() < best.screens() {
			best = next
		}
	}
	f := &siteForm{
		w: best.w, h: best.h, bands: best.bands, clustersY: best.clustersY,
		devices: map[api.VertexID]place{}, clusters: map[api.VertexID]place{},
	}
	for t, row := range rows {
		for i, r := range centred(best.plates[t], f.w) {
			f.devices[row[i].ID] = place{rect: r, fresh: !placed(row[i])}
		}
	}
	for i, r := range centred(best.clusters, f.w) {
		f.clusters[tenants[i].id] = place{rect: r, fresh: true}
	}
	return f
}

// division is a way to divide a site.
type division struct {
	w, h      int32
	bands     [tiers]band
	clustersY int32
	plates    [tiers][]rect
	clusters  []rect
}

// screens is how many times as large as a screen it is, in one direction.
func (v division) screens() int32 { return max(v.w*9, v.h*16) }

// divide divides a site of about a width.
func divide(plates [tiers][]rect, joined []bool, clusters []rect, width int32) division {
	var out division
	y, some := int32(header), false
	for t, sizes := range plates {
		if tier(t) == tierEdge && len(sizes) == 0 && len(plates[tierLeaf]) > 1 {
			out.bands[t] = band{y, plate{rows: 2}.size().h} // for what leaves will hear of
			y += out.bands[t].h + 4*gap
		}
		if len(sizes) == 0 {
			continue
		}
		some = true
		var w, h int32
		if tier(t) == tierLeaf {
			out.plates[t], w, h = flowPairs(sizes, joined, gap, y, width, 2*gap, gap)
		} else {
			out.plates[t], w, h = flow(sizes, gap, y, width, 2*gap, gap)
		}
		out.w = max(out.w, w+2*gap+w/16) // and room for another
		out.bands[t] = band{y, h}
		y += h + 4*gap
	}
	if some {
		y += seam - 4*gap
	}
	out.clustersY = y
	var w, h int32
	out.clusters, w, h = flow(clusters, gap, y, width, 2*gap, ground)
	out.w = quantise(max(out.w, w+2*gap, 3*pitch), pitch)
	if len(clusters) == 0 && some {
		y -= seam - 2*gap
	}
	out.h = quantise(y+h+gap, pitch/2)
	return out
}

// centred moves each row of rectangles to the middle.
func centred(list []rect, width int32) []rect {
	for from := 0; from < len(list); {
		to := from
		for to < len(list) && list[to].y == list[from].y {
			to++
		}
		shift := (width - (list[to-1].x + list[to-1].w + list[from].x)) / 2
		for i := from; i < to; i++ {
			list[i].x += shift
		}
		from = to
	}
	return list
}

// placeDevices says where devices stand in a site that was built before.
func (d *drawing) placeDevices(f *siteForm, devices []*api.Vertex) {
	var yards [tiers]*yard
	for t, b := range f.bands {
		yards[t] = &yard{area: rect{gap, b.y, f.w - 2*gap, b.h}, apart: gap, down: gap}
	}
	for _, device := range devices {
		if placed(device) {
			for _, y := range yards {
				y.take(plotRect(device.Plot))
			}
		}
	}
	for _, device := range devices {
		if placed(device) {
			f.devices[device.ID] = place{rect: plotRect(device.Plot)}
			continue
		}
		size := plateOf(d.s, device).size()
		p := place{hidden: true, fresh: true}
		for _, t := range nearest(f.bands, tierOf(d.s, device)) {
			if device.Kind == api.VertexSegment && t < tierLeaf {
				continue // it is beside what it joins, or counted
			}
			if at, ok := yards[t].placeFor(device, size.w, size.h); ok {
				p.rect, p.hidden = at, false
				for _, y := range yards {
					y.take(at)
				}
				break
			}
		}
		if p.hidden {
			f.hiddenDevices++
		}
		f.devices[device.ID] = p
	}
}

// nearest orders the tiers that a site has by how near they are to one.
func nearest(bands [tiers]band, want tier) []tier {
	var out []tier
	for off := range tiers {
		for _, t := range []tier{want - off, want + off} {
			if t >= 0 && t < tiers && bands[t].h > 0 && (off > 0 || len(out) == 0) {
				out = append(out, t)
			}
		}
	}
	return out
}

// placeTenants says where clusters stand in a site that was built before.
func (f *siteForm) placeTenants(tenants []tenant) {
	y := yard{area: rect{gap, f.clustersY, f.w - 2*gap, f.h - f.clustersY - gap}, apart: 2 * gap, down: ground}
	for _, t := range tenants {
		if t.ok {
			y.take(t.at)
		}
	}
	for _, t := range tenants {
		if t.ok {
			f.clusters[t.id] = place{rect: t.at}
			continue
		}
		find := y.place
		if t.part == 0 {
			find = func(w, h int32) (rect, bool) { return y.placeFor(t.v, w, h) }
		}
		at, ok := find(t.size.w, t.size.h)
		if !ok {
			f.crowded = true
			if t.part == 0 {
				f.hiddenClusters++
			}
		}
		f.clusters[t.id] = place{rect: at, hidden: !ok, fresh: true}
	}
}

// isUsed says whether anything stands in a tier.
func (f *siteForm) isUsed(d *drawing, site *api.Vertex, b band) bool {
	in := func(y int32) bool { return y >= b.y && y < b.y+b.h }
	for _, p := range f.devices {
		if !p.hidden && in(p.y) {
			return true
		}
	}
	r := d.racked[site.ID]
	return r != nil && slices.ContainsFunc(r.rows, func(row row) bool { return in(row.top + r.grown.at(row.top)) })
}

// laySite returns what stands in a site's own channel: devices and tiers.
func (d *drawing) laySite(site *api.Vertex) *group {
	f, g := d.siteNow(site), &group{}
	for v := range d.s.Children(site.ID) {
		if p, ok := f.devices[v.ID]; ok && !p.hidden {
			g.box(v.ID, site.ID, p.rect)
		}
	}
	bottom := int32(0)
	for t, b := range f.bands {
		if b.h > 0 {
			bottom = b.y + b.h
		}
		if f.isUsed(d, site, b) {
			g.furnish(RoleTier, site.ID, tierNumber+t, site.ID, rect{gap, b.y, f.w - 2*gap, b.h}, 0, tier(t).String())
		}
	}
	if bottom > 0 && f.clustersY > bottom && f.clustersY < f.h {
		at := rect{gap, bottom + gap, f.w - 2*gap, f.clustersY - bottom - 2*gap}
		g.furnish(RoleGutter, site.ID, gutterNumber, site.ID, at, 0, "")
	}
	if f.hiddenDevices > 0 {
		at := rect{f.w - gap - moreW, gap, moreW, moreH}
		g.furnish(RoleMore, site.ID, int(RoleMore), site.ID, at, f.hiddenDevices, "")
	}
	return g
}
