package main_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/stream/streamtest"
	main "github.com/netseam/netseam/test/tools/histories"
)

var update = flag.Bool("update", false, "write the frame fixtures anew")

const kept = "../../../api/testdata/frames"

// The frames that are kept make what is expected of them. The browser's tests
// read the same folders.
func TestKeptFramesMakeWhatIsExpected(t *testing.T) {
	if *update {
		if err := main.Run([]string{"-fixtures", kept}, t.Output()); err != nil {
			t.Fatal(err)
		}
	}
	cases, err := filepath.Glob(kept + "/*/expected.json")
	if err != nil || len(cases) < 4 {
		t.Fatalf("found %d cases: %v", len(cases), err)
	}
	for _, path := range cases {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) { replay(t, dir) })
	}
}

func replay(t *testing.T, dir string) {
	t.Helper()
	frames, err := filepath.Glob(dir + "/*.bin")
	if err != nil || len(frames) == 0 {
		t.Fatalf("no frames: %v", err)
	}
	store := streamtest.NewStore()
	for _, path := range frames {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f wire.ServerFrame
		if err := proto.Unmarshal(raw, &f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := store.Apply(&f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var want map[string]streamtest.Expected
	read(t, dir+"/expected.json", &want)
	var positions map[string]streamtest.Placed
	read(t, dir+"/positions.json", &positions)
	if got := slices.Sorted(maps.Keys(store.Channels)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("got channels %v, want %v", got, slices.Sorted(maps.Keys(want)))
	}
	for name, c := range store.Channels {
		got := streamtest.Expected{Vertices: values(c.Vertices), Edges: values(c.Edges), Scopes: values(c.Scopes), Rollups: values(c.Rollups)}
		if diff := cmp.Diff(want[name], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(positions[name], streamtest.Placed{Boxes: values(c.Boxes), Furniture: values(c.Furniture)}); diff != "" {
			t.Errorf("%s: positions (-want +got):\n%s", name, diff)
		}
	}
}

func values[K ~uint32 | ~uint64, V any](m map[K]V) []V {
	out := []V{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// What is kept is what the server would send today.
func TestKeptFramesAreUpToDate(t *testing.T) {
	dir := t.TempDir()
	if err := main.Run([]string{"-fixtures", dir}, t.Output()); err != nil {
		t.Fatal(err)
	}
	fresh, err := filepath.Glob(dir + "/*/*")
	if err != nil {
		t.Fatal(err)
	}
	old, err := filepath.Glob(kept + "/*/*")
	if err != nil || len(old) != len(fresh) {
		t.Fatalf("%d files are kept, want %d (`go test -update` writes them)", len(old), len(fresh))
	}
	for _, path := range fresh {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(kept, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not up to date (`go test -update` writes it): %v", name, err)
		}
	}
}

// Random histories, as the browser's tests read them.
func TestRandomHistories(t *testing.T) {
	for range 5 {
		seed := rand.Uint64()
		dir := t.TempDir()
		if err := main.Run([]string{"-seed", strconv.FormatUint(seed, 10), "-n", "100", "-out", dir}, t.Output()); err != nil {
			t.Fatal(err)
		}
		t.Run("seed "+strconv.FormatUint(seed, 10), func(t *testing.T) { replay(t, dir) })
	}
}
