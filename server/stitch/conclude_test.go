package stitch_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// finderOf finds what some vertices can be found by.
func finderOf(vertices ...*api.Vertex) stitch.Finder {
	all := map[string][]uint64{}
	for _, v := range vertices {
		for _, e := range stitch.Entries(v) {
			all[e.Key] = append(all[e.Key], e.Value)
		}
	}
	return func(key string) []uint64 { return all[key] }
}

// farDevice is a switch with ports under names of several makers.
func farDevice() []*api.Vertex {
	device := &api.Vertex{
		ID: 2, Kind: api.VertexDevice, Name: "spine1.example.net", Aliases: []api.Alias{{Kind: api.AliasChassis, Value: "4:02:00:00:00:00:02"}},
		Attrs: []api.Attr{{Key: stitch.AttrMACs, Value: "02:00:00:00:00:77"}, {Key: api.AttrAddress, Value: "192.0.2.2"}},
	}
	port := func(id api.VertexID, name string, attrs ...api.Attr) *api.Vertex {
		return &api.Vertex{ID: id, Kind: api.VertexPort, Parent: 2, Name: name, Attrs: attrs}
	}
	return []*api.Vertex{
		device,
		port(20, "Gi1/0/1", api.Attr{Key: api.AttrDescr, Value: "GigabitEthernet1/0/1"}, api.Attr{Key: api.AttrIfIndex, Value: "10101"}),
		port(21, "ether2", api.Attr{Key: api.AttrMAC, Value: "02:00:00:00:02:21"}),
		port(22, "swp3", api.Attr{Key: api.AttrDescription, Value: "Uplink to X"}, api.Attr{Key: stitch.AttrLLDPPortID, Value: "7:28519"}),
		port(23, "Port 5", api.Attr{Key: api.AttrIfIndex, Value: "1005"}),
		port(24, "te1/1/4", api.Attr{Key: api.AttrBasePort, Value: "52"}),
		port(25, "5", api.Attr{Key: api.AttrIfIndex, Value: "600"}),
	}
}

// What makers write as port ID and description leads to the port that is meant,
// and to none where it may be several.
func TestWhichPortANeighbourMeans(t *testing.T) {
	find := finderOf(farDevice()...)
	for name, c := range map[string]struct {
		id      string
		subtype uint8
		descr   string
		want    api.VertexID
	}{
		"name":                                  {id: "Gi1/0/1", subtype: api.PortInterfaceName, want: 20},
		"description as name":                   {id: "GigabitEthernet1/0/1", subtype: api.PortInterfaceName, want: 20},
		"another form of the name":              {id: "GigabitEthernet 1/0/1", subtype: api.PortInterfaceName, want: 20},
		"local: ifIndex":                        {id: "10101", subtype: api.PortLocal, want: 20},
		"local: base port":                      {id: "52", subtype: api.PortLocal, want: 24},
		"local: its own LLDP port ID":           {id: "28519", subtype: api.PortLocal, want: 22},
		"local: of no meaning, but described":   {id: "999", subtype: api.PortLocal, descr: "te1/1/4", want: 24},
		"local: a name before a number":         {id: "5", subtype: api.PortLocal, want: 25},
		"alias":                                 {id: "Uplink to X", subtype: api.PortInterfaceAlias, want: 22},
		"alias though it says name":             {id: "Uplink to X", subtype: api.PortInterfaceName, want: 22},
		"MAC":                                   {id: "02:00:00:00:02:21", subtype: api.PortMAC, want: 21},
		"bridge and port":                       {id: "bridge1/ether2", subtype: api.PortInterfaceName, want: 21},
		"bridge, bundle and port":               {id: "BR/bond1/ether2", subtype: api.PortInterfaceName, want: 21},
		"slot and port as one number":           {id: "1:5", subtype: api.PortInterfaceName, want: 23},
		"a path is no bridge":                   {id: "1/1/5", subtype: api.PortInterfaceName, want: 0},
		"nothing that it has":                   {id: "xe-0/0/9", subtype: api.PortInterfaceName, want: 0},
		"no ID, but described":                  {descr: "GigabitEthernet1/0/1", want: 20},
		"MAC that is no port's, but described":  {id: "02:00:00:00:09:99", subtype: api.PortMAC, descr: "swp3", want: 22},
		"component with a name":                 {id: "swp3", subtype: api.PortComponent, want: 22},
		"agent circuit with a name in capitals": {id: "SWP3", subtype: api.PortAgentCircuit, want: 22},
	} {
		row := stitch.Row{ID: 1, Device: 1, Port: 10, Neighbour: &api.Neighbour{
			Protocol: api.ProtocolLLDP, ChassisID: "02:00:00:00:00:02", ChassisIDSubtype: api.ChassisMAC,
			PortID: c.id, PortIDSubtype: c.subtype, PortDescription: c.descr,
		}}
		got := stitch.Conclude(row, find, func(stitch.RowID) (stitch.Row, bool) { return stitch.Row{}, false })
		if got.Outcome != stitch.Device || got.Remote != 2 || got.RemotePort != c.want {
			t.Errorf("%s: %+v, want port %d", name, got, c.want)
		}
	}
}

