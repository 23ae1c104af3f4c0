package layout

import (
	"cmp"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// tier is how far north a device stands in its site's fabric.
type tier int

// The tiers, from north to south: what lies outside the site's own switches,
// its border, spines, leaves, and what only leaves know.
const (
	tierOutside tier = iota
	tierBorder
	tierSpine
	tierLeaf
	tierEdge
	tiers
)

// layFabric returns the boxes of a site's devices and ports, the devices
// framed in the site, and the size of all of them.
func layFabric(s *graph.Snapshot, site *api.Vertex) ([]Box, size) {
	rows := make([][]*api.Vertex, tiers)
	kids := childrenOf(s, site.ID)
	for _, kind := range []api.VertexKind{api.VertexDevice, api.VertexHypervisor, api.VertexSegment} {
		for _, device := range kids[kind] {
			t := tierOf(s, device)
			rows[t] = append(rows[t], device)
		}
	}
	var boxes []Box
	y, width := header, float32(0)
	for _, row := range rows {
		if len(row) == 0 {
			continue
		}
		x, rowH := gap, float32(0)
		for _, device := range row {
			ports, sz := layDevice(s, device)
			if x > gap && x+sz.w > rowW {
				x, y, rowH = gap, y+rowH+2*gap, 0
			}
			boxes = append(boxes, Box{ID: device.ID, Frame: site.ID, X: x, Y: y, W: sz.w, H: sz.h})
			boxes = append(boxes, ports...)
			x += sz.w + 2*gap
			width = max(width, x)
			rowH = max(rowH, sz.h)
		}
		y += rowH + 4*gap
	}
	// The fabric stands in the middle over its clusters, whichever is wider.
	width = max(width, clustersWidth(s, kids[api.VertexCluster]))
	return centre(boxes, site.ID, width), size{max(width, pitch), y - header}
}

// clustersWidth is the width of the widest row of a site's clusters.
func clustersWidth(s *graph.Snapshot, clusters []*api.Vertex) float32 {
	_, whole := placeClusters(s, 0, clusters)
	return whole.w
}

// centre moves each row of devices to the middle of the fabric.
func centre(boxes []Box, site api.VertexID, width float32) []Box {
	ends := map[float32]float32{} // y of a row -> where it ends
	for _, b := range boxes {
		if b.Frame == site {
			ends[b.Y] = max(ends[b.Y], b.X+b.W+gap)
		}
	}
	for i := range boxes {
		if b := &boxes[i]; b.Frame == site {
			b.X += float32(int((width - ends[b.Y]) / 2))
		}
	}
	return boxes
}

// layDevice returns the boxes of a device's ports, as a face plate of two rows,
// or of four where two would be long, and the device's size.
func layDevice(s *graph.Snapshot, device *api.Vertex) ([]Box, size) {
	kids := childrenOf(s, device.ID)
	ports := slices.Concat(kids[api.VertexPort], kids[api.VertexLAG])
	rows, columns := plate(len(ports))
	var boxes []Box
	for i, port := range ports {
		boxes = append(boxes, Box{
			ID: port.ID, Frame: device.ID,
			X: gap + float32(i/2%columns)*(portW+2), Y: header + float32(i/2/columns*2+i%2)*(portH+2), W: portW, H: portH,
		})
	}
	return boxes, size{max(2*gap+float32(columns)*(portW+2), 120), header + float32(rows)*(portH+2) + gap/2}
}

// plate is how many rows and columns a face plate of so many ports has.
func plate(ports int) (rows, columns int) {
	switch pairs := (ports + 1) / 2; {
	case pairs <= 4:
		return 2, 4
	case pairs <= 8:
		return 2, 8
	case pairs <= 14:
		return 2, 14
	case pairs <= 28: // the usual 48 ports and their uplinks
		return 4, 14
	default:
		columns = class((pairs+1)/2, 16)
		return 4, columns
	}
}

// tierOf says where a device stands: by its role or name where they tell, else
// by what it is linked to.
func tierOf(s *graph.Snapshot, device *api.Vertex) tier {
	if device.Attr(api.AttrUnmanaged) == "" {
		if t, ok := tierByName(cmp.Or(device.Attr(api.AttrRole), device.Name)); ok {
			return t
		}
	}
	attached, links := 0, 0
	north := false
	for port := range s.Children(device.ID) {
		for e := range s.EdgesOf(port.ID) {
			if e.Kind == api.EdgeAttach {
				attached++
			}
			if e.Kind == api.EdgeLink {
				links++
				north = north || heardFromNorth(s, e, port.ID)
			}
		}
	}
	switch {
	case device.Attr(api.AttrUnmanaged) != "" && north:
		return tierOutside
	case device.Attr(api.AttrUnmanaged) != "":
		return tierEdge
	case attached > 0 || links == 0:
		return tierLeaf
	}
	return tierSpine
}

// heardFromNorth says whether a link's other end is a border device.
func heardFromNorth(s *graph.Snapshot, e *api.Edge, port api.VertexID) bool {
	far := e.A
	if far == port {
		far = e.B
	}
	p, ok := s.Vertex(far)
	if !ok {
		return false
	}
	device, ok := s.Vertex(p.Parent)
	if !ok {
		return false
	}
	t, ok := tierByName(cmp.Or(device.Attr(api.AttrRole), device.Name))
	return ok && t == tierBorder
}

func tierByName(name string) (tier, bool) {
	name = strings.ToLower(name)
	for _, w := range []struct {
		word string
		t    tier
	}{
		{"border", tierBorder},
		{"bdr", tierBorder},
		{"edge-r", tierBorder},
		{"router", tierBorder},
		{"wan", tierBorder},
		{"spine", tierSpine},
		{"core", tierSpine},
		{"agg", tierSpine},
		{"dist", tierSpine},
		{"leaf", tierLeaf},
		{"tor", tierLeaf},
		{"access", tierLeaf},
	} {
		if strings.Contains(name, w.word) {
			return w.t, true
		}
	}
	return 0, false
}
