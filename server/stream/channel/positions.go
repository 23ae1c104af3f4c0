package channel

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/layout"
)

// Grouping is the only grouping so far.
const Grouping = "rack"

// boxSize is how many bytes a box takes in a frame, at most.
const boxSize = 2*8 + 4*4

// Boxes are a channel's boxes by ID: where its vertices stand.
type Boxes []layout.Box

// NewBoxes puts boxes in order.
func NewBoxes(list []layout.Box) Boxes {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b layout.Box) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Whole returns all boxes, in parts: the first replaces what is known, the
// others add to it. There is at least one.
func (b Boxes) Whole(ref Ref, revision uint64) []*wire.Positions {
	out := positions(ref, revision, b)
	out[0].Whole = true
	return out
}

// Since returns what changed from earlier boxes, in parts; none if nothing did.
func (b Boxes) Since(ref Ref, revision uint64, before Boxes) []*wire.Positions {
	var put Boxes
	var gone []byte
	i := 0
	for _, box := range b {
		for i < len(before) && before[i].ID < box.ID {
			gone = f64(gone, uint64(before[i].ID))
			i++
		}
		if i < len(before) && before[i].ID == box.ID {
			i++
			if before[i-1] == box {
				continue
			}
		}
		put = append(put, box)
	}
	for ; i < len(before); i++ {
		gone = f64(gone, uint64(before[i].ID))
	}
	if len(put) == 0 && len(gone) == 0 {
		return nil
	}
	out := positions(ref, revision, put)
	out[0].Gone = gone
	return out
}

func positions(ref Ref, revision uint64, boxes Boxes) []*wire.Positions {
	var out []*wire.Positions
	for first := true; first || len(boxes) > 0; first = false {
		n := min(len(boxes), partSize/boxSize)
		p := &wire.Positions{Channel: ref.String(), Revision: revision, Grouping: Grouping, Count: uint32(n)}
		var id steps
		var frame numbers
		for _, box := range boxes[:n] {
			id.add(uint64(box.ID))
			frame.add(uint64(box.Frame))
			p.X = f32(p.X, box.X)
			p.Y = f32(p.Y, box.Y)
			p.W = f32(p.W, box.W)
			p.H = f32(p.H, box.H)
		}
		if n > 0 {
			p.Id, p.Frame = id.bytes(), frame.bytes()
		}
		boxes = boxes[n:]
		out = append(out, p)
	}
	return out
}

func f32(to []byte, x float32) []byte {
	return binary.LittleEndian.AppendUint32(to, math.Float32bits(x))
}
