package snmp_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// quick is a device that is polled ten times a second.
func quick(a *snmpagent.Agent, name string) snmp.Config {
	cfg := configOf(a, name)
	cfg.Interval, cfg.LLDPInterval = 100*time.Millisecond, 100*time.Millisecond
	cfg.Timeout, cfg.Retries = 50*time.Millisecond, 1
	return cfg
}

// runPool polls devices until the test is over.
func runPool(t *testing.T, s *sink, logger *slog.Logger, devices ...snmp.Config) *snmp.Pool {
	t.Helper()
	return runPoolOf(t, s, snmp.PoolConfig{Devices: devices, Logger: logger})
}

func runPoolOf(t *testing.T, s *sink, config snmp.PoolConfig) *snmp.Pool {
	t.Helper()
	config.Metrics = snmp.NewMetrics()
	p, err := snmp.NewPool(config, s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("pool: %v", err)
		}
		s.check(t)
	})
	return p
}

func TestAnUnchangedDeviceIsToldOnce(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	runPool(t, s, nil, quick(a, "leaf1"))
	for _, table := range []string{"system", "if", "lldp"} {
		s.await(t, "leaf1", table, "the same twice", func(h *held) bool { return h.count(api.ObserveSame) >= 2 })
		s.look("leaf1", table, func(h *held) {
			if h.kinds[0] != api.ObserveState || h.count(api.ObserveBegin) != 1 || h.count(api.ObserveEnd) != 1 ||
				h.count(api.ObserveState) != 1 || h.state != api.StateLive || len(h.claims) == 0 {
				t.Errorf("%s: messages %v, state %v, %d claims; want connecting, one complete, then the same", table, h.kinds, h.state, len(h.claims))
			}
		})
	}
	s.look("leaf1", "lldp", func(h *held) {
		n, ok := h.claims["lldp/swp1/02:00:00:00:00:09/swp7"]
		if !ok || n.Neighbour.Port != "port/swp1" {
			t.Errorf("the sighting is not there: %v", h.claims)
		}
	})
}

func TestChangesAreTold(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	cfg := quick(a, "leaf1")
	cfg.LLDPInterval = time.Hour // What else changes makes it be read.
	runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)

	d[ifT+"8.2"] = snmpagent.Integer(2)
	d.deaf()
	d.show(t, a)
	s.await(t, "leaf1", "if", "swp1 down", func(h *held) bool {
		return h.claims["port/swp1"].Vertex != nil && h.claims["port/swp1"].Vertex.Health == api.HealthDown
	})
	s.await(t, "leaf1", "lldp", "without the neighbour", func(h *held) bool {
		return h.state == api.StateLive && len(h.claims) == 1
	})

	d[ifT+"8.2"] = snmpagent.Integer(1)
	d.hear(3, 4, []byte{2, 0, 0, 0, 0, 9}, "swp7", "spine1")
	d.show(t, a)
	s.await(t, "leaf1", "lldp", "with the neighbour on the other port", func(h *held) bool {
		_, ok := h.claims["lldp/swp2/02:00:00:00:00:09/swp7"]
		return ok && len(h.claims) == 2
	})
}

func TestIndexesThatChangeAtARebootChangeNoPort(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	runPool(t, s, nil, quick(a, "leaf1"))
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	keys := func(table string) (out []string) {
		s.look("leaf1", table, func(h *held) {
			for key := range h.claims {
				out = append(out, key)
			}
		})
		return out
	}
	ports, sightings := len(keys("if")), keys("lldp")

	d = leaf()
	for oid := range d {
		if strings.HasPrefix(oid, ifT) || strings.HasPrefix(oid, ifX) || strings.HasPrefix(oid, lldp) && !strings.HasPrefix(oid, lldpLo+"1.") &&
			!strings.HasPrefix(oid, lldpLo+"2.") && !strings.HasPrefix(oid, lldpLo+"3.") {
			delete(d, oid)
		}
	}
	d.add(12, "swp1", 6, []byte{2, 0, 0, 0, 1, 1})
	d.add(11, "swp2", 6, []byte{2, 0, 0, 0, 1, 2})
	d.hear(12, 1, []byte{2, 0, 0, 0, 0, 9}, "swp7", "spine1")
	d[sys+"3.0"] = snmpagent.TimeTicks(100)
	d.show(t, a)
	s.await(t, "leaf1", "if", "with new indexes", func(h *held) bool {
		return len(h.claims) == ports && attr(h.claims["port/swp1"].Vertex, api.AttrIfIndex) == "12"
	})
	s.await(t, "leaf1", "lldp", "told again", func(h *held) bool { return h.count(api.ObserveEnd) >= 2 && h.state == api.StateLive })
	for _, key := range sightings {
		s.look("leaf1", "lldp", func(h *held) {
			if _, ok := h.claims[key]; !ok {
				t.Errorf("claim %q is gone: %v", key, h.claims)
			}
		})
	}
}

