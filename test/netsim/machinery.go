package netsim

import (
	"fmt"
	"strings"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// machinery is what hands out and announces a cluster's addresses.
type machinery int

const (
	noMachinery machinery = iota // A cloud's, or nothing at all.
	metalLBL2
	ciliumL2
	metalLBBGP
	kubeVIP
	calicoBGP
	ciliumBGP
	antreaL2
)

// isBGP says whether all speakers announce all addresses, to routers.
func (m machinery) isBGP() bool { return m == metalLBBGP || m == calicoBGP || m == ciliumBGP }

// marksServices says whether the Service itself names who announces it.
func (m machinery) marksServices() bool { return m == kubeVIP || m == antreaL2 }

// machineryOf deals the kinds of machinery out among clusters of machines of
// our own.
func (c *cluster) machineryOf() machinery {
	if len(c.nodes) == 0 || c.nodes[0].stands == inCloud || c.nodes[0].stands == inContainer {
		return noMachinery
	}
	switch c.network {
	case NetworkCilium:
		return ciliumBGP
	case NetworkAntrea:
		return antreaL2
	case NetworkOVN:
		return metalLBL2
	}
	return machinery(c.number%5) + metalLBL2
}

// speakers is how many nodes announce addresses in turns, or all at once.
const speakers = 4

// announcers are the nodes that announce: the first workers that live.
func (c *cluster) announcers() []*node {
	var out []*node
	for _, n := range c.nodes {
		if !n.control && !n.unheard() && len(out) < speakers {
			out = append(out, n)
		}
	}
	return out
}

// balanced are the services that have an address of their own.
func (c *cluster) balanced() []*service {
	var out []*service
	for _, s := range c.services {
		if s.vip.IsValid() {
			out = append(out, s)
		}
	}
	return out
}

// customKinds are those that the machinery brings.
func (m machinery) customKinds() []kubeapi.Kind {
	kind := func(group, version, resource, name string, namespaced bool) kubeapi.Kind {
		return kubeapi.Kind{Group: group, Version: version, Resource: resource, Kind: name, Namespaced: namespaced}
	}
	const metallb, beta = "metallb.io", "v1beta1"
	pools := kind(metallb, beta, "ipaddresspools", "IPAddressPool", true)
	switch m {
	case metalLBL2:
		return []kubeapi.Kind{
			pools, kind(metallb, beta, "l2advertisements", "L2Advertisement", true),
			kind(metallb, beta, "servicel2statuses", "ServiceL2Status", true),
		}
	case metalLBBGP:
		return []kubeapi.Kind{
			pools, kind(metallb, beta, "bgpadvertisements", "BGPAdvertisement", true),
			kind(metallb, beta, "servicebgpstatuses", "ServiceBGPStatus", true),
			kind("frrk8s."+metallb, beta, "bgpsessionstates", "BGPSessionState", true),
		}
	case ciliumL2:
		return []kubeapi.Kind{
			kind("cilium.io", "v2", "ciliumloadbalancerippools", "CiliumLoadBalancerIPPool", false),
			kind("cilium.io", "v2alpha1", "ciliuml2announcementpolicies", "CiliumL2AnnouncementPolicy", false),
		}
	case calicoBGP:
		return []kubeapi.Kind{kind(calicoGroup, "v1", "bgpconfigurations", "BGPConfiguration", false)}
	case ciliumBGP:
		return ciliumKinds()
	case antreaL2:
		return antreaKinds()
	case kubeVIP, noMachinery:
	}
	return nil
}

// movingKinds are those whose objects change with who announces.
func (c *cluster) movingKinds() []kubeapi.Kind {
	out := c.machineryOf().customKinds()
	if c.network == NetworkOVN {
		out = append(out, ovnKinds()...)
	}
	return out
}

// customKinds are all that the cluster's API has.
func (c *cluster) customKinds() []kubeapi.Kind {
	out := c.movingKinds()
	if c.network == NetworkCilium {
		out = append(out, clusterKind(ciliumGroup, "v2", "ciliumnodes", "CiliumNode"))
	}
	if c.hasNMState {
		out = append(out, nicKind())
	}
	if c.hasGateway() {
		out = append(out, gatewayKinds()...)
	}
	if c.hasCalico() {
		out = append(out, calicoKinds()...)
	}
	return out
}

// custom makes an object of a custom kind.
func custom(apiVersion, kind, namespace, name string, rest map[string]any) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: rest}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	u.SetName(name)
	u.SetNamespace(namespace)
	return u
}

