package snmp

import (
	"context"
	"reflect"
	"regexp"
	"strconv"

	"github.com/netseam/netseam/api"
)

// The scopes of neighbour protocols other than LLDP.
const (
	TableCDP  = "cdp"
	TableFDP  = "fdp"
	TableMNDP = "mndp"
)

// Heard are the neighbours that a device hears by a protocol other than LLDP.
type Heard struct {
	Protocol   string
	Neighbours []Neighbour
	// Phantom rows say nothing of a neighbour.
	Phantom int
}

// Rows implements Facts.
func (h *Heard) Rows() int { return len(h.Neighbours) }

// heardForm is one MIB of such neighbours. Columns that it does not have are 0.
type heardForm struct {
	table, mib, protocol string
	scalar               object
	entry                string
	// deviceID and port are how the neighbour calls itself and its port. A
	// device without an ID is known by its MAC.
	deviceID, mac, port int
	address             []int
	sysName             int
	version, platform   int
	capabilities        int
	// translate reads the protocol's own bits of capabilities.
	translate  func(uint32) uint16
	nativeVLAN int
	// ifIndex is the column of the local interface, 0 if the index begins
	// with it.
	ifIndex int
	// vendor is a column that says which protocol the row was heard by, and
	// ours the value that it has for this one.
	vendor int
	ours   uint32
}

func heardForms() []heardForm {
	const foundry, mikrotik = "1.3.6.1.4.1.1991.1.1.3.20.1", "1.3.6.1.4.1.14988.1.1.11.1.1"
	return []heardForm{
		{
			table: TableCDP, mib: "CISCO-CDP-MIB", protocol: api.ProtocolCDP,
			scalar: object{"cdpGlobalRun", "1.3.6.1.4.1.9.9.23.1.3.1.0"}, entry: "1.3.6.1.4.1.9.9.23.1.2.1.1",
			deviceID: 6, port: 7, address: []int{4, 20, 22}, sysName: 17, version: 5, platform: 8,
			capabilities: 9, translate: cdpCapabilities, nativeVLAN: 11,
		},
		{
			table: TableFDP, mib: "FOUNDRY-SN-SWITCH-GROUP-MIB", protocol: api.ProtocolFDP,
			scalar: object{"snFdpGlobalRun", foundry + ".1.1.0"}, entry: foundry + ".2.1.1",
			deviceID: 3, address: []int{5}, version: 6, port: 7, platform: 8, vendor: 10, ours: 1,
		},
		{
			table: TableMNDP, mib: "MIKROTIK-MIB", protocol: api.ProtocolMNDP, entry: mikrotik,
			deviceID: 6, mac: 3, address: []int{2}, version: 4, platform: 5, ifIndex: 8,
		},
	}
}

func neighbourTopics() []topic {
	var out []topic
	for _, f := range heardForms() {
		out = append(out, topic{
			table: f.table, mib: f.mib, pace: paceNeighbours, scalar: f.scalar,
			read: func(ctx context.Context, s session, k known) (Facts, error) {
				cells, err := f.source().read(ctx, s)
				h := f.decode(cells)
				h.locate(k)
				return h, err
			},
		})
	}
	return out
}

// source is the table with the columns that are read: first one that every row
// has, which is the port on which the neighbour is heard, or what it is called.
func (f heardForm) source() source {
	columns := []int{f.deviceID}
	if f.ifIndex != 0 {
		columns = []int{f.ifIndex, f.deviceID}
	}
	for _, c := range append([]int{f.mac, f.port, f.sysName, f.version, f.platform, f.capabilities, f.nativeVLAN, f.vendor}, f.address...) {
		if c != 0 {
			columns = append(columns, c)
		}
	}
	return source{f.mib + " neighbours", f.entry, columns}
}

// decode reads the cells. Which port a row is about is left open.
func (f heardForm) decode(cells []binding) *Heard {
	h := &Heard{Protocol: f.protocol}
	for _, r := range rowsOf(cells, f.entry) {
		if f.vendor != 0 && r.number(f.vendor) != 0 && r.number(f.vendor) != f.ours {
			continue // Another protocol's row, which has a scope of its own.
		}
		n := Neighbour{RemIndex: r.last(), SysName: r.str(f.sysName), SysDescription: f.description(r)}
		if n.LocalPortNum = r.index[0]; f.ifIndex != 0 {
			n.LocalPortNum = r.number(f.ifIndex)
		}
		f.name(&n, r)
		if n.ChassisID == "" {
			h.Phantom++
			continue
		}
		if f.port != 0 {
			n.PortID, n.PortIDSubtype = decodeID(portID, value{}, r.cells[f.port])
		}
		for _, column := range f.address {
			if a := ownAddress(networkAddress(r.cells[column].bytes())); a != "" {
				n.Addresses = append(n.Addresses, a)
			} else if a := ownAddress(r.str(column)); a != "" {
				n.Addresses = append(n.Addresses, a)
			}
		}
		n.Addresses = sortedSet(n.Addresses)
		if f.translate != nil {
			n.Capabilities = f.translate(bigEndian(r.cells[f.capabilities]))
		}
		if vlan := r.number(f.nativeVLAN); f.nativeVLAN != 0 && vlan <= api.MaxVLAN {
			n.PVID = uint16(vlan)
		}
		h.Neighbours = append(h.Neighbours, n)
	}
	return h
}

