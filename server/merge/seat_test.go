package merge_test

import (
	"net/netip"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

func macs(last ...byte) []api.MAC {
	var out []api.MAC
	for _, n := range last {
		out = append(out, api.MAC{2, 0, 0, 0, 0, n})
	}
	return out
}

func learns(port string, vlan uint16, list ...api.MAC) api.Claim {
	return api.Claim{Key: "fdb/" + port, Stations: &api.Stations{
		Device: "device", Port: "port/" + port, VLAN: vlan, Status: api.StationLearned, MACs: list,
	}}
}

func resolves(address string, mac api.MAC) api.Claim {
	return api.Claim{Key: "arp//Vlan10", Bindings: &api.Bindings{
		Device: "device", Interface: "Vlan10", Rows: []api.Binding{{Address: netip.MustParseAddr(address), MAC: mac}},
	}}
}

func member(port, lag string) api.Claim {
	return api.Claim{Key: "member/" + port, Edge: &api.EdgeClaim{Kind: api.EdgeMember, A: "port/" + port, B: "port/" + lag, Health: api.HealthOK}}
}

func lag(name, partner string) api.Claim {
	c := port(name, api.HealthOK)
	c.Vertex.Kind = api.VertexLAG
	c.Vertex.Attrs = []api.KV{{Key: api.AttrPartner, Value: partner}, {Key: api.AttrPartnerKey, Value: "15"}}
	return c
}

// silent is a world whose node n1 sends no LLDP: its address is known to a
// router, and its MAC to the leaf on swp1, and to the spine on its port towards
// the leaf.
func silent(t *testing.T) *merge.Engine {
	t.Helper()
	e := built(t, inOrder())
	apply(t, e, 2, complete("snmp:leaf", "lldp", 2, chassis("aa"), hears("swp51", "bb", "swp1", "spine"))...)
	apply(t, e, 3, complete("snmp:leaf", "if", 3, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp51", api.HealthOK))...)
	n1 := node("n1")
	n1.Vertex.Attrs = []api.KV{{Key: api.AttrAddress, Value: "10.0.0.1"}}
	apply(t, e, 3, complete("kube:a", "nodes", 3, n1, node("n2"))...)
	wantNoLine(t, e, "attach")
	apply(t, e, 4, complete("snmp:spine", "fdb", 4, learns("swp1", 10, macs(1, 2, 3, 4)...))...)
	apply(t, e, 4, complete("snmp:leaf", "fdb", 4, learns("swp1", 10, macs(1)...), learns("swp51", 10, macs(9)...))...)
	apply(t, e, 5, complete("snmp:spine", "arp", 5, resolves("10.0.0.1", macs(1)[0]))...)
	return e
}

func TestANodeWithoutLLDPIsFoundByARPAndFDB(t *testing.T) {
	e := silent(t)
	wantLine(t, e, "attach", "n1/02:00:00:00:00:01 -- east/leaf/swp1 ok 75%", "arp leaf swp1: MAC 02:00:00:00:00:01, which a router has for the node's address 10.0.0.1, was learned in VLAN 10, where no switch is")
	wantLine(t, e, "node", "n1", `port="known"`)
	wantLine(t, e, "node", "n2", `port="unknown"`, `port_why="no switch reports it by LLDP"`)
}

func TestANodeThatSaysItsMACNeedsNoRouter(t *testing.T) {
	e := silent(t)
	n2 := node("n2")
	n2.Vertex.Attrs = []api.KV{{Key: api.AttrMAC, Value: "02:00:00:00:00:02"}}
	apply(t, e, 6, complete("kube:a", "nodes", 6, node("n1"), n2)...)
	wantLine(t, e, "node", "n2", "known only to ports that lead to other switches (1)")
	apply(t, e, 7, complete("snmp:leaf", "fdb", 7, learns("swp1", 10, macs(1)...), learns("swp2", 10, macs(2)...))...)
	apply(t, e, 8, complete("snmp:leaf", "fdb", 8, learns("swp1", 10, macs(1)...), learns("swp2", 10, macs(2)...))...)
	wantLine(t, e, "attach", "n2/02:00:00:00:00:02 -- east/leaf/swp2 ok 85%")
}

func TestAgeingRemovesNoEdge(t *testing.T) {
	e := silent(t)
	apply(t, e, 300, complete("snmp:leaf", "fdb", 300)...)
	apply(t, e, 300, complete("snmp:spine", "arp", 300)...)
	wantLine(t, e, "attach", "east/leaf/swp1 ok 55%", "the row has aged since, and nothing says otherwise")
	again, step := merge.Load(e.State(), at(301))
	if !step.IsEmpty() {
		t.Fatalf("a restart changes the graph: %+v", step.Change)
	}
	// A week later it is forgotten, and nothing is left of it.
	week := 8 * 24 * 3600
	apply(t, again, week, complete("snmp:leaf", "fdb", week)...)
	apply(t, again, week, complete("snmp:spine", "arp", week)...)
	wantNoLine(t, again, "attach")
}

func TestAMoveNeedsTwoReadings(t *testing.T) {
	e := silent(t)
	moved := func(second int) []api.Observation {
		return complete("snmp:leaf", "fdb", second, learns("swp2", 10, macs(1)...), learns("swp51", 10, macs(9)...))
	}
	apply(t, e, 300, moved(300)...)
	wantLine(t, e, "attach", "leaf/swp1", "aged")
	wantNoLine(t, e, "attach", "swp2")
	apply(t, e, 600, api.Observation{Scope: api.Scope{Source: "snmp:leaf", Table: "fdb"}, Kind: api.ObserveSame, Time: at(600)})
	wantLine(t, e, "attach", "leaf/swp2 ok 75%")
	wantNoLine(t, e, "attach", "swp1")
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
}

func TestLLDPBeatsForwardingTables(t *testing.T) {
	e := silent(t)
	apply(t, e, 6, complete("snmp:leaf", "lldp", 6, chassis("aa"), hears("swp51", "bb", "swp1", "spine"), hears("swp2", "cc", "ens1", "n1"))...)
	wantLine(t, e, "attach", "n1/ens1 -- east/leaf/swp2")
	wantNoLine(t, e, "attach", "swp1")
}

func TestAPortWhoseMembersLeadToASwitchIsNoEdge(t *testing.T) {
	e := silent(t)
	// The leaf bundles its uplink, and has the MAC there.
	apply(t, e, 6, complete("snmp:leaf", "if", 6, port("swp1", api.HealthOK), port("swp51", api.HealthOK), lag("po1", "bb"))...)
	apply(t, e, 6, complete("snmp:leaf", "fdb", 6, learns("po1", 10, macs(1)...))...)
	apply(t, e, 7, complete("snmp:leaf", "fdb", 7, learns("po1", 10, macs(1)...))...)
	wantLine(t, e, "attach", "leaf/po1")
	apply(t, e, 8, complete("snmp:leaf", "lag", 8, member("swp51", "po1"))...)
	wantNoLine(t, e, "attach", "po1")
}

func TestTheLegsOfABundleAreOneHost(t *testing.T) {
	e := silent(t)
	for _, leaf := range []string{"x", "y"} {
		source := api.SourceID("snmp:" + leaf)
		s := system(leaf, "east")
		s[1].Vertex.Aliases[0].Scope = leaf
		apply(t, e, 6, complete(source, "system", 6, s...)...)
		apply(t, e, 6, complete(source, "if", 6, lag("po7", "cc"))...)
		apply(t, e, 6, complete(source, "fdb", 6, learns("po7", 10, macs(7)...))...)
	}
	n2 := node("n2")
	n2.Vertex.Attrs = []api.KV{{Key: api.AttrMAC, Value: "02:00:00:00:00:07"}}
	apply(t, e, 7, complete("kube:a", "nodes", 7, node("n1"), n2)...)
	wantLine(t, e, "attach", "n2/02:00:00:00:00:07 -- east/x/po7")
	wantLine(t, e, "attach", "n2/02:00:00:00:00:07 -- east/y/po7")
	wantNoLine(t, e, "disputed")
}
