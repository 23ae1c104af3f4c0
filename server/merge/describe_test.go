package merge_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// describe writes all of a graph that follows from its claims, as sorted text:
// not minted IDs, slots, homes, nor since when.
func describe(s *graph.Snapshot) string {
	path := func(id api.VertexID) string {
		if id == 0 {
			return "-"
		}
		return placeOf(s, id)
	}
	scopeNames := func(ids []api.ScopeID) string {
		var names []string
		for _, id := range ids {
			sc, _ := s.Scope(id)
			names = append(names, sc.Scope.String())
		}
		slices.Sort(names)
		return strings.Join(names, ",")
	}
	attrs := func(list []api.Attr) string {
		var out strings.Builder
		for _, a := range list {
			fmt.Fprintf(&out, " %s=%q@%s", a.Key, a.Value, scopeNames([]api.ScopeID{a.Scope}))
		}
		return out.String()
	}
	var lines []string
	for v := range s.Vertices() {
		line := fmt.Sprintf("%s %s %s derived %v by %s%s", v.Kind, path(v.ID), v.Health, v.Derived, scopeNames(v.Scopes), attrs(v.Attrs))
		var aliases []string
		for _, a := range v.Aliases {
			if v.Kind == api.VertexSegment {
				break // which of its ports it is remembered by, is a memory
			}
			scope := strings.Fields(a.Scope)
			for i, word := range scope {
				if id, err := api.ParseVertexID(word); err == nil {
					scope[i] = path(id)
				}
			}
			a.Scope = strings.Join(scope, " ")
			if id, err := api.ParseVertexID(a.Value); err == nil {
				a.Value = path(id)
			}
			aliases = append(aliases, fmt.Sprint(a))
		}
		slices.Sort(aliases)
		lines = append(lines, line+" "+path(v.Controller)+" "+strings.Join(aliases, " "))
	}
	for e := range s.Edges() {
		a, b, reportedA, reportedB := path(e.A), path(e.B), e.ReportedA, e.ReportedB
		if (e.Kind == api.EdgeLink || e.Kind == api.EdgePeers || e.Kind == api.EdgeTunnels) && (a > b || a == b && reportedB) {
			a, b, reportedA, reportedB = b, a, reportedB, reportedA
		}
		line := fmt.Sprintf("%s %s -- %s %s %d%% reported %v %v by %s%s", e.Kind, a, b, e.Health, e.Confidence,
			reportedA, reportedB, scopeNames(e.Scopes), attrs(e.Attrs))
		if e.Disputed {
			line += " disputed"
		}
		for _, ev := range e.Evidence {
			line += fmt.Sprintf(" [%s %s %s %s]", ev.Method, scopeNames([]api.ScopeID{ev.Scope}), ev.Key, ev.Text)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// placeOf is where a vertex stands, up to its cluster: a cluster's home is a
// memory.
func placeOf(s *graph.Snapshot, id api.VertexID) string {
	v, ok := s.Vertex(id)
	switch {
	case !ok:
		return "?"
	case v.Parent == 0 || v.Kind == api.VertexCluster:
		return v.Name
	}
	return placeOf(s, v.Parent) + "/" + v.Name
}

func vertexIDs(s *graph.Snapshot) map[api.VertexID]string {
	out := map[api.VertexID]string{}
	for v := range s.Vertices() {
		out[v.ID] = placeOf(s, v.ID)
	}
	return out
}
