package kube

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/netseam/netseam/api"
)

// outlet is where one scope's observations leave: it numbers them and says
// each change of state once, to the sink and to the log. It may be used by one
// goroutine at a time.
type outlet struct {
	sink        api.Sink
	scope       api.Scope
	incarnation uint64
	every       time.Duration
	logger      *slog.Logger
	metrics     *Metrics
	// optional scopes are silent until there is something to say of them: a
	// server may have none of what they are for.
	optional bool
	// heard hears of every change of state; nil where nobody does.
	heard func(table string, state api.State, message string)

	number  uint64 // of the latest message
	state   api.State
	message string
	// wasLive says that the scope has been live at some time.
	wasLive bool
}

// sinkError is an error of the receiving side. api.ErrResync is one.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }

func (e *sinkError) Unwrap() error { return e.err }

// say hands over one message. It blocks while the sink is full.
func (o *outlet) say(ctx context.Context, what api.ObservationKind, put []api.Claim, drop []string) error {
	return o.hand(ctx, api.Observation{Kind: what, Put: put, Drop: drop})
}

func (o *outlet) hand(ctx context.Context, ob api.Observation) error {
	o.number++
	ob.Scope, ob.Incarnation, ob.Every = o.scope, o.incarnation, o.every
	ob.From, ob.To = o.number, o.number
	ob.Time = time.Now()
	if err := o.sink.Observe(ctx, ob); err != nil {
		return &sinkError{fmt.Errorf("hand over %s: %w", o.scope, err)}
	}
	return nil
}

// become says the scope's state, if it is another than before.
func (o *outlet) become(ctx context.Context, state api.State, message string) error {
	if state == o.state && message == o.message {
		o.tell(state, message)
		return nil
	}
	o.note(ctx, state, message)
	err := o.hand(ctx, api.Observation{Kind: api.ObserveState, State: state, Message: message})
	if errors.Is(err, api.ErrResync) {
		// It was not used, so it has not been said.
		o.state = api.StateUnknown
	}
	return err
}

// ended says the end of a complete observation, which implies live.
func (o *outlet) ended(ctx context.Context) error {
	if err := o.say(ctx, api.ObserveEnd, nil, nil); err != nil {
		return err
	}
	o.note(ctx, api.StateLive, "")
	return nil
}

// note keeps and logs a state.
func (o *outlet) note(ctx context.Context, state api.State, message string) {
	o.tell(state, message)
	if state == o.state && message == o.message {
		return
	}
	level := slog.LevelInfo
	switch {
	case !state.Fresh() && state != api.StateConnecting:
		level = slog.LevelWarn
	case message == absent:
		level = slog.LevelDebug // most servers lack most of what could be there
	}
	o.logger.LogAttrs(ctx, level, "state of a kind changed", slog.String("table", o.scope.Table),
		slog.String("from", o.state.String()), slog.String("to", state.String()), slog.String("reason", message))
	o.state, o.message = state, message
	o.wasLive = o.wasLive || state == api.StateLive
	o.metrics.state(o.scope, state)
}

// tell tells the one who hears of states, who passes over what is no change.
func (o *outlet) tell(state api.State, message string) {
	if o.heard != nil {
		o.heard(o.scope.Table, state, message)
	}
}
