package snmp

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// TableFDB is the scope of forwarding tables.
const TableFDB = "fdb"

// Bridge is what a device's forwarding tables say, those of all its contexts
// together.
type Bridge struct {
	// Address is the bridge's own, "" if it does not say.
	Address string
	// BasePorts are the ports of the bridge: base port -> ifIndex.
	BasePorts map[uint32]uint32
	// Entries are the rows that say where something is, by VLAN, port and MAC.
	Entries []FDBEntry
	// Own are the MACs of the device itself.
	Own []string
	// Counts are rows that make no entry, by why.
	Counts FDBCounts
	// Unread says which contexts could not be read, and why.
	Unread []string
}

// FDBEntry is one row of a forwarding table.
type FDBEntry struct {
	MAC api.MAC
	// VLAN is 0 where the table does not say.
	VLAN uint16
	// BasePort is the port of the bridge, IfIndex the interface that it is: 0 if
	// that is not known.
	BasePort, IfIndex uint32
	// Status is api.StationLearned or api.StationMgmt.
	Status uint8
}

// FDBCounts are rows of forwarding tables that make no entry.
type FDBCounts struct {
	Invalid   int // status invalid or other
	Multicast int
	Portless  int // port 0: learned nowhere
	Malformed int
	// Foreign rows are those of tables that name no port of the bridge.
	Foreign int
	// Incomplete rows lack a column that others have.
	Incomplete int
}

// Rows implements Facts.
func (b *Bridge) Rows() int { return len(b.Entries) + len(b.BasePorts) }

// fdbTable is one MIB of forwarding tables: FDB id, if there is one, and MAC are
// the end of the index.
type fdbTable struct {
	source
	port, status int
	byFID        bool
}

// fdbTables are tried in this order until one has rows for ports that there are.
func fdbTables() []fdbTable {
	return []fdbTable{
		{source{"dot1qTpFdbTable", "1.3.6.1.2.1.17.7.1.2.2.1", []int{2, 3}}, 2, 3, true},
		{source{"ieee8021QBridgeTpFdbTable", "1.3.111.2.802.1.1.4.1.2.2.1", []int{2, 3}}, 2, 3, true},
		{source{"dot1dTpFdbTable", "1.3.6.1.2.1.17.4.3.1", []int{2, 3}}, 2, 3, false},
	}
}

// fidTable says which VLAN an FDB id is. tag and fid are its columns; 0 stands
// for the last part of the index.
type fidTable struct {
	source
	tag, fid int
}

func fidTables() []fidTable {
	return []fidTable{
		{source{"dot1qVlanCurrentTable", "1.3.6.1.2.1.17.7.1.4.2.1", []int{3}}, 0, 3},
		{source{"ieee8021QBridgeVlanCurrentTable", "1.3.111.2.802.1.1.4.1.4.2.1", []int{4}}, 0, 4},
		{source{"jnxExVlanTable", "1.3.6.1.4.1.2636.3.40.1.5.1.5.1", []int{5}}, 5, 0},
		{source{"jnxL2aldVlanTable", "1.3.6.1.4.1.2636.3.48.1.3.1.1", []int{3, 5}}, 3, 5},
	}
}

func bridgeAddress() object { return object{"dot1dBaseBridgeAddress", "1.3.6.1.2.1.17.1.1.0"} }

// bridgePart is the forwarding table of one context.
type bridgePart struct {
	vlan      uint16 // of the context, 0 for the device as a whole
	table     fdbTable
	basePorts map[uint32]uint32
	ports     map[uint32]uint32 // what the table's numbers are: these ports, or ifIndexes
	fids      map[uint32]uint16 // FDB id -> VLAN; nil if the device has no such table
	cells     []binding
	foreign   int // rows of tables that have no port of the bridge
}

func bridgeTopics() []topic {
	return []topic{
		{table: TableFDB, mib: "BRIDGE-MIB", pace: paceTables, scalar: bridgeAddress(), read: readBridge},
		{table: TableVLAN, mib: "Q-BRIDGE-MIB", pace: paceTables, scalar: object{"dot1qVlanVersionNumber", "1.3.6.1.2.1.17.7.1.1.1.0"}, read: readVLANs},
		{table: TableSTP, mib: "BRIDGE-MIB (STP)", pace: paceTables, scalar: object{"dot1dStpProtocolSpecification", "1.3.6.1.2.1.17.2.1.0"}, read: readSTP},
	}
}

