package kube

import (
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// networkPolicy isolates the pods that it selects, in the directions that it
// names; where it names none, in ingress, and in egress if it has rules for it.
func (t *translator) networkPolicy(o *networkingv1.NetworkPolicy) result {
	f := &expose.Policy{
		Name: expose.Name{Namespace: o.Namespace, Name: o.Name}, Pods: selector(&o.Spec.PodSelector),
		Ingress: len(o.Spec.PolicyTypes) == 0, Egress: len(o.Spec.PolicyTypes) == 0 && len(o.Spec.Egress) > 0,
	}
	for _, direction := range o.Spec.PolicyTypes {
		switch direction {
		case networkingv1.PolicyTypeIngress:
			f.Ingress = true
		case networkingv1.PolicyTypeEgress:
			f.Egress = true
		}
	}
	return factsOf("policy/NetworkPolicy/"+o.Namespace+"/"+o.Name, f)
}
