package draw

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// Cables run level in the ground between rows of boxes, each in a lane of its
// own, and upright where no box stands. Where many would run beside each other
// they are one trunk, to which each box has a tap.

// manyCords is from how many on the cords between two rows are a trunk.
const manyCords = 16

// Lanes are dealt in this order, from north to south.
const (
	laneAttach = iota
	laneLink
	laneWithin // cables between boxes of one row
)

// tap is where a cable meets the upper or lower edge of a box.
type tap struct {
	box   Rect
	south bool
	wish  float64 // where the other end is
	x     float64
}

func (t *tap) y() float64 {
	if t.south {
		return t.box.Y + t.box.H
	}
	return t.box.Y
}

// reach is a level piece in the ground above a row.
type reach struct {
	above, order int
	from, to     float64
	y            float64
}

// plan is where all cables of a site run.
type plan struct {
	p       *painter
	site    Rect
	on      string
	rows    []row
	taps    []*tap
	reaches []*reach
	shafts  map[int]int // upright ways that are taken, by where
	later   []func()    // what is drawn once all places are known
}

// cables draws what joins the boxes of a site.
func (p *painter) cables(site *api.Vertex, all []*cord, on string) {
	box, _ := p.rect(site.ID)
	l := &plan{p: p, site: box, on: on, rows: p.rows(site), shafts: map[int]int{}}
	nets, single := p.nets(all)
	for i, n := range nets {
		l.trunk(n, i)
	}
	for _, c := range single {
		l.cord(c)
	}
	l.spread()
	l.deal()
	for _, draw := range l.later {
		draw()
	}
	if p.o.Grouping != layout.ByRack { // there nodes stand beneath their leaves
		l.seams(site, all)
	}
}

// net is cords that are drawn as one trunk.
type net struct {
	kind  api.EdgeKind
	cords []*cord
}

// nets parts cords: what is one trunk, and what is drawn alone. In a trunk the
// few that are ill stand out.
func (p *painter) nets(all []*cord) (nets []*net, single []*cord) {
	const fewIll = 6
	type key struct {
		kind api.EdgeKind
		y    float64
	}
	by := map[key]*net{}
	for _, c := range all {
		a, ok1 := p.rect(c.a)
		b, ok2 := p.rect(c.b)
		k := key{kind: c.kind}
		switch {
		case !ok1 || !ok2:
			continue
		case a.Y == b.Y:
			single = append(single, c)
			continue
		case c.kind == api.EdgeLink:
			k.y = a.Y
		}
		if by[k] == nil {
			by[k] = &net{kind: c.kind}
		}
		by[k].cords = append(by[k].cords, c)
	}
	for _, k := range slices.SortedFunc(maps.Keys(by), func(x, y key) int { return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.y, y.y)) }) {
		n := by[k]
		if len(n.cords) < manyCords {
			single = append(single, n.cords...)
			continue
		}
		var ill, well []*cord
		for _, c := range n.cords {
			if m, _ := p.state(c.cables); m == markDown || m == markDegraded || p.isSpecial(c) {
				ill = append(ill, c)
			} else {
				well = append(well, c)
			}
		}
		if len(ill) <= fewIll {
			single, n.cords = append(single, ill...), well
		}
		nets = append(nets, n)
	}
	return nets, single
}

// isSpecial says whether a cord has something to say that a trunk hides.
func (p *painter) isSpecial(c *cord) bool {
	return slices.ContainsFunc(c.cables, func(x cable) bool {
		a, b := x.ends()
		return x.edge.Disputed || p.isBlocked(a) || p.isBlocked(b)
	})
}

func (l *plan) tap(box Rect, south bool, wish float64) *tap {
	t := &tap{box: box, south: south, wish: wish, x: box.X + box.W/2}
	l.taps = append(l.taps, t)
	return t
}

func (l *plan) reach(above, order int) *reach {
	r := &reach{above: above, order: order}
	l.reaches = append(l.reaches, r)
	return r
}

// spread puts the taps of each edge of a box beside each other, in the order of
// where they lead.
func (l *plan) spread() {
	type edge struct {
		box   api.VertexID
		south bool
	}
	by := map[edge][]*tap{}
	for _, t := range l.taps {
		k := edge{t.box.Of, t.south}
		by[k] = append(by[k], t)
	}
	for _, taps := range by {
		slices.SortStableFunc(taps, func(a, b *tap) int { return cmp.Compare(a.wish, b.wish) })
		step := min(18, (taps[0].box.W-12)/float64(len(taps)))
		for i, t := range taps {
			t.x = t.box.X + t.box.W/2 + step*(float64(i)-float64(len(taps)-1)/2)
		}
	}
}

