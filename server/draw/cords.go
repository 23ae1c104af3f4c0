package draw

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// cord is all cables of one kind between two boxes of a site: devices, or a
// device, and a cluster or part of one, or racks.
type cord struct {
	kind   api.EdgeKind
	a, b   api.VertexID // a stands north of b, or west of it in one row
	cables []cable
}

// cable is an edge of a cord; turned says that its A is at the cord's b.
type cable struct {
	edge   *api.Edge
	turned bool
}

// ends are the edge's ports or NICs at the cord's a and b.
func (c cable) ends() (a, b api.VertexID) {
	if c.turned {
		return c.edge.B, c.edge.A
	}
	return c.edge.A, c.edge.B
}

// reported says which ends report the cable themselves.
func (c cable) reported() (a, b bool) {
	if c.turned {
		return c.edge.ReportedB, c.edge.ReportedA
	}
	return c.edge.ReportedA, c.edge.ReportedB
}

// cords finds what joins a site's boxes, and how many links lead to which
// other sites.
func (p *painter) cords(site *api.Vertex) (cords []*cord, away map[api.VertexID][]*api.Edge) {
	type key struct {
		kind api.EdgeKind
		a, b api.VertexID
	}
	known, seen := map[key]*cord{}, map[api.EdgeID]bool{}
	away = map[api.VertexID][]*api.Edge{}
	for device := range p.s.Children(site.ID) {
		here := p.tenant(site, device)
		if here == 0 || device.Kind == api.VertexCluster {
			continue
		}
		for e := range p.cablesOf(device) {
			near, far := e.A, e.B
			if port, ok := p.s.Vertex(e.B); ok && port.Parent == device.ID {
				near, far = e.B, e.A
			}
			end, ok := p.s.Vertex(far)
			if !ok || seen[e.ID] {
				continue
			}
			seen[e.ID] = true
			there := p.tenant(site, end)
			if other := p.siteOf(end); there == 0 && other != 0 && other != site.ID && e.Kind == api.EdgeLink {
				away[other] = append(away[other], e)
			}
			if there == 0 || there == here {
				continue
			}
			a, b := here, there
			if p.isAfter(here, there) {
				a, b = there, here
			}
			kind := e.Kind
			if kind == api.EdgeMember { // of a segment: a cable to whatever that is
				kind = api.EdgeLink
			}
			k := key{kind, a, b}
			c := known[k]
			if c == nil {
				c = &cord{kind: kind, a: a, b: b}
				known[k], cords = c, append(cords, c)
			}
			c.cables = append(c.cables, cable{e, (near == e.A) != (here == a)})
		}
	}
	for _, c := range cords {
		if !p.isLAG(c) || len(c.cables) == 1 {
			continue
		}
		// The bundle itself is no cable beside those that are in it.
		c.cables = slices.DeleteFunc(c.cables, p.areLAGs)
	}
	slices.SortFunc(cords, func(x, y *cord) int {
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return cords, away
}

// cablesOf yields the links and attachments of a device's ports, and what joins
// them to segments.
func (p *painter) cablesOf(device *api.Vertex) func(yield func(*api.Edge) bool) {
	return func(yield func(*api.Edge) bool) {
		for port := range p.s.Children(device.ID) {
			for e := range p.s.EdgesOf(port.ID) {
				if (e.Kind == api.EdgeLink || e.Kind == api.EdgeAttach || p.joinsSegment(e)) && !yield(e) {
					return
				}
			}
		}
	}
}

func (p *painter) joinsSegment(e *api.Edge) bool {
	v, ok := p.s.Vertex(e.B)
	return ok && e.Kind == api.EdgeMember && v.Kind == api.VertexSegment
}

// isAfter says whether a box stands south of another, or east of it in a row.
func (p *painter) isAfter(x, y api.VertexID) bool {
	a, _ := p.rect(x)
	b, _ := p.rect(y)
	return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X), cmp.Compare(x, y)) > 0
}

