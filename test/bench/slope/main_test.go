// Package slope measures what a pod costs: netseam's collector and hub beside
// a plain typed informer, each in a process of its own, reading the same server.
package slope_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/server/hub"
	"github.com/netseam/netseam/server/store"
)

// How a reader is told what to do: which one it is, where the server is, and
// how many pods and endpoints make it whole.
const (
	envReader     = "NETSEAM_SLOPE_READER"
	envKubeconfig = "NETSEAM_SLOPE_KUBECONFIG"
	envPods       = "NETSEAM_SLOPE_PODS"
	envHeap       = "NETSEAM_SLOPE_HEAP" // where to write heap profiles, if anywhere
)

// report is what a reader says when it has read all.
type report struct {
	Heap    float64 // live, after a collection
	RSS     float64 // a while after that
	Most    float64 // RSS at most
	File    float64 // of RSS: what is mapped from files, the journal among it
	CPU     float64 // seconds, user and system, until all was read
	Seconds float64
}

func TestMain(m *testing.M) {
	reader := os.Getenv(envReader)
	if reader == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	pods, err := strconv.Atoi(os.Getenv(envPods))
	if err == nil {
		if reader == "netseam" {
			err = readAsNetseam(ctx, os.Getenv(envKubeconfig), pods)
		} else {
			err = readAsInformer(ctx, os.Getenv(envKubeconfig), pods)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // Nothing is left to be stopped.
	}
}

// readAsNetseam is the collector and the hub with its journal, as netseam runs
// them.
func readAsNetseam(ctx context.Context, kubeconfig string, pods int) error {
	began := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dir, err := os.MkdirTemp("", "slope")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	journal, err := store.Open(filepath.Join(dir, "journal.db"), store.Options{})
	if err != nil {
		return err
	}
	logger := slog.New(slog.DiscardHandler)
	h := hub.New(hub.DefaultConfig(logger), journal, hub.NewMetrics(prometheus.NewRegistry()))
	state, err := journal.Load()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return h.Run(ctx, state) })
	pool := kube.NewPool(h, logger, kube.NewMetrics())
	group.Go(func() error { return pool.Run(ctx) })
	group.Go(func() error {
		defer cancel()
		return follow(ctx, h, pool, kubeconfig, pods, began)
	})
	return errors.Join(group.Wait(), journal.Close())
}

func follow(ctx context.Context, h *hub.Hub, pool *kube.Pool, kubeconfig string, pods int, began time.Time) error {
	if err := pool.Set(ctx, []kube.Config{{Name: "east", Kubeconfig: kubeconfig}}); err != nil {
		return err
	}
	err := waitFor(ctx, func() bool {
		s := h.Current()
		return s.CountVertices(api.VertexPod) == pods && s.CountEdges(api.EdgeEndpoint) == pods &&
			s.CountVertices(api.VertexNode) == nodes && s.CountVertices(api.VertexService) == services
	})
	if err == nil {
		err = tell(began)
	}
	return err
}

// readAsInformer is what a program does that follows the same four kinds with
// client-go.
func readAsInformer(ctx context.Context, kubeconfig string, pods int) error {
	began := time.Now()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.ContentType = apiruntime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	podStore := factory.Core().V1().Pods().Informer().GetStore()
	all := []cache.SharedIndexInformer{
		factory.Core().V1().Services().Informer(), factory.Core().V1().Nodes().Informer(),
		factory.Discovery().V1().EndpointSlices().Informer(),
	}
	factory.Start(ctx.Done())
	err = waitFor(ctx, func() bool {
		for _, i := range all {
			if !i.HasSynced() {
				return false
			}
		}
		return len(podStore.ListKeys()) == pods
	})
	if err == nil {
		err = tell(began)
	}
	runtime.KeepAlive(factory)
	return err
}

func waitFor(ctx context.Context, whole func() bool) error {
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	for !whole() {
		select {
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("not read within three minutes: %w", ctx.Err())
		}
	}
	return nil
}

// tell reports on standard output.
func tell(began time.Time) error {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	r := report{
		CPU:     time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds(),
		Seconds: time.Since(began).Seconds(),
	}
	<-time.After(10 * time.Second) // what was on the way arrives, and the checkpoint is written
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	r.Heap = float64(m.HeapAlloc)
	if path := os.Getenv(envHeap); path != "" {
		if err := writeHeap(path + "-" + os.Getenv(envReader)); err != nil {
			return err
		}
	}
	<-time.After(8 * time.Second) // the runtime gives memory back as it does
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		into := map[string]*float64{"VmRSS": &r.RSS, "VmHWM": &r.Most, "RssFile": &r.File}[name]
		if into == nil {
			continue
		}
		kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			return err
		}
		*into = kb * 1024
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func writeHeap(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(pprof.WriteHeapProfile(file), file.Close())
}
