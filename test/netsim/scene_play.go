package netsim

import (
	"context"
	"time"
)

// Player plays a script in a world, one moment after the other. It keeps no
// clock: whoever calls it decides when a moment has come.
type Player struct {
	world  *World
	script Script
	passed int // Steps of the clusters' own course.
	begun  int // Events that have begun.
	churns []churn
}

// churn is one that is going on.
type churn struct {
	event

	done int
}

// next is when its next happening is.
func (c churn) next() time.Duration {
	return c.at + time.Duration(c.done)*time.Second/time.Duration(c.rate)
}

// Player makes a player of a script. What the script names must be there.
func (w *World) Player(s Script) (*Player, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := s.check(w); err != nil {
		return nil, err
	}
	return &Player{world: w, script: s}, nil
}

// Next is when the next moment is, counted from the start of the play. There
// always is one: pods go on starting and ending when the script is over.
func (p *Player) Next() time.Duration {
	at, _ := p.next()
	return at
}

// Over says whether all that the script says has been done.
func (p *Player) Over() bool { return p.begun == len(p.script.events) && len(p.churns) == 0 }

// next finds the next moment and which churn it is of: -1 for an event of the
// script, -2 for a step of the clusters' own.
func (p *Player) next() (at time.Duration, of int) {
	at, of = time.Duration(p.passed+1)*p.world.cfg.StepEvery, ownCourse
	if p.begun < len(p.script.events) && p.script.events[p.begun].at < at {
		at, of = p.script.events[p.begun].at, beginning
	}
	for i, c := range p.churns {
		if next := c.next(); next < at {
			at, of = next, i
		}
	}
	return at, of
}

const (
	beginning = -1
	ownCourse = -2
)

// Step lets the next moment happen.
func (p *Player) Step() error {
	switch _, of := p.next(); of {
	case ownCourse:
		p.passed++
		return p.world.act(func(e *effects) error {
			for _, c := range p.world.clusters {
				e.pass(c)
			}
			return nil
		})
	case beginning:
		next := p.script.events[p.begun]
		p.begun++
		if next.verb.name == churnVerb {
			if next.lasts > 0 {
				p.churns = append(p.churns, churn{event: next})
			}
			return nil
		}
		return p.do(next)
	default:
		c := &p.churns[of]
		err := p.do(c.event)
		if c.done++; c.next() >= c.at+c.lasts {
			p.churns = append(p.churns[:of:of], p.churns[of+1:]...)
		}
		return err
	}
}

func (p *Player) do(e event) error {
	err := p.world.act(func(fx *effects) error { return e.verb.do(p.world, fx, e.args) })
	if err != nil {
		return p.script.at(e, err)
	}
	return nil
}

// Play plays a script instead of what Run draws, until ctx ends. Moments that
// come too late, since the machine is busy, are made up for. It ends with an
// error when something of the script cannot be done.
func (w *World) Play(ctx context.Context, s Script) error {
	p, err := w.Player(s)
	if err != nil {
		return err
	}
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(time.Until(start.Add(p.Next())))
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.failed:
			return err
		case <-timer.C:
			if err := p.Step(); err != nil {
				return err
			}
		}
	}
}
