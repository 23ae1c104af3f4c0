package draw

import (
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
func (p *painter) draw(c *cord, points [][2]float64, on string) {
	points = straight(points)
	healthy := p.physical
	if c.kind.String() == "attach" {
		healthy = p.node
	}
	m, count := p.state(c.cables)
	colour, dash := p.strokeOf(m, healthy)
	line := Line{Points: points, Stroke: colour, Dash: dash, Width: width(len(c.cables)), From: c.a, To: c.b}
	over := func(width float64, stroke string) {
		l := line
		l.Width, l.Stroke, l.Dash = width, stroke, ""
		p.pic.Lines = append(p.pic.Lines, l)
	}
	disputed := slices.ContainsFunc(c.cables, func(x cable) bool { return x.edge.Disputed })
	lag := p.isLAG(c)
	switch {
	case disputed && len(c.cables) == 1: // an outline on both sides
		over(line.Width+6, colour)
		over(line.Width+4, on)
		p.pic.Lines = append(p.pic.Lines, line)
	case lag: // two parallels
		line.Width = 6
		p.pic.Lines = append(p.pic.Lines, line)
		over(3, on)
	default:
		p.pic.Lines = append(p.pic.Lines, line)
	}
	x, y, level := middle(points)
	if lag {
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
	t := Text{X: x + 8, Y: y - 4, Size: small, Value: text, Fill: legible(p.mark(m), on, p.ink), On: on, Plate: true}
	if !level {
		t.X, t.Y = x+6, y+4
	}
	p.writeFree(t)
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

// middle is the middle of the longest piece, and whether it is level.
func middle(points [][2]float64) (x, y float64, level bool) {
	best := -1.0
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if length := math.Abs(a[0]-b[0]) + math.Abs(a[1]-b[1]); length > best {
			best, x, y, level = length, (a[0]+b[0])/2, (a[1]+b[1])/2, a[1] == b[1]
		}
	}
	return x, y, level
}
