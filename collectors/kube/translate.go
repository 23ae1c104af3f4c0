package kube

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// clusterKey is the key of the cluster's own claim, the root of the source.
const clusterKey = "cluster"

// Attributes beside those of api that clusters say.
const (
	attrNamespace     = "namespace"          // of what stands in one
	attrHostname      = "hostname"           // a node's address of type Hostname
	attrPodCIDRs      = "pod_cidrs"          // separated by one space
	attrUnschedulable = "unschedulable"      // "true"
	attrClusterIPs    = "cluster_ips"        // separated by one space
	attrHeadless      = "headless"           // "true": a service without cluster IPs on purpose
	attrExternal      = "external_addresses" // addresses and names, separated by one space
	attrExternalName  = "external_name"      // where a service of type ExternalName points
	attrServing       = "serving"            // of an endpoint: "true"
	attrTerminating   = "terminating"        // of an endpoint or pod: "true"
	attrControlledBy  = "controlled_by"      // of a workload: the kind and name of its controller
)

// translator turns objects of one cluster and one kind into claims. What it
// says depends on nothing but the cluster's UID and the object; words only
// makes it smaller.
type translator struct {
	// uid is the UID of the cluster, the scope of all object aliases.
	uid   string
	words *words
	// endpointFlags: a way that an endpoint can be -> its attributes
	endpointFlags map[endpointSort][]api.KV
}

func newTranslator(uid string) *translator {
	return &translator{uid: uid, words: newWords(), endpointFlags: map[endpointSort][]api.KV{}}
}

// result is what one object says.
type result struct {
	// key names the object. It is the key of the claim where an object says
	// exactly one thing.
	key string
	// prefix begins the keys of all claims; only where key is not the claim's.
	prefix string
	// claims is empty when nothing of the object is drawn.
	claims []api.Claim
	// facts are what the object says towards what no object says by itself.
	facts []expose.Fact
	// skipped counts parts that could not be used.
	skipped int
}

// add adds claims, of those under one key the first.
func (r *result) add(claims []api.Claim) {
	for i := range claims {
		if !slices.ContainsFunc(r.claims, func(c api.Claim) bool { return c.Key == claims[i].Key }) {
			r.claims = append(r.claims, claims[i])
		}
	}
}

// one is the result of an object that says exactly one thing.
func one(key string, v *api.VertexClaim) result {
	return result{key: key, claims: []api.Claim{{Key: key, Vertex: v}}}
}

// alias is what identifies an object within its cluster. A slice of its own
// makes no room for a second one.
func (t *translator) alias(kind, namespace, name string) []api.Alias {
	return t.aliased(kind + "/" + namespace + "/" + name)
}

// aliased is that alias with its value. A pod's is its key: no memory of its own.
func (t *translator) aliased(value string) []api.Alias {
	return []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Scope: t.uid, Value: value}}
}

// parentNamespace is the key of the namespace that an object stands in.
func (t *translator) parentNamespace(namespace string) string {
	return t.words.share("ns/" + namespace)
}

// attrs collects attributes; empty values are not said.
type attrs []api.KV

func (a *attrs) add(key, value string) {
	if value != "" {
		*a = append(*a, api.KV{Key: key, Value: value})
	}
}

func (a *attrs) flag(key string, set bool) {
	if set {
		*a = append(*a, api.KV{Key: key, Value: "true"})
	}
}

// address is the canonical form of an IP address, "" when it is none.
func address(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return ""
	}
	return a.Unmap().String()
}

// joinDistinct puts one space between the values, each once, and leaves out
// empty ones.
func joinDistinct(values []string) string {
	var b strings.Builder
	for i, v := range values {
		if v == "" || slices.Contains(values[:i], v) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(v)
	}
	return b.String()
}

// maxReason is how long a reason in words may be.
const maxReason = 160

// short cuts a text for people after its first line and at most maxReason
// bytes, and never in the middle of a rune.
func short(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(strings.ToValidUTF8(text, "?")), "\n")
	text = strings.TrimSpace(text)
	if len(text) <= maxReason {
		return strings.Clone(text)
	}
	cut := maxReason
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// controllerOf is the owner that controls an object, nil when none does.
func controllerOf(refs []metav1.OwnerReference) *metav1.OwnerReference {
	for i := range refs {
		if refs[i].Controller != nil && *refs[i].Controller {
			return &refs[i]
		}
	}
	return nil
}

func keepAllLabels(string) bool { return false }
