package merge

import (
	"slices"

	"github.com/netseam/netseam/api"
)

// settleHomes gives a cluster its home site: where most of its nodes' ports
// are when all that can tell has told. It is decided once and kept, so that a
// cluster does not move when a rack fails.
func (e *Engine) settleHomes() {
	if !e.batch.homes || !e.hasSwitches() || !e.allHeard() {
		return
	}
	e.dealSites()
	for _, name := range sortedKeys(e.sources) {
		id := e.sources[name].vertexOf("cluster")
		if id == 0 || e.memory.of(id).Home != 0 {
			continue
		}
		if home := e.homeOf(e.sources[name]); home != 0 {
			identity := e.memory.of(id)
			identity.Home = home
			e.memory.put(identity)
			e.touchThing(id)
		}
	}
}

// dealSites puts a site's devices into natural order, once, when all sources
// were heard for the first time: until then they stand as they came. After
// that nothing moves.
func (e *Engine) dealSites() {
	var fresh []*api.Vertex
	sites := e.sites()
	for _, v := range sites {
		if !e.memory.of(v.ID).Settled {
			fresh = append(fresh, v)
		}
	}
	if len(fresh) == len(sites) {
		beside := map[api.VertexID][]*api.Vertex{}
		for _, site := range sites {
			beside[site.Parent] = append(beside[site.Parent], site)
		}
		for _, list := range beside {
			e.deal(list)
		}
	}
	for _, site := range fresh {
		identity := e.memory.of(site.ID)
		identity.Settled = true
		e.memory.put(identity)
		var devices []*api.Vertex
		for v := range e.snap.Children(site.ID) {
			if now := e.vertex(v.ID); now != nil && now.Kind == api.VertexDevice && now.Parent == site.ID {
				devices = append(devices, now)
			}
		}
		e.deal(devices)
	}
}

// deal gives vertices of one shelf the slots that they have together, in
// natural order of their names.
func (e *Engine) deal(list []*api.Vertex) {
	slots := make([]uint32, len(list))
	for i, v := range list {
		slots[i] = v.Slot
	}
	slices.Sort(slots)
	slices.SortStableFunc(list, func(a, b *api.Vertex) int { return compareNatural(a.Name, b.Name) })
	if e.batch.dealt == nil {
		e.batch.dealt = map[api.VertexID]uint32{}
	}
	for i, v := range list {
		e.batch.dealt[v.ID] = slots[i]
		e.touchThing(v.ID)
	}
}

// allHeard says whether every table was read, or is known not to be readable,
// of every source that there is to be.
func (e *Engine) allHeard() bool {
	for _, id := range e.expected {
		if e.sources[id] == nil {
			return false
		}
	}
	for _, sc := range e.scopeByID {
		if s := e.state(sc); s == api.StateConnecting || s == api.StateSyncing || s == api.StateUnknown {
			return false
		}
	}
	return true
}

func (e *Engine) homeOf(src *source) api.VertexID {
	votes := map[api.VertexID]int{}
	for v := range src.nodes {
		if v.vertex == 0 {
			continue
		}
		for row := range e.thing(v.vertex).seen().rows {
			if device := e.vertex(e.rows[row].row.Device); device != nil && device.Kind == api.VertexDevice {
				votes[device.Parent]++
			}
		}
	}
	delete(votes, 0)
	var best api.VertexID
	for _, site := range sortedKeys(votes) {
		if best == 0 || votes[site] > votes[best] {
			best = site
		}
	}
	return best
}
