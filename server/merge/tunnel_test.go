package merge_test

import (
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
