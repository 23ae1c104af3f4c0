package kubeapi

import (
	"slices"
	"strings"
	"time"
)

// entry is a state of an object. It never changes: another state is another
// entry.
type entry struct {
	ns, name string
	rv       uint64
	raw      []byte
}

func (e *entry) compare(ns, name string) int {
	if c := strings.Compare(e.ns, ns); c != 0 {
		return c
	}
	return strings.Compare(e.name, name)
}

// snapshot is a resource at one version.
type snapshot struct {
	rv      uint64
	entries []*entry
	taken   time.Time
}

// table holds the objects of a resource. The server's lock guards it.
type table struct {
	resource

	// entries are sorted by namespace and name. When shared they belong to a
	// snapshot too and are copied before the next change.
	entries []*entry
	shared  bool
	history history
	// kept are the snapshots that lists in pages go on reading.
	kept []snapshot
	// wake is closed at the next change; nil while nobody waits.
	wake chan struct{}
}

// Pages of a list can be read for as long as a real server's defaults allow,
// and at most so many lists at a time.
const (
	keepSnapshots = 8
	keepFor       = 5 * time.Minute
)

func (t *table) find(ns, name string) (int, bool) {
	return slices.BinarySearchFunc(t.entries, name, func(e *entry, name string) int { return e.compare(ns, name) })
}

func (t *table) own() {
	if t.shared {
		t.entries = slices.Clone(t.entries)
		t.shared = false
	}
}

func (t *table) set(e *entry) {
	t.own()
	i, found := t.find(e.ns, e.name)
	if found {
		t.entries[i] = e
		return
	}
	t.entries = slices.Insert(t.entries, i, e)
}

func (t *table) remove(ns, name string) {
	t.own()
	if i, found := t.find(ns, name); found {
		t.entries = slices.Delete(t.entries, i, i+1)
	}
}

// record adds an event and wakes those who wait for one.
func (t *table) record(e event) {
	t.history.add(e)
	t.wakeAll()
}

func (t *table) wakeAll() {
	if t.wake != nil {
		close(t.wake)
		t.wake = nil
	}
}

// waiting is closed when something has changed since the call.
func (t *table) waiting() <-chan struct{} {
	if t.wake == nil {
		t.wake = make(chan struct{})
	}
	return t.wake
}

// current is the table at the server's present version.
func (t *table) current(rv uint64) snapshot {
	t.shared = true
	return snapshot{rv: rv, entries: t.entries}
}

// keep holds a snapshot for the pages that follow.
func (t *table) keep(s snapshot, now time.Time) {
	t.expire(now)
	if slices.ContainsFunc(t.kept, func(k snapshot) bool { return k.rv == s.rv }) {
		return
	}
	if len(t.kept) == keepSnapshots {
		t.kept = slices.Delete(t.kept, 0, 1)
	}
	s.taken = now
	t.kept = append(t.kept, s)
}

func (t *table) expire(now time.Time) {
	t.kept = slices.DeleteFunc(t.kept, func(k snapshot) bool { return now.Sub(k.taken) > keepFor })
}

// exactly is the table at a version: one that is kept, the present one when
// nothing has changed since, or one that the history still leads back to.
func (t *table) exactly(rv uint64, now time.Time) (snapshot, bool) {
	t.expire(now)
	if i := slices.IndexFunc(t.kept, func(k snapshot) bool { return k.rv == rv }); i >= 0 {
		return t.kept[i], true
	}
	from, complete := t.history.after(rv)
	if !complete {
		return snapshot{}, false
	}
	s := t.current(rv)
	if from == t.history.next {
		return s, true
	}
	back := table{resource: t.resource, entries: slices.Clone(s.entries)}
	for seq := t.history.next; seq > from; seq-- {
		e := t.history.at(seq - 1)
		if e.before == nil {
			back.remove(e.now.ns, e.now.name)
		} else {
			back.set(e.before)
		}
	}
	s.entries = back.entries
	return s, true
}

// within is the part of sorted entries that lies in a namespace; all of them
// for the empty one.
func within(entries []*entry, ns string) []*entry {
	if ns == "" {
		return entries
	}
	from, _ := slices.BinarySearchFunc(entries, ns, func(e *entry, ns string) int { return strings.Compare(e.ns, ns) })
	to, _ := slices.BinarySearchFunc(entries, ns, func(e *entry, ns string) int {
		if e.ns <= ns {
			return -1
		}
		return 1
	})
	return entries[from:to]
}
