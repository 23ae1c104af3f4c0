package snmp_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

func TestDevicesComeAndGo(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	p := runPool(t, s, nil)
	var before int
	for i := range 100 {
		if err := p.Set(t.Context(), []snmp.Config{quick(a, "leaf1"), quick(a, "leaf2")}); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 { // Not always until they are read: they may be stopped at any moment.
			s.awaitState(t, "leaf1", "lldp", api.StateLive)
		}
		if err := p.Set(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		n := messages(s)
		if i == 10 {
			before = runtime.NumGoroutine()
		}
		requests := a.Stats().Requests
		runtime.Gosched()
		if after := messages(s); after != n {
			t.Fatalf("%d messages came after the devices were removed", after-n)
		}
		if i%25 == 0 && a.Stats().Requests > requests+2 { // What was in the socket may still be counted.
			t.Fatal("requests went on after the devices were removed")
		}
	}
	if after := runtime.NumGoroutine(); after > before+2 {
		t.Errorf("%d goroutines after ten rounds, %d after a hundred", before, after)
	}
}

// messages is how many messages the sink got.
func messages(s *sink) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, h := range s.scopes {
		n += len(h.kinds)
	}
	return n
}

func TestADeviceKeptIsNotDisturbed(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	p := runPool(t, s, nil, quick(a, "leaf1"))
	s.awaitState(t, "leaf1", "if", api.StateLive)
	again := quick(a, "leaf1") // An equal community, but another Secret.
	again.Community = snmp.NewSecret("public")
	if err := p.Set(t.Context(), []snmp.Config{again, quick(a, "leaf2")}); err != nil {
		t.Fatal(err)
	}
	s.awaitState(t, "leaf2", "if", api.StateLive)
	s.look("leaf1", "if", func(h *held) {
		if h.count(api.ObserveBegin) != 1 {
			t.Errorf("the device was begun anew: %v", h.kinds)
		}
	})
	again.Site = "east"
	if err := p.Set(t.Context(), []snmp.Config{again}); err != nil {
		t.Fatal(err)
	}
	s.await(t, "leaf1", "system", "at its new site", func(h *held) bool { return h.claims["site/east"].Vertex != nil })
}

func TestPoolErrors(t *testing.T) {
	ok := snmp.Config{Name: "a", Address: "127.0.0.1", Community: snmp.NewSecret("c")}
	for says, devices := range map[string][]snmp.Config{
		`"a": the name is there twice`:      {ok, ok},
		`"": name is missing`:               {{Address: "127.0.0.1", Community: snmp.NewSecret("c")}},
		`"b": address is missing`:           {{Name: "b", Community: snmp.NewSecret("c")}},
		`"a": interval 1ns is shorter than`: {{Name: "a", Address: "x", Community: snmp.NewSecret("c"), Interval: 1}},
	} {
		_, err := snmp.NewPool(snmp.PoolConfig{Devices: devices}, newSink())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got error %v, want one that says %q", err, says)
		}
	}
	if _, err := snmp.NewPool(snmp.PoolConfig{Concurrency: -1}, newSink()); err == nil {
		t.Error("a negative concurrency is accepted")
	}
	p, err := snmp.NewPool(snmp.PoolConfig{}, newSink())
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Set(ended, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Set before Run: got %v, want to be able to give up", err)
	}
	if err := p.Run(ended); err != nil {
		t.Error(err)
	}
	if err := p.Set(t.Context(), nil); !errors.Is(err, snmp.ErrStopped) {
		t.Errorf("Set after Run: got %v, want %v", err, snmp.ErrStopped)
	}
}

func TestASinkThatFailsIsTriedAgain(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	failed := false
	s.refuse = func(o api.Observation) error {
		if o.Kind == api.ObserveEnd && !failed {
			failed = true
			return errors.New("broken")
		}
		return nil
	}
	runPool(t, s, nil, quick(a, "leaf1"))
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	if !failed {
		t.Error("the sink never failed")
	}
}

