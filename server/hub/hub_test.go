package hub_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/hub"
	"github.com/netseam/netseam/server/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// disk is a real store whose writes can be held up or refused.
type disk struct {
	*store.Store
	mu   sync.Mutex
	held chan struct{} // not nil: appends wait until it is closed
	err  error         // not nil: writes fail with it
}

func (d *disk) gate() error {
	d.mu.Lock()
	held, err := d.held, d.err
	d.mu.Unlock()
	if held != nil {
		<-held
	}
	return err
}

func (d *disk) set(held chan struct{}, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held, d.err = held, err
}

func (d *disk) Append(r []store.Record) error {
	if err := d.gate(); err != nil {
		return err
	}
	return d.Store.Append(r)
}

func (d *disk) Checkpoint(s store.State) error {
	if err := d.gate(); err != nil {
		return err
	}
	return d.Store.Checkpoint(s)
}

func openDisk(t testing.TB, path string) *disk {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &disk{Store: s}
}

// start runs a hub on a disk; stop ends it and waits.
func start(t testing.TB, d *disk) (h *hub.Hub, stop func()) {
	t.Helper()
	config := hub.DefaultConfig(slog.New(slog.DiscardHandler))
	config.RetryEvery = 10 * time.Millisecond
	h = hub.New(config, d, hub.NewMetrics(prometheus.NewRegistry()))
	state, err := d.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, state) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if err := h.Current().Check(); err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	until(t, h, "the epoch begins", func(s *graph.Snapshot) bool { return s.Epoch != 0 })
	return h, stop
}

// speaker is a source that numbers what it says.
type speaker struct {
	scope       api.Scope
	incarnation uint64
	n           uint64
}

func (s *speaker) say(kind api.ObservationKind, put ...api.Claim) api.Observation {
	s.n++
	return api.Observation{
		Scope: s.scope, Incarnation: s.incarnation, From: s.n, To: s.n, Kind: kind, Time: time.Now().UTC(), Put: put,
	}
}

func cluster(name string) api.Claim {
	return api.Claim{Key: name, Vertex: &api.VertexClaim{
		Kind: api.VertexCluster, Name: name, Aliases: []api.Alias{{Kind: api.AliasClusterUID, Strength: api.Strong, Value: name}},
	}}
}

func observe(t testing.TB, h *hub.Hub, all ...api.Observation) {
	t.Helper()
	for _, o := range all {
		if err := h.Observe(t.Context(), o); err != nil {
			t.Fatalf("Observe: %v", err)
		}
	}
}

// until waits for a snapshot that fits.
func until(t testing.TB, h *hub.Hub, what string, fits func(*graph.Snapshot) bool) *graph.Snapshot {
	t.Helper()
	deadline := time.NewTimer(5 * time.Second)
	defer deadline.Stop()
	feed := h.Subscribe(256)
	defer feed.Close()
	for snap := feed.Start; ; {
		if fits(snap) {
			return snap
		}
		select {
		case u, ok := <-feed.Updates:
			if !ok {
				feed = h.Subscribe(256)
				snap = feed.Start
				continue
			}
			snap = u.Snapshot
		case <-deadline.C:
			t.Fatalf("%s: not within 5 s; revision %d has %d vertices", what, snap.Revision, snap.VertexCount())
		}
	}
}

func vertices(n int) func(*graph.Snapshot) bool {
	return func(s *graph.Snapshot) bool { return s.VertexCount() == n }
}

func TestWhatIsSaidIsSeenAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	h, stop := start(t, openDisk(t, path))
	s := &speaker{scope: api.Scope{Source: "kube:a", Table: "cluster"}, incarnation: 1}
	observe(t, h, s.say(api.ObserveBegin), s.say(api.ObservePart, cluster("a")), s.say(api.ObserveEnd))
	before := until(t, h, "one vertex", vertices(1))
	stop()
	again, _ := start(t, openDisk(t, path))
	after := until(t, again, "the vertex is back", vertices(1))
	if after.Epoch <= before.Epoch {
		t.Errorf("epoch %d after %d: opening the store begins an epoch", after.Epoch, before.Epoch)
	}
	until(t, again, "not fresh before the source answers", func(s *graph.Snapshot) bool {
		for sc := range s.Scopes() {
			return sc.State == api.StateConnecting
		}
		return false
	})
}

