package snmp_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
)

// sink takes observations as the hub does: it checks their numbers and keeps
// what each scope holds.
type sink struct {
	mu      sync.Mutex
	scopes  map[api.Scope]*held
	wrong   []string
	refuse  func(o api.Observation) error // asked first, may be nil
	changed chan struct{}                 // closed and replaced at each observation
}

// held is what one scope holds.
type held struct {
	incarnation uint64
	last        uint64 // number of the last message
	claims      map[string]api.Claim
	said        map[string]bool // since Begin; nil outside of one
	state       api.State
	message     string
	kinds       []api.ObservationKind // all that came
	every       time.Duration
}

func newSink() *sink {
	return &sink{scopes: map[api.Scope]*held{}, changed: make(chan struct{})}
}

// Observe implements api.Sink.
func (s *sink) Observe(ctx context.Context, o api.Observation) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		if err := s.refuse(o); err != nil {
			if h := s.scopes[o.Scope]; h != nil {
				h.last = o.To
			}
			return err
		}
	}
	h := s.scopes[o.Scope]
	if h == nil {
		h = &held{claims: map[string]api.Claim{}}
		s.scopes[o.Scope] = h
	}
	if o.Incarnation > h.incarnation {
		h.incarnation, h.last = o.Incarnation, 0
	}
	if o.Incarnation != h.incarnation || o.From != h.last+1 || o.To != o.From {
		s.wrong = append(s.wrong, fmt.Sprintf("%v: message %d-%d after %d", o.Scope, o.From, o.To, h.last))
	}
	if o.Time.IsZero() || o.Every == 0 {
		s.wrong = append(s.wrong, fmt.Sprintf("%v: message without time or interval", o.Scope))
	}
	h.last, h.every = o.To, o.Every
	h.kinds = append(h.kinds, o.Kind)
	h.take(o)
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

func (h *held) take(o api.Observation) {
	switch o.Kind {
	case api.ObserveBegin:
		h.said = map[string]bool{}
	case api.ObservePart, api.ObservePartial, api.ObserveDelta:
		for _, c := range o.Put {
			h.claims[c.Key] = c
			if h.said != nil {
				h.said[c.Key] = true
			}
		}
	case api.ObserveEnd:
		for key := range h.claims {
			if !h.said[key] {
				delete(h.claims, key)
			}
		}
		h.said, h.state, h.message = nil, api.StateLive, ""
	case api.ObserveSame:
		h.state, h.message = api.StateLive, ""
	case api.ObserveState:
		h.state, h.message = o.State, o.Message
	}
}

// scopeNamed is a scope of a device; a context is behind "@".
func scopeNamed(device, table string) api.Scope {
	table, context, _ := strings.Cut(table, "@")
	return api.Scope{Source: api.SourceID("snmp:" + device), Table: table, Context: context}
}

// look calls f with what a table of a device holds, nil if nothing yet.
func (s *sink) look(device, table string, f func(h *held)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.scopes[scopeNamed(device, table)])
}

// await waits until what a table of a device holds is as f says.
func (s *sink) await(t *testing.T, device, table, what string, f func(h *held) bool) {
	t.Helper()
	deadline := time.After(15 * time.Second)
	for {
		s.mu.Lock()
		h, changed := s.scopes[scopeNamed(device, table)], s.changed
		ok := h != nil && f(h)
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			s.look(device, table, func(h *held) { t.Fatalf("%s/%s: never %s: %+v", device, table, what, h) })
		}
	}
}

// awaitState waits for a state of a table.
func (s *sink) awaitState(t *testing.T, device, table string, state api.State) {
	t.Helper()
	s.await(t, device, table, state.String(), func(h *held) bool { return h.state == state })
}

// check fails the test if a message was out of order.
func (s *sink) check(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.wrong {
		t.Error(w)
	}
}

// count is how many messages of a kind came.
func (h *held) count(kind api.ObservationKind) int {
	n := 0
	for _, k := range h.kinds {
		if k == kind {
			n++
		}
	}
	return n
}
