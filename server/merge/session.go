package merge

import (
	"fmt"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// concludeSession finds who speaks with whom. Two that speak several protocols,
// or over several addresses, have one edge, which says each of them.
func (e *Engine) concludeSession(rs *rowState) {
	h := rs.held
	s := h.op.session()
	e.retract(rs)
	rs.row = stitch.Row{ID: rs.id, Device: h.scope.source.vertexOf(s.Device)}
	if s.Port != "" {
		rs.row.Port = h.scope.source.vertexOf(s.Port)
	}
	entries := stitch.SharedEntries(rs.row, s)
	e.index.Replace(rs.reverse, entries)
	rs.reverse = entries
	find := e.index.For(rs.id)
	if rs.row.Device == 0 {
		rs.conclusion = stitch.Conclusion{Outcome: stitch.Unplaced, Why: "its device is not known yet"}
		return
	}
	rs.conclusion = stitch.ConcludeSession(rs.row.Device, s, find)
	if s.Service != "" {
		e.share(rs, s.Service, find)
		return
	}
	if c := rs.conclusion; c.Outcome == stitch.Device || c.Outcome == stitch.Host {
		kind := api.EdgePeers
		if s.Tunnel {
			kind = api.EdgeTunnels
		}
		key := makeEdgeKey(kind, rs.row.Device, c.Remote)
		rs.edge = e.support(rs, key, key.a == rs.row.Device)
	}
}

// share joins a cluster, and its service, with every other one that shares that.
func (e *Engine) share(rs *rowState, service string, find stitch.Finder) {
	for _, cluster := range rs.conclusion.Candidates {
		key := makeEdgeKey(api.EdgeTunnels, rs.row.Device, cluster)
		rs.more = append(rs.more, e.support(rs, key, key.a == rs.row.Device))
		if far := stitch.SharedService(service, cluster, find); far != 0 && rs.row.Port != 0 {
			key = makeEdgeKey(api.EdgeTunnels, rs.row.Port, far)
			rs.more = append(rs.more, e.support(rs, key, key.a == rs.row.Port))
		}
	}
	if len(rs.more) > 0 {
		rs.edge, rs.more = rs.more[0], rs.more[1:]
	}
}

// maxShown is how many sessions a tunnel says one by one: clusters may have
// thousands of services together.
const maxShown = 32

// shown are the rows that an edge says one by one.
func shown(edge *api.Edge, rows []stitch.RowID) []stitch.RowID {
	if edge.Kind != api.EdgeTunnels {
		return rows
	}
	return rows[:min(len(rows), maxShown)]
}

// addSessions says of an edge which sessions it stands for.
func (e *Engine) addSessions(edge *api.Edge, rows []stitch.RowID) {
	edge.Health = api.HealthUnknown
	say := func(row stitch.RowID, text string) {
		edge.Attrs = append(edge.Attrs, api.Attr{Key: api.AttrSession, Value: text, Scope: e.rows[row].held.scope.id})
	}
	said := shown(edge, rows)
	for i, row := range rows {
		s := e.rows[row].held.op.session()
		if s == nil {
			continue
		}
		edge.Health = max(edge.Health, s.Health)
		if i < len(said) {
			say(row, stitch.SessionText(s))
		} else if i == len(said) {
			say(row, fmt.Sprintf("and %d more", len(rows)-i))
		}
	}
}

// addMismatches says in what the ends of a link are set up differently.
func (e *Engine) addMismatches(edge *api.Edge) {
	a, b := e.vertex(edge.A), e.vertex(edge.B)
	if a == nil || b == nil || a.Derived || b.Derived || len(edge.Scopes) == 0 {
		return
	}
	nameA, nameB := e.portName(a.ID), e.portName(b.ID)
	if nameA > nameB { // in an order that rests on no number
		a, b, nameA, nameB = b, a, nameB, nameA
	}
	for _, text := range stitch.Mismatches(a, b, nameA, nameB) {
		edge.Attrs = append(edge.Attrs, api.Attr{Key: api.AttrMismatch, Value: text, Scope: edge.Scopes[0]})
	}
}

// isSetUp says whether the ends of a link are compared in an attribute.
func isSetUp(key string) bool {
	switch key {
	case api.AttrPVID, api.AttrMTU, api.AttrDuplex, api.AttrVLANs:
		return true
	}
	return false
}

// isSetUpAlike says whether a port is set up as it was.
func isSetUpAlike(was, is *api.Vertex) bool {
	for _, pair := range [][2]*api.Vertex{{was, is}, {is, was}} {
		for i := range pair[0].Attrs {
			if a := &pair[0].Attrs[i]; isSetUp(a.Key) && pair[1].Attr(a.Key) != pair[0].Attr(a.Key) {
				return false
			}
		}
	}
	return true
}