// deal gives each level piece a height of its own among those that it would
// touch.
func (l *plan) deal() {
	for above := range l.rows {
		var here []*reach
		for _, r := range l.reaches {
			if r.above == above {
				here = append(here, r)
			}
		}
		slices.SortStableFunc(here, func(a, b *reach) int {
			return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.left(), b.left()), cmp.Compare(a.right(), b.right()))
		})
		lanes, first, order := []float64(nil), 0, -1 // how far each lane is taken
		lane := map[*reach]int{}
		for _, r := range here {
			if r.order != order {
				first, order = len(lanes), r.order
			}
			i := first
			for i < len(lanes) && lanes[i] > r.left()-6 {
				i++
			}
			if i == len(lanes) {
				lanes = append(lanes, 0)
			}
			lanes[i], lane[r] = r.right(), i
		}
		top, bottom := l.ground(above)
		for _, r := range here {
			r.y = top + (bottom-top)*float64(lane[r]+1)/float64(len(lanes)+1)
		}
	}
}

func (r *reach) left() float64  { return min(r.from, r.to) }
func (r *reach) right() float64 { return max(r.from, r.to) }

// ground is where cables may run above a row: not where seams and names are.
func (l *plan) ground(above int) (top, bottom float64) {
	row := l.rows[above]
	top, bottom = row.top-40, row.top
	if above > 0 {
		top = l.rows[above-1].bottom
	}
	switch {
	case row.seams && l.p.o.Grouping != layout.ByRack:
		bottom -= seamRoom
	case bottom-top > 40: // the name of a tier
		bottom -= 16
	}
	return top, max(top+2, bottom)
}

// shaft finds where an upright line passes rows: below one of two ends if it
// can, else as near as may be.
func (l *plan) shaft(from, to int, a, b float64) float64 {
	isFree := func(x float64) bool { return l.isFree(from, to, x) }
	for _, x := range []float64{b, a} {
		if isFree(x) {
			return x
		}
	}
	best, cost := l.site.X+6, math.Inf(1)
	try := func(x float64) {
		if c := math.Abs(x-a) + math.Abs(x-b); isFree(x) && c < cost {
			best, cost = x, c
		}
	}
	try(l.site.X + l.site.W - 6)
	for _, r := range l.rows[from:to] {
		for _, box := range r.boxes {
			try(box.X - 8)
			try(box.X + box.W + 8)
		}
	}
	place := int(best)
	l.shafts[place]++
	if x := best + 3*float64(l.shafts[place]-1); isFree(x) {
		return x
	}
	return best
}

// isFree says whether an upright line passes rows without meeting a box.
func (l *plan) isFree(from, to int, x float64) bool {
	for _, r := range l.rows[from:to] {
		if !r.isFree(x) {
			return false
		}
	}
	return x > l.site.X+3 && x < l.site.X+l.site.W-3
}

// cord plans one bundle of cables.
func (l *plan) cord(c *cord) {
	a, ok1 := l.p.rect(c.a)
	b, ok2 := l.p.rect(c.b)
	upper, lower := rowOf(l.rows, a), rowOf(l.rows, b)
	if !ok1 || !ok2 || upper < 0 || lower < 0 {
		return
	}
	if upper == lower { // over the row
		from, to := l.tap(a, false, math.Inf(1)), l.tap(b, false, math.Inf(-1))
		if a.X > b.X {
			from.wish, to.wish = to.wish, from.wish
		}
		r := l.reach(lower, laneWithin)
		r.from, r.to = a.X+a.W/2, b.X+b.W/2
		l.later = append(l.later, func() {
			l.draw(c, [][2]float64{{from.x, from.y()}, {from.x, r.y}, {to.x, r.y}, {to.x, to.y()}})
		})
		return
	}
	order := laneLink
	if c.kind == api.EdgeAttach {
		order = laneAttach
	}
	ax, bx := a.X+a.W/2, b.X+b.W/2
	from, to := l.tap(a, true, bx), l.tap(b, false, ax)
	near := l.reach(upper+1, order)
	near.from, near.to = ax, bx
	if upper+1 == lower {
		l.later = append(l.later, func() {
			l.draw(c, [][2]float64{{from.x, from.y()}, {from.x, near.y}, {to.x, near.y}, {to.x, to.y()}})
		})
		return
	}
	x := l.shaft(upper+1, lower, ax, bx)
	far := l.reach(lower, order)
	near.to, far.from, far.to = x, x, bx
	l.later = append(l.later, func() {
		for _, end := range []struct{ middle, x float64 }{{bx, to.x}, {ax, from.x}} {
			if x == end.middle && l.isFree(upper+1, lower, end.x) {
				x = end.x // straight on
				break
			}
		}
		l.draw(c, [][2]float64{{from.x, from.y()}, {from.x, near.y}, {x, near.y}, {x, far.y}, {to.x, far.y}, {to.x, to.y()}})
	})
}

