package stream_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// Browsers that come, go, come back and open channels at any moment of a random
// history all end with what their channels have to carry, positions included.
func TestBrowsersAgreeWithTheGraph(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := serve(t, stream.Config{Gap: time.Millisecond, TickEvery: 20 * time.Millisecond, LogFrames: 6, Idle: 30 * time.Millisecond})
			random := rand.New(rand.NewPCG(seed, 1))
			w := streamtest.NewWorld(random.IntN)
			browsers := []*browser{s.connect(t, nil), s.connect(t, nil), s.connect(t, nil)}
			pause := time.NewTicker(500 * time.Microsecond)
			defer pause.Stop()
			for range 300 {
				s.step(w, random)
				if random.IntN(2) == 0 {
					<-pause.C
				}
				i := random.IntN(len(browsers))
				switch random.IntN(12) {
				case 0:
					browsers[i].close()
					browsers[i] = s.connect(t, browsers[i])
				case 1, 2, 3:
					names := w.Channels()
					browsers[i].open(names[random.IntN(len(names))])
				}
			}
			for _, b := range browsers {
				eventually(t, "all is cut", func() bool {
					tick := see(b, func(s *streamtest.Store) *wire.Tick { return s.LastTick })
					return tick != nil && tick.Revision == s.hub.Current().Revision
				})
				b.open(w.Channels()...)
				s.agree(t, b, w)
			}
		})
	}
}

// step publishes one change, now and then with what upsets listeners.
func (s *served) step(w *streamtest.World, random *rand.Rand) {
	c := w.Change()
	if random.IntN(60) == 0 {
		s.hub.NewEpoch(c, w.Time())
		return
	}
	s.hub.Publish(c, w.Time())
	if random.IntN(30) == 0 {
		s.hub.CutFeeds()
	}
}

// agree waits until a browser has all that its channels have to carry.
func (s *served) agree(t *testing.T, b *browser, w *streamtest.World) {
	t.Helper()
	for _, name := range w.Channels() {
		want := streamtest.Want(w.Graph(), name)
		placed := streamtest.PlacedOf(streamtest.Layout(nil, s.hub.Current(), district(name), layout.ByCluster, nil))
		for _, box := range placed.Boxes {
			want.Boxes[box.ID] = box
		}
		for _, f := range placed.Furniture {
			want.Furniture[f.ID] = f
		}
		var diff string
		deadline := time.Now().Add(10 * time.Second)
		poll := time.NewTicker(2 * time.Millisecond)
		t.Cleanup(poll.Stop)
		for {
			if err := b.failed(); err != nil {
				t.Fatal(err)
			}
			diff = see(b, func(st *streamtest.Store) string {
				got := st.Channels[name]
				if got == nil {
					return "not there"
				}
				want.Epoch, want.Revision, want.Merged = got.Epoch, got.Revision, got.Merged
				return cmp.Diff(want, got)
			})
			if diff == "" {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s (-want +got):\n%s", name, diff)
			}
			<-poll.C
		}
	}
}

func district(name string) api.VertexID {
	_, text, _ := strings.Cut(name, ":")
	id, err := api.ParseVertexID(text)
	if err != nil {
		return 0 // the overview
	}
	return id
}

// site publishes a site with a device, and returns its channel.
func (s *served) site(t *testing.T, names ...string) string {
	t.Helper()
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexSite, Name: "berlin"}}}
	for i, name := range names {
		id := api.VertexID(10 + i)
		c.Vertices[id] = &api.Vertex{ID: id, Kind: api.VertexDevice, Parent: 1, Name: name}
	}
	s.hub.Publish(c, time.Now())
	eventually(t, "the site is cut", func() bool { return s.hello(t) == s.hub.Current().Revision })
	return "site:v1"
}

// hello returns the revision that a new connection is greeted with.
func (s *served) hello(t *testing.T) uint64 {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial(s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(); _ = resp.Body.Close() }()
	_, raw, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	var f wire.ServerFrame
	if err := proto.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return f.GetHello().GetRevision()
}

// rename publishes a change of a device's name.
func (s *served) rename(name string) {
	s.hub.Publish(api.Change{Vertices: map[api.VertexID]*api.Vertex{
		10: {ID: 10, Kind: api.VertexDevice, Parent: 1, Name: name},
	}}, time.Now())
}

func (b *browser) waitName(name string) {
	b.t.Helper()
	eventually(b.t, "the device is called "+name, func() bool {
		return see(b, func(s *streamtest.Store) bool {
			c := s.Channels["site:v1"]
			return c != nil && c.Vertices[10].Name == name
		})
	})
}

func TestABrowserThatComesBackIsSentOnlyWhatItMissed(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name)
	b.waitName("leaf1")
	b.close()
	other := s.connect(t, nil)
	other.open(name)
	for i := range 5 {
		s.rename(fmt.Sprint("leaf", i))
		other.waitName(fmt.Sprint("leaf", i))
	}
	b = s.connect(t, b)
	b.open(name)
	b.waitName("leaf4")
	if got := see(b, func(s *streamtest.Store) int { return s.Snapshots[name] }); got != 1 {
		t.Errorf("got %d snapshots, want only the first", got)
	}
	eventually(t, "the end of what was missed is told", func() bool {
		return see(b, func(s *streamtest.Store) bool { return s.Resumed[name] == 1 })
	})
	if got := testutil.ToFloat64(s.Resumed()); got != 1 {
		t.Errorf("counted %v resumed, want 1", got)
	}
}

