package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// threeSwitches are polled switches of which the first hears both others on one
// port: something between them forwards LLDP.
func threeSwitches(t *testing.T) *merge.Engine {
	t.Helper()
	e := merge.New()
	for _, name := range []string{"s1", "s2", "s3"} {
		source := api.SourceID("snmp:" + name)
		s := system(name, "east")
		s[1].Vertex.Aliases[0].Scope = name
		apply(t, e, 1, complete(source, "system", 1, s...)...)
		apply(t, e, 1, complete(source, "if", 1, port("p1", api.HealthOK), port("p2", api.HealthOK))...)
	}
	apply(t, e, 2, complete("snmp:s2", "lldp", 2, chassis("s2"), hears("p1", "s1", "p1", "s1"))...)
	apply(t, e, 2, complete("snmp:s3", "lldp", 2, chassis("s3"))...)
	apply(t, e, 2, complete("snmp:s1", "lldp", 2, chassis("s1"), hears("p1", "s2", "p1", "s2"), hears("p1", "s3", "p1", "s3"))...)
	return e
}

func TestSeveralNeighboursOnOnePortAreASegment(t *testing.T) {
	e := threeSwitches(t)
	wantLine(t, e, "segment east/segment at s1 p1", "derived")
	wantLine(t, e, "member east/s1/p1 -- east/segment at s1 p1 ok 99% reported true true")
	wantLine(t, e, "member east/s2/p1 -- east/segment at s1 p1 ok 99% reported true true")
	wantLine(t, e, "member east/s3/p1 -- east/segment at s1 p1 ok 95% reported false true")
	wantNoLine(t, e, "link")
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	id := onlyID(t, e, api.VertexSegment)
	// One leaves: what is left is a link, and the same segment when it is back.
	apply(t, e, 30, complete("snmp:s1", "lldp", 30, chassis("s1"), hears("p1", "s2", "p1", "s2"))...)
	apply(t, e, 31, complete("snmp:s1", "if", 31, port("p1", api.HealthOK), port("p2", api.HealthOK))...)
	wantNoLine(t, e, "segment")
	wantNoLine(t, e, "member")
	wantLine(t, e, "link east/s1/p1 -- east/s2/p1 ok 99%")
	apply(t, e, 60, complete("snmp:s1", "lldp", 60, chassis("s1"), hears("p1", "s2", "p1", "s2"), hears("p1", "s3", "p1", "s3"))...)
	if again := onlyID(t, e, api.VertexSegment); again != id {
		t.Errorf("the segment was %s and is %s", id, again)
	}
}

// Two ports that each hear several, and one of them in common: each has a
// segment, and neither is a link beside it, whichever was formed last.
func TestAPortInTwoSegmentsIsNoLink(t *testing.T) {
	for _, order := range [][]string{{"s1", "s2"}, {"s2", "s1"}} {
		e := threeSwitches(t)
		for _, name := range order {
			own := map[string]string{"s1": "eth1", "s2": "eth2"}[name]
			apply(t, e, 30, complete(api.SourceID("snmp:"+name), "lldp", 30, chassis(name),
				hears("p2", "u", "eth0", ""), hears("p2", "v", own, ""))...)
		}
		wantLine(t, e, "member", "segment at s1 p2")
		wantLine(t, e, "member", "segment at s2 p2")
		wantNoLine(t, e, "link", "p2")
		if _, step := merge.Load(e.State(), at(31)); !step.IsEmpty() {
			t.Errorf("%v: a restart changes %d elements", order, step.Change.Size())
		}
	}
}

func TestASegmentWhosePortFailsIsShownDown(t *testing.T) {
	e := threeSwitches(t)
	apply(t, e, 30, complete("snmp:s1", "lldp", 30, chassis("s1"))...)
	apply(t, e, 31, complete("snmp:s1", "if", 31, port("p1", api.HealthDown), port("p2", api.HealthOK))...)
	wantLine(t, e, "member east/s1/p1 -- east/segment at s1 p1 down")
	wantLine(t, e, "member east/s3/p1 -- east/segment at s1 p1 down")
	wantNoLine(t, e, "link")
}

func TestAPortOfAnUnmanagedNeighbourThatTwoHearIsDisputed(t *testing.T) {
	e := merge.New()
	for _, name := range []string{"s1", "s2"} {
		source := api.SourceID("snmp:" + name)
		s := system(name, "east")
		s[1].Vertex.Aliases[0].Scope = name
		apply(t, e, 1, complete(source, "system", 1, s...)...)
		apply(t, e, 1, complete(source, "if", 1, port("p1", api.HealthOK))...)
		apply(t, e, 1, complete(source, "lldp", 1, chassis(name), hears("p1", "ap", "eth0", "ap"))...)
	}
	wantLine(t, e, "link", "ap/eth0", "s1/p1", "disputed")
	wantLine(t, e, "link", "ap/eth0", "s2/p1", "disputed")
}

func onlyID(t *testing.T, e *merge.Engine, kind api.VertexKind) api.VertexID {
	t.Helper()
	for v := range e.Snapshot().Vertices() {
		if v.Kind == kind {
			return v.ID
		}
	}
	t.Fatalf("no %s", kind)
	return 0
}

// What is taken apart and made anew within a step keeps its place, though one
// before it is free by then.
func TestASegmentStandsWhereItStoodAfterARestart(t *testing.T) {
	e := threeSwitches(t)
	hearsTwo := func(tick int, also ...api.Claim) {
		rows := append([]api.Claim{chassis("s1"), hears("p2", "s2", "p2", "s2"), hears("p2", "s3", "p2", "s3"), hears("p2", "ap", "eth0", "ap")}, also...)
		apply(t, e, tick, complete("snmp:s1", "lldp", tick, rows...)...)
	}
	hearsTwo(10, hears("p1", "s2", "p1", "s2"), hears("p1", "s3", "p1", "s3"))
	hearsTwo(30)
	apply(t, e, 31, complete("snmp:s1", "if", 31, port("p1", api.HealthOK), port("p2", api.HealthOK))...)
	before, _ := e.Snapshot().Vertex(onlyID(t, e, api.VertexSegment))
	if before.Slot == 0 {
		t.Fatal("no slot before it is free")
	}
	_, step := merge.Load(e.State(), at(40))
	if !step.IsEmpty() {
		t.Errorf("a restart changed %d vertices, %d edges and remembers otherwise of %d: %v, %v",
			len(step.Change.Vertices), len(step.Change.Edges), len(step.Identities), step.Change.Vertices, step.Identities)
	}
}
