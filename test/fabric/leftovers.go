package fabric

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lock takes the prefix for this process. The kernel gives it back when the process ends, however it ends.
func (o Options) lock(ctx context.Context) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "unix", "@netseam-fabric-"+o.Prefix)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("prefix %s: another fabric runs under it: %w", o.Prefix, err)
	}
	return l, err
}

// Clean removes what a killed run left behind under the prefix of opts, and says what it was.
func Clean(ctx context.Context, opts Options) (found []string, err error) {
	opts = opts.withDefaults()
	if err := opts.check(); err != nil {
		return nil, fmt.Errorf("clean: %w", err)
	}
	lock, err := opts.lock(ctx)
	if err != nil {
		return nil, fmt.Errorf("clean: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	return opts.clean(ctx)
}

// checkFree refuses a management LAN that this machine has another use for.
func (o Options) checkFree() error {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return err
	}
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Overlaps(o.Management) {
			return fmt.Errorf("management LAN %s: this machine has %s already; is another fabric running?", o.Management, p)
		}
	}
	return nil
}

// clean removes everything under the prefix: processes, namespaces, the root leg, the run directory. It returns what it
// found. Only the holder of the lock may call it.
func (o Options) clean(ctx context.Context) (found []string, err error) {
	list, err := output(ctx, "", "ip", "netns", "list")
	if err != nil {
		return nil, err
	}
	var errs []error
	for line := range strings.Lines(list) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(name, o.Prefix+"-") {
			continue
		}
		found = append(found, "namespace "+name)
		errs = append(errs, o.removeNamespace(ctx, name))
	}
	if _, err := net.InterfaceByName(o.rootLeg()); err == nil {
		found = append(found, "interface "+o.rootLeg())
		if _, err := output(ctx, "", "ip", "link", "del", o.rootLeg()); err != nil && !gone(o.rootLeg()) {
			errs = append(errs, err)
		}
	}
	if _, err := os.Stat(o.runDir()); err == nil {
		found = append(found, "directory "+o.runDir())
		errs = append(errs, os.RemoveAll(o.runDir()))
	}
	return found, errors.Join(errs...)
}

// gone tells whether an interface is away: it goes by itself, a little after the namespace of its other end.
func gone(name string) bool {
	_, err := net.InterfaceByName(name)
	return err != nil
}

// removeNamespace kills what runs in a namespace and removes it.
func (o Options) removeNamespace(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := poll(ctx, 20*time.Millisecond, func() error {
		list, err := output(ctx, "", "ip", "netns", "pids", name)
		if err != nil {
			return err
		}
		for field := range strings.FieldsSeq(list) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				return permanent{fmt.Errorf("list processes of %s: %w", name, err)}
			}
			if err := kill(pid); err != nil && !errors.Is(err, syscall.ESRCH) {
				return permanent{fmt.Errorf("kill %d in %s: %w", pid, name, err)}
			}
		}
		if strings.TrimSpace(list) != "" {
			return fmt.Errorf("processes in %s: %s", name, strings.TrimSpace(list))
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = output(ctx, "", "ip", "netns", "del", name)
	return err
}
