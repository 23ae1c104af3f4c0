package netsim

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// announce notes that who announces a cluster's addresses may be others now.
func (e *effects) announce(c *cluster) {
	e.announcing = addOnce(e.announcing, c)
	for _, s := range e.world.fabric.sites {
		if slices.Contains(s.guests, c) {
			e.relearn(s)
		}
	}
}

// exposed finds a service that has an address of its own.
func (w *World) exposed(cluster, namespace, name string) (*cluster, *service, error) {
	c := w.cluster(cluster)
	if c == nil {
		return nil, nil, fmt.Errorf("cluster %q does not exist", cluster)
	}
	for _, s := range c.balanced() {
		if s.namespace.name == namespace && s.name == name {
			return c, s, nil
		}
	}
	return nil, nil, fmt.Errorf("cluster %s has no service %s/%s with an address of its own", cluster, namespace, name)
}

// Split makes a second node announce a service, as when those that elect one do
// not hear each other: both claim it where objects can say so, and routers
// believe the second. Heal ends it.
func (w *World) Split(cluster, namespace, service string) error {
	return w.act(func(e *effects) error { return w.split(e, cluster, namespace, service, true) })
}

// Heal ends a split.
func (w *World) Heal(cluster, namespace, service string) error {
	return w.act(func(e *effects) error { return w.split(e, cluster, namespace, service, false) })
}

func (w *World) split(e *effects, cluster, namespace, name string, on bool) error {
	c, s, err := w.exposed(cluster, namespace, name)
	if err != nil {
		return err
	}
	s.split = nil
	if on {
		first := c.announcing(s)
		nodes := c.announcers()
		if len(first) != 1 || len(nodes) < 2 {
			return fmt.Errorf("service %s/%s of %s is not announced by one node of several", namespace, name, cluster)
		}
		s.split = nodes[(slices.Index(nodes, first[0])+1)%len(nodes)]
	}
	e.announce(c)
	w.cfg.Logger.Info("announcement changed", slog.String("cluster", cluster), slog.String("service", name), slog.Bool("split", on))
	return nil
}

// Drain takes a node out of use: nothing new is placed on it, its pods move, and
// load balancers are told to leave it out. What it announces it goes on
// announcing: nobody takes that from it.
func (w *World) Drain(cluster, node string) error {
	return w.act(func(e *effects) error { return w.drain(e, cluster, node, true) })
}

// Undrain takes a node back into use.
func (w *World) Undrain(cluster, node string) error {
	return w.act(func(e *effects) error { return w.drain(e, cluster, node, false) })
}

func (w *World) drain(e *effects, cluster, node string, on bool) error {
	n, err := w.nodeOf(cluster, node)
	if err != nil {
		return err
	}
	n.drained = on
	e.node(n)
	for _, p := range slices.Clone(n.pods) {
		if on && p.workload.kind != daemonSet && p.state != podTerminating {
			e.transit(p, podTerminating)
			e.reconcile(p.workload)
		}
	}
	w.cfg.Logger.Info("node changed", slog.String("cluster", cluster), slog.String("node", n.name), slog.Bool("drained", on))
	return nil
}

// RouteVia makes the routers of a node's site send what is for a service to that
// node, whoever announces it. RouteBack ends it.
func (w *World) RouteVia(cluster, namespace, service, node string) error {
	return w.act(func(e *effects) error { return w.routeVia(e, cluster, namespace, service, node) })
}

// RouteBack makes routers follow the announcements again.
func (w *World) RouteBack(cluster, namespace, service string) error {
	return w.act(func(e *effects) error { return w.routeVia(e, cluster, namespace, service, "") })
}

func (w *World) routeVia(e *effects, cluster, namespace, name, node string) error {
	c, s, err := w.exposed(cluster, namespace, name)
	if err != nil {
		return err
	}
	s.via = nil
	if node != "" {
		if s.via, err = w.nodeOf(cluster, node); err != nil {
			return err
		}
	}
	e.announce(c)
	w.cfg.Logger.Info("route changed", slog.String("cluster", cluster), slog.String("service", name), slog.String("via", node))
	return nil
}

// mostTaken is how many services TakeAddresses makes at a time.
const mostTaken = 250

// TakeAddresses makes that many more services that ask for an address. When the
// pool is used up, the rest of them go without. GiveBack removes them.
func (w *World) TakeAddresses(cluster string, count int) error {
	return w.act(func(e *effects) error { return w.take(e, cluster, count) })
}

// GiveBack removes the services that TakeAddresses made.
func (w *World) GiveBack(cluster string) error {
	return w.act(func(e *effects) error { return w.take(e, cluster, 0) })
}

func (w *World) take(e *effects, cluster string, count int) error {
	c := w.cluster(cluster)
	switch {
	case c == nil:
		return fmt.Errorf("cluster %q does not exist", cluster)
	case c.poolLast == 0:
		return fmt.Errorf("cluster %s has no pool of addresses", cluster)
	case count < 0 || count > mostTaken:
		return fmt.Errorf("%d services: 0 to %d are possible", count, mostTaken)
	}
	if count == 0 {
		for _, s := range c.services {
			if s.burst {
				e.dropped = append(e.dropped, s)
			}
		}
		c.services = slices.DeleteFunc(c.services, func(s *service) bool { return s.burst })
		c.nextVIP = uint16(len(c.balanced()))
	}
	before := c.balanced()[0].workload
	for range count {
		vip := c.nextVIP
		s := c.addService(before, loadBalancer, fmt.Sprintf("burst-%d", c.nextIP))
		if s.burst = true; int(c.nextVIP) > c.poolLast { // None is left.
			s.vip, c.nextVIP = netip.Addr{}, vip
		}
		e.services = append(e.services, s)
	}
	e.announce(c)
	w.cfg.Logger.Info("services changed", slog.String("cluster", cluster), slog.Int("added", count))
	return nil
}

// serviceMutations are the services of a cluster that came or went.
func (e *effects) serviceMutations(c *cluster) []kubeapi.Mutation {
	var out []kubeapi.Mutation
	for _, s := range e.services {
		if slices.Contains(c.services, s) {
			out = append(out, kubeapi.Mutation{Put: c.serviceObject(s)})
			out = append(out, c.sliceMutations(s)...)
		}
	}
	for _, s := range e.dropped {
		if s.workload.cluster != c {
			continue
		}
		remove := func(group, version, resource, name string) {
			out = append(out, kubeapi.Mutation{Delete: kubeapi.Ref{Resource: schema.GroupVersionResource{Group: group, Version: version, Resource: resource}, Namespace: s.namespace.name, Name: name}})
		}
		remove(corev1.GroupName, "v1", "services", s.name)
		for n := range s.slices {
			remove(discoveryv1.GroupName, "v1", "endpointslices", s.sliceName(n))
		}
	}
	return out
}
