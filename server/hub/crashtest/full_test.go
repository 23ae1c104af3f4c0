package crashtest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/hub"
	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/server/store"
)

// smallDisk mounts a file system of a few MiB, for this test alone.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		why := fmt.Sprintf("needs to mount a small file system: %v", err)
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all the room that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err := file.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// running is a hub on a real store.
type running struct {
	*hub.Hub
	store *store.Store
	stop  func()
}

func run(t *testing.T, path string) *running {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	state, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	config := hub.DefaultConfig(slog.New(slog.DiscardHandler))
	config.CheckpointEvery, config.RetryEvery = 20, 20*time.Millisecond
	h := hub.New(config, s, hub.NewMetrics(prometheus.NewRegistry()))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, state) }()
	r := &running{Hub: h, store: s}
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(r.stop)
	r.until(t, "the epoch begins", func(s *graph.Snapshot) bool { return s.Epoch != 0 })
	return r
}

// until waits for a published snapshot that fits.
func (r *running) until(t *testing.T, what string, fits func(*graph.Snapshot) bool) *graph.Snapshot {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	feed := r.Subscribe(1000)
	defer func() { feed.Close() }()
	for snap := feed.Start; ; {
		if fits(snap) {
			return snap
		}
		select {
		case u, ok := <-feed.Updates:
			if ok {
				snap = u.Snapshot
			} else {
				feed = r.Subscribe(1000)
				snap = feed.Start
			}
		case <-deadline.C:
			t.Fatalf("%s: not within 20 s; epoch %d revision %d, kept: %+v", what, snap.Epoch, snap.Revision, r.Kept())
		}
	}
}

func (r *running) hear(t *testing.T, all ...api.Observation) {
	t.Helper()
	for _, o := range all {
		if err := r.Observe(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// A disk that is really full: the map lives on, says so, and when there is
// room again everything is kept, what happened meanwhile included.
func TestAFullDisk(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, journalName)
	r := run(t, path)
	s := newSpeaker("kube:0", 1)
	r.hear(t, s.cluster()...)
	first := r.until(t, "the cluster is there", func(s *graph.Snapshot) bool { return s.CountVertices(api.VertexPod) == pods })
	if k := r.Kept(); !k.OK {
		t.Fatalf("not kept before the disk is full: %+v", k)
	}

	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	began := time.Now()
	for r.Kept().OK { // bbolt has some free pages of its own to use up
		r.hear(t, s.churn()...)
		if time.Since(began) > 15*time.Second {
			t.Fatal("writing never failed though the disk is full")
		}
	}
	kept := r.Kept()
	if !strings.Contains(kept.Why, "no space left") || kept.Since.Before(began.Truncate(time.Second)) {
		t.Errorf("Kept says %+v, want since when and that there is no space", kept)
	}
	second := r.until(t, "a new epoch", func(s *graph.Snapshot) bool { return s.Epoch > first.Epoch })
	for range 50 {
		r.hear(t, s.churn()...)
	}
	r.hear(t, s.say("pods", api.ObserveDelta, s.pod(pods+1)))
	third := r.until(t, "the map lives on", func(s *graph.Snapshot) bool {
		_, ok := find(s, fmt.Sprintf("p%d", pods+1))
		return ok
	})
	if third.Epoch != second.Epoch || r.Kept().OK {
		t.Errorf("epoch %d, kept %+v: nothing was freed yet", third.Epoch, r.Kept())
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	fourth := r.until(t, "kept again, in an epoch of its own", func(s *graph.Snapshot) bool { return s.Epoch > third.Epoch })
	if k := r.Kept(); !k.OK {
		t.Errorf("Kept says %+v after there was room again", k)
	}
	r.hear(t, s.say("pods", api.ObserveDelta, s.pod(pods+2)))
	last := r.until(t, "goes on", func(s *graph.Snapshot) bool {
		_, ok := find(s, fmt.Sprintf("p%d", pods+2))
		return ok
	})
	if last.Epoch != fourth.Epoch {
		t.Errorf("epoch %d, want %d", last.Epoch, fourth.Epoch)
	}
	r.stop()
	last = r.Current()

	again, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, again)
	state := loadStore(t, again)
	if state.Revision != last.Revision || state.Epoch != last.Epoch {
		t.Errorf("came back at epoch %d revision %d, was at %d, %d", state.Epoch, state.Revision, last.Epoch, last.Revision)
	}
	if was, is := sumOfSnapshot(last), sumOfState(state); was.total != is.total {
		t.Errorf("came back another: %s", was.diff(is))
	}
	if engine, step := merge.Load(state, time.Now()); !step.Change.IsEmpty() {
		t.Errorf("the claims make another graph: %d elements", step.Change.Size())
	} else if err := engine.Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

func find(s *graph.Snapshot, pod string) (*api.Vertex, bool) {
	for v := range s.Vertices() {
		if v.Kind == api.VertexPod && v.Name == pod {
			return v, true
		}
	}
	return nil, false
}

// Killed while the disk is full, what was kept before is there, and nothing
// half written is taken for the truth.
func TestEndingOnAFullDiskKeepsWhatWasKept(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, journalName)
	r := run(t, path)
	s := newSpeaker("kube:0", 2)
	r.hear(t, s.cluster()...)
	r.until(t, "the cluster is there", func(s *graph.Snapshot) bool { return s.CountVertices(api.VertexPod) == pods })
	fill(t, filepath.Join(dir, "ballast"))
	var lastKept *graph.Snapshot
	feed := r.Subscribe(100_000)
	for r.Kept().OK {
		r.hear(t, s.churn()...)
	}
	r.stop() // it may try to leave a checkpoint, and cannot
	epoch := feed.Start.Epoch
	lastKept = feed.Start
	for u := range feed.Updates {
		if u.Snapshot.Epoch == epoch {
			lastKept = u.Snapshot
		}
	}
	again, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, again)
	state := loadStore(t, again)
	if state.Revision != lastKept.Revision {
		t.Errorf("came back at revision %d, want %d, the last before the disk was full", state.Revision, lastKept.Revision)
	}
	if was, is := sumOfSnapshot(lastKept), sumOfState(state); was.total != is.total {
		t.Errorf("came back another: %s", was.diff(is))
	}
}
