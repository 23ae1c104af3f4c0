package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/netseam/netseam/test/e2e/kubelabctl"
)

// customKinds are those of the network's machinery that the cases need.
func customKinds() map[string]kubelabctl.Kind {
	out := map[string]kubelabctl.Kind{}
	add := func(group, version, resource, name string, namespaced bool) {
		out[name] = kubelabctl.Kind{Group: group, Version: version, Resource: resource, Name: name, Namespaced: namespaced}
	}
	add("metallb.io", "v1beta1", "ipaddresspools", "IPAddressPool", true)
	add("metallb.io", "v1beta1", "l2advertisements", "L2Advertisement", true)
	add("metallb.io", "v1beta1", "bgpadvertisements", "BGPAdvertisement", true)
	add("metallb.io", "v1beta1", "servicel2statuses", "ServiceL2Status", true)
	add("metallb.io", "v1beta1", "servicebgpstatuses", "ServiceBGPStatus", true)
	add("frrk8s.metallb.io", "v1beta1", "bgpsessionstates", "BGPSessionState", true)
	add("cilium.io", "v2", "ciliumloadbalancerippools", "CiliumLoadBalancerIPPool", false)
	add("cilium.io", "v2alpha1", "ciliuml2announcementpolicies", "CiliumL2AnnouncementPolicy", false)
	add("cilium.io", "v2", "ciliumbgpclusterconfigs", "CiliumBGPClusterConfig", false)
	add("cilium.io", "v2", "ciliumbgpadvertisements", "CiliumBGPAdvertisement", false)
	add("cilium.io", "v2", "ciliumbgpnodeconfigs", "CiliumBGPNodeConfig", false)
	add("crd.projectcalico.org", "v1", "bgpconfigurations", "BGPConfiguration", false)
	add("crd.antrea.io", "v1beta1", "externalippools", "ExternalIPPool", false)
	add("gateway.networking.k8s.io", "v1", "gateways", "Gateway", true)
	add("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true)
	add("nmstate.io", "v1beta1", "nodenetworkstates", "NodeNetworkState", false)
	return out
}

// exposureLab is a real cluster with the machinery's kinds in it, and a netseam
// that reads it with a service account.
type exposureLab struct {
	*cluster

	t     *testing.T
	kinds map[string]kubelabctl.Kind
	p     *program
}

func (l *exposureLab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// put makes an object of a custom kind.
func (l *exposureLab) put(kind, text string) {
	l.t.Helper()
	l.must(l.Put(l.t.Context(), l.kinds[kind], text))
}

// balanced makes a service that a load balancer gave an address, before the
// pods of an application.
func (l *exposureLab) balanced(name, app, ip string, change func(*corev1.Service)) {
	l.t.Helper()
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", Annotations: map[string]string{}, Labels: map[string]string{}},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeLoadBalancer, Selector: map[string]string{"app": app}, Ports: []corev1.ServicePort{{Port: 80}},
		},
	}
	ingress := corev1.LoadBalancerIngress{IP: ip}
	if change != nil {
		change(s)
		ingress.Hostname = s.Annotations["hostname"]
	}
	services := l.Client().CoreV1().Services("shop")
	made, err := services.Create(l.t.Context(), s, metav1.CreateOptions{})
	l.must(err)
	if made.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return
	}
	made.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{ingress}
	_, err = services.UpdateStatus(l.t.Context(), made, metav1.UpdateOptions{})
	l.must(err)
}

// change changes a service, or its status.
func (l *exposureLab) change(name string, what func(*corev1.Service)) {
	l.t.Helper()
	services := l.Client().CoreV1().Services("shop")
	s, err := services.Get(l.t.Context(), name, metav1.GetOptions{})
	l.must(err)
	what(s)
	updated, err := services.Update(l.t.Context(), s, metav1.UpdateOptions{})
	l.must(err)
	updated.Status = s.Status
	_, err = services.UpdateStatus(l.t.Context(), updated, metav1.UpdateOptions{})
	l.must(err)
}

// lease makes or renews a lease.
func (l *exposureLab) lease(namespace, name, holder string) {
	l.t.Helper()
	now, seconds := metav1.NowMicro(), int32(15)
	leases := l.Client().CoordinationV1().Leases(namespace)
	_ = leases.Delete(l.t.Context(), name, metav1.DeleteOptions{}) // It need not be there.
	_, err := leases.Create(l.t.Context(), &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: &holder, LeaseDurationSeconds: &seconds, AcquireTime: &now, RenewTime: &now,
		},
	}, metav1.CreateOptions{})
	l.must(err)
}

