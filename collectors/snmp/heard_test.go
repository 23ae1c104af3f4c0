package snmp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// A Foundry lists what it heard by CDP in the same table: such rows are none of
// FDP's.
func TestFDP(t *testing.T) {
	const fdp = "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1"
	var cells []snmp.Cell
	row := func(index string, id snmp.Value, vendor int64) {
		cells = append(cells, at(fdp+".3."+index, id), octets(fdp+".5."+index, 10, 0, 0, 9), at(fdp+".6."+index, text("IronWare 8.0")),
			at(fdp+".7."+index, text("ethernet1/1/2")), at(fdp+".8."+index, text("ICX7450")), number(fdp+".10."+index, vendor))
	}
	row("101.1", text("icx9"), 1)
	row("102.1", text("ciscohost"), 2) // heard by CDP
	row("103.1", text(""), 1)          // nobody
	row("999.1", text("icx7"), 1)      // on no port of it
	facts, claims := read(t, ports(4), snmp.Agent{Cells: cells})
	h := fact[snmp.Heard](t, facts, snmp.TableFDP)
	if h.Phantom != 1 || len(h.Neighbours) != 2 || len(claims["fdp"]) != 2 {
		t.Fatalf("%+v, claims %v", h, claims["fdp"])
	}
	want := &api.Neighbour{
		Protocol: "fdp", Device: "device", Port: "port/swp1", ChassisID: "icx9", ChassisIDSubtype: 7,
		PortID: "ethernet1/1/2", PortIDSubtype: 5, SysName: "icx9", SysDescription: "ICX7450: IronWare 8.0", Addresses: []string{"10.0.0.9"},
	}
	if diff := cmp.Diff(want, claimed(claims["fdp"], "fdp/swp1/icx9/ethernet1/1/2").Neighbour); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	if c := claimed(claims["fdp"], "fdp/?999/icx7/ethernet1/1/2"); c == nil || c.Neighbour.Port != "" || c.Neighbour.LocalPort != "999" {
		t.Errorf("on no port of it: %+v", c)
	}
}

// A MikroTik says the interface in a column, and what it hears by its MAC; the
// index says nothing.
func TestMNDP(t *testing.T) {
	const mndp = "1.3.6.1.4.1.14988.1.1.11.1.1"
	var cells []snmp.Cell
	row := func(index string, port int64, m snmp.Value, name string) {
		cells = append(cells, octets(mndp+".2."+index, 10, 0, 0, 9), at(mndp+".3."+index, m), at(mndp+".4."+index, text("7.11")),
			at(mndp+".5."+index, text("MikroTik")), at(mndp+".6."+index, text(name)), number(mndp+".8."+index, port))
	}
	row("1", 102, mac(9), "hex")
	row("2", 102, snmp.Octets([]byte{0, 0, 0, 0, 0, 0}), "byname")
	row("3", 0, mac(8), "nowhere")
	row("4", 101, snmp.Octets(nil), "") // nobody
	facts, claims := read(t, ports(4), snmp.Agent{Cells: cells})
	h := fact[snmp.Heard](t, facts, snmp.TableMNDP)
	if h.Phantom != 1 || len(h.Neighbours) != 3 {
		t.Fatalf("%+v", h)
	}
	want := &api.Neighbour{
		Protocol: "mndp", Device: "device", Port: "port/swp2", ChassisID: "02:00:00:00:00:09", ChassisIDSubtype: api.ChassisMAC,
		SysName: "hex", SysDescription: "MikroTik: 7.11", Addresses: []string{"10.0.0.9"},
	}
	found := map[string]*api.Neighbour{}
	for _, c := range claims["mndp"] {
		found[c.Neighbour.SysName] = c.Neighbour
	}
	if diff := cmp.Diff(want, found["hex"]); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	if n := found["byname"]; n == nil || n.ChassisID != "byname" || n.Port != "port/swp2" {
		t.Errorf("without a MAC it is known by its name: %+v", n)
	}
	if n := found["nowhere"]; n == nil || n.Port != "" {
		t.Errorf("on no port: %+v", n)
	}
}
