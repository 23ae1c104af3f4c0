package kube_test

import (
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func awaitController(t *testing.T, m *model, pod, want string) {
	t.Helper()
	await(t, func() string {
		c, ok := m.claim("east", "pods", pod)
		if !ok || c.Vertex.Controller != want {
			return fmt.Sprintf("%s: found %v, %+v, want controller %s", pod, ok, c.Vertex, want)
		}
		return ""
	})
}

func TestPodsOfReplicaSetThatIsKnownLaterAreSaidAgain(t *testing.T) {
	s := serve(t, "east", shop()...)
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Hang, Resource: "replicasets"})
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.Timing.OwnersFirst = 20 * time.Millisecond
	cfg.Timing.Answer = 200 * time.Millisecond
	collect(t, cfg, m)
	m.awaitState(t, "east", "pods", api.StateLive)
	awaitController(t, m, "pod/shop/web-1-a", "workload/ReplicaSet/shop/web-1")
	remove()
	awaitController(t, m, "pod/shop/web-1-a", "workload/Deployment/shop/web")
	awaitController(t, m, "pod/shop/web-1-b", "workload/Deployment/shop/web")
	if n := m.begins("east", "pods"); n != 1 {
		t.Errorf("pods were read %d times, want once", n)
	}
}

// Pods and ReplicaSets come over streams of their own, in no order.
func TestPodThatComesBeforeItsReplicaSet(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	put(t, s, makePod("late-1-a", "late-1"))
	awaitController(t, m, "pod/shop/late-1-a", "workload/ReplicaSet/shop/late-1")
	put(t, s, makeReplicaSet("late-1", "late"))
	awaitController(t, m, "pod/shop/late-1-a", "workload/Deployment/shop/late")
	// One that nobody stands behind is a workload itself.
	put(t, s, makePod("alone-a", "alone"))
	put(t, s, makeReplicaSet("alone", ""))
	m.awaitKeys(t, "east", "replicasets", "workload/ReplicaSet/shop/alone")
	awaitController(t, m, "pod/shop/alone-a", "workload/ReplicaSet/shop/alone")
}

// A template hash on the pod tells its Deployment at once.
func TestForbiddenReplicaSetsAreGuessed(t *testing.T) {
	pod := makePod("web-5f6-x", "web-5f6")
	pod.Labels["pod-template-hash"] = "5f6"
	s := serve(t, "east", append(shop(), pod)...)
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "replicasets"})
	m := newModel()
	began := time.Now()
	cfg := configFor(t, s, "east")
	cfg.Timing.OwnersFirst = 10 * time.Second
	collect(t, cfg, m)
	m.awaitState(t, "east", "pods", api.StateLive)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("pods waited %s for a kind that is forbidden", took)
	}
	awaitController(t, m, "pod/shop/web-5f6-x", "workload/Deployment/shop/web")
}

func TestDeletedReplicaSetLeavesItsPodsInTheirWorkload(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	if err := s.Delete(gvr("apps", "replicasets"), "shop", "web-1"); err != nil {
		t.Fatal(err)
	}
	put(t, s, &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Name: "marker", Namespace: "shop"}})
	m.awaitKeys(t, "east", "replicasets", "workload/ReplicaSet/shop/marker")
	p := makePod("web-1-a", "web-1")
	p.Spec.NodeName = "n2"
	put(t, s, p)
	await(t, func() string {
		if c, _ := m.claim("east", "pods", "pod/shop/web-1-a"); c.Vertex.Parent != "node/n2" {
			return "the change has not come"
		}
		return ""
	})
	awaitController(t, m, "pod/shop/web-1-a", "workload/Deployment/shop/web")
}

func TestReplicaSetThatChangesHandsTakesItsPodsAlong(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	put(t, s, makeReplicaSet("web-1", ""))
	awaitController(t, m, "pod/shop/web-1-a", "workload/ReplicaSet/shop/web-1")
	awaitController(t, m, "pod/shop/web-1-b", "workload/ReplicaSet/shop/web-1")
	m.awaitLive(t, "east")
}

// More pods of a late ReplicaSet than are remembered: they are read again,
// once.
func TestTooManyPodsWithoutTheirReplicaSetAreReadAgainOnce(t *testing.T) {
	s := serve(t, "east", shop()...)
	const pods = 4200
	for i := range pods {
		put(t, s, makePod(fmt.Sprintf("web-1-%04d", i), "web-1"))
	}
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.InternalError, Resource: "replicasets"})
	m := newModel()
	cfg := configFor(t, s, "east")
	cfg.Timing.InitialEvents = time.Minute
	collect(t, cfg, m)
	m.awaitState(t, "east", "pods", api.StateLive)
	remove()
	resolved := func() string {
		n := 0
		m.with("east", "pods", func(table *tableModel) {
			for _, c := range table.claims {
				if c.Vertex.Controller == "workload/Deployment/shop/web" {
					n++
				}
			}
		})
		if n != pods+2 {
			return fmt.Sprintf("%d pods are in their Deployment", n)
		}
		return ""
	}
	await(t, resolved)
	m.awaitLive(t, "east")
	put(t, s, makeReplicaSet("other", ""))
	m.awaitKeys(t, "east", "replicasets", "workload/ReplicaSet/shop/other")
	m.awaitLive(t, "east")
	if n := m.begins("east", "pods"); n != 2 {
		t.Errorf("pods were read %d times, want twice", n)
	}
}
