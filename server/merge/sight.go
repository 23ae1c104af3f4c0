package merge

import (
	"slices"
	"strconv"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// concludeRows concludes every sighting whose grounds changed. It says whether
// there was any.
func (e *Engine) concludeRows() bool {
	list := e.index.Dirty()
	for _, id := range list {
		switch rs := e.rows[id]; {
		case rs == nil:
			if s := e.seatingByID[id]; s != nil {
				e.seat(s)
			}
		case rs.seating != nil:
			e.index.Touch(rs.seating.id)
		case rs.junction != nil:
			e.touchBridge(rs.row.Device)
		default:
			e.conclude(rs)
		}
	}
	e.believeRivalless(list)
	return len(list) > 0
}

func (e *Engine) conclude(rs *rowState) {
	h := rs.held
	if h.op.session() != nil {
		e.concludeSession(rs)
		return
	}
	if h.op.route() != nil {
		e.concludeRoute(rs)
		return
	}
	n := h.op.neighbour()
	before, beforeThings := rs.conclusion, rs.things
	heardOn := rs.row.Port
	id := h.row
	e.retract(rs)
	if n.Port != "" {
		rs.row.Port = h.scope.source.vertexOf(n.Port)
	} else {
		rs.row.Port = 0
	}
	rs.row.ID, rs.row.Neighbour, rs.row.Device = id, n, h.scope.source.vertexOf(n.Device)
	v := h.scope.source.voices[n.Port]
	rs.row.OnNIC = v != nil && v.kind == api.VertexNIC
	if rs.row.Port != heardOn { // a port is silent no more, or again
		e.touchBridge(e.parentOf(heardOn))
		e.touchBridge(rs.row.Device)
	}
	e.hear(rs)
	e.overtake(rs)
	if h.op.lost != 0 {
		e.touchRivals(rs)
	}
	if h.op.overtaken() != 0 {
		e.index.Forget(id)
		e.index.Replace(rs.reverse, nil)
		rs.reverse, rs.conclusion = nil, superseded()
		return
	}
	find := e.index.For(id)
	rs.conclusion = stitch.Conclude(rs.row, find, func(other stitch.RowID) (stitch.Row, bool) {
		o := e.rows[other]
		if o == nil {
			return stitch.Row{}, false
		}
		return o.row, true
	})
	var reverse []stitch.Entry
	if h.op.lost == 0 {
		reverse = stitch.ReverseEntries(rs.row, rs.conclusion)
	}
	e.index.Replace(rs.reverse, reverse)
	rs.reverse = reverse
	if h.op.lost != 0 && e.supersedes(rs) {
		e.remove(h)
		return
	}
	e.hearOn(rs)
	switch c := rs.conclusion; c.Outcome {
	case stitch.Host:
		e.placeHost(rs, c, find)
		e.noteBecame(before, beforeThings, c.Node)
	case stitch.Device:
		e.placeDevice(rs, c, find)
		e.noteBecame(before, beforeThings, c.Remote)
	case stitch.Unmanaged:
		e.placeUnmanaged(rs, find)
	case stitch.Ambiguous:
		for _, node := range c.Candidates {
			e.speakOf(rs, node)
			e.thing(node).addUnclear(id, c.Why)
		}
	case stitch.Unplaced, stitch.Self, stitch.Moved, stitch.Echo, stitch.Unknown:
	}
	if h.op.lost == 0 {
		e.dropSuperseded(rs)
	}
}

// hearOn notes on which ports there is something: a port that is down is a
// fault only where something was.
func (e *Engine) hearOn(rs *rowState) {
	for _, port := range []api.VertexID{rs.row.Port, rs.conclusion.RemotePort} {
		if port != 0 && rs.conclusion.Outcome != stitch.Self {
			e.speakOf(rs, port)
			e.thing(port).addRow(rs.id)
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

// hear notes where a row was heard, and what; unhear takes that back.
func (e *Engine) hear(rs *rowState) {
	n := rs.row.Neighbour
	keys := [2]hearKey{{port: rs.row.Port}}
	if n.ChassisID != "" {
		keys[1] = hearKey{chassis: n.ChassisID, subtype: n.ChassisIDSubtype, remotePort: n.PortID}
	}
	if keys == rs.heard {
		return
	}
	e.unhear(rs)
	rs.heard = keys
	for _, key := range keys {
		if key != (hearKey{}) {
			e.heard[key] = append(e.heard[key], rs)
		}
	}
}

func (e *Engine) unhear(rs *rowState) {
	e.touchRivals(rs)
	for _, key := range rs.heard {
		left := slices.DeleteFunc(e.heard[key], func(other *rowState) bool { return other == rs })
		if len(left) == 0 {
			delete(e.heard, key)
		} else {
			e.heard[key] = left
		}
	}
	rs.heard = [2]hearKey{}
}

// supersedes says whether a lost sighting has been overtaken: its port hears
// something else now, or what it heard is heard elsewhere.
func (e *Engine) supersedes(rs *rowState) bool {
	for _, key := range rs.heard {
		for _, other := range e.heard[key] {
			if other != rs && overtakes(other, rs) {
				return true
			}
		}
	}
	return rs.row.Port == 0
}

// dropSuperseded removes lost sightings that a fresh one overtakes.
func (e *Engine) dropSuperseded(rs *rowState) {
	for _, key := range rs.heard {
		for _, other := range slices.Clone(e.heard[key]) {
			if other != rs && overtakes(rs, other) {
				e.remove(other.held)
			}
		}
	}
}

// overtakes says whether a fresh sighting makes a lost one untrue.
func overtakes(fresh, lost *rowState) bool {
	if fresh.held.op.lost != 0 || lost.held.op.lost == 0 {
		return false
	}
	if fresh.row.Port != 0 && fresh.row.Port == lost.row.Port {
		return true
	}
	f, l := fresh.held.op.neighbour(), lost.held.op.neighbour()
	return f.ChassisID != "" && f.ChassisID == l.ChassisID && f.ChassisIDSubtype == l.ChassisIDSubtype &&
		f.PortID == l.PortID && f.PortIDSubtype == l.PortIDSubtype && fresh.row.Port != 0
}

// retract takes back all that a row says of the graph. What it says to other
// rows stays until it is concluded anew or detached: taking it out and putting
// it in again would make the rows that asked for it go round for ever.
func (e *Engine) retract(rs *rowState) {
	id := rs.id
	for v := range rs.things {
		if t := e.things[v]; t != nil {
			delete(t.seen().derived, id)
		}
		e.touchThing(v)
	}
	for v := range rs.nodes {
		if t := e.things[v]; t != nil {
			delete(t.seen().rows, id)
			delete(t.seen().unclear, id)
		}
		e.touchThing(v)
	}
	e.leaveSegment(rs)
	for _, key := range append([]edgeKey{rs.edge, rs.bundle}, rs.more...) {
		if key == (edgeKey{}) {
			continue
		}
		if j := e.joints[key]; j != nil {
			delete(j.rows, id)
			if len(j.rows) == 0 {
				e.part(key)
			}
		}
		e.touchEdge(key)
		e.touchMeeting(key)
	}
	rs.bundle, rs.more = edgeKey{}, nil
	rs.things, rs.nodes, rs.edge, rs.conclusion = nil, nil, edgeKey{}, stitch.Conclusion{}
}

func (e *Engine) placeHost(rs *rowState, c stitch.Conclusion, find stitch.Finder) {
	name, mac := stitch.NIC(rs.row.Neighbour)
	d := &derived{kind: api.VertexNIC, parent: c.Node, name: name, scope: rs.held.scope.id}
	alias := api.Alias{Kind: api.AliasNIC, Strength: api.Strong, Scope: c.Node.String(), Value: name}
	if name == "" && mac != "" {
		d.name = mac
		alias = api.Alias{Kind: api.AliasMAC, Strength: api.Strong, Scope: c.Node.String(), Value: mac}
	} else if name == "" {
		d.name = "nic" // one for each cable
		alias.Kind, alias.Value = api.AliasRemote, rs.row.Port.String()
	}
	if mac != "" {
		d.attrs = append(d.attrs, api.KV{Key: api.AttrMAC, Value: mac})
	}
	nic := e.hostNIC(c.Node, name, mac, find)
	if nic == 0 {
		nic = e.derive(rs, d, alias)
	}
	e.speakOf(rs, c.Node)
	e.thing(c.Node).addRow(rs.id)
	rs.edge = e.support(rs, makeEdgeKey(api.EdgeAttach, nic, rs.row.Port), false)
}

func (e *Engine) placeDevice(rs *rowState, c stitch.Conclusion, find stitch.Finder) {
	port := c.RemotePort
	if port == 0 {
		// One for each cable: what means no port of that device may be said on
		// several.
		alias := remoteAlias(rs, c.Remote)
		alias.Scope += " " + rs.row.Port.String()
		port = e.derive(rs, remotePort(rs, c.Remote), alias)
	}
	key := e.cable(rs, port)
	e.seatHearer(rs, key)
	rs.edge = e.support(rs, key, key.a == rs.row.Port)
	if a, b, ok := stitch.Bundles(rs.row.Port, port, find); ok {
		key = makeEdgeKey(api.EdgeLink, a, b)
		rs.bundle = e.support(rs, key, key.a == a)
	}
}

// cable is the edge between the port that heard and the one that it heard: an
// attachment where a host's own agent heard it.
func (e *Engine) cable(rs *rowState, port api.VertexID) edgeKey {
	if rs.row.OnNIC {
		return makeEdgeKey(api.EdgeAttach, rs.row.Port, port)
	}
	return makeEdgeKey(api.EdgeLink, rs.row.Port, port)
}

func (e *Engine) placeUnmanaged(rs *rowState, find stitch.Finder) {
	n := rs.row.Neighbour
	heardBy := e.vertex(rs.row.Device)
	d := unmanagedDevice(rs, heardBy)
	if heardBy != nil && heardBy.Kind == api.VertexNode { // it stands where the host does, and in no cluster
		d.parent = e.siteOf(rs, find)
	}
	device := e.derive(rs, d, unmanagedAliases(n, rs)...)
	port := e.derive(rs, remotePort(rs, device), remoteAlias(rs, device))
	key := e.cable(rs, port)
	e.seatHearer(rs, key)
	rs.edge = e.support(rs, key, key.a == rs.row.Port)
}

// seatHearer notes that a node's own agent says on which port the node is.
func (e *Engine) seatHearer(rs *rowState, key edgeKey) {
	if v := e.vertex(rs.row.Device); key.kind == api.EdgeAttach && v != nil && v.Kind == api.VertexNode {
		e.speakOf(rs, v.ID)
		e.thing(v.ID).addRow(rs.id)
	}
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
// when it is; where polled devices claim it, it names those, and this by
// another.
func unmanagedAliases(n *api.Neighbour, rs *rowState) []api.Alias {
	remote := api.Alias{Kind: api.AliasRemote, Strength: api.Strong}
	if n.ChassisID != "" {
		value := strconv.Itoa(int(n.ChassisIDSubtype)) + ":" + n.ChassisID
		remote.Scope, remote.Value = "chassis", value
		return []api.Alias{{Kind: api.AliasChassis, Strength: api.Strong, Value: value}, remote}
	}
	if n.SysName != "" {
		remote.Value = n.SysName
	} else {
		remote.Scope, remote.Value = rs.row.Port.String(), rs.held.op.key
	}
	return []api.Alias{remote}
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

func remoteAlias(rs *rowState, device api.VertexID) api.Alias {
	n := rs.row.Neighbour
	value := strconv.Itoa(int(n.PortIDSubtype)) + ":" + n.PortID
	if n.PortID == "" {
		value = rs.row.Port.String()
	}
	return api.Alias{Kind: api.AliasRemote, Strength: api.Strong, Scope: device.String(), Value: value}
}

// derive notes what a row says of a vertex that no source claims, and returns
// that vertex: the one that the first alias means that can be meant.
func (e *Engine) derive(rs *rowState, d *derived, aliases ...api.Alias) api.VertexID {
	id := api.VertexID(0)
	for _, a := range aliases {
		n := e.memory.names[keyOf(a)]
		if n.void || (n.by.len() > 0 && d.kind == api.VertexDevice) {
			continue // it names what sources claim, and they are not meant
		}
		d.alias, id = a, n.vertex
		if id == 0 || !e.derivable(id, d.kind, n.by.len() > 0) {
			id = e.mint()
			e.memory.bind(id, a)
		}
		break
	}
	e.thing(id).addDerived(rs.id, d)
	if rs.things == nil {
		rs.things = map[api.VertexID]struct{}{}
	}
	rs.things[id] = struct{}{}
	e.touchThing(id)
	return id
}

// derivable says whether the vertex that an alias is bound to can be what a
// row derives; claimed says whether a source claims the alias.
func (e *Engine) derivable(id api.VertexID, kind api.VertexKind, claimed bool) bool {
	t := e.things[id]
	if t == nil {
		return true
	}
	for h := range t.claims.all {
		if !claimed || h.voice.kind != kind {
			return false
		}
	}
	for _, d := range t.seen().derived {
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

// support notes that a row speaks for an edge, and returns that.
func (e *Engine) support(rs *rowState, key edgeKey, byA bool) edgeKey {
	j := e.joint(key)
	if j.rows == nil {
		j.rows = map[stitch.RowID]*support{}
	}
	if len(j.rows) == 0 {
		e.meet(key)
	}
	c := rs.conclusion
	j.rows[rs.id] = &support{
		byA: byA, lost: rs.lost(), method: c.Method, confidence: c.Confidence, why: c.Why,
	}
	e.touchEdge(key)
	e.touchMeeting(key)
	return key
}
