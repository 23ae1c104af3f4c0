package netsim

import (
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// numbers makes the index of a table that is indexed by one number.
func numbers(ports []port, number func(*port) uint32) []snmpagent.OID {
	out := make([]snmpagent.OID, len(ports))
	for i := range ports {
		out[i] = snmpagent.OID{number(&ports[i])}
	}
	return out
}

// system is SNMPv2-MIB's system group.
func (t *tables) system() []snmpagent.Column {
	group := snmpagent.OID{1, 3, 6, 1, 2, 1, 1}
	d := &t.device
	return []snmpagent.Column{
		constant(group.Append(1), snmpagent.Text(d.maker.sysDescr)),
		constant(group.Append(2), snmpagent.ObjectID(d.maker.objectID)),
		snmpagent.Scalar(group.Append(3), func() snmpagent.Value { return snmpagent.TimeTicks(t.uptime()) }),
		constant(group.Append(4), snmpagent.Text("network team <noc@example.net>")),
		constant(group.Append(5), snmpagent.Text(d.sysName())),
		constant(group.Append(6), snmpagent.Text(d.location)),
		constant(group.Append(7), snmpagent.Integer(6)), // Bridge and router.
	}
}

// bridge is the part of BRIDGE-MIB that tells bridge ports from interfaces.
func (t *tables) bridge() []snmpagent.Column {
	base := snmpagent.OID{1, 3, 6, 1, 2, 1, 17, 1}
	entry := base.Append(4, 1)
	index := numbers(t.based, (*port).basePort)
	return []snmpagent.Column{
		constant(base.Append(1), octets(t.device.chassis)),
		constant(base.Append(2), snmpagent.Integer(int32(len(t.based)))),
		constant(base.Append(3), snmpagent.Integer(2)), // Transparent only.
		column(entry.Append(1), index, t.based, func(p *port) snmpagent.Value { return snmpagent.Integer(int32(p.basePort())) }),
		column(entry.Append(2), index, t.based, func(p *port) snmpagent.Value { return snmpagent.Integer(int32(p.index)) }),
	}
}
