package kube

import (
	"context"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/netseam/netseam/api"
)

// readChanges watches from where we are.
func (r *reader) readChanges(ctx context.Context, c *client) error {
	lasts := r.lasts()
	w, err := c.watch(ctx, &r.kind, r.version, lasts)
	if err != nil {
		return err
	}
	return r.follow(ctx, c, w, lasts)
}

// timers are those that a stream needs.
type timers struct {
	// proof ends the time after which a quiet watch counts as working.
	proof *time.Timer
	// initial ends the time for the initial events to make progress.
	initial *time.Timer
	// repeats is when the coalescer has something to do.
	repeats *time.Timer
}

func (t *timers) stop() {
	t.proof.Stop()
	t.initial.Stop()
	t.repeats.Stop()
}

// follow reads one stream to its end. It returns nil when the next may follow
// at once.
func (r *reader) follow(ctx context.Context, c *client, w *stream, lasts time.Duration) error {
	defer w.finish()
	t := &timers{
		proof:   time.NewTimer(r.cfg.Timing.BackoffMin),
		initial: time.NewTimer(r.cfg.Timing.InitialEvents),
		repeats: time.NewTimer(time.Hour),
	}
	defer t.stop()
	opened, proven := time.Now(), false
	defer func() {
		if proven && r.sync == nil {
			r.contact = time.Now()
		}
	}()
	var news chan struct{}
	if r.kind.Resource == tablePods {
		news = r.owners.news
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case e, ok := <-w.ResultChan():
			if !ok {
				return r.ended(c, proven, time.Since(opened), lasts)
			}
			proven = proven || e.Type != watch.Error
			err = r.event(ctx, c, w, e, t)
		case <-t.proof.C:
			proven = true
			err = r.proof(ctx)
		case <-t.initial.C:
			err = r.progress(t)
		case <-t.repeats.C:
			err = r.sayDue(ctx)
		case <-news:
			err = r.sayResolved(ctx)
		}
		if err != nil {
			return err
		}
		if d, ok := r.repeats.next(time.Now()); ok {
			t.repeats.Reset(d)
		}
	}
}

// ended says what it means that a stream was closed.
func (r *reader) ended(c *client, proven bool, lasted, lasts time.Duration) error {
	if c.closed.Load() {
		return errRenewed
	}
	if proven && lasted >= lasts-time.Second {
		r.pauses.reset()
		return nil
	}
	// Earlier than agreed: perhaps the server was restarted.
	r.mistrust()
	if proven && lasted >= 10*r.cfg.Timing.BackoffMin {
		r.pauses.reset()
		return nil
	}
	err := errBroken
	if !proven {
		err = errShort
	}
	return &callError{verb: "watch", what: r.kind.table(), err: err}
}

// proof is called when the stream has shown that it works.
func (r *reader) proof(ctx context.Context) error {
	if r.sync != nil {
		return nil
	}
	r.contact = time.Now()
	return r.out.become(ctx, api.StateLive, "")
}

// progress is called when the time for the initial events is up: as long as
// many are coming it is given again. A server that does not know them sends
// what there is, and then only changes.
func (r *reader) progress(t *timers) error {
	if r.sync == nil {
		return nil
	}
	enough := int(100 * r.cfg.Timing.InitialEvents.Seconds())
	if r.sync.objects-r.sync.seen < enough {
		return &callError{verb: "watch", what: r.kind.table(), err: errNoBookmark}
	}
	r.sync.seen = r.sync.objects
	t.initial.Reset(r.cfg.Timing.InitialEvents)
	return nil
}

