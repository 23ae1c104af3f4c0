package merge

import (
	"maps"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// stemOf is the part of a vertex claim's key that names the vertex within its
// source: "device#lldp" and "device" are about one thing.
func stemOf(key string) string {
	stem, _, _ := strings.Cut(key, "#")
	return stem
}

// references are the keys that a claim names, beside its own.
func references(c *api.Claim) []string {
	switch {
	case c.Vertex != nil:
		return []string{c.Vertex.Parent, c.Vertex.Controller}
	case c.Edge != nil:
		return []string{c.Edge.A, c.Edge.B}
	case c.Neighbour != nil:
		return []string{c.Neighbour.Device, c.Neighbour.Port}
	}
	return nil
}

func (e *Engine) reference(h *held) {
	for _, key := range references(h.op.Claim) {
		if key == "" {
			continue
		}
		if h.source.refs[key] == nil {
			h.source.refs[key] = map[*held]struct{}{}
		}
		h.source.refs[key][h] = struct{}{}
	}
}

func (e *Engine) unreference(h *held) {
	for _, key := range references(h.op.Claim) {
		delete(h.source.refs[key], h)
		if len(h.source.refs[key]) == 0 {
			delete(h.source.refs, key)
		}
	}
}

// attach puts a new or changed claim on the list of what its kind needs.
func (e *Engine) attach(h *held) {
	if h.op.Claim.Neighbour == nil {
		e.batch.unresolved[h] = struct{}{}
		return
	}
	if h.row == 0 {
		e.rowNext++
		h.row = e.rowNext
		e.rows[h.row] = &rowState{held: h}
	}
	e.index.Touch(h.row)
}

// detach takes a claim away from the vertex or edge that it supports.
func (e *Engine) detach(h *held) {
	switch {
	case h.row != 0:
		rs := e.rows[h.row]
		e.retract(rs)
		e.index.Replace(rs.reverse, nil)
		e.index.Forget(h.row)
		delete(e.rows, h.row)
		h.row = 0
	case h.vertex != 0:
		e.leaveVertex(h)
	case h.edge != (edgeKey{}):
		e.leaveEdge(h)
	}
}

func (e *Engine) leaveVertex(h *held) {
	id := h.vertex
	h.vertex = 0
	t := e.thing(id)
	t.claims = slices.DeleteFunc(t.claims, func(other *held) bool { return other == h })
	e.touchThing(id)
	stem := stemOf(h.op.Key)
	for _, other := range t.claims {
		if other.source == h.source && stemOf(other.op.Key) == stem {
			return
		}
	}
	delete(h.source.stems, stem)
	e.touchReferences(h.source, stem)
}

func (e *Engine) leaveEdge(h *held) {
	if j := e.joints[h.edge]; j != nil {
		delete(j.claims, h)
	}
	e.touchEdge(h.edge)
	h.edge = edgeKey{}
}

// touchReferences lists all claims that name a stem whose meaning changed.
func (e *Engine) touchReferences(src *source, stem string) {
	for h := range src.refs[stem] {
		if h.row != 0 {
			e.index.Touch(h.row)
		} else {
			e.batch.unresolved[h] = struct{}{}
		}
	}
}

// resolveClaims gives every listed claim its vertex or its edge. It says
// whether there was any.
func (e *Engine) resolveClaims() bool {
	if len(e.batch.unresolved) == 0 {
		return false
	}
	for len(e.batch.unresolved) > 0 {
		list := make([]*held, 0, len(e.batch.unresolved))
		for h := range e.batch.unresolved {
			list = append(list, h)
		}
		slices.SortFunc(list, compareHeld)
		for _, h := range list {
			if _, still := e.batch.unresolved[h]; !still {
				continue // resolved on the way, as another's parent
			}
			delete(e.batch.unresolved, h)
			if h.op.Claim.Vertex != nil {
				e.resolveVertex(h, 0)
			} else {
				e.resolveEdge(h)
			}
		}
	}
	return true
}

// compareHeld orders claims so that equal inputs are treated alike whatever
// their arrival: by source, kind, natural order of names, key.
func compareHeld(a, b *held) int {
	if c := strings.Compare(string(a.source.id), string(b.source.id)); c != 0 {
		return c
	}
	va, vb := a.op.Claim.Vertex, b.op.Claim.Vertex
	if va != nil && vb != nil {
		if va.Kind != vb.Kind {
			return int(va.Kind) - int(vb.Kind)
		}
		if c := compareNatural(va.Name, vb.Name); c != 0 {
			return c
		}
	}
	return strings.Compare(a.op.Key, b.op.Key)
}

func (e *Engine) resolveEdge(h *held) {
	c := h.op.Claim.Edge
	a, b := h.source.stems[c.A], h.source.stems[c.B]
	key := edgeKey{}
	if a != 0 && b != 0 {
		key = makeEdgeKey(c.Kind, a, b)
	}
	if h.edge != key && h.edge != (edgeKey{}) {
		e.leaveEdge(h)
	}
	if key == (edgeKey{}) {
		return
	}
	h.edge = key
	j := e.joint(key)
	if j.claims == nil {
		j.claims = map[*held]struct{}{}
	}
	j.claims[h] = struct{}{}
	e.touchEdge(key)
}

func makeEdgeKey(kind api.EdgeKind, a, b api.VertexID) edgeKey {
	if kind == api.EdgeLink && a > b {
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

// resolveVertex finds out which vertex a claim is about. Parents come first,
// as ports are told apart by their device; depth bounds a source that claims
// circles.
func (e *Engine) resolveVertex(h *held, depth int) {
	c, src := h.op.Claim.Vertex, h.source
	if c.Parent != "" && src.stems[c.Parent] == 0 && depth < 8 {
		if up := src.claims[c.Parent]; up != nil && up.op.Claim.Vertex != nil {
			if _, waits := e.batch.unresolved[up]; waits {
				delete(e.batch.unresolved, up)
				e.resolveVertex(up, depth+1)
			}
		}
	}
	parent := src.stems[c.Parent]
	aliases, complete := qualify(c.Aliases, parent)
	if !complete {
		if h.vertex != 0 {
			e.leaveVertex(h)
		}
		return // it waits: its parent's arrival lists it again
	}
	if len(aliases) == 0 {
		aliases = []api.Alias{{Strength: api.Strong, Scope: string(src.id), Value: stemOf(h.op.Key)}}
	}
	id := e.identify(h, aliases)
	e.joinVertex(h, id)
}

func (e *Engine) joinVertex(h *held, id api.VertexID) {
	if h.vertex != id {
		if h.vertex != 0 {
			e.leaveVertex(h)
		}
		h.vertex = id
		t := e.thing(id)
		at, _ := slices.BinarySearchFunc(t.claims, h, compareSaid)
		t.claims = slices.Insert(t.claims, at, h)
	}
	e.touchThing(id)
	stem := stemOf(h.op.Key)
	if h.source.stems[stem] == id {
		return
	}
	h.source.stems[stem] = id
	e.touchReferences(h.source, stem)
	if isRoot(stem) {
		for _, other := range h.source.claims { // what hung under nothing hangs under the root
			if other.vertex != 0 && other != h {
				e.touchThing(other.vertex)
			}
		}
	}
}

// isRoot says whether a stem is the one that a source's other claims hang
// under while their own parent is not known.
func isRoot(stem string) bool { return stem == "cluster" || stem == "device" }

func compareSaid(a, b *held) int {
	if c := strings.Compare(string(a.source.id), string(b.source.id)); c != 0 {
		return c
	}
	return strings.Compare(a.op.Key, b.op.Key)
}

// rowsInOrder returns rows by source and key. Their numbers say only in which
// order they arrived, on which nothing may rest.
func rowsInOrder[V any](e *Engine, rows map[stitch.RowID]V) []stitch.RowID {
	return slices.SortedFunc(maps.Keys(rows), func(a, b stitch.RowID) int {
		return compareSaid(e.rows[a].held, e.rows[b].held)
	})
}

// qualify scopes by the parent the aliases that want it. Without a parent they
// are not complete.
func qualify(aliases []api.Alias, parent api.VertexID) ([]api.Alias, bool) {
	out := make([]api.Alias, 0, len(aliases))
	for _, a := range aliases {
		if a.Value == "" {
			continue
		}
		if a.Kind.RelativeToParent() {
			if parent == 0 {
				return nil, false
			}
			a.Scope = parent.String()
		}
		out = append(out, a)
	}
	return out, true
}

// identify returns the vertex that a claim's aliases mean: what its key meant
// before, what a strong alias means, else what a weak one means, else a new
// one. Where strong aliases mean several, those are one thing and are merged.
func (e *Engine) identify(h *held, aliases []api.Alias) api.VertexID {
	stem := stemOf(h.op.Key)
	var found []api.VertexID
	consider := func(id api.VertexID) {
		if id != 0 && !slices.Contains(found, id) && e.mayBe(h, id) {
			found = append(found, id)
		}
	}
	consider(h.source.stems[stem])
	for _, a := range aliases {
		if a.Strength == api.Strong {
			consider(e.memory.byAlias[aliasText(a)])
		}
	}
	if len(found) == 0 {
		for _, a := range aliases {
			if id := e.memory.byAlias[aliasText(a)]; a.Strength == api.Weak && !e.strongDiffers(id, aliases) {
				consider(id)
			}
		}
		found = found[:min(len(found), 1)] // weak aliases do not join what is known apart
	}
	var id api.VertexID
	switch len(found) {
	case 0:
		id = e.mint()
	default:
		id = slices.Min(found)
		for _, other := range found {
			if other != id {
				e.merge(other, id)
			}
		}
	}
	e.memory.bind(id, aliases)
	return id
}

func (e *Engine) mint() api.VertexID {
	id := e.next.Vertex
	e.next.Vertex++
	return id
}

// mayBe says whether a claim can be about a vertex. Not if the vertex is of
// another kind; and not if another source speaks of it under another name at
// the same time: then the alias that both have is void.
func (e *Engine) mayBe(h *held, id api.VertexID) bool {
	c := h.op.Claim.Vertex
	t := e.things[id]
	if t == nil {
		return true
	}
	for _, other := range t.claims {
		oc := other.op.Claim.Vertex
		if oc.Kind != c.Kind {
			return false
		}
		if c.Kind == api.VertexDevice && other.source != h.source && c.Name != "" && oc.Name != "" && c.Name != oc.Name {
			return false
		}
	}
	for _, d := range t.derived {
		if d.kind != c.Kind {
			return false
		}
	}
	return true
}

// strongDiffers says whether a vertex has another value for one of the strong
// kinds of alias: then a weak alias does not make it the same.
func (e *Engine) strongDiffers(id api.VertexID, aliases []api.Alias) bool {
	for _, known := range e.memory.of(id).Aliases {
		for _, a := range aliases {
			if known.Strength == api.Strong && a.Strength == api.Strong && known.Kind == a.Kind &&
				known.Scope == a.Scope && known.Value != a.Value {
				return true
			}
		}
	}
	return false
}

// merge makes one vertex of two: all that was said of loser is said of into.
func (e *Engine) merge(loser, into api.VertexID) {
	from := e.thing(loser)
	for _, h := range slices.Clone(from.claims) {
		e.joinVertex(h, into)
		e.batch.unresolved[h] = struct{}{}
	}
	for row := range from.derived {
		e.index.Touch(row)
	}
	for row := range from.rows {
		e.index.Touch(row)
	}
	// What hangs under it is told apart by its ID, so it is looked at again.
	for child := range e.snap.Children(loser) {
		if t := e.things[child.ID]; t != nil {
			for _, h := range t.claims {
				e.batch.unresolved[h] = struct{}{}
			}
			for row := range t.derived {
				e.index.Touch(row)
			}
		}
	}
	e.memory.forget(loser, into)
	e.batch.became[loser] = into
	e.touchThing(loser)
	e.touchThing(into)
}
