package fabric

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// LinkDown sets a port of a switch or host down. The other end loses its carrier.
func (f *Fabric) LinkDown(ctx context.Context, device, port string) error {
	return f.setLink(ctx, End{Device: device, Port: port}, true)
}

// LinkUp undoes LinkDown.
func (f *Fabric) LinkUp(ctx context.Context, device, port string) error {
	return f.setLink(ctx, End{Device: device, Port: port}, false)
}

func (f *Fabric) setLink(ctx context.Context, at End, down bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	state := "up"
	if down {
		state = "down"
	}
	if _, err := output(ctx, "", "ip", "-n", f.opts.namespace(at.Device), "link", "set", at.Port, state); err != nil {
		return fmt.Errorf("set %s %s %s: %w", at.Device, at.Port, state, err)
	}
	if down {
		f.down[at] = true
	} else {
		delete(f.down, at)
	}
	nic, ok := f.cables.at(at)
	if f.cables[at] != (End{}) {
		nic, ok = at, true
	}
	if !ok {
		return nil
	}
	return f.carry(ctx, nic)
}

// carry lets each end of a host's cable have a carrier if the other end is up.
func (f *Fabric) carry(ctx context.Context, nic End) error {
	port := f.cables[nic]
	return batch(ctx, f.opts.namespace(patchName), setCarrier(f.opts.socket(nic), !f.down[port]), setCarrier(f.opts.socket(port), !f.down[nic]))
}

// MoveCable pulls a host's cable out of its leaf and plugs it into a free port of that or another leaf. The NIC keeps its
// name, MAC and address; the old port stays, without carrier.
func (f *Fabric) MoveCable(ctx context.Context, host, nic, toLeaf, toPort string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	end, to := End{Device: host, Port: nic}, End{Device: toLeaf, Port: toPort}
	from, ok := f.cables[end]
	if !ok {
		return fmt.Errorf("move cable: no NIC %s on a host %s", nic, host)
	}
	if err := checkHostPort(toLeaf, toPort); err != nil {
		return fmt.Errorf("move cable of %s %s: %w", host, nic, err)
	}
	if other, taken := f.cables.at(to); taken {
		return fmt.Errorf("move cable of %s %s: %s %s has %s %s plugged in", host, nic, toLeaf, toPort, other.Device, other.Port)
	}
	if err := f.replug(ctx, end, from, to); err != nil {
		return fmt.Errorf("move cable of %s %s from %s %s to %s %s: %w", host, nic, from.Device, from.Port, toLeaf, toPort, err)
	}
	return nil
}

// replug takes the NIC's cable from one socket to another and describes the ports anew.
func (f *Fabric) replug(ctx context.Context, nic, from, to End) error {
	o := f.opts
	if err := batch(ctx, o.namespace(patchName), o.pull(nic, from)...); err != nil {
		return err
	}
	if err := batch(ctx, o.namespace(from.Device), describePort(from.Port, End{})); err != nil {
		return err
	}
	if err := batch(ctx, o.namespace(to.Device), describePort(to.Port, nic)); err != nil {
		return err
	}
	if o.namesPorts(nic.Device) {
		if err := batch(ctx, o.namespace(nic.Device), describePort(nic.Port, to)); err != nil {
			return err
		}
	}
	if err := batch(ctx, o.namespace(patchName), o.plug(nic, to)); err != nil {
		return err
	}
	f.cables[nic] = to
	return f.carry(ctx, nic)
}

// KillDaemon kills "lldpd", "snmpd", "zebra" or "bgpd" on a device, so that it can say no goodbye.
func (f *Fabric) KillDaemon(_ context.Context, device, name string) error {
	return f.stopDaemon(device, name, syscall.SIGKILL)
}

// StopDaemon ends a daemon in the orderly way: lldpd tells its neighbours that it goes.
func (f *Fabric) StopDaemon(_ context.Context, device, name string) error {
	return f.stopDaemon(device, name, syscall.SIGTERM)
}

// StartDaemon starts a daemon that was killed or stopped, and returns when it serves.
func (f *Fabric) StartDaemon(ctx context.Context, device, name string) error {
	d, err := f.daemon(device, name)
	if err != nil {
		return err
	}
	return f.startDaemon(ctx, d)
}

// RestartDaemon stops a daemon, if it runs, and starts it.
func (f *Fabric) RestartDaemon(ctx context.Context, device, name string) error {
	if err := f.StopDaemon(ctx, device, name); err != nil {
		return err
	}
	return f.StartDaemon(ctx, device, name)
}

func (f *Fabric) stopDaemon(device, name string, sig os.Signal) error {
	d, err := f.daemon(device, name)
	if err != nil {
		return err
	}
	return d.stop(sig)
}

func (f *Fabric) daemon(device, name string) (*daemon, error) {
	d := f.daemons[daemonKey{device, name}]
	if d == nil {
		return nil, fmt.Errorf("no %s on a device %s", name, device)
	}
	return d, nil
}
