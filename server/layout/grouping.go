package layout

import (
	"errors"
	"fmt"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Grouping says by what the nodes of a site are put together.
type Grouping string

// The groupings. ByCluster is what the map shows and what is remembered;
// others are computed when they are asked for.
const (
	ByCluster Grouping = "cluster"
	ByRack    Grouping = "rack"
)

// ErrGrouping says that there is no such grouping.
var ErrGrouping = errors.New("unknown grouping")

// ParseGrouping reads a grouping's name; "" is ByCluster.
func ParseGrouping(name string) (Grouping, error) {
	switch g := Grouping(name); g {
	case "":
		return ByCluster, nil
	case ByCluster, ByRack:
		return g, nil
	}
	return "", fmt.Errorf("%w %.40q: want %s or %s", ErrGrouping, name, ByCluster, ByRack)
}

// District lays a channel out as Lay does and returns all of it.
func District(s *graph.Snapshot, district api.VertexID, grouping Grouping) Plan {
	return Lay(s, district, grouping).Plan()
}
