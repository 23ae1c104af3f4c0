package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// polledNode is node n1 of a cluster, and a host of that name whose agent is
// polled at an address, and that a leaf hears.
func polledNode(t *testing.T, order []string, address string) *merge.Engine {
	t.Helper()
	n1 := node("n1")
	n1.Vertex.Attrs = []api.KV{kv(api.AttrAddress, "10.0.0.1")}
	host := system("n1.example.net", "east")
	host[1].Vertex.Attrs = []api.KV{kv(api.AttrAddress, address)}
	leaf := system("leaf", "east")
	leaf[1].Vertex.Aliases[0].Scope = "leaf"
	e := merge.New()
	for _, what := range order {
		switch what {
		case "cluster":
			apply(t, e, 1, complete("kube:a", "cluster", 1, cluster("uid-a"))...)
			apply(t, e, 1, complete("kube:a", "nodes", 1, n1)...)
		case "host":
			apply(t, e, 1, complete("snmp:n1", "system", 1, host...)...)
			apply(t, e, 1, complete("snmp:n1", "if", 1, port("ens1", api.HealthOK))...)
			apply(t, e, 1, complete("snmp:n1", "lldp", 1, chassis("cc"), hears("ens1", "aa", "swp1", "leaf"))...)
		case "leaf":
			apply(t, e, 1, complete("snmp:leaf", "system", 1, leaf...)...)
			apply(t, e, 1, complete("snmp:leaf", "if", 1, port("swp1", api.HealthOK))...)
			apply(t, e, 1, complete("snmp:leaf", "lldp", 1, chassis("aa"), hears("swp1", "cc", "ens1", "n1.example.net"))...)
		}
		if err := e.Check(); err != nil {
			t.Fatalf("after %s: %v", what, err)
		}
	}
	return e
}

func TestANodeThatIsPolledIsOneVertex(t *testing.T) {
	for _, order := range [][]string{{"cluster", "host", "leaf"}, {"leaf", "host", "cluster"}, {"host", "cluster", "leaf"}, {"cluster", "leaf", "host"}} {
		e := polledNode(t, order, "10.0.0.1")
		if got := e.Snapshot().CountVertices(api.VertexDevice); got != 1 {
			t.Errorf("%v: %d devices, want the leaf alone\n%s", order, got, dump(e.Snapshot()))
		}
		wantLine(t, e, "attach", "n1/ens1 -- east/leaf/swp1 ok 99% reported true true")
		wantLine(t, e, "nic", "n1/ens1 ok")
		wantLine(t, e, "node", "n1", `port="known"`)
		wantNoLine(t, e, "link")
		again, step := merge.Load(e.State(), at(2))
		if !step.Change.IsEmpty() {
			t.Errorf("%v: a restart changes %+v\n%s", order, step.Change, dump(again.Snapshot()))
		}
	}
}

func TestANameAloneProvesNothing(t *testing.T) {
	e := polledNode(t, []string{"cluster", "host"}, "10.0.0.77")
	wantLine(t, e, "device east/n1.example.net")
	wantLine(t, e, "node", "n1")
}

func TestANodeThatIsNoLongerProvenIsTwoAgain(t *testing.T) {
	e := polledNode(t, []string{"cluster", "host", "leaf"}, "10.0.0.1")
	moved := node("n1")
	moved.Vertex.Attrs = []api.KV{kv(api.AttrAddress, "10.0.0.2")}
	apply(t, e, 3, complete("kube:a", "nodes", 3, moved)...)
	wantLine(t, e, "device east/n1.example.net")
	wantLine(t, e, "port east/n1.example.net/ens1")
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
}
