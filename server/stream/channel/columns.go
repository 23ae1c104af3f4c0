package channel

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
)

// Schema is the version of the columns. A reader of another version reloads.
const Schema = 1

// partSize is about how large one part of a snapshot may get, in bytes.
const partSize = 1 << 20

// rows are elements to be written as columns.
type rows struct {
	vertices     []row
	edges        []*api.Edge
	scopes       []*api.ScopeState
	goneVertices []api.VertexID
	goneEdges    []api.EdgeID
	goneScopes   []api.ScopeID
	mergedFrom   []api.VertexID
	mergedInto   []api.VertexID
}

func (r *rows) empty() bool {
	return len(r.vertices)+len(r.edges)+len(r.scopes)+len(r.goneVertices)+len(r.goneEdges)+
		len(r.goneScopes)+len(r.mergedFrom) == 0
}

// columns writes the rows as one piece, a delta's.
func (r *rows) columns(ref Ref, s *graph.Snapshot) *wire.Columns {
	out := header(ref, s)
	var v vertexWriter
	for i := range r.vertices {
		v.add(r.vertices[i])
	}
	out.Vertices = v.done()
	var e edgeWriter
	for _, edge := range r.edges {
		e.add(edge)
	}
	out.Edges = e.done()
	out.Scopes = scopeColumns(r.scopes)
	out.GoneVertices = ids(r.goneVertices)
	out.GoneEdges = ids(r.goneEdges)
	for _, id := range r.goneScopes {
		out.GoneScopes = binary.LittleEndian.AppendUint32(out.GoneScopes, uint32(id))
	}
	out.MergedFrom = ids(r.mergedFrom)
	out.MergedInto = ids(r.mergedInto)
	return out
}

