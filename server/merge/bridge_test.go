package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// silentSwitches are two switches that speak no neighbour protocol and are
// cabled p9 to p9, each with two hosts of its own.
func silentSwitches(t *testing.T) *merge.Engine {
	t.Helper()
	e := merge.New()
	for i, name := range []string{"s1", "s2"} {
		source := api.SourceID("snmp:" + name)
		s := system(name, "east")
		s[1].Vertex.Aliases[0].Scope = name
		apply(t, e, 1, complete(source, "system", 1, s...)...)
		apply(t, e, 1, complete(source, "if", 1, port("p1", api.HealthOK), port("p2", api.HealthOK), port("p9", api.HealthOK))...)
		own, far := macs(1, 2), macs(3, 4)
		if i == 1 {
			own, far = far, own
		}
		apply(t, e, 2, complete(source, "fdb", 2, learns("p1", 10, own[0]), learns("p2", 10, own[1]), learns("p9", 10, far...))...)
	}
	return e
}

func TestSilentBridgesAreJoinedByTheirTables(t *testing.T) {
	e := silentSwitches(t)
	wantLine(t, e, "link east/s1/p9 -- east/s2/p9 ok 75%", "bridges s1 p9: forwarding tables fit")
	if got := e.Snapshot().CountEdges(api.EdgeLink); got != 1 {
		t.Errorf("%d links, want 1\n%s", got, dump(e.Snapshot()))
	}
	// Their hosts are behind the other ports.
	for _, a := range e.Attachments() {
		if port, _ := e.Snapshot().Vertex(a.Port); port == nil || port.Name == "p9" {
			t.Errorf("%s is at %v: %s", a.MAC, port, a.Why)
		}
	}
	// What is known of them ages, and the cable is still there; a restart knows it.
	for _, source := range []api.SourceID{"snmp:s1", "snmp:s2"} {
		apply(t, e, 400, complete(source, "fdb", 400)...)
	}
	wantLine(t, e, "link east/s1/p9 -- east/s2/p9 ok 75%")
	again, step := merge.Load(e.State(), at(401))
	if !step.IsEmpty() {
		t.Fatalf("a restart changes the graph: %+v", step.Change)
	}
	// LLDP is switched on: what it hears is what counts.
	apply(t, again, 500, complete("snmp:s1", "lldp", 500, chassis("s1"), hears("p9", "s2", "p9", "s2"))...)
	wantLine(t, again, "link east/s1/p9 -- east/s2/p9 ok 90%", "lldp-one-sided")
	wantNoLine(t, again, "forwarding tables fit")
}

func TestAThirdBridgeBetweenIsNoCable(t *testing.T) {
	e := silentSwitches(t)
	s := system("s3", "east")
	s[1].Vertex.Aliases[0].Scope = "s3"
	apply(t, e, 5, complete("snmp:s3", "system", 5, s...)...)
	apply(t, e, 5, complete("snmp:s3", "if", 5, port("p1", api.HealthOK), port("p2", api.HealthOK), port("p3", api.HealthOK))...)
	apply(t, e, 5, complete("snmp:s3", "fdb", 5, learns("p1", 10, macs(1, 2)...), learns("p2", 10, macs(3, 4)...), learns("p3", 10, macs(5)...))...)
	wantLine(t, e, "link east/s1/p9 -- east/s3/p1")
	wantLine(t, e, "link east/s2/p9 -- east/s3/p2")
	wantNoLine(t, e, "link east/s1/p9 -- east/s2/p9")
	wantNoLine(t, e, "segment")
}

func TestBridgesOnAHubAreASegment(t *testing.T) {
	e := silentSwitches(t)
	s := system("s3", "east")
	s[1].Vertex.Aliases[0].Scope = "s3"
	apply(t, e, 5, complete("snmp:s3", "system", 5, s...)...)
	apply(t, e, 5, complete("snmp:s3", "if", 5, port("p1", api.HealthOK), port("p9", api.HealthOK))...)
	for _, other := range []string{"s1", "s2"} {
		own, far := macs(1, 2), macs(3, 4, 5)
		if other == "s2" {
			own, far = macs(3, 4), macs(1, 2, 5)
		}
		apply(t, e, 5, complete(api.SourceID("snmp:"+other), "fdb", 5, learns("p1", 10, own[0]), learns("p2", 10, own[1]), learns("p9", 10, far...))...)
	}
	apply(t, e, 5, complete("snmp:s3", "fdb", 5, learns("p1", 10, macs(5)...), learns("p9", 10, macs(1, 2, 3, 4)...))...)
	wantLine(t, e, "segment east/segment at s1 p9")
	for _, name := range []string{"s1", "s2", "s3"} {
		wantLine(t, e, "member east/"+name+"/p9 -- east/segment at s1 p9")
	}
	wantNoLine(t, e, "link")
}
