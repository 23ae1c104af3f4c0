package snmp

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// TableRoute is the scope of routes to addresses that clusters expose.
const TableRoute = "route"

const (
	// maxTargets is for how many addresses routes of one device are looked for.
	maxTargets = 1000
	// maxNextHops is how many rows of one route are read.
	maxNextHops = 64
	// maxShorterInVRF is for how many addresses that have no route of their own
	// shorter ones are looked for in one VRF: each costs two messages.
	maxShorterInVRF = 100
	// nextAtOnce is how many questions go into one message.
	nextAtOnce = 20
)

// Routes are what a router does with addresses that clusters expose.
type Routes struct {
	VRF  string // "" for the default one
	List []RouteRow
	// Left is how many addresses were not looked for, being too many.
	Left int
}

// RouteRow is one way that a router has for an address.
type RouteRow struct {
	Address netip.Addr   // what was looked for
	Prefix  netip.Prefix // the longest that has it
	NextHop netip.Addr   // not valid where the address is on a network of the router's own
	// MAC is whom such an address belongs to, by the router's address table.
	MAC     string
	IfIndex uint32 // 0 where the table does not say
	// Forwards says that packets go this way; else it is a path that BGP knows.
	Forwards bool
}

// Rows implements Facts.
func (r *Routes) Rows() int { return len(r.List) }

// routeTable is a MIB of routes, which are found by their prefix: tables are too
// long to be read. Each has a column that every row has.
type routeTable struct {
	name, column string
	// interfaces says that the column is the interface, else the next hop.
	interfaces bool
	at         func(netip.Prefix) string // where in the column rows of a prefix are, "" if nowhere
	read       func(index []uint32) (netip.Prefix, netip.Addr)
}

// forwardingTables are tried in this order until one has anything; pathTables are
// read beside it.
func forwardingTables() []routeTable {
	return []routeTable{
		{"inetCidrRouteTable", "1.3.6.1.2.1.4.24.7.1.7", true, inetRouteAt, inetRoute},
		{"ipCidrRouteTable", "1.3.6.1.2.1.4.24.4.1.5", true, cidrRouteAt, cidrRoute},
	}
}

func pathTables() []routeTable {
	return []routeTable{{"bgp4PathAttrTable", "1.3.6.1.2.1.15.6.1.6", false, pathAt, path}}
}

// octetsAt writes the octets of an address as an index.
func octetsAt(a netip.Addr) string {
	var b strings.Builder
	for i, o := range a.AsSlice() {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.Itoa(int(o)))
	}
	return b.String()
}

func inetRouteAt(p netip.Prefix) string {
	kind := "1.4."
	if p.Addr().Is6() {
		kind = "2.16."
	}
	return kind + octetsAt(p.Addr()) + "." + strconv.Itoa(p.Bits())
}

// inetRoute reads type and octets of the prefix, its length, a policy, and type
// and octets of the next hop, each with their number in front.
func inetRoute(index []uint32) (netip.Prefix, netip.Addr) {
	if len(index) < 2 || index[1] > 16 || len(index) < int(index[1])+4 {
		return netip.Prefix{}, netip.Addr{}
	}
	n := int(index[1])
	network, ok := anyAddress(index[2 : 2+n])
	bits, rest := index[2+n], index[3+n:]
	if !ok || bits > 128 || int(rest[0])+1 > len(rest) {
		return netip.Prefix{}, netip.Addr{}
	}
	hop, _ := typedAddress(rest[1+rest[0]:])
	return netip.PrefixFrom(network, int(bits)), hop
}

func cidrRouteAt(p netip.Prefix) string {
	if !p.Addr().Is4() {
		return ""
	}
	mask := ^uint32(0) << (32 - p.Bits())
	return octetsAt(p.Addr()) + "." + octetsAt(netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}))
}

// cidrRoute reads a network, its mask, a type of service and the next hop.
func cidrRoute(index []uint32) (netip.Prefix, netip.Addr) {
	if len(index) != 13 {
		return netip.Prefix{}, netip.Addr{}
	}
	network, ok := anyAddress(index[:4])
	mask, fine := anyAddress(index[4:8])
	if !ok || !fine {
		return netip.Prefix{}, netip.Addr{}
	}
	hop, _ := plainAddress(index[9:])
	return netip.PrefixFrom(network, maskBits(value{kind: kindAddress, text: mask.String()})), hop
}

func pathAt(p netip.Prefix) string {
	if !p.Addr().Is4() {
		return ""
	}
	return octetsAt(p.Addr()) + "." + strconv.Itoa(p.Bits())
}

// path reads a network, its length, and the peer that told it: the next hop is
// the value.
func path(index []uint32) (netip.Prefix, netip.Addr) {
	if len(index) != 9 || index[4] > 32 {
		return netip.Prefix{}, netip.Addr{}
	}
	network, _ := anyAddress(index[:4])
	return netip.PrefixFrom(network, int(index[4])), netip.Addr{}
}

