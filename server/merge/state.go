package merge

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/stitch"
	"github.com/netseam/netseam/server/store"
)

// source is one source and what it says. Keys of claims are unique within it.
type source struct {
	id     api.SourceID
	scopes map[api.Scope]*scope
	claims map[string]*held    // claim key -> claim
	voices map[string]*voice   // stem of vertex claims' keys -> what they say together
	nodes  map[*voice]struct{} // voices about nodes
	lost   map[*held]struct{}  // sightings kept because they went away, until it is known whether their port is down
	// overtaken are sightings of what has newly been heard elsewhere.
	overtaken map[*held]struct{}
	arrived   map[*held]struct{} // forwarding claims with rows that are not confirmed yet
	aged      map[*held]struct{} // rows of tables that are no longer made, kept because something rests on them
	// refs are the claims that name a stem, whether or not it is known:
	// stem -> claims to derive again when its vertex changes.
	refs map[string]few[*held]
}

// vertexOf returns the vertex that a key of the source means, 0 for none.
func (s *source) vertexOf(stem string) api.VertexID {
	if v := s.voices[stem]; v != nil {
		return v.vertex
	}
	return 0
}

// voice is what one source says of one vertex: its claims whose keys have the
// same stem. They stand or fall together: a switch's name and its chassis ID
// come from two tables, and are of one switch.
type voice struct {
	source  *source
	stem    string
	claims  short[*held] // by key
	vertex  api.VertexID // what it is about; 0 while it waits for its parent
	kind    api.VertexKind
	name    string
	aliases []api.Alias // as registered, relative ones with their parent
}

// scope is one table of a source.
type scope struct {
	id     api.ScopeID
	name   api.Scope
	source *source
	claims []*held       // in no order; each knows its place
	alone  []api.ScopeID // this scope alone, which is what most elements name
	// sweep counts the complete observations begun; a claim whose number is
	// lower at the end of one was not said again.
	sweep uint32
	// heard says whether it was ever read in full: what is new in it since then
	// has come, and was not merely unknown.
	heard bool
}

// add and remove keep the scope's claims.
func (sc *scope) add(h *held) {
	h.scope, h.place = sc, uint32(len(sc.claims))
	sc.claims = append(sc.claims, h)
}

// addTo adds the scope to those that an element names; the list may be shared.
func (sc *scope) addTo(scopes []api.ScopeID) []api.ScopeID {
	if len(scopes) == 0 {
		return sc.alone[:1:1]
	}
	return append(scopes, sc.id)
}

func (sc *scope) remove(h *held) {
	last := len(sc.claims) - 1
	moved := sc.claims[last]
	sc.claims[h.place], moved.place = moved, h.place
	sc.claims[last] = nil
	sc.claims = sc.claims[:last]
}

// held is one claim as it stands. What op points to is replaced, never
// modified: checkpoints hold on to it.
//
// There is one for each claim, so there are no gaps between its fields.
type held struct {
	scope  *scope
	op     *claimed
	voice  *voice       // a vertex claim: the voice that it is a part of
	row    stitch.RowID // a neighbour claim: its row
	a, b   api.VertexID // an edge claim: the ends of the edge it supports; zero while one is unknown
	kind   api.EdgeKind // of that edge
	came   bool         // a sighting that the last reading in full did not have
	handle uint32       // in Engine.kept; four billion claims are more than fit
	sweep  uint32       // of its scope, when it was last said
	place  uint32       // in its scope's claims
}

// edge is the edge that an edge claim supports.
func (h *held) edge() edgeKey { return edgeKey{h.kind, h.a, h.b} }

func (h *held) setEdge(key edgeKey) { h.kind, h.a, h.b = key.kind, key.a, key.b }

// thing is a vertex with what supports it.
type thing struct {
	claims    short[*held] // sorted by source and key
	sightings *sightings   // nil for what none was ever about, as most
}

