package stream

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

// feedDepth is how many updates may wait to be cut. Past it the hub closes the
// feed, and the difference is found by comparing.
const feedDepth = 1024

// loop is the state of Run. Only Run's goroutine touches it, but for published,
// which jobs read, and results, which they send to.
type loop struct {
	*Stream
	current   *graph.Snapshot                // what all rooms are cut at
	published atomic.Pointer[graph.Snapshot] // current, for jobs
	next      *graph.Snapshot                // where pending leads to; nil when nothing is pending
	pending   api.Change                     // what was published since current
	lastCut   time.Time
	cutTimer  *time.Timer

	clients map[*client]struct{}
	rooms   map[string]*room

	tick     frame // the last tick
	tickFor  *graph.Snapshot
	tickTime time.Time

	jobs    sync.WaitGroup
	slots   chan struct{} // holds a mark for each job that is computing
	results chan func(context.Context)
}

func newLoop(s *Stream) *loop {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &loop{
		Stream: s, cutTimer: timer,
		clients: map[*client]struct{}{}, rooms: map[string]*room{},
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), results: make(chan func(context.Context)),
	}
}

func (l *loop) run(ctx context.Context) {
	defer l.jobs.Wait()
	feed := l.hub.Subscribe(feedDepth)
	defer func() { feed.Close() }()
	l.setCurrent(feed.Start)
	ticker := time.NewTicker(l.cfg.TickEvery)
	defer ticker.Stop()
	again := time.NewTimer(time.Hour) // to subscribe anew
	again.Stop()
	defer again.Stop()
	updates := feed.Updates
	for {
		select {
		case <-ctx.Done():
			return
		case u, ok := <-updates:
			if !ok {
				updates = nil
				again.Reset(l.cfg.Gap) // not at once: the hub may be stopping
				continue
			}
			l.update(ctx, u)
		case <-again.C:
			feed.Close()
			feed = l.hub.Subscribe(feedDepth)
			updates = feed.Updates
			l.catchUp(ctx, feed.Start)
		case cmd := <-l.commands:
			l.command(ctx, cmd)
		case result := <-l.results:
			result(ctx)
		case <-l.cutTimer.C:
			l.cut(ctx)
		case now := <-ticker.C:
			l.broadcastTick(ctx)
			l.dropIdle(now)
		}
	}
}

func (l *loop) setCurrent(s *graph.Snapshot) {
	l.current = s
	l.published.Store(s)
}

// update takes in one published step: cut at once after a pause, else joined
// with those that follow.
func (l *loop) update(ctx context.Context, u graph.Update) {
	if u.Snapshot.Epoch != l.current.Epoch {
		l.startOver(ctx, u.Snapshot, "epoch")
		return
	}
	if u.Snapshot.Revision <= l.latest().Revision {
		return // heard of already, when catching up
	}
	l.pending = l.pending.Then(u.Change)
	l.next = u.Snapshot
	l.schedule(ctx)
}

// latest is the last snapshot heard of.
func (l *loop) latest() *graph.Snapshot {
	if l.next != nil {
		return l.next
	}
	return l.current
}

func (l *loop) schedule(ctx context.Context) {
	wait := l.cfg.Gap - time.Since(l.lastCut)
	if wait <= 0 {
		l.cut(ctx)
		return
	}
	l.cutTimer.Reset(wait)
}

// catchUp goes on from a new feed, after one that was closed: what happened in
// between is found by comparing.
func (l *loop) catchUp(ctx context.Context, start *graph.Snapshot) {
	latest := l.latest()
	switch {
	case start.Epoch != latest.Epoch || start.Revision < latest.Revision:
		l.startOver(ctx, start, "epoch")
	case start.Revision > latest.Revision:
		l.logger.InfoContext(ctx, "stream lagged behind the hub", slog.Uint64("revisions", start.Revision-latest.Revision))
		l.update(ctx, graph.Update{Change: difference(latest, start), Snapshot: start})
	}
}

// cut brings all rooms to the latest revision and sends what changed.
func (l *loop) cut(ctx context.Context) {
	l.cutTimer.Stop()
	if l.next == nil {
		return
	}
	started := time.Now()
	from, to, change := l.current, l.next, l.pending
	l.setCurrent(to)
	l.next, l.pending, l.lastCut = nil, api.Change{}, started
	if len(l.rooms) == 0 {
		return
	}
	step := channel.NewStep(from, to, change)
	for _, r := range l.rooms {
		if r.follow == nil {
			r.behind = r.behind.Then(change)
			continue
		}
		l.advance(ctx, r, step)
	}
	l.metrics.cuts.Observe(time.Since(started).Seconds())
}

