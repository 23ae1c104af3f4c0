package merge

import (
	"cmp"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// maxPairs is how many pairs of bridges are compared at once. More of them have
// MACs in common on ports where no neighbour protocol speaks only where hundreds
// of switches have none; what is beyond is not concluded, and said so.
const maxPairs = 20_000

const confidenceBridges = 75

// junction is what forwarding tables say of how two bridges are joined.
type junction struct {
	stitch.Junction
	row     *rowState
	entries []stitch.Entry
	uses    []tableUse
}

// touchBridge lists a bridge to be compared again with those that it has
// something in common with.
func (e *Engine) touchBridge(device api.VertexID) {
	if device != 0 {
		e.batch.bridges[device] = struct{}{}
	}
}

// touchSeers lists the bridges that know a vertex's own MACs, where these are
// others now.
func (e *Engine) touchSeers(was, is *api.Vertex) {
	of := func(v *api.Vertex) (out []string) {
		if v == nil || (v.Kind != api.VertexDevice && v.Kind != api.VertexPort && v.Kind != api.VertexLAG) {
			return nil
		}
		for i := range v.Attrs {
			if a := &v.Attrs[i]; a.Key == api.AttrMAC || a.Key == stitch.AttrMACs {
				out = append(out, a.Value)
			}
		}
		return out
	}
	before, after := of(was), of(is)
	if len(e.tables) == 0 || slices.Equal(before, after) && (was == nil || is == nil || was.Parent == is.Parent) {
		return
	}
	for _, mac := range stitch.ParseMACs(append(before, after...)) {
		for _, claim := range stitch.ClaimsOf(mac, e.index.Peek()) {
			if t := e.tables[claim]; t != nil {
				e.touchBridge(t.device)
			}
		}
	}
}

// settleBridges compares again the bridges that are listed, with all that they
// have something in common with. It says whether there was any.
func (e *Engine) settleBridges() bool {
	if len(e.batch.bridges) == 0 {
		return false
	}
	group, pairs := e.relations()
	clear(e.batch.bridges)
	bridges := map[api.VertexID]*stitch.Bridge{}
	for id := range group {
		bridges[id] = e.bridge(id)
	}
	found, vague := stitch.Correlate(bridges, pairs)
	for id := range group {
		for _, pair := range slices.Collect(e.joinedBy[id].all) {
			e.disjoin(pair)
		}
		delete(e.vague, id)
	}
	for _, j := range found {
		e.join(stitch.Pair{A: j.A, B: j.B}, j, bridges)
	}
	for _, pair := range vague {
		for _, id := range []api.VertexID{pair.A, pair.B} {
			e.vague[id]++
		}
	}
	return true
}

// relations are the bridges that hang together with those that are listed, by
// what they know on silent ports, and the pairs of them that have something in
// common there.
func (e *Engine) relations() (group map[api.VertexID]struct{}, pairs []stitch.Pair) {
	find := e.index.Peek()
	silent := map[api.VertexID]bool{}
	isSilent := func(port api.VertexID) bool {
		is, known := silent[port]
		if !known {
			is = stitch.IsSilent(port, find)
			silent[port] = is
		}
		return is
	}
	queue := slices.Sorted(maps.Keys(e.batch.bridges))
	group, related := map[api.VertexID]struct{}{}, map[stitch.Pair]struct{}{}
	add := func(a, b api.VertexID) {
		if a == b || b == 0 || len(related) >= maxPairs {
			return
		}
		related[stitch.Pair{A: min(a, b), B: max(a, b)}] = struct{}{}
		queue = append(queue, b)
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		if _, seen := group[id]; seen {
			continue
		}
		group[id] = struct{}{}
		for pair := range e.joinedBy[id].all {
			queue = append(queue, pair.A, pair.B)
		}
		for t := range e.bridgeTables[id].all {
			if !isSilent(t.port) {
				continue
			}
			for _, mac := range t.macs {
				if !mac.IsStation() {
					continue
				}
				for _, claim := range stitch.ClaimsOf(mac, find) {
					if other := e.tables[claim]; other.port != 0 && other.device != id && isSilent(other.port) {
						add(id, other.device)
					}
				}
				for _, owner := range stitch.Owners(mac, find) {
					if !e.bridgeTables[owner].empty() {
						add(id, owner)
					}
				}
			}
		}
	}
	return group, slices.Collect(maps.Keys(related))
}

// bridge is a device with its forwarding table, aged rows where nothing newer
// is known. A MAC behind two of its ports is behind neither.
func (e *Engine) bridge(id api.VertexID) *stitch.Bridge {
	b := &stitch.Bridge{
		ID: id, At: map[api.MAC]api.VertexID{}, Sees: map[api.VertexID]api.VertexID{}, Silent: map[api.VertexID]bool{},
	}
	if v := e.vertex(id); v != nil {
		b.Name = v.Name
	}
	find := e.index.Peek()
	for _, aged := range []bool{false, true} {
		at := map[api.MAC]api.VertexID{}
		for t := range e.bridgeTables[id].all {
			if t.port == 0 || (t.held.op.lost != 0) != aged {
				continue
			}
			if _, known := b.Silent[t.port]; !known {
				b.Silent[t.port] = stitch.IsSilent(t.port, find)
			}
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
		for _, owner := range stitch.Owners(mac, find) {
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

func (e *Engine) join(pair stitch.Pair, found stitch.Junction, bridges map[api.VertexID]*stitch.Bridge) {
	j := &junction{Junction: found, entries: stitch.JunctionEntries(found)}
	e.junctions[pair] = j
	for _, id := range []api.VertexID{pair.A, pair.B} {
		e.joinedBy[id] = e.joinedBy[id].with(pair)
		for _, mac := range found.Witnesses {
			for t := range e.bridgeTables[id].all {
				if t.port == bridges[id].At[mac] && slices.Contains(t.macs, mac) {
					t.uses[use{mac: mac}]++
					j.uses = append(j.uses, tableUse{t, use{mac: mac}})
				}
			}
		}
	}
	e.index.Replace(nil, j.entries)
	why := "forwarding tables fit: what both bridges know is behind one of these ports, and none of it on other ports of both"
	if found.Between > 0 {
		why += "; some of it is between the two"
	}
	e.rowNext++
	rs := &rowState{
		id: e.rowNext, held: e.tableAt(found.A, found.PortA), junction: j,
		row: stitch.Row{ID: e.rowNext, Device: found.A, Port: found.PortA},
		conclusion: stitch.Conclusion{
			Outcome: stitch.Device, Remote: found.B, RemotePort: found.PortB, Method: api.MethodBridges, Confidence: confidenceBridges, Why: why,
		},
	}
	j.row, e.rows[rs.id] = rs, rs
	for _, port := range []api.VertexID{found.PortA, found.PortB} {
		e.speakOf(rs, port)
		e.thing(port).addRow(rs.id)
	}
	key := makeEdgeKey(api.EdgeLink, found.PortA, found.PortB)
	rs.edge = e.support(rs, key, key.a == found.PortA)
}

// tableAt is the claim of a bridge's table that speaks of a port; the first of
// them, and one that has not aged if there is one.
func (e *Engine) tableAt(device, port api.VertexID) *held {
	var best *held
	for t := range e.bridgeTables[device].all {
		if t.port != port {
			continue
		}
		h := t.held
		if best == nil || cmp.Or(cmp.Compare(min(1, h.op.lost), min(1, best.op.lost)), compareSaid(h, best)) < 0 {
			best = h
		}
	}
	return best
}

func (e *Engine) disjoin(pair stitch.Pair) {
	j := e.junctions[pair]
	delete(e.junctions, pair)
	for _, id := range []api.VertexID{pair.A, pair.B} {
		if left := e.joinedBy[id].without(pair); left.empty() {
			delete(e.joinedBy, id)
		} else {
			e.joinedBy[id] = left
		}
	}
	e.index.Replace(j.entries, nil)
	e.retract(j.row)
	delete(e.rows, j.row.id)
	e.release(j.uses)
}
