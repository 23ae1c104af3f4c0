package snmp

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxVLAN is the highest VLAN ID.
const maxVLAN = 4094

// sortedSet sorts values and leaves each once. An empty set is nil.
func sortedSet[T cmp.Ordered](values []T) []T {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// ranges writes sorted numbers as "1,10,20-29".
func ranges(sorted []uint32) string {
	var out strings.Builder
	for i := 0; i < len(sorted); {
		end := i
		for end+1 < len(sorted) && sorted[end+1] == sorted[end]+1 {
			end++
		}
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.WriteString(strconv.FormatUint(uint64(sorted[i]), 10))
		if end > i {
			out.WriteByte('-')
			out.WriteString(strconv.FormatUint(uint64(sorted[end]), 10))
		}
		i = end + 1
	}
	return out.String()
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
