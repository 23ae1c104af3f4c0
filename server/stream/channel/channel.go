package channel

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
)

// Channel follows what one channel carries from revision to revision. It is
// used by one goroutine at a time.
type Channel struct {
	ref     Ref
	at      uint64 // the revision of the snapshot or the last delta
	stubs   refs
	chain   api.VertexID
	scopes  map[api.ScopeID]int
	tallies map[api.VertexID]tally
	rolled  *rollups // the overview's
}

// Open starts to follow a channel, and returns its snapshot in parts.
func Open(ref Ref, s *graph.Snapshot) (*Channel, []*wire.Columns) {
	c := find(ref, s)
	return &Channel{
		ref: ref, at: s.Revision,
		stubs: c.stubs, chain: c.chain, scopes: c.scopes, tallies: c.tallies, rolled: c.rolled,
	}, c.columns(ref, s)
}

// Whole returns a channel's snapshot in parts, named by a revision. That is the
// snapshot's own, or the one at which the channel last changed before, so that
// the next delta applies to it.
func Whole(ref Ref, s *graph.Snapshot, revision uint64) []*wire.Columns {
	parts := find(ref, s).columns(ref, s)
	for _, part := range parts {
		part.Revision = revision
	}
	return parts
}

// Revision is the one at which the channel last changed, or was opened.
func (ch *Channel) Revision() uint64 { return ch.at }

// Delta is what one step changed in a channel.
type Delta struct {
	Columns *wire.Columns
	// Placed says that vertices came, left, or changed what a layout may
	// depend on.
	Placed bool
}

// Advance takes the channel over one step, and says what changed in it; false
// if nothing did.
func (ch *Channel) Advance(step *Step) (Delta, bool) {
	a := &advance{Channel: ch, step: step, before: map[api.VertexID]bool{}, touchedScopes: map[api.ScopeID]bool{}}
	if ch.ref.District == 0 {
		a.overview()
	} else {
		a.edgesOf()
		a.stubsOf()
		a.own()
		a.vertexRows()
	}
	a.scopeRows()
	a.merged()
	if a.out.empty() {
		return Delta{}, false
	}
	cols := a.out.columns(ch.ref, step.To)
	if len(a.out.rollups) > 0 {
		cols.Rollups = ch.rolled.columns(a.out.rollups)
	}
	cols.Previous = ch.at
	ch.at = step.To.Revision
	return Delta{Columns: cols, Placed: a.placed}, true
}

// advance is one call of Advance.
type advance struct {
	*Channel
	step          *Step
	before        map[api.VertexID]bool // touched vertex -> whether the channel had it before
	touchedScopes map[api.ScopeID]bool  // touched scope -> whether the channel had it before
	out           rows
	placed        bool
}

// touch notes that a vertex's row may change, while its former state is known.
func (a *advance) touch(id api.VertexID) {
	if _, ok := a.before[id]; ok {
		return
	}
	_, named := a.stubs[id]
	a.before[id] = named || a.step.From.District(id) == a.ref.District
}

func (a *advance) countScopes(ids []api.ScopeID, n int) {
	for _, id := range ids {
		if _, ok := a.touchedScopes[id]; !ok {
			a.touchedScopes[id] = a.scopes[id] > 0
		}
		if a.scopes[id] += n; a.scopes[id] == 0 {
			delete(a.scopes, id)
		}
	}
}

// edgesOf goes through the edges that changed, came or left.
func (a *advance) edgesOf() {
	for _, id := range slices.Sorted(slices.Values(a.step.edges[a.ref.District])) {
		before, was := a.carried(a.step.From, id)
		after, is := a.carried(a.step.To, id)
		if is {
			a.countScopes(after.Scopes, +1)
			a.far(a.step.To, after, func(end api.VertexID) { a.stubs.add(a.step.To, end, a.touch) })
		}
		if was {
			a.countScopes(before.Scopes, -1)
			a.far(a.step.From, before, func(end api.VertexID) { a.stubs.remove(end, a.touch) })
		}
		switch {
		case is && (!was || before != after):
			a.out.edges = append(a.out.edges, after)
		case was && !is:
			a.out.goneEdges = append(a.out.goneEdges, id)
		}
	}
}

// carried returns an edge if the channel carries it at a snapshot.
func (a *advance) carried(s *graph.Snapshot, id api.EdgeID) (*api.Edge, bool) {
	e, ok := s.Edge(id)
	if !ok || (s.District(e.A) != a.ref.District && s.District(e.B) != a.ref.District) {
		return nil, false
	}
	return e, true
}

// far calls back for the ends of an edge that belong to other channels.
func (a *advance) far(s *graph.Snapshot, e *api.Edge, do func(api.VertexID)) {
	for _, end := range []api.VertexID{e.A, e.B} {
		if s.District(end) != a.ref.District {
			do(end)
		}
	}
}

// stubsOf corrects what is named of other channels: containers, names.
func (a *advance) stubsOf() {
	var chain api.VertexID
	if d, ok := a.step.To.Vertex(a.ref.District); ok && graph.IsDistrict(d.Kind) {
		chain = d.Parent
	}
	if chain != a.chain {
		a.stubs.add(a.step.To, chain, a.touch)
		a.stubs.remove(a.chain, a.touch)
		a.chain = chain
	}
	for _, id := range a.step.named {
		if _, ok := a.stubs[id]; !ok {
			continue
		}
		a.stubs.moved(a.step.To, id, a.touch)
		for child := range a.step.To.Children(id) {
			if _, ok := a.stubs[child.ID]; ok {
				a.touch(child.ID)
			}
		}
	}
}