func TestARevisionIsInvisibleUntilItIsDurable(t *testing.T) {
	d := openDisk(t, filepath.Join(t.TempDir(), "journal.db"))
	h, _ := start(t, d)
	s := &speaker{scope: api.Scope{Source: "kube:a", Table: "cluster"}, incarnation: 1}
	observe(t, h, s.say(api.ObserveBegin))
	until(t, h, "the scope", func(s *graph.Snapshot) bool { return s.Revision == 1 })
	held := make(chan struct{})
	d.set(held, nil)
	feed := h.Subscribe(8)
	defer feed.Close()
	observe(t, h, s.say(api.ObservePart, cluster("a")))
	select {
	case u := <-feed.Updates:
		t.Fatalf("revision %d is visible while its commit is held up", u.Snapshot.Revision)
	case <-time.After(100 * time.Millisecond):
	}
	if got := h.Current().VertexCount(); got != 0 {
		t.Errorf("%d vertices visible, want 0", got)
	}
	d.set(nil, nil)
	close(held)
	until(t, h, "visible once durable", vertices(1))
}

func TestAFailingDiskLeavesTheMapAliveInAnotherEpoch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	d := openDisk(t, path)
	h, stop := start(t, d)
	s := &speaker{scope: api.Scope{Source: "kube:a", Table: "cluster"}, incarnation: 1}
	observe(t, h, s.say(api.ObserveBegin), s.say(api.ObservePart, cluster("a")))
	first := until(t, h, "one vertex", vertices(1))
	d.set(nil, errors.New("no space left on device"))
	observe(t, h, s.say(api.ObservePart, cluster("b")))
	second := until(t, h, "the map lives on", vertices(2))
	if second.Epoch <= first.Epoch {
		t.Errorf("epoch %d, was %d: what is not kept needs an epoch of its own", second.Epoch, first.Epoch)
	}
	if k := h.Kept(); k.OK || k.Why == "" || k.Since.IsZero() {
		t.Errorf("Kept says %+v, want not kept, why and since when", k)
	}
	d.set(nil, nil)
	third := until(t, h, "kept again", func(s *graph.Snapshot) bool { return s.Epoch > second.Epoch })
	if k := h.Kept(); !k.OK {
		t.Errorf("Kept says %+v after recovery", k)
	}
	observe(t, h, s.say(api.ObservePart, cluster("c")))
	until(t, h, "goes on", vertices(3))
	stop()
	again, _ := start(t, openDisk(t, path))
	if got := until(t, again, "all is kept", vertices(3)); got.Revision < third.Revision {
		t.Errorf("came back at revision %d, was at %d", got.Revision, third.Revision)
	}
}

func TestALaggingListenerIsHungUpOnAndOthersNoticeNothing(t *testing.T) {
	h, _ := start(t, openDisk(t, filepath.Join(t.TempDir(), "journal.db")))
	stuck, quick := h.Subscribe(2), h.Subscribe(1000)
	defer quick.Close()
	s := &speaker{scope: api.Scope{Source: "kube:a", Table: "cluster"}, incarnation: 1}
	observe(t, h, s.say(api.ObserveBegin))
	for i := range 20 {
		observe(t, h, s.say(api.ObservePart, cluster(string(rune('a'+i)))))
		until(t, h, "each is seen", vertices(i+1))
	}
	got := 0
	for range stuck.Updates { // ends because the hub closed it
		got++
	}
	if got > 2 {
		t.Errorf("the stuck listener got %d updates, want at most its depth 2", got)
	}
	last := quick.Start.Revision
	for last < h.Current().Revision {
		u := <-quick.Updates
		if u.Snapshot.Revision != last+1 {
			t.Fatalf("revision %d after %d", u.Snapshot.Revision, last)
		}
		last = u.Snapshot.Revision
	}
}

func TestAGapAsksForAResync(t *testing.T) {
	h, _ := start(t, openDisk(t, filepath.Join(t.TempDir(), "journal.db")))
	s := &speaker{scope: api.Scope{Source: "kube:a", Table: "cluster"}, incarnation: 5}
	early := s.say(api.ObserveDelta, cluster("a"))
	if err := h.Observe(t.Context(), early); !errors.Is(err, api.ErrResync) {
		t.Errorf("a delta before anything complete: %v, want ErrResync", err)
	}
	if err := h.Observe(t.Context(), s.say(api.ObserveSame)); !errors.Is(err, api.ErrResync) {
		t.Errorf("nothing new since never: %v, want ErrResync", err)
	}
	observe(t, h, s.say(api.ObserveBegin), s.say(api.ObservePart, cluster("a")), s.say(api.ObserveEnd))
	duplicate := s.say(api.ObserveDelta, cluster("b"))
	observe(t, h, duplicate, duplicate)
	_ = s.say(api.ObserveDelta, cluster("lost"))
	if err := h.Observe(t.Context(), s.say(api.ObserveDelta, cluster("c"))); !errors.Is(err, api.ErrResync) {
		t.Errorf("after a gap: %v, want ErrResync", err)
	}
	old := &speaker{scope: s.scope, incarnation: 4}
	observe(t, h, old.say(api.ObserveBegin), old.say(api.ObserveEnd)) // an earlier life: dropped
	until(t, h, "a and b", vertices(2))
	if err := h.Forget(t.Context(), "kube:a"); err != nil {
		t.Fatal(err)
	}
	if got := h.Current().VertexCount(); got != 0 {
		t.Errorf("%d vertices after Forget, want 0", got)
	}
	if err := h.Observe(t.Context(), s.say(api.ObserveSame)); !errors.Is(err, api.ErrResync) {
		t.Errorf("nothing new after Forget: %v, want ErrResync", err)
	}
}

