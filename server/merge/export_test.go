package merge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// Check returns nil if the engine's own bookkeeping is sound: voices are about
// one thing just where they share an alias that is not void, and after a
// restart they would be known again.
func (e *Engine) Check() error {
	var errs []error
	for _, src := range e.sources {
		for stem, v := range src.voices {
			if v.stem != stem || v.source != src || v.claims.len() == 0 {
				errs = append(errs, fmt.Errorf("voice %s %s is not what it is listed as", src.id, stem))
			}
			if v.vertex != 0 {
				errs = append(errs, e.checkVoice(v))
			}
		}
	}
	for key, n := range e.memory.names {
		if n.void != isVoid(n.by) {
			errs = append(errs, fmt.Errorf("alias %v: void %v, and should not be", key, n.void))
		}
		if n.vertex != 0 && !slices.ContainsFunc(e.memory.of(n.vertex).Aliases, func(a api.Alias) bool { return keyOf(a) == key }) {
			errs = append(errs, fmt.Errorf("alias %v is bound to %s, which does not know it", key, n.vertex))
		}
	}
	away := 0
	for _, identity := range e.memory.all.All() {
		if !identity.Gone.IsZero() {
			away++
		} else if _, there := e.snap.Vertex(identity.ID); !there {
			errs = append(errs, fmt.Errorf("%s is remembered as if it was there", identity.ID))
		}
		for _, a := range identity.Aliases {
			if e.memory.names[keyOf(a)].vertex != identity.ID {
				errs = append(errs, fmt.Errorf("%s thinks that alias %v is its own", identity.ID, a))
			}
		}
	}
	if away != e.memory.away || len(e.memory.gone) < away || len(e.memory.gone) > 2*away+64 {
		errs = append(errs, fmt.Errorf("%d are away, counted %d, listed %d", away, e.memory.away, len(e.memory.gone)))
	}
	for v := range e.snap.Vertices() {
		if home := e.memory.of(v.ID).Home; home != 0 && v.Parent != home && e.vertex(home) != nil {
			errs = append(errs, fmt.Errorf("%s is at home in %s and stands in %s", v.ID, home, v.Parent))
		}
	}
	for id, t := range e.things {
		for row, d := range t.seen().derived {
			if n := e.memory.names[keyOf(d.alias)]; n.vertex != id {
				errs = append(errs, fmt.Errorf("%s is derived by %s under %v, which is bound to %s", id, e.rows[row].held.op.key, d.alias, n.vertex))
			}
		}
		if parts := e.partsOf(t); len(parts) > 1 {
			errs = append(errs, fmt.Errorf("%s is %d things", id, len(parts)))
		}
	}
	return errors.Join(errs...)
}

func (e *Engine) checkVoice(v *voice) error {
	known := map[api.VertexID]bool{} // what a restart would take it for
	for _, a := range v.aliases {
		n := e.memory.names[keyOf(a)]
		if !n.by.has(v) {
			return fmt.Errorf("voice %s %s is not known to claim %v", v.source.id, v.stem, a)
		}
		if n.void {
			continue
		}
		if n.vertex != 0 && e.fits(a, n.vertex, v) {
			known[n.vertex] = true
		}
		for w := range n.by.all {
			if w.vertex != v.vertex {
				return fmt.Errorf("voices %s %s and %s %s share %v, and are about %s and %s",
					v.source.id, v.stem, w.source.id, w.stem, a, v.vertex, w.vertex)
			}
		}
	}
	if len(known) == 0 {
		known[e.memory.names[keyOf(v.own())].vertex] = true
	}
	if len(known) != 1 || !known[v.vertex] {
		return fmt.Errorf("voice %s %s is about %s; a restart would take it for %v; memory: %v", v.source.id, v.stem, v.vertex, known, e.memory.of(v.vertex).Aliases)
	}
	return nil
}

// Leftovers says what the engine holds though no source says anything.
func (e *Engine) Leftovers() string {
	claimed := 0
	for _, n := range e.memory.names {
		claimed += n.by.len()
	}
	var out []string
	for name, n := range map[string]int{
		"sources": len(e.sources), "scopes": len(e.scopes), "scopes by ID": len(e.scopeByID), "things": len(e.things),
		"rows": len(e.rows), "joints": len(e.joints), "heard": len(e.heard), "meets": len(e.meets), "selves": e.selves.Len() + len(e.likenesses) + len(e.likenessByID) + len(e.likened), "bridges": len(e.bridgeTables) + len(e.junctions) + len(e.joinedBy) + len(e.vague) + len(e.uncompared), "tables": len(e.tables) + len(e.tableOf) + len(e.memberOf), "crowds": len(e.crowds), "seatings": len(e.seatings) + len(e.seatingByID), "segments": len(e.segments) + len(e.segmentOf), "slots": len(e.slots),
		"claims kept": e.kept.Len(), "aliases claimed": claimed, "index": e.index.Len(),
		"handles": int(e.nextHandle) - len(e.freeHandles),
	} {
		if n != 0 {
			out = append(out, fmt.Sprintf("%s: %d", name, n))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// Remembered is the number of identities and aliases in memory.
func (e *Engine) Remembered() int { return e.memory.all.Len() + len(e.memory.names) }
