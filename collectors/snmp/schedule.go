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
