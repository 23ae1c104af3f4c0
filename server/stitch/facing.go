package stitch

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
)

// Every pair of bridges is compared MAC by MAC, so what is compared are small
// numbers in lists, not MACs in maps.

// facts are a bridge with its ports and MACs numbered.
type facts struct {
	*Bridge

	order  int            // among all bridges, by name
	ports  []api.VertexID // by number, ascending; those that see a bridge are among them
	number map[api.VertexID]uint32
	macs   []uint32 // of what the bridge knows, ascending
	at     []uint32 // by the number of a MAC: one more than that of its port; 0 where it knows none
	all    []api.MAC
	facing []facing
}

// facing is a bridge that another faces, with the ports of both on which they do.
type facing struct {
	self, other     *facts
	port, otherPort uint32
	between         int  // MACs that are between the two
	seen, otherSeen bool // each knows MACs of the other's own
}

func (f facing) reversed() facing {
	return facing{
		self: f.other, other: f.self, port: f.otherPort, otherPort: f.port,
		between: f.between, seen: f.otherSeen, otherSeen: f.seen,
	}
}

func factsOf(bridges map[api.VertexID]*Bridge) map[api.VertexID]*facts {
	seen := map[api.MAC]uint32{}
	for _, b := range bridges {
		for mac := range b.At {
			seen[mac] = 0
		}
	}
	all := slices.SortedFunc(maps.Keys(seen), api.MAC.Compare)
	for i, mac := range all {
		seen[mac] = uint32(i)
	}
	out := make(map[api.VertexID]*facts, len(bridges))
	for order, b := range slices.SortedFunc(maps.Values(bridges), compareBridges) {
		f := &facts{Bridge: b, order: order, number: map[api.VertexID]uint32{}, at: make([]uint32, len(all)), all: all}
		for _, port := range b.Sees {
			f.number[port] = 0
		}
		for mac, port := range b.At {
			f.number[port] = 0
			f.macs = append(f.macs, seen[mac])
		}
		slices.Sort(f.macs)
		f.ports = slices.Sorted(maps.Keys(f.number))
		for i, port := range f.ports {
			f.number[port] = uint32(i)
		}
		for mac, port := range b.At {
			f.at[seen[mac]] = f.number[port] + 1
		}
		out[b.ID] = f
	}
	return out
}

// tally counts what two bridges both know, by the ports of each; it is used for
// one pair after the other.
type tally struct {
	rows, columns []int // by the port of the first and of the second bridge
}

func zeroed(list []int, n int) []int {
	if cap(list) < n {
		return make([]int, n)
	}
	list = list[:n]
	clear(list)
	return list
}

// face finds the ports on which two bridges face each other.
func (t *tally) face(a, b *facts) (facing, bool) {
	seenA, knownA := a.Sees[b.ID]
	seenB, knownB := b.Sees[a.ID]
	t.rows, t.columns = zeroed(t.rows, len(a.ports)), zeroed(t.columns, len(b.ports))
	common := t.count(a, b)
	fits := 0
	f := facing{self: a, other: b, seen: knownA, otherSeen: knownB}
	most := 0
	for _, n := range t.columns {
		most = max(most, n)
	}
	for x, row := range t.rows {
		if row+most < common || row == 0 && !knownA || knownA && a.ports[x] != seenA {
			continue
		}
		for y, column := range t.columns {
			if column == 0 && !knownB || knownB && b.ports[y] != seenB {
				continue
			}
			if row+column < common {
				continue
			}
			if both := countBehind(a, b, uint32(x), uint32(y)); row+column-both == common {
				if fits++; fits > 1 {
					return facing{}, false
				}
				f.port, f.otherPort, f.between = uint32(x), uint32(y), both
			}
		}
	}
	if fits != 1 {
		return facing{}, false
	}
	// There must be something on either side: else what both know may as well be
	// behind a third.
	if (!knownA && t.rows[f.port] == f.between) || (!knownB && t.columns[f.otherPort] == f.between) {
		return facing{}, false
	}
	return f, true
}

// count fills the tally with what both bridges know, and returns how much that is.
func (t *tally) count(a, b *facts) int {
	common := 0
	for _, mac := range fewerMACs(a, b) {
		x, y := int(a.at[mac])-1, int(b.at[mac])-1
		if x < 0 || y < 0 {
			continue
		}
		common++
		t.rows[x]++
		t.columns[y]++
	}
	return common
}

// countBehind is how many MACs the first has behind one of its ports and the
// second behind one of its own.
func countBehind(a, b *facts, x, y uint32) int {
	both := 0
	for _, mac := range fewerMACs(a, b) {
		if a.at[mac] == x+1 && b.at[mac] == y+1 {
			both++
		}
	}
	return both
}

func fewerMACs(a, b *facts) []uint32 {
	if len(b.macs) < len(a.macs) {
		return b.macs
	}
	return a.macs
}

func junctionOf(a *facts, f facing) Junction {
	b := f.other
	return Junction{
		A: a.ID, B: b.ID, PortA: a.ports[f.port], PortB: b.ports[f.otherPort], Between: f.between, Witnesses: witnesses(a, f),
	}
}

// witnesses are the first MACs beyond each port, and one that tells them from
// the ports on which those are elsewhere.
func witnesses(a *facts, f facing) []api.MAC {
	b := f.other
	portA, portB := f.port+1, f.otherPort+1
	var out []api.MAC
	pick := func(fits func(x, y uint32) bool) (x, y uint32) {
		for _, n := range a.macs {
			if x, y := a.at[n], b.at[n]; y != 0 && fits(x, y) {
				if mac := a.all[n]; !slices.Contains(out, mac) {
					out = append(out, mac)
				}
				return x, y
			}
		}
		return 0, 0
	}
	var elseA, elseB uint32
	if !f.seen {
		_, elseB = pick(func(x, y uint32) bool { return x == portA && y != portB })
	}
	if !f.otherSeen {
		elseA, _ = pick(func(x, y uint32) bool { return x != portA && y == portB })
	}
	if elseA != 0 && elseB != 0 {
		pick(func(x, y uint32) bool { return x != elseA && y != elseB })
	}
	return out
}
