package channel_test

import (
	"bytes"
	"compress/flate"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

var framesTo = flag.String("frames", "", "write the frames of the budget's worlds to folders in this one")

// deflateLevel is the one that the server's websocket library uses.
const deflateLevel = 1

// budget is how many bytes the snapshot of 100,000 vertices and 150,000 edges
// may take on the wire, deflated.
const budget = 1_300_000

// Whatever the large world looks like, a snapshot keeps to the budget.
func TestALargeSnapshotKeepsToItsBudget(t *testing.T) {
	worlds := map[string]*graph.Snapshot{"regular": large(), "scattered": scattered()}
	for name, s := range worlds {
		t.Run(name, func(t *testing.T) {
			if s.VertexCount() < 100_000 || s.EdgeCount() < 150_000 {
				t.Fatalf("the world has %d vertices and %d edges only", s.VertexCount(), s.EdgeCount())
			}
			ref := channel.Ref{Kind: api.VertexCluster, District: 1}
			var snapshot, positions [][]byte
			parts := channel.Whole(ref, s, 1)
			lengthsAndIDs(t, parts)
			for _, part := range parts {
				snapshot = append(snapshot, encoded(t, &wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: part}}))
			}
			for _, part := range channel.WholePositions(ref, 1, layout.Lay(s, 1, layout.ByCluster)) {
				positions = append(positions, encoded(t, &wire.ServerFrame{Body: &wire.ServerFrame_Positions{Positions: part}}))
			}
			raw, wired := sizes(t, snapshot, deflateLevel)
			t.Logf("snapshot: %d bytes, %d deflated", raw, wired)
			if wired > budget {
				t.Errorf("the snapshot takes %d bytes on the wire, more than %d", wired, budget)
			}
			raw, wired = sizes(t, positions, deflateLevel)
			t.Logf("positions: %d bytes, %d deflated", raw, wired)
			if *framesTo != "" {
				keep(t, filepath.Join(*framesTo, name), append(snapshot, positions...))
			}
		})
	}
}

// lengthsAndIDs holds a snapshot to this: what a row says costs, that there is
// one hardly does. The columns of lengths and of rows' own IDs together take
// less than a bit a row.
func lengthsAndIDs(t *testing.T, parts []*wire.Columns) {
	t.Helper()
	rows := 0
	var plain []byte
	for _, part := range parts {
		v, e := part.Vertices, part.Edges
		rows += int(v.GetCount() + e.GetCount())
		for _, column := range [][]byte{v.GetId(), v.GetNameLengths(), v.GetNoteLengths(), v.GetScopeCounts(), e.GetId(), e.GetScopeCounts()} {
			plain = append(plain, column...)
		}
	}
	if _, wired := sizes(t, [][]byte{plain}, deflateLevel); 8*wired > rows {
		t.Errorf("lengths and IDs of %d rows take %d bytes", rows, wired)
	}
}

// scattered is a cluster in which nothing comes in order: 1,000 nodes, pods on
// any of them, and services with any pods behind them.
func scattered() *graph.Snapshot {
	r := rand.New(rand.NewPCG(1, 2))
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}, Scopes: map[api.ScopeID]*api.ScopeState{}}
	id := api.VertexID(0)
	put := func(kind api.VertexKind, parent, controller api.VertexID, name string, attrs ...api.Attr) api.VertexID {
		id++
		c.Vertices[id] = &api.Vertex{ID: id, Kind: kind, Parent: parent, Controller: controller, Name: name, Health: api.HealthOK, Slot: uint32(r.IntN(100)), Scopes: []api.ScopeID{1}, Attrs: attrs}
		return id
	}
	c.Scopes[1] = &api.ScopeState{ID: 1, Scope: api.Scope{Source: "kube:east", Table: "pods"}, State: api.StateLive}
	cluster := put(api.VertexCluster, 0, 0, "east")
	space := put(api.VertexNamespace, cluster, 0, "shop")
	var nodes, pods []api.VertexID
	for n := range 1000 {
		nodes = append(nodes, put(api.VertexNode, cluster, 0, fmt.Sprintf("node-%04d", n), api.Attr{Key: api.AttrPort, Value: "known"}))
	}
	for i := range 5000 {
		app := fmt.Sprintf("app-%d", i)
		put(api.VertexService, space, 0, app)
		set := fmt.Sprintf("%s-%09x", app, r.Uint64()>>28)
		workload := put(api.VertexWorkload, space, 0, set)
		for range 18 {
			pods = append(pods, put(api.VertexPod, nodes[r.IntN(len(nodes))], workload, fmt.Sprintf("%s-%05x", set, r.IntN(1<<20)), api.Attr{Key: api.AttrPhase, Value: "Running"}))
		}
	}
	first := nodes[len(nodes)-1] + 1
	for e := api.EdgeID(1); e <= 150_000; e++ {
		service := first + api.VertexID(20*((int(e)-1)/30))
		c.Edges[e] = &api.Edge{ID: e, Kind: api.EdgeEndpoint, A: service, B: pods[r.IntN(len(pods))], Health: api.HealthOK, Confidence: 100, ReportedA: true, Scopes: []api.ScopeID{1}}
	}
	return (&graph.Snapshot{}).Apply(c, 1, 1, graph0().Time)
}

func encoded(t *testing.T, f *wire.ServerFrame) []byte {
	t.Helper()
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// sizes returns how large the frames are together, before and after each is
// deflated by itself, as the server does it.
func sizes(tb testing.TB, frames [][]byte, level int) (raw, wired int) {
	tb.Helper()
	for _, frame := range frames {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, level)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write(frame); err != nil {
			tb.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			tb.Fatal(err)
		}
		raw, wired = raw+len(frame), wired+out.Len()
	}
	return raw, wired
}

func keep(t *testing.T, dir string, frames [][]byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for i, frame := range frames {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.bin", i)), frame, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
