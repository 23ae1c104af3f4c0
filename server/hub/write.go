package hub

import (
	"context"
	"fmt"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
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
			w.checkLate()
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
	for sc := range w.engine.Snapshot().Scopes() {
		state := *sc
		if state.State.Fresh() {
			state.Since = last
			w.hub.heardUntil(sc.Scope, last)
		}
		state.State, state.Message = api.StateConnecting, "not read since netseam started"
		states = append(states, state)
	}
	w.submit(w.engine.SetState(states, now), now)
}

// checkLate marks scopes that mean to be read regularly and are not.
func (w *writer) checkLate() {
	now := time.Now().UTC()
	var late []api.ScopeState
	w.hub.statusMu.Lock()
	for sc := range w.engine.Snapshot().Scopes() {
		h, ok := w.hub.heard[sc.Scope]
		if !ok || h.every == 0 || sc.State != api.StateLive || now.Sub(h.last) < lateAfter*h.every+lateGrace {
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
