package corpus_test

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netseam/netseam/test/corpus"
)

// deviceFacts are what LibreNMS records of one device, of what netseam reads
// too. A module that is absent records nothing.
type deviceFacts struct {
	OS struct {
		Devices []struct {
			Name     string `json:"sysName"`
			ObjectID string `json:"sysObjectID"`
		} `json:"devices"`
	} `json:"os"`
	Ports struct {
		Ports []struct {
			IfIndex uint32 `json:"ifIndex"`
			Name    string `json:"ifName"`
			Descr   string `json:"ifDescr"`
			Oper    string `json:"ifOperStatus"`
			Alias   string `json:"ifAlias"`
		} `json:"ports"`
	} `json:"ports"`
	VLANs struct {
		VLANs []struct {
			ID   int    `json:"vlan_vlan"`
			Name string `json:"vlan_name"`
		} `json:"vlans"`
		Ports []struct {
			VLAN     int `json:"vlan"`
			BasePort int `json:"baseport"`
			Untagged int `json:"untagged"`
		} `json:"ports_vlans"`
	} `json:"vlans"`
	FDB struct {
		Rows []struct {
			MAC     string `json:"mac_address"`
			IfIndex uint32 `json:"ifIndex"`
			VLAN    int    `json:"vlan_vlan"`
		} `json:"ports_fdb"`
	} `json:"fdb-table"`
	Neighbours struct {
		Links []struct {
			Protocol string `json:"protocol"`
			Name     string `json:"remote_hostname"`
			Port     string `json:"remote_port"`
			IfName   string `json:"ifName"`
			IfDescr  string `json:"ifDescr"`
		} `json:"links"`
	} `json:"discovery-protocols"`
	BGP struct {
		Peers []struct {
			Address  string `json:"bgpPeerIdentifier"`
			RemoteAS uint32 `json:"bgpPeerRemoteAs"`
		} `json:"bgpPeers"`
	} `json:"bgp-peers"`
	ARP struct {
		Rows []struct {
			MAC string `json:"mac_address"`
			IP  string `json:"ipv4_address"`
		} `json:"ipv4_mac"`
	} `json:"arp-table"`
	IPv4 struct {
		Rows []struct {
			Address string `json:"ipv4_address"`
			Bits    int    `json:"ipv4_prefixlen"`
			IfIndex uint32 `json:"ifIndex"`
		} `json:"ipv4_addresses"`
	} `json:"ipv4-addresses"`
	IPv6 struct {
		Rows []struct {
			Address string `json:"ipv6_address"`
			IfIndex uint32 `json:"ifIndex"`
		} `json:"ipv6_addresses"`
	} `json:"ipv6-addresses"`
	Parts struct {
		Rows []struct {
			Index       int    `json:"entPhysicalIndex"`
			Descr       string `json:"entPhysicalDescr"`
			Class       string `json:"entPhysicalClass"`
			Name        string `json:"entPhysicalName"`
			Model       string `json:"entPhysicalModelName"`
			Serial      string `json:"entPhysicalSerialNum"`
			ContainedIn int    `json:"entPhysicalContainedIn"`
		} `json:"entPhysical"`
	} `json:"entity-physical"`
	Stack struct {
		Rows []struct {
			High uint32 `json:"high_ifIndex"`
			Low  uint32 `json:"low_ifIndex"`
		} `json:"ports_stack"`
	} `json:"ports-stack"`
	ISIS struct {
		Rows []struct {
			IfIndex  uint32 `json:"ifIndex"`
			State    string `json:"isisISAdjState"`
			SystemID string `json:"isisISAdjNeighSysID"`
		} `json:"isis_adjacencies"`
	} `json:"isis"`
	OSPF struct {
		Rows []struct {
			Address  string `json:"ospfNbrIpAddr"`
			RouterID string `json:"ospfNbrRtrId"`
			State    string `json:"ospfNbrState"`
		} `json:"ospf_nbrs"`
	} `json:"ospf"`
	STP struct {
		Ports []struct {
			Port    int    `json:"port_index"`
			State   string `json:"state"`
			IfIndex uint32 `json:"ifIndex"`
		} `json:"ports_stp"`
	} `json:"stp"`
}

// agreement compares one device.
type agreement struct {
	t     *testing.T
	y     *tally
	name  string
	facts deviceFacts
	d     discovery
	v     device
	ports map[uint32]port
}

