package merge

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// concludeRows concludes every sighting whose grounds changed. It says whether
// there was any.
func (e *Engine) concludeRows() bool {
	list := e.index.Dirty()
	for _, id := range list {
		switch rs := e.rows[id]; {
		case rs == nil:
			if s := e.seatingByID[id]; s != nil {
				e.seat(s)
			}
		case rs.seating != nil:
			e.index.Touch(rs.seating.id)
		case rs.junction != nil:
			e.touchBridge(rs.row.Device)
		default:
			e.conclude(rs)
		}
	}
	e.believeRivalless(list)
	return len(list) > 0
}

func (e *Engine) conclude(rs *rowState) {
	h := rs.held
	if h.op.session() != nil {
		e.concludeSession(rs)
		return
	}
	if h.op.route() != nil {
		e.concludeRoute(rs)
		return
	}
	n := h.op.neighbour()
	before, beforeThings := rs.conclusion, rs.things
	heardOn := rs.row.Port
	id := h.row
	e.retract(rs)
	if n.Port != "" {
		rs.row.Port = h.scope.source.vertexOf(n.Port)
	} else {
		rs.row.Port = 0
	}
	rs.row.ID, rs.row.Neighbour, rs.row.Device = id, n, h.scope.source.vertexOf(n.Device)
	v := h.scope.source.voices[n.Port]
	rs.row.OnNIC = v != nil && v.kind == api.VertexNIC
	if rs.row.Port != heardOn { // a port is silent no more, or again
		e.touchBridge(e.parentOf(heardOn))
		e.touchBridge(rs.row.Device)
	}
	e.hear(rs)
	e.overtake(rs)
	if h.op.lost != 0 {
		e.touchRivals(rs)
	}
	if h.op.overtaken() != 0 {
		e.index.Forget(id)
		e.index.Replace(rs.reverse, nil)
		rs.reverse, rs.conclusion = nil, superseded()
		return
	}
	find := e.index.For(id)
	rs.conclusion = stitch.Conclude(rs.row, find, func(other stitch.RowID) (stitch.Row, bool) {
		o := e.rows[other]
		if o == nil {
			return stitch.Row{}, false
		}
		return o.row, true
	})
	var reverse []stitch.Entry
	if h.op.lost == 0 {
		reverse = stitch.ReverseEntries(rs.row, rs.conclusion)
	}
	e.index.Replace(rs.reverse, reverse)
	rs.reverse = reverse
	if h.op.lost != 0 && e.supersedes(rs) {
		e.remove(h)
		return
	}
	e.hearOn(rs)
	switch c := rs.conclusion; c.Outcome {
	case stitch.Host:
		e.placeHost(rs, c, find)
		e.noteBecame(before, beforeThings, c.Node)
	case stitch.Device:
		e.placeDevice(rs, c, find)
		e.noteBecame(before, beforeThings, c.Remote)
	case stitch.Unmanaged:
		e.placeUnmanaged(rs, find)
	case stitch.Ambiguous:
		for _, node := range c.Candidates {
			e.speakOf(rs, node)
			e.thing(node).addUnclear(id, c.Why)
		}
	case stitch.Unplaced, stitch.Self, stitch.Moved, stitch.Echo, stitch.Unknown:
	}
	if h.op.lost == 0 {
		e.dropSuperseded(rs)
	}
}

// hearOn notes on which ports there is something: a port that is down is a
// fault only where something was.
func (e *Engine) hearOn(rs *rowState) {
	for _, port := range []api.VertexID{rs.row.Port, rs.conclusion.RemotePort} {
		if port != 0 && rs.conclusion.Outcome != stitch.Self {
			e.speakOf(rs, port)
			e.thing(port).addRow(rs.id)
		}
	}
}

