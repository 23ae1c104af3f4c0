package draw

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// Fills are mixed, so that the contrast of what stands on them can be told.
const (
	tint    = 0.08
	lightly = 0.03 // of what stands around others
)

// box draws the outline of a vertex in its layer's colour, and its state.
func (p *painter) box(v *api.Vertex, on string) (Rect, string, bool) {
	r, ok := p.rect(v.ID)
	if !ok {
		return r, "", false
	}
	colour, m := p.of(v.Kind), p.markOf(v)
	part := tint
	if v.Kind == api.VertexSite || v.Kind == api.VertexCluster || v.Kind == api.VertexRegion {
		part = lightly
	}
	r.Fill, r.Stroke, r.Line = mix(on, colour, part), colour, 1
	switch m {
	case markDegraded:
		r.Stroke, r.Line = p.degraded, 2
	case markDown:
		r.Stroke, r.Line, r.Fill = p.down, 2, mix(on, p.down, 0.25)
	case markStale:
		r.Stroke, r.Dash, r.Hatched = p.muted, "4 2", true
	case markUnknown:
		r.Dash = "2 3"
	case markNone:
	}
	if v.Attr(api.AttrUnmanaged) != "" {
		r.Dash = "6 3"
	}
	if v.Kind == api.VertexSegment && m == markNone { // a medium, and no device
		r.Fill, r.Dash = on, "6 3"
	}
	p.pic.Rects = append(p.pic.Rects, r)
	return r, r.Fill, true
}

// head writes a vertex's name into the strip at the top of its box, with the
// glyph of its state before it.
func (p *painter) head(v *api.Vertex, r Rect, fill string, size, top, room float64) {
	x, y := r.X+8, r.Y+top+size
	for _, f := range p.owned[v.ID] {
		if more, ok := p.rect(f.ID); ok && f.Role == layout.RoleMore && f.Frame == v.ID && more.Y < y {
			room = min(room, more.X-x-4)
		}
	}
	if m := p.markOf(v); m != markNone {
		p.pic.Texts = append(p.pic.Texts, Text{X: x, Y: y, Size: size, Value: m.glyph(), Fill: legible(p.mark(m), fill, p.ink), On: fill})
		x, room = x+size+4, room-size-4
	}
	name := Text{X: x, Y: y, Size: size, Value: v.Name, Fill: p.ink, On: fill}
	if v.Kind == api.VertexSegment && name.Width() > room {
		name.Value = "segment" // says more than half of its port's name
	}
	p.write(name, room)
}

func (p *painter) site(site *api.Vertex) {
	r, fill, ok := p.box(site, p.ground)
	if !ok {
		return
	}
	cords, away := p.cords(site)
	p.heads = p.headlines(cords)
	p.furniture(site.ID, fill, layout.RoleTier, layout.RoleGutter)
	p.head(site, r, fill, title, 12, r.W/2-8)
	p.chips(site, r, away, fill)
	for v := range p.s.Children(site.ID) {
		if v.Kind == api.VertexDevice || v.Kind == api.VertexHypervisor || v.Kind == api.VertexSegment {
			p.device(v, fill)
		}
	}
	p.furniture(site.ID, fill, layout.RoleMore, layout.RoleRack)
	for v := range p.s.Children(site.ID) {
		if v.Kind == api.VertexCluster {
			p.clusterIn(v, fill)
		}
	}
	for _, f := range p.sorted() {
		if f.Role == layout.RolePart && f.Frame == site.ID {
			p.foreignPart(f, fill)
		}
	}
	if p.o.Grouping == layout.ByRack {
		p.guests(site, fill)
	}
	p.cables(site, cords, fill)
}

func (p *painter) cluster(cluster *api.Vertex) { p.clusterIn(cluster, p.ground) }

func (p *painter) device(device *api.Vertex, on string) { p.holder(device, on, normal, 7) }

func (p *painter) card(node *api.Vertex, on string) { p.holder(node, on, small, 22) }

