package main

import (
	"cmp"
	"net"
	"strconv"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// reader adds what one device says.
type reader struct {
	*discovery
	r      *snmp.Result
	device foundDevice
	ports  map[uint32]int // ifIndex -> place in device.Ports
}

func (d *discovery) add(id api.VertexID, t target, r *snmp.Result) {
	host, _, err := net.SplitHostPort(r.Address)
	if err != nil {
		host = r.Address
	}
	x := reader{discovery: d, r: r, ports: map[uint32]int{}, device: foundDevice{
		ID: id.String(), Name: cmp.Or(r.System.Name, r.LLDP.SysName), Address: host, Capture: t.capture,
		ChassisID: r.LLDP.ChassisID, SysObjectID: r.System.ObjectID, Ports: []foundPort{},
	}}
	for _, p := range r.Interfaces {
		x.ports[p.Index] = len(x.device.Ports)
		x.device.Ports = append(x.device.Ports, foundPort{
			Name: cmp.Or(p.Name, p.Descr), Descr: p.Descr, IfIndex: p.Index, Type: p.Type, MAC: p.MAC, Alias: p.Alias,
			Admin: p.Admin, Oper: p.Oper, Speed: p.Speed,
		})
	}
	for _, table := range r.Tables {
		if table.Err != nil {
			x.device.Problems = append(x.device.Problems, table.Table+": "+table.Err.Error())
		}
	}
	x.lldp()
	for _, facts := range r.Facts {
		x.facts(facts)
	}
	d.Devices = append(d.Devices, x.device)
}

// facts adds what one topic found.
func (x *reader) facts(facts snmp.Facts) {
	switch f := facts.(type) {
	case *snmp.Heard:
		x.neighbours(f.Protocol, f.Neighbours)
	case *snmp.Bundles:
		x.bundles(f)
	case *snmp.Bridge:
		x.bridge(f)
	case *snmp.VLANs:
		x.vlans(f)
	case *snmp.SpanningTree:
		for _, p := range f.Ports {
			x.at(p.IfIndex, func(port *foundPort) { port.STP = p.State })
		}
	case *snmp.PortFacts:
		for _, p := range f.List {
			x.at(p.IfIndex, func(port *foundPort) { port.MTU, port.Duplex = p.MTU, p.Duplex })
		}
	case *snmp.Addresses:
		for _, a := range f.List {
			x.device.Addresses = append(x.device.Addresses, foundAddress{a.Address.String(), a.Bits, x.name(a.IfIndex)})
		}
	case *snmp.AddressTable:
		for _, a := range f.List {
			x.ARP = append(x.ARP, foundARP{x.device.ID, f.VRF, a.Address.String(), a.MAC.String(), x.name(a.IfIndex)})
		}
	case *snmp.BGP:
		for _, p := range f.Peers {
			x.BGP = append(x.BGP, foundBGP{x.device.ID, p.Remote.String(), p.RemoteAS, p.State, p.VRF})
		}
	case *snmp.Inventory:
		for _, p := range f.Parts {
			x.device.Parts = append(x.device.Parts, foundPart{
				p.Index, p.ContainedIn, p.Class, p.Name, p.Descr, p.Model, p.Serial, x.name(p.IfIndex),
			})
		}
	}
}

// at does something with the port that an interface is, if there is one.
func (x *reader) at(ifIndex uint32, do func(*foundPort)) {
	if i, ok := x.ports[ifIndex]; ok {
		do(&x.device.Ports[i])
	}
}

// name is what an interface is called, "" if there is none with that index.
func (x *reader) name(ifIndex uint32) string {
	name := ""
	x.at(ifIndex, func(p *foundPort) { name = p.Name })
	return name
}

func (x *reader) unresolved(row, why string) {
	x.Unresolved = append(x.Unresolved, foundUnresolved{x.device.ID, row, why})
}

func (x *reader) lldp() {
	x.neighbours(api.ProtocolLLDP, x.r.LLDP.Neighbours)
	c := x.r.LLDP.Counts
	x.counted("lldp", c.Phantom, "they say nothing of a neighbour")
	x.counted("lldp", c.Malformed, "their index cannot be read")
	x.counted("lldp", c.Self, "the device hears itself")
}

// counted says of rows that were left out how many there were, and why.
func (x *reader) counted(table string, rows int, why string) {
	if rows > 0 {
		x.unresolved(table+": "+counted(rows, "row"), why)
	}
}

func (x *reader) neighbours(protocol string, rows []snmp.Neighbour) {
	for _, n := range rows {
		x.Neighbours = append(x.Neighbours, foundNeighbour{
			Device: x.device.ID, LocalPort: cmp.Or(x.name(n.IfIndex), n.LocalPort), Protocol: protocol,
			RemoteChassisID: n.ChassisID, RemoteChassisIDSubtype: n.ChassisIDSubtype,
			RemotePortID: n.PortID, RemotePortIDSubtype: n.PortIDSubtype,
			RemotePortDescription: n.PortDescription, RemoteName: n.SysName,
		})
	}
}

func (x *reader) bundles(b *snmp.Bundles) {
	for _, l := range b.LAGs {
		found := foundLAG{Device: x.device.ID, Name: cmp.Or(x.name(l.IfIndex), strconv.Itoa(int(l.IfIndex))), Members: []string{}, Partner: l.Partner}
		for _, m := range b.Members {
			if m.LAG == l.IfIndex {
				found.Members = append(found.Members, cmp.Or(x.name(m.IfIndex), strconv.Itoa(int(m.IfIndex))))
				x.at(m.IfIndex, func(p *foundPort) { p.LAG = found.Name })
			}
		}
		x.LAGs = append(x.LAGs, found)
	}
	for _, s := range b.Stack {
		lower := cmp.Or(x.name(s.Lower), strconv.Itoa(int(s.Lower)))
		x.at(s.Higher, func(p *foundPort) { p.Lower = append(p.Lower, lower) })
	}
}

func (x *reader) bridge(b *snmp.Bridge) {
	for port, ifIndex := range b.BasePorts {
		x.at(ifIndex, func(p *foundPort) { p.BasePort = port })
	}
	for _, e := range b.Entries {
		status := "learned"
		if e.Status == api.StationMgmt {
			status = "mgmt"
		}
		name := x.name(e.IfIndex)
		if name == "" {
			name = strconv.Itoa(int(e.BasePort))
		}
		x.FDB = append(x.FDB, foundStation{x.device.ID, name, e.VLAN, e.MAC.String(), status})
	}
	x.counted("fdb", b.Counts.Portless, "learned on port 0, which is none")
	x.counted("fdb", b.Counts.Foreign, "their table names no port of the bridge")
	x.counted("fdb", b.Counts.Incomplete, "they came or went while the table was read")
	x.counted("fdb", b.Counts.Malformed, "their index cannot be read")
	for _, why := range b.Unread {
		x.unresolved("fdb", why)
	}
}

func (x *reader) vlans(v *snmp.VLANs) {
	for _, vlan := range v.List {
		x.VLANs = append(x.VLANs, foundVLAN{x.device.ID, vlan.ID, vlan.Name})
	}
	for _, p := range v.Ports {
		x.at(p.IfIndex, func(port *foundPort) {
			port.VLANs, port.Untagged, port.PVID = p.VLANs, p.Untagged, p.PVID
		})
	}
}
