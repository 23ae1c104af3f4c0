package main

import (
	"cmp"
	"net"
	"slices"
	"strconv"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/graph"
)

// discovery is what `netseam discover --json` prints.
type discovery struct {
	Devices    []foundDevice    `json:"devices"`
	Neighbours []foundNeighbour `json:"neighbours"`
	Links      []foundLink      `json:"links"`
	// FDB are the rows of forwarding tables, as the devices tell them;
	// Attachments the one port at which each MAC is concluded to be.
	FDB         []foundStation    `json:"fdb"`
	Attachments []foundAttachment `json:"attachments"`
	Segments    []foundSegment    `json:"segments"`
	LAGs        []foundLAG        `json:"lags"`
	VLANs       []foundVLAN       `json:"vlans"`
	ARP         []foundARP        `json:"arp"`
	BGP         []foundBGP        `json:"bgp"`
	Routing     []foundRouting    `json:"routing"`
	// Unresolved are rows that name something that is not known, and why.
	Unresolved []foundUnresolved `json:"unresolved"`
	// Failed are targets that could not be read at all.
	Failed []failedTarget `json:"failed,omitempty"`
	// Addresses is what became of each address that was heard of, of a
	// discovery that follows neighbours.
	Addresses []followedAddress `json:"addresses,omitempty"`
}

func newDiscovery() discovery {
	return discovery{
		Devices: []foundDevice{}, Neighbours: []foundNeighbour{}, Links: []foundLink{}, FDB: []foundStation{},
		Attachments: []foundAttachment{}, Segments: []foundSegment{}, LAGs: []foundLAG{}, VLANs: []foundVLAN{},
		ARP: []foundARP{}, BGP: []foundBGP{}, Routing: []foundRouting{}, Unresolved: []foundUnresolved{},
	}
}

type foundDevice struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Address     string         `json:"address"`
	Capture     string         `json:"capture,omitempty"`
	ChassisID   string         `json:"chassis_id"`
	SysObjectID string         `json:"sys_object_id"`
	Ports       []foundPort    `json:"ports"`
	Addresses   []foundAddress `json:"addresses,omitempty"`
	Parts       []foundPart    `json:"parts,omitempty"`
	// Problems say which tables could not be read in full, and why.
	Problems []string `json:"problems,omitempty"`
}

type foundPort struct {
	Name    string `json:"name"`
	Descr   string `json:"descr"`
	IfIndex uint32 `json:"if_index"`
	Type    uint32 `json:"type"`
	MAC     string `json:"mac"`
	Alias   string `json:"alias"`
	Admin   string `json:"admin"`
	Oper    string `json:"oper"`
	// What the device does not tell is left out: unknown is not "none".
	LAG      string   `json:"lag,omitempty"`
	VLANs    []uint32 `json:"vlans,omitempty"`
	Untagged []uint32 `json:"untagged,omitempty"`
	PVID     uint16   `json:"pvid,omitempty"`
	Speed    uint64   `json:"speed,omitempty"`
	Duplex   string   `json:"duplex,omitempty"`
	MTU      uint32   `json:"mtu,omitempty"`
	STP      string   `json:"stp,omitempty"`
	BasePort uint32   `json:"base_port,omitempty"`
	Lower    []string `json:"lower,omitempty"` // interfaces that it is stacked on
}

type foundAddress struct {
	Address string `json:"address"`
	Bits    int    `json:"bits"` // -1: the device does not say
	Port    string `json:"port"`
}

type foundPart struct {
	Index       uint32 `json:"index"`
	ContainedIn uint32 `json:"contained_in"`
	Class       string `json:"class"`
	Name        string `json:"name,omitempty"`
	Descr       string `json:"descr,omitempty"`
	Model       string `json:"model,omitempty"`
	Serial      string `json:"serial,omitempty"`
	Port        string `json:"port,omitempty"`
}

