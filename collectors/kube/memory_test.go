package kube_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// bigPod is a pod of usual size: two containers with environment, volumes,
// conditions and managed fields.
func bigPod(i int) *corev1.Pod {
	p := makePod(fmt.Sprintf("app-%03d-7d9c5b8f6d-%05d", i%500, i), fmt.Sprintf("app-%03d-7d9c5b8f6d", i%500))
	p.Namespace = fmt.Sprintf("team-%02d", i%500%40)
	p.Labels = map[string]string{
		"app.kubernetes.io/name": fmt.Sprintf("app-%03d", i%500), "app.kubernetes.io/part-of": "shop",
		"team": p.Namespace, "pod-template-hash": "7d9c5b8f6d",
	}
	p.Spec.NodeName = fmt.Sprintf("worker-%03d.east.example.net", i%200)
	p.Status.PodIPs = []corev1.PodIP{{IP: fmt.Sprintf("10.%d.%d.%d", 8+i>>16, i>>8&255, i&255)}}
	for c := range 2 {
		container := corev1.Container{Name: fmt.Sprint("c", c), Image: "registry.example.net/shop/app:1.2.3"}
		for e := range 12 {
			container.Env = append(container.Env, corev1.EnvVar{Name: fmt.Sprint("VARIABLE_", e), Value: secret})
		}
		p.Spec.Containers = append(p.Spec.Containers, container)
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: container.Name, Ready: true})
	}
	fields := &metav1.FieldsV1{}
	fields.SetRawBytes(make([]byte, 1500))
	p.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: "kubelet", Operation: "Update", FieldsType: "FieldsV1", FieldsV1: fields,
	}}
	return p
}

// keeper is a sink that keeps every claim, or none.
type keeper struct {
	mu     sync.Mutex
	claims map[string]api.Claim
	live   map[string]bool
	said   int
}

func (k *keeper) Observe(_ context.Context, o api.Observation) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.said += len(o.Put)
	if k.claims != nil {
		for i := range o.Put {
			k.claims[o.Put[i].Key] = o.Put[i]
		}
	}
	if o.Kind == api.ObserveEnd {
		k.live[o.Scope.Table] = true
	}
	return nil
}

func (k *keeper) awaitLive(t *testing.T) {
	t.Helper()
	await(t, func() string {
		k.mu.Lock()
		defer k.mu.Unlock()
		for _, table := range tables() {
			if !k.live[table] {
				return table + " is not live"
			}
		}
		return ""
	})
}

// fill puts pods, their ReplicaSets and their endpoints into a server.
func fill(t *testing.T, s *kubeapi.Server, pods int) {
	t.Helper()
	for i := range pods {
		put(t, s, bigPod(i))
	}
	for i := range min(pods, 500) {
		rs := makeReplicaSet(fmt.Sprintf("app-%03d-7d9c5b8f6d", i), fmt.Sprintf("app-%03d", i))
		rs.Namespace = fmt.Sprintf("team-%02d", i%40)
		put(t, s, rs)
		slice := makeSlice(fmt.Sprintf("app-%03d-x", i), fmt.Sprintf("app-%03d", i))
		slice.Namespace = rs.Namespace
		for j := i; j < pods; j += 500 {
			slice.Endpoints = append(slice.Endpoints, makeSlice("", "", bigPod(j).Name).Endpoints...)
			slice.Endpoints[len(slice.Endpoints)-1].TargetRef.Namespace = slice.Namespace
		}
		put(t, s, slice)
	}
}

// heapOf is the live heap of a collector that has read a whole cluster, and of
// what its sink keeps. The server lives in this process too: what its
// connections need is not counted.
func heapOf(t *testing.T, s *kubeapi.Server, keep bool) (heap float64, took time.Duration) {
	t.Helper()
	heapWithoutServer := func() float64 {
		s.Refuse()
		defer func() {
			if err := s.Accept(); err != nil {
				t.Fatal(err)
			}
		}()
		return float64(liveHeap())
	}
	before := heapWithoutServer()
	k := &keeper{live: map[string]bool{}}
	if keep {
		k.claims = map[string]api.Claim{}
	}
	cfg := configFor(t, s, "east")
	cfg.Timing.Probe, cfg.Timing.InitialEvents = time.Minute, time.Minute
	began := time.Now()
	stop := run(t, cfg, k)
	k.awaitLive(t)
	took = time.Since(began)
	heap = heapWithoutServer() - before
	stop()
	runtime.KeepAlive(k)
	return heap, took
}

// What the collector keeps of a pod with its endpoint is a few hashes.
func TestMemoryPerPod(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: takes seconds")
	}
	const few, many = 500, 20_500
	small, big := serve(t, "small"), serve(t, "big")
	fill(t, small, few)
	fill(t, big, many)
	for _, c := range []struct {
		what string
		keep bool
		most float64
	}{{"collector alone", false, 200}, {"collector and all claims in a map", true, 1200}} {
		least, _ := heapOf(t, small, c.keep)
		most, took := heapOf(t, big, c.keep)
		per := (most - least) / (many - few)
		t.Logf("%s: %.0f B live heap per pod with its endpoint; %d pods whole in %s", c.what, per, many, took.Round(time.Millisecond))
		if per > c.most {
			t.Errorf("%s: %.0f B per pod, want %.0f at most", c.what, per, c.most)
		}
	}
	if n := big.Count(kubeapi.VerbList, "pods"); n > 0 {
		t.Errorf("%d lists of pods, want watches alone", n)
	}
}
