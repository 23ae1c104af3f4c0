// Package layout places the map: where each vertex of a district stands, and
// how large it is drawn. It is a pure function of a snapshot.
package layout

import "github.com/netseam/netseam/api"

// Box is where a vertex is drawn, in layout units; y grows southwards.
type Box struct {
	ID api.VertexID
	// Frame is the vertex in whose box X and Y are counted; 0 is the
	// channel's own origin.
	Frame      api.VertexID
	X, Y, W, H float32
}
