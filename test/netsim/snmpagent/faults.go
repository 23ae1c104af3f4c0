package snmpagent

import (
	"slices"
	"time"

	"github.com/gosnmp/gosnmp"
)

// Faults are the ways in which an agent misbehaves. The zero Faults is an
// agent without fault. They may be combined and changed while it runs.
type Faults struct {
	// Silent drops every request.
	Silent bool
	// Loss is the share of datagrams lost, 0 to 1, drawn for the request and
	// again for the response.
	Loss float64
	// Delay goes by before each response. An agent answers one request after
	// the other, so requests of several clients wait for each other.
	Delay time.Duration
	// Duplicates is how many more copies of each response are sent.
	Duplicates int
	// Garbage sends random bytes in place of each response.
	Garbage bool
	// Corrupt overwrites one byte of each response at random.
	Corrupt bool
	// WrongRequestID answers with a request ID nobody asked with.
	WrongRequestID bool
	// V1Only leaves v2c requests unanswered.
	V1Only bool
	// TooBig answers every request with tooBig.
	TooBig bool
	// MaxRows, if not 0, ends bulk responses after so many bindings.
	MaxRows int
	// MaxRepetitions, if not 0, is the most the agent copes with; beyond it a
	// bulk request gets the error BulkError, or genErr if that is 0.
	MaxRepetitions uint32
	// BulkError is the error for bulk requests beyond MaxRepetitions.
	BulkError gosnmp.SNMPError
	// Missing are subtrees that are not there, as when a subagent is away.
	Missing []OID
	// Jumps break the order of a walk.
	Jumps []Jump
	// RestartAfter, if not 0, restarts the agent once before its n-th request
	// from when the faults were set: its sysUpTime begins again at 0.
	RestartAfter int
	// ClockSkew is by how much the SNMPv3 engine's clock is ahead of itself.
	ClockSkew time.Duration
	// NeverInWindow finds no SNMPv3 request in time.
	NeverInWindow bool
	// ReportDecryption tells who asks with another privacy key, which few
	// agents can.
	ReportDecryption bool
	// Forged spoils the digest of each SNMPv3 response.
	Forged bool
}

// Jump makes To the instance that follows From, wherever To lies: before From
// the walk does not increase, and ends in a cycle; equal to From the same
// instance comes for ever.
type Jump struct {
	From, To OID
}

// without is a view in which some subtrees are missing.
type without struct {
	View
	missing []OID
}

func (w without) Get(oid OID) (Value, bool) {
	if slices.ContainsFunc(w.missing, oid.HasPrefix) {
		return Value{}, false
	}
	return w.View.Get(oid)
}

func (w without) Next(oid OID) (OID, Value, bool) {
	next, v, ok := w.View.Next(oid)
	for ok {
		hidden := w.covering(next)
		if hidden == nil {
			return next, v, true
		}
		beyond := hidden.after()
		if beyond == nil {
			break
		}
		if v, ok = w.View.Get(beyond); ok {
			next = beyond
			continue
		}
		next, v, ok = w.View.Next(beyond)
	}
	return nil, Value{}, false
}

func (w without) covering(oid OID) OID {
	for _, m := range w.missing {
		if oid.HasPrefix(m) {
			return m
		}
	}
	return nil
}

// jumping is a view that does not keep its order.
type jumping struct {
	View
	jumps []Jump
}

func (j jumping) Next(oid OID) (OID, Value, bool) {
	for _, jump := range j.jumps {
		if jump.From.Compare(oid) == 0 {
			if v, ok := j.View.Get(jump.To); ok {
				return jump.To, v, true
			}
		}
	}
	return j.View.Next(oid)
}

// narrow is a view as SNMPv1 sees it: without 64 bit counters.
type narrow struct {
	View
}

func (n narrow) Get(oid OID) (Value, bool) {
	v, ok := n.View.Get(oid)
	return v, ok && v.kind != gosnmp.Counter64
}

func (n narrow) Next(oid OID) (OID, Value, bool) {
	next, v, ok := n.View.Next(oid)
	for ok && v.kind == gosnmp.Counter64 {
		next, v, ok = n.View.Next(next)
	}
	return next, v, ok
}

// rebooted is a view whose sysUpTime counts from the agent's restart.
type rebooted struct {
	View
	ticks uint32
}

func (r rebooted) Get(oid OID) (Value, bool) {
	v, ok := r.View.Get(oid)
	return r.adjust(oid, v), ok
}

func (r rebooted) Next(oid OID) (OID, Value, bool) {
	next, v, ok := r.View.Next(oid)
	return next, r.adjust(next, v), ok
}

func (r rebooted) adjust(oid OID, v Value) Value {
	if v.kind == gosnmp.TimeTicks && oid.Compare(OID{1, 3, 6, 1, 2, 1, 1, 3, 0}) == 0 {
		return TimeTicks(r.ticks)
	}
	return v
}
