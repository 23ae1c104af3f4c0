package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/config"
	"github.com/netseam/netseam/server/hub"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/store"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/web"
)

// app is the whole program, wired. Everything in it is inert until run.
type app struct {
	cfg      config.Config
	logger   *slog.Logger
	store    *store.Store
	hub      *hub.Hub
	stream   *stream.Stream
	clusters *kube.Pool
	devices  *snmp.Pool
	registry *prometheus.Registry
	demo     web.Demo // nil for a real world
}

// newApp opens the store and builds the rest on it. close is called when run
// has returned.
func newApp(ctx context.Context, cfg config.Config, logger *slog.Logger) (*app, error) {
	traps, err := listenTraps(ctx, cfg.SNMP.Traps)
	if err != nil {
		return nil, err
	}
	journal, err := store.Open(filepath.Join(cfg.Data, "journal.db"), store.Options{Retention: cfg.Retention, Logger: logger})
	if err != nil {
		return nil, err
	}
	a := &app{cfg: cfg, logger: logger, store: journal, registry: prometheus.NewRegistry()}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.hub = hub.New(hub.DefaultConfig(named(logger, "hub")), journal, hub.NewMetrics(a.registry))
	a.stream = stream.New(stream.Config{Version: version, MaxClients: cfg.MaxClients, CheckOrigin: web.CheckOrigin(cfg.Origins)},
		a.hub, layout.Continue, named(logger, "stream"), a.registry)
	clusterMetrics, deviceMetrics := kube.NewMetrics(), snmp.NewMetrics()
	a.registry.MustRegister(clusterMetrics, deviceMetrics)
	a.clusters = kube.NewPool(a.hub, named(logger, "kube"), clusterMetrics)
	a.devices, err = snmp.NewPool(snmp.PoolConfig{
		Traps: traps, Concurrency: cfg.SNMP.Concurrency, Logger: named(logger, "snmp"), Metrics: deviceMetrics,
	}, a.hub)
	if err != nil {
		return nil, fmt.Errorf("set up snmp: %w", err)
	}
	return a, nil
}

// listenTraps opens the socket for traps, nil if none is configured.
func listenTraps(ctx context.Context, address string) (*net.UDPConn, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // There is none, and nothing is wrong.
	}
	conn, err := snmp.ListenTraps(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("%w; snmp.traps says where", err)
	}
	return conn, nil
}

func named(logger *slog.Logger, component string) *slog.Logger {
	return logger.With(slog.String("component", component))
}

// run serves on the listener until ctx ends or something breaks; when it
// returns nothing of it is still running. Sources are those of the
// configuration at first, and of each that comes over reload after that.
func (a *app) run(ctx context.Context, listener net.Listener, reload <-chan config.Config) error {
	state, err := a.store.Load()
	if err != nil {
		return err
	}
	server, err := a.web()
	if err != nil {
		return err
	}
	// The hub outlives what speaks to it, so that the last words are kept.
	hubCtx, stopHub := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHub()
	hubDone := make(chan error, 1)
	group, ctx := errgroup.WithContext(ctx)
	go func() { hubDone <- a.hub.Run(hubCtx, state) }()
	group.Go(func() error { return a.stream.Run(ctx) })
	group.Go(func() error { return a.clusters.Run(ctx) })
	group.Go(func() error { return a.devices.Run(ctx) })
	group.Go(func() error { return server.Run(ctx, listener) })
	group.Go(func() error {
		if err := a.apply(ctx, a.cfg); err != nil {
			return err
		}
		for {
			select {
			case <-ctx.Done():
				return nil
			case cfg := <-reload:
				if err := a.apply(ctx, cfg); err != nil {
					return err
				}
			}
		}
	})
	err = group.Wait()
	stopHub()
	if hubErr := <-hubDone; err == nil {
		err = hubErr
	}
	return err
}

// apply makes the sources those of a configuration. What is removed is stopped
// first, so that it says nothing after it is forgotten.
func (a *app) apply(ctx context.Context, cfg config.Config) error {
	// All are known before one speaks: nothing gets a lasting place meanwhile.
	if err := a.hub.ExpectSources(ctx, sourceIDs(cfg)); err != nil {
		return ignoreEnd(ctx, err)
	}
	if err := a.clusters.Set(ctx, clusterConfigs(cfg)); err != nil {
		return ignoreEnd(ctx, err)
	}
	if err := a.devices.Set(ctx, deviceConfigs(cfg)); err != nil {
		return ignoreEnd(ctx, err)
	}
	return ignoreEnd(ctx, a.hub.SetSources(ctx, sourceIDs(cfg)))
}

// ignoreEnd forgives errors that come of the program's ending.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (a *app) close() error { return a.store.Close() }
