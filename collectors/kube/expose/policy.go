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

// Foreign is a policy of a kind whose rules are not read, but whom it selects.
type Foreign struct {
	Kind string
	Name // without a namespace it is one of the whole cluster
	// Pods selects pods, Spaces namespaces; nil for all.
	Pods, Spaces labels.Selector
	// Unread says that it is not understood whom it selects: nobody is said to
	// be free of it.
	Unread bool
}

// Space is a namespace with its labels, by which policies of the whole cluster
// find it.
type Space struct {
	Name   string
	Labels Labels
	// Global is "true" or "false" where it says whether a mesh's clusters have
	// its services together.
	Global string
}

func (*Policy) fact()   {}
func (*Workload) fact() {}
func (*Foreign) fact()  {}
func (*Space) fact()    {}

// policies are the policies and workloads of one namespace.
type policies struct {
	policies  map[string]*Policy   // name -> policy
	workloads map[string]*Workload // key -> workload
	foreign   map[string]*Foreign  // kind and name -> policy
	labels    Labels               // of the namespace
	known     bool                 // the namespace is
	global    string               // as in Space
}

func (p *policies) empty() bool {
	return len(p.policies)+len(p.workloads)+len(p.foreign) == 0 && !p.known
}

// inNamespace changes what stands in a namespace, and lists the namespace.
func (w *World) inNamespace(namespace string, change func(*policies)) {
	p := w.namespaces[namespace]
	if p == nil {
		p = &policies{policies: map[string]*Policy{}, workloads: map[string]*Workload{}, foreign: map[string]*Foreign{}}
		w.namespaces[namespace] = p
	}
	change(p)
	if p.empty() {
		delete(w.namespaces, namespace)
	}
	w.isolate[namespace] = struct{}{}
	if namespace == "" { // what is of the whole cluster may select anywhere
		for other := range w.namespaces {
			w.isolate[other] = struct{}{}
		}
	}
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
		if c, ok := p.isolated(p.workloads[key], w.selecting(namespace, p)); ok {
			u.Claims = append(u.Claims, c)
		}
	}
	if len(p.foreign) == 0 {
		return u
	}
	counts := map[string]int{}
	for _, f := range p.foreign {
		counts[f.Kind]++
	}
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", counts[kind], kind))
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

// selecting are the policies of other kinds that may select pods of a
// namespace, by kind and name.
func (w *World) selecting(namespace string, p *policies) []*Foreign {
	var out []*Foreign
	for _, f := range p.foreign {
		out = append(out, f)
	}
	if all := w.namespaces[""]; all != nil && namespace != "" {
		for _, f := range all.foreign {
			if f.Spaces == nil || f.Spaces.Matches(spaceLabels{p.labels, namespace, nil}) {
				out = append(out, f)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Foreign) int { return strings.Compare(a.key(), b.key()) })
	return out
}

func (f *Foreign) key() string { return f.Kind + "/" + f.String() }

// spaceLabels are labels with those that Cilium and Calico make up of the
// namespace.
type spaceLabels struct {
	Labels

	namespace string
	space     Labels // the namespace's own
}

func (l spaceLabels) Lookup(key string) (string, bool) {
	switch key {
	case "io.kubernetes.pod.namespace", "projectcalico.org/namespace", "projectcalico.org/name":
		return l.namespace, true
	case "projectcalico.org/orchestrator":
		return "k8s", true
	}
	if own, ok := strings.CutPrefix(key, CiliumNamespaceLabel); ok {
		return l.space.Lookup(own)
	}
	return l.Labels.Lookup(key)
}

// CiliumNamespaceLabel is before the labels of a pod's namespace where Cilium
// selects pods.
const CiliumNamespaceLabel = "io.cilium.k8s.namespace.labels."

func (l spaceLabels) Has(key string) bool { _, ok := l.Lookup(key); return ok }

func (l spaceLabels) Get(key string) string { v, _ := l.Lookup(key); return v }

// isolated says which policies isolate a workload, and in which direction, and
// which of other kinds select it, or may.
func (p *policies) isolated(wl *Workload, others []*Foreign) (api.Claim, bool) {
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
	n := map[string]int{}
	for _, f := range others {
		key := "other_policy"
		switch {
		case f.Unread:
			key = "policy_not_judged"
		case f.Pods != nil && !f.Pods.Matches(spaceLabels{wl.Pods, wl.Namespace, p.labels}):
			continue
		}
		if n[key]++; n[key] <= maxNamed {
			attrs = append(attrs, api.KV{Key: key, Value: f.Kind + " " + f.Name.Name})
		}
	}
	for _, key := range []string{"other_policy", "policy_not_judged"} {
		if more := n[key] - maxNamed; more > 0 {
			attrs = append(attrs, api.KV{Key: key, Value: fmt.Sprintf("and %d more", more)})
		}
	}
	if attrs == nil {
		return api.Claim{}, false
	}
	return api.Claim{Key: wl.Key + "#policies", Vertex: &api.VertexClaim{
		Kind: wl.Claim.Kind, Aliases: wl.Claim.Aliases, Parent: wl.Claim.Parent, Name: wl.Claim.Name, Attrs: attrs,
	}}, true
}
