package snmp

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// decodeLocalPorts reads cells of lldpLocPortTable. Where the index has the
// number of the destination address too, the first row of a port is read.
func decodeLocalPorts(cells []binding, entry string) []LocalPort {
	type row struct{ subtype, id, descr value }
	rows := map[uint32]*row{} // local port number -> row
	for _, b := range cells {
		column, index, ok := cell(b.oid, entry)
		port, _, _ := strings.Cut(index, ".")
		n, err := strconv.ParseUint(port, 10, 32)
		if !ok || err != nil || column < locPortIDSubtype || column > locPortDesc {
			continue
		}
		r := rows[uint32(n)]
		if r == nil {
			r = &row{}
			rows[uint32(n)] = r
		}
		first := func(v *value) {
			if v.kind == kindAbsent {
				*v = b.value
			}
		}
		switch column {
		case locPortIDSubtype:
			first(&r.subtype)
		case locPortID:
			first(&r.id)
		case locPortDesc:
			first(&r.descr)
		}
	}
	out := make([]LocalPort, 0, len(rows))
	for n, r := range rows {
		p := LocalPort{Number: n, Description: r.descr.str()}
		p.ID, p.IDSubtype = decodeID(portID, r.subtype, r.id)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b LocalPort) int { return cmp.Compare(a.Number, b.Number) })
	nameLocalPorts(out)
	return out
}

// nameLocalPorts gives each port a name of its own: its ID, but its description
// rather than a MAC or a number. Ports that share it have none.
func nameLocalPorts(ports []LocalPort) {
	ids, descriptions := map[string]int{}, map[string]int{}
	for _, p := range ports {
		ids[p.ID]++
		descriptions[p.Description]++
	}
	for i := range ports {
		p := &ports[i]
		described := p.Description != "" && p.Description != "-" && descriptions[p.Description] == 1
		numeric := p.IDSubtype == api.PortMAC || p.IDSubtype == api.PortLocal
		switch {
		case described && (numeric || ids[p.ID] > 1 || p.ID == ""):
			p.Name = p.Description
		case ids[p.ID] == 1:
			p.Name = p.ID
		}
	}
}

// remoteKey is the index of a row of lldpRemTable without its time mark. Rows
// with differently long indexes are never the same.
type remoteKey struct {
	port, index uint32
	destination uint32
	parts       int
}

// remoteRow is a row of lldpRemTable as it was read.
type remoteRow struct {
	index string // as it was read
	key   remoteKey
	mark  uint32
	cells map[int]value
}

// decodeNeighbours reads lldpRemTable and lldpRemManAddrTable.
func (l *LLDP) decodeNeighbours(t lldpTables) {
	rows := l.newest(l.keyed(groupRemote(t.neighbours, t.form)))
	hasPort := func(r *remoteRow) bool { return r.cells[remPortID].kind != kindAbsent }
	somePorts := t.broken || slices.ContainsFunc(rows, hasPort)
	byRow := decodeAddresses(t.addresses, t.form)
	for _, r := range rows {
		n := r.neighbour(t.form.enabled)
		if n.ChassisID == "" || (placeholder(n.ChassisID) && n.PortID == "" && n.SysName == "") ||
			(somePorts && !hasPort(r)) || (t.broken && r.cells[remSysName].kind == kindAbsent) {
			l.Counts.Phantom++
			continue
		}
		n.Addresses = byRow[r.index]
		l.Neighbours = append(l.Neighbours, n)
	}
}

// groupRemote gathers the cells of each row, in the order of the rows' first
// cells.
func groupRemote(cells []binding, form lldpForm) []*remoteRow {
	rows := map[string]*remoteRow{} // index as text -> row
	var order []*remoteRow
	for _, b := range cells {
		column, index, ok := cell(b.oid, form.neighbours)
		if !ok || column < remChassisIDSubtype || column > form.enabled {
			continue
		}
		r := rows[index]
		if r == nil {
			r = &remoteRow{index: index, cells: map[int]value{}}
			rows[index] = r
			order = append(order, r)
		}
		r.cells[column] = b.value
	}
	return order
}

// keyed reads the rows' indexes: time mark, local port number, row. Some agents
// leave one part out, in some rows or in all. Of two parts, either the first
// is a time mark or the second is the row; which one, the local ports that
// the device lists decide, for all such rows together. A single part is the
// row; its port is not known.
func (l *LLDP) keyed(rows []*remoteRow) []*remoteRow {
	var out, pairs []*remoteRow
	for _, r := range rows {
		index, ok := parseIndex(r.index)
		switch {
		case ok && l.indexed && len(index) == 4:
			r.mark, r.key = index[0], remoteKey{port: index[1], destination: index[2], index: index[3], parts: 4}
		case ok && len(index) == 3:
			r.mark, r.key = index[0], remoteKey{port: index[1], index: index[2], parts: 3}
		case ok && len(index) == 2:
			r.key = remoteKey{port: index[0], index: index[1], parts: 2}
			pairs = append(pairs, r)
		case ok && len(index) == 1:
			r.key = remoteKey{index: index[0], parts: 1}
		default:
			l.Counts.Malformed++
			continue
		}
		out = append(out, r)
	}
	if len(pairs) > 0 && !l.portComesFirst(pairs) {
		for _, r := range pairs {
			r.mark, r.key = r.key.port, remoteKey{port: r.key.index, parts: 2}
		}
	}
	return out
}

