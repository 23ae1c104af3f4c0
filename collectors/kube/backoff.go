package kube

import (
	"context"
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

// sleep waits for d and says whether ctx was still going on by then.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
