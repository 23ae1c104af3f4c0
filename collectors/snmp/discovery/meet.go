package discovery

import (
	"cmp"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// Device is one that was found.
type Device struct {
	// Name is that of its source.
	Name    string
	Address netip.Addr
	// Set is the name of the credentials that it took.
	Set      string
	Identity snmp.Identity
	Depth    int
	// Via is the device that told of it, "" for a seed.
	Via   string
	Found time.Time
	// Heard is when it was last known to answer.
	Heard time.Time
}

// nameOf is what the device that was found at an address is called by. No
// configured device is: see Configured.
func nameOf(a netip.Addr) string { return "found-" + a.String() }

// Met takes in who answered an attempt. A device is returned if it is one that
// was not known; whom it hears is then to be asked of it. Done has to follow.
func (p *Planner) Met(a Attempt, id snmp.Identity, now time.Time) (Device, bool) {
	c := p.candidates[a.Address]
	if c == nil || c.state != api.DiscoveryTrying {
		return Device{}, false
	}
	p.sets[a.Set].accepted++
	c.rounds = 0
	clear(c.silent)
	c.name = cmp.Or(id.SysName, c.name)
	if id.ChassisID != "" {
		c.chassis = chassis{id.ChassisIDSubtype, id.ChassisID}
	}
	if why := p.rules.refuses(c.address, c.name, c.chassis.id); why != "" {
		p.settle(c, api.DiscoveryRefused, why, now)
		return Device{}, false
	}
	if d := p.known.find(c.address, id); d != nil {
		p.duplicate(c, d, now)
		return Device{}, false
	}
	name := nameOf(c.address)
	if p.devices[name] != nil {
		p.settle(c, api.DiscoveryRefused, "a configured switch is called "+name, now)
		return Device{}, false
	}
	d := &device{
		name: name, address: c.address, set: p.rules.Sets[a.Set].Name, depth: c.depth, via: c.via,
		found: now, heard: now, leads: map[netip.Addr]lead{}, mute: map[string]lead{},
	}
	p.add(c, d, id, now)
	return d.public(), true
}

// Done takes in that an attempt that met somebody is over.
func (p *Planner) Done(a Attempt) {
	if c := p.candidates[a.Address]; c != nil && c.party != nil && c.party.busy {
		p.done(c)
	}
}

// add keeps a device that was found at an address.
func (p *Planner) add(c *candidate, d *device, id snmp.Identity, now time.Time) {
	p.devices[d.name] = d
	p.found++
	c.device = d
	p.settle(c, api.DiscoveryFound, "", now)
	p.identify(d, id, now)
}

// identify takes over who a device says it is. Those that wait and are it too
// need not be asked; one that was found and is a configured one goes.
func (p *Planner) identify(d *device, id snmp.Identity, now time.Time) {
	p.known.remove(d)
	d.id = id
	if d.configured {
		for other := p.known.find(d.address, id); other != nil && !other.configured; other = p.known.find(d.address, id) {
			p.drop(other, now)
		}
	}
	p.known.insert(d)
	for _, c := range p.candidates {
		if c.state == api.DiscoveryQueued {
			if d := p.knownAs(c); d != nil {
				p.duplicate(c, d, now)
			}
		}
	}
}

// Introduce takes over what a device says of itself, as far as it says it, and
// says whether another one that was found turned out to be the same.
func (p *Planner) Introduce(name string, says snmp.Identity, now time.Time) (merged bool) {
	d := p.devices[name]
	if d == nil {
		return false
	}
	id := d.id
	id.SysName = cmp.Or(says.SysName, id.SysName)
	if says.ChassisID != "" {
		id.ChassisID, id.ChassisIDSubtype = says.ChassisID, says.ChassisIDSubtype
	}
	for _, a := range says.Addresses {
		if !slices.Contains(id.Addresses, a) && len(id.Addresses) < maxLeads {
			id.Addresses = append(slices.Clip(id.Addresses), a)
		}
	}
	if reflect.DeepEqual(id, d.id) {
		return false
	}
	before := p.found
	p.identify(d, id, now)
	return p.found != before
}

// drop forgets a device. Its addresses are judged anew.
func (p *Planner) drop(d *device, now time.Time) {
	p.known.remove(d)
	delete(p.devices, d.name)
	if !d.configured {
		p.found--
	}
	for _, c := range p.candidates {
		if c.device == d {
			c.device = nil
			p.settle(c, api.DiscoveryRefused, "", now)
			p.judge(c, now)
		}
	}
}

// Answered takes in that a device is known to answer.
func (p *Planner) Answered(name string, now time.Time) {
	if d := p.devices[name]; d != nil {
		d.heard = now
	}
}

// forget drops devices that have not answered for long, and says whether there
// was any.
func (p *Planner) forget(now time.Time) bool {
	gone := false
	for _, d := range p.devices {
		if d.configured || now.Sub(d.heard) <= p.rules.Forget {
			continue
		}
		gone = true
		c := p.candidates[d.address]
		p.drop(d, now)
		if c != nil && c.state == api.DiscoveryQueued {
			c.rounds++
			p.settle(c, api.DiscoveryUnreachable, "it has not answered for "+inWords(p.rules.Forget), now)
			c.next = now.Add(p.patience(c))
		}
	}
	return gone
}

func (d *device) public() Device {
	return Device{
		Name: d.name, Address: d.address, Set: d.set, Identity: d.id, Depth: d.depth, Via: d.via, Found: d.found, Heard: d.heard,
	}
}

// inWords is a duration, in days where it is some.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day && d%day == 0 {
		return fmt.Sprintf("%d days", d/day)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
