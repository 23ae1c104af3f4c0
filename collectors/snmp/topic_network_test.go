package snmp_test

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

const addrTable = "1.3.6.1.2.1.4.20.1"

// The mask is an IpAddress on the wire; here it stands as text.
func maskAs(a string, ifIndex int64, mask string) []snmp.Cell {
	return []snmp.Cell{number(addrTable+".2."+a, ifIndex), at(addrTable+".3."+a, text(mask))}
}

func TestOwnAddresses(t *testing.T) {
	const table = "1.3.6.1.2.1.4.34.1"
	v6 := "2.16." + oidText(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
	cells := append(maskAs("10.0.0.1", 101, "255.255.255.0"), maskAs("127.0.0.1", 1, "255.0.0.0")...)
	cells = append(cells, maskAs("10.9.0.1", 102, "255.0.255.0")...) // no mask
	cells = append(cells,
		number(table+".3.1.4.10.0.0.1", 101), at(table+".5.1.4.10.0.0.1", snmp.OID("0.0")),
		number(table+".3."+v6, 102), at(table+".5."+v6, snmp.OID("1.3.6.1.2.1.4.32.1.5.102."+v6+".64")))
	facts, claims := read(t, ports(2), snmp.Agent{Cells: cells})
	want := []snmp.Address{
		{IfIndex: 1, Address: netip.MustParseAddr("127.0.0.1"), Bits: 8},
		{IfIndex: 101, Address: netip.MustParseAddr("10.0.0.1"), Bits: 24},
		{IfIndex: 102, Address: netip.MustParseAddr("10.9.0.1"), Bits: -1},
		{IfIndex: 102, Address: netip.MustParseAddr("2001:db8::1"), Bits: 64},
	}
	if diff := cmp.Diff(want, fact[snmp.Addresses](t, facts, "ip").List, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	says := []api.KV{
		{Key: "prefix", Value: "10.0.0.1/24 - swp1"},
		{Key: "prefix", Value: "2001:db8::1/64 - swp2"},
		{Key: "address", Value: "10.0.0.1"},
		{Key: "address", Value: "10.9.0.1"},
		{Key: "address", Value: "2001:db8::1"},
	}
	if diff := cmp.Diff(says, claimed(claims["ip"], "device#ip").Vertex.Attrs); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
}

// What one table does not have another does; what both have is there once.
func TestAddressTablesAreMerged(t *testing.T) {
	const media, physical = "1.3.6.1.2.1.4.22.1", "1.3.6.1.2.1.4.35.1"
	v6 := "2.16." + oidText(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9)
	cells := append(maskAs("10.0.0.1", 101, "255.255.255.0"),
		at(media+".2.101.10.0.0.9", mac(9)), number(media+".4.101.10.0.0.9", 3),
		at(media+".2.101.10.0.0.8", mac(8)), number(media+".4.101.10.0.0.8", 2), // invalid
		at(media+".2.101.10.0.0.1", mac(1)), number(media+".4.101.10.0.0.1", 4), // its own
		at(media+".2.101.10.0.0.7", snmp.Octets(nil)), // incomplete
		at(physical+".4.101.1.4.10.0.0.9", mac(9)), number(physical+".6.101.1.4.10.0.0.9", 3),
		at(physical+".4.102."+v6, mac(9)), number(physical+".6.102."+v6, 3),
		at(physical+".4.300.1.10.0.3.9", mac(10)), // without the length
	)
	facts, claims := read(t, ports(2), snmp.Agent{Cells: cells})
	if a := fact[snmp.AddressTable](t, facts, "arp"); len(a.List) != 3 || a.Invalid != 2 {
		t.Fatalf("%+v", a)
	}
	for key, want := range map[string]api.Bindings{
		"arp//swp1":   {Device: "device", Interface: "swp1", Rows: []api.Binding{{Address: netip.MustParseAddr("10.0.0.9"), MAC: api.MAC{2, 0, 0, 0, 0, 9}}}},
		"arp//swp2":   {Device: "device", Interface: "swp2", Rows: []api.Binding{{Address: netip.MustParseAddr("fe80::9"), MAC: api.MAC{2, 0, 0, 0, 0, 9}}}},
		"arp//vlan10": {Device: "device", Interface: "vlan10", Rows: []api.Binding{{Address: netip.MustParseAddr("10.0.3.9"), MAC: api.MAC{2, 0, 0, 0, 0, 10}}}},
	} {
		c := claimed(claims["arp"], key)
		if c == nil {
			t.Errorf("no %s", key)
		} else if diff := cmp.Diff(&want, c.Bindings, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
			t.Errorf("%s: want - got +\n%s", key, diff)
		}
	}
}

// Cisco's agents have IPv4 in the old table and IPv6 in one of their own.
func TestAddressesOfIPv6StandElsewhere(t *testing.T) {
	const media, cisco = "1.3.6.1.2.1.4.22.1", "1.3.6.1.4.1.9.10.86.1.1.3.1"
	v6 := oidText(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9)
	zoned := "4.20." + oidText(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 101)
	facts, _ := read(t, ports(2), snmp.Agent{Cells: []snmp.Cell{
		at(media+".2.101.10.0.0.9", mac(9)), number(media+".4.101.10.0.0.9", 3),
		at(cisco+".3.101.2.16."+v6, mac(9)), number(cisco+".5.101.2.16."+v6, 3),
		at(cisco+".3.101."+zoned, mac(8)), number(cisco+".5.101."+zoned, 3),
	}})
	var got []string
	for _, r := range fact[snmp.AddressTable](t, facts, "arp").List {
		got = append(got, r.Address.String())
	}
	if want := []string{"10.0.0.9", "fe80::8", "fe80::9"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The table that nobody should need any more is read where there is no other.
func TestTheOldestAddressTable(t *testing.T) {
	facts, _ := read(t, ports(1), snmp.Agent{Cells: []snmp.Cell{at("1.3.6.1.2.1.3.1.1.2.101.1.10.0.0.9", mac(9))}})
	if a := fact[snmp.AddressTable](t, facts, "arp"); len(a.List) != 1 || a.List[0].Address.String() != "10.0.0.9" {
		t.Errorf("%+v", a)
	}
}

// Tables of one protocol say different parts of one session.
func TestBGPTablesAreMerged(t *testing.T) {
	const old, cisco, junos, arista = "1.3.6.1.2.1.15.3.1", "1.3.6.1.4.1.9.9.187.1.2.5.1", "1.3.6.1.4.1.2636.5.1.1.2.1.1.1", "1.3.6.1.4.1.30065.4.1.1.2.1"
	v6 := "2.16." + oidText(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2)
	jrow := ".3.1.10.0.9.1.1.10.0.9.2"
	cells := []snmp.Cell{
		number("1.3.6.1.2.1.15.2.0", 65001), at("1.3.6.1.2.1.15.4.0", text("10.255.0.1")),
		number(old+".2.10.0.0.2", 6), number(old+".3.10.0.0.2", 2), number(old+".9.10.0.0.2", 23456), at(old+".5.10.0.0.2", text("10.0.0.1")),
		number(old+".2.10.0.0.3", 1), number(old+".3.10.0.0.3", 1), number(old+".9.10.0.0.3", -94967296), // AS 4200000000, stopped
		number(cisco+".3.1.4.10.0.0.2", 6), number(cisco+".11.1.4.10.0.0.2", 4200000001),
		number(junos+".2"+jrow, 3), octets(junos+".11"+jrow, 10, 0, 9, 2), octets(junos+".7"+jrow, 10, 0, 9, 1), number(junos+".13"+jrow, 65002), number(junos+".15"+jrow, 3),
		number(arista+".13.1."+v6, 6), number(arista+".10.1."+v6, 65003), number(arista+".12.1."+v6, 2),
	}
	_, claims := read(t, ports(1), snmp.Agent{Cells: cells})
	for key, want := range map[string]api.Session{
		"bgp//10.0.0.2": {
			Protocol: "bgp", Device: "device", Local: "10.0.0.1", Remote: "10.0.0.2", LocalAS: 65001, RemoteAS: 4200000001,
			State: "established", Health: api.HealthOK,
		},
		"bgp//10.0.0.3": {
			Protocol: "bgp", Device: "device", Remote: "10.0.0.3", LocalAS: 65001, RemoteAS: 4200000000, State: "idle", Health: api.HealthUnknown,
		},
		"bgp/3/10.0.9.2": {
			Protocol: "bgp", Device: "device", VRF: "3", Local: "10.0.9.1", Remote: "10.0.9.2", LocalAS: 65001, RemoteAS: 65002,
			State: "active", Health: api.HealthDown,
		},
		"bgp//2001:db8::2": {
			Protocol: "bgp", Device: "device", Remote: "2001:db8::2", LocalAS: 65001, RemoteAS: 65003, State: "established", Health: api.HealthOK,
		},
	} {
		c := claimed(claims["bgp"], key)
		if c == nil {
			t.Errorf("no %s", key)
		} else if diff := cmp.Diff(&want, c.Session); diff != "" {
			t.Errorf("%s: want - got +\n%s", key, diff)
		}
	}
}

func TestOSPF(t *testing.T) {
	const nbr, iface = "1.3.6.1.2.1.14.10.1", "1.3.6.1.2.1.14.7.1"
	cells := append(maskAs("10.0.0.1", 101, "255.255.255.252"), maskAs("10.0.0.100", 102, "255.255.255.0")...)
	cells = append(cells, at("1.3.6.1.2.1.14.1.1.0", text("10.255.0.1")),
		octets(iface+".3.10.0.0.1.0", 0, 0, 0, 3), octets(iface+".3.0.0.0.0.300", 0, 0, 0, 0),
		number(nbr+".6.10.0.0.2.0", 8), octets(nbr+".3.10.0.0.2.0", 10, 255, 0, 2),
		number(nbr+".6.10.255.0.3.300", 5), octets(nbr+".3.10.255.0.3.300", 10, 255, 0, 3)) // unnumbered
	_, claims := read(t, ports(2), snmp.Agent{Cells: cells})
	for key, want := range map[string]api.Session{
		"ospf//swp1/10.0.0.2": {
			Protocol: "ospf", Device: "device", Port: "port/swp1", Local: "10.0.0.1", Remote: "10.0.0.2", RemoteID: "10.255.0.2", Area: "0.0.0.3",
			State: "full", Health: api.HealthOK,
		},
		"ospf//vlan10/10.255.0.3": {
			Protocol: "ospf", Device: "device", Remote: "10.255.0.3", RemoteID: "10.255.0.3", Area: "0.0.0.0", State: "exchangeStart", Health: api.HealthDegraded,
		},
	} {
		c := claimed(claims["ospf"], key)
		if c == nil {
			t.Errorf("no %s among %+v", key, claims["ospf"])
		} else if diff := cmp.Diff(&want, c.Session); diff != "" {
			t.Errorf("%s: want - got +\n%s", key, diff)
		}
	}
	if said(claimed(claims["ospf"], "device#ospf"), api.AttrRouterID) != "10.255.0.1" {
		t.Errorf("%+v", claims["ospf"])
	}
}

func TestISIS(t *testing.T) {
	const root = "1.3.6.1.2.1.138.1"
	cells := []snmp.Cell{
		octets(root+".1.1.3.0", 0, 1, 16, 8, 0x85, 0), number(root+".3.2.1.2.7", 101),
		number(root+".6.1.1.2.7.1", 3), octets(root+".6.1.1.4.7.1", 2, 0, 0, 0, 0, 9), number(root+".6.1.1.5.7.1", 1), octets(root+".6.1.1.6.7.1", 0, 1, 16, 0x25, 0x50, 0x62),
		octets(root+".6.3.1.3.7.1.1", 10, 0, 0, 2),
	}
	_, claims := read(t, ports(1), snmp.Agent{Cells: cells})
	want := api.Session{
		Protocol: "isis", Device: "device", Port: "port/swp1", Remote: "10.0.0.2", RemoteID: "0001.1025.5062", Area: "1", State: "up", Health: api.HealthOK,
	}
	c := claimed(claims["isis"], "isis/swp1/0001.1025.5062/1")
	if c == nil {
		t.Fatalf("%+v", claims["isis"])
	}
	if diff := cmp.Diff(&want, c.Session); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	if said(claimed(claims["isis"], "device#isis"), api.AttrSystemID) != "0001.1008.8500" {
		t.Errorf("%+v", claims["isis"])
	}
}

// Only a chassis' serial is the device's, and none that every device has.
func TestInventory(t *testing.T) {
	const e = "1.3.6.1.2.1.47.1.1.1.1"
	var cells []snmp.Cell
	part := func(index int, class int64, serial string) {
		i := "." + strconv.Itoa(index)
		cells = append(cells, number(e+".5"+i, class), at(e+".11"+i, text(serial)), at(e+".13"+i, text("M"+strconv.Itoa(index))))
	}
	part(1, 3, "ABC123")
	part(2, 3, "XXXXXXXXXXX")
	part(3, 9, "MODULE7")
	part(10, 10, "")
	cells = append(cells, at("1.3.6.1.2.1.47.1.3.2.1.2.10.0", snmp.OID("1.3.6.1.2.1.2.2.1.1.101")))
	facts, claims := read(t, ports(1), snmp.Agent{Cells: cells})
	if p := fact[snmp.Inventory](t, facts, "entity").Parts; len(p) != 4 || p[3].IfIndex != 101 || p[2].Class != "module" {
		t.Errorf("%+v", p)
	}
	c := claimed(claims["entity"], "device#entity")
	want := []api.Alias{{Kind: api.AliasSerial, Strength: api.Strong, Scope: "9", Value: "ABC123"}}
	if diff := cmp.Diff(want, c.Vertex.Aliases); diff != "" || said(c, api.AttrModel) != "M1" {
		t.Errorf("%+v\n%s", c.Vertex, diff)
	}
}

func TestPortFacts(t *testing.T) {
	_, claims := read(t, ports(2), snmp.Agent{Cells: []snmp.Cell{
		number("1.3.6.1.2.1.2.2.1.4.101", 9216), number("1.3.6.1.2.1.10.7.2.1.19.101", 3), number("1.3.6.1.2.1.10.7.2.1.19.102", 1),
	}})
	c := claimed(claims["port"], "port/swp1#port")
	if said(c, api.AttrMTU) != "9216" || said(c, api.AttrDuplex) != "full" || claimed(claims["port"], "port/swp2#port") != nil {
		t.Errorf("%+v", claims["port"])
	}
}

// FuzzTopics reads any cells as every topic: without a panic, and with keys that
// are unique.
func FuzzTopics(f *testing.F) {
	columns := snmp.TopicColumns()
	for _, column := range columns {
		f.Add(pack(columns, []captured{
			{oid: column + ".101", number: 2},
			{oid: column + ".10.2.0.0.0.0.9", number: 3},
			{oid: column + ".101.1.4.10.0.0.9", octets: []byte{2, 0, 0, 0, 0, 1}},
		}))
	}
	fromCaptures(f, columns, func(rows []captured) int {
		f.Add(pack(columns, rows))
		return 1
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		cells := unpack(columns, b)
		_, claims, err := snmp.ReadTopics(t.Context(), ports(3), snmp.Agent{Cells: cells, Else: cells})
		// Contexts that are said to be there and are silent, or too many, are no fault.
		if err != nil && !strings.Contains(err.Error(), "VRFs beyond the first") && !strings.HasPrefix(err.Error(), "VRF ") {
			t.Fatal(err)
		}
		for _, list := range claims {
			byKey(t, list)
		}
	})
}
