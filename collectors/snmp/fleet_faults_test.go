package snmp_test

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// fleetFaults are what is wrong with the first of a fleet's devices: one of 34,
// which is 3 %, is dead.
func fleetFaults() []struct {
	name   string
	faults snmpagent.Faults
	// said are tables that cannot be read in full as long as the fault lasts.
	said []string
} {
	row := func(last byte) snmpagent.OID { return snmpagent.MustOID(dot1d + ".2." + oidText(2, 0, 0, 1, 0, last)) }
	return []struct {
		name   string
		faults snmpagent.Faults
		said   []string
	}{
		{"dead", snmpagent.Faults{Silent: true}, []string{"system", "if", "lldp", "fdb", "bgp"}},
		{"lossy", snmpagent.Faults{Loss: 0.05}, nil},
		{"reordering", snmpagent.Faults{Delay: 2 * time.Millisecond, Duplicates: 1}, nil},
		{"repeating", snmpagent.Faults{Duplicates: 2}, nil},
		{"truncating", snmpagent.Faults{MaxRows: 3}, nil},
		{"circling", snmpagent.Faults{Jumps: []snmpagent.Jump{{From: row(20), To: row(3)}}}, []string{"fdb"}},
		{"stuck", snmpagent.Faults{Jumps: []snmpagent.Jump{{From: row(20), To: row(20)}}}, []string{"fdb"}},
		{"restarting", snmpagent.Faults{RestartAfter: 25}, nil},
		{"without-bgp", snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.3.6.1.2.1.15")}}, []string{"bgp"}},
		{"babbling", snmpagent.Faults{Garbage: true}, []string{"system", "if"}},
	}
}

// fleetOfReplays are 34 switches and what a faultless reading says of them.
type fleetOfReplays struct {
	t       *testing.T
	agents  []*snmpagent.Agent
	devices []snmp.Config
	want    map[api.Scope]map[string]api.Claim
}

func newFleetOfReplays(t *testing.T) *fleetOfReplays {
	t.Helper()
	f := &fleetOfReplays{t: t}
	for i := range 34 {
		name := fmt.Sprintf("sw%02d", i)
		if faulty := fleetFaults(); i < len(faulty) {
			name = faulty[i].name
		}
		d := everything()
		d[sys+"5.0"] = snmpagent.Text(name)
		a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{"public": d.view()}, Seed: uint64(i)})
		cfg := quick(a, name)
		cfg.Interval, cfg.LLDPInterval, cfg.TableInterval, cfg.InventoryInterval = time.Second, time.Second, time.Second, time.Second
		cfg.Timeout, cfg.Retries = 400*time.Millisecond, 3
		f.agents, f.devices = append(f.agents, a), append(f.devices, cfg)
	}
	s, stop := f.poll()
	f.eventually(s, "everything read", func(all map[api.Scope]*held) error {
		for _, d := range f.devices {
			for _, table := range []string{"system", "if", "lldp", "fdb", "vlan", "arp", "bgp"} {
				if h := all[scopeNamed(d.Name, table)]; h == nil || h.state != api.StateLive {
					return fmt.Errorf("%s of %s", table, d.Name)
				}
			}
		}
		return nil
	})
	f.want = claimsIn(s)
	stop()
	return f
}

