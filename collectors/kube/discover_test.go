package kube_test

import (
	"slices"
	"strings"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// customKind is a kind as a CustomResourceDefinition makes it.
func customKind(group, version, name string, namespaced bool) kubeapi.Kind {
	resource := strings.ToLower(name) + "s"
	if strings.HasSuffix(resource, "cys") {
		resource = strings.TrimSuffix(resource, "ys") + "ies"
	}
	if strings.HasSuffix(name, "Status") {
		resource = strings.ToLower(name) + "es"
	}
	return kubeapi.Kind{Group: group, Version: version, Resource: resource, Kind: name, Namespaced: namespaced}
}

func addKind(t *testing.T, s *kubeapi.Server, k kubeapi.Kind) {
	t.Helper()
	if err := s.AddKind(k); err != nil {
		t.Fatal(err)
	}
}

// putYAML puts a custom object.
func putYAML(t *testing.T, s *kubeapi.Server, k kubeapi.Kind, text string) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	u.SetAPIVersion(k.Group + "/" + k.Version)
	u.SetKind(k.Kind)
	put(t, s, u)
}

const gatewayTable = "gateways.gateway.networking.k8s.io"

func gateways() kubeapi.Kind {
	return customKind("gateway.networking.k8s.io", "v1", "Gateway", true)
}

// A kind comes, goes and comes back while the collector runs.
func TestKindsComeAndGo(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	m.awaitState(t, "east", gatewayTable, api.StateLive, "does not have this kind")
	for range 2 {
		addKind(t, s, gateways())
		putYAML(t, s, gateways(), `{metadata: {name: edge, namespace: shop}, spec: {gatewayClassName: envoy}}`)
		m.awaitKeys(t, "east", gatewayTable, "gateway/shop/edge")
		m.awaitState(t, "east", gatewayTable, api.StateLive)
		putYAML(t, s, gateways(), `{metadata: {name: second, namespace: shop}, spec: {gatewayClassName: envoy}}`)
		m.awaitKeys(t, "east", gatewayTable, "gateway/shop/edge", "gateway/shop/second")
		if err := s.RemoveKind(gateways()); err != nil {
			t.Fatal(err)
		}
		m.awaitKeys(t, "east", gatewayTable)
		m.awaitState(t, "east", gatewayTable, api.StateLive, "does not have this kind")
	}
	awaitNewPod(t, s, m, "east", "web-1-c")
	nothingDropped(t, m, "east")
}

// A server that has another version than the best is read in that one.
func TestKindsAreReadInTheVersionThatThereIs(t *testing.T) {
	s := serve(t, "east", shop()...)
	old := gateways()
	old.Version = "v1beta1"
	addKind(t, s, old)
	putYAML(t, s, old, `{metadata: {name: edge, namespace: shop}}`)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitKeys(t, "east", gatewayTable, "gateway/shop/edge")
	addKind(t, s, gateways())
	putYAML(t, s, gateways(), `{metadata: {name: newer, namespace: shop}}`)
	m.awaitKeys(t, "east", gatewayTable, "gateway/shop/newer")
}

// Where Calico's API server is there, too, its objects are read once: from the
// group that they are kept in, and from the other where that is not served.
func TestObjectsThatTwoGroupsServeAreReadOnce(t *testing.T) {
	s := serve(t, "east", shop()...)
	kept, served := customKind("crd.projectcalico.org", "v1", "IPPool", false), customKind("projectcalico.org", "v3", "IPPool", false)
	const object = `{metadata: {name: pods}, spec: {cidr: 10.8.0.0/16}}`
	for _, k := range []kubeapi.Kind{kept, served} {
		addKind(t, s, k)
		putYAML(t, s, k, object)
	}
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitKeys(t, "east", "exposure", "cluster#network", "pool/IPPool/pods")
	m.awaitState(t, "east", "ippools.projectcalico.org", api.StateLive, "read from crd.projectcalico.org")
	if err := s.RemoveKind(kept); err != nil {
		t.Fatal(err)
	}
	m.awaitState(t, "east", "ippools.crd.projectcalico.org", api.StateLive, "read from projectcalico.org")
	m.awaitState(t, "east", "ippools.projectcalico.org", api.StateLive)
	m.awaitKeys(t, "east", "exposure", "cluster#network", "pool/IPPool/pods")
}