// vertex is what REST says of a vertex.
type vertex struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Health string `json:"health"`
	Attrs  []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"attrs"`
}

func (v vertex) attr(key string) string {
	var out []string
	for _, a := range v.Attrs {
		if a.Key == key {
			out = append(out, a.Value)
		}
	}
	return strings.Join(out, "; ")
}

// find asks for the vertex of a kind and name.
func (p *program) find(kind, name string) (vertex, error) {
	var page struct {
		Items []vertex `json:"items"`
	}
	if err := p.get("/api/v1/vertices?limit=1000&kind="+kind, &page); err != nil {
		return vertex{}, err
	}
	for _, v := range page.Items {
		if v.Name == name {
			var whole vertex
			err := p.get("/api/v1/vertices/"+v.ID, &whole)
			return whole, err
		}
	}
	return vertex{}, fmt.Errorf("there is no %s %s", kind, name)
}

// says waits until REST says of an address what is wanted.
func (l *exposureLab) says(within time.Duration, address string, want map[string]string) {
	l.t.Helper()
	began := time.Now()
	eventually(l.t, within, address, func() error {
		v, err := l.p.find("vip", address)
		if err != nil {
			return err
		}
		for key, value := range want {
			got := v.attr(key)
			if key == "health" {
				got = v.Health
			}
			if got != value {
				return fmt.Errorf("%s of %s is %q, want %q; all: %+v", key, address, got, value, v.Attrs)
			}
		}
		return nil
	})
	l.t.Logf("%-14s says %v after %d ms", address, want, time.Since(began).Milliseconds())
}

func startExposureLab(t *testing.T) *exposureLab {
	t.Helper()
	l := &exposureLab{cluster: clusterWithManifests(t), t: t, kinds: customKinds()}
	for _, k := range l.kinds {
		l.must(l.Define(t.Context(), k))
	}
	l.must(l.CreateNodes(t.Context(), kubelabctl.Node{Name: "gamma-n3", InternalIPs: []string{"10.9.7.13"}}))
	l.must(l.WaitNodesReady(t.Context(), "gamma-n3"))
	l.must(l.CreateDeployment(t.Context(), "shop", "spread", 3, 8080))
	l.must(l.CreateService(t.Context(), "shop", "spread", 8080))
	_, err := l.WaitEndpoints(t.Context(), "shop", "spread", 3, 0)
	l.must(err)
	return l
}

func (l *exposureLab) configure() string {
	path := filepath.Join(l.t.TempDir(), "netseam.yaml")
	text := fmt.Sprintf("listen: 127.0.0.1:0\ndata: data\nclusters:\n  - {name: gamma, kubeconfig: %q}\n", l.kubeconfig(l.t))
	l.must(os.WriteFile(path, []byte(text), 0o600))
	return path
}

// scope is how one kind stands.
func (l *exposureLab) scope(table string) (state, message string) {
	l.t.Helper()
	var source struct {
		Scopes []struct {
			Table   string `json:"table"`
			State   string `json:"state"`
			Message string `json:"message"`
		} `json:"scopes"`
	}
	l.must(l.p.get("/api/v1/sources/kube:gamma", &source))
	for _, s := range source.Scopes {
		if s.Table == table {
			return s.State, s.Message
		}
	}
	return "", ""
}

// How addresses get out of a real cluster: its roles are enforced, its
// endpoints are made by its own controller, and its custom kinds come and go.
// (The tier of both labs runs this: it has kubelab.)
func TestExposureOnBothLabs(t *testing.T) {
	l := startExposureLab(t)
	config := l.configure()
	l.populate()
	l.p = start(t, "serve", "-c", config)
	l.withTheMinimalRole(config)
	apply(t, l.config, l.Client(), manifestsIn(t, "rbac"))
	// The election of case 5 is in the service's own namespace.
	elections := manifestsIn(t, "rbac")
	elections = slices.DeleteFunc(elections, func(o *unstructured.Unstructured) bool { return o.GetName() != "netseam-leases" })
	for _, o := range elections {
		o.SetNamespace("shop")
	}
	apply(t, l.config, l.Client(), elections)
	for _, table := range []string{"ipaddresspools.metallb.io", "leases", "configmaps", "nodenetworkstates.nmstate.io"} {
		eventually(t, 60*time.Second, table+" readable", func() error {
			if state, message := l.scope(table); state != "live" {
				return fmt.Errorf("%s is %s: %s", table, state, message)
			}
			return nil
		})
	}
	l.tenAnswers()
	l.tenOtherAnswers()
}

// withTheMinimalRole: the whole map of what every cluster has, and "not
// permitted" for all else, in the same words as netseam check.
func (l *exposureLab) withTheMinimalRole(config string) {
	l.t.Helper()
	out := run(l.t.Context(), l.t, "check", "-c", config)
	eventually(l.t, 30*time.Second, "forbidden kinds", func() error {
		for _, k := range l.kinds {
			table := k.Resource + "." + k.Group
			state, message := l.scope(table)
			if state != "forbidden" || !strings.Contains(message, "not permitted (403)") {
				return fmt.Errorf("%s is %s: %s", table, state, message)
			}
			if !strings.Contains(out, table) || !strings.Contains(out, "the map lacks") {
				return fmt.Errorf("netseam check says nothing of %s:\n%s", table, out)
			}
		}
		return nil
	})
	eventually(l.t, 20*time.Second, "the whole map with the minimal role", func() error {
		s := l.p.status()
		for kind, least := range map[string]int{"node": 3, "pod": 6, "service": 12, "namespace": 5, "vip": 10, "workload": 2} {
			if s.ByKind[kind] < least {
				return fmt.Errorf("%d of kind %s, want %d", s.ByKind[kind], kind, least)
			}
		}
		if s.Sources[0].State != "live" {
			return fmt.Errorf("the source is %+v", s.Sources[0])
		}
		return nil
	})
	l.says(20*time.Second, "192.0.2.1", map[string]string{"exposure": "unknown", "endpoints": l.spread(1, 1, 1)})
	v, err := l.p.find("vip", "192.0.2.1")
	if err != nil || !strings.Contains(v.attr("announcers_why"), "ipaddresspools.metallb.io") {
		l.t.Errorf("it is not said what cannot be read: %+v, %v", v, err)
	}
}

// spread are the endpoints of the application that has a pod on each node.
func (l *exposureLab) spread(ready ...int) string {
	parts := make([]string, len(ready))
	for i, n := range ready {
		parts[i] = fmt.Sprintf("gamma-n%d %d/1", i+1, n)
	}
	return strings.Join(parts, ", ")
}

// populate makes the objects of ten cases.
func (l *exposureLab) populate() {
	const metallb = "namespace: metallb-system"
	l.must(l.CreateNamespace(l.t.Context(), "metallb-system"))
	// 1: MetalLB in L2.
	l.put("IPAddressPool", `{metadata: {name: blue, `+metallb+`}, spec: {addresses: [192.0.2.0/29]}}`)
	l.put("L2Advertisement", `{metadata: {name: blue, `+metallb+`}, spec: {ipAddressPools: [blue]}}`)
	l.put("ServiceL2Status", `{metadata: {name: l2-a, `+metallb+`}, status: {node: gamma-n1, serviceNamespace: shop, serviceName: case1}}`)
	l.balanced("case1", "spread", "192.0.2.1", nil)
	// 2: MetalLB in BGP, with frr-k8s; one of two sessions is up.
	l.put("IPAddressPool", `{metadata: {name: red, `+metallb+`}, spec: {addresses: [192.0.2.16/29]}}`)
	l.put("BGPAdvertisement", `{metadata: {name: red, `+metallb+`}, spec: {ipAddressPools: [red]}}`)
	for n, state := range map[string]string{"gamma-n1": "Established", "gamma-n2": "Active"} {
		l.put("ServiceBGPStatus", `{metadata: {name: bgp-`+n+`, `+metallb+`}, status: {node: `+n+`, serviceNamespace: shop, serviceName: case2, peers: [tor]}}`)
		l.put("BGPSessionState", `{metadata: {name: `+n+`, `+metallb+`}, status: {node: `+n+`, peer: 10.0.0.1, bgpStatus: `+state+`}}`)
	}
	l.balanced("case2", "spread", "192.0.2.17", nil)
	// 3: Cilium in L2: the holder of a lease.
	l.put("CiliumLoadBalancerIPPool", `{metadata: {name: green}, spec: {blocks: [{cidr: 192.0.2.32/29}]}}`)
	l.put("CiliumL2AnnouncementPolicy", `{metadata: {name: l2}, spec: {loadBalancerIPs: true, serviceSelector: {matchLabels: {l2: "yes"}}}}`)
	l.balanced("case3", "spread", "192.0.2.33", func(s *corev1.Service) { s.Labels["l2"] = "yes" })
	// 4: Cilium in BGP: inferred from sessions.
	l.put("CiliumBGPClusterConfig", `{metadata: {name: tor}, spec: {nodeSelector: {matchLabels: {kubernetes.io/os: linux}}}}`)
	l.put("CiliumBGPAdvertisement", `{metadata: {name: lb}, spec: {advertisements: [{advertisementType: Service, service: {addresses: [LoadBalancerIP]}, selector: {matchLabels: {bgp: "yes"}}}]}}`)
	for n, state := range map[string]string{"gamma-n1": "established", "gamma-n2": "established", "gamma-n3": "idle"} {
		l.put("CiliumBGPNodeConfig", `{metadata: {name: `+n+`}, status: {bgpInstances: [{name: i, localASN: 65001, peers: [{name: tor, peerAddress: 10.0.0.1, peerASN: 65000, peeringState: `+state+`}]}]}}`)
	}
	l.balanced("case4", "spread", "192.0.2.34", func(s *corev1.Service) { s.Labels["bgp"] = "yes" })
	// 5: kube-vip by its annotation.
	l.balanced("case5", "spread", "192.0.2.50", func(s *corev1.Service) { s.Annotations["kube-vip.io/vipHost"] = "gamma-n1" })
	// 6: Antrea names the node in the status.
	l.put("ExternalIPPool", `{metadata: {name: antrea}, spec: {ipRanges: [{start: 192.0.2.64, end: 192.0.2.67}]}, status: {usage: {total: 4, used: 1}}}`)
	l.balanced("case6", "spread", "192.0.2.64", func(s *corev1.Service) { s.Annotations["hostname"] = "gamma-n2" })
	// 7: Calico announces from wherever there is an endpoint.
	l.put("BGPConfiguration", `{metadata: {name: default}, spec: {serviceLoadBalancerIPs: [{cidr: 192.0.2.80/29}]}}`)
	l.balanced("case7", "spread", "192.0.2.81", func(s *corev1.Service) { s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal })
	// 8: somebody wrote an address into the service.
	l.balanced("case8", "spread", "", func(s *corev1.Service) {
		s.Spec.Type, s.Spec.ExternalIPs = corev1.ServiceTypeClusterIP, []string{"192.0.2.96"}
	})
	// 9: MetalLB in L2 with the policy Local.
	l.put("ServiceL2Status", `{metadata: {name: l2-b, `+metallb+`}, status: {node: gamma-n1, serviceNamespace: shop, serviceName: case9}}`)
	l.balanced("case9", "spread", "192.0.2.2", func(s *corev1.Service) { s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal })
	// 10: a Gateway on a load balancer's address.
	l.put("ServiceL2Status", `{metadata: {name: l2-c, `+metallb+`}, status: {node: gamma-n3, serviceNamespace: shop, serviceName: case10}}`)
	l.balanced("case10", "spread", "192.0.2.3", nil)
	l.gateway()
	l.put("NodeNetworkState", `{metadata: {name: gamma-n1}, status: {currentState: {interfaces: [{name: ens1, type: ethernet, state: up, mac-address: "52:54:00:00:07:01"}]}}}`)
}

func (l *exposureLab) gateway() {
	l.put("Gateway", `{metadata: {name: edge, namespace: shop}, spec: {gatewayClassName: envoy, listeners: [{name: http, port: 80, protocol: HTTP}]}, status: {addresses: [{type: IPAddress, value: 192.0.2.3}], conditions: [{type: Programmed, status: "True", reason: Programmed, message: "", lastTransitionTime: "2026-11-01T00:00:00Z"}]}}`)
	l.put("HTTPRoute", `{metadata: {name: web, namespace: shop}, spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: web, port: 8080}]}]}}`)
}

func (l *exposureLab) tenAnswers() {
	const all = "gamma-n1 gamma-n2 gamma-n3"
	endpoints := l.spread(1, 1, 1)
	l.lease("kube-system", "cilium-l2announce-shop-case3", "gamma-n3")
	l.says(30*time.Second, "192.0.2.33", map[string]string{
		"exposure": "LB-L2", "mechanism": "Cilium L2", "pool": "CiliumLoadBalancerIPPool green", "announcers": "gamma-n3", "eligible_nodes": all, "endpoints": endpoints,
	})
	l.says(30*time.Second, "192.0.2.1", map[string]string{
		"exposure": "LB-L2", "mechanism": "MetalLB L2", "pool": "IPAddressPool metallb-system/blue", "announcers": "gamma-n1", "eligible_nodes": all, "endpoints": endpoints, "health": "ok",
	})
	l.says(5*time.Second, "192.0.2.17", map[string]string{
		"exposure": "LB-BGP", "mechanism": "MetalLB BGP", "pool": "IPAddressPool metallb-system/red", "announcers": "gamma-n1",
		"announcers_why": "gamma-n2 has no established session (10.0.0.1 active)", "eligible_nodes": all, "endpoints": endpoints,
	})
	l.says(5*time.Second, "192.0.2.34", map[string]string{
		"exposure": "LB-BGP", "mechanism": "Cilium BGP", "pool": "CiliumLoadBalancerIPPool green", "announcers": "gamma-n1 gamma-n2", "eligible_nodes": all, "endpoints": endpoints,
	})
	l.says(5*time.Second, "192.0.2.50", map[string]string{"exposure": "LB-L2", "mechanism": "kube-vip ARP", "pool": "", "announcers": "gamma-n1", "endpoints": endpoints})
	l.says(5*time.Second, "192.0.2.64", map[string]string{
		"exposure": "LB-L2", "mechanism": "Antrea L2", "pool": "ExternalIPPool antrea", "announcers": "gamma-n2", "eligible_nodes": all, "endpoints": endpoints,
	})
	l.says(5*time.Second, "192.0.2.81", map[string]string{"exposure": "LB-BGP", "mechanism": "Calico BGP", "announcers": all, "eligible_nodes": all, "endpoints": endpoints})
	l.says(5*time.Second, "192.0.2.96", map[string]string{"exposure": "externalIPs", "mechanism": "externalIPs", "announcers": "", "eligible_nodes": all, "endpoints": endpoints})
	l.says(5*time.Second, "192.0.2.2", map[string]string{"mechanism": "MetalLB L2", "announcers": "gamma-n1", "external_traffic_policy": "Local", "eligible_nodes": all, "health": "ok"})
	l.says(5*time.Second, "192.0.2.3", map[string]string{"mechanism": "MetalLB L2", "announcers": "gamma-n3", "front": "Gateway shop/edge", "endpoints": endpoints})
	if v, err := l.p.find("pool", "antrea"); err != nil || v.attr("used") != "1" || v.attr("size") != "4" {
		l.t.Errorf("the pool is %+v, %v", v, err)
	}
	announced := map[string]bool{}
	for _, e := range l.p.edges("announces") {
		announced[e.A.Name+" "+e.B.Name] = e.Confidence > 0.5 && e.Confidence < 1
	}
	for _, want := range []string{"gamma-n1 192.0.2.1", "gamma-n3 192.0.2.33", "gamma-n2 192.0.2.34", "gamma-n2 192.0.2.64"} {
		if !announced[want] {
			l.t.Errorf("no edge %s in %v", want, announced)
		}
	}
	if v, err := l.p.find("nic", "ens1"); err != nil || v.attr("mac") != "52:54:00:00:07:01" {
		l.t.Errorf("the NIC is %+v, %v", v, err)
	}
}

// tenOtherAnswers changes something in every case.
func (l *exposureLab) tenOtherAnswers() {
	const metallb = "namespace: metallb-system"
	pods, err := l.PodNames(l.t.Context(), "shop", "spread", "gamma-n1")
	if err != nil || len(pods) != 1 {
		l.t.Fatalf("pods on gamma-n1: %v, %v", pods, err)
	}
	l.put("ServiceL2Status", `{metadata: {name: l2-a, `+metallb+`}, status: {node: gamma-n2, serviceNamespace: shop, serviceName: case1}}`)
	l.says(10*time.Second, "192.0.2.1", map[string]string{"announcers": "gamma-n2"})
	l.put("BGPSessionState", `{metadata: {name: gamma-n2, `+metallb+`}, status: {node: gamma-n2, peer: 10.0.0.1, bgpStatus: Established}}`)
	l.says(10*time.Second, "192.0.2.17", map[string]string{"announcers": "gamma-n1 gamma-n2", "announcers_why": ""})
	l.put("CiliumBGPNodeConfig", `{metadata: {name: gamma-n2}, status: {bgpInstances: [{name: i, localASN: 65001, peers: [{name: tor, peerAddress: 10.0.0.1, peerASN: 65000, peeringState: idle}]}]}}`)
	l.says(10*time.Second, "192.0.2.34", map[string]string{"announcers": "gamma-n1"})
	l.lease("shop", "kubevip-case5", "gamma-n3")
	l.says(30*time.Second, "192.0.2.50", map[string]string{"announcers": "gamma-n3"})
	l.change("case6", func(s *corev1.Service) { s.Status.LoadBalancer.Ingress[0].Hostname = "gamma-n3" })
	l.says(10*time.Second, "192.0.2.64", map[string]string{"announcers": "gamma-n3"})
	l.change("case8", func(s *corev1.Service) { s.Spec.ExternalIPs = []string{"192.0.2.97"} })
	l.says(10*time.Second, "192.0.2.97", map[string]string{"exposure": "externalIPs"})
	if v, err := l.p.find("vip", "192.0.2.96"); err == nil {
		l.t.Errorf("the former external IP is still there: %+v", v)
	}
	// The kind goes, and comes back.
	l.must(l.Undefine(l.t.Context(), l.kinds["Gateway"]))
	l.says(60*time.Second, "192.0.2.3", map[string]string{"front": "", "mechanism": "MetalLB L2"})
	// One endpoint is not ready.
	l.must(l.SetPodUnready(l.t.Context(), "shop", pods[0], true))
	l.says(20*time.Second, "192.0.2.81", map[string]string{"announcers": "gamma-n2 gamma-n3", "endpoints": l.spread(0, 1, 1)})
	l.says(10*time.Second, "192.0.2.2", map[string]string{"announcers": "gamma-n1", "eligible_nodes": "gamma-n2 gamma-n3", "health": "degraded"})
	// Nobody renews the lease of case 3.
	l.says(60*time.Second, "192.0.2.33", map[string]string{"announcers": "", "announcers_why": "Lease kube-system/cilium-l2announce-shop-case3 of gamma-n3 has expired"})
	l.must(l.Define(l.t.Context(), l.kinds["Gateway"]))
	l.gateway()
	l.says(60*time.Second, "192.0.2.3", map[string]string{"front": "Gateway shop/edge"})
}

// The simulated clusters' machinery, read over HTTPS: who announces is known,
// and another does when the node has died.
func TestAddressesOfTheWorldGetOut(t *testing.T) {
	w := startWorld(t)
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	writeConfig(t, path, w, everything)
	p := start(t, "serve", "-c", path)
	var announcer, address string
	eventually(t, 40*time.Second, "addresses with announcers", func() error {
		var page struct {
			Items []vertex `json:"items"`
		}
		if err := p.get("/api/v1/vertices?limit=1000&kind=vip", &page); err != nil {
			return err
		}
		known := map[string]int{}
		for _, item := range page.Items {
			v, err := p.find("vip", item.Name)
			if err != nil {
				return err
			}
			mechanism := v.attr("mechanism")
			if v.attr("announcers") != "" || mechanism == "load balancer of aws" {
				known[mechanism]++
			}
			if mechanism == "MetalLB L2" {
				announcer, address = v.attr("announcers"), v.Name
			}
		}
		for _, mechanism := range []string{"MetalLB L2", "MetalLB BGP", "Cilium L2", "load balancer of aws"} {
			if known[mechanism] == 0 {
				return fmt.Errorf("nothing by %s: %v", mechanism, known)
			}
		}
		return nil
	})
	if err := w.KillNode("fra-prod", announcer); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "another announcer", func() error {
		v, err := p.find("vip", address)
		if err == nil && (v.attr("announcers") == announcer || v.attr("announcers") == "") {
			err = fmt.Errorf("%s is announced by %q, and %s has died: %+v", address, v.attr("announcers"), announcer, v.Attrs)
		}
		return err
	})
}
