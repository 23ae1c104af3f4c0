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