// poll runs a pool of all of them.
func (f *fleetOfReplays) poll() (*sink, func()) {
	f.t.Helper()
	s := newSink()
	p, err := snmp.NewPool(snmp.PoolConfig{Devices: f.devices}, s)
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(f.t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	return s, func() {
		cancel()
		if err := <-done; err != nil {
			f.t.Errorf("pool: %v", err)
		}
		s.check(f.t)
	}
}

// set makes the first devices misbehave, or mends them.
func (f *fleetOfReplays) set(broken bool) {
	for i, c := range fleetFaults() {
		if !broken {
			c.faults = snmpagent.Faults{}
		}
		f.agents[i].SetFaults(c.faults)
	}
}

// faultless says whether a scope is that of a device that never misbehaves.
func (f *fleetOfReplays) faultless(scope api.Scope) bool {
	return strings.HasPrefix(string(scope.Source), "snmp:sw")
}

// eventually waits for what is not wrong any more with what is held.
func (f *fleetOfReplays) eventually(s *sink, what string, wrong func(all map[api.Scope]*held) error) {
	f.t.Helper()
	deadline := time.After(90 * time.Second)
	for {
		s.mu.Lock()
		err, changed := wrong(s.scopes), s.changed
		s.mu.Unlock()
		if err == nil {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			f.t.Fatalf("never %s: %v", what, err)
		}
	}
}

// claimsIn are what all scopes hold that hold something.
func claimsIn(s *sink) map[api.Scope]map[string]api.Claim {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[api.Scope]map[string]api.Claim{}
	for scope, h := range s.scopes {
		if len(h.claims) > 0 {
			out[scope] = maps.Clone(h.claims)
		}
	}
	return out
}

// saidOf says whether something tells that a scope is not all there: its own
// state, or that of its device.
func saidOf(all map[api.Scope]*held, scope api.Scope) bool {
	system := all[scopeNamed(strings.TrimPrefix(string(scope.Source), "snmp:"), "system")]
	own := all[scope]
	return system != nil && system.state != api.StateLive ||
		own != nil && (own.state == api.StateUnsupported || own.state != api.StateLive && own.message != "")
}

// In a fleet of which some are dead, lossy, broken or restarting, the answer is
// that of a faultless one less what is missing, and each thing that is missing
// is said to be; nothing that was known goes; and afterwards all is as ever.
func TestAFleetWithFaultsIsAsAFaultlessOneLessWhatItSays(t *testing.T) {
	f := newFleetOfReplays(t)
	same := cmpopts.EquateComparable(netip.Addr{})

	f.set(true)
	s, stop := f.poll()
	defer func() { stop() }()
	missing, said := 0, map[string]bool{}
	f.eventually(s, "all read or said not to be", func(all map[api.Scope]*held) error {
		for scope, want := range f.want {
			h := all[scope]
			if told := h != nil && h.state != 0 && h.state != api.StateConnecting || saidOf(all, scope); !told || f.faultless(scope) && (h == nil || cmp.Diff(want, h.claims, same) != "") {
				return fmt.Errorf("%v: %+v", scope, h)
			}
		}
		// In the same moment: a while later another reading is under way.
		for scope, want := range f.want {
			var got map[string]api.Claim
			if h := all[scope]; h != nil {
				got = h.claims
			}
			for key, c := range got {
				if whole, ok := want[key]; !ok {
					t.Errorf("%v: %s is made up", scope, key)
				} else if diff := cmp.Diff(trimmed(whole, c), c, same); diff != "" {
					t.Errorf("%v: %s: want - got +\n%s", scope, key, diff)
				}
			}
			for key, c := range want {
				if diff := cmp.Diff(c, got[key], same); diff != "" {
					missing++
					said[string(scope.Source)] = true
					if !saidOf(all, scope) {
						t.Errorf("%v: %s is missing or less than all, and nothing says so: %+v", scope, key, all[scope])
					}
				}
			}
		}
		for scope := range all {
			if len(all[scope].claims) > 0 && f.want[scope] == nil {
				t.Errorf("%v is made up", scope)
			}
		}
		return nil
	})
	if missing == 0 || len(said) > len(fleetFaults()) {
		t.Errorf("%d claims are missing, of %v", missing, said)
	}
	t.Logf("%d claims of %d devices are missing or in part, each said to be: %v", missing, len(said), said)

	f.set(false)
	mended := func(all map[api.Scope]*held) error {
		for scope, want := range f.want {
			if h := all[scope]; h == nil || h.state != api.StateLive || cmp.Diff(want, h.claims, same) != "" {
				return fmt.Errorf("%v: %+v", scope, h)
			}
		}
		return nil
	}
	f.eventually(s, "as a faultless one", mended)

	f.set(true)
	f.eventually(s, "said", func(all map[api.Scope]*held) error {
		for _, c := range fleetFaults() {
			for _, table := range c.said {
				if scope := scopeNamed(c.name, table); all[scope].state == api.StateLive || all[scope].message == "" {
					return fmt.Errorf("%v", scope)
				}
			}
		}
		return nil
	})
	if diff := cmp.Diff(f.want, claimsIn(s), same); diff != "" {
		t.Errorf("faults took something away, or made it up: want - got +\n%s", diff)
	}
	f.set(false)
	f.eventually(s, "as a faultless one again", mended)
}
