package channel_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/stream/channel"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// listener follows one channel from some moment on.
type listener struct {
	ref    channel.Ref
	follow *channel.Channel
	store  *streamtest.Store
	merged map[uint64]uint64
}

func listen(t require, name string, s *graph.Snapshot) *listener {
	ref, err := channel.ParseRef(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	l := &listener{ref: ref, store: streamtest.NewStore(), merged: map[uint64]uint64{}}
	var parts []*wire.Columns
	l.follow, parts = channel.Open(ref, s)
	for _, part := range parts {
		l.apply(t, &wire.ServerFrame{Body: &wire.ServerFrame_Snapshot{Snapshot: part}})
	}
	l.apply(t, &wire.ServerFrame{Body: &wire.ServerFrame_End{End: &wire.End{Channel: name, Epoch: s.Epoch, Revision: s.Revision}}})
	return l
}

type require interface{ Fatalf(string, ...any) }

func (l *listener) apply(t require, f *wire.ServerFrame) {
	// Over the wire and back, as it would travel.
	raw, err := proto.Marshal(f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var again wire.ServerFrame
	if err := proto.Unmarshal(raw, &again); err != nil {
		t.Fatalf("%v", err)
	}
	if err := l.store.Apply(&again); err != nil {
		t.Fatalf("%v", err)
	}
}

func (l *listener) agree(t require, g api.Graph) {
	got, want := l.store.Channels[l.ref.String()], streamtest.Want(g, l.ref.String())
	want.Epoch, want.Revision, want.Merged = got.Epoch, got.Revision, l.merged
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s differs from what it has to carry (-want +got):\n%s", l.ref, diff)
	}
}

// A snapshot, whenever taken, and the deltas since, however joined, make what
// the channel has to carry.
func TestSnapshotAndDeltasMakeTheGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
		w := streamtest.NewWorld(pick)
		snap := (&graph.Snapshot{}).At(1, 1, w.Time())
		var listeners []*listener
		var pending api.Change
		cut := snap
		before := w.Graph()
		before.Vertices = maps.Clone(before.Vertices)
		for i := range rapid.IntRange(1, 25).Draw(t, "steps") {
			c := w.Change()
			snap = snap.Apply(c, 1, uint64(i+2), w.Time())
			pending = pending.Then(c)
			if err := snap.Check(); err != nil {
				t.Fatalf("the history is not sound: %v", err)
			}
			if pick(3) == 0 {
				continue // joined with the next one
			}
			step := channel.NewStep(cut, snap, pending)
			for _, l := range listeners {
				l.step(t, before, step)
				l.agree(t, w.Graph())
			}
			cut, pending = snap, api.Change{}
			before.Vertices = maps.Clone(w.Graph().Vertices)
			for _, name := range w.Channels() {
				if pick(4) == 0 {
					l := listen(t, name, cut)
					l.agree(t, w.Graph())
					listeners = append(listeners, l)
				}
			}
		}
	})
}

func (l *listener) step(t require, before api.Graph, step *channel.Step) {
	had := l.store.Channels[l.ref.String()].Vertices
	for from, into := range step.Change.Merged {
		if _, ok := had[uint64(from)]; ok && before.Vertices[from] != nil {
			l.merged[uint64(from)] = uint64(into)
		}
	}
	if delta, ok := l.follow.Advance(step); ok {
		l.apply(t, &wire.ServerFrame{Body: &wire.ServerFrame_Delta{Delta: delta.Columns}})
	}
}

// A step that a channel carries nothing of makes no frame.
func TestOthersChangesMakeNoFrame(t *testing.T) {
	s := fabric()
	site2, _ := channel.Open(channel.Ref{Kind: api.VertexSite, District: 2}, s)
	v, _ := s.Vertex(11)
	changed := *v
	changed.Health = api.HealthDown
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{11: &changed}}
	step := channel.NewStep(s, s.Apply(c, 1, 2, s.Time), c)
	if d, ok := site2.Advance(step); ok {
		t.Errorf("got %v", d.Columns)
	}
}

// fabric is two sites with a device and two ports each, a cluster with a node,
// and cables between the sites and to the node.
func fabric() *graph.Snapshot {
	put := func(id api.VertexID, kind api.VertexKind, parent api.VertexID, name string) *api.Vertex {
		return &api.Vertex{ID: id, Kind: kind, Parent: parent, Name: name, Health: api.HealthOK}
	}
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	for _, v := range []*api.Vertex{
		put(1, api.VertexSite, 4, "berlin"), put(2, api.VertexSite, 4, "hamburg"), put(3, api.VertexCluster, 0, "east"), put(4, api.VertexRegion, 0, "eu"),
		put(10, api.VertexDevice, 1, "leaf1"), put(11, api.VertexPort, 10, "swp1"), put(12, api.VertexPort, 10, "swp2"),
		put(20, api.VertexDevice, 2, "leaf2"), put(21, api.VertexPort, 20, "swp1"), put(22, api.VertexPort, 20, "swp2"),
		put(30, api.VertexNode, 3, "n1"), put(31, api.VertexNIC, 30, "eth0"),
	} {
		c.Vertices[v.ID] = v
	}
	c.Edges[1] = &api.Edge{ID: 1, Kind: api.EdgeLink, A: 11, B: 21, Confidence: 99}
	c.Edges[2] = &api.Edge{ID: 2, Kind: api.EdgeAttach, A: 31, B: 12, Confidence: 95}
	return (&graph.Snapshot{}).Apply(c, 1, 1, graph0().Time)
}

func graph0() *graph.Snapshot { return &graph.Snapshot{} }

