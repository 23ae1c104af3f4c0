package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	collect "github.com/netseam/netseam/collectors"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/collectors/snmp"
	finder "github.com/netseam/netseam/collectors/snmp/discovery"
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
	traps    *net.UDPConn // nil if none are listened for
	store    *store.Store
	hub      *hub.Hub
	stream   *stream.Stream
	clusters *kube.Pool
	devices  *snmp.Pool
	search   *search
	registry *prometheus.Registry
	demo     web.Demo // nil for a real world
}

// newApp opens the store and the socket for traps, and builds the rest on them.
// close is called when run has returned, or in its place.
func newApp(ctx context.Context, cfg config.Config, logger *slog.Logger) (_ *app, err error) {
	a := &app{cfg: cfg, logger: logger, registry: prometheus.NewRegistry()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.traps, err = listenTraps(ctx, cfg.SNMP.Traps); err != nil {
		return nil, err
	}
	if a.store, err = store.Open(filepath.Join(cfg.Data, "journal.db"), store.Options{Retention: cfg.Retention, Logger: logger}); err != nil {
		return nil, dataError(err)
	}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.hub = hub.New(hub.DefaultConfig(named(logger, "hub")), a.store, hub.NewMetrics(a.registry))
	a.stream = stream.New(stream.Config{Version: version, MaxClients: cfg.MaxClients, CheckOrigin: web.CheckOrigin(cfg.Origins)},
		a.hub, layout.Continue, named(logger, "stream"), a.registry)
	clusterMetrics, deviceMetrics, searchMetrics := kube.NewMetrics(), snmp.NewMetrics(), finder.NewMetrics()
	a.registry.MustRegister(clusterMetrics, deviceMetrics, searchMetrics)
	a.clusters = kube.NewPool(a.hub, named(logger, "kube"), clusterMetrics)
	if a.search, err = newSearch(ctx, cfg, a.hub, named(logger, "discovery"), searchMetrics, deviceMetrics); err != nil {
		return nil, err
	}
	a.devices, err = snmp.NewPool(snmp.PoolConfig{
		Traps: a.traps, Concurrency: cfg.SNMP.Concurrency, Logger: named(logger, "snmp"), Metrics: deviceMetrics,
	}, a.search.crawler.Listen(a.hub))
	if err != nil {
		return nil, fmt.Errorf("set up snmp: %w", err)
	}
	return a, nil
}

// dataError adds to what the system says of a folder what can be done about it.
func dataError(err error) error {
	for _, errno := range []error{syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.ENOTDIR, syscall.ENOSPC} {
		if errors.Is(err, errno) {
			return fmt.Errorf("%w; data (--data) has to be a folder that netseam may write to, with space left", err)
		}
	}
	return err
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

// run serves on the listener, which it closes, until ctx ends or something
// breaks; when it returns nothing of it is still running. Sources are those of the
// configuration at first, and of each that comes over reload after that. ready is
// called once nothing that is configured can be wrong any more.
func (a *app) run(ctx context.Context, listener net.Listener, reload <-chan config.Config, ready func()) error {
	server, err := a.web()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	state, err := a.store.Load()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	ready()
	// The hub outlives what speaks to it, so that the last words are kept.
	hubCtx, stopHub := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHub()
	hubDone := make(chan error, 1)
	group, ctx := errgroup.WithContext(ctx)
	go func() { hubDone <- a.hub.Run(hubCtx, state) }()
	group.Go(func() error { return a.stream.Run(ctx) })
	group.Go(func() error { return a.clusters.Run(ctx) })
	group.Go(func() error { return a.devices.Run(ctx) })
	group.Go(func() error { return a.search.run(ctx) })
	group.Go(func() error { seekRoutes(ctx, a.hub.Subscribe, a.devices.Seek); return nil })
	group.Go(func() error { return server.Run(ctx, listener) })
	group.Go(func() error { return a.supply(ctx, reload) })
	err = group.Wait()
	stopHub()
	if hubErr := <-hubDone; err == nil {
		err = hubErr
	}
	return err
}

// supply makes the sources those of the configuration at first, of each that
// comes over reload after that, and with them what discovery finds.
func (a *app) supply(ctx context.Context, reload <-chan config.Config) error {
	cfg := a.cfg
	for {
		if err := a.apply(ctx, cfg); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case cfg = <-reload:
			if err := a.search.use(cfg); err != nil {
				a.logger.ErrorContext(ctx, "discovery goes on as it was", slog.Any("error", err))
			}
		case <-a.search.changed:
			a.search.keep(ctx)
			if !collect.Sleep(ctx, batchEvery) { // for what is found in the meantime
				return nil
			}
		}
	}
}

// apply makes the sources those of a configuration, and those that were found.
// What is removed is stopped first, so that it says nothing after it is
// forgotten.
func (a *app) apply(ctx context.Context, cfg config.Config) error {
	devices := append(deviceConfigs(cfg), a.search.devices()...)
	ids := sourceIDs(clusterConfigs(cfg), devices)
	if cfg.Discovery.Enabled {
		ids = append(ids, searchSource)
	}
	// All are known before one speaks: nothing gets a lasting place meanwhile.
	if err := a.hub.ExpectSources(ctx, ids); err != nil {
		return ignoreEnd(ctx, err)
	}
	if err := a.clusters.Set(ctx, clusterConfigs(cfg)); err != nil {
		return ignoreEnd(ctx, err)
	}
	if err := a.devices.Set(ctx, devices); err != nil {
		return ignoreEnd(ctx, err)
	}
	return ignoreEnd(ctx, a.hub.SetSources(ctx, ids))
}

// ignoreEnd forgives errors that come of the program's ending.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// close gives back what newApp opened, as far as it came.
func (a *app) close() error {
	var errs []error
	if a.traps != nil {
		if err := a.traps.Close(); err != nil && !errors.Is(err, net.ErrClosed) { // its pool closes it too
			errs = append(errs, fmt.Errorf("close the socket for traps: %w", err))
		}
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}