// sightings are the rows that say something of a thing.
type sightings struct {
	derived map[stitch.RowID]*derived // rows that conclude it
	rows    map[stitch.RowID]struct{} // of a node: rows that place it on a port; of a port: rows of what is on it
	unclear map[stitch.RowID]string   // of a node: ambiguous rows that fit it, and why
}

func (t *thing) empty() bool { return t.claims.len() == 0 && len(t.seen().derived) == 0 }

// seen are a thing's sightings, to be read or taken from.
func (t *thing) seen() sightings {
	if t.sightings == nil {
		return sightings{}
	}
	return *t.sightings
}

func (t *thing) see() *sightings {
	if t.sightings == nil {
		t.sightings = &sightings{}
	}
	return t.sightings
}

func (t *thing) addRow(row stitch.RowID)                 { add(&t.see().rows, row, struct{}{}) }
func (t *thing) addDerived(row stitch.RowID, d *derived) { add(&t.see().derived, row, d) }
func (t *thing) addUnclear(row stitch.RowID, why string) { add(&t.see().unclear, row, why) }

// add puts an entry into a map that is made with its first.
func add[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// derived is what one row says of a vertex that no source claims.
type derived struct {
	kind   api.VertexKind
	parent api.VertexID
	name   string
	alias  api.Alias // by which it was found
	health api.Health
	scope  api.ScopeID
	attrs  []api.KV
}

// edgeKey identifies an edge: of unordered kinds, A is the lower ID.
type edgeKey struct {
	kind api.EdgeKind
	a, b api.VertexID
}

// joint is an edge with what supports it.
type joint struct {
	id     api.EdgeID
	rows   map[stitch.RowID]*support // sightings
	claims few[*held]                // edge claims
}

func (j *joint) empty() bool { return len(j.rows) == 0 && j.claims.empty() }

// support is what one row says for an edge.
type support struct {
	byA        bool  // the row stands at end A
	lost       int64 // as store.ClaimOp.Lost
	method     api.Method
	confidence uint8
	why        string
}

// rowState is a sighting with its conclusion: a neighbour claim, or a node's seat
// by forwarding tables, which stands where the table's claim does.
type rowState struct {
	id         stitch.RowID
	held       *held
	seating    *seating  // nil for a neighbour claim
	junction   *junction // of two bridges by their tables
	station    api.MAC   // of a seat
	row        stitch.Row
	conclusion stitch.Conclusion
	reverse    []stitch.Entry
	things     map[api.VertexID]struct{} // vertices it derives
	nodes      map[api.VertexID]struct{} // nodes and ports it speaks of
	edge       edgeKey                   // edge it supports; zero for none
	more       []edgeKey                 // further edges that it supports
	bundle     edgeKey                   // the link between aggregates whose member edge is; zero for none
	segment    api.VertexID              // the segment that its edge is part of; 0 for none
	heard      [2]hearKey                // under which it is in Engine.heard
}

// lost is since when a sighting is kept because its port may be down. An aged
// row of a table says nothing of its port.
func (rs *rowState) lost() int64 {
	if rs.seating != nil || rs.junction != nil {
		return 0
	}
	return rs.held.op.lost
}

// hearKey is what tells rows apart: the port that heard, or what was heard.
type hearKey struct {
	port                api.VertexID
	chassis, remotePort string
	subtype             uint8
}

// Step is what one batch did.
type Step struct {
	Change     api.Change
	Claims     []store.ClaimOp
	Identities []store.Identity
	Next       store.Counters
	// Snapshot is the graph after the change, still under the epoch and
	// revision of the one before: the hub numbers it.
	Snapshot *graph.Snapshot
}

// IsEmpty says whether the step did nothing worth a revision. A claim that
// changed no element is still kept.
func (s Step) IsEmpty() bool {
	return s.Change.IsEmpty() && len(s.Claims) == 0 && len(s.Identities) == 0
}