func names(c *streamtest.Contents, flag uint8) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(c.Vertices)) {
		if v := c.Vertices[id]; v.Flags&channel.FlagStub == flag {
			out = append(out, v.Name)
		}
	}
	return out
}

// Written out by hand, so that oracle and code cannot be wrong together.
func TestADistrictNamesItsFarEnds(t *testing.T) {
	l := listen(t, "site:v1", fabric())
	got := l.store.Channels["site:v1"]
	if diff := cmp.Diff([]string{"berlin", "leaf1", "swp1", "swp2"}, names(got, 0)); diff != "" {
		t.Errorf("own (-want +got):\n%s", diff)
	}
	want := []string{"hamburg", "east", "eu", "leaf2", "leaf2 · swp1", "n1", "n1 · eth0"}
	if diff := cmp.Diff(want, names(got, channel.FlagStub)); diff != "" {
		t.Errorf("stubs (-want +got):\n%s", diff)
	}
	if len(got.Edges) != 2 {
		t.Errorf("got edges %v, want both", got.Edges)
	}
	if v := got.Vertices[1]; v.Note != "devices 1/1" {
		t.Errorf("got note %q", v.Note)
	}
}

func TestARenamedDeviceRenamesItsPortElsewhere(t *testing.T) {
	s := fabric()
	l := listen(t, "site:v1", s)
	v, _ := s.Vertex(20)
	renamed := *v
	renamed.Name = "border2"
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{20: &renamed}}
	l.step(t, s.Plain(), channel.NewStep(s, s.Apply(c, 1, 2, s.Time), c))
	got := l.store.Channels["site:v1"]
	if got.Vertices[21].Name != "border2 · swp1" || got.Vertices[20].Name != "border2" {
		t.Errorf("got %+v", got.Vertices)
	}
}

// A device that moves to another site takes its ports, which the change does
// not mention, and becomes a stub where it was.
func TestADeviceMovesWithWhatItContains(t *testing.T) {
	s := fabric()
	v, _ := s.Vertex(10)
	moved := *v
	moved.Parent = 2
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{10: &moved}}
	next := s.Apply(c, 1, 2, s.Time)
	berlin, hamburg := listen(t, "site:v1", s), listen(t, "site:v2", s)
	step := channel.NewStep(s, next, c)
	berlin.step(t, s.Plain(), step)
	hamburg.step(t, s.Plain(), step)
	if got := berlin.store.Channels["site:v1"]; len(got.Edges) != 0 || !slices.Equal(names(got, 0), []string{"berlin"}) {
		t.Errorf("berlin still has %v, %v", got.Vertices, got.Edges)
	}
	got := hamburg.store.Channels["site:v2"]
	if !slices.Equal(names(got, 0), []string{"hamburg", "leaf1", "swp1", "swp2", "leaf2", "swp1", "swp2"}) || len(got.Edges) != 2 {
		t.Errorf("hamburg has %v, %v", names(got, 0), got.Edges)
	}
}

func TestChannelNames(t *testing.T) {
	for _, name := range []string{"overview", "site:v1", "cluster:v9007199254740991"} {
		if ref, err := channel.ParseRef(name); err != nil || ref.String() != name {
			t.Errorf("%s: got %s, %v", name, ref, err)
		}
	}
	for _, name := range []string{"", "site", "site:", "site:v0", "site:v01", "site:1", "device:v1", "overview:v1", "SITE:v1", "site:v-1"} {
		if ref, err := channel.ParseRef(name); !errors.Is(err, channel.ErrUnknown) {
			t.Errorf("%q: got %s, %v; want ErrUnknown", name, ref, err)
		}
	}
	s := fabric().Apply(api.Change{Merged: map[api.VertexID]api.VertexID{99: 2}}, 1, 2, fabric().Time)
	for ref, want := range map[channel.Ref]string{
		{}:                                     "",
		{Kind: api.VertexSite, District: 1}:    "",
		{Kind: api.VertexSite, District: 3}:    "unknown channel: there is no site v3",
		{Kind: api.VertexSite, District: 10}:   "unknown channel: there is no site v10",
		{Kind: api.VertexSite, District: 99}:   "unknown channel: site:v99 is now site:v2",
		{Kind: api.VertexCluster, District: 9}: "unknown channel: there is no cluster v9",
	} {
		got := ""
		if err := ref.In(s); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", ref, got, want)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	for _, name := range []string{"overview", "site:v1", "cluster:v2", "site:", "x"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if ref, err := channel.ParseRef(name); err == nil && ref.String() != name {
			t.Errorf("%q reads as %q", name, ref)
		}
	})
}

// Edges are found by the district's vertices when most of them are elsewhere.
func TestASmallDistrictAmongManyEdges(t *testing.T) {
	s := fabric()
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	c.Vertices[100] = &api.Vertex{ID: 100, Kind: api.VertexDevice, Parent: 2, Name: "big"}
	for i := range api.VertexID(200) {
		c.Vertices[101+i] = &api.Vertex{ID: 101 + i, Kind: api.VertexPort, Parent: 100}
		c.Edges[api.EdgeID(100+i)] = &api.Edge{ID: api.EdgeID(100 + i), Kind: api.EdgeLink, A: 22, B: 101 + i}
	}
	c.Edges[50] = &api.Edge{ID: 50, Kind: api.EdgeLink, A: 11, B: 12}
	s = s.Apply(c, 1, 2, s.Time)
	for _, name := range []string{"site:v1", "site:v2", "cluster:v3"} {
		listen(t, name, s).agree(t, s.Plain())
	}
}
