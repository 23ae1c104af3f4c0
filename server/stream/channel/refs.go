package channel

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// refs counts why a channel names vertices that belong to others: because an
// edge ends there, or because something named stands in them. Whatever has a
// count is named together with all that contains it.
type refs map[api.VertexID]ref

type ref struct {
	count  int
	parent api.VertexID // counted for this one, as long as count is above 0
}

// add counts one more reason to name a vertex. changed is called for each
// vertex that was not named before, before it is.
func (r refs) add(s *graph.Snapshot, id api.VertexID, changed func(api.VertexID)) {
	for id != 0 {
		e, ok := r[id]
		if ok {
			e.count++
			r[id] = e
			return
		}
		changed(id)
		if v, ok := s.Vertex(id); ok {
			e.parent = v.Parent
		}
		e.count = 1
		r[id] = e
		id = e.parent
	}
}

// remove counts one reason less. changed is called for each vertex that is not
// named any more, before it is not.
func (r refs) remove(id api.VertexID, changed func(api.VertexID)) {
	for id != 0 {
		e := r[id]
		if e.count > 1 {
			e.count--
			r[id] = e
			return
		}
		changed(id)
		delete(r, id)
		id = e.parent
	}
}

// moved corrects the container of a named vertex.
func (r refs) moved(s *graph.Snapshot, id api.VertexID, changed func(api.VertexID)) {
	e, ok := r[id]
	if !ok {
		return
	}
	changed(id)
	var parent api.VertexID
	if v, ok := s.Vertex(id); ok {
		parent = v.Parent
	}
	if parent == e.parent {
		return
	}
	r.add(s, parent, changed)
	former := e.parent
	e = r[id]
	e.parent = parent
	r[id] = e
	r.remove(former, changed)
}
