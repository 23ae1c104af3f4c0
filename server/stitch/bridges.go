package stitch

import (
	"cmp"
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
	known := factsOf(bridges)
	var scratch tally
	for _, p := range orderedPairs(known, pairs) {
		a, b := known[p.A], known[p.B]
		if f, clear := scratch.face(a, b); clear {
			a.facing, b.facing = append(a.facing, f), append(b.facing, f.reversed())
		} else {
			vague = append(vague, Pair{a.ID, b.ID})
		}
	}
	for _, a := range known {
		slices.SortFunc(a.facing, func(x, y facing) int { return cmp.Compare(x.other.order, y.other.order) })
	}
	for _, a := range known {
		for _, f := range a.facing {
			b := f.other
			if a.order < b.order && a.Silent[a.ports[f.port]] && b.Silent[b.ports[f.otherPort]] && !isBetween(a, f) {
				found = append(found, junctionOf(a, f))
			}
		}
	}
	order := func(x, y Pair) int {
		return cmp.Or(cmp.Compare(known[x.A].order, known[y.A].order), cmp.Compare(known[x.B].order, known[y.B].order))
	}
	slices.SortFunc(found, func(x, y Junction) int { return order(Pair{x.A, x.B}, Pair{y.A, y.B}) })
	return found, vague
}

// orderedPairs are the pairs, each once, by the order of their bridges.
func orderedPairs(known map[api.VertexID]*facts, pairs []Pair) []Pair {
	out := slices.Clone(pairs)
	for i, p := range out {
		if known[p.A].order > known[p.B].order {
			out[i] = Pair{p.B, p.A}
		}
	}
	slices.SortFunc(out, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(known[x.A].order, known[y.A].order), cmp.Compare(known[x.B].order, known[y.B].order))
	})
	return slices.Compact(out)
}

func compareBridges(a, b *Bridge) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// isBetween says whether a third bridge stands between one and the other that it
// faces: both face it on the ports on which they face each other, and it faces
// them on two of its own.
func isBetween(a *facts, f facing) bool {
	b := f.other
	i, j := 0, 0
	for i < len(a.facing) && j < len(b.facing) {
		x, y := a.facing[i], b.facing[j]
		switch c := cmp.Compare(x.other.order, y.other.order); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			if x.port == f.port && y.port == f.otherPort && x.otherPort != y.otherPort {
				return true
			}
			i, j = i+1, j+1
		}
	}
	return false
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
