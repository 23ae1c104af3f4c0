package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// wantSettled says what a restart finds that the engine had overlooked.
func wantSettled(t *testing.T, e *merge.Engine) {
	t.Helper()
	if again, step := merge.Load(e.State(), at(9)); !step.IsEmpty() {
		t.Fatalf("a restart finds more: %+v\n%s\nwas\n%s", step, dump(again.Snapshot()), dump(e.Snapshot()))
	}
}

// A CDP row repeats what LLDP says, as soon as LLDP says it, though it is the
// same LLDP row that said something else before; and no more when it does not.
func TestAnEchoFollowsWhatItRepeats(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 2, complete("snmp:leaf", "if", 2, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp51", api.HealthOK))...)
	cdp := hears("swp2", "cc", "", "")
	cdp.Key, cdp.Neighbour.Protocol = "cdp/swp2", api.ProtocolCDP
	apply(t, e, 3, complete("snmp:leaf", "cdp", 3, cdp)...)
	lldp := func(second int, chassisID string) {
		row := hears("swp2", chassisID, "p1", "")
		row.Key = "lldp/swp2/1"
		apply(t, e, second, complete("snmp:leaf", "lldp", second, chassis("aa"), hears("swp51", "bb", "swp1", "spine"), row)...)
		wantSettled(t, e)
	}
	lldp(4, "dd")
	wantLine(t, e, "by CDP")
	lldp(5, "cc")
	wantNoLine(t, e, "by CDP")
	lldp(6, "dd")
	wantLine(t, e, "by CDP")
}

// A port that is found by elimination is another when the far end's row is on
// another port, though it is the same row.
func TestEliminationFollowsThePortOfTheRow(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 2, complete("snmp:spine", "if", 2, port("swp1", api.HealthOK), port("swp2", api.HealthOK))...)
	apply(t, e, 2, complete("snmp:leaf", "lldp", 2, chassis("aa"), hears("swp51", "bb", "nonsense", "spine"))...)
	wantLine(t, e, "link east/leaf/swp51 -- east/spine/swp1")
	for i, local := range []string{"swp2", "swp1", "swp2"} {
		second := 3 + i
		row := hears(local, "aa", "swp51", "leaf")
		row.Key = "lldp/swp1/aa"
		apply(t, e, second, complete("snmp:spine", "lldp", second, chassis("bb"), row)...)
		wantLine(t, e, "link east/leaf/swp51 -- east/spine/"+local, "reported true true")
		wantSettled(t, e)
	}
}
