package snmp_test

import (
	"strconv"
	"testing"

	"github.com/netseam/netseam/collectors/snmp"
)

// column makes the cells of a table's row, from the given column on.
func column(entry, index string, first int, values ...snmp.Value) []snmp.Cell {
	out := make([]snmp.Cell, 0, len(values))
	for i, v := range values {
		out = append(out, snmp.Cell{OID: entry + "." + strconv.Itoa(first+i) + "." + index, Value: v})
	}
	return out
}

func mac(last byte) snmp.Value { return snmp.Octets([]byte{2, 0, 0, 0, 0, last}) }

// The index of these MIBs has the ifIndex and the destination address's number;
// the time mark is first and no part of what a row is about.
func TestLLDPByIfIndex(t *testing.T) {
	interfaces := []snmp.Interface{{Index: 35684352, Name: "1/1/1", Type: 6}, {Index: 7, Name: "eth7", Type: 6}}
	for name, c := range map[string]struct {
		form             int
		ports, rows, man string
		enabled          int
	}{
		"V2":      {1, "1.3.111.2.802.1.1.13.1.3.7.1", "1.3.111.2.802.1.1.13.1.4.1.1", "1.3.111.2.802.1.1.13.1.4.2.1", 13},
		"TIMETRA": {2, "1.3.6.1.4.1.6527.3.1.2.59.3.1.1", "1.3.6.1.4.1.6527.3.1.2.59.4.1.1", "1.3.6.1.4.1.6527.3.1.2.59.4.2.1", 12},
	} {
		t.Run(name, func(t *testing.T) {
			var cells []snmp.Cell
			cells = append(cells, column(c.ports, "35684352.1", 2, snmp.Number(7), text("35684352"), text("1/1/1, 10-Gig"))...)
			for _, index := range []string{"900.35684352.1.4", "100.7.2.4"} {
				cells = append(cells, column(c.rows, index, 4,
					snmp.Number(4), mac(9), snmp.Number(5), text("xe-0/0/1"), text("to us"), text("far"), text("a router"))...)
				cells = append(cells, snmp.Cell{OID: c.rows + "." + strconv.Itoa(c.enabled) + "." + index, Value: snmp.Octets([]byte{0x28, 0})})
			}
			cells = append(cells, snmp.Cell{OID: c.man + ".3.900.35684352.1.4.1.4.10.0.0.9", Value: snmp.Number(2)})
			l := snmp.DecodeLLDPForm(c.form, snmp.Number(4), mac(1), cells)
			snmp.Locate(&l, interfaces, nil)
			if len(l.Neighbours) != 2 || l.Counts != (snmp.Counts{}) {
				t.Fatalf("%+v", l)
			}
			near, far := l.Neighbours[0], l.Neighbours[1]
			if near.IfIndex != 7 || near.LocalPort != "eth7" || near.RemIndex != 4 || len(near.Addresses) != 0 {
				t.Errorf("%+v", near)
			}
			if far.IfIndex != 35684352 || far.LocalPort != "1/1/1" || far.SysName != "far" || far.Capabilities != 1<<2|1<<4 ||
				len(far.Addresses) != 1 || far.Addresses[0] != "10.0.0.9" {
				t.Errorf("%+v", far)
			}
		})
	}
}

// Old agents of one maker number no local port, but say elsewhere on which
// interface the neighbour with the row's number is.
func TestLLDPPortHints(t *testing.T) {
	hints := snmp.DecodePortHints([]snmp.Cell{
		{OID: "1.3.6.1.4.1.14988.1.1.11.1.1.8.7", Value: snmp.Number(2)},
		{OID: "1.3.6.1.4.1.14988.1.1.11.1.1.8.9", Value: snmp.Number(0)},
	})
	if len(hints) != 1 || hints[7] != 2 {
		t.Fatalf("%v", hints)
	}
	const rows = "1.0.8802.1.1.2.1.4.1.1"
	cells := column(rows, "0.0.7", 4, snmp.Number(4), mac(9), snmp.Number(5), text("bridge1/ether2"))
	l := snmp.DecodeLLDP(snmp.Number(4), mac(1), cells)
	snmp.LocateWith(&l, []snmp.Interface{{Index: 2, Name: "ether2", Type: 6}}, hints)
	if len(l.Neighbours) != 1 || l.Neighbours[0].LocalPort != "ether2" || l.Counts.Unresolved != 0 {
		t.Errorf("%+v", l)
	}
}

// What neighbours say in extensions goes with their rows, whatever time marks
// both tables have.
func TestLLDPExtensions(t *testing.T) {
	const rows, dot1, dot3 = "1.0.8802.1.1.2.1.4.1.1", "1.0.8802.1.1.2.1.5.32962.1.3", "1.0.8802.1.1.2.1.5.4623.1.3"
	cells := column(rows, "7.101.3", 4, snmp.Number(4), mac(9), snmp.Number(5), text("swp1"))
	l := snmp.Extend(snmp.DecodeLLDP(snmp.Number(4), mac(1), cells), []snmp.Cell{
		number(dot1+".1.1.1.7.101.3", 10), at(dot1+".3.1.2.7.101.3.20", text("b")), at(dot1+".3.1.2.9.101.3.10", text("a")),
		number(dot3+".4.1.1.9.101.3", 9216), number(dot3+".4.1.1.9.101.4", 1500), number(dot1+".1.1.1.7.101", 10),
	})
	if n := l.Neighbours[0]; n.PVID != 10 || len(n.VLANs) != 2 || n.VLANs[0] != 10 || n.MTU != 9216 {
		t.Errorf("%+v", n)
	}
	c := snmp.TranslateLLDP(l, nil)
	if n := c[len(c)-1].Neighbour; n.PVID != 10 || n.VLANs != "10,20" || n.MTU != 9216 {
		t.Errorf("%+v", n)
	}
}
