package streamtest

import (
	"fmt"
	"strings"

	"github.com/netseam/netseam/api"
)

// Want returns what a channel has to carry of a graph: written down as the rule
// reads, without regard to work.
func Want(g api.Graph, name string) *Contents {
	c := newContents()
	c.Whole = true
	if name == "overview" {
		for id, v := range g.Vertices {
			if v.Kind == api.VertexRegion || v.Kind == api.VertexSite || v.Kind == api.VertexCluster {
				c.Vertices[uint64(id)] = full(g, v)
			}
		}
		for id := range g.Scopes {
			c.scope(g, id)
		}
		c.rollUp(g)
		return c
	}
	_, text, _ := strings.Cut(name, ":")
	district, err := api.ParseVertexID(text)
	if err != nil {
		return c
	}
	own := func(id api.VertexID) bool { return districtOf(g, id) == district }
	for id, v := range g.Vertices {
		if own(id) {
			c.Vertices[uint64(id)] = full(g, v)
			c.scopes(g, v.Scopes)
		}
	}
	for id, e := range g.Edges {
		if !own(e.A) && !own(e.B) {
			continue
		}
		c.Edges[uint64(id)] = edge(e)
		c.scopes(g, e.Scopes)
		c.stubs(g, e.A)
		c.stubs(g, e.B)
	}
	if d, ok := g.Vertices[district]; ok && own(district) {
		c.stubs(g, d.Parent)
	}
	return c
}

// stubs names a vertex and all that contains it, unless they are there in full.
func (c *Contents) stubs(g api.Graph, id api.VertexID) {
	for v := g.Vertices[id]; v != nil; v = g.Vertices[v.Parent] {
		if _, ok := c.Vertices[uint64(v.ID)]; !ok {
			c.Vertices[uint64(v.ID)] = stub(g, v)
		}
	}
}

func (c *Contents) scopes(g api.Graph, ids []api.ScopeID) {
	for _, id := range ids {
		c.scope(g, id)
	}
}

func (c *Contents) scope(g api.Graph, id api.ScopeID) {
	sc := g.Scopes[id]
	table := sc.Scope.Table
	if sc.Scope.Context != "" {
		table += "@" + sc.Scope.Context
	}
	since := 0.0
	if !sc.Since.IsZero() {
		since = float64(sc.Since.UnixMicro()) / 1000
	}
	c.Scopes[uint32(id)] = Scope{uint32(id), uint8(sc.State), since, string(sc.Scope.Source), table, sc.Message}
}

func districtOf(g api.Graph, id api.VertexID) api.VertexID {
	for v := g.Vertices[id]; v != nil; v = g.Vertices[v.Parent] {
		if v.Kind == api.VertexSite || v.Kind == api.VertexCluster {
			return v.ID
		}
	}
	return 0
}

func full(g api.Graph, v *api.Vertex) Vertex {
	return Vertex{
		ID: uint64(v.ID), Kind: uint8(v.Kind), Parent: uint64(v.Parent), Controller: uint64(v.Controller),
		Health: uint8(v.Health), Flags: flags(v), Slot: v.Slot, Name: v.Name, Scopes: numbers(v.Scopes), Note: noteOf(g, v), Owner: ownerOf(v),
	}
}

func stub(g api.Graph, v *api.Vertex) Vertex {
	name := v.Name
	if v.Kind == api.VertexPort || v.Kind == api.VertexLAG || v.Kind == api.VertexNIC {
		if holder := g.Vertices[v.Parent]; holder != nil {
			name = holder.Name + " · " + name
		}
	}
	return Vertex{ID: uint64(v.ID), Kind: uint8(v.Kind), Parent: uint64(v.Parent), Flags: flags(v) | 2, Name: name, Scopes: []uint32{}}
}

func flags(v *api.Vertex) uint8 {
	var f uint8
	if v.Derived {
		f |= 1
	}
	if v.Attr(api.AttrUnmanaged) == "true" {
		f |= 4
	}
	if v.Attr(api.AttrSTP) == "blocking" {
		f |= 8
	}
	return f
}

func ownerOf(v *api.Vertex) string {
	if v.Kind == api.VertexDevice && v.Attr(api.AttrOwner) == "" {
		return v.Attr(api.AttrContact)
	}
	return v.Attr(api.AttrOwner)
}

func noteOf(g api.Graph, v *api.Vertex) string {
	say := func(parts ...string) string {
		var out []string
		for _, p := range parts {
			if p != "" {
				out = append(out, p)
			}
		}
		return strings.Join(out, " · ")
	}
	reason := v.Attr(api.AttrReason)
	if v.Kind == api.VertexSite || v.Kind == api.VertexCluster {
		return say(reason, count(g, v.ID, api.VertexDevice), count(g, v.ID, api.VertexNode), count(g, v.ID, api.VertexPod))
	}
	if v.Kind == api.VertexPod && reason == "" {
		return v.Attr(api.AttrPhase)
	}
	if v.Kind == api.VertexNode && v.Attr(api.AttrPort) != "" {
		port := "port " + v.Attr(api.AttrPort)
		if why := v.Attr(api.AttrPortWhy); why != "" {
			port += ": " + why
		}
		return say(reason, port)
	}
	if v.Kind == api.VertexPort && v.Attr(api.AttrAdmin) == "down" {
		return say(reason, "admin down")
	}
	if v.Kind == api.VertexPort && v.Attr(api.AttrOper) != "up" {
		return say(reason, v.Attr(api.AttrOper))
	}
	if v.Kind == api.VertexWorkload {
		return say(reason, v.Attr(api.AttrReady))
	}
	return reason
}

func count(g api.Graph, district api.VertexID, kind api.VertexKind) string {
	all, ok := 0, 0
	for id, v := range g.Vertices {
		if v.Kind != kind || districtOf(g, id) != district || v.Attr(api.AttrUnmanaged) == "true" {
			continue
		}
		all++
		if v.Health == api.HealthOK {
			ok++
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%ss %d/%d", kind, ok, all)
}

func edge(e *api.Edge) Edge {
	var f uint8
	if e.ReportedA {
		f |= 1
	}
	if e.ReportedB {
		f |= 2
	}
	if e.Disputed {
		f |= 4
	}
	return Edge{uint64(e.ID), uint8(e.Kind), uint64(e.A), uint64(e.B), uint8(e.Health), e.Confidence, f, numbers(e.Scopes)}
}

func numbers(ids []api.ScopeID) []uint32 {
	out := []uint32{}
	for _, id := range ids {
		out = append(out, uint32(id))
	}
	return out
}
