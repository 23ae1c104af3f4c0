package graph

import "iter"

// Map is an immutable map from minted numbers to values: a radix tree whose
// pages are copied when they change. The zero Map is empty.
//
// Numbers are minted in sequence, so pages are dense; a change of n entries
// copies O(n) pages, whatever the size of the map.
type Map[T any] struct {
	root  *page[T]
	depth uint8 // levels of inner pages above the leaves
	size  int
}

const (
	pageBits = 5
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
)

// page is an inner page (kids) or a leaf (values and which of them are set).
// A page may be modified only by the edit that made it.
type page[T any] struct {
	kids   *[pageSize]*page[T]
	values *[pageSize]T
	set    uint32
	owner  *edit
}

// edit marks pages as private to one batch of modifications.
type edit struct{ _ byte }

// Len returns the number of entries.
func (m Map[T]) Len() int { return m.size }

// Get returns the value of a key.
func (m Map[T]) Get(key uint64) (T, bool) {
	var none T
	p := m.root
	if p == nil || key>>(pageBits*(uint(m.depth)+1)) != 0 {
		return none, false
	}
	for level := m.depth; level > 0; level-- {
		p = p.kids[(key>>(pageBits*uint(level)))&pageMask]
		if p == nil {
			return none, false
		}
	}
	i := key & pageMask
	if p.set&(1<<i) == 0 {
		return none, false
	}
	return p.values[i], true
}

// All yields the entries in ascending order of keys.
func (m Map[T]) All() iter.Seq2[uint64, T] {
	return func(yield func(uint64, T) bool) {
		if m.root != nil {
			walk(m.root, m.depth, 0, 0, yield)
		}
	}
}

// After yields the entries whose keys are greater than key, ascending.
func (m Map[T]) After(key uint64) iter.Seq2[uint64, T] {
	return func(yield func(uint64, T) bool) {
		if m.root != nil {
			walk(m.root, m.depth, 0, key+1, yield)
		}
	}
}

func walk[T any](p *page[T], level uint8, prefix, from uint64, yield func(uint64, T) bool) bool {
	span := uint64(1) << (pageBits * uint(level)) // keys below one slot of this page
	first := uint64(0)
	if from > prefix {
		first = (from - prefix) / span
	}
	for i := first; i < pageSize; i++ {
		key := prefix + i*span
		if level == 0 {
			if p.set&(1<<i) != 0 && !yield(key, p.values[i]) {
				return false
			}
			continue
		}
		if kid := p.kids[i]; kid != nil && !walk(kid, level-1, key, from, yield) {
			return false
		}
	}
	return true
}

func pages[T any](p *page[T], level uint8, yield func(*page[T]) bool) bool {
	if level == 0 {
		return yield(p)
	}
	for _, kid := range p.kids {
		if kid != nil && !pages(kid, level-1, yield) {
			return false
		}
	}
	return true
}

// Editor modifies a map; the map it started from is not affected. It is used by
// one goroutine, until Done.
type Editor[T any] struct {
	m    Map[T]
	mark *edit
}

// Edit returns an editor that starts from the map.
func (m Map[T]) Edit() *Editor[T] { return &Editor[T]{m: m, mark: &edit{}} }

func (e *Editor[T]) own(p *page[T], leaf bool) *page[T] {
	if p == nil {
		p = &page[T]{owner: e.mark}
		if leaf {
			p.values = new([pageSize]T)
		} else {
			p.kids = new([pageSize]*page[T])
		}
		return p
	}
	if p.owner == e.mark {
		return p
	}
	cp := &page[T]{set: p.set, owner: e.mark}
	if leaf {
		values := *p.values
		cp.values = &values
	} else {
		kids := *p.kids
		cp.kids = &kids
	}
	return cp
}

// Get returns the value of a key as edited so far.
func (e *Editor[T]) Get(key uint64) (T, bool) { return e.m.Get(key) }

// Set puts one entry.
func (e *Editor[T]) Set(key uint64, value T) {
	for key>>(pageBits*(uint(e.m.depth)+1)) != 0 {
		if e.m.root != nil {
			top := e.own(nil, false)
			top.kids[0] = e.m.root
			e.m.root = top
		}
		e.m.depth++
	}
	e.m.root = e.own(e.m.root, e.m.depth == 0)
	p := e.m.root
	for level := e.m.depth; level > 0; level-- {
		slot := &p.kids[(key>>(pageBits*uint(level)))&pageMask]
		*slot = e.own(*slot, level == 1)
		p = *slot
	}
	i := key & pageMask
	if p.set&(1<<i) == 0 {
		p.set |= 1 << i
		e.m.size++
	}
	p.values[i] = value
}

// Remove removes one entry; a key that is not there is no error.
func (e *Editor[T]) Remove(key uint64) {
	if _, ok := e.m.Get(key); !ok {
		return
	}
	e.m.size--
	if e.m.size == 0 {
		e.m = Map[T]{}
		return
	}
	e.m.root = e.removeIn(e.m.root, e.m.depth, key)
}

// removeIn returns the page without the key, or nil when nothing is left in it.
func (e *Editor[T]) removeIn(p *page[T], level uint8, key uint64) *page[T] {
	p = e.own(p, level == 0)
	i := (key >> (pageBits * uint(level))) & pageMask
	if level == 0 {
		var none T
		p.values[i] = none
		p.set &^= 1 << i
		if p.set == 0 {
			return nil
		}
		return p
	}
	p.kids[i] = e.removeIn(p.kids[i], level-1, key)
	for _, kid := range p.kids {
		if kid != nil {
			return p
		}
	}
	return nil
}

// Done returns the map as edited; the editor is not used after it.
func (e *Editor[T]) Done() Map[T] { return e.m }
