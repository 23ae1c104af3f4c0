package snmp

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// reading is what one reading of a table brought.
type reading[T any] struct {
	at      time.Time
	took    time.Duration
	data    T
	present bool  // the device has the table
	err     error // why the data is not all of it
}

// table is one scope of a device and what was last said of it.
type table[T any] struct {
	scope
	mib  string // for messages
	same func(a, b T) bool
	last *T   // what the last complete observation said, nil if none stands
	had  bool // the table was there once
	// torn says that a part of a reading was told since: the hub may hold what
	// last does not have.
	torn bool
	// lists says that a reading that broke off is told as far as it says more
	// than the last whole one: its claims hold lists.
	lists bool
}

// tell hands a reading to the sink: as a whole if it is one, as nothing new if
// it is as before, as a part if it broke off, and as a state if there is none.
func (t *table[T]) tell(
	ctx context.Context, logger *slog.Logger, r reading[T], translate func(T) []api.Claim,
) (pollResult, error) {
	var status *StatusError
	within, ofContext := errors.AsType[*contextError](r.err)
	switch {
	case r.err == nil && r.present:
		t.had = true
		return t.tellAll(ctx, r, translate)
	case r.err == nil && t.had:
		return pollVanished, t.become(ctx, logger, r.at, api.StateStale,
			t.mib+" no longer answers (agent restarted?)")
	case r.err == nil:
		return pollUnsupported, t.become(ctx, logger, r.at, api.StateUnsupported, "")
	case errors.As(r.err, &status) && status.forbidden():
		return pollFailed, t.become(ctx, logger, r.at, api.StateForbidden, messageOf(r.err))
	}
	if ofContext && !r.present && !t.had {
		return pollFailed, t.become(ctx, logger, r.at, within.state, messageOf(r.err))
	}
	if r.present {
		t.had = true
		claims := translate(r.data)
		if t.lists && t.last != nil {
			claims = moreThan(translate(*t.last), claims)
		}
		if len(claims) > 0 {
			t.torn = true
			if err := t.partial(ctx, r.at, claims); err != nil {
				return pollPartial, t.resynced(err)
			}
		}
	}
	state := api.StateSyncing
	switch {
	case t.last != nil:
		state = api.StateStale
	case !r.present && hopeless(r.err):
		state = api.StateUnreachable
	}
	return pollPartial, t.become(ctx, logger, r.at, state, messageOf(r.err))
}

// tellAll hands over a reading of the whole table.
func (t *table[T]) tellAll(
	ctx context.Context, r reading[T], translate func(T) []api.Claim,
) (pollResult, error) {
	if t.last != nil && !t.torn && t.same(*t.last, r.data) {
		err := t.scope.same(ctx, r.at)
		if !errors.Is(err, api.ErrResync) {
			return pollSame, err
		}
	}
	t.last = nil
	if err := t.complete(ctx, r.at, translate(r.data)); err != nil {
		return pollChanged, t.resynced(err)
	}
	t.last, t.torn = &r.data, false
	return pollChanged, nil
}

// become tells of a state and logs it when it is new.
func (t *table[T]) become(
	ctx context.Context, logger *slog.Logger, at time.Time, state api.State, message string,
) error {
	changed, err := t.scope.become(ctx, at, state, message)
	if err != nil {
		return t.resynced(err)
	}
	if changed {
		level := slog.LevelInfo
		if state == api.StateUnsupported {
			level = slog.LevelDebug // No device has them all.
		}
		logger.LogAttrs(ctx, level, "state of a table changed",
			slog.String("table", t.id.Table), slog.String("state", state.String()), slog.String("reason", message))
	}
	return nil
}

// resynced takes a sink's wish for a complete observation as an order for the
// next reading.
func (t *table[T]) resynced(err error) error {
	if errors.Is(err, api.ErrResync) {
		t.last = nil
		return nil
	}
	return err
}

// messageOf is an error as one line of bounded length.
func messageOf(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	const longest = 500
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
