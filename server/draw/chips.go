package draw

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// chips names the sites that links lead to, at the right of a site's head: who,
// and how many; with a mark where one is ill.
func (p *painter) chips(site *api.Vertex, head Rect, away map[api.VertexID][]*api.Edge, on string) {
	const gap, height = 8, 22
	right := head.X + head.W - 12
	for _, f := range p.owned[site.ID] {
		if more, ok := p.rect(f.ID); ok && f.Role == layout.RoleMore && f.Frame == site.ID && more.Y < head.Y+40 {
			right = min(right, more.X-gap)
		}
	}
	left := head.X + head.W/2 + gap
	ids := slices.SortedFunc(maps.Keys(away), func(a, b api.VertexID) int { return cmp.Compare(p.nameOf(a), p.nameOf(b)) })
	for i, id := range ids {
		cables := make([]cable, 0, len(away[id]))
		for _, e := range away[id] {
			cables = append(cables, cable{edge: e})
		}
		m, count := p.state(cables)
		text := fmt.Sprintf("%s: %d link%s", p.nameOf(id), len(cables), plural(len(cables)))
		if m != markNone {
			text = fmt.Sprintf("%s %d of %s", m.glyph(), count, text)
		}
		t := Text{Size: normal, Value: text}
		if rest := len(ids) - i; rest > 1 && right-t.Width()-2*gap < left+60 {
			t.Value = fmt.Sprintf("+%d sites", rest)
		}
		r := Rect{W: t.Width() + 2*gap, H: height, Y: head.Y + 10, Line: 1, Stroke: p.physical, Fill: mix(on, p.physical, tint)}
		if r.Stroke, r.Dash = p.strokeOf(m, p.physical); m != markNone {
			r.Line = 2
		}
		if r.X = right - r.W; r.X < left {
			return
		}
		t.X, t.Y, t.On, t.Fill = r.X+gap, r.Y+16, r.Fill, legible(p.mark(m), r.Fill, p.ink)
		p.pic.Rects = append(p.pic.Rects, r)
		p.pic.Texts = append(p.pic.Texts, t)
		if right = r.X - gap; t.Value[0] == '+' {
			return
		}
	}
}

func (p *painter) nameOf(id api.VertexID) string {
	if v, ok := p.s.Vertex(id); ok {
		return v.Name
	}
	return ""
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// tally is what a device's head says of its cables that are in trunks.
type headline struct{ above, below []cable }

// headlines are those of all boxes that have a tap to a trunk.
func (p *painter) headlines(all []*cord) map[api.VertexID]headline {
	out := map[api.VertexID]headline{}
	nets, _ := p.nets(all)
	for _, n := range nets {
		for _, c := range n.cords {
			a, b := out[c.a], out[c.b]
			a.below, b.above = append(a.below, c.cables...), append(b.above, c.cables...)
			out[c.a], out[c.b] = a, b
		}
	}
	return out
}

// countUp writes at the right of a device's head how many cables lead north and
// south, and where some are ill, which share. It says how much room is left.
func (p *painter) countUp(id api.VertexID, r Rect, fill string, room float64) float64 {
	h, ok := p.heads[id]
	if !ok {
		return room
	}
	for _, part := range []struct {
		arrow  string
		cables []cable
	}{{"↓", h.below}, {"↑", h.above}} {
		if len(part.cables) == 0 {
			continue
		}
		m, count := p.state(part.cables)
		t := Text{Y: r.Y + 20, Size: small, Value: fmt.Sprint(part.arrow, len(part.cables)), Fill: legible(p.muted, fill, p.ink), On: fill}
		if m != markNone {
			t.Value = fmt.Sprintf("%s%s %d of %d", m.glyph(), part.arrow, count, len(part.cables))
			t.Fill = legible(p.mark(m), fill, p.ink)
		}
		w := t.Width()
		if room-w-8 < 80 {
			break
		}
		t.X = r.X + 8 + room - w
		p.pic.Texts = append(p.pic.Texts, t)
		if m != markNone { // the share
			bar := Rect{X: t.X, Y: t.Y + 3, W: w, H: 3, Fill: mix(fill, p.muted, 0.4)}
			ill := bar
			ill.W, ill.Fill = w*float64(count)/float64(len(part.cables)), p.mark(m)
			p.pic.Rects = append(p.pic.Rects, bar, ill)
		}
		room -= w + 8
	}
	return room
}
