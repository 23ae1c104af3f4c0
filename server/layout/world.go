package layout

import (
	"github.com/netseam/netseam/api"
)

// lot is something that stands in the overview, or in a region.
type lot struct {
	v    *api.Vertex
	size rect
}

// lots are the places of what stands in a region, or in the world (0): sites,
// regions, and clusters of no site. The world has no end; a region has.
func (d *drawing) lots(in api.VertexID) map[api.VertexID]place {
	out, ok := d.places[in]
	if !ok {
		out = d.formLots(in)
		d.places[in] = out
	}
	return out
}

func (d *drawing) formLots(in api.VertexID) map[api.VertexID]place {
	kids := childrenOf(d.s, in)
	var list []lot
	for _, kind := range []api.VertexKind{api.VertexRegion, api.VertexSite, api.VertexCluster} {
		for _, v := range kids[kind] {
			list = append(list, lot{v, d.extent(v)})
		}
	}
	out := map[api.VertexID]place{}
	between := apart(list)
	y := yard{area: rect{h: endless}, apart: between, down: between}
	region, _ := d.s.Vertex(in)
	bounded := region != nil && region.Plot != nil && region.Plot.W > 0
	if region != nil {
		y.area.x, y.area.y = regionEdge, header
	}
	if bounded {
		y.area.w, y.area.h = region.Plot.W-2*regionEdge, region.Plot.H-header-regionEdge
	}
	var fresh []lot
	for _, l := range list {
		if !placed(l.v) {
			fresh = append(fresh, l)
			continue
		}
		r := plotRect(l.v.Plot)
		r.w, r.h = max(r.w, l.size.w), max(r.h, l.size.h)
		out[l.v.ID] = place{rect: r}
		y.take(r)
		if !bounded {
			y.area.w = max(y.area.w, r.x+r.w-y.area.x)
		}
	}
	if len(fresh) == len(list) && !bounded {
		for i, r := range firstGrid(fresh, y.area.x, y.area.y, between) {
			out[fresh[i].v.ID] = place{rect: r, fresh: true}
		}
		return out
	}
	for _, l := range fresh {
		if !bounded {
			y.area.w = max(y.area.w, l.size.w)
		}
		at, ok := y.placeFor(l.v, l.size.w, l.size.h)
		out[l.v.ID] = place{rect: at, hidden: !ok, fresh: true}
	}
	return out
}

// apart is how much ground there is between what stands in the overview: cables
// between sites run there, and are to be told apart from where all sites are
// seen. That is so far away as they are wide, and as many stand side by side.
func apart(list []lot) int32 {
	var n, sum int32
	for _, l := range list {
		if l.v.Kind != api.VertexCluster {
			n, sum = n+1, sum+l.size.w
		}
	}
	columns := int32(1)
	for columns*columns < n*3/2 {
		columns++
	}
	return max(spacing, quantise(sum/max(n, 1)*columns/45, spacing/4))
}

// extent is how large something in the overview is.
func (d *drawing) extent(v *api.Vertex) rect {
	switch {
	case v.Kind == api.VertexCluster:
		f := d.sized(v)
		return rect{w: f.w, h: f.h}
	case v.Kind == api.VertexRegion:
		return d.regionExtent(v)
	default:
		f := d.site(v)
		return rect{w: f.w, h: f.h}
	}
}

// regionExtent is how large a region is, or is to be: with room for an eighth
// more of what is in it.
func (d *drawing) regionExtent(region *api.Vertex) rect {
	if region.Plot != nil && region.Plot.W > 0 {
		return rect{w: region.Plot.W, h: region.Plot.H}
	}
	var r rect
	var list []lot
	var most lot
	for v := range d.s.Children(region.ID) {
		p := d.lots(region.ID)[v.ID]
		r.w, r.h = max(r.w, p.x+p.w), max(r.h, p.y+p.h)
		if list = append(list, lot{v, p.rect}); p.h >= most.size.h {
			most = lot{v, p.rect}
		}
	}
	if len(list) > 0 {
		between := apart(list)
		y := yard{area: rect{regionEdge, header, r.w - regionEdge, endless}, apart: between, down: between}
		for _, l := range list {
			y.take(l.size)
		}
		for range ceil(len(list), 8) {
			at, _ := y.place(most.size.w, most.size.h)
			r.h = max(r.h, at.y+at.h)
		}
	}
	return rect{w: quantise(max(r.w+regionEdge, 3*pitch), pitch/2), h: quantise(max(r.h+regionEdge, pitch), pitch/2)}
}

// firstGrid places what was never placed: sites in rows as wide as make the
// whole most like a screen, and clusters of no site below them.
func firstGrid(list []lot, x, y, between int32) []rect {
	var sites, rest []rect
	for _, l := range list {
		if l.v.Kind == api.VertexCluster {
			rest = append(rest, l.size)
		} else {
			sites = append(sites, l.size)
		}
	}
	var best, below []rect
	var least, width int32
	for _, s := range append(sites, rest...) {
		width += s.w
		at, w, h := flow(sites, x, y, width, between, between)
		bottom := y
		if len(sites) > 0 {
			bottom += h + between
		}
		under, restW, restH := flow(rest, x, bottom, max(w, width), between, between)
		if size := max(max(w, restW)*worldHigh, (bottom-y+restH)*worldWide); best == nil && below == nil || size < least {
			best, below, least = at, under, size
		}
		width += between
	}
	out := make([]rect, 0, len(list))
	for _, l := range list {
		if l.v.Kind == api.VertexCluster {
			out, below = append(out, below[0]), below[1:]
		} else {
			out, best = append(out, best[0]), best[1:]
		}
	}
	return out
}

// The world is to fill a screen, of which a bar and perhaps a table take a part.
const worldWide, worldHigh = 20, 9

// layOverview returns where sites and clusters stand, and the parts of clusters
// that stand in other sites than the cluster.
func (d *drawing) layOverview() *group {
	g := &group{}
	d.layLots(g, 0)
	return g
}

func (d *drawing) layLots(g *group, in api.VertexID) {
	places, hidden := d.lotsNow(in), 0
	for v := range d.s.Children(in) {
		p, ok := places[v.ID]
		if ok && p.hidden {
			hidden++
		}
		if !ok || p.hidden {
			continue
		}
		g.box(v.ID, in, p.rect)
		switch {
		case v.Kind == api.VertexRegion:
			d.layLots(g, v.ID)
		case v.Kind == api.VertexSite:
			d.layTenants(g, v)
		}
	}
	if hidden > 0 {
		region, _ := d.s.Vertex(in)
		at := rect{d.extent(region).w - gap - moreW, gap, moreW, moreH}
		g.furnish(RoleMore, in, int(RoleMore), in, at, hidden, "")
	}
}

func (d *drawing) layTenants(g *group, site *api.Vertex) {
	f := d.siteNow(site)
	for v := range d.s.Children(site.ID) {
		if p, ok := f.clusters[v.ID]; ok && !p.hidden {
			g.box(v.ID, site.ID, p.rect)
		}
	}
	for _, p := range d.foreignIn(site.ID) {
		part := d.sized(p.cluster).parts[p.part]
		if at := f.clusters[partID(p.cluster.ID, p.part)]; !at.hidden && d.isShown(p) {
			g.furnish(Role(part.Role), p.cluster.ID, partNumber+p.part, site.ID, at.rect, 0, part.Text)
		}
	}
	if f.hiddenClusters > 0 {
		at := rect{f.w - gap - moreW, gap + moreH + 2, moreW, moreH - 4}
		g.furnish(RoleMore, site.ID, moreClusters, site.ID, at, f.hiddenClusters, "")
	}
}
