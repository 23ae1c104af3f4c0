package kubelabctl_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/netseam/netseam/test/e2e/kubelabctl"
)

const childDir = "NETSEAM_KUBELABCTL_CHILD"

// ready is a binary that says what a cluster says, and waits to be ended.
const ready = `#!/bin/sh
echo '{apiVersion: v1, kind: Config, clusters: [{name: x, cluster: {server: "https://127.0.0.1:1"}}], contexts: [{name: x, context: {cluster: x}}], current-context: x}' > "$7/admin.kubeconfig"
echo "READY $3 0.25"
exec sleep 600
`

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		panicWithCluster(dir)
	}
	goleak.VerifyTestMain(m)
}

// panicWithCluster is the whole of a child process that ends as a test that panics does.
func panicWithCluster(dir string) {
	c, err := kubelabctl.Start(context.Background(), filepath.Join(dir, "binary"), "x", 1, dir)
	if err != nil {
		panic(err)
	}
	fmt.Println(c.PID())
	panic("as a test might")
}

func script(t *testing.T, text string) (binary, dir string) {
	t.Helper()
	dir = t.TempDir()
	binary = filepath.Join(dir, "binary")
	if err := os.WriteFile(binary, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return binary, dir
}

func TestPanicLeavesNoProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	_, dir := script(t, ready)
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !bytes.Contains(exit.Stderr, []byte("as a test might")) {
		t.Fatalf("the child ended with %v, want its panic", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.After(5 * time.Second)
	for alive(pid) {
		select {
		case <-deadline:
			t.Fatalf("process %d is still there; killed it: %v", pid, syscall.Kill(pid, syscall.SIGKILL))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestStop(t *testing.T) {
	binary, dir := script(t, ready)
	c, err := kubelabctl.Start(t.Context(), binary, "x", 1, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.UpTook(); got != 250*time.Millisecond {
		t.Errorf("UpTook() = %s, want 250ms", got)
	}
	if !alive(c.PID()) {
		t.Error("no process before Stop")
	}
	// The script does not catch the signal, so Stop must not call it a clean end.
	first := c.Stop()
	if first == nil || !strings.Contains(first.Error(), "cluster x") || !strings.Contains(first.Error(), "terminated") {
		t.Errorf("Stop() = %v, want that x was terminated", first)
	}
	if second := c.Stop(); second == nil || second.Error() != first.Error() {
		t.Errorf("second Stop() = %v, want %v", second, first)
	}
	if alive(c.PID()) {
		t.Error("a process after Stop")
	}
}

func TestStartFails(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"ended", "#!/bin/sh\necho 'the port is taken' >&2; exit 3", "the port is taken"},
		{"ended well", "#!/bin/sh\nexit 0", "exit status 0"},
		{"other words", "#!/bin/sh\necho hello; exec sleep 600", `"hello"`},
		{"other cluster", "#!/bin/sh\necho READY y 1.0; exec sleep 600", `"READY y 1.0"`},
		{"silent", "#!/bin/sh\necho 'still waiting' >&2; exec sleep 600", "still waiting"},
		{"no kubeconfig", "#!/bin/sh\necho READY x 1.0; exec sleep 600", "admin.kubeconfig"},
		{"no program", "#!/nowhere/sh\n", "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			binary, dir := script(t, test.script)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, err := kubelabctl.Start(ctx, binary, "x", 1, dir)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "cluster x") {
				t.Errorf("Start() = %v, want an error with %s", err, test.want)
			}
		})
	}
}

// alive says whether a process runs; one that only waits to be reaped does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(state, []byte("Z"))
}

// memory is a process's resident memory in words.
func memory(t *testing.T, pid int) string {
	t.Helper()
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		if size, ok := strings.CutPrefix(scanner.Text(), "VmRSS:"); ok {
			return strings.TrimSpace(size)
		}
	}
	t.Fatalf("process %d says nothing of its memory", pid)
	return ""
}
