package stitch_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/server/stitch"
)

// The index means what a map of counts means, whatever is put in and taken out.
func TestIndexAgreesWithAMapOfCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, plain := stitch.NewIndex(), map[uint64]int{}
		var in []stitch.Entry
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before := slices.Sorted(maps.Keys(plain))
			x.For(1)("key")
			x.Dirty()
			if len(in) > 0 && rapid.Bool().Draw(t, "take out") {
				i := rapid.IntRange(0, len(in)-1).Draw(t, "which")
				x.Replace(in[i:i+1], nil)
				if plain[in[i].Value]--; plain[in[i].Value] == 0 {
					delete(plain, in[i].Value)
				}
				in = slices.Delete(in, i, i+1)
			} else {
				e := stitch.Entry{Key: "key", Value: rapid.Uint64Range(1, 5).Draw(t, "value")}
				x.Replace(nil, []stitch.Entry{e})
				plain[e.Value]++
				in = append(in, e)
			}
			want := slices.Sorted(maps.Keys(plain))
			if dirty := len(x.Dirty()) > 0; dirty == slices.Equal(before, want) {
				t.Fatalf("the row that asked is dirty: %v; %v became %v", dirty, before, want)
			}
			if got := x.For(1)("key"); !slices.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
		x.Replace(in, nil)
		x.Forget(1)
		x.Dirty()
		if x.Len() != 0 {
			t.Fatalf("%d entries are left", x.Len())
		}
	})
}
