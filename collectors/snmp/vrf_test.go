package snmp_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// instance is what a router says of one VRF: one row of ARP on an interface, and
// one BGP session in an AS.
func instance(ifIndex int, last byte, as int32) device {
	d := device{"1.3.6.1.2.1.15.2.0": snmpagent.Integer(65001)}
	d[fmt.Sprintf("1.3.6.1.2.1.4.22.1.2.%d.10.0.0.9", ifIndex)] = snmpagent.Octets([]byte{2, 0, 0, 0, 9, last})
	d[fmt.Sprintf("1.3.6.1.2.1.4.22.1.4.%d.10.0.0.9", ifIndex)] = snmpagent.Integer(3)
	d["1.3.6.1.2.1.15.3.1.2.10.0.0.9"] = snmpagent.Integer(6)
	d["1.3.6.1.2.1.15.3.1.9.10.0.0.9"] = snmpagent.Integer(as)
	return d
}

// router is a leaf with rows in its default instance that says which VRFs it has
// as Junos does.
func router(vrfs ...string) device {
	d := leaf()
	maps.Copy(d, instance(2, 1, 65101))
	d[sys+"2.0"] = snmpagent.ObjectID(snmpagent.MustOID("1.3.6.1.4.1.2636.1.1.1.2.1"))
	for _, name := range vrfs {
		d["1.3.6.1.2.1.10.166.11.1.2.2.1.6"+indexOf(name)] = snmpagent.Integer(1)
	}
	return d
}

func indexOf(name string) string {
	index := fmt.Sprintf(".%d", len(name))
	for _, c := range []byte(name) {
		index += fmt.Sprintf(".%d", c)
	}
	return index
}

// inVRFs are rows as "VRF address last octet of the MAC" and "VRF peer AS".
func inVRFs(res *snmp.Result) (out []string) {
	for _, a := range snmp.Of[snmp.AddressTable](res) {
		for _, r := range a.List {
			out = append(out, fmt.Sprintf("arp %q %s %d", a.VRF, r.Address, r.MAC[5]))
		}
	}
	for _, b := range snmp.Of[snmp.BGP](res) {
		for _, p := range b.Peers {
			out = append(out, fmt.Sprintf("bgp %q %s %d", p.VRF, p.Remote, p.RemoteAS))
		}
	}
	slices.Sort(out)
	return out
}

func wantRows(t *testing.T, res *snmp.Result, want ...string) {
	t.Helper()
	if got := inVRFs(res); !slices.Equal(got, want) {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

func wantReport(t *testing.T, res *snmp.Result, table string, state api.State, says string) {
	t.Helper()
	if r := tableOf(t, res, table); r.State != state || r.Err == nil || !strings.Contains(r.Err.Error(), says) {
		t.Errorf("%s is %v: %v; want %v, %q", table, r.State, r.Err, state, says)
	}
}

// The same address in two VRFs is two things; of VRFs that cannot be read that is
// said, and nothing else.
func TestVRFsByCommunity(t *testing.T) {
	a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{
		"public": router("red", "mute", "same").view(), "red@public": instance(3, 2, 65102).view(),
		"same@public": router().view(), "b-ctx@public": instance(3, 3, 65103).view(),
	}})
	cfg := configOf(a, "r1")
	cfg.Timeout, cfg.Retries = 50*time.Millisecond, -1
	cfg.VRFs = []snmp.VRF{{Name: "blue", Context: "b-ctx"}}
	res, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, res, `arp "" 10.0.0.9 1`, `arp "blue" 10.0.0.9 3`, `arp "red" 10.0.0.9 2`,
		`bgp "" 10.0.0.9 65101`, `bgp "blue" 10.0.0.9 65103`, `bgp "red" 10.0.0.9 65102`)
	for _, table := range []string{"arp", "bgp"} {
		wantReport(t, res, table+"@mute", api.StateForbidden, "VRF mute: its context did not answer")
		wantReport(t, res, table+"@same", api.StateUnsupported, "VRF same: the agent answers with the rows of the default instance")
	}
	scopes := map[string]bool{}
	for _, o := range res.Observations(cfg) {
		for _, c := range o.Put {
			switch {
			case c.Bindings != nil && c.Bindings.VRF != o.Scope.Context, c.Session != nil && c.Session.VRF != o.Scope.Context:
				t.Errorf("%v holds %+v", o.Scope, c)
			case c.Bindings != nil:
				scopes[o.Scope.Context+" "+c.Key] = true
			}
		}
	}
	if !scopes["red arp/red/swp2"] || !scopes["blue arp/blue/swp2"] || !scopes[" arp//swp1"] || len(scopes) != 3 {
		t.Errorf("%v", scopes)
	}
}

