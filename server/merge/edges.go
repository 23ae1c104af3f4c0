package merge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// deriveEdges makes anew every edge on the list.
func (e *Engine) deriveEdges() {
	keys := slices.SortedFunc(maps.Keys(e.batch.edges), func(a, b edgeKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b))
	})
	for _, key := range keys {
		e.deriveEdge(key)
	}
	clear(e.batch.edges)
}

func (e *Engine) deriveEdge(key edgeKey) {
	j := e.joints[key]
	if j == nil {
		return
	}
	if j.empty() || e.isWithin(key) || e.vertex(key.a) == nil || e.vertex(key.b) == nil {
		if j.id != 0 {
			e.batch.change.Edges[j.id] = nil
			j.id = 0
		}
		if j.empty() {
			delete(e.joints, key)
		}
		return
	}
	edge := e.composeEdge(key, j)
	if j.id != 0 {
		edge.ID = j.id
		if was, ok := e.snap.Edge(j.id); ok && equalEdges(was, edge) {
			if e.batch.renewing {
				e.batch.renewedEdges = append(e.batch.renewedEdges, edge)
			}
			return
		}
	} else {
		edge.ID = e.next.Edge
		e.next.Edge++
		j.id = edge.ID
	}
	e.batch.change.Edges[edge.ID] = edge
}

func (e *Engine) composeEdge(key edgeKey, j *joint) *api.Edge {
	edge := &api.Edge{Kind: key.kind, A: key.a, B: key.b}
	if len(j.rows) > 0 {
		e.addSightings(edge, j)
		edge.Disputed = e.disputed(key, j)
	}
	claims := slices.SortedFunc(j.claims.all, compareSaid)
	for _, h := range claims {
		e.addEdgeClaim(edge, h)
	}
	slices.Sort(edge.Scopes)
	edge.Scopes = slices.Compact(edge.Scopes)
	return edge
}

func (e *Engine) addSightings(edge *api.Edge, j *joint) {
	lost := int64(0)
	for _, s := range j.rows {
		if s.lost != 0 {
			lost = max(lost, s.lost)
			continue
		}
		// What the far end reports, it reports itself; an attachment is
		// reported by the switch, which is B.
		if s.byA {
			edge.ReportedA = true
		} else {
			edge.ReportedB = true
		}
	}
	twoSided := edge.ReportedA && edge.ReportedB
	surer := false
	rows := rowsInOrder(e, j.rows)
	for i, row := range rows {
		s, h := j.rows[row], e.rows[row].held
		method := s.method
		if twoSided && s.method == api.MethodLLDPOneSided {
			method = api.MethodLLDPTwoSided
		}
		edge.Confidence = max(edge.Confidence, s.confidence)
		// That two clusters have a service together both say of themselves only.
		surer = surer || twoSided && method != api.MethodObject
		edge.Scopes = append(edge.Scopes, h.scope.id)
		if i >= len(shown(edge, rows)) {
			continue
		}
		edge.Evidence = append(edge.Evidence, api.Evidence{
			Method: method, Scope: h.scope.id, Key: h.op.key, Text: e.sightingText(row, s), Since: milliTime(h.op.since),
		})
	}
	if surer {
		edge.Confidence = stitch.ConfidenceTwoSided
	}
	if edge.Kind == api.EdgePeers || edge.Kind == api.EdgeTunnels {
		e.addSessions(edge, rows)
		return
	}
	if edge.Kind == api.EdgeAnnounces {
		e.addRoutes(edge, j)
		return
	}
	if edge.Kind == api.EdgeLink {
		e.addMismatches(edge)
	}
	edge.Health = e.linkHealth(edge)
	if !edge.ReportedA && !edge.ReportedB {
		if edge.Kind == api.EdgeMember || edge.Health == api.HealthDown {
			edge.Health = api.HealthDown
		} else { // its ports are up again, but nobody is heard there
			edge.Health = api.HealthUnknown
		}
		edge.Attrs = append(edge.Attrs, api.Attr{
			Key: "lost_since", Value: milliTime(lost).Format("2006-01-02T15:04:05Z"), Scope: edge.Scopes[0],
		})
	}
}

