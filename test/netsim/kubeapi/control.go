package kubeapi

import (
	"cmp"
	"slices"
)

// DropWatches ends every watch of a resource in order, as a server does that
// shuts down, and says how many. An empty resource stands for all.
func (s *Server) DropWatches(resource string) int {
	return s.endWatches(resource, endCleanly)
}

// CutWatches breaks every watch of a resource off, as a network does that
// fails.
func (s *Server) CutWatches(resource string) int {
	return s.endWatches(resource, endCut)
}

// ExpireWatches ends every watch of a resource with an error event that says
// that its version is too old.
func (s *Server) ExpireWatches(resource string) int {
	return s.endWatches(resource, endExpired)
}

// Watchers says how many watches of a resource are open.
func (s *Server) Watchers(resource string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for w := range s.watchers {
		if resource == "" || w.resource == resource {
			n++
		}
	}
	return n
}

func (s *Server) endWatches(resource string, how ending) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for w := range s.watchers {
		if resource != "" && w.resource != resource {
			continue
		}
		select {
		case w.end <- how:
			n++
		default:
			// It is being ended already.
		}
	}
	return n
}

// Compact forgets the events of a resource, or of all of them when it is empty,
// and the lists that are being read in pages: watches from an older version and
// further pages find them gone. Watches that are open go on.
func (s *Server) Compact(resource string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tables {
		if resource == "" || t.called() == resource {
			t.kept = nil
			t.history.floor = s.version
		}
	}
}

// CutConnections closes every connection; the listener stays open for new ones.
func (s *Server) CutConnections() {
	s.life.Lock()
	defer s.life.Unlock()
	if s.front != nil {
		s.front.cut()
	}
}

// NewHistory gives every object a new and lower resource version, counted from
// 1, and forgets all events, as when a cluster has been restored from a backup.
// Watches are ended. As with a real server, a client that goes on watching from
// a version of the former history is heard, and is told nothing, not even in a
// bookmark, until the new one has reached it.
func (s *Server) NewHistory() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	type place struct {
		t *table
		i int
	}
	var all []place
	for _, t := range s.tables {
		t.own()
		for i := range t.entries {
			all = append(all, place{t, i})
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Compare(a.t.entries[a.i].rv, b.t.entries[b.i].rv)
	})
	// All are made before any is changed: an error leaves all as it was.
	fresh := make([]*entry, len(all))
	for n, p := range all {
		old := p.t.entries[p.i]
		raw, err := withVersion(old.raw, uint64(n)+1)
		if err != nil {
			return err
		}
		fresh[n] = &entry{ns: old.ns, name: old.name, rv: uint64(n) + 1, raw: raw}
	}
	for n, p := range all {
		p.t.entries[p.i] = fresh[n]
	}
	s.version = uint64(len(all))
	for _, t := range s.tables {
		t.kept = nil
		t.history.reset(s.version)
		t.wakeAll()
	}
	return nil
}
