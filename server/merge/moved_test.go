package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// twoLeaves are two switches that may hear node n1, and the cluster.
func twoLeaves(t *testing.T, hear ...string) *merge.Engine {
	t.Helper()
	e := merge.New()
	apply(t, e, 1, complete("kube:a", "cluster", 1, cluster("uid-a"))...)
	apply(t, e, 1, complete("kube:a", "nodes", 1, node("n1"))...)
	for _, leaf := range []string{"l1", "l2"} {
		source := api.SourceID("snmp:" + leaf)
		s := system(leaf, "east")
		s[1].Vertex.Aliases[0].Scope = leaf
		apply(t, e, 1, complete(source, "system", 1, s...)...)
		apply(t, e, 1, complete(source, "if", 1, port("swp1", api.HealthOK), port("swp2", api.HealthOK))...)
	}
	for i, leaf := range []string{"l1", "l2"} {
		apply(t, e, 2, complete(api.SourceID("snmp:"+leaf), "lldp", 2, rowsOf(leaf, hear[i])...)...)
	}
	return e
}

// rowsOf is what a leaf says of its LLDP table: n1's ens1 on a port, or nothing.
func rowsOf(leaf, on string) []api.Claim {
	out := []api.Claim{chassis(leaf)}
	if on != "" {
		out = append(out, hears(on, "cc", "ens1", "n1"))
	}
	return out
}

func TestANICThatTwoSwitchesHearIsDisputedAtBoth(t *testing.T) {
	e := twoLeaves(t, "swp1", "swp1")
	wantLine(t, e, "attach", "n1/ens1 -- east/l1/swp1", "disputed")
	wantLine(t, e, "attach", "n1/ens1 -- east/l2/swp1", "disputed")
	wantLine(t, e, "node", "n1", `port="disputed"`)
	apply(t, e, 10, complete("snmp:l2", "lldp", 10, rowsOf("l2", "")...)...)
	apply(t, e, 11, complete("snmp:l2", "if", 11, port("swp1", api.HealthOK), port("swp2", api.HealthOK))...)
	wantLine(t, e, "attach", "n1/ens1 -- east/l1/swp1")
	wantLine(t, e, "node", "n1", `port="known"`)
	wantNoLine(t, e, "disputed")
}

func TestAFreshMoveIsNoDispute(t *testing.T) {
	e := twoLeaves(t, "swp1", "")
	// The new place says it at once; the old one's row has not yet aged.
	apply(t, e, 60, complete("snmp:l2", "lldp", 60, rowsOf("l2", "swp2")...)...)
	wantLine(t, e, "attach", "n1/ens1 -- east/l2/swp2")
	wantNoLine(t, e, "attach", "l1")
	wantNoLine(t, e, "disputed")
	wantLine(t, e, "node", "n1", `port="known"`)
	apply(t, e, 65, complete("snmp:l1", "lldp", 65, rowsOf("l1", "swp1")...)...)
	wantNoLine(t, e, "attach", "l1")
	// It goes on saying so: then they contradict each other, table unchanged or not.
	apply(t, e, 200, api.Observation{Scope: api.Scope{Source: "snmp:l1", Table: "lldp"}, Kind: api.ObserveSame, Time: at(200)})
	wantLine(t, e, "attach", "l1/swp1", "disputed")
	wantLine(t, e, "attach", "l2/swp2", "disputed")
}

func TestWhatWasOvertakenIsBelievedWhenItsRivalGoes(t *testing.T) {
	e := twoLeaves(t, "swp1", "")
	apply(t, e, 60, complete("snmp:l2", "lldp", 60, rowsOf("l2", "swp2")...)...)
	e.Forget("snmp:l2", at(61))
	wantLine(t, e, "attach", "n1/ens1 -- east/l1/swp1")
	wantNoLine(t, e, "disputed")
}

func TestARestartKeepsWhatWasOvertaken(t *testing.T) {
	e := twoLeaves(t, "swp1", "")
	apply(t, e, 60, complete("snmp:l2", "lldp", 60, rowsOf("l2", "swp2")...)...)
	before := dump(e.Snapshot())
	again, step := merge.Load(e.State(), at(61))
	if !step.IsEmpty() || dump(again.Snapshot()) != before {
		t.Fatalf("a restart changes it to\n%s\nfrom\n%s", dump(again.Snapshot()), before)
	}
	apply(t, again, 65, complete("snmp:l1", "lldp", 65, rowsOf("l1", "swp1")...)...)
	wantNoLine(t, again, "attach", "l1")
}

func TestANodeOfKinDIsExpectedOnNoPort(t *testing.T) {
	e := twoLeaves(t, "", "")
	c := node("n2")
	c.Vertex.Attrs = []api.KV{{Key: api.AttrProviderID, Value: "kind://docker/kind/n2"}}
	apply(t, e, 3, complete("kube:a", "nodes", 3, node("n1"), c)...)
	wantLine(t, e, "node", "n2", `port="not expected"`, `port_why="a container of KinD`)
	wantLine(t, e, "node", "n1", `port="unknown"`)
}