func readBridge(ctx context.Context, s session, k known) (Facts, error) {
	b := &Bridge{BasePorts: map[uint32]uint32{}}
	own, err := s.Get(ctx, bridgeAddress())
	if err != nil {
		return b, err
	}
	if b.Address = macOf(own[0].bytes()); placeholder(b.Address) {
		b.Address = ""
	}
	basePorts, err := readBasePorts(ctx, s)
	if err != nil {
		return b, err
	}
	part, err := readPart(ctx, s, k, 0, basePorts)
	b.Counts.Foreign = part.foreign
	if err == nil && part.table.byFID {
		part.fids, err = readFIDs(ctx, s)
	}
	b.add(part)
	if err == nil && len(b.Entries) == 0 || !part.table.byFID {
		err = errors.Join(err, b.readContexts(ctx, s, k))
	}
	b.finish()
	return b, err
}

// readPart reads the forwarding table of one context.
func readPart(ctx context.Context, s session, k known, vlan uint16, basePorts map[uint32]uint32) (bridgePart, error) {
	part := bridgePart{vlan: vlan, basePorts: basePorts}
	for _, t := range fdbTables() {
		if vlan != 0 && t.byFID {
			continue // The context is the VLAN.
		}
		cells, err := t.read(ctx, s)
		ports, plausible := t.ports(cells, basePorts, k)
		if err != nil || plausible {
			part.table, part.cells, part.foreign, part.ports = t, cells, 0, ports
			if len(basePorts) == 0 && len(ports) > 0 { // So are those that it has no row for.
				part.basePorts = k.byIndex()
			}
			return part, err
		}
		part.table = t
		part.foreign += len(cells) / len(t.columns)
	}
	return part, nil
}

// byIndex are the ports of a bridge that numbers them by ifIndex.
func (k known) byIndex() map[uint32]uint32 {
	out := map[uint32]uint32{}
	for _, i := range k.interfaces {
		if isPort(i) || k.lags[i.Index] {
			out[i.Index] = i.Index
		}
	}
	return out
}

// ports are what the numbers of a table's ports mean. Some row has to be about a
// port of the bridge: there are agents that fill one of their tables with
// nonsense. Others number by ifIndex, some of which do not say what the bridge's
// ports are: that is so if each number is the index of a port.
func (t fdbTable) ports(cells []binding, basePorts map[uint32]uint32, k known) (map[uint32]uint32, bool) {
	indexes, some := map[uint32]uint32{}, false
	for _, b := range cells {
		column, _, ok := cell(b.oid, t.entry)
		port := b.value.uint32()
		if !ok || column != t.port || port == 0 {
			continue
		}
		if basePorts[port] != 0 {
			return basePorts, true
		}
		some = true
		if i, there := k.ifs[port]; there && (isPort(i) || k.lags[port]) && indexes != nil {
			indexes[port] = port
		} else {
			indexes = nil
		}
	}
	if some && indexes != nil {
		return indexes, true
	}
	return basePorts, some && len(basePorts) == 0
}

// readFIDs reads which VLAN each FDB id is; nil if no table says so.
func readFIDs(ctx context.Context, s session) (map[uint32]uint16, error) {
	for _, t := range fidTables() {
		cells, err := t.read(ctx, s)
		if fids := t.decode(cells); err != nil || len(fids) > 0 {
			return fids, err
		}
	}
	return map[uint32]uint16{}, nil
}

// decode leaves out FDB ids that several VLANs share: those learn together.
func (t fidTable) decode(cells []binding) map[uint32]uint16 {
	out := map[uint32]uint16{}
	shared := map[uint32]bool{}
	for _, r := range rowsOf(cells, t.entry) {
		tag, fid := r.last(), r.last()
		if t.tag != 0 {
			tag = r.number(t.tag)
		}
		if t.fid != 0 {
			fid = r.number(t.fid)
		}
		if tag == 0 || tag > api.MaxVLAN {
			continue
		}
		if other, taken := out[fid]; taken && other != uint16(tag) {
			shared[fid] = true
		}
		out[fid] = uint16(tag)
	}
	for fid := range shared {
		out[fid] = 0
	}
	return out
}

