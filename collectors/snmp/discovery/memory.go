package discovery

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// Memory is what outlives a restart: whom to poll at once, and which set is not
// to be tried where.
type Memory struct {
	Found    []Device
	Rejected []Rejection
}

// Rejection is a set that a device refused, which is known by an address or by
// a chassis ID.
type Rejection struct {
	Address          netip.Addr
	ChassisID        string
	ChassisIDSubtype uint8
	// Set is the name of the set, and Print what it was like.
	Set, Print string
	Until      time.Time
	Why        string
}

// Memory is what is to be remembered.
func (p *Planner) Memory() Memory {
	if p.rules.Off {
		return p.kept
	}
	m := Memory{Found: p.Devices()}
	for key, y := range p.parties {
		for i, r := range y.rejected {
			m.Rejected = append(m.Rejected, Rejection{
				Address: key.address, ChassisID: key.chassis.id, ChassisIDSubtype: key.chassis.subtype,
				Set: p.rules.Sets[i].Name, Print: p.rules.Sets[i].Print, Until: r.until, Why: r.why,
			})
		}
	}
	slices.SortFunc(m.Rejected, func(a, b Rejection) int {
		return cmp.Or(a.Address.Compare(b.Address), cmp.Compare(a.ChassisID, b.ChassisID), cmp.Compare(a.Set, b.Set))
	})
	return m
}

// recall takes over what is remembered, as far as the rules still allow it.
func (p *Planner) recall(m Memory, now time.Time) {
	sets := map[string]int{}
	for i, s := range p.rules.Sets {
		sets[s.Name] = i
	}
	for _, r := range m.Rejected {
		i, there := sets[r.Set]
		if !there || p.rules.Sets[i].Print != r.Print || !r.Until.After(now) {
			continue
		}
		until := r.Until
		if most := now.Add(p.rules.LockOut); until.After(most) {
			until = most
		}
		key := partyKey{r.Address, chassis{r.ChassisIDSubtype, r.ChassisID}}
		if p.parties[key] == nil {
			p.parties[key] = &party{rejected: map[int]rejection{}}
		}
		p.parties[key].reject(i, rejection{until, r.Why})
	}
	for _, d := range m.Found {
		_, there := sets[d.Set]
		seed := slices.Contains(p.rules.Seeds, d.Address)
		wanted := p.rules.forbids(d.Address) == "" && p.rules.refuses(d.Address, d.Identity.SysName, d.Identity.ChassisID) == ""
		if !there || !wanted || p.found >= p.rules.MaxDevices || d.Depth > p.rules.MaxDepth || p.rules.DryRun && !seed ||
			p.candidates[d.Address] != nil {
			continue
		}
		// Nobody listened meanwhile: it has at least half of the time left.
		if least := now.Add(-p.rules.Forget / 2); d.Heard.Before(least) {
			d.Heard = least
		}
		p.remember(d, now)
	}
}

// remember keeps a device as if it had just been met.
func (p *Planner) remember(d Device, now time.Time) {
	p.serial++
	c := &candidate{
		address: d.Address, serial: p.serial, seed: slices.Contains(p.rules.Seeds, d.Address), depth: d.Depth, via: d.Via,
		name: d.Identity.SysName, chassis: chassis{d.Identity.ChassisIDSubtype, d.Identity.ChassisID},
		silent: map[int]bool{}, heard: now, state: api.DiscoveryQueued, since: now,
	}
	p.candidates[d.Address] = c
	p.queue = append(p.queue, c)
	p.add(c, &device{
		name: nameOf(d.Address), address: d.Address, set: d.Set, depth: d.Depth, via: d.Via, found: d.Found, heard: d.Heard,
		leads: map[netip.Addr]lead{}, mute: map[string]lead{},
	}, d.Identity, now)
	c.since = d.Found
}

// inherit takes over from a planner with other rules how sets have fared, and
// what was tried where, for those sets that are as they were.
func (p *Planner) inherit(from *Planner) {
	p.gate = from.gate
	moved := map[int]int{} // set there -> here
	for i, s := range from.rules.Sets {
		if at := slices.Index(p.rules.Sets, s); at >= 0 {
			moved[i] = at
			p.sets[at] = from.sets[i]
		}
	}
	copied := map[*party]*party{}
	for key, y := range from.parties {
		if copied[y] == nil {
			z := &party{last: slices.Clone(y.last[max(0, len(y.last)-p.rules.Tries):]), rejected: map[int]rejection{}}
			for set, r := range y.rejected {
				if at, same := moved[set]; same {
					z.rejected[at] = r
				}
			}
			copied[y] = z
		}
		p.parties[key] = copied[y]
	}
}
