package kube_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// awaitNewPod proves that pods flow: a new one has to come, and nothing else
// may have gone.
func awaitNewPod(t *testing.T, s *kubeapi.Server, m *model, source, name string) {
	t.Helper()
	want := append(m.keys(source, "pods"), "pod/shop/"+name)
	put(t, s, makePod(name, "web-1"))
	m.awaitKeys(t, source, "pods", want...)
}

// nothingDropped fails when anything of the shop was ever withdrawn.
func nothingDropped(t *testing.T, m *model, source string) {
	t.Helper()
	for table, keys := range shopKeys() {
		have := m.keys(source, table)
		for _, k := range keys {
			if !slices.Contains(have, k) {
				t.Errorf("%s is gone from %s", k, table)
			}
		}
		m.with(source, table, func(tm *tableModel) {
			if len(tm.drops) > 0 {
				t.Errorf("%s dropped %v", table, tm.drops)
			}
		})
	}
}

func TestServerThatRefusesWatchListIsReadInPages(t *testing.T) {
	s := serve(t, "east", shop()...)
	inject(t, s, kubeapi.Fault{Kind: kubeapi.NoWatchList})
	for i := range 1100 {
		put(t, s, makeNode(fmt.Sprintf("m%04d", i)))
	}
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitLive(t, "east")
	if got, want := len(m.keys("east", "nodes")), 1101; got != want {
		t.Errorf("%d nodes, want %d", got, want)
	}
	if got, want := s.Count(kubeapi.VerbList, "nodes"), 3; got != want {
		t.Errorf("%d pages of nodes, want %d", got, want)
	}
	awaitNewPod(t, s, m, "east", "web-1-c")
}

func TestWatchListWithoutItsBookmarkFallsBack(t *testing.T) {
	s := serve(t, "east", shop()...)
	inject(t, s, kubeapi.Fault{Kind: kubeapi.NeverInitialBookmark, Resource: "pods"})
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	if s.Count(kubeapi.VerbList, "pods") == 0 || s.Count(kubeapi.VerbList, "nodes") != 0 {
		t.Error("pods alone should have been listed")
	}
	if n := s.Count(kubeapi.VerbWatchList, "pods"); n != 1 {
		t.Errorf("%d streams of pods were tried, want one", n)
	}
	awaitNewPod(t, s, m, "east", "web-1-c")
}

func TestWatchListOnNeverFallsBack(t *testing.T) {
	s := serve(t, "east", shop()...)
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.NeverInitialBookmark, Resource: "pods"})
	refuse := inject(t, s, kubeapi.Fault{Kind: kubeapi.NoWatchList, Resource: "nodes"})
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.WatchList = kube.WatchListOn
	collect(t, cfg, m)
	m.awaitState(t, "east", "pods", api.StateUnreachable, "watch pods", "initial events do not end")
	m.awaitState(t, "east", "nodes", api.StateUnreachable, "watch nodes", "422")
	remove()
	refuse()
	m.awaitShop(t, "east")
	if n := s.Count(kubeapi.VerbList, ""); n != 0 {
		t.Errorf("%d lists, want none", n)
	}
}

func TestStateIsSaidAndLoggedOncePerChange(t *testing.T) {
	s := serve(t, "east", shop()...)
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "pods"})
	m := newModel()
	logs, stop := collect(t, configFor(t, s, "east"), m)
	m.awaitState(t, "east", "pods", api.StateForbidden)
	await(t, func() string {
		if n := s.Count(kubeapi.VerbWatchList, "pods"); n < 8 {
			return fmt.Sprintf("tried %d times", n)
		}
		return ""
	})
	if got, want := strings.Join(m.states("east", "pods"), " "), "connecting forbidden"; got != want {
		t.Errorf("states %s, want %s", got, want)
	}
	if n := strings.Count(logs.String(), "to=forbidden"); n != 1 {
		t.Errorf("logged %d times, want once", n)
	}
	remove()
	m.awaitShop(t, "east")
	stop()
}

func TestBusyServerIsLeftAloneForAsLongAsItAsks(t *testing.T) {
	s := serve(t, "east", shop()...)
	inject(t, s, kubeapi.Fault{Kind: kubeapi.TooManyRequests, Resource: "pods", Times: 1, RetryAfter: time.Second})
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	var times []time.Time
	for _, r := range s.Requests() {
		if r.Resource == "pods" {
			times = append(times, r.Time)
		}
	}
	if len(times) != 2 || times[1].Sub(times[0]) < time.Second {
		t.Errorf("pods were asked for at %v, want twice with a second between", times)
	}
}

