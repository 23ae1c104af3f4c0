package kube

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// Policies of other kinds than NetworkPolicy: whom they select is read, and not
// what they permit.

const selected = "which workloads policies select"

func foreign[S any](kindName string, o *custom[S, none], fill func(*expose.Foreign)) result {
	f := &expose.Foreign{Kind: kindName, Name: expose.Name{Namespace: o.Namespace, Name: o.Name}}
	fill(f)
	return factsOf("policy/"+kindName+"/"+o.Namespace+"/"+o.Name, f)
}

type ciliumPolicySpec struct {
	EndpointSelector *metav1.LabelSelector `json:"endpointSelector"`
	NodeSelector     *metav1.LabelSelector `json:"nodeSelector"`
}

// ciliumPolicies is a kind of policies of Cilium. One with several specs, or
// with none, or by labels that no pod carries itself, is not understood; one for
// nodes selects no pods.
func ciliumPolicies(resource, name string) kind {
	return crd("cilium.io", resource, name, []string{"v2"}, selected, func(_ *translator, o *custom[ciliumPolicySpec, none]) result {
		return foreign(name, o, func(f *expose.Foreign) {
			switch {
			case o.Spec.EndpointSelector != nil:
				f.Pods = ciliumSelector(o.Spec.EndpointSelector)
				f.Unread = f.Pods == nil
			case o.Spec.NodeSelector != nil:
				f.Pods = labels.Nothing()
			default:
				f.Unread = true
			}
		})
	})
}

// ciliumSelector leaves out where a label comes from, "k8s:" or "any:". It is
// nil where the selector cannot be judged by labels of pods and namespaces.
func ciliumSelector(s *metav1.LabelSelector) labels.Selector {
	out := &metav1.LabelSelector{MatchLabels: map[string]string{}}
	known := true
	plain := func(key string) string {
		key = strings.TrimPrefix(strings.TrimPrefix(key, "k8s:"), "any:")
		known = known && !strings.Contains(key, ":") &&
			(!strings.HasPrefix(key, "io.cilium.k8s.") || strings.HasPrefix(key, expose.CiliumNamespaceLabel))
		return key
	}
	for key, value := range s.MatchLabels {
		out.MatchLabels[plain(key)] = value
	}
	for _, e := range s.MatchExpressions {
		e.Key = plain(e.Key)
		out.MatchExpressions = append(out.MatchExpressions, e)
	}
	selects, err := metav1.LabelSelectorAsSelector(out)
	if err != nil || !known {
		return nil
	}
	return selects
}

type calicoPolicySpec struct {
	Selector               string `json:"selector"`
	NamespaceSelector      string `json:"namespaceSelector"`
	ServiceAccountSelector string `json:"serviceAccountSelector"`
}

// calicoPolicies is a kind of policies of Calico. One that chooses by service
// account is not understood.
func calicoPolicies(group, resource, name, version string) kind {
	return crd(group, resource, name, []string{version}, selected, func(_ *translator, o *custom[calicoPolicySpec, none]) result {
		return foreign("Calico "+name, o, func(f *expose.Foreign) {
			pods, ok := calicoPods(o.Spec.Selector)
			spaces, okToo := calicoSelector(o.Spec.NamespaceSelector)
			if strings.Join(strings.Fields(o.Spec.NamespaceSelector), "") == "global()" {
				spaces, okToo = labels.Nothing(), true // what is in no namespace: no pod
			}
			if f.Unread = !ok || !okToo || o.Spec.ServiceAccountSelector != ""; !f.Unread {
				f.Pods, f.Spaces = pods, spaces
			}
		})
	})
}

// calicoPods reads a selector of pods. It cannot where that asks for labels
// that Calico makes up of a pod's service account.
func calicoPods(text string) (labels.Selector, bool) {
	s, ok := calicoSelector(text)
	if e, is := s.(*calicoExpr); is && e.mentions(func(key string) bool { return key == "projectcalico.org/serviceaccount" }) {
		return nil, false
	}
	return s, ok
}

type adminPolicySpec struct {
	Subject struct {
		Namespaces *metav1.LabelSelector `json:"namespaces"`
		Pods       *struct {
			NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`
			PodSelector       metav1.LabelSelector `json:"podSelector"`
		} `json:"pods"`
	} `json:"subject"`
}

// adminPolicies are those of who runs the cluster.
func adminPolicies(resource, name string, versions ...string) kind {
	return crd("policy.networking.k8s.io", resource, name, versions, selected, func(_ *translator, o *custom[adminPolicySpec, none]) result {
		return foreign(name, o, func(f *expose.Foreign) {
			switch s := &o.Spec.Subject; {
			case s.Namespaces != nil:
				f.Spaces = selector(s.Namespaces)
			case s.Pods != nil:
				f.Spaces, f.Pods = selector(&s.Pods.NamespaceSelector), selector(&s.Pods.PodSelector)
			default:
				f.Unread = true
			}
		})
	})
}
