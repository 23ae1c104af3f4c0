package netsim

import (
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// What Cilium, Antrea and OVN-Kubernetes have in the API of a cluster whose
// network they make.

const (
	ciliumGroup = "cilium.io"
	antreaGroup = "crd.antrea.io"
	ovnGroup    = "k8s.ovn.org"
)

func clusterKind(group, version, resource, kind string) kubeapi.Kind {
	return kubeapi.Kind{Group: group, Version: version, Resource: resource, Kind: kind}
}

func ciliumKinds() []kubeapi.Kind {
	return []kubeapi.Kind{
		clusterKind(ciliumGroup, "v2", "ciliumloadbalancerippools", "CiliumLoadBalancerIPPool"),
		clusterKind(ciliumGroup, "v2", "ciliumbgpclusterconfigs", "CiliumBGPClusterConfig"),
		clusterKind(ciliumGroup, "v2", "ciliumbgppeerconfigs", "CiliumBGPPeerConfig"),
		clusterKind(ciliumGroup, "v2", "ciliumbgpadvertisements", "CiliumBGPAdvertisement"),
		clusterKind(ciliumGroup, "v2", "ciliumbgpnodeconfigs", "CiliumBGPNodeConfig"),
	}
}

func antreaKinds() []kubeapi.Kind {
	return []kubeapi.Kind{
		clusterKind(antreaGroup, "v1beta1", "externalippools", "ExternalIPPool"),
		clusterKind(antreaGroup, "v1beta1", "egresses", "Egress"),
		clusterKind(antreaGroup, "v1beta1", "antreaagentinfos", "AntreaAgentInfo"),
		clusterKind(antreaGroup, "v1alpha1", "bgppolicies", "BGPPolicy"),
	}
}

func ovnKinds() []kubeapi.Kind {
	services := clusterKind(ovnGroup, "v1", "egressservices", "EgressService")
	services.Namespaced = true
	return []kubeapi.Kind{clusterKind(ovnGroup, "v1", "egressips", "EgressIP"), services}
}

// meshID is the cluster's number among those of its mesh.
func (c *cluster) meshID() string { return fmt.Sprint(c.number + 1) }

// ciliumNodes are Cilium's own nodes, and how it is set up: they stay as they are.
func (c *cluster) ciliumNodes() []runtime.Object {
	out := []runtime.Object{&corev1.ConfigMap{
		ObjectMeta: meta("kube-system", "cilium-config", c.uid[:len(c.uid)-4]+"0005", c.created, nil),
		Data: map[string]string{
			"cluster-name": c.name, "cluster-id": c.meshID(), "routing-mode": "native", "kube-proxy-replacement": "false",
			"enable-wireguard": "true", "mtu": "8950",
		},
	}}
	for _, n := range c.nodes {
		o := custom(ciliumGroup+"/v2", "CiliumNode", "", n.name, map[string]any{"spec": map[string]any{
			"addresses": []any{
				map[string]any{"type": "InternalIP", "ip": n.address.String()},
				map[string]any{"type": "CiliumInternalIP", "ip": n.podNet.Addr().Next().String()},
			},
			"ipam": map[string]any{"podCIDRs": []any{n.podNet.String()}},
		}})
		o.SetAnnotations(map[string]string{"network.cilium.io/wg-pub-key": "c2ltdWxhdGVk"})
		out = append(out, o)
	}
	return out
}

// ciliumBGPObjects let every worker announce all addresses of a pool to its
// site's first border.
func (c *cluster) ciliumBGPObjects(pool string) []*unstructured.Unstructured {
	start, stop := splitRange(pool)
	workers := map[string]any{"matchExpressions": []any{
		map[string]any{"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"},
	}}
	named := func(kind, name string, spec map[string]any) *unstructured.Unstructured {
		return custom(ciliumGroup+"/v2", kind, "", name, map[string]any{"spec": spec})
	}
	peers := func(n *node) []any {
		return []any{map[string]any{
			"name": "border", "peerASN": int64(borderAS), "peerAddress": n.within.gateway(0).String(),
			"peerConfigRef": map[string]any{"name": "border"},
		}}
	}
	instances := func(peers []any) []any {
		return []any{map[string]any{"name": "main", "localASN": int64(clusterAS), "peers": peers}}
	}
	out := []*unstructured.Unstructured{
		named("CiliumLoadBalancerIPPool", "public", map[string]any{"blocks": []any{map[string]any{"start": start, "stop": stop}}}),
		named("CiliumBGPClusterConfig", "workers", map[string]any{"nodeSelector": workers, "bgpInstances": instances(peers(c.nodes[0]))}),
		named("CiliumBGPPeerConfig", "border", map[string]any{"gracefulRestart": map[string]any{"enabled": true}}),
		named("CiliumBGPAdvertisement", "public", map[string]any{"advertisements": []any{map[string]any{
			"advertisementType": "Service", "service": map[string]any{"addresses": []any{"LoadBalancerIP"}}, "selector": map[string]any{},
		}}}),
	}
	for _, n := range c.nodes {
		if n.control {
			continue
		}
		state := "established"
		if n.unheard() {
			state = "idle"
		}
		o := named("CiliumBGPNodeConfig", n.name, map[string]any{"bgpInstances": instances(peers(n))})
		o.Object["status"] = map[string]any{"bgpInstances": []any{map[string]any{
			"name": "main", "localASN": int64(clusterAS), "peers": []any{map[string]any{
				"name": "border", "peerAddress": n.within.gateway(0).String(), "peerASN": int64(borderAS), "peeringState": state,
			}},
		}}}
		out = append(out, o)
	}
	return out
}

// antreaObjects are the pool, an address by which a namespace's pods go out, a
// policy by which that is announced, and how the agents are.
func (c *cluster) antreaObjects(pool string, services []*service) []*unstructured.Unstructured {
	start, stop := splitRange(pool)
	nodes := c.announcers()
	egress := outgoing(services[0]).String()
	status := map[string]any{}
	if len(nodes) > 0 {
		status = map[string]any{"egressIP": egress, "egressNode": nodes[0].name}
	}
	everywhere := map[string]any{"matchLabels": map[string]any{corev1.LabelOSStable: "linux"}}
	out := []*unstructured.Unstructured{
		custom(antreaGroup+"/v1beta1", "ExternalIPPool", "", "public", map[string]any{
			"spec":   map[string]any{"ipRanges": []any{map[string]any{"start": start, "end": stop}}, "nodeSelector": map[string]any{}},
			"status": map[string]any{"usage": map[string]any{"total": int64(c.poolLast), "used": int64(len(services))}},
		}),
		custom(antreaGroup+"/v1beta1", "Egress", "", services[0].namespace.name, map[string]any{
			"spec": map[string]any{"egressIP": egress, "appliedTo": map[string]any{"namespaceSelector": map[string]any{
				"matchLabels": map[string]any{corev1.LabelMetadataName: services[0].namespace.name},
			}}},
			"status": status,
		}),
		custom(antreaGroup+"/v1alpha1", "BGPPolicy", "", "egress", map[string]any{"spec": map[string]any{
			"nodeSelector": everywhere, "localASN": int64(clusterAS), "advertisements": map[string]any{"egress": map[string]any{}},
			"bgpPeers": []any{map[string]any{"address": c.nodes[0].within.gateway(0).String(), "asn": int64(borderAS)}},
		}}),
	}
	for _, n := range c.nodes {
		healthy := "True"
		if n.unheard() {
			healthy = "Unknown"
		}
		out = append(out, custom(antreaGroup+"/v1beta1", "AntreaAgentInfo", "", n.name, map[string]any{
			"version": "v2.4.0", "nodeRef": map[string]any{"kind": "Node", "name": n.name},
			"agentConditions": []any{map[string]any{"type": "AgentHealthy", "status": healthy}},
		}))
	}
	return out
}

// outgoing is the address by which pods of a service's cluster go out: beside
// those that services have.
func outgoing(s *service) netip.Addr {
	a := s.vip.As4()
	a[3] = 254
	return netip.AddrFrom4(a)
}

// ovnObjects are an address by which pods go out, on the first of the nodes that
// may have it, and the node through which a service's pods answer.
func (c *cluster) ovnObjects(nodes []*node, s *service) []runtime.Object {
	ip := outgoing(s).String()
	var items []any
	status := map[string]any{}
	if len(nodes) > 0 {
		items = []any{map[string]any{"node": nodes[0].name, "egressIP": ip}}
		status["host"] = nodes[0].name
	}
	return []runtime.Object{
		custom(ovnGroup+"/v1", "EgressIP", "", s.namespace.name, map[string]any{
			"spec": map[string]any{"egressIPs": []any{ip}}, "status": map[string]any{"items": items},
		}),
		custom(ovnGroup+"/v1", "EgressService", s.namespace.name, s.name, map[string]any{
			"spec": map[string]any{"sourceIPBy": "LoadBalancerIP"}, "status": status,
		}),
	}
}

// networkMarks writes onto a Node what the network's agents write there.
func (n *node) networkMarks(o *corev1.Node) {
	if n.cluster.network == "" {
		return
	}
	mac := n.nics[0].mac.String()
	switch n.cluster.network {
	case NetworkAntrea:
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, "node.antrea.io/mac-address", mac)
	case NetworkOVN:
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, ovnGroup+"/l3-gateway-config", fmt.Sprintf(
			`{"default":{"mode":"shared","interface-id":"br-ex_%s","mac-address":%q,"ip-addresses":["%s/20"],"next-hops":[%q],"vlan-id":"0"}}`,
			n.name, mac, n.address, n.within.gateway(0)))
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, ovnGroup+"/node-subnets", fmt.Sprintf(`{"default":[%q]}`, n.podNet))
		if !n.control {
			o.Labels["k8s.ovn.org/egress-assignable"] = ""
		}
	}
}

// networkMarksService writes onto a Service what the network wants or says there.
func (c *cluster) networkMarksService(s *service, o *corev1.Service) {
	switch {
	case !s.vip.IsValid():
	case c.network == NetworkCilium:
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, "service.cilium.io/global", "true")
	case c.network == NetworkAntrea:
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, "service.antrea.io/external-ip-pool", "public")
		for _, n := range c.claimed(s) {
			o.Status.LoadBalancer.Ingress[0].Hostname = n.name
		}
	}
}
