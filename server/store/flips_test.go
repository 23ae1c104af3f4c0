package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/netseam/netseam/server/store"
	"github.com/netseam/netseam/test/bench/processor"
)

// confined says whether this is the process that shall do what a test does: one
// of its own with bounded memory and stack, which is started if it is not. What
// bbolt makes of damage may grow without end, and that shall fail this test and
// not take the machine down.
func confined(t *testing.T) bool {
	t.Helper()
	const mark = "NETSEAM_TEST_CONFINED"
	if os.Getenv(mark) != "" {
		bound(t)
		return true
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), mark+"=1")
	out, err := child.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Fatalf("%v\n%s", err, out[:min(len(out), 8<<10)])
	}
	t.Logf("%s", out)
	return false
}

// bound lets the process have 2 GB more than it has now, and a stack of 16 MB.
func bound(t *testing.T) {
	t.Helper()
	pages, _, _ := strings.Cut(string(mustRead(t, "/proc/self/statm")), " ")
	n, err := strconv.ParseUint(pages, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	limit := n*uint64(os.Getpagesize()) + 2<<30
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	debug.SetMaxStack(16 << 20)
}

// Whatever bits flip in whatever page, what comes back is the truth or an
// error with a name, and the file is left as it was found.
func TestFlippedBitsAreNeverTakenForTheTruth(t *testing.T) {
	if !confined(t) {
		return
	}
	good := journal(t)
	want, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	whole := mustRead(t, good)
	// With the first, a branch once led into itself.
	for _, seed := range []uint64{1795395083214877846, uint64(time.Now().UnixNano())} {
		for _, bits := range []int{1, 5} {
			flip(t, whole, want, rand.New(rand.NewPCG(seed, 2)), fmt.Sprintf("seed %d, %d bits", seed, bits), bits)
		}
	}
}

// flips is how many damaged files are read for each seed.
const flips = 200

// flip damages files, each in some bits, and reads them.
func flip(t *testing.T, whole []byte, want contents, random *rand.Rand, name string, bits int) {
	t.Helper()
	pageSize := os.Getpagesize()
	dir := t.TempDir()
	noticed := 0
	for i := range flips {
		path := filepath.Join(dir, strconv.Itoa(i)) // a file that could not be opened stays locked
		damaged := slices.Clone(whole)
		at := make([]int, bits)
		for i := range at {
			// The two meta pages have a test of their own. Half of the flips
			// hit the headers of pages, where most is at stake.
			at[i] = 2*pageSize + random.IntN(len(whole)-2*pageSize)
			if random.IntN(2) == 0 {
				at[i] = at[i]/pageSize*pageSize + random.IntN(64)
			}
			damaged[at[i]] ^= 1 << random.IntN(8)
		}
		write(t, path, damaged)
		got, err := read(path)
		switch {
		case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrForeign), errors.Is(err, store.ErrNewer):
			noticed++
		case err != nil:
			t.Fatalf("%s, bytes %d: an error without a name: %v", name, at, err)
		default:
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s, bytes %d: damage was taken for the truth:\n%s", name, at, diff)
			}
		}
		if after := mustRead(t, path); !slices.Equal(after, damaged) {
			t.Errorf("%s, bytes %d: reading changed the file", name, at)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if noticed < flips/10 {
		t.Errorf("%s: only %d of %d were noticed: the flips hit nothing", name, noticed, flips)
	}
	t.Logf("%s: %d of %d were noticed; the others hit what is not in use", name, noticed, flips)
}

// tall makes a file whose journal's tree has branches, values that overflow and
// free pages, and says where its root's first child is.
func tall(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second writing leaves pages free
		if err := db.Update(func(tx *bbolt.Tx) error {
			for i := range 400 {
				size := 100
				if i%50 == 0 {
					size = 10_000
				}
				if err := tx.Bucket([]byte("journal")).Put(fmt.Appendf(nil, "%08d", i), make([]byte, size)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every kind of damage that would lead bbolt astray is told, with the page.
func TestDamagedPagesAreNamed(t *testing.T) {
	whole := mustRead(t, tall(t))
	size := os.Getpagesize()
	find := func(flags byte) int { // the last page of a kind: the first may not be in use any more
		for at := len(whole) - size; at >= 2*size; at -= size {
			if whole[at] == byte(at/size) && whole[at+8] == flags && whole[at+10] > 1 {
				return at
			}
		}
		t.Fatalf("no page of kind %d", flags)
		return 0
	}
	branch, leaf, list := find(1), find(2), find(16)
	if err := store.JudgePages(whole); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at    int
		value []byte
		says  string
	}{
		"a branch that leads to itself": {branch + 24, []byte{byte(branch / size)}, fmt.Sprintf("page %d is in use twice", branch/size)},
		"two ways to one page":          {branch + 24, whole[branch+40 : branch+48], "in use twice"},
		"a way out of the file":         {branch + 24 + 5, []byte{1}, "there is no such page"},
		"a way to the first pages":      {branch + 24, []byte{1}, "there is no such page"},
		"a branch without elements":     {branch + 10, []byte{0, 0}, "branches into nothing"},
		"a key without bytes":           {branch + 20, []byte{0, 0}, "element 0 has no key"},
		"a page that is another":        {leaf, []byte{3}, fmt.Sprintf("page %d: the journal is damaged: it says that it is page 3", leaf/size)},
		"a page of no kind":             {leaf + 8, []byte{64}, "it is of kind 0x40"},
		"too many elements":             {leaf + 11, []byte{255}, "elements in"},
		"more pages than there are":     {leaf + 14, []byte{255}, "beyond the last"},
		"a key that lies elsewhere":     {leaf + 16 + 7, []byte{127}, "element 0 has its key"},
		"a value of 2 GB":               {leaf + 16 + 15, []byte{127}, "element 0 has its key"},
		"a list of too many free pages": {list + 11, []byte{255}, "and has room for"},
		"a free page that is in use":    {list + 16, []byte{byte(branch / size)}, "as free, which is in use"},
		"a free page beyond the last":   {list + 16 + 6, []byte{1}, "as free"},
	} {
		t.Run(name, func(t *testing.T) {
			damaged := slices.Clone(whole)
			copy(damaged[c.at:], c.value)
			err := store.JudgePages(damaged)
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v with %q", err, store.ErrDamaged, c.says)
			}
		})
	}
}

// FuzzPages looks at files that were whole before some bytes were replaced:
// the walk ends, within the file, in no error or one with a name.
func FuzzPages(f *testing.F) {
	whole := mustRead(f, tall(f))
	for at := 2 * os.Getpagesize(); at < len(whole); at += os.Getpagesize() {
		f.Add(uint32(at), []byte{0xFF}, uint32(at+8), []byte{0x01})
	}
	f.Add(uint32(0), []byte{}, uint32(0), []byte{})
	f.Fuzz(func(t *testing.T, at uint32, value []byte, other uint32, second []byte) {
		damaged := slices.Clone(whole)
		copy(damaged[int(at)%len(damaged):], value)
		copy(damaged[int(other)%len(damaged):], second)
		err := store.JudgePages(damaged)
		for _, known := range []error{nil, store.ErrTruncated, store.ErrZeroed, store.ErrForeign, store.ErrDamaged} {
			if errors.Is(err, known) {
				return
			}
		}
		t.Errorf("an error without a name: %v", err)
	})
}

// BenchmarkInspect looks at 400 MB of records as the journal keeps them, some
// hundred bytes each.
func BenchmarkInspect(b *testing.B) {
	path := filepath.Join(b.TempDir(), "journal.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	for n := range uint64(13) {
		if err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("journal"))
			if err != nil {
				return err
			}
			bucket.FillPercent = 0.95
			for i := range uint64(100_000) {
				if err := bucket.Put(fmt.Appendf(nil, "%08d", n*100_000+i), make([]byte, 280)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	began := processor.Time(b)
	for b.Loop() {
		if err := store.InspectPages(path); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((processor.Time(b)-began).Seconds()/float64(b.N), "cpu-s/op")
}
