package discovery_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/collectors/snmp/discovery"
)

// script answers as a network does, over a Prober.
type script struct {
	mu    sync.Mutex
	net   *network
	asked []netip.Addr
}

func (s *script) Identify(_ context.Context, a discovery.Attempt) (snmp.Identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, a.Address)
	x := s.net.at[a.Address]
	if x == nil {
		return snmp.Identity{}, snmp.ErrNoAnswer
	}
	if x.name == "panics" {
		panic("what strangers send")
	}
	return x.identity(), nil
}

func (s *script) Explore(_ context.Context, a discovery.Attempt, _ discovery.Device) ([]snmp.Lead, error) {
	return s.net.leads(s.net.at[a.Address]), errors.New("one table could not be read")
}

type sink struct{ seen int }

func (s *sink) Observe(context.Context, api.Observation) error {
	s.seen++
	return nil
}

func TestWhatPolledDevicesSayLeadsFurther(t *testing.T) {
	s := &script{net: newNetwork(
		t, &thing{name: "a", at: []string{"10.0.0.1"}, hears: []string{"b"}}, &thing{name: "b", at: []string{"10.0.0.2"}},
		&thing{name: "c", at: []string{"10.0.0.3"}}, &thing{name: "panics", at: []string{"10.0.0.4"}}, &thing{name: "host", at: []string{"10.0.0.5"}},
		&thing{name: "listed", chassis: "02:00:00:00:00:09", at: []string{"10.0.0.6"}},
	)}
	rules := usual()
	rules.Rate, rules.Pause = 1000, time.Millisecond
	found := make(chan struct{}, 1)
	c, err := discovery.NewCrawler(discovery.Config{Rules: rules, Prober: s, Changed: func() {
		select {
		case found <- struct{}{}:
		default:
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	var down sink
	ears := c.Listen(&down)
	c.Configure([]snmp.Config{{Name: "mine", Address: "switch.example.net:161"}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	stands := func(address string, want api.DiscoveryState) {
		t.Helper()
		deadline := time.After(20 * time.Second)
		for {
			for _, i := range c.State().Items {
				if i.Address == addr(address) && i.State == want {
					return
				}
			}
			select {
			case <-found:
			case <-time.After(10 * time.Millisecond):
			case <-deadline:
				t.Fatalf("%s is not %s: %+v", address, want, c.State().Items)
			}
		}
	}
	stands("10.0.0.2", api.DiscoveryFound) // although not all of a could be read

	say := func(source api.SourceID, claims ...api.Claim) {
		t.Helper()
		if err := ears.Observe(ctx, api.Observation{Scope: api.Scope{Source: source, Table: "lldp"}, Kind: api.ObservePart, Put: claims}); err != nil {
			t.Fatal(err)
		}
	}
	neighbour := func(name, address string) api.Claim {
		return api.Claim{Key: "lldp/" + name, Neighbour: &api.Neighbour{Protocol: api.ProtocolLLDP, SysName: name, Addresses: []string{address}}}
	}
	say("kube:east", neighbour("c", "10.0.0.3"))
	say("snmp:nobody", neighbour("c", "10.0.0.3"))
	if got := len(c.State().Items); got != 2 {
		t.Errorf("%d addresses are known of what sources say that are no device, want 2", got)
	}
	say("snmp:mine", neighbour("c", "10.0.0.3"), neighbour("panics", "10.0.0.4"))
	stands("10.0.0.3", api.DiscoveryFound)
	stands("10.0.0.4", api.DiscoveryUnreachable)
	say("snmp:found-10.0.0.2", api.Claim{Key: "arp/x", Bindings: &api.Bindings{Rows: []api.Binding{{Address: addr("10.0.0.5")}}}}, neighbour("listed", "10.0.0.6"))
	stands("10.0.0.6", api.DiscoveryFound)
	for _, i := range c.State().Items {
		if i.Address == addr("10.0.0.5") {
			t.Errorf("an address of an address table is known, which nobody asked for: %+v", i)
		}
	}
	say("snmp:mine", api.Claim{Key: "device", Vertex: &api.VertexClaim{Kind: api.VertexDevice, Aliases: []api.Alias{
		{Kind: api.AliasSysName, Value: "listed"}, {Kind: api.AliasChassis, Value: "4:02:00:00:00:00:09"},
	}}})
	stands("10.0.0.6", api.DiscoveryDuplicate)
	if down.seen != 5 {
		t.Errorf("%d observations got to the sink, want 5", down.seen)
	}

	other := rules
	other.Refuse = []discovery.Refusal{{Name: "c"}}
	if err := c.Renew(other, s); err != nil {
		t.Fatal(err)
	}
	stands("10.0.0.3", api.DiscoveryRefused)
	other.Allow = nil
	if err := c.Renew(other, s); err == nil {
		t.Error("rules that allow nothing were taken")
	}
}