func TestATableThatVanishesIsStaleAndComesBack(t *testing.T) {
	for table, subtree := range map[string]string{
		"lldp": "1.0.8802", "if": "1.3.6.1.2.1.2", "system": "1.3.6.1.2.1.1",
	} {
		t.Run(table, func(t *testing.T) {
			a, s := leaf().serve(t), newSink()
			runPool(t, s, nil, quick(a, "leaf1"))
			s.awaitState(t, "leaf1", table, api.StateLive)
			missing := []snmpagent.OID{snmpagent.MustOID(subtree)}
			if table == "if" {
				missing = append(missing, snmpagent.MustOID("1.3.6.1.2.1.31"))
			}
			a.SetFaults(snmpagent.Faults{Missing: missing})
			s.awaitState(t, "leaf1", table, api.StateStale)
			s.look("leaf1", table, func(h *held) {
				if len(h.claims) == 0 || !strings.Contains(h.message, "no longer answers") {
					t.Errorf("%d claims are left and the message is %q", len(h.claims), h.message)
				}
			})
			a.SetFaults(snmpagent.Faults{})
			s.awaitState(t, "leaf1", table, api.StateLive)
			s.look("leaf1", table, func(h *held) {
				if h.count(api.ObserveBegin) != 1 {
					t.Errorf("what had not changed was sent again: %v", h.kinds)
				}
			})
		})
	}
}

func TestATableThatNeverWasIsUnsupported(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	a.SetFaults(snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.0.8802")}})
	runPool(t, s, nil, quick(a, "leaf1"))
	s.awaitState(t, "leaf1", "lldp", api.StateUnsupported)
	a.SetFaults(snmpagent.Faults{})
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
}

func TestAWalkThatBreaksOffRemovesNothing(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	runPool(t, s, nil, quick(a, "leaf1"))
	s.awaitState(t, "leaf1", "if", api.StateLive)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	cycle := func(from, to string) snmpagent.Jump {
		return snmpagent.Jump{From: snmpagent.MustOID(from), To: snmpagent.MustOID(to)}
	}
	a.SetFaults(snmpagent.Faults{Jumps: []snmpagent.Jump{
		cycle(ifX+"1.2", ifX+"1.1"), cycle(lldp+"4.1.1.5.0.2.1", lldp+"4.1.1.4.0.2.1"),
	}})
	for _, table := range []string{"if", "lldp"} {
		s.awaitState(t, "leaf1", table, api.StateStale)
		s.look("leaf1", table, func(h *held) {
			if !strings.Contains(h.message, snmp.ErrCycle.Error()) {
				t.Errorf("%s: the message is %q", table, h.message)
			}
		})
	}
	s.look("leaf1", "if", func(h *held) {
		if len(h.claims) != 2 || h.claims["port/swp2"].Vertex == nil {
			t.Errorf("claims are %v, want swp1 and swp2", h.claims)
		}
	})
	s.look("leaf1", "lldp", func(h *held) {
		if len(h.claims) != 2 || h.claims["lldp/swp1/02:00:00:00:00:09/swp7"].Neighbour == nil {
			t.Errorf("claims are %v, want the device and its neighbour", h.claims)
		}
	})
	a.SetFaults(snmpagent.Faults{})
	s.awaitState(t, "leaf1", "if", api.StateLive)
}

func TestADeviceWithoutANameIsStillADevice(t *testing.T) {
	d := leaf()
	a, s := d.serve(t), newSink()
	a.SetFaults(snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.3.6.1.2.1.1")}})
	runPool(t, s, nil, quick(a, "leaf1"))
	s.await(t, "leaf1", "system", "live twice", func(h *held) bool { return h.state == api.StateLive && h.count(api.ObserveSame) > 0 })
	s.look("leaf1", "system", func(h *held) {
		if v := h.claims["device"].Vertex; v == nil || v.Name != "leaf1" {
			t.Errorf("the device is %+v", v)
		}
	})
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), text)
}

