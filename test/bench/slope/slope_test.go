package slope_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// The cluster without its pods, which is the same for both ends of the slope.
const (
	nodes       = 1000
	deployments = 1000
	services    = 1000 // one a deployment
	namespaces  = 50
	perSlice    = 100 // endpoints, as Kubernetes fills them
)

func space(i int) string { return fmt.Sprintf("team-%02d", i%namespaces) }
func app(i int) string   { return fmt.Sprintf("app-%03d", i) }

func owned(kind, name string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kind, Name: name, UID: "u", Controller: &yes}}
}

// pod is one of usual size: two containers with environment, conditions,
// statuses and managed fields.
func pod(i int) *corev1.Pod {
	d := i % deployments
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: podName(i), Namespace: space(d), OwnerReferences: owned("ReplicaSet", app(d)+"-7d9c5b8f6d"),
			Labels: map[string]string{"app.kubernetes.io/name": app(d), "app.kubernetes.io/part-of": "shop", "pod-template-hash": "7d9c5b8f6d"},
		},
		Spec: corev1.PodSpec{NodeName: fmt.Sprintf("worker-%04d.example.net", i%nodes)},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIPs: []corev1.PodIP{{IP: address(i)}},
			Conditions: []corev1.PodCondition{
				{Type: corev1.PodReady, Status: corev1.ConditionTrue},
				{Type: corev1.PodScheduled, Status: corev1.ConditionTrue},
				{Type: corev1.ContainersReady, Status: corev1.ConditionTrue},
				{Type: corev1.PodInitialized, Status: corev1.ConditionTrue},
			},
		},
	}
	for c := range 2 {
		container := corev1.Container{Name: fmt.Sprint("c", c), Image: "registry.example.net/shop/app:1.2.3"}
		for e := range 8 {
			container.Env = append(container.Env, corev1.EnvVar{Name: fmt.Sprint("VARIABLE_", e), Value: "some value of usual length"})
		}
		p.Spec.Containers = append(p.Spec.Containers, container)
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: container.Name, Ready: true, Image: container.Image})
	}
	fields := &metav1.FieldsV1{}
	fields.SetRawBytes(make([]byte, 1000))
	p.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet", Operation: "Update", FieldsType: "FieldsV1", FieldsV1: fields}}
	return p
}

func podName(i int) string { return fmt.Sprintf("%s-7d9c5b8f6d-%05x", app(i%deployments), i) }

func address(i int) string { return fmt.Sprintf("10.%d.%d.%d", 8+i>>16, i>>8&255, i&255) }

// world fills a server: all but pods and endpoints, and so many pods, each
// behind the service of its deployment.
func world(b *testing.B, s *kubeapi.Server, pods int) {
	b.Helper()
	put := func(o apiruntime.Object) {
		if err := s.Put(o); err != nil {
			b.Fatal(err)
		}
	}
	for i := range namespaces {
		put(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: space(i)}, Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive}})
	}
	for i := range nodes {
		put(&corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("worker-%04d.example.net", i)},
			Status: corev1.NodeStatus{
				Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("192.168.%d.%d", i>>8, i&255)}},
				Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}},
			},
		})
	}
	for i := range deployments {
		meta := metav1.ObjectMeta{Name: app(i), Namespace: space(i)}
		put(&appsv1.Deployment{ObjectMeta: meta})
		put(&corev1.Service{ObjectMeta: meta, Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, ClusterIP: fmt.Sprintf("10.250.%d.%d", i>>8, i&255)}})
		meta.Name, meta.OwnerReferences = app(i)+"-7d9c5b8f6d", owned("Deployment", app(i))
		put(&appsv1.ReplicaSet{ObjectMeta: meta})
	}
	for i := range pods {
		put(pod(i))
	}
	for d := range min(deployments, pods) {
		for first := d; first < pods; first += perSlice * deployments {
			put(slice(d, first, pods))
		}
	}
}

// slice holds the endpoints of a deployment from one pod on.
func slice(d, first, pods int) *discoveryv1.EndpointSlice {
	s := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%05x", app(d), first), Namespace: space(d), Labels: map[string]string{discoveryv1.LabelServiceName: app(d)},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	ready := true
	for i := first; i < pods && len(s.Endpoints) < perSlice; i += deployments {
		node := fmt.Sprintf("worker-%04d.example.net", i%nodes)
		s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{address(i)}, NodeName: &node, Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: space(d), Name: podName(i)},
		})
	}
	return s
}

// BenchmarkPodSlope reads a cluster without pods and one of 100,000, each
// behind one service, and divides the differences by the pods. Run it with
// -benchtime 1x.
func BenchmarkPodSlope(b *testing.B) {
	const pods = 100_000
	kubeconfigs := map[int]string{}
	for _, n := range []int{0, pods} {
		s, err := kubeapi.New(kubeapi.Config{Name: fmt.Sprint("pods-", n)})
		if err != nil {
			b.Fatal(err)
		}
		world(b, s, n)
		if err := s.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(s.Close)
		kubeconfigs[n] = filepath.Join(b.TempDir(), fmt.Sprint("kubeconfig-", n))
		if err := s.WriteKubeconfig(kubeconfigs[n]); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		for _, reader := range []string{"netseam", "informer"} {
			none, all := read(b, reader, kubeconfigs[0], 0), read(b, reader, kubeconfigs[pods], pods)
			b.Logf("%s: none %+v", reader, none)
			b.Logf("%s: all %+v", reader, all)
			b.ReportMetric((all.Heap-none.Heap)/pods, reader+"-heap-B/pod")
			b.ReportMetric((all.RSS-none.RSS)/pods, reader+"-rss-B/pod")
			b.ReportMetric((all.Most-none.Most)/pods, reader+"-rss-at-most-B/pod")
			b.ReportMetric(all.CPU-none.CPU, reader+"-cpu-s")
			b.ReportMetric(all.Seconds, reader+"-s")
		}
	}
	b.ReportMetric(0, "ns/op")
}

// read runs a reader in a process of its own.
func read(b *testing.B, reader, kubeconfig string, pods int) report {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self)
	cmd.Env = append(os.Environ(), envReader+"="+reader, envKubeconfig+"="+kubeconfig, fmt.Sprintf("%s=%d", envPods, pods))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%s: %v", reader, err)
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		b.Fatalf("%s said %q: %v", reader, out, err)
	}
	return r
}