// anyAddress reads 4 or 16 octets, whatever they name.
func anyAddress(parts []uint32) (netip.Addr, bool) {
	octets := make([]byte, len(parts))
	for i, n := range parts {
		if n > 255 {
			return netip.Addr{}, false
		}
		octets[i] = byte(n)
	}
	return netip.AddrFromSlice(octets)
}

// lengths are the prefix lengths that are looked for, the longest first: of IPv6
// those of whole digits. The default route says nothing of an address.
func lengths(a netip.Addr) []int {
	var out []int
	step, shortest := 1, 8
	if a.Is6() {
		step, shortest = 4, 32
	}
	for bits := a.BitLen(); bits >= shortest; bits -= step {
		out = append(out, bits)
	}
	return out
}

func ipForwarding() object { return object{"ipForwarding", "1.3.6.1.2.1.4.1.0"} }

func routeTopics() []topic {
	return []topic{{
		table: TableRoute, mib: "IP-FORWARD-MIB", pace: paceTables, scalar: ipForwarding(), read: readRoutes,
		needless: seeksNothing,
	}}
}

func seeksNothing(k known) bool { return len(k.targets) == 0 }

// forwards says whether the device is a router. In the context of a VRF many
// agents do not say it again.
func forwards(ctx context.Context, s session, within bool) (bool, error) {
	values, err := s.Get(ctx, ipForwarding())
	return err == nil && (values[0].uint32() == 1 || within && values[0].kind == kindAbsent), err
}

func readRoutes(ctx context.Context, s session, k known) (Facts, error) {
	return readRoutesOf(ctx, s, k, "")
}

func readRoutesOf(ctx context.Context, s session, k known, vrf string) (*Routes, error) {
	out := &Routes{VRF: vrf}
	if seeksNothing(k) {
		return out, nil
	}
	if is, err := forwards(ctx, s, vrf != ""); err != nil || !is {
		return out, err
	}
	shorter := maxTargets
	if vrf != "" {
		shorter = maxShorterInVRF
	}
	targets := k.targets
	if len(targets) > maxTargets {
		out.Left = len(targets) - maxTargets
		targets = targets[:maxTargets]
	}
	for _, t := range forwardingTables() {
		list, left, err := t.find(ctx, s, targets, shorter)
		out.List = append(out.List, list...)
		if err != nil {
			return out, err
		}
		if len(list) > 0 {
			out.Left += left
			break
		}
	}
	for _, t := range pathTables() {
		list, _, err := t.find(ctx, s, targets, shorter)
		out.List = append(out.List, list...)
		if err != nil {
			return out, err
		}
	}
	err := out.whose(ctx, s)
	out.finish()
	return out, err
}

// search is one prefix of which rows are looked for.
type search struct {
	target netip.Addr
	prefix netip.Prefix
	after  string // an identifier; what is wanted follows it
	rows   int
}

// find returns the rows of the longest prefix that each address has; shorter is
// for how many addresses at most others than its own are looked for, and left is
// how many there were more.
func (t routeTable) find(ctx context.Context, s session, targets []netip.Addr, shorter int) (out []RouteRow, left int, err error) {
	first, err := s.Next(ctx, object{t.name, t.column})
	if err != nil || !strings.HasPrefix(first[0].oid, t.column+".") {
		return nil, 0, err
	}
	found := map[netip.Addr]bool{}
	ask := func(list []search) error {
		for len(list) > 0 {
			rows, more, err := t.step(ctx, s, list[:min(nextAtOnce, len(list))])
			if err != nil {
				return err
			}
			for _, r := range rows {
				out, found[r.Address] = append(out, r), true
			}
			list = append(more, list[min(nextAtOnce, len(list)):]...)
		}
		return nil
	}
	// Most have a route of their own; the rest is asked for one by one.
	var exact []search
	for _, a := range targets {
		exact = t.add(exact, a, a.BitLen())
	}
	if err := ask(exact); err != nil {
		return out, 0, err
	}
	for _, a := range targets {
		if found[a] {
			continue
		}
		if shorter--; shorter < 0 {
			left++
			continue
		}
		longest, err := t.longest(ctx, s, a)
		if err == nil {
			err = ask(longest)
		}
		if err != nil {
			return out, left, err
		}
	}
	return out, left, nil
}

func (t routeTable) add(list []search, a netip.Addr, bits int) []search {
	p, err := a.Prefix(bits)
	if at := t.at(p); err == nil && at != "" {
		list = append(list, search{target: a, prefix: p, after: t.column + "." + at})
	}
	return list
}

