package stitch

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/netseam/netseam/api"
)

// Row is one sighting of a neighbour, with its references resolved.
type Row struct {
	ID        RowID
	Neighbour *api.Neighbour
	Device    api.VertexID // who reports it
	Port      api.VertexID // on which port; 0 when the row does not resolve
	OnNIC     bool         // a host's own agent reports it
}

// Outcome says what a row turned out to be.
type Outcome uint8

// The outcomes.
const (
	Unplaced  Outcome = 1 // the local port is not known: no edge can end there
	Self      Outcome = 2 // the device hears itself
	Ambiguous Outcome = 3 // it fits several things and nothing tells them apart
	Host      Outcome = 4 // a Kubernetes node
	Device    Outcome = 5 // a device that is polled
	Unmanaged Outcome = 6 // something that only its neighbours know
	Moved     Outcome = 7 // what it heard has newly been heard elsewhere
	Echo      Outcome = 8 // another protocol says the same of the port, and more exactly
	Unknown   Outcome = 9 // it names something that nobody knows, and of which it says too little
)

// Conclusion is what a row says about the graph.
type Conclusion struct {
	Outcome Outcome
	// Node is the host, in Host.
	Node api.VertexID
	// Remote is the device, in Device; RemotePort its port, 0 when the row's
	// port ID means no port of it, or several.
	Remote     api.VertexID
	RemotePort api.VertexID
	// Method and Confidence (0 to 100) are those of this row alone: an edge
	// that both ends report is surer.
	Method     api.Method
	Confidence uint8
	// Why says in words how it was concluded.
	Why string
	// Wrong says, of a route, why it should not be, "" if it is as it should.
	Wrong string
	// Candidates are what an ambiguous row fits.
	Candidates []api.VertexID
}

// The ladder of confidence, in hundredths.
const (
	ConfidenceTwoSided  = 99
	confidenceMAC       = 95
	confidenceName      = 90
	confidenceAddress   = 85
	confidenceChassis   = 80 // the devices are sure, the port was paired by elimination
	confidenceNoPort    = 60 // the devices are sure, the far port is not
	confidenceOther     = 90 // what other protocols than LLDP say
	confidenceUnmanaged = 95 // one-sided: what the row says is all there is
)

// RowLookup returns another row, for pairing by elimination.
type RowLookup func(RowID) (Row, bool)

// Conclude says what a row means. It asks find for every identity on which the
// answer rests, so it need be called again only when one of those changes.
//
// A MAC or chassis ID beats a name, a name beats an address, and among names a
// node beats a device: a neighbour that matches a Node is never a switch,
// whatever it says it can do.
func Conclude(r Row, find Finder, rows RowLookup) Conclusion {
	if r.Port == 0 {
		return Conclusion{Outcome: Unplaced, Why: "the row's local port number means no port of this device"}
	}
	c := whoIsThere(r, find, rows)
	if method := methodOf(r.Neighbour.Protocol); method != "" && c.Method != "" {
		c.Method, c.Confidence = method, min(c.Confidence, confidenceOther)
	}
	vague := c.Outcome == Unmanaged || c.Outcome == Device && c.RemotePort == 0
	switch {
	case vague && isEcho(r, find, rows):
		return Conclusion{Outcome: Echo, Why: "another protocol says the same of this port, and more exactly"}
	case c.Outcome == Unmanaged && r.Neighbour.Protocol == api.ProtocolSTP:
		return Conclusion{Outcome: Unknown, Why: "nobody that is known has the bridge address " + r.Neighbour.ChassisID}
	}
	return c
}

// methodOf is the method of rows of other protocols than LLDP.
func methodOf(protocol string) api.Method {
	switch protocol {
	case api.ProtocolCDP, api.ProtocolFDP, api.ProtocolMNDP:
		return api.MethodNeighbour
	case api.ProtocolSTP:
		return api.MethodSTP
	}
	return ""
}

