package snmp

import (
	"context"
	"time"
)

const (
	// listenGap is what lies at first between two readings of neighbours after a
	// link came up; it doubles up to listenFor. The neighbour says who it is
	// when it likes to: at once or, by the standard's default, within 30 s.
	listenGap = 300 * time.Millisecond
	listenFor = 20 * time.Second
)

// listening is what is awaited after links came up: that somebody is heard on
// them. Few devices send a trap when that happens.
type listening struct {
	ports map[uint32]bool // ifIndex
	gap   time.Duration
	at    time.Time // of the next reading
}

// timer rings when it is time for the next reading; never if nobody is awaited.
func (l listening) timer() (<-chan time.Time, func()) {
	if len(l.ports) == 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(time.Until(l.at))
	return timer.C, func() { timer.Stop() }
}

// listenOn awaits neighbours on the ports that came up.
func (p *poller) listenOn(links map[uint32]bool) {
	if len(links) == 0 {
		return
	}
	for ifIndex, up := range links {
		switch {
		case !up:
			delete(p.listening.ports, ifIndex)
		case p.listening.ports == nil:
			p.listening.ports = map[uint32]bool{ifIndex: true}
		default:
			p.listening.ports[ifIndex] = true
		}
	}
	p.listening.gap = listenGap
	p.listening.at = time.Now().Add(listenGap)
	p.heardOf()
}

// heardOf takes the ports on which somebody is heard from those where that is
// awaited.
func (p *poller) heardOf() {
	if p.lldp.last != nil {
		for _, n := range p.lldp.last.Neighbours {
			delete(p.listening.ports, n.IfIndex)
		}
	}
	for _, f := range p.topics {
		if f.last == nil {
			continue
		}
		if h, ok := (*f.last).(*Heard); ok {
			for _, n := range h.Neighbours {
				delete(p.listening.ports, n.IfIndex)
			}
		}
	}
}

// listenAgain reads the neighbours once more.
func (p *poller) listenAgain(ctx context.Context) error {
	p.hastenHeard()
	if err := p.poll(ctx, due{lldp: true}); err != nil {
		return err
	}
	p.heardOf()
	p.listening.gap *= 2
	p.listening.at = time.Now().Add(p.listening.gap)
	if p.listening.gap > listenFor || p.standing != standAnswering {
		clear(p.listening.ports)
	}
	return nil
}

// hastenHeard makes the tables of other protocols than LLDP due in which somebody
// was heard before.
func (p *poller) hastenHeard() {
	for _, f := range p.topics {
		if f.pace == paceNeighbours && f.had && f.last != nil {
			if _, ok := (*f.last).(*Heard); ok {
				f.next = time.Time{}
			}
		}
	}
}
