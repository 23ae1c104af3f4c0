package kube

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// node becomes a vertex under the cluster. Heartbeats, images, capacity and
// resource usage say nothing that is drawn.
func (t *translator) node(o *corev1.Node) result {
	health, reason := nodeHealth(o.Status.Conditions)
	var a attrs
	for _, addr := range o.Status.Addresses {
		switch addr.Type {
		case corev1.NodeInternalIP, corev1.NodeExternalIP:
			a.add(api.AttrAddress, address(addr.Address))
		case corev1.NodeHostName:
			a.add(attrHostname, addr.Address)
		case corev1.NodeInternalDNS, corev1.NodeExternalDNS:
		}
	}
	a.add(api.AttrProviderID, o.Spec.ProviderID)
	a.add(api.AttrReason, reason)
	a.add(api.AttrVersion, t.words.share(o.Status.NodeInfo.KubeletVersion))
	a.add(api.AttrZone, t.words.share(o.Labels[corev1.LabelTopologyZone]))
	a.add(attrRegion, t.words.share(o.Labels[corev1.LabelTopologyRegion]))
	a.add(attrRack, t.words.share(rackOf(o.Labels)))
	kind, _ := platform(o.Spec.ProviderID)
	a.add(attrPlatform, kind)
	a.add(attrPodCIDRs, joinDistinct(podCIDRs(o)))
	a.flag(attrUnschedulable, o.Spec.Unschedulable)
	cni, mode := t.networkOf(o, &a)
	labels := t.words.labels(o.Labels, keepAllLabels)
	r := one("node/"+o.Name, &api.VertexClaim{
		Kind:    api.VertexNode,
		Aliases: t.alias("Node", "", o.Name),
		Parent:  clusterKey,
		Name:    o.Name,
		Health:  health,
		Attrs:   a,
		Labels:  labels,
	})
	r.facts = append([]expose.Fact{nodeFact(o, r.key, health, labels, cni, mode)}, routerPeers(o)...)
	return r
}

func podCIDRs(o *corev1.Node) []string {
	if len(o.Spec.PodCIDRs) == 0 {
		return []string{o.Spec.PodCIDR}
	}
	return o.Spec.PodCIDRs
}

// nodeHealth is what the conditions say of a node, and why it is not well. A
// node without the condition Ready has said nothing.
func nodeHealth(conditions []corev1.NodeCondition) (api.Health, string) {
	health, reason := api.HealthUnknown, ""
	for i := range conditions {
		c := &conditions[i]
		if c.Type != corev1.NodeReady {
			continue
		}
		switch c.Status {
		case corev1.ConditionTrue:
			health = api.HealthOK
		case corev1.ConditionFalse:
			return api.HealthDown, short(orElse(c.Message, orElse(c.Reason, "not ready")))
		case corev1.ConditionUnknown:
			return api.HealthDown, short("kubelet silent: " + orElse(c.Reason, "NodeStatusUnknown"))
		}
	}
	if health != api.HealthOK {
		return health, ""
	}
	for i := range conditions {
		if c := &conditions[i]; c.Status == corev1.ConditionTrue {
			if why := pressure(c.Type); why != "" {
				health = api.HealthDegraded
				reason += ", " + why
			}
		}
	}
	if reason != "" {
		reason = reason[len(", "):]
	}
	return health, reason
}

// pressure names the conditions that are bad when they are true. Others come
// with every version and are not judged.
func pressure(condition corev1.NodeConditionType) string {
	switch string(condition) {
	case string(corev1.NodeMemoryPressure):
		return "memory pressure"
	case string(corev1.NodeDiskPressure):
		return "disk pressure"
	case string(corev1.NodePIDPressure):
		return "too many processes"
	case string(corev1.NodeNetworkUnavailable):
		return "network unavailable"
	}
	return ""
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
