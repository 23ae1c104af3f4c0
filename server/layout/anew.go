package layout

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Anew is a graph in which everything has the lasting place that it would be
// given today, whatever place it had: a tidied map.
func Anew(s *graph.Snapshot) *graph.Snapshot {
	bare := map[api.VertexID]*api.Vertex{}
	var ids []api.VertexID
	for v := range s.Vertices() {
		if !HasPlot(v.Kind) {
			continue
		}
		now := *v
		now.Plot = nil
		bare[v.ID] = &now
		ids = append(ids, v.ID)
	}
	s = replaced(s, bare)
	placed := map[api.VertexID]*api.Vertex{}
	for id, plot := range Settle(s, ids) {
		now := *bare[id]
		now.Plot = plot
		placed[id] = &now
	}
	return replaced(s, placed)
}

func replaced(s *graph.Snapshot, vertices map[api.VertexID]*api.Vertex) *graph.Snapshot {
	return s.Apply(api.Change{Vertices: vertices}, s.Epoch, s.Revision, s.Time)
}
