package fabric

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Fabric is a running network. Its methods may be called from several goroutines; Down ends it.
type Fabric struct {
	opts     Options
	logs     string
	lock     io.Closer
	children sync.WaitGroup        // The goroutines that own processes.
	daemons  map[daemonKey]*daemon // Fixed once Up returns.

	once sync.Once
	gone error // What the first Down said. Set by once.

	mu     sync.Mutex
	cables cabling      // Guarded by mu.
	down   map[End]bool // Ports that were set down. Guarded by mu.
}

type daemonKey struct{ device, name string }

// Up builds the network and returns when every daemon serves; neighbours need some seconds more. What the daemons print
// goes to DEVICE.DAEMON.log in dir, which is made if need be. ctx bounds the building only.
func Up(ctx context.Context, dir string, opts Options) (*Fabric, error) {
	opts = opts.withDefaults()
	if err := opts.check(); err != nil {
		return nil, fmt.Errorf("fabric: %w", err)
	}
	missing := Missing()
	if opts.Bundle {
		missing = append(missing, MissingForBundle()...)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("fabric: needs %s", strings.Join(missing, ", "))
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("fabric: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("fabric: %w", err)
	}
	lock, err := opts.lock(ctx)
	if err != nil {
		return nil, fmt.Errorf("fabric: %w", err)
	}
	f := &Fabric{opts: opts, logs: dir, lock: lock, cables: opts.firstCabling(), down: map[End]bool{}, daemons: map[daemonKey]*daemon{}}
	if err := f.build(ctx); err != nil {
		return nil, fmt.Errorf("fabric: %w", errors.Join(err, f.Down(ctx)))
	}
	return f, nil
}

func (f *Fabric) build(ctx context.Context) error {
	start := time.Now()
	found, err := f.opts.clean(ctx)
	if err != nil {
		return fmt.Errorf("clean up after an earlier run: %w", err)
	}
	if len(found) > 0 {
		f.opts.Logger.WarnContext(ctx, "leftovers of an earlier run removed", slog.Any("found", found))
	}
	if err := f.opts.checkFree(); err != nil {
		return err
	}
	if err := f.opts.addNamespaces(ctx); err != nil {
		return err
	}
	if err := f.opts.wire(ctx, f.cables); err != nil {
		return err
	}
	wired := time.Now()
	if err := f.opts.writeConfigs(ctx); err != nil {
		return err
	}
	for _, n := range f.opts.nodeNames() {
		for _, d := range f.opts.daemonsOf(n, f.logs) {
			f.daemons[daemonKey{n, d.name}] = d
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, n := range f.opts.nodeNames() {
		g.Go(func() error { return f.startDevice(gctx, n) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	f.opts.Logger.InfoContext(ctx, "fabric is up", slog.Duration("links", wired.Sub(start)), slog.Duration("daemons", time.Since(wired)))
	return nil
}

// startDevice starts a device's daemons, each after the one it needs.
func (f *Fabric) startDevice(ctx context.Context, device string) error {
	for _, name := range []string{"ovsdb-server", "ovs-vswitchd", "links", "snmpd", "lldpd", "zebra", "bgpd"} {
		d := f.daemons[daemonKey{device, name}]
		if d == nil {
			continue
		}
		if err := f.startDaemon(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (f *Fabric) startDaemon(ctx context.Context, d *daemon) error {
	if err := d.start(ctx, &f.children); err != nil {
		return err
	}
	switch d.name {
	case "snmpd":
		return f.opts.shortenCache(ctx, d.device)
	case "ovs-vswitchd":
		return f.opts.makeBundle(ctx, d.device)
	}
	return nil
}

// Down ends all daemons and removes everything that Up made except the logs. It works on a half-built fabric too, and
// even when ctx has ended. A second Down does nothing and says what the first did.
func (f *Fabric) Down(ctx context.Context) error {
	f.once.Do(func() { f.gone = f.remove(ctx) })
	return f.gone
}

func (f *Fabric) remove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var errs []error
	var stopping errgroup.Group
	for _, d := range f.daemons {
		stopping.Go(func() error { return d.stop(syscall.SIGTERM) })
	}
	errs = append(errs, stopping.Wait())
	f.children.Wait()
	_, err := f.opts.clean(ctx)
	errs = append(errs, err, f.lock.Close())
	return errors.Join(errs...)
}

// Crashed says which daemons have ended without being told to.
func (f *Fabric) Crashed() error {
	var errs []error
	for _, d := range f.daemons {
		errs = append(errs, d.crashed())
	}
	return errors.Join(errs...)
}

// Address returns where a switch answers SNMP.
func (f *Fabric) Address(device string) netip.Addr { return f.opts.managed(switchNumber(device)) }

// Topology returns what is plugged where at present. Links that were set down are still plugged.
func (f *Fabric) Topology() Topology {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.opts.topology(f.cables)
}

// Expected returns the neighbours that a device has to show at present if every lldpd runs, in a fixed order.
func (f *Fabric) Expected(device string) []Neighbour {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.opts.neighbours(device, f.cables, f.down)
}

// Exec runs a program in the namespace of a switch or host and returns what it printed.
func (f *Fabric) Exec(ctx context.Context, device string, argv ...string) (string, error) {
	return output(ctx, "", append([]string{"ip", "netns", "exec", f.opts.namespace(device)}, argv...)...)
}
