package netsim

import (
	"net/netip"
	"slices"
	"time"
)

// node is a server that is a Kubernetes Node.
type node struct {
	host    string // Its short name, unique in the world.
	name    string // The Node's name.
	domain  string
	cluster *cluster
	site    string
	within  *site // nil for what stands at no site of ours.
	uid     string
	address netip.Addr
	podNet  netip.Prefix
	nics    []*nic
	pods    []*pod
	nextPod int // The host part last given to a pod.
	control bool
	bonded  bool // Its NICs are one bundle to it.
	drained bool // It was taken out of use.
	// stands is what its machine is; zone, region and provider are what a cloud
	// says of it.
	stands                 stands
	zone, region, provider string
	// How its LLDP daemon is set up, if it has one.
	lldp hostLLDP
	// dead is whether it has lost power; deadFor counts steps since then and
	// since is when it last died or came back.
	dead    bool
	deadFor int
	// cut is whether all of its cables have lost carrier.
	cut   bool
	since time.Time
}

// unheard says whether the control plane hears nothing of the node's kubelet.
func (n *node) unheard() bool { return n.dead || n.cut }

// isCut works out whether no cable of the node has carrier.
func (n *node) isCut() bool {
	return len(n.nics) > 0 && !slices.ContainsFunc(n.nics, func(k *nic) bool { return k.carrier() })
}

// stands is what a node's machine is.
type stands int

const (
	onPort      stands = iota // A machine with cables, or a virtual one on such.
	inCloud                   // A cloud's virtual machine.
	inContainer               // A container, as KinD makes them.
)

// hostLLDP is a server's LLDP daemon.
type hostLLDP struct {
	portID portIDSubtype
	// sysName is what it calls itself, usually a form of the host's name.
	sysName string
	// withAddress says whether it announces the management address.
	withAddress bool
}

// nic is a network card's port.
type nic struct {
	jack
	node *node
}

func (n *nic) advertised() advert {
	out := advert{
		chassis:     n.node.nics[0].mac,
		portSubtype: n.node.lldp.portID,
		portDescr:   n.name,
		sysName:     n.node.lldp.sysName,
		sysDescr:    "Debian GNU/Linux 13 (trixie) Linux 6.12.43+deb13-amd64",
		capable:     capBridge | capRouter | capStation,
		enabled:     capStation,
	}
	if n.node.lldp.portID == portIDMAC {
		mac := n.mac
		out.portID = mac[:]
	} else {
		out.portID = []byte(n.name)
	}
	if n.node.lldp.withAddress {
		out.address, out.addressIndex = n.node.address, 2
	}
	return out
}

// stranger is a neighbour that is known by its LLDP alone: a firewall, an
// access point, a server that is in no cluster.
type stranger struct {
	jack
	advert advert
}