// refOf names an object of a custom kind.
func (c *cluster) refOf(obj runtime.Object) (kubeapi.Ref, bool) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return kubeapi.Ref{}, false
	}
	for _, k := range c.movingKinds() {
		if k.Kind == u.GetKind() {
			return kubeapi.Ref{Resource: k.GVR(), Namespace: u.GetNamespace(), Name: u.GetName()}, true
		}
	}
	return kubeapi.Ref{}, false
}

// machineryObjects are those of the machinery as it is now, and the few things
// that every cluster has beside its services.
func (c *cluster) machineryObjects() []runtime.Object {
	out := c.frontObjects()
	nodes, services := c.announcers(), c.balanced()
	if len(services) == 0 {
		return out
	}
	for _, object := range c.pool(services) {
		out = append(out, object)
	}
	for _, s := range services {
		out = append(out, c.announcement(s)...)
	}
	if c.network == NetworkOVN {
		out = append(out, c.ovnObjects(nodes, services[0])...)
	}
	if c.machineryOf() == metalLBBGP {
		for _, n := range nodes {
			out = append(out, custom("frrk8s.metallb.io/v1beta1", "BGPSessionState", "metallb-system", n.host+"-tor", map[string]any{
				"status": map[string]any{"node": n.name, "peer": n.within.gateway(0).String(), "bgpStatus": "Established"},
			}))
		}
	}
	return out
}

// fillPool says how many addresses there are: a third more than are taken, but
// in every fifth cluster, where they are all but used up.
func (c *cluster) fillPool() {
	taken := len(c.balanced())
	if c.machineryOf() == noMachinery || c.machineryOf() == kubeVIP || taken == 0 {
		return
	}
	c.poolLast = min(254, taken*4/3)
	if c.number%5 == 0 {
		c.poolLast = min(254, taken)
	}
}

// pool is where the addresses are from.
func (c *cluster) pool(services []*service) []*unstructured.Unstructured {
	first := services[0].vip.As4()
	text := fmt.Sprintf("%d.%d.%d.1-%d.%d.%d.%d", first[0], first[1], first[2], first[0], first[1], first[2], c.poolLast)
	switch c.machineryOf() {
	case metalLBL2, metalLBBGP:
		advert := "L2Advertisement"
		if c.machineryOf() == metalLBBGP {
			advert = "BGPAdvertisement"
		}
		const api, ns = "metallb.io/v1beta1", "metallb-system"
		return []*unstructured.Unstructured{
			custom(api, "IPAddressPool", ns, "public", map[string]any{"spec": map[string]any{"addresses": []any{text}}}),
			custom(api, advert, ns, "public", map[string]any{"spec": map[string]any{"ipAddressPools": []any{"public"}}}),
		}
	case ciliumL2:
		start, stop := splitRange(text)
		return []*unstructured.Unstructured{
			custom("cilium.io/v2", "CiliumLoadBalancerIPPool", "", "public", map[string]any{
				"spec": map[string]any{"blocks": []any{map[string]any{"start": start, "stop": stop}}},
			}),
			custom("cilium.io/v2alpha1", "CiliumL2AnnouncementPolicy", "", "public", map[string]any{
				"spec": map[string]any{"loadBalancerIPs": true, "externalIPs": false},
			}),
		}
	case calicoBGP:
		return c.calicoPool(services[0].vip)
	case ciliumBGP:
		return c.ciliumBGPObjects(text)
	case antreaL2:
		return c.antreaObjects(text, services)
	case kubeVIP, noMachinery:
	}
	return nil
}

