package discovery

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// Listen passes observations on to a sink, and takes from those of devices whom
// they hear and that they answer: so what is polled anyway leads further, too.
func (c *Crawler) Listen(sink api.Sink) api.Sink { return ear{sink, c} }

type ear struct {
	api.Sink
	crawler *Crawler
}

// Observe implements api.Sink.
func (e ear) Observe(ctx context.Context, o api.Observation) error {
	e.crawler.overhear(o) // before it is the sink's
	return e.Sink.Observe(ctx, o)
}

func (c *Crawler) overhear(o api.Observation) {
	name, device := strings.CutPrefix(string(o.Scope.Source), "snmp:")
	if !device {
		return
	}
	var leads []snmp.Lead
	var says snmp.Identity
	known := false
	for _, claim := range o.Put {
		leads = append(leads, snmp.LeadsIn(claim)...)
		known = snmp.IdentityIn(claim, &says) || known
	}
	answers := o.Kind == api.ObserveEnd || o.Kind == api.ObserveSame
	if len(leads) == 0 && !known && (!answers || o.Scope.Table != snmp.TableSystem) {
		return
	}
	changed := false
	c.with(func(p *Planner, now time.Time) {
		if answers {
			p.Answered(name, now)
		}
		if known {
			changed = p.Introduce(name, says, now)
		}
		p.Hear(name, leads, now)
	})
	if len(leads) > 0 {
		c.ring()
	}
	if changed {
		c.changed()
	}
}

// Configure makes known which devices are polled whatever is found.
func (c *Crawler) Configure(devices []snmp.Config) {
	var names []string
	c.with(func(p *Planner, now time.Time) {
		for _, d := range devices {
			names = append(names, d.Name)
			host, _, err := net.SplitHostPort(d.Address)
			if err != nil {
				host = d.Address
			}
			address, _ := netip.ParseAddr(host) // The zero address of a name that only a resolver knows.
			p.Configured(d.Name, address.Unmap(), now)
		}
		for _, name := range p.configured() {
			if !slices.Contains(names, name) {
				p.Unconfigured(name, now)
			}
		}
	})
	c.ring()
}
