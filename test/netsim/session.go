package netsim

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// The autonomous systems of borders and of clusters' nodes.
const (
	borderAS  = 64500
	clusterAS = 64512
)

// gateway is the address of the site's nth border in the servers' network.
func (s *site) gateway(nth int) netip.Addr { return hostAddress(s.number, maxHosts+1+nth) }

// speakers are the nodes at the site that speak BGP with its first border.
func (s *site) speakers() []*node {
	var out []*node
	for _, c := range s.guests {
		if !c.machineryOf().isBGP() || len(c.balanced()) == 0 {
			continue
		}
		for _, n := range c.announcing(c.balanced()[0]) {
			if n.within == s {
				out = append(out, n)
			}
		}
	}
	return out
}

// Session is a BGP session between a node and a router that says so.
type Session struct{ Node, Router string }

func (w *World) sessions() []Session {
	var out []Session
	for _, s := range w.fabric.sites {
		if !s.arp || len(s.borders) == 0 || s.borders[0].silent {
			continue
		}
		for _, n := range s.speakers() {
			out = append(out, Session{n.name, s.borders[0].name})
		}
	}
	slices.SortFunc(out, func(a, b Session) int { return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Router, b.Router)) })
	return out
}

// sessions is what a border tells of its own address and of its BGP sessions:
// ipAddrTable (IP-MIB), and BGP4-MIB if it is the site's first.
func (t *tables) sessions() []snmpagent.Column {
	d := &t.device
	if !d.binds() {
		return nil
	}
	nth := slices.IndexFunc(d.within.borders, func(b *device) bool { return b.name == d.name })
	own := d.within.gateway(nth)
	octetsOf := func(a netip.Addr) snmpagent.OID {
		var out snmpagent.OID
		for _, o := range a.As4() {
			out = append(out, uint32(o))
		}
		return out
	}
	address := snmpagent.OID{1, 3, 6, 1, 2, 1, 4, 20, 1}
	one, self := []snmpagent.OID{octetsOf(own)}, []netip.Addr{own}
	same := func(v snmpagent.Value) func(*netip.Addr) snmpagent.Value {
		return func(*netip.Addr) snmpagent.Value { return v }
	}
	out := []snmpagent.Column{
		column(address.Append(1), one, self, same(snmpagent.IPAddress(own))),
		column(address.Append(2), one, self, same(snmpagent.Integer(gatewayIndex))),
		column(address.Append(3), one, self, same(snmpagent.IPAddress(netip.AddrFrom4([4]byte{255, 255, 240, 0})))),
	}
	if nth != 0 {
		return out
	}
	bgp := snmpagent.OID{1, 3, 6, 1, 2, 1, 15}
	entry := bgp.Append(3, 1)
	index := make([]snmpagent.OID, len(t.peers))
	for i, a := range t.peers {
		index[i] = octetsOf(a)
	}
	const established, started = 6, 2
	return append(out,
		constant(bgp.Append(2), snmpagent.Integer(borderAS)),
		constant(bgp.Append(4), snmpagent.IPAddress(own)),
		column(entry.Append(1), index, t.peers, func(a *netip.Addr) snmpagent.Value { return snmpagent.IPAddress(*a) }),
		column(entry.Append(2), index, t.peers, same(snmpagent.Integer(established))),
		column(entry.Append(3), index, t.peers, same(snmpagent.Integer(started))),
		column(entry.Append(5), index, t.peers, same(snmpagent.IPAddress(own))),
		column(entry.Append(7), index, t.peers, func(a *netip.Addr) snmpagent.Value { return snmpagent.IPAddress(*a) }),
		column(entry.Append(9), index, t.peers, same(snmpagent.Integer(clusterAS))),
	)
}
