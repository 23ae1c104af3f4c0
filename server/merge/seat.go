package merge

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// seating is a node for which forwarding tables are asked, and where they say
// that it is; or an aggregate, and its twins.
type seating struct {
	id   stitch.RowID // under which it asks
	node api.VertexID
	rows []*rowState
	uses []tableUse
	why  string // why it has no seat
	// vrfs say in which the node is proved to be, and proved is what its
	// cluster's other nodes rest on of that.
	vrfs   []api.Attr
	proved []stitch.Entry
	// twins are, of an aggregate, those of other devices that are one with it.
	twins []string
}

type tableUse struct {
	table *table
	use   use
}

// askFor makes tables be asked for a node; forgetNode ends that.
func (e *Engine) askFor(node api.VertexID) {
	s := e.seatings[node]
	if s == nil {
		e.rowNext++
		s = &seating{id: e.rowNext, node: node}
		e.seatings[node], e.seatingByID[s.id] = s, s
	}
	e.index.Touch(s.id)
}

func (e *Engine) forgetNode(node api.VertexID) {
	s := e.seatings[node]
	if s == nil {
		return
	}
	e.unseat(s)
	e.index.Replace(s.proved, nil)
	e.index.Forget(s.id)
	delete(e.seatings, node)
	delete(e.seatingByID, s.id)
}

// unseat takes back all that was concluded of a node by tables.
func (e *Engine) unseat(s *seating) {
	for _, rs := range s.rows {
		e.retract(rs)
		delete(e.rows, rs.id)
	}
	e.release(s.uses)
	s.rows, s.uses = nil, nil
}

// release notes that something rests on rows of tables no more.
func (e *Engine) release(uses []tableUse) {
	for _, u := range uses {
		t := u.table
		if t.uses[u.use]--; t.uses[u.use] == 0 {
			delete(t.uses, u.use)
		}
		if t.held.op.lost != 0 && e.tableOf[t.held] == t {
			e.batch.aged[t.held] = struct{}{}
		}
	}
}

// seat concludes where a node is by what tables say now.
func (e *Engine) seat(s *seating) {
	was := s.why
	find := e.index.For(s.id)
	if v := e.vertex(s.node); v != nil && v.Kind == api.VertexLAG {
		e.pair(s, v, find)
		return
	}
	host := stitch.Sought{ID: s.node, MACs: stitch.MACsOf(s.node, find)}
	if v := e.vertex(s.node); v != nil {
		for i := range v.Attrs {
			if a := &v.Attrs[i]; a.Key == api.AttrAddress && !slices.Contains(host.Addresses, a.Value) {
				host.Addresses = append(host.Addresses, a.Value)
			}
		}
	}
	proofs := stitch.ProveVRFs(host, find, e.learned)
	for _, p := range proofs {
		host.VRFs = append(host.VRFs, p.VRF)
	}
	seats, doubts, why := stitch.Seats(host, find, e.learned)
	e.unseat(s)
	s.why = why
	for _, d := range doubts {
		if t := e.tables[d.Binding]; t != nil {
			e.uses(s, t, use{d.MAC, d.Address})
		}
	}
	e.prove(s, proofs, stitch.ClusterOf(s.node, find))
	for _, at := range seats {
		e.placeSeat(s, at, find)
	}
	if was != why {
		e.touchThing(s.node)
	}
}

// prove keeps in which VRFs a node is, and the rows that say so.
func (e *Engine) prove(s *seating, proofs []stitch.Proof, cluster api.VertexID) {
	entries := stitch.ProofEntries(cluster, proofs)
	e.index.Replace(s.proved, entries)
	s.proved = entries
	var says []api.Attr
	for _, p := range proofs {
		binding := e.tables[p.Binding]
		if binding == nil {
			continue
		}
		e.uses(s, binding, use{p.MAC, p.Address})
		if station := e.tables[p.Station]; station != nil {
			e.uses(s, station, use{mac: p.MAC})
		}
		if p.VRF != "" {
			says = append(says, api.Attr{Key: api.AttrVRF, Value: p.VRF, Scope: binding.held.scope.id})
		}
	}
	if !slices.Equal(s.vrfs, says) {
		s.vrfs = says
		e.touchThing(s.node)
	}
}

// pair concludes which aggregates of other devices are one with this one.
func (e *Engine) pair(s *seating, lag *api.Vertex, find stitch.Finder) {
	var twins []string
	for _, id := range stitch.Twins(lag, find, e.parentOf) {
		twins = append(twins, e.portName(id))
	}
	slices.Sort(twins)
	if !slices.Equal(twins, s.twins) {
		s.twins = twins
		e.touchThing(lag.ID)
	}
}

func (e *Engine) parentOf(id api.VertexID) api.VertexID {
	if v := e.vertex(id); v != nil {
		return v.Parent
	}
	return 0
}

func (e *Engine) placeSeat(s *seating, at stitch.Seat, find stitch.Finder) {
	t := e.tables[at.Claim]
	e.uses(s, t, use{mac: at.MAC})
	if binding := e.tables[at.Binding]; binding != nil {
		e.uses(s, binding, use{at.MAC, at.Address})
	}
	e.rowNext++
	rs := &rowState{
		id: e.rowNext, held: t.held, seating: s, station: at.MAC,
		row: stitch.Row{ID: e.rowNext, Device: at.Device, Port: at.Port},
		conclusion: stitch.Conclusion{
			Outcome: stitch.Host, Node: s.node, Method: at.Method, Confidence: at.Confidence, Why: at.Why,
		},
	}
	e.rows[rs.id] = rs
	s.rows = append(s.rows, rs)
	nic := e.claimedNIC(s.node, at.MAC, find, false, "")
	if nic == 0 {
		text := at.MAC.String()
		nic = e.derive(rs, &derived{
			kind: api.VertexNIC, parent: s.node, name: text, scope: t.held.scope.id, attrs: []api.KV{{Key: api.AttrMAC, Value: text}},
		}, api.Alias{Kind: api.AliasMAC, Strength: api.Strong, Scope: s.node.String(), Value: text})
	}
	for _, id := range []api.VertexID{s.node, at.Port} {
		e.speakOf(rs, id)
		e.thing(id).addRow(rs.id)
	}
	rs.edge = e.support(rs, makeEdgeKey(api.EdgeAttach, nic, at.Port), false)
}

// claimedNIC is the NIC of a node that its own source says has a MAC, or 0.
// Where several have it, [stitch.PreferNIC] says which is meant.
func (e *Engine) claimedNIC(node api.VertexID, mac api.MAC, find stitch.Finder, heard bool, name string) api.VertexID {
	var best *api.Vertex
	for _, id := range stitch.NICs(mac, find) {
		v := e.vertex(id)
		if v == nil || v.Parent != node {
			continue
		}
		if best == nil || stitch.PreferNIC(v, best, mac, heard, name) {
			best = v
		}
	}
	if best == nil {
		return 0
	}
	return best.ID
}

// hostNIC is the NIC whose MAC a row says, where the host's own source has it.
func (e *Engine) hostNIC(node api.VertexID, name, text string, find stitch.Finder) api.VertexID {
	mac, err := api.ParseMAC(text)
	if err != nil {
		return 0
	}
	return e.claimedNIC(node, mac, find, true, name)
}

func (e *Engine) uses(s *seating, t *table, u use) {
	t.uses[u]++
	s.uses = append(s.uses, tableUse{t, u})
}