func TestDevices(t *testing.T) {
	dir := corpus.Dir(t, "devices")
	d := replay(t, dir)
	y := newTally()
	for _, v := range d.Devices {
		name := recording(v.Capture)
		text, err := os.ReadFile(filepath.Join(dir, name+".expected.json"))
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Expected deviceFacts `json:"expected"`
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a := agreement{t: t, y: y, name: name, facts: want.Expected, d: d, v: v, ports: map[uint32]port{}}
		for _, p := range v.Ports {
			a.ports[p.IfIndex] = p
		}
		a.compare()
	}
	y.print(t, "LibreNMS")
	for _, kind := range []string{"port", "VLAN", "port in VLAN", "FDB row", "neighbour", "BGP peer"} {
		if c := y.of(kind); c.asserted == 0 || c.agreed*100 < c.asserted*98 {
			t.Errorf("%s: %d of %d facts agree", kind, c.agreed, c.asserted)
		}
	}
	if all := y.total(); len(d.Devices) < 41 || all.asserted < 10_000 || all.agreed*100 < all.asserted*98 {
		t.Errorf("%d of %d facts agree, of %d devices", all.agreed, all.asserted, len(d.Devices))
	}
}

func (a *agreement) fact(kind string, agrees bool, format string, args ...any) {
	a.t.Helper()
	a.y.fact(a.t, a.name, kind, agrees, format, args...)
}

// named is the interface with an index, by its name.
func (a *agreement) named(ifIndex uint32) string { return a.ports[ifIndex].Name }

func (a *agreement) compare() {
	a.t.Helper()
	for _, want := range a.facts.OS.Devices {
		a.fact("name and kind", a.v.Name == want.Name && a.v.ObjectID == strings.TrimPrefix(want.ObjectID, "."), "%+v, want %+v", a.v, want)
	}
	a.interfaces()
	a.vlans()
	a.neighbours()
	a.addresses()
	a.tables()
	a.routing()
	a.parts()
}

func (a *agreement) interfaces() {
	a.t.Helper()
	for _, want := range a.facts.Ports.Ports {
		got, ok := a.ports[want.IfIndex]
		same := ok && (want.Oper == "" || got.Oper == want.Oper) && (loose(got.Name) == loose(want.Name) || loose(got.Descr) == loose(want.Name))
		a.fact("port", same, "%+v, want %+v", got, want)
		if ok && want.Alias != "" {
			// The peer puts description or name where there is no alias.
			a.fact("alias of a port", loose(cmp.Or(got.Alias, got.Descr, got.Name)) == loose(want.Alias), "%+v, want %+v", got, want)
		}
	}
	for _, want := range a.facts.Stack.Rows {
		// The peer calls ifStackLowerLayer high, and the other way round.
		lower, higher := want.High, want.Low
		name := a.named(lower)
		if name == "" {
			name = strconv.Itoa(int(lower)) // No interface, though it is stacked on.
		}
		a.fact("stack", slices.Contains(a.ports[higher].Lower, name), "%d on %d: %v", higher, lower, a.ports[higher])
	}
	for _, want := range a.facts.STP.Ports {
		got := a.ports[want.IfIndex]
		a.fact("STP port", got.STP == want.State, "%+v, want %+v", got, want)
	}
}

