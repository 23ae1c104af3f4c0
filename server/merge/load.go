package merge

import (
	"cmp"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/stitch"
	"github.com/netseam/netseam/server/store"
)

// Graph is the graph of a state that was kept. It is made in a fraction of the
// time that Continue takes, and may be shown meanwhile.
func Graph(state store.State) *graph.Snapshot {
	return graph.Build(graph.Elements{
		Vertices: state.Vertices, Edges: state.Edges, Scopes: state.Scopes, Merged: state.Merged,
	}).At(state.Epoch, state.Revision, state.Time)
}

// Load returns an engine that goes on from a state that was kept, and the step
// by which today's rules differ from the graph that was kept with it: empty,
// unless netseam itself changed.
func Load(state store.State, now time.Time) (*Engine, Step) {
	return Continue(Graph(state), state, now)
}

// Continue is Load for one who has the state's graph already.
func Continue(snap *graph.Snapshot, state store.State, now time.Time) (*Engine, Step) {
	e := New()
	e.next, e.snap = state.Next, snap
	e.loadGraph()
	for identity := range state.Identities {
		e.loadIdentity(identity)
	}
	e.memory.takeChanges(e.next.Vertex)
	slices.SortFunc(e.memory.gone, func(a, b departure) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	e.begin(now)
	e.batch.renewing = true
	for op := range state.Claims {
		e.loadClaim(op)
	}
	for v := range e.snap.Vertices() {
		e.touchThing(v.ID)
	}
	for edge := range e.snap.Edges() {
		key := edgeKey{edge.Kind, edge.A, edge.B}
		e.joint(key).id = edge.ID
		e.touchEdge(key)
	}
	for v := range e.snap.Vertices() {
		if v.Kind == api.VertexNode || v.Kind == api.VertexLAG {
			e.askFor(v.ID)
		}
	}
	// First who is who, so that everything that the graph holds has its
	// support before anything is taken out of it.
	for e.resolveClaims() || e.concludeRows() {
		continue
	}
	e.settleSegments()
	return e, e.finish()
}

func (e *Engine) loadGraph() {
	for sc := range e.snap.Scopes() {
		e.addScope(sc.ID, sc.Scope)
	}
	for v := range e.snap.Vertices() {
		e.slotsOf(v).take(v.Slot, true)
		if v.Kind == api.VertexSite && v.Parent != 0 {
			e.noteSite(v)
		}
		e.index.Replace(nil, stitch.Entries(v))
	}
}

func (e *Engine) loadIdentity(identity store.Identity) {
	for _, a := range identity.Aliases {
		e.memory.names[keyOf(a)] = naming{vertex: identity.ID}
	}
	e.memory.put(identity)
	if !identity.Gone.IsZero() {
		e.memory.gone = append(e.memory.gone, departure{identity.ID, identity.Gone})
	}
}

func (e *Engine) loadClaim(op store.ClaimOp) {
	sc := e.scopeByID[op.Scope]
	if sc == nil || op.Claim == nil {
		return // its scope was forgotten, and the claim with it
	}
	src := e.sources[sc.name.Source]
	if op.Claim.Vertex != nil {
		e.memory.share(op.Claim.Vertex.Aliases)
	}
	if vertex := op.Claim.Vertex; vertex != nil {
		for i := range vertex.Attrs { // there were journals in which those of claims said no scope
			if a := &vertex.Attrs[i]; a.Scope != sc.id {
				a.Scope = sc.id
			}
		}
	} else if edge := op.Claim.Edge; edge != nil {
		edge.Attrs = e.attrsSaid(edge.Attrs, sc.id)
	}
	h := &held{op: claimedAs(op.Scope, op.Claim, op.Since), handle: e.takeHandle()}
	h.op.lost, h.op.doubt = op.Lost, op.Doubt
	src.claims[op.Key] = h
	sc.add(h)
	e.batch.kept.Set(uint64(h.handle), h.op)
	sc.heard = true
	switch {
	case op.Lost != 0 && h.op.neighbour() != nil:
		src.lost[h] = struct{}{}
	case op.Lost != 0:
		src.aged[h] = struct{}{}
	case len(h.op.fresh()) > 0:
		src.arrived[h] = struct{}{}
	}
	if h.op.overtaken() != 0 {
		src.overtaken[h] = struct{}{}
	}
	e.reference(h)
	e.attach(h)
}
