package discovery_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/collectors/snmp/discovery"
)

func TestWhereDiscoveryGoesAndWhyNot(t *testing.T) {
	tests := map[string]struct {
		rules  func(*discovery.Rules)
		things []*thing
		want   string
	}{
		"from neighbour to neighbour": {
			things: []*thing{
				{name: "a", chassis: "02:00:00:00:00:01", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b", "c"}},
				{name: "b", chassis: "02:00:00:00:00:02", at: []string{"10.0.0.2"}, takes: "public", hears: []string{"a", "c"}},
				{name: "c", chassis: "02:00:00:00:00:03", at: []string{"10.0.0.3"}, takes: "public", hears: []string{"a", "b"}},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 found | b | public
				10.0.0.3 found | c | public`,
		},
		"not out of the allowed prefixes, and not into denied ones": {
			rules: func(r *discovery.Rules) { r.Deny = append(r.Deny, prefix("10.9.0.0/16")) },
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b", "c", "d"}},
				{name: "b", at: []string{"192.0.2.1"}, takes: "public"},
				{name: "c", at: []string{"10.9.0.1"}, takes: "public"},
				{name: "d", at: []string{"127.0.0.1"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				192.0.2.1 refused | b | outside of the allowed prefixes
				10.9.0.1 refused | c | in the denied prefix 10.9.0.0/16
				127.0.0.1 refused | d | no address of a device on a network, but loopback, link-local or multicast`,
		},
		"not what is refused by name, chassis or address, whoever told of it": {
			rules: func(r *discovery.Rules) {
				r.Refuse = []discovery.Refusal{
					{Name: "fw-*"}, {Chassis: "0200.0000.0003"}, {Prefix: prefix("10.0.0.4/32"), Why: "it reboots when asked"}, {Name: "secret"},
				}
			},
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"FW-1", "c", "d", "secret"}},
				{name: "FW-1", at: []string{"10.0.0.2"}, takes: "public"},
				{name: "c", chassis: "02:00:00:00:00:03", at: []string{"10.0.0.3"}, takes: "public"},
				{name: "d", at: []string{"10.0.0.4"}, takes: "public"},
				{name: "secret", told: "plain", at: []string{"10.0.0.5"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 refused | FW-1 | refused by the rules: its name is like "fw-*"
				10.0.0.3 refused | c | refused by the rules: its chassis ID is 0200.0000.0003
				10.0.0.4 refused | d | refused by the rules: it reboots when asked
				10.0.0.5 refused | secret | refused by the rules: its name is like "secret"`,
		},
		"not further than the depth, counted by the shortest way": {
			rules: func(r *discovery.Rules) { r.MaxDepth = 2; r.Seeds = append(r.Seeds, addr("10.0.0.9")) },
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b"}},
				{name: "b", at: []string{"10.0.0.2"}, takes: "public", hears: []string{"c"}},
				{name: "c", at: []string{"10.0.0.3"}, takes: "public", hears: []string{"d"}},
				{name: "d", at: []string{"10.0.0.4"}, takes: "public"},
				{name: "z", at: []string{"10.0.0.9"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.9 found | z | public
				10.0.0.2 found | b | public
				10.0.0.3 found | c | public
				10.0.0.4 refused | d | further from the seeds than max_depth`,
		},
		"not more devices than wanted": {
			rules: func(r *discovery.Rules) { r.MaxDevices = 2 },
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b", "c"}},
				{name: "b", at: []string{"10.0.0.2"}, takes: "public"},
				{name: "c", at: []string{"10.0.0.3"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 found | b | public
				10.0.0.3 queued | c | waits: there are as many devices as max_devices allows`,
		},
		"not hosts, unless it is told to": {
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"pc", "sw"}},
				{name: "pc", at: []string{"10.0.0.2"}, takes: "public", capable: api.CapabilityStation},
				{name: "sw", at: []string{"10.0.0.3"}, takes: "public", capable: api.CapabilityStation | api.CapabilityBridge},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 refused | pc | it says that it is no bridge and no router
				10.0.0.3 found | sw | public`,
		},
		"nowhere but to seeds in a dry run": {
			rules: func(r *discovery.Rules) { r.DryRun = true },
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b"}},
				{name: "b", at: []string{"10.0.0.2"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 refused | b | dry run: it would be asked`,
		},
		"one device with many addresses is one, and asked again only where nobody could know": {
			rules: func(r *discovery.Rules) {
				r.Seeds = append(r.Seeds, addr("10.0.1.1"), addr("10.0.2.1"))
			},
			things: []*thing{
				{name: "a.example.net", chassis: "02:00:00:00:00:01", at: []string{"10.0.0.1", "10.0.1.1", "10.0.2.1"}, own: []string{"10.0.0.1", "10.0.2.1"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a.example.net | public
				10.0.1.1 duplicate | a.example.net | public | an address of a.example.net
				10.0.2.1 duplicate | a.example.net | public | an address of a.example.net`,
		},
		"a pair that shares its chassis ID is two": {
			things: []*thing{
				{name: "a", chassis: "02:00:00:00:00:01", engine: "80001f8801", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b"}},
				{name: "b", chassis: "02:00:00:00:00:01", engine: "80001f8801", at: []string{"10.0.0.2"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 found | b | public`,
		},
		"equal names are not one device": {
			things: []*thing{
				{name: "a", chassis: "02:00:00:00:00:01", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"switch", "b"}},
				{name: "switch", chassis: "02:00:00:00:00:02", at: []string{"10.0.0.2"}, takes: "public"},
				{name: "b", told: "switch", chassis: "02:00:00:00:00:03", at: []string{"10.0.0.3"}, takes: "public"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 found | switch | public
				10.0.0.3 found | b | public`,
		},
		"what does not answer, and what wants other credentials": {
			rules: func(r *discovery.Rules) {
				r.Sets = []discovery.Set{{Name: "public"}, {Name: "v3", User: true}}
			},
			things: []*thing{
				{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"dead", "no agent", "locked", "v3 only"}},
				{name: "dead", at: []string{"10.0.0.2"}},
				{name: "no agent", at: []string{"10.0.0.3"}, says: map[string]discovery.Outcome{"public": discovery.Broken}},
				{name: "locked", at: []string{"10.0.0.4"}, says: map[string]discovery.Outcome{"v3": discovery.Rejected}},
				{name: "v3 only", at: []string{"10.0.0.5"}, takes: "v3"},
			},
			want: `
				10.0.0.1 found | a | public
				10.0.0.2 unreachable | dead | no answer
				10.0.0.3 unreachable | no agent | because
				10.0.0.4 locked | locked | because
				10.0.0.5 found | v3 only | v3`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rules := usual()
			if test.rules != nil {
				test.rules(&rules)
			}
			if err := rules.Validate(); err != nil {
				t.Fatal(err)
			}
			n := newNetwork(t, test.things...)
			p := discovery.New(rules, discovery.Memory{}, n.now)
			n.crawl(p, rules, n.now.Add(time.Minute))
			wantTable(t, p, test.want)
		})
	}
}

func TestADeviceThatRejectsAUserIsNotAskedWithItAgain(t *testing.T) {
	rules := usual()
	rules.Sets = []discovery.Set{{Name: "v3", User: true, Print: "1"}, {Name: "public"}}
	n := newNetwork(t, &thing{
		name: "a", chassis: "02:00:00:00:00:01", at: []string{"10.0.0.1"}, says: map[string]discovery.Outcome{"v3": discovery.WrongPassword},
	})
	p := discovery.New(rules, discovery.Memory{}, n.now)
	n.crawl(p, rules, n.now.Add(10*24*time.Hour))
	users := func() int {
		count := 0
		for _, a := range n.asked {
			if rules.Sets[a.Set].User {
				count++
			}
		}
		return count
	}
	if got := users(); got != 1 {
		t.Errorf("the user was tried %d times within ten days, want once", got)
	}
	if len(n.asked) < 3 {
		t.Errorf("the community, which nobody rejected, was tried %d times in ten days", len(n.asked)-1)
	}

	again := discovery.New(rules, p.Memory(), n.now)
	n.crawl(again, rules, n.now.Add(time.Hour))
	if got := users(); got != 1 {
		t.Errorf("after a restart the user was tried again")
	}
	n.crawl(p.Under(rules, n.now), rules, n.now.Add(time.Hour))
	if got := users(); got != 1 {
		t.Errorf("after the configuration was read again, with nothing new in it, the user was tried again")
	}
	rules.Sets = []discovery.Set{{Name: "v3", User: true, Print: "2"}, {Name: "public"}}
	n.crawl(p.Under(rules, n.now), rules, n.now.Add(time.Hour))
	if got := users(); got != 2 {
		t.Errorf("after the user got another password it was tried %d times, want once more", got-1)
	}
}

func TestALockOutIsTheDevicesAndNotTheAddresss(t *testing.T) {
	rules := usual()
	rules.Sets = []discovery.Set{{Name: "public"}, {Name: "v3", User: true}}
	n := newNetwork(
		t, &thing{name: "a", at: []string{"10.0.0.1"}, takes: "public"},
		&thing{name: "b", chassis: "02:00:00:00:00:02", at: []string{"10.0.0.2", "10.0.0.3", "10.0.0.4"}, says: map[string]discovery.Outcome{"v3": discovery.Rejected}},
	)
	p := discovery.New(rules, discovery.Memory{}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	p.Hear("found-10.0.0.1", []snmp.Lead{{
		Protocol: api.ProtocolLLDP, Name: "b", ChassisID: "02:00:00:00:00:02", ChassisIDSubtype: api.ChassisMAC, Addresses: []netip.Addr{addr("10.0.0.2"), addr("10.0.0.3"), addr("10.0.0.4")},
	}}, n.now)
	n.crawl(p, rules, n.now.Add(24*time.Hour))
	count := 0
	for _, a := range n.asked {
		if rules.Sets[a.Set].User {
			count++
		}
	}
	if count != 1 {
		t.Errorf("a device of three addresses was tried %d times with a user that it rejects, want once", count)
	}
}

func TestAWrongPasswordIsNotCarriedThroughTheWholeNetwork(t *testing.T) {
	rules := usual()
	rules.Sets = []discovery.Set{{Name: "v3", User: true}, {Name: "public"}}
	rules.Seeds = nil
	var things []*thing
	for i := range 6 {
		at := fmt.Sprintf("10.0.0.%d", 1+i)
		rules.Seeds = append(rules.Seeds, addr(at))
		things = append(things, &thing{
			name: at, at: []string{at}, takes: "public", says: map[string]discovery.Outcome{"v3": discovery.WrongPassword},
		})
	}
	n := newNetwork(t, things...)
	rules.Concurrency = 1
	p := discovery.New(rules, discovery.Memory{}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	s := p.State(n.now)
	if got := len(p.Devices()); got != 6 {
		t.Errorf("%d devices were found by the other set, want 6", got)
	}
	if got := s.Credentials[0]; got.Rejected != 3 || !got.Suspended {
		t.Errorf("a set whose password nobody takes stands as %+v, want rejected by 3 devices and suspended", got)
	}
}

func TestOtherRulesAskNobodyAnewWhoIsFound(t *testing.T) {
	rules := usual()
	n := newNetwork(
		t, &thing{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b", "c"}},
		&thing{name: "b", at: []string{"10.0.0.2"}, takes: "public"}, &thing{name: "c", at: []string{"10.0.0.3"}, takes: "public"},
	)
	p := discovery.New(rules, discovery.Memory{}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	asked := len(n.asked)

	other := usual()
	other.Refuse = []discovery.Refusal{{Name: "b"}}
	p = p.Under(other, n.now)
	n.crawl(p, other, n.now.Add(time.Minute))
	wantTable(t, p, `
		10.0.0.1 found | a | public
		10.0.0.3 found | c | public
		10.0.0.2 refused | b | refused by the rules: its name is like "b"`)
	off := rules
	off.Off = true
	p = p.Under(off, n.now)
	wantTable(t, p, "")
	p = p.Under(other, n.now)
	n.crawl(p, other, n.now.Add(time.Minute))
	if got := len(p.Devices()); got != 2 {
		t.Errorf("%d devices are known after it was off for a while, want 2", got)
	}
	p = discovery.New(other, p.Memory(), n.now)
	n.crawl(p, other, n.now.Add(time.Minute))
	if got := len(p.Devices()); got != 2 {
		t.Errorf("%d devices are known after a restart, want 2", got)
	}
	if len(n.asked) != asked {
		t.Errorf("%v were asked again", n.asked[asked:])
	}

	p = p.Under(rules, n.now)
	p.Hear("found-10.0.0.1", []snmp.Lead{{Addresses: []netip.Addr{addr("10.0.0.2")}}}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	if got := len(p.Devices()); got != 3 {
		t.Errorf("%d devices are known after nobody is refused any more, want 3", got)
	}
}

func TestWhatIsConfiguredIsNotFound(t *testing.T) {
	rules := usual()
	n := newNetwork(
		t, &thing{name: "a", chassis: "02:00:00:00:00:01", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b", "c"}},
		&thing{name: "b", chassis: "02:00:00:00:00:02", at: []string{"10.0.0.2"}, takes: "public"},
		&thing{name: "c", chassis: "02:00:00:00:00:03", at: []string{"10.0.0.3"}, takes: "public"},
	)
	p := discovery.New(rules, discovery.Memory{}, n.now)
	p.Configured("mine", addr("10.0.0.2"), n.now)
	p.Configured("other", addr("10.0.9.9"), n.now) // c, by another of its addresses
	n.crawl(p, rules, n.now.Add(time.Minute))
	if got := len(p.Devices()); got != 2 {
		t.Errorf("%d devices are found, want a and c", got)
	}
	if !p.Introduce("other", snmp.Identity{SysName: "c", ChassisID: "02:00:00:00:00:03", ChassisIDSubtype: api.ChassisMAC}, n.now) {
		t.Error("that a configured device is one that was found is not told")
	}
	wantTable(t, p, `
		10.0.0.1 found | a | public
		10.0.0.2 duplicate | b | an address of mine, which is configured
		10.0.0.3 duplicate | c | an address of c, which is configured`)
	p.Unconfigured("other", n.now)
	n.crawl(p, rules, n.now.Add(2*time.Hour))
	wantTable(t, p, `
		10.0.0.1 found | a | public
		10.0.0.2 duplicate | b | an address of mine, which is configured
		10.0.0.3 found | c | public`)
}

func TestADeviceThatIsSilentForLongIsForgotten(t *testing.T) {
	rules := usual()
	n := newNetwork(
		t, &thing{name: "a", at: []string{"10.0.0.1"}, takes: "public", hears: []string{"b"}}, &thing{name: "b", at: []string{"10.0.0.2"}, takes: "public"},
	)
	p := discovery.New(rules, discovery.Memory{}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	n.now = p.Devices()[1].Heard.Add(rules.Forget)
	p.Answered("found-10.0.0.1", n.now)
	if p.Sweep(n.now) {
		t.Error("something is forgotten before its time")
	}
	n.now = n.now.Add(time.Minute)
	if !p.Sweep(n.now) {
		t.Error("nothing is forgotten")
	}
	wantTable(t, p, `
		10.0.0.1 found | a | public
		10.0.0.2 unreachable | b | it has not answered for 7 days`)
	n.crawl(p, rules, n.now.Add(2*time.Hour))
	if got := len(p.Devices()); got != 2 {
		t.Error("it is not found again when it answers again")
	}
}

func TestAnAddressTableHelpsWhoAnnouncesNoAddress(t *testing.T) {
	rules := usual()
	n := newNetwork(
		t, &thing{name: "a", at: []string{"10.0.0.1"}, takes: "public"},
		&thing{name: "b", chassis: "02:00:00:00:00:02", at: []string{"10.0.0.2"}, takes: "public"},
		&thing{name: "c", chassis: "02:00:00:00:00:03", at: []string{"10.0.0.3"}, takes: "public"},
	)
	p := discovery.New(rules, discovery.Memory{}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	row := func(address, mac string) snmp.Lead {
		return snmp.Lead{Protocol: snmp.ProtocolARP, Addresses: []netip.Addr{addr(address)}, MAC: mac}
	}
	neighbour := func(name, mac string) snmp.Lead {
		return snmp.Lead{Protocol: api.ProtocolLLDP, Name: name, ChassisID: mac, ChassisIDSubtype: api.ChassisMAC}
	}
	// One is resolved before it is heard of, the other after; a host is neither.
	p.Hear("found-10.0.0.1", []snmp.Lead{row("10.0.0.2", "02:00:00:00:00:02"), row("10.0.0.9", "02:00:00:00:00:09"), neighbour("b", "02:00:00:00:00:02")}, n.now)
	p.Hear("found-10.0.0.1", []snmp.Lead{neighbour("c", "02:00:00:00:00:03")}, n.now)
	p.Hear("found-10.0.0.1", []snmp.Lead{row("192.0.2.3", "02:00:00:00:00:03"), row("10.0.0.3", "02:00:00:00:00:03")}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	want := `
		10.0.0.1 found | a | public
		10.0.0.2 found | b | public
		10.0.0.3 found | c | public`
	wantTable(t, p, want)
	p = discovery.New(rules, discovery.Memory{}, n.now).Under(rules, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	p.Hear("found-10.0.0.1", []snmp.Lead{row("10.0.0.2", "02:00:00:00:00:02"), neighbour("c", "02:00:00:00:00:03")}, n.now)
	p = p.Under(rules, n.now)
	p.Hear("found-10.0.0.1", []snmp.Lead{neighbour("b", "02:00:00:00:00:02"), row("10.0.0.3", "02:00:00:00:00:03")}, n.now)
	n.crawl(p, rules, n.now.Add(time.Minute))
	wantTable(t, p, want)
}
