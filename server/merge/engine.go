package merge

import (
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/stitch"
	"github.com/netseam/netseam/server/store"
)

// Engine holds the writer's state. It belongs to one goroutine.
type Engine struct {
	next    store.Counters
	rowNext stitch.RowID
	snap    *graph.Snapshot

	sources      map[api.SourceID]*source
	scopes       map[api.Scope]*scope
	scopeByID    map[api.ScopeID]*scope
	things       map[api.VertexID]*thing
	rows         map[stitch.RowID]*rowState
	joints       map[edgeKey]*joint
	meets        map[api.VertexID]few[edgeKey] // end -> links and attachments that sightings support there
	index        *stitch.Index
	heard        map[hearKey][]*rowState // what rows are told apart by -> rows
	tables       map[stitch.RowID]*table
	tableOf      map[*held]*table          // claim -> what is known by it
	memberOf     map[*held][]stitch.Entry  // edge claim -> what it says of an aggregate
	crowds       map[api.VertexID]int      // port -> MACs that tables have behind it
	seatings     map[api.VertexID]*seating // node -> what tables say of it
	seatingByID  map[stitch.RowID]*seating
	selves       *stitch.Index // what voices say of nodes and devices by themselves
	likenesses   map[*voice]*likeness
	likenessByID map[stitch.RowID]*likeness
	likened      map[*voice]few[*likeness]    // node -> devices that prove to be it
	bridgeTables map[api.VertexID]few[*table] // device -> its forwarding tables
	junctions    map[stitch.Pair]*junction
	joinedBy     map[api.VertexID]few[stitch.Pair] // bridge -> its junctions
	vague        map[api.VertexID]int              // bridge -> others with which it has too little in common
	uncompared   map[api.VertexID]*kinship         // bridge -> those with which it hangs together, where they are too many to be compared
	segments     map[api.VertexID]*segment
	segmentOf    map[api.VertexID]few[api.VertexID] // port -> its segments: one, if it is a hub
	memory       *memory
	slots        map[shelf]*slots                           // container and kind -> which slots are taken
	unsettled    map[api.VertexID]struct{}                  // containers that have no lasting place
	regions      map[api.VertexID]map[api.VertexID]struct{} // region -> the sites in it
	expected     []api.SourceID                             // that there are to be, once it was said

	kept        graph.Map[*claimed] // handle -> claim, for checkpoints
	freeHandles []uint32
	nextHandle  uint32

	heardAll bool // whether all sources had been heard when places were given last

	batch batch
}

// batch is the state of the step in the making.
type batch struct {
	now        time.Time
	change     api.Change
	ops        []store.ClaimOp
	minted     api.VertexID                  // the first ID that this step mints
	voices     map[*voice]bool               // voices that changed; true: to be identified in any case
	splits     map[api.VertexID]struct{}     // vertices that may be several things now
	unresolved map[*held]struct{}            // edge claims whose references may mean something else now
	things     map[api.VertexID]struct{}     // vertices to derive again
	tables     map[*held]struct{}            // claims of tables to make known again
	bridges    map[api.VertexID]struct{}     // bridges to compare again
	aged       map[*held]struct{}            // aged rows on which nothing may rest any more
	edges      map[edgeKey]struct{}          // edges to derive again
	segments   map[api.VertexID]struct{}     // ports whose links changed
	became     map[api.VertexID]api.VertexID // derived vertex -> what its row means instead
	kept       *graph.Editor[*claimed]
	dealt      map[api.VertexID]uint32 // slots dealt anew, once, when a site is whole
	switches   bool                    // whether any switch was a source when the step began
	homes      bool                    // whether a cluster's home may be decided now
	siteGone   bool                    // whether a site went
	siteCame   bool                    // whether a site came
	room       bool                    // whether places are asked for or became free
	said       map[saidKey][]api.Attr  // what edge claims say -> the same as attributes
	// What is loaded equals what is derived, but does not share its memory with
	// the claims: it is replaced.
	renewing        bool
	renewedVertices []*api.Vertex
	renewedEdges    []*api.Edge
}

