package snmp

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"reflect"
	"slices"
	"time"

	"github.com/netseam/netseam/api"
)

// pollLimit is how long one table may take: a place in the budget is not for
// ever.
const pollLimit = 2 * time.Minute

// poller reads one device again and again.
type poller struct {
	cfg     Config
	logger  *slog.Logger
	metrics *Metrics
	budget  *budget
	manners *manners
	access  *access

	system     table[System]
	interfaces table[[]Interface]
	lldp       table[LLDP]

	// topics are read beside them; k is what they rest on.
	topics   []*followed
	scopeOf  func(table string, every time.Duration) scope
	k        known
	objectID string

	// ring wakes the poller; office leads traps there that come from addresses.
	ring      *ring
	office    *exchangeOffice
	addresses []netip.Addr
	// listening is for whom the poller waits on ports that came up.
	listening listening
	// seek has the addresses to which routes are looked for.
	seek *targets

	// known are the interfaces by which local ports are found.
	known []Interface
	// lastInterfaces and lastLLDP are what was last decoded; the latter holds
	// for known.
	lastInterfaces unchanged[[]Interface]
	lastLLDP       unchanged[LLDP]
	// extensions are what neighbours say of themselves beyond their rows, due
	// again at extensionsDue.
	extensions    lldpExtensions
	extensionsDue time.Time
	// up is sysUpTime at the last reading, negative if unknown.
	up time.Duration
	// introduced says that the device has ever said anything of itself.
	introduced bool
	// failures is how many polls in a row found nobody.
	failures int
	// standing is how the device stands, for the gauge: connecting, answering,
	// silent or refusing.
	standing string
}

const (
	standConnecting = "connecting"
	standAnswering  = "answering"
	standSilent     = "silent"
	standRefusing   = "refusing" // the credentials
)

func newPoller(
	cfg Config, a *access, sink api.Sink, b *budget, office *exchangeOffice, logger *slog.Logger, metrics *Metrics,
) *poller {
	incarnation := uint64(time.Now().UnixNano())
	scopeOf := func(table string, every time.Duration) scope {
		return scope{
			sink: sink, id: scopeID(cfg, table), incarnation: incarnation, every: every,
		}
	}
	k := newKnown(nil, "")
	k.meters = newMeters()
	k.configured = cfg.VRFs
	return &poller{
		scopeOf: scopeOf,
		topics:  follow(cfg, scopeOf),
		ring:    newRing(),
		seek:    &targets{},
		office:  office,
		k:       k,
		cfg:     cfg,
		logger:  logger.With(slog.String("device", cfg.Name)),
		metrics: metrics, budget: b, manners: mannersFor(cfg), access: a, up: -1,
		system: table[System]{
			scope: scopeOf(TableSystem, cfg.Interval), mib: "SNMPv2-MIB", same: func(a, b System) bool { return a == b },
		},
		interfaces: table[[]Interface]{
			scope: scopeOf(TableInterfaces, cfg.InterfaceInterval), mib: "IF-MIB", same: slices.Equal[[]Interface],
		},
		lldp: table[LLDP]{
			scope: scopeOf(TableLLDP, cfg.LLDPInterval), mib: "LLDP-MIB",
			same: func(a, b LLDP) bool { return reflect.DeepEqual(a, b) },
		},
	}
}

// run polls until ctx ends or the sink fails.
func (p *poller) run(ctx context.Context) error {
	p.stand(standConnecting)
	defer p.stand("")
	defer p.office.set(p.ring, nil)
	if err := p.everything(ctx, time.Now(), api.StateConnecting, ""); err != nil {
		return err
	}
	plan := newTimetable(p.cfg)
	for {
		began := time.Now()
		now := plan.now
		if p.standing != standAnswering {
			now = everyTable()
		}
		if err := p.poll(ctx, now); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return err
		}
		done := time.Now()
		p.metrics.skipped(int(done.Sub(began) / p.cfg.Interval))
		if err := p.rest(ctx, plan.next(done, p.failures)); err != nil {
			return err
		}
	}
}

