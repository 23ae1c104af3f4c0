package graph

import (
	"iter"
	"slices"
)

// fewBound is up to how many members a set is a list.
const fewBound = 32

// Set is an immutable set of minted numbers: a list while it is small, which
// most are, and pages beyond. The zero Set is empty.
type Set struct {
	few  []uint64 // ascending
	many *Map[struct{}]
}

// Len returns the number of members.
func (s Set) Len() int {
	if s.many != nil {
		return s.many.Len()
	}
	return len(s.few)
}

// Has says whether a number is a member.
func (s Set) Has(member uint64) bool {
	if s.many != nil {
		_, ok := s.many.Get(member)
		return ok
	}
	_, ok := slices.BinarySearch(s.few, member)
	return ok
}

// All yields the members, ascending.
func (s Set) All() iter.Seq[uint64] {
	if s.many == nil {
		return slices.Values(s.few)
	}
	return func(yield func(uint64) bool) {
		for member := range s.many.All() {
			if !yield(member) {
				return
			}
		}
	}
}

// setEditor modifies a set; the one that it started from is not affected.
type setEditor struct {
	few  []uint64
	own  bool // few is this editor's own
	many *Editor[struct{}]
}

func (s Set) edit() *setEditor {
	if s.many != nil {
		return &setEditor{many: s.many.Edit()}
	}
	return &setEditor{few: s.few}
}

func (e *setEditor) add(member uint64) {
	if e.many != nil {
		e.many.Set(member, struct{}{})
		return
	}
	at, there := slices.BinarySearch(e.few, member)
	switch {
	case there:
	case len(e.few) == fewBound:
		e.many = Map[struct{}]{}.Edit()
		for _, m := range e.few {
			e.many.Set(m, struct{}{})
		}
		e.many.Set(member, struct{}{})
		e.few = nil
	case e.own:
		e.few = slices.Insert(e.few, at, member)
	default:
		few := make([]uint64, 0, len(e.few)+1)
		few = append(append(few, e.few[:at]...), member)
		e.few, e.own = append(few, e.few[at:]...), true
	}
}

func (e *setEditor) remove(member uint64) {
	if e.many != nil {
		e.many.Remove(member)
		return
	}
	at, there := slices.BinarySearch(e.few, member)
	if !there {
		return
	}
	if !e.own {
		e.few, e.own = slices.Clone(e.few), true
	}
	e.few = slices.Delete(e.few, at, at+1)
}

// done returns the set as edited. One that shrank to half of the bound is a
// list again, so that one that wavers about it does not change each time.
func (e *setEditor) done() Set {
	if e.many == nil {
		return Set{few: e.few}
	}
	m := e.many.Done()
	if m.Len() > fewBound/2 {
		return Set{many: &m}
	}
	few := make([]uint64, 0, m.Len())
	for member := range m.All() {
		few = append(few, member)
	}
	return Set{few: few}
}
