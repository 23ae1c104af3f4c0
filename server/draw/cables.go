package draw

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// Cables run in the ground between rows, and along the site's edges past rows,
// so that none crosses a box that it has nothing to do with.

// pair is two boxes of a site that cables join: devices, or a device and a
// cluster or part.
type pair struct{ from, to api.VertexID }

// row is a line of boxes in the site's frame.
type row struct{ top, bottom float64 }

func (p *painter) cables(site *api.Vertex, on string) {
	all, _ := p.rect(site.ID)
	links, attached := p.bundles(site)
	rows := p.rows(site)
	if p.o.Grouping != layout.ByRack { // there nodes stand beneath their leaves
		p.seam(site, all, on)
	}
	for i, pr := range sortedPairs(links) {
		p.route(all, rows, pr, i, links[pr], p.physical, len(links) > manyBundles)
	}
	for i, pr := range sortedPairs(attached) {
		p.route(all, rows, pr, i, attached[pr], p.node, len(attached) > manyBundles)
	}
}

// bundles counts the cables of a site by what they join.
func (p *painter) bundles(site *api.Vertex) (links, attached map[pair]int) {
	links, attached = map[pair]int{}, map[pair]int{}
	for device := range p.s.Children(site.ID) {
		if _, ok := p.rect(device.ID); !ok || device.Kind == api.VertexCluster {
			continue
		}
		for port := range p.s.Children(device.ID) {
			for e := range p.s.EdgesOf(port.ID) {
				far, ok := p.s.Vertex(e.A + e.B - port.ID)
				if !ok {
					continue
				}
				switch end := p.tenant(site, far); {
				case end == 0 || end == device.ID:
				case e.Kind == api.EdgeAttach:
					attached[pair{device.ID, end}]++
				case e.Kind == api.EdgeLink && device.ID < end:
					links[pair{device.ID, end}]++
				}
			}
		}
	}
	return links, attached
}

// tenant is the box in the site that an end of a cable belongs to; 0 if it is
// elsewhere.
func (p *painter) tenant(site, end *api.Vertex) api.VertexID {
	for at := end.ID; at != 0; {
		b, ok := p.boxes[at]
		if !ok {
			return 0
		}
		if b.Frame == site.ID {
			return at
		}
		at = b.Frame
	}
	return 0
}

// rows are the lines of boxes that stand in a site, from north to south.
func (p *painter) rows(site *api.Vertex) []row {
	bottoms := map[float64]float64{}
	for id, b := range p.boxes {
		role := p.pieces[id].Role
		if b.Frame != site.ID || (role != 0 && role != layout.RolePart) {
			continue
		}
		r, _ := p.rect(id)
		bottoms[r.Y] = max(bottoms[r.Y], r.Y+r.H)
	}
	var out []row
	for _, top := range slices.Sorted(maps.Keys(bottoms)) {
		if n := len(out); n > 0 && top < out[n-1].bottom { // what came later stands lower in its row
			out[n-1].bottom = max(out[n-1].bottom, bottoms[top])
			continue
		}
		out = append(out, row{top, bottoms[top]})
	}
	return out
}

func rowOf(rows []row, r Rect) int {
	for i, row := range rows {
		if r.Y >= row.top && r.Y < row.bottom {
			return i
		}
	}
	return -1
}

// between is a height in the ground above a row, one of several beside each
// other.
func between(rows []row, below, lane int) float64 {
	top, bottom := rows[below].top-24, rows[below].top
	if below > 0 {
		top = rows[below-1].bottom
	}
	return top + (bottom-top)*(2+float64(lane%61)/10)/10
}

// manyBundles is from how many bundles on each is a thin line without a count.
const manyBundles = 60

// route draws one bundle.
func (p *painter) route(site Rect, rows []row, pr pair, lane, count int, colour string, thin bool) {
	a, ok1 := p.rect(pr.from)
	b, ok2 := p.rect(pr.to)
	if !ok1 || !ok2 {
		return
	}
	if a.Y > b.Y {
		a, b = b, a
	}
	upper, lower := rowOf(rows, a), rowOf(rows, b)
	if upper < 0 || lower < 0 {
		return
	}
	shift := float64(lane%17-8) * 4
	ax, bx := clampTo(a, a.X+a.W/2+shift), clampTo(b, b.X+b.W/2+shift)
	var points [][2]float64
	switch y := between(rows, lower, lane); {
	case upper == lower: // over the row
		points = [][2]float64{{ax, a.Y}, {ax, y}, {bx, y}, {bx, b.Y}}
	case upper+1 == lower:
		points = [][2]float64{{ax, a.Y + a.H}, {ax, y}, {bx, y}, {bx, b.Y}}
	default: // past the rows between, along the edge
		edge := site.X + 2 + float64(lane%5)*2
		if ax > site.X+site.W/2 {
			edge = site.X + site.W - 2 - float64(lane%5)*2
		}
		under := between(rows, upper+1, lane)
		points = [][2]float64{{ax, a.Y + a.H}, {ax, under}, {edge, under}, {edge, y}, {bx, y}, {bx, b.Y}}
	}
	line := width(count)
	if thin {
		line = 1
	}
	p.pic.Lines = append(p.pic.Lines, Line{Points: points, Stroke: colour, Width: line, From: pr.from, To: pr.to})
	if count > 1 && !thin {
		last := points[len(points)-2]
		p.writeFree(Text{X: last[0] + 4, Y: last[1] + 12, Size: small, Value: fmt.Sprint(count), Fill: p.ink, On: p.ground})
	}
}

func clampTo(r Rect, x float64) float64 { return min(max(x, r.X+4), r.X+r.W-4) }

func width(count int) float64 {
	switch {
	case count <= 1:
		return 1.5
	case count <= 8:
		return 3
	}
	return 5
}

// seam draws where the owner changes: between the fabric and the clusters.
func (p *painter) seam(site *api.Vertex, all Rect, on string) {
	for _, f := range p.owned[site.ID] {
		if f.Role != layout.RoleGutter {
			continue
		}
		r, _ := p.rect(f.ID)
		y := r.Y + r.H - 8
		for _, off := range []float64{-2, 2} {
			p.pic.Lines = append(p.pic.Lines, Line{
				Points: [][2]float64{{all.X + 14, y + off}, {all.X + all.W - 14, y + off}}, Stroke: p.ink, Width: 1, Dash: "6 2",
			})
		}
		p.writeFree(Text{X: all.X + 16, Y: y - 8, Size: small, Value: "physical network: owner unknown", Fill: p.muted, On: on})
		p.writeFree(Text{X: all.X + 16, Y: y + 17, Size: small, Value: "clusters: owner unknown", Fill: p.muted, On: on})
	}
}

func sortedPairs(m map[pair]int) []pair {
	return slices.SortedFunc(maps.Keys(m), func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
}
