package expose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// maxNamed is how many nodes are named one by one, as attribute and as edges:
// where 5,000 nodes announce 1,000 addresses, that all of them do is the news.
const maxNamed = 64

// vip says all that is known of one address.
func (w *World) vip(address string) []api.Claim {
	var services []*Service
	var fronts []*Front
	var bound []*Bound
	for key := range w.owners[address] {
		if s := w.keyed[key]; s != nil {
			services = append(services, s)
		}
		if f := w.fronts[key]; f != nil {
			fronts = append(fronts, f)
		}
		if b := w.bound[key]; b != nil {
			bound = append(bound, b)
		}
	}
	if len(services)+len(fronts)+len(bound) == 0 {
		return nil
	}
	slices.SortFunc(services, func(a, b *Service) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(fronts, func(a, b *Front) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(bound, func(a, b *Bound) int { return strings.Compare(a.ownKey(), b.ownKey()) })
	v := view{world: w, address: address, services: services, fronts: fronts, bound: bound}
	return v.claims()
}

// view is one address as it is being described.
type view struct {
	world    *World
	address  string
	services []*Service
	fronts   []*Front
	bound    []*Bound
	findings []finding
	attrs    []api.KV
}

func (v *view) add(key, value string) {
	if value != "" && !slices.Contains(v.attrs, api.KV{Key: key, Value: value}) {
		v.attrs = append(v.attrs, api.KV{Key: key, Value: value})
	}
}

func (v *view) claims() []api.Claim {
	key := "vip/" + v.address
	for _, s := range v.services {
		v.findings = append(v.findings, v.world.ask(s, v.address).answers()...)
	}
	v.findings = append(v.findings, v.bounds()...)
	parent := "cluster"
	if ns := v.namespaces(); len(ns) == 1 {
		parent = "ns/" + ns[0]
	}
	vip := &api.VertexClaim{
		Kind: api.VertexVIP, Name: v.address, Parent: parent,
		Aliases: []api.Alias{{Kind: api.AliasAddress, Strength: api.Strong, Scope: v.world.uid, Value: v.address}},
	}
	out := []api.Claim{{Key: key, Vertex: vip}}
	v.describe()
	vip.Health = v.health()
	for _, s := range v.services {
		out = append(out, edge(key, "routes", s.Key, &api.EdgeClaim{Kind: api.EdgeRoutes, A: key, B: s.Key}))
	}
	for _, f := range v.fronts {
		out = append(out, edge(key, "routes", f.Key, &api.EdgeClaim{Kind: api.EdgeRoutes, A: key, B: f.Key}))
	}
	for _, p := range v.pools() {
		v.add(api.AttrPool, p.Object)
		out = append(out, edge(key, "in", p.Key, &api.EdgeClaim{Kind: api.EdgeIn, A: key, B: p.Key}))
	}
	out = append(out, v.announces(key)...)
	slices.SortStableFunc(v.attrs, func(a, b api.KV) int { return strings.Compare(a.Key, b.Key) })
	vip.Attrs = v.attrs
	return out
}

func edge(key, kind, to string, e *api.EdgeClaim) api.Claim {
	return api.Claim{Key: key + ">" + kind + ">" + to, Edge: e}
}

func (v *view) namespaces() []string {
	set := map[string]struct{}{}
	for _, s := range v.services {
		set[s.Namespace] = struct{}{}
	}
	if len(set) == 0 {
		for _, f := range v.fronts {
			set[f.Name.Namespace] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// describe says the address's class, mechanisms, nodes and endpoints.
func (v *view) describe() {
	if parse(v.address).IsValid() {
		v.add(api.AttrAddress, v.address)
	}
	v.add(api.AttrExposure, v.class())
	nodes := map[string]struct{}{}
	for i := range v.findings {
		f := &v.findings[i]
		v.add(api.AttrMechanism, f.mechanism)
		v.add(api.AttrAnnouncerWhy, f.unknown)
		v.add(api.AttrEligibleWhy, f.rule)
		for _, n := range f.eligible {
			nodes[n.Name] = struct{}{}
		}
	}
	v.add(api.AttrEligible, v.names(slices.Sorted(maps.Keys(nodes))))
	v.add(api.AttrAnnouncers, v.names(v.announcing()))
	for _, s := range v.services {
		v.add("service", s.String())
		v.add(api.AttrPorts, s.Ports)
		v.add("load_balancer_class", s.Class)
		if s.Local {
			v.add("external_traffic_policy", "Local")
		}
		if slices.Contains(s.External, v.address) {
			v.add("warning", "externalIPs: whoever may edit the Service "+s.String()+" may claim any address")
		}
	}
	for _, f := range v.fronts {
		v.add("front", f.Kind+" "+f.Name.String())
		if len(v.services) == 0 {
			v.add(api.AttrMechanism, f.Kind+" of class "+f.Class)
		}
	}
	if len(v.services) > 0 {
		v.add(api.AttrEndpoints, v.endpoints())
	}
}

// names are node names, or how many there are where they are many.
func (v *view) names(list []string) string {
	if len(list) > maxNamed {
		return fmt.Sprintf("%d of %d nodes", len(list), len(v.world.nodes))
	}
	return strings.Join(list, " ")
}

// class is the class of the first mechanism that has one.
func (v *view) class() string {
	for i := range v.findings {
		if v.findings[i].class != "" {
			return v.findings[i].class
		}
	}
	return ClassLayer7
}

func (v *view) announcing() []string {
	set := map[string]struct{}{}
	for i := range v.findings {
		for _, a := range v.findings[i].announcers {
			set[a.node] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// count adds up the endpoints of the services by node.
func (v *view) count() map[string]NodeEndpoints {
	sum := map[string]NodeEndpoints{}
	for _, s := range v.services {
		for _, slice := range v.world.slices[s.Name] {
			for _, n := range slice.Nodes {
				was := sum[n.Node]
				sum[n.Node] = NodeEndpoints{n.Node, was.Ready + n.Ready, was.All + n.All}
			}
		}
	}
	return sum
}

func (v *view) endpoints() string {
	sum := v.count()
	ready, all := 0, 0
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(sum)) {
		n := sum[name]
		ready, all = ready+int(n.Ready), all+int(n.All)
		if name == "" {
			name = "(no node)"
		}
		parts = append(parts, fmt.Sprintf("%s %d/%d", name, n.Ready, n.All))
	}
	switch {
	case all == 0:
		return "none"
	case len(parts) > maxNamed:
		return fmt.Sprintf("%d/%d on %d nodes", ready, all, len(parts))
	}
	return strings.Join(parts, ", ")
}

// pools are those that the address is from.
func (v *view) pools() []*Pool {
	var out []*Pool
	for _, s := range v.services {
		q := v.world.ask(s, v.address)
		for _, maker := range []string{MakerMetalLB, MakerCilium, MakerAntrea, MakerCalico} {
			named := ""
			switch maker {
			case MakerMetalLB:
				named = s.Annotations["metallb.io/ip-allocated-from-pool"]
			case MakerAntrea:
				named = s.Annotations["service.antrea.io/external-ip-pool"]
			}
			if p := q.pool(maker, named); p != nil && q.ingress != nil && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// announces are the edges from the nodes that are claimed to announce it.
func (v *view) announces(key string) []api.Claim {
	if len(v.announcing()) > maxNamed {
		v.add(api.AttrAnnouncerWhy, "too many to draw one by one")
		return nil
	}
	var out []api.Claim
	said := map[string]bool{}
	for i := range v.findings {
		f := &v.findings[i]
		for _, a := range f.announcers {
			node := v.world.nodes[a.node]
			to := "announces>" + f.mechanism
			if node == nil || said[a.node+to] {
				continue
			}
			said[a.node+to] = true
			e := &api.EdgeClaim{Kind: api.EdgeAnnounces, A: node.Key, B: key, Confidence: a.trust.percent, Health: api.HealthOK}
			if f.expected && !has(f.eligible, a.node) {
				e.Health = api.HealthDegraded
			}
			e.Attrs = []api.KV{
				{Key: "claim", Value: "claimed"},
				{Key: api.AttrMechanism, Value: f.mechanism},
				{Key: api.AttrObject, Value: a.object},
			}
			if len(a.peers) > 0 {
				e.Attrs = append(e.Attrs, api.KV{Key: "peers", Value: strings.Join(a.peers, " ")})
			}
			if !a.since.IsZero() {
				e.Attrs = append(e.Attrs, api.KV{Key: "since", Value: a.since.UTC().Format(time.RFC3339)})
			}
			e.Attrs = append(e.Attrs, api.KV{Key: api.AttrTrust, Value: a.trust.words})
			out = append(out, edge(key, to, node.Key, e))
		}
	}
	return out
}

// health is what the cluster itself says of the address: nothing behind it is
// down, nobody to announce it or one who should not is degraded.
func (v *view) health() api.Health {
	if len(v.services)+len(v.bound) == 0 {
		return api.HealthUnknown
	}
	ready := 0
	for _, n := range v.count() {
		ready += int(n.Ready)
	}
	if ready == 0 && len(v.services) > 0 {
		v.add(api.AttrReason, "no endpoint is ready")
		return api.HealthDown
	}
	health := api.HealthUnknown
	for i := range v.findings {
		f := &v.findings[i]
		switch {
		case !f.expected:
		case len(f.announcers) == 0:
			v.add(api.AttrReason, f.mechanism+": nobody is known to announce it")
			health = max(health, api.HealthUnknown)
		default:
			health = max(health, v.announced(f))
		}
	}
	return health
}

func (v *view) announced(f *finding) api.Health {
	if n := distinctNodes(f.announcers); f.class == ClassL2 && n > 1 {
		v.add(api.AttrReason, fmt.Sprintf("%s: it should be announced by one node and is by %d", f.mechanism, n))
		return api.HealthDegraded
	}
	for _, a := range f.announcers {
		n := v.world.nodes[a.node]
		switch {
		case n == nil:
			v.add(api.AttrReason, a.node+" announces it and is no node of the cluster")
		case !n.Ready:
			v.add(api.AttrReason, a.node+" announces it and is not ready")
		case !has(f.eligible, a.node):
			v.add(api.AttrReason, a.node+" announces it and should not: "+f.rule)
		default:
			continue
		}
		return api.HealthDegraded
	}
	return api.HealthOK
}

func distinctNodes(list []announcer) int {
	nodes := map[string]struct{}{}
	for _, a := range list {
		nodes[a.node] = struct{}{}
	}
	return len(nodes)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
