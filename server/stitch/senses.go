package stitch

import "slices"

// sense is a value that a key may mean, and how many entries say so.
type sense struct {
	value uint64
	times int32
}

// senses is what one key may mean. Nearly all mean one thing, which is kept
// without a map of its own.
type senses struct {
	first sense   // times is 0 if there is none
	more  []sense // the others, in no order
}

// count adds to how many entries say a value, and says whether that made it
// one that is meant, or one that is not. What it was called on is used no more.
func (m senses) count(value uint64, by int32) (after senses, changed bool) {
	at := &m.first
	if m.first.times != 0 && m.first.value != value {
		i := slices.IndexFunc(m.more, func(o sense) bool { return o.value == value })
		if i < 0 {
			i = len(m.more)
			m.more = append(m.more, sense{})
		}
		at = &m.more[i]
	}
	was := at.times > 0
	at.value, at.times = value, max(0, at.times+by)
	is := at.times > 0
	if at.times == 0 {
		if last := len(m.more) - 1; last >= 0 { // the last of the others takes its place
			*at = m.more[last]
			m.more = m.more[:last]
		}
	}
	return m, was != is
}

// all returns what is meant, ascending.
func (m senses) all() []uint64 {
	var out []uint64
	if m.first.times > 0 {
		out = append(out, m.first.value)
	}
	for _, o := range m.more {
		if o.times > 0 {
			out = append(out, o.value)
		}
	}
	slices.Sort(out)
	return out
}