// portComesFirst says whether the first of two parts is the local port. That
// all are, by chance, numbers of ports is likelier of rows than of time marks.
func (l *LLDP) portComesFirst(pairs []*remoteRow) bool {
	ports := make(map[uint32]bool, len(l.Ports))
	for _, p := range l.Ports {
		ports[p.Number] = true
	}
	for _, r := range pairs {
		if !ports[r.key.port] {
			return false
		}
	}
	return true
}

// newest leaves of the rows with one key that with the newest time mark, and
// puts them in order.
func (l *LLDP) newest(rows []*remoteRow) []*remoteRow {
	best := make(map[remoteKey]*remoteRow, len(rows))
	for _, r := range rows {
		other := best[r.key]
		if other != nil {
			l.Counts.Duplicate++
		}
		if other == nil || r.mark >= other.mark {
			best[r.key] = r
		}
	}
	out := make([]*remoteRow, 0, len(best))
	for _, r := range best {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *remoteRow) int {
		return cmp.Or(cmp.Compare(a.key.port, b.key.port), cmp.Compare(a.key.index, b.key.index),
			cmp.Compare(a.key.parts, b.key.parts), cmp.Compare(a.key.destination, b.key.destination))
	})
	return out
}

func (r *remoteRow) neighbour(enabled int) Neighbour {
	n := Neighbour{
		LocalPortNum: r.key.port, RemIndex: r.key.index,
		PortDescription: r.cells[remPortDesc].str(),
		SysName:         r.cells[remSysName].str(),
		SysDescription:  r.cells[remSysDesc].str(),
		Capabilities:    capabilities(r.cells[enabled]),
	}
	n.ChassisID, n.ChassisIDSubtype = decodeID(chassisID, r.cells[remChassisIDSubtype], r.cells[remChassisID])
	n.PortID, n.PortIDSubtype = decodeID(portID, r.cells[remPortIDSubtype], r.cells[remPortID])
	return n
}

// decodeAddresses reads cells of lldpRemManAddrTable. All that matters is in
// the index: time mark, port, row, family, length, address. The result's key is
// the row's index in lldpRemTable, as text.
func decodeAddresses(cells []binding, form lldpForm) map[string][]string {
	out := map[string][]string{}
	for _, b := range cells {
		column, index, ok := cell(b.oid, form.addresses)
		parts, fine := parseIndex(index)
		if !ok || !fine || column != manAddrIfSubtype || len(parts) < form.indexParts()+5 {
			continue
		}
		if addr := indexAddress(parts[form.indexParts():]); addr != "" {
			row := joinIndex(parts[:form.indexParts()])
			if !slices.Contains(out[row], addr) {
				out[row] = append(out[row], addr)
			}
		}
	}
	for _, addresses := range out {
		slices.Sort(addresses)
	}
	return out
}

// decodeOwnAddresses reads cells of lldpLocManAddrTable: family, length, address.
func decodeOwnAddresses(cells []binding, entry string) []string {
	var out []string
	for _, b := range cells {
		column, index, ok := cell(b.oid, entry)
		parts, fine := parseIndex(index)
		if !ok || !fine || column != manAddrIfSubtype {
			continue
		}
		if addr := indexAddress(parts); addr != "" && !slices.Contains(out, addr) {
			out = append(out, addr)
		}
	}
	slices.Sort(out)
	return out
}

// indexAddress reads family, length and address; some agents leave the length
// out. "" if it is no address of IPv4 or IPv6, or one that names nobody.
func indexAddress(parts []uint32) string {
	if len(parts) < 5 {
		return ""
	}
	family, rest := parts[0], parts[1:]
	if int64(rest[0]) == int64(len(rest)-1) {
		rest = rest[1:]
	}
	if (family != familyIPv4 || len(rest) != 4) && (family != familyIPv6 || len(rest) != 16) {
		return ""
	}
	octets := make([]byte, len(rest))
	for i, n := range rest {
		if n > 255 {
			return ""
		}
		octets[i] = byte(n)
	}
	addr, _ := netip.AddrFromSlice(octets)
	if addr.IsUnspecified() {
		return ""
	}
	return addr.Unmap().String()
}

func joinIndex(parts []uint32) string {
	var out []byte
	for i, n := range parts {
		if i > 0 {
			out = append(out, '.')
		}
		out = strconv.AppendUint(out, uint64(n), 10)
	}
	return string(out)
}
