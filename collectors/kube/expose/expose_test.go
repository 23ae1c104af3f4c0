package expose_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

const uid = "uid"

func node(name string, with ...api.Label) *expose.Node {
	return &expose.Node{Name: name, Key: "node/" + name, Ready: true, Labels: with, Addresses: []string{"10.1.0." + name[1:]}}
}

func web(change func(*expose.Service)) *expose.Service {
	s := &expose.Service{
		Name: expose.Name{Namespace: "shop", Name: "web"}, Key: "svc/shop/web", LoadBalancer: true,
		Ingress: []expose.Ingress{{Address: "192.0.2.5"}}, Ports: "80/TCP",
	}
	if change != nil {
		change(s)
	}
	return s
}

func endpoints(counts ...expose.NodeEndpoints) *expose.Slice {
	return &expose.Slice{Service: expose.Name{Namespace: "shop", Name: "web"}, Nodes: counts}
}

func ranged(text string) []expose.Range {
	r, ok := expose.ParseRange(text)
	if !ok {
		panic(text)
	}
	return []expose.Range{r}
}

func pool(maker string) *expose.Pool {
	return &expose.Pool{
		Maker: maker, Object: "Pool p", Key: "pool/p", Name: "p", Ranges: ranged("192.0.2.0/28"), Used: -1, Free: -1,
	}
}

func status(maker, protocol, node string) *expose.Status {
	return &expose.Status{Maker: maker, Protocol: protocol, Object: protocol + " status of " + node, Service: expose.Name{Namespace: "shop", Name: "web"}, Node: node}
}

func session(maker, node, state string) *expose.Session {
	return &expose.Session{Maker: maker, Object: "session of " + node, Node: node, Peer: "10.0.0.1", State: state}
}

func lease(namespace, name, holder string, expired bool) *expose.Lease {
	return &expose.Lease{Name: expose.Name{Namespace: namespace, Name: name}, Holder: holder, Expired: expired, Acquired: time.Unix(1e9, 0)}
}

