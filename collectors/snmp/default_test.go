package snmp_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// defaultsOf are the default routes that a device says, in words.
func defaultsOf(t *testing.T, cells ...snmp.Cell) (out []string) {
	t.Helper()
	_, claims := read(t, ports(2), snmp.Agent{Cells: append(cells, number("1.3.6.1.2.1.4.1.0", 1))})
	for _, c := range claims["default"] {
		for _, kv := range c.Vertex.Attrs {
			if kv.Key == api.AttrDefault {
				out = append(out, kv.Value)
			}
		}
	}
	return out
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// All next hops, of both families, also where one is in the newer table and the
// other in the older one; and nothing of what follows.
func TestDefaultRoutes(t *testing.T) {
	none := oidText(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	six := number(inetRoutes+"2.16."+none+".0.2.0.0.2.16."+oidText(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 102)
	wantTexts(t, defaultsOf(t,
		number(inetRoutes+"1.4.0.0.0.0.0.2.0.0.1.4.10.0.0.253", 101),
		number(inetRoutes+"1.4.0.0.0.0.0.2.0.0.1.4.10.0.0.254", 102),
		number(inetRoutes+"1.4.0.0.0.0.8.2.0.0.1.4.10.0.0.7", 102), // 0.0.0.0/8 is none
		number(inetRoutes+"1.4.10.7.0.0.16.2.0.0.1.4.10.0.0.9", 101), six,
	), "0.0.0.0/0 to 10.0.0.253 on swp1", "0.0.0.0/0 to 10.0.0.254 on swp2", "::/0 to fe80::1 on swp2")
	wantTexts(t, defaultsOf(t,
		number(cidrRoutes+"0.0.0.0.0.0.0.0.0.10.0.0.254", 101),
		number(cidrRoutes+"10.7.0.0.255.255.0.0.0.10.0.0.9", 101), six,
	), "0.0.0.0/0 to 10.0.0.254 on swp1", "::/0 to fe80::1 on swp2")
	wantTexts(t, defaultsOf(t, number(inetRoutes+"1.4.0.0.0.0.0.3.0.0.9.1.4.0.0.0.0", 102)), "0.0.0.0/0 on swp2")
	wantTexts(t, defaultsOf(t, number(inetRoutes+"1.4.10.7.0.0.16.2.0.0.1.4.10.0.0.9", 101)))
}

// A host has a default route too; it is no way for others.
func TestDefaultRoutesOfNoRouter(t *testing.T) {
	_, claims := read(t, ports(2), snmp.Agent{Cells: []snmp.Cell{
		number("1.3.6.1.2.1.4.1.0", 2), number(inetRoutes+"1.4.0.0.0.0.0.2.0.0.1.4.10.0.0.254", 101),
	}})
	if len(claims["default"]) > 0 {
		t.Errorf("it says %v", claims["default"])
	}
}

// routing are routes: a default one, and one to an exposed address.
func routing(hop string, vrf device) device {
	vrf["1.3.6.1.2.1.4.1.0"] = snmpagent.Integer(1)
	vrf[inetRoutes+"1.4.0.0.0.0.0.2.0.0.1.4."+hop] = snmpagent.Integer(2)
	vrf[inetRoutes+"1.4.10.7.0.1.32.2.0.0.1.4."+hop] = snmpagent.Integer(2)
	return vrf
}

// Routes are looked for in the contexts of VRFs too, and say theirs. An agent that
// ignores contexts says nothing of them.
func TestRoutesInVRFs(t *testing.T) {
	red := routing("10.0.0.2", instance(3, 2, 65102))
	delete(red, "1.3.6.1.2.1.4.1.0") // many agents say that once alone
	whole := routing("10.0.0.1", router("red", "same"))
	a := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{
		"public": whole.view(), "red@public": red.view(), "same@public": whole.view(),
	}})
	s, cfg := newSink(), quick(a, "r1")
	cfg.TableInterval, cfg.InventoryInterval = 100*time.Millisecond, 100*time.Millisecond
	p := runPool(t, s, nil, cfg)
	s.await(t, "r1", "default@red", "a default route", func(h *held) bool {
		c := h.claims["device#default/red"]
		return said(&c, api.AttrDefault) == "0.0.0.0/0 to 10.0.0.2 on swp1 in VRF red"
	})
	p.Seek([]netip.Addr{netip.MustParseAddr("10.7.0.1"), netip.MustParseAddr("10.7.0.9")})
	s.await(t, "r1", "route@red", "a route", func(h *held) bool {
		c, ok := h.claims["route/red/10.7.0.1/10.0.0.2"]
		return ok && c.Route.VRF == "red" && len(h.claims) == 1
	})
	s.await(t, "r1", "route", "that of the default instance", func(h *held) bool { _, ok := h.claims["route//10.7.0.1/10.0.0.1"]; return ok })
	for _, table := range []string{"route@same", "default@same"} {
		s.await(t, "r1", table, "nothing", func(h *held) bool { return h.state == api.StateUnsupported && len(h.claims) == 0 })
	}
	// The address is exposed no more.
	p.Seek(nil)
	s.await(t, "r1", "route@red", "no route", func(h *held) bool { return h.state == api.StateLive && len(h.claims) == 0 })
}
