package graph

import (
	"errors"
	"fmt"

	"github.com/netseam/netseam/api"
)

// ErrInvariant says that a snapshot is not sound: a fault of netseam itself.
var ErrInvariant = errors.New("graph invariant broken")

// Check returns nil if the snapshot is sound: every edge has both ends, every
// parent and controller exists, containment has no circles, every named scope
// exists, and the indexes equal indexes built anew.
func (s *Snapshot) Check() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrInvariant, fmt.Sprintf(format, args...)))
	}
	for v := range s.Vertices() {
		s.checkVertex(v, bad)
	}
	for e := range s.Edges() {
		for _, end := range []api.VertexID{e.A, e.B} {
			if _, ok := s.Vertex(end); !ok {
				bad("edge %s: end %s does not exist", e.ID, end)
			}
		}
		s.checkScopes(e.ID.String(), e.Scopes, bad)
	}
	rebuilt := (&Snapshot{}).Apply(api.Change(s.Plain()), s.Epoch, s.Revision, s.Time)
	for name, pair := range map[string][2]Map[Set]{
		"children": {s.children, rebuilt.children},
		"members":  {s.members, rebuilt.members},
		"incident": {s.incident, rebuilt.incident},
	} {
		if !equalSets(pair[0], pair[1]) {
			bad("index %s differs from one built anew", name)
		}
	}
	if s.vertexKinds != rebuilt.vertexKinds || s.edgeKinds != rebuilt.edgeKinds {
		bad("counts by kind differ from counts made anew")
	}
	return errors.Join(errs...)
}

func (s *Snapshot) checkVertex(v *api.Vertex, bad func(string, ...any)) {
	for _, up := range []api.VertexID{v.Parent, v.Controller} {
		if _, ok := s.Vertex(up); up != 0 && !ok {
			bad("vertex %s (%s %s): %s does not exist", v.ID, v.Kind, v.Name, up)
		}
	}
	depth := 0
	for at := v; at != nil && at.Parent != 0; depth++ {
		if depth > 32 {
			bad("vertex %s (%s %s): containment goes in circles", v.ID, v.Kind, v.Name)
			break
		}
		at, _ = s.Vertex(at.Parent)
	}
	s.checkScopes(v.ID.String(), v.Scopes, bad)
}

func (s *Snapshot) checkScopes(of string, scopes []api.ScopeID, bad func(string, ...any)) {
	for _, id := range scopes {
		if _, ok := s.Scope(id); !ok {
			bad("%s: scope %d does not exist", of, id)
		}
	}
}

func equalSets(a, b Map[Set]) bool {
	if a.Len() != b.Len() {
		return false
	}
	for key, set := range a.All() {
		other, _ := b.Get(key)
		if set.Len() != other.Len() {
			return false
		}
		for member := range set.All() {
			if !other.Has(member) {
				return false
			}
		}
	}
	return true
}
