package store

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
)

// loader gathers a state: a checkpoint's parts, then records.
type loader struct {
	seal       seal
	claims     map[claimKey]ClaimOp
	identities map[api.VertexID]Identity
	graph      api.Graph
}

// claimKey names a claim: the scope it stands in and its key.
type claimKey struct {
	scope api.ScopeID
	key   string
}

func newLoader() *loader {
	return &loader{
		seal:       seal{Next: Counters{Vertex: 1, Edge: 1, Scope: 1}},
		claims:     map[claimKey]ClaimOp{},
		identities: map[api.VertexID]Identity{},
		graph: api.Graph{
			Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
			Scopes: map[api.ScopeID]*api.ScopeState{}, Merged: map[api.VertexID]api.VertexID{},
		},
	}
}

func (l *loader) add(p *part) {
	for _, op := range p.Claims {
		l.claims[claimKey{op.Scope, op.Key}] = op
	}
	for _, identity := range p.Identities {
		l.identities[identity.ID] = identity
	}
	for _, v := range p.Vertices {
		l.graph.Vertices[v.ID] = v
	}
	for _, e := range p.Edges {
		l.graph.Edges[e.ID] = e
	}
	for _, sc := range p.Scopes {
		l.graph.Scopes[sc.ID] = sc
	}
	maps.Copy(l.graph.Merged, p.Merged)
}

// apply adds one record. It does not go through Change.ApplyTo, which copies
// the graph.
func (l *loader) apply(r Record) {
	for _, op := range r.Claims {
		if op.Claim == nil {
			delete(l.claims, claimKey{op.Scope, op.Key})
		} else {
			l.claims[claimKey{op.Scope, op.Key}] = op
		}
	}
	for _, identity := range r.Identities {
		if identity.Forgotten {
			delete(l.identities, identity.ID)
		} else {
			l.identities[identity.ID] = identity
		}
	}
	overwrite(l.graph.Vertices, r.Change.Vertices)
	overwrite(l.graph.Edges, r.Change.Edges)
	overwrite(l.graph.Scopes, r.Change.Scopes)
	maps.Copy(l.graph.Merged, r.Change.Merged)
	l.seal.Epoch, l.seal.Revision, l.seal.Time, l.seal.Next = r.Epoch, r.Revision, r.Time, r.Next
}

func overwrite[K comparable, V any](into, change map[K]*V) {
	for k, v := range change {
		if v == nil {
			delete(into, k)
		} else {
			into[k] = v
		}
	}
}

func (l *loader) state() State {
	return State{
		Epoch: l.seal.Epoch, Revision: l.seal.Revision, Time: l.seal.Time, Next: l.seal.Next,
		Claims:     maps.Values(l.claims),
		Identities: maps.Values(l.identities),
		Vertices:   slices.Values(slices.SortedFunc(maps.Values(l.graph.Vertices), func(a, b *api.Vertex) int { return int(a.ID) - int(b.ID) })),
		Edges:      slices.Values(slices.SortedFunc(maps.Values(l.graph.Edges), func(a, b *api.Edge) int { return int(a.ID) - int(b.ID) })),
		Scopes:     maps.Values(l.graph.Scopes),
		Merged:     maps.All(l.graph.Merged),
	}
}
