package snmp

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// emptyAfter is after how many readings in a row that find nothing a table
// without scalars, which was there, is taken to be empty, and not away: an agent
// that lost a part finds it again within seconds.
const emptyAfter = 3

// look reads a topic. present says whether the device has it at all.
func (t topic) look(ctx context.Context, s session, k known) (facts Facts, present bool, err error) {
	facts, err = t.read(ctx, s, k)
	if facts.Rows() > 0 || err != nil || t.scalar.oid == "" {
		return facts, facts.Rows() > 0, err
	}
	values, err := s.Get(ctx, t.scalar)
	return facts, err == nil && values[0].kind != kindAbsent, err
}

// followed is a topic of one device.
type followed struct {
	topic
	table[Facts]
	next  time.Time // when it is due
	gone  bool      // it is of a VRF that is there no more
	empty int       // readings in a row that found nothing
}

func follow(cfg Config, scopeOf func(table string, every time.Duration) scope) []*followed {
	return followAll(cfg, topics(), scopeOf)
}

func followAll(cfg Config, topics []topic, scopeOf func(table string, every time.Duration) scope) []*followed {
	var out []*followed
	for _, t := range topics {
		out = append(out, &followed{topic: t, table: table[Facts]{
			scope: scopeOf(t.table, cfg.interval(t.pace)), mib: t.mib,
			same: func(a, b Facts) bool { return reflect.DeepEqual(a, b) }, lists: true,
		}})
	}
	return out
}

// renamed makes known what the interfaces are called now: what was said of them
// under other names has to be said again.
func (p *poller) renamed() {
	before := p.k
	p.k = newKnown(p.known, p.objectID)
	for lag := range before.lags {
		p.k.lags[lag] = true
	}
	p.k.basePorts, p.k.addresses, p.k.silent = before.basePorts, before.addresses, before.silent
	p.k.targets, p.k.configured, p.k.base = before.targets, before.configured, before.base
	p.k.meters = newMeters() // An ifIndex may be another's.
	for _, f := range p.topics {
		f.last, f.next = nil, time.Time{}
	}
}

// pollTopics reads the topics that are due, or all of them. The error is the
// sink's, ctx's, or errFellSilent.
func (p *poller) pollTopics(ctx context.Context, s session, all bool) error {
	p.lookFor(p.seek.addresses())
	p.k.round = newRound()
	before := len(p.topics)
	if err := p.pollEach(ctx, s, p.topics, all); err != nil {
		return err
	}
	if err := p.pollEach(ctx, s, p.topics[before:], all); err != nil { // those of VRFs that were learnt just now
		return err
	}
	return p.leave(ctx)
}

func (p *poller) pollEach(ctx context.Context, s session, list []*followed, all bool) error {
	for _, f := range list {
		if !all && time.Now().Before(f.next) || f.gone || f.needless != nil && f.needless(p.k) && !f.had {
			continue
		}
		if err := p.pollTopic(ctx, s, f); err != nil {
			return err
		}
	}
	return nil
}

// enter begins to read what is in the contexts of VRFs, and notes which of those
// that are read are there no more.
func (p *poller) enter(list []vrf) {
	wanted := map[string]topic{}
	var order []topic
	for _, v := range list {
		for _, t := range v.topics() {
			wanted[t.table] = t
			order = append(order, t)
		}
	}
	there := map[string]bool{}
	for _, f := range p.topics {
		if f.topic.kind() != f.topic.table {
			t, ok := wanted[f.topic.table]
			there[f.topic.table], f.gone = true, !ok
			if ok {
				f.topic = t // Its context may be another one.
			}
		}
	}
	order = slices.DeleteFunc(order, func(t topic) bool { return there[t.table] })
	for _, f := range followAll(p.cfg, order, p.scopeOf) {
		f.incarnation = uint64(time.Now().UnixNano()) // It may be back, and what was told before is counted no more.
		p.topics = append(p.topics, f)
	}
}

