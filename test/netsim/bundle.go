package netsim

import "fmt"

// bundle is an aggregate of a switch: a virtual port and the front ports in it.
type bundle struct {
	port    *port
	members []*port
	// actor and partner are the LACP systems of both sides. The leaves of a pair
	// speak to servers as one system.
	actor, partner  mac
	key, partnerKey uint32
}

// bundleIndex is the ifIndex before that of the first aggregate.
const bundleIndex = 7_000

// addBundle joins front ports of a switch.
func (d *device) addBundle(number uint32, actor, partner mac, partnerKey uint32, members ...*port) {
	name := fmt.Sprintf("Port-Channel%d", number)
	d.addVirtual(name, bundleIndex+number, ieee8023adLag, members[0].speed*uint32(len(members)), 9214)
	p := d.ports[len(d.ports)-1]
	p.mac = d.macOf(210 + len(d.bundles))
	p.alias = members[0].alias
	d.bundles = append(d.bundles, &bundle{p, members, actor, partner, number, partnerKey})
}

// bundlePeers joins the two cables between the leaves of every pair.
func (s *site) bundlePeers() {
	for i := 0; i+1 < 2*s.pairs; i += 2 {
		a, b := s.leaves[i], s.leaves[i+1]
		for _, ends := range [][2]*device{{a, b}, {b, a}} {
			d, far := ends[0], ends[1]
			d.addBundle(peerBundle, d.chassis, far.chassis, peerBundle, d.port(leafPorts+5), d.port(leafPorts+6))
		}
	}
}

// peerBundle is the number of the bundle between two leaves.
const peerBundle = 1000

// bond bundles a server's two NICs, which are on one port number of both leaves
// of a pair: to it they are one switch.
func (n *node) bond() {
	if len(n.nics) != 2 {
		return
	}
	system := n.nics[0].mac
	for _, k := range n.nics {
		p := k.peers()[0].port
		if p == nil || p.device.partner == nil {
			return
		}
		pair := p.device.chassis
		pair[3] |= 0x80 // Neither of the two: what the pair calls itself.
		pair[4] &^= 1
		p.device.addBundle(p.bridge, pair, system, bondKey, p)
	}
	n.bonded = true
}

// bondKey is the LACP key of every server's bond.
const bondKey = 15

// isUp says whether a member carries.
func (b *bundle) isUp() bool {
	for _, p := range b.members {
		if p.oper {
			return true
		}
	}
	return false
}

// Bundle is an aggregate of a switch.
type Bundle struct {
	Port    Port
	Members []string
	// Partner is the LACP system on the other side.
	Partner string
	Up      bool
}

func (b *bundle) truth() Bundle {
	out := Bundle{Port: b.port.truth(), Partner: b.partner.String(), Up: b.isUp()}
	for _, p := range b.members {
		out.Members = append(out.Members, p.name)
	}
	return out
}