// Where one of the two groups is not permitted, the other is read, and that is
// asked again and again.
func TestObjectsThatTwoGroupsServeAreReadWhereThatIsPermitted(t *testing.T) {
	s := serve(t, "east", shop()...)
	kept, served := customKind("crd.projectcalico.org", "v1", "IPPool", false), customKind("projectcalico.org", "v3", "IPPool", false)
	const keptTable, servedTable = "ippools.crd.projectcalico.org", "ippools.projectcalico.org"
	for _, k := range []kubeapi.Kind{kept, served} {
		addKind(t, s, k)
		putYAML(t, s, k, `{metadata: {name: pods}, spec: {cidr: 10.8.0.0/16}}`)
	}
	permit := inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: keptTable})
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitState(t, "east", keptTable, api.StateLive, "read from projectcalico.org")
	m.awaitState(t, "east", servedTable, api.StateLive)
	m.awaitKeys(t, "east", "exposure", "cluster#network", "pool/IPPool/pods")
	permit()
	m.awaitState(t, "east", servedTable, api.StateLive, "read from crd.projectcalico.org")
	m.awaitState(t, "east", keptTable, api.StateLive)
	m.awaitKeys(t, "east", "exposure", "cluster#network", "pool/IPPool/pods")
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: servedTable})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: keptTable})
	s.DropWatches(keptTable)
	m.awaitState(t, "east", keptTable, api.StateForbidden, "not permitted (403)")
}

// That a kind is not permitted is said of it, and all else goes on.
func TestForbiddenKindIsSaid(t *testing.T) {
	s := serve(t, "east", shop()...)
	addKind(t, s, gateways())
	putYAML(t, s, gateways(), `{metadata: {name: edge, namespace: shop}}`)
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: gatewayTable})
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	m.awaitState(t, "east", gatewayTable, api.StateForbidden, gatewayTable, "not permitted (403)")
	m.awaitState(t, "east", "exposure", api.StateLive)
	remove()
	m.awaitKeys(t, "east", gatewayTable, "gateway/shop/edge")
}

// balanced is a service with a load balancer's address and its endpoints.
func balanced(name, ip string, annotations map[string]string, nodes ...string) (*corev1.Service, *discoveryv1.EndpointSlice) {
	svc := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", Annotations: annotations},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeLoadBalancer, ClusterIP: "10.1.0.9", Ports: []corev1.ServicePort{{Port: 80}},
			ExternalTrafficPolicy: corev1.ServiceExternalTrafficPolicyCluster,
		},
		Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: []corev1.LoadBalancerIngress{{IP: ip}}}},
	}
	slice := makeSlice(name+"-x", name)
	for _, n := range nodes {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{"10.0.0.1"}, NodeName: &n, TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "web-1-a"},
		})
	}
	return svc, slice
}

func (m *model) attr(source, table, key, attr string) string {
	c, ok := m.claim(source, table, key)
	if !ok || c.Vertex == nil {
		return "(no claim)"
	}
	var out []string
	for _, a := range c.Vertex.Attrs {
		if a.Key == attr {
			out = append(out, a.Value)
		}
	}
	return strings.Join(out, "; ")
}

func (m *model) awaitAttr(t *testing.T, key, attr, want string) {
	t.Helper()
	await(t, func() string {
		if got := m.attr("east", "exposure", key, attr); got != want {
			return key + " " + attr + " is " + got + ", want " + want
		}
		return ""
	})
}

// What gets out, and through whom, follows from objects of many kinds, and
// follows them.
func TestAddressesThatGetOut(t *testing.T) {
	s := serve(t, "east", append(shop(), makeNode("n2"))...)
	pools := customKind("metallb.io", "v1beta1", "IPAddressPool", true)
	adverts := customKind("metallb.io", "v1beta1", "L2Advertisement", true)
	statuses := customKind("metallb.io", "v1beta1", "ServiceL2Status", true)
	for _, k := range []kubeapi.Kind{pools, adverts, statuses} {
		addKind(t, s, k)
	}
	putYAML(t, s, pools, `{metadata: {name: blue, namespace: metallb-system}, spec: {addresses: [192.0.2.0/28]}}`)
	putYAML(t, s, adverts, `{metadata: {name: all, namespace: metallb-system}, spec: {}}`)
	putYAML(t, s, statuses, `{metadata: {name: l2-a, namespace: metallb-system}, status: {node: n1, serviceNamespace: shop, serviceName: front}}`)
	svc, slice := balanced("front", "192.0.2.5", nil, "n1", "n2")
	put(t, s, svc)
	put(t, s, slice)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	const vip = "vip/192.0.2.5"
	m.awaitAttr(t, vip, "mechanism", "MetalLB L2")
	m.awaitAttr(t, vip, "announcers", "n1")
	m.awaitAttr(t, vip, "pool", "IPAddressPool metallb-system/blue")
	m.awaitAttr(t, vip, "eligible_nodes", "n1 n2")
	m.awaitAttr(t, vip, "endpoints", "n1 1/1, n2 1/1")
	m.awaitAttr(t, "pool/IPAddressPool/metallb-system/blue", "used", "1")

	putYAML(t, s, statuses, `{metadata: {name: l2-a, namespace: metallb-system}, status: {node: n2, serviceNamespace: shop, serviceName: front}}`)
	m.awaitAttr(t, vip, "announcers", "n2")
	if err := s.RemoveKind(statuses); err != nil {
		t.Fatal(err)
	}
	m.awaitAttr(t, vip, "announcers", "")
	m.awaitAttr(t, vip, "announcers_why", "no ServiceL2Status names a node")
	addKind(t, s, statuses)
	putYAML(t, s, statuses, `{metadata: {name: l2-b, namespace: metallb-system}, status: {node: n1, serviceNamespace: shop, serviceName: front}}`)
	m.awaitAttr(t, vip, "announcers", "n1")
	if err := s.Delete(gvr("", "services"), "shop", "front"); err != nil {
		t.Fatal(err)
	}
	await(t, func() string {
		if keys := m.keys("east", "exposure"); slices.Contains(keys, vip) {
			return "it is still there"
		}
		return ""
	})
}