func TestDeadServerIsUnreachableAndThenStale(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	s.Refuse()
	m := newModel()
	_, stop := collect(t, cfg, m)
	for _, table := range tables() {
		m.awaitState(t, "east", table, api.StateUnreachable, "connection refused")
	}
	if err := s.Accept(); err != nil {
		t.Fatal(err)
	}
	m.awaitShop(t, "east")
	s.Refuse()
	m.awaitState(t, "east", "cluster", api.StateUnreachable, "last answered at", "connection refused")
	for _, table := range kindTables() {
		m.awaitState(t, "east", table, api.StateStale, "not current since", "connection refused")
	}
	nothingDropped(t, m, "east")
	if err := s.Accept(); err != nil {
		t.Fatal(err)
	}
	m.awaitShop(t, "east")
	awaitNewPod(t, s, m, "east", "web-1-c")
	nothingDropped(t, m, "east")
	for _, table := range kindTables() {
		if n := m.begins("east", table); n != 1 {
			t.Errorf("%s was read %d times, want once", table, n)
		}
	}
	stop()
}

// A server that keeps its connections and answers nothing any more.
func TestHangingServerIsNoticed(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.Timing.Answer = 200 * time.Millisecond
	collect(t, cfg, m)
	m.awaitShop(t, "east")
	inject(t, s, kubeapi.Fault{Kind: kubeapi.NoBookmarks})
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Hang})
	m.awaitState(t, "east", "cluster", api.StateUnreachable, "no answer in time")
	for _, table := range kindTables() {
		m.awaitState(t, "east", table, api.StateStale, "no answer in time")
	}
	remove()
	m.awaitShop(t, "east")
	nothingDropped(t, m, "east")
	awaitNewPod(t, s, m, "east", "web-1-c")
}

func TestSinkThatMissedSomethingGetsTheScopeAnew(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	refused := false
	m.mu.Lock()
	m.refuse = func(o api.Observation) error {
		if o.Scope.Table == "pods" && o.Kind == api.ObserveDelta && !refused {
			refused = true
			return fmt.Errorf("gap: %w", api.ErrResync)
		}
		return nil
	}
	m.mu.Unlock()
	awaitNewPod(t, s, m, "east", "web-1-c")
	for _, table := range kindTables() {
		want := 1
		if table == "pods" {
			want = 2
		}
		if n := m.begins("east", table); n != want {
			t.Errorf("%s was read %d times, want %d", table, n, want)
		}
	}
}

func TestSinkThatFailsEndsTheCollector(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	broken := errors.New("disk on fire")
	m.refuse = func(o api.Observation) error {
		if o.Kind == api.ObservePart && o.Scope.Table == "pods" {
			return broken
		}
		return nil
	}
	c, err := kube.New(configFor(t, s, "east"), m, discard(), kube.NewMetrics())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("run returned %v, want the sink's error", err)
	}
}

// Not for a moment is an object of the new cluster said under the identity of
// the former one.
func TestOtherClusterUnderTheSameNameIsReadAnew(t *testing.T) {
	one := serve(t, "one", shop()...)
	m := newModel()
	cfg := configFor(t, one, "east")
	collect(t, cfg, m)
	m.awaitShop(t, "east")
	before, _ := m.claim("east", "cluster", "cluster")
	former := before.Vertex.Aliases[0].Value
	m.mu.Lock()
	m.refuse = func(o api.Observation) error {
		for _, c := range o.Put {
			if c.Key == "pod/shop/web-1-z" && c.Vertex.Aliases[0].Scope == former {
				m.fault(o, "a pod of the new cluster is said to be one of the former")
			}
		}
		return nil
	}
	m.mu.Unlock()
	two := serve(t, "two", append(shop(), makePod("web-1-z", "web-1"))...)
	// As many versions as the former one had, and more: they do not tell.
	for i := range 50 {
		node := makeNode("n1")
		node.Spec.ProviderID = fmt.Sprint(i)
		put(t, two, node)
	}
	if err := two.WriteKubeconfig(cfg.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	one.Refuse()
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a", "pod/shop/web-1-b", "pod/shop/web-1-z")
	m.awaitLive(t, "east")
	after, _ := m.claim("east", "cluster", "cluster")
	pod, _ := m.claim("east", "pods", "pod/shop/web-1-a")
	if after.Vertex.Aliases[0].Value == former || pod.Vertex.Aliases[0].Scope != after.Vertex.Aliases[0].Value {
		t.Error("the new cluster's objects are not said under its own identity")
	}
}