// A device is found by its chassis ID, by a MAC of it that it does not use as
// one, and by its name with a domain or without; not by what is too little.
func TestWhichDeviceANeighbourMeans(t *testing.T) {
	other := &api.Vertex{ID: 3, Kind: api.VertexDevice, Name: "edge", Attrs: []api.Attr{{Key: api.AttrAddress, Value: "192.0.2.3"}}}
	same := &api.Vertex{ID: 4, Kind: api.VertexDevice, Name: "edge", Attrs: []api.Attr{{Key: api.AttrAddress, Value: "192.0.2.4"}}}
	find := finderOf(append(farDevice(), other, same)...)
	for name, c := range map[string]struct {
		n       api.Neighbour
		outcome stitch.Outcome
		want    api.VertexID
	}{
		"chassis ID":                   {api.Neighbour{ChassisID: "02:00:00:00:00:02", ChassisIDSubtype: api.ChassisMAC}, stitch.Device, 2},
		"the MAC of a port":            {api.Neighbour{ChassisID: "02:00:00:00:02:21", ChassisIDSubtype: api.ChassisMAC}, stitch.Device, 2},
		"a MAC that no port has":       {api.Neighbour{ChassisID: "02:00:00:00:00:77", ChassisIDSubtype: api.ChassisMAC}, stitch.Device, 2},
		"the name":                     {api.Neighbour{SysName: "spine1.example.net"}, stitch.Device, 2},
		"the name without domain":      {api.Neighbour{SysName: "SPINE1"}, stitch.Device, 2},
		"the name with another domain": {api.Neighbour{SysName: "spine1.lab."}, stitch.Device, 2},
		"a name of two, one address":   {api.Neighbour{SysName: "edge", Addresses: []string{"192.0.2.4"}}, stitch.Device, 4},
		"a name of two":                {api.Neighbour{SysName: "edge"}, stitch.Unmanaged, 0},
		"a name that nobody has":       {api.Neighbour{SysName: "host9"}, stitch.Unmanaged, 0},
	} {
		n := c.n
		n.Protocol = api.ProtocolLLDP
		got := stitch.Conclude(stitch.Row{ID: 1, Device: 1, Port: 10, Neighbour: &n}, find, func(stitch.RowID) (stitch.Row, bool) { return stitch.Row{}, false })
		if got.Outcome != c.outcome || got.Remote != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// A device that hears itself makes no link.
	self := stitch.Conclude(stitch.Row{ID: 1, Device: 2, Port: 20, Neighbour: &api.Neighbour{
		Protocol: api.ProtocolLLDP, ChassisID: "02:00:00:00:00:02", ChassisIDSubtype: api.ChassisMAC,
	}}, find, func(stitch.RowID) (stitch.Row, bool) { return stitch.Row{}, false })
	if self.Outcome != stitch.Self {
		t.Errorf("%+v", self)
	}
}
