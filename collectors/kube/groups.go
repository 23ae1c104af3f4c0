package kube

import (
	networkingv1 "k8s.io/api/networking/v1"
)

// extraKinds are those that a server may have or not: which of them it has is
// asked at the start and again and again, as CustomResourceDefinitions come and
// go. The group's name stands in the table of a custom one.
func extraKinds() []kind {
	v1, beta, alpha := "v1", "v1beta1", "v1alpha1"
	v2 := []string{"v2", "v2alpha1"}
	out := []kind{
		optional("ingresses", newList[networkingv1.IngressList], plain((*translator).ingress), "Ingresses"),
		optional("networkpolicies", newList[networkingv1.NetworkPolicyList],
			plain((*translator).networkPolicy), "which workloads a NetworkPolicy isolates"),
		optional("servicecidrs", newList[networkingv1.ServiceCIDRList], plain((*translator).serviceCIDR), "the service network's ranges"),
		optional("ipaddresses", newList[networkingv1.IPAddressList], plain((*translator).ipAddress), "how full the service network is"),
	}
	out = append(out, gatewayKinds(v1, beta, "v1alpha2")...)
	const pools, announcers = "pools and their fill", "who announces an address"
	const leaving = "addresses under which pods go out, and on which node"
	const sessions = "BGP sessions of nodes"
	out = append(out,
		crd("metallb.io", "ipaddresspools", "IPAddressPool", []string{beta}, pools, (*translator).metallbPool),
		crd("metallb.io", "l2advertisements", "L2Advertisement", []string{beta}, announcers, (*translator).metallbL2),
		crd("metallb.io", "bgpadvertisements", "BGPAdvertisement", []string{beta}, announcers, (*translator).metallbBGP),
		crd("metallb.io", "servicel2statuses", "ServiceL2Status", []string{beta}, announcers, (*translator).metallbL2Status),
		crd("metallb.io", "servicebgpstatuses", "ServiceBGPStatus", []string{beta}, announcers, (*translator).metallbBGPStatus),
		crd("metallb.io", "bgppeers", "BGPPeer", []string{"v1beta2", beta}, sessions, (*translator).metallbPeer),
		crd("frrk8s.metallb.io", "frrconfigurations", "FRRConfiguration", []string{beta}, sessions, (*translator).frrConfiguration),
		crd("frrk8s.metallb.io", "bgpsessionstates", "BGPSessionState", []string{beta}, sessions, (*translator).frrSession),

		crd("cilium.io", "ciliumnodes", "CiliumNode", []string{"v2"}, "pod ranges of nodes, encryption", (*translator).ciliumNode),
		crd("cilium.io", "ciliumloadbalancerippools", "CiliumLoadBalancerIPPool", v2, pools, (*translator).ciliumPool),
		crd("cilium.io", "ciliuml2announcementpolicies", "CiliumL2AnnouncementPolicy", v2, announcers, (*translator).ciliumL2),
		crd("cilium.io", "ciliumbgpclusterconfigs", "CiliumBGPClusterConfig", v2, announcers, (*translator).ciliumBGPConfig),
		crd("cilium.io", "ciliumbgpadvertisements", "CiliumBGPAdvertisement", v2, announcers, (*translator).ciliumBGPAdvertisement),
		crd("cilium.io", "ciliumbgpnodeconfigs", "CiliumBGPNodeConfig", v2, sessions, (*translator).ciliumBGPNode),
		ciliumPolicies("ciliumnetworkpolicies", "CiliumNetworkPolicy"),
		ciliumPolicies("ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy"),
		adminPolicies("adminnetworkpolicies", "AdminNetworkPolicy", alpha),
		adminPolicies("baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy", alpha),
		adminPolicies("clusternetworkpolicies", "ClusterNetworkPolicy", "v1alpha2"),

		crd("crd.antrea.io", "externalippools", "ExternalIPPool", []string{beta, "v1alpha2"}, pools, (*translator).antreaPool),
		antreaAgents(),
		crd("crd.antrea.io", "egresses", "Egress", []string{beta, "v1alpha2"}, leaving, (*translator).antreaEgress),
		crd("crd.antrea.io", "bgppolicies", "BGPPolicy", []string{alpha}, announcers, (*translator).antreaBGPPolicy),
		crd("k8s.ovn.org", "egressips", "EgressIP", []string{v1}, leaving, (*translator).ovnEgressIP),
		crd("k8s.ovn.org", "egressservices", "EgressService", []string{v1}, "through which node a service's pods answer", (*translator).ovnEgress),

		crd("k8s.cni.cncf.io", "network-attachment-definitions", "NetworkAttachmentDefinition", []string{v1},
			"secondary networks of pods", (*translator).attachment),
		crd("nmstate.io", "nodenetworkstates", "NodeNetworkState", []string{v1, beta}, "NICs, bonds and MACs of nodes", (*translator).nmstate),
		crd("metal3.io", "hardwaredata", "HardwareData", []string{alpha}, "NICs of machines, as inspected", (*translator).metal3),
		crd("sriovnetwork.openshift.io", "sriovnetworknodestates", "SriovNetworkNodeState", []string{v1},
			"SR-IOV NICs of nodes", (*translator).sriov),
		crd("submariner.io", "gateways", "Gateway", []string{v1}, "tunnels to other clusters", (*translator).submariner),
		crd("multicluster.x-k8s.io", "serviceimports", "ServiceImport", []string{alpha, v1}, "services of other clusters", (*translator).serviceImport),
		crd("multicluster.x-k8s.io", "serviceexports", "ServiceExport", []string{alpha, v1}, "services for other clusters", (*translator).serviceExport),
	)
	out = append(out, calicoKinds("crd.projectcalico.org", v1)...)
	for _, k := range calicoKinds("projectcalico.org", "v3") {
		// Calico's API server serves the same objects; newer versions have no
		// others.
		k.unless = "crd.projectcalico.org"
		out = append(out, k)
	}
	return out
}

func calicoKinds(group, version string) []kind {
	const announcers, sessions = "who announces an address", "BGP sessions of nodes"
	versions := []string{version}
	return []kind{
		crd(group, "ippools", "IPPool", versions, "pod ranges, overlay", (*translator).calicoPool),
		crd(group, "blockaffinities", "BlockAffinity", versions, "pod ranges of nodes", (*translator).calicoBlock),
		crd(group, "bgpconfigurations", "BGPConfiguration", versions, announcers, (*translator).calicoBGP),
		crd(group, "bgppeers", "BGPPeer", versions, sessions, (*translator).calicoPeering),
		crd(group, "felixconfigurations", "FelixConfiguration", versions, "encryption, MTU and eBPF of Calico", (*translator).calicoFelix),
		crd(group, "caliconodestatuses", "CalicoNodeStatus", versions, sessions, (*translator).calicoStatus),
		calicoPolicies(group, "networkpolicies", "NetworkPolicy", version),
		calicoPolicies(group, "globalnetworkpolicies", "GlobalNetworkPolicy", version),
	}
}
