package corpus_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/test/corpus"
)

// networkFacts are what OpenNMS's tests assert of a network: expected.json.
type networkFacts struct {
	Tests   []networkTest `json:"tests"`
	Devices []struct {
		Name    string  `json:"name"`
		Address *string `json:"address"`
		Capture string  `json:"capture"`
	} `json:"devices"`
	Rows     []rowFact `json:"lldp_rows"`
	Elements []struct {
		Device    string `json:"device"`
		ChassisID string `json:"chassis_id"`
		SysName   string `json:"sysname"`
	} `json:"lldp_elements"`
	Pairs *struct {
		Value int `json:"value"`
	} `json:"lldp_pairs_found"`
	Links []struct {
		A, B struct {
			Device string `json:"device"`
			Port   string `json:"port"`
		}
	} `json:"lldp_links"`
	ARP []struct {
		IP      string `json:"ip"`
		IfIndex uint32 `json:"ifIndex"`
	} `json:"arp_rows"`
	AllARP *struct {
		Value int `json:"value"`
	} `json:"arp_rows_total"`
	Area []struct {
		Device string `json:"device"`
		Area   string `json:"area"`
	} `json:"ospf_area"`
	Bridges []struct {
		A, B struct {
			Device string `json:"device"`
			Port   int    `json:"bridge_port"`
		}
	} `json:"bridge_links"`
}

// networkTest is one of them: devices are collected one after the other, and
// in between counts are asserted of all that was collected so far.
type networkTest struct {
	Name   string `json:"test"`
	Agents []struct {
		Capture string `json:"capture"`
	} `json:"agents"`
	Events []struct {
		Do       string `json:"do"`
		Device   string `json:"device"`
		Expect   string `json:"expect"`
		Protocol string `json:"protocol"`
		Port     int    `json:"bridge_port"`
		Value    any    `json:"value"`
	} `json:"events"`
}

// rowFact is a decoded row of lldpRemTable.
type rowFact struct {
	Device     string `json:"device"`
	PortNum    uint32 `json:"local_port_num"`
	LocalID    string `json:"local_port_id"`
	LocalIndex uint32 `json:"local_ifindex"`
	LocalSub   string `json:"local_port_id_subtype"`
	LocalDescr string `json:"local_port_descr"`
	ChassisID  string `json:"remote_chassis_id"`
	ChassisSub string `json:"remote_chassis_id_subtype"`
	PortID     string `json:"remote_port_id"`
	PortSub    string `json:"remote_port_id_subtype"`
	PortDescr  string `json:"remote_port_descr"`
	SysName    string `json:"remote_sysname"`
}