// rest waits until it is time for the next poll, and looks after notifications
// that come before and what they lead to.
func (p *poller) rest(ctx context.Context, until time.Time) error {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	for {
		listen, stop := p.listening.timer()
		var err error
		select {
		case <-timer.C:
			stop()
			return nil
		case <-ctx.Done():
			stop()
			return context.Cause(ctx)
		case <-p.ring.bell:
			err = p.attend(ctx)
		case <-listen:
			err = p.listenAgain(ctx)
		}
		stop()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// poll reads the device once: who it is, and its interfaces and its neighbours
// when they are due or likely to have changed. The error is the sink's or
// ctx's; what is wrong with the device goes to the sink.
//
// A device that has not answered yet is asked once, and only then, among the
// dead, at length: else the dead would keep the living waiting at every start.
func (p *poller) poll(ctx context.Context, now due) error {
	if p.standing == standConnecting && !p.access.order()[0].locked() {
		met, err := p.visit(ctx, now, briefly)
		if met || err != nil {
			return err
		}
	}
	how := asUsual
	if p.standing != standAnswering || p.access.current() == nil {
		how = atLength
	}
	_, err := p.visit(ctx, now, how)
	return err
}

// manner is how much is done to find out whether a device is there.
type manner int

const (
	asUsual  manner = iota // it was there last time
	briefly                // one datagram, and no word if there is no answer
	atLength               // all credentials, and all attempts
)

// visit reads the device and says whether it answered.
func (p *poller) visit(ctx context.Context, now due, how manner) (met bool, err error) {
	buffer, release, err := p.budget.acquire(ctx, how == atLength)
	if err != nil {
		return false, err
	}
	defer release()
	at := time.Now()
	c, err := p.knock(ctx, how, buffer)
	if c != nil {
		defer c.Close() //nolint:errcheck // A socket that only sent cannot lose anything.
		p.reachable(c.peer())
	}
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case err != nil && how == briefly:
		return false, nil
	case err != nil:
		p.metrics.poll(TableSystem, pollFailed, time.Since(at))
		return false, p.unreachable(ctx, at, err)
	}
	restarted, err := p.pollSystem(ctx, c, c.peer())
	if err != nil || p.standing != standAnswering {
		return true, err
	}
	changed := false
	if now.interfaces || restarted {
		changed, err = p.pollInterfaces(ctx, c)
	}
	if errors.Is(err, errFellSilent) {
		return true, nil // The next poll finds out whether it is still there.
	}
	if err == nil && (now.lldp || restarted || changed) {
		err = p.pollLLDP(ctx, c)
	}
	if err == nil {
		err = p.pollTopics(ctx, c, restarted)
	}
	if errors.Is(err, errFellSilent) {
		return true, nil
	}
	return true, err
}

// knock opens a socket and, unless the device was there last time, sees
// whether it is now, with sysUpTime alone.
func (p *poller) knock(ctx context.Context, how manner, buffer []byte) (*client, error) {
	c, err := dial(ctx, p.cfg, p.access, p.manners, buffer, p.metrics)
	if err != nil {
		return nil, err
	}
	switch how {
	case asUsual:
	case briefly:
		c.retries = 0
		err = c.greet(ctx)
	case atLength:
		c.retries = min(c.retries, 1) // One lost datagram is not worth more.
		err = c.enter(ctx, p.access)
	}
	c.retries = max(0, p.cfg.Retries)
	return c, err
}

// errFellSilent is a device that stopped answering during a poll.
var errFellSilent = errors.New("fell silent")

// pollSystem reads the system group, which also tells whether the device
// answers at all and whether it restarted.
func (p *poller) pollSystem(ctx context.Context, s session, peer string) (restarted bool, err error) {
	r := reading[System]{at: time.Now()}
	sys, up, present, err := readSystem(ctx, s)
	r.took = time.Since(r.at)
	if err != nil && ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if err != nil && hopeless(err) {
		p.metrics.poll(TableSystem, pollFailed, r.took)
		return false, p.unreachable(ctx, r.at, err)
	}
	if p.standing != standAnswering {
		p.logger.InfoContext(ctx, "device answers",
			slog.String("name", sys.Name), slog.String("credentials", p.access.name()))
		p.stand(standAnswering)
	}
	p.failures = 0
	if sys.ObjectID != "" && sys.ObjectID != p.objectID {
		p.objectID = sys.ObjectID
		p.renamed()
	}
	if restarted = wentBack(p.up, up); restarted {
		p.metrics.restarted()
		p.logger.InfoContext(ctx, "device or its agent restarted",
			slog.Duration("up_before", p.up), slog.Duration("up", up))
	}
	if up >= 0 {
		p.up = up
	}
	// What answers is a device, even if it says nothing of itself.
	p.introduced = p.introduced || present
	r.data, r.err, r.present = sys, err, err == nil && (present || !p.introduced)
	result, err := p.system.tell(ctx, p.logger, r, func(sys System) []api.Claim {
		return translateSystem(identity{cfg: p.cfg, peer: peer}, sys)
	})
	p.metrics.poll(TableSystem, result, r.took)
	return restarted, err
}

// pollInterfaces reads the interfaces and says whether they changed.
func (p *poller) pollInterfaces(ctx context.Context, s session) (changed bool, err error) {
	limited, cancel := context.WithTimeoutCause(ctx, pollLimit, ErrTooSlow)
	defer cancel()
	r := reading[[]Interface]{at: time.Now()}
	r.data, r.err = readInterfaces(limited, s, &p.lastInterfaces)
	r.present = len(r.data) > 0
	if r.err == nil {
		r.err = p.checkInterfaces(limited, s, r.data)
	}
	if r.err != nil {
		r.data = fillIn(r.data, p.known, nameless(r.err))
	}
	r.took = time.Since(r.at)
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	result, err := p.interfaces.tell(ctx, p.logger, r, translateInterfaces)
	p.metrics.poll(TableInterfaces, result, r.took)
	if r.err == nil && r.present && !sameNames(p.known, r.data) {
		p.known = r.data
		p.renamed()
		p.lldp.last = nil // What was said of neighbours names ports by their old names.
		p.lastLLDP.forget()
	}
	if r.err == nil {
		for _, i := range r.data {
			p.k.ifs[i.Index] = i // Its speed may be another.
		}
	}
	if err == nil && r.err != nil && hopeless(r.err) {
		err = errFellSilent
	}
	return result == pollChanged, err
}

// checkInterfaces finds reasons why a reading without an error is not to be
// trusted as the whole.
func (p *poller) checkInterfaces(ctx context.Context, s session, interfaces []Interface) error {
	if p.interfaces.last != nil && len(interfaces) > 0 {
		if lost := lostTable(*p.interfaces.last, interfaces); lost != "" {
			return &namelessError{errors.New(lost + " no longer answers (agent restarted?)")}
		}
	}
	up, err := readUpTime(ctx, s)
	if err != nil {
		return err
	}
	if wentBack(p.up, up) {
		return &namelessError{ErrRestarted}
	}
	return nil
}

// lostTable names the one of the two tables that was there before and of which
// nothing is left, "" if none.
func lostTable(before, after []Interface) string {
	names := func(i Interface) bool { return i.Name != "" }
	types := func(i Interface) bool { return i.Type != 0 }
	switch {
	case slices.ContainsFunc(before, names) && !slices.ContainsFunc(after, names):
		return "ifXTable"
	case slices.ContainsFunc(before, types) && !slices.ContainsFunc(after, types):
		return "ifTable"
	}
	return ""
}

// sameNames says whether two readings agree on all but state and speed.
func sameNames(a, b []Interface) bool {
	return slices.EqualFunc(a, b, func(x, y Interface) bool {
		x.Admin, x.Oper, x.Speed = y.Admin, y.Oper, y.Speed
		return x == y
	})
}

func (p *poller) pollLLDP(ctx context.Context, s session) error {
	limited, cancel := context.WithTimeoutCause(ctx, pollLimit, ErrTooSlow)
	defer cancel()
	r := reading[LLDP]{at: time.Now()}
	r.data, _, r.present, r.err = readLLDP(limited, s, p.known, &p.lastLLDP)
	if r.err != nil {
		r.data.keepNamed()
	} else if len(r.data.Neighbours) > 0 {
		r.err = p.extend(limited, s)
		r.data = r.data.with(p.extensions)
	}
	r.took = time.Since(r.at)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	result, err := p.lldp.tell(ctx, p.logger, r, func(l LLDP) []api.Claim { return translateLLDP(l, p.known) })
	p.metrics.poll(TableLLDP, result, r.took)
	p.metrics.leftOut(r.data.Counts)
	return err
}

// unreachable tells that the device does not answer, or refuses what it is
// asked with, once.
func (p *poller) unreachable(ctx context.Context, at time.Time, why error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p.failures++
	reason, state, stand := reasonOf(why), api.StateUnreachable, standSilent
	if rejected(why) {
		state, stand = api.StateUnauthorised, standRefusing
	}
	if p.standing != stand || p.system.message != reason {
		p.logger.WarnContext(ctx, "device does not answer", slog.String("reason", reason))
	}
	p.stand(stand)
	return p.everything(ctx, at, state, reason)
}

// reasonOf is the part of an error that says why, without what was asked.
func reasonOf(err error) string {
	if access, ok := errors.AsType[*AccessError](err); ok {
		return messageOf(&AccessError{Set: access.Set, Err: plainReason(access.Err)})
	}
	return messageOf(plainReason(err))
}

func plainReason(err error) error {
	if silence, ok := errors.AsType[silentEngine](err); ok {
		return silence
	}
	for _, known := range []error{ErrNoAnswer, ErrRefused, ErrNotUnderstood} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

// everything tells the same state of all scopes.
func (p *poller) everything(ctx context.Context, at time.Time, state api.State, message string) error {
	if _, err := p.system.scope.become(ctx, at, state, message); p.system.resynced(err) != nil {
		return err
	}
	if _, err := p.interfaces.scope.become(ctx, at, state, message); p.interfaces.resynced(err) != nil {
		return err
	}
	if _, err := p.lldp.scope.become(ctx, at, state, message); p.lldp.resynced(err) != nil {
		return err
	}
	for _, f := range p.topics {
		if f.state == api.StateUnknown || f.state == api.StateUnsupported {
			continue // Nothing was ever said of it.
		}
		if _, err := f.scope.become(ctx, at, state, message); f.resynced(err) != nil {
			return err
		}
	}
	return nil
}

// stand counts the device under how it stands now.
func (p *poller) stand(now string) {
	if p.standing != now {
		p.metrics.device(p.standing, -1)
		p.metrics.device(now, 1)
		p.standing = now
	}
}
