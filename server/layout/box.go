// Package layout places the map: where each vertex of a district stands, and
// how large it is drawn. It is a pure function of a snapshot.
package layout

import "github.com/netseam/netseam/api"

// Plan is where everything of one channel stands.
type Plan struct {
	Boxes     []Box
	Furniture []Furniture
}

// Box is where a vertex is drawn, in layout units; y grows southwards.
type Box struct {
	ID api.VertexID
	// Frame is the vertex, or the furniture, in whose box X and Y are
	// counted; 0 is the channel's own origin.
	Frame      api.VertexID
	X, Y, W, H float32
}

// Furniture is a box that is no vertex. Boxes of vertices may be framed in it.
type Furniture struct {
	Box

	Role Role
	// Of is the vertex that it belongs to; 0 is the channel.
	Of api.VertexID
	// Count is, of the role more, how many are not drawn.
	Count int
	// Text is what stands on it, where its role and Of do not say that.
	Text string
}

// Role says what a piece of furniture is.
type Role uint8

// The roles; they travel as numbers.
const (
	RolePart   Role = 1  // one site's share of a stretched cluster
	RoleMore   Role = 2  // a cell for all that a full container has no room for
	RoleTray   Role = 3  // where pods without a node stand
	RoleShelf  Role = 4  // where a cluster's namespaces stand
	RoleRack   Role = 5  // a pair of leaves and the nodes beneath
	RoleGutter Role = 6  // where trunks run
	RoleZone   Role = 7  // of a cloud: what is in it is not visible to us
	RoleTier   Role = 8  // a row of devices
	RoleHost   Role = 9  // the machine that a KinD cluster is on
	RoleBridge Role = 10 // the bridge that joins a machine's containers
)

// Furniture IDs: above all vertices', and within what a float64 holds.
const (
	furnitureBase  = 1 << 52
	furnitureShare = 1 << 12 // of one vertex
)

// furnitureID names a vertex's piece of furniture by a number of its own.
func furnitureID(of api.VertexID, ordinal int) api.VertexID {
	return furnitureBase + of*furnitureShare + api.VertexID(ordinal)
}
