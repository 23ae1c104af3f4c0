package merge_test

import (
	"strconv"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// device is all that a switch says of itself.
func device(source api.SourceID, second int, name, chassisID string) []api.Observation {
	out := complete(source, "system", second, system(name, "east")...)
	out[1].Put[1].Vertex.Aliases[0].Scope = string(source)
	out = append(out, complete(source, "if", second, port("swp1", api.HealthOK))...)
	if chassisID == "" {
		return append(out, complete(source, "lldp", second)...)
	}
	return append(out, complete(source, "lldp", second, chassis(chassisID))...)
}

func idOf(t testing.TB, e *merge.Engine, source api.SourceID, key string) api.VertexID {
	t.Helper()
	id, ok := e.VertexOf(source, key)
	if !ok {
		t.Fatalf("%s says nothing of %s:\n%s", source, key, dump(e.Snapshot()))
	}
	return id
}

func hear(t testing.TB, e *merge.Engine, second int, all ...api.Observation) {
	t.Helper()
	apply(t, e, second, all...)
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
}

func TestAReplacedSwitchIsStillTheSwitch(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, device("snmp:leaf", 1, "leaf", "aa")...)
	before, portBefore := idOf(t, e, "snmp:leaf", "device"), idOf(t, e, "snmp:leaf", "port/swp1")
	hear(t, e, 2, device("snmp:leaf", 2, "leaf", "bb")...) // other hardware, the same place in the config
	if got := idOf(t, e, "snmp:leaf", "device"); got != before {
		t.Errorf("the switch was %s and is %s", before, got)
	}
	if got := idOf(t, e, "snmp:leaf", "port/swp1"); got != portBefore {
		t.Errorf("its port was %s and is %s", portBefore, got)
	}
	// The old hardware turns up elsewhere: that is not the switch.
	hear(t, e, 3, device("snmp:lab", 3, "lab", "aa")...)
	if got := idOf(t, e, "snmp:lab", "device"); got == before {
		t.Error("the old hardware is taken for the switch that it was")
	}
	// Nor is it if only neighbours see it.
	e.Forget("snmp:lab", at(4))
	hear(t, e, 4, device("snmp:spine", 4, "spine", "cc")...)
	hear(t, e, 4, complete("snmp:spine", "lldp", 4, chassis("cc"), hears("swp1", "aa", "p1", "old"))...)
	wantLine(t, e, "device east/old unknown derived")
	wantLine(t, e, "link", "east/spine/swp1", "east/old/p1")
	wantNoLine(t, e, "link", "leaf")
}

// A spare that neighbours saw in the rack takes a switch's place: the switch
// keeps its ID, and what the spare was is the switch now.
func TestASpareThatNeighboursSawBecomesTheSwitch(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, device("snmp:spine", 1, "spine", "cc")...)
	hear(t, e, 1, complete("snmp:spine", "lldp", 1, chassis("cc"), hears("swp1", "bb", "swp9", "spare"))...)
	var spare api.VertexID
	for v := range e.Snapshot().Vertices() {
		if v.Name == "spare" {
			spare = v.ID
		}
	}
	hear(t, e, 2, device("snmp:leaf", 2, "leaf", "aa")...)
	leaf := idOf(t, e, "snmp:leaf", "device")
	hear(t, e, 3, device("snmp:leaf", 3, "leaf", "bb")...)
	if got := idOf(t, e, "snmp:leaf", "device"); got != leaf {
		t.Errorf("the switch was %s and is %s", leaf, got)
	}
	if v, ok := e.Snapshot().Resolve(spare); !ok || v.ID != leaf {
		t.Errorf("the spare %s means %+v, want the switch", spare, v)
	}
	wantLine(t, e, "link", "east/leaf/", "east/spine/swp1")
}

