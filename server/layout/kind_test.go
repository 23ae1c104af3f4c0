package layout_test

import (
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// A KinD host whose bridge nobody says has a bridge beside it, not across it.
func TestAnUnsaidBridgeStandsBesideTheHost(t *testing.T) {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{
		1: {ID: 1, Kind: api.VertexCluster, Name: "kind"},
		2: {ID: 2, Kind: api.VertexNode, Parent: 1, Name: "w", Attrs: []api.Attr{{Key: api.AttrProviderID, Value: "kind://docker/kind/w"}}},
		3: {ID: 3, Kind: api.VertexHypervisor, Parent: 1, Name: "host of kind"},
	}}
	p := layout.District((&graph.Snapshot{}).Apply(c, 1, 1, time.Time{}), 1, layout.ByCluster)
	var host, bridge layout.Box
	for _, b := range p.Boxes {
		if b.ID == 3 {
			host = b
		}
	}
	for _, f := range p.Furniture {
		if f.Role == layout.RoleBridge {
			bridge = f.Box
		}
	}
	if host.W == 0 || bridge.W == 0 || host.Frame != bridge.Frame || host.X+host.W >= bridge.X {
		t.Errorf("the host is %+v, the bridge %+v", host, bridge)
	}
}
