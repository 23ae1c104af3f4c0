package stitch

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
)

// RowID names a sighting within one process; the writer mints it.
type RowID uint64

// Entry is one identity: under Key, the world may mean Value (a vertex ID, or
// a RowID under the keys of rows).
type Entry struct {
	Key   string
	Value uint64
}

// Index finds what an identity may mean, and remembers who asked. It belongs
// to one goroutine.
type Index struct {
	values map[string]senses             // key -> what it may mean
	asked  map[string]map[RowID]struct{} // key -> rows that looked it up when last concluded
	asks   map[RowID]map[string]struct{} // row -> keys that it looked up
	dirty  map[RowID]struct{}            // rows to conclude again
}

// NewIndex returns an empty index.
func NewIndex() *Index {
	return &Index{
		values: map[string]senses{},
		asked:  map[string]map[RowID]struct{}{},
		asks:   map[RowID]map[string]struct{}{},
		dirty:  map[RowID]struct{}{},
	}
}

// Replace takes out the entries before and puts in those after; rows that had
// asked for a key whose meaning changed become dirty.
func (x *Index) Replace(before, after []Entry) {
	for _, e := range after {
		x.count(e, 1)
	}
	for _, e := range before {
		x.count(e, -1)
	}
}

func (x *Index) count(e Entry, by int32) {
	values, changed := x.values[e.Key].count(e.Value, by)
	if values.first.times == 0 {
		delete(x.values, e.Key)
	} else {
		x.values[e.Key] = values
	}
	if changed {
		for row := range x.asked[e.Key] {
			x.dirty[row] = struct{}{}
		}
	}
}

// Touch makes a row dirty: it is new, or it changed.
func (x *Index) Touch(row RowID) { x.dirty[row] = struct{}{} }

// TouchAsking makes those dirty whose conclusions rest on where a MAC is.
func (x *Index) TouchAsking(mac api.MAC) {
	for row := range x.asked[stationKey(mac)] {
		x.dirty[row] = struct{}{}
	}
}

// Forget removes what is known of a row's questions.
func (x *Index) Forget(row RowID) {
	for key := range x.asks[row] {
		delete(x.asked[key], row)
		if len(x.asked[key]) == 0 {
			delete(x.asked, key)
		}
	}
	delete(x.asks, row)
	delete(x.dirty, row)
}

// Dirty returns the rows to conclude again, ascending, and clears that list.
func (x *Index) Dirty() []RowID {
	rows := slices.Sorted(maps.Keys(x.dirty))
	clear(x.dirty)
	return rows
}

// For returns a finder that records its questions as the row's. What the row
// asked before is forgotten.
func (x *Index) For(row RowID) Finder {
	x.Forget(row)
	return func(key string) []uint64 {
		if x.asks[row] == nil {
			x.asks[row] = map[string]struct{}{}
		}
		x.asks[row][key] = struct{}{}
		if x.asked[key] == nil {
			x.asked[key] = map[RowID]struct{}{}
		}
		x.asked[key][row] = struct{}{}
		return x.values[key].all()
	}
}

// Peek is a finder that records no questions: for answers that are not kept.
func (x *Index) Peek() Finder {
	return func(key string) []uint64 { return x.values[key].all() }
}

// Len is the number of identities, of questions, and of rows to conclude again.
func (x *Index) Len() int { return len(x.values) + len(x.asked) + len(x.asks) + len(x.dirty) }

// Finder returns what a key may mean, ascending.
type Finder func(key string) []uint64
