// Package channel says what the stream's channels carry: which vertices, edges
// and scopes belong to each, how one step of the graph changes that, and how it
// is written as columns. It is pure: sockets and time are package stream's.
package channel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// ErrUnknown says that there is no channel of a name.
var ErrUnknown = errors.New("unknown channel")

// Overview is the name of the channel that carries regions, sites and clusters.
const Overview = "overview"

// Ref names a channel. The zero Ref is the overview.
type Ref struct {
	Kind     api.VertexKind // site or cluster; 0 for the overview
	District api.VertexID
}

// ParseRef reads a channel's name: "overview", "site:v12" or "cluster:v34".
func ParseRef(name string) (Ref, error) {
	if name == Overview {
		return Ref{}, nil
	}
	kind, id, _ := strings.Cut(name, ":")
	for _, k := range []api.VertexKind{api.VertexSite, api.VertexCluster} {
		if kind != k.String() {
			continue
		}
		district, err := api.ParseVertexID(id)
		if err != nil || district == 0 || district.String() != id {
			return Ref{}, fmt.Errorf("%w: %.60q: want %s:v and a number", ErrUnknown, name, kind)
		}
		return Ref{Kind: k, District: district}, nil
	}
	return Ref{}, fmt.Errorf("%w: %.60q: want overview, site:vN or cluster:vN", ErrUnknown, name)
}

// String returns the channel's name.
func (r Ref) String() string {
	if r.District == 0 {
		return Overview
	}
	return r.Kind.String() + ":" + r.District.String()
}

// In returns nil if the snapshot has the district that the channel is of.
func (r Ref) In(s *graph.Snapshot) error {
	if r.District == 0 {
		return nil
	}
	v, ok := s.Vertex(r.District)
	if ok && v.Kind == r.Kind {
		return nil
	}
	if v, ok := s.Resolve(r.District); ok && v.Kind == r.Kind {
		return fmt.Errorf("%w: %s is now %s", ErrUnknown, r, Ref{r.Kind, v.ID})
	}
	return fmt.Errorf("%w: there is no %s %s", ErrUnknown, r.Kind, r.District)
}

// isPlace says whether the overview carries vertices of a kind.
func isPlace(kind api.VertexKind) bool {
	return kind == api.VertexRegion || graph.IsDistrict(kind)
}
