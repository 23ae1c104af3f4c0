package hub

import (
	"context"
	"slices"
	"sync"

	"github.com/netseam/netseam/api"
)

// Bounds of the inbox, in claims: of one source, and of one batch for the
// writer. A batch takes from all sources in turn, so that a trap does not wait
// behind a relist of 100,000 pods.
const (
	sourceBound = 20_000
	batchBound  = 2_000
	turnBound   = 250
)

// inbox holds what sources said until the writer takes it. Safe for any number
// of sources and one writer.
type inbox struct {
	mu      sync.Mutex
	queues  map[api.SourceID]*queue
	order   []api.SourceID           // sources with something queued, the next to be served first
	numbers map[api.Scope]*numbering // what was last heard in each scope
	room    chan struct{}            // closed and replaced whenever the writer took something
	wake    chan struct{}            // capacity 1: something is queued
}

// queue is what one source said, oldest first.
type queue struct {
	waiting []api.Observation
	work    int // claims in waiting
}

// numbering is how far a scope's messages were taken.
type numbering struct {
	incarnation uint64
	last        uint64
	whole       bool // a complete observation ended in this incarnation
	resync      bool // only a complete observation, or a state, is taken next
}

func newInbox() *inbox {
	return &inbox{
		queues:  map[api.SourceID]*queue{},
		numbers: map[api.Scope]*numbering{},
		room:    make(chan struct{}),
		wake:    make(chan struct{}, 1),
	}
}

func workOf(o *api.Observation) int { return 1 + len(o.Put) + len(o.Drop) }

// put takes an observation, waiting while its source has too much queued.
func (b *inbox) put(ctx context.Context, o api.Observation) error {
	for {
		b.mu.Lock()
		q := b.queues[o.Scope.Source]
		if q == nil || q.work < sourceBound {
			err := b.add(o)
			b.mu.Unlock()
			return err
		}
		room := b.room
		b.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// add checks the numbering and queues the observation, joined to the last one
// of its scope where both are deltas.
func (b *inbox) add(o api.Observation) error {
	use, err := b.number(&o)
	if err != nil || !use {
		return err
	}
	q := b.queues[o.Scope.Source]
	if q == nil {
		q = &queue{}
		b.queues[o.Scope.Source] = q
	}
	if len(q.waiting) == 0 {
		b.order = append(b.order, o.Scope.Source)
	}
	if n := len(q.waiting); n > 0 && joins(&q.waiting[n-1], &o) {
		q.work -= workOf(&q.waiting[n-1])
		q.waiting[n-1] = joined(&q.waiting[n-1], &o)
		q.work += workOf(&q.waiting[n-1])
	} else {
		q.waiting = append(q.waiting, o)
		q.work += workOf(&o)
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return nil
}

// number says whether an observation is news: not a duplicate, not of an
// earlier life of its source, and not after a gap.
func (b *inbox) number(o *api.Observation) (bool, error) {
	n := b.numbers[o.Scope]
	if n == nil {
		n = &numbering{}
		b.numbers[o.Scope] = n
	}
	restarts := o.Kind == api.ObserveBegin || o.Kind == api.ObserveState
	switch {
	case o.Incarnation < n.incarnation:
		return false, nil
	case o.Incarnation > n.incarnation:
		if !restarts {
			return false, api.ErrResync
		}
		*n = numbering{incarnation: o.Incarnation, last: o.From - 1}
	case o.To <= n.last:
		return false, nil
	case o.From > n.last+1 && !restarts:
		return false, api.ErrResync
	case o.From > n.last+1 && o.Kind == api.ObserveState:
		n.whole, n.resync = false, true // something was missed
	}
	if (n.resync && !restarts) || (o.Kind == api.ObserveSame && !n.whole) {
		return false, api.ErrResync
	}
	n.last = o.To
	if o.Kind == api.ObserveBegin {
		n.resync = false
	}
	if o.Kind == api.ObserveEnd {
		n.whole = true
	}
	return true, nil
}

// joins says whether two observations can be handed on as one.
func joins(a, b *api.Observation) bool {
	return a.Kind == api.ObserveDelta && b.Kind == api.ObserveDelta && a.Scope == b.Scope &&
		a.Incarnation == b.Incarnation && len(a.Put)+len(a.Drop) < turnBound
}

// joined is the delta that has the effect of a followed by b.
func joined(a, b *api.Observation) api.Observation {
	said := map[string]bool{}
	for i := range b.Put {
		said[b.Put[i].Key] = true
	}
	for _, key := range b.Drop {
		said[key] = true
	}
	out := *b
	out.From = a.From
	out.Put = slices.Clone(b.Put)
	out.Drop = slices.Clone(b.Drop)
	for i := range a.Put {
		if !said[a.Put[i].Key] {
			out.Put = append(out.Put, a.Put[i])
		}
	}
	for _, key := range a.Drop {
		if !said[key] {
			out.Drop = append(out.Drop, key)
		}
	}
	return out
}

// take returns the next batch, in turns across sources; nil when nothing is
// queued.
func (b *inbox) take() []api.Observation {
	b.mu.Lock()
	defer b.mu.Unlock()
	var batch []api.Observation
	for work := 0; len(b.order) > 0 && work < batchBound; {
		source := b.order[0]
		b.order = b.order[1:]
		q := b.queues[source]
		turn := 0
		for len(q.waiting) > 0 && turn < turnBound {
			turn += workOf(&q.waiting[0])
			batch = append(batch, q.waiting[0])
			q.waiting = q.waiting[1:]
		}
		q.work -= turn
		work += turn
		if len(q.waiting) > 0 {
			b.order = append(b.order, source)
		} else {
			delete(b.queues, source)
		}
	}
	if len(b.order) > 0 {
		select {
		case b.wake <- struct{}{}:
		default:
		}
	}
	if len(batch) > 0 {
		close(b.room)
		b.room = make(chan struct{})
	}
	return batch
}

// waiting are the sources that said what the writer has not taken yet.
func (b *inbox) waiting() map[api.SourceID]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	sources := make(map[api.SourceID]bool, len(b.order))
	for _, id := range b.order {
		sources[id] = true
	}
	return sources
}

// forget drops what a source has queued and where its numbering stands: what
// it says next must be complete.
func (b *inbox) forget(source api.SourceID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.queues, source)
	b.order = slices.DeleteFunc(b.order, func(id api.SourceID) bool { return id == source })
	for scope, n := range b.numbers {
		if scope.Source == source {
			n.whole, n.resync = false, true
		}
	}
}

// remove forgets a source that is no source any more.
func (b *inbox) remove(source api.SourceID) {
	b.forget(source)
	b.mu.Lock()
	defer b.mu.Unlock()
	for scope := range b.numbers {
		if scope.Source == source {
			delete(b.numbers, scope)
		}
	}
}
