package netsim

import "github.com/netseam/netseam/test/netsim/snmpagent"

// serverVLAN is the VLAN that servers are in.
const serverVLAN = 10

// learnedRow is a row of a forwarding table.
type learnedRow struct {
	mac  mac
	port uint32
}

// boundRow is a row of an address table.
type boundRow struct {
	binding

	ifIndex uint32
}

// basePort is the port's number in BRIDGE-MIB, 0 if it is none. Aggregates have
// one of their own.
func (p *port) basePort() uint32 {
	if p.kind == ieee8023adLag {
		return lagBase + p.index - bundleIndex
	}
	return p.bridge
}

// lagBase is the base port before that of the first aggregate.
const lagBase = 1000

// takeLearned copies what the agent says of what the switch has learned.
func (t *tables) takeLearned(d *device) {
	t.based = t.bridged
	if d.learns() {
		t.based = nil
		for _, p := range t.ports {
			if p.basePort() != 0 {
				t.based = append(t.based, p)
			}
		}
		for _, s := range d.forwarding() {
			t.learned = append(t.learned, learnedRow{s.mac, s.at.basePort()})
		}
	}
	if d.binds() {
		for _, b := range d.within.bindings() {
			t.bound = append(t.bound, boundRow{b, gatewayIndex})
		}
	}
}

// forwarding is the forwarding table: of a leaf by VLAN (Q-BRIDGE-MIB), of a
// small switch as the oldest of the tables has it (BRIDGE-MIB).
func (t *tables) forwarding() []snmpagent.Column {
	if len(t.learned) == 0 {
		return nil
	}
	bridge := snmpagent.OID{1, 3, 6, 1, 2, 1, 17}
	entry, byVLAN := bridge.Append(4, 3, 1), t.device.role == leaf
	if byVLAN {
		entry = bridge.Append(7, 1, 2, 2, 1)
	}
	var index []snmpagent.OID
	for _, r := range t.learned {
		var i snmpagent.OID
		if byVLAN {
			i = append(i, serverVLAN)
		}
		for _, octet := range r.mac {
			i = append(i, uint32(octet))
		}
		index = append(index, i)
	}
	const learned = 3
	out := []snmpagent.Column{
		column(entry.Append(2), index, t.learned, func(r *learnedRow) snmpagent.Value { return snmpagent.Integer(int32(r.port)) }),
		column(entry.Append(3), index, t.learned, func(*learnedRow) snmpagent.Value { return snmpagent.Integer(learned) }),
	}
	if byVLAN {
		out = append(out, t.vlans(bridge.Append(7, 1, 4))...)
	}
	return out
}

// vlans are those of a leaf, of which there is one: which FDB it has, by which
// ports it leaves, by which of them without a tag, and what it is called.
func (t *tables) vlans(entry snmpagent.OID) []snmpagent.Column {
	all := t.portList(func(*port) bool { return true })
	untagged := t.portList(func(p *port) bool { return p.kind == ieee8023adLag || p.bridge <= leafPorts })
	one, current := []uint32{serverVLAN}, []snmpagent.OID{{0, serverVLAN}}
	is := func(v snmpagent.Value) func(*uint32) snmpagent.Value {
		return func(*uint32) snmpagent.Value { return v }
	}
	return []snmpagent.Column{
		column(entry.Append(2, 1, 3), current, one, is(snmpagent.Gauge32(serverVLAN))),
		column(entry.Append(2, 1, 4), current, one, is(all)),
		column(entry.Append(2, 1, 5), current, one, is(untagged)),
		column(entry.Append(3, 1, 1), []snmpagent.OID{{serverVLAN}}, one, is(snmpagent.Text("servers"))),
	}
}

// portList is a PortList of Q-BRIDGE-MIB: a bit a base port, the first of which
// is the highest of the first octet.
func (t *tables) portList(has func(*port) bool) snmpagent.Value {
	var list []byte
	for i := range t.based {
		p := &t.based[i]
		n := p.basePort()
		if n == 0 || !has(p) {
			continue
		}
		for uint32(len(list))*8 < n {
			list = append(list, 0)
		}
		list[(n-1)/8] |= 0x80 >> ((n - 1) % 8)
	}
	return snmpagent.Octets(list)
}

// addresses is ipNetToMediaTable (IP-MIB): who has which address.
func (t *tables) addresses() []snmpagent.Column {
	entry := snmpagent.OID{1, 3, 6, 1, 2, 1, 4, 22, 1}
	var index []snmpagent.OID
	for _, r := range t.bound {
		i := snmpagent.OID{r.ifIndex}
		for _, octet := range r.address.As4() {
			i = append(i, uint32(octet))
		}
		index = append(index, i)
	}
	const dynamic = 3
	return []snmpagent.Column{
		column(entry.Append(1), index, t.bound, func(r *boundRow) snmpagent.Value { return snmpagent.Integer(int32(r.ifIndex)) }),
		column(entry.Append(2), index, t.bound, func(r *boundRow) snmpagent.Value { return octets(r.mac) }),
		column(entry.Append(3), index, t.bound, func(r *boundRow) snmpagent.Value { return snmpagent.IPAddress(r.address) }),
		column(entry.Append(4), index, t.bound, func(*boundRow) snmpagent.Value { return snmpagent.Integer(dynamic) }),
	}
}
