package events_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/stream/streamtest"
)

// browser is one that has the cluster's channel open.
type browser struct {
	conn  *websocket.Conn
	done  chan struct{} // closed when reading has ended
	heard *ages

	mu    sync.Mutex
	store *streamtest.Store
	err   error
	// ids: name of a pod -> its vertex; sent: vertex -> when an event of it was
	// sent that has not arrived
	ids  map[string]uint64
	sent map[uint64]time.Time
}

func openBrowser(t *testing.T, url, channel string) *browser {
	t.Helper()
	conn, resp, err := (&websocket.Dialer{EnableCompression: true}).Dial("ws"+strings.TrimPrefix(url, "http")+"/api/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	raw, err := proto.Marshal(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: &wire.Open{Channel: channel}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.WriteMessage(websocket.BinaryMessage, raw); err != nil {
		t.Fatal(err)
	}
	b := &browser{
		conn: conn, done: make(chan struct{}), heard: &ages{}, store: streamtest.NewStore(), ids: map[string]uint64{}, sent: map[uint64]time.Time{},
	}
	go b.read()
	t.Cleanup(func() {
		_ = conn.Close()
		<-b.done
	})
	eventually(t, time.Minute, "the channel is whole", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		at := b.store.Channels[channel]
		if at == nil || !at.Whole {
			return false
		}
		for id, v := range at.Vertices {
			b.ids[v.Name] = id
		}
		// From here on only deltas are looked at, and not kept.
		b.store = nil
		return true
	})
	return b
}

func (b *browser) read() {
	defer close(b.done)
	for {
		_, raw, err := b.conn.ReadMessage()
		at := time.Now()
		if err == nil {
			err = b.take(raw, at)
		}
		if err != nil {
			b.mu.Lock()
			b.err = err
			b.mu.Unlock()
			return
		}
	}
}

func (b *browser) take(raw []byte, at time.Time) error {
	var f wire.ServerFrame
	if err := proto.Unmarshal(raw, &f); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.store != nil {
		return b.store.Apply(&f)
	}
	ids, err := streamtest.VertexIDs(f.GetDelta())
	for _, id := range ids {
		if sent, ok := b.sent[id]; ok {
			delete(b.sent, id)
			b.heard.add(at.Sub(sent))
		}
	}
	return err
}

// sends notes that an event of a pod is about to be sent.
func (b *browser) sends(pod string, at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	id, ok := b.ids[pod]
	b.sent[id] = at
	return ok
}

// missed is how many events have not arrived, and why reading ended, if it did.
func (b *browser) missed() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sent), b.err
}
