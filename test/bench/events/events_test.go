package events_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/test/bench/pods"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// Each event reaches the browser and the informer. How fast, and at what cost,
// is what the test says; it fails only where something is lost.
func TestEventsReachTheBrowser(t *testing.T) {
	c := pods.Cluster{Pods: *podCount, Nodes: *nodeCount}
	server, err := kubeapi.New(kubeapi.Config{Name: "east"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Fill(server); err != nil {
		t.Fatal(err)
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := server.WriteKubeconfig(kubeconfig); err != nil {
		t.Fatal(err)
	}

	ns := startNetseam(t, kubeconfig)
	first := ns.read(t, c)
	inf, firstInformer := startInformer(t, kubeconfig)
	t.Logf("%d pods, %d nodes; load %s", c.Pods, c.Nodes, loadOf(t))
	t.Logf("first reading: netseam %.1f s, %.1f s of processor time, RSS %.0f MB, at most %.0f MB",
		first.took, first.CPU, first.RSS, first.Most)
	t.Logf("first reading: informer %.1f s, %.1f s of processor time, RSS %.0f MB, at most %.0f MB",
		firstInformer.took, firstInformer.CPU, firstInformer.RSS, firstInformer.Most)

	b := openBrowser(t, ns.url, ns.channel(t))
	before, beforeInformer := ns.usage(t), inf.usage(t)
	began := time.Now()
	sent := sendEvents(t, server, c, b)
	took := time.Since(began).Seconds()
	eventually(t, 30*time.Second, "every event has arrived at the browser", func() bool {
		missed, err := b.missed()
		if err != nil {
			t.Fatal(err)
		}
		return missed == 0
	})
	informed := inf.heard(t, sent)
	after, afterInformer := ns.usage(t), inf.usage(t)
	at := b.heard.sum()
	if at.Count != sent || informed.Count != sent {
		t.Errorf("of %d events %d arrived at the browser, %d at the informer", sent, at.Count, informed.Count)
	}
	t.Logf("%d events in %.1f s; load %s", sent, took, loadOf(t))
	t.Logf("event to frame: p50 %.1f ms, p99 %.1f ms, at most %.0f ms; %.2f cores; RSS at most %.0f MB",
		at.P50, at.P99, at.Most, (after.CPU-before.CPU)/took, after.Most)
	t.Logf("event to informer's handler: p50 %.1f ms, p99 %.1f ms, at most %.0f ms; %.2f cores; RSS at most %.0f MB",
		informed.P50, informed.P99, informed.Most, (afterInformer.CPU-beforeInformer.CPU)/took, afterInformer.Most)
}

// sendEvents makes pods unready and ready again, one after another, and returns
// how many events that were. No pod has two under way.
func sendEvents(t *testing.T, server *kubeapi.Server, c pods.Cluster, b *browser) int {
	t.Helper()
	tick := time.NewTicker(time.Second / time.Duration(*rate))
	defer tick.Stop()
	began, n := time.Now(), 0
	for ; time.Since(began) < *lasting; <-tick.C {
		for due := int(time.Since(began).Seconds() * float64(*rate)); n <= due; n++ {
			pod := c.Pod(n % c.Pods)
			if n/c.Pods%2 == 0 {
				pod.Status.Conditions[0].Status = corev1.ConditionFalse
			}
			at := time.Now()
			pod.Annotations = map[string]string{sentAt: strconv.FormatInt(at.UnixNano(), 10)}
			if !b.sends(pod.Name, at) {
				t.Fatalf("the browser does not know %s", pod.Name)
			}
			if err := server.Put(pod); err != nil {
				t.Fatal(err)
			}
		}
	}
	return n
}

func eventually(t *testing.T, within time.Duration, what string, is func() bool) {
	t.Helper()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(within)
	for !is() {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func loadOf(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

// process is one that is measured.
type process struct{ cmd *exec.Cmd }

func (p *process) usage(t *testing.T) usage {
	t.Helper()
	u, err := usageOf(p.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// reading is what a first reading took, in seconds, and used.
type reading struct {
	usage

	took float64
}

type netseam struct {
	process

	url   string
	began time.Time
}

// startNetseam builds the program, or takes NETSEAM_BINARY, and starts it.
func startNetseam(t *testing.T, kubeconfig string) *netseam {
	t.Helper()
	binary, dir := os.Getenv("NETSEAM_BINARY"), t.TempDir()
	if binary == "" {
		binary = filepath.Join(dir, "netseam")
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../../server/cmd/netseam").CombinedOutput(); err != nil {
			t.Fatalf("build netseam: %v\n%s", err, out)
		}
	}
	config := filepath.Join(dir, "netseam.yaml")
	text := fmt.Sprintf("listen: 127.0.0.1:0\ndata: data\nclusters:\n  - {name: east, kubeconfig: %q}\n", kubeconfig)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n := &netseam{began: time.Now()}
	n.cmd = exec.CommandContext(t.Context(), binary, "serve", "-c", config)
	n.cmd.Cancel = func() error { return n.cmd.Process.Signal(syscall.SIGTERM) }
	n.cmd.WaitDelay = 30 * time.Second
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n.url == "" && lines.Scan() {
		if at := strings.Index(lines.Text(), "http"); at >= 0 {
			n.url, _, _ = strings.Cut(lines.Text()[at:], ": ")
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, out)
	}()
	t.Cleanup(func() {
		_ = n.cmd.Process.Signal(syscall.SIGTERM)
		<-drained
		_ = n.cmd.Wait()
	})
	if n.url == "" {
		t.Fatal("netseam says no address")
	}
	return n
}

func (n *netseam) get(t *testing.T, path string, into any) {
	t.Helper()
	resp, err := http.Get(n.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// read waits until all of a cluster is on the map.
func (n *netseam) read(t *testing.T, c pods.Cluster) reading {
	t.Helper()
	eventually(t, 5*time.Minute, "all is read", func() bool {
		var s struct {
			ByKind  map[string]int `json:"by_kind"`
			Sources []struct {
				State string `json:"state"`
			} `json:"sources"`
		}
		n.get(t, "/api/v1/status", &s)
		return len(s.Sources) == 1 && s.Sources[0].State == "live" && s.ByKind["pod"] == c.Pods &&
			s.ByKind["node"] == c.Nodes && s.ByKind["service"] == pods.Services && s.ByKind["workload"] >= pods.Deployments
	})
	return reading{n.usage(t), time.Since(n.began).Seconds()}
}

// channel is the name of the cluster's.
func (n *netseam) channel(t *testing.T) string {
	t.Helper()
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	n.get(t, "/api/v1/vertices?kind=cluster", &page)
	if len(page.Items) != 1 {
		t.Fatalf("%d clusters", len(page.Items))
	}
	return "cluster:" + page.Items[0].ID
}

type informer struct {
	process

	say  *json.Encoder
	hear *json.Decoder
}

// startInformer starts this program as an informer, and waits until it has
// read all.
func startInformer(t *testing.T, kubeconfig string) (*informer, reading) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	i := &informer{}
	i.cmd = exec.CommandContext(t.Context(), self)
	i.cmd.Env = append(os.Environ(), envInformer+"="+kubeconfig)
	i.cmd.Stderr = os.Stderr
	in, err := i.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := i.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := i.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = i.cmd.Wait()
	})
	i.say, i.hear = json.NewEncoder(in), json.NewDecoder(out)
	var ready bool
	if err := i.hear.Decode(&ready); err != nil {
		t.Fatalf("the informer has not read all: %v", err)
	}
	return i, reading{i.usage(t), time.Since(began).Seconds()}
}

// heard is what arrived at the informer, when all of so many events have, or
// none come any more.
func (i *informer) heard(t *testing.T, events int) (out latency) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	eventually(t, time.Minute, "the informer answers", func() bool {
		if err := i.say.Encode(true); err != nil {
			t.Fatal(err)
		}
		if err := i.hear.Decode(&out); err != nil {
			t.Fatal(err)
		}
		return out.Count >= events || time.Now().After(deadline)
	})
	return out
}
