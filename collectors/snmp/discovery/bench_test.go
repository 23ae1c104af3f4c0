package discovery_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp/discovery"
	"github.com/netseam/netseam/test/bench/processor"
	"github.com/netseam/netseam/test/netsim"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// BenchmarkFiveHundred finds 500 switches at four sites from one spine, each 20
// ms away: at the defaults of the configuration, and as fast as it can. Each site
// has a community of its own, and three devices in a hundred are silent.
func BenchmarkFiveHundred(b *testing.B) {
	site := func(name string) netsim.SiteSize {
		return netsim.SiteSize{Name: name, Spines: 4, LeafPairs: 60, Borders: 1}
	}
	world := startWorld(b, netsim.Config{Custom: netsim.Size{
		Name: "five hundred", Sites: []netsim.SiteSize{site("a"), site("b"), site("c"), site("d")},
	}})
	switches := world.Switches()
	silent := 0
	for i, s := range switches {
		faults := snmpagent.Faults{Delay: 20 * time.Millisecond}
		if i%33 == 32 { // none of them is a border, behind which a site would be
			faults.Silent = true
			silent++
		}
		world.Agent(s.Name).SetFaults(faults)
	}
	port := int(netip.MustParseAddrPort(switches[0].Address).Port())
	for name, set := range map[string]func(*discovery.Rules){
		"defaults": func(*discovery.Rules) {},
		"fast":     func(r *discovery.Rules) { r.Rate, r.Concurrency, r.Pause = 1000, 64, 100*time.Millisecond },
	} {
		b.Run(name, func(b *testing.B) {
			rules := usual()
			rules.Seeds, rules.Allow = []netip.Addr{addrOf(switches[0])}, []netip.Prefix{prefix("127.0.0.0/8")}
			rules.MaxDevices, rules.Concurrency, rules.Tries, rules.Sets = 500, 8, 4, nil
			set(&rules)
			visits := visitsOf(switches, port, time.Second)
			visits.Credentials = visits.Credentials[1:]
			for _, c := range visits.Credentials {
				rules.Sets = append(rules.Sets, discovery.Set{Name: c.Name})
			}
			for b.Loop() {
				began, cpu := time.Now(), processor.Time(b)
				found, tries, last := 0, 0, began
				for _, i := range crawl(b, rules, visits).Items {
					tries += i.Tries
					if i.State == api.DiscoveryFound {
						found++
						if i.Since.After(last) {
							last = i.Since
						}
					}
				}
				if want := len(switches) - silent; found != want {
					b.Errorf("%d devices are found, want %d", found, want)
				}
				b.ReportMetric(last.Sub(began).Seconds(), "s-to-last")
				b.ReportMetric(time.Since(began).Seconds(), "s-to-end")
				b.ReportMetric((processor.Time(b) - cpu).Seconds(), "cpu-s")
				b.ReportMetric(float64(tries), "attempts")
			}
		})
	}
}

// BenchmarkPlan plans the same without sockets: what the decisions alone take.
func BenchmarkPlan(b *testing.B) {
	rules := usual()
	rules.MaxDevices, rules.Rate = 500, 1e6
	var things []*thing
	for i := range 500 {
		x := &thing{name: nameOf(i), chassis: nameOf(i), at: []string{addressOf(i)}, takes: "public"}
		for _, far := range []int{i / 2, 2*i + 1, 2*i + 2, (i + 7) % 500} {
			if far < 500 {
				x.hears = append(x.hears, nameOf(far))
			}
		}
		things = append(things, x)
	}
	for b.Loop() {
		n := newNetwork(b, things...)
		p := discovery.New(rules, discovery.Memory{}, n.now)
		n.crawl(p, rules, n.now.Add(time.Hour))
		if got := len(p.Devices()); got != 500 {
			b.Fatalf("%d devices are found, want 500", got)
		}
	}
}

func nameOf(i int) string { return "d" + addressOf(i) }

func addressOf(i int) string {
	return netip.AddrFrom4([4]byte{10, 0, byte((i + 1) >> 8), byte(i + 1)}).String()
}
