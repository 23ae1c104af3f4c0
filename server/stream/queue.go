package stream

import "sync"

// queue is what waits to be written to one client. Run puts in and closes; the
// client's writer takes out.
//
// What a client has just asked for may be long, and says nothing of how fast
// it reads: only what came since counts as lagging. The former is bounded too,
// by bytes and by backlogFactor times the frames, because a client could ask
// again and again without reading.
type queue struct {
	maxFrames, maxBytes int
	ready               chan struct{} // holds one mark while there is something to do

	mu     sync.Mutex
	items  []item
	live   int // how many of items are live
	bytes  int
	ended  bool
	code   int // to close the connection with; 0: it is gone already
	reason string
}

// backlogFactor is how many times as many frames may wait that a client asked
// for as those that came since.
const backlogFactor = 64

type item struct {
	frame
	live bool // came by itself, rather than being asked for
}

func newQueue(maxFrames, maxBytes int) *queue {
	return &queue{maxFrames: maxFrames, maxBytes: maxBytes, ready: make(chan struct{}, 1)}
}

// put adds frames, and says whether they fit; what does not fit is not added.
func (q *queue) put(live bool, frames ...frame) bool {
	size := 0
	for _, f := range frames {
		size += f.size
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended {
		return true // nobody misses them
	}
	if q.bytes+size > q.maxBytes || len(q.items)+len(frames) > backlogFactor*q.maxFrames ||
		(live && q.live+len(frames) > q.maxFrames) {
		return false
	}
	for _, f := range frames {
		q.items = append(q.items, item{f, live})
	}
	if live {
		q.live += len(frames)
	}
	q.bytes += size
	q.wake()
	return true
}

// end drops what waits and asks the writer to close the connection. Only the
// first call counts.
func (q *queue) end(code int, reason string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended {
		return
	}
	q.ended, q.code, q.reason = true, code, reason
	q.items, q.live, q.bytes = nil, 0, 0
	q.wake()
}

func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take returns the next frame; false if there is none.
func (q *queue) take() (frame, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		q.items = nil
		return frame{}, false
	}
	next := q.items[0]
	q.items[0] = item{}
	q.items = q.items[1:]
	if next.live {
		q.live--
	}
	q.bytes -= next.size
	return next.frame, true
}

// ending says whether the connection is to be closed, and how.
func (q *queue) ending() (ended bool, code int, reason string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ended, q.code, q.reason
}
