package hub

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/server/store"
)

// writer turns what the inbox holds into steps and numbers them. It belongs to
// one goroutine.
type writer struct {
	hub      *Hub
	engine   *merge.Engine
	revision uint64
}

// lateAfter is after how many intervals without success a scope is late, and
// lateGrace what is added for the poll itself.
const (
	lateAfter = 3
	lateGrace = 2 * time.Second
)

func (w *writer) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case op := <-w.hub.control:
			op(w)
		case <-tick.C:
			w.checkLate(time.Now().UTC())
		case <-w.hub.inbox.wake:
			batch := w.hub.inbox.take()
			if len(batch) == 0 {
				continue
			}
			began := time.Now().UTC()
			w.hub.hear(batch)
			w.submit(w.engine.Apply(batch, began), began)
			w.hub.metrics.batch(len(batch), time.Since(began))
		}
	}
}

// submit hands a step to the committer, as the next revision. It blocks while
// the journal is slow.
func (w *writer) submit(step merge.Step, at time.Time) {
	if step.IsEmpty() {
		return
	}
	w.revision++
	w.hub.pending <- commit{step: step, revision: w.revision, at: at, state: w.engine.State()}
}

// restarted says of every scope that it was not read since the last life of
// this hub.
func (w *writer) restarted(last time.Time) {
	now := time.Now().UTC()
	var states []api.ScopeState
	for _, state := range w.hub.notRead(w.engine.Snapshot(), last) {
		states = append(states, *state)
	}
	w.submit(w.engine.SetState(states, now), now)
}

// reopen publishes the graph that was kept, with a revision by which none of it
// looks fresher than it is. If that one cannot be kept, the writer makes it
// later, as one that is not.
func (h *Hub) reopen(ctx context.Context, state store.State, epoch uint64, now time.Time) *graph.Snapshot {
	snap := merge.Graph(state).At(epoch, state.Revision, state.Time)
	h.publish(graph.Update{Snapshot: snap})
	change := api.Change{Scopes: h.notRead(snap, state.Time)}
	if change.IsEmpty() {
		return snap
	}
	record := store.Record{Epoch: epoch, Revision: state.Revision + 1, Time: now, Change: change, Next: state.Next}
	if err := h.journal.Append([]store.Record{record}); err != nil {
		h.config.Logger.WarnContext(ctx, "journal cannot be written at the start", slog.Any("error", err))
		return snap
	}
	snap = snap.Apply(change, epoch, record.Revision, now)
	h.publish(graph.Update{Change: change, Snapshot: snap})
	return snap
}

// notRead are the scopes of a graph that was kept, as they stand until they are
// read again.
func (h *Hub) notRead(s *graph.Snapshot, last time.Time) map[api.ScopeID]*api.ScopeState {
	states := map[api.ScopeID]*api.ScopeState{}
	for sc := range s.Scopes() {
		state := *sc
		if state.State.Fresh() {
			state.Since = last
			h.heardUntil(sc.Scope, last)
		}
		state.State, state.Message = api.StateConnecting, "not read since netseam started"
		if state != *sc {
			states[sc.ID] = &state
		}
	}
	return states
}

// checkLate marks scopes that mean to be read regularly and are not. A source
// that waits for the writer is not the one that is late.
func (w *writer) checkLate(now time.Time) {
	waiting := w.hub.inbox.waiting()
	var late []api.ScopeState
	w.hub.statusMu.Lock()
	for sc := range w.engine.Snapshot().Scopes() {
		h, ok := w.hub.heard[sc.Scope]
		if !ok || h.every == 0 || waiting[sc.Scope.Source] || sc.State != api.StateLive || now.Sub(h.last) < lateAfter*h.every+lateGrace {
			continue
		}
		state := *sc
		state.State, state.Since = api.StateStale, h.last
		state.Message = fmt.Sprintf("not read for more than %d intervals of %s", lateAfter, h.every)
		late = append(late, state)
	}
	w.hub.statusMu.Unlock()
	if len(late) > 0 {
		w.submit(w.engine.SetState(late, now), now)
	}
}

// hear notes when scopes were read.
func (h *Hub) hear(batch []api.Observation) {
	h.statusMu.Lock()
	defer h.statusMu.Unlock()
	for i := range batch {
		switch o := &batch[i]; o.Kind {
		case api.ObserveEnd, api.ObserveSame, api.ObserveDelta:
			h.heard[o.Scope] = hearing{last: o.Time, every: o.Every}
		case api.ObserveBegin, api.ObservePart, api.ObservePartial, api.ObserveState:
		}
	}
}

// heardUntil notes when a scope was last read in an earlier life.
func (h *Hub) heardUntil(scope api.Scope, last time.Time) {
	h.statusMu.Lock()
	defer h.statusMu.Unlock()
	if _, heard := h.heard[scope]; !heard {
		h.heard[scope] = hearing{last: last}
	}
}

func (h *Hub) forgetHeard(which func(api.SourceID) bool) {
	h.statusMu.Lock()
	defer h.statusMu.Unlock()
	for scope := range h.heard {
		if which(scope.Source) {
			delete(h.heard, scope)
		}
	}
}
