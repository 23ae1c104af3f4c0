package api

import (
	"context"
	"errors"
	"time"
)

// ObservationKind says how an observation changes what its scope holds.
type ObservationKind uint8

// The kinds of observations. A complete observation is Begin, any number of
// Parts, and End: the parts take effect as they come, and End drops what the
// scope held before Begin and no part said again. Without End nothing is
// dropped.
const (
	ObserveBegin   ObservationKind = 1 // a complete observation begins
	ObservePart    ObservationKind = 2 // some of its claims (Put)
	ObserveEnd     ObservationKind = 3 // it ends cleanly: what was not said again is gone
	ObservePartial ObservationKind = 4 // adds and replaces, removes nothing (Put)
	ObserveDelta   ObservationKind = 5 // a watch event: Put and Drop
	ObserveSame    ObservationKind = 6 // looked again: all is as in the last complete one
	ObserveState   ObservationKind = 7 // the scope's state changed (State, Message)
)

// Observation is one message from a source about one of its scopes.
//
// Messages of one (source, incarnation, scope) are numbered from 1 without
// gaps. From and To are the numbers of the first and last message that this
// one stands for: consecutive deltas may be joined into one on the way.
type Observation struct {
	Scope Scope `cbor:"1,keyasint"`
	// Incarnation grows with every start of the source: Unix nanoseconds.
	Incarnation uint64          `cbor:"2,keyasint"`
	From        uint64          `cbor:"3,keyasint"`
	To          uint64          `cbor:"4,keyasint"`
	Kind        ObservationKind `cbor:"5,keyasint"`
	// Time is when the source was read, by the collector's clock.
	Time time.Time `cbor:"6,keyasint"`
	// Put are claims made or replaced; Drop are keys of claims withdrawn.
	Put  []Claim  `cbor:"7,keyasint,omitempty"`
	Drop []string `cbor:"8,keyasint,omitempty"`
	// State and Message are set in ObserveState; End, Delta and Same imply live.
	State   State  `cbor:"9,keyasint,omitempty"`
	Message string `cbor:"10,keyasint,omitempty"`
	// Every is how often the source means to look at this scope; 0 when it
	// watches. A scope not heard of for three times this is late.
	Every time.Duration `cbor:"11,keyasint,omitempty"`
}

// ErrResync is what a [Sink] answers when messages of a scope are missing: the
// source then sends a complete observation of that scope.
var ErrResync = errors.New("observations are missing: send the scope anew")

// Sink takes observations from sources.
//
// Observe blocks while the sink is full and returns ctx's cause if ctx ends
// first. It returns [ErrResync] when the scope's numbering has a gap or the
// scope is not known to the hub (after [ObserveSame]); the observation was
// then not used. It takes ownership of the observation.
type Sink interface {
	Observe(ctx context.Context, o Observation) error
}

// State is how a source, or one of its scopes, stands. The zero value is
// unknown. Numbers are on the wire.
type State uint8

// The states, in the order in which they get worse.
const (
	StateUnknown      State = 0
	StateLive         State = 1 // answers, and what it said is current
	StateConnecting   State = 2 // no answer yet since the start
	StateSyncing      State = 3 // answers; not yet heard in full
	StateStale        State = 4 // was live; late, or broken since
	StateUnsupported  State = 5 // answers, but does not have this table or kind
	StateForbidden    State = 6 // answers, but this table or kind is not permitted
	StateUnauthorised State = 7 // refuses the credentials
	StateUnreachable  State = 8 // does not answer
)

// String returns the state's name in REST and in the interface.
func (s State) String() string {
	switch s {
	case StateUnknown:
		return "unknown"
	case StateLive:
		return "live"
	case StateConnecting:
		return "connecting"
	case StateSyncing:
		return "syncing"
	case StateStale:
		return "stale"
	case StateUnsupported:
		return "unsupported"
	case StateForbidden:
		return "forbidden"
	case StateUnauthorised:
		return "unauthorised"
	case StateUnreachable:
		return "unreachable"
	}
	return "unknown"
}

// Fresh says whether a scope in this state vouches for what it said.
func (s State) Fresh() bool { return s == StateLive || s == StateSyncing }

// ScopeState is a scope and how it stands. A poll that finds nothing new
// changes neither: when it last succeeded is a measurement, not part of this.
type ScopeState struct {
	ID      ScopeID `cbor:"1,keyasint" json:"id"`
	Scope   Scope   `cbor:"2,keyasint" json:"scope"`
	State   State   `cbor:"3,keyasint,omitempty" json:"-"`
	Message string  `cbor:"4,keyasint,omitempty" json:"message,omitempty"`
	// Since is when State was entered.
	Since time.Time `cbor:"5,keyasint,omitzero" json:"since,omitzero"`
}

// SourceStatus is how a source stands as a whole: the worst of its scopes,
// as far as that matters, and when any of them was last read.
type SourceStatus struct {
	ID      SourceID
	State   State
	Since   time.Time
	LastOK  time.Time // zero: never
	Message string
	Scopes  []ScopeStatus
}

// ScopeStatus is a scope, how it stands, and when it was last read.
type ScopeStatus struct {
	ScopeState
	LastOK time.Time // zero: never
}

// Kept says whether what is published is also durable.
type Kept struct {
	OK    bool
	Since time.Time // of the present answer
	Why   string    // when not OK
}