// holder draws a box with a head, of which the text begins so far below its
// top, and small things in it.
func (p *painter) holder(v *api.Vertex, on string, size, top float64) {
	r, fill, ok := p.box(v, on)
	if !ok {
		return
	}
	p.head(v, r, fill, size, top, p.countUp(v.ID, r, fill, r.W-16))
	p.cells(v, fill)
	p.furniture(v.ID, fill, layout.RoleMore)
}

// cells draws the small things in a box: ports, NICs, pods, chips. Those of one
// row are all named or none is.
func (p *painter) cells(container *api.Vertex, on string) {
	rows := map[float64][]Text{}
	bad := map[float64]bool{}
	for v := range p.s.Children(container.ID) {
		r, fill, ok := p.box(v, on)
		if !ok {
			continue
		}
		t := Text{X: r.X + 3, Y: r.Y + r.H/2 + 0.36*small, Size: small, Value: p.short(v), Fill: p.ink, On: fill}
		if v.Kind == api.VertexPod { // no room for a name, in any row
			t.Value = ""
		}
		fitted := t.fit(r.W - 4)
		m := p.markOf(v)
		switch {
		case r.W < 24 && m != markNone:
			t.Value, t.Fill = m.glyph(), legible(p.mark(m), fill, p.ink)
			t.X = r.X + (r.W-t.Width())/2
			p.pic.Texts = append(p.pic.Texts, t)
		case t.Value == "":
		case r.W < 24 && fitted.Value == t.Value:
			fitted.X = r.X + (r.W-fitted.Width())/2
			rows[r.Y] = append(rows[r.Y], fitted)
		case r.W >= 24 && fitted.Value != "":
			rows[r.Y] = append(rows[r.Y], fitted)
		default:
			bad[r.Y] = true
		}
	}
	for _, y := range slices.Sorted(maps.Keys(rows)) {
		if !bad[y] {
			p.pic.Texts = append(p.pic.Texts, rows[y]...)
		}
	}
}

// short is what is written on a cell: of a port the last number of its name.
func (p *painter) short(v *api.Vertex) string {
	if v.Kind != api.VertexPort && v.Kind != api.VertexLAG {
		return v.Name
	}
	end := strings.TrimRightFunc(v.Name, func(r rune) bool { return r < '0' || r > '9' })
	at := strings.LastIndexFunc(end, func(r rune) bool { return r < '0' || r > '9' })
	if end = end[at+1:]; end == "" {
		return v.Name
	}
	return end
}

func (p *painter) clusterIn(cluster *api.Vertex, on string) {
	r, fill, ok := p.box(cluster, on)
	if !ok {
		return
	}
	nodes, pods := 0, 0
	for v := range p.s.Children(cluster.ID) {
		if v.Kind == api.VertexNode {
			nodes++
			for child := range p.s.Children(v.ID) {
				if child.Kind == api.VertexPod {
					pods++
				}
			}
		}
	}
	p.head(cluster, r, fill, title, 12, r.W*0.6)
	count := Text{Size: normal, Value: fmt.Sprintf("%d nodes, %d pods", nodes, pods), Fill: p.muted, On: fill, Y: r.Y + 30}
	count.X = r.X + r.W - count.Width() - 12
	p.write(count, r.W*0.4-12)
	p.furniture(cluster.ID, fill, layout.RoleZone, layout.RoleHost, layout.RolePart, layout.RoleTray, layout.RoleShelf, layout.RoleBridge)
	for v := range p.s.Children(cluster.ID) {
		b := p.boxes[v.ID]
		switch {
		case v.Kind == api.VertexPod:
			p.box(v, fill)
		case p.pieces[b.Frame].Role == layout.RolePart && p.pieces[b.Frame].Frame != cluster.ID:
			// its part is drawn where it stands
		case v.Kind == api.VertexNode:
			p.card(v, fill)
		case v.Kind == api.VertexHypervisor || v.Kind == api.VertexSegment: // of KinD
			if r, fill, ok := p.box(v, fill); ok {
				p.head(v, r, fill, small, 4, r.W-16)
			}
		case v.Kind == api.VertexNamespace:
			if r, fill, ok := p.box(v, fill); ok {
				p.head(v, r, fill, small, 5, r.W-16)
				p.cells(v, fill)
				p.furniture(v.ID, fill, layout.RoleMore)
			}
		}
	}
	p.furniture(cluster.ID, fill, layout.RoleMore)
}

