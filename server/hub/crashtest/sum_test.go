package crashtest_test

import (
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/store"
)

// sum is a hash of a graph with everything in it, IDs and times included. It
// is a sum over the elements, so that a change is added without reading the
// rest.
type sum struct {
	total uint64
	of    map[string]uint64 // element -> its part of the total
}

func newSum() *sum { return &sum{of: map[string]uint64{}} }

func (s *sum) set(element string, write func(io.Writer)) {
	s.total -= s.of[element]
	delete(s.of, element)
	if write == nil {
		return
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, element) // a hash takes everything
	write(h)
	s.of[element] = h.Sum64()
	s.total += s.of[element]
}

func (s *sum) add(c api.Change) {
	for id, v := range c.Vertices {
		s.set(id.String(), vertexText(v))
	}
	for id, e := range c.Edges {
		s.set(id.String(), edgeText(e))
	}
	for id, sc := range c.Scopes {
		s.set(fmt.Sprintf("s%d", id), scopeText(sc))
	}
	for from, into := range c.Merged {
		s.set("m"+from.String(), func(w io.Writer) { fmt.Fprint(w, into) })
	}
}

func vertexText(v *api.Vertex) func(io.Writer) {
	if v == nil {
		return nil
	}
	return func(w io.Writer) {
		fmt.Fprintln(w, v.ID, uint8(v.Kind), v.Name, v.Parent, v.Controller, uint8(v.Health), v.Slot, v.Derived,
			v.Scopes, v.Attrs, v.Labels, v.Aliases)
	}
}

func edgeText(e *api.Edge) func(io.Writer) {
	if e == nil {
		return nil
	}
	return func(w io.Writer) {
		fmt.Fprintln(w, e.ID, uint8(e.Kind), e.A, e.B, uint8(e.Health), e.Confidence, e.ReportedA, e.ReportedB,
			e.Disputed, e.Scopes, e.Attrs)
		for _, x := range e.Evidence {
			fmt.Fprintln(w, x.Method, x.Scope, x.Key, x.Text, exact(x.Since))
		}
	}
}

func scopeText(s *api.ScopeState) func(io.Writer) {
	if s == nil {
		return nil
	}
	return func(w io.Writer) { fmt.Fprintln(w, s.ID, s.Scope, uint8(s.State), s.Message, exact(s.Since)) }
}

func exact(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func sumOf(g api.Graph) *sum {
	s := newSum()
	s.add(api.Change(g))
	return s
}

func sumOfSnapshot(s *graph.Snapshot) *sum { return sumOf(s.Plain()) }

func sumOfState(state store.State) *sum {
	g := api.Graph{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{}, Merged: map[api.VertexID]api.VertexID{},
	}
	for v := range state.Vertices {
		g.Vertices[v.ID] = v
	}
	for e := range state.Edges {
		g.Edges[e.ID] = e
	}
	for sc := range state.Scopes {
		g.Scopes[sc.ID] = sc
	}
	maps.Insert(g.Merged, state.Merged)
	return sumOf(g)
}

// diff says in which elements two sums differ.
func (s *sum) diff(other *sum) string {
	var out []string
	for element, part := range s.of {
		if other.of[element] != part {
			out = append(out, element)
		}
	}
	for element := range other.of {
		if _, both := s.of[element]; !both {
			out = append(out, "+"+element)
		}
	}
	return strings.Join(out[:min(len(out), 12)], " ")
}
