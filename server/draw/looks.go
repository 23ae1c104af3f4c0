package draw

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Dot is a small circle: the end of a cable, or the ring of a bundle.
type Dot struct {
	X, Y, R      float64
	Fill, Stroke string
}

const dotRadius = 3

// dot marks the end of a cable: filled where that end reports it.
func (p *painter) dot(x, y float64, colour string, filled bool, on string) {
	d := Dot{X: x, Y: y, R: dotRadius, Fill: on, Stroke: colour}
	if filled {
		d.Fill = colour
	}
	p.pic.Dots = append(p.pic.Dots, d)
}

// strokeOf is how a line of a state looks.
func (p *painter) strokeOf(m mark, healthy string) (colour, dash string) {
	switch m {
	case markDown:
		return p.down, "6 4"
	case markDegraded:
		return p.degraded, ""
	case markStale, markUnknown:
		return p.muted, "6 4"
	case markNone:
	}
	return healthy, ""
}

// strokeOfAll is how a line of many cables looks: a few that are ill do not
// paint all, their share is written.
func (p *painter) strokeOfAll(cables []cable, healthy string) (colour, dash string) {
	m, count := p.state(cables)
	if count < len(cables) {
		m = markNone
	}
	return p.strokeOf(m, healthy)
}

// draw draws a cord along a way, as what it is.
func (l *plan) draw(c *cord, points [][2]float64) {
	p, on := l.p, l.on
	points = straight(points)
	healthy := p.physical
	if c.kind.String() == "attach" {
		healthy = p.node
	}
	m, count := p.state(c.cables)
	colour, dash := p.strokeOf(m, healthy)
	way := Line{Points: points, Stroke: colour, Dash: dash, Width: width(len(c.cables)), From: c.a, To: c.b}
	over := func(width float64, stroke string) {
		again := way
		again.Width, again.Stroke, again.Dash = width, stroke, ""
		p.pic.Lines = append(p.pic.Lines, again)
	}
	disputed := slices.ContainsFunc(c.cables, func(x cable) bool { return x.edge.Disputed })
	lag := p.isLAG(c)
	switch {
	case disputed && len(c.cables) == 1: // an outline on both sides
		over(way.Width+6, colour)
		over(way.Width+4, on)
		p.pic.Lines = append(p.pic.Lines, way)
	case lag: // two parallels
		way.Width = 6
		p.pic.Lines = append(p.pic.Lines, way)
		over(3, on)
	default:
		p.pic.Lines = append(p.pic.Lines, way)
	}
	if x, y := middle(points); lag {
		p.pic.Dots = append(p.pic.Dots, Dot{X: x, Y: y, R: 5.5, Stroke: colour})
	}
	p.ends(c, points, colour, on)
	text := ""
	if len(c.cables) > 1 && m == markNone {
		text = fmt.Sprint(len(c.cables))
	} else if m != markNone {
		text = m.glyph()
		if len(c.cables) > 1 {
			text = fmt.Sprintf("%s %d of %d", text, count, len(c.cables))
		}
	}
	if disputed {
		text = "≠ " + text
	}
	if text == "" {
		return
	}
	l.label(points, Text{Size: small, Value: text, Fill: legible(p.mark(m), on, p.ink), On: on, Plate: true})
}

// label writes a text beside the longest piece of a way where it hides neither
// a box nor another text.
func (l *plan) label(points [][2]float64, t Text) {
	pieces := make([]int, 0, len(points)-1)
	for i := 1; i < len(points); i++ {
		pieces = append(pieces, i)
	}
	length := func(i int) float64 {
		return math.Abs(points[i][0]-points[i-1][0]) + math.Abs(points[i][1]-points[i-1][1])
	}
	slices.SortStableFunc(pieces, func(i, j int) int { return cmp.Compare(length(j), length(i)) })
	for _, i := range pieces {
		a, b := points[i-1], points[i]
		for _, part := range []float64{0.5, 0.25, 0.75} {
			t.X, t.Y = a[0]+(b[0]-a[0])*part+6, a[1]+(b[1]-a[1])*part+4
			if a[1] == b[1] {
				t.Y = a[1] - 4
			}
			if l.isClear(t.box()) {
				l.p.writeFree(t)
				return
			}
		}
	}
	t.X, t.Y = (points[0][0]+points[1][0])/2+6, (points[0][1]+points[1][1])/2+4
	l.p.writeFree(t)
}

// isClear says whether a text hides no box and no other text.
func (l *plan) isClear(at Rect) bool {
	for _, r := range l.rows {
		if slices.ContainsFunc(r.boxes, func(b Rect) bool { return overlap(at, b) }) {
			return false
		}
	}
	return !slices.ContainsFunc(l.p.pic.Texts, func(t Text) bool { return overlap(at, t.box()) })
}

// ends draws both ends' dots, and a bar across where nothing is let through.
func (p *painter) ends(c *cord, points [][2]float64, colour, on string) {
	allA, allB, blockedA, blockedB := true, true, false, false
	for _, x := range c.cables {
		a, b := x.reported()
		allA, allB = allA && a, allB && b
		portA, portB := x.ends()
		blockedA, blockedB = blockedA || p.isBlocked(portA), blockedB || p.isBlocked(portB)
	}
	first, last := points[0], points[len(points)-1]
	p.dot(first[0], first[1], colour, allA, on)
	p.dot(last[0], last[1], colour, allB, on)
	bar := func(at, next [2]float64) {
		y := at[1] + math.Copysign(min(8, math.Abs(next[1]-at[1])/2+1), next[1]-at[1])
		p.pic.Lines = append(p.pic.Lines, Line{Points: [][2]float64{{at[0] - 5, y}, {at[0] + 5, y}}, Stroke: p.ink, Width: 2.5, From: c.a, To: c.b})
	}
	if blockedA {
		bar(first, points[1])
	}
	if blockedB {
		bar(last, points[len(points)-2])
	}
}

// straight leaves out corners at which nothing turns.
func straight(points [][2]float64) [][2]float64 {
	out := points[:1:1]
	for i := 1; i < len(points); i++ {
		if n := len(out); i+1 < len(points) && (out[n-1][0] == points[i][0] && points[i][0] == points[i+1][0] || out[n-1][1] == points[i][1] && points[i][1] == points[i+1][1]) {
			continue
		}
		out = append(out, points[i])
	}
	return out
}

// middle is the middle of the longest piece.
func middle(points [][2]float64) (x, y float64) {
	best := -1.0
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if length := math.Abs(a[0]-b[0]) + math.Abs(a[1]-b[1]); length > best {
			best, x, y = length, (a[0]+b[0])/2, (a[1]+b[1])/2
		}
	}
	return x, y
}