func selects(text string) labels.Selector {
	s, err := labels.Parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

// three are nodes n1 and n2 in rack r1 and n3 in r2, and endpoints on n1 and n2.
func three() []expose.Fact {
	rack := func(v string) api.Label { return api.Label{Key: "rack", Value: v} }
	return []expose.Fact{
		node("n1", rack("r1")), node("n2", rack("r1")), node("n3", rack("r2")),
		endpoints(expose.NodeEndpoints{Node: "n1", Ready: 2, All: 2}, expose.NodeEndpoints{Node: "n2", Ready: 0, All: 1}),
	}
}

// said is what a world says of an address: attribute -> values, and edges.
func said(w *expose.World, address string) map[string]string {
	out := map[string]string{}
	for _, u := range w.Take() {
		if u.Key != "vip/"+address {
			continue
		}
		for _, c := range u.Claims {
			if c.Vertex != nil {
				out["health"] = c.Vertex.Health.String()
				for _, a := range c.Vertex.Attrs {
					if out[a.Key] != "" {
						out[a.Key] += "; "
					}
					out[a.Key] += a.Value
				}
				continue
			}
			out[c.Edge.Kind.String()] += fmt.Sprintf("%s>%s/%d ", strings.TrimPrefix(c.Edge.A, "vip/"), strings.TrimPrefix(c.Edge.B, "vip/"), c.Edge.Confidence)
		}
	}
	return out
}

func worldOf(facts ...expose.Fact) *expose.World {
	w := expose.NewWorld(uid)
	for i, f := range facts {
		w.Put("table", fmt.Sprint(i), []expose.Fact{f})
	}
	return w
}

// answer is what is expected of an address, as far as it is looked at.
type answer map[string]string

// The decision table: which objects make which answer.
func TestWhoAnnounces(t *testing.T) {
	l2 := &expose.Advert{Maker: expose.MakerMetalLB, Protocol: "L2", Object: "L2Advertisement all", LoadBalancer: true}
	bgp := &expose.Advert{Maker: expose.MakerMetalLB, Protocol: "BGP", Object: "BGPAdvertisement tor", LoadBalancer: true, Pools: []string{"p"}}
	ciliumL2 := &expose.Advert{Maker: expose.MakerCilium, Protocol: "L2", Object: "policy", LoadBalancer: true, Nodes: []labels.Selector{selects("rack=r1")}}
	ciliumBGP := &expose.Advert{Maker: expose.MakerCilium, Protocol: "BGP", Object: "advertisement", LoadBalancer: true, Services: []labels.Selector{selects("bgp=yes")}}
	local := func(s *expose.Service) { s.Local = true }
	marked := func(s *expose.Service) { s.Annotations = map[string]string{"kube-vip.io/vipHost": "n1"} }
	for name, c := range map[string]struct {
		facts []expose.Fact
		want  answer
	}{
		"MetalLB L2": {
			[]expose.Fact{web(nil), pool(expose.MakerMetalLB), l2, status(expose.MakerMetalLB, "L2", "n1")},
			answer{
				"exposure": "LB-L2", "mechanism": "MetalLB L2", "announcers": "n1", "pool": "Pool p", "eligible_nodes": "n1 n2 n3",
				"endpoints": "n1 2/2, n2 0/1", "health": "ok", "announces": "node/n1>192.0.2.5/90 ", "in": "192.0.2.5>pool/p/0 ", "routes": "192.0.2.5>svc/shop/web/0 ",
			},
		},
		"MetalLB L2, nobody": {
			[]expose.Fact{web(nil), pool(expose.MakerMetalLB), l2},
			answer{"mechanism": "MetalLB L2", "announcers": "", "announcers_why": "no ServiceL2Status names a node", "health": "unknown"},
		},
		"MetalLB L2, policy Local": {
			[]expose.Fact{web(local), pool(expose.MakerMetalLB), l2, status(expose.MakerMetalLB, "L2", "n2")},
			answer{"announcers": "n2", "eligible_nodes": "n1", "health": "degraded", "external_traffic_policy": "Local"},
		},
		"MetalLB BGP": {
			[]expose.Fact{
				web(nil), pool(expose.MakerMetalLB), bgp, status(expose.MakerMetalLB, "BGP", "n1"), status(expose.MakerMetalLB, "BGP", "n2"),
				session(expose.MakerMetalLB, "n1", "established"), session(expose.MakerMetalLB, "n2", "active"),
			},
			answer{"exposure": "LB-BGP", "mechanism": "MetalLB BGP", "announcers": "n1", "announcers_why": "n2 has no established session (10.0.0.1 active)"},
		},
		"MetalLB BGP without session states": {
			[]expose.Fact{web(nil), pool(expose.MakerMetalLB), bgp, status(expose.MakerMetalLB, "BGP", "n1")},
			answer{"announcers": "n1", "announces": "node/n1>192.0.2.5/70 "},
		},
		"MetalLB without an advertisement": {
			[]expose.Fact{web(nil), pool(expose.MakerMetalLB)},
			answer{"mechanism": "MetalLB; unknown", "exposure": "unknown"},
		},
		"Cilium L2": {
			[]expose.Fact{web(nil), pool(expose.MakerCilium), ciliumL2, lease("kube-system", "cilium-l2announce-shop-web", "n2", false)},
			answer{"exposure": "LB-L2", "mechanism": "Cilium L2", "announcers": "n2", "eligible_nodes": "n1 n2", "pool": "Pool p", "announces": "node/n2>192.0.2.5/90 "},
		},
		"Cilium L2, lease expired": {
			[]expose.Fact{web(nil), ciliumL2, lease("kube-system", "cilium-l2announce-shop-web", "n2", true)},
			answer{"announcers": "", "announcers_why": "Lease kube-system/cilium-l2announce-shop-web of n2 has expired", "health": "unknown"},
		},
		"Cilium BGP": {
			[]expose.Fact{
				web(func(s *expose.Service) { s.Labels = expose.Labels{{Key: "bgp", Value: "yes"}} }), ciliumBGP,
				&expose.Speakers{Maker: expose.MakerCilium, Object: "config", Nodes: selects("rack in (r1,r2)")},
				session(expose.MakerCilium, "n1", "established"), session(expose.MakerCilium, "n3", "established"), session(expose.MakerCilium, "n2", "idle"),
			},
			answer{"exposure": "LB-BGP", "mechanism": "Cilium BGP", "announcers": "n1 n3", "announcers_why": "n2 has no established session"},
		},
		"Cilium BGP of other services": {
			[]expose.Fact{web(nil), ciliumBGP}, answer{"mechanism": "unknown"},
		},
		"kube-vip by annotation": {
			[]expose.Fact{web(marked), &expose.Agent{Maker: expose.MakerKubeVIP, Node: "n1", Mode: "ARP"}, &expose.Agent{Maker: expose.MakerKubeVIP, Node: "n2"}},
			answer{"exposure": "LB-L2", "mechanism": "kube-vip ARP", "announcers": "n1", "eligible_nodes": "n1 n2", "announces": "node/n1>192.0.2.5/80 "},
		},
		"kube-vip by its own lease": {
			[]expose.Fact{web(marked), lease("shop", "kubevip-web", "n2", false), lease("kube-system", "plndr-svcs-lock", "n3", false)},
			answer{"announcers": "n2"},
		},
		"kube-vip by the shared lease": {
			[]expose.Fact{web(marked), lease("kube-system", "plndr-svcs-lock", "n3", false)},
			answer{"announcers": "n3", "announces": "node/n3>192.0.2.5/90 "},
		},
		"kube-vip in BGP mode": {
			[]expose.Fact{web(marked), &expose.Agent{Maker: expose.MakerKubeVIP, Node: "n1", Mode: "BGP"}, &expose.Agent{Maker: expose.MakerKubeVIP, Node: "n3", Mode: "BGP"}},
			answer{"exposure": "LB-BGP", "announcers": "n1 n3", "announces": "node/n1>192.0.2.5/55 node/n3>192.0.2.5/55 "},
		},
		"Antrea": {
			[]expose.Fact{
				web(func(s *expose.Service) { s.Ingress[0].Hostname = "n3" }),
				func() *expose.Pool { p := pool(expose.MakerAntrea); p.Nodes = selects("rack=r2"); return p }(),
			},
			answer{"mechanism": "Antrea L2", "announcers": "n3", "eligible_nodes": "n3", "pool": "Pool p"},
		},
		"Calico": {
			[]expose.Fact{web(local), &expose.Advert{Maker: expose.MakerCalico, Protocol: "BGP", Object: "BGPConfiguration default", LoadBalancer: true, Ranges: ranged("192.0.2.0/24")}},
			answer{"mechanism": "Calico BGP", "announcers": "n1", "announces": "node/n1>192.0.2.5/55 "},
		},
		"kube-router": {
			[]expose.Fact{
				web(func(s *expose.Service) {
					s.Annotations = map[string]string{"kube-router.io/service.advertise.loadbalancerip": "true"}
				}),
				&expose.Node{Name: "n4", Key: "node/n4", Ready: true, Router: true},
			},
			answer{"mechanism": "kube-router BGP", "announcers": "n4", "eligible_nodes": "n4"},
		},
		"OVN-Kubernetes egress": {
			[]expose.Fact{web(nil), status(expose.MakerOVN, "egress", "n2")},
			answer{"mechanism": "OVN-Kubernetes egress service; unknown", "announcers": "n2"},
		},
		"externalIPs": {
			[]expose.Fact{web(func(s *expose.Service) { s.Ingress, s.External = nil, []string{"192.0.2.5"} })},
			answer{"exposure": "externalIPs", "mechanism": "externalIPs", "announcers": "", "warning": "externalIPs: whoever may edit the Service shop/web may claim any address"},
		},
		"the address of a node": {
			[]expose.Fact{web(func(s *expose.Service) { s.Ingress[0].Address = "192.0.2.5" }), &expose.Node{Name: "n9", Key: "node/n9", Ready: true, Addresses: []string{"192.0.2.5"}}},
			answer{"exposure": "LB-node", "announcers": "n9", "eligible_nodes": "n9"},
		},
		"cloud": {
			[]expose.Fact{
				web(nil), &expose.Node{Name: "a", Key: "node/a", Provider: "aws"}, &expose.Node{Name: "b", Key: "node/b", Provider: "aws"},
				&expose.Node{Name: "c", Key: "node/c", Provider: "aws"}, &expose.Node{Name: "d", Key: "node/d", Provider: "aws"},
			},
			answer{"exposure": "LB-cloud", "mechanism": "load balancer of aws", "announcers": ""},
		},
		"an Ingress alone": {
			[]expose.Fact{&expose.Front{Key: "ingress/shop/i", Kind: "Ingress", Name: expose.Name{Namespace: "shop", Name: "i"}, Class: "nginx", Addresses: []string{"192.0.2.5"}}},
			answer{"exposure": "layer 7", "mechanism": "Ingress of class nginx", "routes": "192.0.2.5>ingress/shop/i/0 ", "endpoints": ""},
		},
		"a Gateway on a load balancer": {
			[]expose.Fact{
				web(nil), pool(expose.MakerMetalLB), l2, status(expose.MakerMetalLB, "L2", "n1"),
				&expose.Front{Key: "gateway/shop/g", Kind: "Gateway", Name: expose.Name{Namespace: "shop", Name: "g"}, Addresses: []string{"192.0.2.5"}},
			},
			answer{"mechanism": "MetalLB L2", "front": "Gateway shop/g", "routes": "192.0.2.5>svc/shop/web/0 192.0.2.5>gateway/shop/g/0 "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := said(worldOf(append(three(), c.facts...)...), "192.0.2.5")
			for key, want := range c.want {
				if got[key] != want {
					t.Errorf("%s is %q, want %q\nall: %v", key, got[key], want, got)
				}
			}
		})
	}
}

// Each fact changes, and so does the answer.
func TestAnswersFollowTheFacts(t *testing.T) {
	w := worldOf(append(three(), web(func(s *expose.Service) { s.Local = true }), pool(expose.MakerMetalLB),
		&expose.Advert{Maker: expose.MakerMetalLB, Protocol: "L2", Object: "all", LoadBalancer: true})...)
	w.Put("status", "s", []expose.Fact{status(expose.MakerMetalLB, "L2", "n1")})
	if got := said(w, "192.0.2.5"); got["announcers"] != "n1" || got["health"] != "ok" {
		t.Fatalf("at the start: %v", got)
	}
	if w.Dirty() {
		t.Error("there is more to say")
	}
	w.Put("table", "3", []expose.Fact{endpoints(expose.NodeEndpoints{Node: "n1", Ready: 0, All: 2}, expose.NodeEndpoints{Node: "n2", Ready: 1, All: 1})})
	if got := said(w, "192.0.2.5"); got["eligible_nodes"] != "n2" || got["health"] != "degraded" {
		t.Errorf("when the endpoint moved: %v", got)
	}
	w.Put("status", "s", []expose.Fact{status(expose.MakerMetalLB, "L2", "n2")})
	if got := said(w, "192.0.2.5"); got["announcers"] != "n2" || got["health"] != "ok" {
		t.Errorf("when the announcer followed: %v", got)
	}
	w.Begin("status")
	w.End("status")
	if got := said(w, "192.0.2.5"); got["announcers"] != "" {
		t.Errorf("when the statuses were gone: %v", got)
	}
	w.Missing("servicel2statuses.metallb.io", "not permitted")
	if got := said(w, "192.0.2.5"); !strings.Contains(got["announcers_why"], "not permitted") {
		t.Errorf("when statuses were forbidden: %v", got)
	}
	w.Put("table", "3", nil)
	if got := said(w, "192.0.2.5"); got["endpoints"] != "none" || got["health"] != "down" {
		t.Errorf("without endpoints: %v", got)
	}
	w.Put("table", "4", nil)
	if got := said(w, "192.0.2.5"); len(got) > 0 {
		t.Errorf("without the service: %v", got)
	}
}

// The order in which facts come, and what was there in between, has no say.
func TestOrderHasNoSay(t *testing.T) {
	second := pool(expose.MakerCilium)
	second.Key, second.Object = "pool/second", "Pool second"
	facts := append(three(), web(nil), pool(expose.MakerMetalLB), second,
		status(expose.MakerMetalLB, "L2", "n3"), session(expose.MakerCilium, "n1", "established"), session(expose.MakerCilium, "n1", "idle"),
		&expose.Speakers{Maker: expose.MakerCilium, Object: "a", Nodes: labels.Everything()},
		&expose.Speakers{Maker: expose.MakerCilium, Object: "b", Nodes: labels.Nothing()},
		&expose.Advert{Maker: expose.MakerCilium, Protocol: "BGP", Object: "bgp", LoadBalancer: true},
		&expose.Advert{Maker: expose.MakerMetalLB, Protocol: "L2", Object: "all", LoadBalancer: true},
		&expose.Advert{Maker: expose.MakerCilium, Protocol: "L2", Object: "l2", LoadBalancer: true},
		status(expose.MakerMetalLB, "L2", "n1"), lease("kube-system", "cilium-l2announce-shop-web", "n2", false),
		&expose.Policy{Name: expose.Name{Namespace: "shop", Name: "deny"}, Pods: labels.Everything(), Ingress: true},
		&expose.Workload{Key: "workload/a", Namespace: "shop", Claim: &api.VertexClaim{Kind: api.VertexWorkload, Name: "a"}},
		&expose.Foreign{Kind: "CiliumNetworkPolicy", Name: expose.Name{Namespace: "shop", Name: "l7"}, Pods: selects("app=web")},
		&expose.Taken{Address: netip.MustParseAddr("192.0.2.9")},
		&expose.Setting{Key: "cni", Value: "Cilium"},
	)
	all := func(w *expose.World) map[string][]api.Claim {
		out := map[string][]api.Claim{}
		for _, u := range w.Take() {
			if len(u.Claims) > 0 {
				out[u.Key] = u.Claims
			}
		}
		return out
	}
	want := all(worldOf(facts...))
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := expose.NewWorld(uid)
		state := map[string][]api.Claim{}
		take := func() {
			for _, u := range w.Take() {
				if state[u.Key] = u.Claims; len(u.Claims) == 0 {
					delete(state, u.Key)
				}
			}
		}
		for range 60 { // comings and goings
			i := r.IntN(len(facts))
			w.Put("table", fmt.Sprint(i), [][]expose.Fact{nil, {facts[i]}}[r.IntN(2)])
			if r.IntN(3) == 0 {
				take()
			}
		}
		for _, i := range r.Perm(len(facts)) {
			w.Put("table", fmt.Sprint(i), []expose.Fact{facts[i]})
		}
		take()
		if diff := cmp.Diff(want, state); diff != "" {
			t.Fatalf("seed %d (-in order +otherwise):\n%s", seed, diff)
		}
	}
}

