package merge

import "slices"

// fewBound is up to how many members a set is a list.
const fewBound = 16

// few is a set that mostly holds one or a handful of members, none of which is
// the zero value: the first needs no memory of its own. A map for each set was
// a tenth of all memory.
type few[T comparable] struct {
	first T
	more  *rest[T]
}

// rest are the other members: a list until there are many.
type rest[T comparable] struct {
	list []T
	many map[T]struct{}
}

// with returns the set with one more member; the set before is used no more.
func (s few[T]) with(member T) few[T] {
	var none T
	switch {
	case s.first == member:
	case s.first == none:
		s.first = member
	case s.more == nil:
		s.more = &rest[T]{list: []T{member}}
	default:
		s.more.add(member)
	}
	return s
}

func (r *rest[T]) add(member T) {
	switch {
	case r.many != nil:
		r.many[member] = struct{}{}
	case slices.Contains(r.list, member):
	case len(r.list) < fewBound:
		r.list = append(r.list, member)
	default:
		r.many = make(map[T]struct{}, 2*fewBound)
		for _, m := range r.list {
			r.many[m] = struct{}{}
		}
		r.many[member], r.list = struct{}{}, nil
	}
}

// without returns the set without a member; the set before is used no more.
func (s few[T]) without(member T) few[T] {
	if s.first == member {
		var none T
		s.first = none
		if s.more == nil {
			return s
		}
		for m := range s.more.all { // another one takes its place
			s.first = m
			break
		}
		member = s.first
	}
	if s.more != nil {
		s.more.remove(member)
		if len(s.more.list)+len(s.more.many) == 0 {
			s.more = nil
		}
	}
	return s
}

func (r *rest[T]) remove(member T) {
	if r.many != nil {
		delete(r.many, member)
	} else if at := slices.Index(r.list, member); at >= 0 {
		r.list = slices.Delete(r.list, at, at+1)
	}
}

func (s few[T]) empty() bool {
	var none T
	return s.first == none
}

// all yields the members in no order that may be rested on.
func (s few[T]) all(yield func(T) bool) {
	if s.empty() || !yield(s.first) || s.more == nil {
		return
	}
	s.more.all(yield)
}

func (r *rest[T]) all(yield func(T) bool) {
	for _, m := range r.list {
		if !yield(m) {
			return
		}
	}
	for m := range r.many {
		if !yield(m) {
			return
		}
	}
}