// An address of the config answers with another switch, one that is polled
// already: no two switches become one.
func TestAnAddressThatAnswersWithAnotherSwitchMergesNothing(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, device("snmp:a", 1, "leaf1", "aa")...)
	hear(t, e, 1, device("snmp:b", 1, "leaf2", "bb")...)
	leaf1, leaf2 := idOf(t, e, "snmp:a", "device"), idOf(t, e, "snmp:b", "device")
	hear(t, e, 2, device("snmp:a", 2, "leaf2", "bb")...)
	if got := idOf(t, e, "snmp:a", "device"); got != leaf2 {
		t.Errorf("the source speaks of %s, want %s", got, leaf2)
	}
	if _, ok := e.Snapshot().Resolve(leaf1); ok {
		t.Error("the switch that does not answer any more was merged into the other")
	}
	if a, b := idOf(t, e, "snmp:a", "port/swp1"), idOf(t, e, "snmp:b", "port/swp1"); a != b {
		t.Errorf("one port is %s and %s", a, b)
	}
	hear(t, e, 3, device("snmp:a", 3, "leaf1", "aa")...) // and back
	if a, b := idOf(t, e, "snmp:a", "device"), idOf(t, e, "snmp:b", "device"); a != leaf1 || b != leaf2 {
		t.Errorf("got %s and %s, want %s and %s as at first", a, b, leaf1, leaf2)
	}
}

// Clones have one chassis ID. It names neither of them, whoever came first,
// and rows about it are about neither by it.
func TestAChassisIDThatTwoClaimNamesNeither(t *testing.T) {
	for _, order := range [][2]string{{"1", "2"}, {"2", "1"}} {
		e := merge.New()
		for _, n := range order {
			hear(t, e, 1, device(api.SourceID("snmp:"+n), 1, "clone"+n, "aa")...)
		}
		hear(t, e, 1, device("snmp:spine", 1, "spine", "cc")...)
		hear(t, e, 2, complete("snmp:spine", "lldp", 2, chassis("cc"), hears("swp1", "aa", "swp1", "clone2"))...)
		if a, b := idOf(t, e, "snmp:1", "device"), idOf(t, e, "snmp:2", "device"); a == b {
			t.Fatal("two clones are one device")
		}
		wantLine(t, e, "link", "east/clone2/swp1", "east/spine/swp1")
		wantNoLine(t, e, "link", "clone1")
		// A row that only the chassis ID could place says what it says, of neither.
		hear(t, e, 3, complete("snmp:spine", "lldp", 3, chassis("cc"), hears("swp1", "aa", "swp1", ""))...)
		wantNoLine(t, e, "link", "clone")
		// Once one of them is given an ID of its own, the other's is good again.
		hear(t, e, 4, complete("snmp:1", "lldp", 4, chassis("dd"))...)
		wantLine(t, e, "link", "east/clone2/swp1", "east/spine/swp1")
	}
}

// One switch, polled under two addresses, is one; renumbered, it is two.
func TestWhatIsOneByItsChassisPartsWithIt(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, device("snmp:a", 1, "leaf", "aa")...)
	hear(t, e, 1, device("snmp:b", 1, "leaf", "aa")...)
	both := idOf(t, e, "snmp:a", "device")
	if got := idOf(t, e, "snmp:b", "device"); got != both {
		t.Fatalf("%s and %s are one switch", both, got)
	}
	if got := e.Snapshot().CountVertices(api.VertexPort); got != 1 {
		t.Errorf("it has %d ports, want 1", got)
	}
	hear(t, e, 2, device("snmp:a", 2, "leaf", "bb")...)
	a, b := idOf(t, e, "snmp:a", "device"), idOf(t, e, "snmp:b", "device")
	if a == b || b != both {
		t.Errorf("got %s and %s; want two, of which the one that did not change is %s", a, b, both)
	}
	if got := e.Snapshot().CountVertices(api.VertexPort); got != 2 {
		t.Errorf("they have %d ports, want 2", got)
	}
}

