package snmp_test

import (
	"net"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// slow is a device that is read once an hour: what is seen of it before, traps
// have led to.
func slow(a *snmpagent.Agent, name string) snmp.Config {
	cfg := quick(a, name)
	cfg.Interval, cfg.LLDPInterval = time.Hour, time.Hour
	return cfg
}

// trapPool runs a pool that traps are sent to.
func trapPool(t *testing.T, s *sink, devices ...snmp.Config) (to *net.UDPAddr) {
	t.Helper()
	conn, err := snmp.ListenTraps(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	runPoolOf(t, s, snmp.PoolConfig{Devices: devices, Traps: conn})
	return conn.LocalAddr().(*net.UDPAddr)
}

// sender sends traps as a device does.
func sender(t *testing.T, to *net.UDPAddr, version gosnmp.SnmpVersion, community string) *gosnmp.GoSNMP {
	t.Helper()
	g := &gosnmp.GoSNMP{
		Target: to.IP.String(), Port: uint16(to.Port), Version: version, Community: community,
		Timeout: 5 * time.Second, MaxOids: gosnmp.MaxOids,
	}
	if err := g.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Conn.Close() })
	return g
}

func trap(t *testing.T, g *gosnmp.GoSNMP, inform bool, kind string, vars ...gosnmp.SnmpPDU) {
	t.Helper()
	all := append([]gosnmp.SnmpPDU{{Name: ".1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: kind}}, vars...)
	if _, err := g.SendTrap(gosnmp.SnmpTrap{Variables: all, IsInform: inform}); err != nil {
		t.Error(err)
	}
}

const (
	linkDown = ".1.3.6.1.6.3.1.1.5.3"
	linkUp   = ".1.3.6.1.6.3.1.1.5.4"
)

func linkOf(ifIndex int) gosnmp.SnmpPDU {
	return gosnmp.SnmpPDU{Name: ".1.3.6.1.2.1.2.2.1.1.2", Type: gosnmp.Integer, Value: ifIndex}
}

func oper(h *held) string {
	c := h.claims["port/swp1"]
	return said(&c, api.AttrOper)
}

func TestATrapIsReadAfterAtOnce(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	to := trapPool(t, s, slow(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	g := sender(t, to, gosnmp.Version2c, "public")

	d[ifT+"8.2"] = snmpagent.Integer(2)
	d.show(t, a)
	trap(t, g, false, linkDown, linkOf(2))
	s.await(t, "leaf1", "if", "down", func(h *held) bool { return oper(h) == "down" })

	// The agent answers from its cache at first: it is asked until it agrees.
	trap(t, g, false, linkUp, linkOf(2))
	d[ifT+"8.2"] = snmpagent.Integer(1)
	then := d.view()
	time.AfterFunc(700*time.Millisecond, func() {
		if err := a.SetView("public", then); err != nil {
			t.Error(err)
		}
	})
	s.await(t, "leaf1", "if", "up", func(h *held) bool { return oper(h) == "up" })

	d.hear(3, 1, []byte{2, 0, 0, 0, 0, 8}, "swp9", "spine2")
	d.show(t, a)
	trap(t, g, true, ".1.0.8802.1.1.2.0.0.1") // An inform, which has to be answered.
	s.await(t, "leaf1", "lldp", "heard", func(h *held) bool { _, ok := h.claims["lldp/swp2/02:00:00:00:00:08/swp9"]; return ok })
}

// A large table does not delay what is known to have happened in it.
func TestATrapLeadsToItsPortsAlone(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	to := trapPool(t, s, slow(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	d[ifT+"8.2"] = snmpagent.Integer(2)
	d.show(t, a)
	trap(t, sender(t, to, gosnmp.Version2c, "public"), false, linkDown, linkOf(2))
	s.await(t, "leaf1", "if", "down", func(h *held) bool { return oper(h) == "down" })
	s.await(t, "leaf1", "lldp", "read again", func(h *held) bool { return h.count(api.ObserveSame) >= 1 })
	s.look("leaf1", "if", func(h *held) {
		if h.count(api.ObservePartial) != 1 || h.count(api.ObserveBegin) != 1 || h.count(api.ObserveSame) != 0 {
			t.Errorf("the whole table was read for one port: %v", h.kinds)
		}
	})

	// Of a port that is not known the table has to be read.
	trap(t, sender(t, to, gosnmp.Version2c, "public"), false, linkUp, linkOf(77))
	s.await(t, "leaf1", "if", "read again", func(h *held) bool { return h.count(api.ObserveSame) > 0 })
}

// After a link came up the neighbours are read until one is heard on it: few
// devices send a trap when that happens.
func TestANeighbourIsAwaitedAfterLinkUp(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	to := trapPool(t, s, slow(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	trap(t, sender(t, to, gosnmp.Version2c, "public"), false, linkUp, linkOf(3))
	s.await(t, "leaf1", "lldp", "read at once, and again", func(h *held) bool { return h.count(api.ObserveSame) >= 2 })
	d.hear(3, 1, []byte{2, 0, 0, 0, 0, 8}, "swp9", "spine2")
	d.show(t, a)
	s.await(t, "leaf1", "lldp", "heard", func(h *held) bool { _, ok := h.claims["lldp/swp2/02:00:00:00:00:08/swp9"]; return ok })
	read := 0
	s.look("leaf1", "lldp", func(h *held) { read = len(h.kinds) })
	wait(t, 2*time.Second)
	s.look("leaf1", "lldp", func(h *held) {
		if len(h.kinds) > read {
			t.Errorf("read on after the neighbour was heard: %v", h.kinds)
		}
	})
}

// SNMPv1 says the same by numbers.
func TestATrapOfTheFirstVersion(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	to := trapPool(t, s, slow(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	d[ifT+"8.2"] = snmpagent.Integer(2)
	d.show(t, a)
	g := sender(t, to, gosnmp.Version1, "public")
	if _, err := g.SendTrap(gosnmp.SnmpTrap{
		Enterprise: ".1.3.6.1.4.1.40310.1", AgentAddress: "127.0.0.1", GenericTrap: 2, Variables: []gosnmp.SnmpPDU{linkOf(2)},
	}); err != nil {
		t.Fatal(err)
	}
	s.await(t, "leaf1", "if", "down", func(h *held) bool { return oper(h) == "down" })
}

// What does not come with the device's credentials wakes nobody.
func TestATrapOfAnotherIsNotBelieved(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	to := trapPool(t, s, slow(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	before := 0
	s.look("leaf1", "if", func(h *held) { before = len(h.kinds) })
	trap(t, sender(t, to, gosnmp.Version2c, "guess"), false, linkDown, linkOf(2))
	g := sender(t, to, gosnmp.Version2c, "public")
	if _, err := g.Conn.Write([]byte{0x30, 0x82, 0xff, 0xff, 2, 1, 1}); err != nil {
		t.Fatal(err)
	}
	trap(t, g, false, ".1.3.6.1.6.3.1.1.5.5") // authenticationFailure
	wait(t, 500*time.Millisecond)
	s.look("leaf1", "if", func(h *held) {
		if len(h.kinds) != before {
			t.Errorf("it was read: %v", h.kinds)
		}
	})
}

// A flood is read after, but not for each.
func TestAFloodOfTraps(t *testing.T) {
	d, s := leaf(), newSink()
	a := d.serve(t)
	to := trapPool(t, s, slow(a, "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	g := sender(t, to, gosnmp.Version2c, "public")
	for range 500 {
		trap(t, g, false, linkUp, linkOf(2))
	}
	s.await(t, "leaf1", "if", "read again", func(h *held) bool { return h.count(api.ObserveSame) > 0 })
	wait(t, 500*time.Millisecond)
	s.look("leaf1", "if", func(h *held) {
		if n := h.count(api.ObserveSame); n > 10 {
			t.Errorf("it was read %d times", n)
		}
	})
}

func FuzzNotification(f *testing.F) {
	for _, version := range []gosnmp.SnmpVersion{gosnmp.Version1, gosnmp.Version2c} {
		for _, kind := range []gosnmp.PDUType{gosnmp.SNMPv2Trap, gosnmp.InformRequest, gosnmp.GetRequest} {
			p := gosnmp.SnmpPacket{Version: version, Community: "public", PDUType: kind, Variables: []gosnmp.SnmpPDU{
				{Name: ".1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: linkDown}, linkOf(2),
			}}
			b, err := p.MarshalMsg()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if kind := snmp.DecodeNotification(b); len(kind) > 10_000 {
			t.Errorf("an identifier of %d bytes", len(kind))
		}
	})
}
