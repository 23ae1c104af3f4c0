package e2e_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// browser is a page in Chromium, driven by test/browser/driver.mjs.
type browser struct {
	t     testing.TB
	in    io.WriteCloser
	lines *bufio.Scanner
	next  int
}

type answer struct {
	ID    int             `json:"id"`
	Error string          `json:"error"`
	At    float64         `json:"at"`
	Value json.RawMessage `json:"value"`
}

func hasChromium() bool {
	path := os.Getenv("CHROMIUM")
	if path == "" {
		path = "/usr/bin/chromium"
	}
	_, err := os.Stat(path)
	return err == nil
}

// openBrowser shows a page; what the page logs as errors fails the test at its
// end.
func openBrowser(t testing.TB, url string) *browser {
	t.Helper()
	need(t, hasChromium(), "Chromium (apt-get install chromium)")
	_, err := os.Stat("../../node_modules/playwright-core")
	need(t, err == nil, "playwright-core (npm ci)")
	cmd := exec.Command("node", "../browser/driver.mjs")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, in: in, lines: bufio.NewScanner(out)}
	b.lines.Buffer(nil, 64<<20)
	t.Cleanup(func() {
		var errs []string
		if err := b.eval("errors", &errs); err == nil && len(errs) > 0 {
			t.Errorf("the page reported errors: %q", errs)
		}
		_, _ = b.ask(map[string]any{"op": "close"})
		in.Close()
		_ = cmd.Wait()
	})
	if _, err := b.ask(map[string]any{"op": "open", "url": url}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) ask(request map[string]any) (answer, error) {
	b.next++
	request["id"] = b.next
	line, err := json.Marshal(request)
	if err != nil {
		return answer{}, err
	}
	if _, err := b.in.Write(append(line, '\n')); err != nil {
		return answer{}, err
	}
	if !b.lines.Scan() {
		return answer{}, errors.Join(errors.New("the browser's driver ended"), b.lines.Err())
	}
	var a answer
	if err := json.Unmarshal(b.lines.Bytes(), &a); err != nil {
		return a, err
	}
	if a.Error != "" {
		return a, errors.New(a.Error)
	}
	return a, nil
}

// waitFor waits until a painted frame fits, and returns when it was painted.
func (b *browser) waitFor(within time.Duration, what, js string) time.Time {
	b.t.Helper()
	a, err := b.ask(map[string]any{"op": "wait", "js": js, "timeout": within.Milliseconds()})
	if err != nil {
		var seen json.RawMessage
		_ = b.eval("{vertices: n?.vertices().length, revision: n?.revision(), channels: n?.channels()}", &seen)
		b.shot("failed.png")
		b.t.Fatalf("%s: %v (within %s); the page has %s", what, err, within, seen)
	}
	return time.UnixMicro(int64(a.At * 1000))
}

func (b *browser) eval(js string, into any) error {
	a, err := b.ask(map[string]any{"op": "eval", "js": js})
	if err != nil {
		return err
	}
	return json.Unmarshal(a.Value, into)
}

// shot saves a picture into NETSEAM_SHOTS, if that is set.
func (b *browser) shot(name string) {
	dir := os.Getenv("NETSEAM_SHOTS")
	if dir == "" {
		return
	}
	if _, err := b.ask(map[string]any{"op": "shot", "path": dir + "/" + name}); err != nil {
		b.t.Errorf("screenshot %s: %v", name, err)
	}
}

// isVertex is an expression: the page has a vertex of a kind and name that fits.
func isVertex(kind, name, fits string) string {
	return fmt.Sprintf("n.vertices().some((v) => v.kind === %q && v.name === %q && (%s))", kind, name, fits)
}

// do asks for something that must work.
func (b *browser) do(request map[string]any) {
	b.t.Helper()
	if _, err := b.ask(request); err != nil {
		b.shot("failed.png")
		b.t.Fatalf("%v: %v", request, err)
	}
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.do(map[string]any{"op": "click", "selector": selector})
}

func (b *browser) keys(keys ...string) {
	b.t.Helper()
	b.do(map[string]any{"op": "keys", "keys": keys})
}

func (b *browser) reload() {
	b.t.Helper()
	b.do(map[string]any{"op": "reload"})
}

// has says whether the page has an element.
func (b *browser) has(selector string) bool {
	b.t.Helper()
	var found bool
	if err := b.eval(fmt.Sprintf("document.querySelector(%q) !== null", selector), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}
