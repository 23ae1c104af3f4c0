package web

import (
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// maxDepth bounds walks up the containment, which is a tree.
const maxDepth = 64

func ref(v *api.Vertex) rest.Ref {
	return rest.Ref{Id: v.ID.String(), Kind: v.Kind.String(), Name: v.Name}
}

// refOf returns a reference to a vertex; the zero one if there is none.
func refOf(s *graph.Snapshot, id api.VertexID) rest.Ref {
	if v, ok := s.Vertex(id); ok && id != 0 {
		return ref(v)
	}
	return rest.Ref{}
}

// holders returns what contains a vertex, outermost first.
func holders(s *graph.Snapshot, v *api.Vertex) []*api.Vertex {
	var up [maxDepth]*api.Vertex
	n := maxDepth
	for v.Parent != 0 && n > 0 {
		holder, ok := s.Vertex(v.Parent)
		if !ok {
			break
		}
		n--
		up[n], v = holder, holder
	}
	return append([]*api.Vertex(nil), up[n:]...)
}

// pathText returns what contains a vertex, in words.
func pathText(s *graph.Snapshot, v *api.Vertex) string {
	list := holders(s, v)
	names := make([]string, len(list))
	for i, holder := range list {
		names[i] = holder.Name
	}
	return strings.Join(names, " / ")
}

// qualified returns a vertex's name with its holder's, where it needs one.
func qualified(s *graph.Snapshot, v *api.Vertex) string {
	switch v.Kind { //nolint:exhaustive // only what is named by its holder
	case api.VertexPort, api.VertexLAG, api.VertexNIC:
		if holder, ok := s.Vertex(v.Parent); ok {
			return holder.Name + " · " + v.Name
		}
	}
	return v.Name
}

func edgeEnd(s *graph.Snapshot, id api.VertexID) rest.EdgeEnd {
	v, ok := s.Vertex(id)
	if !ok {
		return rest.EdgeEnd{Id: id.String()}
	}
	return rest.EdgeEnd{Id: id.String(), Kind: v.Kind.String(), Name: v.Name, Qualified: qualified(s, v)}
}

// freshness joins the scopes that an element names: the best of them counts,
// among equals the one that has stood longest; of those that vouch no more, the
// one that did so last says since when.
func freshness(s *graph.Snapshot, ids []api.ScopeID) rest.Freshness {
	var best *api.ScopeState
	for _, id := range ids {
		sc, ok := s.Scope(id)
		if ok && (best == nil || fresher(sc, best)) {
			best = sc
		}
	}
	if best == nil {
		return rest.Freshness{State: api.StateUnknown.String(), Why: "no source vouches for it"}
	}
	f := rest.Freshness{State: best.State.String(), Since: utc(best.Since)}
	if !best.State.Fresh() {
		f.Why = best.Scope.String()
		if best.Message != "" {
			f.Why += ": " + best.Message
		}
	}
	return f
}

func fresher(a, b *api.ScopeState) bool {
	switch {
	case a.State.Fresh() != b.State.Fresh():
		return a.State.Fresh()
	case a.State.Fresh() && a.State != b.State:
		return a.State == api.StateLive
	case a.State.Fresh():
		return a.Since.Before(b.Since)
	}
	return a.Since.After(b.Since)
}

func attrs(s *graph.Snapshot, list []api.Attr) []rest.Attr {
	out := make([]rest.Attr, len(list))
	for i, a := range list {
		out[i] = rest.Attr{Key: a.Key, Value: a.Value, Scope: uint32(a.Scope)}
		if sc, ok := s.Scope(a.Scope); ok {
			out[i].SaidBy = rest.SaidBy{Source: string(sc.Scope.Source), Table: table(sc.Scope), State: sc.State.String()}
		}
	}
	return out
}

// table returns a scope's table, with its context if it has one.
func table(sc api.Scope) string {
	if sc.Context == "" {
		return sc.Table
	}
	return sc.Table + "@" + sc.Context
}

func scopeIDs(list []api.ScopeID) []rest.ScopeID {
	out := make([]rest.ScopeID, len(list))
	for i, id := range list {
		out[i] = uint32(id)
	}
	return out
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// moment returns a time, or nil for none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
