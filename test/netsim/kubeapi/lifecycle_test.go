package kubeapi_test

import (
	"context"
	"net"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func TestRun(t *testing.T) {
	s, err := kubeapi.New(kubeapi.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if s.URL() != "" {
		t.Errorf("at %s before it is started", s.URL())
	}
	if _, err := s.Kubeconfig(); err == nil {
		t.Error("a kubeconfig without an address")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	eventually(t, "an address", func() bool { return s.URL() != "" })
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{})
	hang := inject(t, s, kubeapi.Fault{Kind: kubeapi.Hang, Resource: "nodes"})
	defer hang()
	nodes := make(chan error, 1)
	go func() {
		_, err := client(t, s, runtime.ContentTypeJSON).CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
		nodes <- err
	}()
	eventually(t, "a request that hangs", func() bool { return s.Count(kubeapi.VerbList, "nodes") == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	ended(t, w)
	if err := <-nodes; err == nil {
		t.Error("the request that hung was answered")
	}
	if conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", s.URL()[len("https://"):]); err == nil {
		conn.Close()
		t.Error("still listening")
	}
}

func TestSeveralServers(t *testing.T) {
	one, two := start(t, kubeapi.Config{Name: "one"}), start(t, kubeapi.Config{Name: "two"})
	if one.URL() == two.URL() || one.Token() == two.Token() || string(one.CAData()) == string(two.CAData()) {
		t.Error("servers share an address, a token or an authority")
	}
	if clusterUID(t, one) == clusterUID(t, two) {
		t.Error("clusters share an identity")
	}
	mixed := one.RESTConfig()
	mixed.Host = two.URL()
	if _, err := clientFor(t, mixed).CoreV1().Nodes().List(t.Context(), metav1.ListOptions{}); err == nil {
		t.Error("one authority is good for both")
	}
	put(t, one, pod("a", "p", "n1"))
	if n, err := two.Len(core("pods")); n != 0 || err != nil {
		t.Errorf("%d pods in the other cluster, %v", n, err)
	}
}

func clusterUID(t *testing.T, s *kubeapi.Server) types.UID {
	t.Helper()
	obj, err := s.Get(core("namespaces"), "", metav1.NamespaceSystem)
	if err != nil {
		t.Fatal(err)
	}
	return obj.(*corev1.Namespace).UID
}

func TestStartAgain(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	url := s.URL()
	if err := s.Start(t.Context()); err == nil {
		t.Error("started twice")
	}
	s.Close()
	s.Close()
	if err := s.Accept(); err == nil {
		t.Error("accepts though closed")
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list, err := listOnce(t, s, metav1.ListOptions{}); err != nil || len(list.Items) != 10 || s.URL() != url {
		t.Errorf("at %s: %v", s.URL(), err)
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	build := func(seed uint64) (types.UID, *corev1.Pod, string) {
		s := start(t, kubeapi.Config{Seed: seed, Now: func() time.Time { return at }})
		put(t, s, pod("a", "p", "n1"))
		obj, err := s.Get(core("pods"), "a", "p")
		if err != nil {
			t.Fatal(err)
		}
		return clusterUID(t, s), obj.(*corev1.Pod), s.Token()
	}
	uid, p, token := build(1)
	again, pAgain, tokenAgain := build(1)
	if uid != again || !apiEqual(p, pAgain) || token != tokenAgain || p.CreationTimestamp.IsZero() {
		t.Errorf("first %s %v, then %s %v", uid, p, again, pAgain)
	}
	other, pOther, tokenOther := build(2)
	if uid == other || p.UID == pOther.UID || token == tokenOther {
		t.Error("another seed makes the same world")
	}
}

func TestPut(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100})
	p := pod("a", "p", "n1")
	put(t, s, p)
	if p.UID != "" || p.ResourceVersion != "" {
		t.Error("the caller's object was changed")
	}
	first, err := s.Get(core("pods"), "a", "p")
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, p)
	if got := s.ResourceVersion(); got != 102 {
		t.Errorf("no change brought version %d", got)
	}
	p.Status.Phase = corev1.PodFailed
	put(t, s, p)
	second, err := s.Get(core("pods"), "a", "p")
	if err != nil {
		t.Fatal(err)
	}
	a, b := first.(*corev1.Pod), second.(*corev1.Pod)
	if a.UID != b.UID || !a.CreationTimestamp.Equal(&b.CreationTimestamp) || b.ResourceVersion != "103" || b.Status.Phase != corev1.PodFailed {
		t.Errorf("first %v, second %v", a, b)
	}
	for name, obj := range map[string]runtime.Object{
		"no namespace":  &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p"}},
		"no name":       &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "a"}},
		"one too many":  &corev1.Node{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "n"}},
		"not served":    &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "n"}},
		"not an object": &metav1.Status{},
	} {
		if err := s.Batch(kubeapi.Mutation{Put: pod("b", "q", "n1")}, kubeapi.Mutation{Put: obj}); err == nil {
			t.Errorf("%s: was put", name)
		}
	}
	if n, err := s.Len(core("pods")); n != 1 || err != nil {
		t.Errorf("%d pods after batches that failed, %v", n, err)
	}
	if err := s.Delete(core("pods"), "a", "q"); err == nil {
		t.Error("deleted what is not there")
	}
	if err := s.Delete(core("secrets"), "a", "q"); err == nil {
		t.Error("deleted what is not served")
	}
}

func TestBadConfig(t *testing.T) {
	for _, cfg := range []kubeapi.Config{
		{Addr: "0.0.0.0:0"}, {Addr: "192.0.2.1:0"}, {Addr: "localhost"}, {History: -1}, {BookmarkEvery: -1},
	} {
		if _, err := kubeapi.New(cfg); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}
