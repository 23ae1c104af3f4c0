package discovery

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// Attempt is one address to ask with one set of credentials.
type Attempt struct {
	Address netip.Addr
	Set     int // in Rules.Sets
}

// Outcome is how an attempt ended that found nobody.
type Outcome int

// The outcomes. What found somebody is Met.
const (
	// Silent is no answer: wrong address, wrong community or firewall.
	Silent Outcome = iota
	// Rejected is a device that refuses the credentials.
	Rejected
	// WrongPassword is one that knows the user, and rejects its password.
	WrongPassword
	// Broken is a host where nothing listens, or something that is no agent:
	// other credentials are of no use.
	Broken
	// Abandoned is an attempt that was not carried through.
	Abandoned
)

// party is what is tried as one device, whatever addresses it has: those that
// its neighbours tell the same chassis ID of. Limits are a party's, since what
// locks out is the device and not its address.
type party struct {
	last     []time.Time // of the last attempts, at most Tries
	rejected map[int]rejection
	busy     bool
}

// partyKey is what a party is known by: an address or a chassis ID.
type partyKey struct {
	address netip.Addr
	chassis chassis
}

// rejection is a set that a device refused.
type rejection struct {
	until time.Time
	why   string
}

// setRecord is how a set has fared.
type setRecord struct {
	accepted, rejected int
	wrong              int // rejections as a wrong password
}

// suspicious is after how many wrong passwords, and not one right one, a set is
// taken to have a wrong password everywhere.
const suspicious = 3

const maxRetry = 24 * time.Hour

func (s setRecord) suspended() bool { return s.accepted == 0 && s.wrong >= suspicious }

// partyOf is what limits attempts at an address: one party for the address and
// for the chassis ID that neighbours tell of it. It is looked up again each time,
// for the chassis ID may have become known. One that is busy is not joined with
// another.
func (p *Planner) partyOf(address netip.Addr, who chassis) *party {
	keys := []partyKey{{address: address}}
	if who.id != "" {
		keys = append(keys, partyKey{chassis: who})
	}
	var whole *party
	for _, key := range keys {
		y := p.parties[key]
		switch {
		case y == nil || y == whole:
		case y.busy:
			return y
		case whole == nil:
			whole = y
		default:
			whole.join(y, p.rules.Tries)
		}
	}
	if whole == nil {
		whole = &party{rejected: map[int]rejection{}}
	}
	for _, key := range keys {
		p.parties[key] = whole
	}
	return whole
}

func (y *party) join(other *party, keep int) {
	y.last = append(y.last, other.last...)
	slices.SortFunc(y.last, time.Time.Compare)
	y.last = y.last[max(0, len(y.last)-keep):]
	for set, r := range other.rejected {
		y.reject(set, r)
	}
}

func (y *party) reject(set int, r rejection) {
	if r.until.After(y.rejected[set].until) {
		y.rejected[set] = r
	}
}

// idle says whether there is nothing to be remembered of a party.
func (y *party) idle(r Rules, now time.Time) bool {
	for _, x := range y.rejected {
		if x.until.After(now) {
			return false
		}
	}
	n := len(y.last)
	return !y.busy && (n == 0 || now.Sub(y.last[n-1]) > max(r.Retry, r.Pause))
}

// begin notes an attempt.
func (y *party) begin(now time.Time, keep int) {
	y.busy = true
	y.last = append(y.last, now)
	y.last = y.last[max(0, len(y.last)-keep):]
}

// free is when the next attempt may be.
func (y *party) free(r Rules) time.Time {
	var at time.Time
	if n := len(y.last); n > 0 {
		at = y.last[n-1].Add(r.Pause)
	}
	if len(y.last) >= r.Tries {
		if all := y.last[len(y.last)-r.Tries].Add(r.Retry); all.After(at) {
			at = all
		}
	}
	return at
}

