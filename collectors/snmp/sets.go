package snmp

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// sortedSet sorts values and leaves each once. An empty set is nil.
func sortedSet[S ~[]T, T cmp.Ordered](values S) S {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// sortedPairs goes through a map in the order of its keys.
func sortedPairs[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
