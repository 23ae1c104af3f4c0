package netsim_test

import (
	"net/netip"
	"runtime"
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
		b.Cleanup(func() { _ = c.Conn.Close() })
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

// What a world costs before anybody has read it: the time until it answers and
// what it holds.
func BenchmarkStart(b *testing.B) {
	for _, size := range netsim.SizeNames() {
		b.Run(size, func(b *testing.B) {
			before := heldMB(b)
			for range b.N {
				w, err := netsim.New(netsim.Config{Size: size, Seed: 1, Dir: b.TempDir()})
				if err != nil {
					b.Fatal(err)
				}
				if err := w.Start(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				b.ReportMetric(heldMB(b)-before, "MB")
				b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
				w.Close()
				b.StartTimer()
			}
		})
	}
}

// heldMB is what the heap holds after a collection.
func heldMB(b *testing.B) float64 {
	b.Helper()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc+stats.StackInuse) / (1 << 20)
}