func TestBudgetBoundsTheDead(t *testing.T) {
	b := snmp.NewBudget(8)
	ended, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var releases []func()
	acquire := func(probe bool) error {
		release, err := b.Acquire(ended, probe)
		if err == nil {
			releases = append(releases, release)
		}
		return err
	}
	for i := range 2 {
		if err := acquire(true); err != nil {
			t.Fatalf("probe %d: %v", i, err)
		}
	}
	for i := range 6 {
		if err := acquire(false); err != nil {
			t.Fatalf("living device %d: %v", i, err)
		}
	}
	if err := acquire(false); err == nil {
		t.Error("a ninth of eight places was given")
	}
	if err := acquire(true); err == nil {
		t.Error("a third probe was let in")
	}
	for _, release := range releases {
		release()
	}
	for i := range 8 {
		release, err := b.Acquire(t.Context(), i%4 == 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(release)
	}
}

func TestPollsAreSpreadAndStable(t *testing.T) {
	const interval = time.Minute
	now := time.Date(2026, 11, 20, 8, 0, 12, 345, time.UTC)
	quarters := [4]int{}
	for i := range 1000 {
		name := fmt.Sprintf("leaf%d", i)
		phase := snmp.PhaseOf(name, interval)
		next := snmp.NextTick(now, interval, phase)
		if wait := next.Sub(now); wait <= 0 || wait > interval {
			t.Fatalf("%s waits for %v", name, wait)
		}
		if after := snmp.NextTick(next, interval, phase); after.Sub(next) != interval {
			t.Fatalf("%s is polled again after %v, want %v", name, after.Sub(next), interval)
		}
		if later := snmp.NextTick(now.Add(time.Hour), interval, phase); !later.Equal(next.Add(time.Hour)) {
			t.Fatalf("%s moved within its interval", name)
		}
		quarters[int(next.Sub(now)*4/(interval+1))]++
	}
	for _, n := range quarters {
		if n < 200 || n > 300 {
			t.Errorf("of 1000 devices so many are due in each quarter of the interval: %v", quarters)
			break
		}
	}
}

func TestMetricsCountByTableAndOutcome(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	m := snmp.NewMetrics()
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(m); err != nil {
		t.Fatal(err)
	}
	dead := quick(a, "dead")
	dead.Community = snmp.NewSecret("wrong")
	p, err := snmp.NewPool(snmp.PoolConfig{Devices: []snmp.Config{quick(a, "leaf1"), dead}, Metrics: m}, s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	s.awaitState(t, "dead", "lldp", api.StateUnreachable)
	s.await(t, "leaf1", "lldp", "the same", func(h *held) bool { return h.count(api.ObserveSame) > 0 })
	counted := gather(t, registry)
	for name, want := range map[string]float64{
		"netseam_snmp_devices answering": 1, "netseam_snmp_devices silent": 1,
		"netseam_snmp_polls_total changed lldp": 1, "netseam_snmp_polls_total same lldp": 0.5,
		"netseam_snmp_polls_total failed system": 0.5, "netseam_snmp_requests_total silent": 1.5,
		"netseam_snmp_values_total": 30,
	} {
		if got := counted[name]; got != want && (want == 1 || got < want) {
			t.Errorf("%s is %v, want %v in %v", name, got, want, counted)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for name, n := range gather(t, registry) {
		if strings.HasPrefix(name, "netseam_snmp_devices") && n != 0 {
			t.Errorf("%s is %v after the end", name, n)
		}
	}
}

// gather is what counters and gauges stand at: name and values of labels -> value.
func gather(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			out[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return out
}

func TestManyDevicesUnderASmallBudget(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	a.SetFaults(snmpagent.Faults{Duplicates: 1})
	var devices []snmp.Config
	for i := range 200 {
		cfg := quick(a, fmt.Sprintf("leaf%d", i))
		cfg.Interval, cfg.LLDPInterval, cfg.Timeout, cfg.Retries = time.Hour, time.Hour, 5*time.Second, 2
		devices = append(devices, cfg)
	}
	p, err := snmp.NewPool(snmp.PoolConfig{Devices: devices, Concurrency: 4}, s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	for i := range 200 {
		s.awaitState(t, fmt.Sprintf("leaf%d", i), "lldp", api.StateLive)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.check(t)
}
