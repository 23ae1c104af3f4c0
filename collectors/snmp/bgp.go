package snmp

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"github.com/netseam/netseam/api"
)

// TableBGP is the scope of BGP sessions.
const TableBGP = "bgp"

// BGP are the sessions of a device.
type BGP struct {
	VRF      string // of them all, "" if they were read of the default instance
	LocalAS  uint32
	RouterID string
	Peers    []BGPPeer
}

// BGPPeer is one session.
type BGPPeer struct {
	VRF         string // "" for the default one
	Local       netip.Addr
	Remote      netip.Addr
	LocalAS     uint32
	RemoteAS    uint32
	RemoteID    string
	State       string // idle, connect, active, opensent, openconfirm, established
	Stopped     bool   // by people
	Description string
}

// Rows implements Facts.
func (b *BGP) Rows() int { return len(b.Peers) }

// bgpTable is one MIB of sessions. Columns that it does not have are 0.
type bgpTable struct {
	source
	// remote is the column of the far address, 0 if it is in the index, as typed
	// says with its type and length, behind so many parts.
	remote, skip int
	typed        bool
	// inVRF says that the first part of the index is a VRF, or where it is in a
	// column; base is the number of the default one.
	inVRF                              bool
	vrf                                int
	base                               uint32
	state, admin, stopped              int // stopped is the value of admin
	local, localAS, remoteAS, remoteID int
	description                        int
}

// bgpTables are merged: of one session the first table's row, and what others
// know that it does not. Those that know four octets of an AS come first.
func bgpTables() []bgpTable {
	return []bgpTable{
		{
			source: source{"aristaBgp4V2PeerTable", "1.3.6.1.4.1.30065.4.1.1.2.1", []int{13, 12, 3, 7, 10, 11, 14}},
			skip:   1, typed: true, inVRF: true, base: 1, state: 13, admin: 12, stopped: 1,
			local: 3, localAS: 7, remoteAS: 10, remoteID: 11, description: 14,
		},
		{
			source: source{"cbgpPeer2Table", "1.3.6.1.4.1.9.9.187.1.2.5.1", []int{3, 4, 6, 8, 11, 12, 28}},
			typed:  true, state: 3, admin: 4, stopped: 1, local: 6, localAS: 8, remoteAS: 11, remoteID: 12, description: 28,
		},
		{
			source: source{"jnxBgpM2PeerTable", "1.3.6.1.4.1.2636.5.1.1.2.1.1.1", []int{2, 11, 1, 3, 7, 9, 13, 15}},
			remote: 11, vrf: 15, state: 2, admin: 3, stopped: 1, local: 7, localAS: 9, remoteAS: 13, remoteID: 1,
		},
		{
			source: source{"dellNetBgpM2PeerTable", "1.3.6.1.4.1.6027.20.1.2.1.1.1", []int{4, 12, 2, 5, 8, 10, 14}},
			remote: 12, state: 4, admin: 5, stopped: 1, local: 8, localAS: 10, remoteAS: 14, remoteID: 2,
		},
		{
			source: source{"tBgpPeerNgTable", "1.3.6.1.4.1.6527.3.1.2.14.4.7.1", []int{66, 7, 13, 65}},
			skip:   1, typed: true, inVRF: true, base: 1,
			local: 13, localAS: 65, remoteAS: 66, description: 7,
		},
		{
			source: source{"bgpPeerTable", "1.3.6.1.2.1.15.3.1", []int{2, 3, 1, 5, 9}},
			state:  2, admin: 3, stopped: 1, local: 5, remoteAS: 9, remoteID: 1,
		},
	}
}

// vrfNames are the tables in which VRFs that are numbers in others have names.
func vrfNames() []source {
	return []source{{"vRtrConfTable", "1.3.6.1.4.1.6527.3.1.2.3.1.1", []int{4}}}
}

func bgpLocalAS() object { return object{"bgpLocalAs", "1.3.6.1.2.1.15.2.0"} }

func routingTopics() []topic {
	return []topic{
		{table: TableBGP, mib: "BGP4-MIB", pace: paceNeighbours, scalar: bgpLocalAS(), read: readBGP},
		{table: TableOSPF, mib: "OSPF-MIB", pace: paceNeighbours, scalar: ospfRouterID(), read: readOSPF},
		{table: TableISIS, mib: "ISIS-MIB", pace: paceNeighbours, scalar: isisSystemID(), read: readISIS},
	}
}

func readBGP(ctx context.Context, s session, _ known) (Facts, error) {
	scalars, err := s.Get(ctx, bgpLocalAS(), object{"bgpIdentifier", "1.3.6.1.2.1.15.4.0"})
	if err != nil {
		return &BGP{}, err
	}
	var tables []source
	for _, t := range bgpTables() {
		tables = append(tables, t.source)
	}
	cells, err := readAll(ctx, s, tables...)
	if b := decodeBGP(scalars[0], scalars[1], cells); err == nil && slices.ContainsFunc(b.Peers, func(p BGPPeer) bool { return p.VRF != "" }) {
		names, failed := readAll(ctx, s, vrfNames()...)
		cells, err = append(cells, names...), failed
	}
	return decodeBGP(scalars[0], scalars[1], cells), err
}

