package snmp_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// device is what an agent answers, to be changed between readings: identifier
// -> value.
type device map[string]snmpagent.Value

const (
	sys    = "1.3.6.1.2.1.1."
	ifT    = "1.3.6.1.2.1.2.2.1."
	ifX    = "1.3.6.1.2.1.31.1.1.1."
	lldp   = "1.0.8802.1.1.2.1."
	lldpLo = lldp + "3."
)

// leaf is a switch with two ports and a loopback, that hears a spine on its
// first port.
func leaf() device {
	d := device{
		sys + "1.0": snmpagent.Text("a switch made by hand"),
		sys + "2.0": snmpagent.ObjectID(snmpagent.MustOID("1.3.6.1.4.1.40310.1")),
		sys + "3.0": snmpagent.TimeTicks(1_000_000),
		sys + "4.0": snmpagent.Text("noc"),
		sys + "5.0": snmpagent.Text("leaf1"),
		sys + "6.0": snmpagent.Text("east / row 1"),

		lldpLo + "1.0": snmpagent.Integer(4),
		lldpLo + "2.0": snmpagent.Octets([]byte{2, 0, 0, 0, 0, 1}),
		lldpLo + "3.0": snmpagent.Text("leaf1"),
	}
	d.add(1, "lo", 24, nil)
	d.add(2, "swp1", 6, []byte{2, 0, 0, 0, 1, 1})
	d.add(3, "swp2", 6, []byte{2, 0, 0, 0, 1, 2})
	d.hear(2, 1, []byte{2, 0, 0, 0, 0, 9}, "swp7", "spine1")
	return d
}

// add adds an interface that is up, and its local port.
func (d device) add(index int32, name string, ifType int32, mac []byte) {
	n := fmt.Sprint(index)
	d[ifT+"1."+n] = snmpagent.Integer(index)
	d[ifT+"2."+n] = snmpagent.Text("Port " + name)
	d[ifT+"3."+n] = snmpagent.Integer(ifType)
	d[ifT+"5."+n] = snmpagent.Gauge32(4294967295)
	d[ifT+"6."+n] = snmpagent.Octets(mac)
	d[ifT+"7."+n] = snmpagent.Integer(1)
	d[ifT+"8."+n] = snmpagent.Integer(1)
	d[ifX+"1."+n] = snmpagent.Text(name)
	d[ifX+"15."+n] = snmpagent.Gauge32(25000)
	d[ifX+"18."+n] = snmpagent.Text("")
	if mac != nil {
		d[lldpLo+"7.1.2."+n] = snmpagent.Integer(5)
		d[lldpLo+"7.1.3."+n] = snmpagent.Text(name)
		d[lldpLo+"7.1.4."+n] = snmpagent.Text("Port " + name)
	}
}

// hear adds a neighbour on an interface.
func (d device) hear(port, row int, chassis []byte, remotePort, name string) {
	index := fmt.Sprintf(".0.%d.%d", port, row)
	d[lldp+"4.1.1.4"+index] = snmpagent.Integer(4)
	d[lldp+"4.1.1.5"+index] = snmpagent.Octets(chassis)
	d[lldp+"4.1.1.6"+index] = snmpagent.Integer(5)
	d[lldp+"4.1.1.7"+index] = snmpagent.Text(remotePort)
	d[lldp+"4.1.1.8"+index] = snmpagent.Text("Port " + remotePort)
	d[lldp+"4.1.1.9"+index] = snmpagent.Text(name)
	d[lldp+"4.1.1.10"+index] = snmpagent.Text("made by hand")
	d[lldp+"4.1.1.11"+index] = snmpagent.Octets([]byte{0x28, 0})
	d[lldp+"4.1.1.12"+index] = snmpagent.Octets([]byte{0x20, 0})
	d[lldp+"4.2.1.3"+index+".1.4.10.0.0.9"] = snmpagent.Integer(2)
}

// deaf removes all neighbours.
func (d device) deaf() {
	maps.DeleteFunc(d, func(oid string, _ snmpagent.Value) bool { return len(oid) > 19 && oid[:19] == lldp+"4." })
}

// view is the device as it is now.
func (d device) view() snmpagent.View {
	rows := make([]snmpagent.Row, 0, len(d))
	for oid, v := range d {
		rows = append(rows, snmpagent.Row{OID: snmpagent.MustOID(oid), Value: v})
	}
	return snmpagent.NewRows(rows)
}

// serve runs an agent for the device.
func (d device) serve(t *testing.T) *snmpagent.Agent {
	t.Helper()
	return agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": d.view()}})
}

// show makes an agent answer what the device is now.
func (d device) show(t *testing.T, a *snmpagent.Agent) {
	t.Helper()
	if err := a.SetView("public", d.view()); err != nil {
		t.Fatal(err)
	}
}
