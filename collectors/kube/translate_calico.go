package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/collectors/kube/expose"
)

type calicoPoolSpec struct {
	CIDR        string   `json:"cidr"`
	IPIPMode    string   `json:"ipipMode"`
	VXLANMode   string   `json:"vxlanMode"`
	Disabled    bool     `json:"disabled"`
	AllowedUses []string `json:"allowedUses"`
}

// calicoPool is a pod range that says how pods' packets travel, or a pool of
// load balancers' addresses.
func (t *translator) calicoPool(o *custom[calicoPoolSpec, none]) result {
	key := "pool/IPPool/" + o.Name
	mode := "no overlay"
	switch {
	case o.Spec.VXLANMode != "" && o.Spec.VXLANMode != "Never":
		mode = "VXLAN (" + o.Spec.VXLANMode + ")"
	case o.Spec.IPIPMode != "" && o.Spec.IPIPMode != "Never":
		mode = "IPIP (" + o.Spec.IPIPMode + ")"
	}
	object := objectName("IPPool", o)
	r := factsOf(key,
		&expose.Setting{Key: attrCNI, Value: expose.MakerCalico, Object: object},
		&expose.Pool{
			Maker: "Calico pods", Object: object, Key: key, Name: o.Name, Ranges: ranges([]string{o.Spec.CIDR}),
			Disabled: o.Spec.Disabled, Used: -1, Free: -1,
		})
	if slices.Contains(o.Spec.AllowedUses, "LoadBalancer") {
		r.facts[1].(*expose.Pool).Maker = expose.MakerCalico
	} else if !o.Spec.Disabled {
		r.facts = append(r.facts, &expose.Setting{Key: attrCNIMode, Value: mode, Object: object},
			&expose.Setting{Key: attrPodCIDRs, Value: o.Spec.CIDR, Object: object})
	}
	return r
}

type calicoBlockSpec struct {
	Node    string `json:"node"`
	CIDR    string `json:"cidr"`
	State   string `json:"state"`
	Deleted any    `json:"deleted"` // "true", or true by the API server
}

// calicoBlock is one of a node's pod ranges: all of them are the pod network's
// routes. A node has many, each under a key of its own.
func (t *translator) calicoBlock(o *custom[calicoBlockSpec, none]) result {
	s := &o.Spec
	key := "node/" + s.Node + "#block-" + o.Name
	if s.Node == "" || s.CIDR == "" || fmt.Sprint(s.Deleted) == "true" || s.State != "" && s.State != "confirmed" {
		return result{key: "block/" + o.Name, prefix: "node/"}
	}
	var a attrs
	a.add(attrCNIPodCIDRs, s.CIDR)
	r := one(key, t.nodeMore(s.Node, a))
	r.key, r.prefix = "block/"+o.Name, "node/"
	return r
}

type calicoBGPSpec struct {
	ServiceExternalIPs     []calicoCIDR `json:"serviceExternalIPs"`
	ServiceLoadBalancerIPs []calicoCIDR `json:"serviceLoadBalancerIPs"`
	ServiceClusterIPs      []calicoCIDR `json:"serviceClusterIPs"`
	NodeToNodeMeshEnabled  *bool        `json:"nodeToNodeMeshEnabled"`
}

type calicoCIDR struct {
	CIDR string `json:"cidr"`
}

func calicoRanges(list []calicoCIDR) []expose.Range {
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = list[i].CIDR
	}
	return ranges(texts)
}

// calicoBGP says which addresses of services all of Calico's nodes announce.
func (t *translator) calicoBGP(o *custom[calicoBGPSpec, none]) result {
	object := objectName("BGPConfiguration", o)
	r := factsOf("advert/BGPConfiguration/" + o.Name)
	if lb := calicoRanges(o.Spec.ServiceLoadBalancerIPs); len(lb) > 0 {
		r.facts = append(r.facts, &expose.Advert{Maker: expose.MakerCalico, Protocol: "BGP", Object: object, Ranges: lb, LoadBalancer: true})
	}
	if ex := calicoRanges(o.Spec.ServiceExternalIPs); len(ex) > 0 {
		r.facts = append(r.facts, &expose.Advert{Maker: expose.MakerCalico, Protocol: "BGP", Object: object, Ranges: ex, External: true})
	}
	for _, c := range o.Spec.ServiceClusterIPs {
		r.facts = append(r.facts, &expose.Setting{Key: "advertised_cluster_ips", Value: c.CIDR, Object: object})
	}
	if mesh := o.Spec.NodeToNodeMeshEnabled; mesh != nil && !*mesh {
		r.facts = append(r.facts, &expose.Setting{Key: "bgp_mesh", Value: "off", Object: object})
	}
	return r
}

