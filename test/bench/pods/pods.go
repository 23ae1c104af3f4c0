// Package pods is the cluster that benchmarks read: pods of usual size, each
// behind one service.
package pods

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// A cluster has so many, whatever its pods are.
const (
	Deployments = 1000
	Services    = 1000 // one a deployment
	namespaces  = 50
	perSlice    = 100 // endpoints, as Kubernetes fills them
)

// Cluster is one of so many pods on so many nodes.
type Cluster struct{ Pods, Nodes int }

func space(i int) string { return fmt.Sprintf("team-%02d", i%namespaces) }
func app(i int) string   { return fmt.Sprintf("app-%03d", i) }

func owned(kind, name string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kind, Name: name, UID: "u", Controller: &yes}}
}

// Pod is one of usual size: two containers with environment, conditions,
// statuses and managed fields.
func (c Cluster) Pod(i int) *corev1.Pod {
	d := i % Deployments
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: PodName(i), Namespace: space(d), OwnerReferences: owned("ReplicaSet", app(d)+"-7d9c5b8f6d"),
			Labels: map[string]string{"app.kubernetes.io/name": app(d), "app.kubernetes.io/part-of": "shop", "pod-template-hash": "7d9c5b8f6d"},
		},
		Spec: corev1.PodSpec{NodeName: fmt.Sprintf("worker-%04d.example.net", i%c.Nodes)},
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
	for n := range 2 {
		container := corev1.Container{Name: fmt.Sprint("c", n), Image: "registry.example.net/shop/app:1.2.3"}
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

// PodName is the name of one of them.
func PodName(i int) string { return fmt.Sprintf("%s-7d9c5b8f6d-%05x", app(i%Deployments), i) }

func address(i int) string { return fmt.Sprintf("10.%d.%d.%d", 8+i>>16, i>>8&255, i&255) }

// Fill puts all of it into a server: each pod stands behind the service of its
// deployment.
func (c Cluster) Fill(s *kubeapi.Server) error {
	var objects []apiruntime.Object
	for i := range namespaces {
		objects = append(objects, &corev1.Namespace{
			ObjectMeta: metav1.ObjectMeta{Name: space(i)}, Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
		})
	}
	for i := range c.Nodes {
		objects = append(objects, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("worker-%04d.example.net", i)},
			Status: corev1.NodeStatus{
				Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("192.168.%d.%d", i>>8, i&255)}},
				Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}},
			},
		})
	}
	for i := range Deployments {
		meta := metav1.ObjectMeta{Name: app(i), Namespace: space(i)}
		objects = append(objects, &appsv1.Deployment{ObjectMeta: meta}, &corev1.Service{
			ObjectMeta: meta, Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, ClusterIP: fmt.Sprintf("10.250.%d.%d", i>>8, i&255)},
		})
		meta.Name, meta.OwnerReferences = app(i)+"-7d9c5b8f6d", owned("Deployment", app(i))
		objects = append(objects, &appsv1.ReplicaSet{ObjectMeta: meta})
	}
	for d := range min(Deployments, c.Pods) {
		for first := d; first < c.Pods; first += perSlice * Deployments {
			objects = append(objects, c.slice(d, first))
		}
	}
	for _, o := range objects {
		if err := s.Put(o); err != nil {
			return err
		}
	}
	for i := range c.Pods {
		if err := s.Put(c.Pod(i)); err != nil {
			return err
		}
	}
	return nil
}

// slice holds the endpoints of a deployment from one pod on.
func (c Cluster) slice(d, first int) *discoveryv1.EndpointSlice {
	s := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%05x", app(d), first), Namespace: space(d), Labels: map[string]string{discoveryv1.LabelServiceName: app(d)},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	ready := true
	for i := first; i < c.Pods && len(s.Endpoints) < perSlice; i += Deployments {
		node := fmt.Sprintf("worker-%04d.example.net", i%c.Nodes)
		s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{address(i)}, NodeName: &node, Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: space(d), Name: PodName(i)},
		})
	}
	return s
}
