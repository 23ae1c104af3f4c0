package merge

import "math/bits"

// slots are the places that a container's children have taken, a bit each: as
// the lowest free one is given, they stand close.
type slots struct {
	words []uint64
	count int // of those taken
	low   int // no slot in a word below is free
}

// take returns the wanted slot if it is free, else the lowest free one.
func (s *slots) take(want uint32, wanted bool) uint32 {
	if wanted && !s.has(want) {
		s.set(want)
		return want
	}
	for s.low < len(s.words) && s.words[s.low] == ^uint64(0) {
		s.low++
	}
	slot := uint32(s.low) * 64
	if s.low < len(s.words) {
		slot += uint32(bits.TrailingZeros64(^s.words[s.low]))
	}
	s.set(slot)
	return slot
}

func (s *slots) has(slot uint32) bool {
	at := int(slot / 64)
	return at < len(s.words) && s.words[at]&(1<<(slot%64)) != 0
}

func (s *slots) set(slot uint32) {
	at := int(slot / 64)
	if at >= len(s.words) {
		s.words = append(s.words, make([]uint64, at+1-len(s.words))...)
	}
	s.words[at] |= 1 << (slot % 64)
	s.count++
}

func (s *slots) release(slot uint32) {
	if !s.has(slot) {
		return
	}
	at := int(slot / 64)
	s.words[at] &^= 1 << (slot % 64)
	s.count--
	s.low = min(s.low, at)
}
