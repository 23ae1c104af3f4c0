package merge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
)

// start is when the tests' worlds begin; at(n) is n seconds later.
func at(seconds int) time.Time {
	return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
}

// complete is a complete observation of a scope: begin, one part, end.
func complete(source api.SourceID, table string, second int, claims ...api.Claim) []api.Observation {
	scope := api.Scope{Source: source, Table: table}
	return []api.Observation{
		{Scope: scope, Kind: api.ObserveBegin, Time: at(second)},
		{Scope: scope, Kind: api.ObservePart, Time: at(second), Put: claims},
		{Scope: scope, Kind: api.ObserveEnd, Time: at(second)},
	}
}

func system(name, site string) []api.Claim {
	return []api.Claim{
		{Key: "site/" + site, Vertex: &api.VertexClaim{
			Kind: api.VertexSite, Name: site, Aliases: []api.Alias{{Kind: api.AliasSite, Strength: api.Strong, Value: site}},
		}},
		{Key: "device", Vertex: &api.VertexClaim{
			Kind: api.VertexDevice, Name: name, Parent: "site/" + site, Health: api.HealthOK,
			Aliases: []api.Alias{{Kind: api.AliasSysName, Strength: api.Weak, Scope: "10.0.0.1", Value: name}},
		}},
	}
}

func port(name string, health api.Health) api.Claim {
	return api.Claim{Key: "port/" + name, Vertex: &api.VertexClaim{
		Kind: api.VertexPort, Name: name, Parent: "device", Health: health,
		Aliases: []api.Alias{{Kind: api.AliasIfName, Strength: api.Strong, Value: name}},
	}}
}

func chassis(id string) api.Claim {
	return api.Claim{Key: "device#lldp", Vertex: &api.VertexClaim{
		Kind: api.VertexDevice, Aliases: []api.Alias{{Kind: api.AliasChassis, Strength: api.Strong, Value: "4:" + id}},
	}}
}

// hears is a row: on local the device hears a chassis, its port and its name.
func hears(local, chassisID, remotePort, name string) api.Claim {
	return api.Claim{Key: "lldp/" + local + "/" + chassisID, Neighbour: &api.Neighbour{
		Protocol: "lldp", Device: "device", Port: "port/" + local,
		ChassisID: chassisID, ChassisIDSubtype: api.ChassisMAC, PortID: remotePort, PortIDSubtype: api.PortInterfaceName,
		SysName: name,
	}}
}

func cluster(uid string) api.Claim {
	return api.Claim{Key: "cluster", Vertex: &api.VertexClaim{
		Kind: api.VertexCluster, Name: uid, Aliases: []api.Alias{{Kind: api.AliasClusterUID, Strength: api.Strong, Value: uid}},
	}}
}

func object(kind api.VertexKind, key, uid, name, parent string, health api.Health) api.Claim {
	return api.Claim{Key: key, Vertex: &api.VertexClaim{
		Kind: kind, Name: name, Parent: parent, Health: health,
		Aliases: []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Scope: uid, Value: key}},
	}}
}

func node(name string) api.Claim {
	return object(api.VertexNode, "node/"+name, "uid-a", name, "cluster", api.HealthOK)
}

// small is a world of two switches that hear each other, and a cluster of two
// nodes, one of which a switch hears.
func small() map[string][]api.Observation {
	return map[string][]api.Observation{
		"leaf system":  complete("snmp:leaf", "system", 1, system("leaf", "east")...),
		"leaf if":      complete("snmp:leaf", "if", 1, port("swp1", api.HealthOK), port("swp51", api.HealthOK)),
		"leaf lldp":    complete("snmp:leaf", "lldp", 1, chassis("aa"), hears("swp51", "bb", "swp1", "spine"), hears("swp1", "cc", "ens1", "n1")),
		"spine system": complete("snmp:spine", "system", 1, system("spine", "east")...),
		"spine if":     complete("snmp:spine", "if", 1, port("swp1", api.HealthOK)),
		"spine lldp":   complete("snmp:spine", "lldp", 1, chassis("bb"), hears("swp1", "aa", "swp51", "leaf")),
		"cluster":      complete("kube:a", "cluster", 1, cluster("uid-a")),
		"nodes":        complete("kube:a", "nodes", 1, node("n1"), node("n2")),
		"pods": complete("kube:a", "pods", 1,
			object(api.VertexPod, "pod/d/p1", "uid-a", "p1", "node/n1", api.HealthOK),
			object(api.VertexPod, "pod/d/p2", "uid-a", "p2", "node/n2", api.HealthOK)),
		"services":   complete("kube:a", "services", 1, object(api.VertexService, "svc/d/s", "uid-a", "s", "ns/d", api.HealthUnknown)),
		"namespaces": complete("kube:a", "namespaces", 1, object(api.VertexNamespace, "ns/d", "uid-a", "d", "cluster", api.HealthUnknown)),
		"slices": complete("kube:a", "endpointslices", 1, api.Claim{Key: "endpoint/d/s1/p1", Edge: &api.EdgeClaim{
			Kind: api.EdgeEndpoint, A: "svc/d/s", B: "pod/d/p1", Health: api.HealthOK,
		}}),
	}
}

// apply feeds observations in batches of one and checks the graph after each.
func apply(t testing.TB, e *merge.Engine, second int, observations ...api.Observation) {
	t.Helper()
	for _, o := range observations {
		e.Apply([]api.Observation{o}, at(second))
		if err := e.Snapshot().Check(); err != nil {
			t.Fatalf("after %v of %s: %v\n%s", o.Kind, o.Scope, err, dump(e.Snapshot()))
		}
	}
}

// dump writes the graph as sorted text, without minted IDs.
func dump(s *graph.Snapshot) string {
	var lines []string
	path := func(id api.VertexID) string { return pathOf(s, id) }
	for v := range s.Vertices() {
		line := fmt.Sprintf("%s %s %s", v.Kind, path(v.ID), v.Health)
		if v.Derived {
			line += " derived"
		}
		for _, a := range v.Attrs {
			line += fmt.Sprintf(" %s=%q", a.Key, a.Value)
		}
		lines = append(lines, line)
	}
	for e := range s.Edges() {
		a, b := path(e.A), path(e.B)
		reportedA, reportedB := e.ReportedA, e.ReportedB
		if e.Kind == api.EdgeLink && a > b {
			a, b, reportedA, reportedB = b, a, reportedB, reportedA
		}
		line := fmt.Sprintf("%s %s -- %s %s %d%% reported %v %v", e.Kind, a, b, e.Health, e.Confidence, reportedA, reportedB)
		if e.Disputed {
			line += " disputed"
		}
		for _, ev := range e.Evidence {
			line += fmt.Sprintf(" [%s %s]", ev.Method, ev.Text)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func pathOf(s *graph.Snapshot, id api.VertexID) string {
	v, ok := s.Vertex(id)
	if !ok {
		return "?"
	}
	if v.Parent == 0 {
		return v.Name
	}
	return pathOf(s, v.Parent) + "/" + v.Name
}