func decodeBGP(localAS, id value, cells []binding) *BGP {
	b := &BGP{LocalAS: asNumber(localAS), RouterID: routerID(id)}
	names := map[uint32]string{}
	for _, t := range vrfNames() {
		for _, r := range rowsOf(cells, t.entry) {
			names[r.last()] = r.str(t.columns[0])
		}
	}
	type key struct {
		vrf    string
		remote netip.Addr
	}
	found := map[key]*BGPPeer{}
	for _, t := range bgpTables() {
		for _, r := range rowsOf(cells, t.entry) {
			p, ok := t.peer(r, names)
			if !ok {
				continue
			}
			at := key{p.VRF, p.Remote}
			if known := found[at]; known != nil {
				known.complete(p)
				continue
			}
			found[at] = &p
		}
	}
	for _, p := range found {
		p.LocalAS = cmp.Or(p.LocalAS, b.LocalAS)
		b.Peers = append(b.Peers, *p)
	}
	slices.SortFunc(b.Peers, func(x, y BGPPeer) int {
		return cmp.Or(cmp.Compare(x.VRF, y.VRF), x.Remote.Compare(y.Remote))
	})
	return b
}

// peer reads one row.
func (t bgpTable) peer(r row, names map[uint32]string) (BGPPeer, bool) {
	p := BGPPeer{
		State: bgpState(r.number(t.state)), RemoteAS: asNumber(r.cells[t.remoteAS]), LocalAS: asNumber(r.cells[t.localAS]),
		RemoteID: routerID(r.cells[t.remoteID]), Description: r.str(t.description),
		Stopped: t.admin != 0 && r.number(t.admin) == uint32(t.stopped),
	}
	p.Local = addressIn(r.cells[t.local])
	var ok bool
	switch {
	case t.remote != 0:
		p.Remote = addressIn(r.cells[t.remote])
		ok = p.Remote.IsValid()
	case len(r.index) <= t.skip:
		return p, false
	case t.typed:
		p.Remote, ok = typedAddress(r.index[t.skip:])
	default:
		p.Remote, ok = plainAddress(r.index)
	}
	instance := t.base
	if t.inVRF {
		instance = r.index[0]
	} else if t.vrf != 0 {
		instance = r.number(t.vrf)
	}
	if instance != t.base {
		p.VRF = cmp.Or(names[instance], number(uint64(instance)))
	}
	return p, ok
}

// complete takes over what another table knows of the same session.
func (p *BGPPeer) complete(other BGPPeer) {
	p.State = cmp.Or(p.State, other.State)
	p.RemoteAS, p.LocalAS = cmp.Or(p.RemoteAS, other.RemoteAS), cmp.Or(p.LocalAS, other.LocalAS)
	p.RemoteID, p.Description = cmp.Or(p.RemoteID, other.RemoteID), cmp.Or(p.Description, other.Description)
	if !p.Local.IsValid() {
		p.Local = other.Local
	}
}

// asNumber reads an AS. Agents whose INTEGER has 32 bits say large ones as
// negative numbers.
func asNumber(v value) uint32 {
	if v.kind == kindNumber && v.number < 0 && v.number >= -1<<31 {
		return uint32(int32(v.number))
	}
	return v.uint32()
}

// routerID is a dotted number that names somebody.
func routerID(v value) string {
	a := addressIn(v)
	if !a.Is4() {
		return ""
	}
	return a.String()
}

// addressIn reads an address that is a value: an IpAddress, octets or text.
func addressIn(v value) netip.Addr {
	text := v.str()
	if octets := v.bytes(); octets != nil {
		text = networkAddress(octets)
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.IsUnspecified() {
		return netip.Addr{}
	}
	return a.Unmap()
}

func bgpState(n uint32) string {
	names := [...]string{"", "idle", "connect", "active", "opensent", "openconfirm", "established"}
	if n >= uint32(len(names)) {
		return ""
	}
	return names[n]
}

func (b *BGP) claims(known) []api.Claim {
	var out []api.Claim
	says := attrs(api.KV{Key: api.AttrAS, Value: number(uint64(b.LocalAS))}, api.KV{Key: api.AttrRouterID, Value: b.RouterID})
	if b.VRF == "" && len(b.Peers) > 0 && len(says) > 0 {
		out = append(out, deviceSays("#bgp", says))
	}
	for _, p := range b.Peers {
		s := &api.Session{
			Protocol: api.SessionBGP, Device: keyDevice, VRF: p.VRF, Remote: p.Remote.String(), RemoteID: p.RemoteID,
			LocalAS: p.LocalAS, RemoteAS: p.RemoteAS, State: p.State, Health: p.health(),
		}
		if p.Local.IsValid() {
			s.Local = p.Local.String()
		}
		out = append(out, api.Claim{Key: "bgp/" + escape(p.VRF) + "/" + p.Remote.String(), Session: s})
	}
	return out
}

func (p BGPPeer) health() api.Health {
	switch {
	case p.State == "established":
		return api.HealthOK
	case p.Stopped || p.State == "":
		return api.HealthUnknown
	}
	return api.HealthDown
}
