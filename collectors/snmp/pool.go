package snmp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

// DefaultConcurrency is how many devices are read at the same time.
const DefaultConcurrency = 256

// ErrStopped is what Set answers after the pool's Run has returned.
var ErrStopped = errors.New("the pool of snmp devices has stopped")

// PoolConfig describes a Pool.
type PoolConfig struct {
	// Devices are those to begin with.
	Devices []Config
	// Concurrency is how many devices are read at the same time,
	// DefaultConcurrency if 0.
	Concurrency int
	// Traps is where traps and informs come, nil for nowhere. Run closes it.
	Traps  *net.UDPConn
	Logger *slog.Logger
	// Metrics may be nil.
	Metrics *Metrics
}

// Pool polls many devices under one budget.
type Pool struct {
	cfg     PoolConfig
	sink    api.Sink
	budget  *budget
	keys    *keyring
	office  *exchangeOffice
	targets targets
	sets    chan setting
	stopped chan struct{}
}

// setting is one call of Set.
type setting struct {
	devices []Config
	done    chan struct{}
}

// NewPool checks the devices and makes a pool that does nothing until Run.
func NewPool(cfg PoolConfig, sink api.Sink) (*Pool, error) {
	if cfg.Concurrency == 0 {
		cfg.Concurrency = DefaultConcurrency
	}
	if cfg.Concurrency < 0 {
		return nil, fmt.Errorf("concurrency %d is negative", cfg.Concurrency)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	devices, err := prepare(cfg.Devices)
	if err != nil {
		return nil, err
	}
	cfg.Devices = devices
	return &Pool{
		cfg: cfg, sink: sink, budget: newBudget(cfg.Concurrency), keys: newKeyring(),
		office: newExchangeOffice(ownEngine(cfg.Traps)),
		sets:   make(chan setting), stopped: make(chan struct{}),
	}, nil
}

// ownEngine is the engine to which informs are sent, nil where nothing is
// received.
func ownEngine(traps *net.UDPConn) *receiver {
	if traps == nil {
		return nil
	}
	host, err := os.Hostname()
	if err != nil {
		host = "" // One that has no name is told apart by its port alone.
	}
	_, port, _ := net.SplitHostPort(traps.LocalAddr().String())
	return newReceiver(net.JoinHostPort(host, port), time.Now())
}

// prepare fills in defaults and checks each device and the names.
func prepare(devices []Config) ([]Config, error) {
	out := make([]Config, len(devices))
	names := make(map[string]bool, len(devices))
	var errs []error
	for i, d := range devices {
		out[i] = d.WithDefaults()
		if err := d.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("snmp device %q: %w", d.Name, err))
		}
		if names[d.Name] {
			errs = append(errs, fmt.Errorf("snmp device %q: the name is there twice", d.Name))
		}
		names[d.Name] = true
	}
	return out, errors.Join(errs...)
}

// Run polls until ctx ends, and returns when nothing of the pool is running
// any more. It may be called once.
func (p *Pool) Run(ctx context.Context) error {
	defer close(p.stopped)
	pollers := map[string]*running{} // device name -> its poller
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	if conn := p.cfg.Traps; conn != nil {
		p.cfg.Logger.InfoContext(ctx, "traps and informs are received",
			slog.String("address", conn.LocalAddr().String()), slog.String("engine_id", p.office.own.String()))
		all.Go(func() { failed <- p.office.receive(ctx, conn, p.cfg.Metrics) })
	}
	p.apply(ctx, &all, pollers, p.cfg.Devices)
	for {
		select {
		case err := <-failed:
			return err
		case s := <-p.sets:
			p.apply(ctx, &all, pollers, s.devices)
			close(s.done)
		case <-ctx.Done():
			return nil
		}
	}
}

// Set replaces the devices: those that are no longer wanted, or wanted
// otherwise, have stopped when it returns, and nothing more will be said of
// them. It blocks until Run takes it.
func (p *Pool) Set(ctx context.Context, devices []Config) error {
	prepared, err := prepare(devices)
	if err != nil {
		return err
	}
	s := setting{devices: prepared, done: make(chan struct{})}
	select {
	case p.sets <- s:
	case <-p.stopped:
		return ErrStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	<-s.done // Run never abandons a setting that it has taken.
	return nil
}

// running is the poller of one device.
type running struct {
	cfg    Config
	cancel context.CancelFunc
	done   chan struct{}
}

// apply stops and starts pollers until they are those wanted.
func (p *Pool) apply(ctx context.Context, all *sync.WaitGroup, now map[string]*running, devices []Config) {
	wanted := make(map[string]Config, len(devices))
	for _, d := range devices {
		wanted[d.Name] = d
	}
	var ending []*running
	for name, r := range now {
		if d, keep := wanted[name]; !keep || !r.cfg.same(d) {
			r.cancel()
			ending = append(ending, r)
			delete(now, name)
		}
	}
	for _, r := range ending {
		<-r.done
	}
	for _, d := range devices {
		if now[d.Name] == nil {
			now[d.Name] = p.start(ctx, all, d)
		}
	}
}

func (p *Pool) start(ctx context.Context, all *sync.WaitGroup, cfg Config) *running {
	ctx, cancel := context.WithCancel(ctx)
	r := &running{cfg: cfg, cancel: cancel, done: make(chan struct{})}
	remembered := newAccess(cfg, p.keys) // It outlives a poller that fails: it knows what is locked.
	all.Go(func() {
		defer close(r.done)
		defer cancel()
		_ = collectors.Run(ctx, p.cfg.Logger, string(cfg.Source()), func(ctx context.Context) error {
			poller := newPoller(cfg, remembered, p.sink, p.budget, p.office, p.cfg.Logger, p.cfg.Metrics)
			poller.seek = &p.targets
			return poller.run(ctx)
		})
	})
	return r
}
