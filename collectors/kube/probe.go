package kube

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

// lookAfter asks the server from time to time, and soon after a reader had
// trouble, whether it is still there and still the same cluster. It keeps the
// state of the scope "cluster", and renews the connection when that may help.
func (s *session) lookAfter(ctx context.Context, id identity) error {
	p := probe{
		session: s, out: s.all[0], id: id, since: time.Now(),
		// All kinds wait for what this finds out: it asks more often.
		pauses: backoff{least: s.cfg.Timing.BackoffMin, most: max(s.cfg.Timing.BackoffMin, s.cfg.Timing.Probe/6)},
	}
	for {
		if !s.wait(ctx, p.next()) {
			return nil
		}
		err := p.look(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// wait waits for d, or for a reader's trouble but at least a moment.
func (s *session) wait(ctx context.Context, d time.Duration) bool {
	moment := min(s.cfg.Timing.BackoffMin, d)
	if !collectors.Sleep(ctx, moment) {
		return false
	}
	timer := time.NewTimer(d - moment)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.trouble:
	case <-ctx.Done():
		return false
	}
	return true
}

// probe is what lookAfter knows.
type probe struct {
	*session

	out *outlet
	id  identity
	// failures counts looks in a row that went wrong; since is when the last
	// one went well.
	failures int
	since    time.Time
	pauses   backoff
	asked    time.Duration
}

// next is how long until the next look.
func (p *probe) next() time.Duration {
	if p.failures == 0 {
		return p.cfg.Timing.Probe
	}
	return p.pauses.pause(p.asked)
}

// look asks once.
func (p *probe) look(ctx context.Context) error {
	id, err := p.identify(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return p.failed(ctx, judge(err))
	}
	if p.failures > 0 {
		p.isBack()
	}
	p.failures, p.since, p.asked = 0, time.Now(), 0
	p.pauses.reset()
	if id.uid != p.id.uid {
		return errOtherCluster
	}
	if id.version == "" {
		id.version = p.id.version
	}
	if id != p.id || p.out.state != api.StateLive {
		p.id = id
		return p.introduce(ctx, p.out, id)
	}
	if err := p.out.say(ctx, api.ObserveSame, nil, nil); err != nil {
		if resyncLater(err) != nil {
			return err
		}
		return p.introduce(ctx, p.out, id)
	}
	return nil
}

// failed says the state and renews what may help. One look without an answer
// says little; after two the connections are made anew once, so that watches
// that hang are noticed.
func (p *probe) failed(ctx context.Context, t trouble) error {
	p.failures++
	p.asked = t.wait
	if t.renewed {
		return nil
	}
	if err := p.renew(t.access || t.unanswered && p.failures == 2); err != nil {
		if r := judge(err); r.definite || t.access {
			t = r
		}
		p.logger.DebugContext(ctx, "credentials cannot be read", slog.Any("error", err))
	}
	if !t.definite {
		if p.failures < 2 {
			return nil
		}
		t.message = fmt.Sprintf("last answered at %s: %s", p.since.UTC().Format(time.RFC3339), t.message)
	}
	return resyncLater(p.out.become(ctx, t.state, t.message))
}
