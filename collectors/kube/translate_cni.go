package kube

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// More attributes of nodes.
const (
	attrPlatform   = "platform"    // bare metal, virtual machine, cloud, container
	attrRegion     = "region"      // topology.kubernetes.io/region
	attrRack       = "rack"        // a label that names one
	attrASN        = "asn"         // AS number of the node's BGP speaker
	attrOverlayMAC = "overlay_mac" // of the overlay's own interface: never in a switch
	attrVLAN       = "vlan"        // VLAN ID
	attrNextHops   = "next_hops"   // of a node's gateway
)

// platform says what sort of machine a provider's ID belongs to, and which
// provider that is.
func platform(providerID string) (sort, provider string) {
	provider, _, _ = strings.Cut(providerID, ":")
	switch provider {
	case "":
		return "", ""
	case "metal3", "baremetal", "tinkerbell", "equinixmetal", "maas":
		return "bare metal", provider
	case "kind", "k3d", "docker":
		return "container", provider
	case "vsphere", "openstack", "proxmox", "nutanix", "harvester", "kubevirt", "libvirt", "ovirt", "cloudstack":
		return "virtual machine", provider
	case "aws", "gce", "azure", "digitalocean", "oci", "ibm", "linode", "hcloud", "alicloud", "scaleway":
		return "cloud machine", provider
	}
	return "", provider
}

// rackOf is the value of a label that names a rack; there is no standard one.
func rackOf(labels map[string]string) string {
	for _, key := range []string{"topology.kubernetes.io/rack", "topology.rack", "topology.io/rack", "failure-domain/rack", "rack"} {
		if v := labels[key]; v != "" {
			return v
		}
	}
	return ""
}

// networkOf adds what the CNI has written to a node, and returns which CNI it
// is and how its pods' packets travel.
func (t *translator) networkOf(o *corev1.Node, a *attrs) (cni, mode string) {
	n := o.Annotations
	switch {
	case n["flannel.alpha.coreos.com/backend-type"] != "":
		cni, mode = "flannel", n["flannel.alpha.coreos.com/backend-type"]
		a.add(attrTunnelIP, address(n["flannel.alpha.coreos.com/public-ip"]))
		var backend struct {
			VNI     int
			VtepMAC string
		}
		if json.Unmarshal([]byte(n["flannel.alpha.coreos.com/backend-data"]), &backend) == nil {
			a.add(attrOverlayMAC, strings.ToLower(backend.VtepMAC))
		}
	case n["k8s.ovn.org/l3-gateway-config"] != "" || n["k8s.ovn.org/node-subnets"] != "":
		cni, mode = expose.MakerOVN, "geneve"
		ovnNode(n, a)
	case n["projectcalico.org/IPv4Address"] != "" || n["projectcalico.org/IPv6Address"] != "":
		cni = expose.MakerCalico
		for _, key := range []string{"IPv4VXLANTunnelAddr", "IPv4IPIPTunnelAddr", "IPv6VXLANTunnelAddr"} {
			a.add(attrTunnelIP, address(n["projectcalico.org/"+key]))
		}
		a.add(attrASN, n["projectcalico.org/ASNumber"])
		if n["projectcalico.org/IPv4WireguardInterfaceAddr"] != "" {
			a.add(attrEncryption, "WireGuard")
		}
	case n["node.antrea.io/mac-address"] != "":
		cni = expose.MakerAntrea
		a.add(api.AttrMAC, strings.ToLower(n["node.antrea.io/mac-address"]))
	case isRouter(n):
		cni, mode = expose.MakerKubeRouter, "BGP"
		a.add(attrASN, n["kube-router.io/node.asn"])
	}
	if cni != "" {
		a.add(attrCNI, cni)
	}
	return cni, mode
}

func isRouter(annotations map[string]string) bool {
	for key := range annotations {
		if strings.HasPrefix(key, "kube-router.io/") {
			return true
		}
	}
	return false
}

// ovnNode reads OVN-Kubernetes' annotations: the MAC of the external bridge is
// what the switch learns.
func ovnNode(annotations map[string]string, a *attrs) {
	var gateways map[string]struct {
		MAC      string   `json:"mac-address"`
		VLAN     string   `json:"vlan-id"`
		NextHops []string `json:"next-hops"`
	}
	if json.Unmarshal([]byte(annotations["k8s.ovn.org/l3-gateway-config"]), &gateways) == nil {
		if g, ok := gateways["default"]; ok {
			a.add(api.AttrMAC, strings.ToLower(g.MAC))
			if g.VLAN != "0" {
				a.add(attrVLAN, g.VLAN)
			}
			a.add(attrNextHops, joinDistinct(g.NextHops))
		}
	}
	var subnets map[string]json.RawMessage
	if json.Unmarshal([]byte(annotations["k8s.ovn.org/node-subnets"]), &subnets) != nil {
		return
	}
	// Older versions write one range, newer ones a list.
	var list []string
	var only string
	if json.Unmarshal(subnets["default"], &list) == nil {
		a.add(attrCNIPodCIDRs, joinDistinct(list))
	} else if json.Unmarshal(subnets["default"], &only) == nil {
		a.add(attrCNIPodCIDRs, only)
	}
}

