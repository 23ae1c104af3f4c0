package kube

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// objectName is how facts name an object: "IPAddressPool metallb-system/blue".
func objectName(kind string, o metav1.Object) string {
	if o.GetNamespace() == "" {
		return kind + " " + o.GetName()
	}
	return kind + " " + o.GetNamespace() + "/" + o.GetName()
}

// factsOf is the result of an object that is no vertex.
func factsOf(key string, facts ...expose.Fact) result { return result{key: key, facts: facts} }

// selector is nil for none; one that cannot be understood selects nothing.
func selector(s *metav1.LabelSelector) labels.Selector {
	if s == nil {
		return nil
	}
	out, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return labels.Nothing()
	}
	return out
}

func selectors(list []metav1.LabelSelector) []labels.Selector {
	var out []labels.Selector
	for i := range list {
		out = append(out, selector(&list[i]))
	}
	return out
}

// one or none of a selector, as a list.
func selectorList(s *metav1.LabelSelector) []labels.Selector {
	if s == nil {
		return nil
	}
	return []labels.Selector{selector(s)}
}

type metallbPoolSpec struct {
	Addresses         []string `json:"addresses"`
	ServiceAllocation *struct {
		Namespaces         []string               `json:"namespaces"`
		ServiceSelectors   []metav1.LabelSelector `json:"serviceSelectors"`
		NamespaceSelectors []metav1.LabelSelector `json:"namespaceSelectors"`
	} `json:"serviceAllocation"`
}

type metallbPoolStatus struct {
	AssignedIPv4, AssignedIPv6, AvailableIPv4, AvailableIPv6 *int64
}

func (t *translator) metallbPool(o *custom[metallbPoolSpec, metallbPoolStatus]) result {
	key := "pool/IPAddressPool/" + o.Namespace + "/" + o.Name
	p := &expose.Pool{
		Maker: expose.MakerMetalLB, Object: objectName("IPAddressPool", o), Key: key, Name: o.Name,
		Ranges: ranges(o.Spec.Addresses), Labels: expose.Labels(t.words.labels(o.Labels, keepAllLabels)), Used: -1, Free: -1,
	}
	// Before 0.15 there is no status.
	if s := o.Status; s.AssignedIPv4 != nil || s.AssignedIPv6 != nil || s.AvailableIPv4 != nil || s.AvailableIPv6 != nil {
		p.Used, p.Free = sum(s.AssignedIPv4, s.AssignedIPv6), sum(s.AvailableIPv4, s.AvailableIPv6)
	}
	return factsOf(key, p)
}

func sum(numbers ...*int64) (n int64) {
	for _, p := range numbers {
		if p != nil {
			n += *p
		}
	}
	return n
}

type metallbAdvertSpec struct {
	IPAddressPools         []string               `json:"ipAddressPools"`
	IPAddressPoolSelectors []metav1.LabelSelector `json:"ipAddressPoolSelectors"`
	NodeSelectors          []metav1.LabelSelector `json:"nodeSelectors"`
	ServiceSelectors       []metav1.LabelSelector `json:"serviceSelectors"`
	Peers                  []string               `json:"peers"`
}

func metallbAdvert(protocol, kind string, o *custom[metallbAdvertSpec, none]) result {
	s := &o.Spec
	return factsOf("advert/"+kind+"/"+o.Namespace+"/"+o.Name, &expose.Advert{
		Maker: expose.MakerMetalLB, Protocol: protocol, Object: objectName(kind, o), LoadBalancer: true,
		Pools: s.IPAddressPools, PoolSelectors: selectors(s.IPAddressPoolSelectors),
		Nodes: selectors(s.NodeSelectors), Services: selectors(s.ServiceSelectors), Peers: s.Peers,
	})
}

func (t *translator) metallbL2(o *custom[metallbAdvertSpec, none]) result {
	return metallbAdvert("L2", "L2Advertisement", o)
}

func (t *translator) metallbBGP(o *custom[metallbAdvertSpec, none]) result {
	return metallbAdvert("BGP", "BGPAdvertisement", o)
}

type metallbStatus struct {
	Node             string   `json:"node"`
	ServiceName      string   `json:"serviceName"`
	ServiceNamespace string   `json:"serviceNamespace"`
	Peers            []string `json:"peers"`
}

// metallbServiceStatus says which node has which service; before the status is
// written the labels say the same.
func metallbServiceStatus(protocol, kind string, o *custom[none, metallbStatus]) result {
	s := &o.Status
	name := expose.Name{
		Namespace: cmp.Or(s.ServiceNamespace, o.Labels["metallb.io/service-namespace"]),
		Name:      cmp.Or(s.ServiceName, o.Labels["metallb.io/service-name"]),
	}
	key := "status/" + kind + "/" + o.Namespace + "/" + o.Name
	node := cmp.Or(s.Node, o.Labels["metallb.io/node"])
	if name.Name == "" || node == "" {
		return factsOf(key)
	}
	peers := slices.Clone(s.Peers)
	slices.Sort(peers)
	return factsOf(key, &expose.Status{
		Maker: expose.MakerMetalLB, Protocol: protocol, Object: objectName(kind, o), Service: name, Node: node, Peers: peers,
	})
}

func (t *translator) metallbL2Status(o *custom[none, metallbStatus]) result {
	return metallbServiceStatus("L2", "ServiceL2Status", o)
}

func (t *translator) metallbBGPStatus(o *custom[none, metallbStatus]) result {
	return metallbServiceStatus("BGP", "ServiceBGPStatus", o)
}

type frrSessionStatus struct {
	BGPStatus string `json:"bgpStatus"`
	Node      string `json:"node"`
	Peer      string `json:"peer"`
	VRF       string `json:"vrf"`
}

// frrSession is a session of frr-k8s, which MetalLB speaks BGP through.
func (t *translator) frrSession(o *custom[none, frrSessionStatus]) result {
	key := "session/BGPSessionState/" + o.Namespace + "/" + o.Name
	node := cmp.Or(o.Status.Node, o.Labels["frrk8s.metallb.io/node"])
	if node == "" {
		return factsOf(key)
	}
	peer := cmp.Or(o.Status.Peer, o.Labels["frrk8s.metallb.io/peer"])
	at, vrf := address(peer), cmp.Or(o.Status.VRF, o.Labels["frrk8s.metallb.io/vrf"])
	if vrf != "" {
		peer += " in VRF " + vrf
	}
	return factsOf(key, &expose.Session{
		Maker: expose.MakerMetalLB, Object: objectName("BGPSessionState", o), Node: node, Peer: peer, Address: at, VRF: vrf,
		State: strings.ToLower(cmp.Or(o.Status.BGPStatus, "unknown")),
	})
}
