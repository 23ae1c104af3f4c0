package export_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/export"
	"github.com/netseam/netseam/server/graph"
)

// large is a map of 100,000 vertices and 50,000 edges.
func large() *graph.Snapshot {
	c := api.Change{
		Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexSite, Name: "site"}}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{1: {ID: 1, Scope: api.Scope{Source: "snmp:x", Table: "if"}, State: api.StateLive}},
	}
	for i := api.VertexID(2); i <= 100_000; i++ {
		v := &api.Vertex{ID: i, Kind: api.VertexPort, Name: fmt.Sprintf("swp%d", i%50), Parent: i - i%50, Health: api.HealthOK, Scopes: []api.ScopeID{1}}
		if i%50 == 0 || i < 50 {
			v.Kind, v.Parent, v.Name = api.VertexDevice, 1, fmt.Sprintf("leaf%d", i)
		}
		c.Vertices[i] = v
		if i%2 == 1 {
			e := api.EdgeID(i/2 + 1)
			c.Edges[e] = &api.Edge{ID: e, Kind: api.EdgeLink, A: i - 1, B: i, Scopes: []api.ScopeID{1}, Evidence: []api.Evidence{
				{Method: api.MethodLLDPTwoSided, Scope: 1, Key: "lldp/1", Text: "swp1 hears leaf2 on port swp7"}, {Method: api.MethodLLDPTwoSided, Scope: 1, Key: "lldp/7", Text: "swp7 hears leaf1 on port swp1"},
			}}
		}
	}
	return (&graph.Snapshot{}).Apply(c, 1, 1, moment())
}

func BenchmarkExport100k(b *testing.B) {
	s := large()
	for name, of := range all() {
		b.Run(name, func(b *testing.B) {
			e, err := export.Parse(of[0], of[1])
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var n counter
			for b.Loop() {
				n = 0
				if err := e.Write(io.MultiWriter(&n), s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/1e6, "MB")
		})
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
