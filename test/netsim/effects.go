package netsim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// effects collects what an act changes, so that agents and API servers are told
// once, when the model is right again.
type effects struct {
	world   *World
	now     time.Time
	devices []*device
	// touched keeps the order things were changed in.
	nodes     []*node
	pods      []*pod
	gone      []*pod
	workloads []*workload
	// announcing are clusters whose addresses may be announced by others now,
	// services and dropped those that came and went.
	announcing        []*cluster
	services, dropped []*service
}

func (w *World) begin() *effects {
	return &effects{world: w, now: w.cfg.Now()}
}

// addOnce appends what is not there yet.
func addOnce[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// settle brings the ports at both ends of jacks to their state. The jacks are
// those whose cable, power or light has changed, and their former peers.
func (e *effects) settle(jacks ...*jack) {
	for _, j := range jacks {
		for _, end := range append(j.peers(), j) {
			if end.nic != nil {
				e.reach(end.nic.node)
			}
			if end.port == nil {
				continue
			}
			d := end.port.device
			if end.port.settle(e.world.uptime(d)()) {
				e.devices = addOnce(e.devices, d)
				e.relearn(d.within)
			}
		}
	}
}

// relearn notes that what a site's switches have learned may be other now.
func (e *effects) relearn(s *site) {
	for _, d := range slices.Concat(s.edge(), s.borders) {
		if d.learns() || d.binds() {
			e.devices = addOnce(e.devices, d)
		}
	}
}

// reach notes whether the control plane can still hear a node by its cables.
func (e *effects) reach(n *node) {
	if n.dead || n.cut == n.isCut() {
		return
	}
	n.cut, n.since = !n.cut, e.now
	e.node(n)
	for _, p := range n.pods {
		e.pod(p)
	}
}

// pod notes that a pod has changed, and with it its workload's counts and its
// services' endpoints.
func (e *effects) pod(p *pod) {
	e.pods = addOnce(e.pods, p)
	e.workloads = addOnce(e.workloads, p.workload)
}

// remove takes a pod away; its controller may make another.
func (e *effects) remove(p *pod) {
	p.workload.cluster.remove(p)
	e.gone = addOnce(e.gone, p)
	e.workloads = addOnce(e.workloads, p.workload)
	e.reconcile(p.workload)
}

// node notes that a node has changed.
func (e *effects) node(n *node) {
	e.nodes = addOnce(e.nodes, n)
}

// publish tells agents and API servers.
func (e *effects) publish() error {
	var errs []error
	for _, d := range e.devices {
		if d.agent == nil {
			continue // Not started yet; Start takes the view of then.
		}
		if err := d.agent.SetView(d.community, d.view(e.world.uptime(d))); err != nil {
			errs = append(errs, fmt.Errorf("switch %s: %w", d.name, err))
		}
	}
	for _, c := range e.world.clusters {
		if err := c.server.Batch(e.mutations(c)...); err != nil {
			errs = append(errs, fmt.Errorf("cluster %s: %w", c.name, err))
		}
	}
	return errors.Join(errs...)
}

// mutations are what changes in one cluster, in an order a reader may see:
// nodes, pods, then what controllers make of them.
func (e *effects) mutations(c *cluster) []kubeapi.Mutation {
	var out []kubeapi.Mutation
	put := func(obj runtime.Object) { out = append(out, kubeapi.Mutation{Put: obj}) }
	for _, n := range e.nodes {
		if n.cluster == c {
			put(n.object(c.created))
		}
	}
	for _, p := range e.gone {
		if p.workload.cluster == c {
			out = append(out, kubeapi.Mutation{Delete: kubeapi.Ref{
				Resource: corev1.SchemeGroupVersion.WithResource("pods"), Namespace: p.workload.namespace.name, Name: p.name,
			}})
		}
	}
	for _, p := range e.pods {
		if p.workload.cluster == c && !slices.Contains(e.gone, p) {
			put(p.object())
		}
	}
	for _, w := range e.workloads {
		if w.cluster != c {
			continue
		}
		for _, obj := range w.objects() {
			put(obj)
		}
		for _, s := range c.servicesOf(w) {
			out = append(out, c.sliceMutations(s)...)
		}
	}
	out = append(out, e.serviceMutations(c)...)
	return append(out, e.announcements(c)...)
}

// announcements are what the machinery says once who announces may be others:
// nodes of the cluster have died or come back, or it was made so.
func (e *effects) announcements(c *cluster) []kubeapi.Mutation {
	if !slices.Contains(e.announcing, c) && !slices.ContainsFunc(e.nodes, func(n *node) bool { return n.cluster == c }) {
		return nil
	}
	var out []kubeapi.Mutation
	former := c.announced
	c.announced = map[kubeapi.Ref]struct{}{}
	for _, obj := range c.machineryObjects() {
		out = append(out, kubeapi.Mutation{Put: obj})
		if ref, ok := c.refOf(obj); ok {
			c.announced[ref] = struct{}{}
			delete(former, ref)
		}
	}
	gone := slices.SortedFunc(maps.Keys(former), func(a, b kubeapi.Ref) int { return strings.Compare(a.Name, b.Name) })
	for _, ref := range gone {
		out = append(out, kubeapi.Mutation{Delete: ref})
	}
	if c.machineryOf().marksServices() {
		for _, s := range c.balanced() {
			out = append(out, kubeapi.Mutation{Put: c.serviceObject(s)})
		}
	}
	return out
}

// sliceMutations bring a service's EndpointSlices to its pods.
func (c *cluster) sliceMutations(s *service) []kubeapi.Mutation {
	var out []kubeapi.Mutation
	now := c.sliceObjects(s)
	for _, slice := range now {
		out = append(out, kubeapi.Mutation{Put: slice})
	}
	for n := len(now); n < s.slices; n++ {
		out = append(out, kubeapi.Mutation{Delete: kubeapi.Ref{
			Resource: discoveryv1.SchemeGroupVersion.WithResource("endpointslices"), Namespace: s.namespace.name, Name: s.sliceName(n),
		}})
	}
	s.slices = len(now)
	return out
}
