package stream

import (
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/stream/channel"
)

// room is one channel with those who listen to it. It belongs to Run's
// goroutine.
//
// What a room remembers: a snapshot, as frames, that joiners are sent, and a log
// of all frames since; the log may reach back further, for those who come back.
//
//	log:   │ delta 5 │ positions │ delta 6 │ delta 9 │ positions │ …
//	       ↑ first, floor                  ↑ base: the snapshot was taken here
type room struct {
	ref      channel.Ref
	grouping layout.Grouping
	name     string // of the channel
	key      string // of the room: channel and grouping

	// While follow is nil, the room is being built on a snapshot, and behind
	// is what has happened since.
	follow  *channel.Channel
	builtOn *graph.Snapshot
	behind  api.Change

	places   *layout.Laid // where things stand for those who have heard all of the log
	snapshot []frame      // nil: none that joiners can be sent
	size     int          // of snapshot, in bytes
	base     uint64       // number of the first frame in the log that snapshot lacks

	log      []entry
	logBytes int
	first    uint64 // number of log[0]
	floor    uint64 // the earliest revision from which the log can be followed

	live    map[*client]struct{}
	waiting []waiter

	cutting bool                      // a job makes a new snapshot
	laying  bool                      // a job makes a new layout
	placed  bool                      // the layout is older than the graph
	touched map[api.VertexID]struct{} // what the layout in the making has to look at
	layFrom time.Time                 // no new layout before
	idle    time.Time                 // since when nobody listens; zero while somebody does
}

// entry is a frame in a room's log.
type entry struct {
	frame
	delta    bool // else positions
	revision uint64
}

// waiter is a client that is to be sent a snapshot or what it missed.
type waiter struct {
	client *client
	open   *wire.Open
	told   bool // that it starts over
	anew   bool // it had the channel open: what it holds may be on its way still
}

func newRoom(ref channel.Ref, grouping layout.Grouping) *room {
	return &room{
		ref: ref, grouping: grouping, name: ref.String(), key: roomKey(ref, grouping),
		live: map[*client]struct{}{}, touched: map[api.VertexID]struct{}{},
	}
}

func roomKey(ref channel.Ref, grouping layout.Grouping) string {
	return ref.String() + " by " + string(grouping)
}

// touch notes what the next layout has to look at.
func (r *room) touch(ids []api.VertexID) {
	for _, id := range ids {
		r.touched[id] = struct{}{}
	}
	r.placed = true
}

// leave takes a client out.
func (r *room) leave(c *client) {
	delete(r.live, c)
	for i := range r.waiting {
		if r.waiting[i].client == c {
			r.waiting = append(r.waiting[:i], r.waiting[i+1:]...)
			return
		}
	}
}

func (r *room) empty() bool { return len(r.live) == 0 && len(r.waiting) == 0 }

// record puts a frame into the log and forgets what goes over the limits.
func (r *room) record(e entry, maxFrames, maxBytes int) {
	r.log = append(r.log, e)
	r.logBytes += e.size
	for len(r.log) > maxFrames || (r.logBytes > maxBytes && len(r.log) > 0) {
		r.forget()
	}
	if r.base < r.first {
		r.snapshot = nil
	}
}

// forget drops the oldest frame of the log. Who has not heard it cannot follow
// the log any more.
func (r *room) forget() {
	oldest := r.log[0]
	r.log[0] = entry{}
	r.log = r.log[1:]
	r.logBytes -= oldest.size
	r.first++
	r.floor = oldest.revision
	if oldest.delta {
		return
	}
	r.floor++
	for _, e := range r.log {
		if e.delta {
			r.floor = max(r.floor, e.revision)
			return
		}
	}
}

// missed returns what a client has missed that has heard everything up to a
// revision; false if that is not known any more.
func (r *room) missed(revision uint64) ([]frame, bool) {
	if revision < r.floor {
		return nil, false
	}
	from := 0
	for i, v := range slices.Backward(r.log) {
		if v.delta && v.revision <= revision {
			from = i + 1
			break
		}
	}
	return r.frames(from), true
}

// sinceBase returns what the snapshot lacks.
func (r *room) sinceBase() []frame { return r.frames(int(r.base - r.first)) }

func (r *room) frames(from int) []frame {
	out := make([]frame, 0, len(r.log)-from)
	for _, e := range r.log[from:] {
		out = append(out, e.frame)
	}
	return out
}

// fit says whether the snapshot is worth sending: not outgrown by what has to
// be sent after it.
func (r *room) fit() bool {
	const (
		maxFrames = 256
		minBytes  = 256 << 10
	)
	if r.snapshot == nil || len(r.log)-int(r.base-r.first) > maxFrames {
		return false
	}
	bytes := 0
	for _, f := range r.sinceBase() {
		bytes += f.size
	}
	return bytes <= max(minBytes, r.size/2)
}

// keep takes in a new snapshot, which has all but the log from base on.
func (r *room) keep(frames []frame, base uint64) {
	if base < r.first {
		return // outgrown while it was made: the next joiner asks for another
	}
	r.snapshot, r.base, r.size = frames, base, 0
	for _, f := range frames {
		r.size += f.size
	}
}
