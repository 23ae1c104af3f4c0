package merge

import (
	"slices"
	"strconv"
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
	byAlias map[string]api.VertexID        // alias as text -> the vertex it is bound to
	all     graph.Map[*store.Identity]     // as of the last step: vertex ID -> identity; values are never modified
	edit    *graph.Editor[*store.Identity] // of all, in the step in the making
	gone    []api.VertexID                 // identities of what is gone, oldest first; may hold some that came back
	changed map[api.VertexID]struct{}      // identities that the step touched
}

func newMemory() *memory {
	m := &memory{byAlias: map[string]api.VertexID{}, changed: map[api.VertexID]struct{}{}}
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
	m.edit.Set(uint64(identity.ID), &identity)
	m.changed[identity.ID] = struct{}{}
}

// bind makes aliases mean a vertex, unless they mean another one already.
func (m *memory) bind(id api.VertexID, aliases []api.Alias) {
	identity := m.of(id)
	var fresh []api.Alias
	for _, a := range aliases {
		key := aliasText(a)
		if _, bound := m.byAlias[key]; bound {
			continue
		}
		m.byAlias[key] = id
		fresh = append(fresh, a)
	}
	if len(fresh) == 0 {
		if _, known := m.edit.Get(uint64(id)); known {
			return
		}
	}
	identity.Aliases = slices.Concat(identity.Aliases, fresh)
	m.put(identity)
}

// forget removes an identity; its aliases mean nothing any more, or into if
// that is not 0.
func (m *memory) forget(id, into api.VertexID) {
	identity, ok := m.edit.Get(uint64(id))
	if !ok {
		return
	}
	for _, a := range identity.Aliases {
		delete(m.byAlias, aliasText(a))
	}
	m.edit.Remove(uint64(id))
	m.changed[id] = struct{}{}
	if into != 0 {
		m.bind(into, identity.Aliases)
	}
}

// left notes that a vertex is gone; came that it is there.
func (m *memory) left(id api.VertexID, at time.Time) {
	identity := m.of(id)
	identity.Gone = at
	m.put(identity)
	m.gone = append(m.gone, id)
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
		id := m.gone[0]
		identity, ok := m.edit.Get(uint64(id))
		stillGone := ok && !identity.Gone.IsZero()
		if stillGone && len(m.gone) <= rememberGone && now.Sub(identity.Gone) < rememberFor {
			return
		}
		if stillGone {
			m.forget(id, 0)
		}
		m.gone = m.gone[1:]
	}
}

// takeChanges returns the identities that the step touched, by ID.
func (m *memory) takeChanges() []store.Identity {
	if len(m.changed) == 0 {
		return nil
	}
	m.all = m.edit.Done()
	m.edit = m.all.Edit()
	out := make([]store.Identity, 0, len(m.changed))
	for _, id := range sortedKeys(m.changed) {
		if identity, ok := m.edit.Get(uint64(id)); ok {
			out = append(out, *identity)
		} else {
			out = append(out, store.Identity{ID: id, Forgotten: true})
		}
	}
	clear(m.changed)
	return out
}

// aliasText is an alias as a map key. NUL does not occur in what it joins.
func aliasText(a api.Alias) string {
	return strconv.Itoa(int(a.Kind)) + "\x00" + a.Scope + "\x00" + a.Value
}

// slots are the places that a container's children have taken.
type slots struct {
	taken map[uint32]struct{}
	low   uint32 // no slot below is free
}

// take returns the wanted slot if it is free, else the lowest free one.
func (s *slots) take(want uint32, wanted bool) uint32 {
	if s.taken == nil {
		s.taken = map[uint32]struct{}{}
	}
	slot := want
	if _, taken := s.taken[slot]; !wanted || taken {
		for {
			if _, taken := s.taken[s.low]; !taken {
				break
			}
			s.low++
		}
		slot = s.low
	}
	s.taken[slot] = struct{}{}
	return slot
}

func (s *slots) release(slot uint32) {
	delete(s.taken, slot)
	s.low = min(s.low, slot)
}
