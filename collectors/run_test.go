package collectors_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/netseam/netseam/collectors"
)

func TestRunStartsAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var starts []time.Time
		err := collectors.Run(ctx, slog.New(slog.DiscardHandler), "x", func(context.Context) error {
			starts = append(starts, time.Now())
			switch len(starts) {
			case 2:
				panic("boom")
			case 12:
				cancel()
			}
			return errors.New("broken")
		})
		if err != nil || len(starts) != 12 {
			t.Fatalf("got %d starts and error %v, want 12 and none", len(starts), err)
		}
		want := 250 * time.Millisecond
		for i := 1; i < len(starts); i++ {
			got := starts[i].Sub(starts[i-1])
			if got < want*3/4 || got > want*5/4 {
				t.Errorf("pause %d is %v, want %v within a quarter", i, got, want)
			}
			want = min(2*want, time.Minute)
		}
	})
}

func TestRunForgetsOldFailuresAfterASteadyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var ended, started time.Time
		runs := 0
		_ = collectors.Run(ctx, slog.New(slog.DiscardHandler), "x", func(ctx context.Context) error {
			runs++
			if runs == 7 { // It runs well for a while after six failures.
				<-time.After(3 * time.Minute)
				ended = time.Now()
			}
			if runs == 8 {
				started = time.Now()
				cancel()
			}
			return ctx.Err()
		})
		if got := started.Sub(ended); got > 400*time.Millisecond {
			t.Errorf("pause after a steady run is %v, want the first one again", got)
		}
	})
}

func TestRunEndsDuringAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		began := time.Now()
		err := collectors.Run(ctx, slog.New(slog.DiscardHandler), "x", func(context.Context) error { return nil })
		if err != nil || time.Since(began) != time.Minute {
			t.Errorf("got error %v after %v, want none after a minute", err, time.Since(began))
		}
	})
}
