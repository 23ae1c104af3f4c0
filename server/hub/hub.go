package hub

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/server/store"
)

// Journal is what the hub needs of a store. Append returns when the records
// are durable; Checkpoint when the state is; BeginEpoch mints an epoch greater
// than any before. Prune removes what is not needed, a bounded amount a call,
// and says whether there is more. [store.Store] satisfies it, and so does
// whatever replicates.
type Journal interface {
	BeginEpoch(now time.Time) (uint64, error)
	Append(records []store.Record) error
	Checkpoint(state store.State) error
	Prune(now time.Time) (bool, error)
}

// Config is how a hub works.
type Config struct {
	// CheckpointEvery is after how many elements that records speak of a
	// checkpoint is written: claims, vertices, edges. It is a quarter of what
	// there is if that is more.
	CheckpointEvery int
	// RetryEvery is how often a failing journal is tried again.
	RetryEvery time.Duration
	Logger     *slog.Logger
}

// DefaultConfig is what suits most.
func DefaultConfig(logger *slog.Logger) Config {
	return Config{CheckpointEvery: 10_000, RetryEvery: 2 * time.Second, Logger: logger}
}

// Hub is the only writer of the graph. See the package comment.
type Hub struct {
	config  Config
	journal Journal
	inbox   *inbox
	metrics *Metrics

	control chan func(*writer)
	pending chan commit
	stopped chan struct{} // closed when Run has returned

	current atomic.Pointer[graph.Snapshot] // the published one

	feedsMu sync.Mutex // held while publishing, so that subscribing is atomic
	feeds   map[*feed]struct{}

	statusMu   sync.Mutex
	configured []api.SourceID
	heard      map[api.Scope]hearing
	kept       api.Kept
	waiting    chan struct{} // closed and replaced at every publication
}

// hearing is when a scope was last read, and how often it means to be.
type hearing struct {
	last  time.Time
	every time.Duration // 0: it watches
}

// New returns a hub that goes on from a state; it does nothing until Run.
func New(config Config, journal Journal, metrics *Metrics) *Hub {
	h := &Hub{
		config: config, journal: journal, inbox: newInbox(), metrics: metrics,
		control: make(chan func(*writer)),
		pending: make(chan commit, 256),
		stopped: make(chan struct{}),
		feeds:   map[*feed]struct{}{},
		heard:   map[api.Scope]hearing{},
		waiting: make(chan struct{}),
	}
	h.current.Store(&graph.Snapshot{})
	return h
}

// Run goes on from the state until ctx ends or the state cannot be taken up.
// When it returns, all that was visible is durable, unless the journal was
// failing, and nothing of it is still running.
func (h *Hub) Run(ctx context.Context, state store.State) error {
	defer close(h.stopped)
	defer h.hangUpAll()
	now := time.Now().UTC()
	epoch, err := h.journal.BeginEpoch(now)
	if err != nil {
		return err
	}
	// What was kept is shown at once; making claims of it again takes longer,
	// and sources wait for that.
	h.setKept(api.Kept{OK: true, Since: now})
	snap := h.reopen(ctx, state, epoch, now)
	engine, step := merge.Continue(snap, state, now)
	w := &writer{hub: h, engine: engine, revision: snap.Revision}
	c := &committer{hub: h, epoch: epoch, kept: true, latest: engine.State()}
	c.latest.Epoch, c.latest.Revision, c.latest.Time = epoch, snap.Revision, snap.Time
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(h.pending)
		w.submit(step, now)
		w.restarted(state.Time)
		return w.run(groupCtx)
	})
	group.Go(func() error {
		c.run(groupCtx)
		return nil
	})
	err = group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Observe takes an observation from a source: see [api.Sink].
func (h *Hub) Observe(ctx context.Context, o api.Observation) error {
	err := h.inbox.put(ctx, o)
	h.metrics.observed(&o, err)
	return err
}

// Current returns the published snapshot.
func (h *Hub) Current() *graph.Snapshot { return h.current.Load() }

// ExpectSources says which sources there are to be, and drops nothing.
func (h *Hub) ExpectSources(ctx context.Context, ids []api.SourceID) error {
	return h.do(ctx, func(w *writer, now time.Time) merge.Step {
		return w.engine.Expect(ids, now)
	})
}

// SetSources says which sources there are: what any other has said is dropped.
func (h *Hub) SetSources(ctx context.Context, ids []api.SourceID) error {
	h.statusMu.Lock()
	before := h.configured
	h.configured = ids
	h.statusMu.Unlock()
	is := map[api.SourceID]bool{}
	for _, id := range ids {
		is[id] = true
	}
	for _, id := range before {
		if !is[id] {
			h.inbox.remove(id)
		}
	}
	return h.do(ctx, func(w *writer, now time.Time) merge.Step {
		h.forgetHeard(func(s api.SourceID) bool { return !is[s] })
		return w.engine.Keep(ids, now)
	})
}

// Forget drops all that a source has said. A source that still runs says it
// anew.
func (h *Hub) Forget(ctx context.Context, id api.SourceID) error {
	h.inbox.forget(id)
	return h.do(ctx, func(w *writer, now time.Time) merge.Step {
		h.forgetHeard(func(s api.SourceID) bool { return s == id })
		return w.engine.Forget(id, now)
	})
}

// ErrStopped says that the hub has ended.
var ErrStopped = errors.New("the hub has stopped")

// do runs an operation on the writer and waits until what it did is visible.
func (h *Hub) do(ctx context.Context, op func(*writer, time.Time) merge.Step) error {
	revision := make(chan uint64, 1)
	select {
	case h.control <- func(w *writer) {
		now := time.Now().UTC()
		w.submit(op(w, now), now)
		revision <- w.revision
	}:
	case <-h.stopped:
		return ErrStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return h.WaitFor(ctx, <-revision)
}

// WaitFor returns when a revision is visible.
func (h *Hub) WaitFor(ctx context.Context, revision uint64) error {
	for {
		h.statusMu.Lock()
		waiting := h.waiting
		h.statusMu.Unlock()
		if h.Current().Revision >= revision {
			return nil
		}
		select {
		case <-waiting:
		case <-h.stopped:
			return ErrStopped
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Candidates are the sightings that concern a vertex, with what became of each.
// They may be a step ahead of what is published.
func (h *Hub) Candidates(ctx context.Context, id api.VertexID) ([]api.Candidate, error) {
	return asked(ctx, h, func(w *writer) []api.Candidate { return w.engine.Candidates(id) })
}

// Learned is what forwarding and address tables have of a device, or behind a
// port. It may be a step ahead of what is published.
func (h *Hub) Learned(ctx context.Context, id api.VertexID) ([]api.Learned, error) {
	return asked(ctx, h, func(w *writer) []api.Learned { return w.engine.Learned(id) })
}

// asked has the writer answer a question between two steps.
func asked[T any](ctx context.Context, h *Hub, ask func(*writer) T) (T, error) {
	var none T
	answer := make(chan T, 1)
	select {
	case h.control <- func(w *writer) { answer <- ask(w) }:
		return <-answer, nil
	case <-h.stopped:
		return none, ErrStopped
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
