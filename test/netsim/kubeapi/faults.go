package kubeapi

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// FaultKind is a way in which a server can misbehave.
type FaultKind string

// The faults that can be injected.
const (
	// Unauthorized answers 401, as to a token that has expired.
	Unauthorized FaultKind = "unauthorized"
	// Forbidden answers 403, and access reviews say so too.
	Forbidden FaultKind = "forbidden"
	// TooManyRequests answers 429 and asks to retry after Fault.RetryAfter.
	TooManyRequests FaultKind = "too many requests"
	// InternalError answers 500.
	InternalError FaultKind = "internal error"
	// Garbage answers 200 with the right content type and a body that is none.
	Garbage FaultKind = "garbage"
	// Gone answers that the version is too old: 410 to a list that continues or
	// asks for an exact version, an ERROR event in a watch from a version.
	Gone FaultKind = "gone"
	// NoWatchList refuses watches that ask for the objects first, as servers
	// do that do not know them yet.
	NoWatchList FaultKind = "no watch list"
	// NeverInitialBookmark sends the objects first but never says that these
	// were all.
	NeverInitialBookmark FaultKind = "never initial bookmark"
	// NoBookmarks sends no bookmarks but the one that ends the initial events.
	NoBookmarks FaultKind = "no bookmarks"
	// Hang accepts requests and never answers; when the fault is removed those
	// that still wait are cut off.
	Hang FaultKind = "hang"
	// Silence keeps watches open and sends nothing in them, whatever happens,
	// as a network does that swallows packets. It is for those that are open
	// already, too, and goes on where it was when it is removed.
	Silence FaultKind = "silence"
	// Latency answers after Fault.Delay.
	Latency FaultKind = "latency"
)

// Fault is a misbehaviour and the requests that it befalls.
type Fault struct {
	Kind FaultKind
	// Resource is a plural name such as "pods". Empty means every request,
	// those for no resource included.
	Resource string
	// Verb is one of the verbs; VerbWatch includes VerbWatchList. Empty means
	// every verb.
	Verb string
	// Times is how many requests are befallen before the fault goes by itself.
	// 0 means until it is removed.
	Times int
	// RetryAfter is what TooManyRequests asks for, in whole seconds. Default 1 s.
	RetryAfter time.Duration
	// Delay is what Latency adds.
	Delay time.Duration
}

func (f Fault) befalls(kind FaultKind, verb, resource string) bool {
	return f.Kind == kind &&
		(f.Resource == "" || f.Resource == resource) &&
		(f.Verb == "" || f.Verb == verb || f.Verb == VerbWatch && verb == VerbWatchList)
}

// injected is a fault at work. gone is closed when it is removed.
type injected struct {
	Fault

	left int
	gone chan struct{}
}

// faults are the faults at work.
type faults struct {
	mu     sync.Mutex
	active []*injected
}

// Inject makes the server misbehave until the fault is removed, by calling what
// is returned or by ClearFaults.
func (s *Server) Inject(f Fault) (remove func(), err error) {
	if err := s.check(f); err != nil {
		return nil, err
	}
	in := &injected{Fault: f, left: f.Times, gone: make(chan struct{})}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active = append(s.faults.active, in)
	return func() { s.remove(in) }, nil
}

func (s *Server) check(f Fault) error {
	switch f.Kind {
	case Unauthorized, Forbidden, TooManyRequests, InternalError, Garbage, Gone,
		NoWatchList, NeverInitialBookmark, NoBookmarks, Hang, Silence, Latency:
	default:
		return fmt.Errorf("fault %q is unknown", f.Kind)
	}
	if f.Times < 0 || f.Delay < 0 || f.RetryAfter < 0 {
		return fmt.Errorf("fault %s: negative times, delay or retry", f.Kind)
	}
	if f.Kind == Silence && f.Times > 0 {
		return fmt.Errorf("fault %s: cannot be counted in requests", f.Kind)
	}
	known := f.Resource == "" ||
		slices.ContainsFunc(s.resources(), func(r resource) bool { return r.called() == f.Resource })
	if !known {
		return fmt.Errorf("fault %s: the server does not serve %q", f.Kind, f.Resource)
	}
	return nil
}

// ClearFaults removes every fault.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	active := slices.Clone(s.faults.active)
	s.faults.mu.Unlock()
	for _, in := range active {
		s.remove(in)
	}
}

// remove ends a fault and wakes the watches that it may have kept silent.
func (s *Server) remove(in *injected) {
	s.faults.remove(in)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tables {
		t.wakeAll()
	}
}

func (f *faults) remove(in *injected) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.active = slices.DeleteFunc(f.active, func(a *injected) bool { return a == in })
	select {
	case <-in.gone:
	default:
		close(in.gone)
	}
}

// take finds a fault that befalls a request and counts it; nil when none does.
func (f *faults) take(kind FaultKind, c call) *injected {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, in := range f.active {
		if !in.befalls(kind, c.verb, c.resource) {
			continue
		}
		if in.left > 0 {
			in.left--
			if in.left == 0 {
				f.active = slices.Delete(f.active, i, i+1)
			}
		}
		return in
	}
	return nil
}

// would says whether a request would be befallen, without counting it.
func (f *faults) would(kind FaultKind, verb, resource string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.active, func(in *injected) bool { return in.befalls(kind, verb, resource) })
}
