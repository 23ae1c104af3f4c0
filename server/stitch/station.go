package stitch

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
)

// Learned is what a row of a table says, beside its MAC: of a forwarding table in
// which VLAN, of an address table in which VRF and on which interface of whom.
type Learned struct {
	VLAN                   uint16
	VRF, Source, Interface string
	// Key is the claim's among those of its source: what tells rows apart that
	// are alike in all that matters, in every life of the program.
	Key string
	// Aged is set when the row is no longer there, and nothing says otherwise;
	// New when the reading before did not have it, though there was one.
	Aged, New bool
}

// Tables returns what a claim that holds a MAC says of it.
type Tables func(claim RowID, mac api.MAC) (Learned, bool)

// Place is an edge port behind which a MAC is.
type Place struct {
	Claim  RowID
	Device api.VertexID
	Port   api.VertexID
	VLAN   uint16
	Key    string
	Aged   bool
	// Crowd is how many MACs the port has, as [Crowd] counts; Behind says that
	// something that forwards is between.
	Crowd  uint64
	Behind bool
}

// Location is where a MAC is: one place, or one for each leg of an MLAG. Where
// there is none, Why says the reason, and Candidates the ports that fit.
type Location struct {
	Places     []Place
	Candidates []api.VertexID
	Why        string
}

// Locate finds the edge port of a MAC: among the ports that know it, and behind
// which no switch is known, the one with the fewest MACs.
func Locate(mac api.MAC, find Finder, tables Tables) Location {
	if !mac.IsStation() {
		return Location{Why: "MAC " + mac.String() + " is no one interface's"}
	}
	var confirmed, arrived, aged []Place
	trunks, unknown := 0, 0
	for _, claim := range find(stationKey(mac)) {
		l, ok := tables(RowID(claim), mac)
		ports := find(claimPortKey(RowID(claim)))
		switch {
		case !ok:
			continue
		case len(ports) == 0:
			unknown++
			continue
		}
		p := Place{Claim: RowID(claim), Device: first(find(claimDeviceKey(RowID(claim)))), Port: api.VertexID(ports[0]), VLAN: l.VLAN, Key: l.Key, Aged: l.Aged}
		trunk, behind := leadsOn(p.Port, find)
		if trunk {
			trunks++
			continue
		}
		p.Behind = behind
		if n := find(crowdKey(p.Port)); len(n) > 0 {
			p.Crowd = n[0]
		}
		switch {
		case l.Aged:
			aged = append(aged, p)
		case l.New:
			arrived = append(arrived, p)
		default:
			confirmed = append(confirmed, p)
		}
	}
	for _, list := range [][]Place{confirmed, aged, arrived} {
		if len(list) > 0 {
			return choose(mac, list, find)
		}
	}
	switch {
	case trunks > 0:
		return Location{Why: fmt.Sprintf("MAC %s is known only to ports that lead to other switches (%d)", mac, trunks)}
	case unknown > 0:
		return Location{Why: "MAC " + mac.String() + " is known only to a base port that means no interface"}
	}
	return Location{Why: "no forwarding table has MAC " + mac.String()}
}

// choose returns the best of the ports that know a MAC.
func choose(mac api.MAC, list []Place, find Finder) Location {
	rank := func(p Place) int { return 2*int(p.Crowd) + map[bool]int{true: 1 << 20}[p.Behind] }
	slices.SortFunc(list, func(a, b Place) int {
		if c := rank(a) - rank(b); c != 0 {
			return c
		}
		if a.Port != b.Port {
			return int(a.Port) - int(b.Port)
		}
		return cmp.Or(cmp.Compare(a.VLAN, b.VLAN), cmp.Compare(a.Key, b.Key))
	})
	list = slices.CompactFunc(list, func(a, b Place) bool { return a.Port == b.Port })
	best := list[:1:1]
	for _, p := range list[1:] {
		if rank(p) == rank(best[0]) || samePartner(p.Port, best[0].Port, find) {
			best = append(best, p)
		}
	}
	for _, p := range best[1:] {
		if !samePartner(p.Port, best[0].Port, find) {
			out := Location{Why: "several edge ports know MAC " + mac.String() + ", and none better than the others"}
			for _, p := range best {
				out.Candidates = append(out.Candidates, p.Port)
			}
			return out
		}
	}
	return Location{Places: best}
}

// leadsOn says whether there is a switch behind a port that has a forwarding
// table of its own (trunk), or else anything that forwards (behind). What is
// said of a LAG's members is said of the LAG.
func leadsOn(port api.VertexID, find Finder) (trunk, behind bool) {
	for _, p := range append(find(membersKey(port)), uint64(port)) {
		for _, device := range find(switchKey(api.VertexID(p))) {
			behind = true
			if len(find(bridgesKey(api.VertexID(device)))) > 0 {
				return true, true
			}
		}
		if len(find(bridgedKey(api.VertexID(p)))) > 0 {
			return true, true
		}
		behind = behind || len(find(forwardsKey(api.VertexID(p)))) > 0
	}
	return false, behind
}

