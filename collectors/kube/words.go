package kube

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/netseam/netseam/api"
)

// wordsPerAge bounds what words holds: twice this many strings, and as many
// label sets.
const wordsPerAge = 32768

// words lets equal strings and equal label sets share their memory: 100,000
// pods name the same few namespaces, nodes and labels. It only saves memory
// and never changes what a translation says.
//
// It is bounded: words come in two ages. A word that is used again moves to
// the young age; when that is full the old one is forgotten. It may be used by
// one goroutine at a time.
type words struct {
	seed       maphash.Seed
	young, old map[string]string // word -> the copy that is shared
	// sets, oldSets: hash of a label set -> the copy that is shared
	sets, oldSets map[uint64][]api.Label
	scratch       []api.Label
}

func newWords() *words {
	return &words{seed: maphash.MakeSeed(), young: map[string]string{}, sets: map[uint64][]api.Label{}}
}

// share returns a string equal to s, the same one as for equal strings before.
func (w *words) share(s string) string {
	if known, ok := w.young[s]; ok {
		return known
	}
	if known, ok := w.old[s]; ok {
		s = known
	}
	if len(w.young) >= wordsPerAge {
		w.young, w.old = map[string]string{}, w.young
	}
	w.young[s] = s
	return s
}

// labels turns a label map into sorted labels without those that skip names.
func (w *words) labels(from map[string]string, skip func(string) bool) []api.Label {
	set := w.scratch[:0]
	for k, v := range from {
		if !skip(k) {
			set = append(set, api.Label{Key: k, Value: v})
		}
	}
	w.scratch = set[:0]
	if len(set) == 0 {
		return nil
	}
	slices.SortFunc(set, func(a, b api.Label) int { return cmp.Compare(a.Key, b.Key) })
	return w.shareSet(set)
}

func (w *words) shareSet(set []api.Label) []api.Label {
	var h maphash.Hash
	h.SetSeed(w.seed)
	for i := range set {
		writeText(&h, set[i].Key)
		writeText(&h, set[i].Value)
	}
	sum := h.Sum64()
	if known := w.sets[sum]; slices.Equal(known, set) {
		return known
	}
	own := w.oldSets[sum]
	if !slices.Equal(own, set) {
		own = make([]api.Label, len(set))
		for i := range set {
			own[i] = api.Label{Key: w.share(set[i].Key), Value: w.share(set[i].Value)}
		}
	}
	if len(w.sets) >= wordsPerAge {
		w.sets, w.oldSets = map[uint64][]api.Label{}, w.sets
	}
	w.sets[sum] = own
	return own
}

// writeText adds a string with its end, so that "ab","c" differs from "a","bc".
func writeText(h *maphash.Hash, s string) {
	// A Hash takes everything and reports no error.
	_, _ = h.WriteString(s)
	_ = h.WriteByte(0)
}
