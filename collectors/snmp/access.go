package snmp

import (
	"context"
	"errors"
	"time"

	"github.com/gosnmp/gosnmp"
)

// access is what is remembered of how a device lets one in, from one poll to
// the next. It is used by one goroutine at a time.
type access struct {
	sets    []*entry
	chosen  *entry // what the device answered to last, nil if to nothing yet
	lockOut time.Duration
}

// entry is one set of credentials and what came of it.
type entry struct {
	cred  Credentials
	usm   *usm               // of a user, else nil
	proto gosnmp.SnmpVersion // of a community
	// refused is why the device rejected it, and until when it is not tried
	// again: some devices lock a user out after a few failures.
	refused error
	until   time.Time
}

func newAccess(cfg Config, keys *keyring) *access {
	a := &access{lockOut: cfg.LockOut}
	for _, cred := range cfg.credentials() {
		e := &entry{cred: cred, proto: gosnmp.Version2c}
		if cred.User != "" {
			e.usm = newUSM(cred, keys)
		}
		a.sets = append(a.sets, e)
	}
	return a
}

// dialect is how the entry speaks.
func (e *entry) dialect() dialect {
	if e.usm != nil {
		return e.usm
	}
	return community{e.proto, e.cred.Community}
}

// locked says whether the entry is not to be tried now.
func (e *entry) locked() bool { return time.Now().Before(e.until) }

// order lists the entries to try: what worked last comes first.
func (a *access) order() []*entry {
	out := make([]*entry, 0, len(a.sets))
	if a.chosen != nil {
		out = append(out, a.chosen)
	}
	for _, e := range a.sets {
		if e != a.chosen {
			out = append(out, e)
		}
	}
	return out
}

// current is what worked last, nil if nothing did or it was rejected since.
func (a *access) current() *entry {
	if a.chosen == nil || a.chosen.locked() {
		return nil
	}
	return a.chosen
}

// name is that of the credentials that worked last.
func (a *access) name() string {
	if a.chosen == nil {
		return ""
	}
	return a.chosen.cred.Name
}

// accept notes that the device answered to an entry.
func (a *access) accept(e *entry) {
	a.chosen, e.refused = e, nil
}

// reject notes that the device refused an entry.
func (a *access) reject(e *entry, why error) {
	e.refused, e.until = why, time.Now().Add(a.lockOut)
}

// enter finds the credentials that the device answers to, by asking for
// sysUpTime alone. Those that it rejected lately it does not try.
func (c *client) enter(ctx context.Context, a *access) error {
	if len(a.sets) > 1 {
		c.retries = min(c.retries, 1) // Silence to one set is silence to all, mostly.
	}
	var worst error
	for _, e := range a.order() {
		err := e.refused
		if !e.locked() {
			err = c.try(ctx, a, e)
		}
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrRefused) {
			return err
		}
		if worst == nil || weight(err) > weight(worst) {
			worst = err
		}
	}
	return worst
}

// try asks with one entry. A community that is met with silence is tried once
// more with the other one of SNMPv1 and SNMPv2c, which is kept if it works.
func (c *client) try(ctx context.Context, a *access, e *entry) error {
	c.use(a, e)
	err := c.greet(ctx)
	if e.usm != nil || !errors.Is(err, ErrNoAnswer) || ctx.Err() != nil {
		return err
	}
	before, retries := e.proto, c.retries
	e.proto, c.retries = gosnmp.Version1, 0
	if before == gosnmp.Version1 {
		e.proto = gosnmp.Version2c
	}
	c.use(a, e)
	other := c.greet(ctx)
	c.retries = retries
	if other != nil {
		e.proto = before
		return err
	}
	return nil
}

// greet asks for sysUpTime, whatever the agent says of it.
func (c *client) greet(ctx context.Context) error {
	_, err := c.Get(ctx, upTime())
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return nil
	}
	return err
}

// weight is how much an error says of what is wrong.
func weight(err error) int {
	switch {
	case rejected(err):
		return 3
	case errors.Is(err, ErrPrivacy), errors.Is(err, ErrTimeWindow):
		return 2
	case errors.Is(err, ErrNotUnderstood):
		return 1
	}
	return 0
}
