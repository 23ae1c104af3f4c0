package hub

import (
	"slices"
	"sync"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// feed is one listener. Its channel is closed by the hub, when the listener
// lags, closes, or the hub ends.
type feed struct {
	updates chan graph.Update
}

// Subscribe registers a listener that may lag by depth updates. What it starts
// from and its registration are one: it misses nothing and hears nothing twice.
func (h *Hub) Subscribe(depth int) *graph.Feed {
	f := &feed{updates: make(chan graph.Update, depth)}
	h.feedsMu.Lock()
	defer h.feedsMu.Unlock()
	start := h.current.Load()
	select {
	case <-h.stopped:
		close(f.updates)
	default:
		h.feeds[f] = struct{}{}
	}
	return &graph.Feed{Start: start, Updates: f.updates, Close: sync.OnceFunc(func() {
		h.feedsMu.Lock()
		defer h.feedsMu.Unlock()
		h.hangUp(f)
	})}
}

// publish makes an update visible and tells the listeners, waiting for none.
func (h *Hub) publish(u graph.Update) {
	h.feedsMu.Lock()
	h.current.Store(u.Snapshot)
	for f := range h.feeds {
		select {
		case f.updates <- u:
		default: // It lags. A fresh snapshot is cheaper than a long queue.
			h.hangUp(f)
			h.metrics.hungUp()
		}
	}
	h.feedsMu.Unlock()
	h.statusMu.Lock()
	close(h.waiting)
	h.waiting = make(chan struct{})
	h.statusMu.Unlock()
	h.metrics.published(u.Snapshot)
}

// hangUp ends a feed; the caller holds feedsMu.
func (h *Hub) hangUp(f *feed) {
	if _, there := h.feeds[f]; there {
		delete(h.feeds, f)
		close(f.updates)
	}
}

func (h *Hub) hangUpAll() {
	h.feedsMu.Lock()
	defer h.feedsMu.Unlock()
	for f := range h.feeds {
		h.hangUp(f)
	}
}

func (h *Hub) setKept(k api.Kept) {
	h.statusMu.Lock()
	defer h.statusMu.Unlock()
	h.kept = k
}

// Kept says whether what is visible is durable.
func (h *Hub) Kept() api.Kept {
	h.statusMu.Lock()
	defer h.statusMu.Unlock()
	return h.kept
}

// Sources returns how every source stands, by ID: those that are configured,
// and those of which something is still known.
func (h *Hub) Sources() []api.SourceStatus {
	snap, now := h.Current(), time.Now().UTC()
	h.statusMu.Lock()
	defer h.statusMu.Unlock()
	by := map[api.SourceID]*api.SourceStatus{}
	for _, id := range h.configured {
		by[id] = &api.SourceStatus{ID: id, State: api.StateConnecting}
	}
	for sc := range snap.Scopes() {
		s := by[sc.Scope.Source]
		if s == nil {
			s = &api.SourceStatus{ID: sc.Scope.Source}
			by[s.ID] = s
		}
		last := h.heard[sc.Scope].last
		if h.heard[sc.Scope].every == 0 && sc.State == api.StateLive {
			last = now // a watch that is open has nothing newer to tell
		}
		s.Scopes = append(s.Scopes, api.ScopeStatus{ScopeState: *sc, LastOK: last})
	}
	out := make([]api.SourceStatus, 0, len(by))
	for _, s := range by {
		sum(s)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b api.SourceStatus) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

// sum gives a source the state of its worst scope. A table that is not there
// or not permitted is no fault of the whole, but the message tells.
func sum(s *api.SourceStatus) {
	worst := -1
	for i := range s.Scopes {
		sc := &s.Scopes[i]
		if sc.LastOK.After(s.LastOK) {
			s.LastOK = sc.LastOK
		}
		if r := rank(sc.State); r > worst {
			worst = r
			s.State, s.Since, s.Message = sc.State, sc.Since, sc.Message
		} else if r == worst && sc.Since.Before(s.Since) {
			s.Since = sc.Since
		}
	}
	if s.State != api.StateLive {
		return
	}
	for i := range s.Scopes {
		if sc := &s.Scopes[i]; sc.State == api.StateForbidden || sc.State == api.StateUnsupported {
			if s.Message != "" {
				s.Message += "; "
			}
			s.Message += sc.Scope.Table
			if sc.Scope.Context != "" {
				s.Message += "@" + sc.Scope.Context
			}
			s.Message += " " + sc.State.String()
		}
	}
}

func rank(s api.State) int {
	switch s {
	case api.StateUnsupported, api.StateForbidden:
		return 0
	case api.StateLive:
		return 1
	case api.StateUnknown, api.StateConnecting:
		return 2
	case api.StateSyncing:
		return 3
	case api.StateStale:
		return 4
	case api.StateUnauthorised:
		return 5
	case api.StateUnreachable:
		return 6
	}
	return 0
}
