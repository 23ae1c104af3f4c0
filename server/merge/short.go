package merge

import "slices"

// short is a list that mostly holds one member, none of which is the zero
// value: that one needs no memory of its own. Where few is a set that may hold
// many, this keeps its order.
type short[T comparable] struct {
	first T
	more  *[]T
}

// all yields the members in their order.
func (s short[T]) all(yield func(T) bool) {
	var none T
	if s.first == none || !yield(s.first) || s.more == nil {
		return
	}
	for _, m := range *s.more {
		if !yield(m) {
			return
		}
	}
}

func (s short[T]) len() int {
	var none T
	switch {
	case s.first == none:
		return 0
	case s.more == nil:
		return 1
	}
	return 1 + len(*s.more)
}

func (s short[T]) has(member T) bool {
	var none T
	return member != none && (s.first == member || s.more != nil && slices.Contains(*s.more, member))
}

// with returns the list with a member at its end; the list before is used no more.
func (s short[T]) with(member T) short[T] {
	return s.insert(member, func(T, T) int { return 0 })
}

// insert returns the list with a member before the first that is greater; the
// list before is used no more.
func (s short[T]) insert(member T, order func(a, b T) int) short[T] {
	if s.len() == 0 {
		return short[T]{first: member}
	}
	if order(s.first, member) > 0 {
		s.first, member = member, s.first
	}
	if s.more == nil {
		s.more = &[]T{member}
		return s
	}
	at := len(*s.more)
	for at > 0 && order((*s.more)[at-1], member) > 0 {
		at--
	}
	*s.more = slices.Insert(*s.more, at, member)
	return s
}

// without returns the list without a member; the list before is used no more.
func (s short[T]) without(member T) short[T] {
	if !s.has(member) {
		return s
	}
	switch {
	case s.more == nil:
		return short[T]{}
	case s.first == member:
		s.first = (*s.more)[0]
		*s.more = (*s.more)[1:]
	default:
		*s.more = slices.DeleteFunc(*s.more, func(m T) bool { return m == member })
	}
	if len(*s.more) == 0 {
		s.more = nil
	}
	return s
}
