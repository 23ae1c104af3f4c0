package expose

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/api"
)

// Policy is a NetworkPolicy: it isolates the pods that it selects.
type Policy struct {
	Name
	Pods            labels.Selector
	Ingress, Egress bool
}

// Workload is a workload with the labels that its pods have.
type Workload struct {
	Key       string
	Namespace string
	Claim     *api.VertexClaim // of the workload itself: a further one has its alias, parent and name
	Pods      Labels
}

// Foreign is a policy of a kind whose rules are not read.
type Foreign struct{ Kind, Namespace string }

func (*Policy) fact()   {}
func (*Workload) fact() {}
func (*Foreign) fact()  {}

// policies are the policies and workloads of one namespace.
type policies struct {
	policies  map[string]*Policy   // name -> policy
	workloads map[string]*Workload // key -> workload
	foreign   map[string]int       // kind -> how many
}

func (p *policies) empty() bool { return len(p.policies)+len(p.workloads)+len(p.foreign) == 0 }

// inNamespace changes what stands in a namespace, and lists the namespace.
func (w *World) inNamespace(namespace string, change func(*policies)) {
	p := w.namespaces[namespace]
	if p == nil {
		p = &policies{policies: map[string]*Policy{}, workloads: map[string]*Workload{}, foreign: map[string]int{}}
		w.namespaces[namespace] = p
	}
	change(p)
	if p.empty() {
		delete(w.namespaces, namespace)
	}
	w.isolate[namespace] = struct{}{}
}

// isolation says what of a namespace is isolated: its workloads by name, and
// on the namespace itself which policies there are whose rules are not read.
func (w *World) isolation(namespace string) Unit {
	u := Unit{Key: "policy/" + namespace}
	p := w.namespaces[namespace]
	if p == nil {
		return u
	}
	for _, key := range slices.Sorted(maps.Keys(p.workloads)) {
		if c, ok := p.isolated(p.workloads[key]); ok {
			u.Claims = append(u.Claims, c)
		}
	}
	if len(p.foreign) == 0 {
		return u
	}
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(p.foreign)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", p.foreign[kind], kind))
	}
	attrs := []api.KV{{Key: "policies_not_read", Value: strings.Join(kinds, ", ")}}
	if namespace == "" {
		u.Claims = append(u.Claims, api.Claim{Key: "cluster#policies", Vertex: &api.VertexClaim{
			Kind: api.VertexCluster, Aliases: []api.Alias{{Kind: api.AliasClusterUID, Strength: api.Strong, Value: w.uid}}, Attrs: attrs,
		}})
		return u
	}
	u.Claims = append(u.Claims, api.Claim{Key: "ns/" + namespace + "#policies", Vertex: &api.VertexClaim{
		Kind: api.VertexNamespace, Parent: "cluster", Name: namespace, Attrs: attrs,
		Aliases: []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Scope: w.uid, Value: "Namespace//" + namespace}},
	}})
	return u
}

// isolated says which policies isolate a workload, and in which direction.
func (p *policies) isolated(wl *Workload) (api.Claim, bool) {
	var ingress, egress []string
	for _, name := range slices.Sorted(maps.Keys(p.policies)) {
		policy := p.policies[name]
		if !policy.Pods.Matches(wl.Pods) {
			continue
		}
		if policy.Ingress {
			ingress = append(ingress, name)
		}
		if policy.Egress {
			egress = append(egress, name)
		}
	}
	var attrs []api.KV
	for _, d := range []struct {
		word  string
		names []string
	}{{"egress", egress}, {"ingress", ingress}} {
		if len(d.names) > 0 {
			attrs = append(attrs, api.KV{Key: api.AttrIsolated, Value: d.word}, api.KV{Key: "isolated_" + d.word, Value: strings.Join(d.names, " ")})
		}
	}
	if attrs == nil {
		return api.Claim{}, false
	}
	return api.Claim{Key: wl.Key + "#policies", Vertex: &api.VertexClaim{
		Kind: wl.Claim.Kind, Aliases: wl.Claim.Aliases, Parent: wl.Claim.Parent, Name: wl.Claim.Name, Attrs: attrs,
	}}, true
}
