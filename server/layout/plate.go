package layout

import (
	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// plate is the face plate of a device: cells in rows, ports from the first on,
// LAGs in the last ones. What finds no room is counted beside the name.
type plate struct {
	rows, columns, lags int
}

// plateOf is the plate that a device was built with, or is to be.
func plateOf(s *graph.Snapshot, device *api.Vertex) plate {
	if device.Plot != nil && len(device.Plot.Room) == 3 {
		r := device.Plot.Room
		return plate{int(r[0]), int(r[1]), int(r[2])}
	}
	if device.Kind == api.VertexSegment {
		return plate{} // a medium, with nothing on it
	}
	ports, lags := 0, 0
	for v := range s.Children(device.ID) {
		if v.Kind == api.VertexLAG {
			lags = max(lags, int(v.Slot)+1)
		} else {
			ports = max(ports, int(v.Slot)+1)
		}
	}
	p := plate{rows: 2}
	if lags > 0 {
		p.lags = class(lags, 2)
	}
	pairs := ceil(ports+p.lags, 2)
	switch {
	case pairs <= 4 && tierOf(s, device) != tierLeaf: // nodes stand beneath leaves
		p.columns = 4
	case pairs <= 8:
		p.columns = 8
	case pairs <= 14:
		p.columns = 14
	case pairs <= 28: // the usual 48 ports and their uplinks
		p.rows, p.columns = 4, 14
	default:
		p.rows, p.columns = 4, class(ceil(pairs, 2), 16)
	}
	return p
}

func (p plate) room() []int32 { return []int32{int32(p.rows), int32(p.columns), int32(p.lags)} }

func (p plate) size() rect {
	if p.rows == 0 {
		return rect{w: segmentW, h: segmentH}
	}
	return rect{
		w: max(2*gap+int32(p.columns)*(portW+portGap)-portGap, plateW),
		h: plateHead + int32(p.rows)*(portH+portGap) + gap/2,
	}
}

// cell is where the cell of a number stands: in pairs, the second below the
// first, as ports are numbered on switches.
func (p plate) cell(i int) rect {
	return rect{
		gap + int32(i/2%p.columns)*(portW+portGap), plateHead + int32(i/2/p.columns*2+i%2)*(portH+portGap), portW, portH,
	}
}

// layDevice returns what stands on a device's plate.
func layDevice(s *graph.Snapshot, device *api.Vertex) *group {
	g, p := &group{}, plateOf(s, device)
	cells := p.rows * p.columns
	last := cells - p.lags
	hidden := 0
	for v := range s.Children(device.ID) {
		at := int(v.Slot)
		shown := at < last
		if v.Kind == api.VertexLAG {
			at, shown = cells-1-at, at < p.lags
		}
		if !shown {
			hidden++
			continue
		}
		g.box(v.ID, device.ID, p.cell(at))
	}
	if hidden > 0 {
		at := rect{p.size().w - 44, 6, 40, moreH}
		g.furnish(RoleMore, device.ID, int(RoleMore), device.ID, at, hidden, "")
	}
	return g
}
