package snmp_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// oidText makes the index parts of a text: its octets.
func oidText(octets ...byte) string {
	parts := make([]string, len(octets))
	for i, b := range octets {
		parts[i] = strconv.Itoa(int(b))
	}
	return strings.Join(parts, ".")
}

func at(oid string, v snmp.Value) snmp.Cell { return snmp.Cell{OID: oid, Value: v} }

func number(oid string, n int64) snmp.Cell { return at(oid, snmp.Number(n)) }

func octets(oid string, b ...byte) snmp.Cell { return at(oid, snmp.Octets(b)) }

// ports are interfaces swp1 … swpN with ifIndex 101 …, and a bundle.
func ports(n uint32) []snmp.Interface {
	var out []snmp.Interface
	for i := uint32(1); i <= n; i++ {
		out = append(out, snmp.Interface{Index: 100 + i, Name: "swp" + strconv.Itoa(int(i)), Type: 6})
	}
	return append(out, snmp.Interface{Index: 200, Name: "bond0", Type: 161}, snmp.Interface{Index: 300, Name: "vlan10", Type: 136})
}

func read(t *testing.T, interfaces []snmp.Interface, a snmp.Agent) (map[string]snmp.Facts, map[string][]api.Claim) {
	t.Helper()
	facts, claims, err := snmp.ReadTopics(t.Context(), interfaces, a)
	if err != nil {
		t.Fatal(err)
	}
	for table, list := range claims {
		keys := map[string]bool{}
		for _, c := range list {
			if keys[c.Key] {
				t.Errorf("%s: two claims %q", table, c.Key)
			}
			keys[c.Key] = true
		}
	}
	return facts, claims
}

func fact[T any](t *testing.T, facts map[string]snmp.Facts, table string) *T {
	t.Helper()
	f, ok := facts[table].(any).(*T)
	if !ok {
		t.Fatalf("no %s among %v", table, facts)
	}
	return f
}

func claimed(list []api.Claim, key string) *api.Claim {
	for i := range list {
		if list[i].Key == key {
			return &list[i]
		}
	}
	return nil
}

const cdp = "1.3.6.1.4.1.9.9.23.1.2.1.1"

func TestCDP(t *testing.T) {
	var cells []snmp.Cell
	row := func(index string, id, port snmp.Value) {
		cells = append(cells, at(cdp+".6."+index, id), at(cdp+".7."+index, port), octets(cdp+".4."+index, 10, 0, 0, 9),
			at(cdp+".5."+index, text("Software 1.2")), at(cdp+".8."+index, text("box")),
			octets(cdp+".9."+index, 0, 0, 0, 0x29), number(cdp+".11."+index, 7))
	}
	row("101.1", text("leaf9.example.net"), text("GigabitEthernet0/1"))
	row("101.2", mac(9), mac(10)) // The same by its MAC: a host that speaks CDP.
	row("102.1", text("core(SAL1234ABCD)"), text("Ethernet1/1"))
	row("103.1", text("SAL1234ABCD(old)"), text("2/1"))
	row("999.1", text("elsewhere"), text("1"))
	row("104.1", text(""), text("x"))
	facts, claims := read(t, ports(4), snmp.Agent{Cells: cells})
	h := fact[snmp.Heard](t, facts, snmp.TableCDP)
	if h.Phantom != 1 || len(h.Neighbours) != 5 {
		t.Fatalf("%+v", h)
	}
	want := &api.Neighbour{
		Protocol: "cdp", Device: "device", Port: "port/swp1", ChassisID: "leaf9.example.net", ChassisIDSubtype: 7,
		PortID: "GigabitEthernet0/1", PortIDSubtype: 5, SysName: "leaf9.example.net", SysDescription: "box: Software 1.2",
		Capabilities: api.CapabilityRouter | api.CapabilityBridge, Addresses: []string{"10.0.0.9"}, PVID: 7,
	}
	if diff := cmp.Diff(want, claimed(claims["cdp"], "cdp/swp1/leaf9.example.net/GigabitEthernet0/1").Neighbour); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	byMAC := claimed(claims["cdp"], "cdp/swp1/02:00:00:00:00:09/02:00:00:00:00:0a").Neighbour
	if byMAC.ChassisIDSubtype != api.ChassisMAC || byMAC.PortIDSubtype != api.PortMAC || byMAC.SysName != "" {
		t.Errorf("%+v", byMAC)
	}
	for key, name := range map[string]string{
		"cdp/swp2/core(SAL1234ABCD)/Ethernet1/1": "core", "cdp/swp3/SAL1234ABCD(old)/2/1": "old", "cdp/?999/elsewhere/1": "elsewhere",
	} {
		c := claimed(claims["cdp"], key)
		if c == nil || c.Neighbour.SysName != name {
			t.Errorf("%s: %+v", key, c)
		}
	}
}