// noteBecame records that what only neighbours knew turned out to be a node or
// a device that a source knows.
func (e *Engine) noteBecame(before stitch.Conclusion, things map[api.VertexID]struct{}, into api.VertexID) {
	if before.Outcome != stitch.Unmanaged {
		return
	}
	for id := range things {
		if v := e.vertex(id); v != nil && v.Derived && v.Kind == api.VertexDevice && id != into {
			e.batch.became[id] = into
		}
	}
}

// hear notes where a row was heard, and what; unhear takes that back.
func (e *Engine) hear(rs *rowState) {
	n := rs.row.Neighbour
	keys := [2]hearKey{{port: rs.row.Port}}
	if n.ChassisID != "" {
		keys[1] = hearKey{chassis: n.ChassisID, subtype: n.ChassisIDSubtype, remotePort: n.PortID}
	}
	if keys == rs.heard {
		return
	}
	e.unhear(rs)
	rs.heard = keys
	for _, key := range keys {
		if key != (hearKey{}) {
			e.heard[key] = append(e.heard[key], rs)
		}
	}
}

func (e *Engine) unhear(rs *rowState) {
	e.touchRivals(rs)
	for _, key := range rs.heard {
		left := slices.DeleteFunc(e.heard[key], func(other *rowState) bool { return other == rs })
		if len(left) == 0 {
			delete(e.heard, key)
		} else {
			e.heard[key] = left
		}
	}
	rs.heard = [2]hearKey{}
}

// supersedes says whether a lost sighting has been overtaken: its port hears
// something else now, or what it heard is heard elsewhere.
func (e *Engine) supersedes(rs *rowState) bool {
	for _, key := range rs.heard {
		for _, other := range e.heard[key] {
			if other != rs && overtakes(other, rs) {
				return true
			}
		}
	}
	return rs.row.Port == 0
}

// dropSuperseded removes lost sightings that a fresh one overtakes.
func (e *Engine) dropSuperseded(rs *rowState) {
	for _, key := range rs.heard {
		for _, other := range slices.Clone(e.heard[key]) {
			if other != rs && overtakes(rs, other) {
				e.remove(other.held)
			}
		}
	}
}

// overtakes says whether a fresh sighting makes a lost one untrue.
func overtakes(fresh, lost *rowState) bool {
	if fresh.held.op.lost != 0 || lost.held.op.lost == 0 {
		return false
	}
	if fresh.row.Port != 0 && fresh.row.Port == lost.row.Port {
		return true
	}
	f, l := fresh.held.op.neighbour(), lost.held.op.neighbour()
	return f.ChassisID != "" && f.ChassisID == l.ChassisID && f.ChassisIDSubtype == l.ChassisIDSubtype &&
		f.PortID == l.PortID && f.PortIDSubtype == l.PortIDSubtype && fresh.row.Port != 0
}

// retract takes back all that a row says of the graph. What it says to other
// rows stays until it is concluded anew or detached: taking it out and putting
// it in again would make the rows that asked for it go round for ever.
func (e *Engine) retract(rs *rowState) {
	id := rs.id
	for v := range rs.things {
		if t := e.things[v]; t != nil {
			delete(t.seen().derived, id)
		}
		e.touchThing(v)
	}
	for v := range rs.nodes {
		if t := e.things[v]; t != nil {
			delete(t.seen().rows, id)
			delete(t.seen().unclear, id)
		}
		e.touchThing(v)
	}
	e.leaveSegment(rs)
	for _, key := range append([]edgeKey{rs.edge, rs.bundle}, rs.more...) {
		if key == (edgeKey{}) {
			continue
		}
		if j := e.joints[key]; j != nil {
			delete(j.rows, id)
			if len(j.rows) == 0 {
				e.part(key)
			}
		}
		e.touchEdge(key)
		e.touchMeeting(key)
	}
	rs.bundle, rs.more = edgeKey{}, nil
	rs.things, rs.nodes, rs.edge, rs.conclusion = nil, nil, edgeKey{}, stitch.Conclusion{}
}