func whoIsThere(r Row, find Finder, rows RowLookup) Conclusion {
	n := r.Neighbour
	if c, ok := hostByMAC(n, find); ok {
		return c
	}
	if device, ok := deviceByChassis(n, find); ok {
		return toDevice(r, device, find, rows, confidenceMAC)
	}
	if c, ok := hostByName(n, find); ok {
		return c
	}
	if device, ok := deviceByName(n, find); ok {
		return toDevice(r, device, find, rows, confidenceName)
	}
	if c, ok := hostByAddress(n, find); ok {
		return c
	}
	return Conclusion{
		Outcome: Unmanaged, Method: api.MethodLLDPOneSided, Confidence: confidenceUnmanaged,
		Why: "only its neighbours report it",
	}
}

func hostByMAC(n *api.Neighbour, find Finder) (Conclusion, bool) {
	for _, mac := range macs(n) {
		if nodes := find(nodeMACKey(mac)); len(nodes) == 1 {
			return Conclusion{
				Outcome: Host, Node: api.VertexID(nodes[0]), Method: api.MethodLLDPMAC, Confidence: confidenceMAC,
				Why: "MAC " + mac + " is the node's",
			}, true
		}
	}
	return Conclusion{}, false
}

func hostByName(n *api.Neighbour, find Finder) (Conclusion, bool) {
	for _, name := range hostNames(n.SysName) {
		nodes := find(nodeNameKey(name))
		if len(nodes) == 0 {
			continue
		}
		why := "system name " + name + " is the node's"
		if len(nodes) > 1 {
			var here []uint64
			for _, address := range n.Addresses {
				for _, node := range find(nodeAddressKey(address)) {
					if slices.Contains(nodes, node) && !slices.Contains(here, node) {
						here = append(here, node)
					}
				}
			}
			if len(here) != 1 {
				return Conclusion{
					Outcome: Ambiguous, Candidates: vertexIDs(nodes),
					Why: "several nodes are called " + name + ", and no management address tells them apart",
				}, true
			}
			nodes, why = here, why+", and its management address tells it from others of that name"
		}
		return Conclusion{
			Outcome: Host, Node: api.VertexID(nodes[0]), Method: api.MethodLLDPName, Confidence: confidenceName, Why: why,
		}, true
	}
	return Conclusion{}, false
}

func hostByAddress(n *api.Neighbour, find Finder) (Conclusion, bool) {
	for _, address := range n.Addresses {
		nodes := find(nodeAddressKey(address))
		switch len(nodes) {
		case 0:
		case 1:
			return Conclusion{
				Outcome: Host, Node: api.VertexID(nodes[0]), Method: api.MethodLLDPAddress, Confidence: confidenceAddress,
				Why: "management address " + address + " is the node's",
			}, true
		default:
			return Conclusion{
				Outcome: Ambiguous, Candidates: vertexIDs(nodes),
				Why: "several nodes have the management address " + address,
			}, true
		}
	}
	return Conclusion{}, false
}

func deviceByChassis(n *api.Neighbour, find Finder) (api.VertexID, bool) {
	if n.ChassisID != "" {
		if devices := find(chassisKey(chassisText(n))); len(devices) == 1 {
			return api.VertexID(devices[0]), true
		}
	}
	if n.ChassisIDSubtype == api.ChassisMAC {
		// The chassis ID may be the MAC of any of its ports.
		if devices := find(deviceMACKey(n.ChassisID)); len(devices) == 1 {
			return api.VertexID(devices[0]), true
		}
	}
	return 0, false
}

func deviceByName(n *api.Neighbour, find Finder) (api.VertexID, bool) {
	for _, name := range hostNames(n.SysName) {
		devices := find(deviceNameKey(name))
		if len(devices) == 1 {
			return api.VertexID(devices[0]), true
		}
		for _, address := range n.Addresses {
			for _, device := range find(deviceAddressKey(address)) {
				if slices.Contains(devices, device) {
					return api.VertexID(device), true
				}
			}
		}
	}
	return 0, false
}

