package kube

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

type ciliumNodeSpec struct {
	Addresses []struct {
		Type string `json:"type"`
		IP   string `json:"ip"`
	} `json:"addresses"`
	IPAM struct {
		PodCIDRs []string `json:"podCIDRs"`
		Pools    struct {
			Allocated []struct {
				Pool  string   `json:"pool"`
				CIDRs []string `json:"cidrs"`
			} `json:"allocated"`
		} `json:"pools"`
	} `json:"ipam"`
	Encryption struct {
		Key int `json:"key"`
	} `json:"encryption"`
}

// attrPodCIDRsBy are pod ranges that a CNI gave to a node itself, which need
// not be those of the Node.
const (
	attrCNIPodCIDRs = "cni_pod_cidrs"
	attrEncryption  = "encryption"
	attrTunnelIP    = "tunnel_address"
	attrCNI         = "cni"
	attrCNIMode     = "cni_mode"
)

// ciliumNode says more of the node of its name.
func (t *translator) ciliumNode(o *custom[ciliumNodeSpec, none]) result {
	var a attrs
	cidrs := slices.Clone(o.Spec.IPAM.PodCIDRs)
	for _, p := range o.Spec.IPAM.Pools.Allocated {
		cidrs = append(cidrs, p.CIDRs...)
	}
	a.add(attrCNI, "Cilium")
	a.add(attrCNIPodCIDRs, joinDistinct(cidrs))
	for _, addr := range o.Spec.Addresses {
		if addr.Type == "CiliumInternalIP" {
			a.add(attrTunnelIP, address(addr.IP))
		}
	}
	if o.Annotations["network.cilium.io/wg-pub-key"] != "" {
		a.add(attrEncryption, "WireGuard")
	} else if o.Spec.Encryption.Key != 0 {
		a.add(attrEncryption, "IPsec")
	}
	r := one("node/"+o.Name+"#cilium", t.nodeMore(o.Name, a))
	r.facts = []expose.Fact{&expose.Setting{Key: attrCNI, Value: "Cilium", Object: "CiliumNode"}}
	return r
}

// nodeMore is a further claim of a node: what another object than the Node
// says of it.
func (t *translator) nodeMore(name string, a attrs) *api.VertexClaim {
	return &api.VertexClaim{Kind: api.VertexNode, Aliases: t.alias("Node", "", name), Parent: clusterKey, Name: name, Attrs: a}
}

type ciliumPoolSpec struct {
	Blocks []struct {
		CIDR  string `json:"cidr"`
		Start string `json:"start"`
		Stop  string `json:"stop"`
	} `json:"blocks"`
	ServiceSelector *metav1.LabelSelector `json:"serviceSelector"`
	Disabled        bool                  `json:"disabled"`
}

func (t *translator) ciliumPool(o *custom[ciliumPoolSpec, none]) result {
	key := "pool/CiliumLoadBalancerIPPool/" + o.Name
	p := &expose.Pool{
		Maker: expose.MakerCilium, Object: objectName("CiliumLoadBalancerIPPool", o), Key: key, Name: o.Name,
		Services: selector(o.Spec.ServiceSelector), Disabled: o.Spec.Disabled, Used: -1, Free: -1,
	}
	for _, b := range o.Spec.Blocks {
		if b.CIDR != "" {
			p.Ranges = append(p.Ranges, ranges([]string{b.CIDR})...)
		} else if r, ok := expose.MakeRange(b.Start, cmp.Or(b.Stop, b.Start)); ok {
			p.Ranges = append(p.Ranges, r)
		}
	}
	return factsOf(key, p)
}

type ciliumL2Spec struct {
	ServiceSelector *metav1.LabelSelector `json:"serviceSelector"`
	NodeSelector    *metav1.LabelSelector `json:"nodeSelector"`
	ExternalIPs     bool                  `json:"externalIPs"`
	LoadBalancerIPs bool                  `json:"loadBalancerIPs"`
}

