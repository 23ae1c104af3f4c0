package store_test

import (
	"net/netip"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/store"
)

func TestSightingsComeBackAsTheyWere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	mac := api.MAC{0x52, 0x54, 0, 1, 2, 3}
	said := []api.Claim{
		{Key: "cdp/1", Neighbour: &api.Neighbour{Protocol: api.ProtocolCDP, Device: "device", ChassisID: "sw", PVID: 10, VLANs: "10,20", MTU: 9216}},
		{Key: "fdb/10/1", Stations: &api.Stations{Device: "device", Port: "port/1", VLAN: 10, Status: api.StationLearned, MACs: []api.MAC{mac}}},
		{Key: "arp//v", Bindings: &api.Bindings{Device: "device", Interface: "Vlan10", Rows: []api.Binding{
			{Address: netip.MustParseAddr("10.0.0.1"), MAC: mac}, {Address: netip.MustParseAddr("2001:db8::1"), MAC: mac},
		}}},
		{Key: "bgp//10.0.0.2", Session: &api.Session{Protocol: api.SessionBGP, Device: "device", Remote: "10.0.0.2", RemoteAS: 65000, State: "established", Health: api.HealthOK}},
	}
	first := open(t, path)
	r := record(1)
	for _, c := range said {
		r.Claims = append(r.Claims, store.ClaimOp{Scope: 1, Key: c.Key, Claim: &c})
	}
	if err := first.Append([]store.Record{r}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, claims := gather(t, open(t, path))
	for _, c := range said {
		found := false
		for _, op := range claims {
			if op.Key == c.Key {
				found = true
				if diff := cmp.Diff(c, *op.Claim, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
					t.Errorf("%s came back as another (-kept +loaded):\n%s", c.Key, diff)
				}
			}
		}
		if !found {
			t.Errorf("%s did not come back", c.Key)
		}
	}
}
