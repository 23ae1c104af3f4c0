package kubeapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
)

// burst is how many events a watcher takes from the history at a time.
const burst = 256

// ending is how a watch is made to end.
type ending int

const (
	// endCleanly ends the stream as a server does that shuts down in order.
	endCleanly ending = iota
	// endCut breaks the stream off.
	endCut
	// endExpired sends an error event that says that the version is too old.
	endExpired
)

// watcher is a watch that is being served.
type watcher struct {
	call
	options

	out *stream
	// first are the objects to send first, at version asOf.
	first []*entry
	asOf  uint64
	// next is the number of the event to send next, above version floor.
	next  uint64
	floor uint64
	end   chan ending
	// silent sends no bookmarks.
	silent bool
}

func (s *Server) serveWatch(w http.ResponseWriter, r *http.Request, c call) error {
	f, err := negotiateFor(c.table.resource, r.Header.Get("Accept"))
	if err != nil {
		return err
	}
	o, err := s.options(r, c)
	if err != nil {
		return err
	}
	wr := &watcher{call: c, options: o, end: make(chan ending, 1)}
	wr.silent = !o.AllowWatchBookmarks || s.faults.take(NoBookmarks, c) != nil
	gone, err := s.begin(wr)
	if err != nil {
		return err
	}
	defer s.leave(wr)
	w.Header().Set("Content-Type", f.contentType(true))
	w.WriteHeader(http.StatusOK)
	wr.out = newStream(encoder{f, c.table.resource}, w, &s.buffers)
	if gone != nil {
		return wr.out.fail(gone)
	}
	limit := s.cfg.WatchFor
	if o.TimeoutSeconds != nil && *o.TimeoutSeconds > 0 {
		limit = time.Duration(*o.TimeoutSeconds) * time.Second
	}
	if err := s.sendFirst(r.Context(), wr); err != nil {
		return err
	}
	return s.follow(r.Context(), wr, limit)
}

// begin finds where a watch starts. The status it returns is to be told in the
// stream, as a real server does; the error instead of it.
func (s *Server) begin(w *watcher) (gone *apierrors.StatusError, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := w.table
	if s.tables[t.GroupVersionResource] != t {
		return nil, apierrors.NewNotFound(t.GroupResource(), "")
	}
	initial := w.SendInitialEvents != nil && *w.SendInitialEvents
	if initial && w.version > s.version {
		return nil, tooNew(w.version, s.version)
	}
	s.watchers[w] = struct{}{}
	w.floor, w.next = w.version, t.history.next
	switch {
	case initial, w.version == 0 && w.SendInitialEvents == nil:
		snap := t.current(s.version)
		w.first, w.asOf = within(snap.entries, w.ns), snap.rv
		w.floor = snap.rv
	case w.version > 0:
		from, complete := t.history.after(w.version)
		if !complete || s.faults.take(Gone, w.call) != nil {
			return tooOld(w.version, t.history.floor), nil
		}
		w.next = from
	}
	return nil, nil //nolint:nilnil // neither: the watch can start
}

func (s *Server) leave(w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watchers, w)
}

// sendFirst sends the objects that are there, and says when these were all.
func (s *Server) sendFirst(ctx context.Context, w *watcher) error {
	for _, e := range w.first {
		ok, err := w.filter.matches(e)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := w.out.send(watch.Added, e.raw); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("send initial events: %w", ctx.Err())
		}
	}
	w.first = nil
	if w.verb == VerbWatchList && w.AllowWatchBookmarks && s.faults.take(NeverInitialBookmark, w.call) == nil {
		if err := w.out.bookmark(w.asOf, true); err != nil {
			return err
		}
	}
	return w.out.flush()
}

// follow sends events until the watch ends.
func (s *Server) follow(ctx context.Context, w *watcher, limit time.Duration) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	bookmarks := time.NewTicker(s.cfg.BookmarkEvery)
	defer bookmarks.Stop()
	due, over := false, false
	for {
		now := s.take(w)
		switch {
		case now.overtaken:
			// Too slow: a real server hangs up, too.
			return nil
		case len(now.events) > 0:
			if err := w.sendAll(now.events); err != nil {
				return err
			}
			continue
		case over && !now.mute:
			return w.mark(now.version)
		case due && !now.mute:
			if err := w.mark(now.version); err != nil {
				return err
			}
		}
		due = false
		select {
		case <-ctx.Done():
			return nil
		case <-deadline.C:
			over = true
		case <-bookmarks.C:
			due = true
		case <-now.wake:
		case how := <-w.end:
			return s.finish(w, how)
		}
	}
}

// moment is what a watcher finds when it looks.
type moment struct {
	// overtaken says that the history no longer has what comes next.
	overtaken bool
	// events are the next ones; when there are none, the watcher is abreast of
	// version, and wake is closed when there may be more.
	events  []event
	version uint64
	wake    <-chan struct{}
	// mute says that nothing may be sent.
	mute bool
}

func (s *Server) take(w *watcher) moment {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &w.table.history
	if s.faults.would(Silence, w.verb, w.resource) {
		return moment{mute: true, wake: w.table.waiting()}
	}
	if w.next < h.oldest() {
		return moment{overtaken: true}
	}
	var events []event
	for ; w.next < h.next && len(events) < burst; w.next++ {
		events = append(events, h.at(w.next))
	}
	if len(events) > 0 {
		return moment{events: events}
	}
	return moment{version: s.version, wake: w.table.waiting()}
}

func (w *watcher) sendAll(events []event) error {
	for _, e := range events {
		if e.rv <= w.floor {
			continue
		}
		kind, raw, err := w.seen(e)
		if err != nil {
			return err
		}
		if raw == nil {
			continue
		}
		if err := w.out.send(kind, raw); err != nil {
			return err
		}
	}
	return w.out.flush()
}

// seen is an event as it looks through the watcher's filter: an object that
// begins to be selected is added, one that ceases to be is deleted. It has no
// object when there is nothing to see.
func (w *watcher) seen(e event) (kind watch.EventType, raw []byte, err error) {
	var before, now bool
	if e.before != nil {
		if before, err = w.filter.matches(e.before); err != nil {
			return "", nil, err
		}
	}
	if e.kind != watch.Deleted {
		if now, err = w.filter.matches(e.now); err != nil {
			return "", nil, err
		}
	}
	switch {
	case before && now:
		return watch.Modified, e.now.raw, nil
	case now:
		return watch.Added, e.now.raw, nil
	case before && e.kind == watch.Deleted:
		return watch.Deleted, e.now.raw, nil
	case before:
		raw, err = withVersion(e.before.raw, e.rv)
		return watch.Deleted, raw, err
	}
	return "", nil, nil
}

// mark sends a bookmark to those who want one. A watch from a version that is
// not reached yet gets none.
func (w *watcher) mark(rv uint64) error {
	if w.silent || rv < w.floor {
		return nil
	}
	if err := w.out.bookmark(rv, false); err != nil {
		return err
	}
	return w.out.flush()
}

func (s *Server) finish(w *watcher, how ending) error {
	switch how {
	case endCut:
		panic(http.ErrAbortHandler)
	case endExpired:
		return w.out.fail(apierrors.NewResourceExpired("The resourceVersion for the provided watch is too old."))
	case endCleanly:
	}
	return nil
}
