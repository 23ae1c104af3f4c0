package merge

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// concludeRoute finds the node to which a router sends what is for an exposed
// address: that it announces it is then observed, whatever its cluster says.
func (e *Engine) concludeRoute(rs *rowState) {
	h := rs.held
	r := h.op.route()
	e.retract(rs)
	rs.row = stitch.Row{ID: rs.id, Device: h.scope.source.vertexOf(r.Device)}
	find := e.index.For(rs.id)
	if rs.row.Device == 0 {
		rs.conclusion = stitch.Conclusion{Outcome: stitch.Unplaced, Why: "its device is not known yet"}
		return
	}
	rs.conclusion = stitch.ConcludeRoute(rs.row.Device, r, find)
	if c := rs.conclusion; c.Outcome == stitch.Host {
		rs.edge = e.support(rs, makeEdgeKey(api.EdgeAnnounces, c.Node, c.Remote), false)
	}
}

// addRoutes says of an announcement that routers follow it, and where they
// should not.
func (e *Engine) addRoutes(edge *api.Edge, j *joint) {
	edge.Health = api.HealthOK
	for _, row := range rowsInOrder(e, j.rows) {
		rs := e.rows[row]
		device, node := e.vertex(rs.row.Device), e.vertex(edge.A)
		if rs.conclusion.Wrong == "" || device == nil || node == nil {
			continue
		}
		edge.Health = api.HealthDegraded
		to := node.Name
		if vrf := rs.held.op.route().VRF; vrf != "" {
			to += " in VRF " + vrf
		}
		edge.Attrs = append(edge.Attrs, api.Attr{
			Key: api.AttrMismatch, Value: device.Name + " sends to " + to + ", which " + rs.conclusion.Wrong, Scope: rs.held.scope.id,
		})
	}
}
