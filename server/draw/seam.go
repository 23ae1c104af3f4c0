package draw

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// seamRoom is how much of the ground above a cluster its seam takes, with the
// owners' names on both sides.
const seamRoom = 52

// seams draws where the owner changes: above each cluster, and above each part
// of one that stands at another site.
func (l *plan) seams(site *api.Vertex) {
	network := "network: " + l.p.ownerOf(site)
	for _, r := range l.rows {
		for _, box := range r.boxes {
			v, ok := l.p.s.Vertex(box.Of)
			name := ""
			switch piece := l.p.pieces[box.Of]; {
			case ok && v.Kind == api.VertexCluster:
				name = v.Name
			case piece.Role == layout.RolePart:
				if v, ok = l.p.s.Vertex(piece.Of); ok {
					name = v.Name
				}
			}
			if name == "" || l.isBeneath(box) {
				continue
			}
			l.seam(box, network, name+": owner unknown")
		}
	}
}

// isBeneath says whether a box stands close below another, so that there is no
// room for a seam.
func (l *plan) isBeneath(box Rect) bool {
	for _, r := range l.rows {
		for _, other := range r.boxes {
			if other.Of != box.Of && other.X < box.X+box.W && box.X < other.X+other.W && other.Y+other.H <= box.Y && box.Y-other.Y-other.H < seamRoom {
				return true
			}
		}
	}
	return false
}

// seam draws a double line, stitched, with who owns what is on either side.
func (l *plan) seam(box Rect, above, below string) {
	y := box.Y - seamRoom/2
	for _, off := range []float64{-2, 2} {
		l.p.pic.Lines = append(l.p.pic.Lines, Line{
			Points: [][2]float64{{box.X, y + off}, {box.X + box.W, y + off}}, Stroke: l.p.ink, Width: 1, Dash: "6 2", Trunk: true,
		})
	}
	room := box.W/2 - 30 // cables arrive in the middle
	for _, t := range []Text{{Y: y - 7, Value: above}, {Y: y + 17, Value: below}} {
		t.X, t.Size, t.Fill, t.On, t.Plate = box.X+4, large, l.p.ink, l.on, true
		if t = t.fit(room); t.Value != "" {
			l.p.writeFree(t)
		}
	}
}

// ownerOf is who a site's devices say is in charge of them, if that is one.
func (p *painter) ownerOf(site *api.Vertex) string {
	contact := ""
	for v := range p.s.Children(site.ID) {
		if v.Kind != api.VertexDevice || v.Attr(api.AttrUnmanaged) != "" {
			continue
		}
		says := v.Attr("contact")
		if says == "" || contact != "" && says != contact {
			return "owner unknown"
		}
		contact = says
	}
	if contact == "" {
		return "owner unknown"
	}
	return contact + " (sysContact)"
}
