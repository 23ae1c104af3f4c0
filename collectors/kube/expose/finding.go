package expose

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// The exposure classes.
const (
	ClassL2       = "LB-L2"
	ClassBGP      = "LB-BGP"
	ClassCloud    = "LB-cloud"
	ClassNode     = "LB-node" // the address of a node itself
	ClassExternal = "externalIPs"
	ClassLayer7   = "layer 7" // of an Ingress or Gateway alone
	ClassUnknown  = "unknown"
)

// How far a claim is to be trusted.
type trust struct {
	words   string
	percent uint8
}

func high() trust       { return trust{"high", 90} }
func mediumHigh() trust { return trust{"medium-high", 80} }
func medium() trust     { return trust{"medium", 70} }
func lowMedium() trust  { return trust{"low-medium", 55} }

// announcer is a node that is claimed to announce an address.
type announcer struct {
	node, object string
	trust        trust
	since        time.Time // zero where nobody says
	peers        []string
}

// finding is what one mechanism has to say of one address of one service.
type finding struct {
	mechanism, class string
	announcers       []announcer
	// unknown says why announcers are not known, or not complete.
	unknown string
	// eligible are the nodes that may attract traffic, and by which rule.
	eligible []*Node
	rule     string
	// expected says that somebody should announce it.
	expected bool
}

// quest is one address of one service, looked at from all sides.
type quest struct {
	*World

	service *Service
	address netip.Addr // invalid for a host name
	text    string
	ingress *Ingress // nil if it is only an external IP
	ready   map[string]bool
}

func (w *World) ask(s *Service, address string) quest {
	q := quest{World: w, service: s, address: parse(address), text: address, ready: map[string]bool{}}
	for i := range s.Ingress {
		if s.Ingress[i].Address == address {
			q.ingress = &s.Ingress[i]
		}
	}
	for _, slice := range w.slices[s.Name] {
		for _, n := range slice.Nodes {
			q.ready[n.Node] = q.ready[n.Node] || n.Ready > 0
		}
	}
	return q
}

// answers asks every mechanism. Several may have to do with one address: one
// that hands it out, another that announces it.
func (q quest) answers() []finding {
	var out []finding
	for _, mechanism := range []func(quest) []finding{
		quest.metallb, quest.cilium, quest.kubeVIP, quest.antrea, quest.antreaBGP, quest.calico, quest.kubeRouter, quest.ovn,
	} {
		out = append(out, mechanism(q)...)
	}
	if len(out) == 0 || !slices.ContainsFunc(out, func(f finding) bool { return f.class != "" }) {
		out = append(out, q.plain())
	}
	return out
}

// plain is what is left: an address that none of the known announcers has.
func (q quest) plain() finding {
	everywhere, rule := q.nodes(nil, "every ready node accepts it")
	if n := q.known.byAddress[q.text]; n != nil {
		return finding{
			mechanism: "node address", class: ClassNode, eligible: []*Node{n}, rule: "the address is the node's own", expected: true,
			announcers: []announcer{{node: n.Name, object: "Node " + n.Name, trust: high()}},
		}
	}
	switch {
	case q.ingress == nil:
		return finding{
			mechanism: "externalIPs", class: ClassExternal, eligible: everywhere, rule: rule,
			unknown: "written into the Service by hand: no object says who routes it to the cluster",
		}
	case q.known.cloud != "" || !q.address.IsValid() || q.ingress.Proxy:
		return finding{
			mechanism: "load balancer of " + cmp.Or(q.known.cloud, "the provider"), class: ClassCloud, eligible: everywhere, rule: rule,
			unknown: "it ends at a load balancer outside the cluster",
		}
	}
	return finding{
		mechanism: "unknown", class: ClassUnknown, eligible: everywhere, rule: rule,
		unknown: "none of the announcers that are known has it" + q.blind(),
	}
}

