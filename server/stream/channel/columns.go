package channel

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
)

// Schema is the version of the columns. A reader of another version reloads.
const Schema = 4

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
	rollups      []api.VertexID // districts whose counts changed
}

func (r *rows) empty() bool {
	return len(r.vertices)+len(r.edges)+len(r.scopes)+len(r.goneVertices)+len(r.goneEdges)+
		len(r.goneScopes)+len(r.mergedFrom)+len(r.rollups) == 0
}

// columns writes the rows as one piece, a delta's.
func (r *rows) columns(ref Ref, s *graph.Snapshot) *wire.Columns {
	out := header(ref, s)
	slices.SortFunc(r.vertices, func(a, b row) int { return cmp.Compare(a.v.ID, b.v.ID) })
	slices.SortFunc(r.edges, func(a, b *api.Edge) int { return cmp.Compare(a.ID, b.ID) })
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
	if c.rolled != nil {
		part.Rollups = c.rolled.columns(sortedKeys(c.rolled.sums))
	}
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

// rows yields the rows of the content's vertices, its own and those named, in
// the order of their IDs.
func (c *content) rows(s *graph.Snapshot, yield func(row)) {
	own := c.own
	ownBelow := func(id api.VertexID) {
		for len(own) > 0 && own[0].ID < id {
			yield(ownRow(own[0], c.tallies))
			own = own[1:]
		}
	}
	for _, id := range sortedKeys(c.stubs) {
		if _, isOwn := c.ownIDs[id]; isOwn {
			continue
		}
		if v, ok := s.Vertex(id); ok {
			ownBelow(id)
			yield(stubRow(s, v))
		}
	}
	ownBelow(math.MaxUint64)
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
