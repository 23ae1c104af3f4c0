package snmp

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strconv"

	"github.com/netseam/netseam/api"
)

// TableIP is the scope of a device's own addresses.
const TableIP = "ip"

// Addresses are a device's own.
type Addresses struct{ List []Address }

// Address is one of them.
type Address struct {
	IfIndex uint32
	Address netip.Addr
	// Bits is the length of the prefix, -1 if it is not known.
	Bits int
}

// Rows implements Facts.
func (a *Addresses) Rows() int { return len(a.List) }

const (
	addrIfIndex = 2
	addrMask    = 3

	addressIfIndex = 3
	addressPrefix  = 5
)

func addrTable() source {
	return source{"ipAddrTable", "1.3.6.1.2.1.4.20.1", []int{addrIfIndex, addrMask}}
}

func addressTable() source {
	return source{"ipAddressTable", "1.3.6.1.2.1.4.34.1", []int{addressIfIndex, addressPrefix}}
}

// addr6Table is IPV6-MIB's, which was before it: index ifIndex and address.
func addr6Table() source { return source{"ipv6AddrTable", "1.3.6.1.2.1.55.1.8.1", []int{2}} }

func readAddresses(ctx context.Context, s session, _ known) (Facts, error) {
	cells, err := readAll(ctx, s, addressTable(), addrTable(), addr6Table())
	return decodeOwnPrefixes(cells), err
}

// decodeOwnPrefixes merges the tables: of one address on one interface the row
// that knows its prefix.
func decodeOwnPrefixes(cells []binding) *Addresses {
	type where struct {
		ifIndex uint32
		address netip.Addr
	}
	found := map[where]int{}
	add := func(ifIndex uint32, a netip.Addr, bits int) {
		if at := (where{ifIndex, a}); ifIndex != 0 {
			if known, ok := found[at]; !ok || known < 0 {
				found[at] = bits
			}
		}
	}
	for _, r := range rowsOf(cells, addressTable().entry) {
		if a, ok := typedAddress(r.index); ok {
			add(r.number(addressIfIndex), a, prefixBits(r.str(addressPrefix), a))
		}
	}
	for _, r := range rowsOf(cells, addrTable().entry) {
		if a, ok := plainAddress(r.index); ok && a.Is4() {
			add(r.number(addrIfIndex), a, maskBits(r.cells[addrMask]))
		}
	}
	for _, r := range rowsOf(cells, addr6Table().entry) {
		if len(r.index) < 17 {
			continue
		}
		if a, ok := plainAddress(r.index[len(r.index)-16:]); ok {
			add(r.index[0], a, int(min(r.number(2), 128)))
		}
	}
	out := &Addresses{}
	for at, bits := range found {
		out.List = append(out.List, Address{at.ifIndex, at.address, bits})
	}
	slices.SortFunc(out.List, func(x, y Address) int {
		return cmp.Or(cmp.Compare(x.IfIndex, y.IfIndex), x.Address.Compare(y.Address))
	})
	return out
}

// prefixBits is the end of a pointer to a row of ipAddressPrefixTable.
func prefixBits(pointer string, a netip.Addr) int {
	parts, ok := parseIndex(pointer)
	if !ok || len(parts) < 6 || parts[len(parts)-1] > uint32(a.BitLen()) {
		return -1
	}
	return int(parts[len(parts)-1])
}

// maskBits is the length of a netmask, -1 if it is none.
func maskBits(v value) int {
	mask, err := netip.ParseAddr(v.str())
	if err != nil || !mask.Is4() {
		return -1
	}
	bits, n := mask.As4(), uint32(0)
	for _, b := range bits {
		n = n<<8 | uint32(b)
	}
	length := 0
	for n&(1<<31) != 0 {
		n <<= 1
		length++
	}
	if n != 0 {
		return -1
	}
	return length
}

func (a *Addresses) claims(k known) []api.Claim {
	var says []api.KV
	var own []string
	for _, x := range a.List {
		text := ownAddress(x.Address.String())
		if text == "" {
			continue
		}
		own = append(own, text)
		if x.Bits >= 0 && k.label(x.IfIndex) != "" {
			says = append(says, api.KV{
				Key: api.AttrPrefix, Value: text + "/" + strconv.Itoa(x.Bits) + " - " + k.label(x.IfIndex),
			})
		}
	}
	for _, text := range sortedSet(own) {
		says = append(says, api.KV{Key: api.AttrAddress, Value: text})
	}
	if len(says) == 0 {
		return nil
	}
	return []api.Claim{deviceSays("#ip", says)}
}

// local is the own address, and its interface, in whose prefix another lies; the
// longest prefix wins.
func (k known) local(far netip.Addr) (Address, bool) {
	best, found := Address{}, false
	for _, a := range k.addresses {
		if a.Bits < 0 || a.Address.BitLen() != far.BitLen() || found && a.Bits <= best.Bits || a.Address == far {
			continue
		}
		if p, err := a.Address.Prefix(a.Bits); err == nil && p.Contains(far) {
			best, found = a, true
		}
	}
	return best, found
}
