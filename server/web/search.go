package web

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// search answers with what matches best.
func (s *Server) search(c echo.Context) error {
	p := query(c, "q", "limit")
	text, limit := p.text("q"), p.limit()
	if _, ok := p.values["q"]; !ok {
		p.fail(`parameter "q" is missing: say what to look for`)
	}
	if p.err != nil {
		return p.err
	}
	snap := s.deps.Hub.Current()
	out := rest.HitPage{Items: []rest.Hit{}}
	for _, h := range lookUp(snap, text, limit) {
		out.Items = append(out.Items, rest.Hit{
			Id: h.v.ID.String(), Kind: h.v.Kind.String(), Name: h.v.Name,
			Context: pathText(snap, h.v), Field: h.field, Match: h.text(),
		})
	}
	return answer(c, out)
}

// lookUp returns the vertices that match a text, best first.
func lookUp(s *graph.Snapshot, text string, limit int) []hit {
	t := newTerm(text)
	best := hits{}
	if id, err := api.ParseVertexID(t.text); err == nil {
		if v, ok := s.Resolve(id); ok {
			best.offer(hit{v: v, rank: rankID, field: "id", match: t.text}, limit)
		}
	}
	for v := range s.Vertices() {
		if h, ok := t.match(s, v); ok {
			best.offer(h, limit)
		}
	}
	found := []hit(best)
	slices.SortFunc(found, compareHits)
	return slices.CompactFunc(found, func(a, b hit) bool { return a.v.ID == b.v.ID })
}

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

// hit is a vertex that matches.
type hit struct {
	v     *api.Vertex
	rank  rank
	field string
	match string
	label *api.Label // in place of match, for labels
}

// text is what was found there.
func (h hit) text() string {
	if h.label != nil {
		return h.label.Key + "=" + h.label.Value
	}
	return h.match
}

// compareHits orders hits, best first: by rank, then short names, then by
// name, then by ID.
func compareHits(a, b hit) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank), cmp.Compare(len(a.v.Name), len(b.v.Name)),
		cmp.Compare(a.v.Name, b.v.Name), cmp.Compare(a.v.ID, b.v.ID),
	)
}

// hits are the best so far, the worst of them first: a heap.
type hits []hit

// offer takes a hit in, if it is among the best.
func (h *hits) offer(candidate hit, limit int) {
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
	if candidate, ok := x.(hit); ok {
		*h = append(*h, candidate)
	}
}

// Pop removes the last hit; package heap calls it.
func (h *hits) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
