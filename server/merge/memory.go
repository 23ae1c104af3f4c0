package merge

import (
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/store"
)

// How long the identity of what is gone is remembered, and of how much.
const (
	rememberFor  = 30 * 24 * time.Hour
	rememberGone = 200_000
)

// memory is what the graph rests on beside the claims: minted IDs, their
// aliases, slots and homes.
type memory struct {
	names   map[aliasKey]naming            // what aliases are bound to, and who claims them now
	all     graph.Map[*store.Identity]     // as of the last step: vertex ID -> identity; values are never modified
	edit    *graph.Editor[*store.Identity] // of all, in the step in the making
	gone    []departure                    // of what is gone, oldest first; may hold some that came back
	away    int                            // identities of what is gone
	changed map[api.VertexID]struct{}      // identities that the step touched
}

// departure is when a vertex went.
type departure struct {
	id api.VertexID
	at time.Time
}

func newMemory() *memory {
	m := &memory{names: map[aliasKey]naming{}, changed: map[api.VertexID]struct{}{}}
	m.edit = m.all.Edit()
	return m
}

func (m *memory) of(id api.VertexID) store.Identity {
	if identity, ok := m.edit.Get(uint64(id)); ok {
		return *identity
	}
	return store.Identity{ID: id}
}

func (m *memory) put(identity store.Identity) {
	was, known := m.edit.Get(uint64(identity.ID))
	if known && !was.Gone.IsZero() {
		m.away--
	}
	if !identity.Gone.IsZero() {
		m.away++
	}
	m.edit.Set(uint64(identity.ID), &identity)
	m.changed[identity.ID] = struct{}{}
}

func (m *memory) remove(id api.VertexID) {
	was, known := m.edit.Get(uint64(id))
	if !known {
		return
	}
	if !was.Gone.IsZero() {
		m.away--
	}
	m.edit.Remove(uint64(id))
	m.changed[id] = struct{}{}
}

// setName keeps what is known of an alias, as long as there is anything.
func (m *memory) setName(key aliasKey, n naming) {
	if n.vertex == 0 && n.by.len() == 0 {
		delete(m.names, key)
		return
	}
	m.names[key] = n
}

// bind makes an alias mean a vertex, whatever it meant before.
func (m *memory) bind(id api.VertexID, a api.Alias) { m.bindOne(id, []api.Alias{a}, 0) }

// bindOne is bind for one of the aliases that a claim says.
func (m *memory) bindOne(id api.VertexID, said []api.Alias, at int) {
	a := said[at]
	key := keyOf(a)
	n := m.names[key]
	if n.vertex == id {
		return
	}
	if n.vertex != 0 {
		m.unbind(n.vertex, a)
	}
	n.vertex = id
	m.names[key] = n
	identity := m.of(id)
	if len(identity.Aliases) == 0 {
		identity.Aliases = said[at : at+1 : at+1] // most have one: no memory of its own
	} else {
		identity.Aliases = append(slices.Clip(identity.Aliases), a)
	}
	m.put(identity)
}

// share makes aliases that are loaded use the texts of those that are known.
func (m *memory) share(loaded []api.Alias) {
	for i, a := range loaded {
		n := m.names[keyOf(a)]
		if n.vertex == 0 {
			continue
		}
		for _, b := range m.of(n.vertex).Aliases {
			if keyOf(a) == keyOf(b) {
				loaded[i].Scope, loaded[i].Value = b.Scope, b.Value
			}
		}
	}
}

// unbind makes an alias mean a vertex no more.
func (m *memory) unbind(id api.VertexID, a api.Alias) {
	key := keyOf(a)
	if n := m.names[key]; n.vertex == id {
		n.vertex = 0
		m.setName(key, n)
	}
	identity := m.of(id)
	identity.Aliases = slices.DeleteFunc(slices.Clone(identity.Aliases), func(b api.Alias) bool { return keyOf(b) == key })
	m.put(identity)
}

// forget removes an identity; its aliases mean nothing any more.
func (m *memory) forget(id api.VertexID) {
	for _, a := range m.of(id).Aliases {
		if n := m.names[keyOf(a)]; n.vertex == id {
			n.vertex = 0
			m.setName(keyOf(a), n)
		}
	}
	m.remove(id)
}

// merge makes of two identities one.
func (m *memory) merge(loser, into api.VertexID) {
	lost, kept := m.of(loser), m.of(into)
	m.forget(loser)
	if kept.Home == 0 && lost.Home != 0 {
		kept.Home = lost.Home
		m.put(kept)
	}
	for _, a := range lost.Aliases {
		// What nobody says any more under a parent may be said under another.
		if n := m.names[keyOf(a)]; n.vertex == 0 && (n.by.len() > 0 || !a.Kind.RelativeToParent()) {
			m.bind(into, a)
		}
	}
}

// left notes that a vertex is gone; came that it is there.
func (m *memory) left(id api.VertexID, at time.Time) {
	identity := m.of(id)
	identity.Gone = at
	m.put(identity)
	m.gone = append(m.gone, departure{id, at})
}

func (m *memory) came(id api.VertexID, slot uint32) {
	identity := m.of(id)
	if identity.Gone.IsZero() && identity.Slot == slot {
		return
	}
	identity.Gone, identity.Slot = time.Time{}, slot
	m.put(identity)
}

// prune forgets identities of what is gone for long, or of too much.
func (m *memory) prune(now time.Time) {
	for len(m.gone) > 0 {
		first := m.gone[0]
		if m.isAway(first) {
			if m.away <= rememberGone && now.Sub(first.at) < rememberFor {
				break
			}
			m.forget(first.id)
		}
		m.gone = m.gone[1:]
	}
	if len(m.gone) > 2*m.away+64 { // most of these came back: what flaps goes and comes for ever
		m.gone = slices.DeleteFunc(slices.Clone(m.gone), func(d departure) bool { return !m.isAway(d) })
	}
}

// isAway says whether a departure is still the last thing that is known.
func (m *memory) isAway(d departure) bool {
	identity, ok := m.edit.Get(uint64(d.id))
	return ok && identity.Gone.Equal(d.at)
}

// takeChanges returns the identities that the step touched, by ID. Of those that
// it minted, first and after, what it forgot again never was.
func (m *memory) takeChanges(first api.VertexID) []store.Identity {
	if len(m.changed) == 0 {
		return nil
	}
	m.all = m.edit.Done()
	m.edit = m.all.Edit()
	out := make([]store.Identity, 0, len(m.changed))
	for _, id := range sortedKeys(m.changed) {
		if identity, ok := m.edit.Get(uint64(id)); ok {
			out = append(out, *identity)
		} else if id < first {
			out = append(out, store.Identity{ID: id, Forgotten: true})
		}
	}
	clear(m.changed)
	return out
}
