package merge_test

import (
	"fmt"
	"slices"
	"strings"
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

// More silent bridges than are compared: none of their cables is concluded, and
// each of them says so. With some of them gone, they are compared.
func TestMoreBridgesThanAreComparedSaySo(t *testing.T) {
	const many = 205 // and the one that all hang on: more than 20,000 pairs
	var all []api.MAC
	for i := range many {
		all = append(all, macs(byte(i+1))...)
	}
	e := merge.New()
	var said []api.Observation
	var left []api.SourceID // of those, all but ten
	add := func(name string, ports, tables []api.Claim) {
		source := api.SourceID("snmp:" + name)
		s := system(name, "east")
		s[1].Vertex.Aliases[0].Scope = name
		said = slices.Concat(said, complete(source, "system", 1, s...), complete(source, "if", 1, ports...), complete(source, "fdb", 1, tables...))
		if len(said) <= 9*(many-9) {
			left = append(left, source)
		}
	}
	var ports, tables []api.Claim
	for i := range many {
		name := fmt.Sprintf("p%d", i)
		ports, tables = append(ports, port(name, api.HealthOK)), append(tables, learns(name, 10, all[i]))
	}
	add("root", ports, tables)
	for i := range many {
		rest := slices.Concat(all[:i], all[i+1:])
		add(fmt.Sprintf("s%03d", i), []api.Claim{port("own", api.HealthOK), port("up", api.HealthOK)},
			[]api.Claim{learns("own", 10, all[i]), learns("up", 10, rest...)})
	}
	e.Apply(said, at(1))
	unresolved := func() (n int) {
		for _, c := range e.Unresolved() {
			if strings.Contains(c.Row, "others of 206 bridges") && strings.Contains(c.Why, "more than 20000 pairs") {
				n++
			}
		}
		return n
	}
	if got := e.Snapshot().CountEdges(api.EdgeLink); got != 0 {
		t.Errorf("%d links of so many bridges", got)
	}
	if got := unresolved(); got != many+1 {
		t.Errorf("%d of %d bridges say that they were not compared", got, many+1)
	}
	root, _ := e.VertexOf("snmp:root", "device")
	if list := e.Candidates(root); len(list) != 1 || list[0].Verdict != api.VerdictUnresolved {
		t.Errorf("the root's candidates: %+v", list)
	}
	e.Keep(left, at(2))
	if got := e.Snapshot().CountEdges(api.EdgeLink); got != many-10 {
		t.Errorf("%d links, want %d", got, many-10)
	}
	if got := len(e.Unresolved()); got != 0 {
		t.Errorf("%d are unresolved still", got)
	}
	again, step := merge.Load(e.State(), at(3))
	if !step.IsEmpty() || again.Snapshot().CountEdges(api.EdgeLink) != many-10 {
		t.Errorf("a restart changes the graph: %+v", step.Change)
	}
}
