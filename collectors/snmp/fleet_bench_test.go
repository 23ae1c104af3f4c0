package snmp_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/bench/processor"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// BenchmarkFleet polls 1,000 switches of 48 ports, each 20 ms away, of which a
// share is dead and says nothing, at the defaults: every 30 s, as many at a time.
// It reports when the last one of the living had been read in full, and then
// over a minute how long the living waited from one reading to the next.
func BenchmarkFleet(b *testing.B) {
	for _, percent := range []int{0, 3, 30} {
		b.Run(fmt.Sprintf("dead=%d%%", percent), func(b *testing.B) {
			for b.Loop() {
				fleet(b, 1000, percent)
			}
		})
	}
}

func fleet(b *testing.B, n, percent int) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	view := big().view()
	devices := make([]snmp.Config, n)
	living := map[api.SourceID]bool{}
	dead := deaf(b)
	for i := range devices {
		cfg := snmp.Config{Name: fmt.Sprintf("sw%04d", i), Address: dead, Community: snmp.NewSecret("public")}
		if i%100 >= percent {
			a, err := snmpagent.Listen(ctx, snmpagent.Config{
				Views: map[string]snmpagent.View{"public": view}, Faults: snmpagent.Faults{Delay: 20 * time.Millisecond},
			})
			if err != nil {
				b.Fatal(err)
			}
			running.Go(func() {
				if err := a.Run(ctx); err != nil {
					b.Error(err)
				}
			})
			cfg.Address = a.Addr().String()
			living[cfg.Source()] = true
		}
		devices[i] = cfg
	}
	w := &watch{living: living, seen: map[api.SourceID]time.Time{}, read: make(chan struct{})}
	p, err := snmp.NewPool(snmp.PoolConfig{Devices: devices, Metrics: snmp.NewMetrics()}, w)
	if err != nil {
		b.Fatal(err)
	}
	began, cpu := time.Now(), processor.Time(b)
	running.Go(func() {
		if err := p.Run(ctx); err != nil {
			b.Error(err)
		}
	})
	<-w.read
	b.ReportMetric(time.Since(began).Seconds(), "first-read-s")
	b.ReportMetric((processor.Time(b) - cpu).Seconds(), "first-read-cpu-s")
	select {
	case <-time.After(75 * time.Second):
	case <-ctx.Done():
	}
	w.report(b)
}

// deaf is the address of a socket that nobody reads.
func deaf(b *testing.B) string {
	b.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return conn.LocalAddr().String()
}

// watch is a sink that notes when devices were read.
type watch struct {
	mu     sync.Mutex
	living map[api.SourceID]bool
	done   int           // devices that were read in full
	read   chan struct{} // closed when all of the living were
	seen   map[api.SourceID]time.Time
	gaps   []time.Duration // between two readings of a living device's interfaces, after all were read
}

// Observe implements api.Sink.
func (w *watch) Observe(_ context.Context, o api.Observation) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	whole := o.Kind == api.ObserveEnd || o.Kind == api.ObserveSame
	if !whole || !w.living[o.Scope.Source] {
		return nil
	}
	if o.Scope.Table == "lldp" && o.Kind == api.ObserveEnd {
		if w.done++; w.done == len(w.living) {
			close(w.read)
		}
	}
	if o.Scope.Table == "if" {
		if last, ok := w.seen[o.Scope.Source]; ok && w.done == len(w.living) {
			w.gaps = append(w.gaps, time.Since(last))
		}
		w.seen[o.Scope.Source] = time.Now()
	}
	return nil
}

func (w *watch) report(b *testing.B) {
	b.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.gaps) == 0 {
		b.Fatal("nothing was read twice")
	}
	slices.Sort(w.gaps)
	b.ReportMetric(w.gaps[len(w.gaps)/2].Seconds(), "gap-p50-s")
	b.ReportMetric(w.gaps[len(w.gaps)*99/100].Seconds(), "gap-p99-s")
	b.ReportMetric(float64(len(w.gaps))/float64(len(w.living)), "readings/device")
}

// BenchmarkBesideSnmpbulkwalk reads one big switch, an agent in a process of
// its own, and has net-snmp's snmpbulkwalk walk the same tables of it. What is
// compared is the processor time of each reader, user and system.
func BenchmarkBesideSnmpbulkwalk(b *testing.B) {
	walk := needProgram(b, "snmpbulkwalk", "snmp")
	address := startAgentProcess(b)
	ours, _ := user(snmp.SHA256, snmp.AES128, nil)
	tables := []string{"1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.0.8802.1.1.2.1.3.7", "1.0.8802.1.1.2.1.4.1", "1.0.8802.1.1.2.1.4.2"}
	values := 0
	for _, table := range tables {
		_, n := bulkwalk(b, walk, address, table)
		values += n
	}
	const times = 50
	collect := func(c snmp.Credentials) float64 {
		cfg := snmp.Config{Name: "big", Address: address, Credentials: []snmp.Credentials{c}}
		before := processor.Time(b)
		for range times {
			if _, err := snmp.Collect(b.Context(), cfg); err != nil {
				b.Fatal(err)
			}
		}
		return float64((processor.Time(b) - before).Nanoseconds()) / float64(times*values)
	}
	for b.Loop() {
		b.ReportMetric(collect(snmp.Credentials{Community: snmp.NewSecret("public")}), "v2c-cpu-ns/value")
		b.ReportMetric(collect(ours), "v3-cpu-ns/value")
		var whole, start time.Duration
		for range times {
			for _, table := range tables {
				cpu, _ := bulkwalk(b, walk, address, table)
				whole += cpu
				cpu, _ = bulkwalk(b, walk, address, "1.3.6.1.2.1.1.5")
				start += cpu
			}
		}
		b.ReportMetric(float64(whole.Nanoseconds())/float64(times*values), "bulkwalk-cpu-ns/value")
		b.ReportMetric(float64((whole-start).Nanoseconds())/float64(times*values), "bulkwalk-less-start-cpu-ns/value")
	}
	b.ReportMetric(float64(values), "values")
}

// BenchmarkUnchanged reads one big switch that stays as it is, an agent in a
// process of its own, with each reading decoded and with what was decoded
// remembered. The processor time is the reader's, user and system; cores is
// what the 500 switches of the world noc would take, read every ten seconds.
func BenchmarkUnchanged(b *testing.B) {
	cfg := snmp.Config{Name: "big", Address: startAgentProcess(b), Community: snmp.NewSecret("public")}
	for _, remember := range []bool{false, true} {
		b.Run(fmt.Sprintf("remember=%t", remember), func(b *testing.B) {
			b.ReportAllocs()
			const times = 50
			began := processor.Time(b)
			for b.Loop() {
				if err := snmp.ReadAgain(b.Context(), cfg, times, remember); err != nil {
					b.Fatal(err)
				}
			}
			reading := (processor.Time(b) - began).Seconds() / float64(b.N*times)
			b.ReportMetric(reading*1000, "cpu-ms/reading")
			b.ReportMetric(reading*500/10, "cores")
		})
	}
}

// bulkwalk runs snmpbulkwalk and returns its processor time and how many values
// it got.
func bulkwalk(b *testing.B, program, address, table string) (time.Duration, int) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, "-v2c", "-c", "public", "-m", "", "-On", "-Cr25", address, table)
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("snmpbulkwalk %s: %v", table, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), bytes.Count(out, []byte("\n"))
}

// startAgentProcess runs this program as an agent for the big switch.
func startAgentProcess(b *testing.B) string {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), agentEnv+"=1")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil {
			b.Errorf("agent: %v", err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}
