package hub_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/hub"
	"github.com/netseam/netseam/server/store"
	"github.com/netseam/netseam/test/bench/crowd"
	"github.com/netseam/netseam/test/bench/processor"
)

// running is a hub on a journal of its own, without the checks that a test
// would make at the end.
type running struct {
	*hub.Hub
	store *store.Store
	stop  func()
}

func openHub(b *testing.B, path string, checkpointEvery int) running {
	b.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	state, err := s.Load()
	if err != nil {
		b.Fatal(err)
	}
	config := hub.DefaultConfig(slog.New(slog.DiscardHandler))
	config.CheckpointEvery = checkpointEvery
	h := hub.New(config, s, hub.NewMetrics(prometheus.NewRegistry()))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, state) }()
	return running{h, s, sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})}
}

// quiet is how long nothing happens when all has happened.
const quiet = 500 * time.Millisecond

// settle waits until nothing has been published for a while.
func settle(b *testing.B, h *hub.Hub) *graph.Snapshot {
	b.Helper()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	last, since := h.Current(), time.Now()
	for time.Since(since) < quiet {
		<-poll.C
		if now := h.Current(); now.Revision != last.Revision || now.Epoch == 0 {
			last, since = now, time.Now()
		}
	}
	return last
}

func heapNow() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func sayAll(b *testing.B, h *hub.Hub, all func(func(api.Observation) bool)) {
	b.Helper()
	for o := range all {
		if err := h.Observe(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScale fills a hub from nothing, lets pods change at a steady rate
// and as fast as it goes, and starts it anew on its journal. Elements are
// vertices and edges together. Run it with -benchtime 1x.
func BenchmarkScale(b *testing.B) {
	for _, size := range []struct {
		name     string
		elements int
	}{{"10k", 10_000}, {"100k", 100_000}, {"1M", 1_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			for b.Loop() {
				scale(b, size.elements)
			}
		})
	}
}

func scale(b *testing.B, elements int) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "journal.db")
	vertices, edges := live(b, path, elements)
	restart(b, path, vertices, edges)
	b.ReportMetric(0, "ns/op") // all of it together means nothing
}

// live fills a hub and changes it, and returns what there is in the end.
func live(b *testing.B, path string, elements int) (vertices, edges int) {
	b.Helper()
	h := openHub(b, path, hub.DefaultConfig(nil).CheckpointEvery)
	defer h.stop()
	world := crowd.New(elements)
	empty := heapNow()
	began, cpu := time.Now(), processor.Time(b)
	sayAll(b, h.Hub, world.Vertices())
	settle(b, h.Hub)
	vertexHeap := heapNow()
	sayAll(b, h.Hub, world.Edges())
	snap := settle(b, h.Hub)
	b.ReportMetric((time.Since(began) - 2*quiet).Seconds(), "fill-s")
	b.ReportMetric((processor.Time(b) - cpu).Seconds(), "fill-cpu-s")
	whole := heapNow()
	vertices, edges = snap.VertexCount(), snap.EdgeCount()
	if vertices+edges != world.Elements() {
		b.Fatalf("%d elements, want %d", vertices+edges, world.Elements())
	}
	// The NICs come with the edges, and count as vertices: 20 of 1,256.
	b.ReportMetric(float64(vertexHeap-empty)/float64(vertices), "B/vertex")
	b.ReportMetric(float64(whole-vertexHeap)/float64(edges), "B/edge")
	b.ReportMetric(float64(whole-empty)/float64(world.Elements()), "B/element")
	b.ReportMetric(float64(vertices), "vertices")
	b.ReportMetric(float64(edges), "edges")
	steady(b, h, world, 20)
	flatOut(b, h.Hub, world)
	return vertices, edges
}

// BenchmarkJournal says how much longer the journal gets by one change of one
// pod, where no two are committed together for being of one pod, and no
// checkpoint is written.
func BenchmarkJournal(b *testing.B) {
	for b.Loop() {
		h := openHub(b, filepath.Join(b.TempDir(), "journal.db"), 1<<30)
		world := crowd.New(30_000)
		sayAll(b, h.Hub, world.Vertices())
		settle(b, h.Hub)
		size := h.store.Size()
		steady(b, h, world, 10)
		b.ReportMetric(float64(h.store.Size()-size)/(10*perSecond), "journal-B/change")
		h.stop()
	}
	b.ReportMetric(0, "ns/op")
}