// longest looks for the longest of the shorter prefixes that an address has.
func (t routeTable) longest(ctx context.Context, s session, a netip.Addr) ([]search, error) {
	var all []search
	for _, bits := range lengths(a)[1:] {
		all = t.add(all, a, bits)
	}
	for len(all) > 0 {
		n := min(nextAtOnce, len(all))
		rows, _, err := t.step(ctx, s, all[:n])
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			return t.add(nil, a, rows[0].Prefix.Bits()), nil
		}
		all = all[n:]
	}
	return nil, nil
}

// step asks what follows, once for each search, and says which of them have more.
func (t routeTable) step(ctx context.Context, s session, list []search) (rows []RouteRow, more []search, err error) {
	objects := make([]object, len(list))
	for i, q := range list {
		objects[i] = object{t.name, q.after}
	}
	got, err := s.Next(ctx, objects...)
	if err != nil {
		return nil, nil, err
	}
	for i, q := range list {
		index, below := strings.CutPrefix(got[i].oid, t.column+".")
		parts, ok := parseIndex(index)
		if !below || !ok || compareOID(got[i].oid, q.after) <= 0 {
			continue
		}
		prefix, hop := t.read(parts)
		if prefix != q.prefix {
			continue
		}
		r := RouteRow{Address: q.target, Prefix: prefix, NextHop: hop, Forwards: t.interfaces}
		if t.interfaces {
			r.IfIndex = got[i].value.uint32()
		} else {
			r.NextHop = addressIn(got[i].value)
		}
		rows = append(rows, r)
		if q.after, q.rows = got[i].oid, q.rows+1; q.rows < maxNextHops {
			more = append(more, q)
		}
	}
	return rows, more, nil
}

// whose asks the address tables for those that are on a network of the router's
// own.
func (r *Routes) whose(ctx context.Context, s session) error {
	var direct []*RouteRow
	for i := range r.List {
		if row := &r.List[i]; row.Forwards && !row.NextHop.IsValid() && row.IfIndex != 0 {
			direct = append(direct, row)
		}
	}
	for len(direct) > 0 {
		n := min(nextAtOnce/2, len(direct))
		var objects []object
		for _, row := range direct[:n] {
			port := strconv.FormatUint(uint64(row.IfIndex), 10)
			typed := inetRouteAt(netip.PrefixFrom(row.Address, row.Address.BitLen()))
			typed = typed[:strings.LastIndexByte(typed, '.')]
			objects = append(objects, object{"ipNetToPhysicalPhysAddress", "1.3.6.1.2.1.4.35.1.4." + port + "." + typed},
				object{"ipNetToMediaPhysAddress", "1.3.6.1.2.1.4.22.1.2." + port + "." + octetsAt(row.Address)})
		}
		values, err := s.Get(ctx, objects...)
		if err != nil {
			return err
		}
		for i, row := range direct[:n] {
			for _, v := range values[2*i : 2*i+2] {
				if mac := macOf(v.bytes()); row.MAC == "" && !placeholder(mac) {
					row.MAC = mac
				}
			}
		}
		direct = direct[n:]
	}
	return nil
}

// finish leaves out what leads to nobody, and what is said twice.
func (r *Routes) finish() {
	slices.SortFunc(r.List, func(x, y RouteRow) int {
		forwards := 0
		if x.Forwards != y.Forwards {
			forwards = 1
			if x.Forwards {
				forwards = -1
			}
		}
		return cmp.Or(x.Address.Compare(y.Address), x.NextHop.Compare(y.NextHop), cmp.Compare(x.MAC, y.MAC), forwards,
			cmp.Compare(y.Prefix.Bits(), x.Prefix.Bits()), cmp.Compare(x.IfIndex, y.IfIndex))
	})
	r.List = slices.DeleteFunc(r.List, func(x RouteRow) bool { return !x.NextHop.IsValid() && x.MAC == "" })
	r.List = slices.CompactFunc(r.List, func(x, y RouteRow) bool {
		return x.Address == y.Address && x.NextHop == y.NextHop && x.MAC == y.MAC
	})
}

// inVRF is the end of a key of what is said in a VRF.
func inVRF(vrf string) string {
	if vrf == "" {
		return ""
	}
	return "/" + escape(vrf)
}

func (r *Routes) claims(k known) []api.Claim {
	var out []api.Claim
	if r.Left > 0 {
		out = append(out, deviceSays("#route"+inVRF(r.VRF), []api.KV{{Key: AttrRoutesLeft, Value: strconv.Itoa(r.Left)}}))
	}
	for _, row := range r.List {
		to := row.MAC
		route := &api.Route{
			Device: keyDevice, VRF: r.VRF, Address: row.Address.String(), Prefix: row.Prefix.String(), MAC: row.MAC,
			Interface: k.label(row.IfIndex), Forwards: row.Forwards,
		}
		if row.NextHop.IsValid() {
			route.NextHop = row.NextHop.String()
			to = route.NextHop
		}
		out = append(out, api.Claim{Key: "route/" + escape(r.VRF) + "/" + route.Address + "/" + to, Route: route})
	}
	return out
}