// samePartner says whether two aggregates speak LACP with the same system under
// the same key: they are one bundle, whose legs end on two devices.
func samePartner(a, b api.VertexID, find Finder) bool {
	x, y := find(partnerOfKey(a)), find(partnerOfKey(b))
	return a != b && len(x) > 0 && len(y) > 0 && slices.Equal(x, y)
}

// Crowd is a number of MACs as far as it matters: exact up to eight, and then by
// how many binary digits it has, so that what comes and goes behind an uplink
// changes nothing.
func Crowd(n int) uint64 {
	if n <= 8 {
		return uint64(n)
	}
	return 8 + uint64(bits.Len(uint(n)))
}

// Sought is a node whose ports forwarding tables may know.
type Sought struct {
	ID        api.VertexID
	MACs      []api.MAC
	Addresses []string
	VRFs      []string // in which it is proved to be
}

// Seat is one of a host's places, with how it is known.
type Seat struct {
	Place
	MAC        api.MAC
	Address    string // of the host, by way of which the MAC was found; empty if the host says it itself
	Binding    RowID  // the address table's claim that named the MAC; 0 likewise
	Method     api.Method
	Confidence uint8
	Why        string
}

// Confidence by forwarding tables.
const (
	confidenceFDB    = 85
	confidenceARP    = 75
	confidenceBehind = 45
	stalePenalty     = 20
	fewMACs          = 2
)

// Seats finds a host's ports by its MACs, and where it says none that is known,
// by those that routers know for its addresses. A host that LLDP hears is where
// LLDP hears it. Where what routers have for an address contradicts itself, the
// doubts are the rows that do.
func Seats(h Sought, find Finder, tables Tables) (seats []Seat, doubts []Proof, why string) {
	if len(find(heardKey(h.ID))) > 0 {
		return nil, nil, ""
	}
	var reasons []string
	for _, mac := range h.MACs {
		where := Locate(mac, find, tables)
		for _, p := range where.Places {
			seats = append(seats, seat(p, mac, "", 0, "MAC "+mac.String()+" of the node"))
		}
		reasons = append(reasons, where.Why)
	}
	if len(seats) > 0 {
		return distinct(seats), nil, ""
	}
	for _, address := range h.Addresses {
		found, unclear, reason := byAddress(h, address, find, tables)
		seats, doubts = append(seats, found...), append(doubts, unclear...)
		reasons = append(reasons, reason)
	}
	if len(seats) > 0 {
		return distinct(seats), doubts, ""
	}
	reasons = slices.DeleteFunc(reasons, func(s string) bool { return s == "" })
	return nil, doubts, strings.Join(reasons, "; ")
}

// byAddress goes from an address by way of a router's table to a MAC's port.
func byAddress(h Sought, address string, find Finder, tables Tables) (seats []Seat, unclear []Proof, why string) {
	all := slices.DeleteFunc(answersFor(address, find, tables), func(a answer) bool {
		owners := find(deviceMACKey(a.mac.String()))
		proxied := slices.ContainsFunc(owners, func(id uint64) bool { return id != uint64(h.ID) })
		if proxied {
			why = "address " + address + " is answered for by a network device"
		}
		return proxied
	})
	if len(all) == 0 {
		return nil, nil, why
	}
	list, not := meant(h, address, all, find)
	if not != "" {
		return nil, doubts(address, all), not
	}
	located := map[api.MAC]bool{}
	for _, a := range list {
		mac := a.mac
		if located[mac] {
			continue
		}
		where := Locate(mac, find, tables)
		if len(where.Places) == 0 {
			why = "address " + address + " has MAC " + mac.String() + ": " + where.Why
			continue
		}
		located[mac] = true
		what := "MAC " + mac.String() + ", which a router has for the node's address " + address
		if a.vrf != "" {
			what += " in VRF " + a.vrf
		}
		for _, p := range where.Places {
			seats = append(seats, seat(p, mac, address, a.claim, what+","))
		}
	}
	if len(located) > 1 {
		return nil, nil, "address " + address + " has several MACs, on different ports"
	}
	return seats, nil, why
}

func seat(p Place, mac api.MAC, address string, binding RowID, what string) Seat {
	s := Seat{Place: p, MAC: mac, Address: address, Binding: binding, Method: api.MethodFDB, Confidence: confidenceFDB}
	if binding != 0 {
		s.Method, s.Confidence = api.MethodARP, confidenceARP
	}
	s.Why = what + " was learned"
	if p.VLAN != 0 {
		s.Why += " in VLAN " + strconv.Itoa(int(p.VLAN))
	}
	switch {
	case p.Behind:
		s.Confidence = confidenceBehind
		s.Why += ", behind something that forwards"
	case p.Crowd > fewMACs:
		s.Confidence = confidenceBehind
		s.Why += ", where other MACs are too"
	default:
		s.Why += ", where no switch is"
	}
	if p.Aged {
		s.Confidence -= stalePenalty
		s.Why += "; the row has aged since, and nothing says otherwise"
	}
	return s
}

