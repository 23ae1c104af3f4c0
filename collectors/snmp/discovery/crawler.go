package discovery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// Prober asks devices. Its methods are called from many goroutines.
type Prober interface {
	// Identify asks who is at an address, with one set of credentials.
	Identify(ctx context.Context, a Attempt) (snmp.Identity, error)
	// Explore asks a device that was not known whom it hears. What could be
	// read comes with an error, too.
	Explore(ctx context.Context, a Attempt, d Device) ([]snmp.Lead, error)
}

// Event is something that a Crawler tells as it happens.
type Event struct {
	Item api.DiscoveryItem
	// Counts are how many addresses are in each state.
	Counts map[api.DiscoveryState]int
}

// Config describes a Crawler.
type Config struct {
	Rules  Rules
	Prober Prober
	Memory Memory
	// Once ends Run when nothing is left to ask for a while.
	Once   bool
	Logger *slog.Logger
	// Metrics may be nil.
	Metrics *Metrics
	// Changed is called when there are other devices, or something else to be
	// remembered; nil for nobody. It must not call the Crawler.
	Changed func()
	// Tell is called with what happens, one after the other; nil for nobody.
	Tell func(Event)
}

// Crawler asks whom its planner says.
type Crawler struct {
	cfg     Config
	wake    chan struct{}
	mu      sync.Mutex // guards what follows
	plan    *Planner
	pending *renewal
}

// renewal are other rules, to be taken over once nothing is under way.
type renewal struct {
	rules  Rules
	prober Prober
}

// soon is for how long a Crawler that runs once waits for what is due then.
// What is due later is no longer part of one sweep.
const soon = time.Minute

// sweepEvery is how often what is of no use is forgotten.
const sweepEvery = time.Minute

// NewCrawler checks the rules and makes a crawler that asks nobody until Run.
func NewCrawler(cfg Config) (*Crawler, error) {
	if err := cfg.Rules.Validate(); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Crawler{cfg: cfg, wake: make(chan struct{}, 1), plan: New(cfg.Rules, cfg.Memory, time.Now())}, nil
}

// Run asks until ctx ends, or, once, until nothing is left. When it returns
// nobody is being asked any more. It may be called once.
func (c *Crawler) Run(ctx context.Context) error {
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		a, prober, ok, until, over := c.next()
		switch {
		case ctx.Err() != nil, over:
			return nil
		case ok:
			asking.Go(func() { c.ask(ctx, prober, a) })
			continue
		}
		timer := time.NewTimer(time.Until(until))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-c.wake:
		case <-sweep.C:
			c.sweep()
		}
		timer.Stop()
	}
}

// next is what to do now, else until when there is nothing to do, or that all is
// over.
func (c *Crawler) next() (a Attempt, prober Prober, ok bool, until time.Time, over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if r := c.pending; r != nil {
		if c.plan.trying > 0 {
			return a, nil, false, now.Add(sweepEvery), false
		}
		c.plan, c.cfg.Prober, c.pending = c.plan.Under(r.rules, now), r.prober, nil
		c.changed()
	}
	a, ok, until = c.plan.Next(now)
	if until.IsZero() {
		until = now.Add(sweepEvery)
	}
	if ok {
		c.tell(a)
	}
	return a, c.cfg.Prober, ok, until, !ok && c.cfg.Once && c.plan.Quiet(now, soon)
}

