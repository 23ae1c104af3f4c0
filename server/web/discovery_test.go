package web_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/web"
)

type search struct{ api.Discovery }

func (s search) State() api.Discovery { return s.Discovery }

func TestDiscoveryShowsItsRulesAndWhatBecameOfEachAddress(t *testing.T) {
	item := func(address string, state api.DiscoveryState, why string) api.DiscoveryItem {
		return api.DiscoveryItem{Address: netip.MustParseAddr(address), State: state, Why: why, Since: moment()}
	}
	leaf := item("192.0.2.11", api.DiscoveryFound, "")
	leaf.Via, leaf.ViaName, leaf.Protocol, leaf.Depth, leaf.Credentials, leaf.Source = "snmp:spine1", "spine1", "lldp", 1, "core", "snmp:found-192.0.2.11"
	s := setUp(t, func(_ *web.Config, _ *auth.Config, deps *web.Deps) {
		deps.Discovery = search{api.Discovery{
			Enabled: true, Running: true, Since: moment(), MaxDepth: 8, MaxDevices: 500,
			Seeds: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, Allow: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
			Credentials: []api.DiscoveryCredentials{{Name: "core", Accepted: 2, Rejected: 3, Suspended: true}},
			Items: []api.DiscoveryItem{
				leaf, item("192.0.2.2", api.DiscoveryQueued, ""), item("192.0.2.100", api.DiscoveryRefused, "because"), item("192.0.2.3", api.DiscoveryQueued, ""),
			},
		}}
	})
	got := get[rest.Discovery](t, s, "/api/v1/discovery")
	if !got.Enabled || got.DryRun || !got.Running || got.MaxDevices != 500 || got.Allow[0] != "192.0.2.0/24" || len(got.Deny) != 0 {
		t.Errorf("got %+v", got)
	}
	if got.Counts["queued"] != 2 || got.Counts["found"] != 1 || got.Counts["locked"] != 0 || len(got.Counts) != len(api.DiscoveryStates()) {
		t.Errorf("counts are %v", got.Counts)
	}
	if c := got.Credentials; len(c) != 1 || c[0].Name != "core" || c[0].Rejected != 3 || !c[0].Suspended {
		t.Errorf("credentials are %+v", c)
	}
	addresses := func(items []rest.DiscoveryItem) string {
		var out []string
		for _, i := range items {
			out = append(out, i.Address)
		}
		return strings.Join(out, " ")
	}
	if got, want := addresses(got.Items), "192.0.2.2 192.0.2.3 192.0.2.11 192.0.2.100"; got != want {
		t.Errorf("addresses are %s, want %s", got, want)
	}
	shown := got.Items[2]
	if shown.Vertex.Id != "v10" || shown.ViaName != "spine1" || shown.Credentials != "core" || shown.Source != "snmp:found-192.0.2.11" {
		t.Errorf("the one that was found is %+v", shown)
	}

	var paged []string
	for cursor := ""; ; {
		page := get[rest.Discovery](t, s, "/api/v1/discovery?limit=1&state=queued&state=refused"+cursor)
		paged = append(paged, addresses(page.Items))
		if page.Counts["found"] != 1 {
			t.Errorf("a page counts %v, want all that there are", page.Counts)
		}
		if page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	if want := []string{"192.0.2.2", "192.0.2.3", "192.0.2.100"}; !slices.Equal(paged, want) {
		t.Errorf("pages are %v, want %v", paged, want)
	}
	if why := s.problem(t, http.StatusBadRequest, http.MethodGet, "/api/v1/discovery?state=lost", ""); !strings.Contains(why, `"lost"`) {
		t.Errorf("got %q", why)
	}
}

func TestWithoutDiscoveryItSaysThatItIsOff(t *testing.T) {
	if got := get[rest.Discovery](t, setUp(t, nil), "/api/v1/discovery"); got.Enabled || got.Running || got.Since != nil || len(got.Items) != 0 {
		t.Errorf("got %+v", got)
	}
}
