package fabric_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/test/fabric"
)

func TestEveryMACIsThereOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range (fabric.Options{}).Plan().Attachments {
		if seen[a.MAC] {
			t.Errorf("two NICs have the MAC %s", a.MAC)
		}
		seen[a.MAC] = true
	}
	for _, d := range (fabric.Options{}).Plan().Devices {
		if seen[d.ChassisID] {
			t.Errorf("%s has another's MAC %s as chassis ID", d.Name, d.ChassisID)
		}
		seen[d.ChassisID] = true
	}
	if len(seen) != 7+5 {
		t.Errorf("the default plan has %d NICs and switches", len(seen))
	}
}

func TestBothEndsOfALinkSeeEachOther(t *testing.T) {
	var o fabric.Options
	spine, leaf := fabric.End{Device: "spine2", Port: "swp3"}, fabric.End{Device: "leaf3", Port: "swp52"}
	if !slices.Contains(o.Plan().Links, fabric.Link{A: spine, B: leaf}) {
		t.Fatalf("no cable from %v to %v in %v", spine, leaf, o.Plan().Links)
	}
	has := func(down map[fabric.End]bool, at, peer fabric.End) bool {
		return slices.ContainsFunc(o.PlannedNeighbours(at.Device, down), func(n fabric.Neighbour) bool {
			return n.LocalPort == at.Port && n.Name == peer.Device && n.PortID == peer.Port
		})
	}
	if !has(nil, spine, leaf) || !has(nil, leaf, spine) {
		t.Error("the ends of a cable do not see each other")
	}
	down := map[fabric.End]bool{leaf: true}
	if has(down, spine, leaf) || has(down, leaf, spine) {
		t.Error("the ends of a cable see each other though one is down")
	}
}

func TestHostsAnnouncePortsInBothWays(t *testing.T) {
	rows := (fabric.Options{}).PlannedNeighbours("leaf2", nil)
	byName := map[string]fabric.Neighbour{}
	for _, r := range rows {
		byName[r.Name] = r
	}
	if n := byName["alpha-n1"]; n.PortSubtype != 3 || n.PortID != "02:6e:73:03:01:0c" || n.PortDescription != "ens2" || n.ChassisID != "02:6e:73:03:01:0b" {
		t.Errorf("a host with lldpd's defaults: %+v", n)
	}
	if n := byName["alpha-n2"]; n.PortSubtype != 5 || n.PortID != "ens1" || n.PortDescription != "to leaf2 swp2" {
		t.Errorf("a host that names its ports: %+v", n)
	}
}

func TestOptionsSayWhatIsWrong(t *testing.T) {
	host := func(name, nic, leaf, port, address string) fabric.Host {
		return fabric.Host{Name: name, NICs: []fabric.NIC{{Name: nic, Leaf: leaf, Port: port, Address: netip.MustParsePrefix(address)}}}
	}
	good := host("h1", "ens1", "leaf1", "swp1", "10.10.1.5/24")
	for want, o := range map[string]fabric.Options{
		`prefix "N S"`:                           {Prefix: "N S"},
		"management LAN 10.0.0.0/16":             {Management: netip.MustParsePrefix("10.0.0.0/16")},
		"management LAN 10.0.0.7/24":             {Management: netip.MustParsePrefix("10.0.0.7/24")},
		"host h1: there are two":                 {Hosts: []fabric.Host{good, good}},
		`host "spine1"`:                          {Hosts: []fabric.Host{host("spine1", "ens1", "leaf1", "swp1", "10.10.1.5/24")}},
		`host "patch"`:                           {Hosts: []fabric.Host{host("patch", "ens1", "leaf1", "swp1", "10.10.1.5/24")}},
		`host ""`:                                {Hosts: []fabric.Host{host("", "ens1", "leaf1", "swp1", "10.10.1.5/24")}},
		"host h1: has no NIC":                    {Hosts: []fabric.Host{{Name: "h1"}}},
		`NIC "eth0"`:                             {Hosts: []fabric.Host{host("h1", "eth0", "leaf1", "swp1", "10.10.1.5/24")}},
		`no leaf "spine1"`:                       {Hosts: []fabric.Host{host("h1", "ens1", "spine1", "swp1", "10.10.1.5/24")}},
		`leaf1 has no host port "swp51"`:         {Hosts: []fabric.Host{host("h1", "ens1", "leaf1", "swp51", "10.10.1.5/24")}},
		"leaf1 swp1 has h1 ens1 plugged in":      {Hosts: []fabric.Host{good, host("h2", "ens1", "leaf1", "swp1", "10.10.1.6/24")}},
		"fd00::1/64 is not an IPv4 address with": {Hosts: []fabric.Host{host("h1", "ens1", "leaf1", "swp1", "fd00::1/64")}},
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want one with %q", err, want)
		}
	}
	if err := (fabric.Options{Hosts: []fabric.Host{good}}).Check(); err != nil {
		t.Error(err)
	}
}
