package channel

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
)

// What is counted, and how it is, in the order of RollupColumns.
const (
	rolledDevices = iota
	rolledNodes
	rolledPods
	rolledServices
	rolledLinks
	rolledGroups
)

const (
	isOK = iota
	isUnknown
	isStale
	isDegraded
	isDown
	rolledStates
)

// counts say how many of what a district holds, and how they are.
type counts [rolledGroups][rolledStates]int

// rollups count what all districts hold. How an element is depends on its
// health, and on how its scopes stand: so those are counted together that share
// district and scopes, and when a scope turns stale they are moved by number.
type rollups struct {
	sums    map[api.VertexID]counts
	bundles map[api.VertexID]map[string]*bundle // district -> scopes, as bytes
	naming  map[api.ScopeID]map[*bundle]struct{}
	former  map[api.VertexID]counts // what sums said before the step
	key     []byte                  // to look bundles up without allocating
}

// bundle counts the elements of a district that name the same scopes.
type bundle struct {
	district api.VertexID
	scopes   []api.ScopeID
	count    int
	by       [rolledGroups][api.HealthDown + 1]int
}

func newRollups() *rollups {
	return &rollups{
		sums: map[api.VertexID]counts{}, bundles: map[api.VertexID]map[string]*bundle{},
		naming: map[api.ScopeID]map[*bundle]struct{}{}, former: map[api.VertexID]counts{},
	}
}

// rollUp counts all that a snapshot holds.
func rollUp(s *graph.Snapshot) *rollups {
	r := newRollups()
	for v := range s.Vertices() {
		r.vertex(s, s.District(v.ID), v, +1)
	}
	for e := range s.Edges() {
		if e.Kind != api.EdgeLink && e.Kind != api.EdgeAttach {
			continue
		}
		a, b := s.District(e.A), s.District(e.B)
		r.edge(s, a, e, +1)
		if a != b {
			r.edge(s, b, e, +1)
		}
	}
	clear(r.former)
	return r
}

// advance takes the counts over one step, and returns the districts of which
// they are others than before.
func (r *rollups) advance(step *Step) []api.VertexID {
	clear(r.former)
	r.judge(step)
	for id := range step.seen {
		if v, ok := step.From.Vertex(id); ok {
			r.vertex(step.To, step.From.District(id), v, -1)
		}
		if v, ok := step.To.Vertex(id); ok {
			r.vertex(step.To, step.To.District(id), v, +1)
		}
	}
	for district, ids := range step.edges {
		for _, id := range ids {
			if e, ok := endsIn(step.From, id, district); ok {
				r.edge(step.To, district, e, -1)
			}
			if e, ok := endsIn(step.To, id, district); ok {
				r.edge(step.To, district, e, +1)
			}
		}
	}
	var out []api.VertexID
	for _, district := range slices.Sorted(maps.Keys(r.former)) {
		if r.sums[district] != r.former[district] {
			out = append(out, district)
		}
	}
	return out
}

func endsIn(s *graph.Snapshot, id api.EdgeID, district api.VertexID) (*api.Edge, bool) {
	e, ok := s.Edge(id)
	return e, ok && (s.District(e.A) == district || s.District(e.B) == district)
}

// judge moves what names a scope that stands otherwise now. From here on, all
// that is counted stands as in the later snapshot.
func (r *rollups) judge(step *Step) {
	touched := map[*bundle]struct{}{}
	for id := range step.Change.Scopes {
		for b := range r.naming[id] {
			touched[b] = struct{}{}
		}
	}
	for b := range touched {
		before, after := standingOf(step.From, b.scopes), standingOf(step.To, b.scopes)
		if before == after {
			continue
		}
		r.remember(b.district)
		sum := r.sums[b.district]
		for group := range b.by {
			for health, n := range b.by[group] {
				sum[group][stateOf(group, api.Health(health), before)] -= n
				sum[group][stateOf(group, api.Health(health), after)] += n
			}
		}
		r.sums[b.district] = sum
	}
}

func (r *rollups) vertex(s *graph.Snapshot, district api.VertexID, v *api.Vertex, n int) {
	var group int
	switch v.Kind { //nolint:exhaustive // the others are not counted
	case api.VertexDevice:
		group = rolledDevices
	case api.VertexNode:
		group = rolledNodes
	case api.VertexPod:
		group = rolledPods
	case api.VertexService:
		group = rolledServices
	default:
		return
	}
	if v.Attr(api.AttrUnmanaged) == "true" {
		return // of what is only heard of nobody says how it is, not even that it is well
	}
	r.add(s, district, group, v.Health, v.Scopes, n)
}

