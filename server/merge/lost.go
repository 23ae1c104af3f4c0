package merge

import (
	"maps"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/store"
)

// A sighting that goes away is lost at first: nobody knows yet why. If its port
// is or was down since, the map keeps showing what was there, also for a while
// after the port is up again, until neighbours had the time to speak: so a cable
// that is put back, or a device that restarts, has the same edge as before.

// drop withdraws a claim. A sighting is only lost at first.
func (e *Engine) drop(h *held) {
	if h.op.neighbour() != nil && h.op.lost == 0 && e.mayBeLost(h) {
		e.lose(h, e.batch.now.UnixMilli())
		if isDown(e.portOf(h)) {
			e.noteDown(h, 0)
		}
		return
	}
	e.keepAged(h, nil)
	e.remove(h)
}

// lose notes since when a sighting is no longer made.
func (e *Engine) lose(h *held, since int64) {
	op := *h.op
	op.lost = since
	e.hold(h, &op)
	h.scope.source.lost[h] = struct{}{}
	e.index.Touch(h.row)
}

func (e *Engine) mayBeLost(h *held) bool {
	rs := e.rows[h.row]
	if rs == nil || rs.edge == (edgeKey{}) {
		return false
	}
	sc := e.scopes[api.Scope{Source: h.scope.source.id, Table: tableInterfaces}]
	return sc != nil && e.state(sc) == api.StateLive
}

// portOf is the port on which a sighting is made, nil if it is not known.
func (e *Engine) portOf(h *held) *api.Vertex {
	return e.vertex(h.scope.source.vertexOf(h.op.neighbour().Port))
}

func isDown(port *api.Vertex) bool { return port != nil && port.Health == api.HealthDown }

// clockSlack is how far what one reading says may lie behind another's. What is
// further ahead was noted before the clock was set back, and begins anew: else
// it would have to wait until that moment comes again.
const clockSlack = 10 * time.Minute

func isAhead(noted int64, now time.Time) bool {
	return noted-now.UnixMilli() > clockSlack.Milliseconds()
}

// confirmLost decides on lost sightings once the ports were read again. Where
// the port was not down, what was there is gone; where it was and is up again,
// it is gone if nothing is heard of it for longer than neighbours are silent.
func (e *Engine) confirmLost(src *source, sc *scope, at time.Time) {
	if sc.name.Table != tableInterfaces || len(src.lost) == 0 {
		return
	}
	// The ports' new state is in claims of this batch that are not yet derived.
	e.resolveClaims()
	e.deriveThings()
	for _, h := range slices.SortedFunc(maps.Keys(src.lost), compareSaid) {
		if isAhead(h.op.lost, at) {
			e.lose(h, at.UnixMilli())
			continue
		}
		if at.UnixMilli() <= h.op.lost {
			continue
		}
		port := e.portOf(h)
		switch {
		case isDown(port):
			e.noteDown(h, 0)
		case port == nil || !h.op.wasDown():
			e.remove(h)
		case h.op.doubt.Up == 0 || isAhead(h.op.doubt.Up, at):
			e.noteDown(h, at.UnixMilli())
		case at.UnixMilli()-h.op.doubt.Up >= lldpHold.Milliseconds():
			e.remove(h)
		}
	}
}

// noteDown notes that a lost sighting's port was down since, and since when it
// is up again, if it is.
func (e *Engine) noteDown(h *held, up int64) {
	if h.op.wasDown() && h.op.doubt.Up == up {
		return
	}
	op := *h.op
	op.doubt = &store.Doubt{Overtaken: op.overtaken(), Down: true, Up: up}
	e.hold(h, &op)
	e.index.Touch(h.row)
}
