package api

import "slices"

// Plot is where a container was built and how large: given once and kept, so
// that nothing moves when others come, go or grow. Numbers are the layout's
// own; only package layout reads them.
type Plot struct {
	// In is the vertex in which X and Y are counted; a vertex whose parent is
	// another now needs a new place there.
	In VertexID `cbor:"1,keyasint,omitempty"`
	X  int32    `cbor:"2,keyasint,omitempty"`
	Y  int32    `cbor:"3,keyasint,omitempty"`
	W  int32    `cbor:"4,keyasint,omitempty"`
	H  int32    `cbor:"5,keyasint,omitempty"`
	// Room says for how much the container was built.
	Room []int32 `cbor:"6,keyasint,omitempty"`
	// Parts are what the container is divided into.
	Parts []PlotPart `cbor:"7,keyasint,omitempty"`
}

// PlotPart is a part of a container: one site's share of a cluster, a zone.
type PlotPart struct {
	Role uint8 `cbor:"1,keyasint,omitempty"`
	// In is the site that the part stands in, if that is another than the
	// container's own.
	In   VertexID `cbor:"2,keyasint,omitempty"`
	X    int32    `cbor:"3,keyasint,omitempty"`
	Y    int32    `cbor:"4,keyasint,omitempty"`
	W    int32    `cbor:"5,keyasint,omitempty"`
	H    int32    `cbor:"6,keyasint,omitempty"`
	Text string   `cbor:"7,keyasint,omitempty"`
}

// Equal says whether two plots are the same; either may be nil.
func (p *Plot) Equal(other *Plot) bool {
	if p == nil || other == nil {
		return p == other
	}
	return p.In == other.In && p.X == other.X && p.Y == other.Y && p.W == other.W && p.H == other.H &&
		slices.Equal(p.Room, other.Room) && slices.Equal(p.Parts, other.Parts)
}
