package kubeapi

import (
	"sort"

	"k8s.io/apimachinery/pkg/watch"
)

// event is one change of one object.
type event struct {
	kind watch.EventType
	rv   uint64
	// now is the object as the event shows it; a deletion shows the last state
	// with the deletion's version.
	now *entry
	// before is the object before the event, nil when it is new.
	before *entry
}

// history keeps the latest events of a resource, at most size of them. Events
// are numbered from 0 in the order in which they came; a reader keeps the
// number of the event that it wants next.
type history struct {
	size int
	ring []event
	next uint64
	// floor is the version from which on the history is complete: a watch can
	// begin at it or above.
	floor uint64
}

func (h *history) add(e event) {
	if len(h.ring) < h.size {
		h.ring = append(h.ring, e)
	} else {
		at := h.next % uint64(h.size)
		h.floor = max(h.floor, h.ring[at].rv)
		h.ring[at] = e
	}
	h.next++
}

// oldest is the number of the oldest event that is still kept.
func (h *history) oldest() uint64 {
	return h.next - uint64(len(h.ring))
}

func (h *history) at(seq uint64) event {
	return h.ring[seq%uint64(h.size)]
}

// after is the number of the first event above a version, and whether all of
// them are still there.
func (h *history) after(rv uint64) (seq uint64, complete bool) {
	if rv < h.floor {
		return 0, false
	}
	oldest := h.oldest()
	n := sort.Search(len(h.ring), func(i int) bool { return h.at(oldest+uint64(i)).rv > rv })
	return oldest + uint64(n), true
}

// reset forgets every event; numbering goes on, so that readers notice.
func (h *history) reset(floor uint64) {
	// The ring is indexed by number: begin on a multiple of its size, which
	// also is beyond what any reader can want.
	h.next += 2*uint64(h.size) - h.next%uint64(h.size)
	h.ring = nil
	h.floor = floor
}
