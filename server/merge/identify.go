package merge

import (
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// Which voices are about one thing follows from their aliases alone: those that
// share one that is not void are. Which ID the thing has follows from memory.
// So the order in which claims come has no say in the graph's shape.

// attach puts a new or changed claim on the list of what its kind needs.
func (e *Engine) attach(h *held) {
	switch c := h.op.claim(); {
	case c.Vertex != nil:
		e.speak(h)
	case c.Edge != nil:
		e.batch.unresolved[h] = struct{}{}
	case c.Neighbour != nil, c.Session != nil, c.Route != nil:
		if h.row == 0 {
			e.rowNext++
			h.row = e.rowNext
			e.rows[h.row] = &rowState{id: h.row, held: h}
		}
		e.index.Touch(h.row)
	case c.Stations != nil, c.Bindings != nil:
		e.batch.tables[h] = struct{}{}
	}
}

// detach takes a claim away from the vertex or edge that it supports.
func (e *Engine) detach(h *held) {
	switch {
	case h.row != 0:
		rs := e.rows[h.row]
		e.touchBridge(rs.row.Device)
		e.retract(rs)
		e.unhear(rs)
		e.index.Replace(rs.reverse, nil)
		e.index.Forget(h.row)
		delete(e.rows, h.row)
		h.row = 0
	case e.tableOf[h] != nil:
		e.untabulate(h)
	case h.voice != nil:
		e.silence(h)
	case h.edge() != (edgeKey{}):
		e.leaveEdge(h)
	}
	delete(e.batch.unresolved, h)
	delete(e.batch.tables, h)
}

// resolveClaims gives every listed voice its vertex and every listed edge
// claim its edge. It says whether there was any.
func (e *Engine) resolveClaims() bool {
	e.settleSelves()
	if len(e.batch.voices)+len(e.batch.splits)+len(e.batch.unresolved)+len(e.batch.tables) == 0 {
		return false
	}
	for len(e.batch.voices) > 0 || len(e.batch.splits) > 0 {
		e.resolveVoices()
	}
	for h := range e.batch.unresolved {
		e.resolveEdge(h)
	}
	clear(e.batch.unresolved)
	for h := range e.batch.tables {
		e.tabulate(h)
	}
	clear(e.batch.tables)
	return true
}

// resolveVoices takes one round of voices. First all say what they are called,
// then what was one thing falls apart where it must, and then each is given its
// vertex.
func (e *Engine) resolveVoices() {
	round := e.nextRound()
	identify := round[:0]
	for _, v := range round {
		must := e.batch.voices[v]
		delete(e.batch.voices, v)
		if e.introduce(v) || must || v.vertex == 0 {
			identify = append(identify, v)
		} else {
			e.touchThing(v.vertex)
		}
	}
	e.splitThings()
	slices.SortFunc(identify, compareVoices)
	for _, v := range identify {
		if v.aliases == nil { // its parent is not known: its arrival lists it again
			e.setVertex(v, 0)
			continue
		}
		id := e.identify(v)
		e.setVertex(v, id)
		e.touchThing(id)
	}
}

// nextRound returns the voices whose turn it is: all those that no parent tells
// apart, else those whose parent is settled. So that all who may claim an alias
// claim it before it is used, the sources keep step.
func (e *Engine) nextRound() []*voice {
	var absolute, settled, all []*voice
	for v := range e.batch.voices {
		switch parents, waits := e.parentsOf(v); {
		case !parents:
			absolute = append(absolute, v)
		case !waits:
			settled = append(settled, v)
		default:
			all = append(all, v)
		}
	}
	switch {
	case len(absolute) > 0:
		return absolute
	case len(settled) > 0:
		return settled
	}
	return all // a source that claims circles
}

// parentsOf says whether a voice is told apart by a parent, and whether it
// waits for one that is listed too.
func (e *Engine) parentsOf(v *voice) (parents, waits bool) {
	for h := range v.claims.all {
		c := h.op.vertex()
		if !isRelative(c.Aliases) {
			continue
		}
		parents = true
		if up := v.source.voices[c.Parent]; up != nil && up != v {
			_, listed := e.batch.voices[up]
			waits = waits || listed
		}
	}
	return parents, waits
}

func isRelative(aliases []api.Alias) bool {
	for _, a := range aliases {
		if a.Kind.RelativeToParent() {
			return true
		}
	}
	return false
}

// introduce makes known what a voice calls its vertex now. It says whether
// that is new.
func (e *Engine) introduce(v *voice) bool {
	aliases := e.aliasesOf(v)
	kind, name := e.kindOf(v), ""
	for h := range v.claims.all {
		if name == "" {
			name = h.op.vertex().Name
		}
	}
	if kind != api.VertexDevice {
		name = "" // only devices are told apart by it
	}
	if kind == v.kind && name == v.name && slices.Equal(aliases, v.aliases) {
		return false
	}
	for _, a := range v.aliases {
		if !slices.ContainsFunc(aliases, func(b api.Alias) bool { return keyOf(a) == keyOf(b) }) {
			e.unclaimAlias(a, v)
		}
	}
	v.kind, v.name, v.aliases = kind, name, aliases
	if kind == api.VertexNode {
		v.source.nodes[v] = struct{}{}
	} else {
		delete(v.source.nodes, v)
	}
	for _, a := range aliases {
		e.claimAlias(a, v)
	}
	return true
}

// aliasesOf returns the aliases that a voice's claims say, relative ones with
// their parent; nil while a parent is wanted and not known. A voice without
// any alias has one of its own.
func (e *Engine) aliasesOf(v *voice) []api.Alias {
	first := v.claims.first.op.vertex()
	node := e.likeOf(v)
	if node == nil && v.claims.len() == 1 && len(first.Aliases) == 1 && first.Aliases[0].Value != "" && !isRelative(first.Aliases) {
		return first.Aliases // most are like this: no memory of its own
	}
	var out []api.Alias
	if node != nil {
		out = slices.Clone(node.claims.first.op.vertex().Aliases)
	}
	kind := e.kindOf(v)
	for h := range v.claims.all {
		c := h.op.vertex()
		for _, a := range c.Aliases {
			if a.Value == "" {
				continue
			}
			if a.Kind.RelativeToParent() {
				parent := v.source.vertexOf(c.Parent)
				if parent == 0 {
					return nil
				}
				a.Scope = parent.String()
				if kind == api.VertexNIC {
					a = nicAlias(a)
				}
			}
			if !slices.ContainsFunc(out, func(b api.Alias) bool { return keyOf(a) == keyOf(b) }) {
				out = append(out, a)
			}
		}
	}
	if len(out) == 0 {
		out = []api.Alias{v.own()}
	}
	return out
}

// own is the alias that a voice has when the world knows no other for it.
func (v *voice) own() api.Alias {
	return api.Alias{Strength: api.Strong, Scope: string(v.source.id), Value: v.stem}
}

// compareVoices orders voices so that equal inputs are treated alike whatever
// their arrival: by source, kind, natural order of names, stem.
func compareVoices(a, b *voice) int {
	if c := strings.Compare(string(a.source.id), string(b.source.id)); c != 0 {
		return c
	}
	if a.kind != b.kind {
		return int(a.kind) - int(b.kind)
	}
	if c := compareNatural(a.claims.first.op.vertex().Name, b.claims.first.op.vertex().Name); c != 0 {
		return c
	}
	return strings.Compare(a.stem, b.stem)
}

// identify returns the vertex that a voice is about: that of the voices with
// which it shares an alias, else what it was before, else what memory knows
// under its aliases, else a new one. What turns out to be one thing is merged.
func (e *Engine) identify(v *voice) api.VertexID {
	found, remembered := e.knownBy(v)
	current := v.vertex
	if current != 0 && !e.mayStay(v, current, found) {
		current = 0
	}
	var id api.VertexID
	switch {
	case len(found) > 0:
		if current != 0 && !slices.Contains(found, current) {
			found = append(found, current)
		}
		id = slices.Min(found)
	case current != 0:
		id = current
		for _, other := range remembered { // older than what it was taken for
			if other < id && !contradict(v.aliases, e.memory.of(current).Aliases) && !contradict(v.aliases, e.memory.of(other).Aliases) {
				id = other
			}
		}
		found = append(found, current)
	case len(remembered) > 0:
		id = slices.Min(remembered)
	default:
		id = e.mint()
	}
	for _, other := range found {
		if other != id {
			e.merge(other, id)
		}
	}
	for _, other := range remembered {
		if t := e.things[other]; other != id && t != nil && len(t.seen().derived) > 0 {
			e.merge(other, id) // what neighbours said of it is said of this
		}
	}
	e.bind(v, id)
	return id
}

// knownBy returns the vertices of the voices that share an alias with a voice,
// and those that its aliases are bound to and nobody speaks of.
func (e *Engine) knownBy(v *voice) (found, remembered []api.VertexID) {
	add := func(list []api.VertexID, id api.VertexID) []api.VertexID {
		if slices.Contains(list, id) {
			return list
		}
		return append(list, id)
	}
	for _, a := range v.aliases {
		n := e.memory.names[keyOf(a)]
		if n.void {
			continue
		}
		spoken := false
		for w := range n.by.all {
			if w != v && w.vertex != 0 { // not all the same: within a round some have not been asked yet
				found, spoken = add(found, w.vertex), true
			}
		}
		if !spoken && n.vertex != 0 && n.vertex != v.vertex && e.isFree(n.vertex, v.kind) && e.fits(a, n.vertex, v) {
			remembered = add(remembered, n.vertex)
		}
	}
	if own := e.memory.names[keyOf(v.own())].vertex; len(found)+len(remembered) == 0 && v.vertex == 0 && own != 0 && e.isFree(own, v.kind) {
		remembered = append(remembered, own)
	}
	return found, remembered
}

// fits says whether a remembered vertex can be meant by an alias. A weak one
// does not do where a strong one says otherwise.
func (e *Engine) fits(a api.Alias, id api.VertexID, v *voice) bool {
	return a.Strength == api.Strong || !contradict(v.aliases, e.memory.of(id).Aliases)
}

// isFree says whether no voice speaks of a vertex, and nothing else is known of
// it than a voice of a kind could say.
func (e *Engine) isFree(id api.VertexID, kind api.VertexKind) bool {
	t := e.things[id]
	if t == nil {
		return true
	}
	if t.claims.len() > 0 {
		return false
	}
	for _, d := range t.seen().derived {
		if d.kind != kind {
			return false
		}
	}
	return true
}

// mayStay says whether a voice can go on being about the vertex that it was
// about: if no other voice speaks of it, or one with which it shares an alias,
// and if it was not told apart by another parent.
func (e *Engine) mayStay(v *voice, current api.VertexID, found []api.VertexID) bool {
	alone := true
	for h := range e.things[current].claims.all {
		alone = alone && h.voice == v
	}
	if !alone {
		return slices.Contains(found, current)
	}
	known := e.memory.of(current).Aliases
	if e.isElsewhere(v, known) {
		return false
	}
	// Where its aliases mean another thing now, it speaks of that one.
	return len(found) == 0 || !contradict(v.aliases, known)
}

// isElsewhere says whether what memory knows of a vertex is told apart by other
// parents than a voice is, and by none that became the voice's.
func (e *Engine) isElsewhere(v *voice, known []api.Alias) bool {
	elsewhere := false
	for _, a := range v.aliases {
		for _, b := range known {
			if !a.Kind.RelativeToParent() || !b.Kind.RelativeToParent() {
				continue
			}
			if a.Scope == b.Scope || e.isFormer(b.Scope, a.Scope) {
				return false
			}
			elsewhere = true
		}
	}
	return elsewhere
}

// isFormer says whether a parent, as relative aliases name it, was merged into
// another.
func (e *Engine) isFormer(parent, into string) bool {
	id, err := api.ParseVertexID(parent)
	if err != nil {
		return false
	}
	for range 64 { // merges do not form circles; a bound all the same
		next, merged := e.batch.became[id]
		if !merged {
			break
		}
		if id = next; id.String() == into {
			return true
		}
	}
	return false
}
