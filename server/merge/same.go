package merge

import (
	"slices"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// likeness is a voice about a node, which others may be like, or about a device,
// which may be like a node.
type likeness struct {
	id      stitch.RowID
	voice   *voice
	entries []stitch.Entry // of a node
	node    *voice         // of a device: the node that it proves to be
}

// claimedKind is what a voice's claims say that it is about.
func (v *voice) claimedKind() api.VertexKind { return v.claims.first.op.vertex().Kind }

// compareSelf makes known what a voice says of itself, or lists it to be
// compared with nodes.
func (e *Engine) compareSelf(v *voice) {
	kind := v.claimedKind()
	if kind != api.VertexNode && (kind != api.VertexDevice || !isRoot(v.stem)) {
		e.forgetSelf(v)
		return
	}
	l := e.likenesses[v]
	if l == nil {
		e.rowNext++
		l = &likeness{id: e.rowNext, voice: v}
		e.likenesses[v], e.likenessByID[l.id] = l, l
	}
	if kind == api.VertexDevice {
		e.selves.Replace(l.entries, nil)
		l.entries = nil
		e.selves.Touch(l.id)
		return
	}
	e.beLike(l, nil)
	entries := stitch.SelfEntries(l.id, v.self())
	e.selves.Replace(l.entries, entries)
	l.entries = entries
	for other := range e.likened[v].all {
		e.selves.Touch(other.id)
		e.touchVoice(other.voice, true)
	}
}

func (v *voice) self() stitch.OwnWord {
	var claims []*api.VertexClaim
	for h := range v.claims.all {
		claims = append(claims, h.op.vertex())
	}
	return stitch.SelfOf(claims)
}

func (e *Engine) forgetSelf(v *voice) {
	l := e.likenesses[v]
	if l == nil {
		return
	}
	e.selves.Replace(l.entries, nil)
	e.selves.Forget(l.id)
	delete(e.likenesses, v)
	delete(e.likenessByID, l.id)
	e.beLike(l, nil)
	for _, other := range slices.Collect(e.likened[v].all) {
		e.selves.Touch(other.id)
		e.beLike(other, nil)
	}
}

// settleSelves compares the devices and nodes whose claims changed. It rests on
// claims alone, and on nothing that is concluded of them.
func (e *Engine) settleSelves() {
	for v := range e.batch.voices {
		e.compareSelf(v)
	}
	for _, id := range e.selves.Dirty() {
		if l := e.likenessByID[id]; l != nil && l.voice.claimedKind() == api.VertexDevice {
			e.beLike(l, e.provenBy(l))
		}
	}
}

// provenBy is the one node that a device proves to be; nil if there is none, or
// several that are not one.
func (e *Engine) provenBy(l *likeness) *voice {
	var node *voice
	for _, id := range stitch.SameHosts(l.voice.self(), e.selves.For(l.id)) {
		v := e.likenessByID[id].voice
		switch {
		case node == nil:
			node = v
		case !slices.Equal(v.claims.first.op.vertex().Aliases, node.claims.first.op.vertex().Aliases):
			return nil
		case compareVoices(v, node) < 0:
			node = v // two sources of one cluster
		}
	}
	return node
}

func (e *Engine) beLike(l *likeness, node *voice) {
	if l.node == node {
		return
	}
	if was := l.node; was != nil {
		if left := e.likened[was].without(l); left.empty() {
			delete(e.likened, was)
		} else {
			e.likened[was] = left
		}
	}
	if l.node = node; node != nil {
		e.likened[node] = e.likened[node].with(l)
	}
	e.touchVoice(l.voice, true)
	e.touchReferences(l.voice.source, l.voice.stem) // its ports are the node's NICs
}

// likeOf is the node that a voice proves to be, or nil.
func (e *Engine) likeOf(v *voice) *voice {
	if l := e.likenesses[v]; l != nil {
		return l.node
	}
	return nil
}

// kindOf is what a voice is about: a device that proves to be a node is that,
// and its ports are NICs.
func (e *Engine) kindOf(v *voice) api.VertexKind {
	kind := v.claimedKind()
	switch kind { //nolint:exhaustive // No other kind is taken for another.
	case api.VertexDevice:
		if e.likeOf(v) != nil {
			return api.VertexNode
		}
	case api.VertexPort, api.VertexLAG:
		for h := range v.claims.all {
			if up := v.source.voices[h.op.vertex().Parent]; up != nil && e.likeOf(up) != nil {
				return api.VertexNIC
			}
		}
	}
	return kind
}

// siteOf is where the source of a row says that its device stands; of a node
// of which only its cluster tells, that cluster.
func (e *Engine) siteOf(rs *rowState, find stitch.Finder) api.VertexID {
	if v := rs.held.scope.source.voices[rs.held.op.neighbour().Device]; v != nil {
		for h := range v.claims.all {
			site := v.source.voices[h.op.vertex().Parent]
			if site != nil && site.kind == api.VertexSite && site.vertex != 0 {
				return site.vertex
			}
		}
	}
	return stitch.ClusterOf(rs.row.Device, find)
}

// nicAlias is a port's alias as that of a NIC: by its name.
func nicAlias(a api.Alias) api.Alias {
	if a.Kind == api.AliasIfName {
		a.Kind = api.AliasNIC
	}
	return a
}
