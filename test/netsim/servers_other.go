package netsim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
)

// buildBareNodes makes the nodes of a cluster that has no cables of ours: they
// are a cloud's machines, or containers on one machine that nobody names.
func buildBareNodes(c *cluster, size ClusterSize, random *rand.Rand) {
	for _, part := range size.Parts {
		for i := range part.Nodes {
			number := len(c.nodes)
			n := &node{
				cluster: c, uid: newUID(random), control: number < size.controls(),
				podNet: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(244 + number>>8), byte(number), 0}), 24),
			}
			if size.Cloud {
				n.inCloud(i, random)
			} else {
				n.inContainer(i)
			}
			n.host = n.name
			c.nodes = append(c.nodes, n)
		}
	}
}

// inCloud makes the i-th node what a cloud would.
func (n *node) inCloud(i int, random *rand.Rand) {
	n.stands, n.region = inCloud, "eu-central-1"
	n.zone = n.region + string(rune('a'+i%3))
	n.address = netip.AddrFrom4([4]byte{172, 31, byte(16 * (i % 3)), byte(10 + i)})
	n.name = "ip-" + strings.ReplaceAll(n.address.String(), ".", "-") + "." + n.region + ".compute.internal"
	n.provider = "aws:///" + n.zone + "/i-0" + strings.ReplaceAll(newUID(random), "-", "")[:16]
}

// inContainer makes the i-th node what KinD would.
func (n *node) inContainer(i int) {
	n.stands = inContainer
	n.address = netip.AddrFrom4([4]byte{172, 18, 0, byte(2 + i)})
	switch i {
	case 0:
		n.name = n.cluster.name + "-control-plane"
	case 1:
		n.name = n.cluster.name + "-worker"
	default:
		n.name = fmt.Sprintf("%s-worker%d", n.cluster.name, i)
	}
	n.provider = "kind://docker/" + n.cluster.name + "/" + n.name
}

// virtualise makes the node the first virtual machine of a new host: the host
// is plugged in and speaks LLDP, and so do the machines on its bridge.
func (n *node) virtualise(r *racks) {
	at, _ := r.place()
	host := &stranger{advert: advert{
		chassis: mac{0x06, 0x9e, byte(r.site.number), byte(r.made >> 8), byte(r.made), 0}, portSubtype: portIDInterfaceName,
		portID: []byte("enp1s0"), portDescr: "enp1s0", sysName: fmt.Sprintf("hv%d.%s", r.made, n.domain),
		sysDescr: "Debian GNU/Linux 13 (trixie) hypervisor", capable: capBridge | capStation, enabled: capBridge | capStation,
	}}
	host.jack = jack{stranger: host, name: "enp1s0", mac: host.advert.chassis, sends: true}
	at.alias = "hypervisor " + host.advert.sysName
	n.join(plug(&at.jack, &host.jack), r)
}

// join puts a virtual machine onto its host's bridge.
func (n *node) join(c *cable, r *racks) {
	c.share(&n.addNIC(r, "ens18", 0).jack)
}

// disputed is the node of a part whose NIC two switches claim to hear. It is
// one that speaks and has one NIC.
const disputed = 9

// dispute puts a switch of the simplest kind between the node's NIC and both
// leaves of its pair, which listen there and do not speak.
func (n *node) dispute() {
	near := n.nics[0].peers()[0].port
	pair := near.device.partner
	far := pair.port(int(near.bridge))
	near.cable.share(&far.jack)
	for _, p := range []*port{near, far} {
		p.sends, p.alias = false, "desk switch, "+n.host
	}
}