// saidKey is a list of attributes, by where it is, as one scope says it.
type saidKey struct {
	first *api.Attr
	n     int
	scope api.ScopeID
}

// New returns an engine without any claims.
func New() *Engine {
	e := &Engine{
		next:      store.Counters{Vertex: 1, Edge: 1, Scope: 1},
		snap:      &graph.Snapshot{},
		sources:   map[api.SourceID]*source{},
		scopes:    map[api.Scope]*scope{},
		scopeByID: map[api.ScopeID]*scope{},
		things:    map[api.VertexID]*thing{},
		rows:      map[stitch.RowID]*rowState{},
		joints:    map[edgeKey]*joint{},
		meets:     map[api.VertexID]few[edgeKey]{},
		index:     stitch.NewIndex(),
		heard:     map[hearKey][]*rowState{},
		tables:    map[stitch.RowID]*table{},
		selves:    stitch.NewIndex(), likenesses: map[*voice]*likeness{}, likenessByID: map[stitch.RowID]*likeness{},
		likened:      map[*voice]few[*likeness]{},
		bridgeTables: map[api.VertexID]few[*table]{}, junctions: map[stitch.Pair]*junction{},
		joinedBy: map[api.VertexID]few[stitch.Pair]{}, vague: map[api.VertexID]int{}, uncompared: map[api.VertexID]*kinship{},
		tableOf: map[*held]*table{}, memberOf: map[*held][]stitch.Entry{},
		crowds:   map[api.VertexID]int{},
		seatings: map[api.VertexID]*seating{}, seatingByID: map[stitch.RowID]*seating{},
		segments:  map[api.VertexID]*segment{},
		segmentOf: map[api.VertexID]few[api.VertexID]{},
		memory:    newMemory(),
		slots:     map[shelf]*slots{},
		unsettled: map[api.VertexID]struct{}{},
		regions:   map[api.VertexID]map[api.VertexID]struct{}{},
	}
	return e
}

// Snapshot is the graph as of the last step.
func (e *Engine) Snapshot() *graph.Snapshot { return e.snap }

// Apply takes a batch of observations, in the order in which their sources
// made them, and returns what it did. now is the time of the step.
func (e *Engine) Apply(observations []api.Observation, now time.Time) Step {
	e.begin(now)
	for i := range observations {
		e.observe(&observations[i])
	}
	return e.finish()
}

// Forget drops all that a source said, and the source's scopes with it.
func (e *Engine) Forget(id api.SourceID, now time.Time) Step {
	e.begin(now)
	if src := e.sources[id]; src != nil {
		e.forget(src)
	}
	return e.finish()
}

// Expect says which sources there are to be: until all of them were heard, nothing
// gets a lasting place.
func (e *Engine) Expect(ids []api.SourceID, now time.Time) Step {
	e.begin(now)
	e.expected = slices.Clone(ids)
	return e.finish()
}

// Keep forgets every source that is not in the list, and expects those that
// are.
func (e *Engine) Keep(ids []api.SourceID, now time.Time) Step {
	keep := map[api.SourceID]bool{}
	for _, id := range ids {
		keep[id] = true
	}
	e.expected = slices.Clone(ids)
	e.begin(now)
	for _, id := range sortedKeys(e.sources) {
		if !keep[id] {
			e.forget(e.sources[id])
		}
	}
	return e.finish()
}

// SetState sets how scopes stand, since when and why, where that differs from
// what is known: a source that is late, or all of them after a restart.
func (e *Engine) SetState(states []api.ScopeState, now time.Time) Step {
	e.begin(now)
	for _, s := range states {
		if sc := e.scopeByID[s.ID]; sc != nil {
			e.setState(sc, s.State, s.Message, s.Since)
		}
	}
	return e.finish()
}

