package channel

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/layout"
)

// Grouping is the only grouping so far.
const Grouping = "cluster"

// boxSize and furnitureSize are how many bytes of columns a box takes in a
// frame, at most, and a piece of furniture without its text.
const (
	boxSize       = 2*7 + 4*4
	furnitureSize = boxSize + 1 + 3*7
)

// Places are where a channel's vertices and furniture stand, in order of IDs.
type Places struct {
	boxes     []layout.Box
	furniture []layout.Furniture
}

// NewPlaces puts a plan in order.
func NewPlaces(p layout.Plan) Places {
	out := Places{slices.Clone(p.Boxes), slices.Clone(p.Furniture)}
	slices.SortFunc(out.boxes, func(a, b layout.Box) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(out.furniture, func(a, b layout.Furniture) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Plan returns the places as a plan, in order of IDs. It is not to be modified.
func (p Places) Plan() layout.Plan { return layout.Plan{Boxes: p.boxes, Furniture: p.furniture} }

// Whole returns all places, in parts: the first replaces what is known, the
// others add to it. There is at least one.
func (p Places) Whole(ref Ref, revision uint64) []*wire.Positions {
	out := positions(ref, revision, p)
	out[0].Whole = true
	return out
}

// Since returns what changed from earlier places, in parts; none if nothing did.
func (p Places) Since(ref Ref, revision uint64, before Places) []*wire.Positions {
	var put Places
	var gone, goneFurniture []byte
	put.boxes, gone = since(p.boxes, before.boxes, func(b layout.Box) api.VertexID { return b.ID })
	put.furniture, goneFurniture = since(p.furniture, before.furniture, func(f layout.Furniture) api.VertexID { return f.ID })
	if len(put.boxes)+len(put.furniture)+len(gone)+len(goneFurniture) == 0 {
		return nil
	}
	out := positions(ref, revision, put)
	out[0].Gone = gone
	if len(goneFurniture) > 0 {
		if out[0].Furniture == nil {
			out[0].Furniture = &wire.Furniture{}
		}
		out[0].Furniture.Gone = goneFurniture
	}
	return out
}

// since returns what differs between two lists in order of IDs: the rows that
// are new or other, and the IDs of those that are gone, as f64.
func since[T comparable](now, before []T, id func(T) api.VertexID) (put []T, gone []byte) {
	i := 0
	for _, row := range now {
		for i < len(before) && id(before[i]) < id(row) {
			gone = f64(gone, uint64(id(before[i])))
			i++
		}
		if i < len(before) && id(before[i]) == id(row) {
			i++
			if before[i-1] == row {
				continue
			}
		}
		put = append(put, row)
	}
	for ; i < len(before); i++ {
		gone = f64(gone, uint64(id(before[i])))
	}
	return put, gone
}

// positions writes places in parts: boxes first, then furniture.
func positions(ref Ref, revision uint64, rest Places) []*wire.Positions {
	var out []*wire.Positions
	for first := true; first || len(rest.boxes)+len(rest.furniture) > 0; first = false {
		part := &wire.Positions{Channel: ref.String(), Revision: revision, Grouping: Grouping}
		n := min(len(rest.boxes), partSize/boxSize)
		putBoxes(part, rest.boxes[:n])
		rest.boxes = rest.boxes[n:]
		n, room := 0, partSize-n*boxSize
		for n < len(rest.furniture) && room > 0 {
			room -= furnitureSize + len(rest.furniture[n].Text)
			n++
		}
		part.Furniture = furniture(rest.furniture[:n])
		rest.furniture = rest.furniture[n:]
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
