package discovery_test

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/collectors/snmp/discovery"
	"github.com/netseam/netseam/test/netsim"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// One seed leads to the whole small world, over real sockets: every switch is
// found once, but one that is refused, one that is dead and one that wants other
// credentials; those stay known with the reason.
func TestOneSeedLeadsToTheWholeSmallWorld(t *testing.T) {
	world := startWorld(t, netsim.Config{Size: "small"})
	switches := world.Switches()
	seed := addrOf(switches[0])
	refused, dead := switchNamed(t, switches, "ams1-leaf2"), switchNamed(t, switches, "fra1-leaf5")
	quiet := switchNamed(t, switches, "ams1-access1")
	world.Agent(dead.Name).SetFaults(snmpagent.Faults{Silent: true})
	port := int(netip.MustParseAddrPort(switches[0].Address).Port())
	stranger := startStranger(t, port)
	second := startRelay(t, switches[1].Address, port)

	rules := usual()
	rules.Seeds = []netip.Addr{seed, stranger, second}
	rules.Allow = []netip.Prefix{prefix("127.0.0.0/8")}
	rules.Refuse = []discovery.Refusal{{Name: refused.Name + "*", Why: "not ours"}}
	rules.Rate, rules.Concurrency, rules.Pause, rules.Tries = 500, 16, 10*time.Millisecond, 10
	visits := visitsOf(switches, port, 100*time.Millisecond)
	rules.Sets = nil
	for _, c := range visits.Credentials {
		rules.Sets = append(rules.Sets, discovery.Set{Name: c.Name, User: c.User != ""})
	}
	s := crawl(t, rules, visits)

	got := map[string]api.DiscoveryItem{}
	for _, i := range s.Items {
		got[i.Address.String()] = i
	}
	want := func(at netip.Addr, state api.DiscoveryState, why string) {
		t.Helper()
		if i := got[at.String()]; i.State != state || !strings.Contains(i.Why, why) {
			t.Errorf("%v (%s) is %s: %q, want %s: %q", at, i.Name, i.State, i.Why, state, why)
		}
	}
	for _, sw := range switches {
		switch sw.Name {
		case refused.Name:
			want(addrOf(sw), api.DiscoveryRefused, "not ours")
		case quiet.Name:
			if i, told := got[addrOf(sw).String()]; told {
				t.Errorf("somebody told of %s, which speaks no neighbour protocol: %+v", quiet.Name, i)
			}
		case dead.Name:
			want(addrOf(sw), api.DiscoveryUnreachable, "no answer")
		case switches[1].Name: // at one of its two addresses, and known by the other
			a, b := got[addrOf(sw).String()].State, got[second.String()].State
			if states := []api.DiscoveryState{a, b}; !slices.Contains(states, api.DiscoveryFound) || !slices.Contains(states, api.DiscoveryDuplicate) {
				t.Errorf("of the device with two addresses one is %s and the other %s, want found and duplicate", a, b)
			}
		default:
			want(addrOf(sw), api.DiscoveryFound, "")
		}
	}
	want(stranger, api.DiscoveryLocked, "does not know the user")
	for _, i := range s.Items {
		if i.State == api.DiscoveryFound && i.Credentials == "" {
			t.Errorf("%v was found by no credentials", i.Address)
		}
	}
}

// startWorld runs a world whose switches are at their management addresses, in
// 127.0.0.0/8, all of which only Linux has.
func startWorld(t testing.TB, cfg netsim.Config) *netsim.World {
	t.Helper()
	cfg.Seed, cfg.Dir, cfg.ActEvery, cfg.Reachable = 1, t.TempDir(), -1, true
	world, err := netsim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := world.Start(t.Context()); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("skipped: needs all of 127.0.0.0/8: %v", err)
	}
	t.Cleanup(world.Close)
	return world
}

func switchNamed(t testing.TB, all []netsim.Switch, name string) netsim.Switch {
	t.Helper()
	i := slices.IndexFunc(all, func(s netsim.Switch) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no switch %s", name)
	}
	return all[i]
}

func addrOf(s netsim.Switch) netip.Addr { return netip.MustParseAddrPort(s.Address).Addr() }

// visitsOf asks with a user that nobody knows, and then with the communities of
// the world.
func visitsOf(switches []netsim.Switch, port int, timeout time.Duration) *discovery.Visits {
	v := &discovery.Visits{Visitor: snmp.NewVisitor(nil), Port: port, Template: snmp.Config{Timeout: timeout, Retries: -1}}
	v.Credentials = []snmp.Credentials{{
		Name: "v3", User: "netseam", Auth: snmp.SHA, AuthPassword: snmp.NewSecret("wrong password"),
	}}
	var known []string
	for _, s := range switches {
		if !slices.Contains(known, s.Community) {
			known = append(known, s.Community)
			v.Credentials = append(v.Credentials, snmp.Credentials{Name: "of " + s.Site, Community: snmp.NewSecret(s.Community)})
		}
	}
	return v
}

// crawl runs a crawler until nothing is left, and returns how it stands.
func crawl(t testing.TB, rules discovery.Rules, prober discovery.Prober) api.Discovery {
	t.Helper()
	c, err := discovery.NewCrawler(discovery.Config{Rules: rules, Prober: prober, Once: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := c.Run(ctx); err != nil || ctx.Err() != nil {
		t.Fatalf("it did not end: %v", ctx.Err())
	}
	return c.State()
}

// startStranger is a device that speaks SNMPv3 alone, and to others.
func startStranger(t *testing.T, port int) netip.Addr {
	t.Helper()
	at := netip.AddrPortFrom(addr("127.99.0.1"), uint16(port))
	agenttest.Start(t, snmpagent.Config{Address: at.String(), Users: []snmpagent.User{{
		Name: "somebody", Auth: gosnmp.SHA256, AuthPassword: "another password",
	}}})
	return at.Addr()
}

// startRelay gives the agent at an address one more address. It serves one who
// asks at a time.
func startRelay(t *testing.T, agent string, port int) netip.Addr {
	t.Helper()
	at := netip.AddrPortFrom(addr("127.99.0.2"), uint16(port))
	outside, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	inside, err := new(net.Dialer).DialContext(t.Context(), "udp4", agent)
	if err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	var asker atomic.Pointer[netip.AddrPort]
	both.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, from, err := outside.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			asker.Store(&from)
			_, _ = inside.Write(buf[:n])
		}
	})
	both.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, err := inside.Read(buf)
			if err != nil {
				return
			}
			_, _ = outside.WriteToUDPAddrPort(buf[:n], *asker.Load())
		}
	})
	t.Cleanup(func() {
		_, _ = outside.Close(), inside.Close()
		both.Wait()
	})
	return at.Addr()
}
