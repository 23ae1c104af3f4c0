package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The types in api/rest are what the generator makes of the contract today.
func TestGeneratedTypesAreUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: builds the generator")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	fresh, settings := filepath.Join(dir, "types.gen.go"), filepath.Join(dir, "settings.yaml")
	text, err := os.ReadFile(filepath.Join(root, "api/rest/oapi-codegen.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("output: api/rest/types.gen.go"), []byte("output: "+fresh), 1)
	if err := os.WriteFile(settings, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "tool", "-modfile=test/tools/tools.mod", "oapi-codegen",
		"-config", settings, "api/openapi.yaml")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(root, "api/rest/types.gen.go"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("api/rest/types.gen.go is not up to date (%v): run go tool -modfile=test/tools/tools.mod oapi-codegen -config api/rest/oapi-codegen.yaml api/openapi.yaml", err)
	}
}
