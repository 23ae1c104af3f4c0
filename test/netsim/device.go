package netsim

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

const (
	leafPorts   = 48 // Ports for servers; the uplinks follow.
	leafUplinks = 6
	borderPorts = 32
)

// mac is a hardware address.
type mac [6]byte

// String gives the lower-case form with colons.
func (m mac) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// role is a switch's place in the fabric.
type role int

const (
	spine role = iota
	leaf
	border
	access // A small switch behind a leaf.
)

// maker is what differs between switches of different makers.
type maker struct {
	sysDescr string
	objectID snmpagent.OID
	// portID is the LLDP port id subtype the switch announces its ports with.
	portID portIDSubtype
	// firstIndex is the ifIndex of the first front port.
	firstIndex uint32
	// byBridgePort numbers LLDP's local ports by bridge port, not by ifIndex.
	byBridgePort bool
	// longName announces the fully qualified sysName.
	longName bool
}

// makers are the three kinds of switches of this world. The numbers are under
// the enterprise that is kept free for examples (RFC 5612).
func makers() [3]maker {
	product := snmpagent.MustOID("1.3.6.1.4.1.32473.1")
	return [3]maker{
		{"Seaworthy Networks SW-4820 Switch, SeaOS version 4.31.2F", product.Append(1), portIDInterfaceName, 1, false, false},
		{"Cobalt 5248 running CobaltOS 12.4(3)", product.Append(2), portIDMAC, 1001, false, true},
		// The management port has ifIndex 1 here and the front ports follow,
		// so that bridge port n is ifIndex n+1: who takes one for the other
		// is off by one port.
		{"Harrow H-6100 ethernet switch, kernel FOS 21.2R3.8", product.Append(3), portIDLocal, 2, true, false},
	}
}

// device is a switch.
type device struct {
	name     string
	domain   string
	site     string
	within   *site
	location string
	role     role
	partner  *device // The other leaf of its pair, nil if there is none.
	fronts   int     // How many front ports it has.
	maker    maker
	chassis  mac
	address  netip.Addr // The management address that its LLDP announces.
	// community reads it by SNMP.
	community string
	ports     []*port
	bundles   []*bundle
	// age is how long it had been up when the world began, in ticks.
	age    uint32
	lldp   lldpState
	silent bool
	agent  *snmpagent.Agent
}

// sysName is what the device calls itself.
func (d *device) sysName() string {
	if d.maker.longName {
		return d.name + "." + d.domain
	}
	return d.name
}

// port finds a front port by its number, from 1.
func (d *device) port(n int) *port { return d.ports[n-1] }

// named finds a port by its name.
func (d *device) named(name string) *port {
	for _, p := range d.ports {
		if p.name == name {
			return p
		}
	}
	return nil
}

// ifType is an IANAifType.
type ifType int32

const (
	ethernetCsmacd   ifType = 6
	softwareLoopback ifType = 24
	l3ipvlan         ifType = 136
	ieee8023adLag    ifType = 161
)

// port is an interface of a switch. Virtual ones have no cable.
type port struct {
	jack
	device  *device
	index   uint32 // ifIndex
	bridge  uint32 // dot1dBasePort, 0 if it is none.
	descr   string
	alias   string
	kind    ifType
	mtu     int32
	speed   uint32 // Mb/s
	enabled bool   // ifAdminStatus
	// oper is whether it has carrier; settle keeps it.
	oper bool
	// changed is the device's uptime in ticks at the last change of oper.
	changed uint32
	// carried is how many ticks it has been up, before changed.
	carried uint64
}

// front says whether the port has a socket for a cable and speaks LLDP.
func (p *port) front() bool { return p.bridge != 0 }

// lldpNumber is lldpLocPortNum.
func (p *port) lldpNumber() uint32 {
	if p.device.maker.byBridgePort {
		return p.bridge
	}
	return p.index
}

// portID is what LLDP calls the port, by the maker's kind of port id.
func (p *port) portID() []byte {
	switch p.device.maker.portID {
	case portIDMAC:
		return p.mac[:]
	case portIDInterfaceName:
		return []byte(p.name)
	case portIDLocal:
		return strconv.AppendUint(nil, uint64(p.bridge), 10)
	default:
		return nil
	}
}

// newDevice makes a switch with its ports, nothing plugged in. Leaves have as
// many ports as they have; count is for the others.
func newDevice(name, site string, r role, number, count int, m maker) *device {
	d := &device{
		name:    name,
		domain:  site + ".example.net",
		site:    site,
		role:    r,
		maker:   m,
		chassis: mac{0x02, 0x1c, 0x73, byte(number >> 8), byte(number), 0},
	}
	speed := uint32(100_000)
	switch r {
	case leaf:
		count, speed = leafPorts+leafUplinks, 25_000
	case access:
		speed = 1_000
	case spine, border:
	}
	d.fronts = count
	for n := 1; n <= count; n++ {
		if n > leafPorts {
			speed = 100_000
		}
		p := &port{
			device: d, index: m.firstIndex + uint32(n) - 1, bridge: uint32(n),
			kind: ethernetCsmacd, mtu: 9214, speed: speed, enabled: true,
		}
		p.jack = jack{port: p, name: fmt.Sprintf("Ethernet1/%d", n), mac: d.macOf(n), sends: true, hears: true}
		p.descr = p.name
		if m.portID == portIDMAC {
			p.descr = fmt.Sprintf("Unit 1 port %d", n)
		}
		d.ports = append(d.ports, p)
	}
	d.addVirtual("Management1", managementIndex(m), ethernetCsmacd, 1_000, 1500)
	if r == access {
		return d
	}
	d.addVirtual("Loopback0", 5_000, softwareLoopback, 0, 65535)
	if r == leaf {
		d.addVirtual("Vlan10", 6_010, l3ipvlan, 1_000, 9164)
		d.addVirtual("Vlan20", 6_020, l3ipvlan, 1_000, 9164)
	}
	return d
}

// managementIndex is the ifIndex of the management port: before the front
// ports where they leave room, else far behind them.
func managementIndex(m maker) uint32 {
	if m.firstIndex == 2 {
		return 1
	}
	return 999
}

// addVirtual adds an interface that is up and has no cable to simulate.
func (d *device) addVirtual(name string, index uint32, kind ifType, speed uint32, mtu int32) {
	p := &port{device: d, index: index, descr: name, kind: kind, mtu: mtu, speed: speed, enabled: true, oper: true}
	p.jack = jack{port: p, name: name}
	switch kind {
	case ethernetCsmacd:
		p.mac = d.macOf(200)
	case l3ipvlan:
		p.mac = d.chassis // Routed interfaces share the chassis address.
	case softwareLoopback, ieee8023adLag:
	}
	d.ports = append(d.ports, p)
}

// macOf gives the n-th address of the device's block.
func (d *device) macOf(n int) mac {
	m := d.chassis
	m[5] = byte(n)
	return m
}