const (
	basePorts = "1.3.6.1.2.1.17.1.4.1.2"
	dot1q     = "1.3.6.1.2.1.17.7.1.2.2.1"
	dot1d     = "1.3.6.1.2.1.17.4.3.1"
	fids      = "1.3.6.1.2.1.17.7.1.4.2.1.3"
)

func bridgePorts(n int) []snmp.Cell {
	cells := []snmp.Cell{octets("1.3.6.1.2.1.17.1.1.0", 2, 0, 0, 0, 0, 1)}
	for i := 1; i <= n; i++ {
		cells = append(cells, number(basePorts+"."+strconv.Itoa(i), int64(100+i)))
	}
	return cells
}

// A row's FDB id is no VLAN where a table says which VLAN it is.
func TestForwardingByFDBID(t *testing.T) {
	cells := append(bridgePorts(3), number(fids+".0.10", 4097), number(fids+".0.20", 5), number(fids+".0.30", 5))
	station := func(fid, port, status int, m ...byte) {
		index := "." + strconv.Itoa(fid) + "." + oidText(m...)
		cells = append(cells, number(dot1q+".2"+index, int64(port)), number(dot1q+".3"+index, int64(status)))
	}
	station(4097, 1, 3, 2, 0, 0, 0, 1, 1)
	station(4097, 1, 3, 2, 0, 0, 0, 1, 2)
	station(5, 2, 3, 2, 0, 0, 0, 1, 3)       // VLANs 20 and 30 learn together: neither
	station(7, 2, 5, 2, 0, 0, 0, 1, 4)       // nobody says otherwise: VLAN 7
	station(4097, 9, 3, 2, 0, 0, 0, 1, 5)    // a port without interface
	station(4097, 0, 4, 2, 0, 0, 0, 0, 0x77) // the device itself
	station(4097, 0, 3, 2, 0, 0, 0, 1, 6)    // learned nowhere
	station(4097, 1, 2, 2, 0, 0, 0, 1, 7)    // invalid
	station(4097, 1, 3, 1, 0, 0x5e, 0, 0, 1) // multicast
	station(4097, 3, 3, 6, 2, 0, 0, 0, 1, 8) // the MAC's length in the index
	facts, claims := read(t, ports(3), snmp.Agent{Cells: cells})
	b := fact[snmp.Bridge](t, facts, "fdb")
	if want := (snmp.FDBCounts{Invalid: 1, Multicast: 1, Portless: 1}); b.Counts != want {
		t.Errorf("%+v, want %+v", b.Counts, want)
	}
	for key, want := range map[string]*api.Stations{
		"fdb/10/swp1": {Device: "device", Port: "port/swp1", VLAN: 10, Status: 3, MACs: []api.MAC{{2, 0, 0, 0, 1, 1}, {2, 0, 0, 0, 1, 2}}},
		"fdb/0/swp2":  {Device: "device", Port: "port/swp2", Status: 3, MACs: []api.MAC{{2, 0, 0, 0, 1, 3}}},
		"fdb5/7/swp2": {Device: "device", Port: "port/swp2", VLAN: 7, Status: 5, MACs: []api.MAC{{2, 0, 0, 0, 1, 4}}},
		"fdb/10/?9":   {Device: "device", LocalPort: "9", VLAN: 10, Status: 3, MACs: []api.MAC{{2, 0, 0, 0, 1, 5}}},
		"fdb/10/swp3": {Device: "device", Port: "port/swp3", VLAN: 10, Status: 3, MACs: []api.MAC{{2, 0, 0, 0, 1, 8}}},
	} {
		c := claimed(claims["fdb"], key)
		if c == nil {
			t.Errorf("no %s", key)
		} else if diff := cmp.Diff(want, c.Stations); diff != "" {
			t.Errorf("%s: want - got +\n%s", key, diff)
		}
	}
	own := claimed(claims["fdb"], "device#fdb").Vertex.Attrs
	if len(own) != 1 || own[0].Value != "02:00:00:00:00:01 02:00:00:00:00:77" {
		t.Errorf("%+v", own)
	}
	if c := claimed(claims["fdb"], "port/swp2#fdb"); c == nil || c.Vertex.Attrs[0] != (api.KV{Key: api.AttrBasePort, Value: "2"}) {
		t.Errorf("%+v", c)
	}
}

