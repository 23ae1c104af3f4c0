// Package streamtest holds what tests of the stream share: a plain model of the
// browser's store, an oracle that says what a channel has to carry, random
// histories of sound graphs, and a hub that publishes what it is told to.
package streamtest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/netseam/netseam/api/wire"
)

// ErrProtocol says that a server's frames do not fit together.
var ErrProtocol = errors.New("frames do not fit")

// Vertex is a vertex as a channel carries it.
type Vertex struct {
	ID         uint64   `json:"id"`
	Kind       uint8    `json:"kind"`
	Parent     uint64   `json:"parent"`
	Controller uint64   `json:"controller"`
	Health     uint8    `json:"health"`
	Flags      uint8    `json:"flags"`
	Slot       uint32   `json:"slot"`
	Name       string   `json:"name"`
	Scopes     []uint32 `json:"scopes"`
	Note       string   `json:"note"`
	Owner      string   `json:"owner,omitempty"`
}

// Edge is an edge as a channel carries it.
type Edge struct {
	ID         uint64   `json:"id"`
	Kind       uint8    `json:"kind"`
	A          uint64   `json:"a"`
	B          uint64   `json:"b"`
	Health     uint8    `json:"health"`
	Confidence uint8    `json:"confidence"`
	Flags      uint8    `json:"flags"`
	Scopes     []uint32 `json:"scopes"`
}

// Scope is a scope as a channel carries it.
type Scope struct {
	ID      uint32  `json:"id"`
	State   uint8   `json:"state"`
	SinceMS float64 `json:"since_ms"`
	Source  string  `json:"source"`
	Table   string  `json:"table"`
	Message string  `json:"message"`
}

// Rollup is how many of what a site or cluster holds, and how they are: devices,
// nodes, pods, services and cables, each ok, unknown, stale, degraded, down.
type Rollup struct {
	ID      uint64     `json:"id"`
	Numbers [25]uint64 `json:"numbers"`
}

// Box is where a vertex stands.
type Box struct {
	ID    uint64  `json:"id"`
	Frame uint64  `json:"frame"`
	X     float32 `json:"x"`
	Y     float32 `json:"y"`
	W     float32 `json:"w"`
	H     float32 `json:"h"`
}

// Furniture is a box that is no vertex.
type Furniture struct {
	Box

	Role   uint8  `json:"role"`
	Of     uint64 `json:"of"`
	Number uint64 `json:"number"`
	Text   string `json:"text"`
}

// Contents are what a browser knows of one channel.
type Contents struct {
	Epoch, Revision uint64
	// Whole says that a snapshot has ended, and none has begun since.
	Whole     bool
	Vertices  map[uint64]Vertex
	Edges     map[uint64]Edge
	Scopes    map[uint32]Scope
	Rollups   map[uint64]Rollup
	Boxes     map[uint64]Box
	Furniture map[uint64]Furniture
	Merged    map[uint64]uint64
}

func newContents() *Contents {
	return &Contents{
		Vertices: map[uint64]Vertex{}, Edges: map[uint64]Edge{}, Scopes: map[uint32]Scope{},
		Rollups: map[uint64]Rollup{},
		Boxes:   map[uint64]Box{}, Furniture: map[uint64]Furniture{}, Merged: map[uint64]uint64{},
	}
}

// Store is a plain model of the browser's store: what a client knows after the
// frames that it was sent.
type Store struct {
	Epoch    uint64
	Channels map[string]*Contents
	staged   map[string]*Contents // channel -> a snapshot that has not ended
	Problems []string
	Ticks    int
	LastTick *wire.Tick
	// Snapshots, StartOvers and Resumed count these events, by channel.
	Snapshots, StartOvers, Resumed map[string]int
}

// NewStore returns the store of a browser that has heard nothing.
func NewStore() *Store {
	return &Store{
		Channels: map[string]*Contents{}, staged: map[string]*Contents{},
		Snapshots: map[string]int{}, StartOvers: map[string]int{}, Resumed: map[string]int{},
	}
}

// Lost forgets what a connection that broke had not finished.
func (s *Store) Lost() { clear(s.staged) }

// Apply takes in a frame. The error says how it does not fit the ones before.
func (s *Store) Apply(f *wire.ServerFrame) error {
	switch body := f.Body.(type) {
	case *wire.ServerFrame_Hello:
		s.Epoch = body.Hello.Epoch
	case *wire.ServerFrame_Snapshot:
		return s.snapshot(body.Snapshot)
	case *wire.ServerFrame_End:
		return s.end(body.End)
	case *wire.ServerFrame_Delta:
		return s.delta(body.Delta)
	case *wire.ServerFrame_StartOver:
		s.StartOvers[body.StartOver.Channel]++
		delete(s.Channels, body.StartOver.Channel)
		delete(s.staged, body.StartOver.Channel)
	case *wire.ServerFrame_Positions:
		return s.positions(body.Positions)
	case *wire.ServerFrame_Problem:
		s.Problems = append(s.Problems, body.Problem.Channel+": "+body.Problem.Message)
	case *wire.ServerFrame_Tick:
		s.Ticks++
		s.LastTick = body.Tick
		s.Epoch = body.Tick.Epoch
	default:
		return fmt.Errorf("%w: frame %T", ErrProtocol, f.Body)
	}
	return nil
}

