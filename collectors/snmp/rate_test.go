package snmp_test

import (
	"math"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

func TestRatesBetweenTwoReadings(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds int, c snmp.Counters) snmp.Counters {
		c.At, c.Up = start.Add(time.Duration(seconds)*time.Second), time.Hour+time.Duration(seconds)*time.Second
		return c
	}
	wide := func(seconds int, in, out uint64) snmp.Counters {
		return at(seconds, snmp.Counters{Wide: true, In: in, Out: out})
	}
	narrow := func(seconds int, in uint64) snmp.Counters { return at(seconds, snmp.Counters{In: in}) }
	const gigabit = 1_000_000_000
	unknown := -1.0
	for _, c := range []struct {
		what          string
		before, after snmp.Counters
		speed         uint64
		ok            bool
		in            float64
	}{
		{"half of a gigabit", wide(0, 0, 0), wide(60, 3_750_000_000, 0), gigabit, true, 50},
		{"idle", wide(0, 7, 0), wide(60, 7, 0), gigabit, true, 0},
		{"a poll was missed", wide(0, 0, 0), wide(120, 3_750_000_000, 0), gigabit, true, 25},
		{"above 2^63", wide(0, 1<<63, 0), wide(60, 1<<63+3_750_000_000, 0), gigabit, true, 50},
		{"the port was reset", wide(0, 9_000_000_000, 0), wide(60, 1_000, 0), gigabit, false, 0},
		{"no speed", wide(0, 0, 0), wide(60, 3_750_000_000, 0), 0, true, unknown},
		{"a little too much", wide(0, 0, 0), wide(60, 7_800_000_000, 0), gigabit, true, 100},
		{"more than can be", wide(0, 0, 0), wide(60, 30_000_000_000, 0), gigabit, true, unknown},
		{"32 bits that wrap", narrow(0, 1<<32-250_000_000), narrow(60, 125_000_000), 100_000_000, true, 50},
		{"32 bits that may wrap twice", narrow(0, 0), narrow(60, 3_750_000_000), gigabit, true, unknown},
		{"another counter", narrow(0, 0), wide(60, 1, 1), gigabit, false, 0},
		{"too near", wide(0, 0, 0), wide(0, 100, 0), gigabit, false, 0},
		{"too far", wide(0, 0, 0), wide(7*3600, 100, 0), gigabit, false, 0},
	} {
		got, ok := snmp.RatesBetween(c.before, c.after, c.speed)
		if ok != c.ok || ok && math.Abs(got.In-c.in) > 0.01 {
			t.Errorf("%s: %v %v, want %v %v", c.what, got.In, ok, c.in, c.ok)
		}
	}

	rebooted := wide(60, 3_750_000_000, 0)
	rebooted.Up = time.Minute
	if _, ok := snmp.RatesBetween(wide(0, 0, 0), rebooted, gigabit); ok {
		t.Error("a reboot between two readings is a rate")
	}
	begun := wide(60, 3_750_000_000, 0)
	begun.Discontinuity = 77
	if _, ok := snmp.RatesBetween(wide(0, 0, 0), begun, gigabit); ok {
		t.Error("counting that began anew is a rate")
	}
	late := wide(60, 3_750_000_000, 0)
	late.At = late.At.Add(30 * time.Second) // The collector was late, the device's clock says when it was.
	if got, ok := snmp.RatesBetween(wide(0, 0, 0), late, gigabit); !ok || math.Abs(got.In-50) > 0.01 {
		t.Errorf("by the device's clock: %v %v, want 50", got.In, ok)
	}
	clockless := wide(60, 3_750_000_000, 0)
	clockless.Up = -1
	if got, ok := snmp.RatesBetween(wide(0, 0, 0), clockless, gigabit); !ok || math.Abs(got.In-50) > 0.01 {
		t.Errorf("without the device's clock: %v %v, want 50", got.In, ok)
	}
	errors := snmp.Counters{Wide: true, InErrors: 20, OutErrors: 1<<32 - 30, InDiscards: 100}
	more := snmp.Counters{Wide: true, InErrors: 80, OutErrors: 30, InDiscards: 40}
	got, ok := snmp.RatesBetween(at(0, errors), at(60, more), 0)
	if !ok || got.InErrors != 1 || got.OutErrors != 1 || got.InDiscards >= 0 || got.OutDiscards != 0 {
		t.Errorf("frames: %+v %v", got, ok)
	}
}

// What goes to and fro at a bound stays where it was.
func TestStepsAreLeftLate(t *testing.T) {
	was := 0
	for _, x := range []struct {
		percent float64
		want    int
	}{{9, 0}, {24, 1}, {26, 2}, {24, 2}, {23, 2}, {22, 1}, {-1, 1}, {91, 5}, {82, 5}, {80, 4}, {3, 0}, {9.9, 0}} {
		if was = snmp.UtilisationStep(was, x.percent); was != x.want {
			t.Errorf("at %v %%: step %d, want %d", x.percent, was, x.want)
		}
	}
}

// A port that is idle is said nothing of, and one that moves within a step
// changes nothing.
func TestRatesOfAPolledDevice(t *testing.T) {
	d, s := leaf(), newSink()
	count := func(in, errors uint64) {
		for n, port := range []string{"2", "3"} {
			d[ifX+"6."+port] = snmpagent.Counter64(in * uint64(1-n))
			d[ifX+"10."+port] = snmpagent.Counter64(0)
			d[ifT+"14."+port] = snmpagent.Counter32(uint32(errors) * uint32(n))
		}
	}
	seconds := 0
	a := (*snmpagent.Agent)(nil)
	tick := func(in, errors uint64) {
		count(in, errors)
		d[sys+"3.0"] = snmpagent.TimeTicks(uint32(1_000_000 + 100*seconds))
		if a != nil {
			d.show(t, a)
		}
		seconds += 60
	}
	tick(0, 0)
	a = d.serve(t)
	cfg := quick(a, "leaf1")
	cfg.RateInterval = 100 * time.Millisecond
	runPoolOf(t, s, snmp.PoolConfig{Devices: []snmp.Config{cfg}})
	s.await(t, "leaf1", "rates", "counted", func(h *held) bool { return h.count(api.ObserveEnd) == 1 && h.count(api.ObserveSame) > 0 })
	s.look("leaf1", "rates", func(h *held) {
		if len(h.claims) != 0 {
			t.Errorf("ports that never carried anything are said to: %v", h.claims)
		}
	})
	const minute = 25_000_000_000 / 8 * 60 // octets in a minute at 25 Gbit/s
	tick(minute*60/100, 600)
	s.await(t, "leaf1", "rates", "busy", func(h *held) bool {
		one, two := h.claims["port/swp1#rates"], h.claims["port/swp2#rates"]
		return said(&one, "utilisation_in") == "50-75 % of speed" && said(&two, "errors_in") == "10-100/s" && said(&one, "errors_in") == ""
	})
	changed := 0
	s.look("leaf1", "rates", func(h *held) { changed = h.count(api.ObserveEnd) })
	total := uint64(minute * 60 / 100)
	for n := range uint64(4) { // 52 to 64 %: the same to people.
		total += minute * (52 + 4*n) / 100
		tick(total, 600*(n+2))
		wait(t, 250*time.Millisecond)
	}
	s.look("leaf1", "rates", func(h *held) {
		if got := h.count(api.ObserveEnd); got != changed {
			t.Errorf("%d changes of what stayed within its steps", got-changed)
		}
	})
}