// Agents exist that cut FDB ids to eight bits where they say whose they are.
func TestForwardingByFDBIDsThatAreNone(t *testing.T) {
	cells := append(bridgePorts(1), number(fids+".0.400", 144), number(fids+".0.10", 10))
	for _, fid := range []string{"400", "10"} {
		index := "." + fid + "." + oidText(2, 0, 0, 0, 1, 1)
		cells = append(cells, number(dot1q+".2"+index, 1), number(dot1q+".3"+index, 3))
	}
	cells = append(cells, number(dot1q+".2.10."+oidText(2, 0, 0, 0, 1, 2), 1)) // no status: a row that went away
	facts, _ := read(t, ports(1), snmp.Agent{Cells: cells})
	b := fact[snmp.Bridge](t, facts, "fdb")
	if len(b.Entries) != 2 || b.Entries[0].VLAN != 10 || b.Entries[1].VLAN != 400 || b.Counts.Incomplete != 1 {
		t.Errorf("%+v", b)
	}
}

// Without IF-MIB the ports are those of the bridge.
func TestForwardingWithoutInterfaces(t *testing.T) {
	cells := append(bridgePorts(1), number(dot1d+".2."+oidText(2, 0, 0, 0, 1, 1), 1))
	_, claims := read(t, nil, snmp.Agent{Cells: cells})
	c := claimed(claims["fdb"], "port/1#fdb")
	if c == nil || c.Vertex.Name != "1" || claimed(claims["fdb"], "fdb/0/1").Stations.Port != "port/1" {
		t.Errorf("%+v", claims["fdb"])
	}
}

// A table full of nonsense gives way to one that has ports that there are.
func TestForwardingTableOfNonsense(t *testing.T) {
	cells := append(bridgePorts(2), number(dot1q+".2.1."+oidText(2, 0, 0, 0, 9, 9), 70_000), number(dot1q+".3.1."+oidText(2, 0, 0, 0, 9, 9), 3))
	facts, _ := read(t, ports(2), snmp.Agent{Cells: cells})
	if b := fact[snmp.Bridge](t, facts, "fdb"); len(b.Entries) != 0 || b.Counts.Foreign != 1 {
		t.Errorf("%+v", b)
	}
	cells = append(cells, number(dot1d+".2."+oidText(2, 0, 0, 0, 1, 1), 2), number(dot1d+".3."+oidText(2, 0, 0, 0, 1, 1), 3))
	facts, _ = read(t, ports(2), snmp.Agent{Cells: cells})
	b := fact[snmp.Bridge](t, facts, "fdb")
	if len(b.Entries) != 1 || b.Entries[0].IfIndex != 102 || b.Entries[0].VLAN != 0 {
		t.Errorf("%+v", b.Entries)
	}
}

// Bridges that do not say what their ports are, or say it and do not keep to it,
// number them by ifIndex.
func TestForwardingByIfIndex(t *testing.T) {
	row := func(port int64) []snmp.Cell {
		index := ".10." + oidText(2, 0, 0, 0, 1, 1)
		return []snmp.Cell{number(dot1q+".2"+index, port), number(dot1q+".3"+index, 3)}
	}
	static := octets("1.3.6.1.2.1.17.7.1.4.3.1.2.10", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0b00000100) // port 102
	for name, c := range map[string]struct {
		cells []snmp.Cell
		want  uint32
	}{
		"no table of base ports":            {append(row(102), static, at("1.3.6.1.2.1.17.7.1.4.3.1.1.10", text("ten"))), 102},
		"a table that others number":        {append(bridgePorts(2), row(102)...), 102},
		"base ports count before ifIndexes": {append(row(103), number(basePorts+".103", 101)), 101},
		"no port at all":                    {row(9), 0},
	} {
		facts, claims := read(t, ports(3), snmp.Agent{Cells: c.cells})
		b := fact[snmp.Bridge](t, facts, "fdb")
		if len(b.Entries) != 1 || b.Entries[0].IfIndex != c.want || b.Entries[0].VLAN != 10 {
			t.Errorf("%s: %+v", name, b)
		}
		if name == "no table of base ports" && said(claimed(claims["vlan"], "port/swp2#vlan"), api.AttrVLANs) != "10" {
			t.Errorf("%s: %+v", name, claims["vlan"])
		}
	}
}

