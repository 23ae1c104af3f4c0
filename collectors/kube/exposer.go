package kube

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// tableExposure is the scope of what follows from objects of several kinds.
const tableExposure = "exposure"

// exposer hands on what no object says by itself: how addresses get out, who
// announces them, how full pools are, which workloads policies isolate. The
// readers of all kinds tell it facts; one goroutine says what follows.
type exposer struct {
	out      *outlet
	hold     time.Duration // between two messages
	patience time.Duration // for kinds that are not needed, at the start
	// wake has a token when there is something new to look at.
	wake chan struct{}

	mu    sync.Mutex
	world *expose.World
	// states: table -> how it stands, as far as it was told
	states map[string]tableState
	// expected are the tables that will have something to say.
	expected map[string]bool
	// asked says that it is known which kinds the server has.
	asked bool

	book *book
}

type tableState struct {
	state    api.State
	message  string
	complete bool // read in full, or definitely not readable
}

// core are the tables without which nothing about addresses is known.
func core() []string { return []string{"services", "endpointslices", "nodes"} }

func newExposer(uid string, out *outlet, timing Timing) *exposer {
	return &exposer{
		out: out, hold: 2 * timing.Coalesce, patience: timing.Patience, wake: make(chan struct{}, 1),
		world: expose.NewWorld(uid), states: map[string]tableState{}, expected: map[string]bool{},
	}
}

// tell wakes the goroutine that speaks.
func (x *exposer) tell() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// change changes the world and wakes the goroutine that speaks of it.
func (x *exposer) change(what func(*expose.World)) {
	if x == nil {
		return
	}
	x.mu.Lock()
	what(x.world)
	dirty := x.world.Dirty()
	x.mu.Unlock()
	if dirty {
		x.tell()
	}
}

func (x *exposer) put(table string, res *result) {
	x.change(func(w *expose.World) { w.Put(table, res.key, res.facts) })
}

func (x *exposer) begin(table string) { x.change(func(w *expose.World) { w.Begin(table) }) }

func (x *exposer) end(table string) { x.change(func(w *expose.World) { w.End(table) }) }

// expect says that a table is being read.
func (x *exposer) expect(table string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.expected[table] = true
}

// discovered says that it is known which kinds there are.
func (x *exposer) discovered() {
	x.mu.Lock()
	x.asked = true
	x.mu.Unlock()
	x.tell()
}

// noted hears of every change of a table's state.
func (x *exposer) noted(table string, state api.State, message string) {
	if x == nil {
		return
	}
	x.mu.Lock()
	was, known := x.states[table]
	if known && was.state == state && was.message == message {
		x.mu.Unlock()
		return
	}
	now := tableState{state: state, message: message, complete: was.complete}
	why := ""
	switch state {
	case api.StateLive:
		now.complete = true
	case api.StateForbidden:
		now.complete, why = true, "not permitted"
	case api.StateUnsupported:
		now.complete = true
	case api.StateStale, api.StateUnreachable, api.StateUnauthorised:
		why = "not current"
	case api.StateUnknown, api.StateConnecting, api.StateSyncing:
	}
	x.states[table] = now
	x.world.Missing(table, why)
	x.mu.Unlock()
	x.tell()
}

// settled says whether the tables without which nothing is known were read,
// and whether all the others were.
func (x *exposer) settled() (enough, all bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, table := range core() {
		if !x.states[table].complete {
			return false, false
		}
	}
	if !x.asked {
		return true, false
	}
	for table := range x.expected {
		if !x.states[table].complete {
			return true, false
		}
	}
	return true, true
}

// condition is how what is said here stands: as its sources do.
func (x *exposer) condition() (api.State, string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, table := range core() {
		if s := x.states[table]; s.complete && !s.state.Fresh() && s.state != api.StateConnecting {
			return s.state, s.message
		}
	}
	return api.StateLive, ""
}

// run says what follows from the facts until ctx ends. It returns an error only
// when the sink fails.
func (x *exposer) run(ctx context.Context) error {
	if !x.await(ctx) {
		return nil
	}
	for ctx.Err() == nil {
		err := x.sayAll(ctx)
		if err == nil {
			err = x.follow(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !errors.Is(err, api.ErrResync) {
			return err
		}
		collectors.Sleep(ctx, x.hold)
	}
	return nil
}

// await waits until enough is known to say all of it: what was said before a
// restart must not seem to be gone because a kind has not been read yet.
func (x *exposer) await(ctx context.Context) bool {
	var enoughSince time.Time
	limit := time.NewTimer(time.Hour)
	defer limit.Stop()
	for {
		enough, all := x.settled()
		if all {
			return true
		}
		if enough && enoughSince.IsZero() {
			enoughSince = time.Now()
			limit.Reset(x.patience)
		}
		select {
		case <-x.wake:
		case <-limit.C:
			if enough {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}

// take is what is to be said anew.
func (x *exposer) take(all bool) []expose.Unit {
	x.mu.Lock()
	defer x.mu.Unlock()
	if all {
		x.world.Again()
	}
	return x.world.Take()
}

func (x *exposer) sayAll(ctx context.Context) error {
	x.book = newBook()
	var claims []api.Claim
	for _, u := range x.take(true) {
		put, _ := x.enter(u)
		claims = append(claims, put...)
	}
	if err := x.out.say(ctx, api.ObserveBegin, nil, nil); err != nil {
		return err
	}
	for part := range slices.Chunk(claims, partLimit) {
		if err := x.out.say(ctx, api.ObservePart, slices.Clone(part), nil); err != nil {
			return err
		}
	}
	if err := x.out.ended(ctx); err != nil {
		return err
	}
	return x.become(ctx)
}

// enter enters a unit, valid and always in the same way.
func (x *exposer) enter(u expose.Unit) ([]api.Claim, []string) {
	for i := range u.Claims {
		makeValid(&u.Claims[i])
		if e := u.Claims[i].Edge; e != nil {
			fixAttrs(e.Attrs)
		}
	}
	return x.book.enter(result{key: "unit/" + u.Key, claims: u.Claims})
}

func (x *exposer) become(ctx context.Context) error {
	state, message := x.condition()
	x.out.metrics.objects.WithLabelValues(string(x.out.scope.Source), x.out.scope.Table).Set(float64(x.book.size()))
	return x.out.become(ctx, state, message)
}

// follow says what is new, at once and then no more often than the hold time
// allows.
func (x *exposer) follow(ctx context.Context) error {
	for {
		select {
		case <-x.wake:
		case <-ctx.Done():
			return nil
		}
		var put []api.Claim
		var drop []string
		for _, u := range x.take(false) {
			p, d := x.enter(u)
			put, drop = append(put, p...), append(drop, d...)
		}
		// Something may have moved from one unit to another.
		drop = slices.DeleteFunc(drop, x.book.has)
		if len(put)+len(drop) > 0 {
			if err := x.out.say(ctx, api.ObserveDelta, put, drop); err != nil {
				return err
			}
			// It implies live; how it really stands is said anew below.
			x.out.state, x.out.message = api.StateLive, ""
		}
		if err := x.become(ctx); err != nil {
			return err
		}
		if !collectors.Sleep(ctx, x.hold) {
			return nil
		}
	}
}
