package netsim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
)

// racks hands out leaf ports to servers, rack after rack.
type racks struct {
	site *site
	next []int // rack -> next free port number
	turn int
	made int // Servers placed at the site so far.
	// office is the next free port of the site's small switch.
	office int
}

// secondNIC is how far the port for a server's second NIC is from its first
// where a rack has one leaf.
const secondNIC = leafPorts / 2

func newRacks(s *site) *racks {
	r := &racks{site: s, office: 1}
	for range len(s.leaves) - s.pairs {
		r.next = append(r.next, 1)
	}
	return r
}

// place finds the rack for the next server and two ports that are free: one
// number on both leaves of a pair, or two ports of a single leaf.
func (r *racks) place() (a, b *port) {
	rack, leaves := r.turn%len(r.next), r.site.leaves
	r.turn++
	n := r.next[rack]
	r.next[rack]++
	if rack < r.site.pairs {
		return leaves[2*rack].port(n), leaves[2*rack+1].port(n)
	}
	single := leaves[r.site.pairs+rack]
	return single.port(n), single.port(n + secondNIC)
}

// maxHosts is how many hosts a site has addresses for.
const maxHosts = 4090

// hostAddress is the address of the n-th host of a site, from 1.
func hostAddress(site, n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(100 + site>>4), byte(site&15<<4 + n>>8), byte(n)})
}

// buildNodes makes a cluster's nodes and cables them: every other one to both
// leaves of a pair, two of three with an LLDP daemon.
func buildNodes(c *cluster, size ClusterSize, places map[string]*racks, random *rand.Rand) {
	if size.Cloud || size.Kind {
		buildBareNodes(c, size, random)
		return
	}
	controls, workers := 0, 0
	atMost := size.controls()
	for _, part := range size.Parts {
		r := places[part.Site]
		for i := range part.Nodes {
			control := controls < atMost && i < (atMost+len(size.Parts)-1)/len(size.Parts)
			var host string
			if control {
				controls++
				host = fmt.Sprintf("%s-cp%d", size.Name, controls)
			} else {
				workers++
				host = fmt.Sprintf("%s-w%02d", size.Name, workers)
			}
			n := newNode(c, host, r, random)
			n.control = control
			if size.LongNames {
				n.name = host + "." + n.domain
			}
			n.describeLLDP(i)
			switch {
			case i < part.Nodes-part.VMs-part.Office:
				n.cable(r, i)
			case i < part.Nodes-part.VMs:
				n.office(r)
			case i == part.Nodes-part.VMs:
				n.virtualise(r)
			default:
				n.join(c.nodes[len(c.nodes)-1].nics[0].cable, r)
			}
			if size.Disputed && i == disputed {
				n.dispute()
			}
			if i == 0 && r.site.bundles {
				n.bond()
			}
			c.nodes = append(c.nodes, n)
		}
	}
}

func newNode(c *cluster, host string, r *racks, random *rand.Rand) *node {
	r.made++
	number := len(c.nodes)
	return &node{
		host: host, name: host, cluster: c, site: r.site.name, within: r.site,
		domain: r.site.name + ".example.net", zone: r.site.name, region: "europe",
		uid:     newUID(random),
		address: hostAddress(r.site.number, r.made),
		podNet:  netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(244 + number>>8), byte(number), 0}), 24),
	}
}

// describeLLDP chooses how the i-th node of a part speaks LLDP. Daemons are set
// up by different people: the names differ in form, one is left at the
// installer's default and can be told by its address alone.
func (n *node) describeLLDP(i int) {
	n.lldp = hostLLDP{portID: portIDMAC, sysName: n.host, withAddress: true}
	if i%4 >= 2 {
		n.lldp.portID = portIDInterfaceName
	}
	switch i % 6 {
	case 1:
		n.lldp.sysName = n.host + "." + n.domain
	case 3:
		n.lldp.withAddress = false
	}
	if i == 7 {
		n.lldp.sysName, n.lldp.withAddress = "localhost.localdomain", true
	}
}

// cable plugs the i-th node of a part in.
func (n *node) cable(r *racks, i int) {
	a, b := r.place()
	speaks := i%3 != 2
	names := []string{"eno1", "eno2"}
	if i%5 == 4 {
		names = []string{"enp65s0f0np0", "enp65s0f1np1"}
	}
	for k, p := range []*port{a, b} {
		if k == 1 && i%2 == 1 {
			break // One NIC only; the port on the other leaf stays free.
		}
		c := n.addNIC(r, names[k], byte(k))
		c.sends = speaks
		plug(&p.jack, &c.jack)
		if i%7 != 6 {
			p.alias = n.host + " " + c.name // Nobody has documented the others.
		}
	}
	if i == 4 && n.cluster.number == 0 {
		// The switch does not listen here, so this node's port is unknown
		// although it speaks.
		for _, c := range n.nics {
			c.peers()[0].hears = false
		}
	}
}

// addNIC gives a node one more NIC, without a cable.
func (n *node) addNIC(r *racks, name string, number byte) *nic {
	c := &nic{node: n}
	c.jack = jack{nic: c, name: name, sends: true, mac: mac{0x06, 0x9d, byte(r.site.number), byte(r.made >> 8), byte(r.made), number}}
	n.nics = append(n.nics, c)
	return c
}
