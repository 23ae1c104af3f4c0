package web

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// LookUp returns what matches a text, best first.
func LookUp(s *graph.Snapshot, text string, limit int) []*api.Vertex {
	var out []*api.Vertex
	for _, h := range lookUp(s, text, limit) {
		out = append(out, h.v)
	}
	return out
}
