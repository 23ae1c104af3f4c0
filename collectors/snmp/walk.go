package snmp

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// The ways in which a walk ends that should have gone on. What came before is
// good and is kept.
var (
	// ErrCycle is an agent that answers with what it answered before.
	ErrCycle = errors.New("the agent goes in circles")
	// ErrNotIncreasing is an agent that went back behind the table's begin.
	ErrNotIncreasing = errors.New("the agent's answers do not increase")
	// ErrTooMany is an agent that answers more than anything real has.
	ErrTooMany = errors.New("more rows than the limit")
	// ErrRestarted is an agent that restarted while a table was read.
	ErrRestarted = errors.New("the agent restarted during the walk")
)

// walkLimits bound one walk.
type walkLimits struct {
	rows  int
	bytes int
}

// walker collects what lies below a root, from answers to "what follows?".
//
// Agents that are merely out of order (RouterOS and others) are read to the
// end: a set of what was seen, kept from the first step backwards on, tells
// them from those that go in circles.
type walker struct {
	below  string // the root with a dot
	limits walkLimits
	last   string
	rows   []binding
	bytes  int
	seen   map[string]struct{} // nil while the answers increase
}

// walk reads everything below root. fetch answers with what follows an
// identifier. With an error comes what was good before it.
func walk(
	ctx context.Context, root string, limits walkLimits,
	fetch func(ctx context.Context, after string) ([]binding, error),
) ([]binding, error) {
	w := walker{below: root + ".", limits: limits, last: root}
	for {
		got, err := fetch(ctx, w.last)
		if err != nil {
			return w.rows, err
		}
		before := len(w.rows)
		done, err := w.take(got)
		if done || err != nil {
			return w.rows, err
		}
		if len(w.rows) == before {
			return w.rows, fmt.Errorf("%w after %s", ErrCycle, w.last)
		}
	}
}

// take adds one answer and says whether the walk is done.
func (w *walker) take(got []binding) (bool, error) {
	for _, b := range got {
		if b.value.kind == kindEnd || b.value.kind == kindAbsent {
			return true, nil
		}
		if !strings.HasPrefix(b.oid, w.below) {
			if compareOID(b.oid, w.last) > 0 {
				return true, nil
			}
			return false, fmt.Errorf("%w: %s after %s", ErrNotIncreasing, b.oid, w.last)
		}
		if !w.isNew(b.oid) {
			continue
		}
		w.bytes += len(b.oid) + len(b.value.octets)
		if len(w.rows) == w.limits.rows || w.bytes > w.limits.bytes {
			return false, fmt.Errorf("%w of %d rows and %d bytes", ErrTooMany, w.limits.rows, w.limits.bytes)
		}
		w.rows = append(w.rows, b)
		w.last = b.oid
	}
	return false, nil
}

// isNew says whether an identifier has not been seen in this walk.
func (w *walker) isNew(oid string) bool {
	if w.seen == nil {
		order := compareOID(oid, w.last)
		if order > 0 {
			return true
		}
		if order == 0 {
			return false
		}
		w.seen = make(map[string]struct{}, 2*len(w.rows))
		for _, b := range w.rows {
			w.seen[b.oid] = struct{}{}
		}
	}
	if _, known := w.seen[oid]; known {
		return false
	}
	w.seen[oid] = struct{}{}
	return true
}
