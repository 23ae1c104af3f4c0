package kube_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func TestClusterIsReadWhole(t *testing.T) {
	for mode, lists := range map[kube.WatchList]int{kube.WatchListAuto: 0, kube.WatchListOn: 0, kube.WatchListOff: 1} {
		t.Run(string(mode), func(t *testing.T) {
			s := serve(t, "east", shop()...)
			m := newModel()
			cfg := configFor(t, s, "east")
			cfg.WatchList = mode
			_, stop := collect(t, cfg, m)
			m.awaitShop(t, "east")
			for _, table := range kindTables() {
				if got := s.Count(kubeapi.VerbList, table); got != lists {
					t.Errorf("%d lists of %s, want %d", got, table, lists)
				}
				if got, want := strings.Join(m.states("east", table), " "), "connecting syncing live"; got != want {
					t.Errorf("states of %s: %s, want %s", table, got, want)
				}
			}
			stop()
			checkRequests(t, s)
		})
	}
}

// checkRequests fails when anything but protobuf was asked for, or refused.
func checkRequests(t *testing.T, s *kubeapi.Server) {
	t.Helper()
	for _, r := range s.Requests() {
		if !strings.HasPrefix(r.Resource, "/") && !strings.HasPrefix(r.Accept, "application/vnd.kubernetes.protobuf") {
			t.Errorf("request %s %s accepts %q, want protobuf", r.Verb, r.Resource, r.Accept)
		}
		// That a config map is not there is an answer.
		if r.Code >= 400 && r.Resource != "configmaps" {
			t.Errorf("request %s %s was answered %d", r.Verb, r.Resource, r.Code)
		}
	}
}

func TestClusterSaysWhoItIs(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.DisplayName = "East side"
	collect(t, cfg, m)
	m.awaitShop(t, "east")
	c, _ := m.claim("east", "cluster", "cluster")
	if c.Vertex.Name != "East side" || c.Vertex.Aliases[0].Kind != api.AliasClusterUID || c.Vertex.Attrs[0].Value != "v1.37.0" {
		t.Errorf("cluster claim is %+v", c.Vertex)
	}
	uid := c.Vertex.Aliases[0].Value
	n, _ := m.claim("east", "nodes", "node/n1")
	if got := n.Vertex.Aliases[0]; got.Scope != uid || got.Value != "Node//n1" {
		t.Errorf("alias of the node is %+v, want one within cluster %s", got, uid)
	}
	p, _ := m.claim("east", "pods", "pod/shop/web-1-a")
	if got, want := p.Vertex.Controller, "workload/Deployment/shop/web"; got != want {
		t.Errorf("controller of the pod is %s, want %s", got, want)
	}
}

func TestEventsBecomeDeltas(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")

	put(t, s, makePod("web-1-c", "web-1"))
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a", "pod/shop/web-1-b", "pod/shop/web-1-c")
	ill := makePod("web-1-c", "web-1")
	ill.Status.Conditions[0].Status = corev1.ConditionFalse
	put(t, s, ill)
	await(t, func() string {
		if c, _ := m.claim("east", "pods", "pod/shop/web-1-c"); c.Vertex.Health != api.HealthDegraded {
			return "pod is " + c.Vertex.Health.String()
		}
		return ""
	})
	if err := s.Delete(gvr("", "pods"), "shop", "web-1-c"); err != nil {
		t.Fatal(err)
	}
	put(t, s, makeSlice("web-x", "web", "web-1-b"))
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a", "pod/shop/web-1-b")
	m.awaitKeys(t, "east", "endpointslices", "endpoint/shop/web-x/web-1-b")
	if err := s.Delete(gvr("discovery.k8s.io", "endpointslices"), "shop", "web-x"); err != nil {
		t.Fatal(err)
	}
	m.awaitKeys(t, "east", "endpointslices")
	done := makePod("web-1-a", "web-1")
	done.Status.Phase = corev1.PodSucceeded
	put(t, s, done)
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-b")
	for _, table := range kindTables() {
		if n := m.begins("east", table); n != 1 {
			t.Errorf("%s was read %d times, want once", table, n)
		}
	}
}

// A heartbeat, a new image, an annotation: nothing that is drawn.
func TestUpdatesThatChangeNothingDrawnAreNotSaid(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	for i := range 20 {
		n := makeNode("n1")
		n.Annotations = map[string]string{"beat": strings.Repeat("x", i+1)}
		n.Status.Images = []corev1.ContainerImage{{Names: []string{n.Annotations["beat"]}}}
		put(t, s, n)
	}
	n := makeNode("n2")
	put(t, s, n)
	m.awaitKeys(t, "east", "nodes", "node/n1", "node/n2")
	m.with("east", "nodes", func(table *tableModel) {
		if table.deltas != 1 {
			t.Errorf("%d deltas, want one for the new node; said %v", table.deltas, table.puts)
		}
	})
}

func TestEnvironmentNeverLeavesTheDecoder(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	m.keep = true
	logs, stop := collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Garbage, Resource: "pods", Times: 2})
	s.ExpireWatches("")
	put(t, s, makePod("web-1-c", "web-1"))
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a", "pod/shop/web-1-b", "pod/shop/web-1-c")
	stop()
	if !strings.Contains(string(m.all), "web-1-c") {
		t.Fatal("nothing was recorded")
	}
	if strings.Contains(string(m.all), secret) || strings.Contains(logs.String(), secret) {
		t.Error("the value of an environment variable was said or logged")
	}
	if token := s.Token(); strings.Contains(string(m.all), token) || strings.Contains(logs.String(), token) {
		t.Error("the token was said or logged")
	}
}
