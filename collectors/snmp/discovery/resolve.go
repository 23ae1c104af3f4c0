package discovery

import (
	"net/netip"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
)

// Many devices announce no address. Where their chassis ID is a MAC address, the
// address tables of routers have one for it.

// andARP is in the protocol of those that were found so.
const andARP = " and arp"

// resolve takes in which address a MAC has.
func (p *Planner) resolve(a netip.Addr, mac string, now time.Time) {
	if mac == "" || p.arp[mac] == a || p.rules.forbids(a) != "" {
		return
	}
	if _, there := p.arp[mac]; !there && len(p.arp) >= 4*max(addressesAtLeast, addressesPerDevice*p.rules.MaxDevices) {
		p.leftOut++
		return
	}
	p.arp[mac] = a
	for _, d := range p.devices {
		if l, waits := d.mute[mac]; waits {
			p.hear(d.name, a, l, now)
		}
	}
}

// hearNameless takes in what a device says of one that announces no address.
func (p *Planner) hearNameless(from string, l lead, now time.Time) {
	d := p.devices[from]
	if d == nil || l.chassis.subtype != api.ChassisMAC || l.chassis.id == "" {
		return
	}
	if _, there := d.mute[l.chassis.id]; !there && len(d.mute) >= maxLeads {
		p.leftOut++
		return
	}
	l.protocol = strings.TrimSuffix(l.protocol, andARP) + andARP
	d.mute[l.chassis.id] = l
	if a, known := p.arp[l.chassis.id]; known {
		p.hear(from, a, l, now)
	}
}
