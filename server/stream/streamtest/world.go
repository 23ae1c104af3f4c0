package streamtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// Pick returns a number from 0 up to, but not including, n.
type Pick func(n int) int

// World makes random histories: sound graphs over few IDs, one change after
// the other. What a vertex is follows from its ID, so that one that goes and
// comes back is of its former kind.
type World struct {
	pick  Pick
	graph api.Graph
	time  time.Time
}

// NewWorld returns an empty world.
func NewWorld(pick Pick) *World {
	return &World{pick: pick, graph: api.Graph{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{}, Merged: map[api.VertexID]api.VertexID{},
	}, time: time.UnixMilli(1_700_000_000_000).UTC()}
}

// Graph returns the graph as it is now. It is not to be modified.
func (w *World) Graph() api.Graph { return w.graph }

// Time returns when the last change was made.
func (w *World) Time() time.Time { return w.time }

// population returns how many vertices of each kind there may be at once.
func population() []struct {
	kind api.VertexKind
	n    int
} {
	return []struct {
		kind api.VertexKind
		n    int
	}{
		{api.VertexRegion, 1},
		{api.VertexSite, 2},
		{api.VertexRack, 2},
		{api.VertexDevice, 3},
		{api.VertexPort, 6},
		{api.VertexCluster, 2},
		{api.VertexNode, 3},
		{api.VertexNIC, 4},
		{api.VertexNamespace, 2},
		{api.VertexWorkload, 2},
		{api.VertexPod, 6},
		{api.VertexService, 2},
	}
}

// kindOf returns the kind of an ID, or 0 past the last one.
func kindOf(id api.VertexID) api.VertexKind {
	at := int(id)
	for _, p := range population() {
		if at <= p.n {
			return p.kind
		}
		at -= p.n
	}
	return 0
}

func lastID() int {
	n := 0
	for _, p := range population() {
		n += p.n
	}
	return n
}

// containers returns the kinds that a kind may stand in; 0 is nothing.
func containers(kind api.VertexKind) []api.VertexKind {
	switch kind { //nolint:exhaustive // the kinds of population
	case api.VertexRegion:
		return []api.VertexKind{0}
	case api.VertexSite:
		return []api.VertexKind{0, api.VertexRegion}
	case api.VertexRack:
		return []api.VertexKind{api.VertexSite}
	case api.VertexDevice:
		return []api.VertexKind{api.VertexSite, api.VertexRack}
	case api.VertexPort:
		return []api.VertexKind{api.VertexDevice}
	case api.VertexCluster:
		return []api.VertexKind{0, api.VertexRegion, api.VertexSite}
	case api.VertexNode, api.VertexNamespace:
		return []api.VertexKind{api.VertexCluster}
	case api.VertexNIC:
		return []api.VertexKind{api.VertexNode}
	case api.VertexPod:
		return []api.VertexKind{api.VertexNode, api.VertexCluster}
	}
	return []api.VertexKind{api.VertexNamespace}
}

// Change makes a random change: a few things happen at once. It may be empty.
func (w *World) Change() api.Change {
	before := api.Graph{
		Vertices: maps.Clone(w.graph.Vertices), Edges: maps.Clone(w.graph.Edges),
		Scopes: maps.Clone(w.graph.Scopes), Merged: maps.Clone(w.graph.Merged),
	}
	w.time = w.time.Add(time.Duration(1+w.pick(3000)) * time.Millisecond)
	for range 1 + w.pick(5) {
		w.happen()
	}
	c := api.Change{
		Vertices: difference(before.Vertices, w.graph.Vertices),
		Edges:    difference(before.Edges, w.graph.Edges),
		Scopes:   difference(before.Scopes, w.graph.Scopes),
		Merged:   map[api.VertexID]api.VertexID{},
	}
	for from, into := range w.graph.Merged {
		if before.Merged[from] != into {
			c.Merged[from] = into
		}
	}
	return c
}

func difference[K comparable, V any](before, after map[K]*V) map[K]*V {
	out := map[K]*V{}
	for k, v := range after {
		if before[k] != v {
			out[k] = v
		}
	}
	for k := range before {
		if _, ok := after[k]; !ok {
			out[k] = nil
		}
	}
	return out
}

