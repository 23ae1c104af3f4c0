package merge

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// relations finds which bridges have something in common, for one round of
// comparing them: nothing that it remembers changes in that round.
type relations struct {
	engine *Engine
	find   stitch.Finder
	silent map[api.VertexID]bool      // port -> whether no neighbour protocol hears anything there
	owners map[api.MAC][]api.VertexID // MAC -> devices whose own it is
}

// kinship are bridges that hang together by what they know on silent ports.
type kinship struct {
	members []api.VertexID           // ascending
	pairs   map[stitch.Pair]struct{} // of them, those that have something in common
	tooMany bool                     // there are more pairs than are compared
}

func (r *relations) isSilent(port api.VertexID) bool {
	is, known := r.silent[port]
	if !known {
		is = stitch.IsSilent(port, r.find)
		r.silent[port] = is
	}
	return is
}

func (r *relations) ownersOf(mac api.MAC) []api.VertexID {
	owners, known := r.owners[mac]
	if !known {
		owners = stitch.Owners(mac, r.find)
		r.owners[mac] = owners
	}
	return owners
}

// around are the bridges that hang together with one. Each MAC is looked at
// once, and so is each set of bridges that have one in common.
func (r *relations) around(bridge api.VertexID) *kinship {
	e := r.engine
	g := &kinship{pairs: map[stitch.Pair]struct{}{}}
	members := map[api.VertexID]struct{}{bridge: {}}
	macs, sets := map[api.MAC]struct{}{}, map[string]struct{}{}
	queue := []api.VertexID{bridge}
	add := func(id api.VertexID) {
		if _, known := members[id]; !known {
			members[id] = struct{}{}
			queue = append(queue, id)
		}
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		for pair := range e.joinedBy[id].all {
			add(pair.A)
			add(pair.B)
		}
		for t := range e.bridgeTables[id].all {
			if !r.isSilent(t.port) {
				continue
			}
			for _, mac := range t.macs {
				if _, seen := macs[mac]; seen || !mac.IsStation() {
					continue
				}
				macs[mac] = struct{}{}
				knowers, owners := r.knowing(mac)
				key := keyOfSets(knowers, owners)
				if _, seen := sets[key]; seen {
					continue
				}
				sets[key] = struct{}{}
				g.relate(knowers, owners)
				for _, other := range slices.Concat(knowers, owners) {
					add(other)
				}
			}
		}
	}
	g.members = slices.Sorted(maps.Keys(members))
	return g
}

// knowing are the bridges that know a MAC on a silent port, and those whose own
// it is; both ascending.
func (r *relations) knowing(mac api.MAC) (knowers, owners []api.VertexID) {
	e := r.engine
	for _, claim := range stitch.ClaimsOf(mac, r.find) {
		if t := e.tables[claim]; t != nil && t.device != 0 && t.port != 0 && r.isSilent(t.port) {
			knowers = append(knowers, t.device)
		}
	}
	slices.Sort(knowers)
	for _, owner := range r.ownersOf(mac) {
		if !e.bridgeTables[owner].empty() {
			owners = append(owners, owner)
		}
	}
	return slices.Compact(knowers), owners
}

// relate pairs all that know one MAC, and each of them with those whose own it is.
func (g *kinship) relate(knowers, owners []api.VertexID) {
	for i, a := range knowers {
		for _, b := range slices.Concat(knowers[i+1:], owners) {
			if g.tooMany = g.tooMany || len(g.pairs) > maxPairs; g.tooMany {
				return
			}
			if a != b {
				g.pairs[stitch.Pair{A: min(a, b), B: max(a, b)}] = struct{}{}
			}
		}
	}
}

// keyOfSets is a text that only the same two sets have.
func keyOfSets(sets ...[]api.VertexID) string {
	var key []byte
	for _, set := range sets {
		for _, id := range set {
			key = binary.AppendUvarint(key, uint64(id))
		}
		key = append(key, 0)
	}
	return string(key)
}

// bridge is a device with its forwarding table, aged rows where nothing newer
// is known. A MAC behind two of its ports is behind neither.
func (r *relations) bridge(id api.VertexID) *stitch.Bridge {
	e := r.engine
	b := &stitch.Bridge{
		ID: id, At: map[api.MAC]api.VertexID{}, Sees: map[api.VertexID]api.VertexID{}, Silent: map[api.VertexID]bool{},
	}
	if v := e.vertex(id); v != nil {
		b.Name = v.Name
	}
	for _, aged := range []bool{false, true} {
		at := map[api.MAC]api.VertexID{}
		for t := range e.bridgeTables[id].all {
			if t.port == 0 || (t.held.op.lost != 0) != aged {
				continue
			}
			b.Silent[t.port] = r.isSilent(t.port)
			for _, mac := range t.macs {
				if port, twice := at[mac]; mac.IsStation() && (!twice || port == t.port) {
					at[mac] = t.port
				} else {
					at[mac] = 0
				}
			}
		}
		for mac, port := range at {
			if _, newer := b.At[mac]; !newer {
				b.At[mac] = port
			}
		}
	}
	both := map[api.VertexID]bool{}
	for mac, port := range b.At {
		if port == 0 {
			delete(b.At, mac)
			continue
		}
		for _, owner := range r.ownersOf(mac) {
			if was, seen := b.Sees[owner]; seen && was != port {
				both[owner] = true
			}
			b.Sees[owner] = port
		}
	}
	for owner := range both {
		delete(b.Sees, owner)
	}
	return b
}
