package layout

import (
	"slices"

	"github.com/netseam/netseam/api"
)

// yard is an area in which rectangles have been placed. It finds room for more
// beside them, and never moves one.
type yard struct {
	area  rect
	apart int32 // between two rectangles beside each other
	down  int32 // between one row and the next
	taken []rect
}

func (y *yard) take(r rect) { y.taken = append(y.taken, r) }

// place finds the first free place for a rectangle, in the order of reading:
// in the rows that there are, then in a new one below. It takes it; false if
// there is none.
func (y *yard) place(w, h int32) (rect, bool) {
	rows := []int32{y.area.y}
	bottom := y.area.y
	for _, t := range y.taken {
		if t.y > y.area.y { // others stand north of the area
			rows = append(rows, t.y)
		}
		bottom = max(bottom, t.y+t.h+y.down)
	}
	rows = append(rows, bottom)
	slices.Sort(rows)
	for _, row := range slices.Compact(rows) {
		if row+h > y.area.y+y.area.h {
			break
		}
		if x, ok := y.inRow(row, w, h); ok {
			r := rect{x, row, w, h}
			y.take(r)
			return r, true
		}
	}
	return rect{}, false
}

// placeFor is place, but a vertex that stood here before gets its former place
// if that is free.
func (y *yard) placeFor(v *api.Vertex, w, h int32) (rect, bool) {
	if r, ok := wish(v); ok && r.w == w && r.h == h && y.free(r) {
		y.take(r)
		return r, true
	}
	return y.place(w, h)
}

// free says whether a rectangle lies in the area, apart from all others.
func (y *yard) free(r rect) bool {
	a := y.area
	return r.x >= a.x && r.y >= a.y && r.x+r.w <= a.x+a.w && r.y+r.h <= a.y+a.h &&
		!slices.ContainsFunc(y.taken, func(t rect) bool { return t.overlaps(r, min(y.apart, y.down)) })
}

// inRow finds the first free place whose top is at a height.
func (y *yard) inRow(top, w, h int32) (int32, bool) {
	var across []rect
	for _, t := range y.taken {
		if t.y < top+h+y.down && top < t.y+t.h+y.down {
			across = append(across, t)
		}
	}
	slices.SortFunc(across, func(a, b rect) int { return int(a.x) - int(b.x) })
	x := y.area.x
	for _, t := range across {
		if x+w+y.apart <= t.x {
			break
		}
		x = max(x, t.x+t.w+y.apart)
	}
	return x, x+w <= y.area.x+y.area.w
}

// flowPairs is flow, but keeps each rectangle that is joined to the one before
// it in that one's row.
func flowPairs(sizes []rect, joined []bool, x, y, width, across, down int32) (at []rect, w, h int32) {
	var units []rect
	for i, s := range sizes {
		if n := len(units); n > 0 && i < len(joined) && joined[i] {
			units[n-1].w, units[n-1].h = units[n-1].w+across+s.w, max(units[n-1].h, s.h)
		} else {
			units = append(units, s)
		}
	}
	places, w, h := flow(units, x, y, width, across, down)
	n, left := -1, int32(0)
	for i, s := range sizes {
		if n < 0 || i >= len(joined) || !joined[i] {
			n++
			left = places[n].x
		}
		at = append(at, rect{left, places[n].y, s.w, s.h})
		left += s.w + across
	}
	return at, w, h
}

// flow places rectangles in rows from a corner, in order, wrapping at a width.
// It returns where each stands and how much room all take.
func flow(sizes []rect, x, y, width, across, down int32) (at []rect, w, h int32) {
	left, top, rowH := x, y, int32(0)
	for _, s := range sizes {
		if left > x && left+s.w > x+width {
			left, top, rowH = x, top+rowH+down, 0
		}
		at = append(at, rect{left, top, s.w, s.h})
		left += s.w + across
		rowH = max(rowH, s.h)
		w, h = max(w, left-across-x), max(h, top+rowH-y)
	}
	return at, w, h
}
