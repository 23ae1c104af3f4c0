package kube_test

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

func TestFirstEventGoesOutAtOnceAndRepeatsAreJoined(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.Timing.Coalesce = 2 * time.Second
	collect(t, cfg, m)
	m.awaitShop(t, "east")

	phase := func(name, reason string) *corev1.Pod {
		p := makePod(name, "web-1")
		p.Status.Phase, p.Status.Reason = corev1.PodFailed, reason
		return p
	}
	began := time.Now()
	put(t, s, phase("web-1-a", "first"))
	reason := func(name string) string {
		c, ok := m.claim("east", "pods", "pod/shop/"+name)
		if !ok {
			return ""
		}
		for _, a := range c.Vertex.Attrs {
			if a.Key == "reason" {
				return a.Value
			}
		}
		return ""
	}
	await(t, func() string {
		if reason("web-1-a") != "first" {
			return "the first event has not come"
		}
		return ""
	})
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("the first event took %s", took)
	}
	for i := range 20 {
		put(t, s, phase("web-1-a", fmt.Sprintf("repeat %d", i)))
	}
	// Another pod's event does not wait.
	other := time.Now()
	put(t, s, phase("web-1-b", "other"))
	await(t, func() string {
		if reason("web-1-b") != "other" {
			return "the other pod's event has not come"
		}
		return ""
	})
	if took := time.Since(other); took > 1500*time.Millisecond {
		t.Errorf("the other pod's event took %s", took)
	}
	await(t, func() string {
		if got := reason("web-1-a"); got != "repeat 19" {
			return "the pod says " + got
		}
		return ""
	})
	m.with("east", "pods", func(table *tableModel) {
		if table.deltas > 4 {
			t.Errorf("%d deltas for 22 events: %v", table.deltas, table.puts)
		}
	})
}

// A pod that comes and goes within the hold time leaves nothing behind.
func TestRepeatsEndWithTheLastWord(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.Timing.Coalesce = 100 * time.Millisecond
	collect(t, cfg, m)
	m.awaitShop(t, "east")
	for range 10 {
		put(t, s, makePod("web-1-c", "web-1"))
		if err := s.Delete(gvr("", "pods"), "shop", "web-1-c"); err != nil {
			t.Fatal(err)
		}
	}
	put(t, s, makePod("web-1-d", "web-1"))
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a", "pod/shop/web-1-b", "pod/shop/web-1-d")
}
