package draw

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// seamRoom is how much of the ground above a cluster its seam takes, with the
// owners' names on both sides.
const seamRoom = 52

// seams draws where the owner changes: above each cluster, and above each part
// of one that stands at another site.
func (l *plan) seams(site *api.Vertex, all []*cord) {
	for _, r := range l.rows {
		for _, box := range r.boxes {
			v, ok := l.p.s.Vertex(box.Of)
			if piece := l.p.pieces[box.Of]; !ok && piece.Role == layout.RolePart {
				v, ok = l.p.s.Vertex(piece.Of)
			}
			if !ok || v.Kind != api.VertexCluster || l.isBeneath(box) {
				continue
			}
			l.seam(box, l.p.networkOwner(site, box.Of, all), v.Attr(api.AttrOwner))
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

// seam draws a double line, stitched, with who owns what is on either side. The
// stitch is open where that is not known of both.
func (l *plan) seam(box Rect, network, cluster string) {
	y, dash := box.Y-seamRoom/2, "6 2"
	if network == "" || cluster == "" {
		dash = "2 6"
	}
	for _, off := range []float64{-2, 2} {
		l.p.pic.Lines = append(l.p.pic.Lines, Line{
			Points: [][2]float64{{box.X, y + off}, {box.X + box.W, y + off}}, Stroke: l.p.ink, Width: 1, Dash: dash, Trunk: true,
		})
	}
	room := box.W/2 - 30 // cables arrive in the middle
	for _, t := range []Text{
		{Y: y - 7, Value: "network: " + or(network, "owner unknown")}, {Y: y + 17, Value: "cluster: " + or(cluster, "owner unknown")},
	} {
		t.X, t.Size, t.Fill, t.On, t.Plate = box.X+4, large, l.p.ink, l.on, true
		if t = t.fit(room); t.Value != "" {
			l.p.writeFree(t)
		}
	}
}

// networkOwner is who answers for the switches that a cluster is cabled to, or
// for all of the site's if it is to none: the team that the configuration
// names, else the contact that a switch names itself. It is "" if nobody is
// known, and several are counted.
func (p *painter) networkOwner(site *api.Vertex, cluster api.VertexID, all []*cord) string {
	var devices []*api.Vertex
	for _, c := range all {
		if c.b == cluster && c.kind == api.EdgeAttach {
			if v, ok := p.s.Vertex(c.a); ok {
				devices = append(devices, v)
			}
		}
	}
	if len(devices) == 0 {
		for v := range p.s.Children(site.ID) {
			if v.Kind == api.VertexDevice && v.Attr(api.AttrUnmanaged) == "" {
				devices = append(devices, v)
			}
		}
	}
	var owners []string
	for _, v := range devices {
		if who := or(v.Attr(api.AttrOwner), v.Attr(api.AttrContact)); !slices.Contains(owners, who) {
			owners = append(owners, who)
		}
	}
	switch {
	case len(owners) == 0 || len(owners) == 1:
		return strings.Join(owners, "")
	case slices.Contains(owners, ""):
		return "" // of one of them nobody is known
	}
	return fmt.Sprintf("%d owners", len(owners))
}