// advance takes a room over one step.
func (l *loop) advance(ctx context.Context, r *room, step *channel.Step) {
	delta, ok := r.follow.Advance(step)
	beyond := r.grouping != layout.ByCluster // places rest on what is in other channels too
	if !ok {
		if beyond {
			r.touch(nil)
			l.lay(ctx, r)
		}
		return
	}
	f, err := encode(&wire.ServerFrame{Body: &wire.ServerFrame_Delta{Delta: delta.Columns}})
	if err != nil {
		l.fail(ctx, r, err)
		return
	}
	l.metrics.deltas.Inc()
	l.send(r, entry{frame: f, delta: true, revision: step.To.Revision})
	if delta.Placed || beyond {
		r.touch(step.Touched(r.ref.District))
		l.lay(ctx, r)
	}
}

// send records a frame and sends it to a room's listeners.
func (l *loop) send(r *room, e entry) {
	r.record(e, l.cfg.LogFrames, l.cfg.LogBytes)
	for c := range r.live {
		l.put(c, true, e.frame)
	}
}

// put queues frames for a client; one whose queue is full is hung up on.
func (l *loop) put(c *client, live bool, frames ...frame) {
	if c.queue.put(live, frames...) {
		return
	}
	l.metrics.hangups.WithLabelValues("slow").Inc()
	l.forget(c)
	c.hangUp(websocket.CloseTryAgainLater, "slow")
}

// say queues one frame for one client.
func (l *loop) say(ctx context.Context, c *client, f *wire.ServerFrame) {
	encoded, err := encode(f)
	if err != nil {
		l.logger.ErrorContext(ctx, "frame not sent", slog.Any("error", err))
		return
	}
	l.put(c, false, encoded)
}

// forget takes a client out of all rooms.
func (l *loop) forget(c *client) {
	delete(l.clients, c)
	for _, r := range c.rooms {
		l.part(r, c)
	}
	clear(c.rooms)
}

func (l *loop) part(r *room, c *client) {
	r.leave(c)
	if r.empty() && r.idle.IsZero() {
		r.idle = time.Now()
	}
}

// fail ends a room that cannot be encoded: a fault of netseam itself. Its
// listeners are told; who opens it again gets a new one.
func (l *loop) fail(ctx context.Context, r *room, err error) {
	l.logger.ErrorContext(ctx, "channel failed", slog.String("channel", r.name), slog.Any("error", err))
	l.close(ctx, r, "internal error")
}

// close ends a room and tells its listeners why.
func (l *loop) close(ctx context.Context, r *room, why string) {
	delete(l.rooms, r.key)
	l.metrics.channels.Set(float64(len(l.rooms)))
	for _, c := range r.listeners() {
		delete(c.rooms, r.name)
		l.say(ctx, c, problemFrame(r.name, why))
	}
}

// startOver goes on from a snapshot that no change leads to: every listener
// gets a new one.
func (l *loop) startOver(ctx context.Context, s *graph.Snapshot, reason string) {
	l.cutTimer.Stop()
	l.setCurrent(s)
	l.next, l.pending = nil, api.Change{}
	for _, former := range l.rooms {
		if err := former.ref.In(s); err != nil {
			l.close(ctx, former, err.Error())
			continue
		}
		if former.empty() {
			delete(l.rooms, former.key)
			continue
		}
		told, err := encode(startOverFrame(former.name, reason))
		if err != nil {
			l.fail(ctx, former, err)
			continue
		}
		r := newRoom(former.ref, former.grouping)
		l.rooms[r.key] = r
		for _, c := range former.listeners() {
			c.rooms[r.name] = r
			r.waiting = append(r.waiting, waiter{client: c, open: &wire.Open{Channel: r.name}, told: true})
			l.put(c, false, told)
		}
		l.build(ctx, r)
	}
	l.metrics.channels.Set(float64(len(l.rooms)))
}

// listeners returns all who listen or wait.
func (r *room) listeners() []*client {
	out := make([]*client, 0, len(r.live)+len(r.waiting))
	for c := range r.live {
		out = append(out, c)
	}
	for _, w := range r.waiting {
		out = append(out, w.client)
	}
	return out
}