// edge counts a cable for one of the districts in which it ends.
func (r *rollups) edge(s *graph.Snapshot, district api.VertexID, e *api.Edge, n int) {
	if e.Kind == api.EdgeLink || e.Kind == api.EdgeAttach {
		r.add(s, district, rolledLinks, e.Health, e.Scopes, n)
	}
}

// add counts an element whose scopes stand as in the snapshot.
func (r *rollups) add(s *graph.Snapshot, district api.VertexID, group int, health api.Health, scopes []api.ScopeID, n int) {
	if district == 0 {
		return
	}
	health = min(health, api.HealthDown)
	r.remember(district)
	sum := r.sums[district]
	sum[group][stateOf(group, health, standingOf(s, scopes))] += n
	if sum == (counts{}) {
		delete(r.sums, district)
	} else {
		r.sums[district] = sum
	}
	b := r.bundle(district, scopes)
	b.by[group][health] += n
	if b.count += n; b.count == 0 {
		r.drop(b)
	}
}

func (r *rollups) remember(district api.VertexID) {
	if _, ok := r.former[district]; !ok {
		r.former[district] = r.sums[district]
	}
}

func (r *rollups) bundle(district api.VertexID, scopes []api.ScopeID) *bundle {
	in := r.bundles[district]
	if in == nil {
		in = map[string]*bundle{}
		r.bundles[district] = in
	}
	r.spell(scopes)
	if b, ok := in[string(r.key)]; ok {
		return b
	}
	b := &bundle{district: district, scopes: slices.Clone(scopes)}
	in[string(r.key)] = b
	for _, id := range scopes {
		if r.naming[id] == nil {
			r.naming[id] = map[*bundle]struct{}{}
		}
		r.naming[id][b] = struct{}{}
	}
	return b
}

func (r *rollups) drop(b *bundle) {
	in := r.bundles[b.district]
	r.spell(b.scopes)
	if delete(in, string(r.key)); len(in) == 0 {
		delete(r.bundles, b.district)
	}
	for _, id := range b.scopes {
		if delete(r.naming[id], b); len(r.naming[id]) == 0 {
			delete(r.naming, id)
		}
	}
}

func (r *rollups) spell(scopes []api.ScopeID) {
	r.key = r.key[:0]
	for _, id := range scopes {
		r.key = binary.LittleEndian.AppendUint32(r.key, uint32(id))
	}
}

// columns writes the counts of districts, in the order of their IDs; those of
// which nothing is counted any more as zeros.
func (r *rollups) columns(districts []api.VertexID) *wire.RollupColumns {
	if len(districts) == 0 {
		return nil
	}
	var id steps
	var number numbers
	for _, district := range districts {
		id.add(uint64(district))
		for _, states := range r.sums[district] {
			for _, n := range states {
				number.add(uint64(n))
			}
		}
	}
	return &wire.RollupColumns{Count: uint32(len(districts)), Id: id.bytes(), Numbers: number.bytes()}
}

// standing is how far what names some scopes may be believed.
type standing uint8

const (
	standsFresh standing = iota // one of them is live, or none is named
	standsStale
	standsUnknown
)

func standingOf(s *graph.Snapshot, scopes []api.ScopeID) standing {
	if len(scopes) == 0 {
		return standsFresh
	}
	at := standsUnknown
	for _, id := range scopes {
		sc, ok := s.Scope(id)
		switch {
		case !ok || sc.State == api.StateUnknown:
		case sc.State.Fresh():
			return standsFresh
		default:
			at = standsStale
		}
	}
	return at
}

// stateOf is how an element is drawn: its health, where that may be believed.
func stateOf(group int, health api.Health, at standing) int {
	switch {
	case at == standsStale:
		return isStale
	case health == api.HealthDown:
		return isDown
	case health == api.HealthDegraded:
		return isDegraded
	case at == standsUnknown:
		return isUnknown
	case health == api.HealthOK || group == rolledServices || group == rolledLinks:
		return isOK // services and cables are well unless somebody says otherwise
	}
	return isUnknown
}