// own goes through the channel's own vertices that changed, came or left.
func (a *advance) own() {
	for _, id := range a.step.vertices[a.ref.District] {
		a.touch(id)
		if a.step.From.District(id) == a.ref.District {
			v, _ := a.step.From.Vertex(id)
			a.countScopes(v.Scopes, -1)
		}
		if a.step.To.District(id) == a.ref.District {
			v, _ := a.step.To.Vertex(id)
			a.countScopes(v.Scopes, +1)
		}
	}
	if grown, ok := a.step.tallies[a.ref.District]; ok {
		a.tally(a.ref.District, grown)
	}
}

func (a *advance) tally(district api.VertexID, grown tally) {
	t := a.tallies[district]
	t.plus(grown)
	if t == (tally{}) {
		delete(a.tallies, district)
	} else {
		a.tallies[district] = t
	}
	if grown != (tally{}) {
		a.touch(district)
	}
}

// vertexRows writes the rows of the vertices touched, as they are now.
func (a *advance) vertexRows() {
	for _, id := range slices.Sorted(maps.Keys(a.before)) {
		after, exists := a.step.To.Vertex(id)
		_, named := a.stubs[id]
		switch {
		case exists && a.step.To.District(id) == a.ref.District:
			a.ownRow(after)
		case exists && named:
			a.stubRow(after)
		case a.before[id]:
			a.out.goneVertices = append(a.out.goneVertices, id)
			a.placed = true
		}
	}
}

func (a *advance) ownRow(after *api.Vertex) {
	before, _ := a.step.From.Vertex(after.ID)
	wasOwn := before != nil && a.step.From.District(after.ID) == a.ref.District
	if wasOwn && before == after && a.step.tallies[after.ID] == (tally{}) {
		return
	}
	a.out.vertices = append(a.out.vertices, ownRow(after, a.tallies))
	if !wasOwn || before.Parent != after.Parent || before.Controller != after.Controller ||
		before.Slot != after.Slot || before.Kind != after.Kind || before.Name != after.Name || before.Plot != after.Plot {
		a.placed = true
	}
}

func (a *advance) stubRow(after *api.Vertex) {
	r := stubRow(a.step.To, after)
	before, existed := a.step.From.Vertex(after.ID)
	wasStub := a.before[after.ID] && a.step.From.District(after.ID) != a.ref.District
	if existed && wasStub && sameStub(before, after) && stubRow(a.step.From, before).name == r.name {
		return
	}
	a.out.vertices = append(a.out.vertices, r)
	a.placed = true
}

// overview goes through regions, sites and clusters that changed, came or
// left, or whose tally did.
func (a *advance) overview() {
	touched := map[api.VertexID]struct{}{}
	for _, id := range a.step.places {
		touched[id] = struct{}{}
	}
	for d, grown := range a.step.tallies {
		if grown == (tally{}) {
			continue
		}
		t := a.tallies[d]
		t.plus(grown)
		a.tallies[d] = t
		if t == (tally{}) {
			delete(a.tallies, d)
		}
		touched[d] = struct{}{}
	}
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		before, was := a.step.From.Vertex(id)
		was = was && isPlace(before.Kind)
		a.before[id] = was
		after, is := a.step.To.Vertex(id)
		switch {
		case is && isPlace(after.Kind):
			a.out.vertices = append(a.out.vertices, ownRow(after, a.tallies))
			a.placed = a.placed || !was || before.Parent != after.Parent || before.Slot != after.Slot ||
				before.Kind != after.Kind || before.Name != after.Name || before.Plot != after.Plot || a.step.tallies[id].resized()
		case was:
			a.out.goneVertices = append(a.out.goneVertices, id)
			a.placed = true
		}
	}
	for _, id := range a.rolled.advance(a.step) {
		if d, ok := a.step.To.Vertex(id); ok && graph.IsDistrict(d.Kind) {
			a.out.rollups = append(a.out.rollups, id)
		}
	}
	for id := range a.step.Change.Scopes {
		_, was := a.step.From.Scope(id)
		a.touchedScopes[id] = was
	}
}

// scopeRows writes the scopes that changed, are named newly, or no more.
func (a *advance) scopeRows() {
	if a.ref.District != 0 {
		for id := range a.step.Change.Scopes {
			if _, ok := a.touchedScopes[id]; !ok && a.scopes[id] > 0 {
				a.touchedScopes[id] = true
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.touchedScopes)) {
		before, was := a.step.From.Scope(id)
		was = was && a.touchedScopes[id]
		after, is := a.step.To.Scope(id)
		is = is && (a.ref.District == 0 || a.scopes[id] > 0)
		switch {
		case is && (!was || before != after):
			a.out.scopes = append(a.out.scopes, after)
		case was && !is:
			a.out.goneScopes = append(a.out.goneScopes, id)
		}
	}
}

// merged writes what became of vertices that the channel had.
func (a *advance) merged() {
	for _, from := range slices.Sorted(maps.Keys(a.step.Change.Merged)) {
		if a.before[from] {
			a.out.mergedFrom = append(a.out.mergedFrom, from)
			a.out.mergedInto = append(a.out.mergedInto, a.step.Change.Merged[from])
		}
	}
}
