package kube

import (
	"strings"

	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/netseam/netseam/api"
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
		edge.Health, edge.Attrs = t.endpointConditions(e.Conditions)
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
func (t *translator) endpointConditions(c discoveryv1.EndpointConditions) (api.Health, []api.KV) {
	ready := c.Ready == nil || *c.Ready
	serving := ready
	if c.Serving != nil {
		serving = *c.Serving
	}
	health := api.HealthDegraded
	if ready {
		health = api.HealthOK
	}
	return health, t.flags(ready, serving, c.Terminating != nil && *c.Terminating)
}

// flags are the attributes of an endpoint: one slice for all that are equal.
func (t *translator) flags(ready, serving, terminating bool) []api.KV {
	at := 0
	for i, set := range []bool{ready, serving, terminating} {
		if set {
			at |= 1 << i
		}
	}
	if t.endpointFlags[at] == nil {
		var a attrs
		a.flag(api.AttrReady, ready)
		a.flag(attrServing, serving)
		a.flag(attrTerminating, terminating)
		t.endpointFlags[at] = a
	}
	return t.endpointFlags[at]
}