// event takes one event of the stream.
func (r *reader) event(ctx context.Context, c *client, w *stream, e watch.Event, t *timers) error {
	switch e.Type {
	case watch.Error:
		return r.errorEvent(c, w, e.Object)
	case watch.Bookmark:
		return r.bookmark(ctx, e.Object)
	case watch.Added, watch.Modified, watch.Deleted:
	default:
		return r.garbage("watch")
	}
	r.metrics.events.WithLabelValues(string(r.out.scope.Source), r.out.scope.Table).Inc()
	about, err := r.about(e.Object)
	if err != nil {
		return err
	}
	version := about.GetResourceVersion()
	res, err := r.kind.translate(r, e.Object, e.Type == watch.Deleted)
	if err != nil {
		return r.garbage("watch")
	}
	r.skip(res)
	r.broken = 0
	if r.sync != nil {
		parts := r.out.number
		err := r.enter(ctx, res)
		if r.out.number != parts {
			// Waiting for the sink is not the server's fault.
			t.initial.Reset(r.cfg.Timing.InitialEvents)
		}
		return err
	}
	if older(version, r.version) {
		return &callError{verb: "watch", what: r.kind.table(), err: errNewHistory}
	}
	if err := r.proof(ctx); err != nil {
		return err
	}
	r.version = version
	r.exposer.put(r.out.scope.Table, &res)
	return r.change(ctx, res)
}

// about is the metadata of an event's object, which has to have a version.
func (r *reader) about(o runtime.Object) (metav1.Object, error) {
	m, err := apimeta.Accessor(o)
	if err != nil || m.GetResourceVersion() == "" {
		return nil, r.garbage("watch")
	}
	return m, nil
}

// errorEvent ends the stream. Unless it is the network's fault, what we are at
// is not trusted after a second one in a row.
func (r *reader) errorEvent(c *client, w *stream, o runtime.Object) error {
	if c.closed.Load() {
		return errRenewed
	}
	if err := w.broke(); err != nil {
		return &callError{verb: "watch", what: r.kind.table(), err: err, unanswered: true}
	}
	r.broken++
	if r.broken > 1 {
		r.broken = 0
		r.version = ""
	}
	return r.statusError(o)
}

// bookmark says how far the server is, and that the initial events are over.
func (r *reader) bookmark(ctx context.Context, o runtime.Object) error {
	about, err := r.about(o)
	if err != nil {
		return err
	}
	version := about.GetResourceVersion()
	r.broken = 0
	if r.sync == nil {
		if older(version, r.version) {
			return &callError{verb: "watch", what: r.kind.table(), err: errNewHistory}
		}
		r.version = version
		return r.proof(ctx)
	}
	if about.GetAnnotations()[metav1.InitialEventsAnnotationKey] != "true" {
		return nil
	}
	if err := r.end(ctx, version); err != nil {
		return err
	}
	r.pauses.reset()
	return r.sayResolved(ctx)
}

// change says what is new about one object, at once or with its repeats.
func (r *reader) change(ctx context.Context, res result) error {
	now := time.Now()
	ready := r.repeats.due(now)
	if !r.repeats.takes(res, now) {
		ready = append(ready, res)
	}
	return r.sayNews(ctx, ready, now)
}

// sayDue says what was held back for long enough.
func (r *reader) sayDue(ctx context.Context) error {
	now := time.Now()
	return r.sayNews(ctx, r.repeats.due(now), now)
}

// sayNews says, in one message, what of the results was not said before.
func (r *reader) sayNews(ctx context.Context, results []result, now time.Time) error {
	var put []api.Claim
	var drop []string
	for i := range results {
		p, d := r.book.enter(results[i])
		if len(p)+len(d) == 0 {
			continue
		}
		put, drop = append(put, p...), append(drop, d...)
		r.repeats.sent(results[i].key, now)
	}
	if len(put)+len(drop) == 0 {
		return nil
	}
	r.count()
	return r.out.say(ctx, api.ObserveDelta, put, drop)
}

// sayResolved says the pods anew whose workload has become known.
func (r *reader) sayResolved(ctx context.Context) error {
	if r.kind.Resource != tablePods || r.sync != nil {
		return nil
	}
	if r.owners.anew(r.unresolved) {
		return &callError{verb: "list", what: r.kind.table(), err: errAnew}
	}
	now := time.Now()
	ready := r.repeats.due(now)
	for _, res := range r.resolved() {
		if !r.repeats.takes(res, now) {
			ready = append(ready, res)
		}
	}
	return r.sayNews(ctx, ready, now)
}
