package web

import (
	"iter"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// edge answers with one edge.
func (s *Server) edge(c echo.Context) error {
	if p := query(c); p.err != nil {
		return p.err
	}
	id, err := api.ParseEdgeID(c.Param("id"))
	if err != nil {
		return invalid("%v", err)
	}
	snap := s.deps.Hub.Current()
	e, ok := snap.Edge(id)
	if !ok {
		return notFound("there is no edge %s", id)
	}
	return answer(c, showEdge(snap, e))
}

// edges answers with a page of edges.
func (s *Server) edges(c echo.Context) error {
	p := query(c, "kind", "vertex", "limit", "cursor")
	wanted := kinds(p, api.ParseEdgeKind)
	vertex, limit := p.vertex("vertex"), p.limit()
	after := cursor(p, api.ParseEdgeID)
	if p.err != nil {
		return p.err
	}
	snap := s.deps.Hub.Current()
	all := snap.EdgesAfter(after)
	if vertex != 0 {
		end, _, err := resolve(snap, vertex.String())
		if err != nil {
			return err
		}
		all = laterEdges(snap.EdgesOf(end.ID), after)
	}
	out := rest.EdgePage{Items: []rest.Edge{}}
	for e := range all {
		if len(wanted) > 0 && !slices.Contains(wanted, e.Kind) {
			continue
		}
		if len(out.Items) == limit {
			out.Next = out.Items[limit-1].Id
			break
		}
		out.Items = append(out.Items, showEdge(snap, e))
	}
	return answer(c, out)
}

// laterEdges leaves out the edges up to an ID.
func laterEdges(all iter.Seq[*api.Edge], after api.EdgeID) iter.Seq[*api.Edge] {
	return func(yield func(*api.Edge) bool) {
		for e := range all {
			if e.ID > after && !yield(e) {
				return
			}
		}
	}
}

func showEdge(s *graph.Snapshot, e *api.Edge) rest.Edge {
	out := rest.Edge{
		Id: e.ID.String(), Kind: e.Kind.String(), A: edgeEnd(s, e.A), B: edgeEnd(s, e.B), Health: e.Health.String(),
		Confidence: float64(e.Confidence) / 100, ReportedA: e.ReportedA, ReportedB: e.ReportedB, Disputed: e.Disputed,
		Freshness: freshness(s, e.Scopes), Scopes: scopeIDs(e.Scopes), Attrs: attrs(s, e.Attrs),
		Evidence: make([]rest.Evidence, len(e.Evidence)),
	}
	for i, ev := range e.Evidence {
		out.Evidence[i] = rest.Evidence{
			Method: string(ev.Method), Scope: uint32(ev.Scope), Key: ev.Key, Text: ev.Text, Since: utc(ev.Since),
		}
		if sc, ok := s.Scope(ev.Scope); ok {
			out.Evidence[i].Source, out.Evidence[i].Table = string(sc.Scope.Source), table(sc.Scope)
			out.Evidence[i].Fresh = sc.State.Fresh()
		}
	}
	return out
}
