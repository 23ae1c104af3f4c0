package kube_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

const secret = "hunter2-must-never-leave-the-decoder"

func gvr(group, resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: group, Version: "v1", Resource: resource}
}

func controlledBy(kind, apiVersion, name string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, UID: "u", Controller: &yes}}
}

func makeNode(name string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Status: corev1.NodeStatus{
			Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "192.0.2.1"}},
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}},
		},
	}
}

// makePod makes a ready pod of a Deployment's ReplicaSet.
func makePod(name, replicaSet string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "shop", Labels: map[string]string{"app": "web"},
			OwnerReferences: controlledBy("ReplicaSet", "apps/v1", replicaSet),
		},
		Spec: corev1.PodSpec{
			NodeName: "n1",
			Containers: []corev1.Container{{
				Name: "web", Image: "web:1", Env: []corev1.EnvVar{{Name: "PASSWORD", Value: secret}},
			}},
		},
		Status: corev1.PodStatus{
			Phase:      corev1.PodRunning,
			PodIPs:     []corev1.PodIP{{IP: "10.0.0.1"}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}

func makeReplicaSet(name, deployment string) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"}}
	if deployment != "" {
		rs.OwnerReferences = controlledBy("Deployment", "apps/v1", deployment)
	}
	return rs
}

func makeSlice(name, service string, pods ...string) *discoveryv1.EndpointSlice {
	s := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: name, Namespace: "shop", Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for _, p := range pods {
		s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{"10.0.0.1"},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: p},
		})
	}
	return s
}

// shop is a small world: a node, a namespace, a Deployment with two pods and
// their service, and one of each other workload.
func shop() []runtime.Object {
	named := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: "shop"} }
	return []runtime.Object{
		makeNode("n1"),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}, Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive}},
		&appsv1.Deployment{ObjectMeta: named("web")},
		makeReplicaSet("web-1", "web"),
		makePod("web-1-a", "web-1"), makePod("web-1-b", "web-1"),
		&corev1.Service{ObjectMeta: named("web"), Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, ClusterIP: "10.1.0.1"}},
		makeSlice("web-x", "web", "web-1-a", "web-1-b"),
		&appsv1.StatefulSet{ObjectMeta: named("db")},
		&appsv1.DaemonSet{ObjectMeta: named("agent")},
		&batchv1.Job{ObjectMeta: named("once")},
		&batchv1.CronJob{ObjectMeta: named("daily")},
	}
}

// shopKeys is what shop says, by table.
func shopKeys() map[string][]string {
	return map[string][]string{
		"cluster":        {"cluster"},
		"nodes":          {"node/n1"},
		"namespaces":     {"ns/kube-system", "ns/shop"},
		"pods":           {"pod/shop/web-1-a", "pod/shop/web-1-b"},
		"services":       {"svc/shop/web"},
		"endpointslices": {"endpoint/shop/web-x/web-1-a", "endpoint/shop/web-x/web-1-b"},
		"deployments":    {"workload/Deployment/shop/web"},
		"replicasets":    {},
		"statefulsets":   {"workload/StatefulSet/shop/db"},
		"daemonsets":     {"workload/DaemonSet/shop/agent"},
		"jobs":           {"workload/Job/shop/once"},
		"cronjobs":       {"workload/CronJob/shop/daily"},
	}
}

func (m *model) awaitShop(t *testing.T, source string) {
	t.Helper()
	m.awaitLive(t, source)
	for table, keys := range shopKeys() {
		m.awaitKeys(t, source, table, keys...)
	}
}

// awaitWatches waits until every kind is being watched: a kind that is read in
// pages is live a moment before.
func awaitWatches(t *testing.T, s *kubeapi.Server) {
	t.Helper()
	for _, table := range kindTables() {
		await(t, func() string {
			if s.Watchers(table) == 0 {
				return table + " is not watched"
			}
			return ""
		})
	}
}

// quick are short durations for tests.
func quick() kube.Timing {
	return kube.Timing{
		Dial: time.Second, Handshake: 2 * time.Second, Answer: 2 * time.Second, Page: 5 * time.Second,
		Probe: 150 * time.Millisecond, StaleAfter: 300 * time.Millisecond, InitialEvents: 300 * time.Millisecond,
		Discovery: 100 * time.Millisecond, Patience: time.Second, Leases: 100 * time.Millisecond, Settings: 200 * time.Millisecond,
		Coalesce: 50 * time.Millisecond, OwnersFirst: 500 * time.Millisecond, Watch: time.Minute,
		BackoffMin: 20 * time.Millisecond, BackoffMax: 100 * time.Millisecond,
	}
}

// serve starts a simulated API server with objects in it.
func serve(t *testing.T, name string, objects ...runtime.Object) *kubeapi.Server {
	t.Helper()
	s, err := kubeapi.New(kubeapi.Config{Name: name, BookmarkEvery: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		put(t, s, o)
	}
	if err := s.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func put(t *testing.T, s *kubeapi.Server, o runtime.Object) {
	t.Helper()
	if err := s.Put(o); err != nil {
		t.Fatal(err)
	}
}

func inject(t *testing.T, s *kubeapi.Server, f kubeapi.Fault) (remove func()) {
	t.Helper()
	remove, err := s.Inject(f)
	if err != nil {
		t.Fatal(err)
	}
	return remove
}

// configFor is a configuration with a kubeconfig file.
func configFor(t *testing.T, s *kubeapi.Server, name string) kube.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := s.WriteKubeconfig(path); err != nil {
		t.Fatal(err)
	}
	return kube.Config{Name: name, Kubeconfig: path, Timing: quick()}
}

// logBuffer is a log that goroutines share.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// collect runs a cluster's collector until the test ends, or stop is called.
// When it ends, nothing may be left of it and the model's contract be kept.
func collect(t *testing.T, cfg kube.Config, m *model) (logs *logBuffer, stop func()) {
	t.Helper()
	logs = new(logBuffer)
	end := runWith(t, cfg, m, slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	stop = sync.OnceFunc(func() {
		end()
		m.check(t)
		if t.Failed() {
			t.Log(logs.String())
		}
	})
	t.Cleanup(stop)
	return logs, stop
}

// run runs a cluster's collector until stop is called or the test ends.
func run(t *testing.T, cfg kube.Config, sink api.Sink) (stop func()) {
	t.Helper()
	return runWith(t, cfg, sink, discard())
}

func runWith(t *testing.T, cfg kube.Config, sink api.Sink, logger *slog.Logger) (stop func()) {
	t.Helper()
	c, err := kube.New(cfg, sink, logger, kube.NewMetrics())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	stop = sync.OnceFunc(func() {
		cancel()
		wg.Wait()
	})
	t.Cleanup(stop)
	return stop
}
