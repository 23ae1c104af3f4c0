package discovery

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// Planner knows what is known of addresses and decides which one to ask next.
// It asks nobody, and time passes only as it is told. It is used by one
// goroutine at a time.
type Planner struct {
	rules Rules
	since time.Time

	candidates map[netip.Addr]*candidate
	queue      []*candidate // those that wait, in order
	devices    map[string]*device
	found      int // devices that are not configured
	known      index
	parties    map[partyKey]*party
	arp        map[string]netip.Addr // MAC -> one of its addresses that may be asked
	sets       []setRecord

	trying int
	gate   time.Time // when the next attempt may begin
	serial int
	kept   Memory // while it is off
	// leftOut is how often an address was heard of that there was no room for.
	leftOut int
}

// candidate is one address.
type candidate struct {
	address      netip.Addr
	serial       int
	seed         bool
	depth        int
	via          string // the device that told of it
	protocol     string
	name         string // what it is called: by neighbours, or by itself
	chassis      chassis
	capabilities uint16

	state  api.DiscoveryState
	why    string
	since  time.Time
	next   time.Time // not to be asked before
	device *device   // found at it, or of which it is one more address
	party  *party
	set    int          // with which it was asked last
	silent map[int]bool // sets that were met with silence in this round
	rounds int          // that ended with no answer
	tries  int
	heard  time.Time
}

// chassis is an LLDP chassis ID with its subtype; none if empty.
type chassis struct {
	subtype uint8
	id      string
}

// device is one that is polled: found, or configured.
type device struct {
	name       string
	address    netip.Addr
	configured bool
	set        string
	id         snmp.Identity
	depth      int
	via        string
	found      time.Time
	heard      time.Time // when it was last known to answer
	leads      map[netip.Addr]lead
	mute       map[string]lead // those that announce no address, by MAC
}

// lead is one address of a snmp.Lead.
type lead struct {
	protocol, name string
	chassis        chassis
	capabilities   uint16
}

// What is kept is bounded: addresses by the number of devices that there may
// be, and what one device says of others.
const (
	addressesPerDevice = 20
	addressesAtLeast   = 1000
	maxLeads           = 4096
)

// New makes a planner that knows the seeds and what is remembered. The rules
// are valid.
func New(rules Rules, m Memory, now time.Time) *Planner { return renew(rules, m, nil, now) }

// renew makes a planner; before is the one with other rules, if there was one.
func renew(rules Rules, m Memory, before *Planner, now time.Time) *Planner {
	p := &Planner{
		rules: rules, since: now,
		candidates: map[netip.Addr]*candidate{}, devices: map[string]*device{}, known: index{}, parties: map[partyKey]*party{},
		arp:  map[string]netip.Addr{},
		sets: make([]setRecord, len(rules.Sets)),
	}
	if rules.Off {
		p.kept = m
		return p
	}
	if before != nil {
		p.inherit(before)
	}
	p.recall(m, now)
	for _, seed := range rules.Seeds {
		p.note(seed.Unmap(), lead{}, "", 0, now)
	}
	return p
}

// Under is what is known, under other rules.
func (p *Planner) Under(rules Rules, now time.Time) *Planner {
	out := renew(rules, p.Memory(), p, now)
	for _, d := range p.devices {
		if d.configured {
			out.Configured(d.name, d.address, now)
			out.Introduce(d.name, d.id, now)
		}
	}
	for _, d := range p.devices {
		for a, l := range d.leads {
			out.hear(d.name, a, l, now)
		}
		for _, l := range d.mute {
			out.hearNameless(d.name, l, now)
		}
	}
	for mac, a := range p.arp {
		out.resolve(a, mac, now)
	}
	return out
}

// Configured makes known a device that is polled whatever discovery finds. The
// address may be unknown.
func (p *Planner) Configured(name string, address netip.Addr, now time.Time) {
	d := p.devices[name]
	switch {
	case d == nil:
		d = &device{name: name, address: address, configured: true, leads: map[netip.Addr]lead{}, mute: map[string]lead{}, found: now}
		p.devices[name] = d
	case d.configured && d.address == address:
		return
	case !d.configured:
		p.drop(d, now)
		p.Configured(name, address, now)
		return
	}
	p.known.remove(d)
	d.address = address
	p.identify(d, d.id, now)
}

// configured are the names of such devices.
func (p *Planner) configured() []string {
	var out []string
	for _, d := range p.devices {
		if d.configured {
			out = append(out, d.name)
		}
	}
	return out
}

// Unconfigured forgets a configured device.
func (p *Planner) Unconfigured(name string, now time.Time) {
	if d := p.devices[name]; d != nil && d.configured {
		p.drop(d, now)
	}
}

// Hear takes in what a device says of others.
func (p *Planner) Hear(from string, leads []snmp.Lead, now time.Time) {
	for _, l := range leads {
		said := lead{l.Protocol, l.Name, chassis{l.ChassisIDSubtype, l.ChassisID}, l.Capabilities}
		for _, a := range l.Addresses {
			if l.Protocol == snmp.ProtocolARP {
				p.resolve(a.Unmap(), l.MAC, now)
			}
			p.hear(from, a.Unmap(), said, now)
		}
		if len(l.Addresses) == 0 && l.ChassisIDSubtype == api.ChassisMAC {
			p.hearNameless(from, said, now)
		}
	}
}

