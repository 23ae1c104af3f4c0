package corpus_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netseam/netseam/test/corpus"
)

// checkTables compares rows of address tables and areas.
func checkTables(t *testing.T, y *tally, network string, f networkFacts, d discovery) {
	t.Helper()
	for _, want := range f.ARP {
		found := false
		for _, got := range d.ARP {
			found = found || got.IP == want.IP && portOf(d, got.Device, got.Port).IfIndex == want.IfIndex
		}
		y.fact(t, network, "ARP row", found, "no %+v among %+v", want, d.ARP)
	}
	if f.AllARP != nil {
		rows := map[string]int{} // device -> rows: the peer counts those of one
		for _, r := range d.ARP {
			rows[r.Device]++
		}
		y.fact(t, network, "ARP rows", slices.Contains(slices.Collect(maps.Values(rows)), f.AllARP.Value), "%v, want %d", rows, f.AllARP.Value)
	}
	for _, want := range f.Area {
		capture, _ := f.captureOf(want.Device, "")
		v, _ := d.of(capture)
		found := false
		for _, got := range d.Routing {
			found = found || got.Protocol == "ospf" && got.A.Device == v.ID && got.Area == want.Area
		}
		y.fact(t, network, "OSPF area", found, "no area %s of %s", want.Area, want.Device)
	}
}

func portOf(d discovery, device, name string) port {
	for _, v := range d.Devices {
		if i := slices.IndexFunc(v.Ports, func(p port) bool { return p.Name == name }); v.ID == device && i >= 0 {
			return v.Ports[i]
		}
	}
	return port{}
}

// checkBridges compares where the peer finds MACs, with each bridge alone. A MAC
// that a bridge has on two ports is on none.
func checkBridges(t *testing.T, y *tally, network string, f networkFacts, d discovery) {
	t.Helper()
	for _, test := range f.Tests {
		device, alone := strings.CutPrefix(test.Name[strings.LastIndexByte(test.Name, '.')+1:], "checkTopologyD")
		if !alone {
			continue
		}
		device = "d" + device
		capture, ok := f.captureOf(device, "")
		if !ok {
			t.Fatalf("%s: expected.json names no capture of %s", test.Name, device)
		}
		one := replay(t, corpus.Dir(t, "networks", network), recording(capture))
		ports := map[string]map[string]bool{} // MAC -> ports
		for _, r := range one.FDB {
			if ports[r.MAC] == nil {
				ports[r.MAC] = map[string]bool{}
			}
			ports[r.MAC][r.Port] = true
		}
		on := map[string]int{} // port -> MACs only there
		for _, where := range ports {
			for p := range where {
				if len(where) == 1 {
					on[p]++
				}
			}
		}
		all := 0
		for _, n := range on {
			all += n
		}
		for _, e := range test.Events {
			want, _ := e.Value.(float64)
			switch e.Expect {
			case "bridge_mac_links_on_port":
				got := on[strconv.Itoa(e.Port)]
				y.fact(t, network, "MACs of a port", got == int(want), "%s: %d on port %d, want %v", test.Name, got, e.Port, want)
			case "bridge_mac_links":
				y.fact(t, network, "MACs of a bridge", all == int(want), "%s: %d, want %v", test.Name, all, want)
			case "bridge_bridge_links":
				y.fact(t, network, "bridge links", len(one.Links) == int(want), "%s: %+v, want %v", test.Name, one.Links, want)
			}
		}
	}
	checkTogether(t, y, network, f, d)
	for _, want := range f.Bridges {
		end := func(name string, port int) end {
			capture, _ := f.captureOf(name, "")
			v, _ := d.of(capture)
			return end{v.ID, strconv.Itoa(port)}
		}
		key := pair(end(want.A.Device, want.A.Port), end(want.B.Device, want.B.Port))
		found := slices.ContainsFunc(d.Links, func(l link) bool { return pair(l.A, l.B) == key })
		y.fact(t, network, "bridge link", found, "no link %s among %+v", key, d.Links)
	}
}

// checkTogether compares on which ports MACs are with all bridges together, but
// for the ports of the link between them, of which the peer has two opinions.
func checkTogether(t *testing.T, y *tally, network string, f networkFacts, d discovery) {
	t.Helper()
	trunks := map[string]bool{}
	for _, l := range f.Bridges {
		trunks[l.A.Device+strconv.Itoa(l.A.Port)], trunks[l.B.Device+strconv.Itoa(l.B.Port)] = true, true
	}
	for _, test := range f.Tests {
		if !strings.HasSuffix(test.Name, ".checkTopology") {
			continue
		}
		for _, e := range test.Events {
			want, ok := e.Value.(float64)
			if !ok || e.Expect != "bridge_mac_links_on_port" || trunks[e.Device+strconv.Itoa(e.Port)] {
				continue
			}
			capture, _ := f.captureOf(e.Device, "")
			v, _ := d.of(capture)
			got := 0
			for _, a := range d.Attachments {
				if a.Device == v.ID && a.Port == strconv.Itoa(e.Port) {
					got++
				}
			}
			// The peer takes routers' virtual MACs for stations; they are set apart.
			for _, r := range d.FDB {
				if r.Device == v.ID && r.Port == strconv.Itoa(e.Port) && strings.HasPrefix(r.MAC, "00:00:0c:07:ac:") {
					got++
				}
			}
			y.fact(t, network, "MACs at edge ports", got == int(want), "%d at %s port %d, want %v", got, e.Device, e.Port, want)
		}
	}
}
