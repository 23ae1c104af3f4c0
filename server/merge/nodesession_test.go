package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
)

// A node's session that only its cluster tells ends at the router that has the
// peer's address; where the router tells it too, both ends do.
func TestSessionsOfNodesEndAtTheRouter(t *testing.T) {
	e := built(t, inOrder())
	n1 := node("n1")
	n1.Vertex.Attrs = []api.KV{{Key: api.AttrAddress, Value: "10.1.0.11"}}
	apply(t, e, 2, complete("kube:a", "nodes", 2, n1, node("n2"))...)
	told := func(state string, health api.Health) api.Claim {
		return api.Claim{Key: "bgp/n1//10.1.0.1", Session: &api.Session{
			Protocol: api.SessionBGP, Device: "node/n1", Remote: "10.1.0.1", State: state, Health: health,
		}}
	}
	apply(t, e, 3, complete("kube:a", "exposure", 3, told("configured", api.HealthUnknown))...)
	wantNoLine(t, e, "peers")
	router := system("leaf", "east")
	router[1].Vertex.Attrs = []api.KV{{Key: api.AttrPrefix, Value: "10.1.0.1/24"}}
	apply(t, e, 4, complete("snmp:leaf", "system", 4, router...)...)
	wantLine(t, e, "peers", "leaf", "uid-a/n1", "unknown")
	apply(t, e, 5, complete("kube:a", "exposure", 5, told("idle", api.HealthDown))...)
	wantLine(t, e, "peers", "leaf", "uid-a/n1", "down")
	apply(t, e, 6, complete("kube:a", "exposure", 6, told("established", api.HealthOK))...)
	apply(t, e, 6, complete("snmp:leaf", "bgp", 6, api.Claim{Key: "bgp//10.1.0.11", Session: &api.Session{
		Protocol: api.SessionBGP, Device: "device", Remote: "10.1.0.11", State: "established", Health: api.HealthOK,
	}})...)
	wantLine(t, e, "peers", "leaf", "uid-a/n1", "ok", "99%", "reported true true")
	apply(t, e, 7, complete("kube:a", "exposure", 7)...)
	apply(t, e, 7, complete("snmp:leaf", "bgp", 7)...)
	wantNoLine(t, e, "peers")
}
