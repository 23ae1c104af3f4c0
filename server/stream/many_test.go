package stream_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// churn publishes a change of so many devices that no socket buffer holds many.
func (s *served) churn(round int) {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for i := range api.VertexID(2000) {
		c.Vertices[100+i] = &api.Vertex{ID: 100 + i, Kind: api.VertexDevice, Parent: 1, Name: fmt.Sprintf("device-%d-%d", i, round)}
	}
	s.hub.Publish(c, time.Now())
}

// openRaw opens a channel over a connection that nobody reads from.
func (s *served) openRaw(t *testing.T, name string) (*websocket.Conn, error) {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial(s.url, nil)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	raw, err := proto.Marshal(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: &wire.Open{Channel: name}}})
	if err != nil {
		return nil, err
	}
	return conn, conn.WriteMessage(websocket.BinaryMessage, raw)
}

func TestAStuckClientIsHungUpOnAndOthersNoticeNothing(t *testing.T) {
	// A write may take a minute: whoever waits for the stuck client fails the test.
	s := serve(t, stream.Config{Gap: time.Millisecond, QueueFrames: 16, WriteTimeout: time.Minute, PingEvery: time.Minute})
	name := s.site(t, "leaf1")
	var others []*browser
	for range 10 {
		b := s.connect(t, nil)
		b.open(name)
		b.waitWhole(name)
		others = append(others, b)
	}
	stuck, err := s.openRaw(t, name)
	if err != nil {
		t.Fatal(err)
	}
	var slowest time.Duration
	for round := 0; testutil.ToFloat64(s.Slow()) == 0; round++ {
		if round == 1000 {
			t.Fatal("the stuck client was not hung up on in 1,000 rounds")
		}
		started := time.Now()
		s.churn(round)
		want := fmt.Sprintf("device-0-%d", round)
		for _, b := range others {
			eventually(t, "others hear of the change", func() bool {
				return see(b, func(s *streamtest.Store) bool { return s.Channels[name].Vertices[100].Name == want })
			})
		}
		slowest = max(slowest, time.Since(started))
	}
	t.Logf("slowest round of the others: %s", slowest)
	for _, b := range others {
		if err := b.failed(); err != nil {
			t.Error(err)
		}
		if got := see(b, func(s *streamtest.Store) int { return s.StartOvers[name] + s.Snapshots[name] }); got != 1 {
			t.Errorf("another client was sent %d snapshots and start-overs, want its first alone", got)
		}
	}
	// If it reads on now, it hears why.
	for err == nil {
		_, _, err = stuck.ReadMessage()
	}
	if !websocket.IsCloseError(err, websocket.CloseTryAgainLater) {
		t.Errorf("the stuck client ended with %v, want 1013", err)
	}
}

// Many who come back at once cost one encoding of the snapshot.
func TestAThousandJoinersCostOneEncoding(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond, LogFrames: 2})
	name := s.site(t, "leaf1")
	first := s.connect(t, nil)
	first.open(name)
	first.waitName("leaf1")
	for i := range 4 { // until the log has outgrown the first snapshot
		s.rename(fmt.Sprint("leaf", i))
		first.waitName(fmt.Sprint("leaf", i))
	}
	encoded := testutil.ToFloat64(s.Snapshots())
	conns := make([]*websocket.Conn, 1000)
	var dialling sync.WaitGroup
	for i := range 20 {
		dialling.Go(func() {
			for j := i; j < len(conns); j += 20 {
				var err error
				if conns[j], err = s.openRaw(t, name); err != nil {
					t.Errorf("connection %d: %v", j, err)
					return
				}
			}
		})
	}
	dialling.Wait()
	if t.Failed() {
		t.FailNow()
	}
	var reading sync.WaitGroup
	for _, conn := range conns {
		reading.Go(func() {
			for store := streamtest.NewStore(); store.Channels[name] == nil; {
				_, raw, err := conn.ReadMessage()
				var f wire.ServerFrame
				if err == nil {
					err = proto.Unmarshal(raw, &f)
				}
				if err == nil {
					err = store.Apply(&f)
				}
				if err != nil {
					t.Errorf("no snapshot: %v", err)
					return
				}
			}
		})
	}
	reading.Wait()
	if got := testutil.ToFloat64(s.Snapshots()) - encoded; got != 1 {
		t.Errorf("1,000 joiners cost %v encodings, want 1", got)
	}
}

// A delta is encoded once, however many listen.
func TestADeltaIsEncodedOnce(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond})
	name := s.site(t, "leaf1")
	var all []*browser
	for range 50 {
		b := s.connect(t, nil)
		b.open(name)
		b.waitName("leaf1")
		all = append(all, b)
	}
	before := testutil.ToFloat64(s.Deltas())
	s.rename("leaf2")
	for _, b := range all {
		b.waitName("leaf2")
	}
	if got := testutil.ToFloat64(s.Deltas()) - before; got != 1 {
		t.Errorf("50 listeners cost %v encodings, want 1", got)
	}
}

// The first change after a pause is sent at once, those after it joined.
func TestTheLeadingEdgeIsSentAtOnceAndRepeatsAreJoined(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Second})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open(name)
	b.waitName("leaf1")
	pause := time.NewTimer(1100 * time.Millisecond)
	<-pause.C
	started := time.Now()
	s.rename("first")
	b.waitName("first")
	if took := time.Since(started); took > 700*time.Millisecond {
		t.Errorf("the first change took %s", took)
	}
	for i := range 20 {
		s.rename(fmt.Sprint("repeat", i))
	}
	b.waitName("repeat19")
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.deltas != 2 {
		t.Errorf("got %d deltas, want 2", b.deltas)
	}
}