// Servers that are old or broken are read all the same, custom kinds too.
func TestCustomKindsOfServersThatMisbehave(t *testing.T) {
	t.Parallel()
	for _, fault := range []kubeapi.FaultKind{kubeapi.NoWatchList, kubeapi.NeverInitialBookmark, kubeapi.NoBookmarks} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			s := serve(t, "east", shop()...)
			addKind(t, s, gateways())
			putYAML(t, s, gateways(), `{metadata: {name: edge, namespace: shop}}`)
			inject(t, s, kubeapi.Fault{Kind: fault})
			m := newModel()
			collect(t, configFor(t, s, "east"), m)
			m.awaitKeys(t, "east", gatewayTable, "gateway/shop/edge")
			m.awaitState(t, "east", "exposure", api.StateLive)
			if err := s.NewHistory(); err != nil {
				t.Fatal(err)
			}
			s.CutConnections()
			putYAML(t, s, gateways(), `{metadata: {name: second, namespace: shop}}`)
			m.awaitKeys(t, "east", gatewayTable, "gateway/shop/edge", "gateway/shop/second")
			m.with("east", gatewayTable, func(tm *tableModel) {
				if len(tm.drops) > 0 {
					t.Errorf("dropped %v", tm.drops)
				}
			})
		})
	}
}

// A kind that fails does not hold up what follows from the others, and what
// follows is stale when what it follows from is.
func TestWhatFollowsStandsAsItsSourcesDo(t *testing.T) {
	t.Parallel()
	s := serve(t, "east", shop()...)
	addKind(t, s, gateways())
	inject(t, s, kubeapi.Fault{Kind: kubeapi.InternalError, Resource: gatewayTable})
	svc, slice := balanced("front", "192.0.2.5", nil, "n1")
	put(t, s, svc)
	put(t, s, slice)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitAttr(t, "vip/192.0.2.5", "endpoints", "n1 1/1")
	m.awaitState(t, "east", gatewayTable, api.StateUnreachable, "500")
	s.Refuse()
	m.awaitState(t, "east", "exposure", api.StateStale)
	if err := s.Accept(); err != nil {
		t.Fatal(err)
	}
	m.awaitState(t, "east", "exposure", api.StateLive)
	m.awaitAttr(t, "vip/192.0.2.5", "endpoints", "n1 1/1")
	m.with("east", "exposure", func(tm *tableModel) {
		if len(tm.drops) > 0 {
			t.Errorf("dropped %v", tm.drops)
		}
	})
}

// A lease that nobody renews says nothing of now; one that is taken over does.
func TestLeasesAreReadAndExpire(t *testing.T) {
	t.Parallel()
	s := serve(t, "east", append(shop(), makeNode("n2"))...)
	policies := customKind("cilium.io", "v2alpha1", "CiliumL2AnnouncementPolicy", false)
	addKind(t, s, policies)
	putYAML(t, s, policies, `{metadata: {name: l2}, spec: {loadBalancerIPs: true}}`)
	svc, slice := balanced("front", "192.0.2.5", nil, "n1")
	put(t, s, svc)
	put(t, s, slice)
	hold := func(node string) {
		t.Helper()
		now, seconds := metav1.NowMicro(), int32(1)
		put(t, s, &coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Name: "cilium-l2announce-shop-front", Namespace: "kube-system"},
			Spec:       coordinationv1.LeaseSpec{HolderIdentity: &node, LeaseDurationSeconds: &seconds, RenewTime: &now},
		})
	}
	hold("n1")
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	const vip = "vip/192.0.2.5"
	m.awaitAttr(t, vip, "announcers", "n1")
	m.awaitAttr(t, vip, "announcers", "")
	m.awaitAttr(t, vip, "announcers_why", "Lease kube-system/cilium-l2announce-shop-front of n1 has expired")
	hold("n2")
	m.awaitAttr(t, vip, "announcers", "n2")
	for _, r := range s.Requests() {
		if r.Resource == "leases" && r.Namespace == "" {
			t.Errorf("all leases were asked for: %+v", r)
		}
	}
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "leases"})
	m.awaitState(t, "east", "leases", api.StateForbidden, "not permitted (403)")
}
