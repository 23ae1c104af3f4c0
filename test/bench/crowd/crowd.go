// Package crowd makes what many clusters and switches would say, for benchmarks
// of what reads it: as claims, the way the collectors translate and share them,
// without any protocol in between. netsim is the world to be believed; this one
// is quick to make and of any size.
//
// It consists of blocks: one cluster of 1,000 pods, and the switch that its
// nodes hang on.
package crowd

import (
	"fmt"
	"iter"
	"time"

	"github.com/netseam/netseam/api"
)

// What one block holds.
const (
	Pods       = 1000
	nodes      = 20
	namespaces = 10
	workloads  = 100
	services   = 80
	ports      = 24
	sitesEvery = 10 // blocks stand in one site
	partSize   = 500

	// PerBlock is how many elements, vertices and edges, a block makes of it,
	// sites left out.
	PerBlock = 1 + nodes + nodes + namespaces + workloads + services + Pods + 1 + ports + // vertices; NICs come from LLDP
		Pods + services*endpointsOfSecond + nodes // edges
	endpointsOfSecond = 10 // pods that every service takes in beside its own
)

// Crowd is a number of blocks, and how far each scope is numbered. It belongs to
// one goroutine.
type Crowd struct {
	blocks []*block
	now    time.Time
	next   map[api.Scope]uint64
}

// New returns a crowd that amounts to about so many elements.
func New(elements int) *Crowd {
	c := &Crowd{next: map[api.Scope]uint64{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for i := range max(1, elements/PerBlock) {
		c.blocks = append(c.blocks, newBlock(i))
	}
	return c
}

// Pods is how many pods there are.
func (c *Crowd) Pods() int { return len(c.blocks) * Pods }

// Elements is how many vertices and edges it comes to.
func (c *Crowd) Elements() int {
	return len(c.blocks)*PerBlock + (len(c.blocks)+sitesEvery-1)/sitesEvery
}

// Sources are all that speak.
func (c *Crowd) Sources() []api.SourceID {
	var out []api.SourceID
	for _, b := range c.blocks {
		out = append(out, b.kube, b.snmp)
	}
	return out
}

// Vertices is what all say of what there is.
func (c *Crowd) Vertices() iter.Seq[api.Observation] {
	return func(yield func(api.Observation) bool) {
		for _, b := range c.blocks {
			for _, t := range []struct {
				source api.SourceID
				table  string
				claims []api.Claim
			}{
				{b.snmp, "system", b.system()},
				{b.snmp, "if", b.interfaces()},
				{b.kube, "cluster", b.cluster()},
				{b.kube, "namespaces", b.namespaces()},
				{b.kube, "nodes", b.nodes()},
				{b.kube, "deployments", b.workloads()},
				{b.kube, "services", b.services()},
				{b.kube, "pods", b.pods()},
			} {
				if !c.whole(api.Scope{Source: t.source, Table: t.table}, t.claims, yield) {
					return
				}
			}
		}
	}
}

// Edges is what all say of how it hangs together.
func (c *Crowd) Edges() iter.Seq[api.Observation] {
	return func(yield func(api.Observation) bool) {
		for _, b := range c.blocks {
			if !c.whole(api.Scope{Source: b.snmp, Table: "lldp"}, b.sightings(), yield) ||
				!c.whole(api.Scope{Source: b.kube, Table: "endpointslices"}, b.endpoints(), yield) {
				return
			}
		}
	}
}

// Change is the watch event by which pod n, counted over all blocks, becomes
// ready or stops to be. Which key it has, and whether it is ready then, is said.
func (c *Crowd) Change(n int, ready bool) (api.Observation, string) {
	b := c.blocks[n/Pods%len(c.blocks)]
	claim := b.pod(n%Pods, ready)
	return c.say(api.Scope{Source: b.kube, Table: "pods"}, api.ObserveDelta, []api.Claim{claim}), claim.Key
}

func (c *Crowd) whole(scope api.Scope, claims []api.Claim, yield func(api.Observation) bool) bool {
	if !yield(c.say(scope, api.ObserveBegin, nil)) {
		return false
	}
	for len(claims) > 0 {
		n := min(partSize, len(claims))
		if !yield(c.say(scope, api.ObservePart, claims[:n:n])) {
			return false
		}
		claims = claims[n:]
	}
	return yield(c.say(scope, api.ObserveEnd, nil))
}

func (c *Crowd) say(scope api.Scope, kind api.ObservationKind, put []api.Claim) api.Observation {
	c.next[scope]++
	n := c.next[scope]
	c.now = c.now.Add(time.Millisecond)
	return api.Observation{Scope: scope, Incarnation: 1, From: n, To: n, Kind: kind, Time: c.now, Put: put}
}

// block is one cluster and its switch, with the texts that its claims share, as
// the collectors share them.
type block struct {
	n          int
	kube, snmp api.SourceID
	uid        string
	nodeKeys   [nodes]string
	spaces     [namespaces]string // names of namespaces
	spaceKeys  [namespaces]string
	names      [workloads]string
	controller [workloads]string
	labels     [workloads][]api.Label
	serviceKey [services]string
	flags      []api.KV
}

func newBlock(n int) *block {
	b := &block{
		n: n, kube: api.SourceID(fmt.Sprintf("kube:cluster-%04d", n)), snmp: api.SourceID(fmt.Sprintf("snmp:leaf-%04d", n)),
		uid:   fmt.Sprintf("4b1a2c3d-0000-4000-8000-%012x", n),
		flags: []api.KV{{Key: api.AttrReady, Value: "true"}, {Key: "serving", Value: "true"}},
	}
	for i := range b.nodeKeys {
		b.nodeKeys[i] = "node/" + b.nodeName(i)
	}
	for i := range b.spaces {
		b.spaces[i] = fmt.Sprintf("team-%02d", i)
		b.spaceKeys[i] = "ns/" + b.spaces[i]
	}
	for i := range b.names {
		b.names[i] = fmt.Sprintf("%s-%02d", apps()[i%len(apps())], i)
		b.controller[i] = "workload/Deployment/" + b.spaces[i%namespaces] + "/" + b.names[i]
		b.labels[i] = []api.Label{
			{Key: "app.kubernetes.io/name", Value: b.names[i]},
			{Key: "app.kubernetes.io/part-of", Value: "shop"},
			{Key: "team", Value: b.spaces[i%namespaces]},
		}
	}
	for i := range b.serviceKey {
		b.serviceKey[i] = "service/" + b.spaces[i%namespaces] + "/" + b.names[i]
	}
	return b
}

func apps() []string {
	return []string{"checkout", "catalogue", "payments", "search", "frontend", "recommender", "mailer", "inventory"}
}

func (b *block) nodeName(i int) string { return fmt.Sprintf("worker-%04d-%02d.example.net", b.n, i) }

func mac(kind, block, n int) string {
	return fmt.Sprintf("02:%02x:%02x:%02x:%02x:%02x", kind, block>>8&255, block&255, n>>8&255, n&255)
}