func TestSilenceIsToldAndLoggedOnce(t *testing.T) {
	var log lines
	a, s := leaf().serve(t), newSink()
	cfg := quick(a, "leaf1")
	cfg.Community = snmp.NewSecret("public")
	runPool(t, s, slog.New(slog.NewTextHandler(&log, nil)), cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	a.SetFaults(snmpagent.Faults{Silent: true})
	for _, table := range []string{"system", "if", "lldp"} {
		s.awaitState(t, "leaf1", table, api.StateUnreachable)
		s.look("leaf1", table, func(h *held) {
			if h.message != "no answer (wrong address, community, or firewall)" {
				t.Errorf("the reason is %q", h.message)
			}
		})
	}
	before := a.Stats().Requests
	waitFor(t, func() bool { return a.Stats().Requests > before+8 }) // Several polls of silence.
	a.SetFaults(snmpagent.Faults{})
	for _, table := range []string{"system", "if", "lldp"} {
		s.awaitState(t, "leaf1", table, api.StateLive)
		s.look("leaf1", table, func(h *held) {
			if h.count(api.ObserveBegin) != 1 {
				t.Errorf("%s: what had not changed was sent again: %v", table, h.kinds)
			}
		})
	}
	s.look("leaf1", "system", func(h *held) {
		if n := h.count(api.ObserveState); n != 2 {
			t.Errorf("%d states were told, want connecting and unreachable", n)
		}
	})
	if n := log.count("device does not answer"); n != 1 {
		t.Errorf("silence was logged %d times, want once", n)
	}
	if n := log.count("device answers"); n != 2 {
		t.Errorf("answers were logged %d times, want at the start and at the return", n)
	}
	if log.count("public") != 0 {
		t.Error("the community is in the log")
	}
}

// waitFor waits until f holds.
func waitFor(t *testing.T, f func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(15 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited for too long")
		}
	}
}

func TestADeviceThatIsNotThereYet(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	cfg := quick(a, "late")
	addr := netip.AddrPortFrom(a.Addr().Addr(), 1) // Nothing listens on port 1.
	cfg.Address = addr.String()
	p := runPool(t, s, nil, cfg, quick(a, "leaf1"))
	s.await(t, "late", "if", "refused", func(h *held) bool {
		return h.state == api.StateUnreachable && strings.Contains(h.message, "connection refused")
	})
	s.awaitState(t, "leaf1", "if", api.StateLive) // The other one does not wait for it.
	if err := p.Set(t.Context(), []snmp.Config{quick(a, "late"), quick(a, "leaf1")}); err != nil {
		t.Fatal(err)
	}
	s.awaitState(t, "late", "if", api.StateLive)
}

func TestTheSinkMayAskForAllAgain(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	asked := map[api.ObservationKind]int{}
	s.refuse = func(o api.Observation) error {
		if o.Scope.Table == "lldp" && o.Kind != api.ObserveState && asked[o.Kind] == 0 {
			asked[o.Kind]++
			return api.ErrResync
		}
		return nil
	}
	runPool(t, s, nil, quick(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "the same after all", func(h *held) bool {
		return h.state == api.StateLive && h.count(api.ObserveSame) > 0 && len(h.claims) == 2
	})
	for _, kind := range []api.ObservationKind{api.ObserveBegin, api.ObservePart, api.ObserveEnd, api.ObserveSame} {
		if asked[kind] != 1 {
			t.Errorf("kind %d was refused %d times, want once", kind, asked[kind])
		}
	}
}

func TestNeighboursAreReadAtTheirOwnPace(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	cfg := quick(a, "leaf1")
	cfg.LLDPInterval = 5 * cfg.Interval
	runPool(t, s, nil, cfg)
	s.await(t, "leaf1", "lldp", "read three times", func(h *held) bool {
		return h.count(api.ObserveSame) >= 2 && h.every == cfg.LLDPInterval
	})
	s.look("leaf1", "lldp", func(n *held) {
		h := s.scopes[api.Scope{Source: "snmp:leaf1", Table: "if"}]
		if often, seldom := h.count(api.ObserveSame), n.count(api.ObserveSame); often < 2*seldom {
			t.Errorf("interfaces were read %d times more, neighbours %d times, want five times as often", often, seldom)
		}
	})
}

func TestInterfacesMayBeReadLessOftenThanTheDeviceIsAsked(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	cfg := quick(a, "leaf1")
	cfg.InterfaceInterval, cfg.LLDPInterval = time.Hour, time.Hour
	runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	s.await(t, "leaf1", "system", "the same five times", func(h *held) bool { return h.count(api.ObserveSame) >= 5 })
	s.look("leaf1", "if", func(h *held) {
		if h.count(api.ObserveBegin) != 1 || h.count(api.ObserveSame) > 1 || h.every != time.Hour {
			t.Errorf("interfaces, due every hour: %v every %v", h.kinds, h.every)
		}
	})
	d[ifT+"8.2"] = snmpagent.Integer(2)
	d.show(t, a)
	a.Restart() // What is due in an hour is read now.
	s.await(t, "leaf1", "if", "swp1 down", func(h *held) bool {
		return h.claims["port/swp1"].Vertex != nil && h.claims["port/swp1"].Vertex.Health == api.HealthDown
	})
}
