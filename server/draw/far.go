package draw

import (
	"fmt"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// Widths of the picture of all sites: as wide as a screen, or as wide as the
// narrowest site needs for its name, up to a limit.
const (
	farWidth  = 1600
	mostWidth = 4800
	leastSite = 110
)

// overview draws all sites and clusters from far away: names, counts and the
// worst that is in them, as far as there is room.
func (p *painter) overview() (*Picture, error) {
	var w, h float32
	narrowest := float32(farWidth)
	for v := range p.s.Children(0) {
		if b, ok := p.boxes[v.ID]; ok {
			w, h, narrowest = max(w, b.X+b.W), max(h, b.Y+b.H), min(narrowest, b.W)
		}
	}
	if w == 0 {
		return nil, fmt.Errorf("%w: no site and no cluster is known", ErrNothing)
	}
	const margin = 24
	p.scale = min(1, max((farWidth-2*margin)/float64(w), min(leastSite/float64(narrowest), mostWidth/float64(w))))
	p.x0, p.y0 = -margin/p.scale, -margin/p.scale
	p.pic.W, p.pic.H = float64(w)*p.scale+2*margin, float64(h)*p.scale+2*margin
	p.pic.Title = "all sites"
	for v := range p.s.Children(0) {
		p.far(v, p.ground)
	}
	return p.pic, nil
}

func (p *painter) far(v *api.Vertex, on string) {
	r, fill, ok := p.box(v, on)
	if !ok {
		return
	}
	var t tally
	p.count(v, &t)
	var kids []*api.Vertex
	low := r.Y + r.H
	for child := range p.s.Children(v.ID) {
		if b, ok := p.rect(child.ID); ok && (child.Kind == api.VertexCluster || child.Kind == api.VertexSite) {
			kids = append(kids, child)
			low = min(low, b.Y)
		}
	}
	name := Text{X: r.X + 6, Y: r.Y + 16, Size: normal, Value: v.Name, Fill: p.ink, On: fill}
	switch {
	case low-r.Y > 20:
		p.write(name, r.W-10)
	case v.Kind == api.VertexRegion: // on the ground between regions
		name.Y, name.On = r.Y-6, on
		p.write(name, r.W-10)
	}
	if line := t.String(); low-r.Y > 36 {
		p.writeWhole(Text{X: r.X + 6, Y: r.Y + 32, Size: small, Value: line, Fill: p.muted, On: fill}, r.W-10)
	}
	if worst := max(t.down, t.degraded); worst > 0 && low-r.Y > 52 {
		m, n := markDegraded, t.degraded
		if t.down > 0 {
			m, n = markDown, t.down
		}
		p.writeWhole(Text{X: r.X + 6, Y: r.Y + 48, Size: small, Value: fmt.Sprintf("%s %d of %d", m.glyph(), n, t.all), Fill: legible(p.mark(m), fill, p.ink), On: fill}, r.W-10)
	}
	for _, child := range kids {
		p.far(child, fill)
	}
	for _, f := range p.sorted() {
		if f.Frame == v.ID && f.Role == layout.RolePart {
			part, _ := p.rect(f.ID)
			part.Fill, part.Stroke, part.Line = mix(fill, p.node, tint), p.node, 1
			p.pic.Rects = append(p.pic.Rects, part)
			if part.H > 20 {
				p.write(Text{X: part.X + 6, Y: part.Y + 16, Size: small, Value: f.Text, Fill: p.ink, On: part.Fill}, part.W-10)
			}
		}
	}
}

// tally counts what is in a site or cluster.
type tally struct {
	devices, nodes, pods, degraded, down, all int
}

func (p *painter) count(v *api.Vertex, t *tally) {
	for child := range p.s.Children(v.ID) {
		switch {
		case child.Kind == api.VertexDevice:
			t.devices++
		case child.Kind == api.VertexNode:
			t.nodes++
		case child.Kind == api.VertexPod:
			t.pods++
		}
		t.all++
		switch p.markOf(child) {
		case markDown:
			t.down++
		case markDegraded:
			t.degraded++
		case markNone, markStale, markUnknown:
		}
		p.count(child, t)
	}
}

func (t tally) String() string {
	if t.devices > 0 {
		return fmt.Sprintf("%d switches, %d nodes, %d pods", t.devices, t.nodes, t.pods)
	}
	return fmt.Sprintf("%d nodes, %d pods", t.nodes, t.pods)
}
