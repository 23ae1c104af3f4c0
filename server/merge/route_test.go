package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

func vip(uid, address string, says ...api.KV) api.Claim {
	return api.Claim{Key: "vip/" + address, Vertex: &api.VertexClaim{
		Kind: api.VertexVIP, Name: address, Parent: "cluster", Health: api.HealthOK, Attrs: says,
		Aliases: []api.Alias{{Kind: api.AliasAddress, Strength: api.Strong, Scope: uid, Value: address}},
	}}
}

func announces(node, address string) api.Claim {
	return api.Claim{Key: "vip/" + address + ">announces>" + node, Edge: &api.EdgeClaim{
		Kind: api.EdgeAnnounces, A: "node/" + node, B: "vip/" + address, Health: api.HealthOK, Confidence: 70,
	}}
}

func addressed(uid, name, address string) api.Claim {
	c := object(api.VertexNode, "node/"+name, uid, name, "cluster", api.HealthOK)
	c.Vertex.Attrs = []api.KV{kv(api.AttrAddress, address)}
	return c
}

func route(address, hop string, forwards bool) api.Claim {
	return api.Claim{Key: "route//" + address + "/" + hop, Route: &api.Route{
		Device: "device", Address: address, Prefix: address + "/32", NextHop: hop, Interface: "vlan10", Forwards: forwards,
	}}
}

// exposed is a cluster that says that n1 announces 10.7.0.1, and a router.
func exposed(t *testing.T, says ...api.KV) *merge.Engine {
	t.Helper()
	e := built(t, nil)
	apply(t, e, 1, complete("kube:a", "nodes", 1, cluster("uid-a"), addressed("uid-a", "n1", "10.0.0.1"), addressed("uid-a", "n2", "10.0.0.2"))...)
	apply(t, e, 1, complete("kube:a", "exposure", 1, vip("uid-a", "10.7.0.1", says...), announces("n1", "10.7.0.1"))...)
	apply(t, e, 1, complete("snmp:s1", "system", 1, system("s1", "east")...)...)
	return e
}

func TestARouteIsAnAnnouncementThatWasObserved(t *testing.T) {
	e := exposed(t, kv(api.AttrEligible, "n1 n2"))
	wantLine(t, e, "announces uid-a/n1 -- uid-a/10.7.0.1 ok 70% reported true false")
	apply(t, e, 2, complete("snmp:s1", "route", 2, route("10.7.0.1", "10.0.0.1", true), route("10.7.0.1", "10.0.0.2", false))...)
	wantLine(t, e, "announces uid-a/n1 -- uid-a/10.7.0.1 ok 95% reported true true")
	wantLine(t, e, "announces uid-a/n2 -- uid-a/10.7.0.1 ok 90% reported false true")
	wantNoLine(t, e, "mismatch")
	apply(t, e, 3, complete("snmp:s1", "route", 3)...)
	wantLine(t, e, "announces uid-a/n1 -- uid-a/10.7.0.1 ok 70% reported true false")
	wantNoLine(t, e, "announces uid-a/n2")
}

func TestARouteToTheWrongNodeIsSaid(t *testing.T) {
	e := exposed(t, kv(api.AttrEligible, "n1"))
	apply(t, e, 2, complete("snmp:s1", "route", 2, route("10.7.0.1", "10.0.0.2", true))...)
	wantMismatch := func(want string) {
		t.Helper()
		got := ""
		for edge := range e.Snapshot().Edges() {
			if edge.Kind == api.EdgeAnnounces {
				for _, a := range edge.Attrs {
					if a.Key == api.AttrMismatch {
						got += a.Value
					}
				}
			}
		}
		if got != want {
			t.Errorf("it is said %q, want %q", got, want)
		}
	}
	wantMismatch("s1 sends to n2, which is none of the nodes that may attract the traffic of 10.7.0.1")
	wantLine(t, e, "announces uid-a/n2 -- uid-a/10.7.0.1 degraded")
	// The cluster's word changes, and the route is right.
	apply(t, e, 3, complete("kube:a", "exposure", 3, vip("uid-a", "10.7.0.1", kv(api.AttrEligible, "n1 n2")), announces("n1", "10.7.0.1"))...)
	wantMismatch("")
	apply(t, e, 4, complete("kube:a", "exposure", 4, vip("uid-a", "10.7.0.1", kv(api.AttrAnnouncers, "n1")), announces("n1", "10.7.0.1"))...)
	wantMismatch("s1 sends to n2, which is none of the nodes that announce 10.7.0.1, as its cluster says")
	apply(t, e, 5, complete("kube:a", "exposure", 5, vip("uid-a", "10.7.0.1", kv(api.AttrEligible, "30 of 40 nodes")), announces("n1", "10.7.0.1"))...)
	wantMismatch("")
}

// Private addresses repeat: the node and the address are of one cluster.
func TestARouteStaysInItsCluster(t *testing.T) {
	e := exposed(t)
	apply(t, e, 1, complete("kube:b", "nodes", 1, cluster("uid-b"), addressed("uid-b", "m1", "10.0.9.1"))...)
	apply(t, e, 1, complete("kube:b", "exposure", 1, vip("uid-b", "10.7.0.1"))...)
	apply(t, e, 2, complete("snmp:s1", "route", 2, route("10.7.0.1", "10.0.9.1", true))...)
	wantLine(t, e, "announces uid-b/m1 -- uid-b/10.7.0.1 ok 95% reported false true")
	apply(t, e, 3, complete("kube:b", "exposure", 3)...)
	wantNoLine(t, e, "announces uid-b/m1")
	wantNoLine(t, e, "announces uid-b/m1 -- uid-a/10.7.0.1")
}

// On a network of the router's own its address table says whose the address is.
func TestARouteToAMAC(t *testing.T) {
	e := exposed(t)
	n1 := addressed("uid-a", "n1", "10.0.0.1")
	n1.Vertex.Attrs = append(n1.Vertex.Attrs, kv(api.AttrMAC, "02:00:00:00:00:07"))
	apply(t, e, 2, complete("kube:a", "nodes", 2, cluster("uid-a"), n1)...)
	c := route("10.7.0.1", "", true)
	c.Route.MAC = "02:00:00:00:00:07"
	apply(t, e, 3, complete("snmp:s1", "route", 3, c)...)
	wantLine(t, e, "announces uid-a/n1 -- uid-a/10.7.0.1 ok 95% reported true true")
}
