package layout

import "github.com/netseam/netseam/api"

// IsFurniture says whether an ID is that of a piece of furniture.
func IsFurniture(id api.VertexID) bool { return id >= furnitureBase }