func (s *Store) snapshot(c *wire.Columns) error {
	at := s.staged[c.Channel]
	if at == nil {
		at = newContents()
		at.Epoch, at.Revision = c.Epoch, c.Revision
		s.staged[c.Channel] = at
		s.Snapshots[c.Channel]++
	}
	if at.Epoch != c.Epoch || at.Revision != c.Revision || c.Previous != 0 {
		return fmt.Errorf("%w: %s: part of %d/%d in a snapshot of %d/%d", ErrProtocol, c.Channel, c.Epoch, c.Revision, at.Epoch, at.Revision)
	}
	if len(c.GoneVertices)+len(c.GoneEdges)+len(c.GoneScopes)+len(c.MergedFrom) > 0 {
		return fmt.Errorf("%w: %s: a snapshot that removes", ErrProtocol, c.Channel)
	}
	return at.put(c)
}

func (s *Store) end(e *wire.End) error {
	at := s.staged[e.Channel]
	if held := s.Channels[e.Channel]; at == nil && held != nil && held.Epoch == e.Epoch && held.Revision == e.Revision {
		s.Resumed[e.Channel]++ // what was missed has been sent
		return nil
	}
	if at == nil || at.Epoch != e.Epoch || at.Revision != e.Revision {
		return fmt.Errorf("%w: %s: an end without its snapshot", ErrProtocol, e.Channel)
	}
	delete(s.staged, e.Channel)
	at.Whole = true
	s.Channels[e.Channel] = at
	return nil
}

func (s *Store) delta(c *wire.Columns) error {
	at := s.Channels[c.Channel]
	if at == nil || !at.Whole || s.staged[c.Channel] != nil {
		return fmt.Errorf("%w: %s: a delta before the snapshot's end", ErrProtocol, c.Channel)
	}
	if at.Epoch != c.Epoch || at.Revision != c.Previous || c.Revision <= c.Previous {
		return fmt.Errorf("%w: %s: delta %d/%d to %d on %d/%d", ErrProtocol, c.Channel, c.Epoch, c.Previous, c.Revision, at.Epoch, at.Revision)
	}
	at.Revision = c.Revision
	if err := at.remove(c); err != nil {
		return err
	}
	return at.put(c)
}

func (s *Store) positions(p *wire.Positions) error {
	at := s.Channels[p.Channel]
	if at == nil {
		return fmt.Errorf("%w: positions of %s before its snapshot's end", ErrProtocol, p.Channel)
	}
	if p.Whole {
		clear(at.Boxes)
		clear(at.Furniture)
	}
	for _, id := range f64s(p.Gone) {
		delete(at.Boxes, uint64(id))
	}
	boxes, err := boxRows(p.Id, p.Frame, [...][]byte{p.X, p.Y, p.W, p.H}, int(p.Count))
	if err != nil {
		return fmt.Errorf("%s: %w", p.Channel, err)
	}
	for _, box := range boxes {
		at.Boxes[box.ID] = box
	}
	if err := at.furnish(p.Furniture); err != nil {
		return fmt.Errorf("%s: furniture: %w", p.Channel, err)
	}
	return nil
}

func (c *Contents) furnish(f *wire.Furniture) error {
	for _, id := range f64s(f.GetGone()) {
		delete(c.Furniture, uint64(id))
	}
	n := int(f.GetCount())
	if n == 0 {
		return nil
	}
	boxes, err1 := boxRows(f.Id, f.Frame, [...][]byte{f.X, f.Y, f.W, f.H}, n)
	of, err2 := wholes(f.Of, n)
	number, err3 := wholes(f.Number, n)
	text, err4 := texts(f.Texts, f.TextLengths, n)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	if len(f.Role) != n {
		return fmt.Errorf("%w: columns are unequal", ErrProtocol)
	}
	for i, box := range boxes {
		c.Furniture[box.ID] = Furniture{box, f.Role[i], of[i], number[i], text[i]}
	}
	return nil
}

func boxRows(ids, frames []byte, sides [4][]byte, n int) ([]Box, error) {
	id, err1 := steps(ids, n)
	frame, err2 := wholes(frames, n)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	x, y, w, h := f32s(sides[0]), f32s(sides[1]), f32s(sides[2]), f32s(sides[3])
	if len(x) != n || len(y) != n || len(w) != n || len(h) != n {
		return nil, fmt.Errorf("%w: columns of positions are unequal", ErrProtocol)
	}
	out := make([]Box, 0, n)
	for i := range n {
		out = append(out, Box{id[i], frame[i], x[i], y[i], w[i], h[i]})
	}
	return out, nil
}