func readFacts(t *testing.T, network string) networkFacts {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus.Dir(t, "networks", network), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f networkFacts
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// captureOf is the recording of a device, in one of the folders if they are
// told apart.
func (f networkFacts) captureOf(device, dir string) (string, bool) {
	for _, d := range f.Devices {
		if strings.EqualFold(d.Name, device) && (dir == "" || filepath.Dir(d.Capture) == dir) {
			return d.Capture, true
		}
	}
	return "", false
}

// lldpDir is the folder of the captures that the test of LLDP links reads.
func (f networkFacts) lldpDir(network string) string {
	for _, test := range f.Tests {
		if strings.Contains(test.Name, "Lldp") && len(test.Agents) > 0 {
			return filepath.Base(filepath.Dir(test.Agents[0].Capture))
		}
	}
	return network
}

func TestNetworks(t *testing.T) {
	corpus.Dir(t)
	y := newTally()
	for _, network := range []string{"nms0000", "nms0001", "nms007", "nms0123", "nms0002ciscojuniper", "nms102", "nms13593", "nms4930", "nms7563", "nms8000"} {
		t.Run(network, func(t *testing.T) { checkNetwork(t, y, network) })
	}
	y.print(t, "OpenNMS")
	if all := y.total(); all.agreed != all.asserted || all.asserted < 150 {
		t.Errorf("%d of %d facts agree", all.agreed, all.asserted)
	}
}

func checkNetwork(t *testing.T, y *tally, network string) {
	t.Helper()
	f := readFacts(t, network)
	for _, test := range f.Tests {
		checkSteps(t, y, network, f, test)
	}
	d := replay(t, corpus.Dir(t, "networks", network))
	for _, row := range f.Rows {
		checkRow(t, y, network, f, d, row)
	}
	for _, e := range f.Elements {
		capture, _ := f.captureOf(e.Device, "")
		v, _ := d.of(capture)
		y.fact(t, network, "LLDP element", bare(v.ChassisID) == e.ChassisID && v.Name == e.SysName,
			"%s is %q %q, want %q %q", e.Device, v.ChassisID, v.Name, e.ChassisID, e.SysName)
	}
	if f.Pairs != nil {
		got := len(replay(t, corpus.Dir(t, "networks", f.lldpDir(network))).Links)
		y.fact(t, network, "pairs of LLDP rows", got == f.Pairs.Value, "%d links, want %d", got, f.Pairs.Value)
	}
	checkTables(t, y, network, f, d)
	checkBridges(t, y, network, f, d)
	for _, l := range f.Links {
		want := pairOf(d, f, l.A.Device, l.A.Port, l.B.Device, l.B.Port)
		y.fact(t, network, "LLDP link", slices.ContainsFunc(d.Links, func(l link) bool { return pair(l.A, l.B) == want }),
			"no link %s", want)
	}
}

// checkSteps replays the peer's order of collection. What was read of one
// device does not depend on the others, so rows are counted in one reading of
// all; links are those of just the devices collected so far.
func checkSteps(t *testing.T, y *tally, network string, f networkFacts, test networkTest) {
	t.Helper()
	dir := network
	if len(test.Agents) > 0 {
		dir = filepath.Base(filepath.Dir(test.Agents[0].Capture))
	}
	var collected []string // recordings
	lastProtocol := ""
	var all discovery
	for _, e := range test.Events {
		if e.Do == "collect" {
			capture, ok := f.captureOf(e.Device, dir)
			if !ok {
				continue // A device whose capture is not there; the peer has no rows of it either.
			}
			collected = append(collected, recording(capture))
		}
		if e.Do == "update_topology" {
			lastProtocol = e.Protocol
		}
		want, ok := e.Value.(float64)
		if !ok {
			continue
		}
		if len(collected) > 0 && all.Devices == nil {
			all = replay(t, corpus.Dir(t, "networks", dir))
		}
		got := 0
		var kind string
		switch {
		case e.Expect == "lldp_remote_rows":
			kind = "LLDP rows"
			for _, c := range collected {
				got += len(all.heard(c, "lldp"))
			}
		case e.Expect == "lldp_elements":
			kind = "LLDP elements"
			for _, c := range collected {
				if v, _ := all.of(c); v.ChassisID != "" {
					got++
				}
			}
		case e.Expect == "topology_vertices" && len(collected) > 0 && lastProtocol == "LLDP":
			kind = "vertices of LLDP"
			for _, c := range collected {
				if v, _ := all.of(c); v.ChassisID != "" {
					got++
				}
			}
		case e.Expect == "cdp_rows":
			kind = "CDP rows"
			for _, c := range collected {
				got += len(all.heard(c, "cdp"))
			}
		case e.Expect == "isis_adjacency_rows" && len(collected) > 0:
			kind = "IS-IS rows"
			got = replay(t, corpus.Dir(t, "networks", dir), collected...).adjacencyRows("isis")
		case e.Expect == "topology_edges" && len(collected) > 0 && lastProtocol == "LLDP":
			kind = "edges"
			d := replay(t, corpus.Dir(t, "networks", dir), collected...)
			got = len(d.Links)
			noLinkUnheard(t, y, network, d)
		default:
			continue
		}
		y.fact(t, network, kind, got == int(want), "%s: %d after %s, want %v", test.Name, got, last(collected), want)
	}
}

func last(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return list[len(list)-1]
}

// noLinkUnheard asks of the pairs of devices with links between them that they
// are just those of which one hears the other.
func noLinkUnheard(t *testing.T, y *tally, network string, d discovery) {
	t.Helper()
	byChassis := map[string]string{}
	for _, v := range d.Devices {
		byChassis[v.ChassisID] = v.ID
	}
	heard, linked := map[string]bool{}, map[string]bool{}
	for _, n := range d.Neighbours {
		if far := byChassis[n.ChassisID]; far != "" && far != n.Device {
			heard[min(far, n.Device)+" "+max(far, n.Device)] = true
		}
	}
	for _, l := range d.Links {
		linked[min(l.A.Device, l.B.Device)+" "+max(l.A.Device, l.B.Device)] = true
	}
	y.fact(t, network, "pairs with links", maps.Equal(heard, linked), "%v, want %v", linked, heard)
}

// pairOf is the name of a link between two devices as the facts name them.
func pairOf(d discovery, f networkFacts, deviceA, portA, deviceB, portB string) string {
	at := func(name, port string) end {
		capture, _ := f.captureOf(name, "")
		v, _ := d.of(capture)
		return end{v.ID, port}
	}
	return pair(at(deviceA, portA), at(deviceB, portB))
}

func pair(a, b end) string {
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	return min(x, y) + " " + max(x, y)
}

// checkRow looks for a decoded row: the peer names the local port by numbers,
// we by its name, so the row is found by what it says of the neighbour.
func checkRow(t *testing.T, y *tally, network string, f networkFacts, d discovery, want rowFact) {
	t.Helper()
	capture, _ := f.captureOf(want.Device, "")
	v, _ := d.of(capture)
	var names []string // what the local port may be called
	for _, p := range v.Ports {
		if want.LocalIndex != 0 && p.IfIndex == want.LocalIndex {
			names = append(names, p.Name, p.Descr)
		}
	}
	names = append(names, want.LocalID, want.LocalDescr)
	if want.LocalID == "" && want.LocalDescr == "" {
		names = append(names, "") // nothing is asserted of it
	}
	found := slices.ContainsFunc(d.heard(capture, "lldp"), func(n neighbour) bool {
		return agree(bare(n.ChassisID), want.ChassisID) && agree(n.Name, want.SysName) && agree(n.PortDescr, want.PortDescr) &&
			(bare(n.PortID) == want.PortID || n.PortID == want.PortID) &&
			(want.PortSub == "" || n.PortIDType == portSubtypes()[want.PortSub]) &&
			(want.ChassisSub == "" || n.ChassisIDType == chassisSubtypes()[want.ChassisSub]) &&
			slices.ContainsFunc(names, func(name string) bool { return agree(n.LocalPort, name) })
	})
	y.fact(t, network, "LLDP row", found, "no %+v among %+v", want, d.heard(capture, "lldp"))
}

// agree says whether a value is as asserted, or nothing is.
func agree(got, want string) bool { return want == "" || got == want }

func bare(mac string) string { return strings.ReplaceAll(mac, ":", "") }

func portSubtypes() map[string]uint8 {
	return map[string]uint8{"interfacealias": 1, "portcomponent": 2, "macaddress": 3, "networkaddress": 4, "interfacename": 5, "agentcircuitid": 6, "local": 7}
}

func chassisSubtypes() map[string]uint8 {
	return map[string]uint8{"chassiscomponent": 1, "interfacealias": 2, "portcomponent": 3, "macaddress": 4, "networkaddress": 5, "interfacename": 6, "local": 7}
}
