package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
)

func nic(node, name, kind, mac, permanent string) api.Claim {
	c := api.Claim{Key: "nic/" + node + "/" + name, Vertex: &api.VertexClaim{
		Kind: api.VertexNIC, Name: name, Parent: "node/" + node, Health: api.HealthOK,
		Aliases: []api.Alias{{Kind: api.AliasNIC, Strength: api.Strong, Value: name}},
		Attrs:   []api.KV{{Key: "if_type", Value: kind}, {Key: api.AttrMAC, Value: mac}},
	}}
	if permanent != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: "permanent_mac", Value: permanent})
	}
	return c
}

func hostHears(node, name, chassisID, port string) api.Claim {
	return api.Claim{Key: "nic/" + node + "/" + name + ">lldp>" + chassisID + ">" + port, Neighbour: &api.Neighbour{
		Protocol: "lldp", Device: "node/" + node, Port: "nic/" + node + "/" + name,
		ChassisID: chassisID, ChassisIDSubtype: api.ChassisMAC, PortID: port, PortIDSubtype: api.PortInterfaceName, SysName: "leaf",
	}}
}

// A node that only listens joins the seam from its own side; where the switch
// hears it too, both ends say so, on the NIC whose own MAC it is.
func TestANodesOwnAgentJoinsTheSeam(t *testing.T) {
	e := built(t, inOrder())
	const first, second = "02:00:00:00:00:11", "02:00:00:00:00:12"
	bond := []api.Claim{
		nic("n2", "ens1", "ethernet", first, ""), nic("n2", "ens2", "ethernet", first, second), nic("n2", "bond0", "bond", first, ""),
	}
	apply(t, e, 2, complete("snmp:leaf", "if", 2, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp3", api.HealthOK), port("swp51", api.HealthOK))...)
	wantLine(t, e, "node east/uid-a/n2", `port="unknown"`)
	heard := append(bond, hostHears("n2", "ens1", "aa", "swp2"), hostHears("n2", "ens2", "aa", "swp3"))
	apply(t, e, 3, complete("kube:a", "nodenetworkstates.nmstate.io", 3, heard...)...)
	wantLine(t, e, "attach east/uid-a/n2/ens1 -- east/leaf/swp2", "95% reported true false")
	wantLine(t, e, "attach east/uid-a/n2/ens2 -- east/leaf/swp3", "95% reported true false")
	wantLine(t, e, "node east/uid-a/n2", `port="known"`)

	// The forwarding table is not asked where the node itself says it.
	apply(t, e, 4, complete("snmp:leaf", "fdb", 4, learns("swp3", 10, api.MAC{2, 0, 0, 0, 0, 0x11}))...)
	wantNoLine(t, e, "attach", "swp3", "fdb")

	row := func(local, mac string) api.Claim {
		c := hears(local, mac, mac, "")
		c.Neighbour.PortIDSubtype = api.PortMAC
		return c
	}
	rows := []api.Claim{chassis("aa"), hears("swp51", "bb", "swp1", "spine"), hears("swp1", "cc", "ens1", "n1"), row("swp2", first), row("swp3", second)}
	apply(t, e, 5, complete("snmp:leaf", "lldp", 5, rows...)...)
	wantLine(t, e, "attach east/uid-a/n2/ens1 -- east/leaf/swp2", "99% reported true true")
	wantLine(t, e, "attach east/uid-a/n2/ens2 -- east/leaf/swp3", "99% reported true true")
	wantNoLine(t, e, "attach", "bond0")

	apply(t, e, 6, complete("kube:a", "nodenetworkstates.nmstate.io", 6, bond...)...)
	wantLine(t, e, "attach east/uid-a/n2/ens1 -- east/leaf/swp2", "95% reported false true")
	apply(t, e, 7, complete("snmp:leaf", "lldp", 7, rows[:3]...)...)
	apply(t, e, 8, complete("snmp:leaf", "if", 8, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp3", api.HealthOK), port("swp51", api.HealthOK))...)
	wantLine(t, e, "attach east/uid-a/n2/bond0 -- east/leaf/swp3", "85%") // what is left is the table, which means the bond
}
