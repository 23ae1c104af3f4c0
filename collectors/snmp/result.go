package snmp

import (
	"context"
	"errors"
	"time"

	"github.com/netseam/netseam/api"
)

// The tables, as scopes are called by.
const (
	TableSystem     = "system"
	TableInterfaces = "if"
	TableLLDP       = "lldp"
)

// Result is what one reading of a device found.
type Result struct {
	// Name and Address are those of the Config; Peer is the address that was
	// asked, without port.
	Name    string
	Address string
	Peer    string
	Time    time.Time
	// Credentials is the name of the set that the device answered to.
	Credentials string

	System System
	// UpTime is sysUpTime, negative if the device does not say.
	UpTime     time.Duration
	Interfaces []Interface // by index
	LLDP       LLDP
	// Facts are what the other topics found, of those that the device has; Of
	// picks one kind.
	Facts []Facts
	// Tables says how reading each table went.
	Tables []TableReport

	told  []Facts // those in Tables behind the first three
	known known
	vrfs  []VRF
}

// TableReport says how reading one table went.
type TableReport struct {
	Table string
	// State is live (read in full), syncing (in part: see Err), unsupported
	// (the device answers, but not this), forbidden, or unreachable.
	State api.State
	Rows  int
	Took  time.Duration
	Err   error
}

// Collect reads a device once. What is wrong with one table is in its report;
// the error is for a Config that cannot be, and for a device that does not
// answer at all: the Result then holds the reports alone.
func Collect(ctx context.Context, cfg Config) (*Result, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	res := &Result{Name: cfg.Name, Address: cfg.Address, Time: time.Now(), UpTime: -1, vrfs: cfg.VRFs}
	a := newAccess(cfg, newKeyring())
	c, err := dial(ctx, cfg, a, mannersFor(cfg), make([]byte, maxDatagram), nil)
	if err == nil {
		defer c.Close() //nolint:errcheck // A socket that only sent cannot lose anything.
		res.Peer = c.peer()
		err = c.enter(ctx, a)
	}
	if err != nil {
		for _, table := range []string{TableSystem, TableInterfaces, TableLLDP} {
			res.Tables = append(res.Tables, report(table, false, 0, 0, err))
		}
		return res, err
	}
	res.Credentials = a.name()
	c.retries = max(0, cfg.Retries)
	return res, res.read(ctx, c)
}

func (r *Result) read(ctx context.Context, s session) error {
	began := time.Now()
	sys, up, present, err := readSystem(ctx, s)
	r.System, r.UpTime = sys, up
	r.Tables = append(r.Tables, report(TableSystem, present, 1, time.Since(began), err))
	if err != nil && hopeless(err) {
		r.Tables = append(r.Tables,
			report(TableInterfaces, false, 0, 0, err), report(TableLLDP, false, 0, 0, err))
		return err
	}

	began = time.Now()
	r.Interfaces, err = readInterfaces(ctx, s, nil)
	n := len(r.Interfaces)
	r.Tables = append(r.Tables, report(TableInterfaces, n > 0, n, time.Since(began), err))

	began = time.Now()
	lldp, rows, present, err := readLLDP(ctx, s, r.Interfaces, nil)
	if err == nil && len(lldp.Neighbours) > 0 {
		ext, failed := readLLDPExtensions(ctx, s)
		lldp, err = lldp.with(ext), failed
	}
	r.LLDP = lldp
	r.Tables = append(r.Tables, report(TableLLDP, present, rows, time.Since(began), err))
	if err != nil && hopeless(err) {
		return context.Cause(ctx)
	}
	return r.readTopics(ctx, s)
}

func report(table string, present bool, rows int, took time.Duration, err error) TableReport {
	out := TableReport{Table: table, Rows: rows, Took: took, Err: err, State: stateOf(present, err)}
	if !present {
		out.Rows = 0
	}
	return out
}

// stateOf is the state that one reading by itself leads to.
func stateOf(present bool, err error) api.State {
	var status *StatusError
	if within, ok := errors.AsType[*contextError](err); ok && !present {
		return within.state
	}
	switch {
	case err == nil && present:
		return api.StateLive
	case err == nil:
		return api.StateUnsupported
	case errors.As(err, &status) && status.forbidden():
		return api.StateForbidden
	case rejected(err):
		return api.StateUnauthorised
	case present:
		return api.StateSyncing
	case hopeless(err) || errors.Is(err, ErrResolve):
		return api.StateUnreachable
	}
	return api.StateSyncing
}
