package netsim

import (
	"fmt"
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

const (
	calicoGroup  = "crd.projectcalico.org"
	gatewayGroup = "gateway.networking.k8s.io"
)

// hasGateway says whether the cluster has the Gateway API.
func (c *cluster) hasGateway() bool { return c.number%3 == 0 && c.machineryOf() != noMachinery }

// hasCalico says whether Calico makes the cluster's pod network.
func (c *cluster) hasCalico() bool { return c.machineryOf().isBGP() && c.network == "" }

func gatewayKinds() []kubeapi.Kind {
	return []kubeapi.Kind{
		{Group: gatewayGroup, Version: "v1", Resource: "gateways", Kind: "Gateway", Namespaced: true},
		{Group: gatewayGroup, Version: "v1", Resource: "httproutes", Kind: "HTTPRoute", Namespaced: true},
	}
}

func calicoKinds() []kubeapi.Kind {
	return []kubeapi.Kind{
		{Group: calicoGroup, Version: "v1", Resource: "ippools", Kind: "IPPool"},
		{Group: calicoGroup, Version: "v1", Resource: "blockaffinities", Kind: "BlockAffinity"},
	}
}

// networkObjects are those of the pod network and of the Gateway API, which stay
// as they are.
func (c *cluster) networkObjects() []runtime.Object {
	var out []runtime.Object
	if c.network == NetworkCilium {
		out = append(out, c.ciliumNodes()...)
	}
	if c.hasCalico() {
		out = append(out, custom(calicoGroup+"/v1", "IPPool", "", "pods", map[string]any{
			"spec": map[string]any{"cidr": "10.244.0.0/14", "ipipMode": "Never", "vxlanMode": "CrossSubnet", "blockSize": int64(24)},
		}))
		for _, n := range c.nodes {
			name := n.host + "-" + strings.NewReplacer(".", "-", "/", "-").Replace(n.podNet.String())
			out = append(out, custom(calicoGroup+"/v1", "BlockAffinity", "", name, map[string]any{
				"spec": map[string]any{"node": n.name, "cidr": n.podNet.String(), "state": "confirmed", "deleted": "false"},
			}))
		}
	}
	if services := c.balanced(); c.hasGateway() && len(services) > 0 {
		out = append(out, gatewayObjects(services[min(1, len(services)-1)])...)
	}
	return out
}

// gatewayObjects are a Gateway at the address of a service, and a route through
// it to that.
func gatewayObjects(s *service) []runtime.Object {
	yes := func(kinds ...string) []any {
		var out []any
		for _, kind := range kinds {
			out = append(out, map[string]any{"type": kind, "status": "True", "reason": kind})
		}
		return out
	}
	host := s.name + "." + s.namespace.name + ".example.net"
	return []runtime.Object{
		custom(gatewayGroup+"/v1", "Gateway", s.namespace.name, "front", map[string]any{
			"spec": map[string]any{
				"gatewayClassName": "envoy",
				"listeners":        []any{map[string]any{"name": "http", "port": int64(80), "protocol": "HTTP", "hostname": host}},
			},
			"status": map[string]any{
				"addresses":  []any{map[string]any{"type": "IPAddress", "value": s.vip.String()}},
				"conditions": yes("Accepted", "Programmed"),
				"listeners":  []any{map[string]any{"name": "http", "attachedRoutes": int64(1)}},
			},
		}),
		custom(gatewayGroup+"/v1", "HTTPRoute", s.namespace.name, s.name, map[string]any{
			"spec": map[string]any{
				"parentRefs": []any{map[string]any{"name": "front"}}, "hostnames": []any{host},
				"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": s.name, "port": int64(s.port)}}}},
			},
			"status": map[string]any{"parents": []any{map[string]any{
				"parentRef": map[string]any{"name": "front"}, "conditions": yes("Accepted", "ResolvedRefs"),
			}}},
		}),
	}
}

// calicoPool lets every node that speaks BGP announce the addresses of services:
// no object names a node.
func (c *cluster) calicoPool(first netip.Addr) []*unstructured.Unstructured {
	octets := first.As4()
	cidr := fmt.Sprintf("%d.%d.%d.0/24", octets[0], octets[1], octets[2])
	return []*unstructured.Unstructured{custom(calicoGroup+"/v1", "BGPConfiguration", "", "default", map[string]any{
		"spec": map[string]any{"asNumber": int64(64512), "nodeToNodeMeshEnabled": false, "serviceLoadBalancerIPs": []any{map[string]any{"cidr": cidr}}},
	})}
}
