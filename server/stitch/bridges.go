package stitch

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// Where neighbour protocols are silent, the forwarding tables of bridges say how
// they are cabled. Two bridges face each other on ports a and b if every MAC
// that both know is beyond a, or beyond b, or both: none is on other ports of
// both. Which pair of ports that is, must be clear from MACs on either side:
// with too little in common it is not, and then nothing is concluded.

// Bridge is a bridge with its forwarding table.
type Bridge struct {
	ID   api.VertexID
	Name string
	// At are the ports behind which MACs are; those behind several are left out.
	At map[api.MAC]api.VertexID
	// Sees are the ports behind which other bridges' own MACs are.
	Sees map[api.VertexID]api.VertexID
	// Silent are the ports on which no neighbour protocol hears anything.
	Silent map[api.VertexID]bool
}

// Junction is what joins two bridges: a cable, or a segment that others may be
// on, too.
type Junction struct {
	A, B         api.VertexID // the bridges, in order of their names
	PortA, PortB api.VertexID
	// Witnesses are MACs from which it follows, as few as will do.
	Witnesses []api.MAC
	// Between is how many MACs are between the two.
	Between int
}

// Pair is two bridges that have something in common.
type Pair struct{ A, B api.VertexID }

// Correlate finds the junctions among bridges, given the pairs that may be
// joined. Pairs with too little in common are in vague. Neither rests on the
// order in which they are given.
func Correlate(bridges map[api.VertexID]*Bridge, pairs []Pair) (found []Junction, vague []Pair) {
	facing := map[Pair]Junction{}
	beside := map[api.VertexID][]api.VertexID{}
	for _, p := range pairs {
		a, b := bridges[p.A], bridges[p.B]
		if compareBridges(a, b) > 0 {
			a, b = b, a
		}
		if _, done := facing[Pair{a.ID, b.ID}]; done {
			continue
		}
		j, clear := face(a, b)
		if !clear {
			vague = append(vague, Pair{a.ID, b.ID})
			continue
		}
		facing[Pair{a.ID, b.ID}] = j
		beside[a.ID], beside[b.ID] = append(beside[a.ID], b.ID), append(beside[b.ID], a.ID)
	}
	// towards are the ports on which two face each other, seen from the first.
	towards := func(a, b api.VertexID) (portA, portB api.VertexID, ok bool) {
		if j, ok := facing[Pair{a, b}]; ok {
			return j.PortA, j.PortB, true
		}
		j, ok := facing[Pair{b, a}]
		return j.PortB, j.PortA, ok
	}
	for _, j := range facing {
		if !bridges[j.A].Silent[j.PortA] || !bridges[j.B].Silent[j.PortB] {
			continue
		}
		between := slices.ContainsFunc(beside[j.A], func(c api.VertexID) bool {
			atA, c1, _ := towards(j.A, c)
			atB, c2, ok := towards(j.B, c)
			return ok && c != j.B && atA == j.PortA && atB == j.PortB && c1 != c2
		})
		if !between {
			found = append(found, j)
		}
	}
	order := func(x, y Pair) int {
		return cmp.Or(compareBridges(bridges[x.A], bridges[y.A]), compareBridges(bridges[x.B], bridges[y.B]))
	}
	slices.SortFunc(found, func(x, y Junction) int { return order(Pair{x.A, x.B}, Pair{y.A, y.B}) })
	slices.SortFunc(vague, order)
	return found, slices.Compact(vague)
}

