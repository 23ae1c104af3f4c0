package snmp_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// byKey are claims by their keys. Keys must be unique.
func byKey(t *testing.T, claims []api.Claim) map[string]api.Claim {
	t.Helper()
	out := make(map[string]api.Claim, len(claims))
	for _, c := range claims {
		if _, twice := out[c.Key]; twice {
			t.Errorf("key %q is there twice", c.Key)
		}
		if strings.Count(c.Key, "#") > 1 || strings.HasPrefix(c.Key, "port/#") {
			t.Errorf("key %q means another vertex than its own up to the first #", c.Key)
		}
		out[c.Key] = c
	}
	return out
}

func attr(v *api.VertexClaim, key string) string {
	if v == nil {
		return "no vertex"
	}
	for _, kv := range v.Attrs {
		if kv.Key == key {
			return kv.Value
		}
	}
	return ""
}

func TestSiteIsTheFirstPartOfTheLocation(t *testing.T) {
	for _, c := range []struct{ configured, location, want string }{
		{"hq", "elsewhere", "hq"},
		{"", "Fulda / row 1 / rack 3", "Fulda"},
		{"", "Fulda,row 1", "Fulda"},
		{"", "DC-1; cage 4", "DC-1"},
		{"", " DC 1 ", "DC 1"},
		{"", "", "unassigned"},
		{"", " / row 1", "unassigned"},
		{"", "Unknown (edit /etc/snmp/snmpd.conf)", "unassigned"},
	} {
		if got := snmp.SiteOf(c.configured, c.location); got != c.want {
			t.Errorf("%q and %q give %q, want %q", c.configured, c.location, got, c.want)
		}
	}
}

