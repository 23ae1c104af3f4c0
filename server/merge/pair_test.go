package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// Where each device has just one row of the other, the ports on which they hear
// are the cable's, whatever they call each other's. With a second cable there is
// no telling, and port IDs that mean nothing lead to no port.
func TestPortsArePairedOnlyWhereThereIsOneCable(t *testing.T) {
	e := merge.New()
	for _, name := range []string{"s1", "s2"} {
		source := api.SourceID("snmp:" + name)
		s := system(name, "east")
		s[1].Vertex.Aliases[0].Scope = name
		apply(t, e, 1, complete(source, "system", 1, s...)...)
		apply(t, e, 1, complete(source, "if", 1, port("p1", api.HealthOK), port("p2", api.HealthOK), port("p3", api.HealthOK), port("p4", api.HealthOK))...)
	}
	// Both are off by one.
	apply(t, e, 2, complete("snmp:s1", "lldp", 2, chassis("s1"), hears("p1", "s2", "p4", "s2"))...)
	apply(t, e, 2, complete("snmp:s2", "lldp", 2, chassis("s2"), hears("p3", "s1", "p2", "s1"))...)
	wantLine(t, e, "link east/s1/p1 -- east/s2/p3 ok")
	if got := e.Snapshot().CountEdges(api.EdgeLink); got != 1 {
		t.Errorf("%d links, want 1\n%s", got, dump(e.Snapshot()))
	}
	row := func(local, far, name, id string) api.Claim {
		c := hears(local, far, id, name)
		c.Key += "/" + local
		return c
	}
	apply(t, e, 3, complete("snmp:s1", "lldp", 3, chassis("s1"), row("p1", "s2", "s2", "x1"), row("p2", "s2", "s2", "x2"))...)
	apply(t, e, 3, complete("snmp:s2", "lldp", 3, chassis("s2"), row("p3", "s1", "s1", "y1"), row("p4", "s1", "s1", "y2"))...)
	wantNoLine(t, e, "link east/s1/p1 -- east/s2/p3")
	wantNoLine(t, e, "link east/s1/p1 -- east/s2/p4")
	wantNoLine(t, e, "link east/s1/p2 -- east/s2/p3")
	wantNoLine(t, e, "link east/s1/p2 -- east/s2/p4")
}