// columns writes the content as a snapshot in parts; at least one.
func (c *content) columns(ref Ref, s *graph.Snapshot) []*wire.Columns {
	part := header(ref, s)
	part.Scopes = scopeColumns(c.scopeStates(ref, s))
	parts := []*wire.Columns{part}
	v := &vertexWriter{}
	c.rows(s, func(r row) {
		v.add(r)
		if v.size() >= partSize {
			part.Vertices = v.done()
			part = header(ref, s)
			parts = append(parts, part)
			v = &vertexWriter{}
		}
	})
	part.Vertices = v.done()
	left := v.size()
	e := &edgeWriter{}
	for _, edge := range c.edges {
		e.add(edge)
		if left+e.size() >= partSize {
			part.Edges = e.done()
			part = header(ref, s)
			parts = append(parts, part)
			e, left = &edgeWriter{}, 0
		}
	}
	part.Edges = e.done()
	if len(parts) > 1 && part.Vertices == nil && part.Edges == nil {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// rows yields the rows of the content's vertices: its own, and those named.
func (c *content) rows(s *graph.Snapshot, yield func(row)) {
	for _, v := range c.own {
		yield(ownRow(v, c.tallies))
	}
	for _, id := range sortedKeys(c.stubs) {
		if _, own := c.ownIDs[id]; own {
			continue
		}
		if v, ok := s.Vertex(id); ok {
			yield(stubRow(s, v))
		}
	}
}

func ownRow(v *api.Vertex, tallies map[api.VertexID]tally) row {
	r := row{v: v, name: v.Name, note: note(v)}
	if graph.IsDistrict(v.Kind) {
		t := tallies[v.ID]
		r.note = join(r.note, t.String())
	}
	return r
}

func (c *content) scopeStates(ref Ref, s *graph.Snapshot) []*api.ScopeState {
	var out []*api.ScopeState
	if ref.District == 0 {
		for sc := range s.Scopes() {
			out = append(out, sc)
		}
		return out
	}
	for _, id := range sortedKeys(c.scopes) {
		if sc, ok := s.Scope(id); ok {
			out = append(out, sc)
		}
	}
	return out
}

func header(ref Ref, s *graph.Snapshot) *wire.Columns {
	return &wire.Columns{Channel: ref.String(), Epoch: s.Epoch, Revision: s.Revision, TimeMs: Millis(s.Time)}
}

// Millis returns a time as Unix milliseconds; 0 for no time.
func Millis(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1000
}

// vertexWriter writes vertices as columns.
type vertexWriter struct{ w wire.VertexColumns }

func (w *vertexWriter) add(r row) {
	c := &w.w
	if c.Count == 0 {
		c.NameEnds, c.NoteEnds, c.ScopeEnds = u32(nil, 0), u32(nil, 0), u32(nil, 0)
	}
	c.Count++
	c.Id = f64(c.Id, uint64(r.v.ID))
	c.Kind = append(c.Kind, byte(r.v.Kind))
	c.Parent = f64(c.Parent, uint64(r.v.Parent))
	c.Flags = append(c.Flags, flags(r))
	c.Names = append(c.Names, r.name...)
	c.NameEnds = u32(c.NameEnds, len(c.Names))
	var controller api.VertexID
	var health api.Health
	var slot uint32
	if !r.stub {
		controller, health, slot = r.v.Controller, r.v.Health, r.v.Slot
		for _, scope := range r.v.Scopes {
			c.Scopes = u32(c.Scopes, int(scope))
		}
	}
	c.Controller = f64(c.Controller, uint64(controller))
	c.Health = append(c.Health, byte(health))
	c.Slot = u32(c.Slot, int(slot))
	c.ScopeEnds = u32(c.ScopeEnds, len(c.Scopes)/4)
	c.Notes = append(c.Notes, r.note...)
	c.NoteEnds = u32(c.NoteEnds, len(c.Notes))
}

func (w *vertexWriter) size() int {
	return 44*int(w.w.Count) + len(w.w.Names) + len(w.w.Notes) + len(w.w.Scopes)
}

func (w *vertexWriter) done() *wire.VertexColumns {
	if w.w.Count == 0 {
		return nil
	}
	return &w.w
}

// edgeWriter writes edges as columns.
type edgeWriter struct{ w wire.EdgeColumns }

func (w *edgeWriter) add(e *api.Edge) {
	c := &w.w
	if c.Count == 0 {
		c.ScopeEnds = u32(nil, 0)
	}
	c.Count++
	c.Id = f64(c.Id, uint64(e.ID))
	c.Kind = append(c.Kind, byte(e.Kind))
	c.A = f64(c.A, uint64(e.A))
	c.B = f64(c.B, uint64(e.B))
	c.Health = append(c.Health, byte(e.Health))
	c.Confidence = append(c.Confidence, e.Confidence)
	c.Flags = append(c.Flags, edgeFlags(e))
	for _, scope := range e.Scopes {
		c.Scopes = u32(c.Scopes, int(scope))
	}
	c.ScopeEnds = u32(c.ScopeEnds, len(c.Scopes)/4)
}

func (w *edgeWriter) size() int { return 32*int(w.w.Count) + len(w.w.Scopes) }

func (w *edgeWriter) done() *wire.EdgeColumns {
	if w.w.Count == 0 {
		return nil
	}
	return &w.w
}

func scopeColumns(scopes []*api.ScopeState) *wire.ScopeColumns {
	if len(scopes) == 0 {
		return nil
	}
	out := &wire.ScopeColumns{Count: uint32(len(scopes))}
	for _, sc := range scopes {
		out.Id = u32(out.Id, int(sc.ID))
		out.State = append(out.State, byte(sc.State))
		out.SinceMs = binary.LittleEndian.AppendUint64(out.SinceMs, math.Float64bits(Millis(sc.Since)))
		out.Source = append(out.Source, string(sc.Scope.Source))
		table := sc.Scope.Table
		if sc.Scope.Context != "" {
			table += "@" + sc.Scope.Context
		}
		out.Table = append(out.Table, table)
		out.Message = append(out.Message, sc.Message)
	}
	return out
}

func ids[T ~uint64](list []T) []byte {
	var out []byte
	for _, id := range list {
		out = f64(out, uint64(id))
	}
	return out
}

func f64(to []byte, n uint64) []byte {
	return binary.LittleEndian.AppendUint64(to, math.Float64bits(float64(n)))
}

func u32(to []byte, n int) []byte { return binary.LittleEndian.AppendUint32(to, uint32(n)) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
