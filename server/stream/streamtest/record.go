package streamtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

// Expected is what a channel has to hold at the end of a recording.
type Expected struct {
	Vertices []Vertex `json:"vertices"`
	Edges    []Edge   `json:"edges"`
	Scopes   []Scope  `json:"scopes"`
	Rollups  []Rollup `json:"rollups"`
}

// Recording is what one client is sent that has all channels open, and what it
// has to hold at the end, by channel.
type Recording struct {
	Frames    [][]byte
	Expected  map[string]Expected
	Positions map[string]Placed
}

// Placed is where a channel's vertices and furniture stand, in order of IDs.
type Placed struct {
	Boxes     []Box       `json:"boxes"`
	Furniture []Furniture `json:"furniture"`
}

// Options say what happens in a recording.
type Options struct {
	// Steps is how many changes are made.
	Steps int
	// StartOver is how many changes there are on average between two events
	// that make a channel, or all of them, start over; 0 for none.
	StartOver int
}

// Record makes a recording: always the same one of the same picks.
func Record(pick Pick, o Options) (*Recording, error) {
	r := &recorder{pick: pick, world: NewWorld(pick), open: map[string]*open{}, out: &Recording{}}
	for range 12 {
		r.pending = r.pending.Then(r.world.Change())
	}
	r.cut = (&graph.Snapshot{}).Apply(r.pending, 1, 1, r.world.Time())
	r.pending = api.Change{}
	r.send(&wire.ServerFrame{Body: &wire.ServerFrame_Hello{Hello: &wire.Hello{
		Schema: channel.Schema, Epoch: 1, Revision: 1, ServerVersion: "test", TimeMs: channel.Millis(r.world.Time()),
	}}})
	r.openNew()
	r.tick()
	for range o.Steps {
		r.step(o)
	}
	r.flush()
	r.openNew()
	r.tick()
	r.out.Expected, r.out.Positions = map[string]Expected{}, map[string]Placed{}
	for name := range r.open {
		r.out.Expected[name] = expected(Want(r.world.Graph(), name))
		r.out.Positions[name] = PlacedOf(r.open[name].places)
	}
	return r.out, r.err
}

type open struct {
	follow *channel.Channel
	places *layout.Laid
}

type recorder struct {
	pick     Pick
	world    *World
	cut      *graph.Snapshot
	revision uint64 // published since
	pending  api.Change
	open     map[string]*open
	out      *Recording
	err      error
}

func (r *recorder) send(f *wire.ServerFrame) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(f)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("encode frame %d: %w", len(r.out.Frames), err)
	}
	r.out.Frames = append(r.out.Frames, raw)
}

// step makes one change; now and then it is joined with the next, and now and
// then something makes channels start over.
func (r *recorder) step(o Options) {
	r.pending = r.pending.Then(r.world.Change())
	r.revision++
	switch {
	case o.StartOver > 0 && r.pick(o.StartOver) == 0:
		r.startOver()
	case r.pick(4) > 0:
		r.flush()
		r.openNew()
	}
	if r.pick(10) == 0 {
		r.tick()
	}
}

// flush cuts all channels.
func (r *recorder) flush() {
	to := r.cut.Apply(r.pending, r.cut.Epoch, r.cut.Revision+r.revision, r.world.Time())
	if to.Revision == r.cut.Revision {
		return
	}
	step := channel.NewStep(r.cut, to, r.pending)
	r.cut, r.pending, r.revision = to, api.Change{}, 0
	for _, name := range slices.Sorted(maps.Keys(r.open)) {
		if delta, ok := r.open[name].follow.Advance(step); ok {
			r.send(&wire.ServerFrame{Body: &wire.ServerFrame_Delta{Delta: delta.Columns}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.open)) {
		o, ref := r.open[name], r.ref(name)
		now := Layout(nil, to, ref.District, layout.ByCluster, nil)
		r.positions(channel.PositionsSince(ref, to.Revision, now, o.places))
		o.places = now
	}
}

func (r *recorder) positions(parts []*wire.Positions) {
	for _, part := range parts {
		r.send(&wire.ServerFrame{Body: &wire.ServerFrame_Positions{Positions: part}})
	}
}

func (r *recorder) ref(name string) channel.Ref {
	ref, err := channel.ParseRef(name)
	if err != nil && r.err == nil {
		r.err = err
	}
	return ref
}

func (r *recorder) openNew() {
	for _, name := range r.world.Channels() {
		if r.open[name] == nil {
			r.snapshot(name)
		}
	}
}

// snapshot begins a channel. Its columns are sent in several parts.
func (r *recorder) snapshot(name string) {
	ref := r.ref(name)
	follow, parts := channel.Open(ref, r.cut)
	o := &open{follow, Layout(nil, r.cut, ref.District, layout.ByCluster, nil)}
	r.open[name] = o
	for _, whole := range parts {
		for _, part := range r.split(whole) {
			r.send(&wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: part}})
		}
	}
	r.send(&wire.ServerFrame{Body: &wire.ServerFrame_End{End: &wire.End{Channel: name, Epoch: r.cut.Epoch, Revision: r.cut.Revision}}})
	r.positions(channel.WholePositions(ref, r.cut.Revision, o.places))
}

