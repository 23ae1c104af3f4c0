package merge

import (
	"cmp"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
)

// maxLearned bounds the rows of a table that are told of a port.
const maxLearned = 200

// Learned is what forwarding and address tables have of a device, or behind a
// port: a table each, by scope.
func (e *Engine) Learned(id api.VertexID) []api.Learned {
	t := e.things[id]
	if t == nil {
		return nil
	}
	voices := map[*voice]struct{}{}
	for h := range t.claims.all {
		voices[h.voice] = struct{}{}
	}
	found := map[api.ScopeID]*api.Learned{}
	for v := range voices {
		isPort := v.kind != api.VertexDevice
		for h := range v.source.refs[v.stem].all {
			if e.tableOf[h] != nil {
				tell(found, h, isPort, e.tableOf[h].port)
			}
		}
		if isPort {
			boundOn(found, v)
		}
	}
	out := make([]api.Learned, 0, len(found))
	for _, scope := range slices.Sorted(maps.Keys(found)) {
		l := found[scope]
		slices.SortFunc(l.Rows, func(a, b api.LearnedRow) int {
			return cmp.Or(cmp.Compare(a.VLAN, b.VLAN), a.Address.Compare(b.Address), a.MAC.Compare(b.MAC))
		})
		l.Rows = l.Rows[:min(len(l.Rows), maxLearned)]
		out = append(out, *l)
	}
	return out
}

// boundOn adds what a device has resolved on the interface that a port is.
func boundOn(found map[api.ScopeID]*api.Learned, v *voice) {
	for h := range v.claims.all {
		c := h.op.vertex()
		if c.Parent == "" || c.Name == "" {
			continue // another part of the same
		}
		for other := range v.source.refs[c.Parent].all {
			if b := other.op.bindings(); b != nil && b.Interface == c.Name {
				tell(found, other, true, 0)
			}
		}
		return
	}
}

// tell adds what a claim of a table has, its rows only where these are wanted.
func tell(found map[api.ScopeID]*api.Learned, h *held, withRows bool, port api.VertexID) {
	l := found[h.scope.id]
	if l == nil {
		l = &api.Learned{Scope: h.scope.id}
		found[h.scope.id] = l
	}
	var n int
	stations := h.op.stations()
	switch {
	case stations == nil:
		n = len(h.op.bindings().Rows)
	case stations.Status == api.StationSelf:
		return // the device's own, learned from nobody
	default:
		n = len(stations.MACs)
	}
	if h.op.lost != 0 {
		l.Aged += n
	} else {
		l.Count += n
	}
	switch {
	case withRows:
		l.Rows = append(l.Rows, rowsOf(h)...)
	case stations != nil && h.op.lost == 0:
		if l.Ports == nil {
			l.Ports = map[api.VertexID]int{}
		}
		l.Ports[port] += n
	}
}

// rowsOf are the rows of a table's claim.
func rowsOf(h *held) []api.LearnedRow {
	var out []api.LearnedRow
	aged := h.op.lost != 0
	if s := h.op.stations(); s != nil {
		for _, mac := range s.MACs {
			out = append(out, api.LearnedRow{MAC: mac, VLAN: s.VLAN, Aged: aged})
		}
		return out
	}
	b := h.op.bindings()
	for _, row := range b.Rows {
		out = append(out, api.LearnedRow{MAC: row.MAC, Address: row.Address, VRF: b.VRF, Aged: aged})
	}
	return out
}
