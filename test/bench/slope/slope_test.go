package slope_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	cluster "github.com/netseam/netseam/test/bench/pods"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// The cluster without its pods, which is the same for both ends of the slope.
const (
	nodes    = 1000
	services = cluster.Services
)

// BenchmarkPodSlope reads a cluster without pods and one of 100,000, each
// behind one service, and divides the differences by the pods. Run it with
// -benchtime 1x.
func BenchmarkPodSlope(b *testing.B) {
	const pods = 100_000
	kubeconfigs := map[int]string{}
	for _, n := range []int{0, pods} {
		s, err := kubeapi.New(kubeapi.Config{Name: fmt.Sprint("pods-", n)})
		if err != nil {
			b.Fatal(err)
		}
		if err := (cluster.Cluster{Pods: n, Nodes: nodes}).Fill(s); err != nil {
			b.Fatal(err)
		}
		if err := s.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(s.Close)
		kubeconfigs[n] = filepath.Join(b.TempDir(), fmt.Sprint("kubeconfig-", n))
		if err := s.WriteKubeconfig(kubeconfigs[n]); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		for _, reader := range []string{"netseam", "informer"} {
			none, all := read(b, reader, kubeconfigs[0], 0), read(b, reader, kubeconfigs[pods], pods)
			b.Logf("%s: none %+v", reader, none)
			b.Logf("%s: all %+v", reader, all)
			b.ReportMetric((all.Heap-none.Heap)/pods, reader+"-heap-B/pod")
			b.ReportMetric((all.RSS-none.RSS)/pods, reader+"-rss-B/pod")
			b.ReportMetric((all.Most-none.Most)/pods, reader+"-rss-at-most-B/pod")
			b.ReportMetric(all.CPU-none.CPU, reader+"-cpu-s")
			b.ReportMetric(all.Seconds, reader+"-s")
		}
	}
	b.ReportMetric(0, "ns/op")
}

// read runs a reader in a process of its own.
func read(b *testing.B, reader, kubeconfig string, pods int) report {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self)
	cmd.Env = append(os.Environ(), envReader+"="+reader, envKubeconfig+"="+kubeconfig, fmt.Sprintf("%s=%d", envPods, pods))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%s: %v", reader, err)
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		b.Fatalf("%s said %q: %v", reader, out, err)
	}
	return r
}
