package expose

import (
	"k8s.io/apimachinery/pkg/labels"
)

// More announcers.
const (
	MakerAntrea     = "Antrea"
	MakerCalico     = "Calico"
	MakerKubeRouter = "kube-router"
	MakerOVN        = "OVN-Kubernetes"
)

// antrea names the announcing node as the host name beside the address.
func (q quest) antrea() []finding {
	pool := q.pool(MakerAntrea, q.service.Annotations["service.antrea.io/external-ip-pool"])
	if pool == nil || q.ingress == nil {
		return nil
	}
	var selectors []labels.Selector
	if pool.Nodes != nil {
		selectors = []labels.Selector{pool.Nodes}
	}
	f := finding{mechanism: "Antrea L2", class: ClassL2, expected: true}
	f.eligible, f.rule = q.nodes(selectors, pool.Object)
	if q.ingress.Hostname != "" {
		f.announcers = []announcer{{node: q.ingress.Hostname, object: "Service " + q.service.String(), trust: high()}}
	} else {
		f.unknown = "the Service's status names no node"
	}
	return []finding{f}
}

// antreaBGP: several BGPPolicies may select a node and one of them is in
// effect there; which is not reported.
func (q quest) antreaBGP() []finding {
	adverts := q.adverts(MakerAntrea, "BGP", nil)
	if len(adverts) == 0 {
		return nil
	}
	f := finding{mechanism: "Antrea BGP", class: ClassBGP, expected: true, unknown: "inferred: Antrea reports no sessions"}
	f.eligible, f.rule = q.nodes(selectorsOf(adverts), objectsOf(adverts))
	for _, n := range f.eligible {
		f.announcers = append(f.announcers, announcer{node: n.Name, object: objectsOf(adverts), trust: lowMedium()})
	}
	if len(adverts) > 1 {
		f.doubt("where several BGPPolicies select a node, one is in effect")
	}
	return []finding{f}
}

// calico announces ranges from every node that speaks BGP. No object names the
// nodes of one address: it is inferred.
func (q quest) calico() []finding {
	adverts := q.adverts(MakerCalico, "BGP", nil)
	if len(adverts) == 0 {
		return nil
	}
	f := finding{mechanism: "Calico BGP", class: ClassBGP, expected: true}
	f.eligible, f.rule = q.nodes(nil, objectsOf(adverts)+": every node that speaks BGP")
	sessions := q.known.sessions[MakerCalico]
	for _, n := range f.eligible {
		if len(sessions[n.Name]) == 0 {
			f.announcers = append(f.announcers, announcer{node: n.Name, object: objectsOf(adverts), trust: lowMedium()})
			continue
		}
		f.speaks(n.Name, sessions[n.Name])
	}
	if len(sessions) == 0 {
		f.doubt("inferred: no CalicoNodeStatus reports sessions")
	}
	return []finding{f}
}

// kubeRouter has no status at all; what its flags say cannot be read.
func (q quest) kubeRouter() []finding {
	key := "kube-router.io/service.advertise.loadbalancerip"
	if q.ingress == nil {
		key = "kube-router.io/service.advertise.externalip"
	}
	advertised := q.service.Annotations[key]
	all, rule := q.nodes(nil, "nodes that run kube-router")
	var nodes []*Node
	for _, n := range all {
		if n.Router {
			nodes = append(nodes, n)
		}
	}
	if advertised != "true" || len(nodes) == 0 {
		return nil
	}
	f := finding{mechanism: "kube-router BGP", class: ClassBGP, eligible: nodes, rule: rule, expected: true}
	for _, n := range nodes {
		f.announcers = append(f.announcers, announcer{node: n.Name, object: "annotation " + key, trust: lowMedium()})
	}
	f.unknown = "inferred: kube-router reports no sessions"
	return []finding{f}
}

// ovn names the node of an EgressService, through which the service's pods
// answer; what announces the address is another matter.
func (q quest) ovn() []finding {
	var out []finding
	for _, s := range q.statuses[q.service.Name] {
		if s.Maker == MakerOVN && s.Node != "" {
			out = append(out, finding{
				mechanism:  "OVN-Kubernetes egress service",
				announcers: []announcer{{node: s.Node, object: s.Object, trust: medium()}},
			})
		}
	}
	return out
}
