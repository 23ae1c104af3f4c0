package stitch_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// tree is bridges that are cabled as a tree, with hosts; hubs stand for what
// nobody sees. It knows what every bridge would learn.
type tree struct {
	up    []int // of element n: which one is above it; -1 for the root
	hub   []bool
	hosts map[byte]int // last octet of a MAC -> the element it is on
}

// port is the port of a bridge towards a neighbouring element, or towards a host.
func (t *tree) port(from, to int) api.VertexID { return api.VertexID(1000*from + to + 100) }

// towards is the element beside from on the way to another.
func (t *tree) towards(from, to int) int {
	for at := to; at >= 0; at = t.up[at] {
		if t.up[at] == from {
			return at
		}
	}
	return t.up[from]
}

func (t *tree) bridges(sees bool) map[api.VertexID]*stitch.Bridge {
	out := map[api.VertexID]*stitch.Bridge{}
	for n := range t.up {
		if t.hub[n] {
			continue
		}
		b := &stitch.Bridge{
			ID: api.VertexID(n + 1), Name: fmt.Sprintf("b%02d", n), At: map[api.MAC]api.VertexID{},
			Sees: map[api.VertexID]api.VertexID{}, Silent: map[api.VertexID]bool{},
		}
		for host, on := range t.hosts {
			port := api.VertexID(1000*n + 500 + int(host)) // a port of its own
			if on != n {
				port = t.port(n, t.towards(n, on))
			}
			b.At[mac(host)], b.Silent[port] = port, true
		}
		for other := range t.up {
			if sees && other != n && !t.hub[other] {
				port := t.port(n, t.towards(n, other))
				b.Sees[api.VertexID(other+1)], b.Silent[port] = port, true
			}
		}
		out[b.ID] = b
	}
	return out
}

// joined are the junctions that there are: bridges side by side, or with
// nothing but hubs between them.
func (t *tree) joined() []string {
	var out []string
	for a := range t.up {
		for b := range t.up {
			if a >= b || t.hub[a] || t.hub[b] {
				continue
			}
			at, direct := a, true
			for at != b {
				if at = t.towards(at, b); at != b && !t.hub[at] {
					direct = false
				}
			}
			if direct {
				out = append(out, fmt.Sprintf("%d %d", t.port(a, t.towards(a, b)), t.port(b, t.towards(b, a))))
			}
		}
	}
	slices.Sort(out)
	return out
}

func allPairs(bridges map[api.VertexID]*stitch.Bridge) []stitch.Pair {
	var out []stitch.Pair
	for a := range bridges {
		for b := range bridges {
			if a < b {
				out = append(out, stitch.Pair{A: a, B: b})
			}
		}
	}
	return out
}

func portsOf(found []stitch.Junction) []string {
	var out []string
	for _, j := range found {
		out = append(out, fmt.Sprintf("%d %d", j.PortA, j.PortB))
	}
	slices.Sort(out)
	return out
}

func drawTree(r *rapid.T, hostsEach int) *tree {
	t := &tree{hosts: map[byte]int{}}
	size := rapid.IntRange(2, 8).Draw(r, "elements")
	for n := range size {
		t.up = append(t.up, -1)
		if n > 0 {
			t.up[n] = rapid.IntRange(0, n-1).Draw(r, "above")
		}
		t.hub = append(t.hub, n > 0 && rapid.IntRange(0, 4).Draw(r, "hub") == 0)
		if !t.hub[n] {
			for range hostsEach {
				t.hosts[byte(len(t.hosts)+1)] = n
			}
		}
	}
	return t
}

// Where every bridge has three hosts and all have talked, the tree is found, and
// nothing else.
func TestCorrelateFindsTheTree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tree := drawTree(r, 3)
		bridges := tree.bridges(rapid.Bool().Draw(r, "bridges see each other"))
		found, _ := stitch.Correlate(bridges, allPairs(bridges))
		if got, want := portsOf(found), tree.joined(); !slices.Equal(got, want) {
			r.Fatalf("got %s, want %s", strings.Join(got, ", "), strings.Join(want, ", "))
		}
	})
}

// With rows missing at random nothing false is found between bridges that are
// side by side on a port, and the order of the pairs does not matter.
func TestCorrelateIsSoundAndRestsOnNoOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tree := drawTree(r, 3)
		bridges := tree.bridges(false)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		for _, b := range bridges {
			for host := range tree.hosts {
				if random.IntN(5) == 0 {
					delete(b.At, mac(host))
				}
			}
		}
		pairs := allPairs(bridges)
		slices.SortFunc(pairs, func(x, y stitch.Pair) int {
			return 100*(int(x.A)-int(y.A)) + int(x.B) - int(y.B)
		})
		found, vague := stitch.Correlate(bridges, pairs)
		for _, j := range found {
			a, b := int(j.A)-1, int(j.B)-1
			if j.PortA != tree.port(a, tree.towards(a, b)) || j.PortB != tree.port(b, tree.towards(b, a)) {
				r.Fatalf("%d and %d do not face each other on %d and %d", a, b, j.PortA, j.PortB)
			}
		}
		again, vagueAgain := stitch.Correlate(bridges, rapid.Permutation(pairs).Draw(r, "order"))
		if !slices.EqualFunc(found, again, func(x, y stitch.Junction) bool {
			return x.A == y.A && x.B == y.B && x.PortA == y.PortA && x.PortB == y.PortB && slices.Equal(x.Witnesses, y.Witnesses)
		}) || !slices.Equal(vague, vagueAgain) {
			r.Fatalf("in another order %v and %v, not %v and %v", again, vagueAgain, found, vague)
		}
	})
}

// The witnesses alone lead to the same junction.
func TestWitnessesSuffice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tree := drawTree(r, 3)
		bridges := tree.bridges(rapid.Bool().Draw(r, "bridges see each other"))
		found, _ := stitch.Correlate(bridges, allPairs(bridges))
		for _, j := range found {
			pair := map[api.VertexID]*stitch.Bridge{}
			for _, id := range []api.VertexID{j.A, j.B} {
				b := *bridges[id]
				b.At = map[api.MAC]api.VertexID{}
				for _, mac := range j.Witnesses {
					b.At[mac] = bridges[id].At[mac]
				}
				pair[id] = &b
			}
			again, _ := stitch.Correlate(pair, []stitch.Pair{{A: j.A, B: j.B}})
			if len(again) != 1 || again[0].PortA != j.PortA || again[0].PortB != j.PortB {
				r.Fatalf("from %v follows %v, not %v", j.Witnesses, again, j)
			}
		}
	})
}

func TestTooLittleInCommonIsVague(t *testing.T) {
	a := &stitch.Bridge{ID: 1, Name: "a", At: map[api.MAC]api.VertexID{mac(1): 11}, Silent: map[api.VertexID]bool{11: true}}
	b := &stitch.Bridge{ID: 2, Name: "b", At: map[api.MAC]api.VertexID{mac(1): 21, mac(2): 22}, Silent: map[api.VertexID]bool{21: true, 22: true}}
	found, vague := stitch.Correlate(map[api.VertexID]*stitch.Bridge{1: a, 2: b}, []stitch.Pair{{A: 1, B: 2}})
	if len(found) != 0 || len(vague) != 1 {
		t.Errorf("found %v, vague %v", found, vague)
	}
}