// vlanOf is the VLAN of an FDB id. Where no table says so it is the id itself.
func (p bridgePart) vlanOf(fid uint32) uint16 {
	if vlan, told := p.fids[fid]; told {
		return vlan
	}
	if fid <= api.MaxVLAN {
		return uint16(fid)
	}
	return 0
}

// distrust forgets the table of FDB ids if rows have ids that it gives to no
// VLAN, but to which it gives others: agents exist that cut the ids there, and
// mean VLANs here.
func (p *bridgePart) distrust(rows map[string]*station) {
	vlans := map[uint32]bool{}
	for _, vlan := range p.fids {
		vlans[uint32(vlan)] = true
	}
	for index := range rows {
		_, fid, ok := p.table.index(index)
		if _, told := p.fids[fid]; ok && !told && vlans[fid] {
			p.fids = nil
			return
		}
	}
}

// station is one row of a forwarding table as it was read.
type station struct {
	port, status uint32
	told         bool // the row has a status
}

// add takes the rows of one context in.
func (b *Bridge) add(p bridgePart) {
	for port, ifIndex := range p.basePorts {
		if b.BasePorts[port] == 0 {
			b.BasePorts[port] = ifIndex
		}
	}
	rows := make(map[string]*station, len(p.cells)/2)
	order := make([]string, 0, len(p.cells)/2)
	statuses := false
	for _, c := range p.cells {
		column, index, ok := cell(c.oid, p.table.entry)
		if !ok {
			continue
		}
		r := rows[index]
		if r == nil {
			r = &station{status: uint32(api.StationLearned)}
			rows[index] = r
			order = append(order, index)
		}
		switch column {
		case p.table.port:
			r.port = c.value.uint32()
		case p.table.status:
			r.status, r.told, statuses = c.value.uint32(), true, true
		}
	}
	p.distrust(rows)
	vlans := map[uint32]uint16{}
	for _, index := range order {
		mac, fid, ok := p.table.index(index)
		if !ok {
			b.Counts.Malformed++
			continue
		}
		if statuses && !rows[index].told { // It came or went while the table was read.
			b.Counts.Incomplete++
			continue
		}
		vlan, seen := vlans[fid]
		if !seen {
			vlan = p.vlan
			if p.table.byFID {
				vlan = p.vlanOf(fid)
			}
			vlans[fid] = vlan
		}
		b.station(FDBEntry{MAC: mac, VLAN: vlan, BasePort: rows[index].port, IfIndex: p.ports[rows[index].port]}, rows[index].status)
	}
}

// index reads the end of a row's index: FDB id and MAC.
func (t fdbTable) index(text string) (mac api.MAC, fid uint32, ok bool) {
	parts, ok := parseIndex(text)
	if !ok || t.byFID && len(parts) < 7 || len(parts) < 6 {
		return mac, 0, false
	}
	tail := parts
	if t.byFID {
		tail = parts[len(parts)-6:]
		head := parts[:len(parts)-6]
		if len(head) > 1 && head[len(head)-1] == 6 { // The MAC's length, which does not belong there.
			head = head[:len(head)-1]
		}
		fid = head[len(head)-1]
	}
	octets, ok := macIndex(tail)
	return api.MAC(octets), fid, ok
}

// station adds one row, or counts why not.
func (b *Bridge) station(e FDBEntry, status uint32) {
	switch {
	case status == uint32(api.StationSelf):
		if mac := e.MAC.String(); !placeholder(mac) && e.MAC[0]&1 == 0 {
			b.Own = append(b.Own, mac)
		}
		return
	case e.MAC[0]&1 != 0:
		b.Counts.Multicast++
		return
	case status != uint32(api.StationLearned) && status != uint32(api.StationMgmt), placeholder(e.MAC.String()):
		b.Counts.Invalid++
		return
	case e.BasePort == 0:
		b.Counts.Portless++
		return
	}
	e.Status = uint8(status)
	b.Entries = append(b.Entries, e)
}

