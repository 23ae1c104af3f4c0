// Package corpus compares what netseam says with what other projects' tests
// assert of captures of real devices.
//
// The captures are no part of the project: see README.md for where the tests
// look for them, and for each difference and who is right.
package corpus

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir is a folder of the corpus. Without a corpus it skips the test.
func Dir(t testing.TB, parts ...string) string {
	t.Helper()
	root, ok := find()
	if !ok {
		t.Skip("skipped: needs the captures of real devices (NETSEAM_CORPUS, or ../shared/corpus beside the project)")
	}
	dir := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the corpus at %s lacks something: %v", root, err)
	}
	return dir
}

// Recordings are the captures of single devices, in order; none without a corpus.
func Recordings() []string {
	root, ok := find()
	if !ok {
		return nil
	}
	files, _ := filepath.Glob(filepath.Join(root, "devices", "*.snmprec.gz")) // The pattern is a good one.
	return files
}

// find looks at NETSEAM_CORPUS, then for shared/corpus beside the working
// directory and each folder above it.
func find() (string, bool) {
	if dir := os.Getenv("NETSEAM_CORPUS"); dir != "" {
		return dir, true // That it is there is for the caller to find out: it was asked for.
	}
	at, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		dir := filepath.Join(at, "shared", "corpus")
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir, true
		}
		above := filepath.Dir(at)
		if above == at {
			return "", false
		}
		at = above
	}
}
