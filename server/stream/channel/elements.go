package channel

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// numbers is a column of whole numbers to be written as planes of bytes.
type numbers struct {
	rows    []uint64
	highest uint64
}

func (n *numbers) add(row uint64) {
	n.rows = append(n.rows, row)
	n.highest = max(n.highest, row)
}

// planes is how many bytes the highest of the numbers needs, at least one.
func (n *numbers) planes() int {
	planes := 1
	for rest := n.highest >> 8; rest > 0; rest >>= 8 {
		planes++
	}
	return planes
}

func (n *numbers) size() int { return len(n.rows) * n.planes() }

// bytes writes the lowest byte of all rows, then the next of all, and so on.
func (n *numbers) bytes() []byte {
	out := make([]byte, 0, n.size())
	for plane := range n.planes() {
		for _, row := range n.rows {
			out = append(out, byte(row>>(8*plane)))
		}
	}
	return out
}

// steps is a column of rows' own IDs, which come in order.
type steps struct {
	numbers

	last uint64
}

func (s *steps) add(id uint64) {
	s.numbers.add(id - s.last)
	s.last = id
}

func ids[T ~uint64](list []T) []byte {
	var out []byte
	for _, id := range list {
		out = f64(out, uint64(id))
	}
	return out
}

func f64(to []byte, n uint64) []byte {
	return binary.LittleEndian.AppendUint64(to, math.Float64bits(float64(n)))
}

func u32(to []byte, n int) []byte { return binary.LittleEndian.AppendUint32(to, uint32(n)) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
