package netsim

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const kubernetesVersion = "v1.37.2"

// object makes the Node. A server of our own has no provider ID.
func (n *node) object(created time.Time) *corev1.Node {
	labels := map[string]string{
		corev1.LabelHostname:         n.name,
		corev1.LabelArchStable:       "amd64",
		corev1.LabelOSStable:         "linux",
		"example.net/hardware-class": "general",
	}
	if n.zone != "" {
		labels[corev1.LabelTopologyZone], labels[corev1.LabelTopologyRegion] = n.zone, n.region
	}
	if n.name == n.host { // some say who looks after their nodes, others do not
		labels["team"] = "platform"
	}
	out := &corev1.Node{ObjectMeta: meta("", n.name, n.uid, created, labels)}
	out.Spec.ProviderID = n.provider
	out.Spec.PodCIDR = n.podNet.String()
	out.Spec.PodCIDRs = []string{out.Spec.PodCIDR}
	if n.control {
		labels["node-role.kubernetes.io/control-plane"] = ""
		out.Spec.Taints = append(out.Spec.Taints, corev1.Taint{Key: "node-role.kubernetes.io/control-plane", Effect: corev1.TaintEffectNoSchedule})
	}
	if n.drained {
		labels[corev1.LabelNodeExcludeBalancers] = ""
		out.Spec.Unschedulable = true
		out.Spec.Taints = append(out.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	}
	if n.unheard() {
		at := metav1.NewTime(n.since.UTC().Truncate(time.Second))
		for _, effect := range []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute} {
			out.Spec.Taints = append(out.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnreachable, Effect: effect, TimeAdded: &at})
		}
	}
	n.networkMarks(out)
	size := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("32"), corev1.ResourceMemory: resource.MustParse("128Gi"), corev1.ResourcePods: resource.MustParse("110"),
	}
	out.Status = corev1.NodeStatus{
		Capacity: size, Allocatable: size,
		Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: n.address.String()}, {Type: corev1.NodeHostName, Address: n.name}},
		Conditions: n.conditions(),
		NodeInfo: corev1.NodeSystemInfo{
			MachineID: n.uid, SystemUUID: n.uid, BootID: n.uid, KernelVersion: "6.12.43+deb13-amd64", OSImage: "Debian GNU/Linux 13 (trixie)",
			ContainerRuntimeVersion: "containerd://2.2.1", KubeletVersion: kubernetesVersion, OperatingSystem: "linux", Architecture: "amd64",
		},
	}
	return out
}

// conditions are what the kubelet reports, and what the control plane makes of
// its silence: unknown, not false.
func (n *node) conditions() []corev1.NodeCondition {
	since := metav1.NewTime(n.since.UTC().Truncate(time.Second))
	var out []corev1.NodeCondition
	for _, c := range []struct {
		kind   corev1.NodeConditionType
		status corev1.ConditionStatus
		reason string
	}{
		{corev1.NodeMemoryPressure, corev1.ConditionFalse, "KubeletHasSufficientMemory"},
		{corev1.NodeDiskPressure, corev1.ConditionFalse, "KubeletHasNoDiskPressure"},
		{corev1.NodePIDPressure, corev1.ConditionFalse, "KubeletHasSufficientPID"},
		{corev1.NodeReady, corev1.ConditionTrue, "KubeletReady"},
	} {
		next := corev1.NodeCondition{Type: c.kind, Status: c.status, Reason: c.reason, LastTransitionTime: since, LastHeartbeatTime: since}
		if n.unheard() {
			next.Status, next.Reason, next.Message = corev1.ConditionUnknown, "NodeStatusUnknown", "Kubelet stopped posting node status."
		}
		out = append(out, next)
	}
	return out
}
