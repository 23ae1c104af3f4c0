package graph

import (
	"cmp"
	"iter"
	"slices"

	"github.com/netseam/netseam/api"
)

// Elements is all that a graph holds, each element once.
type Elements struct {
	Vertices iter.Seq[*api.Vertex]
	Edges    iter.Seq[*api.Edge]
	Scopes   iter.Seq[*api.ScopeState]
	Merged   iter.Seq2[api.VertexID, api.VertexID]
}

// Build returns the snapshot of a graph, as applying a change that puts all of
// it would, in a fraction of the time.
func Build(all Elements) *Snapshot {
	s := &Snapshot{}
	vertices, children, members := s.vertices.Edit(), pairs{}, pairs{}
	for v := range all.Vertices {
		vertices.Set(uint64(v.ID), v)
		s.vertexKinds[v.Kind]++
		children = append(children, pair{uint64(v.Parent), uint64(v.ID)})
		if v.Controller != 0 {
			members = append(members, pair{uint64(v.Controller), uint64(v.ID)})
		}
	}
	s.vertices, s.children, s.members = vertices.Done(), children.sets(), members.sets()
	edges, incident := s.edges.Edit(), pairs{}
	for e := range all.Edges {
		edges.Set(uint64(e.ID), e)
		s.edgeKinds[e.Kind]++
		incident = append(incident, pair{uint64(e.A), uint64(e.ID)}, pair{uint64(e.B), uint64(e.ID)})
	}
	s.edges, s.incident = edges.Done(), incident.sets()
	scopes := s.scopes.Edit()
	for sc := range all.Scopes {
		scopes.Set(uint64(sc.ID), sc)
	}
	s.scopes = scopes.Done()
	merged := s.merged.Edit()
	for from, into := range all.Merged {
		merged.Set(uint64(from), into)
	}
	s.merged = merged.Done()
	return s
}

// pair is a member of the set under a key.
type pair struct{ key, member uint64 }

type pairs []pair

// sets gathers the members by key.
func (p pairs) sets() Map[Set] {
	slices.SortFunc(p, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.member, b.member))
	})
	p = slices.Compact(p)
	out := Map[Set]{}.Edit()
	for len(p) > 0 {
		n := 1
		for n < len(p) && p[n].key == p[0].key {
			n++
		}
		out.Set(p[0].key, setOf(p[:n]))
		p = p[n:]
	}
	return out.Done()
}

func setOf(ascending pairs) Set {
	if len(ascending) <= fewBound {
		few := make([]uint64, len(ascending))
		for i, m := range ascending {
			few[i] = m.member
		}
		return Set{few: few}
	}
	many := Map[struct{}]{}.Edit()
	for _, m := range ascending {
		many.Set(m.member, struct{}{})
	}
	m := many.Done()
	return Set{many: &m}
}

// Renewed returns the same graph with some elements replaced by equal ones:
// those that share their memory with the claims that they were made of.
func (s *Snapshot) Renewed(vertices []*api.Vertex, edges []*api.Edge) *Snapshot {
	next := *s
	v, e := s.vertices.Edit(), s.edges.Edit()
	for _, vertex := range vertices {
		v.Set(uint64(vertex.ID), vertex)
	}
	for _, edge := range edges {
		e.Set(uint64(edge.ID), edge)
	}
	next.vertices, next.edges = v.Done(), e.Done()
	return &next
}