func (e *Engine) begin(now time.Time) {
	e.batch = batch{
		now: now,
		change: api.Change{
			Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
			Scopes: map[api.ScopeID]*api.ScopeState{}, Merged: map[api.VertexID]api.VertexID{},
		},
		minted:     e.next.Vertex,
		voices:     map[*voice]bool{},
		splits:     map[api.VertexID]struct{}{},
		unresolved: map[*held]struct{}{},
		tables:     map[*held]struct{}{},
		aged:       map[*held]struct{}{},
		bridges:    map[api.VertexID]struct{}{},
		things:     map[api.VertexID]struct{}{},
		edges:      map[edgeKey]struct{}{},
		segments:   map[api.VertexID]struct{}{},
		became:     map[api.VertexID]api.VertexID{},
		said:       map[saidKey][]api.Attr{},
		kept:       e.kept.Edit(),
		switches:   e.hasSwitches(),
	}
}

// finish derives all that the batch touched. Vertices come before rows,
// because rows rest on what sources claim; rows make derived vertices, which
// no row rests on: so the rounds end.
func (e *Engine) finish() Step {
	if e.hasSwitches() != e.batch.switches {
		e.touchNodes()
	}
	for {
		e.settleRows()
		if !e.settleBridges() && !e.dropAged() {
			break
		}
	}
	e.settleSegments()
	e.settleHomes()
	e.settleRegions()
	e.deriveThings()
	e.deriveEdges()
	e.memory.prune(e.batch.now)
	e.kept = e.batch.kept.Done()
	e.snap = e.snap.Apply(e.batch.change, e.snap.Epoch, e.snap.Revision, e.batch.now)
	if e.batch.renewing {
		stays := slices.DeleteFunc(e.batch.renewedVertices, func(v *api.Vertex) bool {
			_, changed := e.batch.change.Vertices[v.ID] // after it was found equal
			return changed
		})
		e.snap = e.snap.Renewed(stays, e.batch.renewedEdges)
	}
	e.settlePlots()
	step := Step{
		Change: e.batch.change, Claims: e.batch.ops, Identities: e.memory.takeChanges(e.batch.minted),
		Next: e.next, Snapshot: e.snap,
	}
	e.batch = batch{}
	return step
}

// settleRows goes round until nothing is left to resolve, derive or conclude.
func (e *Engine) settleRows() {
	for {
		resolved := e.resolveClaims()
		derived := e.deriveThings()
		concluded := e.concludeRows()
		if !resolved && !derived && !concluded {
			return
		}
	}
}

// touchNodes lists all nodes: the first switch came, or the last one went, so
// that the reasons why ports are unknown are others.
func (e *Engine) touchNodes() {
	for _, src := range e.sources {
		for v := range src.nodes {
			if v.vertex != 0 {
				e.touchThing(v.vertex)
			}
		}
	}
}

// vertex returns a vertex as it stands in the step in the making.
func (e *Engine) vertex(id api.VertexID) *api.Vertex {
	if v, ok := e.batch.change.Vertices[id]; ok {
		return v
	}
	v, _ := e.snap.Vertex(id)
	return v
}

func (e *Engine) thing(id api.VertexID) *thing {
	t := e.things[id]
	if t == nil {
		t = &thing{}
		e.things[id] = t
	}
	return t
}

func (e *Engine) touchThing(id api.VertexID) { e.batch.things[id] = struct{}{} }

func (e *Engine) touchEdge(key edgeKey) {
	e.batch.edges[key] = struct{}{}
	e.batch.homes = e.batch.homes || key.kind == api.EdgeAttach
}

// State returns everything as of the last step; what it yields does not change.
func (e *Engine) State() store.State {
	snap, kept, identities := e.snap, e.kept, e.memory.all
	return store.State{
		Next: e.next,
		Claims: func(yield func(store.ClaimOp) bool) {
			for _, c := range kept.All() {
				if !yield(c.put()) {
					return
				}
			}
		},
		Identities: func(yield func(store.Identity) bool) {
			for _, identity := range identities.All() {
				if !yield(*identity) {
					return
				}
			}
		},
		Vertices: snap.Vertices(), Edges: snap.Edges(), Scopes: snap.Scopes(), Merged: snap.Merged(),
	}
}

// VertexOf returns the vertex that a source's key means.
func (e *Engine) VertexOf(source api.SourceID, key string) (api.VertexID, bool) {
	src := e.sources[source]
	if src == nil {
		return 0, false
	}
	id := src.vertexOf(stemOf(key))
	return id, id != 0
}