// foundNeighbour is one decoded row of a neighbour table.
type foundNeighbour struct {
	Device                 string `json:"device"`
	LocalPort              string `json:"local_port"`
	Protocol               string `json:"protocol"`
	RemoteChassisID        string `json:"remote_chassis_id"`
	RemoteChassisIDSubtype uint8  `json:"remote_chassis_id_subtype"`
	RemotePortID           string `json:"remote_port_id"`
	RemotePortIDSubtype    uint8  `json:"remote_port_id_subtype"`
	RemotePortDescription  string `json:"remote_port_description"`
	RemoteName             string `json:"remote_name"`
}

type foundLink struct {
	A          foundEnd        `json:"a"`
	B          foundEnd        `json:"b"`
	Confidence float64         `json:"confidence"`
	Evidence   []foundEvidence `json:"evidence"`
}

type foundEnd struct {
	Device string `json:"device"`
	Port   string `json:"port"`
}

type foundEvidence struct {
	Method string `json:"method"`
	Text   string `json:"text"`
}

type foundStation struct {
	Device string `json:"device"`
	Port   string `json:"port"`
	VLAN   uint16 `json:"vlan"` // 0: the table does not say
	MAC    string `json:"mac"`
	Status string `json:"status"`
}

type foundLAG struct {
	Device  string   `json:"device"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
	Partner string   `json:"partner"`
}

type foundVLAN struct {
	Device string `json:"device"`
	ID     uint16 `json:"id"`
	Name   string `json:"name"`
}

type foundARP struct {
	Device string `json:"device"`
	VRF    string `json:"vrf"`
	IP     string `json:"ip"`
	MAC    string `json:"mac"`
	Port   string `json:"port"`
}

type foundBGP struct {
	Device   string `json:"device"`
	Peer     string `json:"peer"`
	RemoteAS uint32 `json:"remote_as"`
	State    string `json:"state"`
	VRF      string `json:"vrf"`
}

type foundUnresolved struct {
	Device string `json:"device"`
	Row    string `json:"row"`
	Why    string `json:"why"`
}

type failedTarget struct {
	Target string `json:"target"`
	Error  string `json:"error"`
}

// reader adds what one device says.
type reader struct {
	*discovery
	r      *snmp.Result
	device foundDevice
	ports  map[uint32]int // ifIndex -> place in device.Ports
}

func (d *discovery) add(id api.VertexID, t target, r *snmp.Result) {
	host, _, err := net.SplitHostPort(r.Address)
	if err != nil {
		host = r.Address
	}
	x := reader{discovery: d, r: r, ports: map[uint32]int{}, device: foundDevice{
		ID: id.String(), Name: cmp.Or(r.System.Name, r.LLDP.SysName), Address: host, Capture: t.capture,
		ChassisID: r.LLDP.ChassisID, SysObjectID: r.System.ObjectID, Ports: []foundPort{},
	}}
	for _, p := range r.Interfaces {
		x.ports[p.Index] = len(x.device.Ports)
		x.device.Ports = append(x.device.Ports, foundPort{
			Name: cmp.Or(p.Name, p.Descr), Descr: p.Descr, IfIndex: p.Index, Type: p.Type, MAC: p.MAC, Alias: p.Alias,
			Admin: p.Admin, Oper: p.Oper, Speed: p.Speed,
		})
	}
	for _, table := range r.Tables {
		if table.Err != nil {
			x.device.Problems = append(x.device.Problems, table.Table+": "+table.Err.Error())
		}
	}
	x.lldp()
	for _, facts := range r.Facts {
		x.facts(facts)
	}
	d.Devices = append(d.Devices, x.device)
}

// facts adds what one topic found.
func (x *reader) facts(facts snmp.Facts) {
	switch f := facts.(type) {
	case *snmp.Heard:
		x.neighbours(f.Protocol, f.Neighbours)
	case *snmp.Bundles:
		x.bundles(f)
	case *snmp.Bridge:
		x.bridge(f)
	case *snmp.VLANs:
		x.vlans(f)
	case *snmp.SpanningTree:
		for _, p := range f.Ports {
			x.at(p.IfIndex, func(port *foundPort) { port.STP = p.State })
		}
	case *snmp.PortFacts:
		for _, p := range f.List {
			x.at(p.IfIndex, func(port *foundPort) { port.MTU, port.Duplex = p.MTU, p.Duplex })
		}
	case *snmp.Addresses:
		for _, a := range f.List {
			x.device.Addresses = append(x.device.Addresses, foundAddress{a.Address.String(), a.Bits, x.name(a.IfIndex)})
		}
	case *snmp.AddressTable:
		for _, a := range f.List {
			x.ARP = append(x.ARP, foundARP{x.device.ID, f.VRF, a.Address.String(), a.MAC.String(), x.name(a.IfIndex)})
		}
	case *snmp.BGP:
		for _, p := range f.Peers {
			x.BGP = append(x.BGP, foundBGP{x.device.ID, p.Remote.String(), p.RemoteAS, p.State, p.VRF})
		}
	case *snmp.Inventory:
		for _, p := range f.Parts {
			x.device.Parts = append(x.device.Parts, foundPart{
				p.Index, p.ContainedIn, p.Class, p.Name, p.Descr, p.Model, p.Serial, x.name(p.IfIndex),
			})
		}
	}
}

// at does something with the port that an interface is, if there is one.
func (x *reader) at(ifIndex uint32, do func(*foundPort)) {
	if i, ok := x.ports[ifIndex]; ok {
		do(&x.device.Ports[i])
	}
}

// name is what an interface is called, "" if there is none with that index.
func (x *reader) name(ifIndex uint32) string {
	name := ""
	x.at(ifIndex, func(p *foundPort) { name = p.Name })
	return name
}

func (x *reader) unresolved(row, why string) {
	x.Unresolved = append(x.Unresolved, foundUnresolved{x.device.ID, row, why})
}

func (x *reader) lldp() {
	x.neighbours(api.ProtocolLLDP, x.r.LLDP.Neighbours)
	c := x.r.LLDP.Counts
	x.counted("lldp", c.Phantom, "they say nothing of a neighbour")
	x.counted("lldp", c.Malformed, "their index cannot be read")
	x.counted("lldp", c.Self, "the device hears itself")
}

// counted says of rows that were left out how many there were, and why.
func (x *reader) counted(table string, rows int, why string) {
	if rows > 0 {
		x.unresolved(table+": "+counted(rows, "row"), why)
	}
}

func (x *reader) neighbours(protocol string, rows []snmp.Neighbour) {
	for _, n := range rows {
		x.Neighbours = append(x.Neighbours, foundNeighbour{
			Device: x.device.ID, LocalPort: cmp.Or(x.name(n.IfIndex), n.LocalPort), Protocol: protocol,
			RemoteChassisID: n.ChassisID, RemoteChassisIDSubtype: n.ChassisIDSubtype,
			RemotePortID: n.PortID, RemotePortIDSubtype: n.PortIDSubtype,
			RemotePortDescription: n.PortDescription, RemoteName: n.SysName,
		})
	}
}

func (x *reader) bundles(b *snmp.Bundles) {
	for _, l := range b.LAGs {
		found := foundLAG{Device: x.device.ID, Name: cmp.Or(x.name(l.IfIndex), strconv.Itoa(int(l.IfIndex))), Members: []string{}, Partner: l.Partner}
		for _, m := range b.Members {
			if m.LAG == l.IfIndex {
				found.Members = append(found.Members, cmp.Or(x.name(m.IfIndex), strconv.Itoa(int(m.IfIndex))))
				x.at(m.IfIndex, func(p *foundPort) { p.LAG = found.Name })
			}
		}
		x.LAGs = append(x.LAGs, found)
	}
	for _, s := range b.Stack {
		lower := cmp.Or(x.name(s.Lower), strconv.Itoa(int(s.Lower)))
		x.at(s.Higher, func(p *foundPort) { p.Lower = append(p.Lower, lower) })
	}
}

func (x *reader) bridge(b *snmp.Bridge) {
	for port, ifIndex := range b.BasePorts {
		x.at(ifIndex, func(p *foundPort) { p.BasePort = port })
	}
	for _, e := range b.Entries {
		status := "learned"
		if e.Status == api.StationMgmt {
			status = "mgmt"
		}
		name := x.name(e.IfIndex)
		if name == "" {
			name = strconv.Itoa(int(e.BasePort))
		}
		x.FDB = append(x.FDB, foundStation{x.device.ID, name, e.VLAN, e.MAC.String(), status})
	}
	x.counted("fdb", b.Counts.Portless, "learned on port 0, which is none")
	x.counted("fdb", b.Counts.Foreign, "their table names no port of the bridge")
	x.counted("fdb", b.Counts.Incomplete, "they came or went while the table was read")
	x.counted("fdb", b.Counts.Malformed, "their index cannot be read")
	for _, why := range b.Unread {
		x.unresolved("fdb", why)
	}
}

func (x *reader) vlans(v *snmp.VLANs) {
	for _, vlan := range v.List {
		x.VLANs = append(x.VLANs, foundVLAN{x.device.ID, vlan.ID, vlan.Name})
	}
	for _, p := range v.Ports {
		x.at(p.IfIndex, func(port *foundPort) {
			port.VLANs, port.Untagged, port.PVID = p.VLANs, p.Untagged, p.PVID
		})
	}
}

// linksOf lists the links between devices that were read. What only its
// neighbours know is among the neighbours.
func linksOf(s *graph.Snapshot, read map[api.VertexID]bool) []foundLink {
	links := []foundLink{}
	cabled := cabledDevices(s)
	for e := range s.Edges() {
		if e.Kind != api.EdgeLink || isBundle(s, e) && cabled[devicesOf(s, e)] {
			continue
		}
		a, okA := endOf(s, e.A, read)
		b, okB := endOf(s, e.B, read)
		if !okA || !okB {
			continue
		}
		link := foundLink{A: a, B: b, Confidence: float64(e.Confidence) / 100, Evidence: []foundEvidence{}}
		for _, ev := range e.Evidence {
			link.Evidence = append(link.Evidence, foundEvidence{string(ev.Method), ev.Text})
		}
		links = append(links, link)
	}
	slices.SortFunc(links, func(x, y foundLink) int {
		return cmp.Or(cmp.Compare(x.A.Device, y.A.Device), cmp.Compare(x.A.Port, y.A.Port), cmp.Compare(x.B.Device, y.B.Device))
	})
	return links
}

// isBundle says whether a link is that of two aggregates. What the map draws as
// one is no cable beside those that it is made of.
func isBundle(s *graph.Snapshot, e *api.Edge) bool {
	for _, end := range []api.VertexID{e.A, e.B} {
		if v, ok := s.Vertex(end); !ok || v.Kind != api.VertexLAG {
			return false
		}
	}
	return true
}

// cabledDevices are the pairs of devices between which there is a link that is
// no bundle's. A bundle whose cables nobody tells of stands for them.
func cabledDevices(s *graph.Snapshot) map[[2]api.VertexID]bool {
	out := map[[2]api.VertexID]bool{}
	for e := range s.Edges() {
		if e.Kind == api.EdgeLink && !isBundle(s, e) {
			out[devicesOf(s, e)] = true
		}
	}
	return out
}

// devicesOf are the two whose ports a link joins, the lower ID first.
func devicesOf(s *graph.Snapshot, e *api.Edge) [2]api.VertexID {
	var out [2]api.VertexID
	for i, end := range []api.VertexID{e.A, e.B} {
		if v, ok := s.Vertex(end); ok {
			out[i] = v.Parent
		}
	}
	slices.Sort(out[:])
	return out
}

func endOf(s *graph.Snapshot, id api.VertexID, read map[api.VertexID]bool) (foundEnd, bool) {
	port, ok := s.Vertex(id)
	if !ok || !read[port.Parent] {
		return foundEnd{}, false
	}
	return foundEnd{Device: port.Parent.String(), Port: port.Name}, true
}
