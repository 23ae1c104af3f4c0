package kubeapi_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// heap is what is alive.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// many fills a server with pods in 100 namespaces, on 100 nodes and more.
func many(tb testing.TB, s *kubeapi.Server, n int) {
	tb.Helper()
	for i := range n {
		p := pod(fmt.Sprintf("team-%02d", i%100), fmt.Sprintf("app-%06d", i), fmt.Sprintf("node-%04d", i/100))
		p.Status.Conditions = []corev1.PodCondition{
			{Type: corev1.PodReady, Status: corev1.ConditionTrue}, {Type: corev1.PodScheduled, Status: corev1.ConditionTrue},
		}
		p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "app-" + strconv.Itoa(i/3), UID: "u"}}
		if err := s.Put(p); err != nil {
			tb.Fatal(err)
		}
	}
}

// TestTwentyThousandPods prints what they cost, and fails where that would get
// in the way: more than a second copy of each object, or a list that is no
// longer a matter of seconds on a slow machine.
func TestTwentyThousandPods(t *testing.T) {
	const n = 20_000
	before := heap()
	s := start(t, kubeapi.Config{})
	began := time.Now()
	many(t, s, n)
	took := time.Since(began)
	raw := rawSize(t, s)
	each := (heap() - before) / n
	t.Logf("put %d pods: %s; %d B of heap each, of which the object itself is %d B", n, took.Round(time.Millisecond), each, raw)
	if each > uint64(2*raw+512) {
		t.Errorf("%d B of heap for an object of %d B", each, raw)
	}
	for name, contentType := range contentTypes() {
		pods := client(t, s, contentType).CoreV1().Pods("")
		began = time.Now()
		got, pages := 0, 0
		for o := (metav1.ListOptions{Limit: 500}); ; {
			page, err := pods.List(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			got, pages = got+len(page.Items), pages+1
			if o.Continue = page.Continue; o.Continue == "" {
				break
			}
		}
		t.Logf("%s: listed %d pods in %d pages: %s", name, got, pages, time.Since(began).Round(time.Millisecond))
		if got != n || pages != n/500 {
			t.Errorf("%s: %d pods in %d pages", name, got, pages)
		}
	}
	began = time.Now()
	w := watchPods(t, s, apiruntime.ContentTypeProtobuf, watchList())
	for range n {
		if e := next(t, w); e.Type != watch.Added {
			t.Fatalf("got %s", tell(t, e))
		}
	}
	if e := next(t, w); e.Type != watch.Bookmark {
		t.Fatalf("got %s", tell(t, e))
	}
	t.Logf("watched %d pods: %s", n, time.Since(began).Round(time.Millisecond))
	delays(t, s, w)
}

// rawSize is the size of an object on the wire.
func rawSize(t *testing.T, s *kubeapi.Server) int {
	t.Helper()
	obj, err := s.Get(core("pods"), "team-00", "app-000000")
	if err != nil {
		t.Fatal(err)
	}
	return obj.(*corev1.Pod).Size()
}

// delays prints how long a change takes from Put to the client.
func delays(t *testing.T, s *kubeapi.Server, w watch.Interface) {
	t.Helper()
	var worst, sum time.Duration
	const rounds = 200
	for i := range rounds {
		p := pod("team-00", "app-000000", "node-"+strconv.Itoa(i))
		began := time.Now()
		put(t, s, p)
		if e := next(t, w); e.Object.(*corev1.Pod).Spec.NodeName != p.Spec.NodeName {
			t.Fatalf("got %s", tell(t, e))
		}
		took := time.Since(began)
		worst, sum = max(worst, took), sum+took
	}
	t.Logf("from Put to the client: mean %s, worst %s of %d", (sum / rounds).Round(time.Microsecond), worst.Round(time.Microsecond), rounds)
}

// BenchmarkHundredThousandPods fills a server and lets a client watch them all.
func BenchmarkHundredThousandPods(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		before := heap()
		s, err := kubeapi.New(kubeapi.Config{})
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		many(b, s, n)
		b.ReportMetric(time.Since(began).Seconds(), "s/put")
		b.ReportMetric(float64(heap()-before)/n, "B/pod")
		if err := s.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		config := s.RESTConfig()
		config.ContentType = apiruntime.ContentTypeProtobuf
		c, err := kubernetes.NewForConfig(config)
		if err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		w, err := c.CoreV1().Pods("").Watch(b.Context(), watchList())
		if err != nil {
			b.Fatal(err)
		}
		for e := range w.ResultChan() {
			if e.Type == watch.Bookmark {
				break
			}
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/watched")
		w.Stop()
		s.Close()
	}
}