func TestVRFsBySNMPv3(t *testing.T) {
	d := router()
	d["1.3.6.1.4.1.9.9.468.1.1.1.2"+indexOf("ctx-red")] = snmpagent.Text("red")
	d["1.3.6.1.4.1.9.9.468.1.1.1.2"+indexOf("ctx-lost")] = snmpagent.Text("lost")
	ours, theirs := user(snmp.SHA256, snmp.AES128, d.view())
	theirs.Contexts = map[string]snmpagent.View{"ctx-red": instance(3, 2, 65102).view()}
	a := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{theirs}, Views: map[string]snmpagent.View{"public": d.view()}})
	cfg := snmp.Config{
		Name: "r1", Address: a.Addr().String(), Timeout: 200 * time.Millisecond, Credentials: []snmp.Credentials{ours},
	}
	res, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, res, `arp "" 10.0.0.9 1`, `arp "red" 10.0.0.9 2`, `bgp "" 10.0.0.9 65101`, `bgp "red" 10.0.0.9 65102`)
	wantReport(t, res, "arp@lost", api.StateForbidden, "VRF lost: ")

	cfg = configOf(a, "r1") // By community nobody knows how to ask for that context.
	if res, err = snmp.Collect(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	wantRows(t, res, `arp "" 10.0.0.9 1`, `bgp "" 10.0.0.9 65101`)
	wantReport(t, res, "bgp@red", api.StateUnsupported, "by SNMPv3 alone")
}

// There are only so many contexts, and three that are silent are enough.
func TestManyVRFs(t *testing.T) {
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("vrf%02d", i))
	}
	a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": router(names...).view()}})
	cfg := configOf(a, "r1")
	cfg.Timeout, cfg.Retries = 50*time.Millisecond, -1
	res, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantReport(t, res, "vrf", api.StateSyncing, "8 VRFs beyond the first 32 are left out")
	wantReport(t, res, "arp@vrf03", api.StateForbidden, "not asked: 3 contexts before it did not answer")
}

// A context that falls silent keeps what it said; a VRF that goes takes it along.
func TestVRFsAreFollowed(t *testing.T) {
	a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{
		"public": router("red", "blue").view(), "red@public": instance(3, 2, 65102).view(), "blue@public": instance(3, 3, 65103).view(),
	}})
	s, cfg := newSink(), quick(a, "r1")
	cfg.TableInterval, cfg.InventoryInterval = 100*time.Millisecond, 100*time.Millisecond
	runPool(t, s, nil, cfg)
	has := func(h *held) bool { return h.state == api.StateLive && len(h.claims) == 1 }
	s.await(t, "r1", "arp@red", "one claim", has)
	s.await(t, "r1", "bgp@blue", "one claim", has)
	router("blue").show(t, a)
	s.await(t, "r1", "arp@red", "nothing", func(h *held) bool { return h.state == api.StateLive && len(h.claims) == 0 })
	s.await(t, "r1", "arp@blue", "one claim", has)
	router("red", "blue").show(t, a)
	s.await(t, "r1", "arp@red", "one claim again", has)
	if err := a.SetView("blue@public", router("blue").view()); err != nil {
		t.Fatal(err)
	}
	s.await(t, "r1", "arp@blue", "stale, with its claim", func(h *held) bool { return h.state == api.StateStale && len(h.claims) == 1 })
}

func TestIndexText(t *testing.T) {
	for want, index := range map[string][]uint32{
		"red": {3, 'r', 'e', 'd'}, "blue": {'b', 'l', 'u', 'e'}, "": {2, 'r', 'e', 'd'},
	} {
		if got := snmp.IndexText(index); got != want {
			t.Errorf("%v: got %q, want %q", index, got, want)
		}
	}
}
