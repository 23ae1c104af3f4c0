package layout

import (
	"cmp"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// tier is how far north a device stands in its site's fabric.
type tier int

// The tiers, from north to south: what lies outside the site's own switches,
// its border, spines, leaves, what only leaves know, and hosts of machines.
const (
	tierOutside tier = iota
	tierBorder
	tierSpine
	tierLeaf
	tierEdge
	tierHost
	tiers
)

func (t tier) String() string {
	return [...]string{"outside", "border", "spine", "leaf", "edge", "hosts"}[t]
}

// tierOf says where a device stands: by its role or name where they tell, else
// by what it is linked to.
func tierOf(s *graph.Snapshot, device *api.Vertex) tier {
	if device.Kind == api.VertexHypervisor {
		return tierHost
	}
	if device.Kind == api.VertexSegment {
		return tierEdge
	}
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
	p, ok := s.Vertex(e.A + e.B - port)
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