// finish puts everything in order.
func (b *Bridge) finish() {
	if b.Address != "" {
		b.Own = append(b.Own, b.Address)
	}
	b.Own = sortedSet(b.Own)
	b.dropUnplaced()
	slices.SortFunc(b.Entries, compareEntries)
	b.Entries = slices.Compact(b.Entries)
}

// dropUnplaced removes rows without a VLAN that a context says with one: what
// the device answers without a context is one of the VLANs, too.
func (b *Bridge) dropUnplaced() {
	type where struct {
		mac     api.MAC
		ifIndex uint32
	}
	placed := map[where]bool{}
	for _, e := range b.Entries {
		if e.VLAN != 0 && e.IfIndex != 0 {
			placed[where{e.MAC, e.IfIndex}] = true
		}
	}
	b.Entries = slices.DeleteFunc(b.Entries, func(e FDBEntry) bool { return e.VLAN == 0 && placed[where{e.MAC, e.IfIndex}] })
}

func compareEntries(x, y FDBEntry) int {
	return cmp.Or(cmp.Compare(x.VLAN, y.VLAN), cmp.Compare(x.BasePort, y.BasePort), cmp.Compare(x.IfIndex, y.IfIndex),
		cmp.Compare(x.Status, y.Status), slices.Compare(x.MAC[:], y.MAC[:]))
}

// dealt is the most rows that one claim holds before they are dealt out by the
// last octet of the MAC.
const dealt = 256

func (b *Bridge) claims(k known) []api.Claim {
	var out []api.Claim
	if len(b.Own) > 0 {
		out = append(out, deviceSays("#fdb", []api.KV{{Key: AttrMACs, Value: strings.Join(b.Own, " ")}}))
	}
	made := map[string]bool{}
	for port, ifIndex := range sortedPairs(b.BasePorts) {
		if k.portless() {
			out = append(out, basePortClaim(port))
		}
		if c, ok := k.about(ifIndex, "#fdb", []api.KV{{Key: api.AttrBasePort, Value: number(uint64(port))}}); ok && !made[c.Key] {
			made[c.Key] = true
			out = append(out, c)
		}
	}
	groups := map[string]*api.Stations{}
	var order []string
	for _, e := range b.Entries {
		port, ensured := k.portKey(e.IfIndex, "#fdb")
		if _, there := b.BasePorts[e.BasePort]; there && k.portless() {
			port = prefixPort + number(uint64(e.BasePort))
		}
		if ensured != nil && !made[ensured.Key] {
			made[ensured.Key] = true
			out = append(out, *ensured)
		}
		where, local := strings.TrimPrefix(port, prefixPort), ""
		if port == "" {
			local = number(uint64(e.BasePort))
			where = "?" + local
		}
		prefix := "fdb/"
		if e.Status == api.StationMgmt {
			prefix = "fdb5/"
		}
		key := prefix + strconv.Itoa(int(e.VLAN)) + "/" + where
		g := groups[key]
		if g == nil {
			g = &api.Stations{Device: keyDevice, Port: port, LocalPort: local, VLAN: e.VLAN, Status: e.Status}
			groups[key] = g
			order = append(order, key)
		}
		g.MACs = append(g.MACs, e.MAC)
	}
	for _, key := range order {
		out = append(out, dealStations(key, groups[key])...)
	}
	return out
}

// basePortClaim is a port of a device that knows it by the bridge's number alone.
func basePortClaim(port uint32) api.Claim {
	name := number(uint64(port))
	return api.Claim{Key: prefixPort + name + "#fdb", Vertex: &api.VertexClaim{
		Kind: api.VertexPort, Parent: keyDevice, Name: name,
		Aliases: []api.Alias{{Kind: api.AliasIfName, Strength: api.Weak, Value: name}},
		Attrs:   []api.KV{{Key: api.AttrBasePort, Value: name}},
	}}
}

