package netsim

import (
	"maps"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// meta is the beginning of every object.
func meta(namespace, name, uid string, created time.Time, labels map[string]string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: namespace, Name: name, UID: types.UID(uid), Labels: labels,
		CreationTimestamp: metav1.NewTime(created.UTC().Truncate(time.Second)),
	}
}

// ownedBy is the reference to an object's controller.
func ownedBy(kind, name, uid string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: kind, Name: name, UID: types.UID(uid), Controller: &yes, BlockOwnerDeletion: &yes,
	}}
}

// objects makes all objects of the cluster, parents before what is in them.
func (c *cluster) objects() []runtime.Object {
	var out []runtime.Object
	for _, n := range c.namespaces {
		out = append(out, c.namespaceObject(n))
	}
	for _, n := range c.nodes {
		out = append(out, n.object(c.created))
		if n.saysNICs() {
			out = append(out, n.state())
		}
	}
	for _, w := range c.workloads {
		out = append(out, w.objects()...)
		for _, p := range w.pods {
			out = append(out, p.object())
		}
	}
	for _, s := range c.services {
		out = append(out, c.serviceObject(s))
		for _, slice := range c.sliceObjects(s) {
			out = append(out, slice)
		}
	}
	out = append(out, c.networkObjects()...)
	return append(out, c.machineryObjects()...)
}

// owned are the labels that say whose something is.
func (n *namespace) owned() map[string]string {
	if n.team == "" {
		return map[string]string{}
	}
	return map[string]string{"team": n.team, "owner": n.team + "-oncall"}
}

func (c *cluster) namespaceObject(n *namespace) *corev1.Namespace {
	labels := n.owned()
	labels[corev1.LabelMetadataName] = n.name
	out := &corev1.Namespace{ObjectMeta: meta("", n.name, n.uid, c.created, labels)}
	if n.team != "" {
		out.Annotations = map[string]string{"example.net/contact": n.team + "@example.net"}
	}
	out.Spec.Finalizers = []corev1.FinalizerName{corev1.FinalizerKubernetes}
	out.Status.Phase = corev1.NamespaceActive
	return out
}

// labels are those a workload and its pods share.
func (w *workload) labels() map[string]string {
	out := map[string]string{"app.kubernetes.io/name": w.name, "app.kubernetes.io/part-of": w.namespace.name}
	if w.namespace.team != "" {
		out["team"] = w.namespace.team
	}
	return out
}

// selector is what services and controllers find the workload's pods by.
func (w *workload) selector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": w.name}
}

// objects makes the workload's own objects, without its pods.
func (w *workload) objects() []runtime.Object {
	created := w.cluster.created
	selector := &metav1.LabelSelector{MatchLabels: w.selector()}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: w.labels()}, Spec: w.podSpec()}
	asked, have, ready := int32(w.replicas), int32(0), int32(0)
	for _, p := range w.pods {
		if p.state == podTerminating {
			continue // Controllers do not count what is going.
		}
		have++
		if p.ready() {
			ready++
		}
	}
	switch w.kind {
	case deployment:
		set := &appsv1.ReplicaSet{ObjectMeta: meta(w.namespace.name, w.setName, w.setUID, created, w.podLabels())}
		set.OwnerReferences = ownedBy("Deployment", w.name, w.uid)
		set.Spec = appsv1.ReplicaSetSpec{Replicas: &asked, Selector: &metav1.LabelSelector{MatchLabels: w.podLabels()}, Template: template}
		set.Status = appsv1.ReplicaSetStatus{Replicas: have, ReadyReplicas: ready, AvailableReplicas: ready}
		out := &appsv1.Deployment{ObjectMeta: meta(w.namespace.name, w.name, w.uid, created, w.labels())}
		out.Spec = appsv1.DeploymentSpec{Replicas: &asked, Selector: selector, Template: template}
		out.Status = appsv1.DeploymentStatus{
			Replicas: have, UpdatedReplicas: have, ReadyReplicas: ready, AvailableReplicas: ready, UnavailableReplicas: max(0, asked-ready),
		}
		return []runtime.Object{out, set}
	case statefulSet:
		out := &appsv1.StatefulSet{ObjectMeta: meta(w.namespace.name, w.name, w.uid, created, w.labels())}
		out.Spec = appsv1.StatefulSetSpec{Replicas: &asked, Selector: selector, Template: template, ServiceName: w.name}
		out.Status = appsv1.StatefulSetStatus{Replicas: have, ReadyReplicas: ready, CurrentReplicas: have, AvailableReplicas: ready}
		return []runtime.Object{out}
	case daemonSet:
		out := &appsv1.DaemonSet{ObjectMeta: meta(w.namespace.name, w.name, w.uid, created, w.labels())}
		out.Spec = appsv1.DaemonSetSpec{Selector: selector, Template: template}
		out.Status = appsv1.DaemonSetStatus{
			DesiredNumberScheduled: asked, CurrentNumberScheduled: have, NumberReady: ready, NumberAvailable: ready,
			NumberUnavailable: max(0, asked-ready),
		}
		return []runtime.Object{out}
	default:
		return nil
	}
}

// podLabels are the labels of the workload's pods.
func (w *workload) podLabels() map[string]string {
	out := maps.Clone(w.labels())
	if w.kind == deployment {
		out["pod-template-hash"] = w.setName[len(w.name)+1:]
	}
	return out
}
