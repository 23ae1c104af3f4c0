package merge

import "slices"

// fewBound is up to how many members a set is a list.
const fewBound = 16

// few is a set that mostly holds a handful: a list until it is large. A map for
// each of them was a tenth of all memory.
type few[T comparable] struct {
	list []T
	many map[T]struct{}
}

// with returns the set with one more member; the set before is used no more.
func (s few[T]) with(member T) few[T] {
	switch {
	case s.many != nil:
		s.many[member] = struct{}{}
	case slices.Contains(s.list, member):
	case len(s.list) < fewBound:
		if s.list == nil {
			s.list = make([]T, 0, 1) // most stay at one
		}
		s.list = append(s.list, member)
	default:
		s.many = make(map[T]struct{}, 2*fewBound)
		for _, m := range s.list {
			s.many[m] = struct{}{}
		}
		s.many[member], s.list = struct{}{}, nil
	}
	return s
}

// without returns the set without a member; the set before is used no more.
func (s few[T]) without(member T) few[T] {
	if s.many != nil {
		delete(s.many, member)
		return s
	}
	if at := slices.Index(s.list, member); at >= 0 {
		s.list = slices.Delete(s.list, at, at+1)
	}
	return s
}

func (s few[T]) empty() bool { return len(s.list) == 0 && len(s.many) == 0 }

// all yields the members in no order that may be rested on.
func (s few[T]) all(yield func(T) bool) {
	for _, m := range s.list {
		if !yield(m) {
			return
		}
	}
	for m := range s.many {
		if !yield(m) {
			return
		}
	}
}
