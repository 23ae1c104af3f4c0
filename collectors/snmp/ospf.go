package snmp

import (
	"context"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// The scopes of link-state protocols.
const (
	TableOSPF = "ospf"
	TableISIS = "isis"
)

// Adjacencies are whom a device speaks a link-state protocol with.
type Adjacencies struct {
	Protocol string // api.SessionOSPF or api.SessionISIS
	// ID is the device's own router ID or system ID.
	ID   string
	List []Adjacency
}

// Adjacency is one neighbour.
type Adjacency struct {
	IfIndex uint32 // 0 if it is not known
	Local   netip.Addr
	Remote  netip.Addr
	SNPA    string // of IS-IS: the neighbour's MAC
	// RemoteID is the neighbour's router ID, or its system ID.
	RemoteID string
	Area     string // of IS-IS: the level
	State    string
}

// Rows implements Facts.
func (a *Adjacencies) Rows() int { return len(a.List) }

func ospfRouterID() object { return object{"ospfRouterId", "1.3.6.1.2.1.14.1.1.0"} }
func isisSystemID() object { return object{"isisSysID", "1.3.6.1.2.1.138.1.1.1.3.0"} }

func ospfNeighbours() source { return source{"ospfNbrTable", "1.3.6.1.2.1.14.10.1", []int{6, 3}} }
func ospfInterfaces() source { return source{"ospfIfTable", "1.3.6.1.2.1.14.7.1", []int{3}} }

func readOSPF(ctx context.Context, s session, k known) (Facts, error) {
	id, err := s.Get(ctx, ospfRouterID())
	if err != nil {
		return &Adjacencies{Protocol: api.SessionOSPF}, err
	}
	cells, err := readAll(ctx, s, ospfNeighbours(), ospfInterfaces())
	return decodeOSPF(id[0], cells, k), err
}

// decodeOSPF reads the neighbours. Which interface one is heard on follows from
// its address: it lies in a prefix of the device's own, or the interface has
// none and is given by number.
func decodeOSPF(id value, cells []binding, k known) *Adjacencies {
	out := &Adjacencies{Protocol: api.SessionOSPF, ID: routerID(id)}
	areas := map[string]string{} // own address and number -> area
	for _, r := range rowsOf(cells, ospfInterfaces().entry) {
		areas[joinIndex(r.index)] = dotted(r.cells[3])
	}
	for _, r := range rowsOf(cells, ospfNeighbours().entry) {
		if len(r.index) != 5 {
			continue
		}
		a := Adjacency{RemoteID: routerID(r.cells[3]), State: ospfState(r.number(6)), IfIndex: r.index[4]}
		remote, ok := plainAddress(r.index[:4])
		if ok {
			a.Remote = remote
		}
		own := "0.0.0.0." + number(uint64(a.IfIndex))
		if a.IfIndex == 0 {
			if local, found := k.local(remote); ok && found {
				a.IfIndex, a.Local = local.IfIndex, local.Address
				own = local.Address.String() + ".0"
			}
		}
		a.Area = areas[own]
		out.List = append(out.List, a)
	}
	out.sort()
	return out
}

// dotted is an area ID, which may be all zero.
func dotted(v value) string {
	if octets := v.bytes(); len(octets) == 4 {
		return netip.AddrFrom4([4]byte(octets)).String()
	}
	return v.str()
}

func ospfState(n uint32) string {
	names := [...]string{"", "down", "attempt", "init", "twoWay", "exchangeStart", "exchange", "loading", "full"}
	if n >= uint32(len(names)) {
		return ""
	}
	return names[n]
}

// isisForm is one MIB of IS-IS. Adjacencies and circuits end in the index with
// the numbers that are named here.
type isisForm struct {
	adjacencies, circuits, addresses source
	id                               object
}

func isisForms() []isisForm {
	const rfc, cisco = "1.3.6.1.2.1.138.1", "1.3.6.1.4.1.9.10.118.1"
	form := func(root string) isisForm {
		return isisForm{
			adjacencies: source{"isisISAdjTable", root + ".6.1.1", []int{2, 4, 5, 6}},
			circuits:    source{"isisCircTable", root + ".3.2.1", []int{2}},
			addresses:   source{"isisISAdjIPAddrTable", root + ".6.3.1", []int{3}},
			id:          object{"isisSysID", root + ".1.1.3.0"},
		}
	}
	return []isisForm{form(rfc), form(cisco)}
}

func readISIS(ctx context.Context, s session, _ known) (Facts, error) {
	out := &Adjacencies{Protocol: api.SessionISIS}
	for _, f := range isisForms() {
		id, err := s.Get(ctx, f.id)
		if err != nil {
			return out, err
		}
		cells, err := f.adjacencies.read(ctx, s)
		if len(cells) > 0 && err == nil {
			more, failed := readAll(ctx, s, f.circuits, f.addresses)
			cells, err = append(cells, more...), failed
		}
		if len(cells) > 0 || err != nil || id[0].kind != kindAbsent {
			return f.decode(id[0], cells), err
		}
	}
	return out, nil
}

func (f isisForm) decode(id value, cells []binding) *Adjacencies {
	out := &Adjacencies{Protocol: api.SessionISIS, ID: systemText(id.bytes())}
	circuits := map[uint32]uint32{} // circuit -> ifIndex
	for _, r := range rowsOf(cells, f.circuits.entry) {
		circuits[r.last()] = r.number(2)
	}
	addresses := map[string]netip.Addr{} // circuit and adjacency -> IPv4 first
	for _, r := range rowsOf(cells, f.addresses.entry) {
		at := joinIndex(r.index[:len(r.index)-1])
		if a := addressIn(r.cells[3]); a.IsValid() && (!addresses[at].IsValid() || a.Is4() && !addresses[at].Is4()) {
			addresses[at] = a
		}
	}
	for _, r := range rowsOf(cells, f.adjacencies.entry) {
		if len(r.index) < 2 {
			continue
		}
		circuit := r.index[len(r.index)-2]
		out.List = append(out.List, Adjacency{
			IfIndex: circuits[circuit], RemoteID: systemText(r.cells[6].bytes()), SNPA: systemID(r, 4),
			Remote: addresses[joinIndex(r.index)], Area: isisLevel(r.number(5)), State: isisState(r.number(2)),
		})
	}
	out.sort()
	return out
}

func (a *Adjacencies) sort() {
	slices.SortFunc(a.List, func(x, y Adjacency) int {
		return strings.Compare(x.key(), y.key())
	})
}

func (x Adjacency) key() string {
	return number(uint64(x.IfIndex)) + "/" + x.Remote.String() + "/" + x.RemoteID + "/" + x.Area
}

// systemText writes a system ID as people do.
func systemText(octets []byte) string {
	if len(octets) < 6 {
		return ""
	}
	digits := hex.EncodeToString(octets[:6])
	if strings.Trim(digits, "0") == "" {
		return ""
	}
	return digits[:4] + "." + digits[4:8] + "." + digits[8:]
}

func isisLevel(n uint32) string {
	names := [...]string{"", "1", "2", "1-2"}
	if n >= uint32(len(names)) {
		return ""
	}
	return names[n]
}

func isisState(n uint32) string {
	names := [...]string{"", "down", "initializing", "up", "failed"}
	if n >= uint32(len(names)) {
		return ""
	}
	return names[n]
}

func (a *Adjacencies) claims(k known) []api.Claim {
	var out []api.Claim
	identity := api.AttrRouterID
	if a.Protocol == api.SessionISIS {
		identity = api.AttrSystemID
	}
	if a.ID != "" && len(a.List) > 0 {
		out = append(out, deviceSays("#"+a.Protocol, []api.KV{{Key: identity, Value: a.ID}}))
	}
	made := map[string]bool{}
	for _, x := range a.List {
		s := &api.Session{
			Protocol: a.Protocol, Device: keyDevice, RemoteID: x.RemoteID, Area: x.Area, State: x.State, Health: x.health(),
			Remote: x.SNPA,
		}
		if x.Remote.IsValid() {
			s.Remote = x.Remote.String()
		}
		if x.Local.IsValid() {
			s.Local = x.Local.String()
		}
		where := "@" + number(uint64(x.IfIndex))
		if i, ok := k.port(x.IfIndex); ok && (isPort(i) || k.lags[i.Index]) {
			s.Port, _ = k.portKey(x.IfIndex, "")
			where = s.Port[len(prefixPort):]
		} else if ok {
			where = escape(i.label())
		}
		far := s.Remote
		if a.Protocol == api.SessionISIS {
			far = x.RemoteID
		}
		key := a.Protocol + "//" + where + "/" + far
		if a.Protocol == api.SessionISIS {
			key = a.Protocol + "/" + where + "/" + far + "/" + x.Area
		}
		if !made[key] {
			made[key] = true
			out = append(out, api.Claim{Key: key, Session: s})
		}
	}
	return out
}

// health is what the state amounts to: routers on one segment that are neither
// designated nor backup stay at twoWay.
func (x Adjacency) health() api.Health {
	switch x.State {
	case "full", "twoWay", "up":
		return api.HealthOK
	case "exchangeStart", "exchange", "loading", "init", "initializing":
		return api.HealthDegraded
	case "":
		return api.HealthUnknown
	}
	return api.HealthDown
}
