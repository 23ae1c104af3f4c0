package crashtest_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/server/merge"
	"github.com/netseam/netseam/server/store"
)

// seen is one revision that was visible.
type seen struct{ epoch, revision, sum uint64 }

// life is what one child reported until it was killed.
type life struct {
	seen   []seen
	during string // what the store was at when it was killed, beside commits
}

// Killed at any moment, a netseam that wrote heavily comes back with every
// revision that anybody could have seen, exactly as it was, and goes on.
func TestNothingVisibleIsLostWhenKilled(t *testing.T) {
	moments := 50
	if testing.Short() {
		moments = 8
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	var all tally
	for round := range moments {
		// Half of the lives keep no history beyond what opening needs, so that
		// they prune as they go.
		retention := "1ms"
		if round%2 == 0 {
			retention = "1h"
		}
		before := reopened(t, dir, &all)
		l := liveAndDie(t, dir, seed+uint64(round), retention, time.Duration(random.IntN(300))*time.Millisecond)
		all.lives++
		all.during[l.during]++
		if !verify(t, dir, before, l, &all) {
			t.Fatalf("round %d of seed %d", round, seed)
		}
	}
	t.Log(all.String())
	if all.lasts < all.lives*9/10 || all.exact < all.visible/4 {
		t.Error("too little could be compared: the test proves nothing")
	}
}

// tally is what the test did, for people.
type tally struct {
	lives, visible, exact, lasts int
	during                       map[string]int
	opened                       time.Duration
}

func (a *tally) String() string {
	return fmt.Sprintf("%d lives, %d visible revisions, %d of them (%d last ones) compared element by element; killed during %v; opening took %s in all",
		a.lives, a.visible, a.exact, a.lasts, a.during, a.opened.Round(time.Millisecond))
}

// liveAndDie runs a child until a while after its first visible revision of
// content, and kills it.
func liveAndDie(t *testing.T, dir string, seed uint64, retention string, after time.Duration) life {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("%s=%d", childSeed, seed), childRetention+"="+retention)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l := life{during: "commits"}
	var kill *time.Timer
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // killed; what was cut off was not reported
		}
		if kill == nil {
			kill = time.AfterFunc(after, func() {
				if err := cmd.Process.Kill(); err != nil {
					t.Errorf("kill: %v", err)
				}
			})
		}
		l.hear(t, strings.TrimSpace(line))
	}
	if err := cmd.Wait(); kill == nil || kill.Stop() {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return l
}

func (l *life) hear(t *testing.T, line string) {
	t.Helper()
	if what, ok := strings.CutPrefix(line, "begin "); ok {
		l.during = what
		return
	}
	if strings.HasPrefix(line, "end ") {
		l.during = "commits"
		return
	}
	var s seen
	if _, err := fmt.Sscanf(line, "visible %d %d %d", &s.epoch, &s.revision, &s.sum); err != nil {
		t.Fatalf("child said %q: %v", line, err)
	}
	l.seen = append(l.seen, s)
}

// reopened returns the graph with which the next life begins.
func reopened(t *testing.T, dir string, all *tally) store.State {
	t.Helper()
	if all.during == nil {
		all.during = map[string]int{}
		return store.State{}
	}
	s := openStore(t, dir)
	defer closeStore(t, s)
	return loadStore(t, s)
}

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(dir, journalName), store.Options{})
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	return s
}

