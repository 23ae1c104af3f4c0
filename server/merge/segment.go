package merge

import (
	"cmp"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// A cable has two ends. Where a port is an end of several links, something that
// nobody sees is between them and forwards what it should keep: they are the
// members of one segment, and no links.

// segment is one such thing.
type segment struct {
	ports []api.VertexID // ascending
	links []edgeKey      // that it stands for
	rows  map[stitch.RowID]struct{}
}

// isHub says whether a port that a source claims is an end of several links.
func (e *Engine) isHub(port api.VertexID) bool {
	t := e.things[port]
	if t == nil || t.claims.len() == 0 || t.claims.first.voice.kind != api.VertexPort {
		return false // an aggregate may end on two devices
	}
	links := 0
	for key := range e.meets[port].all {
		if key.kind == api.EdgeLink {
			links++
		}
	}
	return links > 1
}

// settleSegments makes segments anew around the ports whose links changed.
func (e *Engine) settleSegments() {
	for len(e.batch.segments) > 0 {
		ports := slices.Collect(maps.Keys(e.batch.segments))
		clear(e.batch.segments)
		for _, port := range ports {
			for !e.segmentOf[port].empty() {
				id := e.segmentOf[port].first
				ports = append(ports, e.segments[id].ports...)
				e.dissolve(id)
			}
		}
		slices.Sort(ports)
		for _, port := range slices.Compact(ports) {
			if e.segmentOf[port].empty() && e.isHub(port) {
				e.formSegment(port)
			}
		}
	}
}

// formSegment makes the segment of a port that is an end of several links: they
// and, from hub to hub, all that hang together.
func (e *Engine) formSegment(hub api.VertexID) {
	s := &segment{ports: []api.VertexID{hub}, rows: map[stitch.RowID]struct{}{}}
	hubs := []api.VertexID{hub}
	for i := 0; i < len(s.ports); i++ {
		port := s.ports[i]
		if !e.isHub(port) {
			continue
		}
		if port != hub {
			hubs = append(hubs, port)
		}
		for key := range e.meets[port].all {
			if key.kind != api.EdgeLink {
				continue
			}
			if !slices.Contains(s.links, key) {
				s.links = append(s.links, key)
			}
			for _, end := range []api.VertexID{key.a, key.b} {
				if !slices.Contains(s.ports, end) {
					s.ports = append(s.ports, end)
				}
			}
		}
	}
	slices.Sort(s.ports)
	for _, key := range s.links {
		for row := range e.joints[key].rows {
			s.rows[row] = struct{}{}
		}
	}
	id, alias := e.segmentVertex(hubs)
	e.placeSegment(s, id, alias, hubs[0])
}

// segmentVertex is the vertex that a segment around some ports was before, else
// a new one. It sorts the ports, of which the first names it.
func (e *Engine) segmentVertex(hubs []api.VertexID) (api.VertexID, api.Alias) {
	slices.SortFunc(hubs, func(x, y api.VertexID) int {
		return cmp.Or(compareNatural(e.portName(x), e.portName(y)), cmp.Compare(x, y))
	})
	aliasOf := func(port api.VertexID) api.Alias {
		return api.Alias{Kind: api.AliasRemote, Strength: api.Strong, Scope: "segment", Value: port.String()}
	}
	id, anchor := api.VertexID(0), hubs[0]
	for _, port := range hubs {
		known := e.memory.names[keyOf(aliasOf(port))].vertex
		if known != 0 && (id == 0 || known < id) && e.segments[known] == nil {
			id, anchor = known, port
		}
	}
	if id == 0 {
		id = e.mint()
		e.memory.bind(id, aliasOf(anchor))
	}
	return id, aliasOf(anchor)
}

func (e *Engine) portName(id api.VertexID) string {
	port := e.vertex(id)
	if port == nil {
		return ""
	}
	if device := e.vertex(port.Parent); device != nil {
		return device.Name + " " + port.Name
	}
	return port.Name
}

func (e *Engine) placeSegment(s *segment, id api.VertexID, alias api.Alias, first api.VertexID) {
	e.segments[id] = s
	d := derived{kind: api.VertexSegment, name: "segment at " + e.portName(first), alias: alias}
	if port := e.vertex(first); port != nil {
		if device := e.vertex(port.Parent); device != nil {
			d.parent = device.Parent
		}
	}
	t := e.thing(id)
	clear(t.seen().derived)
	for row := range s.rows {
		rs, own := e.rows[row], d
		own.scope = rs.held.scope.id
		t.addDerived(row, &own)
		rs.segment = id
		for _, end := range []api.VertexID{rs.edge.a, rs.edge.b} {
			key := edgeKey{api.EdgeMember, end, id}
			j := e.joint(key)
			if j.rows == nil {
				j.rows = map[stitch.RowID]*support{}
			}
			c := rs.conclusion
			j.rows[row] = &support{
				byA: rs.row.Port == end, lost: rs.held.op.lost, method: c.Method, confidence: c.Confidence, why: c.Why,
			}
		}
	}
	for _, port := range s.ports {
		e.segmentOf[port] = e.segmentOf[port].with(id)
		e.touchEdge(edgeKey{api.EdgeMember, port, id})
	}
	for _, key := range s.links {
		e.touchEdge(key)
	}
	e.touchThing(id)
}

// dissolve takes a segment apart.
func (e *Engine) dissolve(id api.VertexID) {
	s := e.segments[id]
	delete(e.segments, id)
	for row := range s.rows {
		if rs := e.rows[row]; rs != nil && rs.segment == id {
			e.leaveSegment(rs)
		}
	}
	for _, port := range s.ports {
		if left := e.segmentOf[port].without(id); left.empty() {
			delete(e.segmentOf, port)
		} else {
			e.segmentOf[port] = left
		}
		e.touchEdge(edgeKey{api.EdgeMember, port, id})
	}
	for _, key := range s.links {
		e.touchEdge(key)
	}
}

// leaveSegment takes back what a row says of its segment.
func (e *Engine) leaveSegment(rs *rowState) {
	if rs.segment == 0 {
		return
	}
	if t := e.things[rs.segment]; t != nil {
		delete(t.seen().derived, rs.id)
	}
	e.touchThing(rs.segment)
	for _, end := range []api.VertexID{rs.edge.a, rs.edge.b} {
		key := edgeKey{api.EdgeMember, end, rs.segment}
		if j := e.joints[key]; j != nil {
			delete(j.rows, rs.id)
		}
		e.touchEdge(key)
	}
	rs.segment = 0
}

// isWithin says whether a link is part of a segment. A port that is no hub may
// be in several, each of which has links of its own there.
func (e *Engine) isWithin(key edgeKey) bool {
	if key.kind != api.EdgeLink {
		return false
	}
	for id := range e.segmentOf[key.a].all {
		if slices.Contains(e.segments[id].links, key) {
			return true
		}
	}
	return false
}