// sightingText says in words what a row saw, for people.
func (e *Engine) sightingText(row stitch.RowID, s *support) string {
	rs := e.rows[row]
	if session := rs.held.op.session(); session != nil {
		if device := e.vertex(rs.row.Device); device != nil {
			return fmt.Sprintf("%s: %s: %s", device.Name, stitch.SessionText(session), s.why)
		}
		return s.why
	}
	if route := rs.held.op.route(); route != nil {
		if device := e.vertex(rs.row.Device); device != nil {
			return fmt.Sprintf("%s sends %s: %s", device.Name, stitch.RouteText(route), s.why)
		}
		return s.why
	}
	device, port := e.vertex(rs.row.Device), e.vertex(rs.row.Port)
	if device == nil || port == nil {
		return s.why
	}
	if rs.seating != nil || rs.junction != nil {
		return fmt.Sprintf("%s %s: %s", device.Name, port.Name, s.why)
	}
	n := rs.row.Neighbour
	what := n.SysName
	if what == "" {
		what = "chassis " + n.ChassisID
	}
	verb := "hears"
	switch {
	case s.lost != 0 && rs.held.op.wasDown():
		verb = "heard, until its port went down,"
	case s.lost != 0:
		verb = "no longer hears"
	}
	return fmt.Sprintf("%s %s %s %s port %s by %s: %s", device.Name, port.Name, verb, what, n.PortID, strings.ToUpper(n.Protocol), s.why)
}

// linkHealth is the worse of its ports' healths; an end that does not know its
// own (a host's NIC, an unmanaged port) leaves it to the other.
func (e *Engine) linkHealth(edge *api.Edge) api.Health {
	health := api.HealthUnknown
	for _, id := range []api.VertexID{edge.A, edge.B} {
		if v := e.vertex(id); v != nil {
			health = max(health, v.Health)
		}
	}
	return health
}

func (e *Engine) addEdgeClaim(edge *api.Edge, h *held) {
	c := h.op.edge()
	edge.Health = max(edge.Health, c.Health)
	confidence := c.Confidence
	if confidence == 0 || confidence > 100 {
		confidence = 100
	}
	edge.Confidence, edge.ReportedA = max(edge.Confidence, confidence), true
	edge.Scopes = h.scope.addTo(edge.Scopes)
	if len(edge.Attrs) == 0 {
		edge.Attrs = slices.Clip(c.Attrs)
	} else {
		edge.Attrs = append(edge.Attrs, c.Attrs...)
	}
	edge.Evidence = append(edge.Evidence, api.Evidence{
		Method: api.MethodObject, Scope: h.scope.id, Key: h.op.key, Since: milliTime(h.op.since),
	})
}

// attrsSaid returns what a scope says. Sources share what many of their edges
// say, so within a step it is made once.
func (e *Engine) attrsSaid(pairs []api.Attr, scope api.ScopeID) []api.Attr {
	if len(pairs) == 0 || pairs[0].Scope == scope {
		return pairs
	}
	key := saidKey{&pairs[0], len(pairs), scope}
	if said, ok := e.batch.said[key]; ok {
		return said
	}
	said := make([]api.Attr, len(pairs))
	for i, kv := range pairs {
		said[i] = api.Attr{Key: kv.Key, Value: kv.Value, Scope: scope}
	}
	e.batch.said[key] = said
	return said
}

func equalEdges(a, b *api.Edge) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.A == b.A && a.B == b.B && a.Health == b.Health &&
		a.Confidence == b.Confidence && a.ReportedA == b.ReportedA && a.ReportedB == b.ReportedB &&
		a.Disputed == b.Disputed && slices.Equal(a.Scopes, b.Scopes) && slices.Equal(a.Attrs, b.Attrs) &&
		slices.EqualFunc(a.Evidence, b.Evidence, func(x, y api.Evidence) bool {
			return x.Method == y.Method && x.Scope == y.Scope && x.Key == y.Key && x.Text == y.Text && x.Since.Equal(y.Since)
		})
}