// perSecond is how many changes a second are steady.
const perSecond = 1000

// steady lets pods change 1,000 times a second, each in a message of its own,
// and measures from Observe to the listener's channel.
func steady(b *testing.B, h running, world *crowd.Crowd, seconds int) {
	b.Helper()
	total := perSecond * seconds
	feed := h.Subscribe(1 << 16)
	defer feed.Close()
	var mu sync.Mutex
	handed := map[string]time.Time{} // pod -> when its change was handed over
	var took []time.Duration
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		for u := range feed.Updates {
			now := time.Now()
			mu.Lock()
			for _, v := range u.Change.Vertices {
				if v == nil || v.Kind != api.VertexPod {
					continue
				}
				if at, waits := handed[v.Name]; waits {
					took = append(took, now.Sub(at))
					delete(handed, v.Name)
				}
			}
			mu.Unlock()
			if len(took) == total {
				return
			}
		}
	}()
	cpu, began := processor.Time(b), time.Now()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	pods := world.Pods()
	for sent := 0; sent < total; {
		<-tick.C
		for due := int(time.Since(began).Seconds() * perSecond); sent < min(due, total); sent++ {
			// Neighbouring numbers are of one cluster: spread them as they come.
			o, _ := world.Change(sent*7919%pods, sent/pods%2 == 1)
			mu.Lock()
			handed[o.Put[0].Vertex.Name] = time.Now()
			mu.Unlock()
			if err := h.Observe(b.Context(), o); err != nil {
				b.Fatal(err)
			}
		}
	}
	select {
	case <-seen:
	case <-time.After(20 * time.Second):
		b.Fatalf("of %d changes %d were seen", total, len(took))
	}
	b.ReportMetric((processor.Time(b)-cpu).Seconds()/time.Since(began).Seconds(), "cores-at-1000/s")
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// flatOut hands changes over as fast as they are taken.
func flatOut(b *testing.B, h *hub.Hub, world *crowd.Crowd) {
	b.Helper()
	const changes = 50_000
	before := settle(b, h)
	began := time.Now()
	for i := range changes {
		o, _ := world.Change(i*7919%world.Pods(), i/world.Pods()%2 == 0)
		if err := h.Observe(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
	after := settle(b, h)
	b.ReportMetric(changes/(time.Since(began)-quiet).Seconds(), "changes/s")
	b.ReportMetric(float64(changes)/float64(after.Revision-before.Revision), "changes/revision")
}

// restart starts a hub on a journal and waits until it serves what was there.
func restart(b *testing.B, path string, vertices, edges int) {
	b.Helper()
	runtime.GC()
	began, cpu := time.Now(), processor.Time(b)
	h := openHub(b, path, 1<<30)
	defer h.stop()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for h.Current().Epoch == 0 {
		<-poll.C
	}
	b.ReportMetric(time.Since(began).Seconds(), "restart-s")
	b.ReportMetric((processor.Time(b) - cpu).Seconds(), "restart-cpu-s")
	got := h.Current()
	b.ReportMetric(0, "ns/op")                                   // all of it together means nothing
	if err := h.Forget(b.Context(), "kube:nobody"); err != nil { // waits for the writer
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), "writing-s")
	if got.VertexCount() != vertices || got.EdgeCount() != edges {
		b.Fatalf("came back with %d vertices and %d edges, want %d and %d",
			got.VertexCount(), got.EdgeCount(), vertices, edges)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "file-MB")
	b.ReportMetric(float64(heapNow())/float64(vertices+edges), "restarted-B/element")
	if out := os.Getenv("NETSEAM_BENCH_HEAP"); out != "" {
		writeHeap(b, out)
	}
}

func writeHeap(b *testing.B, path string) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	runtime.GC()
	if err := pprof.WriteHeapProfile(file); err != nil {
		b.Fatal(fmt.Errorf("write %s: %w", path, err))
	}
}