// description is what it runs, and on what.
func (f heardForm) description(r row) string {
	platform, version := r.str(f.platform), r.str(f.version)
	if platform == "" || version == "" {
		return platform + version
	}
	return platform + ": " + version
}

// name reads what the neighbour is called.
func (f heardForm) name(n *Neighbour, r row) {
	if f.mac != 0 {
		if m := macOf(r.cells[f.mac].bytes()); m != "" && !placeholder(m) {
			n.ChassisID, n.ChassisIDSubtype = m, api.ChassisMAC
			n.SysName = r.str(f.deviceID)
			return
		}
	}
	id, subtype := decodeID(chassisID, value{}, r.cells[f.deviceID])
	if placeholder(id) {
		return
	}
	n.ChassisID, n.ChassisIDSubtype = id, subtype
	if subtype != api.ChassisMAC && n.SysName == "" {
		n.SysName = nameInID(id)
	}
}

// nameInID is the system name in a device ID of the forms "name(SERIAL)" and
// "SERIAL(name)", else the ID itself.
func nameInID(id string) string {
	parts := regexp.MustCompile(`^([^()]+)\(([^()]+)\)$`).FindStringSubmatch(id)
	if parts == nil {
		return id
	}
	serial := regexp.MustCompile(`^([A-Z]{3}[0-9]{4}[0-9A-Z]{4}|[0-9]{6,12})$`)
	if serial.MatchString(parts[1]) && !serial.MatchString(parts[2]) {
		return parts[2]
	}
	return parts[1]
}

// cdpCapabilities translates CDP's bits into those of LLDP.
func cdpCapabilities(bits uint32) uint16 {
	var out uint16
	for _, c := range []struct {
		cdp  uint32
		lldp uint16
	}{
		{0x01, api.CapabilityRouter},
		{0x02 | 0x04 | 0x08, api.CapabilityBridge},
		{0x10, api.CapabilityStation},
		{0x40, api.CapabilityRepeater},
		{0x80, 1 << 5},
	} {
		if bits&c.cdp != 0 {
			out |= c.lldp
		}
	}
	return out
}

// bigEndian reads up to four octets as a number.
func bigEndian(v value) uint32 {
	if v.kind == kindNumber {
		return v.uint32()
	}
	var out uint32
	octets := v.bytes()
	for _, b := range octets[max(0, len(octets)-4):] {
		out = out<<8 | uint32(b)
	}
	return out
}

// locate finds the ports on which the neighbours are heard. The number is an
// ifIndex, or with some makers of switches the port of the bridge, which then
// is the ifIndex too.
func (h *Heard) locate(k known) {
	for i := range h.Neighbours {
		n := &h.Neighbours[i]
		if found, ok := k.ifs[n.LocalPortNum]; ok {
			n.IfIndex, n.LocalPort = found.Index, found.label()
			continue
		}
		n.LocalPort = strconv.FormatUint(uint64(n.LocalPortNum), 10)
	}
}

func (h *Heard) claims(k known) []api.Claim {
	var out []api.Claim
	made := map[string]*api.Neighbour{}
	for _, n := range h.Neighbours {
		port, ensured := k.portKey(n.IfIndex, "#"+h.Protocol)
		if ensured != nil && made[ensured.Key] == nil {
			made[ensured.Key] = &api.Neighbour{}
			out = append(out, *ensured)
		}
		claim := &api.Neighbour{
			Protocol: h.Protocol, Device: keyDevice, Port: port,
			ChassisID: n.ChassisID, ChassisIDSubtype: n.ChassisIDSubtype, PortID: n.PortID, PortIDSubtype: n.PortIDSubtype,
			SysName: n.SysName, SysDescription: n.SysDescription, Capabilities: n.Capabilities, Addresses: n.Addresses,
			PVID: n.PVID,
		}
		where := "?" + n.LocalPort
		if port != "" {
			where = port[len(prefixPort):]
		} else {
			claim.LocalPort = n.LocalPort
		}
		key := h.Protocol + "/" + where + "/" + escape(n.ChassisID) + "/" + escape(n.PortID)
		unique := key
		for again := 2; made[unique] != nil; again++ {
			if reflect.DeepEqual(made[unique], claim) {
				unique = ""
				break
			}
			unique = key + "~" + strconv.Itoa(again)
		}
		if unique == "" {
			continue
		}
		made[unique] = claim
		out = append(out, api.Claim{Key: unique, Neighbour: claim})
	}
	return out
}