func (p *Planner) hear(from string, a netip.Addr, l lead, now time.Time) {
	d := p.devices[from]
	if d == nil || l.protocol == snmp.ProtocolARP && !p.rules.ARP {
		return // it has gone meanwhile, or it is not to be followed
	}
	if _, there := d.leads[a]; !there && len(d.leads) >= maxLeads {
		p.leftOut++
		return
	}
	d.leads[a] = l
	p.note(a, l, from, d.depth+1, now)
}

// note makes an address known, or what more is said of one that is.
func (p *Planner) note(a netip.Addr, l lead, via string, depth int, now time.Time) {
	if p.rules.Off {
		return
	}
	c := p.candidates[a]
	if c == nil {
		if !p.room() {
			p.leftOut++
			return
		}
		p.serial++
		c = &candidate{address: a, serial: p.serial, depth: depth, via: via, protocol: l.protocol, seed: via == "", silent: map[int]bool{}}
		p.candidates[a] = c
	}
	c.heard, c.seed = now, c.seed || via == ""
	nearer := depth < c.depth
	if nearer {
		c.depth, c.via, c.protocol = depth, via, l.protocol
	}
	if c.state != api.DiscoveryFound {
		c.name = cmp.Or(c.name, l.name)
		c.chassis = cmp.Or(c.chassis, l.chassis)
		c.capabilities |= l.capabilities
	}
	switch c.state {
	case "", api.DiscoveryQueued, api.DiscoveryRefused:
		p.judge(c, now)
	case api.DiscoveryFound:
		if nearer && !c.device.configured {
			p.approach(c.device, depth, now)
		}
	case api.DiscoveryDuplicate:
		if nearer && !c.device.configured && depth < c.device.depth {
			p.approach(c.device, depth, now)
		}
	case api.DiscoveryTrying, api.DiscoveryUnreachable, api.DiscoveryLocked:
	}
}

// approach takes over that a device is nearer to a seed than was known, and so
// are those that it hears.
func (p *Planner) approach(d *device, depth int, now time.Time) {
	d.depth = depth
	for a, l := range d.leads {
		p.note(a, l, d.name, depth+1, now)
	}
}

// judge puts an address that is not known to be anybody where it belongs.
func (p *Planner) judge(c *candidate, now time.Time) {
	if d := p.knownAs(c); d != nil {
		p.duplicate(c, d, now)
		return
	}
	if why := p.refusal(c); why != "" {
		p.settle(c, api.DiscoveryRefused, why, now)
		return
	}
	if c.state != api.DiscoveryQueued {
		p.settle(c, api.DiscoveryQueued, "", now)
		c.next = time.Time{}
	}
}

// refusal says why an address is not to be asked, by all that is said of it; ""
// if it may be.
func (p *Planner) refusal(c *candidate) string {
	if why := p.rules.forbids(c.address); why != "" {
		return why
	}
	if why := p.rules.refuses(c.address, c.name, c.chassis.id); why != "" {
		return why
	}
	switch {
	case c.depth > p.rules.MaxDepth:
		return "further from the seeds than max_depth"
	case hostOnly(c.capabilities) && !p.rules.Hosts && !c.seed:
		return "it says that it is no bridge and no router"
	case p.rules.DryRun && !c.seed:
		return "dry run: it would be asked"
	}
	return ""
}

// settle brings an address into a state.
func (p *Planner) settle(c *candidate, state api.DiscoveryState, why string, now time.Time) {
	waits := func(s api.DiscoveryState) bool {
		return s == api.DiscoveryQueued || s == api.DiscoveryUnreachable || s == api.DiscoveryLocked
	}
	if was, is := waits(c.state), waits(state); was && !is {
		p.queue = slices.DeleteFunc(p.queue, func(other *candidate) bool { return other == c })
	} else if is && !was {
		p.queue = append(p.queue, c)
	}
	if c.state != state || c.why != why {
		c.since = now
	}
	c.state, c.why = state, why
}

func (p *Planner) duplicate(c *candidate, d *device, now time.Time) {
	c.device = d
	why := "an address of " + cmp.Or(d.id.SysName, d.name)
	if d.configured {
		why += ", which is configured"
	}
	p.settle(c, api.DiscoveryDuplicate, why, now)
}

// room says whether one more address can be kept.
func (p *Planner) room() bool {
	most := max(addressesAtLeast, addressesPerDevice*p.rules.MaxDevices)
	return len(p.candidates) < most && len(p.parties) < 4*most
}

// Sweep forgets what is of no more use: devices that have not answered for long,
// and, where there is no more room, addresses of which nothing came and nobody
// has said anything for an hour. It says whether a device was among it.
func (p *Planner) Sweep(now time.Time) bool {
	gone := p.forget(now)
	for key, y := range p.parties {
		if y.idle(p.rules, now) {
			delete(p.parties, key)
		}
	}
	if p.room() {
		return gone
	}
	for a, c := range p.candidates {
		idle := c.state == api.DiscoveryRefused || c.state == api.DiscoveryUnreachable
		if idle && !c.seed && now.Sub(c.heard) > time.Hour {
			p.settle(c, api.DiscoveryRefused, "", now) // out of the queue
			delete(p.candidates, a)
		}
	}
	return gone
}

// inOrder compares those that wait: near ones first.
func inOrder(a, b *candidate) int {
	return cmp.Or(cmp.Compare(a.depth, b.depth), cmp.Compare(a.serial, b.serial))
}
