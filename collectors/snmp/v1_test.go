package snmp_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

func TestAnAgentOfVersion1IsReadLikeAnyOther(t *testing.T) {
	a := leaf().serve(t)
	cfg := configOf(a, "leaf1")
	want, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.SetFaults(snmpagent.Faults{V1Only: true})
	cfg.Timeout, cfg.Retries = 50*time.Millisecond, -1
	got, err := snmp.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ignore := cmp.Options{
		cmpopts.IgnoreFields(snmp.TableReport{}, "Took"), cmpopts.IgnoreFields(snmp.Result{}, "Time", "UpTime"),
		cmpopts.IgnoreUnexported(snmp.Neighbour{}, snmp.LLDP{}, snmp.Result{}),
	}
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("v2c - v1 +\n%s", diff)
	}
}

func TestThatADeviceSpeaksVersion1IsRemembered(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	a.SetFaults(snmpagent.Faults{V1Only: true})
	runPool(t, s, nil, quick(a, "leaf1"))
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	before, n := a.Stats(), 0
	s.look("leaf1", "system", func(h *held) { n = h.count(api.ObserveSame) })
	s.await(t, "leaf1", "system", "the same three times more", func(h *held) bool { return h.count(api.ObserveSame) > n+2 })
	if after := a.Stats(); after.Dropped != before.Dropped {
		t.Errorf("%d requests of v2c were sent", after.Dropped-before.Dropped)
	}
	a.SetFaults(snmpagent.Faults{}) // From here on it would answer v2c, too; that is no reason to change.
	a.SetFaults(snmpagent.Faults{Silent: true})
	s.awaitState(t, "leaf1", "lldp", api.StateUnreachable)
	a.SetFaults(snmpagent.Faults{})
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
}

func TestTheDeadAreLeftAloneLongerAndLonger(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 1: 0, 3: 0, 4: 30 * time.Second, 5: 90 * time.Second, 6: 210 * time.Second, 7: 270 * time.Second, 1_000_000: 270 * time.Second,
	} {
		if got := snmp.BackOff(30*time.Second, failures); got != want {
			t.Errorf("after %d failures: %v more than the interval, want %v", failures, got, want)
		}
	}
	if got := snmp.BackOff(10*time.Minute, 100); got != 0 {
		t.Errorf("an interval of ten minutes is made %v longer", got)
	}
}

func TestProbingTheDeadCostsLessAndLess(t *testing.T) {
	a, s := leaf().serve(t), newSink()
	a.SetFaults(snmpagent.Faults{Silent: true})
	cfg := quick(a, "leaf1")
	cfg.Timeout, cfg.Retries = 10*time.Millisecond, -1
	runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateUnreachable)
	wait(t, 2500*time.Millisecond)
	// At intervals of 0.1 s these would be 25 probes of two datagrams each; with the pauses they are 3 + 4.
	if n := a.Stats().Requests; n > 20 {
		t.Errorf("%d requests in 2.5 s to a dead device", n)
	}
	a.SetFaults(snmpagent.Faults{})
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
}
