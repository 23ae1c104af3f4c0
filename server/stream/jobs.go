package stream

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

// layoutShare is how many times as long as a layout took is waited before the
// next one of the same channel: layouts take a tenth of a core at most.
const layoutShare = 9

// job computes something beside the loop, after a moment to wait, a few at a
// time; then its result is taken in on the loop's goroutine.
func (l *loop) job(ctx context.Context, wait time.Duration, compute func() func(context.Context)) {
	l.jobs.Go(func() {
		if wait > 0 {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		result := compute()
		<-l.slots
		select {
		case l.results <- result:
		case <-ctx.Done():
		}
	})
}

// is says whether a room is still the one of its name.
func (l *loop) is(r *room) bool { return l.rooms[r.key] == r }

// build makes a new room's first snapshot, and what it is followed from.
func (l *loop) build(ctx context.Context, r *room) {
	s := l.current
	r.builtOn = s
	l.metrics.snapshots.Inc()
	l.job(ctx, 0, func() func(context.Context) {
		started := time.Now()
		follow, parts := channel.Open(r.ref, s)
		laid := l.layout(nil, s, r.ref.District, r.grouping, nil)
		frames, err := encodeAll(wholeFrames(r.ref, parts, laid))
		took := time.Since(started)
		return func(ctx context.Context) {
			if !l.is(r) {
				return
			}
			if err != nil {
				l.fail(ctx, r, err)
				return
			}
			l.built(ctx, r, follow, laid, frames, took)
		}
	})
}

func (l *loop) built(ctx context.Context, r *room, follow *channel.Channel, laid *layout.Laid, frames []frame, took time.Duration) {
	s, behind := r.builtOn, r.behind
	r.follow, r.places, r.floor = follow, laid, s.Revision
	r.builtOn, r.behind = nil, api.Change{}
	r.keep(frames, 0)
	r.layFrom = time.Now().Add(layoutShare * took)
	if s != l.current {
		l.advance(ctx, r, channel.NewStep(s, l.current, behind))
	}
	if l.is(r) {
		l.serveWaiting(ctx, r)
	}
}

// recut makes a new snapshot of a room, unless that is under way.
func (l *loop) recut(ctx context.Context, r *room) {
	if r.cutting {
		return
	}
	r.cutting = true
	s, places, base, revision := l.current, r.places, r.first+uint64(len(r.log)), r.follow.Revision()
	l.metrics.snapshots.Inc()
	l.job(ctx, 0, func() func(context.Context) {
		frames, err := encodeAll(wholeFrames(r.ref, channel.Whole(r.ref, s, revision), places))
		return func(ctx context.Context) {
			r.cutting = false
			switch {
			case !l.is(r):
			case err != nil:
				l.fail(ctx, r, err)
			default:
				r.keep(frames, base)
				l.serveWaiting(ctx, r)
			}
		}
	})
}

// lay makes a new layout of a room, if it needs one and has listeners and none
// is under way.
func (l *loop) lay(ctx context.Context, r *room) {
	if !r.placed || r.laying || r.follow == nil || len(r.live) == 0 {
		return
	}
	// What is touched after this moment is looked at by the next layout, even if
	// this one sees it already.
	before, touched := r.places, slices.Collect(maps.Keys(r.touched))
	clear(r.touched)
	r.placed, r.laying = false, true
	l.job(ctx, time.Until(r.layFrom), func() func(context.Context) {
		started := time.Now()
		s := l.published.Load()
		laid := l.layout(before, s, r.ref.District, r.grouping, touched)
		took := time.Since(started)
		return func(ctx context.Context) {
			r.laying = false
			r.layFrom = time.Now().Add(layoutShare * took)
			if l.is(r) && s.Epoch == l.current.Epoch {
				l.laid(ctx, r, s, laid)
			}
		}
	})
}

func (l *loop) laid(ctx context.Context, r *room, s *graph.Snapshot, laid *layout.Laid) {
	l.metrics.layouts.Inc()
	frames, err := encodeAll(positionFrames(channel.PositionsSince(r.ref, s.Revision, laid, r.places)))
	if err != nil {
		l.fail(ctx, r, err)
		return
	}
	r.places = laid
	for _, f := range frames {
		l.send(r, entry{frame: f, revision: s.Revision})
	}
	l.lay(ctx, r)
}
