package merge

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

func (e *Engine) leaveEdge(h *held) {
	if j := e.joints[h.edge()]; j != nil {
		j.claims = j.claims.without(h)
	}
	e.touchEdge(h.edge())
	if e.memberOf[h] != nil {
		e.touchBridge(e.parentOf(h.a))
	}
	h.setEdge(edgeKey{})
	e.index.Replace(e.memberOf[h], nil)
	delete(e.memberOf, h)
}

func (e *Engine) resolveEdge(h *held) {
	c := h.op.edge()
	a, b := h.scope.source.vertexOf(c.A), h.scope.source.vertexOf(c.B)
	key := edgeKey{}
	if a != 0 && b != 0 {
		key = makeEdgeKey(c.Kind, a, b)
	}
	if h.edge() != key && h.edge() != (edgeKey{}) {
		e.leaveEdge(h)
	}
	if key == (edgeKey{}) {
		return
	}
	h.setEdge(key)
	if key.kind == api.EdgeMember && e.memberOf[h] == nil {
		e.memberOf[h] = stitch.MemberEntries(a, b)
		e.index.Replace(nil, e.memberOf[h])
		e.touchBridge(e.parentOf(a))
	}
	j := e.joint(key)
	j.claims = j.claims.with(h)
	e.touchEdge(key)
}

func makeEdgeKey(kind api.EdgeKind, a, b api.VertexID) edgeKey {
	if (kind == api.EdgeLink || kind == api.EdgePeers || kind == api.EdgeTunnels) && a > b {
		a, b = b, a
	}
	return edgeKey{kind, a, b}
}

func (e *Engine) joint(key edgeKey) *joint {
	j := e.joints[key]
	if j == nil {
		j = &joint{}
		e.joints[key] = j
	}
	return j
}

func compareRows(a, b *rowState) int {
	if c := compareSaid(a.held, b.held); c != 0 {
		return c
	}
	return a.station.Compare(b.station)
}

// rowsInOrder returns rows by source and key. Their numbers say only in which
// order they arrived, on which nothing may rest.
func rowsInOrder[V any](e *Engine, rows map[stitch.RowID]V) []stitch.RowID {
	if len(rows) == 1 {
		for row := range rows {
			return []stitch.RowID{row}
		}
	}
	return slices.SortedFunc(maps.Keys(rows), func(a, b stitch.RowID) int {
		return compareRows(e.rows[a], e.rows[b])
	})
}
