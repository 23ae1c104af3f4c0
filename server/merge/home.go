package merge

import (
	"github.com/netseam/netseam/api"
)

// settleHomes gives a cluster its home site: where most of its nodes' ports
// are when all that can tell has told. It is decided once and kept, so that a
// cluster does not move when a rack fails.
func (e *Engine) settleHomes() {
	if len(e.batch.change.Scopes) == 0 && len(e.batch.change.Edges) == 0 && len(e.batch.edges) == 0 {
		return
	}
	if !e.allHeard() {
		return
	}
	for _, name := range sortedKeys(e.sources) {
		id := e.sources[name].stems["cluster"]
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

// allHeard says whether every table was read, or is known not to be readable.
func (e *Engine) allHeard() bool {
	for _, sc := range e.scopeByID {
		if s := e.state(sc); s == api.StateConnecting || s == api.StateSyncing || s == api.StateUnknown {
			return false
		}
	}
	return true
}

func (e *Engine) homeOf(src *source) api.VertexID {
	votes := map[api.VertexID]int{}
	for _, h := range src.claims {
		if h.vertex == 0 || h.op.Claim.Vertex.Kind != api.VertexNode {
			continue
		}
		for row := range e.thing(h.vertex).rows {
			if device := e.vertex(e.rows[row].row.Device); device != nil {
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
