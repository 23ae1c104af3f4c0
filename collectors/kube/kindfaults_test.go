package kube_test

import (
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// podFault befalls pods alone.
type podFault struct {
	kind  kubeapi.FaultKind
	fresh api.State // what pods become when they never were live
	later api.State // what they become when they were
	words []string
}

func podFaults() []podFault {
	return []podFault{
		{kubeapi.Forbidden, api.StateForbidden, api.StateForbidden, []string{"pods: not permitted (403)", "cannot", `resource "pods"`}},
		{kubeapi.Unauthorized, api.StateUnauthorised, api.StateUnauthorised, []string{"pods: credentials are refused (401)"}},
		{kubeapi.TooManyRequests, api.StateUnreachable, api.StateStale, []string{"pods: server is too busy (429)"}},
		{kubeapi.InternalError, api.StateUnreachable, api.StateStale, []string{"pods: server answers 500"}},
		{kubeapi.Garbage, api.StateUnreachable, api.StateStale, nil},
		{kubeapi.Hang, api.StateUnreachable, api.StateStale, []string{"pods: no answer in time"}},
	}
}

// Pods say what is wrong, all else goes on.
func TestFaultOfOneKindFromTheStartHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for _, c := range podFaults() {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			s := serve(t, "east", shop()...)
			m := newModel()
			cfg := configFor(t, s, "east")
			cfg.Timing.Answer = 300 * time.Millisecond
			remove := inject(t, s, kubeapi.Fault{Kind: c.kind, Resource: "pods"})
			collect(t, cfg, m)
			m.awaitState(t, "east", "pods", c.fresh, c.words...)
			othersGoOn(t, s, m)
			remove()
			m.awaitShop(t, "east")
			awaitNewPod(t, s, m, "east", "web-1-c")
		})
	}
}

func TestFaultOfOneKindLaterHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for _, c := range podFaults() {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			s := serve(t, "east", shop()...)
			m := newModel()
			cfg := configFor(t, s, "east")
			cfg.Timing.Answer = 300 * time.Millisecond
			collect(t, cfg, m)
			m.awaitShop(t, "east")
			remove := inject(t, s, kubeapi.Fault{Kind: c.kind, Resource: "pods"})
			s.CutWatches("pods")
			m.awaitState(t, "east", "pods", c.later, c.words...)
			othersGoOn(t, s, m)
			m.awaitKeys(t, "east", "pods", shopKeys()["pods"]...)
			remove()
			m.awaitShop(t, "east")
			awaitNewPod(t, s, m, "east", "web-1-c")
		})
	}
}

// othersGoOn proves that all but pods are live and flow.
func othersGoOn(t *testing.T, s *kubeapi.Server, m *model) {
	t.Helper()
	for table, keys := range shopKeys() {
		if table != "pods" {
			m.awaitKeys(t, "east", table, keys...)
			m.awaitState(t, "east", table, api.StateLive)
		}
	}
	put(t, s, makeNode("n2"))
	m.awaitKeys(t, "east", "nodes", "node/n1", "node/n2")
	if err := s.Delete(gvr("", "nodes"), "", "n2"); err != nil {
		t.Fatal(err)
	}
	m.awaitKeys(t, "east", "nodes", "node/n1")
}
