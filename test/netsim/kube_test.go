package netsim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/netseam/netseam/test/netsim"
)

// client reads a cluster as its kubeconfig says.
func client(t testing.TB, w *netsim.World, cluster string) kubernetes.Interface {
	t.Helper()
	for _, c := range w.Clusters() {
		if c.Name != cluster {
			continue
		}
		cfg, err := clientcmd.BuildConfigFromFlags("", c.KubeconfigPath)
		if err != nil {
			t.Fatal(err)
		}
		cfg.ContentType = runtime.ContentTypeProtobuf
		api, err := kubernetes.NewForConfig(cfg)
		if err != nil {
			t.Fatal(err)
		}
		return api
	}
	t.Fatalf("cluster %s does not exist", cluster)
	return nil
}

// held lists everything a cluster's API holds: "Kind namespace/name" -> JSON.
func held(t testing.TB, api kubernetes.Interface) map[string]string {
	t.Helper()
	all, ctx, opts := "", t.Context(), metav1.ListOptions{}
	lists := []func() (runtime.Object, error){
		func() (runtime.Object, error) { return api.CoreV1().Nodes().List(ctx, opts) },
		func() (runtime.Object, error) { return api.CoreV1().Namespaces().List(ctx, opts) },
		func() (runtime.Object, error) { return api.CoreV1().Pods(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.CoreV1().Services(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.DiscoveryV1().EndpointSlices(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.AppsV1().Deployments(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.AppsV1().ReplicaSets(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.AppsV1().StatefulSets(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.AppsV1().DaemonSets(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.CoreV1().ConfigMaps(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.CoordinationV1().Leases(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.NetworkingV1().Ingresses(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.NetworkingV1().NetworkPolicies(all).List(ctx, opts) },
		func() (runtime.Object, error) { return api.NetworkingV1().ServiceCIDRs().List(ctx, opts) },
	}
	out := map[string]string{}
	for _, list := range lists {
		l, err := list()
		if err != nil {
			t.Fatal(err)
		}
		if err := meta.EachListItem(l, func(obj runtime.Object) error { return keep(out, obj) }); err != nil {
			t.Fatal(err)
		}
	}
	_, served, err := api.Discovery().ServerGroupsAndResources()
	do(t, err)
	for _, group := range served {
		if version, err := schema.ParseGroupVersion(group.GroupVersion); err != nil || scheme.Scheme.IsGroupRegistered(version.Group) {
			continue
		}
		for _, r := range group.APIResources {
			raw, err := api.Discovery().RESTClient().Get().AbsPath("/apis/" + group.GroupVersion + "/" + r.Name).DoRaw(t.Context())
			do(t, err)
			var list unstructured.UnstructuredList
			do(t, list.UnmarshalJSON(raw))
			for i := range list.Items {
				do(t, keep(out, &list.Items[i]))
			}
		}
	}
	return out
}

// keep writes an object without what the server alone decides.
func keep(to map[string]string, obj runtime.Object) error {
	m, err := meta.Accessor(obj)
	if err != nil {
		return fmt.Errorf("read %T: %w", obj, err)
	}
	m.SetResourceVersion("")
	kind := fmt.Sprintf("%T", obj)
	if u, custom := obj.(*unstructured.Unstructured); custom {
		kind = u.GetKind()
		u.SetUID("")
		u.SetCreationTimestamp(metav1.Time{})
	} else {
		obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	}
	b, err := json.Marshal(obj)
	if err != nil {
		return fmt.Errorf("encode %T: %w", obj, err)
	}
	to[kind+" "+m.GetNamespace()+"/"+m.GetName()] = string(b)
	return nil
}

// modelled are the objects the model says there are, in the form of held.
func modelled(t testing.TB, w *netsim.World, cluster string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, obj := range w.Objects(cluster) {
		if err := keep(out, obj); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// The same of clusters of every kind of machinery, and of all that can happen
// to addresses.
func TestTheAPIsHoldWhoAnnounces(t *testing.T) {
	w := started(t, netsim.Config{Custom: machineries(), Seed: 5, ActEvery: 7})
	do(t, w.Split("metallb-l2", "shop", "web"))
	do(t, w.Split("kube-vip", "shop", "web"))
	do(t, w.Drain("cilium-l2", vip(t, w, "cilium-l2", "web").Claimed[0]))
	do(t, w.RouteVia("metallb-bgp", "shop", "web", "metallb-bgp-cp1"))
	do(t, w.TakeAddresses("cilium-l2", 30))
	do(t, w.TakeAddresses("calico", 3))
	do(t, w.Split("antrea", "shop", "web"))
	do(t, w.Split("ovn-kubernetes", "shop", "web"))
	do(t, w.TakeAddresses("cilium", 3))
	do(t, w.KillNode("cilium", vip(t, w, "cilium", "web").Claimed[1]))
	do(t, w.TakeAddresses("metallb-l2", 3))
	do(t, w.GiveBack("metallb-l2"))
	for range 60 {
		do(t, w.Step())
	}
	for _, c := range w.Clusters() {
		if diff := cmp.Diff(modelled(t, w, c.Name), held(t, client(t, w, c.Name))); diff != "" {
			t.Errorf("%s (-model +api):\n%.4000s", c.Name, diff)
		}
	}
}

func TestTheAPIsHoldWhatTheModelSaysAfterAnyHistory(t *testing.T) {
	w := started(t, netsim.Config{Seed: 5, ActEvery: 7})
	clusters := []string{"fra-prod", "ams-prod", "stage", "aws-prod", "kind"}
	steps := 0
	for _, until := range []int{0, 100, 400} {
		for ; steps < until; steps++ {
			do(t, w.Step())
		}
		for _, name := range clusters {
			if diff := cmp.Diff(modelled(t, w, name), held(t, client(t, w, name))); diff != "" {
				t.Fatalf("%s after %d steps (-model +api):\n%.4000s", name, steps, diff)
			}
			consistent(t, w, name)
		}
	}
}

// consistent checks a cluster's API against itself: what refers to something
// refers to what is there, and endpoints say what pods say.
func consistent(t testing.TB, w *netsim.World, cluster string) {
	t.Helper()
	api := client(t, w, cluster)
	pods, err := api.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	do(t, err)
	nodes, err := api.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	do(t, err)
	services, err := api.CoreV1().Services("").List(t.Context(), metav1.ListOptions{})
	do(t, err)
	slices, err := api.DiscoveryV1().EndpointSlices("").List(t.Context(), metav1.ListOptions{})
	do(t, err)
	onNode := map[string]bool{}
	for _, n := range nodes.Items {
		onNode[n.Name] = true
	}
	addresses := map[string]string{}
	for _, p := range pods.Items {
		if p.Spec.NodeName != "" && !onNode[p.Spec.NodeName] {
			t.Errorf("pod %s stands on %q, which does not exist", p.Name, p.Spec.NodeName)
		}
		if other, taken := addresses[p.Status.PodIP]; taken && p.Status.PodIP != "" && !p.Spec.HostNetwork {
			t.Errorf("pods %s and %s have one address %s", p.Name, other, p.Status.PodIP)
		}
		addresses[p.Status.PodIP] = p.Name
		if len(p.OwnerReferences) != 1 {
			t.Errorf("pod %s has %d owners", p.Name, len(p.OwnerReferences))
		}
	}
	got := map[string]string{} // "namespace/service pod" -> what its endpoint says
	for _, s := range slices.Items {
		for _, e := range s.Endpoints {
			got[s.Namespace+"/"+s.Labels[discoveryv1.LabelServiceName]+" "+e.TargetRef.Name] = fmt.Sprintf("%s on %s ready %v terminating %v", e.Addresses[0], *e.NodeName, *e.Conditions.Ready, *e.Conditions.Terminating)
		}
	}
	want := map[string]string{}
	for _, s := range services.Items {
		for _, p := range pods.Items {
			if p.Namespace == s.Namespace && p.Status.PodIP != "" && selects(s.Spec.Selector, p.Labels) {
				want[s.Namespace+"/"+s.Name+" "+p.Name] = fmt.Sprintf("%s on %s ready %v terminating %v", p.Status.PodIP, p.Spec.NodeName, podReady(&p), p.DeletionTimestamp != nil)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: endpoints (-from pods +from slices):\n%s", cluster, diff)
	}
}

func selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
}

func podReady(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// countPods counts the pods of a cluster, by phase too, and looks into each.
func countPods(t testing.TB, api kubernetes.Interface, phases map[corev1.PodPhase]int) int {
	t.Helper()
	list, err := api.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	do(t, err)
	for _, p := range list.Items {
		phases[p.Status.Phase]++
		if got := p.Spec.Containers[0].Env[1].Value; got != netsim.SecretValue {
			t.Fatalf("pod %s has %q in its environment", p.Name, got)
		}
	}
	return len(list.Items)
}

// countNodes counts the Nodes of a cluster and looks at each.
func countNodes(t testing.TB, api kubernetes.Interface, cluster string) int {
	t.Helper()
	list, err := api.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	do(t, err)
	for _, n := range list.Items {
		provider, _, _ := strings.Cut(n.Spec.ProviderID, ":")
		want, zoned := "", true
		switch cluster {
		case "aws-prod":
			want = "aws"
		case "kind":
			want, zoned = "kind", false
		}
		if provider != want || (n.Labels[corev1.LabelTopologyZone] != "") != zoned {
			t.Errorf("node %s: provider %q, zone %q", n.Name, n.Spec.ProviderID, n.Labels[corev1.LabelTopologyZone])
		}
	}
	return len(list.Items)
}

// countServices counts the Services of a cluster by type.
func countServices(t testing.TB, api kubernetes.Interface, kinds map[corev1.ServiceType]int) {
	t.Helper()
	list, err := api.CoreV1().Services("").List(t.Context(), metav1.ListOptions{})
	do(t, err)
	for _, s := range list.Items {
		kinds[s.Spec.Type]++
		if (len(s.Status.LoadBalancer.Ingress) == 1) != (s.Spec.Type == corev1.ServiceTypeLoadBalancer) {
			t.Errorf("service %s of type %s has the addresses %v", s.Name, s.Spec.Type, s.Status.LoadBalancer.Ingress)
		}
	}
}

func TestTheClustersAreWhatTheyLookLike(t *testing.T) {
	w := started(t, netsim.Config{Seed: 1})
	pods, nodes := 0, 0
	uids := map[string]bool{}
	kinds := map[corev1.ServiceType]int{}
	phases := map[corev1.PodPhase]int{}
	for _, c := range w.Clusters() {
		api := client(t, w, c.Name)
		pods += countPods(t, api, phases)
		nodes += countNodes(t, api, c.Name)
		system, err := api.CoreV1().Namespaces().Get(t.Context(), "kube-system", metav1.GetOptions{})
		do(t, err)
		uids[string(system.UID)] = true
		countServices(t, api, kinds)
	}
	if pods != 460 || nodes != 47 || len(uids) != 5 {
		t.Errorf("%d pods, %d nodes, %d cluster identities, want 460, 47, 5", pods, nodes, len(uids))
	}
	for _, kind := range []corev1.ServiceType{corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer} {
		if kinds[kind] < 3 {
			t.Errorf("%d services of type %s, want at least one a cluster", kinds[kind], kind)
		}
	}
	if phases[corev1.PodPending] < 3 {
		t.Errorf("%d pods are pending, want at least one a cluster", phases[corev1.PodPending])
	}
}

func TestANodeThatDiesTakesItsPodsAlong(t *testing.T) {
	w := started(t, netsim.Config{Seed: 1})
	const cluster, node = "fra-prod", "fra-prod-w04"
	api := client(t, w, cluster)
	before := held(t, api)
	do(t, w.KillNode(cluster, node))
	n, err := api.CoreV1().Nodes().Get(t.Context(), node, metav1.GetOptions{})
	do(t, err)
	for _, c := range n.Status.Conditions {
		if c.Status != corev1.ConditionUnknown {
			t.Errorf("condition %s is %s, want Unknown", c.Type, c.Status)
		}
	}
	pods, err := api.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{FieldSelector: "spec.nodeName=" + node})
	do(t, err)
	if len(pods.Items) < 4 {
		t.Fatalf("%d pods on the node", len(pods.Items))
	}
	for _, p := range pods.Items {
		if podReady(&p) {
			t.Errorf("pod %s is ready on a dead node", p.Name)
		}
	}
	consistent(t, w, cluster)
	do(t, w.ReviveNode(cluster, node))
	after := held(t, api)
	delete(before, "*v1.Node /"+node) // Its conditions have another date.
	delete(after, "*v1.Node /"+node)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("after the node came back (-before +after):\n%.4000s", diff)
	}
}

func TestAWatchSeesAPodBecomeUnready(t *testing.T) {
	w := started(t, netsim.Config{Seed: 1})
	const cluster = "ams-prod"
	api := client(t, w, cluster)
	list, err := api.CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{})
	do(t, err)
	var target corev1.Pod
	for _, p := range list.Items {
		if podReady(&p) {
			target = p
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	events, err := api.CoreV1().Pods("shop").Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	do(t, err)
	defer events.Stop()
	for _, ready := range []bool{false, true} {
		do(t, w.SetPodReady(cluster, "shop", target.Name, ready))
		e, ok := <-events.ResultChan()
		p, isPod := e.Object.(*corev1.Pod)
		if !ok || !isPod || p.Name != target.Name || podReady(p) != ready {
			t.Fatalf("event %v, want %s to be ready: %v", e, target.Name, ready)
		}
		consistent(t, w, cluster)
	}
}

// podsOn counts the pods on a node.
func podsOn(w *netsim.World, cluster, node string) (n int) {
	for _, obj := range w.Objects(cluster) {
		if p, ok := obj.(*corev1.Pod); ok && p.Spec.NodeName == node {
			n++
		}
	}
	return n
}
