package merge

import (
	"github.com/netseam/netseam/api"
)

// aliasKey is an alias as a map key. How strong it is, is no part of a name.
type aliasKey struct {
	kind         api.AliasKind
	scope, value string
}

func keyOf(a api.Alias) aliasKey { return aliasKey{a.Kind, a.Scope, a.Value} }

// naming is what is known of one alias.
type naming struct {
	vertex api.VertexID  // the vertex that it is bound to in memory; 0 for none
	by     short[*voice] // who claims it now, in the order in which they began
	// void says that the alias names nothing: those who claim it at the same
	// time cannot be about one thing.
	void bool
}

// claimAlias notes that a voice claims an alias, or claims it as another than
// it was. If that makes the alias void, all who claim it are listed, to be
// identified without it.
func (e *Engine) claimAlias(a api.Alias, v *voice) {
	key := keyOf(a)
	n := e.memory.names[key]
	if !n.by.has(v) {
		n.by = n.by.with(v)
		e.memory.names[key] = n
	}
	if n.void {
		e.setVoid(key, isVoid(n.by))
	} else {
		e.setVoid(key, !agreesWithAll(v, n.by))
	}
}

// unclaimAlias notes that a voice claims an alias no more.
func (e *Engine) unclaimAlias(a api.Alias, v *voice) {
	key := keyOf(a)
	n, ok := e.memory.names[key]
	if !ok {
		return
	}
	n.by = n.by.without(v)
	e.memory.setName(key, n)
	if n.by.len() == 0 {
		return
	}
	if n.void {
		e.setVoid(key, isVoid(n.by))
	} else if v.vertex != 0 && len(v.aliases) > 1 {
		e.batch.splits[v.vertex] = struct{}{} // what it held together may fall apart
	}
}

func (e *Engine) setVoid(key aliasKey, void bool) {
	n := e.memory.names[key]
	if void == n.void {
		return
	}
	n.void = void
	e.memory.setName(key, n)
	for v := range n.by.all {
		e.touchVoice(v, true)
		if v.vertex != 0 {
			e.batch.splits[v.vertex] = struct{}{}
		}
	}
}

// isVoid says whether those who claim one alias cannot all be about one thing.
func isVoid(by short[*voice]) bool {
	var before short[*voice]
	for v := range by.all {
		if !agreesWithAll(v, before) {
			return true
		}
		before = before.with(v)
	}
	return false
}

func agreesWithAll(v *voice, by short[*voice]) bool {
	for w := range by.all {
		if v != w && !agree(v, w) {
			return false
		}
	}
	return true
}

// agree says whether two voices can be about one thing. A source does not call
// one thing by two keys, a port is no device, and two devices that answer under
// different names or with different chassis IDs are two, whatever else they
// have in common.
func agree(v, w *voice) bool {
	switch {
	case v.source == w.source, v.kind != w.kind:
		return false
	case v.kind == api.VertexDevice && v.name != "" && w.name != "" && v.name != w.name:
		return false
	case len(v.aliases)+len(w.aliases) > 2:
		return !contradict(v.aliases, w.aliases)
	}
	return true
}

// contradict says whether two lists name, of some strong kind, different things.
func contradict(these, those []api.Alias) bool {
	for _, a := range these {
		if a.Strength != api.Strong {
			continue
		}
		differs := false
		for _, b := range those {
			if b.Strength != api.Strong || b.Kind != a.Kind || b.Scope != a.Scope {
				continue
			}
			if b.Value == a.Value {
				differs = false
				break
			}
			differs = true
		}
		if differs {
			return true
		}
	}
	return false
}
