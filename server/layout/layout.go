package layout

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Measures, in layout units: one unit is one CSS pixel at scale 1.
const (
	gap    float32 = 12
	header float32 = 30

	portW, portH float32 = 20, 18
	podSize      float32 = 16
	podGap       float32 = 4
	podColumns           = 8
	nicH         float32 = 18
	cardHead     float32 = 22
	chipW, chipH float32 = 104, 20

	seam    float32 = 96   // from the fabric to the clusters: cables end in it
	rowW    float32 = 3300 // a tier or a row of clusters wraps at this width
	pitch   float32 = 200  // sizes of what stands beside others are multiples of it
	spacing float32 = 80   // between sites
)

// District returns the boxes of a channel: of a site, its devices with their
// ports; of a cluster, its nodes, NICs and pods and its shelf; of 0, the
// overview, the sites and clusters. A vertex that is drawn nowhere has no box.
func District(s *graph.Snapshot, district api.VertexID) Plan {
	if district == 0 {
		return Plan{Boxes: overview(s)}
	}
	v, ok := s.Vertex(district)
	if !ok {
		return Plan{}
	}
	if v.Kind == api.VertexCluster {
		plan, _ := layCluster(s, v)
		return plan
	}
	boxes, _ := layFabric(s, v)
	return Plan{Boxes: boxes}
}

// size is a width and a height.
type size struct{ w, h float32 }

// class is the capacity that a container of n is built for: it grows by
// doubling, so that churn resizes nothing.
func class(n, least int) int {
	c := least
	for c < n {
		c *= 2
	}
	return c
}

// quantise rounds a length up to a multiple of step.
func quantise(length, step float32) float32 {
	n := float32(int(length / step))
	if n*step < length {
		n++
	}
	return n * step
}

// highest is one more than the highest slot of the vertices.
func highest(list []*api.Vertex) int {
	n := 0
	for _, v := range list {
		n = max(n, int(v.Slot)+1)
	}
	return n
}

// childrenOf returns a vertex's children by kind, in order of slots.
func childrenOf(s *graph.Snapshot, parent api.VertexID) map[api.VertexKind][]*api.Vertex {
	out := map[api.VertexKind][]*api.Vertex{}
	for v := range s.Children(parent) {
		out[v.Kind] = append(out[v.Kind], v)
	}
	for _, list := range out {
		sortBySlot(list)
	}
	return out
}

// overview places sites in rows, each with its clusters below its fabric, and
// clusters without a site below them all.
func overview(s *graph.Snapshot) []Box {
	roots := childrenOf(s, 0)
	var boxes []Box
	var sizes []size
	var inside [][]Box
	for _, site := range roots[api.VertexSite] {
		in, sz := laySite(s, site)
		inside = append(inside, in)
		sizes = append(sizes, sz)
	}
	origins, bottom := gridOf(sizes)
	for i, site := range roots[api.VertexSite] {
		boxes = append(boxes, Box{ID: site.ID, X: origins[i].w, Y: origins[i].h, W: sizes[i].w, H: sizes[i].h})
		boxes = append(boxes, inside[i]...)
	}
	x := float32(0)
	if bottom > 0 {
		bottom += spacing
	}
	for _, cluster := range roots[api.VertexCluster] {
		_, sz := layCluster(s, cluster)
		boxes = append(boxes, Box{ID: cluster.ID, X: x, Y: bottom, W: sz.w, H: sz.h})
		x += sz.w + spacing
	}
	return boxes
}

// gridOf places boxes in rows, in order, with as many columns as make the whole
// most like a screen with the table below it. It returns where each begins, and where the last row ends.
func gridOf(sizes []size) ([]size, float32) {
	var best []size
	var bottom, least float32
	for columns := 1; columns <= len(sizes); columns++ {
		at, whole := rowsOf(sizes, columns)
		off := whole.w*2 - whole.h*5
		if off = max(off, -off); best == nil || off < least {
			best, bottom, least = at, whole.h, off
		}
	}
	return best, bottom
}

func rowsOf(sizes []size, columns int) ([]size, size) {
	at := make([]size, len(sizes))
	var x, y, rowH float32
	var whole size
	for i, sz := range sizes {
		if i > 0 && i%columns == 0 {
			x, y, rowH = 0, y+rowH+spacing, 0
		}
		at[i] = size{x, y}
		x += sz.w + spacing
		rowH = max(rowH, sz.h)
		whole = size{max(whole.w, x), max(whole.h, y+rowH)}
	}
	return at, whole
}

// laySite returns the boxes of a site's clusters, framed in the site, and the
// site's size.
func laySite(s *graph.Snapshot, site *api.Vertex) ([]Box, size) {
	_, fabric := layFabric(s, site)
	clusters := childrenOf(s, site.ID)[api.VertexCluster]
	boxes, whole := placeClusters(s, site.ID, clusters)
	for i := range boxes {
		boxes[i].X += float32(int((fabric.w - whole.w) / 2))
		boxes[i].Y += header + fabric.h + seam
	}
	h := header + fabric.h + 2*gap
	if len(clusters) > 0 {
		h = header + fabric.h + seam + whole.h + gap
	}
	return boxes, size{quantise(fabric.w+2*gap, pitch), quantise(h, pitch/2)}
}

// placeClusters places clusters in rows, from the origin of what they stand in,
// and returns how much room they take.
func placeClusters(s *graph.Snapshot, frame api.VertexID, clusters []*api.Vertex) ([]Box, size) {
	var boxes []Box
	var whole size
	x, y, rowH := gap, float32(0), float32(0)
	for i, cluster := range clusters {
		_, sz := layCluster(s, cluster)
		if i > 0 && x+sz.w > rowW {
			x, y, rowH = gap, y+rowH+2*gap, 0
		}
		boxes = append(boxes, Box{ID: cluster.ID, Frame: frame, X: x, Y: y, W: sz.w, H: sz.h})
		x += sz.w + 2*gap
		rowH = max(rowH, sz.h)
		whole = size{max(whole.w, x), y + rowH}
	}
	return boxes, whole
}
