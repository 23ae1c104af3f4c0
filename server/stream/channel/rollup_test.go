package channel_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/stream/channel"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// Two sites with a device each, and a cable between them.
func pair() *graph.Snapshot {
	port := func(id, device api.VertexID) *api.Vertex {
		return &api.Vertex{ID: id, Kind: api.VertexPort, Parent: device}
	}
	return (&graph.Snapshot{}).Apply(api.Change{
		Scopes: map[api.ScopeID]*api.ScopeState{1: {ID: 1, State: api.StateLive}},
		Vertices: map[api.VertexID]*api.Vertex{
			1: {ID: 1, Kind: api.VertexSite, Name: "ams"}, 2: {ID: 2, Kind: api.VertexSite, Name: "fra"},
			3: {ID: 3, Kind: api.VertexDevice, Parent: 1, Health: api.HealthOK, Scopes: []api.ScopeID{1}},
			4: {ID: 4, Kind: api.VertexDevice, Parent: 2, Health: api.HealthDegraded},
			5: port(5, 3), 6: port(6, 4),
		},
		Edges: map[api.EdgeID]*api.Edge{1: {ID: 1, Kind: api.EdgeLink, A: 5, B: 6, Health: api.HealthOK}},
	}, 1, 1, graph0().Time)
}

const (
	deviceOK, deviceStale, deviceDegraded = 0, 2, 3
	cableOK, cableDown                    = 20, 24
)

func TestTheOverviewCountsWhatSitesHold(t *testing.T) {
	s := pair()
	ch, parts := channel.Open(channel.Ref{}, s)
	store := streamtest.NewStore()
	receive := func(f *wire.ServerFrame) {
		t.Helper()
		if err := store.Apply(f); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want map[uint64]map[int]uint64) {
		t.Helper()
		got := map[uint64]map[int]uint64{}
		for id, row := range store.Channels[channel.Overview].Rollups {
			got[id] = map[int]uint64{}
			for i, n := range row.Numbers {
				if n > 0 {
					got[id][i] = n
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("counts (-want +got):\n%s", diff)
		}
	}
	advance := func(c api.Change) *wire.Columns {
		t.Helper()
		next := s.Apply(c, 1, s.Revision+1, s.Time)
		delta, ok := ch.Advance(channel.NewStep(s, next, c))
		if !ok {
			t.Fatal("no delta")
		}
		receive(&wire.ServerFrame{Body: &wire.ServerFrame_Delta{Delta: delta.Columns}})
		s = next
		return delta.Columns
	}
	receive(&wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: parts[0]}})
	receive(&wire.ServerFrame{Body: &wire.ServerFrame_End{End: &wire.End{Channel: channel.Overview, Epoch: 1, Revision: 1}}})
	expect(map[uint64]map[int]uint64{1: {deviceOK: 1, cableOK: 1}, 2: {deviceDegraded: 1, cableOK: 1}})

	// A cable that is down counts at both of its ends.
	advance(api.Change{Edges: map[api.EdgeID]*api.Edge{1: {ID: 1, Kind: api.EdgeLink, A: 5, B: 6, Health: api.HealthDown}}})
	expect(map[uint64]map[int]uint64{1: {deviceOK: 1, cableDown: 1}, 2: {deviceDegraded: 1, cableDown: 1}})

	// No vertex changes when its source falls silent; only that site is told.
	cols := advance(api.Change{Scopes: map[api.ScopeID]*api.ScopeState{1: {ID: 1, State: api.StateUnreachable}}})
	expect(map[uint64]map[int]uint64{1: {deviceStale: 1, cableDown: 1}, 2: {deviceDegraded: 1, cableDown: 1}})
	if n := cols.Rollups.GetCount(); n != 1 {
		t.Errorf("got %d rows, want 1", n)
	}

	// A site that keeps nothing has no row.
	advance(api.Change{Vertices: map[api.VertexID]*api.Vertex{3: nil, 5: nil}, Edges: map[api.EdgeID]*api.Edge{1: nil}})
	expect(map[uint64]map[int]uint64{2: {deviceDegraded: 1}})
}