// One maker's devices have a forwarding table for each VLAN, and in it other
// ports of the bridge.
func TestForwardingByContext(t *testing.T) {
	const vtp = "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1."
	context := func(port, ifIndex int64, m byte) []snmp.Cell {
		index := oidText(2, 0, 0, 0, 1, m)
		return []snmp.Cell{
			number(basePorts+"."+strconv.Itoa(int(port)), ifIndex),
			number(dot1d+".2."+index, port), number(dot1d+".3."+index, 3),
		}
	}
	cells := append(bridgePorts(0), number(vtp+"1", 1), number(vtp+"10", 1), number(vtp+"20", 1), number(vtp+"30", 2), number(vtp+"1002", 1))
	cells = append(cells, context(1, 101, 1)...) // Without a context it answers for VLAN 1.
	facts, claims := read(t, ports(3), snmp.Agent{Cells: cells, Contexts: map[string][]snmp.Cell{
		"@1": context(1, 101, 1), "@10": context(1, 102, 2), "@30": context(1, 103, 3), "@1002": context(1, 103, 4),
	}})
	b := fact[snmp.Bridge](t, facts, "fdb")
	if len(b.Entries) != 2 || len(b.Unread) != 1 || b.Unread[0] != "VLAN 20: it did not answer" {
		t.Errorf("%+v", b)
	}
	for key, m := range map[string]byte{"fdb/1/swp1": 1, "fdb/10/swp2": 2} {
		if c := claimed(claims["fdb"], key); c == nil || len(c.Stations.MACs) != 1 || c.Stations.MACs[0][5] != m {
			t.Errorf("%s: %+v", key, c)
		}
	}
}

// Contexts that do not answer are not asked for one after the other for ever,
// and it is said that they were not.
func TestSilentContextsAreLeftOut(t *testing.T) {
	cells := bridgePorts(1)
	for vlan := 1; vlan <= 100; vlan++ {
		cells = append(cells, number("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1."+strconv.Itoa(vlan), 1))
	}
	facts, _ := read(t, ports(1), snmp.Agent{Cells: cells})
	if b := fact[snmp.Bridge](t, facts, "fdb"); len(b.Unread) != 4 || !strings.HasPrefix(b.Unread[3], "97 further VLANs") {
		t.Errorf("%q", b.Unread)
	}
}

// A port with many MACs is many claims, so that one row changes one of them.
func TestManyStationsAreDealt(t *testing.T) {
	cells := bridgePorts(1)
	for i := range 300 {
		index := oidText(2, 0, 0, 0, byte(i/100), byte(i%100))
		cells = append(cells, number(dot1d+".2."+index, 1), number(dot1d+".3."+index, 3))
	}
	_, claims := read(t, ports(1), snmp.Agent{Cells: cells})
	n, macs := 0, 0
	for _, c := range claims["fdb"] {
		if c.Stations != nil {
			n++
			macs += len(c.Stations.MACs)
		}
	}
	if c := claimed(claims["fdb"], "fdb/0/swp1/0a"); n != 100 || macs != 300 || c == nil || len(c.Stations.MACs) != 3 {
		t.Errorf("%d claims of %d MACs, %+v", n, macs, c)
	}
}

func TestSpanningTree(t *testing.T) {
	const entry = "1.3.6.1.2.1.17.2.15.1"
	cells := append(bridgePorts(3), octets("1.3.6.1.2.1.17.2.5.0", 0x80, 0, 2, 0, 0, 0, 0, 9))
	row := func(port string, state int64, bridge byte) {
		cells = append(cells, number(entry+".3."+port, state), octets(entry+".8."+port, 0x80, 0, 2, 0, 0, 0, 0, bridge),
			octets(entry+".9."+port, 0x80, 7))
	}
	row("1", 5, 9) // root port
	row("2", 5, 1) // designated itself
	row("3", 1, 9) // disabled: what it says is old
	_, claims := read(t, ports(3), snmp.Agent{Cells: cells})
	want := &api.Neighbour{
		Protocol: "stp", Device: "device", Port: "port/swp1", ChassisID: "02:00:00:00:00:09", ChassisIDSubtype: 4, PortID: "7", PortIDSubtype: 7,
	}
	if diff := cmp.Diff(want, claimed(claims["stp"], "stp/swp1").Neighbour); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	if claimed(claims["stp"], "stp/swp2") != nil || claimed(claims["stp"], "stp/swp3") != nil {
		t.Error("a port that is designated, or disabled, has a bridge above")
	}
	if v := claimed(claims["stp"], "device#stp").Vertex.Attrs[0].Value; v != "32768/02:00:00:00:00:09" {
		t.Error(v)
	}
	if v := claimed(claims["stp"], "port/swp3#stp").Vertex.Attrs[0].Value; v != "disabled" {
		t.Error(v)
	}
}