func (c *Contents) remove(f *wire.Columns) error {
	for _, id := range f64s(f.GoneVertices) {
		if _, ok := c.Vertices[uint64(id)]; !ok {
			return fmt.Errorf("%w: %s: vertex %v is gone but was not there", ErrProtocol, f.Channel, id)
		}
		delete(c.Vertices, uint64(id))
		delete(c.Rollups, uint64(id))
	}
	for _, id := range f64s(f.GoneEdges) {
		if _, ok := c.Edges[uint64(id)]; !ok {
			return fmt.Errorf("%w: %s: edge %v is gone but was not there", ErrProtocol, f.Channel, id)
		}
		delete(c.Edges, uint64(id))
	}
	for _, id := range u32s(f.GoneScopes) {
		if _, ok := c.Scopes[id]; !ok {
			return fmt.Errorf("%w: %s: scope %d is gone but was not there", ErrProtocol, f.Channel, id)
		}
		delete(c.Scopes, id)
	}
	from, into := f64s(f.MergedFrom), f64s(f.MergedInto)
	if len(from) != len(into) {
		return fmt.Errorf("%w: %s: columns of merges are unequal", ErrProtocol, f.Channel)
	}
	for i := range from {
		c.Merged[uint64(from[i])] = uint64(into[i])
	}
	return nil
}

func (c *Contents) put(f *wire.Columns) error {
	if err := c.putVertices(f.Vertices); err != nil {
		return fmt.Errorf("%s: %w", f.Channel, err)
	}
	if err := c.putEdges(f.Edges); err != nil {
		return fmt.Errorf("%s: %w", f.Channel, err)
	}
	if err := c.putRollups(f.Rollups); err != nil {
		return fmt.Errorf("%s: %w", f.Channel, err)
	}
	sc := f.Scopes
	id, since := u32s(sc.GetId()), f64s(sc.GetSinceMs())
	n := int(sc.GetCount())
	if len(id) != n || len(sc.GetState()) != n || len(since) != n || len(sc.GetSource()) != n || len(sc.GetTable()) != n || len(sc.GetMessage()) != n {
		return fmt.Errorf("%w: %s: columns of scopes are unequal", ErrProtocol, f.Channel)
	}
	for i := range n {
		c.Scopes[id[i]] = Scope{id[i], sc.State[i], since[i], sc.Source[i], sc.Table[i], sc.Message[i]}
	}
	return nil
}

func (c *Contents) putVertices(v *wire.VertexColumns) error {
	n := int(v.GetCount())
	if n == 0 {
		return nil
	}
	id, err1 := steps(v.Id, n)
	parent, err2 := wholes(v.Parent, n)
	controller, err3 := wholes(v.Controller, n)
	slot, err4 := wholes(v.Slot, n)
	names, err5 := texts(v.Names, v.NameLengths, n)
	notes, err6 := texts(v.Notes, v.NoteLengths, n)
	scopes, err7 := lists(v.Scopes, v.ScopeCounts, n)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		return err
	}
	if len(v.Kind) != n || len(v.Health) != n || len(v.Flags) != n {
		return fmt.Errorf("%w: columns of vertices are unequal", ErrProtocol)
	}
	if len(v.Owned) != 8*len(v.Owners) {
		return fmt.Errorf("%w: %d owners of %d bytes of vertices", ErrProtocol, len(v.Owners), len(v.Owned))
	}
	owner := map[uint64]string{}
	for i, name := range v.Owners {
		owner[uint64(math.Float64frombits(binary.LittleEndian.Uint64(v.Owned[8*i:])))] = name
	}
	for i := range n {
		c.Vertices[id[i]] = Vertex{
			ID: id[i], Kind: v.Kind[i], Parent: parent[i], Controller: controller[i],
			Health: v.Health[i], Flags: v.Flags[i], Slot: uint32(slot[i]), Name: names[i], Scopes: scopes[i], Note: notes[i], Owner: owner[id[i]],
		}
	}
	return nil
}

func (c *Contents) putEdges(e *wire.EdgeColumns) error {
	n := int(e.GetCount())
	if n == 0 {
		return nil
	}
	id, err1 := steps(e.Id, n)
	a, err2 := wholes(e.A, n)
	b, err3 := wholes(e.B, n)
	scopes, err4 := lists(e.Scopes, e.ScopeCounts, n)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	if len(e.Kind) != n || len(e.Health) != n || len(e.Confidence) != n || len(e.Flags) != n {
		return fmt.Errorf("%w: columns of edges are unequal", ErrProtocol)
	}
	for i := range n {
		c.Edges[id[i]] = Edge{
			ID: id[i], Kind: e.Kind[i], A: a[i], B: b[i],
			Health: e.Health[i], Confidence: e.Confidence[i], Flags: e.Flags[i], Scopes: scopes[i],
		}
	}
	return nil
}

func (c *Contents) putRollups(r *wire.RollupColumns) error {
	n := int(r.GetCount())
	if n == 0 {
		return nil
	}
	const each = len(Rollup{}.Numbers)
	id, err1 := steps(r.Id, n)
	number, err2 := wholes(r.Numbers, each*n)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("rollups: %w", err)
	}
	for i := range n {
		row := Rollup{ID: id[i], Numbers: [each]uint64(number[each*i:])}
		if row.Numbers == [each]uint64{} {
			delete(c.Rollups, row.ID)
		} else {
			c.Rollups[row.ID] = row
		}
	}
	return nil
}
