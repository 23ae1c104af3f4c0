package query

import (
	"fmt"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Plain looks at every vertex, and says what it found.
func Plain(s *graph.Snapshot, text string, limit int) []string {
	var found []Hit
	t := newTerm(text)
	if id, err := api.ParseVertexID(t.text); err == nil {
		if v, ok := s.Resolve(id); ok {
			found = append(found, Hit{Vertex: v, rank: rankID, Field: "id", match: t.text})
		}
	}
	for v := range s.Vertices() {
		if h, ok := t.match(s, v); ok {
			found = append(found, h)
		}
	}
	slices.SortFunc(found, compareHits)
	found = slices.CompactFunc(found[:min(limit, len(found))], func(a, b Hit) bool { return a.Vertex.ID == b.Vertex.ID })
	return told(found)
}

func told(hits []Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, h.String())
	}
	return out
}

// String says all of a hit.
func (h Hit) String() string {
	return fmt.Sprintf("%s %s %d %s %s", h.Vertex.ID, h.Vertex.Name, h.rank, h.Field, h.Match())
}