func closeStore(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func loadStore(t *testing.T, s *store.Store) store.State {
	t.Helper()
	state, err := s.Load()
	if err != nil {
		t.Fatalf("load after a kill: %v", err)
	}
	return state
}

// verify looks at what a life left behind.
func verify(t *testing.T, dir string, before store.State, l life, all *tally) bool {
	t.Helper()
	s := openStore(t, dir)
	defer closeStore(t, s)
	began := time.Now()
	state := loadStore(t, s)
	all.opened += time.Since(began)
	var last seen
	for _, x := range l.seen {
		if x.revision < last.revision || x.epoch < last.epoch {
			t.Errorf("visible went back: epoch %d revision %d after %d, %d", x.epoch, x.revision, last.epoch, last.revision)
		}
		last = x
	}
	if state.Revision < last.revision {
		t.Errorf("revision %d was visible; only %d is kept", last.revision, state.Revision)
	}
	all.visible += len(l.seen)
	compare(t, s, before, state, l, all)
	engine, step := merge.Load(state, time.Now())
	if !step.Change.IsEmpty() || len(step.Claims) > 0 {
		t.Errorf("the claims make another graph than the one kept with them: %d claims, %d elements: %v",
			len(step.Claims), step.Change.Size(), differences(step, state))
	}
	if err := engine.Snapshot().Check(); err != nil {
		t.Error(err)
	}
	return !t.Failed()
}

// compare replays the journal and compares the graph at every revision that
// was visible with what was seen of it, as far back as the journal reaches.
func compare(t *testing.T, s *store.Store, before, after store.State, l life, all *tally) {
	t.Helper()
	want := map[uint64]uint64{}
	last := uint64(0)
	for _, x := range l.seen {
		want[x.revision] = x.sum
		last = x.revision
	}
	base, at := baseOf(t, s, before)
	check := func() {
		sum, reported := want[at]
		if !reported {
			return
		}
		all.exact++
		if at == last {
			all.lasts++
		}
		if sum != base.total {
			t.Errorf("revision %d is not what was visible", at)
		}
	}
	check()
	if err := s.Replay(at, func(r store.Record) bool {
		if r.Revision != at+1 {
			t.Errorf("revision %d follows %d in the journal", r.Revision, at)
		}
		at = r.Revision
		base.add(r.Change)
		check()
		return !t.Failed()
	}); err != nil {
		t.Error(err)
	}
	if loaded := sumOfState(after); !t.Failed() && loaded.total != base.total {
		t.Errorf("the loaded state differs from the records: %s", loaded.diff(base))
	}
}

// baseOf returns the earliest state from which everything after it can be
// replayed: that with which the life began, or what pruning left.
func baseOf(t *testing.T, s *store.Store, before store.State) (*sum, uint64) {
	t.Helper()
	first := uint64(0)
	if err := s.Replay(before.Revision, func(r store.Record) bool { first = r.Revision; return false }); err != nil {
		t.Fatal(err)
	}
	if first > before.Revision+1 {
		return earliest(t, s, first)
	}
	if before.Vertices == nil {
		return newSum(), 0
	}
	return sumOfState(before), before.Revision
}

// earliest returns the first state that can be loaded, from just before the
// first record on. Pruning removes a checkpoint before the records that only it
// could make use of, a bounded number a call, so a kill in between leaves some
// that begin from nothing; they must all be older than a checkpoint that stays.
func earliest(t *testing.T, s *store.Store, first uint64) (*sum, uint64) {
	t.Helper()
	last, err := s.Last()
	if err != nil {
		t.Fatal(err)
	}
	for at := first - 1; at <= last; at++ {
		state, err := s.LoadAt(at)
		if err == nil {
			return sumOfState(state), at
		}
		if !errors.Is(err, store.ErrDamaged) {
			t.Fatal(err)
		}
	}
	t.Fatalf("revisions %d to %d are kept, and nothing to begin them with", first, last)
	return nil, 0
}

func differences(step merge.Step, state store.State) []string {
	var out []string
	was := map[string]string{}
	for v := range state.Vertices {
		was[v.ID.String()] = fmt.Sprintf("%+v", *v)
	}
	for e := range state.Edges {
		was[e.ID.String()] = fmt.Sprintf("%+v", *e)
	}
	for id, v := range step.Change.Vertices {
		out = append(out, fmt.Sprintf("was %s is %+v", was[id.String()], v))
	}
	for id, e := range step.Change.Edges {
		out = append(out, fmt.Sprintf("was %s is %+v", was[id.String()], e))
	}
	return out[:min(len(out), 4)]
}
