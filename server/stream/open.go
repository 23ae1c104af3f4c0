package stream

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

// command does what a connection asks for.
func (l *loop) command(ctx context.Context, cmd command) {
	c := cmd.client
	switch cmd.kind {
	case commandJoin:
		l.clients[c] = struct{}{}
		l.say(ctx, c, helloFrame(l.current, l.cfg.Version, time.Now()))
		l.sayTick(ctx, c)
	case commandLeave:
		l.forget(c)
	case commandFrame:
		if _, ok := l.clients[c]; !ok {
			return // hung up on
		}
		if open := cmd.frame.GetOpen(); open != nil {
			l.open(ctx, c, open)
			return
		}
		name := cmd.frame.GetClose().GetChannel()
		if r, ok := c.rooms[name]; ok {
			delete(c.rooms, name)
			l.part(r, c)
		}
	}
}

// open lets a client listen to a channel, or tells it why not. A channel that
// it has open already starts over, because what was sent of it may not have
// been heard yet.
func (l *loop) open(ctx context.Context, c *client, open *wire.Open) {
	ref, err := channel.ParseRef(open.Channel)
	if err == nil {
		err = ref.In(l.current)
	}
	grouping, wrong := layout.ParseGrouping(open.Grouping)
	if err == nil {
		err = wrong
	}
	former, again := c.rooms[open.Channel]
	if err == nil && !again && len(c.rooms) >= l.cfg.MaxChannels {
		err = fmt.Errorf("more than %d channels are not opened at once", l.cfg.MaxChannels)
	}
	if err != nil {
		l.metrics.opens.WithLabelValues("refused").Inc()
		l.say(ctx, c, problemFrame(clip(open.Channel), err.Error()))
		return
	}
	if again {
		former.leave(c)
	}
	r, ok := l.rooms[roomKey(ref, grouping)]
	if !ok {
		r = newRoom(ref, grouping)
		l.rooms[r.key] = r
		l.metrics.channels.Set(float64(len(l.rooms)))
		l.build(ctx, r)
	}
	r.idle = time.Time{}
	c.rooms[r.name] = r
	l.serve(ctx, r, waiter{client: c, open: open, anew: again}, r.fit())
}

// serve sends a client what it missed, or a snapshot and what came after. Where
// that first has to be made, the client waits; many who wait cost one. fit says
// that the snapshot that there is will do.
func (l *loop) serve(ctx context.Context, r *room, w waiter, fit bool) {
	if r.follow == nil {
		r.waiting = append(r.waiting, w)
		return
	}
	held := w.open.Epoch != 0 || w.anew
	if held && !w.anew && w.open.Epoch == l.current.Epoch && w.open.Revision <= l.current.Revision {
		if frames, ok := r.missed(w.open.Revision); ok {
			l.resume(ctx, r, w.client, frames)
			return
		}
	}
	if held && !w.told {
		reason := "gap"
		if !w.anew && w.open.Epoch != l.current.Epoch {
			reason = "epoch"
		}
		l.say(ctx, w.client, startOverFrame(r.name, reason))
		w.told = true
	}
	if !fit || r.snapshot == nil {
		r.waiting = append(r.waiting, w)
		l.recut(ctx, r)
		return
	}
	l.metrics.opens.WithLabelValues("snapshot").Inc()
	l.join(ctx, r, w.client, r.snapshot, r.sinceBase())
}

// resume sends a client what it missed, and that this was all.
func (l *loop) resume(ctx context.Context, r *room, c *client, missed []frame) {
	end, err := encode(endFrame(r.name, l.current.Epoch, r.follow.Revision()))
	if err != nil {
		l.fail(ctx, r, err)
		return
	}
	l.metrics.opens.WithLabelValues("resumed").Inc()
	l.join(ctx, r, c, missed, []frame{end})
}

// join sends a client all that it has to hear first; from then on it listens.
func (l *loop) join(ctx context.Context, r *room, c *client, backlog ...[]frame) {
	for _, frames := range backlog {
		l.put(c, false, frames...)
	}
	if _, ok := l.clients[c]; !ok {
		return // hung up on: it asked for more than it reads
	}
	r.live[c] = struct{}{}
	l.lay(ctx, r)
}

// serveWaiting serves all who wait for a room's snapshot.
func (l *loop) serveWaiting(ctx context.Context, r *room) {
	waiting := r.waiting
	r.waiting = nil
	for _, w := range waiting {
		l.serve(ctx, r, w, true)
	}
}

// sayTick tells one client that what it was sent is current.
func (l *loop) sayTick(ctx context.Context, c *client) {
	if l.tickFor != l.current || time.Since(l.tickTime) >= l.cfg.TickEvery {
		if !l.makeTick(ctx) {
			return
		}
	}
	l.put(c, false, l.tick)
}

// broadcastTick tells all clients.
func (l *loop) broadcastTick(ctx context.Context) {
	if len(l.clients) == 0 || !l.makeTick(ctx) {
		return
	}
	for c := range l.clients {
		l.put(c, true, l.tick)
	}
}

func (l *loop) makeTick(ctx context.Context) bool {
	now := time.Now()
	f, err := encode(tickFrame(l.current, l.hub, now))
	if err != nil {
		l.logger.ErrorContext(ctx, "tick not sent", slog.Any("error", err))
		return false
	}
	l.tick, l.tickFor, l.tickTime = f, l.current, now
	return true
}

// dropIdle forgets the rooms that nobody has listened to for a while.
func (l *loop) dropIdle(now time.Time) {
	for key, r := range l.rooms {
		if r.empty() && !r.idle.IsZero() && now.Sub(r.idle) >= l.cfg.Idle {
			delete(l.rooms, key)
		}
	}
	l.metrics.channels.Set(float64(len(l.rooms)))
}

// clip shortens what a client sent before it is sent back.
func clip(name string) string {
	const most = 100
	if len(name) > most {
		return name[:most] + "…"
	}
	return name
}
