// Package e2e_test runs the program as its users do: the binary, a
// configuration, real protocols, a real browser.
package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program under test: NETSEAM_BINARY, or one built for this run.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("NETSEAM_BINARY"); path != "" {
		return filepath.Abs(path)
	}
	dir, err := os.MkdirTemp("", "netseam-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "netseam")
	out, err := exec.Command("go", "build", "-o", path, "../../server/cmd/netseam").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build netseam: %w\n%s", err, out)
	}
	return path, nil
})

// need skips the test where something is missing, and fails it in CI, where
// nothing may be.
func need(t testing.TB, ok bool, what string) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have it: %s", what)
	}
	t.Skipf("skipped: needs %s", what)
}

// program is a running netseam.
type program struct {
	t    testing.TB
	url  string
	cmd  *exec.Cmd
	log  *lockedBuffer
	done chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs the program with arguments and waits until it serves.
func start(t testing.TB, args ...string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, log: &lockedBuffer{}, done: make(chan error, 1)}
	p.cmd = exec.Command(path, args...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	urls := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			_, _ = fmt.Fprintln(p.log, lines.Text())
			if at := strings.Index(lines.Text(), "http"); at >= 0 {
				url, _, _ := strings.Cut(lines.Text()[at:], ": ")
				select {
				case urls <- url:
				default:
				}
			}
		}
		p.done <- p.cmd.Wait()
	}()
	t.Cleanup(p.stop)
	select {
	case p.url = <-urls:
	case err := <-p.done:
		p.done <- err
		t.Fatalf("netseam ended: %v\n%s", err, p.log)
	case <-time.After(60 * time.Second):
		t.Fatalf("netseam does not serve after 60 s\n%s", p.log)
	}
	eventually(t, 30*time.Second, "ready", func() error {
		resp, err := http.Get(p.url + "/readyz")
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}
		return nil
	})
	return p
}

// stop ends the program as Ctrl-C does, and waits.
func (p *program) stop() {
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.done:
		if err != nil {
			p.t.Errorf("netseam ended with %v\n%s", err, tail(p.log.String()))
		}
	case <-time.After(20 * time.Second):
		p.t.Errorf("netseam does not stop; its log:\n%s", tail(p.log.String()))
		_ = p.cmd.Process.Kill()
		if err := <-p.done; err != nil {
			p.t.Logf("killed: %v", err)
		}
	}
	if p.t.Failed() {
		p.t.Logf("netseam's log:\n%s", tail(p.log.String()))
	}
}

func tail(s string) string {
	lines := strings.Split(s, "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// get reads a JSON document of the REST API.
func (p *program) get(path string, into any) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s", path, resp.Status, body)
	}
	return json.Unmarshal(body, into)
}

// end is one end of an edge, as REST says it.
type end struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Qualified string `json:"qualified"`
}

type edge struct {
	ID         string  `json:"id"`
	Kind       string  `json:"kind"`
	A          end     `json:"a"`
	B          end     `json:"b"`
	Health     string  `json:"health"`
	Confidence float64 `json:"confidence"`
	ReportedB  bool    `json:"reported_b"`
	Attrs      []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"attrs"`
	Evidence []struct {
		Method string `json:"method"`
		Text   string `json:"text"`
		Source string `json:"source"`
		Fresh  bool   `json:"fresh"`
	} `json:"evidence"`
}

type status struct {
	Epoch    uint64         `json:"epoch"`
	Revision uint64         `json:"revision"`
	Vertices int            `json:"vertices"`
	ByKind   map[string]int `json:"by_kind"`
	Sources  []struct {
		ID      string `json:"id"`
		Kind    string `json:"kind"`
		State   string `json:"state"`
		Message string `json:"message"`
	} `json:"sources"`
	Seam struct {
		Nodes int `json:"nodes"`
		Known int `json:"known"`
		Why   []struct {
			Reason  string `json:"reason"`
			Count   int    `json:"count"`
			Example struct {
				Why string `json:"why"`
			} `json:"example"`
		} `json:"why"`
	} `json:"seam"`
}

// edges lists all edges of a kind, following cursors.
func (p *program) edges(kind string) []edge {
	p.t.Helper()
	var all []edge
	for query := "/api/v1/edges?limit=500&kind=" + kind; ; {
		var page struct {
			Items []edge `json:"items"`
			Next  string `json:"next"`
		}
		if err := p.get(query, &page); err != nil {
			p.t.Fatal(err)
		}
		for _, e := range page.Items {
			e.A.Qualified = strings.ReplaceAll(e.A.Qualified, " · ", " ")
			e.B.Qualified = strings.ReplaceAll(e.B.Qualified, " · ", " ")
			all = append(all, e)
		}
		if page.Next == "" {
			return all
		}
		query = "/api/v1/edges?limit=500&kind=" + kind + "&cursor=" + page.Next
	}
}

func (p *program) status() status {
	p.t.Helper()
	var s status
	if err := p.get("/api/v1/status", &s); err != nil {
		p.t.Fatal(err)
	}
	return s
}

// eventually waits until check finds nothing wrong.
func eventually(t testing.TB, within time.Duration, what string, check func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s: %v", what, within, err)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}

// hangup makes the program read its configuration again.
func (p *program) hangup() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		p.t.Fatal(err)
	}
}

// run runs the program once and returns what it prints.
func run(ctx context.Context, t testing.TB, args ...string) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("netseam %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.Bytes())
	}
	return string(out)
}