// trunk plans a net: one level line in each ground that it has taps from, and
// one upright line that joins those, past the rows.
func (l *plan) trunk(n *net, nth int) {
	order, colour, x := laneLink, l.p.physical, l.site.X+3+4*float64(nth%3)
	if n.kind == api.EdgeAttach {
		order, colour, x = laneAttach, l.p.node, l.site.X+l.site.W-4
	}
	grounds := map[int]*reach{}
	type end struct {
		ground int
		box    api.VertexID
	}
	ends, order2 := map[end]*tap{}, []end(nil)
	meet := func(id api.VertexID, south bool, ground int) {
		k := end{ground, id}
		if ends[k] != nil {
			return
		}
		r, _ := l.p.rect(id)
		ends[k] = l.tap(r, south, r.X+r.W/2)
		order2 = append(order2, k)
		middle := r.X + r.W/2
		if g := grounds[ground]; g == nil {
			grounds[ground] = l.reach(ground, order)
			grounds[ground].from, grounds[ground].to = middle, middle
		} else {
			g.from, g.to = min(g.from, middle), max(g.to, middle)
		}
	}
	for _, c := range n.cords {
		a, _ := l.p.rect(c.a)
		b, _ := l.p.rect(c.b)
		upper, lower := rowOf(l.rows, a), rowOf(l.rows, b)
		if upper < 0 || lower < 0 || upper == lower {
			continue
		}
		meet(c.a, true, upper+1)
		meet(c.b, false, lower)
	}
	if len(grounds) > 1 {
		for _, g := range grounds {
			g.from, g.to = min(g.from, x), max(g.to, x)
		}
	}
	l.later = append(l.later, func() {
		worst, count := l.p.state(n.all())
		stroke, dash := l.p.strokeOfAll(n.all(), colour)
		line := func(width float64, points ...[2]float64) {
			l.p.pic.Lines = append(l.p.pic.Lines, Line{Points: points, Stroke: stroke, Dash: dash, Width: width, Trunk: true})
		}
		levels := slices.Sorted(maps.Keys(grounds))
		for _, g := range levels {
			line(trunkWidth, [2]float64{grounds[g].from, grounds[g].y}, [2]float64{grounds[g].to, grounds[g].y})
		}
		if len(levels) > 1 {
			line(trunkWidth, [2]float64{x, grounds[levels[0]].y}, [2]float64{x, grounds[levels[len(levels)-1]].y})
		}
		for _, k := range order2 {
			t := ends[k]
			cables := n.of(k.box)
			tapStroke, tapDash := l.p.strokeOfAll(cables, colour)
			l.p.pic.Lines = append(l.p.pic.Lines, Line{
				Points: [][2]float64{{t.x, t.y()}, {t.x, grounds[k.ground].y}}, Stroke: tapStroke, Dash: tapDash, Width: width(len(cables)), Trunk: true,
			})
			l.p.dot(t.x, t.y(), tapStroke, l.p.allReport(cables, k.box, n), l.on)
			if top, bottom := l.ground(k.ground); n.kind == api.EdgeAttach && !t.south && bottom-top > 16 {
				l.p.writeFree(Text{
					X: t.x + 8, Y: t.y() - seamRoom - 2, Size: normal, Value: l.p.sum(cables, n.others(k.box)), Fill: l.p.ink, On: l.on, Plate: true,
				})
			}
		}
		first := grounds[levels[0]]
		if top, bottom := l.ground(levels[0]); bottom-top > 24 {
			name := Text{X: first.left() + 60, Y: bottom + 8, Size: normal, Value: n.title(worst, count), Fill: l.p.ink, On: l.on, Plate: true}
			if first.y-top > 20 { // over the line, where no tap is
				name.X, name.Y = first.left()+14, first.y-6
			}
			l.p.writeFree(name)
		}
	})
}

const trunkWidth = 3

func (n *net) all() []cable {
	var out []cable
	for _, c := range n.cords {
		out = append(out, c.cables...)
	}
	return out
}

// of are a net's cables that end at a box.
func (n *net) of(box api.VertexID) []cable {
	var out []cable
	for _, c := range n.cords {
		if c.a == box || c.b == box {
			out = append(out, c.cables...)
		}
	}
	return out
}

// others is how many boxes a box is joined with.
func (n *net) others(box api.VertexID) int {
	count := 0
	for _, c := range n.cords {
		if c.a == box || c.b == box {
			count++
		}
	}
	return count
}

func (n *net) title(worst mark, count int) string {
	above, below := map[api.VertexID]bool{}, map[api.VertexID]bool{}
	for _, c := range n.cords {
		above[c.a], below[c.b] = true, true
	}
	text := fmt.Sprintf("%d cables between %d above and %d below", len(n.all()), len(above), len(below))
	if worst != markNone {
		text += fmt.Sprintf(", %s %d", worst.glyph(), count)
	}
	return text
}

// sum says how many cables lead to how many boxes.
func (p *painter) sum(cables []cable, boxes int) string {
	text := fmt.Sprintf("%d cables from %d switches", len(cables), boxes)
	if m, count := p.state(cables); m != markNone {
		text = fmt.Sprintf("%s %d of %s", m.glyph(), count, text)
	}
	return text
}

// allReport says whether a box itself reports all of its cables.
func (p *painter) allReport(cables []cable, box api.VertexID, n *net) bool {
	isA := slices.ContainsFunc(n.cords, func(c *cord) bool { return c.a == box })
	return !slices.ContainsFunc(cables, func(c cable) bool {
		a, b := c.reported()
		if isA {
			return !a
		}
		return !b
	})
}

func width(count int) float64 {
	switch {
	case count <= 1:
		return 1.5
	case count <= 8:
		return 3
	}
	return 5
}