func TestABrowserThatWasAwayTooLongStartsOver(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond, LogFrames: 2})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name)
	b.waitName("leaf1")
	b.close()
	other := s.connect(t, nil)
	other.open(name)
	for i := range 6 {
		s.rename(fmt.Sprint("leaf", i))
		other.waitName(fmt.Sprint("leaf", i))
	}
	b = s.connect(t, b)
	b.open(name)
	b.waitName("leaf5")
	if got := see(b, func(s *streamtest.Store) [2]int { return [2]int{s.StartOvers[name], s.Snapshots[name]} }); got != [2]int{1, 2} {
		t.Errorf("got %d start-overs and %d snapshots, want 1 and 2", got[0], got[1])
	}
}

func TestANewEpochStartsEverybodyOver(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name, "overview")
	b.waitName("leaf1")
	b.waitWhole("overview")
	s.hub.NewEpoch(api.Change{Vertices: map[api.VertexID]*api.Vertex{
		10: {ID: 10, Kind: api.VertexDevice, Parent: 1, Name: "anew"},
	}}, time.Now())
	b.waitName("anew")
	b.waitWhole("overview")
	for _, name := range []string{name, "overview"} {
		if got := see(b, func(s *streamtest.Store) int { return s.StartOvers[name] }); got != 1 {
			t.Errorf("%s: got %d start-overs, want 1", name, got)
		}
	}
}

func TestAStreamThatLaggedBehindTheHubStartsNobodyOver(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name)
	b.waitName("leaf1")
	s.hub.CutFeeds()
	s.rename("leaf2")
	b.waitName("leaf2")
	if got := see(b, func(s *streamtest.Store) int { return s.StartOvers[name] }); got != 0 {
		t.Errorf("got %d start-overs, want none", got)
	}
}

func TestADistrictThatGoesIsEmptiedAndRefused(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name)
	b.waitName("leaf1")
	s.hub.Publish(api.Change{Vertices: map[api.VertexID]*api.Vertex{1: nil, 10: nil}}, time.Now())
	eventually(t, "the channel is empty", func() bool {
		return see(b, func(s *streamtest.Store) bool { return len(s.Channels[name].Vertices) == 0 })
	})
	late := s.connect(t, nil)
	late.open(name)
	eventually(t, "a problem is told", func() bool {
		return see(late, func(s *streamtest.Store) bool { return len(s.Problems) == 1 })
	})
}

func TestTicksCarryWhatIsMeasured(t *testing.T) {
	s := serve(t, stream.Config{TickEvery: 5 * time.Millisecond})
	b := s.connect(t, nil)
	tick := func() *wire.Tick { return see(b, func(s *streamtest.Store) *wire.Tick { return s.LastTick }) }
	eventually(t, "a tick says that all is kept", func() bool { return tick() != nil && tick().Kept })
	since := time.UnixMilli(1_700_000_000_123)
	s.hub.SetKept(api.Kept{Since: since, Why: "disk full"})
	s.hub.SetSources(api.SourceStatus{ID: "snmp:leaf1", State: api.StateUnreachable, Since: since, LastOK: since, Message: "no answer \xff"})
	eventually(t, "a tick says what changed", func() bool { return len(tick().Sources) == 1 && !tick().Kept })
	got, want := tick().Sources[0], &wire.SourceState{
		Id: "snmp:leaf1", Kind: "snmp", State: uint32(api.StateUnreachable),
		SinceMs: 1_700_000_000_123, LastOkMs: 1_700_000_000_123, Message: "no answer \uFFFD",
	}
	if got.String() != want.String() || tick().NotKeptSinceMs != 1_700_000_000_123 {
		t.Errorf("got %v since %v, want %v", got, tick().NotKeptSinceMs, want)
	}
}

func TestChannelsThatNobodyHearsAreDropped(t *testing.T) {
	s := serve(t, stream.Config{TickEvery: 5 * time.Millisecond, Idle: 20 * time.Millisecond})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name, "overview")
	b.waitWhole(name, "overview")
	b.send(&wire.ClientFrame{Body: &wire.ClientFrame_Close{Close: &wire.Close{Channel: name}}})
	eventually(t, "one channel is left", func() bool { return testutil.ToFloat64(s.Channels()) == 1 })
	b.close()
	eventually(t, "no channel is left", func() bool { return testutil.ToFloat64(s.Channels()) == 0 })
}

// The difference of two snapshots leads from one to the other.
func TestDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
		w := streamtest.NewWorld(pick)
		from := (&graph.Snapshot{}).Apply(w.Change(), 1, 1, w.Time())
		to := from
		for range pick(8) {
			to = to.Apply(w.Change(), 1, to.Revision+1, w.Time())
		}
		got := from.Apply(stream.Difference(from, to), 1, to.Revision, to.Time)
		if diff := cmp.Diff(to.Plain(), got.Plain()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func FuzzDecodeFrame(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x0a\x0a\x0a\x08overview"))
	f.Add([]byte("\x12\x09\x0a\x07site:v1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		frame, err := stream.DecodeFrame(raw)
		if err == nil && frame.GetOpen() == nil && frame.GetClose() == nil {
			t.Errorf("%q: accepted, but asks for nothing", raw)
		}
	})
}
