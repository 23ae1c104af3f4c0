package discovery_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/collectors/snmp/discovery"
)

// thing is a device of a network that does not exist.
type thing struct {
	name, chassis string
	engine        string
	at            []string // its addresses, the first of which its neighbours tell
	own           []string // those that it lists itself
	takes         string   // the set that it takes; other communities it does not answer
	says          map[string]discovery.Outcome
	hears         []string // names of things
	capable       uint16
	told          string // what neighbours call it, its name if empty
}

// network plays them to a planner.
type network struct {
	t      tester
	things map[string]*thing
	at     map[netip.Addr]*thing
	now    time.Time
	// asked are the attempts so far, waiting those that are not answered yet.
	asked   []asked
	waiting []discovery.Attempt
	prompt  func() bool // whether all of them are answered now, always if nil
}

// settle answers all that waits, what was asked last first.
func (n *network) settle(p *discovery.Planner, rules discovery.Rules) {
	for _, a := range slices.Backward(n.waiting) {
		n.answer(p, rules, a)
	}
	n.waiting = nil
}

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

type asked struct {
	discovery.Attempt
	at time.Time
}

func newNetwork(t tester, things ...*thing) *network {
	n := &network{t: t, things: map[string]*thing{}, at: map[netip.Addr]*thing{}, now: time.Unix(1_800_000_000, 0)}
	for _, x := range things {
		n.things[x.name] = x
		for _, a := range x.at {
			n.at[netip.MustParseAddr(a)] = x
		}
	}
	return n
}

func (n *network) leads(x *thing) []snmp.Lead {
	var out []snmp.Lead
	for _, name := range x.hears {
		far := n.things[name]
		l := snmp.Lead{Protocol: api.ProtocolLLDP, Name: far.name, Capabilities: far.capable}
		if far.told != "" {
			l.Name = far.told
		}
		if far.chassis != "" {
			l.ChassisID, l.ChassisIDSubtype = far.chassis, api.ChassisMAC
		}
		if len(far.at) > 0 {
			l.Addresses = []netip.Addr{netip.MustParseAddr(far.at[0])}
		}
		out = append(out, l)
	}
	return out
}

func (x *thing) identity() snmp.Identity {
	id := snmp.Identity{SysName: x.name, EngineID: x.engine}
	if x.chassis != "" {
		id.ChassisID, id.ChassisIDSubtype = x.chassis, api.ChassisMAC
	}
	for _, a := range x.own {
		id.Addresses = append(id.Addresses, netip.MustParseAddr(a))
	}
	return id
}

// answer plays what comes of an attempt.
func (n *network) answer(p *discovery.Planner, rules discovery.Rules, a discovery.Attempt) {
	x := n.at[a.Address]
	set := rules.Sets[a.Set]
	if x == nil {
		p.Failed(a, discovery.Silent, "no answer", n.now)
		return
	}
	if outcome, said := x.says[set.Name]; said {
		p.Failed(a, outcome, "because", n.now)
		return
	}
	if x.takes != set.Name {
		p.Failed(a, discovery.Silent, "no answer", n.now)
		return
	}
	if d, isNew := p.Met(a, x.identity(), n.now); isNew {
		p.Hear(d.Name, n.leads(x), n.now)
	}
	p.Done(a)
}

// crawl goes on until nothing is to be done before a moment.
func (n *network) crawl(p *discovery.Planner, rules discovery.Rules, until time.Time) {
	n.t.Helper()
	for range 100_000 {
		a, ok, wake := p.Next(n.now)
		switch {
		case ok:
			n.asked = append(n.asked, asked{a, n.now})
			n.waiting = append(n.waiting, a)
			if len(n.waiting) > rules.Concurrency {
				n.t.Fatalf("%d are asked at once, and %d are allowed", len(n.waiting), rules.Concurrency)
			}
			if n.prompt == nil || n.prompt() {
				n.settle(p, rules)
			}
		case len(n.waiting) > 0:
			n.settle(p, rules)
		case wake.IsZero() || wake.After(until):
			return
		case !wake.After(n.now):
			n.t.Fatalf("Next wants to be called again at %v, and it is %v", wake, n.now)
		default:
			n.now = wake
		}
	}
	n.t.Fatalf("it does not end")
}

// table is how all addresses stand, a line each.
func table(p *discovery.Planner) string {
	var out strings.Builder
	for _, i := range p.State(time.Now()).Items {
		fmt.Fprintf(&out, "%v %s", i.Address, i.State)
		for _, text := range []string{i.Name, i.Credentials, i.Why} {
			if text != "" {
				fmt.Fprintf(&out, " | %s", text)
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

func prefix(text string) netip.Prefix { return netip.MustParsePrefix(text) }

func addr(text string) netip.Addr { return netip.MustParseAddr(text) }

// usual are rules for 10.0.0.0/8 from 10.0.0.1, with a community.
func usual() discovery.Rules {
	return discovery.Rules{
		Seeds: []netip.Addr{addr("10.0.0.1")}, Allow: []netip.Prefix{prefix("10.0.0.0/8")},
		MaxDepth: 10, MaxDevices: 100, Sets: []discovery.Set{{Name: "public"}},
		Tries: 3, Retry: time.Hour, Pause: 5 * time.Second, LockOut: 30 * 24 * time.Hour, Forget: 7 * 24 * time.Hour,
		Rate: 10, Concurrency: 4,
	}
}

func wantTable(t *testing.T, p *discovery.Planner, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if got, want := strings.TrimSpace(table(p)), strings.Join(lines, "\n"); got != want {
		t.Errorf("addresses stand\n%swant\n%s", got, want)
	}
}