func splitRange(text string) (from, to string) {
	from, to, _ = strings.Cut(text, "-")
	return from, to
}

// announcement says who announces a service.
func (c *cluster) announcement(s *service) []runtime.Object {
	var out []runtime.Object
	for _, n := range c.claimed(s) {
		status := map[string]any{"status": map[string]any{"node": n.name, "serviceName": s.name, "serviceNamespace": s.namespace.name}}
		switch c.machineryOf() {
		case metalLBL2:
			out = append(out, custom("metallb.io/v1beta1", "ServiceL2Status", "metallb-system", "l2-"+s.slice+"-"+n.host, status))
		case metalLBBGP:
			out = append(out, custom("metallb.io/v1beta1", "ServiceBGPStatus", "metallb-system", "bgp-"+s.slice+"-"+n.host, status))
		case ciliumL2:
			out = append(out, c.lease("kube-system", "cilium-l2announce-"+s.namespace.name+"-"+s.name, s, n))
		case kubeVIP:
			out = append(out, c.lease(s.namespace.name, "kubevip-"+s.name, s, n))
		case calicoBGP, ciliumBGP, noMachinery: // No object says it.
		case antreaL2: // The Service does.
		}
	}
	return out
}

// lease is what a node holds that announces a service. Renewing it would take a
// clock of its own: it is held for a year.
func (c *cluster) lease(namespace, name string, s *service, holder *node) *coordinationv1.Lease {
	year := int32(365 * 24 * 3600)
	at := metav1.NewMicroTime(c.created)
	return &coordinationv1.Lease{
		ObjectMeta: meta(namespace, name, s.uid[:len(s.uid)-4]+"cafe", c.created, nil),
		Spec:       coordinationv1.LeaseSpec{HolderIdentity: &holder.name, LeaseDurationSeconds: &year, AcquireTime: &at, RenewTime: &at},
	}
}

// vipHost is the node that kube-vip has written on a service, "" without it.
func (c *cluster) vipHost(s *service) string {
	if c.machineryOf() != kubeVIP {
		return ""
	}
	for _, n := range c.claimed(s) {
		return n.name
	}
	return ""
}

// frontObjects are an Ingress before the first load balancer's service, a
// policy that isolates its namespace's databases, and the service network.
func (c *cluster) frontObjects() []runtime.Object {
	uid := func(end string) string { return c.uid[:len(c.uid)-4] + end }
	proxy := &corev1.ConfigMap{
		ObjectMeta: meta("kube-system", "kube-proxy", uid("0001"), c.created, nil),
		Data:       map[string]string{"config.conf": "kind: KubeProxyConfiguration\nmode: nftables\n"},
	}
	ranges := &networkingv1.ServiceCIDR{ObjectMeta: meta("", "kubernetes", uid("0002"), c.created, nil)}
	ranges.Spec.CIDRs = []string{"10.96.0.0/12"}
	out := []runtime.Object{proxy, ranges}
	services := c.balanced()
	if len(services) == 0 {
		return out
	}
	s, class := services[0], "nginx"
	front := &networkingv1.Ingress{ObjectMeta: meta(s.namespace.name, s.name, uid("0003"), c.created, nil)}
	front.Spec.IngressClassName = &class
	front.Spec.DefaultBackend = &networkingv1.IngressBackend{
		Service: &networkingv1.IngressServiceBackend{Name: s.name, Port: networkingv1.ServiceBackendPort{Number: s.port}},
	}
	front.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{IP: s.vip.String()}}
	policy := &networkingv1.NetworkPolicy{ObjectMeta: meta(s.namespace.name, "isolate-"+s.name, uid("0004"), c.created, nil)}
	policy.Spec.PodSelector = metav1.LabelSelector{MatchLabels: s.selector()}
	policy.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	return append(out, front, policy)
}
