package snmp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// What the engine of a device says of a request that it does not pass on.
var (
	// ErrUser is a device without such a user.
	ErrUser = errors.New("the device does not know the user")
	// ErrDigest is a device that has other authentication keys.
	ErrDigest = errors.New("wrong authentication password or protocol")
	// ErrLevel is a device that wants the user to authenticate or encrypt, or
	// cannot do it.
	ErrLevel = errors.New("the device does not take this user at this security level")
	// ErrDecryption is a device that says that it could not decrypt.
	ErrDecryption = errors.New("wrong privacy password or protocol")
	// ErrContext is a device without such a context.
	ErrContext = errors.New("the device does not know the context")
	// ErrTimeWindow is a device whose clock cannot be agreed on.
	ErrTimeWindow = errors.New("the device takes every request for too old or too early: its engine time does not go on")
	// ErrPrivacy is silence to all but discovery. Most agents have no better
	// sign of a wrong privacy key, and some none of an unknown context.
	ErrPrivacy = errors.New("no answer: wrong privacy key or protocol, or unknown context " +
		"(the device answers discovery, and does not reject user or authentication)")

	errNotAuthentic = errors.New("not authentic")
	errReport       = errors.New("a report of the engine that means nothing here")
)

// silentEngine is ErrNoAnswer for a user of SNMPv3.
type silentEngine struct{}

// Error implements error.
func (silentEngine) Error() string { return "no answer (wrong address, no SNMPv3 there, or firewall)" }

// Is says that it is ErrNoAnswer.
func (silentEngine) Is(target error) bool { return target == ErrNoAnswer }

// reportKind is which of its counters an engine reports.
type reportKind int

const (
	otherReport reportKind = iota
	unsupportedLevel
	notInWindow
	unknownUser
	unknownEngine
	wrongDigest
	decryptionError
	unknownContext
)

// engineReport is an engine's answer in place of what was asked.
type engineReport struct {
	header    usmHeader
	kind      reportKind
	authentic bool
}

func newReport(h usmHeader, packet *gosnmp.SnmpPacket, authentic bool) *engineReport {
	r := &engineReport{header: h, authentic: authentic}
	for _, v := range packet.Variables {
		if kind := kindOfReport(strings.TrimPrefix(v.Name, ".")); kind != otherReport {
			r.kind = kind
		}
	}
	return r
}

func kindOfReport(oid string) reportKind {
	const usmStats, contexts = "1.3.6.1.6.3.15.1.1.", "1.3.6.1.6.3.12.1."
	switch strings.TrimSuffix(oid, ".0") {
	case usmStats + "1":
		return unsupportedLevel
	case usmStats + "2":
		return notInWindow
	case usmStats + "3":
		return unknownUser
	case usmStats + "4":
		return unknownEngine
	case usmStats + "5":
		return wrongDigest
	case usmStats + "6":
		return decryptionError
	case contexts + "4", contexts + "5":
		return unknownContext
	}
	return otherReport
}

// Error implements error.
func (r *engineReport) Error() string { return r.Unwrap().Error() }

// Unwrap is what the report means.
func (r *engineReport) Unwrap() error {
	switch r.kind {
	case unsupportedLevel:
		return ErrLevel
	case notInWindow:
		return ErrTimeWindow
	case unknownUser:
		return ErrUser
	case wrongDigest:
		return ErrDigest
	case decryptionError:
		return ErrDecryption
	case unknownContext:
		return ErrContext
	case unknownEngine, otherReport:
	}
	return fmt.Errorf("%w: %w", ErrNotUnderstood, errReport)
}

// rejections are the errors that mean that the device refuses the credentials.
func rejections() []error {
	return []error{ErrUser, ErrDigest, ErrLevel, ErrDecryption, ErrContext}
}

// rejected says whether the device refuses the credentials.
func rejected(err error) bool {
	for _, r := range rejections() {
		if errors.Is(err, r) {
			return true
		}
	}
	return false
}

// AccessError is a device that could not be read with one set of credentials.
type AccessError struct {
	// Set is the name of the credentials, "" if they have none.
	Set string
	Err error
}

// Error implements error.
func (e *AccessError) Error() string {
	if e.Set == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("credentials %s: %v", e.Set, e.Err)
}

// Unwrap returns the cause.
func (e *AccessError) Unwrap() error { return e.Err }
