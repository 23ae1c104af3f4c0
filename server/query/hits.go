package query

import (
	"cmp"
	"container/heap"

	"github.com/netseam/netseam/api"
)

// rank says how well a vertex matches; less is better.
type rank uint8

const (
	rankID rank = iota
	rankName
	rankPrefix
	rankWord
	rankPart
	rankWords
	rankAddress
	rankAddressPart
	rankLabel
	rankLabelPart
)

// Hit is a vertex that matches.
type Hit struct {
	Vertex *api.Vertex
	Field  string // where it matches: id, name, address, mac, label or vlan
	rank   rank
	match  string
	label  *api.Label // in place of match, for labels
}

// Match is what was found there.
func (h Hit) Match() string {
	if h.label != nil {
		return h.label.Key + "=" + h.label.Value
	}
	return h.match
}

// compareHits orders hits, best first: by rank, then short names, then by
// name, then by ID.
func compareHits(a, b Hit) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank), cmp.Compare(len(a.Vertex.Name), len(b.Vertex.Name)),
		cmp.Compare(a.Vertex.Name, b.Vertex.Name), cmp.Compare(a.Vertex.ID, b.Vertex.ID),
	)
}

// hits are the best so far, the worst of them first: a heap.
type hits []Hit

// offer takes a hit in, if it is among the best.
func (h *hits) offer(candidate Hit, limit int) {
	switch {
	case len(*h) < limit:
		heap.Push(h, candidate)
	case compareHits(candidate, (*h)[0]) < 0:
		(*h)[0] = candidate
		heap.Fix(h, 0)
	}
}

// Len is the number of hits.
func (h hits) Len() int { return len(h) }

// Less says whether a hit is worse than another.
func (h hits) Less(i, j int) bool { return compareHits(h[i], h[j]) > 0 }

// Swap swaps two hits.
func (h hits) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push adds a hit; package heap calls it.
func (h *hits) Push(x any) {
	if candidate, ok := x.(Hit); ok {
		*h = append(*h, candidate)
	}
}

// Pop removes the last hit; package heap calls it.
func (h *hits) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
