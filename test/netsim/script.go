package netsim

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"
)

// maxOpen is how many physical acts wait to be undone at a time.
const maxOpen = 2

// script is the world's own course of events. What comes next is drawn, so two
// worlds of one seed in which the same acts are done by hand go the same way.
type script struct {
	random *rand.Rand
	steps  int
	acts   int
	// open are the acts that are still to be undone, oldest first.
	open []func(e *effects) error
}

// Run lets the world live: a step every StepEvery, until ctx ends. It needs
// Start before it.
func (w *World) Run(ctx context.Context) error {
	tick := time.NewTicker(w.cfg.StepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.failed:
			return err
		case <-tick.C:
			if err := w.Step(); err != nil {
				return err
			}
		}
	}
}

// Step lets one step go by: pods that were starting or ending do so, and either
// one cluster does something of its own, or something happens to a cable or to
// a node's power.
func (w *World) Step() error {
	return w.act(func(e *effects) error {
		s := &w.script
		s.steps++
		for _, c := range w.clusters {
			e.pass(c)
		}
		if w.cfg.ActEvery > 0 && s.steps%w.cfg.ActEvery == 0 {
			w.happen(e)
		} else if len(w.clusters) > 0 {
			e.churn(w.clusters[s.random.IntN(len(w.clusters))])
		}
		return nil
	})
}

// happen undoes the oldest of the physical acts, or does one more.
func (w *World) happen(e *effects) {
	s := &w.script
	if len(s.open) >= maxOpen {
		undo := s.open[0]
		s.open = s.open[1:]
		if err := undo(e); err != nil {
			// Someone has acted by hand in between, which takes precedence.
			w.cfg.Logger.Info("scripted act not undone", slog.Any("error", err))
		}
		return
	}
	var undo func(*effects) error
	switch s.acts % 3 {
	case 0:
		undo = w.someCableMoves(e)
	case 1:
		undo = w.someLinkFails(e)
	case 2:
		undo = w.someNodeDies(e)
	}
	s.acts++
	if undo != nil {
		s.open = append(s.open, undo)
	}
}

// someCableMoves moves a cable of a node to a free port at its site.
func (w *World) someCableMoves(e *effects) func(*effects) error {
	r, nics := w.script.random, w.movable()
	if len(nics) == 0 {
		return nil
	}
	k := nics[r.IntN(len(nics))]
	free := w.freePorts(k.node.site)
	if len(free) == 0 {
		return nil
	}
	from, to := k.peers()[0].port, free[r.IntN(len(free))]
	if err := w.moveCable(e, k.node.name, k.name, to.device.name, to.name); err != nil {
		return nil // It was free and up a moment ago, under the same lock.
	}
	return func(e *effects) error {
		return w.moveCable(e, k.node.name, k.name, from.device.name, from.name)
	}
}

// movable are the NICs whose move can be seen.
func (w *World) movable() []*nic {
	var out []*nic
	for _, c := range w.clusters {
		for _, n := range c.nodes {
			for _, k := range n.nics {
				if k.sends && k.carrier() && !k.cable.shared {
					out = append(out, k)
				}
			}
		}
	}
	return out
}

// freePorts are the first free port of each leaf at a site that has one.
func (w *World) freePorts(site string) []*port {
	free := func(p *port) bool { return p.front() && p.cable == nil && p.bridge <= leafPorts }
	var out []*port
	for _, d := range w.fabric.devices {
		if d.role != leaf || d.site != site {
			continue
		}
		if i := slices.IndexFunc(d.ports, free); i >= 0 {
			out = append(out, d.ports[i])
		}
	}
	return out
}

// someLinkFails breaks a cable that has a switch at one end.
func (w *World) someLinkFails(e *effects) func(*effects) error {
	var ports []*port
	for _, d := range w.fabric.devices {
		for _, p := range d.ports {
			if p.front() && p.carrier() {
				ports = append(ports, p)
			}
		}
	}
	if len(ports) == 0 {
		return nil
	}
	broken := ports[w.script.random.IntN(len(ports))].cable
	set := func(e *effects, cut bool) {
		broken.cut = cut
		e.settle(broken.ends[0])
		w.cfg.Logger.Info("cable changed", slog.String("end", broken.ends[0].String()), slog.String("other", broken.ends[1].String()), slog.Bool("broken", cut))
	}
	set(e, true)
	return func(e *effects) error { set(e, false); return nil }
}

// someNodeDies takes the power of a worker away.
func (w *World) someNodeDies(e *effects) func(*effects) error {
	var nodes []*node
	for _, c := range w.clusters {
		for _, n := range c.nodes {
			if !n.dead && !n.control {
				nodes = append(nodes, n)
			}
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	n := nodes[w.script.random.IntN(len(nodes))]
	if err := w.power(e, n.cluster.name, n.name, false); err != nil {
		return nil // It was found a moment ago, under the same lock.
	}
	return func(e *effects) error { return w.power(e, n.cluster.name, n.name, true) }
}

// churn lets a cluster do something of its own: a pod is replaced, fails its
// probe for a while, or its workload is scaled.
func (e *effects) churn(c *cluster) {
	r := e.world.script.random
	var own []*workload
	for _, w := range c.workloads {
		if w.kind == deployment && w.namespace.name != "kube-system" {
			own = append(own, w)
		}
	}
	if len(own) == 0 {
		return
	}
	w := own[r.IntN(len(own))]
	kind, pick := r.IntN(10), r.IntN(1<<30)
	if kind < 2 {
		if w.replicas > w.usual {
			w.replicas = w.usual
		} else {
			w.replicas++
		}
		e.workloads = addOnce(e.workloads, w)
		e.reconcile(w)
		return
	}
	var ready []*pod
	for _, p := range w.pods {
		if p.ready() {
			ready = append(ready, p)
		}
	}
	if len(ready) == 0 {
		return
	}
	p := ready[pick%len(ready)]
	if kind < 4 {
		e.transit(p, podUnready)
		return
	}
	e.transit(p, podTerminating)
	e.reconcile(w)
}
