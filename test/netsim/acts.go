package netsim

import (
	"fmt"
	"log/slog"
	"slices"
)

// act changes the model under the lock and tells everyone.
func (w *World) act(change func(e *effects) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.begin()
	if err := change(e); err != nil {
		return err
	}
	return e.publish()
}

// MoveCable takes a node's NIC off its port and plugs it into another port of
// any switch, which must be free.
func (w *World) MoveCable(node, nic, leaf, port string) error {
	return w.act(func(e *effects) error { return w.moveCable(e, node, nic, leaf, port) })
}

func (w *World) moveCable(e *effects, node, nic, leaf, port string) error {
	k, err := w.nic(node, nic)
	if err != nil {
		return err
	}
	to, err := w.port(leaf, port)
	if err != nil {
		return err
	}
	if to.cable != nil {
		return fmt.Errorf("port %s of %s is taken", port, leaf)
	}
	from := k.peers()
	if k.cable != nil {
		k.unplug()
	}
	plug(&to.jack, &k.jack)
	e.settle(from...)
	e.settle(&k.jack)
	w.cfg.Logger.Info("cable moved", slog.String("node", node), slog.String("nic", nic), slog.String("switch", leaf), slog.String("port", port))
	return nil
}

// LinkDown breaks the cable in a port: both ends lose carrier.
func (w *World) LinkDown(dev, port string) error {
	return w.act(func(e *effects) error { return w.cutCable(e, dev, port, true) })
}

// LinkUp repairs the cable in a port.
func (w *World) LinkUp(dev, port string) error {
	return w.act(func(e *effects) error { return w.cutCable(e, dev, port, false) })
}

// IsCut says whether a port has a cable that is broken.
func (w *World) IsCut(dev, port string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.port(dev, port)
	return err == nil && p.cable != nil && p.cable.cut
}

func (w *World) cutCable(e *effects, dev, port string, cut bool) error {
	p, err := w.port(dev, port)
	if err != nil {
		return err
	}
	if p.cable == nil {
		return fmt.Errorf("port %s of %s has no cable", port, dev)
	}
	p.cable.cut = cut
	e.settle(&p.jack)
	w.cfg.Logger.Info("cable changed", slog.String("switch", dev), slog.String("port", port), slog.Bool("broken", cut))
	return nil
}

// KillNode takes a node's power away: its links go down, its Node becomes
// unknown, its pods and endpoints unready.
func (w *World) KillNode(cluster, node string) error {
	return w.act(func(e *effects) error { return w.power(e, cluster, node, false) })
}

// ReviveNode gives a node its power back: what stood on it runs again, except
// for pods that were given up meanwhile, which end.
func (w *World) ReviveNode(cluster, node string) error {
	return w.act(func(e *effects) error { return w.power(e, cluster, node, true) })
}

func (w *World) power(e *effects, cluster, node string, on bool) error {
	n, err := w.nodeOf(cluster, node)
	if err != nil {
		return err
	}
	if n.dead != on {
		return nil // It is so already.
	}
	n.dead, n.deadFor, n.since = !on, 0, e.now
	n.cut = on && n.isCut()
	for _, k := range n.nics {
		e.settle(&k.jack)
	}
	e.node(n)
	for _, p := range slices.Clone(n.pods) {
		if on && p.state == podTerminating {
			e.remove(p)
		} else {
			e.pod(p)
		}
	}
	w.cfg.Logger.Info("node changed", slog.String("cluster", cluster), slog.String("node", n.name), slog.Bool("alive", on))
	return nil
}

// SetPodReady makes the readiness probe of a running pod succeed or fail.
func (w *World) SetPodReady(cluster, namespace, name string, ready bool) error {
	return w.act(func(e *effects) error { return w.podReady(e, cluster, namespace, name, ready) })
}

func (w *World) podReady(e *effects, cluster, namespace, name string, ready bool) error {
	c := w.cluster(cluster)
	if c == nil {
		return fmt.Errorf("cluster %q does not exist", cluster)
	}
	p := c.pod(namespace, name)
	switch {
	case p == nil:
		return fmt.Errorf("cluster %s has no pod %s/%s", cluster, namespace, name)
	case !p.running() || p.state == podTerminating:
		return fmt.Errorf("pod %s/%s does not run", namespace, name)
	}
	s := podUnready
	if ready {
		s = podRunning
	}
	if p.state != s {
		p.become(s, e.now)
		e.pod(p)
	}
	return nil
}

// SilenceSwitch makes a switch's SNMP agent silent, while the switch itself
// goes on.
func (w *World) SilenceSwitch(dev string) error { return w.silence(dev, true) }

// WakeSwitch makes a silenced switch answer again.
func (w *World) WakeSwitch(dev string) error { return w.silence(dev, false) }

func (w *World) silence(dev string, silent bool) error {
	return w.act(func(*effects) error { return w.mute(dev, silent) })
}

func (w *World) mute(dev string, silent bool) error {
	d := w.device(dev)
	if d == nil {
		return fmt.Errorf("switch %q does not exist", dev)
	}
	d.silent = silent
	if d.agent != nil {
		f := d.agent.Faults()
		f.Silent = silent
		d.agent.SetFaults(f)
	}
	w.cfg.Logger.Info("switch changed", slog.String("switch", dev), slog.Bool("silent", silent))
	return nil
}