func TestPools(t *testing.T) {
	full := pool(expose.MakerMetalLB)
	full.Used, full.Free = 16, 0
	other := pool(expose.MakerCilium)
	other.Key, other.Object, other.Ranges = "pool/o", "Pool o", ranged("192.0.2.8-192.0.2.40")
	w := worldOf(web(nil), full, other, &expose.Taken{Address: netip.MustParseAddr("192.0.2.9")})
	got := map[string]string{}
	for _, u := range w.Take() {
		if strings.HasPrefix(u.Key, "pool/") {
			v := u.Claims[0].Vertex
			got[u.Key] = v.Health.String()
			for _, a := range v.Attrs {
				got[u.Key+" "+a.Key] = a.Value
			}
		}
	}
	for key, want := range map[string]string{
		"pool/p": "down", "pool/p used": "16", "pool/p size": "16", "pool/p reason": "no address is left",
		"pool/o": "degraded", "pool/o used": "1", "pool/o size": "33", "pool/o reason": "overlaps Pool p",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	w.Put("table", "1", nil)
	for _, u := range w.Take() {
		if u.Key == "pool/p" && len(u.Claims) > 0 {
			t.Error("a pool that is gone is still said")
		}
	}
}

func TestIsolation(t *testing.T) {
	claim := &api.VertexClaim{Kind: api.VertexWorkload, Name: "web", Parent: "ns/shop"}
	w := worldOf(
		&expose.Workload{Key: "workload/web", Namespace: "shop", Claim: claim, Pods: expose.Labels{{Key: "app", Value: "web"}}},
		&expose.Workload{Key: "workload/db", Namespace: "shop", Claim: claim},
		&expose.Policy{Name: expose.Name{Namespace: "shop", Name: "a"}, Pods: selects("app=web"), Ingress: true, Egress: true},
		&expose.Policy{Name: expose.Name{Namespace: "shop", Name: "b"}, Pods: selects("app=web"), Ingress: true},
		&expose.Policy{Name: expose.Name{Namespace: "other", Name: "c"}, Pods: labels.Everything(), Ingress: true},
		&expose.Foreign{Kind: "CiliumNetworkPolicy", Name: expose.Name{Namespace: "shop", Name: "l7"}, Pods: selects("app=web")},
		&expose.Foreign{Kind: "GlobalNetworkPolicy", Name: expose.Name{Name: "all"}, Unread: true},
	)
	var got []string
	for _, u := range w.Take() {
		for _, c := range u.Claims {
			for _, a := range c.Vertex.Attrs {
				got = append(got, c.Key+" "+a.Key+"="+a.Value)
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"cluster#policies policies_not_read=1 GlobalNetworkPolicy",
		"ns/shop#policies policies_not_read=1 CiliumNetworkPolicy",
		"workload/db#policies policy_not_judged=GlobalNetworkPolicy all",
		"workload/web#policies isolated=egress", "workload/web#policies isolated=ingress",
		"workload/web#policies isolated_egress=a", "workload/web#policies isolated_ingress=a b",
		"workload/web#policies other_policy=CiliumNetworkPolicy l7",
		"workload/web#policies policy_not_judged=GlobalNetworkPolicy all",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A policy of the whole cluster finds pods by their namespace's labels, and lets
// go of them when those change.
func TestPoliciesOfTheWholeClusterFindWorkloads(t *testing.T) {
	w := expose.NewWorld(uid)
	put := func(key string, f ...expose.Fact) { w.Put("t", key, f) }
	others := func() (out []string) {
		for _, u := range w.Take() {
			for _, c := range u.Claims {
				if c.Vertex == nil {
					continue
				}
				for _, a := range c.Vertex.Attrs {
					if a.Key == "other_policy" {
						out = append(out, c.Key+" "+a.Value)
					}
				}
			}
		}
		slices.Sort(out)
		return out
	}
	prod := &expose.Space{Name: "shop", Labels: expose.Labels{{Key: "env", Value: "prod"}}}
	put("ns/shop", prod)
	put("pod", &expose.Workload{
		Key: "pod/shop/one", Namespace: "shop", Claim: &api.VertexClaim{Kind: api.VertexPod}, Pods: expose.Labels{{Key: "app", Value: "web"}},
	})
	put("job", &expose.Workload{Key: "workload/Job/test/once", Namespace: "test", Claim: &api.VertexClaim{Kind: api.VertexWorkload}})
	put("admin", &expose.Foreign{Kind: "AdminNetworkPolicy", Name: expose.Name{Name: "prod"}, Spaces: selects("env=prod")})
	put("cilium", &expose.Foreign{Kind: "CiliumClusterwideNetworkPolicy", Name: expose.Name{Name: "shop"}, Pods: selects("io.kubernetes.pod.namespace=shop,app=web")})
	put("labelled", &expose.Foreign{Kind: "CiliumClusterwideNetworkPolicy", Name: expose.Name{Name: "of-prod"}, Pods: selects("io.cilium.k8s.namespace.labels.env=prod")})
	put("everywhere", &expose.Foreign{Kind: "BaselineAdminNetworkPolicy", Name: expose.Name{Name: "default"}})
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, others()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	check("pod/shop/one#policies AdminNetworkPolicy prod", "pod/shop/one#policies BaselineAdminNetworkPolicy default",
		"pod/shop/one#policies CiliumClusterwideNetworkPolicy of-prod", "pod/shop/one#policies CiliumClusterwideNetworkPolicy shop",
		"workload/Job/test/once#policies BaselineAdminNetworkPolicy default")
	put("ns/shop", &expose.Space{Name: "shop"})
	check("pod/shop/one#policies BaselineAdminNetworkPolicy default", "pod/shop/one#policies CiliumClusterwideNetworkPolicy shop")
	put("everywhere")
	check("pod/shop/one#policies CiliumClusterwideNetworkPolicy shop")
}

// Where all of very many nodes announce, they are counted and not drawn.
func TestManyNodesAreCounted(t *testing.T) {
	facts := []expose.Fact{web(nil), &expose.Advert{Maker: expose.MakerCalico, Protocol: "BGP", Object: "all", LoadBalancer: true}}
	for i := range 100 {
		facts = append(facts, node(fmt.Sprintf("n%d", i)))
	}
	got := said(worldOf(facts...), "192.0.2.5")
	if got["announcers"] != "100 of 100 nodes" || got["announces"] != "" || !strings.Contains(got["announcers_why"], "too many") {
		t.Errorf("%v", got)
	}
}

func TestLeasesAreAskedForWhereSomethingDependsOnThem(t *testing.T) {
	ask := func(facts ...expose.Fact) string {
		namespaces, names := worldOf(facts...).LeasesWanted()
		return fmt.Sprint(namespaces, names)
	}
	l2 := &expose.Advert{Maker: expose.MakerCilium, Protocol: "L2", LoadBalancer: true}
	marked := web(func(s *expose.Service) { s.Annotations = map[string]string{"kube-vip.io/loadbalancerIPs": "192.0.2.5"} })
	for want, facts := range map[string][]expose.Fact{
		"[] []":                            {web(nil)},
		"[kube-system] []":                 {web(nil), l2},
		"[cilium kube-system] []":          {web(nil), l2, &expose.Agent{Maker: expose.MakerCilium, Namespace: "cilium"}},
		"[kube-system] [shop/kubevip-web]": {marked},
	} {
		if got := ask(facts...); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := ask(l2); got != "[] []" {
		t.Errorf("without a service: %s", got)
	}
}

func TestRanges(t *testing.T) {
	for text, want := range map[string]int64{
		"192.0.2.0/28": 16, "192.0.2.1-192.0.2.3": 3, "192.0.2.9": 1, "2001:db8::/120": 256, "2001:db8::/64": 0, "10.0.0.0/8": 1 << 24,
	} {
		r, ok := expose.ParseRange(text)
		if size, known := r.Size(); !ok || size != want || known != (want > 0) {
			t.Errorf("%s has %d addresses, %v", text, size, ok)
		}
	}
	for _, text := range []string{"", "x", "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "/8"} {
		if r, ok := expose.ParseRange(text); ok {
			t.Errorf("%q is read as %s", text, r)
		}
	}
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"192.0.2.0/28", "192.0.2.1-192.0.2.3", "2001:db8::/64", "::ffff:192.0.2.1/100", "fe80::1%eth0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := expose.ParseRange(text)
		if !ok {
			return
		}
		if !r.Contains(r.From) || !r.Contains(r.To) || !r.Overlaps(r) {
			t.Errorf("%q is read as %s, which has not its own ends", text, r)
		}
		if n, known := r.Size(); known && n < 1 {
			t.Errorf("%q has %d addresses", text, n)
		}
	})
}
