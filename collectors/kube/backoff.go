package kube

import (
	"math/rand/v2"
	"time"
)

// backoff makes pauses that double from least to most, with jitter of a
// quarter either way. The zero of next means least.
type backoff struct {
	least, most, next time.Duration
}

// pause returns the next pause, at least as long as the server asked for.
func (b *backoff) pause(atLeast time.Duration) time.Duration {
	d := max(b.next, b.least)
	b.next = min(2*d, b.most)
	return atLeast + d*3/4 + rand.N(d/2+1)
}

func (b *backoff) reset() { b.next = 0 }