// toDevice finds the port of a known device.
func toDevice(r Row, device api.VertexID, find Finder, rows RowLookup, confidence uint8) Conclusion {
	if device == r.Device {
		return Conclusion{Outcome: Self, Why: "the device hears itself"}
	}
	c := Conclusion{Outcome: Device, Remote: device, Method: api.MethodLLDPOneSided, Confidence: confidence}
	said, how := remotePort(r.Neighbour, device, find)
	paired := pairedPort(r, device, find, rows)
	switch {
	case paired != 0 && paired != said:
		// On which port it hears is what a device knows best; what it calls
		// that port to others is hearsay, and some agents are off by one.
		c.RemotePort, c.Confidence = paired, confidenceChassis
		c.Why = "each device has just one row of the other, whatever port ID " + r.Neighbour.PortID + " means there"
	case said != 0:
		c.RemotePort, c.Why = said, how
	default:
		c.Confidence = confidenceNoPort
		c.Why = "port ID " + r.Neighbour.PortID + " means no one port of that device"
	}
	return c
}

// remotePort resolves a row's port ID among the ports of a device: first as
// that device itself says its LLDP port IDs, then by what the subtype means,
// then by the description.
func remotePort(n *api.Neighbour, device api.VertexID, find Finder) (api.VertexID, string) {
	try := func(what, value string) api.VertexID {
		if value == "" {
			return 0
		}
		if ports := find(portKey(device, what, value)); len(ports) == 1 {
			return api.VertexID(ports[0])
		}
		return 0
	}
	if port := try("lldp", subtypeText(n.PortIDSubtype)+":"+n.PortID); port != 0 {
		return port, "port ID " + n.PortID + " is what that port calls itself"
	}
	for _, what := range meanings(n) {
		if port := try(what, n.PortID); port != 0 {
			return port, "port ID " + n.PortID + " is its " + what
		}
	}
	for _, what := range []string{"name", "descr", "alias"} {
		if port := try(what, n.PortDescription); port != 0 {
			return port, "port description " + n.PortDescription + " is its " + what
		}
	}
	if what, value := otherName(n.PortID); value != "" {
		if port := try(what, value); port != 0 {
			return port, "port ID " + n.PortID + " is that of " + value
		}
	}
	if n.PortIDSubtype != api.PortMAC {
		if port := try("short", shortPort(n.PortID)); port != 0 {
			return port, "port ID " + n.PortID + " is its name in another form"
		}
	}
	return 0, ""
}

// otherName is what port IDs of a known form mean that is none of the port's
// names: what follows the bridge and the bundle that it is in ("bridge1/ether2"),
// and slot and port as the thousands and the rest of an ifIndex ("1:5").
func otherName(id string) (what, value string) {
	if i := strings.LastIndexByte(id, '/'); i > 0 && strings.ContainsFunc(id[:i], unicode.IsLetter) && strings.IndexFunc(id[i+1:], unicode.IsLetter) == 0 {
		return "name", id[i+1:]
	}
	if slot, port, ok := strings.Cut(id, ":"); ok {
		s, err := strconv.ParseUint(slot, 10, 8)
		p, failed := strconv.ParseUint(port, 10, 16)
		if err == nil && failed == nil && s > 0 && p > 0 && p < 1000 {
			return "index", strconv.FormatUint(s*1000+p, 10)
		}
	}
	return "", ""
}

// meanings returns what a row's port ID may stand for, in order.
func meanings(n *api.Neighbour) []string {
	if n.Protocol == api.ProtocolSTP {
		return []string{"base"}
	}
	switch n.PortIDSubtype {
	case api.PortMAC:
		return []string{"mac"}
	case api.PortInterfaceAlias:
		return []string{"alias", "name", "descr"}
	case api.PortInterfaceName:
		return []string{"name", "descr", "alias"}
	case api.PortLocal:
		// ifIndex, base port and LLDP port number all occur, and only after every
		// name failed is a number tried.
		return []string{"name", "descr", "alias", "index", "base"}
	default:
		return []string{"name", "descr", "alias", "mac"}
	}
}

