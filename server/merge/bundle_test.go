package merge_test

import (
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

func kv(key, value string) api.KV { return api.KV{Key: key, Value: value} }

// pairOf is two switches that hear each other on p1 and p2, which each of them
// bundles.
func pairOf(t *testing.T) *merge.Engine {
	t.Helper()
	e := merge.New()
	for i, name := range []string{"s1", "s2"} {
		far := []string{"s2", "s1"}[i]
		source := api.SourceID("snmp:" + name)
		s := system(name, "east")
		s[1].Vertex.Aliases[0].Scope = name
		address := []string{"10.9.0.1", "10.9.0.2"}[i]
		s[1].Vertex.Attrs = []api.KV{kv(api.AttrAddress, address), kv(api.AttrAS, "6500"+address[7:])}
		apply(t, e, 1, complete(source, "system", 1, s...)...)
		apply(t, e, 1, complete(source, "if", 1, port("p1", api.HealthOK), port("p2", api.HealthOK), lag("po1", far))...)
		apply(t, e, 1, complete(source, "lag", 1, member("p1", "po1"), member("p2", "po1"))...)
		apply(t, e, 2, complete(source, "lldp", 2, chassis(name), hears("p1", far, "p1", far), hears("p2", far, "p2", far))...)
	}
	return e
}

func TestLinksBetweenBundlesAreOneMore(t *testing.T) {
	e := pairOf(t)
	wantLine(t, e, "link east/s1/p1 -- east/s2/p1 ok 99%")
	wantLine(t, e, "link east/s1/p2 -- east/s2/p2 ok 99%")
	wantLine(t, e, "link east/s1/po1 -- east/s2/po1 ok 99% reported true true")
	wantLine(t, e, "member east/s1/p1 -- east/s1/po1 ok 100%")
	wantNoLine(t, e, "segment")
	// A member leaves: the bundle stays, with what is left.
	apply(t, e, 9, complete("snmp:s1", "lag", 9, member("p2", "po1"))...)
	wantLine(t, e, "link east/s1/po1 -- east/s2/po1 ok 99%")
	apply(t, e, 10, complete("snmp:s1", "lag", 10)...)
	wantNoLine(t, e, "po1 -- east/s2/po1")
}

func TestAggregatesWithOnePartnerAreTwins(t *testing.T) {
	e := pairOf(t)
	for _, name := range []string{"s1", "s2"} {
		apply(t, e, 5, complete(api.SourceID("snmp:"+name), "if", 5,
			port("p1", api.HealthOK), port("p2", api.HealthOK), lag("po1", "x"), lag("po7", "cc:cc"))...)
	}
	wantLine(t, e, "lag east/s1/po7", `mlag="s2 po7"`)
	wantLine(t, e, "lag east/s2/po7", `mlag="s1 po7"`)
	renamed := system("s9", "east")
	renamed[1].Vertex.Aliases[0].Scope = "s2"
	apply(t, e, 6, complete("snmp:s2", "system", 6, renamed...)...)
	wantLine(t, e, "lag east/s1/po7", `mlag="s9 po7"`)
	e.Forget("snmp:s2", at(7))
	wantNoLine(t, e, "mlag=")
}

func TestEndsThatAreSetUpDifferently(t *testing.T) {
	e := pairOf(t)
	apply(t, e, 5, complete("snmp:s1", "vlan", 5,
		api.Claim{Key: "port/p1#vlan", Vertex: &api.VertexClaim{Kind: api.VertexPort, Parent: "device", Attrs: []api.KV{kv(api.AttrPVID, "1"), kv(api.AttrVLANs, "1,10-12")}}},
		api.Claim{Key: "port/p2#vlan", Vertex: &api.VertexClaim{Kind: api.VertexPort, Parent: "device", Attrs: []api.KV{kv(api.AttrPVID, "1"), kv(api.AttrVLANs, "1,10-12")}}})...)
	wantNoLine(t, e, "mismatch")
	apply(t, e, 5, complete("snmp:s2", "vlan", 5,
		api.Claim{Key: "port/p1#vlan", Vertex: &api.VertexClaim{Kind: api.VertexPort, Parent: "device", Attrs: []api.KV{kv(api.AttrPVID, "20"), kv(api.AttrVLANs, "10,20")}}})...)
	want := map[string]bool{
		"untagged VLAN 1 at s1 p1, 20 at s2 p1": false, "VLANs 1,11-12 at s1 p1 alone": false, "VLANs 20 at s2 p1 alone": false,
	}
	for edge := range e.Snapshot().Edges() {
		for _, a := range edge.Attrs {
			if seen, expected := want[a.Value]; a.Key == api.AttrMismatch && (!expected || seen) {
				t.Errorf("unexpected: %s", a.Value)
			} else if a.Key == api.AttrMismatch {
				want[a.Value] = true
			}
		}
	}
	for text, seen := range want {
		if !seen {
			t.Errorf("nothing says %q\n%s", text, dump(e.Snapshot()))
		}
	}
}

func bgp(remote string, as uint32, health api.Health) api.Claim {
	return api.Claim{Key: "bgp//" + remote, Session: &api.Session{
		Protocol: api.SessionBGP, Device: "device", Remote: remote, RemoteAS: as, State: "established", Health: health,
	}}
}

func TestSessionsAreOneEdgeBetweenTheirSpeakers(t *testing.T) {
	e := pairOf(t)
	apply(t, e, 5, complete("snmp:s1", "bgp", 5, bgp("10.9.0.2", 65002, api.HealthOK), bgp("10.77.0.1", 65077, api.HealthDown))...)
	wantLine(t, e, "peers east/s1 -- east/s2 ok 90%", "routing s1: BGP with 10.9.0.2 AS 65002 established: address 10.9.0.2 is its own")
	apply(t, e, 6, complete("snmp:s2", "bgp", 6, bgp("10.9.0.1", 65001, api.HealthDown))...)
	wantLine(t, e, "peers east/s1 -- east/s2 down 99% reported true true")
	apply(t, e, 7, complete("snmp:s1", "bgp", 7)...)
	apply(t, e, 7, complete("snmp:s2", "bgp", 7)...)
	wantNoLine(t, e, "peers")
}

func TestOtherProtocolsEchoLLDP(t *testing.T) {
	e := pairOf(t)
	cdp := func(local, id, port string) api.Claim {
		return api.Claim{Key: "cdp/" + local, Neighbour: &api.Neighbour{
			Protocol: api.ProtocolCDP, Device: "device", Port: "port/" + local, ChassisID: id, ChassisIDSubtype: api.ChassisLocal,
			PortID: port, PortIDSubtype: api.PortInterfaceName, SysName: id,
		}}
	}
	// The same by both, in other words; a phone that only CDP hears.
	apply(t, e, 5, complete("snmp:s1", "lldp", 5, chassis("s1"), hears("p1", "s2", "p1", "s2"), hears("p2", "9c", "eth0", "ap"))...)
	apply(t, e, 6, complete("snmp:s1", "if", 6, port("p1", api.HealthOK), port("p2", api.HealthOK), port("p3", api.HealthOK), lag("po1", "s2"))...)
	apply(t, e, 6, complete("snmp:s1", "cdp", 6, cdp("p1", "s2", "p1"), cdp("p2", "ap", "wired0"), cdp("p3", "phone", "Port 1"))...)
	wantLine(t, e, "link east/s1/p1 -- east/s2/p1 ok 99%", "neighbour s1 p1 hears s2 port p1 by CDP")
	wantLine(t, e, "device", "phone")
	wantNoLine(t, e, "wired0")
	if got := e.Snapshot().CountVertices(api.VertexDevice); got != 4 { // the switches, the access point and the phone
		t.Errorf("%d devices, want 4\n%s", got, dump(e.Snapshot()))
	}
}
