package snmp_test

import (
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// often is a device whose tables are read as often as anything.
func often(a *snmpagent.Agent, name string) snmp.Config {
	cfg := quick(a, name)
	cfg.TableInterval, cfg.InventoryInterval = cfg.Interval, cfg.Interval
	return cfg
}

// bridging is a leaf that has learned where two MACs are.
func bridging() device {
	d := leaf()
	d["1.3.6.1.2.1.17.1.1.0"] = snmpagent.Octets([]byte{2, 0, 0, 0, 0, 1})
	d["1.3.6.1.2.1.17.1.4.1.2.1"] = snmpagent.Integer(2)
	d["1.3.6.1.2.1.17.1.4.1.2.2"] = snmpagent.Integer(3)
	for i, m := range []byte{7, 8} {
		d[dot1d+".2."+oidText(2, 0, 0, 0, 7, m)] = snmpagent.Integer(int32(i + 1))
		d[dot1d+".3."+oidText(2, 0, 0, 0, 7, m)] = snmpagent.Integer(3)
	}
	d["1.3.6.1.2.1.4.22.1.2.2.10.0.0.9"] = snmpagent.Octets([]byte{2, 0, 0, 0, 7, 7})
	d["1.3.6.1.2.1.4.22.1.4.2.10.0.0.9"] = snmpagent.Integer(3)
	return d
}

func TestTablesAreFollowed(t *testing.T) {
	d, s := bridging(), newSink()
	a := d.serve(t)
	runPool(t, s, nil, often(a, "leaf1"))
	for _, table := range []string{"fdb", "arp"} {
		s.await(t, "leaf1", table, "the same twice", func(h *held) bool { return h.count(api.ObserveSame) >= 2 })
		s.look("leaf1", table, func(h *held) {
			if h.count(api.ObserveBegin) != 1 || h.state != api.StateLive {
				t.Errorf("%s: %v", table, h.kinds)
			}
		})
	}
	s.awaitState(t, "leaf1", "bgp", api.StateUnsupported)

	d[dot1d+".2."+oidText(2, 0, 0, 0, 7, 8)] = snmpagent.Integer(1)
	d.show(t, a)
	s.await(t, "leaf1", "fdb", "moved", func(h *held) bool {
		c, ok := h.claims["fdb/0/swp1"]
		_, before := h.claims["fdb/0/swp2"]
		return ok && len(c.Stations.MACs) == 2 && !before
	})
}

// A subagent that is away takes its tables with it, scalars and all. A table
// without scalars that stays empty is empty in the end.
func TestATableThatIsAwayIsNotEmpty(t *testing.T) {
	d, s := bridging(), newSink()
	a := d.serve(t)
	runPool(t, s, nil, often(a, "leaf1"))
	s.awaitState(t, "leaf1", "fdb", api.StateLive)
	s.awaitState(t, "leaf1", "arp", api.StateLive)
	a.SetFaults(snmpagent.Faults{Missing: []snmpagent.OID{snmpagent.MustOID("1.3.6.1.2.1.17"), snmpagent.MustOID("1.3.6.1.2.1.4.22")}})
	s.awaitState(t, "leaf1", "fdb", api.StateStale)
	s.look("leaf1", "fdb", func(h *held) {
		if len(h.claims) == 0 {
			t.Error("nothing is left of a table that is away")
		}
	})
	s.await(t, "leaf1", "arp", "empty", func(h *held) bool { return h.state == api.StateLive && len(h.claims) == 0 })
	s.look("leaf1", "arp", func(h *held) {
		if h.count(api.ObserveState) < 1 || h.kinds[len(h.kinds)-1] == api.ObserveState {
			t.Errorf("it was never stale: %v", h.kinds)
		}
	})
	a.SetFaults(snmpagent.Faults{})
	s.awaitState(t, "leaf1", "fdb", api.StateLive)
}

// New names of interfaces are new names in every table.
func TestTablesAreToldAgainWhenPortsAreRenamed(t *testing.T) {
	d, s := bridging(), newSink()
	a := d.serve(t)
	cfg := often(a, "leaf1")
	cfg.TableInterval = time.Hour // It is not due for long.
	runPool(t, s, nil, cfg)
	s.await(t, "leaf1", "fdb", "there", func(h *held) bool { _, ok := h.claims["fdb/0/swp1"]; return ok })
	d[ifX+"1.2"] = snmpagent.Text("eth2")
	d.show(t, a)
	s.await(t, "leaf1", "fdb", "renamed", func(h *held) bool {
		c, ok := h.claims["fdb/0/eth2"]
		_, before := h.claims["fdb/0/swp1"]
		return ok && c.Stations.Port == "port/eth2" && !before
	})
}

func TestUnreachableTablesAreTold(t *testing.T) {
	d, s := bridging(), newSink()
	a := d.serve(t)
	runPool(t, s, nil, often(a, "leaf1"))
	s.awaitState(t, "leaf1", "fdb", api.StateLive)
	a.SetFaults(snmpagent.Faults{Loss: 1})
	s.awaitState(t, "leaf1", "fdb", api.StateUnreachable)
	s.look("leaf1", "bgp", func(h *held) {
		if h != nil && h.state == api.StateUnreachable {
			t.Error("a table that never was is unreachable")
		}
	})
}
