package merge

import (
	"iter"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

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
					e.touchHolder(end)
				}
			}
		}
	}
}

// touchHolder lists the node that a NIC is of: it says how its port is known.
func (e *Engine) touchHolder(nic api.VertexID) {
	if v := e.vertex(nic); v != nil && v.Kind == api.VertexNIC {
		e.touchThing(v.Parent)
	}
}

// isContested says whether a port that hears a node is not the only one that
// hears that NIC.
func (e *Engine) isContested(t *thing) bool {
	for row := range t.seen().rows {
		key := e.rows[row].edge
		if j := e.joints[key]; j != nil && e.disputed(key, j) {
			return true
		}
	}
	return false
}

// isHost says whether an end of an edge is one that only others speak of: a
// NIC, or a port of what only its neighbours know.
func (e *Engine) isHost(end api.VertexID, kind api.EdgeKind) bool {
	t := e.things[end]
	if t == nil {
		return false
	}
	for _, d := range t.seen().derived {
		if d.kind == api.VertexNIC || (kind == api.EdgeLink && d.kind == api.VertexPort && t.claims.len() == 0) {
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
	for range e.rivals(key, j) {
		return true
	}
	return false
}

// rivals are the ports whose sightings contradict an edge.
func (e *Engine) rivals(key edgeKey, j *joint) iter.Seq[api.VertexID] {
	return func(yield func(api.VertexID) bool) {
		if !j.isFresh() {
			return
		}
		for _, end := range []api.VertexID{key.a, key.b} {
			if !e.isHost(end, key.kind) {
				continue
			}
			for other := range e.meets[end].all {
				if other == key || other.kind != key.kind || !e.joints[other].isFresh() || e.isOneSeating(j, e.joints[other]) {
					continue
				}
				port := other.a
				if port == end {
					port = other.b
				}
				if !yield(port) {
					return
				}
			}
		}
	}
}

// rivalsText says which other ports hear what an edge leads to: "leaf2 swp1
// hears it".
func (e *Engine) rivalsText(key edgeKey) string {
	var names []string
	for port := range e.rivals(key, e.joints[key]) {
		names = append(names, e.portName(port))
	}
	slices.SortFunc(names, compareNatural)
	if len(names) == 1 {
		return names[0] + " hears it"
	}
	return strings.Join(names, " and ") + " hear it"
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
