package merge

import (
	"maps"
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/layout"
)

// givePlot puts in where a vertex stands on the map, and notes those that
// stand nowhere yet.
func (e *Engine) givePlot(v *api.Vertex) {
	if !layout.HasPlot(v.Kind) {
		return
	}
	identity := e.memory.of(v.ID)
	if before, ok := e.snap.Vertex(v.ID); ok && !identity.Plot.Equal(before.Plot) {
		// It went and came back within the step: nobody saw it leave its place.
		identity.Plot = before.Plot
		e.memory.put(identity)
	}
	v.Plot = identity.Plot
	if layout.Settled(e.snap, v) {
		delete(e.unsettled, v.ID)
		return
	}
	e.unsettled[v.ID] = struct{}{}
	e.batch.room = true
}

// releasePlot notes that a vertex is gone, so that another may stand there. It
// comes back to the same place if that is free then.
func (e *Engine) releasePlot(v *api.Vertex, forgotten bool) {
	if !layout.HasPlot(v.Kind) {
		return
	}
	delete(e.unsettled, v.ID)
	e.batch.room = true
	e.batch.siteGone = e.batch.siteGone || v.Kind == api.VertexSite
	if v.Plot != nil && !forgotten {
		identity := e.memory.of(v.ID)
		identity.Plot = layout.Vacated(v)
		e.memory.put(identity)
	}
}

// settlePlots gives lasting places to what has none, once all sources were
// heard: until then everything stands as it comes. After that nothing moves.
// Who finds no room waits for a place that becomes free.
func (e *Engine) settlePlots() {
	if e.batch.siteGone {
		e.unsettleParts()
	}
	heard := e.allHeard()
	ask := e.batch.room || !e.heardAll
	e.heardAll = heard
	if !ask || !heard || len(e.unsettled) == 0 {
		return
	}
	ids := slices.Sorted(maps.Keys(e.unsettled))
	plots := layout.Settle(e.snap, ids)
	settled := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for id, plot := range plots {
		v, ok := e.snap.Vertex(id)
		if !ok || plot.Equal(v.Plot) {
			continue
		}
		identity := e.memory.of(id)
		identity.Plot = plot
		e.memory.put(identity)
		now := *v
		now.Plot = plot
		if layout.Settled(e.snap, &now) {
			delete(e.unsettled, id)
		}
		settled.Vertices[id] = &now
		e.batch.change.Vertices[id] = &now
	}
	e.snap = e.snap.Apply(settled, e.snap.Epoch, e.snap.Revision, e.batch.now)
}

// unsettleParts notes the nodes that stood in a site that is gone, in a part of
// a cluster whose home is elsewhere.
func (e *Engine) unsettleParts() {
	for v := range e.snap.Vertices() {
		if v.Kind == api.VertexNode && !layout.Settled(e.snap, v) {
			e.unsettled[v.ID] = struct{}{}
		}
	}
}
