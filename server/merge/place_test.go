package merge_test

import (
	"slices"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// twoSettled are two switches of a site, s1 with the place before that of s2. The
// neighbour of s2 is lost: once its ports are read again, what is known until then
// is derived in the middle of a step.
func twoSettled(t *testing.T) *merge.Engine {
	t.Helper()
	e := merge.New()
	var said []api.Observation
	for _, name := range []string{"s1", "s2"} {
		source := api.SourceID("snmp:" + name)
		said = append(said, complete(source, "system", 1, systemOf(name, "east")...)...)
		said = append(said, complete(source, "if", 1, port("p1", api.HealthOK))...)
		said = append(said, complete(source, "lldp", 1, chassis(name), hears("p1", "ap-"+name, "eth0", "ap-"+name))...)
	}
	apply(t, e, 1, said...)
	apply(t, e, 2, complete("snmp:s2", "lldp", 2, chassis("s2"))...)
	if v := deviceOf(t, e, "snmp:s2"); v.Slot == 0 || v.Plot == nil {
		t.Fatalf("s2 has no place to keep, or none before it: %+v", v)
	}
	return e
}

func systemOf(name, site string) []api.Claim {
	s := system(name, site)
	s[1].Vertex.Aliases[0].Scope = name
	return s
}

func deviceOf(t *testing.T, e *merge.Engine, source api.SourceID) *api.Vertex {
	t.Helper()
	id, _ := e.VertexOf(source, "device")
	v, ok := e.Snapshot().Vertex(id)
	if !ok {
		t.Fatalf("%s has no device", source)
	}
	return v
}

// What goes elsewhere and comes back within a step keeps its slot, though one
// before it is free by then.
func TestWhatIsElsewhereWithinAStepKeepsItsSlot(t *testing.T) {
	e := twoSettled(t)
	before := deviceOf(t, e, "snmp:s2")
	e.Apply(slices.Concat(
		complete("snmp:s1", "system", 3, systemOf("s1", "east")[0]),
		complete("snmp:s2", "system", 3, systemOf("s2", "west")...),
		complete("snmp:s2", "if", 3, port("p1", api.HealthOK)),
		complete("snmp:s2", "system", 4, systemOf("s2", "east")...),
	), at(4))
	if after := deviceOf(t, e, "snmp:s2"); after.Slot != before.Slot || after.Parent != before.Parent {
		t.Errorf("slot %d in %s, before %d in %s", after.Slot, after.Parent, before.Slot, before.Parent)
	}
}

// What is gone and there again within a step was never away: it keeps its plot,
// and nobody hears of it.
func TestWhatIsGoneWithinAStepKeepsItsPlot(t *testing.T) {
	e := twoSettled(t)
	e.Expect([]api.SourceID{"snmp:s1", "snmp:s2", "snmp:s3"}, at(2)) // nothing gets a place while one was not heard
	before := deviceOf(t, e, "snmp:s2")
	step := e.Apply(slices.Concat(
		complete("snmp:s2", "system", 3, systemOf("s2", "east")[0]),
		complete("snmp:s2", "lldp", 3),
		complete("snmp:s2", "if", 3, port("p1", api.HealthOK)),
		complete("snmp:s2", "system", 4, systemOf("s2", "east")...),
		complete("snmp:s2", "lldp", 4, chassis("s2")),
	), at(4))
	if after := deviceOf(t, e, "snmp:s2"); after.ID != before.ID || !after.Plot.Equal(before.Plot) {
		t.Errorf("plot %+v, before %+v", after.Plot, before.Plot)
	}
	if v, changed := step.Change.Vertices[before.ID]; changed {
		t.Errorf("its change is said: %+v", v)
	}
}
