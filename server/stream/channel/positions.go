package channel

import (
	"encoding/binary"
	"math"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/layout"
)

// boxSize and furnitureSize are how many bytes of columns a box takes in a
// frame, at most, and a piece of furniture without its text.
const (
	boxSize       = 2*7 + 4*4
	furnitureSize = boxSize + 1 + 3*7
)

// WholePositions returns all places of a layout, in parts: the first replaces what is
// known, the others add to it. There is at least one.
func WholePositions(ref Ref, revision uint64, laid *layout.Laid) []*wire.Positions {
	out := positions(ref, revision, laid, laid.Plan())
	out[0].Whole = true
	return out
}

// PositionsSince returns what changed from an earlier layout, in parts; none if
// nothing did.
func PositionsSince(ref Ref, revision uint64, laid, before *layout.Laid) []*wire.Positions {
	put, gone, goneFurniture := laid.Since(before)
	if len(put.Boxes)+len(put.Furniture)+len(gone)+len(goneFurniture) == 0 {
		return nil
	}
	out := positions(ref, revision, laid, put)
	out[0].Gone = ids(gone)
	if len(goneFurniture) > 0 {
		if out[0].Furniture == nil {
			out[0].Furniture = &wire.Furniture{}
		}
		out[0].Furniture.Gone = ids(goneFurniture)
	}
	return out
}

// positions writes places in parts: boxes first, then furniture.
func positions(ref Ref, revision uint64, laid *layout.Laid, rest layout.Plan) []*wire.Positions {
	var out []*wire.Positions
	for first := true; first || len(rest.Boxes)+len(rest.Furniture) > 0; first = false {
		part := &wire.Positions{Channel: ref.String(), Revision: revision, Grouping: string(laid.Grouping())}
		n := min(len(rest.Boxes), partSize/boxSize)
		putBoxes(part, rest.Boxes[:n])
		rest.Boxes = rest.Boxes[n:]
		n, room := 0, partSize-n*boxSize
		for n < len(rest.Furniture) && room > 0 {
			room -= furnitureSize + len(rest.Furniture[n].Text)
			n++
		}
		part.Furniture = furniture(rest.Furniture[:n])
		rest.Furniture = rest.Furniture[n:]
		out = append(out, part)
	}
	return out
}

func putBoxes(p *wire.Positions, boxes []layout.Box) {
	p.Count = uint32(len(boxes))
	if len(boxes) == 0 {
		return
	}
	var id steps
	var frame numbers
	for _, box := range boxes {
		id.add(uint64(box.ID))
		frame.add(uint64(box.Frame))
		p.X = f32(p.X, box.X)
		p.Y = f32(p.Y, box.Y)
		p.W = f32(p.W, box.W)
		p.H = f32(p.H, box.H)
	}
	p.Id, p.Frame = id.bytes(), frame.bytes()
}

func furniture(list []layout.Furniture) *wire.Furniture {
	if len(list) == 0 {
		return nil
	}
	out := &wire.Furniture{Count: uint32(len(list))}
	var id steps
	var frame, of, number, lengths numbers
	for _, f := range list {
		id.add(uint64(f.ID))
		frame.add(uint64(f.Frame))
		out.X = f32(out.X, f.X)
		out.Y = f32(out.Y, f.Y)
		out.W = f32(out.W, f.W)
		out.H = f32(out.H, f.H)
		out.Role = append(out.Role, byte(f.Role))
		of.add(uint64(f.Of))
		number.add(uint64(f.Count))
		out.Texts = append(out.Texts, f.Text...)
		lengths.add(uint64(len(f.Text)))
	}
	out.Id, out.Frame, out.Of = id.bytes(), frame.bytes(), of.bytes()
	out.Number, out.TextLengths = number.bytes(), lengths.bytes()
	return out
}

func f32(to []byte, x float32) []byte {
	return binary.LittleEndian.AppendUint32(to, math.Float32bits(x))
}
