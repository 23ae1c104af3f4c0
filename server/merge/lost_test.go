package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// cableAt is the cable between leaf swp51 and spine swp1, nil if there is none.
func cableAt(e *merge.Engine) *api.Edge {
	for edge := range e.Snapshot().Edges() {
		if edge.Kind == api.EdgeLink {
			return edge
		}
	}
	return nil
}

// told is a reading of leaf and spine: their ports, and whether they hear each
// other.
func told(t *testing.T, e *merge.Engine, second int, health api.Health, hear bool) {
	t.Helper()
	leaf, spine := []api.Claim{chassis("aa"), hears("swp1", "cc", "ens1", "n1")}, []api.Claim{chassis("bb")}
	if hear {
		leaf, spine = append(leaf, hears("swp51", "bb", "swp1", "spine")), append(spine, hears("swp1", "aa", "swp51", "leaf"))
	}
	apply(t, e, second, complete("snmp:leaf", "lldp", second, leaf...)...)
	apply(t, e, second, complete("snmp:spine", "lldp", second, spine...)...)
	apply(t, e, second+1, complete("snmp:leaf", "if", second+1, port("swp1", api.HealthOK), port("swp51", health))...)
	apply(t, e, second+1, complete("snmp:spine", "if", second+1, port("swp1", health))...)
}

// A cable that is put back is the one that was pulled, also where its ports are
// up for a while before anything is heard, and where netseam restarts meanwhile.
func TestACableThatIsPutBackIsTheSame(t *testing.T) {
	e := built(t, inOrder())
	id := cableAt(e).ID
	check := func(when string, health api.Health) {
		t.Helper()
		again, step := merge.Load(e.State(), at(0))
		if !step.IsEmpty() {
			t.Fatalf("%s: a restart changes the graph: %+v", when, step.Change)
		}
		if e = again; cableAt(e) == nil || cableAt(e).ID != id || cableAt(e).Health != health {
			t.Fatalf("%s: the cable is %+v; want %s, %s", when, cableAt(e), id, health)
		}
	}
	told(t, e, 10, api.HealthDown, false)
	check("pulled", api.HealthDown)
	told(t, e, 40, api.HealthOK, false)
	check("put back, not heard yet", api.HealthUnknown)
	told(t, e, 70, api.HealthOK, false)
	check("still not heard", api.HealthUnknown)
	told(t, e, 100, api.HealthOK, true)
	check("heard", api.HealthOK)
}

// What is not heard within two minutes after its port came up is gone, and so
// is, at once, what was silent though its port was never down.
func TestACableThatDoesNotComeBackIsGone(t *testing.T) {
	e := built(t, inOrder())
	told(t, e, 10, api.HealthDown, false)
	told(t, e, 40, api.HealthOK, false)
	told(t, e, 100, api.HealthDown, false) // it flaps: the two minutes begin anew
	told(t, e, 130, api.HealthOK, false)
	told(t, e, 240, api.HealthOK, false)
	if cableAt(e) == nil {
		t.Fatal("gone before two minutes had passed")
	}
	told(t, e, 250, api.HealthOK, false)
	if edge := cableAt(e); edge != nil {
		t.Fatalf("there is still %+v", edge)
	}
	told(t, e, 300, api.HealthOK, true)
	told(t, e, 400, api.HealthOK, false)
	if edge := cableAt(e); edge != nil {
		t.Fatalf("the neighbour is silent, and there is still %+v", edge)
	}
}