// blind says which tables cannot be read, as they may hold the answer.
func (q quest) blind() string {
	var out []string
	for table, why := range q.missing {
		if why != "" && table != "leases" {
			out = append(out, table)
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	return "; not readable: " + strings.Join(out, ", ")
}

// nodes are those that are ready, not kept away from load balancers, and
// selected; under the policy Local also such as have a ready endpoint.
func (q quest) nodes(selectors []labels.Selector, rule string) ([]*Node, string) {
	chosen := q.selected(selectors)
	if !q.service.Local {
		return chosen, rule
	}
	out := []*Node{}
	for _, n := range chosen {
		if q.ready[n.Name] {
			out = append(out, n)
		}
	}
	return out, rule + "; policy Local: with a ready endpoint"
}

// selected are the ready nodes that one of the selectors chooses; all ready
// ones without any.
func (w *World) selected(selectors []labels.Selector) []*Node {
	var key strings.Builder
	for _, s := range selectors {
		key.WriteString(s.String())
		key.WriteByte('\n')
	}
	if known, ok := w.known.chosen[key.String()]; ok {
		return known
	}
	out := []*Node{}
	for _, n := range w.known.nodes {
		fits := len(selectors) == 0 || slices.ContainsFunc(selectors, func(s labels.Selector) bool { return s.Matches(n.Labels) })
		if fits && n.Ready && !n.Excluded {
			out = append(out, n)
		}
	}
	w.known.chosen[key.String()] = out
	return out
}

// has says whether a node is among nodes.
func has(nodes []*Node, name string) bool {
	return slices.ContainsFunc(nodes, func(n *Node) bool { return n.Name == name })
}

// pool finds the pool of a maker that an address is from: the one that is
// named, else the one that contains it.
func (q quest) pool(maker, named string) *Pool {
	for _, p := range q.known.pools {
		if p.Maker == maker && named != "" && p.Name == named {
			return p
		}
	}
	for _, p := range q.known.pools {
		if p.Maker == maker && p.contains(q.address) && (p.Services == nil || p.Services.Matches(q.labels())) {
			return p
		}
	}
	return nil
}

func (p *Pool) contains(a netip.Addr) bool {
	return slices.ContainsFunc(p.Ranges, func(r Range) bool { return r.Contains(a) })
}

// adverts are those of a maker and protocol that mean this address.
func (q quest) adverts(maker, protocol string, pool *Pool) []*Advert {
	var out []*Advert
	for _, a := range q.known.adverts {
		if a.Maker == maker && a.Protocol == protocol && q.isMeant(a, pool) {
			out = append(out, a)
		}
	}
	return out
}

func (q quest) isMeant(a *Advert, pool *Pool) bool {
	if q.ingress != nil && !a.LoadBalancer || q.ingress == nil && !a.External {
		return false
	}
	if len(a.Services) > 0 && !slices.ContainsFunc(a.Services, func(s labels.Selector) bool { return s.Matches(q.labels()) }) {
		return false
	}
	if len(a.Ranges) > 0 && !slices.ContainsFunc(a.Ranges, func(r Range) bool { return r.Contains(q.address) }) {
		return false
	}
	if len(a.Pools)+len(a.PoolSelectors) == 0 {
		return true
	}
	return pool != nil && (slices.Contains(a.Pools, pool.Name) ||
		slices.ContainsFunc(a.PoolSelectors, func(s labels.Selector) bool { return s.Matches(pool.Labels) }))
}

// selectorsOf are the node selectors of adverts: any of them; none at all as
// soon as one advert has none.
func selectorsOf(adverts []*Advert) []labels.Selector {
	var out []labels.Selector
	for _, a := range adverts {
		if len(a.Nodes) == 0 {
			return nil
		}
		out = append(out, a.Nodes...)
	}
	return out
}

func objectsOf(adverts []*Advert) string {
	names := make([]string, len(adverts))
	for i, a := range adverts {
		names[i] = a.Object
	}
	return strings.Join(names, ", ")
}

// serviceLabels are a service's labels with the two that Cilium makes up.
type serviceLabels struct {
	Labels

	name Name
}

func (l serviceLabels) Lookup(key string) (string, bool) {
	switch key {
	case "io.kubernetes.service.name":
		return l.name.Name, true
	case "io.kubernetes.service.namespace":
		return l.name.Namespace, true
	}
	return l.Labels.Lookup(key)
}

func (l serviceLabels) Has(key string) bool { _, ok := l.Lookup(key); return ok }

func (l serviceLabels) Get(key string) string { v, _ := l.Lookup(key); return v }

func (q quest) labels() labels.Labels { return serviceLabels{q.service.Labels, q.service.Name} }
