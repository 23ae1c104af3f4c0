package fabric

import (
	"cmp"
	"net/netip"
	"slices"
)

// A Topology is what is plugged where: the truth that others are compared with.
type Topology struct {
	Devices     []Device     `json:"devices"`
	Links       []Link       `json:"links"`
	Attachments []Attachment `json:"attachments"`
}

// A Device is a switch that answers SNMP at Address.
type Device struct {
	Name      string     `json:"name"`
	Address   netip.Addr `json:"address"`
	ChassisID string     `json:"chassis_id"`
}

// An End is a port of a device.
type End struct {
	Device string `json:"device"`
	Port   string `json:"port"`
}

// A Link is a cable between two switches; A is the spine, or leaf1 of a bundle.
type Link struct {
	A End `json:"a"`
	B End `json:"b"`
}

// An Attachment is a cable between a host and a leaf.
type Attachment struct {
	Host    string       `json:"host"`
	NIC     string       `json:"nic"`
	MAC     string       `json:"mac"`
	Address netip.Prefix `json:"address"`
	Leaf    string       `json:"leaf"`
	Port    string       `json:"port"`
}

// A Neighbour is one row of a device's LLDP neighbours. Subtypes are those of IEEE 802.1AB; MACs are lower-case with colons.
type Neighbour struct {
	Device          string `json:"device"`
	LocalPort       string `json:"local_port"`
	ChassisID       string `json:"remote_chassis_id"`
	ChassisSubtype  int    `json:"remote_chassis_id_subtype"`
	PortID          string `json:"remote_port_id"`
	PortSubtype     int    `json:"remote_port_id_subtype"`
	PortDescription string `json:"remote_port_description"`
	Name            string `json:"remote_name"`
}

// LLDP's subtypes that occur here.
const (
	chassisMAC    = 4
	portMAC       = 3
	portInterface = 5
)

// cabling is where the hosts' cables are; key host and NIC -> leaf and port.
type cabling map[End]End

// at returns the NIC that is plugged into a leaf's port.
func (c cabling) at(port End) (nic End, ok bool) {
	for nic, p := range c {
		if p == port {
			return nic, true
		}
	}
	return End{}, false
}

func (o Options) firstCabling() cabling {
	c := cabling{}
	for _, h := range o.Hosts {
		for _, n := range h.NICs {
			c[End{Device: h.Name, Port: n.Name}] = End{Device: n.Leaf, Port: n.Port}
		}
	}
	return c
}

func (o Options) topology(c cabling) Topology {
	var t Topology
	for _, d := range switchNames() {
		t.Devices = append(t.Devices, Device{Name: d, Address: o.managed(switchNumber(d)), ChassisID: o.chassisID(d)})
	}
	for _, d := range switchNames()[:spineCount] {
		for _, p := range fabricPorts(d) {
			a := End{Device: d, Port: p}
			t.Links = append(t.Links, Link{A: a, B: fabricPeer(a)})
		}
	}
	for _, p := range o.bundled("leaf1") {
		a := End{Device: "leaf1", Port: p}
		t.Links = append(t.Links, Link{A: a, B: bundlePeer(a)})
	}
	for _, h := range o.Hosts {
		for _, n := range h.NICs {
			at := c[End{Device: h.Name, Port: n.Name}]
			t.Attachments = append(t.Attachments, Attachment{
				Host: h.Name, NIC: n.Name, MAC: o.mac(h.Name, n.Name), Address: n.Address, Leaf: at.Device, Port: at.Port,
			})
		}
	}
	return t
}

// neighbours returns what LLDP has to show on a device when every lldpd runs; down holds the ports that were set down.
func (o Options) neighbours(device string, c cabling, down map[End]bool) []Neighbour {
	var rows []Neighbour
	see := func(local, remote End) {
		if local.Device == device && !down[local] && !down[remote] {
			rows = append(rows, o.announced(local, remote))
		}
	}
	t := o.topology(c)
	for _, l := range t.Links {
		see(l.A, l.B)
		see(l.B, l.A)
	}
	for _, a := range t.Attachments {
		leaf, host := End{Device: a.Leaf, Port: a.Port}, End{Device: a.Host, Port: a.NIC}
		see(leaf, host)
		see(host, leaf)
	}
	sortNeighbours(rows)
	return rows
}

// announced returns the row that remote's lldpd causes at local.
func (o Options) announced(local, remote End) Neighbour {
	n := Neighbour{
		Device: local.Device, LocalPort: local.Port, Name: remote.Device,
		ChassisID: o.chassisID(remote.Device), ChassisSubtype: chassisMAC,
		PortID: remote.Port, PortSubtype: portInterface, PortDescription: alias(local),
	}
	if !o.namesPorts(remote.Device) {
		n.PortID, n.PortSubtype, n.PortDescription = o.mac(remote.Device, remote.Port), portMAC, remote.Port
	}
	return n
}

// namesPorts tells whether a device announces its ports by name.
func (o Options) namesPorts(device string) bool {
	return isSwitch(device) || o.host(device).IfnamePortID
}

// alias is the description of a port whose cable goes to peer; lldpd announces it.
func alias(peer End) string { return "to " + peer.Device + " " + peer.Port }

func sortNeighbours(rows []Neighbour) {
	slices.SortFunc(rows, func(a, b Neighbour) int {
		return cmp.Or(
			cmp.Compare(a.Device, b.Device),
			cmp.Compare(ifIndex(a.LocalPort), ifIndex(b.LocalPort)),
			cmp.Compare(a.ChassisID, b.ChassisID),
			cmp.Compare(a.PortID, b.PortID),
		)
	})
}
