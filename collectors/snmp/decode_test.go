package snmp_test

import (
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

func text(s string) snmp.Value { return snmp.Octets([]byte(s)) }

func TestIDsAreDecodedBySubtype(t *testing.T) {
	for _, c := range []struct {
		name        string
		decode      func(subtype, id snmp.Value) (string, uint8)
		subtype     int64
		id          snmp.Value
		want        string
		wantSubtype uint8
	}{
		{"octets", snmp.DecodeChassisID, 4, text("\x00\x60\xa7\x0a\x7f\x26"), "00:60:a7:0a:7f:26", 4},
		{"octets that are all printable", snmp.DecodeChassisID, 4, text(",T-3xP"), "2c:54:2d:33:78:50", 4},
		{"text with colons", snmp.DecodeChassisID, 4, text("00:60:A7:0A:7F:26"), "00:60:a7:0a:7f:26", 4},
		{"text with dashes", snmp.DecodeChassisID, 4, text("A8-F7-E0-6C-3B-D8"), "a8:f7:e0:6c:3b:d8", 4},
		{"text without zeros", snmp.DecodeChassisID, 4, text("0:60:a7:a:7f:6"), "00:60:a7:0a:7f:06", 4},
		{"text in threes", snmp.DecodeChassisID, 4, text("0060.a70a.7f26"), "00:60:a7:0a:7f:26", 4},
		{"text without anything", snmp.DecodeChassisID, 4, text("0060a70a7f26"), "00:60:a7:0a:7f:26", 4},
		{"text with NUL", snmp.DecodeChassisID, 4, text("0060a70a7f26\x00"), "00:60:a7:0a:7f:26", 4},
		{"no MAC though it says so", snmp.DecodeChassisID, 4, text("switch 7"), "switch 7", 4},
		{"seven octets", snmp.DecodeChassisID, 4, text("\x06\x00\x60\xa7\x0a\x7f\x26"), "060060a70a7f26", 4},
		{"a name of six letters", snmp.DecodeChassisID, 7, text("spine1"), "spine1", 7},
		{"local octets", snmp.DecodeChassisID, 7, text("\x00\x60\xa7\x0a\x7f\x26"), "00:60:a7:0a:7f:26", 7},
		{"IPv4 with family", snmp.DecodeChassisID, 5, text("\x01\x0a\x00\x00\x01"), "10.0.0.1", 5},
		{"IPv4 without family", snmp.DecodeChassisID, 5, text("\x0a\x00\x00\x01"), "10.0.0.1", 5},
		{"IPv4 as text", snmp.DecodeChassisID, 5, text("10.0.0.1"), "10.0.0.1", 5},
		{"IPv6 with family", snmp.DecodeChassisID, 5, text("\x02\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), "2001:db8::1", 5},
		{"no address though it says so", snmp.DecodeChassisID, 5, text("\x07\x01\x02"), "070102", 5},
		{"chassis: no subtype, MAC", snmp.DecodeChassisID, 0, text("ac:cc:8e:ef:78:f9"), "ac:cc:8e:ef:78:f9", 4},
		{"chassis: no subtype, octets", snmp.DecodeChassisID, 9, text("\xac\xcc\x8e\xef\x78\xf9"), "ac:cc:8e:ef:78:f9", 4},
		{"chassis: no subtype, name", snmp.DecodeChassisID, 0, text("leaf1"), "leaf1", 7},
		{"port: no subtype, MAC", snmp.DecodePortID, 0, text("ac:cc:8e:ef:78:f9"), "ac:cc:8e:ef:78:f9", 3},
		{"port: no subtype, name", snmp.DecodePortID, 0, text("2/5"), "2/5", 5},
		{"port: no subtype, six letters", snmp.DecodePortID, 0, text("eth0/1"), "eth0/1", 5},
		{"port: component 2 is no MAC", snmp.DecodePortID, 2, text("Slot 1"), "Slot 1", 2},
		{"port: MAC", snmp.DecodePortID, 3, text(",T-3xP"), "2c:54:2d:33:78:50", 3},
		{"port: address", snmp.DecodePortID, 4, text("\x01\x0a\x00\x00\x01"), "10.0.0.1", 4},
		{"port: number where octets belong", snmp.DecodePortID, 7, snmp.Number(42), "42", 7},
		{"Latin-1", snmp.DecodePortID, 1, text("B\xfcro"), "Büro", 1},
		{"empty", snmp.DecodePortID, 5, text(""), "", 0},
		{"absent", snmp.DecodePortID, 5, snmp.Absent(), "", 0},
	} {
		got, subtype := c.decode(snmp.Number(c.subtype), c.id)
		if got != c.want || subtype != c.wantSubtype {
			t.Errorf("%s: got %q of subtype %d, want %q of %d", c.name, got, subtype, c.want, c.wantSubtype)
		}
	}
}

func TestPlaceholdersIdentifyNothing(t *testing.T) {
	for _, id := range []string{
		"", " ", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "0", "000000", "XXXXXXXXXXX", "xx", "???", "-", "::",
	} {
		if !snmp.Placeholder(id) {
			t.Errorf("%q is taken for an identity", id)
		}
	}
	for _, id := range []string{
		"00:00:00:00:00:01", "02:00:00:00:00:00", "11:11:11:11:11:11", "X1", "1", "x", "leaf1", "10.0.0.1", "0a:0a",
	} {
		if snmp.Placeholder(id) {
			t.Errorf("%q is taken for a placeholder", id)
		}
	}
}

func TestCapabilities(t *testing.T) {
	for _, c := range []struct {
		value snmp.Value
		want  uint16
	}{
		{text("\x28\x00"), 1<<2 | 1<<4}, // bridge, router
		{text("\x20"), 1 << 2},
		{text("\x01\x00"), 1 << 7}, // station
		{text("\x80\x80"), 1<<0 | 1<<8},
		{text("\x00\x00\xff"), 0},
		{snmp.Number(4), 1 << 2}, // Agents that copy the number from the frame.
		{snmp.Absent(), 0},
	} {
		if got := snmp.Capabilities(c.value); got != c.want {
			t.Errorf("%+v gives %#x, want %#x", c.value, got, c.want)
		}
	}
}

func TestTextIsCleaned(t *testing.T) {
	long := make([]byte, 5000)
	for i := range long {
		long[i] = "ä"[i%2]
	}
	for in, want := range map[string]string{
		"  swp1\x00\x00": "swp1", "a\x1b[31mb": "a[31mb", "two\nlines": "two\nlines", "\x00": "", "Büro": "Büro",
	} {
		if got := text(in).Text(); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	if got := snmp.Octets(long).Text(); len(got) != 1024 {
		t.Errorf("a text of 5000 bytes keeps %d, want 1024", len(got))
	}
}

func TestSparseInterfaces(t *testing.T) {
	const ifTable, ifX = "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1."
	got := snmp.DecodeInterfaces([]snmp.Cell{
		{ifX + "15.3", snmp.Number(40000)}, // before ifSpeed, which cannot say so much
		{ifTable + "2.1", text("eth0")},
		{ifTable + "3.1", snmp.Number(6)},
		{ifTable + "5.1", snmp.Number(1_000_000_000)},
		{ifTable + "6.1", text("\x02\x00\x00\x00\x00\x01")},
		{ifTable + "7.1", snmp.Number(1)},
		{ifTable + "8.1", snmp.Number(7)},
		{ifTable + "5.3", snmp.Number(4294967295)},
		{ifX + "1.3", text("swp3")},
		{ifX + "18.3", text("to spine1")},
		{ifTable + "2.2", text("")},
		{ifTable + "8.2", snmp.Number(99)},
		{ifTable + "6.2", text("\x00\x01")},
		{ifTable + "2.0", text("no index is 0")},
		{ifTable + "2.1.1", text("too long an index")},
		{ifTable + "2.4294967296", text("too large an index")},
		{ifTable + "2", text("no index")},
		{"1.3.6.1.2.1.2.2.10.1", text("another table")},
	})
	want := []snmp.Interface{
		{Index: 1, Descr: "eth0", Type: 6, Speed: 1_000_000_000, MAC: "02:00:00:00:00:01", Admin: "up", Oper: "lowerLayerDown"},
		{Index: 2},
		{Index: 3, Name: "swp3", Alias: "to spine1", Speed: 40_000_000_000},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d interfaces, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got  %+v\nwant %+v", got[i], want[i])
		}
	}
}

func TestRestartIsTimeGoingBackwards(t *testing.T) {
	for _, c := range []struct {
		before, after time.Duration
		want          bool
	}{
		{time.Hour, time.Hour + time.Second, false},
		{time.Hour, time.Hour, false},
		{time.Hour, time.Second, true},
		{-1, time.Second, false},
		{time.Hour, -1, false},
	} {
		if got := snmp.WentBack(c.before, c.after); got != c.want {
			t.Errorf("from %v to %v: got %v, want %v", c.before, c.after, got, c.want)
		}
	}
}

const (
	rem    = "1.0.8802.1.1.2.1.4.1.1."
	loc    = "1.0.8802.1.1.2.1.3.7.1."
	remMan = "1.0.8802.1.1.2.1.4.2.1.3."
)

// remote are the cells of one row of lldpRemTable.
func remote(index, chassis, port string) []snmp.Cell {
	return []snmp.Cell{
		{rem + "4." + index, snmp.Number(4)},
		{rem + "5." + index, text(chassis)},
		{rem + "6." + index, snmp.Number(5)},
		{rem + "7." + index, text(port)},
		{rem + "9." + index, text("name of " + port)},
	}
}

func localPorts(numbers ...string) []snmp.Cell {
	var out []snmp.Cell
	for _, n := range numbers {
		out = append(out, snmp.Cell{loc + "2." + n, snmp.Number(5)}, snmp.Cell{loc + "3." + n, text("p" + n)})
	}
	return out
}

func TestRowsOfNeighbours(t *testing.T) {
	const a, b = "\x02\x00\x00\x00\x00\x0a", "\x02\x00\x00\x00\x00\x0b"
	join := func(parts ...[]snmp.Cell) []snmp.Cell {
		var out []snmp.Cell
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for name, c := range map[string]struct {
		cells  []snmp.Cell
		want   map[string][2]uint32 // port ID -> local port number, row
		counts snmp.Counts
	}{
		"three parts": {
			join(remote("0.5.1", a, "x"), remote("99999.5.2", b, "y")),
			map[string][2]uint32{"x": {5, 1}, "y": {5, 2}},
			snmp.Counts{},
		},
		"the newest time mark wins": {
			join(remote("100.5.1", a, "old"), remote("3888574.5.1", b, "new"), remote("76.5.1", b, "older")),
			map[string][2]uint32{"new": {5, 1}},
			snmp.Counts{Duplicate: 2},
		},
		"two parts: time mark and port": {
			join(localPorts("5", "7"), remote("0.5", a, "x"), remote("0.7", b, "y")),
			map[string][2]uint32{"x": {5, 0}, "y": {7, 0}},
			snmp.Counts{},
		},
		"two parts: port and row": {
			join(localPorts("1", "2", "18"), remote("18.1", a, "x"), remote("18.2", b, "y")),
			map[string][2]uint32{"x": {18, 1}, "y": {18, 2}},
			snmp.Counts{},
		},
		"some of two parts, some of three": {
			join(localPorts("5", "7"), remote("0.5", a, "x"), remote("0.7.0", b, "y")),
			map[string][2]uint32{"x": {5, 0}, "y": {7, 0}},
			snmp.Counts{},
		},
		"one part": {
			join(remote("11", a, "x"), remote("0.0.11", b, "y")),
			map[string][2]uint32{"x": {0, 11}, "y": {0, 11}},
			snmp.Counts{},
		},
		"phantoms": {
			join(remote("0.1.1", "", ""), remote("0.2.1", "00:00:00:00:00:00", "")[:4], remote("0.3.1", a, "x")),
			map[string][2]uint32{"x": {3, 1}},
			snmp.Counts{Phantom: 2},
		},
		"a row that came during the walk": {
			join(remote("0.3.1", a, "x"), remote("0.4.1", b, "y")[3:], remote("0.6.1", b, "z")[:2]),
			map[string][2]uint32{"x": {3, 1}},
			snmp.Counts{Phantom: 2},
		},
		"no port IDs at all": {
			join(remote("0.3.1", a, "x")[:2], remote("0.4.1", b, "y")[:2]),
			map[string][2]uint32{"": {3, 1}},
			snmp.Counts{},
		},
		"indexes that are none": {
			join(remote("1.2.3.4", a, "x"), remote("0.4294967296.1", a, "y"), remote("0..1", a, "z")),
			nil,
			snmp.Counts{Malformed: 3},
		},
		"itself": {
			remote("0.3.1", "\x02\x00\x00\x00\x00\x01", "x"),
			map[string][2]uint32{"x": {3, 1}},
			snmp.Counts{Self: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := snmp.DecodeLLDP(snmp.Number(4), text("\x02\x00\x00\x00\x00\x01"), c.cells)
			seen := map[string][2]uint32{}
			for _, n := range got.Neighbours {
				if _, twice := seen[n.PortID]; !twice {
					seen[n.PortID] = [2]uint32{n.LocalPortNum, n.RemIndex}
				}
			}
			if len(seen) != len(c.want) || got.Counts != c.counts {
				t.Errorf("got %v and %+v, want %v and %+v", seen, got.Counts, c.want, c.counts)
			}
			for port, index := range c.want {
				if seen[port] != index {
					t.Errorf("port %q is heard at %v, want %v", port, seen[port], index)
				}
			}
		})
	}
}

func TestManagementAddresses(t *testing.T) {
	cells := remote("0.5.1", "\x02\x00\x00\x00\x00\x0a", "x")
	for _, index := range []string{
		"0.5.1.1.4.10.0.0.2", "0.5.1.1.4.10.0.0.1", "0.5.1.1.10.0.0.1", // the last without a length
		"0.5.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", "0.5.1.6.6.2.0.0.0.0.10", "0.5.1.1.4.0.0.0.0",
		"0.5.1.1.4.10.0.0.256", "0.5.1.1.4.10.0", "0.0", "0.9.9.1.4.10.9.9.9", "",
	} {
		cells = append(cells, snmp.Cell{remMan + index, snmp.Number(2)})
	}
	got := snmp.DecodeLLDP(snmp.Absent(), snmp.Absent(), cells).Neighbours
	if len(got) != 1 {
		t.Fatalf("got %d neighbours, want 1", len(got))
	}
	want := []string{"10.0.0.1", "10.0.0.2", "2001:db8::1"}
	if len(got[0].Addresses) != 3 || got[0].Addresses[0] != want[0] || got[0].Addresses[1] != want[1] || got[0].Addresses[2] != want[2] {
		t.Errorf("got %v, want %v", got[0].Addresses, want)
	}
}

func TestLocalPortsAreFoundByNameThenByNumber(t *testing.T) {
	interfaces := []snmp.Interface{
		{Index: 101, Name: "Gi1/0/1", Descr: "GigabitEthernet1/0/1", Type: 6, MAC: "02:00:00:00:00:01", Alias: "to spine1"},
		{Index: 102, Name: "Gi1/0/2", Descr: "GigabitEthernet1/0/2", Type: 6, MAC: "02:00:00:00:00:02", Alias: "uplink"},
		{Index: 103, Name: "Gi1/0/3", Descr: "GigabitEthernet1/0/3", Type: 6, MAC: "02:00:00:00:00:03", Alias: "uplink"},
		{Index: 500, Name: "Vlan1", Descr: "Vlan1", Type: 53, MAC: "02:00:00:00:00:01"},
		{Index: 3, Name: "lo", Type: 24},
		{Index: 104, Name: "Gi1/0/4", Type: 6},
	}
	for name, c := range map[string]struct {
		port  snmp.LocalPort
		bases map[uint32]uint32
		want  uint32
		text  string
	}{
		"interface name":              {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortInterfaceName, ID: "Gi1/0/2"}, want: 102},
		"interface name is ifDescr":   {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortInterfaceName, ID: "GigabitEthernet1/0/2"}, want: 102},
		"MAC, shared by a VLAN":       {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortMAC, ID: "02:00:00:00:00:01"}, want: 101},
		"alias":                       {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortInterfaceAlias, ID: "to spine1"}, want: 101},
		"alias that two have":         {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortInterfaceAlias, ID: "uplink", Description: "Gi1/0/3"}, want: 103},
		"local, found by description": {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortLocal, ID: "7", Description: "GigabitEthernet1/0/3"}, want: 103},
		"local, an ifIndex":           {port: snmp.LocalPort{Number: 1, IDSubtype: api.PortLocal, ID: "102", Description: "-"}, want: 102},
		"number is a base port":       {port: snmp.LocalPort{Number: 2}, bases: map[uint32]uint32{1: 101, 2: 102, 3: 103}, want: 102},
		"number is an ifIndex":        {port: snmp.LocalPort{Number: 103}, want: 103},
		"number is both, base wins":   {port: snmp.LocalPort{Number: 103}, bases: map[uint32]uint32{103: 101}, want: 101},
		"number is no port":           {port: snmp.LocalPort{Number: 3}, want: 0, text: "3"},
		"base port is no interface":   {port: snmp.LocalPort{Number: 9}, bases: map[uint32]uint32{9: 999}, want: 0, text: "9"},
		"nothing but a name":          {port: snmp.LocalPort{Number: 9, IDSubtype: api.PortInterfaceName, ID: "2/4", Name: "2/4"}, want: 0, text: "2/4"},
		"number 0 is nowhere":         {port: snmp.LocalPort{Number: 0}, bases: map[uint32]uint32{0: 101}, want: 0, text: "0"},
	} {
		l := snmp.LLDP{Ports: []snmp.LocalPort{c.port}, Neighbours: []snmp.Neighbour{{LocalPortNum: c.port.Number}}}
		if c.port.ID == "" {
			l.Ports = nil
		}
		snmp.Locate(&l, interfaces, c.bases)
		got := l.Neighbours[0]
		if got.IfIndex != c.want || (c.want == 0) != (l.Counts.Unresolved == 1) || (c.text != "" && got.LocalPort != c.text) {
			t.Errorf("%s: got interface %d, %q, %+v, want %d, %q", name, got.IfIndex, got.LocalPort, l.Counts, c.want, c.text)
		}
	}
}

func TestNumbersMeanWhatTheyMeanForPortsFoundByName(t *testing.T) {
	interfaces := []snmp.Interface{
		{Index: 10, Name: "a", Type: 6}, {Index: 11, Name: "b", Type: 6}, {Index: 12, Name: "c", Type: 6},
	}
	bases := map[uint32]uint32{10: 11, 11: 12, 12: 10} // As if by another vendor's count.
	l := snmp.LLDP{
		Ports: []snmp.LocalPort{
			{Number: 10, IDSubtype: api.PortInterfaceName, ID: "a"}, {Number: 11, IDSubtype: api.PortInterfaceName, ID: "b"},
		},
		Neighbours: []snmp.Neighbour{{LocalPortNum: 12}},
	}
	snmp.Locate(&l, interfaces, bases)
	if got := l.Neighbours[0].LocalPort; got != "c" {
		t.Errorf("12 means %q, want c: 10 and 11 are ifIndexes on this device", got)
	}
}
