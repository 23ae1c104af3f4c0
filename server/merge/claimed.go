package merge

import (
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/store"
)

// claimed is a claim as it stands: what store.ClaimOp says of it, in one piece
// and a third of the memory, for there are many. It is replaced, never modified:
// checkpoints hold on to it.
type claimed struct {
	key   string
	what  any // of a pointer type: the field of api.Claim that is set
	scope api.ScopeID
	since int64
	lost  int64
	doubt *store.Doubt
}

// claimedAs is a claim as a scope says it.
func claimedAs(scope api.ScopeID, c *api.Claim, since int64) *claimed {
	out := &claimed{key: c.Key, scope: scope, since: since}
	switch {
	case c.Vertex != nil:
		out.what = c.Vertex
	case c.Edge != nil:
		out.what = c.Edge
	case c.Neighbour != nil:
		out.what = c.Neighbour
	case c.Stations != nil:
		out.what = c.Stations
	case c.Bindings != nil:
		out.what = c.Bindings
	case c.Session != nil:
		out.what = c.Session
	case c.Route != nil:
		out.what = c.Route
	}
	return out
}

// keep makes of a message's claim one that stays, and does not keep the message.
// Attributes say their scope: vertices and edges have them as they are. The ends
// of an edge are called by the texts under which the source knows them.
func (e *Engine) keep(sc *scope, c *api.Claim, at time.Time) *claimed {
	kept := claimedAs(sc.id, c, at.UnixMilli())
	switch {
	case c.Vertex != nil:
		vertex := *c.Vertex
		vertex.Attrs = slices.Clone(vertex.Attrs)
		for i := range vertex.Attrs {
			vertex.Attrs[i].Scope = sc.id
		}
		kept.what = &vertex
	case c.Edge != nil:
		edge := *c.Edge
		edge.Attrs = e.attrsSaid(edge.Attrs, sc.id)
		for _, end := range []*string{&edge.A, &edge.B} {
			if v := sc.source.voices[*end]; v != nil {
				*end = v.stem
			}
		}
		kept.what = &edge
	}
	return kept
}

func (c *claimed) vertex() *api.VertexClaim  { return as[api.VertexClaim](c) }
func (c *claimed) edge() *api.EdgeClaim      { return as[api.EdgeClaim](c) }
func (c *claimed) neighbour() *api.Neighbour { return as[api.Neighbour](c) }
func (c *claimed) stations() *api.Stations   { return as[api.Stations](c) }
func (c *claimed) bindings() *api.Bindings   { return as[api.Bindings](c) }
func (c *claimed) session() *api.Session     { return as[api.Session](c) }
func (c *claimed) route() *api.Route         { return as[api.Route](c) }

// as is what a claim says if it is of that type, else nil.
func as[T any](c *claimed) *T {
	what, _ := c.what.(*T)
	return what
}

// claim is the claim as its source said it.
func (c *claimed) claim() api.Claim {
	return api.Claim{
		Key: c.key, Vertex: c.vertex(), Edge: c.edge(), Neighbour: c.neighbour(),
		Stations: c.stations(), Bindings: c.bindings(), Session: c.session(), Route: c.route(),
	}
}

// put is the operation that makes the claim what it is.
func (c *claimed) put() store.ClaimOp {
	claim := c.claim()
	return store.ClaimOp{Scope: c.scope, Key: c.key, Claim: &claim, Since: c.since, Lost: c.lost, Doubt: c.doubt}
}

// overtaken, fresh and wasDown are what doubt there is about the claim; as a
// rule, none.
func (c *claimed) overtaken() int64 {
	if c.doubt == nil {
		return 0
	}
	return c.doubt.Overtaken
}

func (c *claimed) fresh() []api.MAC {
	if c.doubt == nil {
		return nil
	}
	return c.doubt.New
}

func (c *claimed) wasDown() bool { return c.doubt != nil && c.doubt.Down }
