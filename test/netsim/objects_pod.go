package netsim

import (
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// podSpec is the specification that the workload's pods are made from. Its
// environment holds what must never be kept or shown by a reader.
func (w *workload) podSpec() corev1.PodSpec {
	grace := int64(30)
	container := corev1.Container{
		Name:  "main",
		Image: w.image,
		Ports: []corev1.ContainerPort{{Name: "main", ContainerPort: w.port, Protocol: corev1.ProtocolTCP}},
		Env:   []corev1.EnvVar{{Name: "LOG_LEVEL", Value: "info"}, {Name: "DB_PASSWORD", Value: secretValue}},
		Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("128Mi"),
		}},
		ReadinessProbe: &corev1.Probe{PeriodSeconds: 10, TimeoutSeconds: 1},
	}
	if w.hostNetwork {
		container.Ports[0].HostPort = w.port
	}
	return corev1.PodSpec{
		Containers: []corev1.Container{container}, HostNetwork: w.hostNetwork, TerminationGracePeriodSeconds: &grace,
		RestartPolicy: corev1.RestartPolicyAlways, ServiceAccountName: "default", DNSPolicy: corev1.DNSClusterFirst,
	}
}

// secretValue stands in every pod's environment, so that tests can look for it
// where it must not be.
const secretValue = "netsim-not-for-your-eyes"

// object makes the Pod.
func (p *pod) object() *corev1.Pod {
	w := p.workload
	out := &corev1.Pod{ObjectMeta: meta(w.namespace.name, p.name, p.uid, p.created, w.podLabels()), Spec: w.podSpec()}
	switch w.kind {
	case deployment:
		out.OwnerReferences = ownedBy("ReplicaSet", w.setName, w.setUID)
		out.GenerateName = w.setName + "-"
	case statefulSet:
		out.OwnerReferences = ownedBy("StatefulSet", w.name, w.uid)
		out.GenerateName = w.name + "-"
		out.Labels["apps.kubernetes.io/pod-index"] = strconv.Itoa(p.ordinal)
		out.Spec.Hostname, out.Spec.Subdomain = p.name, w.name
	case daemonSet:
		out.OwnerReferences = ownedBy("DaemonSet", w.name, w.uid)
		out.GenerateName = w.name + "-"
	}
	if p.state == podTerminating {
		at, grace := metav1.NewTime(p.since.Add(30*time.Second).UTC().Truncate(time.Second)), int64(30)
		out.DeletionTimestamp, out.DeletionGracePeriodSeconds = &at, &grace
	}
	if p.node != nil {
		out.Spec.NodeName = p.node.name
	}
	out.Status = p.status()
	return out
}

func (p *pod) status() corev1.PodStatus {
	out := corev1.PodStatus{Phase: corev1.PodPending, QOSClass: corev1.PodQOSBurstable}
	since := metav1.NewTime(p.since.UTC().Truncate(time.Second))
	condition := func(kind corev1.PodConditionType, ok bool, reason, message string) {
		out.Conditions = append(out.Conditions, corev1.PodCondition{
			Type: kind, Status: conditionStatus(ok), LastTransitionTime: since, Reason: reason, Message: message,
		})
	}
	if p.node == nil {
		condition(corev1.PodScheduled, false, corev1.PodReasonUnschedulable, fmt.Sprintf("0/%d nodes are available: %d Insufficient memory.", len(p.workload.cluster.nodes), len(p.workload.cluster.nodes)))
		return out
	}
	out.HostIP = p.node.address.String()
	out.HostIPs = []corev1.HostIP{{IP: out.HostIP}}
	out.StartTime = &metav1.Time{Time: p.created.UTC().Truncate(time.Second)}
	if p.address.IsValid() {
		out.Phase = corev1.PodRunning
		out.PodIP = p.address.String()
		out.PodIPs = []corev1.PodIP{{IP: out.PodIP}}
	}
	reason, message := "", ""
	if !p.ready() {
		reason, message = "ContainersNotReady", "containers with unready status: [main]"
	}
	condition(corev1.PodInitialized, true, "", "")
	condition(corev1.PodReady, p.ready(), reason, message)
	condition(corev1.ContainersReady, p.state == podRunning, reason, message)
	condition(corev1.PodScheduled, true, "", "")
	out.ContainerStatuses = []corev1.ContainerStatus{p.container(since)}
	return out
}

// container is the status of the pod's one container.
func (p *pod) container(since metav1.Time) corev1.ContainerStatus {
	started := p.state != podStarting && p.state != podCrashing
	out := corev1.ContainerStatus{
		Name: "main", Image: p.workload.image, Ready: p.state == podRunning, RestartCount: p.restarts, Started: &started,
	}
	s := p.state
	if !p.address.IsValid() {
		s = podStarting // Whatever became of it, no container was made.
	}
	switch s {
	case podStarting, podUnplaced:
		out.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}
	case podCrashing:
		out.State.Waiting = &corev1.ContainerStateWaiting{
			Reason: "CrashLoopBackOff", Message: "back-off 5m0s restarting failed container=main",
		}
		out.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error", FinishedAt: since}
	case podRunning, podUnready, podTerminating:
		out.State.Running = &corev1.ContainerStateRunning{StartedAt: since}
		out.ContainerID = "containerd://" + p.uid
	}
	return out
}

func conditionStatus(ok bool) corev1.ConditionStatus {
	if ok {
		return corev1.ConditionTrue
	}
	return corev1.ConditionFalse
}
