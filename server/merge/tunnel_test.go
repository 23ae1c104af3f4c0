package merge_test

import (
	"fmt"
	"testing"

	"github.com/netseam/netseam/api"
)

// joined is a world of two clusters, east and west, each with a node gw of the
// same address.
func joined(uid, mesh string) []api.Claim {
	c := cluster("uid-" + uid)
	c.Vertex.Attrs = []api.KV{{Key: api.AttrMeshName, Value: mesh}}
	gw := object(api.VertexNode, "node/gw", "uid-"+uid, "gw", "cluster", api.HealthOK)
	gw.Vertex.Attrs = []api.KV{{Key: api.AttrAddress, Value: "10.0.0.1"}}
	return []api.Claim{c, gw}
}

func tunnel(from, to, host string, health api.Health) api.Claim {
	return api.Claim{Key: "tunnel/" + to + "/" + host, Session: &api.Session{
		Protocol: "wireguard", Device: from, Tunnel: true, Cluster: to, Host: host, Remote: "10.0.0.1", State: "connected", Health: health,
	}}
}

func TestTunnelsEndAtTheOtherClustersNode(t *testing.T) {
	e := built(t, nil)
	apply(t, e, 1, complete("kube:a", "nodes", 1, joined("a", "east")...)...)
	apply(t, e, 2, complete("kube:a", "gateways", 2, tunnel("node/gw", "west", "gw", api.HealthOK))...)
	wantNoLine(t, e, "tunnels")
	apply(t, e, 3, complete("kube:b", "nodes", 3, joined("b", "west")...)...)
	wantLine(t, e, "tunnels uid-a/gw -- uid-b/gw ok 90% reported true false")
	apply(t, e, 4, complete("kube:b", "gateways", 4, tunnel("node/gw", "east", "gw", api.HealthDown))...)
	wantLine(t, e, "tunnels uid-a/gw -- uid-b/gw down 99% reported true true")
	apply(t, e, 5, complete("kube:a", "gateways", 5)...)
	apply(t, e, 5, complete("kube:b", "gateways", 5, tunnel("node/gw", "east", "elsewhere", api.HealthOK))...)
	apply(t, e, 6, complete("kube:b", "nodes", 6, joined("b", "west")...)...)
	wantLine(t, e, "tunnels uid-a/gw -- uid-b/gw ok") // by its address, as the name is none of its nodes
	apply(t, e, 7, complete("kube:b", "gateways", 7)...)
	wantNoLine(t, e, "tunnels")
	mesh := tunnel("cluster", "east", "", api.HealthUnknown)
	mesh.Session.Remote = ""
	apply(t, e, 8, complete("kube:b", "mesh", 8, mesh)...)
	wantLine(t, e, "tunnels uid-a -- uid-b unknown")
}

// shares is what a cluster of a mesh says of a service that it has together with
// others.
func shares(name, id, service string, shared bool) api.Claim {
	return api.Claim{Key: "shared/d/" + service, Session: &api.Session{
		Protocol: "ClusterMesh", Device: "cluster", Port: "svc/d/" + service, Tunnel: true, Service: "d/" + service,
		Local: name, LocalID: id, Shared: shared, State: "global",
	}}
}

func TestClustersOfAMeshHaveServicesTogether(t *testing.T) {
	e := built(t, nil)
	say := func(at int, source, name, id string, shared bool) {
		t.Helper()
		uid := "uid-" + source
		c := cluster(uid)
		c.Vertex.Attrs = []api.KV{{Key: api.AttrMeshID, Value: id}, {Key: api.AttrMeshName, Value: name}}
		web := object(api.VertexService, "svc/d/web", uid, "web", "cluster", api.HealthUnknown)
		apply(t, e, at, complete(api.SourceID("kube:"+source), "mesh", at, c, web, shares(name, id, "web", shared))...)
	}
	say(1, "a", "east", "1", true)
	wantNoLine(t, e, "tunnels")
	say(2, "b", "west", "2", true)
	wantLine(t, e, "tunnels uid-a -- uid-b unknown 60% reported true true")
	wantLine(t, e, "tunnels uid-a/web -- uid-b/web unknown 60% reported true true")
	say(3, "c", "north", "3", false) // it has it, and lets nobody in
	wantLine(t, e, "tunnels uid-a -- uid-c unknown 60% reported false true")
	wantLine(t, e, "tunnels uid-b/web -- uid-c/web unknown 60% reported false true")
	say(4, "b", "west", "1", true) // two of one number are not in one mesh
	wantNoLine(t, e, "tunnels uid-a -- uid-b")
	wantLine(t, e, "tunnels uid-b -- uid-c")
	say(5, "b", "east", "2", true) // nor two of one name
	wantNoLine(t, e, "tunnels uid-a -- uid-b")
	say(6, "b", "west", "2", false)
	wantNoLine(t, e, "tunnels uid-b/web -- uid-c/web")
	wantLine(t, e, "tunnels uid-a/web -- uid-b/web unknown 60% reported false true")
	apply(t, e, 7, complete("kube:a", "mesh", 7)...)
	wantNoLine(t, e, "tunnels")
}

// Of very many services that two clusters have together the edge names some.
func TestATunnelNamesSomeOfManyServices(t *testing.T) {
	e := built(t, nil)
	for i, source := range []string{"a", "b"} {
		claims := []api.Claim{cluster("uid-" + source)}
		for n := range 40 {
			claims = append(claims, shares(source, source, fmt.Sprintf("s%02d", n), true))
		}
		apply(t, e, i+1, complete(api.SourceID("kube:"+source), "mesh", i+1, claims...)...)
	}
	for edge := range e.Snapshot().Edges() {
		if n := len(edge.Evidence); n != 32 || len(edge.Scopes) != 2 {
			t.Errorf("%d pieces of evidence and scopes %v", n, edge.Scopes)
		}
		if last := edge.Attrs[len(edge.Attrs)-1].Value; len(edge.Attrs) != 33 || last != "and 48 more" {
			t.Errorf("%d attributes, the last is %q", len(edge.Attrs), last)
		}
	}
	wantLine(t, e, "tunnels uid-a -- uid-b")
}