func compareBridges(a, b *Bridge) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// face finds the ports on which two bridges face each other.
func face(a, b *Bridge) (Junction, bool) {
	seenA, knownA := a.Sees[b.ID]
	seenB, knownB := b.Sees[a.ID]
	small, large := a.At, b.At
	if len(large) < len(small) {
		small, large = large, small
	}
	var common []api.MAC
	count, rows, columns := map[[2]api.VertexID]int{}, map[api.VertexID]int{}, map[api.VertexID]int{}
	for mac := range small {
		if _, both := large[mac]; both {
			common = append(common, mac)
			x, y := a.At[mac], b.At[mac]
			count[[2]api.VertexID{x, y}]++
			rows[x]++
			columns[y]++
		}
	}
	if knownA {
		rows[seenA] += 0
	}
	if knownB {
		columns[seenB] += 0
	}
	var fits [][2]api.VertexID
	for x := range rows {
		for y := range columns {
			consistent := rows[x]+columns[y]-count[[2]api.VertexID{x, y}] == len(common)
			if consistent && (!knownA || x == seenA) && (!knownB || y == seenB) {
				fits = append(fits, [2]api.VertexID{x, y})
			}
		}
	}
	if len(fits) != 1 {
		return Junction{}, false
	}
	j := Junction{A: a.ID, B: b.ID, PortA: fits[0][0], PortB: fits[0][1], Between: count[fits[0]]}
	// There must be something on either side: else what both know may as well be
	// behind a third.
	if (!knownA && rows[j.PortA] == j.Between) || (!knownB && columns[j.PortB] == j.Between) {
		return Junction{}, false
	}
	slices.SortFunc(common, api.MAC.Compare)
	j.Witnesses = witnesses(a, b, j, common, knownA, knownB)
	return j, true
}

// witnesses are the first MACs beyond each port, and one that tells them from
// the ports on which those are elsewhere.
func witnesses(a, b *Bridge, j Junction, common []api.MAC, knownA, knownB bool) []api.MAC {
	var out []api.MAC
	pick := func(fits func(x, y api.VertexID) bool) (x, y api.VertexID) {
		for _, mac := range common {
			if x, y := a.At[mac], b.At[mac]; fits(x, y) {
				if !slices.Contains(out, mac) {
					out = append(out, mac)
				}
				return x, y
			}
		}
		return 0, 0
	}
	var elseA, elseB api.VertexID
	if !knownA {
		_, elseB = pick(func(x, y api.VertexID) bool { return x == j.PortA && y != j.PortB })
	}
	if !knownB {
		elseA, _ = pick(func(x, y api.VertexID) bool { return x != j.PortA && y == j.PortB })
	}
	if elseA != 0 && elseB != 0 {
		pick(func(x, y api.VertexID) bool { return x != elseA && y != elseB })
	}
	return out
}

// Ports returns the ports of a bridge that have MACs, ascending.
func (b *Bridge) Ports() []api.VertexID {
	ports := map[api.VertexID]struct{}{}
	for _, port := range b.At {
		ports[port] = struct{}{}
	}
	return slices.Sorted(maps.Keys(ports))
}

// IsSilent says whether no neighbour protocol hears anything on a port, or on a
// member of it.
func IsSilent(port api.VertexID, find Finder) bool {
	for _, p := range append(find(membersKey(port)), uint64(port)) {
		if len(find(onPortKey(api.VertexID(p)))) > 0 {
			return false
		}
	}
	return true
}

// JunctionEntries say that the ports of a junction lead to bridges.
func JunctionEntries(j Junction) []Entry {
	return []Entry{{bridgedKey(j.PortA), uint64(j.B)}, {bridgedKey(j.PortB), uint64(j.A)}}
}

// ClaimsOf returns the claims of forwarding tables that have a MAC.
func ClaimsOf(mac api.MAC, find Finder) []RowID {
	var out []RowID
	for _, id := range find(stationKey(mac)) {
		out = append(out, RowID(id))
	}
	return out
}

// Owners returns the devices whose own a MAC is.
func Owners(mac api.MAC, find Finder) []api.VertexID {
	return vertexIDs(find(deviceMACKey(mac.String())))
}

func bridgedKey(port api.VertexID) string { return "bridged " + port.String() }

// ParseMACs returns the MACs in texts that hold them separated by blanks; what
// is none is left out.
func ParseMACs(texts []string) []api.MAC {
	var out []api.MAC
	for _, text := range texts {
		for word := range strings.FieldsSeq(text) {
			if mac, err := api.ParseMAC(word); err == nil {
				out = append(out, mac)
			}
		}
	}
	return out
}
