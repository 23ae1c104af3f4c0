package merge

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/store"
)

// tableInterfaces is the scope that says whether a port is up: a sighting that
// went away is kept until it was read again.
const tableInterfaces = "if"

func (e *Engine) observe(o *api.Observation) {
	sc := e.scope(o.Scope)
	src := e.sources[o.Scope.Source]
	switch o.Kind {
	case api.ObserveBegin:
		sc.sweep++
		if e.state(sc) != api.StateLive {
			e.setState(sc, api.StateSyncing, "", o.Time)
		}
	case api.ObservePart, api.ObservePartial:
		e.putAll(src, sc, o)
	case api.ObserveDelta:
		e.putAll(src, sc, o)
		for _, key := range o.Drop {
			if h := src.claims[key]; h != nil && h.scope == sc {
				e.drop(h)
			}
		}
	case api.ObserveEnd:
		e.dropUnsaid(sc)
		e.outlive(src, sc, o.Time)
		e.setState(sc, api.StateLive, "", o.Time)
		e.confirmLost(src, sc, o.Time)
		sc.heard = true
	case api.ObserveSame:
		e.setState(sc, api.StateLive, "", o.Time)
		e.confirmLost(src, sc, o.Time)
		e.outlive(src, sc, o.Time)
		for _, h := range slices.SortedFunc(maps.Keys(src.arrived), compareSaid) {
			if h.scope == sc {
				e.confirm(h)
			}
		}
		for _, h := range slices.SortedFunc(maps.Keys(src.overtaken), compareSaid) {
			if h.scope == sc {
				e.insist(h, o.Time)
			}
		}
		sc.heard = true
	case api.ObserveState:
		e.setState(sc, o.State, o.Message, o.Time)
	}
}

// dropUnsaid withdraws what a scope holds and the complete observation that
// ends did not say again.
func (e *Engine) dropUnsaid(sc *scope) {
	var unsaid []*held
	for _, h := range sc.claims {
		if h.sweep != sc.sweep && h.op.lost == 0 {
			unsaid = append(unsaid, h)
		}
	}
	slices.SortFunc(unsaid, compareSaid)
	for _, h := range unsaid {
		e.drop(h)
	}
}

func (e *Engine) putAll(src *source, sc *scope, o *api.Observation) {
	for i := range o.Put {
		e.put(src, sc, &o.Put[i], o.Time)
	}
}

func (e *Engine) scope(name api.Scope) *scope {
	if sc := e.scopes[name]; sc != nil {
		return sc
	}
	id := e.next.Scope
	e.next.Scope++
	sc := e.addScope(id, name)
	e.batch.change.Scopes[id] = &api.ScopeState{ID: id, Scope: name, State: api.StateConnecting, Since: e.batch.now}
	return sc
}

func (e *Engine) addScope(id api.ScopeID, name api.Scope) *scope {
	sc := &scope{id: id, name: name, alone: []api.ScopeID{id}}
	e.scopes[name], e.scopeByID[id] = sc, sc
	src := e.sources[name.Source]
	if src == nil {
		src = &source{
			id: name.Source, scopes: map[api.Scope]*scope{}, claims: map[string]*held{},
			voices: map[string]*voice{}, nodes: map[*voice]struct{}{}, lost: map[*held]struct{}{}, overtaken: map[*held]struct{}{},
			arrived: map[*held]struct{}{}, aged: map[*held]struct{}{},
			refs: map[string]few[*held]{},
		}
		e.sources[name.Source] = src
	}
	sc.source, src.scopes[name] = src, sc
	return sc
}

func (e *Engine) scopeState(id api.ScopeID) *api.ScopeState {
	if s, ok := e.batch.change.Scopes[id]; ok {
		return s
	}
	s, _ := e.snap.Scope(id)
	return s
}

func (e *Engine) state(sc *scope) api.State {
	if s := e.scopeState(sc.id); s != nil {
		return s.State
	}
	return api.StateUnknown
}

func (e *Engine) setState(sc *scope, state api.State, message string, since time.Time) {
	was := e.scopeState(sc.id)
	if was != nil && was.State == state && was.Message == message {
		return
	}
	if was != nil && (was.State == state || !was.State.Fresh() && !state.Fresh()) {
		// Another reason, or another way of not being heard, is no new state:
		// what is stale is stale since it was last heard, restarts included.
		since = was.Since
	}
	e.batch.change.Scopes[sc.id] = &api.ScopeState{ID: sc.id, Scope: sc.name, State: state, Message: message, Since: since}
	e.batch.homes = true
}

