package kube

import (
	"cmp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// Addresses that no Service has: under which pods go out, and of the API server.

type antreaEgressSpec struct {
	EgressIP  string   `json:"egressIP"`
	EgressIPs []string `json:"egressIPs"`
}

type antreaEgressStatus struct {
	EgressIP   string `json:"egressIP"`
	EgressNode string `json:"egressNode"`
}

// antreaEgress is an address under which the pods that it selects go out.
func (t *translator) antreaEgress(o *custom[antreaEgressSpec, antreaEgressStatus]) result {
	key := "egress/Egress/" + o.Name
	ip := cmp.Or(o.Status.EgressIP, o.Spec.EgressIP)
	if ip == "" && len(o.Spec.EgressIPs) > 0 {
		ip = o.Spec.EgressIPs[0]
	}
	if ip = address(ip); ip == "" {
		return factsOf(key)
	}
	return factsOf(key, &expose.Bound{
		Address: ip, Mechanism: "Antrea Egress", Class: expose.ClassEgress, Object: objectName("Egress", o), Node: o.Status.EgressNode,
	})
}

type antreaBGPPolicySpec struct {
	NodeSelector   *metav1.LabelSelector `json:"nodeSelector"`
	LocalASN       uint32                `json:"localASN"`
	Advertisements struct {
		Service *struct {
			IPTypes []string `json:"ipTypes"`
		} `json:"service"`
	} `json:"advertisements"`
	BGPPeers []struct {
		Address string `json:"address"`
		ASN     uint32 `json:"asn"`
	} `json:"bgpPeers"`
}

// antreaBGPPolicy says who speaks BGP with whom, and what they announce.
func (t *translator) antreaBGPPolicy(o *custom[antreaBGPPolicySpec, none]) result {
	s, object := &o.Spec, objectName("BGPPolicy", o)
	r := factsOf("advert/BGPPolicy/" + o.Name)
	if s.Advertisements.Service != nil {
		f := &expose.Advert{Maker: expose.MakerAntrea, Protocol: "BGP", Object: object, Nodes: selectorList(s.NodeSelector)}
		for _, kind := range s.Advertisements.Service.IPTypes {
			f.LoadBalancer = f.LoadBalancer || kind == "LoadBalancerIP"
			f.External = f.External || kind == "ExternalIP"
		}
		r.facts = append(r.facts, f)
	}
	for _, p := range s.BGPPeers {
		r.facts = append(r.facts, &expose.Peering{
			Maker: expose.MakerAntrea, Object: object, Nodes: selectorList(s.NodeSelector), Address: address(p.Address),
			LocalAS: s.LocalASN, PeerAS: p.ASN,
		})
	}
	return r
}

type ovnEgressIPSpec struct {
	EgressIPs []string `json:"egressIPs"`
}

type ovnEgressIPStatus struct {
	Items []struct {
		Node     string `json:"node"`
		EgressIP string `json:"egressIP"`
	} `json:"items"`
}

// ovnEgressIP are addresses under which pods go out, each on a node; one that
// the status does not have is held by nobody.
func (t *translator) ovnEgressIP(o *custom[ovnEgressIPSpec, ovnEgressIPStatus]) result {
	r := factsOf("egress/EgressIP/" + o.Name)
	held := map[string]bool{}
	add := func(ip, node string) {
		if ip = address(ip); ip != "" && !held[ip+" "+node] && (node != "" || !held[ip]) {
			held[ip], held[ip+" "+node] = true, true
			r.facts = append(r.facts, &expose.Bound{
				Address: ip, Mechanism: "OVN-Kubernetes EgressIP", Class: expose.ClassEgress,
				Object: objectName("EgressIP", o) + " " + ip, Node: node,
			})
		}
	}
	for _, item := range o.Status.Items {
		add(item.EgressIP, item.Node)
	}
	for _, ip := range o.Spec.EgressIPs {
		add(ip, "")
	}
	return r
}

// controlPlane is the API server's address, where kube-vip holds it: of its
// environment the address and the switch are looked at.
func controlPlane(o *corev1.Pod) []expose.Fact {
	on, ip := false, ""
	for i := range o.Spec.Containers {
		for _, e := range o.Spec.Containers[i].Env {
			switch e.Name {
			case "cp_enable":
				set, err := strconv.ParseBool(e.Value)
				on = err == nil && set
			case "address", "vip_address":
				ip = cmp.Or(address(strings.TrimSpace(e.Value)), ip)
			}
		}
	}
	if !on || ip == "" {
		return nil
	}
	return []expose.Fact{&expose.Bound{
		Address: ip, Mechanism: "kube-vip control plane", Class: expose.ClassL2, Object: objectName("Pod", o), Node: o.Spec.NodeName,
		Lease: expose.Name{Namespace: o.Namespace, Name: "plndr-cp-lock"},
	}}
}
