package kube

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

// Pool reads any number of clusters, which can come and go while it runs. Each
// cluster has goroutines and connections of its own and waits for no other.
type Pool struct {
	sink    api.Sink
	logger  *slog.Logger
	metrics *Metrics

	// orders go from Set to Run; done is closed when Run has returned.
	orders chan order
	done   chan struct{}
}

// order is one call of Set.
type order struct {
	want    map[string]Config
	carried chan struct{} // Run closes it.
}

// ErrPoolEnded is what Set returns when Run has returned.
var ErrPoolEnded = errors.New("pool of clusters has ended")

// NewPool makes a pool without clusters. It starts nothing.
func NewPool(sink api.Sink, logger *slog.Logger, metrics *Metrics) *Pool {
	return &Pool{sink: sink, logger: logger, metrics: metrics, orders: make(chan order), done: make(chan struct{})}
}

// Set makes these the clusters that are read. It stops those that are not
// among them or are configured differently, waits until nothing of them runs,
// and starts the others; what is unchanged runs on. It waits for Run to begin.
// When a configuration is unusable nothing is changed.
func (p *Pool) Set(ctx context.Context, configs []Config) error {
	o := order{want: make(map[string]Config, len(configs)), carried: make(chan struct{})}
	for _, cfg := range configs {
		if err := cfg.Validate(); err != nil {
			return err
		}
		if _, twice := o.want[cfg.Name]; twice {
			return fmt.Errorf("two clusters are named %q: %w", cfg.Name, ErrConfig)
		}
		o.want[cfg.Name] = cfg
	}
	select {
	case p.orders <- o:
	case <-p.done:
		return ErrPoolEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	<-o.carried // Run carries out every order that it has taken.
	return nil
}

// member is a cluster that is being read.
type member struct {
	cfg    Config
	cancel context.CancelFunc
	ended  chan struct{} // closed when nothing of it runs any more
}

// Run reads the clusters until ctx ends. It can be called once.
func (p *Pool) Run(ctx context.Context) error {
	defer close(p.done)
	members := map[string]*member{} // name -> cluster
	defer func() { p.stop(members, nil) }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case o := <-p.orders:
			p.stop(members, o.want)
			err := p.start(ctx, members, o.want)
			close(o.carried)
			if err != nil {
				return err
			}
		}
	}
}

// stop ends the members that are not wanted as they are, all at once.
func (p *Pool) stop(members map[string]*member, want map[string]Config) {
	var stopping []*member
	for name, m := range members {
		if cfg, ok := want[name]; !ok || !cfg.equal(m.cfg) {
			m.cancel()
			stopping = append(stopping, m)
			delete(members, name)
		}
	}
	for _, m := range stopping {
		<-m.ended
		p.metrics.forget(m.cfg.SourceID())
	}
}

func (p *Pool) start(ctx context.Context, members map[string]*member, want map[string]Config) error {
	for name, cfg := range want {
		if members[name] != nil {
			continue
		}
		cluster, err := New(cfg, p.sink, p.logger, p.metrics)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(ctx)
		m := &member{cfg: cfg, cancel: cancel, ended: make(chan struct{})}
		members[name] = m
		go func() {
			defer close(m.ended)
			defer cancel()
			// Run returns nil always.
			_ = collectors.Run(ctx, p.logger, string(cfg.SourceID()), cluster.Run)
		}()
	}
	return nil
}