// Next is what to do now, if ok; else wake is when there may be something, the
// zero time if that is not known before an attempt ends or something is heard.
func (p *Planner) Next(now time.Time) (a Attempt, ok bool, wake time.Time) {
	if p.trying >= p.rules.Concurrency {
		return Attempt{}, false, time.Time{}
	}
	if now.Before(p.gate) {
		return Attempt{}, false, p.gate
	}
	sooner := func(t time.Time) {
		if wake.IsZero() || t.Before(wake) {
			wake = t
		}
	}
	slices.SortFunc(p.queue, inOrder)
	for _, c := range slices.Clone(p.queue) {
		if c.next.After(now) {
			sooner(c.next)
			continue
		}
		p.judge(c, now)
		if c.state != api.DiscoveryQueued {
			continue
		}
		if p.found+p.trying >= p.rules.MaxDevices {
			c.why = "waits: there are as many devices as max_devices allows"
			continue
		}
		c.party = p.partyOf(c.address, c.chassis)
		if c.party.busy {
			continue // what it is will be known in a moment
		}
		set, left := p.choose(c, now)
		if !left {
			p.exhaust(c, now)
			sooner(c.next)
			continue
		}
		if at := c.party.free(p.rules); at.After(now) {
			c.next = at
			if at.Sub(now) > p.rules.Pause {
				c.why = fmt.Sprintf("waits: no more than %d attempts are allowed in %s", p.rules.Tries, inWords(p.rules.Retry))
			}
			sooner(at)
			continue
		}
		p.start(c, set, now)
		return Attempt{c.address, set}, true, time.Time{}
	}
	return Attempt{}, false, wake
}

func (p *Planner) start(c *candidate, set int, now time.Time) {
	p.settle(c, api.DiscoveryTrying, "", now)
	c.set = set
	c.tries++
	c.party.begin(now, p.rules.Tries)
	p.trying++
	p.gate = now.Add(time.Duration(float64(time.Second) / p.rules.Rate))
}

// choose picks the set to try next: first what the device took that told of it,
// then the others in order. left is false if there is none.
func (p *Planner) choose(c *candidate, now time.Time) (set int, left bool) {
	first := -1
	if d := p.devices[c.via]; d != nil {
		first = slices.IndexFunc(p.rules.Sets, func(s Set) bool { return s.Name == d.set })
	}
	order := []int{first}
	for i := range p.rules.Sets {
		order = append(order, i)
	}
	for _, i := range order {
		if i < 0 || c.silent[i] || p.sets[i].suspended() || c.party.rejected[i].until.After(now) {
			continue
		}
		return i, true
	}
	return 0, false
}

// Failed takes in that an attempt found nobody, and why.
func (p *Planner) Failed(a Attempt, outcome Outcome, why string, now time.Time) {
	c := p.candidates[a.Address]
	if c == nil || c.state != api.DiscoveryTrying {
		return
	}
	p.done(c)
	switch outcome {
	case Abandoned:
	case Silent:
		c.silent[a.Set] = true
		for i, s := range p.rules.Sets {
			// Who does not say who it is to one user says it to none.
			if s.User && p.rules.Sets[a.Set].User {
				c.silent[i] = true
			}
		}
	case WrongPassword:
		p.sets[a.Set].wrong++
		fallthrough
	case Rejected:
		p.sets[a.Set].rejected++
		c.party.reject(a.Set, rejection{now.Add(p.rules.LockOut), why})
	case Broken:
		c.rounds++
		p.settle(c, api.DiscoveryUnreachable, why, now)
		c.next = now.Add(p.patience(c))
		return
	}
	p.settle(c, api.DiscoveryQueued, why, now)
	c.next = time.Time{}
	if _, left := p.choose(c, now); !left {
		p.exhaust(c, now)
	}
}

func (p *Planner) done(c *candidate) {
	p.trying--
	c.party.busy = false
}

// exhaust puts an address aside to which there is no set left to try.
func (p *Planner) exhaust(c *candidate, now time.Time) {
	var first time.Time // when a rejected set may be tried again
	why := ""
	for i := range p.rules.Sets {
		if r, ok := c.party.rejected[i]; ok && r.until.After(now) {
			why = r.why
			if first.IsZero() || r.until.Before(first) {
				first = r.until
			}
		}
	}
	c.rounds++
	c.next = now.Add(p.patience(c))
	if len(c.silent) == 0 && !first.IsZero() {
		c.next = first // nothing else is left
	}
	clear(c.silent)
	switch {
	case why != "":
		p.settle(c, api.DiscoveryLocked, why, now)
	case c.tries == 0:
		p.settle(c, api.DiscoveryLocked, "no credentials are left that are not suspended", now)
	default:
		p.settle(c, api.DiscoveryUnreachable, cmp.Or(c.why, "no answer"), now)
	}
}

// patience is how long an address is left alone after so many rounds.
func (p *Planner) patience(c *candidate) time.Duration {
	wait := p.rules.Retry
	for range c.rounds - 1 {
		if wait *= 2; wait >= maxRetry {
			return max(maxRetry, p.rules.Retry)
		}
	}
	return wait
}
