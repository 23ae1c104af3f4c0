package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/store"
)

// journal makes a file of records with a checkpoint in the middle.
func journal(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := uint64(1); i <= 120; i++ {
		group := []store.Record{record(i)}
		if i%10 == 5 {
			for range 5 {
				i++
				group = append(group, record(i))
			}
		}
		if err := s.Append(group); err != nil {
			t.Fatal(err)
		}
		if i == 60 {
			state, err := s.Load()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Checkpoint(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents is all that a file's owner reads from it.
type contents struct {
	Revision uint64
	Next     store.Counters
	Vertices []*api.Vertex
	Claims   []store.ClaimOp
	Records  []store.Record
}

func read(path string) (out contents, err error) {
	s, err := store.Open(path, store.Options{})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	state, err := s.Load()
	if err != nil {
		return out, err
	}
	out.Revision, out.Next = state.Revision, state.Next
	out.Vertices = slices.Collect(state.Vertices)
	out.Claims = slices.SortedFunc(state.Claims, func(a, b store.ClaimOp) int { return int(a.Scope) - int(b.Scope) })
	err = s.Replay(0, func(r store.Record) bool { out.Records = append(out.Records, r); return true })
	return out, err
}

// bbolt has two meta pages, in turns: with one of them broken, the file is as
// the other says, which is at most one transaction older.
func TestABrokenMetaPageCostsOneTransactionAtMost(t *testing.T) {
	good := journal(t)
	want, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	const group = 6 // revisions in the fixture's last transaction
	whole := mustRead(t, good)
	path := filepath.Join(t.TempDir(), "journal.db")
	for page := range 2 {
		for i := range 64 {
			damaged := slices.Clone(whole)
			damaged[page*os.Getpagesize()+16+i] ^= 1
			write(t, path, damaged)
			got, err := read(path)
			if err != nil {
				t.Fatalf("page %d, byte %d: %v", page, i, err)
			}
			if got.Revision+group < want.Revision {
				t.Fatalf("page %d, byte %d: revision %d of %d", page, i, got.Revision, want.Revision)
			}
		}
	}
	both := slices.Clone(whole)
	both[16+40] ^= 1
	both[os.Getpagesize()+16+40] ^= 1
	write(t, path, both)
	if _, err := read(path); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("both broken: %v, want %v", err, store.ErrDamaged)
	}
}

func TestADamagedRecordIsNamed(t *testing.T) {
	for name, damage := range map[string]func(journal *bbolt.Bucket) error{
		"cut short": func(b *bbolt.Bucket) error {
			return b.Put(key(90), b.Get(key(90))[:10])
		},
		"other bytes": func(b *bbolt.Bucket) error { return b.Put(key(90), []byte("these are other bytes")) },
		"empty":       func(b *bbolt.Bucket) error { return b.Put(key(90), nil) },
		"missing":     func(b *bbolt.Bucket) error { return b.Delete(key(90)) },
		"another's":   func(b *bbolt.Bucket) error { return b.Put(key(90), b.Get(key(91))) },
		"no end":      func(b *bbolt.Bucket) error { return b.Delete(key(120)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := journal(t)
			db, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Update(func(tx *bbolt.Tx) error { return damage(tx.Bucket([]byte("journal"))) }); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			before := mustRead(t, path)
			_, err = read(path)
			if !errors.Is(err, store.ErrDamaged) {
				t.Errorf("got %v, want %v", err, store.ErrDamaged)
			}
			if !slices.Equal(before, mustRead(t, path)) {
				t.Error("reading changed the file")
			}
		})
	}
}

// A checkpoint that could not be finished counts for nothing, and goes when
// the next one is written.
func TestAnUnfinishedCheckpointDoesNotCount(t *testing.T) {
	path := journal(t)
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.Bucket([]byte("checkpoints")).CreateBucket(key(110))
		if err != nil {
			return err
		}
		return b.Put(key(0), []byte("half"))
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	state, err := s.Load()
	if err != nil || state.Revision != 120 {
		t.Fatalf("Load: revision %d, %v; want 120", state.Revision, err)
	}
	if err := s.Checkpoint(state); err != nil {
		t.Fatal(err)
	}
	if got := checkpoints(t, s, path); !slices.Equal(got, []uint64{60, 120}) {
		t.Errorf("checkpoints %v, want 60 and 120", got)
	}
}

// A past moment is what the records up to it make, whatever came later.
func TestLoadAtGivesAnyRevisionThatIsKept(t *testing.T) {
	s := open(t, journal(t))
	for _, revision := range []uint64{0, 1, 59, 60, 61, 119, 120} {
		state, err := s.LoadAt(revision)
		if err != nil {
			t.Fatalf("revision %d: %v", revision, err)
		}
		if state.Revision != revision {
			t.Errorf("got revision %d, want %d", state.Revision, revision)
		}
		for v := range state.Vertices {
			if uint64(v.ID) != revision { // each record replaces the last one's vertex
				t.Errorf("revision %d has vertex %s", revision, v.ID)
			}
		}
	}
	if _, err := s.LoadAt(121); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a revision that was never kept: %v", err)
	}
}

func TestCommitsAreSynced(t *testing.T) {
	if !open(t, filepath.Join(t.TempDir(), "journal.db")).IsSynced() {
		t.Error("bbolt does not sync: a commit would not be durable")
	}
}

func checkpoints(t testing.TB, s *store.Store, path string) []uint64 {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out []uint64
	if err := db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("checkpoints")).ForEachBucket(func(k []byte) error {
			out = append(out, uint64(k[7]))
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func key(n byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, n} }

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// FuzzRecord decodes arbitrary bytes as a record: an error or a record, and a
// record that was decoded can be kept and comes back the same.
func FuzzRecord(f *testing.F) {
	s, err := store.Open(filepath.Join(f.TempDir(), "journal.db"), store.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	for i := uint64(1); i < 4; i++ {
		value, err := s.Pack(record(i))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(value)
		f.Add(value[:len(value)/2])
	}
	f.Add([]byte{})
	f.Add([]byte("\x28\xb5\x2f\xfd"))
	f.Fuzz(func(t *testing.T, value []byte) {
		r, err := s.Unpack(value)
		if err != nil {
			return
		}
		again, err := s.Pack(r)
		if err != nil {
			t.Fatalf("a record that was read cannot be kept: %v", err)
		}
		back, err := s.Unpack(again)
		if err != nil {
			t.Fatalf("a record that was kept cannot be read: %v", err)
		}
		if diff := cmp.Diff(fmt.Sprint(r.Revision, r.Next, len(r.Claims), r.Change.Size()),
			fmt.Sprint(back.Revision, back.Next, len(back.Claims), back.Change.Size())); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzJudge looks at arbitrary beginnings of files.
func FuzzJudge(f *testing.F) {
	whole := mustRead(f, journal(f))
	f.Add(whole[:8192], int64(len(whole)))
	f.Add(whole[:100], int64(100))
	f.Add(whole[4096:8192], int64(4096))
	f.Add([]byte{}, int64(0))
	f.Add(make([]byte, 64), int64(64))
	f.Fuzz(func(t *testing.T, head []byte, size int64) {
		err := store.Judge(head, size)
		for _, known := range []error{nil, store.ErrTruncated, store.ErrZeroed, store.ErrForeign, store.ErrDamaged} {
			if errors.Is(err, known) {
				return
			}
		}
		t.Errorf("an error without a name: %v", err)
	})
}
