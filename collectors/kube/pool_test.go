package kube_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// runPool runs a pool until the test ends.
func runPool(t *testing.T, m *model) (*kube.Pool, *kube.Metrics) {
	t.Helper()
	metrics := kube.NewMetrics()
	p := kube.NewPool(m, discard(), metrics)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := p.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		m.check(t)
	})
	return p, metrics
}

func set(t *testing.T, p *kube.Pool, configs ...kube.Config) {
	t.Helper()
	if err := p.Set(t.Context(), configs); err != nil {
		t.Fatal(err)
	}
}

func TestOneBadClusterDelaysNobody(t *testing.T) {
	good, dead, hung := serve(t, "good", shop()...), serve(t, "dead", shop()...), serve(t, "hung", shop()...)
	m := newModel()
	p, _ := runPool(t, m)
	deadConfig := configFor(t, dead, "dead")
	dead.Refuse()
	inject(t, hung, kubeapi.Fault{Kind: kubeapi.Hang})
	hungConfig := configFor(t, hung, "hung")
	hungConfig.Timing.Answer = 4 * time.Second
	set(t, p, deadConfig, hungConfig, configFor(t, good, "good"))
	m.awaitShop(t, "good")
	if state, _ := m.state("hung", "pods"); state != api.StateConnecting {
		t.Errorf("the good cluster was done only when the hung one was %s", state)
	}
	m.awaitState(t, "dead", "pods", api.StateUnreachable)
	m.awaitState(t, "hung", "pods", api.StateUnreachable)
	awaitNewPod(t, good, m, "good", "web-1-c")
}

func TestPoolKeepsWhatIsUnchanged(t *testing.T) {
	one, two := serve(t, "one", shop()...), serve(t, "two", shop()...)
	m := newModel()
	p, metrics := runPool(t, m)
	a, b := configFor(t, one, "one"), configFor(t, two, "two")
	set(t, p, a)
	m.awaitShop(t, "one")
	set(t, p, a, b)
	m.awaitShop(t, "two")
	if n := m.begins("one", "pods"); n != 1 {
		t.Errorf("cluster one was read %d times although nothing of it changed", n)
	}
	b.DisplayName = "Two"
	set(t, p, a, b)
	await(t, func() string {
		if c, _ := m.claim("two", "cluster", "cluster"); c.Vertex == nil || c.Vertex.Name != "Two" {
			return "the new name is not used"
		}
		return ""
	})
	m.awaitShop(t, "two")
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(metrics)
	before := series(t, registry)
	set(t, p, a)
	if after := series(t, registry); after >= before || after == 0 {
		t.Errorf("%d series with two clusters, %d with one", before, after)
	}
	awaitNewPod(t, one, m, "one", "web-1-c")
}

// series is how many time series the metrics have.
func series(t *testing.T, from prometheus.Gatherer) int {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range families {
		n += len(f.GetMetric())
	}
	return n
}

func TestPoolRefusesUnusableConfigurations(t *testing.T) {
	s := serve(t, "one", shop()...)
	m := newModel()
	p, _ := runPool(t, m)
	good := configFor(t, s, "one")
	for name, configs := range map[string][]kube.Config{
		"no name":         {good, {}},
		"same name":       {good, good},
		"bad watch list":  {{Name: "x", WatchList: "maybe"}},
		"two ways in":     {{Name: "x", InCluster: true, Kubeconfig: "y"}},
		"slash in a name": {{Name: "x/y"}},
	} {
		if err := p.Set(t.Context(), configs); !errors.Is(err, kube.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if keys := m.keys("one", "pods"); len(keys) > 0 {
		t.Error("a cluster was started although the set was refused")
	}
}

func TestPoolThatEndedSaysSo(t *testing.T) {
	p := kube.NewPool(newModel(), discard(), kube.NewMetrics())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if err := p.Set(t.Context(), nil); !errors.Is(err, kube.ErrPoolEnded) {
		t.Errorf("set returned %v", err)
	}
}

// Clusters that come and go a hundred times leave no goroutine, no connection
// and no memory.
func TestClustersThatComeAndGoLeaveNothing(t *testing.T) {
	s := serve(t, "east", shop()...)
	dead := serve(t, "dead")
	deadConfig := configFor(t, dead, "dead")
	dead.Close()
	m := newModel()
	p, _ := runPool(t, m)
	cfg := configFor(t, s, "east")
	set(t, p)
	before := goleak.IgnoreCurrent()
	var heap uint64
	for i := range 100 {
		set(t, p, cfg, deadConfig)
		if i%10 == 0 {
			m.awaitShop(t, "east")
		}
		set(t, p)
		if i == 20 {
			heap = liveHeap()
		}
	}
	await(t, func() string {
		if n := s.Watchers(""); n != 0 {
			return fmt.Sprintf("%d watches are still open", n)
		}
		return ""
	})
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
	if after := liveHeap(); after > heap+4<<20 {
		t.Errorf("live heap grew from %d to %d bytes", heap, after)
	}
}

func liveHeap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
