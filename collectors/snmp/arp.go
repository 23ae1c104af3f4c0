package snmp

import (
	"cmp"
	"context"
	"encoding/hex"
	"net/netip"
	"slices"

	"github.com/netseam/netseam/api"
)

// TableARP is the scope of address tables.
const TableARP = "arp"

// AddressTable is which address has which MAC, of all interfaces.
type AddressTable struct {
	VRF  string // "" for the default one
	List []ARPRow
	// Invalid rows say that they are, or have no MAC.
	Invalid int
}

// ARPRow is one row of an address table.
type ARPRow struct {
	IfIndex uint32
	Address netip.Addr
	MAC     api.MAC
}

// Rows implements Facts.
func (a *AddressTable) Rows() int { return len(a.List) }

// arpTable is one of the MIBs of such tables. All of them are read: agents have
// IPv4 in one and IPv6 in another.
type arpTable struct {
	source
	mac, kind int
	// skip is how many parts of the index come between ifIndex and address.
	skip int
	// typed says that the address has its type in front, oldest that the others
	// say all that it does.
	typed, oldest bool
}

func arpTables() []arpTable {
	return []arpTable{
		{source{"ipNetToPhysicalTable", "1.3.6.1.2.1.4.35.1", []int{4, 6}}, 4, 6, 0, true, false},
		{source{"ipNetToMediaTable", "1.3.6.1.2.1.4.22.1", []int{2, 4}}, 2, 4, 0, false, false},
		{source{"atTable", "1.3.6.1.2.1.3.1.1", []int{2}}, 2, 0, 1, false, true},
		{source{"cInetNetToMediaTable", "1.3.6.1.4.1.9.10.86.1.1.3.1", []int{3, 5}}, 3, 5, 0, true, false},
	}
}

// Types of rows.
const (
	arpInvalid = 2
	arpLocal   = 5
)

func networkTopics() []topic {
	return []topic{
		{table: TableIP, mib: "IP-MIB (addresses)", pace: paceTables, read: readAddresses},
		{table: TableARP, mib: "IP-MIB (neighbours)", pace: paceTables, read: readARP},
	}
}

func readARP(ctx context.Context, s session, k known) (Facts, error) {
	var tables, oldest []source
	for _, t := range arpTables() {
		if t.oldest {
			oldest = append(oldest, t.source)
		} else {
			tables = append(tables, t.source)
		}
	}
	cells, err := readAll(ctx, s, tables...)
	if err == nil && len(cells) == 0 {
		cells, err = readAll(ctx, s, oldest...)
	}
	return decodeARP(cells, k.addresses), err
}

// decodeARP merges the tables. The device's own addresses are left out.
func decodeARP(cells []binding, own []Address) *AddressTable {
	mine := map[netip.Addr]bool{}
	for _, a := range own {
		mine[a.Address] = true
	}
	out := &AddressTable{}
	for _, t := range arpTables() {
		for _, r := range rowsOf(cells, t.entry) {
			a, ok := t.address(r.index)
			kind := r.number(t.kind)
			mac, err := api.ParseMAC(macOf(r.cells[t.mac].bytes()))
			switch {
			case !ok || kind == arpInvalid || err != nil || placeholder(mac.String()):
				out.Invalid++
			case kind == arpLocal || mine[a] || a.IsMulticast() || mac[0]&1 != 0:
			default:
				out.List = append(out.List, ARPRow{r.index[0], a, mac})
			}
		}
	}
	slices.SortFunc(out.List, compareARP)
	out.List = slices.Compact(out.List)
	return out
}

func compareARP(x, y ARPRow) int {
	return cmp.Or(cmp.Compare(x.IfIndex, y.IfIndex), x.Address.Compare(y.Address), slices.Compare(x.MAC[:], y.MAC[:]))
}

// address reads the address behind the interface in an index.
func (t arpTable) address(index []uint32) (netip.Addr, bool) {
	if len(index) < 1+t.skip {
		return netip.Addr{}, false
	}
	rest := index[1+t.skip:]
	if t.typed {
		return typedAddress(rest)
	}
	return plainAddress(rest)
}

// typedAddress reads the type, the length (which some agents leave out) and the
// octets of an address; a zone behind them is left out.
func typedAddress(parts []uint32) (netip.Addr, bool) {
	if len(parts) < 2 {
		return netip.Addr{}, false
	}
	size := map[uint32]int{1: 4, 2: 16, 3: 8, 4: 20}[parts[0]]
	rest := parts[1:]
	if size != 0 && len(rest) == size+1 && rest[0] == uint32(size) {
		rest = rest[1:]
	}
	if size == 0 || len(rest) != size {
		return netip.Addr{}, false
	}
	return plainAddress(rest[:size-zone(size)])
}

// zone is how many octets of an address are its zone's.
func zone(size int) int {
	if size == 8 || size == 20 {
		return 4
	}
	return 0
}

// plainAddress reads 4 or 16 octets that name somebody.
func plainAddress(parts []uint32) (netip.Addr, bool) {
	octets := make([]byte, len(parts))
	for i, n := range parts {
		if n > 255 {
			return netip.Addr{}, false
		}
		octets[i] = byte(n)
	}
	a, ok := netip.AddrFromSlice(octets)
	if !ok || a.IsUnspecified() {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

func (a *AddressTable) claims(k known) []api.Claim {
	var out []api.Claim
	for _, rows := range groupARP(a.List) {
		name := k.label(rows[0].IfIndex)
		if name == "" {
			name = "#" + number(uint64(rows[0].IfIndex))
		}
		out = append(out, a.deal("arp/"+escape(a.VRF)+"/"+escape(name), name, rows)...)
	}
	return out
}

// groupARP cuts sorted rows by their interfaces.
func groupARP(rows []ARPRow) [][]ARPRow {
	var out [][]ARPRow
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].IfIndex == rows[0].IfIndex {
			n++
		}
		out = append(out, rows[:n])
		rows = rows[n:]
	}
	return out
}

func (a *AddressTable) deal(key, name string, rows []ARPRow) []api.Claim {
	parts := map[string]*api.Bindings{}
	for _, r := range rows {
		at := key
		if len(rows) > dealt {
			at += "/" + hex.EncodeToString(r.MAC[5:])
		}
		if parts[at] == nil {
			parts[at] = &api.Bindings{Device: keyDevice, VRF: a.VRF, Interface: name}
		}
		parts[at].Rows = append(parts[at].Rows, api.Binding{Address: r.Address, MAC: r.MAC})
	}
	var out []api.Claim
	for at, b := range sortedPairs(parts) {
		out = append(out, api.Claim{Key: at, Bindings: b})
	}
	return out
}
