package stream_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(envAudience); url != "" {
		if err := beAudience(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// served is a stream that runs behind a server of its own.
type served struct {
	*stream.Stream
	hub  *streamtest.Hub
	url  string
	stop func() // ends Run and waits for it
}

func serve(t *testing.T, cfg stream.Config) *served {
	t.Helper()
	return serveLaid(t, cfg, streamtest.Layout)
}

func serveLaid(t *testing.T, cfg stream.Config, lay stream.Layout) *served {
	t.Helper()
	hub := streamtest.NewHub()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	s := stream.New(cfg, hub, lay, logger, prometheus.NewRegistry())
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	server := httptest.NewServer(s)
	stop := func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(func() {
		stop()
		server.Close()
	})
	out := &served{s, hub, "ws" + strings.TrimPrefix(server.URL, "http"), stop}
	out.ready(t)
	return out
}

// ready waits until Run has begun.
func (s *served) ready(t *testing.T) {
	t.Helper()
	eventually(t, "the stream runs", func() bool {
		conn, resp, err := websocket.DefaultDialer.Dial(s.url, nil)
		if resp != nil {
			_ = resp.Body.Close()
		}
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
}

// eventually waits for something to come true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(20 * time.Second)
	for !is() {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// browser is a client with a plain store.
type browser struct {
	t       *testing.T
	conn    *websocket.Conn
	done    chan struct{} // closed when reading has ended
	mu      sync.Mutex
	store   *streamtest.Store
	err     error // why reading ended
	bytes   int
	deltas  int
	writing sync.Mutex
}

// connect opens a connection that goes on with what another one knew, if any.
func (s *served) connect(t *testing.T, former *browser) *browser {
	t.Helper()
	conn, resp, err := (&websocket.Dialer{EnableCompression: true}).Dial(s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	b := &browser{t: t, conn: conn, done: make(chan struct{}), store: streamtest.NewStore()}
	if former != nil {
		b.store = former.store
		b.store.Lost()
	}
	go b.read()
	t.Cleanup(b.close)
	return b
}

func (b *browser) read() {
	defer close(b.done)
	for {
		_, raw, err := b.conn.ReadMessage()
		b.mu.Lock()
		if err == nil {
			var f wire.ServerFrame
			b.bytes += len(raw)
			if err = proto.Unmarshal(raw, &f); err == nil {
				err = b.store.Apply(&f)
			}
			if f.GetDelta() != nil {
				b.deltas++
			}
		}
		if err != nil {
			b.err = err
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
	}
}

// close ends the connection without a word.
func (b *browser) close() {
	_ = b.conn.Close()
	<-b.done
}

func (b *browser) send(f *wire.ClientFrame) {
	b.t.Helper()
	raw, err := proto.Marshal(f)
	if err != nil {
		b.t.Fatal(err)
	}
	b.sendRaw(websocket.BinaryMessage, raw)
}

func (b *browser) sendRaw(kind int, raw []byte) {
	b.t.Helper()
	b.writing.Lock()
	defer b.writing.Unlock()
	if err := b.conn.WriteMessage(kind, raw); err != nil {
		b.t.Logf("not sent: %v", err)
	}
}

// open asks for channels, from where the store stands.
func (b *browser) open(names ...string) {
	b.t.Helper()
	for _, name := range names {
		open := &wire.Open{Channel: name}
		b.mu.Lock()
		if held := b.store.Channels[name]; held != nil {
			open.Epoch, open.Revision = held.Epoch, held.Revision
		}
		b.mu.Unlock()
		b.send(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: open}})
	}
}

// see looks at the store.
func see[T any](b *browser, look func(*streamtest.Store) T) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return look(b.store)
}

func (b *browser) waitWhole(names ...string) {
	b.t.Helper()
	for _, name := range names {
		eventually(b.t, name+" is whole", func() bool {
			return see(b, func(s *streamtest.Store) bool { return s.Channels[name] != nil && s.Channels[name].Whole })
		})
	}
}

// failed returns why reading ended, if the frames did not fit.
func (b *browser) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if errors.Is(b.err, streamtest.ErrProtocol) {
		return b.err
	}
	return nil
}

// closed waits for the connection to end and returns the close code.
func (b *browser) closed() int {
	b.t.Helper()
	select {
	case <-b.done:
	case <-time.After(20 * time.Second):
		b.t.Fatal("the connection is still open")
	}
	var closed *websocket.CloseError
	if !errors.As(b.err, &closed) {
		b.t.Logf("ended by %v", b.err)
		return 0
	}
	return closed.Code
}
