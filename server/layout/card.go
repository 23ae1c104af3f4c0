package layout

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// card is what all node cards of a cluster have in common.
type card struct {
	rows int // of pods
	nics int // that stand beside one another on the top edge
}

const leastCard = 16 // pods

// cardFor is the card that holds a cluster's nodes: the fullest decides.
func cardFor(s *graph.Snapshot, nodes []*api.Vertex) card {
	pods, nics := 0, 0
	for _, node := range nodes {
		for v := range s.Children(node.ID) {
			switch {
			case v.Kind == api.VertexPod:
				pods = max(pods, int(v.Slot)+1)
			case v.Kind == api.VertexNIC:
				nics = max(nics, int(v.Slot)+1)
			}
		}
	}
	return card{rows: class(pods+2+pods/8, leastCard) / podColumns, nics: min(class(nics, 2), 8)}
}

func (c card) size() rect {
	return rect{w: cardW, h: nicH + strip + int32(c.rows)*(podSize+podGap) + gap/2}
}

// layNode returns what stands in a node's card: NICs on its top edge, pods in
// cells, the last two of which are kept for what finds no room.
func layNode(s *graph.Snapshot, node *api.Vertex, c card) *group {
	g := &group{}
	pod := func(i int) rect {
		return rect{
			gap + int32(i%podColumns)*(podSize+podGap), nicH + strip + int32(i/podColumns)*(podSize+podGap), podSize, podSize,
		}
	}
	last := c.rows*podColumns - 2
	w := int32((cardW - 2*gap) / c.nics)
	hidden, hiddenNICs := 0, 0
	for v := range s.Children(node.ID) {
		switch at := int(v.Slot); {
		case v.Kind == api.VertexPod && at < last:
			g.box(v.ID, node.ID, pod(at))
		case v.Kind == api.VertexNIC && at < c.nics:
			g.box(v.ID, node.ID, rect{gap + int32(at)*w, 0, w - podGap, nicH})
		case v.Kind == api.VertexNIC:
			hiddenNICs++
		default:
			hidden++
		}
	}
	if hidden > 0 {
		g.furnish(RoleMore, node.ID, int(RoleMore), node.ID, widened(pod(last)), hidden, "")
	}
	if hiddenNICs > 0 {
		g.furnish(RoleMore, node.ID, moreNICs, node.ID, rect{cardW - 40, nicH + 2, 36, moreH}, hiddenNICs, "")
	}
	return g
}

// widened is a cell and the one beside it: a number has no room in one.
func widened(r rect) rect {
	r.w += podSize + podGap
	return r
}

// moreNICs is the number of the cell for the NICs that find no room.
const moreNICs = 32