// tenant is the box in the site that an end of a cable belongs to; 0 if it is
// elsewhere.
func (p *painter) tenant(site, end *api.Vertex) api.VertexID {
	for at := end.ID; at != 0; {
		b, ok := p.boxes[at]
		if !ok {
			v, ok := p.s.Vertex(at)
			if !ok || v.Kind == api.VertexSite {
				return 0
			}
			at = v.Parent // Its own box is hidden; it may stand in one that is not.
			if v.Kind != api.VertexPort && v.Kind != api.VertexLAG && v.Kind != api.VertexNIC {
				return 0
			}
			continue
		}
		if b.Frame == site.ID {
			return at
		}
		at = b.Frame
	}
	return 0
}

// siteOf is the site that a vertex stands in; 0 if there is none.
func (p *painter) siteOf(v *api.Vertex) api.VertexID {
	for v.Kind != api.VertexSite {
		parent, ok := p.s.Vertex(v.Parent)
		if !ok {
			return 0
		}
		v = parent
	}
	return v.ID
}

// state is the worst state among cables, and how many are in it.
func (p *painter) state(cables []cable) (worst mark, count int) {
	rank := [...]int{markNone: 0, markUnknown: 1, markStale: 2, markDegraded: 3, markDown: 4}
	for _, c := range cables {
		m := p.markOfEdge(c.edge)
		switch {
		case rank[m] > rank[worst]:
			worst, count = m, 1
		case m == worst:
			count++
		}
	}
	return worst, count
}

// isLAG says whether a cord is one bundle: between aggregates, or of cables that
// one end has in one.
func (p *painter) isLAG(c *cord) bool {
	at := func(cable cable, b bool) api.VertexID {
		x, y := cable.ends()
		if b {
			x = y
		}
		return p.lagOf(x)
	}
	if len(c.cables) == 1 {
		return at(c.cables[0], false) != 0 && at(c.cables[0], true) != 0 && p.areLAGs(c.cables[0])
	}
	for _, b := range []bool{false, true} {
		lag := at(c.cables[0], b)
		if lag != 0 && !slices.ContainsFunc(c.cables, func(x cable) bool { return at(x, b) != lag }) {
			return true
		}
	}
	return false
}

func (p *painter) areLAGs(c cable) bool {
	x, y := c.ends()
	return p.lagOf(x) == x && p.lagOf(y) == y
}

// lagOf is the aggregate that a port is part of, an aggregate itself; else 0.
func (p *painter) lagOf(port api.VertexID) api.VertexID {
	if v, ok := p.s.Vertex(port); !ok || v.Kind == api.VertexLAG {
		return port
	}
	for e := range p.s.EdgesOf(port) {
		if far, ok := p.s.Vertex(e.B); ok && e.Kind == api.EdgeMember && e.A == port && far.Kind == api.VertexLAG {
			return far.ID
		}
	}
	return 0
}

// isBlocked says whether the spanning tree lets nothing through at a port.
func (p *painter) isBlocked(port api.VertexID) bool {
	v, ok := p.s.Vertex(port)
	stp := ""
	if ok {
		stp = v.Attr(api.AttrSTP)
	}
	return stp == "blocking" || stp == "listening" || stp == "broken"
}

// row is a line of boxes in the site's frame.
type row struct {
	top, bottom float64
	boxes       []Rect
	seams       bool // clusters stand here: above them runs their seam
}

// rows are the lines of boxes that stand in a site, from north to south.
func (p *painter) rows(site *api.Vertex) []row {
	var boxes []Rect
	for id, b := range p.boxes {
		role := p.pieces[id].Role
		if b.Frame == site.ID && (role == 0 || role == layout.RolePart || role == layout.RoleRack) {
			r, _ := p.rect(id)
			boxes = append(boxes, r)
		}
	}
	slices.SortFunc(boxes, func(a, b Rect) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	var out []row
	for _, r := range boxes {
		v, _ := p.s.Vertex(r.Of)
		seams := v == nil && p.pieces[r.Of].Role == layout.RolePart || v != nil && v.Kind == api.VertexCluster
		if n := len(out); n == 0 || r.Y >= out[n-1].bottom {
			out = append(out, row{top: r.Y})
		}
		last := &out[len(out)-1]
		last.bottom, last.seams = max(last.bottom, r.Y+r.H), last.seams || seams
		last.boxes = append(last.boxes, r)
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

// isFree says whether an upright line meets no box of a row.
func (r row) isFree(x float64) bool {
	const apart = 5
	return !slices.ContainsFunc(r.boxes, func(b Rect) bool { return x > b.X-apart && x < b.X+b.W+apart })
}