// put makes or replaces a claim. The same claim again only refreshes it.
func (e *Engine) put(src *source, sc *scope, c *api.Claim, at time.Time) {
	h := src.claims[c.Key]
	if h == nil {
		h = &held{handle: e.takeHandle()}
		src.claims[c.Key] = h
	}
	h.sweep = sc.sweep
	if h.op != nil && h.op.overtaken() != 0 && equalClaims(h.op.claim(), *c) {
		e.insist(h, at)
		return
	}
	if h.op != nil && h.scope == sc && h.op.lost == 0 && equalClaims(h.op.claim(), *c) {
		e.confirm(h)
		return
	}
	arrived := e.arrivals(sc, h.op, c)
	op := e.keep(sc, c, at)
	if len(arrived) > 0 {
		op.doubt = &store.Doubt{New: arrived}
	}
	if h.op != nil {
		e.keepAged(h, c)
		if h.op.lost == 0 {
			op.since = h.op.since
		}
		e.unreference(h)
		if claimType(h.op.claim()) != claimType(*c) {
			e.detach(h)
		}
		h.scope.remove(h)
	}
	sc.add(h)
	delete(src.lost, h)
	delete(src.overtaken, h)
	delete(src.aged, h)
	if delete(src.arrived, h); len(arrived) > 0 {
		src.arrived[h] = struct{}{}
	}
	h.came = sc.heard && c.Neighbour != nil
	e.hold(h, op)
	e.reference(h)
	e.attach(h)
}

func (e *Engine) hold(h *held, op *claimed) {
	h.op = op
	e.batch.kept.Set(uint64(h.handle), op)
	e.batch.ops = append(e.batch.ops, op.put())
}

func (e *Engine) takeHandle() uint32 {
	if n := len(e.freeHandles); n > 0 {
		handle := e.freeHandles[n-1]
		e.freeHandles = e.freeHandles[:n-1]
		return handle
	}
	e.nextHandle++
	return e.nextHandle
}

// remove takes a claim out with all that rests on it.
func (e *Engine) remove(h *held) {
	key := h.op.key
	delete(h.scope.source.claims, key)
	h.scope.remove(h)
	delete(h.scope.source.lost, h)
	delete(h.scope.source.overtaken, h)
	delete(h.scope.source.arrived, h)
	delete(h.scope.source.aged, h)
	delete(e.batch.aged, h)
	e.batch.kept.Remove(uint64(h.handle))
	e.freeHandles = append(e.freeHandles, h.handle)
	e.batch.ops = append(e.batch.ops, store.ClaimOp{Scope: h.scope.id, Key: key})
	e.unreference(h)
	e.detach(h)
}

func (e *Engine) forget(src *source) {
	for _, key := range sortedKeys(src.claims) {
		e.remove(src.claims[key])
	}
	for name, sc := range src.scopes {
		delete(e.scopes, name)
		delete(e.scopeByID, sc.id)
		e.batch.change.Scopes[sc.id] = nil
	}
	delete(e.sources, src.id)
	e.batch.homes = true
}

func claimType(c api.Claim) int {
	switch {
	case c.Vertex != nil:
		return 1
	case c.Edge != nil:
		return 2
	case c.Neighbour != nil:
		return 3
	case c.Stations != nil:
		return 4
	case c.Bindings != nil:
		return 5
	case c.Session != nil:
		return 6
	}
	return 7
}

func equalClaims(a, b api.Claim) bool {
	switch {
	case a.Vertex != nil && b.Vertex != nil:
		x, y := a.Vertex, b.Vertex
		return x.Kind == y.Kind && x.Parent == y.Parent && x.Controller == y.Controller && x.Name == y.Name &&
			x.Health == y.Health && slices.Equal(x.Aliases, y.Aliases) && slices.EqualFunc(x.Attrs, y.Attrs, sameSaid) &&
			slices.Equal(x.Labels, y.Labels)
	case a.Edge != nil && b.Edge != nil:
		x, y := a.Edge, b.Edge
		return x.Kind == y.Kind && x.A == y.A && x.B == y.B && x.Health == y.Health && x.Confidence == y.Confidence &&
			slices.EqualFunc(x.Attrs, y.Attrs, sameSaid)
	case a.Neighbour != nil && b.Neighbour != nil:
		return equalNeighbours(a.Neighbour, b.Neighbour)
	case a.Stations != nil && b.Stations != nil:
		x, y := a.Stations, b.Stations
		return x.Device == y.Device && x.Port == y.Port && x.LocalPort == y.LocalPort && x.VLAN == y.VLAN &&
			x.Status == y.Status && slices.Equal(x.MACs, y.MACs)
	case a.Bindings != nil && b.Bindings != nil:
		x, y := a.Bindings, b.Bindings
		return x.Device == y.Device && x.Interface == y.Interface && x.VRF == y.VRF && slices.Equal(x.Rows, y.Rows)
	case a.Session != nil && b.Session != nil:
		return *a.Session == *b.Session
	case a.Route != nil && b.Route != nil:
		return *a.Route == *b.Route
	}
	return false
}

func equalNeighbours(x, y *api.Neighbour) bool {
	return x.Protocol == y.Protocol && x.Device == y.Device && x.Port == y.Port && x.LocalPort == y.LocalPort &&
		x.ChassisID == y.ChassisID && x.ChassisIDSubtype == y.ChassisIDSubtype &&
		x.PortID == y.PortID && x.PortIDSubtype == y.PortIDSubtype && x.PortDescription == y.PortDescription &&
		x.SysName == y.SysName && x.SysDescription == y.SysDescription && x.Capabilities == y.Capabilities &&
		x.PVID == y.PVID && x.VLANs == y.VLANs && x.MTU == y.MTU &&
		slices.Equal(x.Addresses, y.Addresses)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
