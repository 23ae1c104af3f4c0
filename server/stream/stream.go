// Package stream serves the live map to browsers over WebSocket: a snapshot of
// each channel that a browser opens, then what changes, encoded once for all
// listeners. It knows what the hub publishes and nothing of where that comes
// from; what a channel carries is package channel's.
//
// One goroutine, Run's, owns channels and their listeners. Each connection has
// two more: one reads requests and hands them over, one writes what is in the
// connection's queue. Whole snapshots and layouts are made in jobs beside them.
// Nobody waits for a browser: one that does not keep up is hung up on.
package stream

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

// ErrUsed says that Run was called a second time.
var ErrUsed = errors.New("a stream runs once")

// Hub is what the stream needs from the hub.
type Hub interface {
	// Current returns the graph as it is published now; never nil.
	Current() *graph.Snapshot
	// Subscribe returns what is published from now on. The feed is closed
	// when the listener has more than depth updates left to read.
	Subscribe(depth int) *graph.Feed
	// Sources returns how each source stands, in a fixed order.
	Sources() []api.SourceStatus
	// Kept says whether what is published is durable.
	Kept() api.Kept
}

// Layout lays a district out; district 0 is the overview. It is given an
// earlier layout, or nil, and what was touched since: see layout.Continue. It
// is pure and may take its time.
type Layout func(before *layout.Laid, s *graph.Snapshot, district api.VertexID, grouping layout.Grouping, touched []api.VertexID) *layout.Laid

// Config holds the stream's limits and paces.
type Config struct {
	// Version is the server's version, told to browsers.
	Version string
	// CheckOrigin says whether a browser of the request's origin is let in;
	// nil lets in only those of the host that they ask for.
	CheckOrigin func(*http.Request) bool
	// MaxClients and MaxChannels bound the connections, and the channels of one.
	MaxClients, MaxChannels int
	// QueueFrames and QueueBytes bound what waits to be written to a client.
	QueueFrames, QueueBytes int
	// LogFrames and LogBytes bound what a channel remembers for those who
	// come back.
	LogFrames, LogBytes int
	// Gap is the least time between two cuts; the first change after a pause
	// is cut at once.
	Gap time.Duration
	// TickEvery is how often clients are told that all is current.
	TickEvery time.Duration
	// WriteTimeout is how long one frame may take to be written.
	WriteTimeout time.Duration
	// PingEvery is how often clients are pinged; one that answers neither of
	// two is gone.
	PingEvery time.Duration
	// Idle is how long a channel without listeners is kept.
	Idle time.Duration
}

// withDefaults puts the default in where a field is not set.
func (c Config) withDefaults() Config {
	d := DefaultConfig()
	numbers := [...]struct{ field, byDefault *int }{
		{&c.MaxClients, &d.MaxClients},
		{&c.MaxChannels, &d.MaxChannels},
		{&c.QueueFrames, &d.QueueFrames},
		{&c.QueueBytes, &d.QueueBytes},
		{&c.LogFrames, &d.LogFrames},
		{&c.LogBytes, &d.LogBytes},
	}
	for _, n := range numbers {
		if *n.field <= 0 {
			*n.field = *n.byDefault
		}
	}
	times := [...]struct{ field, byDefault *time.Duration }{
		{&c.Gap, &d.Gap},
		{&c.TickEvery, &d.TickEvery},
		{&c.WriteTimeout, &d.WriteTimeout},
		{&c.PingEvery, &d.PingEvery},
		{&c.Idle, &d.Idle},
	}
	for _, t := range times {
		if *t.field <= 0 {
			*t.field = *t.byDefault
		}
	}
	return c
}

// DefaultConfig returns the limits and paces for production.
func DefaultConfig() Config {
	return Config{
		MaxClients: 2000, MaxChannels: 512,
		QueueFrames: 2048, QueueBytes: 128 << 20,
		LogFrames: 1024, LogBytes: 8 << 20,
		Gap: 50 * time.Millisecond, TickEvery: 2 * time.Second,
		WriteTimeout: 10 * time.Second, PingEvery: 15 * time.Second, Idle: time.Minute,
	}
}

// Stream is the live half of the server's interface. ServeHTTP serves a
// connection; Run keeps all of them up to date.
type Stream struct {
	cfg      Config
	hub      Hub
	layout   Layout
	logger   *slog.Logger
	metrics  *metrics
	upgrader websocket.Upgrader

	commands chan command  // connections' readers send; Run receives; never closed
	stopped  chan struct{} // closed when Run takes no more commands

	gate struct {
		sync.Mutex
		state   gateState
		clients int
		conns   map[*client]struct{} // those that Run's end has to hang up on
		wait    sync.WaitGroup       // connections being served
	}
}

type gateState int

const (
	gateNew gateState = iota
	gateOpen
	gateShut
)

// New returns a stream that does nothing until Run.
func New(cfg Config, hub Hub, layout Layout, logger *slog.Logger, registerer prometheus.Registerer) *Stream {
	cfg = cfg.withDefaults()
	s := &Stream{
		cfg: cfg, hub: hub, layout: layout, logger: logger, metrics: newMetrics(registerer),
		upgrader: websocket.Upgrader{
			HandshakeTimeout: 10 * time.Second, ReadBufferSize: 1024, WriteBufferSize: 4096,
			WriteBufferPool: &sync.Pool{}, EnableCompression: true, CheckOrigin: cfg.CheckOrigin,
		},
		commands: make(chan command, 64), stopped: make(chan struct{}),
	}
	s.gate.conns = map[*client]struct{}{}
	return s
}

// Run cuts and sends until ctx ends; then all connections have been closed,
// with code 1001, and nothing of the stream is left running.
func (s *Stream) Run(ctx context.Context) error {
	s.gate.Lock()
	used := s.gate.state != gateNew
	s.gate.state = gateOpen
	s.gate.Unlock()
	if used {
		return ErrUsed
	}
	newLoop(s).run(ctx)
	s.shut()
	s.gate.wait.Wait()
	return nil
}

// shut lets nobody in any more and hangs up on all.
func (s *Stream) shut() {
	s.gate.Lock()
	defer s.gate.Unlock()
	s.gate.state = gateShut
	close(s.stopped)
	for c := range s.gate.conns {
		c.hangUp(websocket.CloseGoingAway, "the server stops")
	}
}

// Why a connection is not served.
var (
	errStopped = errors.New("the stream is not running")
	errFull    = errors.New("too many clients")
)

// enter counts a connection in. Whoever got nil calls leave.
func (s *Stream) enter() error {
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.gate.state != gateOpen {
		return errStopped
	}
	if s.gate.clients >= s.cfg.MaxClients {
		return errFull
	}
	s.gate.clients++
	s.gate.wait.Add(1)
	s.metrics.clients.Inc()
	return nil
}

// admit notes an open connection, so that it is hung up on when Run ends;
// false if Run has ended already.
func (s *Stream) admit(c *client) bool {
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.gate.state != gateOpen {
		return false
	}
	s.gate.conns[c] = struct{}{}
	return true
}

// leave counts a connection out; c is nil if it was never admitted.
func (s *Stream) leave(c *client) {
	s.gate.Lock()
	defer s.gate.Unlock()
	delete(s.gate.conns, c)
	s.gate.clients--
	s.gate.wait.Done()
	s.metrics.clients.Dec()
}