func said(c *api.Claim, key string) string {
	if c == nil || c.Vertex == nil {
		return "no claim"
	}
	for _, a := range c.Vertex.Attrs {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

func TestVLANsByBasePort(t *testing.T) {
	const static, current, pvid = "1.3.6.1.2.1.17.7.1.4.3.1", "1.3.6.1.2.1.17.7.1.4.2.1", "1.3.6.1.2.1.17.7.1.4.5.1.1"
	cells := append(bridgePorts(3),
		at(static+".1.10", text("servers")), octets(static+".2.10", 0xe0), octets(static+".4.10", 0x20),
		at(static+".1.20", text("")), octets(static+".2.20", 0x80), octets(static+".4.20", 0),
		octets(current+".4.0.10", 0xc0), octets(current+".5.0.10", 0x20), // port 3 has no link now
		number(pvid+".2", 10), number(pvid+".3", 4095))
	facts, claims := read(t, ports(3), snmp.Agent{Cells: cells})
	want := []snmp.VLAN{{ID: 10, Name: "servers"}, {ID: 20}}
	if diff := cmp.Diff(want, fact[snmp.VLANs](t, facts, "vlan").List); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	for port, want := range map[string][3]string{
		"swp1": {"10,20", "", ""}, "swp2": {"10", "", "10"}, "swp3": {"no claim", "no claim", "no claim"},
	} {
		c := claimed(claims["vlan"], "port/"+port+"#vlan")
		if got := [3]string{said(c, api.AttrVLANs), said(c, api.AttrUntagged), said(c, api.AttrPVID)}; got != want {
			t.Errorf("%s: %q, want %q", port, got, want)
		}
	}
}

// Octets that an agent writes as text are octets.
func TestPortListsAsText(t *testing.T) {
	const static = "1.3.6.1.2.1.17.7.1.4.3.1"
	cells := append(bridgePorts(3), at(static+".1.10", text("a")), at(static+".2.10", text("60 00")), at(static+".4.10", text("20 00")),
		at(static+".1.20", text("b")), at(static+".2.20", text("0")), at(static+".4.20", text("0")))
	_, claims := read(t, ports(3), snmp.Agent{Cells: cells})
	if c := claimed(claims["vlan"], "port/swp3#vlan"); said(c, api.AttrVLANs) != "10" || said(c, api.AttrUntagged) != "10" {
		t.Errorf("%+v", c)
	}
	if c := claimed(claims["vlan"], "port/swp1#vlan"); c != nil {
		t.Errorf("%+v", c)
	}
}

func TestVLANsByInterface(t *testing.T) {
	const vtp, trunk = "1.3.6.1.4.1.9.9.46.1.3.1.1", "1.3.6.1.4.1.9.9.46.1.6.1.1"
	var cells []snmp.Cell
	for vlan, kind := range map[int]int64{10: 1, 20: 1, 1002: 2} {
		index := ".1." + strconv.Itoa(vlan)
		cells = append(cells, number(vtp+".2"+index, 1), number(vtp+".3"+index, kind), at(vtp+".4"+index, text("v"+strconv.Itoa(vlan))))
	}
	allowed := make([]byte, 128)
	allowed[10/8] |= 0x80 >> (10 % 8)
	allowed[11/8] |= 0x80 >> (11 % 8) // A VLAN that is not there.
	cells = append(cells, number("1.3.6.1.4.1.9.9.68.1.2.2.1.2.101", 20),
		number(trunk+".5.102", 10), number(trunk+".14.102", 1), octets(trunk+".4.102", allowed...),
		number(trunk+".5.103", 1), number(trunk+".14.103", 2),
		number(trunk+".5.104", 20), number(trunk+".16.104", 4)) // A trunk that does not say what is on it.
	facts, claims := read(t, ports(4), snmp.Agent{Cells: cells})
	if got := len(fact[snmp.VLANs](t, facts, "vlan").List); got != 3 {
		t.Errorf("%d VLANs", got)
	}
	for port, want := range map[string][3]string{
		"swp1": {"20", "20", "20"}, "swp2": {"10", "10", "10"}, "swp3": {"no claim", "no claim", "no claim"}, "swp4": {"", "20", "20"},
	} {
		c := claimed(claims["vlan"], "port/"+port+"#vlan")
		if got := [3]string{said(c, api.AttrVLANs), said(c, api.AttrUntagged), said(c, api.AttrPVID)}; got != want {
			t.Errorf("%s: %q, want %q", port, got, want)
		}
	}
}

func TestBundles(t *testing.T) {
	const agg, port, stack = "1.2.840.10006.300.43.1.1.1.1", "1.2.840.10006.300.43.1.2.1.1", "1.3.6.1.2.1.31.1.2.1.3"
	cells := []snmp.Cell{
		octets(agg+".4.200", 2, 0, 0, 0, 0, 1), number(agg+".7.200", 5), octets(agg+".8.200", 2, 0, 0, 0, 0, 9), number(agg+".10.200", 33),
		octets(agg+".4.201", 2, 0, 0, 0, 0, 1), // no member
		number(port+".13.101", 200), octets(port+".9.101", 2, 0, 0, 0, 0, 9), number(port+".11.101", 33), number(port+".17.101", 3), octets(port+".21.101", 0xbc),
		number(port+".13.102", 200), octets(port+".9.102", 0, 0, 0, 0, 0, 0), octets(port+".21.102", 0x3d),
		number(port+".13.103", 200), octets(port+".21.103", 0xa2), // attached, not in sync
		number(port+".13.104", 0),
		number(stack+".200.105", 1), number(stack+".300.101", 1), number(stack+".0.200", 1), number(stack+".200.106", 2),
	}
	facts, claims := read(t, ports(6), snmp.Agent{Cells: cells})
	b := fact[snmp.Bundles](t, facts, "lag")
	if len(b.LAGs) != 1 || len(b.Members) != 4 {
		t.Fatalf("%+v", b)
	}
	lag := claimed(claims["lag"], "port/bond0#lag")
	if lag.Vertex.Kind != api.VertexLAG || said(lag, api.AttrPartner) != "02:00:00:00:00:09" || said(lag, api.AttrPartnerKey) != "33" ||
		said(lag, api.AttrActorKey) != "5" {
		t.Errorf("%+v", lag.Vertex)
	}
	for port, want := range map[string]api.Health{
		"swp1": api.HealthOK, "swp2": api.HealthOK, "swp3": api.HealthDegraded, "swp5": api.HealthUnknown,
	} {
		c := claimed(claims["lag"], "member/"+port)
		if c == nil || c.Edge.A != "port/"+port || c.Edge.B != "port/bond0" || c.Edge.Health != want {
			t.Errorf("%s: %+v", port, c)
		}
	}
	if claimed(claims["lag"], "member/swp4") != nil || claimed(claims["lag"], "member/swp6") != nil {
		t.Error("a port is a member that is attached to nothing, or no longer")
	}
}

// An aggregate whose type is no bundle's is drawn because it has members.
func TestBundleOfAnotherType(t *testing.T) {
	interfaces := append(ports(1), snmp.Interface{Index: 5001, Name: "Po1", Type: 53})
	cells := append(bridgePorts(0), number("1.3.6.1.4.1.9.9.98.1.1.1.1.8.101", 5001),
		number(basePorts+".65", 5001), number(dot1d+".2."+oidText(2, 0, 0, 0, 1, 1), 65), number(dot1d+".3."+oidText(2, 0, 0, 0, 1, 1), 3))
	_, claims := read(t, interfaces, snmp.Agent{Cells: cells})
	for table, key := range map[string]string{"lag": "port/Po1#lag", "fdb": "port/Po1#fdb"} {
		if c := claimed(claims[table], key); c == nil || c.Vertex.Kind != api.VertexLAG {
			t.Errorf("%s: %+v", key, c)
		}
	}
	if c := claimed(claims["fdb"], "fdb/0/Po1"); c == nil || c.Stations.Port != "port/Po1" {
		t.Errorf("%+v", c)
	}
}

func TestErrorsOfATableAreSaid(t *testing.T) {
	_, _, err := snmp.ReadTopics(t.Context(), ports(1), snmp.Agent{Fail: map[string]error{"1.3.6.1.2.1.17.4.3": snmp.ErrTooMany}})
	if !errors.Is(err, snmp.ErrTooMany) {
		t.Error(err)
	}
}
