package kube

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// More attributes.
const (
	attrClass     = "class"     // of an Ingress or Gateway: whose it is
	attrHosts     = "hosts"     // names that an Ingress, Gateway or route answers to
	attrListeners = "listeners" // of a Gateway: "https 443/HTTPS 3 routes"; repeats
	attrTLS       = "tls"       // "true"
)

// ingress becomes a vertex under its namespace, with an edge to each service
// that it passes traffic on to.
func (t *translator) ingress(o *networkingv1.Ingress) result {
	key := "ingress/" + o.Namespace + "/" + o.Name
	class := o.Annotations["kubernetes.io/ingress.class"]
	if o.Spec.IngressClassName != nil {
		class = *o.Spec.IngressClassName
	}
	var hosts, services, addresses []string
	backend := func(b *networkingv1.IngressBackend) {
		if b != nil && b.Service != nil && b.Service.Name != "" {
			services = append(services, b.Service.Name)
		}
	}
	backend(o.Spec.DefaultBackend)
	for i := range o.Spec.Rules {
		r := &o.Spec.Rules[i]
		hosts = append(hosts, cmp.Or(r.Host, "*"))
		if r.HTTP == nil {
			continue
		}
		for j := range r.HTTP.Paths {
			backend(&r.HTTP.Paths[j].Backend)
		}
	}
	for _, in := range o.Status.LoadBalancer.Ingress {
		addresses = append(addresses, cmp.Or(address(in.IP), hostname(in.Hostname)))
	}
	var a attrs
	a.add(api.AttrAddresses, joinDistinct(addresses))
	a.add(attrClass, class)
	a.add(attrHosts, joinDistinct(hosts))
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.flag(attrTLS, len(o.Spec.TLS) > 0)
	r := t.several(key, &api.VertexClaim{
		Kind: api.VertexIngress, Aliases: t.alias("Ingress", o.Namespace, o.Name), Parent: t.parentNamespace(o.Namespace),
		Name: o.Name, Attrs: a, Labels: t.words.labels(o.Labels, keepAllLabels),
	})
	for _, s := range distinct(services) {
		r.edge(api.EdgeRoutes, key, serviceKey(o.Namespace, s), api.HealthUnknown, nil)
	}
	r.facts = front(key, "Ingress", o.Namespace, o.Name, class, addresses)
	return r
}

// front is the fact that something at layer 7 has addresses.
func front(key, kind, namespace, name, class string, addresses []string) []expose.Fact {
	addresses = distinct(addresses)
	if len(addresses) == 0 {
		return nil
	}
	return []expose.Fact{&expose.Front{
		Key: key, Kind: kind, Name: expose.Name{Namespace: namespace, Name: name}, Class: class, Addresses: addresses,
	}}
}

// several begins the result of an object that says more than one thing: a
// vertex under its own key, and edges under keys that begin with it.
func (t *translator) several(key string, v *api.VertexClaim) result {
	return result{key: key, claims: []api.Claim{{Key: key, Vertex: v}}, prefix: key}
}

// edge adds an edge that begins at a vertex of the result.
func (r *result) edge(kind api.EdgeKind, from, to string, health api.Health, attrs []api.KV) {
	key := r.prefix + ">" + to
	if from != r.key {
		key = r.prefix + "<" + from
	}
	for i := range r.claims {
		if r.claims[i].Key == key {
			return
		}
	}
	r.claims = append(r.claims, api.Claim{Key: key, Edge: &api.EdgeClaim{Kind: kind, A: from, B: to, Health: health, Attrs: attrs}})
}

// distinct are the values that are not empty, each once.
func distinct(values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// hostname is the canonical form of a host name.
func hostname(text string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Join(strings.Fields(text), ""), "."))
}

// serviceCIDR is a pool of the service network.
func (t *translator) serviceCIDR(o *networkingv1.ServiceCIDR) result {
	key := "pool/ServiceCIDR/" + o.Name
	p := &expose.Pool{Maker: "Kubernetes", Object: "ServiceCIDR " + o.Name, Key: key, Name: o.Name, Ranges: ranges(o.Spec.CIDRs), Used: -1, Free: -1}
	return result{key: key, facts: []expose.Fact{p}}
}

// ipAddress is an address of the service network that is taken.
func (t *translator) ipAddress(o *networkingv1.IPAddress) result {
	r := result{key: "ip/" + o.Name}
	if a, err := netip.ParseAddr(o.Name); err == nil {
		r.facts = []expose.Fact{&expose.Taken{Address: a.Unmap()}}
	}
	return r
}

// ranges reads ranges of addresses; what is none is left out.
func ranges(texts []string) []expose.Range {
	var out []expose.Range
	for _, text := range texts {
		if r, ok := expose.ParseRange(text); ok {
			out = append(out, r)
		}
	}
	return out
}
