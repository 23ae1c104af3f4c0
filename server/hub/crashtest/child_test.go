package crashtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/hub"
	"github.com/netseam/netseam/server/store"
)

const journalName = "journal.db"

// teller writes whole lines to the parent.
type teller struct {
	mu  sync.Mutex
	out io.Writer
}

func (t *teller) say(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	// One write a line: a line that was cut off has no newline. The parent is
	// the only one that ends this process, so an error means that it is gone.
	_, _ = fmt.Fprintf(t.out, format+"\n", args...)
}

// told is a store that tells what it is at, so that the parent knows in the
// middle of what it killed.
type told struct {
	*store.Store
	parent *teller
}

func (s *told) Checkpoint(state store.State) error {
	s.parent.say("begin checkpoint")
	defer s.parent.say("end checkpoint")
	return s.Store.Checkpoint(state)
}

func (s *told) Prune(now time.Time) (bool, error) {
	s.parent.say("begin prune")
	defer s.parent.say("end prune")
	return s.Store.Prune(now)
}

// child runs a hub on the journal in a directory, with sources that never stop
// talking, and reports every visible revision, until it is killed.
func child(ctx context.Context, dir, seedText, retentionText string) error {
	seed, err := strconv.ParseUint(seedText, 10, 64)
	if err != nil {
		return err
	}
	retention, err := time.ParseDuration(retentionText)
	if err != nil {
		return err
	}
	s, err := store.Open(filepath.Join(dir, journalName), store.Options{Retention: retention})
	if err != nil {
		return err
	}
	state, err := s.Load()
	if err != nil {
		return err
	}
	parent := &teller{out: os.Stdout}
	config := hub.DefaultConfig(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	config.CheckpointEvery = 10
	h := hub.New(config, &told{s, parent}, hub.NewMetrics(prometheus.NewRegistry()))
	feed := h.Subscribe(100_000)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return h.Run(ctx, state) })
	group.Go(func() error {
		total := newSum()
		for u := range feed.Updates {
			if len(total.of) == 0 {
				total = sumOfSnapshot(u.Snapshot)
			} else {
				total.add(u.Change)
			}
			parent.say("visible %d %d %d", u.Snapshot.Epoch, u.Snapshot.Revision, total.total)
		}
		return errors.New("the feed ended")
	})
	for i := range 2 {
		group.Go(func() error {
			s := newSpeaker(api.SourceID(fmt.Sprintf("kube:%d", i)), seed)
			return talk(ctx, h, s.cluster(), s.churn)
		})
	}
	for i := range switches {
		group.Go(func() error {
			s := newSpeaker(api.SourceID(fmt.Sprintf("snmp:%d", i)), seed)
			return talk(ctx, h, s.poll(), s.poll)
		})
	}
	go func() { // the parent's end of the pipe closes when it ends without killing
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		os.Exit(1)
	}()
	return group.Wait()
}

// talk goes on for ever, with a short breath now and then, so that there are
// many small revisions and not few large ones.
func talk(ctx context.Context, h *hub.Hub, first []api.Observation, more func() []api.Observation) error {
	breath := time.NewTicker(time.Millisecond)
	defer breath.Stop()
	for say := first; ; say = more() {
		for _, o := range say {
			if err := h.Observe(ctx, o); err != nil {
				return err
			}
		}
		select {
		case <-breath.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
