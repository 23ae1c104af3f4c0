package export_test

import (
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

func moment() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.FixedZone("CEST", 2*60*60)) }

// world is a small map with one of each, and with names that are not harmless.
func world(t testing.TB) *graph.Snapshot {
	t.Helper()
	attr := func(scope api.ScopeID, pairs ...string) []api.Attr {
		var list []api.Attr
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, api.Attr{Key: pairs[i], Value: pairs[i+1], Scope: scope})
		}
		return list
	}
	c := api.Change{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{
			1: {ID: 1, Scope: api.Scope{Source: "snmp:leaf1", Table: "if"}, State: api.StateLive, Since: moment()},
			2: {ID: 2, Scope: api.Scope{Source: "snmp:leaf1", Table: "lldp", Context: "blue"}, State: api.StateUnreachable, Since: moment(), Message: "no answer"},
			3: {ID: 3, Scope: api.Scope{Source: "kube:east", Table: "nodes"}, State: api.StateSyncing},
			4: {ID: 4, Scope: api.Scope{Source: "snmp:spine1", Table: "if"}, State: api.StateConnecting},
		},
		Merged: map[api.VertexID]api.VertexID{99: 10},
	}
	leaf, kube := []api.ScopeID{1, 2}, []api.ScopeID{3}
	for _, v := range []*api.Vertex{
		{ID: 1, Kind: api.VertexRegion, Name: "eu"},
		{ID: 2, Kind: api.VertexSite, Name: `berlin "mitte"`, Parent: 1},
		{
			ID: 10, Kind: api.VertexDevice, Name: "leaf1", Parent: 2, Health: api.HealthOK, Scopes: leaf,
			Attrs:   attr(1, "address", "192.0.2.11", "address", "2001:db8::11", "description", "<Debian & \u2028co>", "mac", "02:00:00:00:00:10"),
			Aliases: []api.Alias{{Kind: api.AliasChassis, Strength: api.Strong, Value: "4:02:00:00:00:00:10"}, {Kind: api.AliasSysName, Strength: api.Weak, Scope: "192.0.2.11", Value: "leaf1"}},
		},
		{ID: 11, Kind: api.VertexPort, Name: "swp1", Parent: 10, Health: api.HealthDown, Scopes: []api.ScopeID{2}},
		{ID: 12, Kind: api.VertexPort, Name: "swp51", Parent: 10, Health: api.HealthOK, Scopes: leaf},
		{ID: 13, Kind: api.VertexLAG, Name: "bond0", Parent: 10, Health: api.HealthOK, Scopes: leaf},
		{ID: 14, Kind: api.VertexDevice, Name: "=cmd|' /C calc'!A0", Parent: 2, Derived: true, Scopes: []api.ScopeID{4, 2}},
		{ID: 15, Kind: api.VertexPort, Name: "Ethernet1/\\N\n\x01\xff", Parent: 14},
		{ID: 20, Kind: api.VertexCluster, Name: "east", Parent: 2, Health: api.HealthDegraded, Scopes: kube},
		{
			ID: 21, Kind: api.VertexNode, Name: "worker-1", Parent: 20, Health: api.HealthOK, Scopes: kube,
			Attrs: append(attr(3, "address", "10.1.0.21"), attr(0, "port", "known")...), Labels: []api.Label{{Key: "kubernetes.io/os", Value: "linux"}, {Key: "rack", Value: "r1"}},
		},
		{ID: 22, Kind: api.VertexNode, Name: "worker-2", Parent: 20, Health: api.HealthDown, Scopes: kube, Attrs: attr(3, "reason", "+ kubelet, \"silent\"")},
		{ID: 30, Kind: api.VertexNIC, Name: "eth0", Parent: 21, Health: api.HealthOK, Scopes: kube},
		{ID: 31, Kind: api.VertexNamespace, Name: "shop", Parent: 20, Scopes: kube},
		{ID: 32, Kind: api.VertexWorkload, Name: "cart", Parent: 31, Scopes: kube},
		{ID: 33, Kind: api.VertexService, Name: "cart", Parent: 31, Health: api.HealthOK, Scopes: kube},
		{ID: 34, Kind: api.VertexIngress, Name: "-shop", Parent: 31, Scopes: kube},
		{ID: 35, Kind: api.VertexVIP, Name: "203.0.113.7", Parent: 20, Scopes: kube},
		{ID: 40, Kind: api.VertexPod, Name: "cart-1", Parent: 21, Controller: 32, Health: api.HealthOK, Scopes: kube},
		{ID: 41, Kind: api.VertexPod, Name: "cart-2", Parent: 20, Controller: 32, Scopes: kube},
	} {
		c.Vertices[v.ID] = v
	}
	for _, e := range []*api.Edge{
		{
			ID: 1, Kind: api.EdgeLink, A: 12, B: 15, Health: api.HealthOK, Confidence: 99, ReportedA: true, ReportedB: true, Disputed: true, Scopes: leaf,
			Evidence: []api.Evidence{
				{Method: api.MethodLLDPTwoSided, Scope: 2, Key: "lldp/1", Text: "swp51 hears \"spine1\"; Ethernet1", Since: moment().Add(time.Hour)},
				{Method: api.MethodLLDPTwoSided, Scope: 4, Key: "lldp/7", Text: "@spine1 hears leaf1", Since: moment()},
			},
		},
		{
			ID: 5, Kind: api.EdgeAttach, A: 30, B: 11, Health: api.HealthDown, Confidence: 95, ReportedB: true, Scopes: []api.ScopeID{2},
			Evidence: []api.Evidence{{Method: api.MethodLLDPMAC, Scope: 2, Key: "lldp/2", Text: "swp1 hears worker-1"}},
		},
		{ID: 6, Kind: api.EdgeMember, A: 12, B: 13, Confidence: 100, Scopes: leaf},
		{ID: 7, Kind: api.EdgeEndpoint, A: 33, B: 40, Health: api.HealthOK, Confidence: 100, Scopes: kube},
		{ID: 8, Kind: api.EdgeEndpoint, A: 33, B: 41, Confidence: 100, Scopes: kube},
		{ID: 9, Kind: api.EdgeRoutes, A: 34, B: 33, Confidence: 100, Scopes: kube},
		{ID: 10, Kind: api.EdgeAnnounces, A: 21, B: 35, Confidence: 100, Scopes: kube},
	} {
		c.Edges[e.ID] = e
	}
	s := (&graph.Snapshot{}).Apply(c, 3, 1234, moment())
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}