// nodeFact is what a node matters for when it is asked who announces what.
func nodeFact(o *corev1.Node, key string, health api.Health, labels []api.Label, cni, mode string) *expose.Node {
	f := &expose.Node{
		Name: o.Name, Key: key, Ready: health == api.HealthOK || health == api.HealthDegraded,
		Labels: labels, Network: cni, Mode: mode, Router: isRouter(o.Annotations),
	}
	_, f.Excluded = o.Labels[corev1.LabelNodeExcludeBalancers]
	if _, f.Provider = platform(o.Spec.ProviderID); f.Provider == "kind" {
		f.ProviderID = o.Spec.ProviderID
	}
	for _, addr := range o.Status.Addresses {
		if addr.Type == corev1.NodeInternalIP || addr.Type == corev1.NodeExternalIP {
			if ip := address(addr.Address); ip != "" {
				f.Addresses = append(f.Addresses, ip)
			}
		}
	}
	return f
}

// machinery are DaemonSets that make a cluster's network, by name.
func machinery(name string) string {
	switch name {
	case "cilium":
		return expose.MakerCilium
	case "calico-node":
		return expose.MakerCalico
	case "kube-flannel-ds", "kube-flannel":
		return "flannel"
	case "ovnkube-node":
		return expose.MakerOVN
	case "antrea-agent":
		return expose.MakerAntrea
	case "kube-router":
		return expose.MakerKubeRouter
	case "kindnet":
		return "kindnet"
	case "weave-net":
		return "Weave Net"
	case "aws-node":
		return "AWS VPC CNI"
	case "azure-cni", "azure-cns":
		return "Azure CNI"
	}
	return ""
}

// daemonSetFacts says which part of the network's machinery a DaemonSet is.
func daemonSetFacts(o *appsv1.DaemonSet) []expose.Fact {
	if maker := machinery(o.Name); maker != "" {
		return []expose.Fact{
			&expose.Setting{Key: attrCNI, Value: maker, Object: objectName(kindDaemonSet, o)},
			&expose.Agent{Maker: maker, Namespace: o.Namespace},
		}
	}
	if o.Name == "kube-proxy" {
		return []expose.Fact{&expose.Setting{Key: "kube_proxy", Value: "present", Object: objectName(kindDaemonSet, o)}}
	}
	return nil
}

// kubeVIPPod says that a pod is kube-vip, and how it was started. Of its
// environment the switches that say so are looked at, and nothing else.
func kubeVIPPod(o *corev1.Pod) []expose.Fact {
	if !strings.HasPrefix(o.Name, "kube-vip") || o.Spec.NodeName == "" {
		return nil
	}
	f := &expose.Agent{Maker: expose.MakerKubeVIP, Namespace: o.Namespace, Node: o.Spec.NodeName}
	for i := range o.Spec.Containers {
		for _, e := range o.Spec.Containers[i].Env {
			on, err := strconv.ParseBool(e.Value)
			if err != nil || !on {
				continue
			}
			switch e.Name {
			case "vip_arp":
				f.Mode = "ARP"
			case "bgp_enable":
				f.Mode = "BGP"
			case "vip_routingtable":
				f.Mode = "routing table"
			case "vip_wireguard":
				f.Mode = "WireGuard"
			}
		}
	}
	return append([]expose.Fact{f}, controlPlane(o)...)
}

// hostPorts are the ports of its node that a pod takes.
func hostPorts(o *corev1.Pod) string {
	if o.Spec.HostNetwork {
		return "" // there every port is the node's: that it is on its network says it
	}
	var out []string
	for i := range o.Spec.Containers {
		for _, p := range o.Spec.Containers[i].Ports {
			if p.HostPort != 0 {
				out = append(out, strconv.Itoa(int(p.HostPort))+"/"+orElse(string(p.Protocol), string(corev1.ProtocolTCP)))
			}
		}
	}
	return joinDistinct(out)
}

// networkStatus is what Multus writes of a pod's networks.
const networkStatus = "k8s.v1.cni.cncf.io/network-status"

// secondary adds a pod's networks beside the cluster's own. Their MACs stand
// in switches' tables.
func secondary(o *corev1.Pod, a *attrs) {
	text := o.Annotations[networkStatus]
	if text == "" {
		return
	}
	var networks []struct {
		Name      string   `json:"name"`
		Interface string   `json:"interface"`
		IPs       []string `json:"ips"`
		MAC       string   `json:"mac"`
		Default   bool     `json:"default"`
		Device    *struct {
			Type string `json:"type"`
			PCI  struct {
				Address string `json:"pci-address"`
				PF      string `json:"pf-pci-address"`
			} `json:"pci"`
		} `json:"device-info"`
	}
	if json.Unmarshal([]byte(text), &networks) != nil {
		return
	}
	for _, n := range networks {
		if n.Default {
			continue
		}
		words := []string{n.Name, n.Interface, n.MAC}
		words = append(words, n.IPs...)
		if n.Device != nil {
			words = append(words, n.Device.Type, n.Device.PCI.Address)
		}
		a.add(attrNetwork, short(strings.Join(distinct(words), " ")))
		a.add(api.AttrMAC, strings.ToLower(n.MAC))
	}
	slices.SortStableFunc(*a, func(x, y api.KV) int { return strings.Compare(x.Key, y.Key) })
}

const (
	attrNetwork   = "network"    // of a pod: one of its secondary networks
	attrHostPorts = "host_ports" // of a pod: ports of its node
)
