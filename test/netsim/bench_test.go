package netsim_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/netsim"
)

// One walk of everything a 48 port switch tells, client and agent in one process.
func BenchmarkWalkOfALeaf(b *testing.B) {
	w := started(b, netsim.Config{Seed: 1})
	for _, s := range w.Switches() {
		if s.Name != "fra1-leaf1" {
			continue
		}
		addr := netip.MustParseAddrPort(s.Address)
		c := &gosnmp.GoSNMP{
			Target: addr.Addr().String(), Port: addr.Port(), Version: gosnmp.Version2c, Community: s.Community,
			Timeout: 5 * time.Second, MaxRepetitions: 25, Context: b.Context(),
		}
		if err := c.Connect(); err != nil {
			b.Fatal(err)
		}
		defer func() { _ = c.Conn.Close() }()
		rows := 0
		for b.Loop() {
			for _, root := range []string{".1.0", ".1.3"} {
				vbs, err := c.BulkWalkAll(root)
				if err != nil {
					b.Fatal(err)
				}
				rows += len(vbs)
			}
		}
		b.ReportMetric(float64(rows)/float64(b.N), "values/op")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/value")
	}
}

// A world of 340 switches and 20,000 pods, made and not started.
func BenchmarkNewLargeWorld(b *testing.B) {
	var size netsim.Size
	for _, site := range []string{"a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1", "j1"} {
		size.Sites = append(size.Sites, netsim.SiteSize{Name: site, Spines: 4, LeafPairs: 14, Borders: 2})
		size.Clusters = append(size.Clusters, netsim.ClusterSize{Name: site + "-prod", Pods: 2000, Parts: []netsim.PartSize{{Site: site, Nodes: 100}}})
	}
	for b.Loop() {
		w, err := netsim.New(netsim.Config{Custom: size, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		if got := len(w.Switches()); got != 340 {
			b.Fatalf("%d switches", got)
		}
	}
}