// guests draws the nodes in a site's racks of clusters whose home is another.
func (p *painter) guests(site *api.Vertex, on string) {
	for v := range p.s.Vertices() {
		if v.Kind != api.VertexNode || p.pieces[p.boxes[v.ID].Frame].Of != site.ID {
			continue
		}
		if cluster, ok := p.s.Vertex(v.Parent); ok && cluster.Parent != site.ID {
			p.card(v, on)
		}
	}
}

// foreignPart draws the part of a cluster whose home is another site.
func (p *painter) foreignPart(f layout.Furniture, on string) {
	p.piece(f, on)
	for v := range p.s.Children(f.Of) {
		if b, ok := p.boxes[v.ID]; ok && b.Frame == f.ID {
			p.card(v, on)
		}
	}
}

// sorted is the furniture in order of IDs.
func (p *painter) sorted() []layout.Furniture {
	out := make([]layout.Furniture, 0, len(p.pieces))
	for _, f := range p.pieces {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b layout.Furniture) int { return int(a.ID) - int(b.ID) })
	return out
}

// furniture draws what belongs to a vertex, of some roles in their order.
func (p *painter) furniture(of api.VertexID, on string, roles ...layout.Role) {
	var own []layout.Furniture
	for _, f := range p.owned[of] {
		if slices.Contains(roles, f.Role) && (f.Role != layout.RolePart || f.Frame == of) {
			own = append(own, f)
		}
	}
	slices.SortFunc(own, func(a, b layout.Furniture) int { return int(a.ID) - int(b.ID) })
	for _, role := range roles {
		for _, f := range own {
			if f.Role == role {
				p.piece(f, on)
			}
		}
	}
}

func (p *painter) piece(f layout.Furniture, on string) {
	r, ok := p.rect(f.ID)
	if !ok || f.Role == layout.RoleGutter {
		return
	}
	r.Stroke, r.Line, r.Dash = mix(on, p.muted, 0.5), 1, "2 4"
	text := Text{X: r.X + 8, Y: r.Y + 16, Size: small, Value: f.Text, Fill: p.muted, On: on}
	switch f.Role {
	case layout.RoleTier:
		r.Stroke = ""
		text.X, text.Y = r.X, r.Y-4
	case layout.RoleMore:
		text.Value = fmt.Sprintf("+%d", f.Count)
		r.Fill, r.Dash = mix(on, p.muted, 0.2), ""
		text.Fill, text.On, text.X = p.ink, r.Fill, r.X+2
		text.Y = r.Y + r.H/2 + 0.36*small
		if r.W < text.Width()+3 { // it stands over the end of its row
			r.X, r.W = r.X+r.W-text.Width()-3, text.Width()+3
			text.X = r.X + 2
		}
	case layout.RoleTray:
		text.Value = "unplaced"
	case layout.RoleShelf:
		text.Value = "namespaces"
	case layout.RoleZone:
		r.Hatched = true
		text.Value = "zone " + f.Text + ": network not visible to us"
	case layout.RoleBridge:
		text.Y = r.Y + r.H/2 + 0.36*small
	case layout.RolePart, layout.RoleRack, layout.RoleHost, layout.RoleGutter:
	}
	p.pic.Rects = append(p.pic.Rects, r)
	p.write(text, max(r.W-10, text.Width()*btof(f.Role == layout.RoleTier || f.Role == layout.RoleMore)))
}

func btof(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
