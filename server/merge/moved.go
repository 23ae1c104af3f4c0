package merge

import (
	"time"

	"github.com/netseam/netseam/server/stitch"
	"github.com/netseam/netseam/server/store"
)

// A cable that is moved is heard at its new place at once, and for a while at
// its old one too, because tables age. So what comes newly into a table that was
// read before is believed, and the one place where the same was heard until now
// is not, unless it goes on saying so for longer than LLDP's usual time to live.
// Two that keep saying it contradict each other: that is a dispute.

// lldpHold is how long an overtaken sighting has to be made before it is
// believed again: the time to live that LLDP's defaults give (30 s four times).
const lldpHold = 2 * time.Minute

// overtake makes the one older sighting of what newly came here one that is not
// believed.
func (e *Engine) overtake(rs *rowState) {
	came := rs.held.came
	rs.held.came = false
	key := rs.heard[1]
	if !came || key.remotePort == "" || rs.row.Port == 0 || rs.held.op.lost != 0 {
		return
	}
	var older *rowState
	for _, other := range e.heard[key] {
		if other == rs || other.held.op.lost != 0 {
			continue
		}
		if older != nil || other.row.Port == rs.row.Port || other.held.op.overtaken() != 0 {
			return // it was heard in several places before, which is no move
		}
		older = other
	}
	if older == nil || older.held.op.since >= rs.held.op.since {
		return
	}
	e.doubtSince(older.held, e.batch.now.UnixMilli())
	older.held.scope.source.overtaken[older.held] = struct{}{}
	e.index.Touch(older.held.row)
}

// believeRivalless believes again the overtaken sightings whose rival is gone.
func (e *Engine) believeRivalless(list []stitch.RowID) {
	for _, id := range list {
		if rs := e.rows[id]; rs != nil && rs.held.op.overtaken() != 0 && !e.hasRival(rs) {
			e.believe(rs.held)
		}
	}
}

func (e *Engine) hasRival(rs *rowState) bool {
	for _, other := range e.heard[rs.heard[1]] {
		if other != rs && other.row.Port != rs.row.Port && other.held.op.lost == 0 && other.held.op.overtaken() == 0 {
			return true
		}
	}
	return false
}

func (e *Engine) doubtSince(h *held, since int64) {
	op := *h.op
	op.doubt = &store.Doubt{Overtaken: since}
	e.hold(h, &op)
}

// insist notes that an overtaken sighting is still made.
func (e *Engine) insist(h *held, at time.Time) {
	if isAhead(h.op.overtaken(), at) {
		e.doubtSince(h, at.UnixMilli())
		return
	}
	if at.UnixMilli()-h.op.overtaken() >= lldpHold.Milliseconds() {
		e.believe(h)
	}
}

func (e *Engine) believe(h *held) {
	op := *h.op
	op.doubt = nil
	e.hold(h, &op)
	delete(h.scope.source.overtaken, h)
	e.index.Touch(h.row)
}

// touchRivals lists the overtaken sightings of what a sighting hears: it goes,
// or it is not believed itself.
func (e *Engine) touchRivals(rs *rowState) {
	for _, other := range e.heard[rs.heard[1]] {
		if other != rs && other.held.op.overtaken() != 0 {
			e.index.Touch(other.held.row)
		}
	}
}

// superseded is what an overtaken sighting says.
func superseded() stitch.Conclusion {
	return stitch.Conclusion{Outcome: stitch.Moved, Why: "the same has newly been heard on another port"}
}