func TestASourceThatIsNoSourceAnyMoreLeavesNothing(t *testing.T) {
	h, _ := start(t, openDisk(t, filepath.Join(t.TempDir(), "journal.db")))
	for i := range 100 {
		if err := h.SetSources(t.Context(), []api.SourceID{"kube:a"}); err != nil {
			t.Fatal(err)
		}
		s := &speaker{scope: api.Scope{Source: "kube:a", Table: "cluster"}, incarnation: uint64(i + 1)}
		observe(t, h, s.say(api.ObserveBegin), s.say(api.ObservePart, cluster("a")), s.say(api.ObserveEnd))
		until(t, h, "there", vertices(1))
		if err := h.SetSources(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		snap := h.Current()
		scopes := 0
		for range snap.Scopes() {
			scopes++
		}
		if snap.VertexCount() != 0 || scopes != 0 || len(h.Sources()) != 0 {
			t.Fatalf("round %d left %d vertices, %d scopes, %d sources", i, snap.VertexCount(), scopes, len(h.Sources()))
		}
	}
}

// What was stale before a restart is stale since then, not since the restart.
func TestARestartMakesNothingLookFresher(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	h, stop := start(t, openDisk(t, path))
	s := &speaker{scope: api.Scope{Source: "snmp:a", Table: "if"}, incarnation: 1}
	observe(t, h, s.say(api.ObserveBegin), s.say(api.ObservePart, cluster("a")), s.say(api.ObserveEnd))
	gone := s.say(api.ObserveState)
	gone.State, gone.Message = api.StateUnreachable, "no answer"
	gone.Time = time.Now().UTC().Add(-time.Hour).Truncate(time.Second)
	observe(t, h, gone)
	since := func(s *graph.Snapshot) (api.State, time.Time) {
		for sc := range s.Scopes() {
			return sc.State, sc.Since
		}
		return 0, time.Time{}
	}
	until(t, h, "unreachable", func(s *graph.Snapshot) bool { state, _ := since(s); return state == api.StateUnreachable })
	stop()
	again, _ := start(t, openDisk(t, path))
	later := &speaker{scope: s.scope, incarnation: 2}
	still := later.say(api.ObserveState)
	still.State, still.Message = api.StateUnreachable, "no answer"
	observe(t, again, still)
	snap := until(t, again, "unreachable again", func(s *graph.Snapshot) bool {
		state, _ := since(s)
		return state == api.StateUnreachable
	})
	if _, got := since(snap); !got.Equal(gone.Time) {
		t.Errorf("unreachable since %s, want %s as before the restart", got, gone.Time)
	}
}

// What a source said while the writer was busy is not late; what nobody said is.
func TestWhatWaitsForTheWriterIsNotLate(t *testing.T) {
	h, _ := start(t, openDisk(t, filepath.Join(t.TempDir(), "journal.db")))
	read := func(s *speaker) {
		begin, end := s.say(api.ObserveBegin), s.say(api.ObserveEnd)
		end.Every = time.Minute
		observe(t, h, begin, end)
	}
	stateOf := func(s *graph.Snapshot, scope api.Scope) api.State {
		for sc := range s.Scopes() {
			if sc.Scope == scope {
				return sc.State
			}
		}
		return 0
	}
	waits := &speaker{scope: api.Scope{Source: "snmp:waits", Table: "if"}, incarnation: 1}
	silent := &speaker{scope: api.Scope{Source: "snmp:silent", Table: "if"}, incarnation: 1}
	read(waits)
	read(silent)
	until(t, h, "both are live", func(s *graph.Snapshot) bool {
		return stateOf(s, waits.scope) == api.StateLive && stateOf(s, silent.scope) == api.StateLive
	})
	if err := h.JudgeAt(t.Context(), time.Now().Add(time.Hour), func() { read(waits) }); err != nil {
		t.Fatal(err)
	}
	snap := until(t, h, "the silent one is stale", func(s *graph.Snapshot) bool {
		return stateOf(s, silent.scope) == api.StateStale
	})
	if got := stateOf(snap, waits.scope); got != api.StateLive {
		t.Errorf("what waits is %s, want %s", got, api.StateLive)
	}
}
