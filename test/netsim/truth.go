package netsim

import (
	"cmp"
	"slices"
)

// Port is a front port of a switch.
type Port struct {
	Device, Port string
}

// Link is a cable between two switches. A is the smaller of its ends.
type Link struct {
	A, B Port
	// Up says whether the link has carrier.
	Up bool
	// SeenByA and SeenByB say whether that end's LLDP table has the other.
	SeenByA, SeenByB bool
	// Learned says that no LLDP speaks of the link, but the forwarding tables of
	// both ends.
	Learned bool
}

// Attachment is a cable between a node's NIC and a switch. Virtual machines
// are on their host's port; a NIC on a segment with several ports has several
// attachments, one for each switch that may claim to hear it.
type Attachment struct {
	Cluster, Node string
	NIC, MAC      string
	Port          Port
	// Up says whether the link has carrier.
	Up bool
	// Seen says whether the switch's LLDP table has the NIC.
	Seen bool
	// Learned says whether its forwarding table has.
	Learned bool
}

// Neighbour is what a switch hears that is neither a switch nor a node.
type Neighbour struct {
	Port      Port
	Name      string
	ChassisID string
}

// Reason says why nobody can tell on which port a node stands.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	// Known means that a switch that answers hears the node, on one port a NIC, or
	// that tables say where it is.
	Known Reason = ""
	// NodeDown means that the node has no power.
	NodeDown Reason = "node down"
	// InCloud means that the node's switches are a cloud provider's.
	InCloud Reason = "in a cloud"
	// HostUnknown means that the node is a container, and that nobody says on
	// which machine.
	HostUnknown Reason = "host unknown"
	// LinkBroken means that none of the node's cables has carrier.
	LinkBroken Reason = "link down"
	// NoLLDP means that the node sends no LLDP.
	NoLLDP Reason = "no lldp"
	// PortDeaf means that the switch does not listen on the node's ports.
	PortDeaf Reason = "port does not listen"
	// Disputed means that several ports hear the same NIC.
	Disputed Reason = "disputed"
	// SwitchSilent means that the node is heard, by switches alone whose agents
	// do not answer.
	SwitchSilent Reason = "switch silent"
)

// Standing is what can be told about one node.
type Standing struct {
	Cluster, Node string
	Reason        Reason
}

// Truth is what stands where, and what of it SNMP can tell at this moment. All
// lists are sorted.
type Truth struct {
	Links       []Link
	Attachments []Attachment
	Neighbours  []Neighbour
	Nodes       []Standing
	Bundles     []Bundle
	VIPs        []VIP
	Sessions    []Session
	// Silent are the switches whose agents do not answer: what they said before
	// may be remembered, but is not heard again.
	Silent []string
}

// Known is the number of nodes whose port can be told.
func (t Truth) Known() int {
	return t.Reasons()[Known]
}

// Reasons counts the nodes by why their port cannot be told: reason -> nodes.
func (t Truth) Reasons() map[Reason]int {
	out := map[Reason]int{}
	for _, n := range t.Nodes {
		out[n.Reason]++
	}
	return out
}

// Truth says what is so at this moment.
func (w *World) Truth() Truth {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out Truth
	for _, d := range w.fabric.devices {
		if d.silent {
			out.Silent = append(out.Silent, d.name)
		}
		for _, b := range d.bundles {
			out.Bundles = append(out.Bundles, b.truth())
		}
		for _, p := range d.ports {
			for _, far := range p.peers() {
				out.cable(p, far)
			}
		}
	}
	for _, c := range w.clusters {
		for _, n := range c.nodes {
			out.Nodes = append(out.Nodes, Standing{c.name, n.name, n.standing()})
		}
	}
	out.VIPs, out.Sessions = w.vips(), w.sessions()
	out.sort()
	return out
}

// cable adds what is on a port, as far as it is seen from this end.
func (t *Truth) cable(p *port, far *jack) {
	at, seen := p.truth(), p.device.lldp.knows(p, far)
	switch {
	case far.port != nil:
		link := Link{A: at, B: far.port.truth(), Up: p.oper, SeenByA: seen, SeenByB: far.port.device.lldp.knows(far.port, &p.jack)}
		link.Learned = !link.SeenByA && !link.SeenByB && link.Up && p.device.learns() && far.port.device.learns()
		if p.cable.shared && !link.SeenByA && !link.SeenByB {
			return // They are on one segment, which is no cable between them.
		}
		if comparePorts(link.A, link.B) < 0 {
			t.Links = append(t.Links, link)
		}
	case far.nic != nil:
		n := far.nic.node
		t.Attachments = append(t.Attachments, Attachment{n.cluster.name, n.name, far.name, far.mac.String(), at, p.oper, seen, p.oper && p.device.learns()})
	case seen:
		t.Neighbours = append(t.Neighbours, Neighbour{at, far.stranger.advert.sysName, far.stranger.advert.chassis.String()})
	}
}

func (p *port) truth() Port { return Port{p.device.name, p.name} }

// standing works out whether the node's port can be told.
func (n *node) standing() Reason {
	switch {
	case n.dead:
		return NodeDown
	case n.stands == inCloud:
		return InCloud
	case n.stands == inContainer:
		return HostUnknown
	}
	up, sends, heard, told, disputed := false, false, false, false, false
	for _, k := range n.nics {
		if !k.carrier() {
			continue
		}
		up = true
		sends = sends || k.sends
		ports := 0
		for _, far := range k.peers() {
			p := far.port
			if p == nil || !p.device.lldp.knows(p, &k.jack) {
				continue
			}
			ports++
			told = told || !p.device.silent
		}
		heard, disputed = heard || ports > 0, disputed || ports > 1
	}
	known, silent := n.learned()
	switch {
	case told && disputed:
		return Disputed
	case told:
		return Known
	case !up:
		return LinkBroken
	case known && !heard:
		return Known
	case silent:
		return SwitchSilent
	case !sends:
		return NoLLDP
	case !heard:
		return PortDeaf
	default:
		return SwitchSilent
	}
}

func comparePorts(a, b Port) int {
	return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Port, b.Port))
}

func (t *Truth) sort() {
	slices.Sort(t.Silent)
	slices.SortFunc(t.Bundles, func(a, b Bundle) int { return comparePorts(a.Port, b.Port) })
	slices.SortFunc(t.Links, func(a, b Link) int { return cmp.Or(comparePorts(a.A, b.A), comparePorts(a.B, b.B)) })
	slices.SortFunc(t.Attachments, func(a, b Attachment) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Node, b.Node), cmp.Compare(a.NIC, b.NIC))
	})
	slices.SortFunc(t.Neighbours, func(a, b Neighbour) int { return comparePorts(a.Port, b.Port) })
	slices.SortFunc(t.Nodes, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Node, b.Node))
	})
}
