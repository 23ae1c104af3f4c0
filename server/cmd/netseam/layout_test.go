package main

import (
	"bytes"
	"strings"
	"testing"
)

// The small world is drawn, and its sites and clusters are named.
func TestLayoutDrawsAWorld(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a simulated world")
	}
	var out, problems bytes.Buffer
	root := newRoot(&out, &problems)
	root.SetArgs([]string{"layout", "--svg", "--site", "fra1", "--world", "small"})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	for _, want := range []string{"<svg", ">fra1<", ">fra1-leaf1<", ">fra-prod<", ">stage 1/2<", ">unplaced<", "</svg>"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
}

func TestLayoutSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"--overview --data " + dir, "--svg"},
		{"--svg --data " + dir, "site"},
		{"--svg --overview", "data"},
		{"--svg --overview --data " + dir, "journal.db"},
		{"--svg --overview --theme pink --data " + dir, "pink"},
		{"--svg --overview --grouping shape --data " + dir, "shape"},
	} {
		root := newRoot(&bytes.Buffer{}, &bytes.Buffer{})
		root.SetArgs(append([]string{"layout"}, strings.Fields(c.args)...))
		if err := root.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want something of %q", c.args, err, c.want)
		}
	}
}
