package merge

import (
	"strconv"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// What a concluded row says of the graph: things that no source claims, and the
// edges that it speaks for.

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