// leave takes back what was said of VRFs that are there no more.
func (p *poller) leave(ctx context.Context) error {
	for _, f := range p.topics {
		if f.gone && f.had {
			if err := f.complete(ctx, time.Now(), nil); f.resynced(err) != nil {
				return err
			}
		}
	}
	p.topics = slices.DeleteFunc(p.topics, func(f *followed) bool { return f.gone })
	return nil
}

func (p *poller) pollTopic(ctx context.Context, s session, f *followed) error {
	limited, cancel := context.WithTimeoutCause(ctx, pollLimit, ErrTooSlow)
	defer cancel()
	r := reading[Facts]{at: time.Now()}
	r.data, r.present, r.err = f.look(limited, s, p.k)
	if r.err == nil && f.last != nil && r.data.Rows() < (*f.last).Rows() {
		r.err = p.confirm(limited, s)
	}
	r.took = time.Since(r.at)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	f.countEmpty(&r)
	every := p.cfg.interval(f.pace)
	if !r.present && !f.had {
		every = p.cfg.InventoryInterval
	}
	if why, ok := errors.AsType[*contextError](r.err); ok && why.quiet {
		every *= quietFor // The device takes the question for an attempt to break in.
	}
	f.next = r.at.Add(every - p.cfg.Interval/2)
	result, err := f.tell(ctx, p.logger, r, func(facts Facts) []api.Claim { return facts.claims(p.k) })
	p.metrics.poll(f.topic.kind(), result, r.took)
	if err != nil {
		return err
	}
	if r.err == nil {
		p.k.keep(f.topic.table, r.data)
	}
	if r.err == nil && r.present {
		p.learn(f, r.data)
	}
	if v, ok := r.data.(*VRFs); ok && (r.err == nil || r.present) {
		p.enter(v.List)
	}
	if r.err != nil && hopeless(r.err) {
		return errFellSilent
	}
	return nil
}

// learn takes over what later topics rest on. What is said of aggregates says
// what kind of thing they are, everywhere.
func (p *poller) learn(from *followed, facts Facts) {
	lags := len(p.k.lags)
	p.k.learn(facts)
	if len(p.k.lags) == lags {
		return
	}
	for _, f := range p.topics {
		if f != from {
			f.last = nil
		}
	}
}

// countEmpty takes a table that stays empty for one that is.
func (f *followed) countEmpty(r *reading[Facts]) {
	switch {
	case r.present:
		f.empty = 0
	case r.err == nil && f.had && f.scalar.oid == "":
		if f.empty++; f.empty >= emptyAfter {
			r.present = true
		}
	}
}

// confirm says whether the agent is still the one that was asked first.
func (p *poller) confirm(ctx context.Context, s session) error {
	up, err := readUpTime(ctx, s)
	if err == nil && wentBack(p.up, up) {
		return ErrRestarted
	}
	return err
}

// readTopics reads all topics once.
func (r *Result) readTopics(ctx context.Context, s session) error {
	k := newKnown(r.Interfaces, r.System.ObjectID)
	k.configured = r.vrfs
	for list := topics(); len(list) > 0; list = list[1:] {
		t := list[0]
		if t.needless != nil && t.needless(k) {
			continue
		}
		began := time.Now()
		facts, present, err := t.look(ctx, s, k)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil {
			k.keep(t.table, facts)
		}
		if v, ok := facts.(*VRFs); ok {
			for _, x := range v.List {
				list = append(list, x.topics()...)
			}
		}
		if present {
			k.learn(facts)
			r.Facts = append(r.Facts, facts)
		}
		if present || err != nil {
			r.Tables = append(r.Tables, report(t.table, present, facts.Rows(), time.Since(began), err))
			r.told = append(r.told, facts)
		}
		if err != nil && hopeless(err) {
			return nil //nolint:nilerr // It is in the report.
		}
	}
	r.known = k
	return nil
}

// Of returns what a Result holds of one kind of facts, nil if the device has
// nothing of it.
func Of[T any](r *Result) []*T {
	var out []*T
	for _, f := range r.Facts {
		if t, ok := f.(any).(*T); ok {
			out = append(out, t)
		}
	}
	return out
}
