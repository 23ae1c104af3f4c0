package main

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// linksOf lists the links between devices that were read. What only its
// neighbours know is among the neighbours.
func linksOf(s *graph.Snapshot, read map[api.VertexID]bool) []foundLink {
	links := []foundLink{}
	cabled := cabledDevices(s)
	for e := range s.Edges() {
		if e.Kind != api.EdgeLink || isBundle(s, e) && cabled[devicesOf(s, e)] {
			continue
		}
		a, okA := endOf(s, e.A, read)
		b, okB := endOf(s, e.B, read)
		if !okA || !okB {
			continue
		}
		link := foundLink{A: a, B: b, Confidence: float64(e.Confidence) / 100, Evidence: []foundEvidence{}}
		for _, ev := range e.Evidence {
			link.Evidence = append(link.Evidence, foundEvidence{string(ev.Method), ev.Text})
		}
		links = append(links, link)
	}
	slices.SortFunc(links, func(x, y foundLink) int {
		return cmp.Or(cmp.Compare(x.A.Device, y.A.Device), cmp.Compare(x.A.Port, y.A.Port), cmp.Compare(x.B.Device, y.B.Device))
	})
	return links
}

// isBundle says whether a link is that of two aggregates. What the map draws as
// one is no cable beside those that it is made of.
func isBundle(s *graph.Snapshot, e *api.Edge) bool {
	for _, end := range []api.VertexID{e.A, e.B} {
		if v, ok := s.Vertex(end); !ok || v.Kind != api.VertexLAG {
			return false
		}
	}
	return true
}

// cabledDevices are the pairs of devices between which there is a link that is
// no bundle's. A bundle whose cables nobody tells of stands for them.
func cabledDevices(s *graph.Snapshot) map[[2]api.VertexID]bool {
	out := map[[2]api.VertexID]bool{}
	for e := range s.Edges() {
		if e.Kind == api.EdgeLink && !isBundle(s, e) {
			out[devicesOf(s, e)] = true
		}
	}
	return out
}

// devicesOf are the two whose ports a link joins, the lower ID first.
func devicesOf(s *graph.Snapshot, e *api.Edge) [2]api.VertexID {
	var out [2]api.VertexID
	for i, end := range []api.VertexID{e.A, e.B} {
		if v, ok := s.Vertex(end); ok {
			out[i] = v.Parent
		}
	}
	slices.Sort(out[:])
	return out
}

func endOf(s *graph.Snapshot, id api.VertexID, read map[api.VertexID]bool) (foundEnd, bool) {
	port, ok := s.Vertex(id)
	if !ok || !read[port.Parent] {
		return foundEnd{}, false
	}
	return foundEnd{Device: port.Parent.String(), Port: port.Name}, true
}
