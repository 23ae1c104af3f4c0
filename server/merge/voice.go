package merge

import (
	"strings"

	"github.com/netseam/netseam/api"
)

// stemOf is the part of a vertex claim's key that names the vertex within its
// source: "device#lldp" and "device" are about one thing.
func stemOf(key string) string {
	stem, _, _ := strings.Cut(key, "#")
	return stem
}

// isRoot says whether a stem is the one that a source's other claims hang
// under while their own parent is not known.
func isRoot(stem string) bool { return stem == "cluster" || stem == "device" }

// touchVoice lists a voice: its claims or its parent changed, or, where
// identify is set, what its aliases mean.
func (e *Engine) touchVoice(v *voice, identify bool) {
	e.batch.voices[v] = e.batch.voices[v] || identify
}

// speak puts a new or changed vertex claim into its voice.
func (e *Engine) speak(h *held) {
	if h.voice == nil {
		stem := stemOf(h.op.key)
		v := h.scope.source.voices[stem]
		if v == nil {
			v = &voice{source: h.scope.source, stem: stem}
			h.scope.source.voices[stem] = v
		}
		v.claims = v.claims.insert(h, compareSaid)
		h.voice = v
		if v.vertex != 0 {
			e.addClaimTo(v.vertex, h)
		}
	}
	e.touchVoice(h.voice, false)
}

// silence takes a vertex claim out of its voice, and the voice away with its
// last claim.
func (e *Engine) silence(h *held) {
	v := h.voice
	h.voice = nil
	v.claims = v.claims.without(h)
	if v.vertex != 0 {
		e.removeClaimFrom(v.vertex, h)
	}
	if v.claims.len() > 0 {
		e.touchVoice(v, false)
		return
	}
	e.forgetSelf(v)
	for _, a := range v.aliases {
		e.unclaimAlias(a, v)
	}
	v.aliases = nil
	e.setVertex(v, 0)
	delete(v.source.voices, v.stem)
	delete(v.source.nodes, v)
	delete(e.batch.voices, v)
}

func (e *Engine) addClaimTo(id api.VertexID, h *held) {
	t := e.thing(id)
	t.claims = t.claims.insert(h, compareSaid)
	e.touchThing(id)
}

func (e *Engine) removeClaimFrom(id api.VertexID, h *held) {
	t := e.thing(id)
	t.claims = t.claims.without(h)
	e.touchThing(id)
}

// setVertex makes a voice be about a vertex, or about none.
func (e *Engine) setVertex(v *voice, id api.VertexID) {
	was := v.vertex
	if was == id {
		return
	}
	v.vertex = id
	for h := range v.claims.all {
		if was != 0 {
			e.removeClaimFrom(was, h)
		}
		if id != 0 {
			e.addClaimTo(id, h)
		}
	}
	e.touchReferences(v.source, v.stem)
	if isRoot(v.stem) {
		e.batch.homes = true
		for _, other := range v.source.voices { // what hangs under nothing hangs under the root
			if other.vertex != 0 && other != v {
				e.touchThing(other.vertex)
			}
		}
	}
}

// references are the keys that a claim names, beside its own.
func references(c api.Claim) [2]string {
	switch {
	case c.Vertex != nil:
		return [2]string{c.Vertex.Parent, c.Vertex.Controller}
	case c.Edge != nil:
		return [2]string{c.Edge.A, c.Edge.B}
	case c.Neighbour != nil:
		return [2]string{c.Neighbour.Device, c.Neighbour.Port}
	case c.Stations != nil:
		return [2]string{c.Stations.Device, c.Stations.Port}
	case c.Bindings != nil:
		return [2]string{c.Bindings.Device}
	case c.Session != nil:
		return [2]string{c.Session.Device, c.Session.Port}
	case c.Route != nil:
		return [2]string{c.Route.Device}
	}
	return [2]string{}
}

func (e *Engine) reference(h *held) {
	for _, key := range references(h.op.claim()) {
		if key == "" {
			continue
		}
		h.scope.source.refs[key] = h.scope.source.refs[key].with(h)
	}
}

func (e *Engine) unreference(h *held) {
	for _, key := range references(h.op.claim()) {
		if refs := h.scope.source.refs[key].without(h); refs.empty() {
			delete(h.scope.source.refs, key)
		} else {
			h.scope.source.refs[key] = refs
		}
	}
}

// touchReferences lists all claims that name a stem whose meaning changed.
func (e *Engine) touchReferences(src *source, stem string) {
	for h := range src.refs[stem].all {
		switch {
		case h.row != 0:
			e.index.Touch(h.row)
		case h.voice != nil:
			e.touchVoice(h.voice, false)
		case e.tableOf[h] != nil:
			e.batch.tables[h] = struct{}{}
		case h.op.edge() != nil:
			e.batch.unresolved[h] = struct{}{}
		}
	}
}

// compareSaid orders claims by source and key.
func compareSaid(a, b *held) int {
	if c := strings.Compare(string(a.scope.source.id), string(b.scope.source.id)); c != 0 {
		return c
	}
	return strings.Compare(a.op.key, b.op.key)
}
