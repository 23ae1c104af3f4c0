package merge

import (
	"cmp"
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// maxPairs is how many pairs of bridges are compared among those that hang
// together. More of them have MACs in common on ports where no neighbour protocol
// speaks only where hundreds of switches have none. Then none of their cables is
// concluded, because a bridge that was left out may be between two others, and
// each of them says so.
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
	listed := slices.Sorted(maps.Keys(e.batch.bridges))
	clear(e.batch.bridges)
	were := map[*kinship]struct{}{}
	for _, id := range listed {
		if g := e.uncompared[id]; g != nil { // without this one, the others may be few enough
			were[g] = struct{}{}
		}
	}
	for g := range were {
		listed = append(listed, g.members...)
	}
	r := &relations{engine: e, find: e.index.Peek(), silent: map[api.VertexID]bool{}, owners: map[api.MAC][]api.VertexID{}}
	done := map[api.VertexID]struct{}{}
	for _, id := range listed {
		if _, seen := done[id]; seen {
			continue
		}
		group := r.around(id)
		for _, member := range group.members {
			done[member] = struct{}{}
		}
		e.correlate(group, r)
	}
	return true
}

// correlate concludes anew how the bridges of a group are joined.
func (e *Engine) correlate(g *kinship, r *relations) {
	for _, id := range g.members {
		for _, pair := range slices.Collect(e.joinedBy[id].all) {
			e.disjoin(pair)
		}
		delete(e.vague, id)
		delete(e.uncompared, id)
	}
	if g.tooMany {
		g.pairs = nil
		for _, id := range g.members {
			e.uncompared[id] = g
		}
		return
	}
	if len(g.pairs) == 0 {
		return
	}
	bridges := make(map[api.VertexID]*stitch.Bridge, len(g.members))
	for _, id := range g.members {
		bridges[id] = r.bridge(id)
	}
	found, vague := stitch.Correlate(bridges, slices.Collect(maps.Keys(g.pairs)))
	for _, j := range found {
		e.join(stitch.Pair{A: j.A, B: j.B}, j, bridges)
	}
	for _, pair := range vague {
		for _, id := range []api.VertexID{pair.A, pair.B} {
			e.vague[id]++
		}
	}
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
