package layout

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// listKinds are the kinds that stand in a namespace, a list of columns each,
// from west to east.
func listKinds() [6]api.VertexKind {
	return [...]api.VertexKind{
		api.VertexWorkload, api.VertexService, api.VertexVIP, api.VertexIngress, api.VertexGateway, api.VertexRoute,
	}
}

// space is the form of a namespace: rows of chips, and how many columns each
// list has.
type space struct {
	rows  int
	lists [6]int
}

const (
	spaceRows = 4 // of a namespace that came later
	mostRows  = 8
)

// spaceOf is the form that a namespace was built with, or is to be.
func spaceOf(s *graph.Snapshot, ns *api.Vertex) space {
	var out space
	if ns.Plot != nil && len(ns.Plot.Room) == 1+len(out.lists) {
		out.rows = int(ns.Plot.Room[0])
		for i := range out.lists {
			out.lists[i] = int(ns.Plot.Room[1+i])
		}
		return out
	}
	var counts [256]int
	for v := range s.Children(ns.ID) {
		counts[v.Kind] = max(counts[v.Kind], int(v.Slot)+1)
	}
	most := 0
	for _, kind := range listKinds() {
		most = max(most, counts[kind])
	}
	out.rows = min((most+2)/2*2, mostRows)
	for i, kind := range listKinds() {
		if n := counts[kind]; n > 0 || i < 2 {
			out.lists[i] = max(ceil(n+1, out.rows), 1)
		}
	}
	return out
}

func (p space) room() []int32 {
	out := []int32{int32(p.rows)}
	for _, n := range p.lists {
		out = append(out, int32(n))
	}
	return out
}

func (p space) columns() int {
	n := 0
	for _, list := range p.lists {
		n += list
	}
	return n
}

func (p space) size() rect {
	return rect{
		w: int32(p.columns())*(chipW+gap) + gap,
		h: strip + int32(p.rows)*(chipH+podGap) + gap/2,
	}
}

// laySpace returns what stands in a namespace. The last cell of each list is
// kept for what finds no room.
func laySpace(s *graph.Snapshot, ns *api.Vertex) *group {
	g, p := &group{}, spaceOf(s, ns)
	var first, cells, hidden [256]int
	column, lastList := 0, 0
	for i, kind := range listKinds() {
		first[kind], cells[kind] = column, p.lists[i]*p.rows-1
		column += p.lists[i]
		if p.lists[i] > 0 {
			lastList = i
		}
	}
	cell := func(first, i int) rect {
		return rect{
			gap + int32(first+i/p.rows)*(chipW+gap), strip + int32(i%p.rows)*(chipH+podGap), chipW, chipH,
		}
	}
	other := 0
	for v := range s.Children(ns.ID) {
		switch at := int(v.Slot); {
		case at < cells[v.Kind]:
			g.box(v.ID, ns.ID, cell(first[v.Kind], at))
		case cells[v.Kind] > 0:
			hidden[v.Kind]++
		default:
			other++ // of a kind that there was none of when the namespace was built
		}
	}
	for i, kind := range listKinds() {
		n := hidden[kind]
		if i == lastList {
			n += other
		}
		if n > 0 {
			g.furnish(RoleMore, ns.ID, int(RoleMore)+32*i, ns.ID, cell(first[kind], cells[kind]), n, "")
		}
	}
	return g
}
