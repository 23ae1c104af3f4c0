package netsim

import (
	"math"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// interfaces is ifTable and ifXTable (IF-MIB).
func (t *tables) interfaces() []snmpagent.Column {
	index := numbers(t.ports, func(p *port) uint32 { return p.index })
	mib2 := snmpagent.OID{1, 3, 6, 1, 2, 1}
	changed := uint32(0)
	for i := range t.ports {
		changed = max(changed, t.ports[i].changed)
	}
	out := []snmpagent.Column{
		constant(mib2.Append(2, 1), snmpagent.Integer(int32(len(t.ports)))),
		constant(mib2.Append(31, 1, 5), snmpagent.TimeTicks(0)), // ifTableLastChange: no interface came or went.
	}
	add := func(entry snmpagent.OID, columns map[uint32]func(*port) snmpagent.Value) {
		for number, value := range columns {
			out = append(out, column(entry.Append(number), index, t.ports, value))
		}
	}
	add(mib2.Append(2, 2, 1), t.ifTable())
	add(mib2.Append(31, 1, 1, 1), t.ifXTable())
	return out
}

// ifTable gives the columns of ifEntry: number -> value.
func (t *tables) ifTable() map[uint32]func(*port) snmpagent.Value {
	none := func(*port) snmpagent.Value { return snmpagent.Counter32(0) }
	return map[uint32]func(*port) snmpagent.Value{
		1: func(p *port) snmpagent.Value { return snmpagent.Integer(int32(p.index)) },
		2: func(p *port) snmpagent.Value { return snmpagent.Text(p.descr) },
		3: func(p *port) snmpagent.Value { return snmpagent.Integer(int32(p.kind)) },
		4: func(p *port) snmpagent.Value { return snmpagent.Integer(p.mtu) },
		5: func(p *port) snmpagent.Value { // It ends at what 32 bits hold.
			return snmpagent.Gauge32(uint32(min(uint64(p.speed)*1_000_000, math.MaxUint32)))
		},
		6:  func(p *port) snmpagent.Value { return octets(p.mac) },
		7:  func(p *port) snmpagent.Value { return state(p.enabled) },
		8:  func(p *port) snmpagent.Value { return state(p.oper) },
		9:  func(p *port) snmpagent.Value { return snmpagent.TimeTicks(p.changed) },
		10: func(p *port) snmpagent.Value { return snmpagent.Counter32(uint32(t.octets(p, 1))) },
		11: func(p *port) snmpagent.Value { return snmpagent.Counter32(uint32(t.octets(p, 1) / packet)) },
		13: none,
		14: none,
		16: func(p *port) snmpagent.Value { return snmpagent.Counter32(uint32(t.octets(p, 2))) },
		17: func(p *port) snmpagent.Value { return snmpagent.Counter32(uint32(t.octets(p, 2) / packet)) },
		19: none,
		20: none,
	}
}

// ifXTable gives the columns of ifXEntry: number -> value.
func (t *tables) ifXTable() map[uint32]func(*port) snmpagent.Value {
	return map[uint32]func(*port) snmpagent.Value{
		1:  func(p *port) snmpagent.Value { return snmpagent.Text(p.name) },
		6:  func(p *port) snmpagent.Value { return snmpagent.Counter64(t.octets(p, 1)) },
		7:  func(p *port) snmpagent.Value { return snmpagent.Counter64(t.octets(p, 1) / packet) },
		10: func(p *port) snmpagent.Value { return snmpagent.Counter64(t.octets(p, 2)) },
		11: func(p *port) snmpagent.Value { return snmpagent.Counter64(t.octets(p, 2) / packet) },
		14: func(p *port) snmpagent.Value { return truth(p.front()) },
		15: func(p *port) snmpagent.Value { return snmpagent.Gauge32(p.speed) },
		16: func(*port) snmpagent.Value { return truth(false) },
		17: func(p *port) snmpagent.Value { return truth(p.front()) },
		18: func(p *port) snmpagent.Value { return snmpagent.Text(p.alias) },
		19: func(*port) snmpagent.Value { return snmpagent.TimeTicks(0) },
	}
}

// packet is the octets of a packet of average size.
const packet = 700

// octets reckons how much has gone through a port in one direction: a share of
// its speed for as long as it has been up.
func (t *tables) octets(p *port, direction uint64) uint64 {
	if !p.front() {
		return 0
	}
	ticks := p.carried
	if p.oper {
		ticks += uint64(t.uptime() - p.changed)
	}
	perMille := uint64(p.mac[4])*7%5 + uint64(p.bridge)*13%41 + direction*3
	return ticks * uint64(p.speed) * 1_250 / 1_000 * perMille
}
