package web

import (
	"iter"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
	questions "github.com/netseam/netseam/server/query"
)

// vertex answers with one vertex.
func (s *Server) vertex(c echo.Context) error {
	snap, v, former, err := s.asked(c)
	if err != nil {
		return err
	}
	out := rest.Vertex{
		Id: v.ID.String(), Kind: v.Kind.String(), Name: v.Name, Layer: v.Kind.Layer().String(), MergedFrom: former,
		Parent: refOf(snap, v.Parent), Path: []rest.Ref{}, Controller: refOf(snap, v.Controller),
		Health: v.Health.String(), Derived: v.Derived, Freshness: freshness(snap, v.Scopes),
		Attrs: attrs(snap, v.Attrs), Labels: make([]rest.Label, len(v.Labels)), Aliases: make([]rest.Alias, len(v.Aliases)),
		Scopes: scopeIDs(v.Scopes), Children: map[string]int{},
	}
	for _, holder := range holders(snap, v) {
		out.Path = append(out.Path, ref(holder))
	}
	for i, l := range v.Labels {
		out.Labels[i] = rest.Label{Key: l.Key, Value: l.Value}
	}
	for i, a := range v.Aliases {
		out.Aliases[i] = rest.Alias{Kind: a.Kind.String(), Scope: a.Scope, Value: a.Value, Weak: a.Strength == api.Weak}
	}
	for child := range snap.Children(v.ID) {
		out.Children[child.Kind.String()]++
	}
	return answer(c, out)
}

// asked returns the vertex that a request's path names, as resolve does, and the
// snapshot that has it; of a request that takes no parameters.
func (s *Server) asked(c echo.Context) (*graph.Snapshot, *api.Vertex, string, error) {
	if p := query(c); p.err != nil {
		return nil, nil, "", p.err
	}
	snap := s.deps.Hub.Current()
	v, former, err := resolve(snap, c.Param("id"))
	return snap, v, former, err
}

// resolve returns the vertex that an ID means, and the ID itself if it is a
// former one.
func resolve(s *graph.Snapshot, text string) (v *api.Vertex, former string, err error) {
	id, err := api.ParseVertexID(text)
	if err != nil {
		return nil, "", invalid("%v", err)
	}
	v, ok := s.Resolve(id)
	if !ok {
		return nil, "", notFound("there is no vertex %s", id)
	}
	if v.ID != id {
		former = id.String()
	}
	return v, former, nil
}

// vertices answers with a page of vertices.
func (s *Server) vertices(c echo.Context) error {
	p := query(c, "kind", "parent", "within", "attr", "q", "limit", "cursor")
	wanted, keys := kinds(p, api.ParseVertexKind), p.texts("attr", maxAttrs)
	parent, within := p.vertex("parent"), p.vertex("within")
	words, limit := strings.ToLower(p.text("q")), p.limit()
	after := cursor(p, api.ParseVertexID)
	if p.err != nil {
		return p.err
	}
	snap := s.deps.Hub.Current()
	all := snap.VerticesAfter(after)
	if parent != 0 {
		holder, _, err := resolve(snap, parent.String())
		if err != nil {
			return err
		}
		all = later(snap.Children(holder.ID), after)
	}
	if within != 0 {
		holder, _, err := resolve(snap, within.String())
		if err != nil {
			return err
		}
		within = holder.ID
	}
	out := rest.VertexPage{Items: []rest.VertexSummary{}}
	for v := range all {
		if (len(wanted) > 0 && !slices.Contains(wanted, v.Kind)) || (words != "" && questions.IndexFold(v.Name, words) < 0) {
			continue
		}
		if within != 0 && !standsIn(snap, v, within) {
			continue
		}
		if len(out.Items) == limit {
			out.Next = out.Items[limit-1].Id
			break
		}
		out.Items = append(out.Items, rest.VertexSummary{
			Id: v.ID.String(), Kind: v.Kind.String(), Name: v.Name, Parent: refOf(snap, v.Parent),
			Health: v.Health.String(), Freshness: freshness(snap, v.Scopes), Attrs: chosen(v, keys),
		})
	}
	return answer(c, out)
}

func standsIn(s *graph.Snapshot, v *api.Vertex, within api.VertexID) bool {
	return slices.ContainsFunc(holders(s, v), func(holder *api.Vertex) bool { return holder.ID == within })
}

// chosen are the attributes of these keys that a vertex has, in their order.
func chosen(v *api.Vertex, keys []string) []rest.Label {
	var out []rest.Label
	for _, key := range keys {
		if value := v.Attr(key); value != "" {
			out = append(out, rest.Label{Key: key, Value: value})
		}
	}
	return out
}

// later leaves out the vertices up to an ID.
func later(all iter.Seq[*api.Vertex], after api.VertexID) iter.Seq[*api.Vertex] {
	return func(yield func(*api.Vertex) bool) {
		for v := range all {
			if v.ID > after && !yield(v) {
				return
			}
		}
	}
}
