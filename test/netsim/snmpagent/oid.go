// Package snmpagent is an SNMP agent for tests and demonstrations: it answers
// Get, GetNext and GetBulk (v1, v2c and v3 with USM) over real UDP from anything that is a
// View, for example a recorded walk or a simulated device, and misbehaves in
// the ways real agents do when it is told to.
//
// It is not a secure agent and never accepts a Set.
package snmpagent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxArcs is the longest object identifier SMIv2 allows (RFC 2578 §3.5).
const maxArcs = 128

// OID is an object identifier, one element an arc. It is never modified once
// it has been handed over.
type OID []uint32

// ParseOID reads dotted notation, with or without a leading dot.
func ParseOID(s string) (OID, error) {
	rest := strings.TrimPrefix(s, ".")
	if rest == "" {
		return nil, fmt.Errorf("object identifier %q is empty", s)
	}
	out := make(OID, 0, strings.Count(rest, ".")+1)
	for arc := range strings.SplitSeq(rest, ".") {
		n, err := strconv.ParseUint(arc, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("object identifier %q: arc %q is not a number below 2^32", s, arc)
		}
		out = append(out, uint32(n))
	}
	if err := out.check(); err != nil {
		return nil, fmt.Errorf("object identifier %q: %w", s, err)
	}
	return out, nil
}

// MustOID is ParseOID for constants; it panics on what is not an identifier.
func MustOID(s string) OID {
	oid, err := ParseOID(s)
	if err != nil {
		panic(err)
	}
	return oid
}

// check says why the identifier cannot be encoded (X.690 §8.19).
func (o OID) check() error {
	switch {
	case len(o) < 2:
		return fmt.Errorf("has %d arcs, needs at least 2", len(o))
	case len(o) > maxArcs:
		return fmt.Errorf("has %d arcs, at most %d are allowed", len(o), maxArcs)
	case o[0] > 2:
		return fmt.Errorf("first arc is %d, at most 2 is allowed", o[0])
	case o[0] < 2 && o[1] > 39:
		return fmt.Errorf("second arc is %d, at most 39 is allowed under %d", o[1], o[0])
	case o[0] == 2 && o[1] > 1<<32-1-80:
		return fmt.Errorf("second arc %d is too large", o[1])
	}
	return nil
}

// Compare orders identifiers as a walk does.
func (o OID) Compare(other OID) int {
	return slices.Compare(o, other)
}

// HasPrefix says whether o is prefix or lies below it.
func (o OID) HasPrefix(prefix OID) bool {
	return len(o) >= len(prefix) && slices.Equal(o[:len(prefix)], prefix)
}

// Append returns o extended by arcs, in memory of its own.
func (o OID) Append(arcs ...uint32) OID {
	out := make(OID, 0, len(o)+len(arcs))
	return append(append(out, o...), arcs...)
}

// String gives dotted notation with the leading dot that gosnmp uses.
func (o OID) String() string {
	out := make([]byte, 0, 4*len(o))
	for _, arc := range o {
		out = append(out, '.')
		out = strconv.AppendUint(out, uint64(arc), 10)
	}
	return string(out)
}

// after returns the smallest identifier that is greater than everything below
// o, or nil if there is none.
func (o OID) after() OID {
	out := slices.Clone(o)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i] < 1<<32-1 {
			out[i]++
			return out[:i+1]
		}
	}
	return nil
}

// size is the length of the identifier's BER contents.
func (o OID) size() int {
	n := 0
	for i, arc := range o {
		v := uint64(arc)
		switch i {
		case 0:
			continue
		case 1:
			v += 40 * uint64(o[0])
		}
		n++
		for v >>= 7; v > 0; v >>= 7 {
			n++
		}
	}
	return n
}