// Two switches that are found to be one have ports of the same names: one of
// each remains, and the former ones mean it.
func TestPortsOfTwoThatAreOneAreOne(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, device("snmp:a", 1, "leaf", "")...)
	hear(t, e, 1, device("snmp:b", 1, "leaf", "")...)
	a, b := idOf(t, e, "snmp:a", "port/swp1"), idOf(t, e, "snmp:b", "port/swp1")
	if a == b {
		t.Fatal("nothing says yet that they are one")
	}
	hear(t, e, 2, complete("snmp:a", "lldp", 2, chassis("aa"))...)
	hear(t, e, 2, complete("snmp:b", "lldp", 2, chassis("aa"))...)
	if got := e.Snapshot().CountVertices(api.VertexPort); got != 1 {
		t.Errorf("there are %d ports, want 1\n%s", got, dump(e.Snapshot()))
	}
	for _, former := range []api.VertexID{a, b} {
		if v, ok := e.Snapshot().Resolve(former); !ok || v.Kind != api.VertexPort {
			t.Errorf("port %s means nothing any more", former)
		}
	}
}

// What flaps for ever is remembered once.
func TestFlappingFillsNoMemory(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, complete("kube:a", "cluster", 1, cluster("uid-a"))...)
	hear(t, e, 1, complete("kube:a", "nodes", 1, node("gone"), node("flaps"))...)
	hear(t, e, 2, complete("kube:a", "nodes", 2, node("flaps"))...)
	for i := range 2000 {
		second := 10 + i
		e.Apply(complete("kube:a", "nodes", second), at(second))
		e.Apply(complete("kube:a", "nodes", second, node("flaps")), at(second))
	}
	if err := e.Check(); err != nil { // it bounds the list of departures
		t.Error(err)
	}
	if got := e.Remembered(); got > 10 {
		t.Errorf("%d identities and aliases are remembered of 3 things", got)
	}
}

// A port's index changes at every boot. Its former ones are not kept.
func TestFormerIndexesOfAPortAreForgotten(t *testing.T) {
	e := merge.New()
	indexed := func(index int) api.Claim {
		c := port("swp1", api.HealthOK)
		c.Vertex.Aliases = append(c.Vertex.Aliases, api.Alias{Kind: api.AliasIfIndex, Strength: api.Weak, Value: strconv.Itoa(index)})
		return c
	}
	hear(t, e, 1, device("snmp:leaf", 1, "leaf", "aa")...)
	id := idOf(t, e, "snmp:leaf", "port/swp1")
	for i := range 100 {
		hear(t, e, 2+i, complete("snmp:leaf", "if", 2+i, indexed(i))...)
	}
	if got := idOf(t, e, "snmp:leaf", "port/swp1"); got != id {
		t.Errorf("the port was %s and is %s", id, got)
	}
	if got := e.Remembered(); got > 12 {
		t.Errorf("%d identities and aliases are remembered of 3 things", got)
	}
}

// The NICs of a bond have one MAC, and are two.
func TestTwoNICsWithOneMACAreTwo(t *testing.T) {
	e := merge.New()
	hear(t, e, 1, complete("kube:a", "cluster", 1, cluster("uid-a"))...)
	hear(t, e, 1, complete("kube:a", "nodes", 1, node("n1"))...)
	hear(t, e, 1, device("snmp:leaf", 1, "leaf", "aa")...)
	hear(t, e, 2, complete("snmp:leaf", "if", 2, port("swp1", api.HealthOK), port("swp2", api.HealthOK))...)
	slave := func(port, nic string) api.Claim {
		c := hears(port, "n1", "00:00:5e:00:53:01", "n1")
		c.Neighbour.PortIDSubtype, c.Neighbour.PortDescription = api.PortMAC, nic
		return c
	}
	hear(t, e, 3, complete("snmp:leaf", "lldp", 3, chassis("aa"), slave("swp1", "eth0"), slave("swp2", "eth1"))...)
	wantLine(t, e, "attach", "n1/eth0 -- east/leaf/swp1")
	wantLine(t, e, "attach", "n1/eth1 -- east/leaf/swp2")
}
