package streamtest

import "github.com/netseam/netseam/api"

// rollUp counts what stands in every site and cluster, and the cables that end
// there.
func (c *Contents) rollUp(g api.Graph) {
	count := func(district api.VertexID, group, state int) {
		if district == 0 {
			return
		}
		row := c.Rollups[uint64(district)]
		row.ID = uint64(district)
		row.Numbers[5*group+state]++
		c.Rollups[uint64(district)] = row
	}
	groups := map[api.VertexKind]int{api.VertexDevice: 0, api.VertexNode: 1, api.VertexPod: 2, api.VertexService: 3}
	for id, v := range g.Vertices {
		group, counted := groups[v.Kind]
		if !counted || v.Attr(api.AttrUnmanaged) == "true" {
			continue
		}
		count(districtOf(g, id), group, stateOf(g, v.Health, v.Scopes, v.Kind != api.VertexService))
	}
	for _, e := range g.Edges {
		if e.Kind != api.EdgeLink && e.Kind != api.EdgeAttach {
			continue
		}
		state := stateOf(g, e.Health, e.Scopes, false)
		a, b := districtOf(g, e.A), districtOf(g, e.B)
		count(a, 4, state)
		if b != a {
			count(b, 4, state)
		}
	}
}

// stateOf is a row of the table: fresh, stale or never heard of; by health
// unknown, ok, degraded, down. Of some, no health is none to worry about.
func stateOf(g api.Graph, health api.Health, scopes []api.ScopeID, worry bool) int {
	const ok, unknown, stale, degraded, down = 0, 1, 2, 3, 4
	fresh, heard := len(scopes) == 0, len(scopes) == 0
	for _, id := range scopes {
		if sc := g.Scopes[id]; sc != nil && sc.State != api.StateUnknown {
			heard = true
			fresh = fresh || sc.State == api.StateLive || sc.State == api.StateSyncing
		}
	}
	table := [4]int{unknown, ok, degraded, down}
	switch {
	case heard && !fresh:
		return stale
	case !heard:
		table[api.HealthUnknown], table[api.HealthOK] = unknown, unknown
	case !worry:
		table[api.HealthUnknown] = ok
	}
	return table[health]
}
