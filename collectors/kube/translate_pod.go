package kube

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// Labels that differ from one revision of a workload to the next and would
// make every revision's pods look different.
const (
	labelTemplateHash = "pod-template-hash"
	labelRevisionHash = "controller-revision-hash"
)

func perRevision(label string) bool {
	return label == labelTemplateHash || label == labelRevisionHash
}

// pod becomes a vertex under its node, or under the cluster while it has none,
// with its workload as the second grouping. A pod that has done its work is
// not drawn. What runs inside it (images, commands, environment, volumes) is
// not looked at.
func (t *translator) pod(o *corev1.Pod, controller string) result {
	key := podKey(o.Namespace, o.Name)
	if o.Status.Phase == corev1.PodSucceeded {
		return result{key: key}
	}
	parent := clusterKey
	if o.Spec.NodeName != "" {
		parent = t.words.share("node/" + o.Spec.NodeName)
	}
	health, reason := podHealth(o)
	// 100,000 pods: exactly as much room as they need.
	var room [8]api.KV
	a := attrs(room[:0])
	a.add(api.AttrAddresses, podAddresses(o))
	a.flag(api.AttrHostNetwork, o.Spec.HostNetwork)
	a.add(attrHostPorts, hostPorts(o))
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.add(api.AttrPhase, t.words.share(string(o.Status.Phase)))
	a.add(api.AttrReason, t.words.share(reason))
	a.flag(attrTerminating, o.DeletionTimestamp != nil)
	secondary(o, &a)
	r := one(key, &api.VertexClaim{
		Kind:       api.VertexPod,
		Aliases:    t.aliased(key),
		Parent:     parent,
		Controller: controller,
		// A part of the key: no memory of its own.
		Name:   key[len(key)-len(o.Name):],
		Health: health,
		Attrs:  slices.Clone(a),
		Labels: t.words.labels(o.Labels, perRevision),
	})
	r.facts = kubeVIPPod(o)
	if controllerOf(o.OwnerReferences) == nil && !o.Spec.HostNetwork { // policies find it by its own labels
		v := r.claims[0].Vertex
		r.facts = append(r.facts, &expose.Workload{Key: key, Namespace: o.Namespace, Claim: v, Pods: v.Labels})
	}
	return r
}

func podKey(namespace, name string) string { return "pod/" + namespace + "/" + name }

// podController is the key of what controls the pod. When that is a
// ReplicaSet, its name is returned too: who stands behind it is only known
// from the ReplicaSet itself. Until it is, the key is a good guess: a
// Deployment names its ReplicaSets after itself and the hash of the template
// that it also writes on the pods.
func (t *translator) podController(o *corev1.Pod) (key, replicaSet string) {
	c := controllerOf(o.OwnerReferences)
	if c == nil {
		return t.parentNamespace(o.Namespace), ""
	}
	switch g := group(c.APIVersion); {
	case c.Kind == kindReplicaSet && g == "apps":
		hash := o.Labels[labelTemplateHash]
		if name, ok := strings.CutSuffix(c.Name, "-"+hash); ok && hash != "" && name != "" {
			return t.words.share(workloadKey(kindDeployment, o.Namespace, name)), c.Name
		}
		return t.words.share(workloadKey(kindReplicaSet, o.Namespace, c.Name)), c.Name
	case (c.Kind == kindStatefulSet || c.Kind == kindDaemonSet) && g == "apps",
		c.Kind == kindJob && g == "batch":
		return t.words.share(workloadKey(c.Kind, o.Namespace, c.Name)), ""
	}
	// A kind that is not read, or the node itself as for a static pod.
	return t.parentNamespace(o.Namespace), ""
}

// group is the API group of an apiVersion, "" for the core group.
func group(apiVersion string) string {
	g, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return g
}

func podAddresses(o *corev1.Pod) string {
	if len(o.Status.PodIPs) == 0 {
		return address(o.Status.PodIP)
	}
	ips := make([]string, 0, 2)
	for i := range o.Status.PodIPs {
		ips = append(ips, address(o.Status.PodIPs[i].IP))
	}
	return joinDistinct(ips)
}

// podHealth is what the pod's status says of it, and why it is not well.
func podHealth(o *corev1.Pod) (api.Health, string) {
	trouble := containerTrouble(o)
	switch o.Status.Phase {
	case corev1.PodFailed:
		return api.HealthDown, short(orElse(o.Status.Reason, orElse(trouble, "failed")))
	case corev1.PodRunning:
		return runningHealth(o, trouble)
	case corev1.PodPending:
		return pendingHealth(o, trouble)
	case corev1.PodSucceeded, corev1.PodUnknown:
	}
	return api.HealthUnknown, short(o.Status.Reason)
}

func runningHealth(o *corev1.Pod, trouble string) (api.Health, string) {
	if trouble == reasonCrashLoop {
		return api.HealthDown, trouble
	}
	ready := condition(o, corev1.PodReady)
	switch {
	case ready == nil:
		return api.HealthUnknown, trouble
	case ready.Status == corev1.ConditionTrue:
		return api.HealthOK, ""
	case o.DeletionTimestamp != nil:
		// On its way out: not an ill pod.
		return api.HealthUnknown, "being deleted"
	case trouble != "":
		return api.HealthDegraded, trouble
	}
	return api.HealthDegraded, short("not ready: " + orElse(ready.Message, orElse(ready.Reason, "no reason given")))
}

func pendingHealth(o *corev1.Pod, trouble string) (api.Health, string) {
	switch {
	case trouble == reasonCrashLoop:
		return api.HealthDown, trouble
	case trouble != "":
		return api.HealthDegraded, trouble
	}
	scheduled := condition(o, corev1.PodScheduled)
	if scheduled == nil || scheduled.Status == corev1.ConditionTrue {
		return api.HealthUnknown, ""
	}
	if scheduled.Reason == corev1.PodReasonUnschedulable {
		return api.HealthDegraded, short("unschedulable: " + orElse(scheduled.Message, "no reason given"))
	}
	return api.HealthUnknown, short(scheduled.Reason)
}

func condition(o *corev1.Pod, kind corev1.PodConditionType) *corev1.PodCondition {
	for i := range o.Status.Conditions {
		if o.Status.Conditions[i].Type == kind {
			return &o.Status.Conditions[i]
		}
	}
	return nil
}

const reasonCrashLoop = "CrashLoopBackOff"

// containerTrouble is the worst thing that a container is kept from running
// by: a word of Kubernetes', "" when there is none. Only the words are read;
// messages of container runtimes may hold anything.
func containerTrouble(o *corev1.Pod) string {
	worst := ""
	for _, statuses := range [][]corev1.ContainerStatus{o.Status.InitContainerStatuses, o.Status.ContainerStatuses} {
		for i := range statuses {
			why := stateTrouble(&statuses[i].State)
			if why == reasonCrashLoop {
				return reasonCrashLoop
			}
			if worst == "" {
				worst = why
			}
		}
	}
	return worst
}

func stateTrouble(s *corev1.ContainerState) string {
	switch {
	case s.Waiting != nil:
		switch s.Waiting.Reason {
		case "", "PodInitializing", "ContainerCreating":
			return ""
		}
		return short(s.Waiting.Reason)
	case s.Terminated != nil && s.Terminated.ExitCode != 0:
		return short(orElse(s.Terminated.Reason, "Error"))
	}
	return ""
}
