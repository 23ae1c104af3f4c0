package collectors

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

const (
	minPause = 250 * time.Millisecond
	maxPause = time.Minute
	// steady is how long fn has to run for the next pause to be short again.
	steady = 2 * time.Minute
)

// Run keeps fn running until ctx ends: it starts fn again whenever it returns
// or panics, after a pause that doubles each time, with jitter, from 250 ms up
// to a minute. It returns when fn has returned and ctx has ended, and then
// always nil. Nothing of fn may be running when fn returns.
func Run(ctx context.Context, logger *slog.Logger, name string, fn func(context.Context) error) error {
	pause := minPause
	for ctx.Err() == nil {
		started := time.Now()
		err := guard(ctx, fn)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(started) >= steady {
			pause = minPause
		}
		wait := jitter(pause)
		logger.WarnContext(ctx, "collector stopped and will be started again",
			slog.String("collector", name), slog.Duration("pause", wait), slog.Any("error", err))
		if !Sleep(ctx, wait) {
			return nil
		}
		pause = min(2*pause, maxPause)
	}
	return nil
}

// guard turns a panic of fn into an error.
func guard(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return fn(ctx)
}

// jitter spreads d over 3/4 to 5/4 of itself.
func jitter(d time.Duration) time.Duration {
	return d*3/4 + rand.N(d/2+1)
}

// Sleep waits for d and says whether ctx was still going on by then.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