func (w *World) happen() {
	switch w.pick(12) {
	case 0, 1, 2, 3, 4:
		w.putVertex(api.VertexID(1 + w.pick(lastID())))
	case 5:
		w.removeVertex(api.VertexID(1 + w.pick(lastID())))
	case 6, 7, 8:
		w.putEdge(api.EdgeID(1 + w.pick(10)))
	case 9:
		delete(w.graph.Edges, api.EdgeID(1+w.pick(10)))
	case 10:
		w.putScope(api.ScopeID(1 + w.pick(4)))
	case 11:
		w.merge(api.VertexID(1+w.pick(lastID())), api.VertexID(1+w.pick(lastID())))
	}
}

// some returns a random vertex of one of the kinds, or 0 where there is none.
func (w *World) some(kinds ...api.VertexKind) api.VertexID {
	var all []api.VertexID
	for id, v := range w.graph.Vertices {
		if slices.Contains(kinds, v.Kind) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[w.pick(len(all))]
}

// putVertex adds a vertex, with what has to contain it, or changes one.
func (w *World) putVertex(id api.VertexID) {
	v := api.Vertex{ID: id, Kind: kindOf(id), Name: fmt.Sprintf("%s-%d", kindOf(id), id)}
	if former, ok := w.graph.Vertices[id]; ok {
		v = *former
	}
	if _, ok := w.graph.Vertices[v.Parent]; v.Parent == 0 || !ok || w.pick(3) == 0 {
		v.Parent = w.container(v.Kind)
	}
	if v.Kind == api.VertexPod {
		v.Controller = w.some(api.VertexWorkload, api.VertexNamespace)
	}
	switch w.pick(4) {
	case 0:
		v.Name = fmt.Sprintf("%s-%d-%c", v.Kind, id, 'a'+rune(w.pick(3)))
	case 1:
		v.Slot = uint32(w.pick(4))
	case 2:
		v.Derived = !v.Derived
	}
	v.Health = api.Health(w.pick(4))
	v.Scopes = w.scopes()
	v.Attrs = w.attrs(v.Kind)
	w.graph.Vertices[id] = &v
	delete(w.graph.Merged, id)
}

func (w *World) container(kind api.VertexKind) api.VertexID {
	in := containers(kind)
	if in[0] == 0 && w.pick(3) == 0 {
		return 0
	}
	if id := w.some(in...); id != 0 || in[0] == 0 {
		return id
	}
	first := 1
	for kindOf(api.VertexID(first)) != in[0] {
		first++
	}
	w.putVertex(api.VertexID(first))
	return api.VertexID(first)
}

func (w *World) attrs(kind api.VertexKind) []api.Attr {
	one := func(key string, values ...string) []api.Attr {
		if v := values[w.pick(len(values))]; v != "" {
			return []api.Attr{{Key: key, Value: v}}
		}
		return nil
	}
	var out []api.Attr
	switch kind { //nolint:exhaustive // the kinds with notes
	case api.VertexDevice:
		out = slices.Concat(one(api.AttrUnmanaged, "true", ""), one(api.AttrOwner, "network team", "", ""), one(api.AttrContact, "noc", ""))
	case api.VertexCluster:
		out = one(api.AttrOwner, "platform team", "")
	case api.VertexPort:
		out = slices.Concat(one(api.AttrAdmin, "up", "down", ""), one(api.AttrOper, "up", "down", ""), one(api.AttrSTP, "blocking", "forwarding", ""))
	case api.VertexNode:
		out = append(one(api.AttrPort, "known", "unknown", ""), one(api.AttrPortWhy, "no row names it", "")...)
	case api.VertexPod:
		out = one(api.AttrPhase, "Running", "Pending", "")
	case api.VertexWorkload:
		out = one(api.AttrReady, "1/2", "2/2", "")
	}
	out = append(out, one(api.AttrReason, "CrashLoopBackOff", "", "", "")...)
	slices.SortFunc(out, func(a, b api.Attr) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

func (w *World) scopes() []api.ScopeID {
	var out []api.ScopeID
	for _, id := range slices.Sorted(maps.Keys(w.graph.Scopes)) {
		if w.pick(3) == 0 {
			out = append(out, id)
		}
	}
	return out
}

// removeVertex removes a vertex, what it contains and what ends there.
func (w *World) removeVertex(id api.VertexID) {
	if _, ok := w.graph.Vertices[id]; !ok {
		return
	}
	delete(w.graph.Vertices, id)
	for _, other := range slices.Sorted(maps.Keys(w.graph.Vertices)) {
		v, ok := w.graph.Vertices[other]
		if ok && v.Parent == id {
			w.removeVertex(other)
		} else if ok && v.Controller == id {
			free := *v
			free.Controller = 0
			w.graph.Vertices[other] = &free
		}
	}
	for e, edge := range w.graph.Edges {
		if edge.A == id || edge.B == id {
			delete(w.graph.Edges, e)
		}
	}
}

func (w *World) putEdge(id api.EdgeID) {
	var kind api.EdgeKind
	var a, b api.VertexID
	switch w.pick(3) {
	case 0:
		kind, a, b = api.EdgeLink, w.some(api.VertexPort), w.some(api.VertexPort)
	case 1:
		kind, a, b = api.EdgeAttach, w.some(api.VertexNIC), w.some(api.VertexPort)
	case 2:
		kind, a, b = api.EdgeEndpoint, w.some(api.VertexService), w.some(api.VertexPod)
	}
	if a == 0 || b == 0 || a == b {
		return
	}
	w.graph.Edges[id] = &api.Edge{
		ID: id, Kind: kind, A: a, B: b, Health: api.Health(w.pick(4)), Confidence: uint8(w.pick(101)),
		ReportedA: w.pick(2) == 0, ReportedB: w.pick(2) == 0, Disputed: w.pick(4) == 0, Scopes: w.scopes(),
	}
}

// putScope adds or changes a scope, or removes one that nothing names.
func (w *World) putScope(id api.ScopeID) {
	named := false
	for _, v := range w.graph.Vertices {
		named = named || slices.Contains(v.Scopes, id)
	}
	for _, e := range w.graph.Edges {
		named = named || slices.Contains(e.Scopes, id)
	}
	if _, ok := w.graph.Scopes[id]; ok && !named && w.pick(2) == 0 {
		delete(w.graph.Scopes, id)
		return
	}
	w.graph.Scopes[id] = &api.ScopeState{
		ID: id, Scope: api.Scope{Source: api.SourceID(fmt.Sprintf("snmp:s%d", id)), Table: "lldp"},
		State: api.State(w.pick(9)), Since: w.time,
	}
	if w.pick(4) == 0 {
		w.graph.Scopes[id].Message = "no answer"
	}
}

// merge makes two vertices of a kind one: what one contains and what ends
// there goes over to the other.
func (w *World) merge(from, into api.VertexID) {
	gone, ok1 := w.graph.Vertices[from]
	kept, ok2 := w.graph.Vertices[into]
	if !ok1 || !ok2 || from == into || gone.Kind != kept.Kind {
		return
	}
	for id, v := range w.graph.Vertices {
		if v.Parent != from && v.Controller != from {
			continue
		}
		moved := *v
		if v.Parent == from {
			moved.Parent = into
		}
		if v.Controller == from {
			moved.Controller = into
		}
		w.graph.Vertices[id] = &moved
	}
	for id, e := range w.graph.Edges {
		moved := *e
		if e.A == from {
			moved.A = into
		}
		if e.B == from {
			moved.B = into
		}
		switch {
		case moved.A == moved.B:
			delete(w.graph.Edges, id)
		case moved.A != e.A || moved.B != e.B:
			w.graph.Edges[id] = &moved
		}
	}
	delete(w.graph.Vertices, from)
	w.graph.Merged[from] = into
	for id, target := range w.graph.Merged {
		if target == from {
			w.graph.Merged[id] = into
		}
	}
}

// Channels returns the names of the channels that the graph has, in order.
func (w *World) Channels() []string {
	names := []string{"overview"}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Vertices)) {
		if kind := w.graph.Vertices[id].Kind; kind == api.VertexSite || kind == api.VertexCluster {
			names = append(names, kind.String()+":"+id.String())
		}
	}
	return names
}