func TestDeviceAndSite(t *testing.T) {
	cfg := snmp.Config{Name: "cfg-name", Address: "192.0.2.1:161"}
	sys := snmp.System{Name: "leaf1", Descr: "a switch", ObjectID: "1.3.6.1.4.1.9", Location: "a#b / row", Contact: "noc"}
	got := snmp.TranslateSystem(cfg, "192.0.2.1", sys)
	want := []api.Claim{
		{Key: "site/a%23b", Vertex: &api.VertexClaim{
			Kind: api.VertexSite, Name: "a#b",
			Aliases: []api.Alias{{Kind: api.AliasSite, Strength: api.Strong, Value: "a#b"}},
		}},
		{Key: "device", Vertex: &api.VertexClaim{
			Kind: api.VertexDevice, Parent: "site/a%23b", Name: "leaf1", Health: api.HealthOK,
			Aliases: []api.Alias{{Kind: api.AliasSysName, Strength: api.Weak, Scope: "192.0.2.1", Value: "leaf1"}},
			Attrs: []api.KV{
				{Key: "sys_object_id", Value: "1.3.6.1.4.1.9"},
				{Key: "description", Value: "a switch"},
				{Key: "location", Value: "a#b / row"},
				{Key: "contact", Value: "noc"},
				{Key: "address", Value: "192.0.2.1"},
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}

	bare := byKey(t, snmp.TranslateSystem(snmp.Config{Name: "cfg-name", Address: "127.0.0.1:1161"}, "127.0.0.1", snmp.System{}))
	if d := bare["device"].Vertex; d.Name != "cfg-name" || len(d.Aliases) != 0 || attr(d, api.AttrAddress) != "" {
		t.Errorf("a device that says nothing, on loopback: %+v", d)
	}
	two := byKey(t, snmp.TranslateSystem(snmp.Config{Name: "x", Address: "127.0.0.1:1161"}, "127.0.0.1", sys))
	if got := two["device"].Vertex.Aliases[0].Scope; got != "127.0.0.1:1161" {
		t.Errorf("the name's scope is %q, want the port in it: other agents may share the address", got)
	}
}

func TestPortsAreKeyedByWhatDoesNotChange(t *testing.T) {
	before := []snmp.Interface{
		{Index: 1, Name: "lo", Type: 24, MAC: "00:00:00:00:00:00"},
		{Index: 2, Name: "swp1", Descr: "swp1", Type: 6, MAC: "02:00:00:00:00:01", Admin: "up", Oper: "up", Speed: 10_000_000_000, Alias: "to x"},
		{Index: 3, Descr: "Port #3", Type: 6, MAC: "02:00:00:00:00:03", Admin: "down", Oper: "down"},
		{Index: 4, Type: 6, Admin: "up", Oper: "down"},
		{Index: 5, Descr: "Ethernet", Type: 6, MAC: "02:00:00:00:00:05"},
		{Index: 6, Descr: "Ethernet", Type: 6, MAC: "02:00:00:00:00:06"},
		{Index: 7, Descr: "Ethernet", Type: 117, MAC: "02:00:00:00:00:06"},
		{Index: 8, Name: "bond0", Type: 161},
		{Index: 9, Name: "vlan10", Type: 135, MAC: "02:00:00:00:00:99"},
		{Index: 10, Name: "vlan11", Type: 135, MAC: "02:00:00:00:00:99"},
		{Index: 11, Name: "clone", Type: 6, MAC: "02:00:00:00:00:0b"},
		{Index: 12, Name: "clone", Type: 6, MAC: "02:00:00:00:00:0b"},
		{Index: 13, Name: "@4", Type: 6},
	}
	got := byKey(t, snmp.TranslateInterfaces(before))
	for _, key := range []string{
		"port/swp1", "port/Port %233", "port/@4", "port/Ethernet|02:00:00:00:00:05|6", "port/Ethernet|02:00:00:00:00:06|6",
		"port/Ethernet|02:00:00:00:00:06|117", "port/bond0", "port/clone|02:00:00:00:00:0b|6|@11",
		"port/clone|02:00:00:00:00:0b|6|@12", "port/%404", "device#if",
	} {
		if _, ok := got[key]; !ok {
			t.Errorf("no claim %q", key)
		}
		delete(got, key)
	}
	if len(got) != 0 {
		t.Errorf("more claims: %v", got)
	}

	after := make([]snmp.Interface, len(before)) // A reboot deals the indexes out anew.
	for i, x := range before {
		x.Index = uint32(100 - i)
		after[i] = x
	}
	keys := byKey(t, snmp.TranslateInterfaces(after))
	for _, key := range []string{"port/swp1", "port/Port %233", "port/Ethernet|02:00:00:00:00:05|6"} {
		if _, ok := keys[key]; !ok {
			t.Errorf("after a reboot there is no claim %q", key)
		}
	}
}

func TestPortClaims(t *testing.T) {
	claims := byKey(t, snmp.TranslateInterfaces([]snmp.Interface{
		{Index: 1, Name: "lo", Type: 24, MAC: "00:00:00:00:00:00"},
		{Index: 2, Name: "swp1", Descr: "Port 1", Type: 6, MAC: "02:00:00:00:00:01", Admin: "up", Oper: "up", Speed: 10_000_000_000, Alias: "to x"},
		{Index: 3, Descr: "Port 3", Type: 161, MAC: "00:00:00:00:00:00"},
		{Index: 9, Name: "vlan10", Type: 135, MAC: "02:00:00:00:00:99"},
		{Index: 10, Name: "vlan11", Type: 135, MAC: "02:00:00:00:00:0a"},
		{Index: 11, Name: "vlan12", Type: 135, MAC: "02:00:00:00:00:99"},
	}))
	want := api.VertexClaim{
		Kind: api.VertexPort, Parent: "device", Name: "swp1", Health: api.HealthOK,
		Aliases: []api.Alias{
			{Kind: api.AliasIfName, Strength: api.Strong, Value: "swp1"},
			{Kind: api.AliasIfDescr, Strength: api.Weak, Value: "Port 1"},
			{Kind: api.AliasIfIndex, Strength: api.Weak, Value: "2"},
		},
		Attrs: []api.KV{
			{Key: "descr", Value: "Port 1"},
			{Key: "if_index", Value: "2"},
			{Key: "if_type", Value: "6"},
			{Key: "mac", Value: "02:00:00:00:00:01"},
			{Key: "description", Value: "to x"},
			{Key: "admin", Value: "up"},
			{Key: "oper", Value: "up"},
			{Key: "speed", Value: "10000000000"},
		},
	}
	if diff := cmp.Diff(&want, claims["port/swp1"].Vertex); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	lag := claims["port/Port 3"].Vertex
	if lag.Kind != api.VertexLAG || attr(lag, api.AttrMAC) != "" || lag.Aliases[0] != (api.Alias{Kind: api.AliasIfDescr, Strength: api.Strong, Value: "Port 3"}) {
		t.Errorf("an aggregate without name and MAC: %+v", lag)
	}
	if got := attr(claims["device#if"].Vertex, snmp.AttrMACs); got != "02:00:00:00:00:0a 02:00:00:00:00:99" {
		t.Errorf("MACs of what is no port are %q", got)
	}
}

func TestPortHealth(t *testing.T) {
	for _, c := range []struct {
		admin, oper, reason string
		want                api.Health
	}{
		{"up", "up", "", api.HealthOK},
		{"up", "down", "link down", api.HealthDown},
		{"up", "lowerLayerDown", "lower layer down", api.HealthDown},
		{"down", "down", "administratively down", api.HealthUnknown},
		{"down", "up", "administratively down", api.HealthUnknown},
		{"up", "notPresent", "not present", api.HealthUnknown},
		{"up", "dormant", "dormant", api.HealthUnknown},
		{"testing", "up", "testing", api.HealthUnknown},
		{"", "", "", api.HealthUnknown},
		{"", "up", "", api.HealthOK},
		{"up", "unknown", "", api.HealthUnknown},
	} {
		claims := byKey(t, snmp.TranslateInterfaces([]snmp.Interface{{Index: 1, Name: "p", Type: 6, Admin: c.admin, Oper: c.oper}}))
		v := claims["port/p"].Vertex
		if v.Health != c.want || attr(v, api.AttrReason) != c.reason {
			t.Errorf("admin %q and oper %q: got %v because %q, want %v because %q",
				c.admin, c.oper, v.Health, attr(v, api.AttrReason), c.want, c.reason)
		}
	}
}

func TestSightings(t *testing.T) {
	interfaces := []snmp.Interface{
		{Index: 1, Name: "ge-0/0/0", Type: 6},
		{Index: 2, Name: "ge-0/0/0.0", Type: 53},
		{Index: 3, Name: "swp1", Descr: "Port 1", Type: 6, Alias: "up"},
		{Index: 4, Name: "vlan10", Type: 135},
	}
	l := snmp.LLDP{
		ChassisID: "02:00:00:00:00:01", ChassisIDSubtype: 4, Addresses: []string{"10.0.0.1", "127.0.0.1", "169.254.1.1", "fe80::1"},
		Ports: []snmp.LocalPort{
			{Number: 2, ID: "622", IDSubtype: api.PortLocal, Description: "-", IfIndex: 2},
			{Number: 3, ID: "swp1", IDSubtype: api.PortInterfaceName, Description: "Port 1", IfIndex: 3},
			{Number: 9, ID: "2/4", IDSubtype: api.PortInterfaceName, Name: "2/4", Description: "Port 2/4"},
		},
		Neighbours: []snmp.Neighbour{
			{
				LocalPortNum: 3, IfIndex: 3, LocalPort: "swp1", ChassisID: "02:00:00:00:00:02", ChassisIDSubtype: 4,
				PortID: "swp9", PortIDSubtype: 5, PortDescription: "d", SysName: "spine1", SysDescription: "s",
				Capabilities: 4, Addresses: []string{"10.0.0.2"}, RemIndex: 7,
			},
			{LocalPortNum: 2, IfIndex: 2, LocalPort: "ge-0/0/0.0", ChassisID: "c2", PortID: "p2"},
			{LocalPortNum: 4, IfIndex: 4, LocalPort: "vlan10", ChassisID: "c3", PortID: "p3"},
			{LocalPortNum: 9, LocalPort: "2/4", ChassisID: "c4", PortID: "p#4"},
			{LocalPortNum: 0, LocalPort: "0", ChassisID: "c5", PortID: "p5"},
			{LocalPortNum: 0, LocalPort: "0", ChassisID: "c5", PortID: "p5", RemIndex: 2},
			{LocalPortNum: 0, LocalPort: "0", ChassisID: "c5", PortID: "p5", RemIndex: 3, SysName: "another"},
			{LocalPortNum: 3, IfIndex: 3, ChassisID: "02:00:00:00:00:01", PortID: "swp1", Self: true},
		},
	}
	got := byKey(t, snmp.TranslateLLDP(l, interfaces))
	sighting := api.Neighbour{
		Protocol: "lldp", Device: "device", Port: "port/swp1", ChassisID: "02:00:00:00:00:02", ChassisIDSubtype: 4,
		PortID: "swp9", PortIDSubtype: 5, PortDescription: "d", SysName: "spine1", SysDescription: "s",
		Capabilities: 4, Addresses: []string{"10.0.0.2"},
	}
	if diff := cmp.Diff(&sighting, got["lldp/swp1/02:00:00:00:00:02/swp9"].Neighbour); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
	for key, port := range map[string]string{
		"lldp/ge-0/0/0/c2/p2": "port/ge-0/0/0", "lldp/vlan10/c3/p3": "port/vlan10", "lldp/2/4/c4/p%234": "port/2/4",
		"lldp/?0/c5/p5": "", "lldp/?0/c5/p5~2": "",
	} {
		n := got[key].Neighbour
		if n == nil || n.Port != port || (port == "") != (n.LocalPort == "0") {
			t.Errorf("%s: got %+v, want one at %q", key, n, port)
		}
	}
	device := got["device#lldp"].Vertex
	if len(device.Aliases) != 1 || device.Aliases[0] != (api.Alias{Kind: api.AliasChassis, Strength: api.Strong, Value: "4:02:00:00:00:00:01"}) ||
		attr(device, api.AttrChassisID) != "02:00:00:00:00:01" || attr(device, api.AttrAddress) != "10.0.0.1" || len(device.Attrs) != 2 {
		t.Errorf("the device is %+v", device)
	}
	if got := attr(got["port/ge-0/0/0#lldp"].Vertex, snmp.AttrLLDPPortID); got != "7:622" {
		t.Errorf("the port whose unit calls itself 622 says %q", got)
	}
	if v := got["port/2/4#lldp"].Vertex; v == nil || v.Name != "2/4" || v.Parent != "device" {
		t.Errorf("a port that only LLDP knows is %+v", v)
	}
	if v := got["port/vlan10#lldp"].Vertex; v == nil || v.Kind != api.VertexPort {
		t.Errorf("an interface that hears someone is %+v", v)
	}
	if _, said := got["port/swp1#lldp"]; said {
		t.Error("port swp1 says again what the interface tables say")
	}
	if len(got) != 6+1+3 {
		t.Errorf("got %d claims, want 10: itself is no sighting", len(got))
	}
}

func TestSharedChassisIDsAreNoAlias(t *testing.T) {
	for _, chassis := range []string{"", "00:00:00:00:00:00"} {
		got := byKey(t, snmp.TranslateLLDP(snmp.LLDP{ChassisID: chassis, ChassisIDSubtype: 4}, nil))
		if d := got["device#lldp"].Vertex; len(d.Aliases) != 0 || attr(d, api.AttrChassisID) != "" {
			t.Errorf("chassis %q makes %+v", chassis, d)
		}
	}
}

func TestABrokenReadingNamesNothingAnew(t *testing.T) {
	known := []snmp.Interface{
		{Index: 1, Name: "swp1", Descr: "Port 1", Type: 6, Admin: "up", Oper: "up"}, {Index: 2, Name: "swp2", Descr: "Port 2", Type: 6},
	}
	reading := []snmp.Interface{
		{Index: 1, Descr: "Port 1", Oper: "down"}, // without its ifName
		{Index: 2, Descr: "Port 7"},               // another port than before
		{Index: 3, Descr: "Port 3"},               // unknown
	}
	got := snmp.FillIn(reading, known, true)
	want := snmp.Interface{Index: 1, Name: "swp1", Descr: "Port 1", Type: 6, Admin: "up", Oper: "down"}
	if len(got) != 1 || got[0] != want {
		t.Errorf("without names: got %+v, want only %+v", got, want)
	}
	if got := snmp.FillIn(reading, known, false); len(got) != 3 {
		t.Errorf("with names: got %+v, want all three", got)
	}
}

func TestLosingOneOfTheTwoTablesIsNoticed(t *testing.T) {
	both := []snmp.Interface{{Index: 1, Name: "swp1", Type: 6}, {Index: 2, Type: 6}}
	for want, after := range map[string][]snmp.Interface{
		"": both, "ifXTable": {{Index: 1, Type: 6}}, "ifTable": {{Index: 1, Name: "swp1"}},
	} {
		if got := snmp.LostTable(both, after); got != want {
			t.Errorf("%+v: got %q, want %q", after, got, want)
		}
	}
	if got := snmp.LostTable(both[1:], both[1:]); got != "" {
		t.Errorf("a device without names loses %q", got)
	}
}
