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
	if key.kind != api.EdgeAttach {
		return
	}
	for other := range e.meets[key.a].all {
		if other != key && other.kind == api.EdgeAttach {
			e.touchEdge(other)
		}
	}
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

// disputed says whether another port claims the same NIC: each cable has one
// end there, so that one of them is wrong, or something between them forwards
// what it should not.
func (e *Engine) disputed(key edgeKey, j *joint) bool {
	if key.kind != api.EdgeAttach || !j.isFresh() {
		return false
	}
	for other := range e.meets[key.a].all {
		if other != key && other.kind == api.EdgeAttach && e.joints[other].isFresh() {
			return true
		}
	}
	return false
}
