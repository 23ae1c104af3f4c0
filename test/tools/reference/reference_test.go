package main_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/server/config"
	main "github.com/netseam/netseam/test/tools/reference"
)

const root = "../../.."

func TestPagesAreUpToDate(t *testing.T) {
	pages, err := main.Pages(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(root, "server/docs", name))
		if err != nil || string(got) != string(want) {
			t.Errorf("server/docs/%s is not what the code says (%v): run make generate", name, err)
		}
	}
}

// Each key has a type, a default, a meaning and an example, and netseam takes
// the example.
func TestKeysAreDescribed(t *testing.T) {
	t.Setenv("NETSEAM_COMMUNITY", "something")
	t.Setenv("NETSEAM_AUTH_PASSWORD", "something")
	keys, err := main.Keys(filepath.Join(root, "server/config/config.go"))
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) < 45 {
		t.Errorf("only %d keys", len(keys))
	}
	for _, k := range keys {
		if k.Type == "" || k.Default == "" || !strings.HasPrefix(k.Meaning, "`"+k.Path+"` ") || !strings.HasSuffix(k.Meaning, ".") {
			t.Errorf("%s: %+v", k.Path, k)
		}
		example, _, _ := strings.Cut(k.Example, " or ")
		file := filepath.Join(t.TempDir(), "netseam.yaml")
		if err := os.WriteFile(file, []byte(nested(k.Path, example)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(file)
		var problems config.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("%s: %v", k.Path, err)
		}
		for _, p := range problems {
			// What it needs beside it is not there, of course.
			about := strings.ReplaceAll(p.Key, "[0]", "[]") == k.Path
			if about && !regexp.MustCompile(`no such file|no set|give user|not safe`).MatchString(p.Text) || strings.Contains(p.Text, "unknown key") {
				t.Errorf("%s: the example is not taken: %v", k.Path, p)
			}
		}
	}
}

// nested is a configuration with one key: "a[].b.c" is {a: [{b: {c: value}}]}.
func nested(path, value string) string {
	parts := strings.Split(path, ".")
	text := value
	for _, part := range slices.Backward(parts) {
		name, list := strings.CutSuffix(part, "[]")
		if list {
			text = "[" + text + "]"
		}
		text = "{" + name + ": " + text + "}"
	}
	return text
}
