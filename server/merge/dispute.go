package merge

import "github.com/netseam/netseam/api"

// meet and part keep which sighted edges end where.
func (e *Engine) meet(key edgeKey) {
	for _, end := range []api.VertexID{key.a, key.b} {
		e.meets[end] = e.meets[end].with(key)
	}
}

func (e *Engine) part(key edgeKey) {
	for _, end := range []api.VertexID{key.a, key.b} {
		if left := e.meets[end].without(key); left.empty() {
			delete(e.meets, end)
		} else {
			e.meets[end] = left
		}
	}
}

// touchMeeting lists the edges whose meaning rests on another: a NIC that is
// heard on two ports is disputed at both.
func (e *Engine) touchMeeting(key edgeKey) {
	if key.kind == api.EdgeLink {
		e.batch.segments[key.a], e.batch.segments[key.b] = struct{}{}, struct{}{}
	}
	for _, end := range []api.VertexID{key.a, key.b} {
		if e.isHost(end, key.kind) {
			for other := range e.meets[end].all {
				if other != key && other.kind == key.kind {
					e.touchEdge(other)
				}
			}
		}
	}
}

// isHost says whether an end of an edge is one that only others speak of: a
// NIC, or a port of what only its neighbours know.
func (e *Engine) isHost(end api.VertexID, kind api.EdgeKind) bool {
	t := e.things[end]
	if t == nil {
		return false
	}
	for _, d := range t.derived {
		if d.kind == api.VertexNIC || (kind == api.EdgeLink && d.kind == api.VertexPort && len(t.claims) == 0) {
			return true
		}
	}
	return false
}

// isFresh says whether an edge rests on a sighting that is still made.
func (j *joint) isFresh() bool {
	for _, s := range j.rows {
		if s.lost == 0 {
			return true
		}
	}
	return false
}

// disputed says whether another port claims to hear the same NIC, or the same
// port of what only its neighbours know: a cable has one end there, so that one
// of them is wrong, or something between them forwards what it should keep.
func (e *Engine) disputed(key edgeKey, j *joint) bool {
	if !j.isFresh() {
		return false
	}
	for _, end := range []api.VertexID{key.a, key.b} {
		if !e.isHost(end, key.kind) {
			continue
		}
		for other := range e.meets[end].all {
			if other != key && other.kind == key.kind && e.joints[other].isFresh() && !e.isOneSeating(j, e.joints[other]) {
				return true
			}
		}
	}
	return false
}

// isOneSeating says whether two attachments are what tables say of one node
// together: the legs of a bundle.
func (e *Engine) isOneSeating(j, k *joint) bool {
	for a := range j.rows {
		for b := range k.rows {
			if s := e.rows[a].seating; s == nil || s != e.rows[b].seating {
				return false
			}
		}
	}
	return true
}
