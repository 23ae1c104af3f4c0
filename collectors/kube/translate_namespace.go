package kube

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// namespace becomes a vertex under the cluster. One that is being deleted is
// neither well nor ill: it may stay like that for good or be gone at once.
func (t *translator) namespace(o *corev1.Namespace) result {
	var a attrs
	health := api.HealthUnknown
	switch o.Status.Phase {
	case corev1.NamespaceActive:
		health = api.HealthOK
	case corev1.NamespaceTerminating:
		a.add(api.AttrReason, "being deleted")
	}
	a.add(api.AttrPhase, t.words.share(string(o.Status.Phase)))
	labels := t.words.labels(o.Labels, keepAllLabels)
	r := one("ns/"+o.Name, &api.VertexClaim{
		Kind:    api.VertexNamespace,
		Aliases: t.alias("Namespace", "", o.Name),
		Parent:  clusterKey,
		Name:    o.Name,
		Health:  health,
		Attrs:   a,
		Labels:  labels,
	})
	r.facts = []expose.Fact{&expose.Space{Name: o.Name, Labels: labels, Global: o.Annotations["clustermesh.cilium.io/global"]}}
	return r
}
