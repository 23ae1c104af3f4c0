package kube

import (
	"slices"
	"strings"

	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// endpointSlice becomes one edge from its service to each of its pods. The
// slices of a service may speak of the same pod, one for each address family:
// their claims have different keys and mean the same edge.
//
// Slices without a service and endpoints that are no pods (written by hand,
// or by controllers of their own) are skipped.
func (t *translator) endpointSlice(o *discoveryv1.EndpointSlice) result {
	r := result{
		key:    "slice/" + o.Namespace + "/" + o.Name,
		prefix: "endpoint/" + o.Namespace + "/" + o.Name + "/",
	}
	service := o.Labels[discoveryv1.LabelServiceName]
	if service == "" {
		r.skipped = len(o.Endpoints)
		return r
	}
	r.facts = t.whereEndpointsAre(o, service)
	if from := o.Labels[labelSourceCluster]; from != "" && !strings.Contains(from, "\n") {
		r.facts = append(r.facts, &expose.Joined{Cluster: from, Object: objectName("EndpointSlice", o)})
	}
	a := t.words.share(serviceKey(o.Namespace, service))
	r.claims = make([]api.Claim, 0, len(o.Endpoints))
	at := make(map[string]int, len(o.Endpoints))
	for i := range o.Endpoints {
		e := &o.Endpoints[i]
		ref := e.TargetRef
		// A slice's pods stand in its own namespace; the API leaves it out or
		// repeats it.
		if ref == nil || ref.Kind != "Pod" || ref.Name == "" ||
			(ref.Namespace != "" && ref.Namespace != o.Namespace) || strings.Contains(ref.Name, "\n") {
			r.skipped++
			continue
		}
		edge := &api.EdgeClaim{Kind: api.EdgeEndpoint, A: a, B: podKey(o.Namespace, ref.Name)}
		edge.Health, edge.Attrs = t.endpointConditions(e)
		edge.Attrs = t.hinted(edge.Attrs, e)
		claim := api.Claim{Key: r.prefix + ref.Name, Edge: edge}
		if n, twice := at[ref.Name]; twice {
			// Several addresses of one pod: it takes part if any of them does.
			if r.claims[n].Edge.Health != api.HealthOK {
				r.claims[n] = claim
			}
			continue
		}
		at[ref.Name] = len(r.claims)
		r.claims = append(r.claims, claim)
	}
	return r
}

// endpointConditions reads conditions as the API defines them: not said means
// ready, and serving as ready is, and not terminating.
func (t *translator) endpointConditions(e *discoveryv1.Endpoint) (api.Health, []api.KV) {
	c := e.Conditions
	ready := c.Ready == nil || *c.Ready
	serving := ready
	if c.Serving != nil {
		serving = *c.Serving
	}
	health := api.HealthDegraded
	if ready {
		health = api.HealthOK
	}
	zone := ""
	if e.Zone != nil {
		zone = *e.Zone
	}
	return health, t.flags(ready, serving, c.Terminating != nil && *c.Terminating, zone)
}

// endpointSort is a way that an endpoint can be: its conditions as bits, and
// where it is.
type endpointSort struct {
	set  uint8
	zone string
}

// maxEndpointSorts bounds what is shared of them.
const maxEndpointSorts = 1024

// flags are the attributes of an endpoint: one slice for all that are equal.
func (t *translator) flags(ready, serving, terminating bool, zone string) []api.KV {
	at := endpointSort{zone: t.words.share(zone)}
	for i, set := range []bool{ready, serving, terminating} {
		if set {
			at.set |= 1 << i
		}
	}
	if t.endpointFlags[at] == nil {
		if len(t.endpointFlags) >= maxEndpointSorts {
			clear(t.endpointFlags)
		}
		var a attrs
		a.flag(api.AttrReady, ready)
		a.flag(attrServing, serving)
		a.flag(attrTerminating, terminating)
		a.add(api.AttrZone, at.zone)
		t.endpointFlags[at] = a
	}
	return t.endpointFlags[at]
}

// hinted adds where traffic for the endpoint should come from, if that is not
// everywhere.
func (t *translator) hinted(flags []api.KV, e *discoveryv1.Endpoint) []api.KV {
	if e.Hints == nil || len(e.Hints.ForZones)+len(e.Hints.ForNodes) == 0 {
		return flags
	}
	var zones, nodes []string
	for i := range e.Hints.ForZones {
		zones = append(zones, e.Hints.ForZones[i].Name)
	}
	for i := range e.Hints.ForNodes {
		nodes = append(nodes, e.Hints.ForNodes[i].Name)
	}
	// The flags are shared: what is added makes a slice of its own.
	a := attrs(slices.Clip(flags))
	a.add(attrForNodes, t.words.share(joinDistinct(nodes)))
	a.add(attrForZones, t.words.share(joinDistinct(zones)))
	return a
}

// Where an endpoint's traffic should come from.
const (
	attrForNodes = "for_nodes"
	attrForZones = "for_zones"
)

// labelSourceCluster names the cluster of a mesh that a slice's endpoints are in.
const labelSourceCluster = "multicluster.kubernetes.io/source-cluster"

// whereEndpointsAre counts a slice's endpoints by node, ready ones and all.
// Those that are no pods count too: they are behind the service all the same.
func (t *translator) whereEndpointsAre(o *discoveryv1.EndpointSlice, service string) []expose.Fact {
	if len(o.Endpoints) == 0 {
		return nil
	}
	at := map[string]int{}
	f := &expose.Slice{Service: expose.Name{Namespace: t.words.share(o.Namespace), Name: t.words.share(service)}}
	for i := range o.Endpoints {
		e := &o.Endpoints[i]
		node := ""
		switch from := o.Labels[labelSourceCluster]; {
		case from != "":
			node = "(cluster " + from + ")"
		case e.NodeName != nil:
			node = *e.NodeName
		}
		n, known := at[node]
		if !known {
			n = len(f.Nodes)
			at[node] = n
			f.Nodes = append(f.Nodes, expose.NodeEndpoints{Node: t.words.share(node)})
		}
		f.Nodes[n].All++
		if e.Conditions.Ready == nil || *e.Conditions.Ready {
			f.Nodes[n].Ready++
		}
	}
	f.Nodes = slices.Clip(f.Nodes)
	slices.SortFunc(f.Nodes, func(a, b expose.NodeEndpoints) int { return strings.Compare(a.Node, b.Node) })
	return []expose.Fact{f}
}