type calicoFelixSpec struct {
	WireguardEnabled   *bool `json:"wireguardEnabled"`
	WireguardEnabledV6 *bool `json:"wireguardEnabledV6"`
	BPFEnabled         *bool `json:"bpfEnabled"`
	VXLANMTU           *int  `json:"vxlanMTU"`
	IPIPMTU            *int  `json:"ipipMTU"`
	WireguardMTU       *int  `json:"wireguardMTU"`
}

// calicoFelix says how Calico's agents are set up, of all nodes: what is set up
// for one node alone says nothing of the network.
func (t *translator) calicoFelix(o *custom[calicoFelixSpec, none]) result {
	s, object := &o.Spec, objectName("FelixConfiguration", o)
	r := factsOf("felix/" + o.Name)
	if o.Name != "default" {
		return r
	}
	add := func(key, value string) {
		r.facts = append(r.facts, &expose.Setting{Key: key, Value: value, Object: object})
	}
	on := func(set *bool) bool { return set != nil && *set }
	add(attrCNI, expose.MakerCalico)
	if on(s.WireguardEnabled) || on(s.WireguardEnabledV6) {
		add(attrEncryption, "WireGuard")
	}
	if on(s.BPFEnabled) {
		add("kube_proxy_mode", "none: Calico's eBPF")
	}
	for _, m := range []struct {
		of  string
		mtu *int
	}{{"IPIP", s.IPIPMTU}, {"VXLAN", s.VXLANMTU}, {"WireGuard", s.WireguardMTU}} {
		if m.mtu != nil && *m.mtu > 0 { // 0 is what Calico finds by itself
			add(attrMTU, fmt.Sprintf("%d (%s)", *m.mtu, m.of))
		}
	}
	return r
}

type calicoStatusSpec struct {
	Node string `json:"node"`
}

type calicoStatusStatus struct {
	BGP struct {
		PeersV4 []calicoPeer `json:"peersV4"`
		PeersV6 []calicoPeer `json:"peersV6"`
	} `json:"bgp"`
}

type calicoPeer struct {
	PeerIP string `json:"peerIP"`
	Type   string `json:"type"`
	State  string `json:"state"`
}

// calicoStatus is there only where somebody asked for it, node by node.
func (t *translator) calicoStatus(o *custom[calicoStatusSpec, calicoStatusStatus]) result {
	r := factsOf("session/CalicoNodeStatus/" + o.Name)
	for _, p := range slices.Concat(o.Status.BGP.PeersV4, o.Status.BGP.PeersV6) {
		r.facts = append(r.facts, &expose.Session{
			Maker: expose.MakerCalico, Object: objectName("CalicoNodeStatus", o), Node: o.Spec.Node,
			Peer: p.PeerIP, Address: address(p.PeerIP), Mesh: p.Type == "NodeMesh", State: strings.ToLower(cmp.Or(p.State, "unknown")),
		})
	}
	return r
}

type antreaPoolSpec struct {
	IPRanges []struct {
		CIDR  string `json:"cidr"`
		Start string `json:"start"`
		End   string `json:"end"`
	} `json:"ipRanges"`
	NodeSelector *metav1.LabelSelector `json:"nodeSelector"`
}

type antreaPoolStatus struct {
	Usage *struct {
		Total int64 `json:"total"`
		Used  int64 `json:"used"`
	} `json:"usage"`
}

func (t *translator) antreaPool(o *custom[antreaPoolSpec, antreaPoolStatus]) result {
	key := "pool/ExternalIPPool/" + o.Name
	p := &expose.Pool{
		Maker: expose.MakerAntrea, Object: objectName("ExternalIPPool", o), Key: key, Name: o.Name,
		Nodes: selector(o.Spec.NodeSelector), Used: -1, Free: -1,
	}
	for _, r := range o.Spec.IPRanges {
		if r.CIDR != "" {
			p.Ranges = append(p.Ranges, ranges([]string{r.CIDR})...)
		} else if made, ok := expose.MakeRange(r.Start, r.End); ok {
			p.Ranges = append(p.Ranges, made)
		}
	}
	if u := o.Status.Usage; u != nil {
		p.Used, p.Free = u.Used, u.Total-u.Used
	}
	return factsOf(key, p)
}

type ovnEgressStatus struct {
	Host string `json:"host"`
}

// ovnEgress has the name of its service.
func (t *translator) ovnEgress(o *custom[none, ovnEgressStatus]) result {
	key := "status/EgressService/" + o.Namespace + "/" + o.Name
	if o.Status.Host == "" || o.Status.Host == "ALL" {
		return factsOf(key)
	}
	return factsOf(key, &expose.Status{
		Maker: expose.MakerOVN, Protocol: "egress", Object: objectName("EgressService", o),
		Service: expose.Name{Namespace: o.Namespace, Name: o.Name}, Node: o.Status.Host,
	})
}
