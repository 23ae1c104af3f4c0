package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// session asks one device. It is used by one goroutine at a time.
type session interface {
	// Get reads instances; the i-th value is what the i-th object holds, of
	// kindAbsent where there is no such instance.
	Get(ctx context.Context, objects ...object) ([]value, error)
	// Next reads what follows each object: the i-th binding, of kindEnd where
	// nothing does.
	Next(ctx context.Context, objects ...object) ([]binding, error)
	// Walk reads all instances below an object. With an error comes what was
	// good before it.
	Walk(ctx context.Context, root object) ([]binding, error)
	// Within is the same device asked for another context, nil if there is no
	// way to. It ends with the session.
	Within(at inContext) session
	// Close frees the socket.
	Close() error
}

// inContext is how a context of the agent is asked for: of SNMPv3 by its name,
// else by what the community has before and behind it.
type inContext struct{ before, behind, name string }

// Why a device could not be read.
var (
	// ErrNoAnswer is all that one hears of a wrong address, a community that
	// the device does not know, and a firewall alike.
	ErrNoAnswer = errors.New("no answer (wrong address, community, or firewall)")
	// ErrRefused is a host that says that nothing listens there.
	ErrRefused = errors.New("connection refused: nothing listens there")
	// ErrNotUnderstood is something that answers, but not as an SNMP agent.
	ErrNotUnderstood = errors.New("the answers cannot be understood")
	// ErrResolve is a host name without an address.
	ErrResolve = errors.New("host name cannot be resolved")
	// ErrTooSlow is a device that answers, but takes too long for a table.
	ErrTooSlow = errors.New("reading took too long")
)

// StatusError is an error that the agent itself reports.
type StatusError struct {
	// Status is RFC 3416's error-status.
	Status int
	// Name is its name there.
	Name string
}

// Error implements error.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the agent reports %s (%d)", e.Name, e.Status)
}

// Values of RFC 3416's error-status that mean something to a reader.
const (
	statusTooBig             = 1
	statusNoSuchName         = 2
	statusNoAccess           = 6
	statusAuthorizationError = 16
)

// forbidden says whether the agent refused because of rights.
func (e *StatusError) forbidden() bool {
	return e.Status == statusNoAccess || e.Status == statusAuthorizationError
}

// plainError turns an error of the network into one whose text stays the same
// from one try to the next: without local ports.
func plainError(err error) error {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsTimeout {
			return fmt.Errorf("%w: %q: the resolver does not answer", ErrResolve, dns.Name)
		}
		return fmt.Errorf("%w: %q", ErrResolve, dns.Name)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return ErrRefused
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	return err
}
