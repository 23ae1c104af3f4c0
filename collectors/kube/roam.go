package kube

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

// stateAbsent is what a kind is in that the server does not have.
const stateAbsent = api.StateUnsupported

// absent is said of a kind that the server does not have: there are none of
// it, and that is certain.
const absent = "the server does not have this kind"

// roamer reads the kinds that the server has beside those that every server
// has, as they come and go.
type roamer struct {
	*session

	group   *errgroup.Group
	start   func(kind, *outlet) *reader
	running map[string]*roaming // table -> what reads it
	// withdrawn: table whose absence has been said -> in which words
	withdrawn map[string]string
	pauses    backoff
}

// roaming is a kind that is being read.
type roaming struct {
	version string
	cancel  context.CancelFunc
	ended   chan struct{} // closed when nothing of it runs any more
}

// roam asks again and again which kinds there are, and reads those. It returns
// when ctx ends; what it started belongs to the group.
func (s *session) roam(ctx context.Context, group *errgroup.Group, start func(kind, *outlet) *reader) error {
	r := &roamer{
		session: s, group: group, start: start, running: map[string]*roaming{}, withdrawn: map[string]string{},
		pauses: backoff{least: s.cfg.Timing.BackoffMin, most: s.cfg.Timing.BackoffMax},
	}
	for {
		wait := s.cfg.Timing.Discovery
		err := r.look(ctx)
		if ctx.Err() != nil {
			return nil
		}
		switch sink := new(sinkError); {
		case err == nil:
			r.pauses.reset()
			s.exposer.discovered()
		case errors.As(err, &sink) && !errors.Is(err, api.ErrResync):
			return err
		default:
			t := judge(err)
			wait = r.pauses.pause(t.wait)
			if err := r.failed(ctx, t); err != nil {
				return err
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-s.vanished: // a reader was told that there is no such kind
			timer.Stop()
			if !collectors.Sleep(ctx, s.cfg.Timing.BackoffMin) {
				return nil
			}
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

// failed says what it means that nobody tells which kinds there are.
func (r *roamer) failed(ctx context.Context, t trouble) error {
	if t.access || t.unanswered {
		r.nudge()
	}
	for i := range r.extras {
		o := r.extraOut[i]
		if r.running[r.extras[i].table()] != nil {
			continue // its reader says how it stands
		}
		if err := resyncLater(r.troubled(ctx, o, t)); err != nil {
			return err
		}
	}
	if t.definite {
		r.exposer.discovered()
	}
	return nil
}

// look asks once, and brings what is read in line with it.
func (r *roamer) look(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, r.cfg.Timing.Page)
	defer cancel()
	offered, err := r.current.Load().offers(ask, r.extras)
	if err != nil {
		return err
	}
	var errs []error
	for i := range r.extras {
		k, o := r.extras[i], r.extraOut[i]
		version, table := offered[k.table()], k.table()
		run := r.running[table]
		if run != nil && run.version != version {
			run.cancel()
			<-run.ended
			delete(r.running, table)
			run = nil
		}
		switch {
		case version == "":
			if why := r.whyNot(offered, &k); r.withdrawn[table] != why {
				err := r.withdraw(ctx, o, why)
				if err == nil {
					r.withdrawn[table] = why
				}
				errs = append(errs, err)
			}
		case run == nil:
			delete(r.withdrawn, table)
			k.Version = version
			r.read(ctx, k, o)
		}
	}
	return errors.Join(errs...)
}

// read begins to read a kind.
func (r *roamer) read(ctx context.Context, k kind, o *outlet) {
	r.exposer.expect(k.table())
	ctx, cancel := context.WithCancel(ctx)
	run := &roaming{version: k.Version, cancel: cancel, ended: make(chan struct{})}
	r.running[k.table()] = run
	rd := r.start(k, o)
	r.group.Go(func() error {
		defer close(run.ended)
		defer cancel()
		return guard(ctx, rd.run)
	})
}

// whyNot says why a kind is not read: the server does not have it, or its
// objects are read from another group.
func (r *roamer) whyNot(offered map[string]string, k *kind) string {
	for i := range r.extras {
		other := &r.extras[i]
		twin := other.Resource == k.Resource && (other.unless == k.Group || k.unless == other.Group)
		if twin && offered[other.table()] != "" {
			return "read from " + other.Group
		}
	}
	return absent
}

// withdraw says that there are no objects of a kind, and why.
func (r *roamer) withdraw(ctx context.Context, o *outlet, why string) error {
	r.exposer.begin(o.scope.Table)
	r.exposer.end(o.scope.Table)
	if err := o.say(ctx, api.ObserveBegin, nil, nil); err != nil {
		return err
	}
	if err := o.say(ctx, api.ObserveEnd, nil, nil); err != nil {
		return err
	}
	r.metrics.objects.WithLabelValues(string(o.scope.Source), o.scope.Table).Set(0)
	return o.become(ctx, api.StateLive, why)
}
