package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// learnedOf is what tables have of what a source calls so, by the table's name.
func learnedOf(t *testing.T, e *merge.Engine, source api.SourceID, key string) map[string]api.Learned {
	t.Helper()
	id, ok := e.VertexOf(source, key)
	if !ok {
		t.Fatalf("%s says nothing of %s", source, key)
	}
	out := map[string]api.Learned{}
	for _, l := range e.Learned(id) {
		scope, ok := e.Snapshot().Scope(l.Scope)
		if !ok {
			t.Fatalf("no scope %d", l.Scope)
		}
		out[string(scope.Scope.Source)+" "+scope.Scope.Table] = l
	}
	return out
}

func TestTablesAreCountedAtTheirDeviceAndPort(t *testing.T) {
	e := silent(t)
	spine := learnedOf(t, e, "snmp:spine", "device")
	port, _ := e.VertexOf("snmp:spine", "port/swp1")
	if l := spine["snmp:spine fdb"]; l.Count != 4 || l.Ports[port] != 4 || len(l.Rows) != 0 {
		t.Errorf("the spine's forwarding table: %+v", l)
	}
	if l := spine["snmp:spine arp"]; l.Count != 1 || len(l.Ports) != 0 {
		t.Errorf("the spine's addresses: %+v", l)
	}
	behind := learnedOf(t, e, "snmp:leaf", "port/swp1")
	if l := behind["snmp:leaf fdb"]; len(behind) != 1 || l.Count != 1 || len(l.Rows) != 1 || l.Rows[0].MAC != macs(1)[0] || l.Rows[0].VLAN != 10 {
		t.Errorf("behind the leaf's swp1: %+v", behind)
	}
	// n1 rests on the leaf's row: it is kept when the table has lost it.
	apply(t, e, 6, complete("snmp:leaf", "fdb", 6, learns("swp51", 10, macs(9)...))...)
	if l := learnedOf(t, e, "snmp:leaf", "device")["snmp:leaf fdb"]; l.Count != 1 || l.Aged != 1 {
		t.Errorf("after the row has aged: %+v", l)
	}
	if l := learnedOf(t, e, "snmp:leaf", "port/swp1")["snmp:leaf fdb"]; l.Count != 0 || len(l.Rows) != 1 || !l.Rows[0].Aged {
		t.Errorf("behind swp1 after that: %+v", l)
	}
}

func TestAddressesAreToldAtThePortThatHasThem(t *testing.T) {
	e := silent(t)
	vlan := port("Vlan10", api.HealthOK)
	apply(t, e, 6, complete("snmp:spine", "if", 6, port("swp1", api.HealthOK), vlan)...)
	l := learnedOf(t, e, "snmp:spine", "port/Vlan10")["snmp:spine arp"]
	if l.Count != 1 || len(l.Rows) != 1 || l.Rows[0].Address.String() != "10.0.0.1" {
		t.Errorf("on Vlan10: %+v", l)
	}
	if got := learnedOf(t, e, "snmp:spine", "port/swp1"); got["snmp:spine arp"].Count != 0 {
		t.Errorf("on swp1: %+v", got)
	}
}
