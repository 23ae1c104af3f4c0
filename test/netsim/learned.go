package netsim

import (
	"bytes"
	"net/netip"
	"slices"
)

// What switches learn from frames and from ARP, at sites where they tell it. The
// fabric routes: a leaf learns what is plugged into it and into its partner,
// not what is behind the spines.

// station is where a switch has learned a MAC.
type station struct {
	mac mac
	at  *port
}

// binding is a row of an address table.
type binding struct {
	address netip.Addr
	mac     mac
}

// learns says whether the switch tells its forwarding table.
func (d *device) learns() bool {
	return d.within != nil && d.within.quiet != nil && (d.role == leaf || d.role == access)
}

// binds says whether the switch tells the site's address table.
func (d *device) binds() bool { return d.within != nil && d.within.arp && d.role == border }

// hosts are the MACs that end at the switch's front ports. A server's bond
// speaks with its first NIC's.
func (d *device) hosts() []station {
	var out []station
	for _, p := range d.ports {
		if !p.front() || !p.carrier() {
			continue
		}
		for _, far := range p.peers() {
			switch {
			case far.port != nil || !far.lit():
			case far.nic != nil && far.nic.node.bonded:
				out = append(out, station{far.nic.node.nics[0].mac, p})
			default:
				out = append(out, station{far.mac, p})
			}
		}
	}
	return out
}

// bundleOf is the aggregate that a front port is in, nil if it is in none.
func (d *device) bundleOf(p *port) *bundle {
	for _, b := range d.bundles {
		if slices.Contains(b.members, p) {
			return b
		}
	}
	return nil
}

// forwarding is the switch's forwarding table, by MAC.
func (d *device) forwarding() []station {
	var out []station
	learn := func(macs []station, by *port) {
		if by != nil && !by.carrier() {
			return
		}
		for _, s := range macs {
			if slices.ContainsFunc(out, func(known station) bool { return known.mac == s.mac }) {
				continue
			}
			if by != nil {
				s.at = by
			}
			if b := d.bundleOf(s.at); b != nil {
				s.at = b.port
			}
			out = append(out, s)
		}
	}
	learn(d.hosts(), nil)
	quiet := d.within.quiet
	if d == quiet {
		up := d.port(accessPorts)
		for _, l := range d.within.leaves {
			learn(l.hosts(), up)
		}
		for _, b := range d.within.borders {
			learn([]station{{mac: b.chassis}}, up)
		}
	} else {
		above := quiet.port(accessPorts).peers()[0].port
		if above.device == d {
			learn(quiet.hosts(), above)
		}
		if d.partner != nil {
			learn(d.partner.hosts(), d.port(leafPorts+5))
			if above.device == d.partner {
				learn(quiet.hosts(), d.port(leafPorts+5))
			}
		}
	}
	slices.SortFunc(out, func(a, b station) int { return bytes.Compare(a.mac[:], b.mac[:]) })
	return out
}

// bindings are the addresses of the hosts that are plugged in at the site, with
// the MAC of the NIC that answers for each.
func (s *site) bindings() []binding {
	var out []binding
	add := func(a netip.Addr, m mac) {
		if a.IsValid() && !slices.ContainsFunc(out, func(b binding) bool { return b.address == a }) {
			out = append(out, binding{a, m})
		}
	}
	for _, d := range s.edge() {
		for _, p := range d.ports {
			if !p.front() || !p.carrier() {
				continue
			}
			for _, far := range p.peers() {
				switch {
				case far.nic != nil && far.lit():
					add(far.nic.node.address, far.nic.node.speaker().mac)
				case far.stranger != nil:
					add(far.stranger.advert.address, far.mac)
				}
			}
		}
	}
	_, exposed := s.routes()
	for _, b := range exposed {
		add(b.address, b.mac)
	}
	slices.SortFunc(out, compareBindings)
	return out
}

// edge are the switches that servers are plugged into.
func (s *site) edge() []*device {
	if s.quiet == nil {
		return s.leaves
	}
	return append(slices.Clone(s.leaves), s.quiet)
}

// speaker is the NIC that answers for the node's address: the first that has
// carrier.
func (n *node) speaker() *nic {
	for _, k := range n.nics {
		if k.carrier() {
			return k
		}
	}
	return n.nics[0]
}

// learned says whether tables let the node's port be found: a switch that
// answers has one of its MACs, and the cluster says that MAC, or a border that
// answers has it for the node's address. Where all such switches are silent, it
// says so.
func (n *node) learned() (known, silent bool) {
	for _, k := range n.nics {
		if !k.carrier() {
			continue
		}
		for _, far := range k.peers() {
			if far.port == nil || !far.port.device.learns() {
				continue
			}
			if !n.saysNICs() && (n.speaker() != k || !far.port.device.within.answersARP()) {
				continue
			}
			if !far.port.device.silent {
				return true, false
			}
			silent = true
		}
	}
	return false, silent
}

// answersARP says whether anybody tells the site's address table.
func (s *site) answersARP() bool {
	return slices.ContainsFunc(s.borders, func(b *device) bool { return b.binds() && !b.silent })
}
