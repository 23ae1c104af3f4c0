package snmp_test

import (
	"context"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

const (
	inetRoutes = "1.3.6.1.2.1.4.24.7.1.7."
	cidrRoutes = "1.3.6.1.2.1.4.24.4.1.5."
	bgpPaths   = "1.3.6.1.2.1.15.6.1.6."
)

// routed reads routes to addresses from a device that forwards.
func routed(t *testing.T, cells []snmp.Cell, addresses ...string) ([]snmp.RouteRow, []api.Claim) {
	t.Helper()
	a := snmp.Agent{Cells: append(cells, number("1.3.6.1.2.1.4.1.0", 1))}
	for _, address := range addresses {
		a.Targets = append(a.Targets, netip.MustParseAddr(address))
	}
	facts, claims := read(t, ports(2), a)
	return fact[snmp.Routes](t, facts, "route").List, claims["route"]
}

func wantRoutes(t *testing.T, got []snmp.RouteRow, want ...snmp.RouteRow) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); diff != "" {
		t.Errorf("want - got +\n%s", diff)
	}
}

func way(address, prefix, hop string, ifIndex uint32, forwards bool) snmp.RouteRow {
	r := snmp.RouteRow{Address: netip.MustParseAddr(address), Prefix: netip.MustParsePrefix(prefix), IfIndex: ifIndex, Forwards: forwards}
	if hop != "" {
		r.NextHop = netip.MustParseAddr(hop)
	}
	return r
}

// The longest prefix that has the address counts, and all of its next hops.
func TestRoutesAreFoundByTheirPrefix(t *testing.T) {
	got, claims := routed(t, []snmp.Cell{
		number(inetRoutes+"1.4.0.0.0.0.0.2.0.0.1.4.10.0.0.254", 101), // the default route says nothing
		number(inetRoutes+"1.4.10.7.0.0.16.2.0.0.1.4.10.0.0.9", 101),
		number(inetRoutes+"1.4.10.7.0.0.24.2.0.0.1.4.10.0.0.1", 101),
		number(inetRoutes+"1.4.10.7.0.0.24.2.0.0.1.4.10.0.0.2", 101),
		number(inetRoutes+"1.4.10.7.0.1.32.3.0.0.5.1.4.10.0.0.3", 102), // a policy of three parts
		number(inetRoutes+"1.4.10.7.0.1.32.3.0.0.5.1.4.10.0.0.4", 102),
		number(inetRoutes+"2.16."+oidText(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)+".64.2.0.0.2.16."+
			oidText(0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9), 101),
	}, "10.7.0.1", "10.7.0.200", "10.8.0.1", "2001:db8::5")
	wantRoutes(t, got,
		way("10.7.0.1", "10.7.0.1/32", "10.0.0.3", 102, true),
		way("10.7.0.1", "10.7.0.1/32", "10.0.0.4", 102, true),
		way("10.7.0.200", "10.7.0.0/24", "10.0.0.1", 101, true),
		way("10.7.0.200", "10.7.0.0/24", "10.0.0.2", 101, true),
		way("2001:db8::5", "2001:db8::/64", "2001:db8:1::9", 101, true))
	want := &api.Route{
		Device: "device", Address: "10.7.0.1", Prefix: "10.7.0.1/32", NextHop: "10.0.0.3", Interface: "swp2", Forwards: true,
	}
	for _, c := range claims {
		if c.Key == "route//10.7.0.1/10.0.0.3" {
			if diff := cmp.Diff(want, c.Route); diff != "" {
				t.Error(diff)
			}
			return
		}
	}
	t.Errorf("no claim in %v", claims)
}

