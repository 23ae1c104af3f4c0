package netsim

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
)

// Who announces a service's address, as its cluster says and as routers see it.

// announcing are the nodes that the cluster's machinery says announce the
// service: in L2 one, in BGP all that speak. One that was split off claims it
// beside them.
func (c *cluster) announcing(s *service) []*node {
	nodes, all := c.announcers(), c.balanced()
	i := slices.Index(all, s)
	if len(nodes) == 0 || i < 0 || c.machineryOf() == noMachinery {
		return nil
	}
	switch c.machineryOf() {
	case metalLBBGP:
		return nodes
	case calicoBGP: // Every node is a speaker.
		return slices.DeleteFunc(slices.Clone(c.nodes), (*node).unheard)
	case ciliumBGP: // Every worker is.
		return slices.DeleteFunc(slices.Clone(c.nodes), func(n *node) bool { return n.unheard() || n.control })
	case metalLBL2, ciliumL2, kubeVIP, antreaL2, noMachinery:
	}
	out := []*node{nodes[i%len(nodes)]}
	if s.split != nil && s.split != out[0] && !s.split.unheard() {
		out = append(out, s.split)
	}
	return out
}

// claimed are those of them that an object can name: a Lease and an annotation
// have room for one.
func (c *cluster) claimed(s *service) []*node {
	nodes := c.announcing(s)
	if len(nodes) > 1 && (c.machineryOf() == ciliumL2 || c.machineryOf().marksServices()) {
		nodes = nodes[:1]
	}
	return nodes
}

// observed are the nodes to which routers send what is for the service: whoever
// answered ARP last, or all next hops.
func (c *cluster) observed(s *service) []*node {
	nodes := c.announcing(s)
	switch {
	case s.via != nil && !s.via.unheard():
		return []*node{s.via}
	case len(nodes) > 1 && !c.machineryOf().isBGP():
		return nodes[len(nodes)-1:]
	}
	return nodes
}

// route is a row of a border's routes: without a next hop the network is its own.
type route struct {
	to  netip.Prefix
	hop netip.Addr
}

// routes are a site's routes to the addresses that clusters expose there, and
// the address table's rows of them.
func (s *site) routes() (routes []route, bound []binding) {
	for _, c := range s.guests {
		for _, exposed := range c.balanced() {
			for _, n := range c.observed(exposed) {
				switch {
				case n.site != s.name:
				case c.machineryOf().isBGP() || exposed.via != nil:
					routes = append(routes, route{netip.PrefixFrom(exposed.vip, exposed.vip.BitLen()), n.address})
				default:
					bound = append(bound, binding{exposed.vip, n.speaker().mac})
					own, err := exposed.vip.Prefix(24)
					if r := (route{to: own}); err == nil && !slices.Contains(routes, r) {
						routes = append(routes, r)
					}
				}
			}
		}
	}
	return routes, bound
}

// VIP is an address that a cluster exposes. Claimed are the nodes that its
// objects name as announcing it, Observed those that routers which answer send
// its traffic to. Known says whether a reader can tell who those are: routers
// know them by address or, where they are on a network of their own, by MAC,
// which not every cluster says.
type VIP struct {
	Cluster, Namespace, Service, Address string
	Claimed, Observed                    []string
	Known                                bool
}

// vips are the truth about exposed addresses.
func (w *World) vips() []VIP {
	tell := map[string]bool{} // sites whose routers tell
	for _, s := range w.fabric.sites {
		tell[s.name] = s.answersARP()
	}
	var out []VIP
	for _, c := range w.clusters {
		for _, s := range c.balanced() {
			v := VIP{Cluster: c.name, Namespace: s.namespace.name, Service: s.name, Address: s.vip.String()}
			for _, n := range c.claimed(s) {
				v.Claimed = append(v.Claimed, n.name)
			}
			byAddress := c.machineryOf().isBGP() || s.via != nil
			for _, n := range c.observed(s) {
				if tell[n.site] {
					v.Observed = append(v.Observed, n.name)
					v.Known = byAddress || n.saysMAC()
				}
			}
			slices.Sort(v.Claimed)
			slices.Sort(v.Observed)
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b VIP) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Address, b.Address))
	})
	return out
}

func compareBindings(a, b binding) int {
	return cmp.Or(a.address.Compare(b.address), bytes.Compare(a.mac[:], b.mac[:]))
}
