package merge

import (
	"slices"

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
