package netsim

import (
	"net/netip"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// lldpMIB is the root of LLDP-MIB's objects.
func lldpMIB() snmpagent.OID { return snmpagent.OID{1, 0, 8802, 1, 1, 2, 1} }

// lldpScalars is LLDP's configuration, its statistics and what the switch says
// of itself.
func (t *tables) lldpScalars() []snmpagent.Column {
	config, stats, local := lldpMIB().Append(1), lldpMIB().Append(2), lldpMIB().Append(3)
	caps := snmpagent.Octets([]byte{capBridge | capRouter, 0})
	return []snmpagent.Column{
		constant(config.Append(1), snmpagent.Integer(30)),
		constant(config.Append(2), snmpagent.Integer(4)),
		constant(config.Append(3), snmpagent.Integer(2)),
		constant(config.Append(4), snmpagent.Integer(2)),
		constant(config.Append(5), snmpagent.Integer(5)),
		constant(stats.Append(1), snmpagent.TimeTicks(t.lldp.changed)),
		constant(stats.Append(2), snmpagent.Gauge32(t.lldp.inserts)),
		constant(stats.Append(3), snmpagent.Gauge32(t.lldp.deletes)),
		constant(stats.Append(4), snmpagent.Gauge32(0)),
		constant(stats.Append(5), snmpagent.Gauge32(0)),
		constant(local.Append(1), snmpagent.Integer(chassisIDMAC)),
		constant(local.Append(2), octets(t.device.chassis)),
		constant(local.Append(3), snmpagent.Text(t.device.sysName())),
		constant(local.Append(4), snmpagent.Text(t.device.maker.sysDescr)),
		constant(local.Append(5), caps),
		constant(local.Append(6), caps),
	}
}

// lldpLocal is the tables of the switch's own ports and addresses.
func (t *tables) lldpLocal() []snmpagent.Column {
	config, local := lldpMIB().Append(1, 6, 1), lldpMIB().Append(3, 7, 1)
	address := lldpMIB().Append(3, 8, 1)
	index := numbers(t.bridged, (*port).lldpNumber)
	addresses, self := []snmpagent.OID{addressIndex(nil, t.device.address)}, []*device{&t.device}
	return []snmpagent.Column{
		column(config.Append(2), index, t.bridged, func(p *port) snmpagent.Value { return snmpagent.Integer(adminStatus(p)) }),
		column(config.Append(3), index, t.bridged, func(*port) snmpagent.Value { return truth(true) }),
		column(config.Append(4), index, t.bridged, func(*port) snmpagent.Value { return snmpagent.Octets([]byte{0xf0}) }),
		column(local.Append(2), index, t.bridged, func(*port) snmpagent.Value { return snmpagent.Integer(int32(t.device.maker.portID)) }),
		column(local.Append(3), index, t.bridged, func(p *port) snmpagent.Value { return snmpagent.Octets(p.portID()) }),
		column(local.Append(4), index, t.bridged, func(p *port) snmpagent.Value { return snmpagent.Text(p.descr) }),
		column(address.Append(3), addresses, self, func(d **device) snmpagent.Value { return snmpagent.Integer(int32(1 + len((*d).address.AsSlice()))) }),
		column(address.Append(4), addresses, self, func(**device) snmpagent.Value { return snmpagent.Integer(interfaceIndex) }),
		column(address.Append(5), addresses, self, func(d **device) snmpagent.Value {
			return snmpagent.Integer(int32(managementIndex((*d).maker)))
		}),
		column(address.Append(6), addresses, self, func(**device) snmpagent.Value { return snmpagent.ObjectID(snmpagent.OID{0, 0}) }),
	}
}

// lldpRemote is the table of neighbours and that of their addresses.
func (t *tables) lldpRemote() []snmpagent.Column {
	var index, addresses []snmpagent.OID
	var addressed []remote
	for _, r := range t.remotes {
		i := snmpagent.OID{r.timeMark, r.local.lldpNumber(), r.index}
		index = append(index, i)
		if r.said.address.IsValid() {
			addresses, addressed = append(addresses, addressIndex(i, r.said.address)), append(addressed, r)
		}
	}
	text := func(get func(*advert) string) func(*remote) snmpagent.Value {
		return func(r *remote) snmpagent.Value { return snmpagent.Text(get(&r.said)) }
	}
	entry, address := lldpMIB().Append(4, 1, 1), lldpMIB().Append(4, 2, 1)
	return []snmpagent.Column{
		column(entry.Append(4), index, t.remotes, func(*remote) snmpagent.Value { return snmpagent.Integer(chassisIDMAC) }),
		column(entry.Append(5), index, t.remotes, func(r *remote) snmpagent.Value { return octets(r.said.chassis) }),
		column(entry.Append(6), index, t.remotes, func(r *remote) snmpagent.Value { return snmpagent.Integer(int32(r.said.portSubtype)) }),
		column(entry.Append(7), index, t.remotes, func(r *remote) snmpagent.Value { return snmpagent.Octets(r.said.portID) }),
		column(entry.Append(8), index, t.remotes, text(func(a *advert) string { return a.portDescr })),
		column(entry.Append(9), index, t.remotes, text(func(a *advert) string { return a.sysName })),
		column(entry.Append(10), index, t.remotes, text(func(a *advert) string { return a.sysDescr })),
		column(entry.Append(11), index, t.remotes, func(r *remote) snmpagent.Value { return snmpagent.Octets([]byte{r.said.capable, 0}) }),
		column(entry.Append(12), index, t.remotes, func(r *remote) snmpagent.Value { return snmpagent.Octets([]byte{r.said.enabled, 0}) }),
		column(address.Append(3), addresses, addressed, func(*remote) snmpagent.Value { return snmpagent.Integer(interfaceIndex) }),
		column(address.Append(4), addresses, addressed, func(r *remote) snmpagent.Value { return snmpagent.Integer(r.said.addressIndex) }),
		column(address.Append(5), addresses, addressed, func(*remote) snmpagent.Value { return snmpagent.ObjectID(snmpagent.OID{0, 0}) }),
	}
}

// interfaceIndex is LldpManAddrIfSubtype ifIndex.
const interfaceIndex = 2

// adminStatus is LldpPortConfigEntry's: what the port does of LLDP.
func adminStatus(p *port) int32 {
	switch {
	case p.sends && p.hears:
		return 3
	case p.sends:
		return 1
	case p.hears:
		return 2
	default:
		return 4
	}
}

// addressIndex is an index that ends in a management address: its IANA address
// family, its length and its octets.
func addressIndex(row snmpagent.OID, a netip.Addr) snmpagent.OID {
	family := uint32(1)
	if a.Is6() {
		family = 2
	}
	octets := a.AsSlice()
	out := row.Append(family, uint32(len(octets)))
	for _, b := range octets {
		out = append(out, uint32(b))
	}
	return out
}
