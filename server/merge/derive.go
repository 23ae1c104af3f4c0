package merge

import (
	"slices"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// deriveThings makes anew every vertex on the list. It says whether there was
// any. New vertices are made in natural order of their names, which is the
// order in which they get their slots.
func (e *Engine) deriveThings() bool {
	if len(e.batch.things) == 0 {
		return false
	}
	for len(e.batch.things) > 0 {
		list := make([]*api.Vertex, 0, len(e.batch.things))
		for id := range e.batch.things {
			list = append(list, e.compose(id))
		}
		clear(e.batch.things)
		slices.SortFunc(list, func(a, b *api.Vertex) int {
			if a.Kind != b.Kind {
				return int(a.Kind) - int(b.Kind)
			}
			if c := compareNatural(a.Name, b.Name); c != 0 {
				return c
			}
			return int(a.ID) - int(b.ID)
		})
		for _, v := range list {
			e.publish(v)
		}
	}
	return true
}

// publish puts a vertex into the change, if it differs from what is there. A
// vertex of no kind is gone.
func (e *Engine) publish(v *api.Vertex) {
	was := e.vertex(v.ID)
	if v.Kind == 0 {
		e.unpublish(v.ID, was)
		return
	}
	if (v.Kind == api.VertexNode || v.Kind == api.VertexLAG) && (was == nil || !slices.Equal(was.Attrs, v.Attrs) || was.Parent != v.Parent) {
		e.askFor(v.ID)
	}
	if was != nil && was.Parent == v.Parent && was.Kind == v.Kind {
		v.Slot = was.Slot
		if slot, dealt := e.batch.dealt[v.ID]; dealt {
			v.Slot = slot
		}
	} else {
		if was != nil {
			e.releaseSlot(was)
		}
		v.Slot = e.takeSlot(v, was == nil)
	}
	e.givePlot(v)
	if was != nil && equalVertices(was, v) {
		if _, changed := e.batch.change.Vertices[v.ID]; e.batch.renewing && !changed {
			e.batch.renewedVertices = append(e.batch.renewedVertices, v)
		}
		return
	}
	e.memory.came(v.ID, v.Slot)
	if before, ok := e.snap.Vertex(v.ID); ok && equalVertices(before, v) {
		delete(e.batch.change.Vertices, v.ID) // it changed and changed back
	} else {
		e.batch.change.Vertices[v.ID] = v
	}
	e.touchSeers(was, v)
	e.index.Replace(stitch.Entries(was), stitch.Entries(v))
	e.affect(was, v)
}

// takeSlot is the slot for what comes into a container: the one that it had
// there, if it was away for a while or within the step only, else a free one.
func (e *Engine) takeSlot(v *api.Vertex, isNew bool) uint32 {
	if before, ok := e.snap.Vertex(v.ID); ok && before.Parent == v.Parent && before.Kind == v.Kind {
		return e.slotsOf(v).take(before.Slot, true)
	}
	identity := e.memory.of(v.ID)
	return e.slotsOf(v).take(identity.Slot, isNew && !identity.Gone.IsZero())
}

func (e *Engine) unpublish(id api.VertexID, was *api.Vertex) {
	e.forgetNode(id)
	delete(e.things, id)
	into, became := e.batch.became[id]
	if became = became && into != id; became {
		e.memory.forget(id)
		if id < e.batch.minted { // else nobody ever saw it
			e.batch.change.Merged[id] = into
		}
	}
	if was == nil {
		if e.memory.of(id).Gone.IsZero() {
			e.memory.forget(id) // it came and went within the step: nobody saw it
		}
		return
	}
	e.releaseSlot(was)
	e.releasePlot(was, became)
	if !became {
		e.memory.left(id, e.batch.now)
	}
	e.touchSeers(was, nil)
	e.index.Replace(stitch.Entries(was), nil)
	if _, before := e.snap.Vertex(id); before {
		e.batch.change.Vertices[id] = nil
	} else {
		delete(e.batch.change.Vertices, id)
	}
	e.affect(was, nil)
}

// affect lists what rests on a vertex that changed beyond what the index and
// references tell: the health of edges that end in it, and what is drawn
// beside it.
func (e *Engine) affect(was, is *api.Vertex) {
	v := is
	if v == nil {
		v = was
	}
	changed := was == nil || is != nil && (v.Kind == api.VertexPort || v.Kind == api.VertexLAG) && !isSetUpAlike(was, is)
	changed = changed || is == nil || was.Health != is.Health || was.Name != is.Name || was.Derived != is.Derived
	if v.Kind == api.VertexDevice && was != nil && is != nil && was.Name != is.Name && !e.bridgeTables[v.ID].empty() {
		e.touchBridge(v.ID) // what joins two is told in the order of their names
	}
	if changed {
		e.touchEdgesOf(v)
	}
	if v.Kind == api.VertexSite {
		e.moveSite(was, is)
		e.batch.siteCame = e.batch.siteCame || was == nil
	}
	if v.Kind == api.VertexSite && (was == nil || is == nil) {
		for _, src := range e.sources {
			if id := src.vertexOf("cluster"); id != 0 && e.memory.of(id).Home == v.ID {
				e.touchThing(id)
			}
		}
	}
	if v.Kind == api.VertexDevice && was != nil && is != nil && was.Parent != is.Parent {
		e.batch.homes = true
		for h := range e.thing(v.ID).claims.all {
			for r := range h.scope.source.refs[h.voice.stem].all {
				if r.row != 0 {
					e.index.Touch(r.row)
				}
			}
		}
	}
}

// touchEdgesOf lists the edges that say how a vertex is or is called.
func (e *Engine) touchEdgesOf(v *api.Vertex) {
	if v.Kind == api.VertexDevice || v.Kind == api.VertexNode || v.Kind == api.VertexCluster {
		for key := range e.meets[v.ID].all { // sessions and tunnels
			e.touchEdge(key)
		}
	}
	if v.Kind == api.VertexDevice || v.Kind == api.VertexNode {
		for port := range e.snap.Children(v.ID) {
			e.touchEdgesOf(port)
		}
	}
	if v.Kind == api.VertexPort || v.Kind == api.VertexNIC || v.Kind == api.VertexLAG {
		for edge := range e.snap.EdgesOf(v.ID) {
			e.touchEdge(edgeKey{edge.Kind, edge.A, edge.B})
		}
		if v.Kind != api.VertexNIC {
			e.batch.segments[v.ID] = struct{}{}
		}
	}
}

// shelf names a row of slots: the children of one kind in one container, so
// that the nodes of a cluster stand together whatever else comes between.
type shelf struct {
	parent api.VertexID
	kind   api.VertexKind
}

func (e *Engine) slotsOf(v *api.Vertex) *slots {
	key := shelf{v.Parent, v.Kind}
	s := e.slots[key]
	if s == nil {
		s = &slots{}
		e.slots[key] = s
	}
	return s
}

func (e *Engine) releaseSlot(v *api.Vertex) {
	key := shelf{v.Parent, v.Kind}
	if s := e.slots[key]; s != nil {
		s.release(v.Slot)
		if s.count == 0 {
			delete(e.slots, key)
		}
	}
}

// compose makes the vertex that a thing's claims and rows amount to; of kind 0
// when there is none.
func (e *Engine) compose(id api.VertexID) *api.Vertex {
	t := e.things[id]
	v := &api.Vertex{ID: id}
	if t == nil || t.empty() {
		return e.composeRegion(id)
	}
	for h := range t.claims.all {
		e.addClaim(v, h)
	}
	if t.claims.len() == 0 {
		v.Derived = true
		for _, row := range rowsInOrder(e, t.seen().derived) {
			addDerived(v, t.seen().derived[row])
		}
	}
	if v.Kind == api.VertexNode {
		e.addPortState(v, t)
		if s := e.seatings[id]; s != nil {
			v.Attrs = append(v.Attrs, s.vrfs...)
		}
	}
	if v.Kind == api.VertexPort && v.Health == api.HealthDown && len(t.seen().rows) == 0 {
		v.Health = api.HealthUnknown // nothing was ever heard there: an empty port is no fault
	}
	if s := e.seatings[id]; s != nil && v.Kind == api.VertexLAG {
		for _, twin := range s.twins {
			v.Attrs = append(v.Attrs, api.Attr{Key: api.AttrMLAG, Value: twin, Scope: v.Scopes[0]})
		}
	}
	v.Aliases = e.aliasesSaid(t)
	if v.Kind == api.VertexCluster && v.Parent == 0 {
		if home := e.memory.of(id).Home; home != 0 && e.vertex(home) != nil {
			v.Parent = home
		}
	}
	if v.Kind == api.VertexSite && v.Parent == 0 {
		if region := e.memory.of(id).Home; region != 0 {
			if _, made := e.regionName(region); made {
				v.Parent = region
			}
		}
	}
	slices.Sort(v.Scopes)
	v.Scopes = slices.Compact(v.Scopes)
	if !inOrder(v.Attrs) {
		slices.SortStableFunc(v.Attrs, func(a, b api.Attr) int { return strings.Compare(a.Key, b.Key) })
		v.Attrs = slices.CompactFunc(v.Attrs, sameSaid)
	}
	return v
}

// inOrder says whether attributes stand as a vertex has them: by key, none twice.
func inOrder(attrs []api.Attr) bool {
	for i := 1; i < len(attrs); i++ {
		if attrs[i-1].Key > attrs[i].Key || sameSaid(attrs[i-1], attrs[i]) {
			return false
		}
	}
	return true
}

// sameSaid says whether two attributes say the same, in whatever scope.
func sameSaid(a, b api.Attr) bool { return a.Key == b.Key && a.Value == b.Value }

// aliasesSaid returns the aliases that are claimed of a thing now. A void one is
// among them: that two claim it is what makes it name neither.
func (e *Engine) aliasesSaid(t *thing) []api.Alias {
	var out []api.Alias
	add := func(list []api.Alias) {
		for _, a := range list {
			if a.Kind != 0 && !slices.ContainsFunc(out, func(b api.Alias) bool { return keyOf(a) == keyOf(b) }) {
				out = append(out, a)
			}
		}
	}
	var last *voice
	for h := range t.claims.all {
		if t.claims.len() == 1 && !slices.ContainsFunc(h.voice.aliases, isOwn) {
			return h.voice.aliases // most are like this: no memory of its own
		}
		if h.voice != last {
			last = h.voice
			add(h.voice.aliases)
		}
	}
	if t.claims.len() == 0 {
		for _, row := range rowsInOrder(e, t.seen().derived) {
			add([]api.Alias{t.seen().derived[row].alias})
		}
	}
	return out
}

func isOwn(a api.Alias) bool { return a.Kind == 0 }

func (e *Engine) addClaim(v *api.Vertex, h *held) {
	c := h.op.vertex()
	v.Kind = h.voice.kind
	if v.Name == "" {
		v.Name = c.Name
	}
	if v.Parent == 0 && c.Parent != "" {
		v.Parent = h.scope.source.vertexOf(c.Parent)
		if v.Parent == 0 {
			v.Parent = h.scope.source.rootExcept(v.ID)
		}
	}
	if v.Controller == 0 {
		v.Controller = h.scope.source.vertexOf(c.Controller)
	}
	v.Health = max(v.Health, c.Health)
	v.Scopes = h.scope.addTo(v.Scopes)
	if len(v.Attrs) == 0 && inOrder(c.Attrs) {
		v.Attrs = slices.Clip(c.Attrs) // most are like this: no memory of its own
	} else {
		v.Attrs = append(v.Attrs, c.Attrs...)
	}
	if len(v.Labels) == 0 {
		v.Labels = c.Labels
	}
}

func (s *source) rootExcept(id api.VertexID) api.VertexID {
	for _, stem := range []string{"cluster", "device"} {
		if root := s.vertexOf(stem); root != 0 && root != id {
			return root
		}
	}
	return 0
}

func addDerived(v *api.Vertex, d *derived) {
	v.Kind = d.kind
	if v.Name == "" {
		v.Name = d.name
	}
	if v.Parent == 0 {
		v.Parent = d.parent
	}
	v.Health = max(v.Health, d.health)
	v.Scopes = append(v.Scopes, d.scope)
	for _, kv := range d.attrs {
		v.Attrs = append(v.Attrs, api.Attr{Key: kv.Key, Value: kv.Value, Scope: d.scope})
	}
}

// What a node's port attribute says.
const (
	portKnown       = "known"
	portUnknown     = "unknown"
	portNotExpected = "not expected"
	portLost        = "lost since"
	portDisputed    = "disputed"
)

// addPortState says whether the node's switch port is known, and if not, why.
func (e *Engine) addPortState(v *api.Vertex, t *thing) {
	state, why, scope := portUnknown, "", v.Scopes[0]
	provider, _, _ := strings.Cut(v.Attr(api.AttrProviderID), ":")
	switch {
	case len(t.seen().rows) > 0:
		state = portLost
		for _, row := range rowsInOrder(e, t.seen().rows) {
			h := e.rows[row].held
			if fresh := e.rows[row].lost() == 0; fresh && state != portKnown {
				state, scope = portKnown, h.scope.id
			} else if state != portKnown {
				scope = h.scope.id
			}
		}
		if state == portLost {
			why = "its port went down"
		}
		if e.isContested(t) {
			state, why = portDisputed, "several switch ports hear it"
		}
	case isCloud(provider):
		state, why = portNotExpected, "a cloud machine ("+provider+"): its switches are the provider's"
	case provider == "kind":
		state, why = portNotExpected, "a container of KinD: it stands in its host, and has no port of its own"
	case len(t.seen().unclear) > 0:
		row := rowsInOrder(e, t.seen().unclear)[0]
		why, scope = t.seen().unclear[row], e.rows[row].held.scope.id
	case !e.hasSwitches():
		why = "no switch is configured"
	default:
		why = "no switch reports it by LLDP"
		if s := e.seatings[v.ID]; s != nil && s.why != "" {
			why += "; " + s.why
		}
	}
	v.Attrs = append(v.Attrs, api.Attr{Key: api.AttrPort, Value: state, Scope: scope})
	if why != "" {
		v.Attrs = append(v.Attrs, api.Attr{Key: api.AttrPortWhy, Value: why, Scope: scope})
	}
}

func isCloud(provider string) bool {
	switch provider {
	case "aws", "gce", "azure", "digitalocean", "oci", "ibm", "linode", "hcloud", "alicloud", "scaleway":
		return true
	}
	return false
}

func (e *Engine) hasSwitches() bool {
	for id := range e.sources {
		if id.SourceKind() == "snmp" {
			return true
		}
	}
	return false
}

func equalVertices(a, b *api.Vertex) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.Name == b.Name && a.Parent == b.Parent && a.Controller == b.Controller &&
		a.Health == b.Health && a.Slot == b.Slot && a.Derived == b.Derived && slices.Equal(a.Scopes, b.Scopes) &&
		slices.Equal(a.Attrs, b.Attrs) && slices.Equal(a.Labels, b.Labels) && slices.Equal(a.Aliases, b.Aliases) && a.Plot.Equal(b.Plot)
}

func milliTime(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