// What BGP knows beside the way that is taken is another announcer; the older
// table serves where the newer one is empty.
func TestPathsOfBGPAreRoutesToo(t *testing.T) {
	got, _ := routed(t, []snmp.Cell{
		number(cidrRoutes+"10.7.0.1.255.255.255.255.0.10.0.0.3", 102),
		at(bgpPaths+"10.7.0.1.32.10.0.0.3", snmp.Octets([]byte{10, 0, 0, 3})),
		at(bgpPaths+"10.7.0.1.32.10.0.0.4", snmp.Octets([]byte{10, 0, 0, 4})),
		at(bgpPaths+"10.7.0.2.32.10.0.0.4", snmp.Octets([]byte{10, 0, 0, 4})),
	}, "10.7.0.1")
	wantRoutes(t, got,
		way("10.7.0.1", "10.7.0.1/32", "10.0.0.3", 102, true),
		way("10.7.0.1", "10.7.0.1/32", "10.0.0.4", 0, false))
}

// An address on a network of the router's own is whose the address table says.
func TestADirectRouteLeadsToAMAC(t *testing.T) {
	cells := []snmp.Cell{
		number(inetRoutes+"1.4.10.7.0.0.24.3.0.0.9.1.4.0.0.0.0", 101),
		number(inetRoutes+"1.4.10.8.0.0.24.3.0.0.9.0.0", 101),
		at("1.3.6.1.2.1.4.22.1.2.101.10.7.0.1", mac(7)),
		at("1.3.6.1.2.1.4.35.1.4.101.1.4.10.8.0.1", mac(8)),
	}
	got, _ := routed(t, cells, "10.7.0.1", "10.7.0.2", "10.8.0.1")
	one, two := way("10.7.0.1", "10.7.0.0/24", "", 101, true), way("10.8.0.1", "10.8.0.0/24", "", 101, true)
	one.MAC, two.MAC = "02:00:00:00:00:07", "02:00:00:00:00:08"
	wantRoutes(t, got, one, two) // Of 10.7.0.2 nobody knows whose it is.
}

// A device that does not forward is not asked, nor one without addresses to look
// for.
func TestRoutesOfNoRouter(t *testing.T) {
	cells := []snmp.Cell{number("1.3.6.1.2.1.4.1.0", 2), number(inetRoutes+"1.4.10.7.0.1.32.2.0.0.1.4.10.0.0.3", 102)}
	a := snmp.Agent{Cells: cells, Targets: []netip.Addr{netip.MustParseAddr("10.7.0.1")}}
	facts, claims := read(t, ports(2), a)
	if rows := facts["route"].Rows(); rows != 0 || len(claims["route"]) != 0 {
		t.Errorf("%d rows, claims %v", rows, claims["route"])
	}
	a.Targets = nil
	if facts, _ = read(t, ports(2), a); facts["route"] != nil {
		t.Errorf("it was asked for nothing: %v", facts["route"])
	}
}

// A table of a million routes costs no more than one of ten.
func TestRoutesAreNotWalked(t *testing.T) {
	s := &askedSession{}
	targets := make([]netip.Addr, 0, 100)
	for n := range 100 {
		targets = append(targets, netip.AddrFrom4([4]byte{10, 7, 0, byte(n)}))
	}
	rows, err := snmp.FindRoutes(t.Context(), s.next, targets)
	if err != nil || len(rows) != 100 {
		t.Fatalf("%d routes, %v", len(rows), err)
	}
	if s.messages > 20 {
		t.Errorf("%d messages for 100 addresses", s.messages)
	}
}

// askedSession has a route for every address, and countless others.
type askedSession struct{ messages int }

func (s *askedSession) next(_ context.Context, oids []string) ([]snmp.Cell, error) {
	s.messages++
	out := make([]snmp.Cell, len(oids))
	for i, oid := range oids {
		const tail = ".2.0.0.1.4.10.0.0.1"
		if len(oid) > len(tail) && oid[len(oid)-len(tail):] == tail {
			out[i] = number(inetRoutes+"1.4.200.0.0.0.8"+tail, 1) // the next of the others
			continue
		}
		out[i] = number(oid+tail, 1)
	}
	return out, nil
}