func (t *translator) ciliumL2(o *custom[ciliumL2Spec, none]) result {
	return factsOf("advert/CiliumL2AnnouncementPolicy/"+o.Name, &expose.Advert{
		Maker: expose.MakerCilium, Protocol: "L2", Object: objectName("CiliumL2AnnouncementPolicy", o),
		Services: selectorList(o.Spec.ServiceSelector), Nodes: selectorList(o.Spec.NodeSelector),
		LoadBalancer: o.Spec.LoadBalancerIPs, External: o.Spec.ExternalIPs,
	})
}

type ciliumBGPConfigSpec struct {
	NodeSelector *metav1.LabelSelector `json:"nodeSelector"`
}

func (t *translator) ciliumBGPConfig(o *custom[ciliumBGPConfigSpec, none]) result {
	nodes := selector(o.Spec.NodeSelector)
	if nodes == nil {
		nodes = labels.Everything()
	}
	return factsOf("speakers/CiliumBGPClusterConfig/"+o.Name, &expose.Speakers{
		Maker: expose.MakerCilium, Object: objectName("CiliumBGPClusterConfig", o), Nodes: nodes,
	})
}

type ciliumBGPAdvertisementSpec struct {
	Advertisements []struct {
		Type     string                `json:"advertisementType"`
		Selector *metav1.LabelSelector `json:"selector"`
		Service  *struct {
			Addresses []string `json:"addresses"`
		} `json:"service"`
	} `json:"advertisements"`
}

// ciliumBGPAdvertisement: without a selector no service is meant.
func (t *translator) ciliumBGPAdvertisement(o *custom[ciliumBGPAdvertisementSpec, none]) result {
	r := factsOf("advert/CiliumBGPAdvertisement/" + o.Name)
	for _, ad := range o.Spec.Advertisements {
		if ad.Type != "Service" || ad.Selector == nil || ad.Service == nil {
			continue
		}
		r.facts = append(r.facts, &expose.Advert{
			Maker: expose.MakerCilium, Protocol: "BGP", Object: objectName("CiliumBGPAdvertisement", o),
			Services:     selectorList(ad.Selector),
			LoadBalancer: slices.Contains(ad.Service.Addresses, "LoadBalancerIP"),
			External:     slices.Contains(ad.Service.Addresses, "ExternalIP"),
		})
	}
	return r
}

type ciliumBGPNodeSpec struct {
	BGPInstances []struct {
		LocalASN uint32 `json:"localASN"`
		Peers    []struct {
			PeerAddress  string `json:"peerAddress"`
			PeerASN      uint32 `json:"peerASN"`
			LocalAddress string `json:"localAddress"`
		} `json:"peers"`
	} `json:"bgpInstances"`
}

type ciliumBGPNodeStatus struct {
	BGPInstances []struct {
		Name     string `json:"name"`
		LocalASN uint32 `json:"localASN"`
		Peers    []struct {
			Name         string `json:"name"`
			PeerAddress  string `json:"peerAddress"`
			PeerASN      uint32 `json:"peerASN"`
			PeeringState string `json:"peeringState"`
		} `json:"peers"`
	} `json:"bgpInstances"`
}

// ciliumBGPNode has the name of its node. Timers and counts are measurements.
func (t *translator) ciliumBGPNode(o *custom[ciliumBGPNodeSpec, ciliumBGPNodeStatus]) result {
	r := factsOf("session/CiliumBGPNodeConfig/" + o.Name)
	object := objectName("CiliumBGPNodeConfig", o)
	for _, i := range o.Spec.BGPInstances {
		for _, p := range i.Peers {
			r.facts = append(r.facts, &expose.Peering{
				Maker: expose.MakerCilium, Object: object, Node: o.Name, Address: address(p.PeerAddress), Local: address(p.LocalAddress),
				LocalAS: i.LocalASN, PeerAS: p.PeerASN,
			})
		}
	}
	for _, i := range o.Status.BGPInstances {
		for _, p := range i.Peers {
			r.facts = append(r.facts, &expose.Session{
				Maker: expose.MakerCilium, Object: object, Node: o.Name,
				Address: address(p.PeerAddress), LocalAS: i.LocalASN, PeerAS: p.PeerASN,
				Peer: fmt.Sprintf("%s (AS %d)", cmp.Or(p.PeerAddress, p.Name), p.PeerASN), State: cmp.Or(p.PeeringState, "unknown"),
			})
		}
	}
	return r
}
