package merge_test

import (
	"net/netip"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// resolvesIn is a row of a VRF's address table.
func resolvesIn(vrf, on, address string, mac api.MAC) api.Claim {
	return api.Claim{Key: "arp/" + vrf + "/" + on, Bindings: &api.Bindings{
		Device: "device", Interface: on, VRF: vrf, Rows: []api.Binding{{Address: netip.MustParseAddr(address), MAC: mac}},
	}}
}

// tenants is the world of which [silent] tells, whose spine has the address of
// n1 in two VRFs: in red it is n1's, which is on swp1 of the leaf, and in blue
// that of another tenant's machine, on swp2.
func tenants(t *testing.T) *merge.Engine {
	t.Helper()
	e := silent(t)
	for second := range 2 { // twice, for what is new is not believed against what was there
		apply(t, e, 6+second, complete("snmp:leaf", "fdb", 6+second,
			learns("swp1", 10, macs(1)...), learns("swp2", 20, macs(2)...), learns("swp51", 10, macs(9)...))...)
	}
	apply(t, e, 8, complete("snmp:spine", "arp", 8)...)
	wantLine(t, e, "attach", "east/leaf/swp1 ok 75%") // it aged
	apply(t, e, 8, complete("snmp:spine", "arp@blue", 8, resolvesIn("blue", "Vlan20", "10.0.0.1", macs(2)[0]))...)
	return e
}

func TestAnAddressThatTwoTenantsHaveSeatsNobody(t *testing.T) {
	e := tenants(t)
	wantNoLine(t, e, "attach")
	wantLine(t, e, "node", "n1", "address 10.0.0.1 has different MACs in VRF blue and the default VRF, and nothing proves in which the node is")
	apply(t, e, 9, complete("snmp:spine", "arp@red", 9, resolvesIn("red", "Vlan10", "10.0.0.1", macs(1)[0]))...)
	wantNoLine(t, e, "attach")
	again, step := merge.Load(e.State(), at(10))
	if !step.IsEmpty() {
		t.Fatalf("a restart changes the graph: %+v", step.Change)
	}
	wantNoLine(t, again, "attach")
}

// Where only one of them can be seen there is still no seat on a port of which
// no table knows the MAC.
func TestATenantWhoseSwitchIsNotReadSeatsNobodyElse(t *testing.T) {
	e := tenants(t)
	apply(t, e, 9, complete("snmp:spine", "arp@red", 9, resolvesIn("red", "Vlan10", "10.0.0.1", macs(77)[0]))...)
	wantNoLine(t, e, "attach")
}

// What LLDP hears of one node proves the VRF of all of its cluster.
func TestTheVRFOfAClusterIsProvedByOneNode(t *testing.T) {
	e := tenants(t)
	n1, n2 := node("n1"), node("n2")
	n1.Vertex.Attrs = []api.KV{kv(api.AttrAddress, "10.0.0.1")}
	n2.Vertex.Attrs = []api.KV{kv(api.AttrAddress, "10.0.0.2")}
	apply(t, e, 9, complete("kube:a", "nodes", 9, n1, n2)...)
	red := func(list ...api.Claim) []api.Observation {
		return complete("snmp:spine", "arp@red", 10, append(list, resolvesIn("red", "Vlan10", "10.0.0.1", macs(1)[0]))...)
	}
	apply(t, e, 10, red(resolvesIn("red", "Vlan11", "10.0.0.2", macs(3)[0]))...)
	apply(t, e, 11, complete("snmp:leaf", "if", 11, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp3", api.HealthOK), port("swp51", api.HealthOK))...)
	apply(t, e, 11, complete("snmp:leaf", "lldp", 11, chassis("aa"), hears("swp51", "bb", "swp1", "spine"), hears("swp3", "cc", "ens1", "n2"))...)
	wantNoLine(t, e, "attach n1")
	// The MAC that red has for n2 is learned where LLDP hears n2.
	tables := complete("snmp:leaf", "fdb", 12, learns("swp1", 10, macs(1)...), learns("swp2", 20, macs(2)...), learns("swp3", 10, macs(3)...))
	apply(t, e, 12, tables...)
	wantLine(t, e, "attach", "n1/02:00:00:00:00:01 -- east/leaf/swp1 ok 75%", "for the node's address 10.0.0.1 in VRF red,")
	wantLine(t, e, "node", "n2", `vrf="red"`)
	wantNoLine(t, e, "attach", "leaf/swp2")

	// Only the other tenant has the address now: no seat, and it is said.
	apply(t, e, 7*24*3600+20, complete("snmp:spine", "arp@red", 7*24*3600+20, resolvesIn("red", "Vlan11", "10.0.0.2", macs(3)[0]))...)
	apply(t, e, 15*24*3600, complete("snmp:spine", "arp@red", 15*24*3600, resolvesIn("red", "Vlan11", "10.0.0.2", macs(3)[0]))...)
	wantNoLine(t, e, "attach n1")
	wantLine(t, e, "node", "n1", "address 10.0.0.1 is known in VRF blue alone, and the cluster's nodes are proved to be in another")
}

// Two clusters with the same addresses, each in a VRF of its own.
func TestTwoClustersWithTheSameAddresses(t *testing.T) {
	e := tenants(t)
	own := func(uid, name, address, mac string) api.Claim {
		c := addressed(uid, name, address)
		if mac != "" {
			c.Vertex.Attrs = append(c.Vertex.Attrs, kv(api.AttrMAC, mac))
		}
		return c
	}
	apply(t, e, 9, complete("kube:b", "nodes", 9, cluster("uid-b"), own("uid-b", "b1", "10.0.0.1", ""), own("uid-b", "b2", "10.0.0.9", "02:00:00:00:00:09"))...)
	apply(t, e, 9, complete("kube:a", "nodes", 9, cluster("uid-a"), own("uid-a", "n1", "10.0.0.1", ""), own("uid-a", "n2", "10.0.0.8", "02:00:00:00:00:08"))...)
	apply(t, e, 10, complete("snmp:spine", "arp@red", 10, resolvesIn("red", "Vlan10", "10.0.0.1", macs(1)[0]), resolvesIn("red", "Vlan11", "10.0.0.8", macs(8)[0]))...)
	wantLine(t, e, "node", "b1", "several nodes have the address 10.0.0.1")
	apply(t, e, 10, complete("snmp:spine", "arp@blue", 10, resolvesIn("blue", "Vlan20", "10.0.0.1", macs(2)[0]), resolvesIn("blue", "Vlan21", "10.0.0.9", macs(9)[0]))...)
	wantLine(t, e, "attach", "n1/02:00:00:00:00:01 -- east/leaf/swp1")
	wantLine(t, e, "attach", "b1/02:00:00:00:00:02 -- east/leaf/swp2")
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
}

// There are agents that show the tables of all VRFs as one.
func TestATableOfAllVRFs(t *testing.T) {
	e := silent(t)
	apply(t, e, 6, complete("snmp:spine", "arp", 6, resolves("10.0.0.1", macs(1)[0]), resolvesIn("", "Vlan20", "10.0.0.1", macs(77)[0]))...)
	wantNoLine(t, e, "attach")
	wantLine(t, e, "node", "n1", "different MACs on several interfaces of snmp:spine")
}

// A route and a session in a tenant's VRF are not those of a cluster that is
// proved to be elsewhere.
func TestWhatATenantSpeaksIsNotTheClusters(t *testing.T) {
	e := exposed(t)
	n1 := addressed("uid-a", "n1", "10.0.0.1")
	n1.Vertex.Attrs = append(n1.Vertex.Attrs, kv(api.AttrMAC, "02:00:00:00:00:01"))
	apply(t, e, 2, complete("kube:a", "nodes", 2, cluster("uid-a"), n1, addressed("uid-a", "n2", "10.0.0.2"))...)
	session := api.Claim{Key: "bgp/blue/10.0.0.2", Session: &api.Session{Protocol: api.SessionBGP, Device: "device", Remote: "10.0.0.2", VRF: "blue", Health: api.HealthOK}}
	apply(t, e, 2, complete("snmp:s1", "bgp@blue", 2, session)...)
	blue := route("10.7.0.1", "10.0.0.2", true)
	blue.Route.VRF = "blue"
	apply(t, e, 2, complete("snmp:s1", "route@blue", 2, blue)...)
	wantLine(t, e, "announces uid-a/n2") // as far as anybody can tell
	wantLine(t, e, "peers")
	apply(t, e, 3, complete("snmp:s1", "arp@red", 3, resolvesIn("red", "Vlan10", "10.0.0.1", macs(1)[0]))...)
	wantNoLine(t, e, "announces uid-a/n2")
	wantNoLine(t, e, "peers")
	red := route("10.7.0.1", "10.0.0.2", true)
	red.Route.VRF = "red"
	apply(t, e, 4, complete("snmp:s1", "route@blue", 4, red)...)
	wantLine(t, e, "announces uid-a/n2")
}
