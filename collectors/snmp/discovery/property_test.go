package discovery_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp/discovery"
)

// Whatever the network is like and says, discovery ends, stays within its
// prefixes, depth and number, asks nobody more often than it may, and no user
// again who was rejected.
func TestDiscoveryKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		things := drawThings(t, rules)
		n := newNetwork(t, things...)
		n.prompt = func() bool { return rapid.Bool().Draw(t, "answers at once") }
		p := discovery.New(rules, discovery.Memory{}, n.now)
		days := rapid.IntRange(0, 40).Draw(t, "days")
		end := n.now.AddDate(0, 0, days)
		if rapid.Bool().Draw(t, "reload") {
			n.crawl(p, rules, n.now.AddDate(0, 0, days/2))
			p = p.Under(rules, n.now)
		}
		n.crawl(p, rules, end)
		checkWhere(t, rules, n)
		checkHowOften(t, rules, n)
		checkFound(t, rules, p)
	})
}

func drawRules(t *rapid.T) discovery.Rules {
	rules := usual()
	rules.Deny = []netip.Prefix{prefix("10.0.3.0/24")}
	rules.MaxDepth = rapid.IntRange(0, 6).Draw(t, "depth")
	rules.MaxDevices = rapid.IntRange(1, 12).Draw(t, "devices")
	rules.Tries = rapid.IntRange(1, 4).Draw(t, "tries")
	rules.Concurrency = rapid.IntRange(1, 3).Draw(t, "concurrency")
	rules.Sets = nil
	for i := range rapid.IntRange(1, 4).Draw(t, "sets") {
		rules.Sets = append(rules.Sets, discovery.Set{Name: fmt.Sprint("set", i), User: rapid.Bool().Draw(t, "user")})
	}
	if rapid.Bool().Draw(t, "refuse") {
		rules.Refuse = []discovery.Refusal{{Name: "d1*"}, {Prefix: prefix("10.0.0.4/31")}}
	}
	return rules
}

func drawThings(t *rapid.T, rules discovery.Rules) []*thing {
	count := rapid.IntRange(1, 14).Draw(t, "things")
	sets := []string{"nothing"}
	for _, s := range rules.Sets {
		sets = append(sets, s.Name)
	}
	var things []*thing
	free := 1
	for i := range count {
		x := &thing{name: fmt.Sprintf("d%d", i), takes: rapid.SampledFrom(sets).Draw(t, "takes"), says: map[string]discovery.Outcome{}}
		if rapid.Bool().Draw(t, "speaks lldp") {
			x.chassis = fmt.Sprintf("02:00:00:00:00:%02x", rapid.IntRange(1, count).Draw(t, "chassis"))
		}
		for range rapid.IntRange(1, 3).Draw(t, "addresses") {
			net := rapid.SampledFrom([]string{"10.0.0.%d", "10.0.0.%d", "10.0.3.%d", "192.0.2.%d", "169.254.0.%d"}).Draw(t, "net")
			x.at = append(x.at, fmt.Sprintf(net, free))
			free++
		}
		for _, s := range rules.Sets {
			if rapid.IntRange(0, 3).Draw(t, "rejects") == 0 {
				x.says[s.Name] = rapid.SampledFrom([]discovery.Outcome{discovery.Rejected, discovery.WrongPassword, discovery.Broken}).Draw(t, "how")
			}
		}
		for range rapid.IntRange(0, 4).Draw(t, "hears") {
			x.hears = append(x.hears, fmt.Sprintf("d%d", rapid.IntRange(0, count-1).Draw(t, "whom")))
		}
		things = append(things, x)
	}
	things[0].at[0] = "10.0.0.1"
	return things
}

func checkWhere(t *rapid.T, rules discovery.Rules, n *network) {
	for _, a := range n.asked {
		inside := slices.ContainsFunc(rules.Allow, func(p netip.Prefix) bool { return p.Contains(a.Address) })
		denied := slices.ContainsFunc(rules.Deny, func(p netip.Prefix) bool { return p.Contains(a.Address) })
		refused := slices.ContainsFunc(rules.Refuse, func(r discovery.Refusal) bool { return r.Prefix.IsValid() && r.Prefix.Contains(a.Address) })
		if !inside || denied || refused {
			t.Fatalf("%v was asked", a.Address)
		}
	}
}

func checkHowOften(t *rapid.T, rules discovery.Rules, n *network) {
	byThing := map[*thing][]asked{}
	for i, a := range n.asked {
		if i > 0 && a.at.Sub(n.asked[i-1].at) < time.Duration(float64(time.Second)/rules.Rate) {
			t.Fatalf("attempts %v and %v are closer than the rate", n.asked[i-1], a)
		}
		x := n.at[a.Address]
		for _, before := range byThing[x] {
			outcome, said := x.says[rules.Sets[a.Set].Name]
			rejected := said && outcome != discovery.Broken
			if rejected && before.Address == a.Address && before.Set == a.Set && a.at.Sub(before.at) < rules.LockOut {
				t.Fatalf("%v was asked again after %v with set %d, which it rejected", a.Address, a.at.Sub(before.at), a.Set)
			}
		}
		byThing[x] = append(byThing[x], a)
	}
	for _, all := range byThing {
		byAddress := map[netip.Addr][]time.Time{}
		for _, a := range all {
			times := append(byAddress[a.Address], a.at)
			byAddress[a.Address] = times
			if k := len(times) - 1 - rules.Tries; k >= 0 && a.at.Sub(times[k]) < rules.Retry {
				t.Fatalf("%v was asked %d times within %v", a.Address, rules.Tries+1, a.at.Sub(times[k]))
			}
		}
	}
}

func checkFound(t *rapid.T, rules discovery.Rules, p *discovery.Planner) {
	found := p.Devices()
	if len(found) > rules.MaxDevices {
		t.Fatalf("%d devices were found, and %d are allowed", len(found), rules.MaxDevices)
	}
	names := map[string]bool{}
	for _, d := range found {
		if d.Depth > rules.MaxDepth {
			t.Fatalf("%v is at depth %d, and %d is allowed", d.Address, d.Depth, rules.MaxDepth)
		}
		if names[d.Identity.SysName+d.Identity.ChassisID] && d.Identity.ChassisID != "" {
			t.Fatalf("%s was found twice", d.Identity.SysName)
		}
		names[d.Identity.SysName+d.Identity.ChassisID] = true
	}
	for _, i := range p.State(time.Now()).Items {
		if i.State == api.DiscoveryTrying {
			t.Fatalf("%v is being asked for ever", i.Address)
		}
	}
}
