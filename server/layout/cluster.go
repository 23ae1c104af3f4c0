package layout

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

func sortBySlot(list []*api.Vertex) {
	slices.SortFunc(list, func(a, b *api.Vertex) int {
		if a.Slot != b.Slot {
			return int(a.Slot) - int(b.Slot)
		}
		return int(a.ID) - int(b.ID)
	})
}

// layCluster returns the boxes within a cluster, and its size: node cards in a
// grid, the tray of pods without a node, and the shelf of namespaces.
func layCluster(s *graph.Snapshot, cluster *api.Vertex) (Plan, size) {
	kids := childrenOf(s, cluster.ID)
	nodes := kids[api.VertexNode]
	card := cardSize(s, nodes)
	columns := nodeColumns(class(highest(nodes), 4))
	width := float32(columns)*(card.w+gap) + gap
	var boxes []Box
	y := header
	rows := 0
	for _, node := range nodes {
		col, row := int(node.Slot)%columns, int(node.Slot)/columns
		rows = max(rows, row+1)
		boxes = append(boxes, Box{
			ID: node.ID, Frame: cluster.ID,
			X: gap + float32(col)*(card.w+gap), Y: y + float32(row)*(card.h+gap), W: card.w, H: card.h,
		})
		boxes = append(boxes, layNode(s, node, card)...)
	}
	y += float32(rows) * (card.h + gap)
	var furniture []Furniture
	furnish := func(role Role, h float32) api.VertexID {
		id := furnitureID(cluster.ID, int(role))
		furniture = append(furniture, Furniture{
			Box:  Box{ID: id, Frame: cluster.ID, X: gap, Y: y, W: width - 2*gap, H: h},
			Role: role, Of: cluster.ID,
		})
		y += h + gap
		return id
	}
	if tray, h := layTray(cluster, kids, width-2*gap); len(tray) > 0 {
		boxes = append(boxes, framedIn(furnish(RoleTray, h), cluster.ID, tray)...)
	}
	if shelf, h := layShelf(s, cluster, kids[api.VertexNamespace], width-2*gap); len(shelf) > 0 {
		boxes = append(boxes, framedIn(furnish(RoleShelf, h), cluster.ID, shelf)...)
	}
	return Plan{boxes, furniture}, size{width, quantise(y, 40)}
}

// framedIn moves boxes of a vertex's frame into that of a piece of furniture.
func framedIn(frame, from api.VertexID, boxes []Box) []Box {
	for i := range boxes {
		if boxes[i].Frame == from {
			boxes[i].Frame = frame
		}
	}
	return boxes
}

// nodeColumns is how many cards stand beside one another.
func nodeColumns(capacity int) int {
	switch {
	case capacity <= 4:
		return 4
	case capacity <= 16:
		return 8
	}
	return 16
}

// cardSize is the size of every node card of a cluster: the fullest node
// decides for all.
func cardSize(s *graph.Snapshot, nodes []*api.Vertex) size {
	most := 0
	for _, node := range nodes {
		kids := childrenOf(s, node.ID)
		most = max(most, highest(kids[api.VertexPod]))
	}
	pods := class(most, 16)
	rows := float32((pods + podColumns - 1) / podColumns)
	return size{
		2*gap + podColumns*(podSize+podGap), nicH + cardHead + rows*(podSize+podGap) + gap,
	}
}

// layNode returns the boxes of a node's NICs, on its top edge, and of its pods.
func layNode(s *graph.Snapshot, node *api.Vertex, card size) []Box {
	kids := childrenOf(s, node.ID)
	var boxes []Box
	nics := max(highest(kids[api.VertexNIC]), 2)
	w := (card.w - 2*gap) / float32(nics)
	for _, nic := range kids[api.VertexNIC] {
		boxes = append(boxes, Box{ID: nic.ID, Frame: node.ID, X: gap + float32(nic.Slot)*w, Y: 0, W: w - podGap, H: nicH})
	}
	for _, pod := range kids[api.VertexPod] {
		boxes = append(boxes, Box{
			ID: pod.ID, Frame: node.ID,
			X: gap + float32(int(pod.Slot)%podColumns)*(podSize+podGap),
			Y: nicH + cardHead + float32(int(pod.Slot)/podColumns)*(podSize+podGap),
			W: podSize, H: podSize,
		})
	}
	return boxes
}

// layTray returns the boxes of pods without a node, and of what else hangs
// under the cluster itself because its own place is not known yet.
func layTray(cluster *api.Vertex, kids map[api.VertexKind][]*api.Vertex, width float32) ([]Box, float32) {
	loose := slices.Concat(kids[api.VertexPod], kids[api.VertexWorkload], kids[api.VertexService])
	if len(loose) == 0 {
		return nil, 0
	}
	columns := max(int((width-2*gap)/(podSize+podGap)), 1)
	var boxes []Box
	for i, v := range loose {
		boxes = append(boxes, Box{
			ID: v.ID, Frame: cluster.ID,
			X: gap + float32(i%columns)*(podSize+podGap), Y: cardHead + float32(i/columns)*(podSize+podGap), W: podSize, H: podSize,
		})
	}
	rows := (class(len(loose), columns) + columns - 1) / columns
	return boxes, cardHead + float32(rows)*(podSize+podGap) + gap
}

// layShelf returns the boxes of namespaces with their workloads on the left
// and their services on the right.
func layShelf(s *graph.Snapshot, cluster *api.Vertex, namespaces []*api.Vertex, width float32) ([]Box, float32) {
	var boxes []Box
	nsW := 2*chipW + 3*gap
	columns := max(int((width-gap)/(nsW+gap)), 1)
	x, y, rowH := gap, gap, float32(0)
	for i, ns := range namespaces {
		if i > 0 && i%columns == 0 {
			x, y, rowH = gap, y+rowH+gap, 0
		}
		kids := childrenOf(s, ns.ID)
		rows := class(max(highest(kids[api.VertexWorkload]), highest(kids[api.VertexService])), 2)
		h := cardHead + float32(rows)*(chipH+podGap) + gap/2
		boxes = append(boxes, Box{ID: ns.ID, Frame: cluster.ID, X: x, Y: y, W: nsW, H: h})
		for column, kind := range []api.VertexKind{api.VertexWorkload, api.VertexService} {
			for _, v := range kids[kind] {
				boxes = append(boxes, Box{
					ID: v.ID, Frame: ns.ID,
					X: gap + float32(column)*(chipW+gap), Y: cardHead + float32(v.Slot)*(chipH+podGap), W: chipW, H: chipH,
				})
			}
		}
		x += nsW + gap
		rowH = max(rowH, h)
	}
	if len(namespaces) == 0 {
		return nil, gap
	}
	return boxes, y + rowH + gap
}