// loose is a name without what the peer takes away.
func loose(name string) string {
	return strings.ToLower(strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(name, `"`, ""), `\`, "")))
}

func (a *agreement) vlans() {
	a.t.Helper()
	for _, want := range a.facts.VLANs.VLANs {
		found := false
		for _, got := range a.d.VLANs {
			found = found || got.Device == a.v.ID && got.ID == want.ID &&
				(loose(got.Name) == loose(want.Name) || got.Name == "" && strings.EqualFold(strings.ReplaceAll(want.Name, " ", ""), "vlan"+strconv.Itoa(want.ID)))
		}
		a.fact("VLAN", found, "no %+v", want)
	}
	for _, want := range a.facts.VLANs.Ports {
		i := slices.IndexFunc(a.v.Ports, func(p port) bool { return p.BasePort == want.BasePort })
		if want.BasePort == 0 {
			continue // The peer names no port.
		}
		if i < 0 {
			a.fact("port in VLAN", false, "no port of the bridge: %+v", want)
			continue
		}
		p := a.v.Ports[i]
		in := slices.Contains(p.VLANs, want.VLAN) || p.VLANs == nil && slices.Contains(p.Untagged, want.VLAN) // All of a trunk's may not be known.
		a.fact("port in VLAN", in && slices.Contains(p.Untagged, want.VLAN) == (want.Untagged == 1),
			"%+v, want %+v", p, want)
	}
}

func (a *agreement) neighbours() {
	a.t.Helper()
	for _, want := range a.facts.Neighbours.Links {
		found := slices.ContainsFunc(a.d.Neighbours, func(n neighbour) bool {
			return n.Device == a.v.ID && n.Protocol == want.Protocol && a.portIs(n.LocalPort, want.IfName, want.IfDescr) &&
				(n.Name == want.Name || n.ChassisID == want.Name || n.Name == "" || strings.HasPrefix(n.ChassisID, want.Name)) &&
				farPortIs(n, want.Port)
		})
		a.fact("neighbour", found, "no %+v", want)
	}
}

// farPortIs says whether the far port is the one that the peer names, with the
// neighbour's MAC in brackets behind it where it does not know the neighbour.
// MACs it writes in three ways, and octets that it takes for none in hexadecimal.
// A hypervisor whose chassis ID is the NIC's name has that for the port's.
func farPortIs(n neighbour, name string) bool {
	if i := strings.LastIndex(name, " ("); i > 0 && strings.HasSuffix(name, ")") {
		name = name[:i]
	}
	plain := func(s string) string { return strings.ToLower(strings.NewReplacer(" ", "", ":", "").Replace(s)) }
	octets, err := hex.DecodeString(plain(name))
	return plain(name) == plain(n.PortID) || plain(name) == plain(n.PortDescr) || name == n.ChassisID ||
		err == nil && strings.TrimRight(string(octets), "\x00") == n.PortID
}

// portIs says whether a port of the device is the one that the peer names.
func (a *agreement) portIs(name, ifName, ifDescr string) bool {
	if name == ifName || name == ifDescr {
		return true
	}
	return slices.ContainsFunc(a.v.Ports, func(p port) bool {
		return p.Name == name && (loose(p.Name) == loose(ifName) || loose(p.Descr) == loose(ifDescr))
	})
}

func (a *agreement) addresses() {
	a.t.Helper()
	has := func(address netip.Addr, bits int, ifIndex uint32) bool {
		for _, got := range a.v.Addresses {
			if got.Address == address.String() && (bits < 0 || got.Bits == bits) && (got.Port == a.named(ifIndex)) {
				return true
			}
		}
		return false
	}
	for _, want := range a.facts.IPv4.Rows {
		address, err := netip.ParseAddr(want.Address)
		a.fact("IPv4 address", err == nil && has(address, want.Bits, want.IfIndex), "no %+v in %v", want, a.v.Addresses)
	}
	for _, want := range a.facts.IPv6.Rows {
		address, err := netip.ParseAddr(want.Address)
		a.fact("IPv6 address", err == nil && has(address, -1, want.IfIndex), "no %+v in %v", want, a.v.Addresses)
	}
}

func (a *agreement) tables() {
	a.t.Helper()
	for _, want := range a.facts.FDB.Rows {
		found := false
		for _, got := range a.d.FDB {
			found = found || got.Device == a.v.ID && bare(got.MAC) == want.MAC && got.Port == a.named(want.IfIndex) && got.VLAN == want.VLAN
		}
		a.fact("FDB row", found, "no %+v", want)
	}
	for _, want := range a.facts.ARP.Rows {
		found := false
		for _, got := range a.d.ARP {
			found = found || got.Device == a.v.ID && bare(got.MAC) == want.MAC && got.IP == want.IP
		}
		a.fact("ARP row", found, "no %+v", want)
	}
}

func (a *agreement) routing() {
	a.t.Helper()
	for _, want := range a.facts.BGP.Peers {
		address, err := netip.ParseAddr(want.Address)
		found := false
		for _, got := range a.d.BGP {
			found = found || err == nil && got.Device == a.v.ID && got.Peer == address.String() && got.RemoteAS == want.RemoteAS
		}
		a.fact("BGP peer", found, "no %+v", want)
	}
	for _, want := range a.facts.OSPF.Rows {
		found := false
		for _, got := range a.d.Routing {
			found = found || got.A.Device == a.v.ID && got.RemoteAddress == want.Address && got.RemoteID == want.RouterID && got.State == want.State
		}
		a.fact("OSPF neighbour", found, "no %+v", want)
	}
	for _, want := range a.facts.ISIS.Rows {
		found := false
		for _, got := range a.d.Routing {
			found = found || got.A.Device == a.v.ID && got.A.Port == a.named(want.IfIndex) && got.State == want.State &&
				strings.ReplaceAll(got.RemoteID, ".", "") == strings.ReplaceAll(want.SystemID, ".", "")
		}
		a.fact("IS-IS adjacency", found, "no %+v", want)
	}
}

func (a *agreement) parts() {
	a.t.Helper()
	for _, want := range a.facts.Parts.Rows {
		found := false
		for _, got := range a.v.Parts {
			found = found || got.Index == want.Index && got.ContainedIn == want.ContainedIn && agree(got.Class, want.Class) &&
				agree(loose(got.Name), loose(want.Name)) && agree(loose(got.Descr), loose(want.Descr)) &&
				(agree(loose(got.Serial), loose(want.Serial)) || want.Serial == "<private>") && agree(loose(got.Model), loose(want.Model))
		}
		a.fact("part", found, "no %+v", want)
	}
}