// dealStations cuts a claim that has grown long into one for each last octet.
func dealStations(key string, all *api.Stations) []api.Claim {
	slices.SortFunc(all.MACs, func(x, y api.MAC) int { return slices.Compare(x[:], y[:]) })
	all.MACs = slices.Compact(all.MACs)
	if len(all.MACs) <= dealt {
		return []api.Claim{{Key: key, Stations: all}}
	}
	var parts [256]*api.Stations
	for _, mac := range all.MACs {
		p := parts[mac[5]]
		if p == nil {
			one := *all
			one.MACs = nil
			p = &one
			parts[mac[5]] = p
		}
		p.MACs = append(p.MACs, mac)
	}
	var out []api.Claim
	for octet, p := range parts {
		if p != nil {
			out = append(out, api.Claim{Key: key + "/" + hex.EncodeToString([]byte{byte(octet)}), Stations: p})
		}
	}
	return out
}

// contextName is how a maker's devices call the part of the agent that answers
// for one VLAN: behind the community, and as SNMPv3's context.
type contextName struct {
	// vlans says which VLANs there are.
	vlans source
	state int // column: 1 is operational
	// reserved VLANs have no context; asking for it raises an alarm.
	first, last uint32
	community   string // format
	context     string
}

func contextNames() []contextName {
	return []contextName{{
		vlans: source{"vtpVlanTable", "1.3.6.1.4.1.9.9.46.1.3.1.1", []int{2}}, state: 2, first: 1002, last: 1005,
		community: "@%d", context: "vlan-%d",
	}}
}

const (
	// maxContexts is how many contexts of one device are read.
	maxContexts = 512
	// patientContexts is after how many silent contexts in a row the rest is
	// left out.
	patientContexts = 3
	// quietFor is for how many readings a context that did not answer is left
	// alone: the device takes the question for an attempt to break in.
	quietFor = 12
)

// readContexts reads the forwarding tables that a device has for each VLAN.
// silent remembers from one reading to the next which do not answer.
func (b *Bridge) readContexts(ctx context.Context, s session, k known) error {
	quiet := k.silent
	for _, c := range contextNames() {
		cells, err := c.vlans.read(ctx, s)
		if err != nil {
			return err
		}
		vlans := c.operational(cells)
		if len(vlans) > maxContexts {
			b.Unread = append(b.Unread, fmt.Sprintf("%d VLANs beyond the first %d", len(vlans)-maxContexts, maxContexts))
			vlans = vlans[:maxContexts]
		}
		silent := 0
		for i, vlan := range vlans {
			if quiet[vlan] > 0 {
				quiet[vlan]--
				b.Unread = append(b.Unread, fmt.Sprintf("VLAN %d: it did not answer", vlan))
				continue
			}
			err := b.readContext(ctx, s.Within(inContext{behind: fmt.Sprintf(c.community, vlan), name: fmt.Sprintf(c.context, vlan)}), k, vlan)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err == nil {
				silent = 0
				continue
			}
			b.Unread = append(b.Unread, fmt.Sprintf("VLAN %d: it did not answer", vlan))
			quiet[vlan] = quietFor
			if silent++; silent == patientContexts && i+1 < len(vlans) {
				b.Unread = append(b.Unread, fmt.Sprintf("%d further VLANs: %d before them did not answer", len(vlans)-i-1, silent))
				for _, v := range vlans[i+1:] {
					quiet[v] = quietFor
				}
				break
			}
		}
	}
	return nil
}

func (b *Bridge) readContext(ctx context.Context, s session, k known, vlan uint16) error {
	basePorts, err := readBasePorts(ctx, s)
	if err != nil {
		return err
	}
	part, err := readPart(ctx, s, k, vlan, basePorts)
	b.add(part)
	return err
}

// operational are the VLANs that have a context, ascending.
func (c contextName) operational(cells []binding) []uint16 {
	var out []uint16
	for _, r := range rowsOf(cells, c.vlans.entry) {
		vlan := r.last()
		if r.number(c.state) == 1 && vlan != 0 && vlan <= api.MaxVLAN && (vlan < c.first || vlan > c.last) {
			out = append(out, uint16(vlan))
		}
	}
	return sortedSet(out)
}