// distinct leaves out seats on ports that are already among them.
func distinct(seats []Seat) []Seat {
	var out []Seat
	for _, s := range seats {
		if !slices.ContainsFunc(out, func(o Seat) bool { return o.Port == s.Port }) {
			out = append(out, s)
		}
	}
	return out
}

func first(ids []uint64) api.VertexID {
	if len(ids) == 0 {
		return 0
	}
	return api.VertexID(ids[0])
}

// TableEntries say where a claim of a forwarding table was made, as far as that
// is known, and that the device has such a table.
func TableEntries(id RowID, device, port api.VertexID) []Entry {
	var out []Entry
	if device != 0 {
		out = append(out, Entry{bridgesKey(device), 1}, Entry{claimDeviceKey(id), uint64(device)})
	}
	if port != 0 {
		out = append(out, Entry{claimPortKey(id), uint64(port)})
	}
	return out
}

// StationEntries say which MACs a claim of a forwarding table has.
func StationEntries(id RowID, macs []api.MAC) []Entry {
	out := make([]Entry, 0, len(macs))
	for _, mac := range macs {
		out = append(out, Entry{stationKey(mac), uint64(id)})
	}
	return out
}

// BindingEntries are the identities of a claim of an address table.
func BindingEntries(id RowID, vrf string, rows []api.Binding) []Entry {
	out := make([]Entry, 0, 2*len(rows)+2)
	if vrf != "" {
		out = append(out, Entry{vrfsKey, 1}, Entry{claimVRFKey(id), hashOf(vrf)})
	}
	for _, row := range rows {
		address := row.Address.String()
		out = append(out, Entry{arpKey(address), numberOf(row.MAC)}, Entry{arpClaimKey(address, row.MAC), uint64(id)})
	}
	return out
}

// CrowdEntries say how many MACs a port has.
func CrowdEntries(port api.VertexID, n int) []Entry {
	if port == 0 || n == 0 {
		return nil
	}
	return []Entry{{crowdKey(port), Crowd(n)}}
}

// MACsOf returns the MACs that a node's own source says it has, ascending.
func MACsOf(node api.VertexID, find Finder) []api.MAC {
	var out []api.MAC
	for _, n := range find(macsOfKey(node)) {
		out = append(out, macOf(n))
	}
	return out
}

// MemberEntries say that a port is part of an aggregate.
func MemberEntries(port, lag api.VertexID) []Entry {
	return []Entry{{membersKey(lag), uint64(port)}, {lagKey(port), uint64(lag)}}
}

// Bundles returns the aggregates that two ports are part of, if each is of one.
func Bundles(a, b api.VertexID, find Finder) (x, y api.VertexID, ok bool) {
	of := func(port api.VertexID) api.VertexID {
		if lags := find(lagKey(port)); len(lags) == 1 {
			return api.VertexID(lags[0])
		}
		return 0
	}
	x, y = of(a), of(b)
	return x, y, x != 0 && y != 0 && x != y
}

// IsAsked says whether any conclusion rests on where a MAC is.
func (x *Index) IsAsked(mac api.MAC) bool { return len(x.asked[stationKey(mac)]) > 0 }

func numberOf(m api.MAC) uint64 {
	n := uint64(0)
	for _, b := range m {
		n = n<<8 | uint64(b)
	}
	return n
}

func macOf(n uint64) api.MAC {
	var m api.MAC
	for i := range m {
		m[i] = byte(n >> (8 * (5 - i)))
	}
	return m
}

func stationKey(mac api.MAC) string          { return "station " + string(mac[:]) }
func macsOfKey(node api.VertexID) string     { return "macs of " + node.String() }
func claimPortKey(id RowID) string           { return "on " + strconv.FormatUint(uint64(id), 36) }
func claimDeviceKey(id RowID) string         { return "by " + strconv.FormatUint(uint64(id), 36) }
func crowdKey(port api.VertexID) string      { return "crowd " + port.String() }
func bridgesKey(device api.VertexID) string  { return "bridges " + device.String() }
func membersKey(lag api.VertexID) string     { return "members " + lag.String() }
func lagKey(port api.VertexID) string        { return "lag " + port.String() }
func switchKey(port api.VertexID) string     { return "switch " + port.String() }
func forwardsKey(port api.VertexID) string   { return "forwards " + port.String() }
func heardKey(node api.VertexID) string      { return "lldp " + node.String() }
func arpKey(address string) string           { return "arp " + address }
func partnerOfKey(lag api.VertexID) string   { return "partner of " + lag.String() }
func partnerKey(system, key string) string   { return "partner " + system + " " + key }
func arpClaimKey(a string, m api.MAC) string { return "arp " + a + " " + string(m[:]) }

// SeatAt is what one place says of a MAC by itself.
func SeatAt(p Place, mac api.MAC) Seat { return seat(p, mac, "", 0, "MAC "+mac.String()) }
