package merge_test

import (
	"slices"
	"testing"

	"github.com/netseam/netseam/api"
)

const shared, permanent = "02:00:00:00:00:11", "02:00:00:00:00:12"

// bondAt is a leaf that has a MAC on swp2, by its table or because it hears it,
// and a node that says which NICs have that MAC, in any order.
func bondAt(t *testing.T, table string, from api.Claim, nics []api.Claim, want string) {
	t.Helper()
	for range nics {
		nics = append(nics[1:], nics[0])
		e := built(t, inOrder())
		apply(t, e, 2, complete("snmp:leaf", "if", 2, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp51", api.HealthOK))...)
		for i, c := range nics { // one by one, so that their IDs are in that order
			apply(t, e, 3, complete("kube:a", "nic"+string(rune('0'+i)), 3, c)...)
		}
		rows := []api.Claim{from}
		if table == "lldp" {
			rows = append(rows, chassis("aa"), hears("swp51", "bb", "swp1", "spine"), hears("swp1", "cc", "ens1", "n1"))
		}
		apply(t, e, 4, complete("snmp:leaf", table, 4, rows...)...)
		wantLine(t, e, "attach east/uid-a/n2/"+want+" -- east/leaf/swp2")
	}
}

// A MAC that several NICs of a node have leads to the same of them in whatever
// order they were heard of.
func TestAMACOfSeveralNICs(t *testing.T) {
	heard := func(mac, description string) api.Claim {
		c := hears("swp2", mac, mac, "")
		c.Neighbour.PortIDSubtype, c.Neighbour.PortDescription = api.PortMAC, description
		return c
	}
	learned := learns("swp2", 10, api.MAC{2, 0, 0, 0, 0, 0x11})
	bond := []api.Claim{
		nic("n2", "ens2", "ethernet", shared, permanent), nic("n2", "bond0", "bond", shared, ""),
		nic("n2", "ens1", "ethernet", shared, ""), nic("n2", "bond0.10", "vlan", shared, ""),
	}
	twoBonds := []api.Claim{nic("n2", "bond1", "bond", shared, ""), nic("n2", "bond0", "bond", shared, permanent)}
	for name, x := range map[string]struct {
		table string
		from  api.Claim
		nics  []api.Claim
		want  string
	}{
		"heard: the card whose own it is":          {"lldp", heard(shared, ""), bond, "ens1"},
		"heard: the card whose permanent it is":    {"lldp", heard(permanent, ""), bond, "ens2"},
		"heard: the card that the row names":       {"lldp", heard(shared, "ens2"), bond, "ens2"},
		"heard: a name that no card has":           {"lldp", heard(shared, "eth7"), bond, "ens1"},
		"heard: a card that carries it":            {"lldp", heard(shared, ""), bond[:2], "ens2"},
		"heard: two bonds, by name":                {"lldp", heard(shared, ""), twoBonds, "bond0"},
		"learned: the bond":                        {"fdb", learned, bond, "bond0"},
		"learned: two bonds, by name":              {"fdb", learned, twoBonds, "bond0"},
		"learned: the card, not the VLAN on it":    {"fdb", learned, bond[2:], "ens1"},
		"learned: two cards of one MAC, by name":   {"fdb", learned, []api.Claim{nic("n2", "ens9", "ethernet", shared, ""), bond[2]}, "ens1"},
		"learned: nothing but what lies on others": {"fdb", learned, []api.Claim{bond[3], nic("n2", "br0", "linux-bridge", shared, "")}, "bond0.10"},
	} {
		t.Run(name, func(t *testing.T) { bondAt(t, x.table, x.from, slices.Clone(x.nics), x.want) })
	}
}

// A NIC that becomes a bond, under the same name and MAC, is what tables mean
// from then on: what it is is asked for, beside what it is called.
func TestANICBecomesABond(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 2, complete("snmp:leaf", "if", 2, port("swp1", api.HealthOK), port("swp2", api.HealthOK), port("swp51", api.HealthOK))...)
	nics := func(second int, kind string) {
		apply(t, e, second, complete("kube:a", "nns", second, nic("n2", "ens1", "ethernet", shared, ""), nic("n2", "zz0", kind, shared, ""))...)
	}
	nics(3, "ethernet")
	apply(t, e, 4, complete("snmp:leaf", "fdb", 4, learns("swp2", 10, api.MAC{2, 0, 0, 0, 0, 0x11}))...)
	wantLine(t, e, "attach east/uid-a/n2/ens1 -- east/leaf/swp2")
	nics(5, "bond")
	wantLine(t, e, "attach east/uid-a/n2/zz0 -- east/leaf/swp2")
	wantNoLine(t, e, "attach", "n2/ens1")
	nics(6, "ethernet")
	wantLine(t, e, "attach east/uid-a/n2/ens1 -- east/leaf/swp2")
}
