package merge

import (
	"strconv"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// concludeRows concludes every sighting whose grounds changed. It says whether
// there was any.
func (e *Engine) concludeRows() bool {
	list := e.index.Dirty()
	for _, id := range list {
		if rs := e.rows[id]; rs != nil {
			e.conclude(rs)
		}
	}
	return len(list) > 0
}

func (e *Engine) conclude(rs *rowState) {
	h := rs.held
	n := h.op.Claim.Neighbour
	before, beforeThings := rs.conclusion, rs.things
	id := h.row
	e.retract(rs)
	if n.Port != "" {
		rs.row.Port = h.source.stems[n.Port]
	} else {
		rs.row.Port = 0
	}
	rs.row.ID, rs.row.Neighbour, rs.row.Device = id, n, h.source.stems[n.Device]
	rs.conclusion = stitch.Conclude(rs.row, e.index.For(id), func(other stitch.RowID) (stitch.Row, bool) {
		o := e.rows[other]
		if o == nil {
			return stitch.Row{}, false
		}
		return o.row, true
	})
	reverse := stitch.ReverseEntries(rs.row, rs.conclusion)
	e.index.Replace(rs.reverse, reverse)
	rs.reverse = reverse
	if h.op.Lost != 0 && e.supersedes(rs) {
		e.remove(h)
		return
	}
	e.hearOn(rs)
	switch c := rs.conclusion; c.Outcome {
	case stitch.Host:
		e.placeHost(rs, c)
		e.noteBecame(before, beforeThings, c.Node)
	case stitch.Device:
		e.placeDevice(rs, c)
		e.noteBecame(before, beforeThings, c.Remote)
	case stitch.Unmanaged:
		e.placeUnmanaged(rs)
	case stitch.Ambiguous:
		for _, node := range c.Candidates {
			e.speakOf(rs, node)
			t := e.thing(node)
			if t.unclear == nil {
				t.unclear = map[stitch.RowID]string{}
			}
			t.unclear[id] = c.Why
		}
	case stitch.Unplaced, stitch.Self:
	}
	if h.op.Lost == 0 {
		e.dropSuperseded(rs)
	}
}

// hearOn notes on which ports there is something: a port that is down is a
// fault only where something was.
func (e *Engine) hearOn(rs *rowState) {
	for _, port := range []api.VertexID{rs.row.Port, rs.conclusion.RemotePort} {
		if port != 0 && rs.conclusion.Outcome != stitch.Self {
			e.speakOf(rs, port)
			e.thing(port).addRow(rs.held.row)
		}
	}
}

// noteBecame records that what only neighbours knew turned out to be a node or
// a device that a source knows.
func (e *Engine) noteBecame(before stitch.Conclusion, things map[api.VertexID]struct{}, into api.VertexID) {
	if before.Outcome != stitch.Unmanaged {
		return
	}
	for id := range things {
		if v := e.vertex(id); v != nil && v.Derived && v.Kind == api.VertexDevice && id != into {
			e.batch.became[id] = into
		}
	}
}

// supersedes says whether a lost sighting has been overtaken: its port hears
// something else now, or what it heard is heard elsewhere.
func (e *Engine) supersedes(rs *rowState) bool {
	for _, other := range e.rows { // rare: lost sightings are few, and asked once each
		if other != rs && overtakes(other, rs) {
			return true
		}
	}
	return rs.row.Port == 0
}

// dropSuperseded removes lost sightings that a fresh one overtakes.
func (e *Engine) dropSuperseded(rs *rowState) {
	for h := range e.lost {
		if h != rs.held && overtakes(rs, e.rows[h.row]) {
			e.remove(h)
		}
	}
}

// overtakes says whether a fresh sighting makes a lost one untrue.
func overtakes(fresh, lost *rowState) bool {
	if fresh.held.op.Lost != 0 || lost.held.op.Lost == 0 {
		return false
	}
	if fresh.row.Port != 0 && fresh.row.Port == lost.row.Port {
		return true
	}
	f, l := fresh.held.op.Claim.Neighbour, lost.held.op.Claim.Neighbour
	return f.ChassisID != "" && f.ChassisID == l.ChassisID && f.ChassisIDSubtype == l.ChassisIDSubtype &&
		f.PortID == l.PortID && f.PortIDSubtype == l.PortIDSubtype && fresh.row.Port != 0
}

// retract takes back all that a row says of the graph. What it says to other
// rows stays until it is concluded anew or detached: taking it out and putting
// it in again would make the rows that asked for it go round for ever.
func (e *Engine) retract(rs *rowState) {
	id := rs.held.row
	for v := range rs.things {
		if t := e.things[v]; t != nil {
			delete(t.derived, id)
		}
		e.touchThing(v)
	}
	for v := range rs.nodes {
		if t := e.things[v]; t != nil {
			delete(t.rows, id)
			delete(t.unclear, id)
		}
		e.touchThing(v)
	}
	if rs.edge != (edgeKey{}) {
		if j := e.joints[rs.edge]; j != nil {
			delete(j.rows, id)
		}
		e.touchEdge(rs.edge)
	}
	rs.things, rs.nodes, rs.edge, rs.conclusion = nil, nil, edgeKey{}, stitch.Conclusion{}
}

func (e *Engine) placeHost(rs *rowState, c stitch.Conclusion) {
	name, mac := stitch.NIC(rs.row.Neighbour)
	var aliases []api.Alias
	if mac != "" {
		aliases = append(aliases, api.Alias{Kind: api.AliasMAC, Strength: api.Strong, Scope: c.Node.String(), Value: mac})
	}
	if name != "" {
		aliases = append(aliases, api.Alias{Kind: api.AliasNIC, Strength: api.Strong, Scope: c.Node.String(), Value: name})
	}
	if len(aliases) == 0 {
		aliases = append(aliases, api.Alias{Kind: api.AliasNIC, Strength: api.Strong, Scope: c.Node.String()})
		name = "nic"
	}
	d := &derived{kind: api.VertexNIC, parent: c.Node, name: name, scope: rs.held.scope.id}
	if name == "" {
		d.name = mac
	}
	if mac != "" {
		d.attrs = append(d.attrs, api.KV{Key: api.AttrMAC, Value: mac})
	}
	nic := e.derive(rs, d, aliases)
	e.speakOf(rs, c.Node)
	e.thing(c.Node).addRow(rs.held.row)
	e.support(rs, makeEdgeKey(api.EdgeAttach, nic, rs.row.Port), false)
}

func (e *Engine) placeDevice(rs *rowState, c stitch.Conclusion) {
	port := c.RemotePort
	if port == 0 {
		port = e.derive(rs, remotePort(rs, c.Remote), remoteAliases(rs, c.Remote))
	}
	key := makeEdgeKey(api.EdgeLink, rs.row.Port, port)
	e.support(rs, key, key.a == rs.row.Port)
}

func (e *Engine) placeUnmanaged(rs *rowState) {
	n := rs.row.Neighbour
	device := e.derive(rs, unmanagedDevice(rs, e.vertex(rs.row.Device)), unmanagedAliases(n, rs))
	port := e.derive(rs, remotePort(rs, device), remoteAliases(rs, device))
	key := makeEdgeKey(api.EdgeLink, rs.row.Port, port)
	e.support(rs, key, key.a == rs.row.Port)
}

func unmanagedDevice(rs *rowState, heardBy *api.Vertex) *derived {
	n := rs.row.Neighbour
	d := &derived{
		kind: api.VertexDevice, name: n.SysName, scope: rs.held.scope.id,
		attrs: []api.KV{{Key: api.AttrUnmanaged, Value: "true"}},
	}
	if d.name == "" {
		d.name = n.ChassisID
	}
	if heardBy != nil {
		d.parent = heardBy.Parent
	}
	for _, kv := range []api.KV{
		{Key: api.AttrChassisID, Value: n.ChassisID}, {Key: api.AttrDescription, Value: n.SysDescription},
	} {
		if kv.Value != "" {
			d.attrs = append(d.attrs, kv)
		}
	}
	for _, address := range n.Addresses {
		d.attrs = append(d.attrs, api.KV{Key: api.AttrAddress, Value: address})
	}
	return d
}

// unmanagedAliases are the names of what only neighbours know. The chassis ID
// is the very alias under which it would be polled, so that it stays itself
// when it is.
func unmanagedAliases(n *api.Neighbour, rs *rowState) []api.Alias {
	switch {
	case n.ChassisID != "":
		return []api.Alias{{
			Kind: api.AliasChassis, Strength: api.Strong,
			Value: strconv.Itoa(int(n.ChassisIDSubtype)) + ":" + n.ChassisID,
		}}
	case n.SysName != "":
		return []api.Alias{{Kind: api.AliasRemote, Strength: api.Strong, Value: n.SysName}}
	}
	return []api.Alias{{Kind: api.AliasRemote, Strength: api.Strong, Scope: rs.row.Port.String(), Value: rs.held.op.Key}}
}

func remotePort(rs *rowState, device api.VertexID) *derived {
	n := rs.row.Neighbour
	d := &derived{kind: api.VertexPort, parent: device, name: n.PortID, scope: rs.held.scope.id}
	if n.PortIDSubtype == api.PortMAC {
		d.attrs = append(d.attrs, api.KV{Key: api.AttrMAC, Value: n.PortID})
		if n.PortDescription != "" {
			d.name = n.PortDescription
		}
	}
	if n.PortDescription != "" {
		d.attrs = append(d.attrs, api.KV{Key: api.AttrDescription, Value: n.PortDescription})
	}
	if d.name == "" {
		d.name = "?"
	}
	return d
}

func remoteAliases(rs *rowState, device api.VertexID) []api.Alias {
	n := rs.row.Neighbour
	value := strconv.Itoa(int(n.PortIDSubtype)) + ":" + n.PortID
	if n.PortID == "" {
		value = rs.row.Port.String()
	}
	return []api.Alias{{Kind: api.AliasRemote, Strength: api.Strong, Scope: device.String(), Value: value}}
}

// derive notes what a row says of a vertex that no source claims, and returns
// that vertex. The first alias that is known decides which it is.
func (e *Engine) derive(rs *rowState, d *derived, aliases []api.Alias) api.VertexID {
	var id api.VertexID
	for _, a := range aliases {
		if known := e.memory.byAlias[aliasText(a)]; known != 0 && e.derivable(known, d.kind) {
			id = known
			break
		}
	}
	if id == 0 {
		id = e.mint()
	}
	e.memory.bind(id, aliases)
	t := e.thing(id)
	if t.derived == nil {
		t.derived = map[stitch.RowID]*derived{}
	}
	t.derived[rs.held.row] = d
	if rs.things == nil {
		rs.things = map[api.VertexID]struct{}{}
	}
	rs.things[id] = struct{}{}
	e.touchThing(id)
	return id
}

// derivable says whether a known vertex can be what a row derives.
func (e *Engine) derivable(id api.VertexID, kind api.VertexKind) bool {
	t := e.things[id]
	if t == nil {
		return true
	}
	for _, h := range t.claims {
		if h.op.Claim.Vertex.Kind != kind {
			return false
		}
	}
	for _, d := range t.derived {
		if d.kind != kind {
			return false
		}
	}
	return true
}

// speakOf notes that a row says something of a vertex that a source claims.
func (e *Engine) speakOf(rs *rowState, node api.VertexID) {
	if rs.nodes == nil {
		rs.nodes = map[api.VertexID]struct{}{}
	}
	rs.nodes[node] = struct{}{}
	e.touchThing(node)
}

func (e *Engine) support(rs *rowState, key edgeKey, byA bool) {
	j := e.joint(key)
	if j.rows == nil {
		j.rows = map[stitch.RowID]*support{}
	}
	c := rs.conclusion
	j.rows[rs.held.row] = &support{
		byA: byA, lost: rs.held.op.Lost, method: c.Method, confidence: c.Confidence, why: c.Why,
	}
	rs.edge = key
	e.touchEdge(key)
}
