package graph

import (
	"time"

	"github.com/netseam/netseam/api"
)

// Apply returns the snapshot after a change, under the epoch and revision
// given. The work is proportional to the change, not to the graph.
func (s *Snapshot) Apply(c api.Change, epoch, revision uint64, at time.Time) *Snapshot {
	next := *s
	next.Epoch, next.Revision, next.Time = epoch, revision, at
	next.putVertices(c.Vertices)
	next.putEdges(c.Edges)
	if len(c.Scopes) > 0 {
		scopes := next.scopes.Edit()
		for id, sc := range c.Scopes {
			if sc == nil {
				scopes.Remove(uint64(id))
			} else {
				scopes.Set(uint64(id), sc)
			}
		}
		next.scopes = scopes.Done()
	}
	if len(c.Merged) > 0 {
		merged := next.merged.Edit()
		for from, into := range c.Merged {
			merged.Set(uint64(from), into)
		}
		next.merged = merged.Done()
	}
	return &next
}

// At returns the same graph under another epoch and revision.
func (s *Snapshot) At(epoch, revision uint64, at time.Time) *Snapshot {
	next := *s
	next.Epoch, next.Revision, next.Time = epoch, revision, at
	return &next
}

func (s *Snapshot) putVertices(put map[api.VertexID]*api.Vertex) {
	if len(put) == 0 {
		return
	}
	vertices := s.vertices.Edit()
	children, members := editSets(s.children), editSets(s.members)
	for id, v := range put {
		if old, ok := s.vertices.Get(uint64(id)); ok {
			s.vertexKinds[old.Kind]--
			children.remove(uint64(old.Parent), uint64(id))
			if old.Controller != 0 {
				members.remove(uint64(old.Controller), uint64(id))
			}
		}
		if v == nil {
			vertices.Remove(uint64(id))
			continue
		}
		s.vertexKinds[v.Kind]++
		vertices.Set(uint64(id), v)
		children.add(uint64(v.Parent), uint64(id))
		if v.Controller != 0 {
			members.add(uint64(v.Controller), uint64(id))
		}
	}
	s.vertices, s.children, s.members = vertices.Done(), children.done(), members.done()
}

func (s *Snapshot) putEdges(put map[api.EdgeID]*api.Edge) {
	if len(put) == 0 {
		return
	}
	edges := s.edges.Edit()
	incident := editSets(s.incident)
	for id, e := range put {
		if old, ok := s.edges.Get(uint64(id)); ok {
			s.edgeKinds[old.Kind]--
			incident.remove(uint64(old.A), uint64(id))
			incident.remove(uint64(old.B), uint64(id))
		}
		if e == nil {
			edges.Remove(uint64(id))
			continue
		}
		s.edgeKinds[e.Kind]++
		edges.Set(uint64(id), e)
		incident.add(uint64(e.A), uint64(id))
		incident.add(uint64(e.B), uint64(id))
	}
	s.edges, s.incident = edges.Done(), incident.done()
}

// setsEditor modifies a map of sets; a set without members is not kept.
type setsEditor struct {
	outer *Editor[Set]
	open  map[uint64]*setEditor // key -> its set while it is being modified
}

func editSets(m Map[Set]) *setsEditor {
	return &setsEditor{outer: m.Edit(), open: map[uint64]*setEditor{}}
}

func (e *setsEditor) set(key uint64) *setEditor {
	set, ok := e.open[key]
	if !ok {
		before, _ := e.outer.m.Get(key)
		set = before.edit()
		e.open[key] = set
	}
	return set
}

func (e *setsEditor) add(key, member uint64)    { e.set(key).add(member) }
func (e *setsEditor) remove(key, member uint64) { e.set(key).remove(member) }

func (e *setsEditor) done() Map[Set] {
	for key, editor := range e.open {
		if set := editor.done(); set.Len() == 0 {
			e.outer.Remove(key)
		} else {
			e.outer.Set(key, set)
		}
	}
	return e.outer.Done()
}
