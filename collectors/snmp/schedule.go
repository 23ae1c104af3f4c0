package snmp

import (
	"hash/fnv"
	"time"
)

// phaseOf spreads devices over an interval: by name, so that it stays the same
// from one start to the next.
func phaseOf(name string, interval time.Duration) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return time.Duration(h.Sum64()>>1) % interval
}

// nextTick is the first moment after now at which a device with this phase is
// due, on a clock that all devices share.
func nextTick(now time.Time, interval, phase time.Duration) time.Time {
	since := (time.Duration(now.UnixNano()) - phase) % interval
	if since < 0 {
		since += interval
	}
	return now.Add(interval - since)
}

// due says which tables a poll is for, beside the system group.
type due struct{ interfaces, lldp bool }

func everyTable() due { return due{interfaces: true, lldp: true} }

// timetable says when a device is polled for what.
type timetable struct {
	cfg   Config
	phase time.Duration
	now   due // what the poll at hand is for
	// When those tables are due that are not part of every poll.
	interfaces, lldp time.Time
}

func newTimetable(cfg Config) *timetable {
	longest := max(cfg.Interval, cfg.InterfaceInterval, cfg.LLDPInterval)
	return &timetable{cfg: cfg, phase: phaseOf(cfg.Name, longest), now: everyTable()}
}

// next is when to poll again after the poll at hand, which is done, and after
// so many failures in a row. From then on now is what that poll is for.
func (t *timetable) next(done time.Time, failures int) time.Time {
	tick := func(after time.Time, every time.Duration) time.Time { return nextTick(after, every, t.phase%every) }
	if t.now.interfaces {
		t.interfaces = tick(done, t.cfg.InterfaceInterval)
	}
	if t.now.lldp {
		t.lldp = tick(done, t.cfg.LLDPInterval)
	}
	at := tick(done.Add(backOff(t.cfg.Interval, failures)), t.cfg.Interval)
	if failures == 0 {
		for _, other := range []time.Time{t.interfaces, t.lldp} {
			if other.After(done) && other.Before(at) {
				at = other
			}
		}
	}
	// Those that came due during the poll at hand are due now, too.
	t.now = due{
		interfaces: t.cfg.InterfaceInterval <= t.cfg.Interval || !t.interfaces.After(at),
		lldp:       !t.lldp.After(at),
	}
	return at
}

const (
	// patience is how many failures change nothing yet.
	patience = 3
	// maxBackOff is the most that lies between two looks at a dead device.
	maxBackOff = 5 * time.Minute
)

// backOff is how much longer than its interval a device that failed so often in
// a row is left alone: it doubles, and together they stay below five minutes.
func backOff(interval time.Duration, failures int) time.Duration {
	if failures <= patience || interval >= maxBackOff {
		return 0
	}
	return min(interval<<min(failures-patience, 20), maxBackOff) - interval
}
