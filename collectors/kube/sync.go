package kube

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/api"
)

// partLimit is how many claims a part of a complete observation has.
const partLimit = 500

// syncing is a complete observation that is under way.
type syncing struct {
	book *book
	part []api.Claim
	// lost are keys that were said in this observation and then withdrawn.
	lost []string
	// objects counts what has come, seen what had come when the time for the
	// initial events was last up.
	objects, seen int
	// owners is what the ReplicaSets among them say.
	owners map[uint64]string
}

// begin starts a complete observation.
func (r *reader) begin(ctx context.Context) error {
	r.metrics.syncs.WithLabelValues(string(r.out.scope.Source), r.out.scope.Table).Inc()
	if err := r.out.become(ctx, api.StateSyncing, ""); err != nil && !errors.Is(err, api.ErrResync) {
		return err
	}
	if err := r.out.say(ctx, api.ObserveBegin, nil, nil); err != nil {
		return err
	}
	r.sync = &syncing{book: newBook(), owners: map[uint64]string{}}
	r.exposer.begin(r.out.scope.Table)
	clear(r.waiting)
	r.unresolved = false
	return nil
}

// enter takes an object into the complete observation.
func (r *reader) enter(ctx context.Context, res result) error {
	s := r.sync
	s.objects++
	r.exposer.put(r.out.scope.Table, &res)
	put, drop := s.book.enter(res)
	s.lost = append(s.lost, drop...)
	s.part = append(s.part, put...)
	for len(s.part) >= partLimit {
		if err := r.sayPart(ctx, partLimit); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) sayPart(ctx context.Context, n int) error {
	part := r.sync.part[:n:n]
	// What was handed over belongs to the sink now.
	r.sync.part = slices.Clone(r.sync.part[n:])
	return r.out.say(ctx, api.ObservePart, part, nil)
}

// end completes the observation: from here on there are only changes.
func (r *reader) end(ctx context.Context, version string) error {
	s := r.sync
	if len(s.part) > 0 {
		if err := r.sayPart(ctx, len(s.part)); err != nil {
			return err
		}
	}
	r.exposer.end(r.out.scope.Table)
	if err := r.out.ended(ctx); err != nil {
		return err
	}
	r.sync, r.book, r.repeats = nil, s.book, newCoalescer(r.cfg.Timing.Coalesce)
	r.version, r.doubt = version, time.Time{}
	r.synced = time.Now()
	r.contact = r.synced
	if r.kind.Resource == tableReplicaSets {
		r.owners.replace(s.owners)
	}
	// An object may have come, gone and come back.
	lost := slices.DeleteFunc(s.lost, r.book.has)
	if len(lost) > 0 {
		if err := r.out.say(ctx, api.ObserveDelta, nil, lost); err != nil {
			return err
		}
	}
	r.count()
	return nil
}

// count tells the metrics how much stands.
func (r *reader) count() {
	r.metrics.objects.WithLabelValues(string(r.out.scope.Source), r.out.scope.Table).Set(float64(r.book.size()))
}

// readPages reads all that there is page by page.
func (r *reader) readPages(ctx context.Context, c *client) error {
	next := ""
	for {
		list := r.kind.newList()
		if err := c.list(ctx, &r.kind, pageLimit, next, list); err != nil {
			return err
		}
		about, err := apimeta.ListAccessor(list)
		if err != nil || about.GetResourceVersion() == "" {
			// Any JSON object would pass for an empty list.
			return r.garbage("list")
		}
		if next == "" {
			if err := r.begin(ctx); err != nil {
				return err
			}
		}
		if err := r.enterPage(ctx, list); err != nil {
			return err
		}
		if next = about.GetContinue(); next == "" {
			return r.end(ctx, about.GetResourceVersion())
		}
	}
}

func (r *reader) enterPage(ctx context.Context, list runtime.Object) error {
	return apimeta.EachListItem(list, func(o runtime.Object) error {
		res, err := r.kind.translate(r, o, false)
		if err != nil {
			return r.garbage("list")
		}
		r.skip(res)
		return r.enter(ctx, res)
	})
}

func (r *reader) skip(res result) {
	if res.skipped > 0 {
		r.metrics.skipped.WithLabelValues(string(r.out.scope.Source), r.out.scope.Table).Add(float64(res.skipped))
	}
}

func (r *reader) garbage(verb string) error {
	return &callError{verb: verb, what: r.kind.table(), err: errGarbage}
}

// readStream reads all that there is as the beginning of a watch, and goes on
// with that watch.
func (r *reader) readStream(ctx context.Context, c *client) error {
	lasts := r.lasts()
	w, err := c.watch(ctx, &r.kind, "", lasts)
	if err != nil {
		if r.mayFallBack() && refused(err) {
			r.paged = true
			return nil
		}
		return err
	}
	if err := r.begin(ctx); err != nil {
		w.finish()
		return err
	}
	err = r.follow(ctx, c, w, lasts)
	sink := new(sinkError)
	if r.sync == nil || ctx.Err() != nil || errors.As(err, &sink) || errors.Is(err, errRenewed) {
		r.lonely = 0
		return err
	}
	r.lonely++
	if r.mayFallBack() && (r.lonely > maxLonely || errors.Is(err, errNoBookmark)) {
		r.paged = true
		return nil
	}
	return err
}

// maxLonely is how many streams in a row may end before their initial events
// do. After these the kind is read in pages.
const maxLonely = 2

func (r *reader) mayFallBack() bool { return r.cfg.WatchList == WatchListAuto }

// refused says that the server does not know sendInitialEvents.
func refused(err error) bool {
	return apierrors.IsInvalid(err) || apierrors.IsBadRequest(err)
}

// checkHistory asks whether the server has gone back behind what we have seen,
// as after a backup was restored. A watch from a version of the former history
// would bring events that have nothing to do with what we hold.
func (r *reader) checkHistory(ctx context.Context, c *client) error {
	list := r.kind.newList()
	if err := c.list(ctx, &r.kind, 1, "", list); err != nil {
		return err
	}
	about, err := apimeta.ListAccessor(list)
	if err != nil || about.GetResourceVersion() == "" {
		return r.garbage("list")
	}
	r.doubt = time.Time{}
	if older(about.GetResourceVersion(), r.version) {
		return &callError{verb: "list", what: r.kind.table(), err: errNewHistory}
	}
	return nil
}

// older says whether version a is before b. Versions that are no numbers
// cannot be compared.
func older(a, b string) bool {
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	return errX == nil && errY == nil && x < y
}

// statusError is what an error event says.
func (r *reader) statusError(o runtime.Object) error {
	status, ok := o.(*metav1.Status)
	if !ok {
		return r.garbage("watch")
	}
	return &callError{verb: "watch", what: r.kind.table(), err: fmt.Errorf("event: %w", apierrors.FromObject(status))}
}
