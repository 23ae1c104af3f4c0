package layout

import "slices"

// stretch moves what stands in a container south, so that things in it may be
// higher than their places: what stands beneath one that grows gives way, and
// nothing moves east or west. What did not overlap does not overlap then.
type stretch struct{ steps []step }

// step says that all that begins at a height or below it moves so far.
type step struct{ from, by int32 }

func (s *stretch) add(from, by int32) {
	if by > 0 {
		s.steps = append(s.steps, step{from, by})
	}
}

// at is how far that moves which begins at a height.
func (s *stretch) at(y int32) int32 {
	moved := int32(0)
	for _, st := range s.steps {
		if y >= st.from {
			moved += st.by
		}
	}
	return moved
}

func (s *stretch) moved(r rect) rect {
	r.y += s.at(r.y)
	return r
}

// row is what begins at one height: how high its lowest and its highest are,
// and how much its members need below those.
type row struct {
	top           int32
	least, bottom int32 // where the first of its members ends, and the last
	more          int32
}

// rowsOf puts rectangles into rows, from north to south.
func rowsOf(list []rect) []row {
	var rows []row
	for _, r := range list {
		i := slices.IndexFunc(rows, func(o row) bool { return o.top == r.y })
		if i < 0 {
			i = len(rows)
			rows = append(rows, row{top: r.y, least: r.y + r.h})
		}
		rows[i].least, rows[i].bottom = min(rows[i].least, r.y+r.h), max(rows[i].bottom, r.y+r.h)
	}
	slices.SortFunc(rows, func(a, b row) int { return int(a.top) - int(b.top) })
	return rows
}