// split divides a part, as a large snapshot is.
func (r *recorder) split(c *wire.Columns) []*wire.Columns {
	header := func() *wire.Columns {
		return &wire.Columns{Channel: c.Channel, Epoch: c.Epoch, Revision: c.Revision, TimeMs: c.TimeMs}
	}
	if r.pick(2) == 0 {
		return []*wire.Columns{c}
	}
	scopes, vertices, edges := header(), header(), header()
	scopes.Scopes, vertices.Vertices, edges.Edges = c.Scopes, c.Vertices, c.Edges
	edges.Rollups = c.Rollups
	return []*wire.Columns{scopes, vertices, edges}
}

// startOver makes one channel start over, or all of them under a new epoch.
func (r *recorder) startOver() {
	names, reason := slices.Sorted(maps.Keys(r.open)), "epoch"
	if r.pick(2) == 0 {
		r.flush()
		reason, names = "gap", names[:1]
	} else {
		r.cut = r.cut.Apply(r.pending, r.cut.Epoch+1, r.cut.Revision+r.revision, r.world.Time())
		r.pending, r.revision = api.Change{}, 0
	}
	for _, name := range names {
		r.send(&wire.ServerFrame{Body: &wire.ServerFrame_StartOver{StartOver: &wire.StartOver{Channel: name, Reason: reason}}})
	}
	for _, name := range names {
		r.snapshot(name)
	}
}

func (r *recorder) tick() {
	now := channel.Millis(r.world.Time())
	tick := &wire.Tick{Epoch: r.cut.Epoch, Revision: r.cut.Revision, TimeMs: now, Kept: r.pick(4) > 0}
	if !tick.Kept {
		tick.NotKeptSinceMs = now - 1000
	}
	for i := range r.pick(3) {
		tick.Sources = append(tick.Sources, &wire.SourceState{
			Id: fmt.Sprintf("snmp:s%d", i), Kind: "snmp", State: uint32(r.pick(9)), SinceMs: now - 5000, LastOkMs: now,
		})
	}
	r.send(&wire.ServerFrame{Body: &wire.ServerFrame_Tick{Tick: tick}})
}

func expected(c *Contents) Expected {
	e := Expected{Vertices: []Vertex{}, Edges: []Edge{}, Scopes: []Scope{}, Rollups: []Rollup{}}
	for _, v := range c.Vertices {
		e.Vertices = append(e.Vertices, v)
	}
	for _, edge := range c.Edges {
		e.Edges = append(e.Edges, edge)
	}
	for _, sc := range c.Scopes {
		e.Scopes = append(e.Scopes, sc)
	}
	for _, r := range c.Rollups {
		e.Rollups = append(e.Rollups, r)
	}
	slices.SortFunc(e.Vertices, func(a, b Vertex) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(e.Edges, func(a, b Edge) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(e.Scopes, func(a, b Scope) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(e.Rollups, func(a, b Rollup) int { return cmp.Compare(a.ID, b.ID) })
	return e
}

// PlacedOf returns a layout as a browser holds them.
func PlacedOf(laid *layout.Laid) Placed {
	out := Placed{Boxes: []Box{}, Furniture: []Furniture{}}
	plan := laid.Plan()
	for _, b := range plan.Boxes {
		out.Boxes = append(out.Boxes, boxOf(b))
	}
	for _, f := range plan.Furniture {
		out.Furniture = append(out.Furniture, Furniture{boxOf(f.Box), uint8(f.Role), uint64(f.Of), uint64(f.Count), f.Text})
	}
	return out
}

func boxOf(b layout.Box) Box {
	return Box{uint64(b.ID), uint64(b.Frame), b.X, b.Y, b.W, b.H}
}
