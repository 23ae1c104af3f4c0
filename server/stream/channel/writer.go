package channel

import (
	"encoding/binary"
	"math"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
)

// vertexWriter writes vertices as columns; they come in the order of their IDs.
type vertexWriter struct {
	w                                 wire.VertexColumns
	id                                steps
	parent, controller, slot          numbers
	nameLengths, noteLengths, scopeOf numbers
	owners                            int // bytes of their names
}

func (w *vertexWriter) add(r row) {
	c := &w.w
	c.Count++
	w.id.add(uint64(r.v.ID))
	c.Kind = append(c.Kind, byte(r.v.Kind))
	w.parent.add(uint64(r.v.Parent))
	c.Flags = append(c.Flags, flags(r))
	c.Names = append(c.Names, r.name...)
	w.nameLengths.add(uint64(len(r.name)))
	c.Notes = append(c.Notes, r.note...)
	w.noteLengths.add(uint64(len(r.note)))
	var controller api.VertexID
	var health api.Health
	var slot uint32
	var scopes []api.ScopeID
	if !r.stub {
		controller, health, slot, scopes = r.v.Controller, r.v.Health, r.v.Slot, r.v.Scopes
	}
	w.controller.add(uint64(controller))
	c.Health = append(c.Health, byte(health))
	w.slot.add(uint64(slot))
	c.Scopes = scopeList(c.Scopes, scopes)
	w.scopeOf.add(uint64(len(scopes)))
	if who := owner(r.v); !r.stub && who != "" {
		c.Owned = binary.LittleEndian.AppendUint64(c.Owned, math.Float64bits(float64(r.v.ID)))
		c.Owners = append(c.Owners, who)
		w.owners += len(who) + 2
	}
}

func (w *vertexWriter) size() int {
	c := &w.w
	size := len(c.Kind) + len(c.Health) + len(c.Flags) + len(c.Names) + len(c.Notes) + len(c.Scopes) + len(c.Owned) + w.owners + w.id.size()
	for _, column := range [...]*numbers{&w.parent, &w.controller, &w.slot, &w.nameLengths, &w.noteLengths, &w.scopeOf} {
		size += column.size()
	}
	return size
}

func (w *vertexWriter) done() *wire.VertexColumns {
	c := &w.w
	if c.Count == 0 {
		return nil
	}
	c.Id, c.Parent, c.Controller, c.Slot = w.id.bytes(), w.parent.bytes(), w.controller.bytes(), w.slot.bytes()
	c.NameLengths, c.NoteLengths, c.ScopeCounts = w.nameLengths.bytes(), w.noteLengths.bytes(), w.scopeOf.bytes()
	return c
}

// edgeWriter writes edges as columns; they come in the order of their IDs.
type edgeWriter struct {
	w             wire.EdgeColumns
	id            steps
	a, b, scopeOf numbers
}

func (w *edgeWriter) add(e *api.Edge) {
	c := &w.w
	c.Count++
	w.id.add(uint64(e.ID))
	c.Kind = append(c.Kind, byte(e.Kind))
	w.a.add(uint64(e.A))
	w.b.add(uint64(e.B))
	c.Health = append(c.Health, byte(e.Health))
	c.Confidence = append(c.Confidence, e.Confidence)
	c.Flags = append(c.Flags, edgeFlags(e))
	c.Scopes = scopeList(c.Scopes, e.Scopes)
	w.scopeOf.add(uint64(len(e.Scopes)))
}

func (w *edgeWriter) size() int {
	return 4*int(w.w.Count) + len(w.w.Scopes) + w.id.size() + w.a.size() + w.b.size() + w.scopeOf.size()
}

func (w *edgeWriter) done() *wire.EdgeColumns {
	c := &w.w
	if c.Count == 0 {
		return nil
	}
	c.Id, c.A, c.B, c.ScopeCounts = w.id.bytes(), w.a.bytes(), w.b.bytes(), w.scopeOf.bytes()
	return c
}

func scopeList(to []byte, scopes []api.ScopeID) []byte {
	for _, scope := range scopes {
		to = u32(to, int(scope))
	}
	return to
}
