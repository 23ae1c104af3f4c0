package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/store"
)

func open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func record(revision uint64) store.Record {
	id := api.VertexID(revision)
	return store.Record{
		Epoch: 7, Revision: revision, Time: time.UnixMilli(int64(revision)).UTC(),
		Claims:     []store.ClaimOp{{Scope: 1, Key: "pod/a/b", Claim: &api.Claim{Key: "pod/a/b", Vertex: &api.VertexClaim{Kind: api.VertexPod, Name: "b"}}}},
		Change:     api.Change{Vertices: map[api.VertexID]*api.Vertex{id: {ID: id, Kind: api.VertexPod, Name: "b"}, id - 1: nil}},
		Identities: []store.Identity{{ID: id, Aliases: []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Value: "x"}}}},
		Next:       store.Counters{Vertex: id + 1, Edge: 1, Scope: 2},
	}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	s := open(t, path)
	want := []store.Record{record(1), record(2)}
	if err := s.Append(want); err != nil {
		t.Fatal(err)
	}
	var got []store.Record
	if err := s.Replay(0, func(r store.Record) bool { got = append(got, r); return true }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records differ (-want +got):\n%s", diff)
	}
}

func gather(t testing.TB, s *store.Store) (store.State, []*api.Vertex, []store.ClaimOp) {
	t.Helper()
	state, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	var vertices []*api.Vertex
	for v := range state.Vertices {
		vertices = append(vertices, v)
	}
	var claims []store.ClaimOp
	for c := range state.Claims {
		claims = append(claims, c)
	}
	return state, vertices, claims
}

// A checkpoint and the records after it say the same as all the records.
func TestACheckpointSavesReplaying(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "journal.db"))
	for i := uint64(1); i <= 5; i++ {
		if err := s.Append([]store.Record{record(i)}); err != nil {
			t.Fatal(err)
		}
	}
	state, wantVertices, wantClaims := gather(t, s)
	if err := s.Checkpoint(state); err != nil {
		t.Fatal(err)
	}
	again, vertices, claims := gather(t, s)
	if again.Revision != 5 || again.Next != state.Next {
		t.Errorf("got revision %d, next %v; want 5, %v", again.Revision, again.Next, state.Next)
	}
	if diff := cmp.Diff(wantVertices, vertices); diff != "" {
		t.Errorf("vertices differ:\n%s", diff)
	}
	if diff := cmp.Diff(wantClaims, claims); diff != "" {
		t.Errorf("claims differ:\n%s", diff)
	}
}

func TestPruneKeepsWhatOpeningNeeds(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "journal.db"), store.Options{Retention: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := uint64(1); i <= 6; i++ {
		if err := s.Append([]store.Record{record(i)}); err != nil {
			t.Fatal(err)
		}
		state, _, _ := gather(t, s)
		if err := s.Checkpoint(state); err != nil {
			t.Fatal(err)
		}
	}
	if more, err := s.Prune(time.UnixMilli(6).Add(2 * time.Hour)); err != nil || more {
		t.Fatalf("Prune: %v, %v", more, err)
	}
	first := uint64(0)
	if err := s.Replay(0, func(r store.Record) bool { first = r.Revision; return false }); err != nil {
		t.Fatal(err)
	}
	if first != 6 {
		t.Errorf("the oldest record is %d, want 6: checkpoint 5 is the older of the two that stay", first)
	}
	if state, _, _ := gather(t, s); state.Revision != 6 {
		t.Errorf("loads revision %d, want 6", state.Revision)
	}
}

func TestEpochsOnlyGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	s := open(t, path)
	a, err := s.BeginEpoch(time.UnixMilli(5000))
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.BeginEpoch(time.UnixMilli(4000)) // the clock went back
	if err != nil {
		t.Fatal(err)
	}
	if a != 5000 || b <= a {
		t.Errorf("epochs %d then %d", a, b)
	}
}

// Each damaged file has an error of its own, and stays as it is.
func TestAFileThatCannotBeUsedIsNamedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	s, err := store.Open(good, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := uint64(1); i <= 50; i++ {
		if err := s.Append([]store.Record{record(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.db")
	writeBolt(t, other, "somebody", "else", []byte("data"))
	newer := filepath.Join(dir, "newer.db")
	if err := os.WriteFile(newer, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	writeBolt(t, newer, "meta", "format", []byte{0, 0, 0, 0, 0, 0, 0, 99})

	for _, c := range []struct {
		name    string
		content []byte
		want    error
	}{
		{"empty", nil, store.ErrTruncated},
		{"cut off", whole[:len(whole)/2], store.ErrTruncated},
		{"ten bytes", whole[:10], store.ErrTruncated},
		{"zeros", make([]byte, len(whole)), store.ErrZeroed},
		{"text", []byte("this is a text file that somebody put here, long enough to hold a header of pages, but not one"), store.ErrForeign},
		{"other bbolt", mustRead(t, other), store.ErrForeign},
		{"newer", mustRead(t, newer), store.ErrNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(path, store.Options{})
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got error %v, want %v", err, c.want)
			}
			if diff := cmp.Diff(len(c.content), len(mustRead(t, path))); diff != "" {
				t.Errorf("the file was changed: %s", diff)
			}
		})
	}
}

func TestASecondNetseamIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	open(t, path)
	if _, err := store.Open(path, store.Options{}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("got %v, want %v", err, store.ErrLocked)
	}
}

func writeBolt(t testing.TB, path, bucket, key string, value []byte) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(key), value)
	}); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