// Renew goes on under other rules, with another prober for their sets.
func (c *Crawler) Renew(rules Rules, prober Prober) error {
	if err := rules.Validate(); err != nil {
		return fmt.Errorf("discovery: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending = &renewal{rules, prober}
	c.ring()
	return nil
}

// ask makes one attempt, and learns from it.
func (c *Crawler) ask(ctx context.Context, prober Prober, a Attempt) {
	defer c.ring()
	id, err := identify(ctx, prober, a)
	if err != nil {
		outcome := outcomeOf(ctx, err)
		if access, ok := errors.AsType[*snmp.AccessError](err); ok && outcome == Broken {
			err = access.Err // It is nothing about credentials.
		}
		c.cfg.Metrics.attempt(outcome)
		c.with(func(p *Planner, now time.Time) { p.Failed(a, outcome, snmp.ReasonOf(err), now) })
		c.after(a, outcome == Rejected || outcome == WrongPassword)
		return
	}
	c.cfg.Metrics.met()
	var d Device
	var isNew bool
	c.with(func(p *Planner, now time.Time) { d, isNew = p.Met(a, id, now) })
	c.after(a, isNew)
	if isNew {
		c.cfg.Logger.InfoContext(ctx, "device found",
			slog.String("address", d.Address.String()), slog.String("name", id.SysName), slog.String("credentials", d.Set), slog.String("via", d.Via))
		leads, err := explore(ctx, prober, a, d)
		if err != nil && ctx.Err() == nil {
			c.cfg.Logger.WarnContext(ctx, "neighbours of a device could not be read in full",
				slog.String("address", d.Address.String()), slog.String("reason", snmp.ReasonOf(err)))
		}
		c.with(func(p *Planner, now time.Time) { p.Hear(d.Name, leads, now) })
	}
	c.with(func(p *Planner, _ time.Time) { p.Done(a) })
}

// identify asks who is there. What strangers send must not end the program, so a
// panic is an error.
func identify(ctx context.Context, prober Prober, a Attempt) (id snmp.Identity, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return prober.Identify(ctx, a)
}

func explore(ctx context.Context, prober Prober, a Attempt, d Device) (leads []snmp.Lead, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return prober.Explore(ctx, a, d)
}

// outcomeOf says what an error means.
func outcomeOf(ctx context.Context, err error) Outcome {
	switch {
	case ctx.Err() != nil:
		return Abandoned
	case snmp.WrongPassword(err):
		return WrongPassword
	case snmp.Rejected(err):
		return Rejected
	case errors.Is(err, snmp.ErrNoAnswer):
		return Silent
	}
	return Broken
}

// with does something with the plan.
func (c *Crawler) with(do func(p *Planner, now time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do(c.plan, time.Now())
}

// after tells what became of an attempt.
func (c *Crawler) after(a Attempt, changed bool) {
	c.mu.Lock()
	c.tell(a)
	c.cfg.Metrics.stand(c.plan.Counts())
	c.mu.Unlock()
	if changed {
		c.changed()
	}
}

func (c *Crawler) changed() {
	if c.cfg.Changed != nil {
		c.cfg.Changed()
	}
}

// Quiet says whether nothing is being asked, and nothing will be soon.
func (c *Crawler) Quiet() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pending == nil && c.plan.Quiet(time.Now(), soon)
}

// Counts are how many addresses are in each state.
func (c *Crawler) Counts() map[api.DiscoveryState]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plan.Counts()
}

// tell is called with mu held, so that what is told is in order.
func (c *Crawler) tell(a Attempt) {
	if c.cfg.Tell == nil {
		return
	}
	if item, ok := c.plan.Item(a.Address); ok {
		c.cfg.Tell(Event{Item: item, Counts: c.plan.Counts()})
	}
}

func (c *Crawler) sweep() {
	gone := false
	c.with(func(p *Planner, now time.Time) { gone = p.Sweep(now) })
	if gone {
		c.changed()
	}
}

// ring makes Run look again.
func (c *Crawler) ring() {
	select {
	case c.wake <- struct{}{}:
	default: // It will look anyway.
	}
}

// State is how discovery stands.
func (c *Crawler) State() api.Discovery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plan.State(time.Now())
}

// Devices are those that were found.
func (c *Crawler) Devices() []Device {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plan.Devices()
}

// Memory is what is to be remembered.
func (c *Crawler) Memory() Memory {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plan.Memory()
}
