package expose

import (
	"slices"
	"strings"
)

// MakerKubeVIP is kube-vip.
const MakerKubeVIP = "kube-vip"

const (
	kubeVIPHost   = "kube-vip.io/vipHost"
	kubeVIPWants  = "kube-vip.io/loadbalancerIPs"
	kubeVIPLease  = "kube-vip.io/leaseName"
	kubeVIPClass  = "kube-vip.io/kube-vip-class"
	kubeVIPShared = "plndr-svcs-lock"
	kubeVIPLabel  = "service-provided.kube-vip.io/"
)

// kubeVIP: with an election the holder of a Lease announces, else the
// annotation vipHost names who wrote the status last, which in ARP mode is who
// announces and in BGP mode one of many.
func (q quest) kubeVIP() []finding {
	s := q.service
	agents := q.known.agents[MakerKubeVIP]
	host := s.Annotations[kubeVIPHost]
	leases := q.kubeVIPLeases()
	marked := host != "" || s.Annotations[kubeVIPWants] != "" || s.Class == kubeVIPClass
	if !marked && len(leases) == 0 || s.Annotations["kube-vip.io/ignore"] == "true" || q.ingress == nil {
		return nil
	}
	mode := "ARP"
	var nodes []*Node
	for _, a := range agents {
		if a.Mode != "" {
			mode = a.Mode
		}
		if n := q.World.nodes[a.Node]; n != nil && n.Ready && !has(nodes, a.Node) {
			nodes = append(nodes, n)
		}
	}
	slices.SortFunc(nodes, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
	f := finding{mechanism: "kube-vip " + mode, class: ClassL2, expected: true}
	f.eligible, f.rule = nodes, "nodes that run kube-vip"
	if len(agents) == 0 {
		f.eligible, f.rule = q.nodes(nil, "no kube-vip pod is known: every ready node")
	}
	if mode != "ARP" {
		f.class = ClassBGP
	}
	if len(leases) == 0 && mode == "ARP" {
		leases = q.leases[kubeVIPShared]
	}
	switch {
	case len(leases) > 0:
		f.hold(leases)
	case mode != "ARP":
		for _, n := range f.eligible {
			f.announcers = append(f.announcers, announcer{node: n.Name, object: "kube-vip in " + mode + " mode", trust: lowMedium()})
		}
		if host != "" {
			f.doubt(host + " wrote the status last; without an election all of them announce")
		}
	case q.labelled() != "":
		f.announcers = append(f.announcers, announcer{node: q.labelled(), object: "label " + kubeVIPLabel + "… of the node", trust: mediumHigh()})
	case host != "":
		f.announcers = append(f.announcers, announcer{node: host, object: "annotation " + kubeVIPHost, trust: mediumHigh()})
	default:
		f.unknown = "neither a Lease nor the annotation vipHost names a node"
		if why := q.unread("leases"); why != "" {
			f.unknown += "; " + why
		}
	}
	return []finding{f}
}

// kubeVIPLeases are the leases of the service's own election.
func (q quest) kubeVIPLeases() []*Lease {
	want := q.service.electionOfItsOwn()
	var out []*Lease
	for _, l := range q.leases[want.Name] {
		if l.Namespace == want.Namespace {
			out = append(out, l)
		}
	}
	return out
}

// electionOfItsOwn names the lease of a service that kube-vip elects a node for
// alone.
func (s *Service) electionOfItsOwn() Name {
	out := Name{Namespace: s.Namespace, Name: "kubevip-" + s.Name.Name}
	if text := s.Annotations[kubeVIPLease]; text != "" {
		out.Name = text
		if ns, rest, ok := strings.Cut(text, "/"); ok {
			out = Name{Namespace: ns, Name: rest}
		}
	}
	return out
}

// labelled is the node whose label says that it provides the service.
func (q quest) labelled() string {
	key := kubeVIPLabel + q.service.Name.Name + "." + q.service.Namespace
	for _, n := range q.known.nodes {
		if n.Labels.Has(key) {
			return n.Name
		}
	}
	return ""
}
