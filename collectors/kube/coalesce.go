package kube

import "time"

// coalescer holds back repeats: the first event of an object goes out at once,
// those that follow within the hold time are joined, the last one counting.
type coalescer struct {
	hold  time.Duration
	until map[string]time.Time // object key -> until when repeats are held
	order []string             // the keys of until, the soonest first
	held  map[string]result    // object key -> what it said last
}

func newCoalescer(hold time.Duration) *coalescer {
	return &coalescer{hold: hold, until: map[string]time.Time{}, held: map[string]result{}}
}

// takes keeps the result if it is a repeat, and says whether it did.
func (c *coalescer) takes(r result, now time.Time) bool {
	until, ok := c.until[r.key]
	if !ok {
		return false
	}
	if _, held := c.held[r.key]; !held && !now.Before(until) {
		return false
	}
	c.held[r.key] = r
	return true
}

// sent begins an object's hold time.
func (c *coalescer) sent(key string, now time.Time) {
	if _, ok := c.until[key]; !ok {
		c.order = append(c.order, key)
		c.until[key] = now.Add(c.hold)
	}
}

// due returns what was held and is to be said by now, and forgets the objects
// whose hold time is over.
func (c *coalescer) due(now time.Time) []result {
	var out []result
	n := 0
	for _, key := range c.order {
		if now.Before(c.until[key]) {
			break
		}
		n++
		delete(c.until, key)
		if r, ok := c.held[key]; ok {
			delete(c.held, key)
			out = append(out, r)
		}
	}
	if n == len(c.order) {
		c.order = nil
	} else {
		c.order = c.order[n:]
	}
	return out
}

// next is how long until due has something to do; false when nothing is held.
func (c *coalescer) next(now time.Time) (time.Duration, bool) {
	if len(c.order) == 0 {
		return 0, false
	}
	return max(0, c.until[c.order[0]].Sub(now)), true
}
