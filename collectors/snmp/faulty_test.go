package snmp_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// everything is a device with something in each table.
func everything() device {
	d := bridging()
	for i := range byte(60) {
		d[dot1d+".2."+oidText(2, 0, 0, 1, 0, i)] = snmpagent.Integer(int32(i%2 + 1))
		d[dot1d+".3."+oidText(2, 0, 0, 1, 0, i)] = snmpagent.Integer(3)
		d["1.3.6.1.2.1.4.22.1.2.2."+oidText(10, 0, 1, i)] = snmpagent.Octets([]byte{2, 0, 0, 1, 0, i})
		d["1.3.6.1.2.1.4.22.1.4.2."+oidText(10, 0, 1, i)] = snmpagent.Integer(3)
	}
	d["1.3.6.1.2.1.15.2.0"] = snmpagent.Integer(65001)
	for i := range byte(20) {
		peer := oidText(10, 1, 0, i)
		d["1.3.6.1.2.1.15.3.1.2."+peer] = snmpagent.Integer(6)
		d["1.3.6.1.2.1.15.3.1.3."+peer] = snmpagent.Integer(2)
		d["1.3.6.1.2.1.15.3.1.9."+peer] = snmpagent.Integer(65000)
		d["1.3.6.1.2.1.17.7.1.4.3.1.1."+oidText(i+1)] = snmpagent.Text("v")
		d["1.3.6.1.2.1.17.7.1.4.3.1.2."+oidText(i+1)] = snmpagent.Octets([]byte{0xc0})
		d["1.3.6.1.2.1.17.7.1.4.3.1.4."+oidText(i+1)] = snmpagent.Octets([]byte{0x40})
	}
	return d
}

// claimsOf are all claims of one reading, and which tables were not read in
// full.
func claimsOf(t *testing.T, a *snmpagent.Agent, cfg snmp.Config) (claims map[string]api.Claim, broken map[string]error) {
	t.Helper()
	cfg.Address = a.Addr().String()
	res, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Address = "127.0.0.1:161" // Each agent has a port of its own, of which a claim speaks.
	claims, broken = map[string]api.Claim{}, map[string]error{}
	for _, o := range res.Observations(cfg) {
		for _, c := range o.Put {
			claims[o.Scope.Table+" "+c.Key] = c
		}
	}
	for _, table := range res.Tables {
		if table.Err != nil {
			broken[table.Table] = table.Err
		}
	}
	return claims, broken
}

// Whatever happens on the way, the answer differs only by what is missing, and
// says what is.
func TestFaultsMakeNothingUp(t *testing.T) {
	clean := everything().serve(t)
	cfg := configOf(clean, "leaf1")
	cfg.Timeout, cfg.Retries = 150*time.Millisecond, 3
	want, broken := claimsOf(t, clean, cfg)
	if len(broken) != 0 || len(want) < 30 {
		t.Fatalf("%d claims, %v", len(want), broken)
	}
	row := func(last byte) snmpagent.OID { return snmpagent.MustOID(dot1d + ".2." + oidText(2, 0, 0, 1, 0, last)) }
	for name, c := range map[string]struct {
		faults snmpagent.Faults
		whole  bool // nothing may be missing
	}{
		"loss":                  {snmpagent.Faults{Loss: 0.02}, false},
		"duplicates":            {snmpagent.Faults{Duplicates: 2}, true},
		"reordered by delay":    {snmpagent.Faults{Delay: 2 * time.Millisecond, Duplicates: 1}, true},
		"truncated":             {snmpagent.Faults{MaxRows: 3}, true},
		"no more than five":     {snmpagent.Faults{MaxRepetitions: 5}, true},
		"v1 only":               {snmpagent.Faults{V1Only: true}, true},
		"in circles":            {snmpagent.Faults{Jumps: []snmpagent.Jump{{From: row(20), To: row(3)}}}, false},
		"the same for ever":     {snmpagent.Faults{Jumps: []snmpagent.Jump{{From: row(20), To: row(20)}}}, false},
		"a table that is away":  {snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.3.6.1.2.1.15")}}, false},
		"restart in mid-walk":   {snmpagent.Faults{RestartAfter: 25}, false},
		"requests not answered": {snmpagent.Faults{Loss: 0.1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": everything().view()}, Seed: 7, Faults: c.faults})
			got, broken := claimsOf(t, a, cfg)
			for key, claim := range got {
				whole, ok := want[key]
				if !ok {
					t.Errorf("%s is made up", key)
				} else if diff := cmp.Diff(trimmed(whole, claim), claim, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
					t.Errorf("%s: want - got +\n%s", key, diff)
				}
			}
			for key := range want {
				table, _, _ := strings.Cut(key, " ")
				if _, there := got[key]; !there && broken[table] == nil && name != "a table that is away" {
					t.Errorf("%s is missing, and nothing says that %s was not read in full", key, table)
				}
			}
			if c.whole && (len(got) != len(want) || len(broken) != 0) {
				t.Errorf("%d claims of %d; %v", len(got), len(want), broken)
			}
			t.Logf("%d of %d claims; %v", len(got), len(want), broken)
		})
	}
}

// trimmed is what may stand in a whole claim in place of a part of it: the MACs
// and addresses that were read, and of attributes those that were.
func trimmed(whole, part api.Claim) api.Claim {
	switch {
	case whole.Stations != nil && part.Stations != nil:
		all := map[api.MAC]bool{}
		for _, m := range whole.Stations.MACs {
			all[m] = true
		}
		s := *whole.Stations
		s.MACs = nil
		for _, m := range part.Stations.MACs {
			if all[m] {
				s.MACs = append(s.MACs, m)
			}
		}
		whole.Stations = &s
	case whole.Bindings != nil && part.Bindings != nil:
		all := map[api.Binding]bool{}
		for _, r := range whole.Bindings.Rows {
			all[r] = true
		}
		b := *whole.Bindings
		b.Rows = nil
		for _, r := range part.Bindings.Rows {
			if all[r] {
				b.Rows = append(b.Rows, r)
			}
		}
		whole.Bindings = &b
	}
	return whole
}
