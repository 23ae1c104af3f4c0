package merge

import (
	"slices"

	"github.com/netseam/netseam/api"
)

// Two that turn out to be one become one, and one that was two falls apart again.

func (e *Engine) mint() api.VertexID {
	id := e.next.Vertex
	e.next.Vertex++
	return id
}

// merge makes one vertex of two: all that was said of loser is said of into.
func (e *Engine) merge(loser, into api.VertexID) {
	from := e.thing(loser)
	for _, h := range slices.Collect(from.claims.all) {
		e.setVertex(h.voice, into)
	}
	for row := range from.seen().derived {
		e.index.Touch(row)
	}
	for row := range from.seen().rows {
		e.index.Touch(row)
	}
	// What hangs under it is told apart by its ID, so it is looked at again;
	// voices are, because they refer to it.
	for child := range e.snap.Children(loser) {
		if t := e.things[child.ID]; t != nil {
			for row := range t.seen().derived {
				e.index.Touch(row)
			}
		}
	}
	e.memory.merge(loser, into)
	e.batch.became[loser] = into
	e.touchThing(loser)
	e.touchThing(into)
}

// bind makes the aliases of a voice mean its vertex for as long as memory
// lasts. One of them at least must do so for no other voice: where none of its
// aliases can, its own does.
func (e *Engine) bind(v *voice, id api.VertexID) {
	bound := false
	for i, a := range v.aliases {
		if !e.memory.names[keyOf(a)].void {
			bound = true
			e.memory.bindOne(id, v.aliases, i)
		}
	}
	if !bound {
		e.memory.bind(id, v.own())
	}
	e.outdate(v, id)
}

// outdate unbinds the aliases of a vertex that nobody claims any more and that
// those of a voice replace: a chassis ID that was another's before, the index
// that a port had before the last reboot, all that its name was under a parent
// that is part of another now.
func (e *Engine) outdate(v *voice, id api.VertexID) {
	for _, known := range e.memory.of(id).Aliases {
		replaced := slices.ContainsFunc(v.aliases, func(a api.Alias) bool {
			if a.Scope != known.Scope {
				return a.Kind.RelativeToParent() && known.Kind.RelativeToParent()
			}
			return a.Kind == known.Kind && a.Value != known.Value
		})
		if !replaced {
			continue
		}
		claimed := false
		for w := range e.memory.names[keyOf(known)].by.all {
			claimed = claimed || w.vertex == id || w == v
		}
		if !claimed {
			e.memory.unbind(id, known)
		}
	}
}

// splitThings parts what is one vertex and is held together by no alias any
// more. The part that memory knows keeps the ID.
func (e *Engine) splitThings() {
	for _, id := range sortedKeys(e.batch.splits) {
		delete(e.batch.splits, id)
		t := e.things[id]
		if t == nil {
			continue
		}
		parts := e.partsOf(t)
		if len(parts) < 2 {
			continue
		}
		keeps, best := 0, api.Strength(0)
		for i, part := range parts {
			if bond := e.bondOf(part, id); bond > best {
				keeps, best = i, bond
			}
		}
		for i, part := range parts {
			if i == keeps {
				continue
			}
			for _, v := range part {
				e.setVertex(v, 0)
				e.touchVoice(v, true)
			}
		}
	}
}

// partsOf groups the voices of a thing by the aliases that they share.
func (e *Engine) partsOf(t *thing) [][]*voice {
	var parts [][]*voice
	seen := map[*voice]bool{}
	for h := range t.claims.all {
		if seen[h.voice] {
			continue
		}
		seen[h.voice] = true
		part := []*voice{h.voice}
		asked := map[aliasKey]bool{}
		for i := 0; i < len(part); i++ {
			for _, a := range part[i].aliases {
				n := e.memory.names[keyOf(a)]
				if n.void || asked[keyOf(a)] {
					continue
				}
				asked[keyOf(a)] = true
				for w := range n.by.all {
					if !seen[w] && w.vertex == part[0].vertex {
						seen[w] = true
						part = append(part, w)
					}
				}
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// bondOf is how strong the strongest alias is by which memory knows some voices
// as a vertex; 0 if there is none.
func (e *Engine) bondOf(part []*voice, id api.VertexID) api.Strength {
	bond := api.Strength(0)
	for _, v := range part {
		for _, a := range v.aliases {
			if n := e.memory.names[keyOf(a)]; !n.void && n.vertex == id {
				bond = max(bond, a.Strength)
			}
		}
	}
	return bond
}
