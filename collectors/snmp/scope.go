package snmp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// partSize is how many claims travel in one part.
const partSize = 500

// resyncs is how often a complete observation is begun anew when the sink
// asks for that.
const resyncs = 3

// scope speaks to the sink for one scope of one device: it numbers what is
// sent and remembers what was said of the scope's state.
type scope struct {
	sink        api.Sink
	id          api.Scope
	incarnation uint64
	every       time.Duration
	sent        uint64 // number of the last message

	state   api.State
	message string
}

// scopeID is the scope of a table; what is read in a context has that behind "@".
func scopeID(cfg Config, table string) api.Scope {
	table, context, _ := strings.Cut(table, "@")
	return api.Scope{Source: cfg.Source(), Table: table, Context: context}
}

// send numbers an observation and hands it over. Whatever the sink answers,
// the number is used up.
func (s *scope) send(ctx context.Context, o api.Observation) error {
	s.sent++
	o.Scope, o.Incarnation, o.From, o.To, o.Every = s.id, s.incarnation, s.sent, s.sent, s.every
	if err := s.sink.Observe(ctx, o); err != nil {
		return fmt.Errorf("tell of %v: %w", s.id, err)
	}
	return nil
}

// complete sends all claims of the scope.
func (s *scope) complete(ctx context.Context, at time.Time, claims []api.Claim) error {
	var err error
	for range resyncs {
		if err = s.whole(ctx, at, claims); err == nil {
			s.state, s.message = api.StateLive, ""
			return nil
		}
		if !errors.Is(err, api.ErrResync) {
			break
		}
	}
	return err
}

func (s *scope) whole(ctx context.Context, at time.Time, claims []api.Claim) error {
	if err := s.send(ctx, api.Observation{Kind: api.ObserveBegin, Time: at}); err != nil {
		return err
	}
	for len(claims) > 0 {
		n := min(partSize, len(claims))
		part := api.Observation{Kind: api.ObservePart, Time: at, Put: claims[:n:n]}
		if err := s.send(ctx, part); err != nil {
			return err
		}
		claims = claims[n:]
	}
	return s.send(ctx, api.Observation{Kind: api.ObserveEnd, Time: at})
}

// same says that the last complete observation still holds.
func (s *scope) same(ctx context.Context, at time.Time) error {
	if err := s.send(ctx, api.Observation{Kind: api.ObserveSame, Time: at}); err != nil {
		return err
	}
	s.state, s.message = api.StateLive, ""
	return nil
}

// partial adds claims.
func (s *scope) partial(ctx context.Context, at time.Time, claims []api.Claim) error {
	return s.send(ctx, api.Observation{Kind: api.ObservePartial, Time: at, Put: claims})
}

// become tells of a state, once, and says whether it is a new one.
func (s *scope) become(ctx context.Context, at time.Time, state api.State, message string) (bool, error) {
	if s.state == state && s.message == message {
		return false, nil
	}
	o := api.Observation{Kind: api.ObserveState, Time: at, State: state, Message: message}
	if err := s.send(ctx, o); err != nil {
		return false, err
	}
	s.state, s.message = state, message
	return true, nil
}
