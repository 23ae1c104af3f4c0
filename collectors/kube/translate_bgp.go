package kube

import (
	"cmp"
	"net"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// Who is told to speak BGP with whom. Passwords stand in some of these objects;
// they are not decoded.

type metallbPeerSpec struct {
	MyASN         uint32                 `json:"myASN"`
	LocalASN      uint32                 `json:"localASN"`
	PeerASN       uint32                 `json:"peerASN"`
	PeerAddress   string                 `json:"peerAddress"`
	SourceAddress string                 `json:"sourceAddress"`
	VRF           string                 `json:"vrf"`
	NodeSelectors []metav1.LabelSelector `json:"nodeSelectors"`
}

// metallbPeer is a peer of MetalLB's; one that is named by an interface alone
// has no address by which it could be found.
func (t *translator) metallbPeer(o *custom[metallbPeerSpec, none]) result {
	s := &o.Spec
	return factsOf("peering/BGPPeer/"+o.Namespace+"/"+o.Name, &expose.Peering{
		Maker: expose.MakerMetalLB, Object: objectName("BGPPeer", o), Nodes: selectors(s.NodeSelectors),
		Address: address(s.PeerAddress), Local: address(s.SourceAddress), VRF: s.VRF,
		LocalAS: cmp.Or(s.LocalASN, s.MyASN), PeerAS: s.PeerASN,
	})
}

type frrConfigurationSpec struct {
	BGP struct {
		Routers []struct {
			ASN       uint32 `json:"asn"`
			VRF       string `json:"vrf"`
			Neighbors []struct {
				ASN           uint32 `json:"asn"`
				Address       string `json:"address"`
				SourceAddress string `json:"sourceaddress"`
			} `json:"neighbors"`
		} `json:"routers"`
	} `json:"bgp"`
	NodeSelector *metav1.LabelSelector `json:"nodeSelector"`
}

// frrConfiguration is how frr-k8s is set up, by MetalLB, OVN-Kubernetes or hand.
func (t *translator) frrConfiguration(o *custom[frrConfigurationSpec, none]) result {
	r := factsOf("peering/FRRConfiguration/" + o.Namespace + "/" + o.Name)
	for _, router := range o.Spec.BGP.Routers {
		for _, n := range router.Neighbors {
			r.facts = append(r.facts, &expose.Peering{
				Maker: expose.MakerMetalLB, Object: objectName("FRRConfiguration", o), Nodes: selectorList(o.Spec.NodeSelector),
				Address: address(n.Address), Local: address(n.SourceAddress), VRF: router.VRF, LocalAS: router.ASN, PeerAS: n.ASN,
			})
		}
	}
	return r
}

type calicoPeerSpec struct {
	Node          string `json:"node"`
	NodeSelector  string `json:"nodeSelector"`
	PeerIP        string `json:"peerIP"`
	ASNumber      uint32 `json:"asNumber"`
	SourceAddress string `json:"sourceAddress"`
}

// calicoPeering is a peer of some of Calico's nodes; one that is named by a
// selector is a node of the cluster, and part of its mesh.
func (t *translator) calicoPeering(o *custom[calicoPeerSpec, none]) result {
	s := &o.Spec
	key := "peering/Calico/" + o.Name
	peer := s.PeerIP
	if host, _, err := net.SplitHostPort(peer); err == nil {
		peer = host
	}
	f := &expose.Peering{
		Maker: expose.MakerCalico, Object: objectName("BGPPeer", o), Node: s.Node,
		Address: address(peer), Local: address(s.SourceAddress), PeerAS: s.ASNumber,
	}
	if f.Address == "" {
		return factsOf(key)
	}
	if s.NodeSelector != "" {
		selects, ok := calicoSelector(s.NodeSelector)
		if !ok {
			return result{key: key, skipped: 1}
		}
		f.Nodes = []labels.Selector{selects}
	}
	return factsOf(key, f)
}

// routerPeers are the peers that kube-router finds on its node.
func routerPeers(o *corev1.Node) []expose.Fact {
	const prefix = "kube-router.io/"
	ips, numbers := o.Annotations[prefix+"peer.ips"], strings.Split(o.Annotations[prefix+"peer.asns"], ",")
	if ips == "" {
		return nil
	}
	var out []expose.Fact
	for i, ip := range strings.Split(ips, ",") {
		f := &expose.Peering{
			Maker: expose.MakerKubeRouter, Object: "annotation " + prefix + "peer.ips", Node: o.Name,
			Address: address(strings.TrimSpace(ip)), LocalAS: asNumber(o.Annotations[prefix+"node.asn"]),
		}
		if i < len(numbers) {
			f.PeerAS = asNumber(numbers[i])
		}
		out = append(out, f)
	}
	return out
}

func asNumber(text string) uint32 {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