// pairedPort finds the far port by elimination: the far device has exactly one
// row of this device, and this device exactly one of it. With parallel cables
// there is no telling.
func pairedPort(r Row, device api.VertexID, find Finder, rows RowLookup) api.VertexID {
	if len(find(reverseKey(r.Device, device))) != 1 {
		return 0
	}
	find(reversePortKey(device, r.Device)) // on which ports those rows are
	var back []Row
	for _, entry := range find(reverseKey(device, r.Device)) {
		if row, ok := rows(RowID(entry)); ok {
			back = append(back, row)
		}
	}
	if len(back) != 1 {
		return 0
	}
	return back[0].Port
}

func reverseKey(from, of api.VertexID) string { return "heard " + from.String() + " " + of.String() }

func reversePortKey(from, of api.VertexID) string {
	return "heard on " + from.String() + " " + of.String()
}

// ReverseEntries returns the identities under which a concluded row can be found
// by the device that it heard, and those that say what is behind the port.
func ReverseEntries(r Row, c Conclusion) []Entry {
	out := onPortEntries(r)
	if r.Port == 0 {
		return out
	}
	switch c.Outcome {
	case Device:
		out = append(out, Entry{reverseKey(r.Device, c.Remote), uint64(r.ID)}, Entry{reversePortKey(r.Device, c.Remote), uint64(r.Port)},
			Entry{switchKey(r.Port), uint64(c.Remote)})
		switch {
		case c.RemotePort == 0:
		case r.OnNIC:
			out = append(out, Entry{heardKey(r.Device), uint64(c.RemotePort)})
		default:
			out = append(out, Entry{switchKey(c.RemotePort), uint64(r.Device)})
		}
	case Host:
		out = append(out, Entry{heardKey(c.Node), uint64(r.Port)})
	case Unmanaged:
		if r.Neighbour.Capabilities&(api.CapabilityBridge|api.CapabilityRepeater) != 0 {
			out = append(out, Entry{forwardsKey(r.Port), 1})
		}
	case Unplaced, Self, Ambiguous, Moved, Echo, Unknown:
	}
	return out
}

// NIC says how a host's interface is called in a row: its name, if the row
// gives one, and its MAC, if the row gives that.
func NIC(n *api.Neighbour) (name, mac string) {
	switch n.PortIDSubtype {
	case api.PortMAC:
		mac = n.PortID
		if looksLikeInterface(n.PortDescription) {
			name = n.PortDescription
		}
	case api.PortInterfaceName:
		name = n.PortID
	default:
		name = n.PortID
		if looksLikeInterface(n.PortDescription) && !looksLikeInterface(n.PortID) {
			name = n.PortDescription
		}
	}
	return name, mac
}

// looksLikeInterface says whether a text could be a Linux interface's name
// (IFNAMSIZ: at most 15 bytes, no blank, no slash).
func looksLikeInterface(s string) bool {
	return s != "" && len(s) <= 15 && !strings.ContainsAny(s, " \t/")
}

func macs(n *api.Neighbour) []string {
	var out []string
	if n.PortIDSubtype == api.PortMAC {
		out = append(out, n.PortID)
	}
	if n.ChassisIDSubtype == api.ChassisMAC {
		out = append(out, n.ChassisID)
	}
	return out
}

func vertexIDs(list []uint64) []api.VertexID {
	out := make([]api.VertexID, len(list))
	for i, x := range list {
		out[i] = api.VertexID(x)
	}
	return out
}

func subtypeText(subtype uint8) string { return string('0' + rune(subtype%10)) }
