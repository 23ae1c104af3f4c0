package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/test/bench/processor"
)

func TestSearch(t *testing.T) {
	s := setUp(t, nil)
	for q, want := range map[string][]string{
		"leaf1":                  {"v10 name leaf1", "v21 name worker-leaf1-a"},
		"LEAF1":                  {"v10 name leaf1", "v21 name worker-leaf1-a"},
		"swp1":                   {"v11 name swp1", "v12 name swp10"},
		"eaf":                    {"v10 name leaf1", "v21 name worker-leaf1-a"},
		"leaf1 swp1":             {"v11 name swp1", "v12 name swp10"},
		"swp10 leaf1":            {"v12 name swp10"},
		"berlin swp1":            {},
		"192.0.2.11":             {"v10 address 192.0.2.11"},
		"10.1.0":                 {"v30 address 10.1.0.21", "v21 address 10.1.0.21"},
		"10.1.0.0/24":            {"v30 address 10.1.0.21", "v21 address 10.1.0.21"},
		"10.1.0.2":               {"v30 address 10.1.0.21", "v21 address 10.1.0.21"},
		"2001:db8:0:0::21":       {"v30 address 2001:db8::21"},
		"[2001:db8::21]":         {"v30 address 2001:db8::21"},
		"::ffff:192.0.2.11":      {"v10 address 192.0.2.11"},
		"02:00:00:00:00:10":      {"v10 mac 02:00:00:00:00:10"},
		"02-00-00-00-00-10":      {"v10 mac 02:00:00:00:00:10"},
		"0200.0000.0010":         {"v10 mac 02:00:00:00:00:10"},
		"020000000010":           {"v10 mac 02:00:00:00:00:10"},
		"02:00:00":               {"v11 mac 02:00:00:00:00:11", "v10 mac 02:00:00:00:00:10"},
		"00:11":                  {"v11 mac 02:00:00:00:00:11"},
		"app=cart":               {"v40 label app=cart"},
		"app=ca":                 {"v40 label app=cart"},
		"app=art":                {},
		"kubernetes.io/os=linux": {"v21 label kubernetes.io/os=Linux"},
		"v10":                    {"v10 id v10"},
		"v99":                    {"v10 id v99"},
		"nothing":                {},
	} {
		got := []string{}
		for _, h := range get[rest.HitPage](t, s, "/api/v1/search?q="+url.QueryEscape(q)).Items {
			got = append(got, h.Id+" "+h.Field+" "+h.Match)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", q, diff)
		}
	}
	if got := get[rest.HitPage](t, s, "/api/v1/search?q=swp1&limit=1").Items; len(got) != 1 || got[0].Context != "eu / berlin / leaf1" {
		t.Errorf("got %+v", got)
	}
}

func large() *graph.Snapshot {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for i := range 100_000 {
		id := api.VertexID(i + 1)
		c.Vertices[id] = &api.Vertex{
			ID: id, Kind: api.VertexPod, Name: fmt.Sprintf("checkout-worker-%06x-%05d", i*7919%0xffffff, i), Parent: api.VertexID(i/100 + 1),
			Attrs: []api.Attr{
				{Key: "addresses", Value: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)},
				{Key: "phase", Value: "Running"},
				{Key: "mac", Value: fmt.Sprintf("02:00:00:%02x:%02x:%02x", i>>16, i>>8&255, i&255)},
				{Key: "ready", Value: "1/1"},
			},
			Labels: []api.Label{{Key: "app", Value: "checkout"}, {Key: "pod-template-hash", Value: fmt.Sprintf("%x", i/50)}},
		}
	}
	c.Vertices[1].Parent = 0
	return (&graph.Snapshot{}).Apply(c, 1, 1, moment())
}

// BenchmarkSearch100k measures whole requests, and says the 99th percentile.
func BenchmarkSearch100k(b *testing.B) {
	s := setUp(b, nil)
	s.hub.snap.Store(large())
	for _, q := range []string{"checkout", "worker-00", "nothing-like-it", "10.1.44.7", "10.1.0.0/16", "02:00:00:01:2c", "app=checkout", "checkout 00077", "x"} {
		b.Run(strings.NewReplacer("/", "|", " ", "_").Replace(q), func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			began := processor.Time(b)
			for b.Loop() {
				started := time.Now()
				if resp := s.do(http.MethodGet, "/api/v1/search?limit=20&q="+url.QueryEscape(q), ""); resp.StatusCode != http.StatusOK {
					b.Fatal(resp.Status)
				}
				took = append(took, time.Since(started))
			}
			b.ReportMetric((processor.Time(b)-began).Seconds()*1000/float64(b.N), "cpu-ms/op")
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
