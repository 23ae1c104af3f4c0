package export

import (
	_ "embed" // for the YANG module
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

//go:embed netseam-topology.yang
var module string

// YANG returns the module that describes what netseam says in its networks
// beyond RFC 8345.
func YANG() string { return module }

// scheme begins every identifier: RFC 8345 wants URIs.
const scheme = "netseam:"

// layer is one network of RFC 8345: what its nodes are and which networks they
// stand on.
type layer struct {
	name     string
	supports []string
	holds    func(api.VertexKind) bool
	links    func(api.EdgeKind) bool
}

// layers are the networks, from the ground up. A Kubernetes node is in two of
// them: as the machine that cables go to, and as what that machine carries.
func layers() []layer {
	return []layer{
		{"physical", nil, isMachine, func(k api.EdgeKind) bool { return k == api.EdgeLink || k == api.EdgeAttach }},
		{"node", []string{"physical"}, func(k api.VertexKind) bool { return k == api.VertexNode }, noLinks},
		{"pod", []string{"node"}, func(k api.VertexKind) bool { return k == api.VertexPod }, noLinks},
		{
			"service",
			[]string{"node", "pod"},
			func(k api.VertexKind) bool { return k.Layer() == api.LayerService },
			func(k api.EdgeKind) bool { return k == api.EdgeRoutes },
		},
	}
}

func isMachine(k api.VertexKind) bool {
	return k == api.VertexNode || k.Layer() == api.LayerPhysical && !isTerminal(k)
}

func noLinks(api.EdgeKind) bool { return false }

// The elements of RFC 8345, and netseam's words on them (netseam-topology.yang).
type (
	ietfNode struct {
		ID string `json:"node-id"`
		words
		Container string           `json:"netseam-topology:container,omitempty"`
		Group     string           `json:"netseam-topology:group,omitempty"`
		On        []supportingNode `json:"supporting-node,omitempty"`
		Ends      []ietfEnd        `json:"ietf-network-topology:termination-point,omitempty"`
	}
	supportingNode struct {
		Network string `json:"network-ref"`
		Node    string `json:"node-ref"`
	}
	ietfEnd struct {
		ID string `json:"tp-id"`
		words
		On []supportingEnd `json:"supporting-termination-point,omitempty"`
	}
	supportingEnd struct {
		Network string `json:"network-ref"`
		Node    string `json:"node-ref"`
		End     string `json:"tp-ref"`
	}
	ietfLink struct {
		ID          string `json:"link-id"`
		Source      source `json:"source"`
		Destination dest   `json:"destination"`
		words
		Confidence uint8          `json:"netseam-topology:confidence"`
		Disputed   bool           `json:"netseam-topology:disputed,omitempty"`
		Evidence   []ietfEvidence `json:"netseam-topology:evidence,omitempty"`
	}
	source struct {
		Node string `json:"source-node"`
		End  string `json:"source-tp,omitempty"`
	}
	dest struct {
		Node string `json:"dest-node"`
		End  string `json:"dest-tp,omitempty"`
	}
	words struct {
		Kind   string `json:"netseam-topology:kind"`
		Name   string `json:"netseam-topology:name,omitempty"`
		Health string `json:"netseam-topology:health"`
		State  string `json:"netseam-topology:state"`
	}
	ietfEvidence struct {
		Number int    `json:"number"`
		Method string `json:"method"`
		Source string `json:"source,omitempty"`
		Text   string `json:"text,omitempty"`
		Since  string `json:"since,omitempty"`
	}
	// head is what comes before the lists of a network.
	head struct {
		ID    string              `json:"network-id"`
		Types map[string]struct{} `json:"network-types"`
		// Numbers of 64 bits are strings (RFC 7951, 6.1).
		Epoch    string           `json:"netseam-topology:epoch"`
		Revision string           `json:"netseam-topology:revision"`
		Time     string           `json:"netseam-topology:time,omitempty"`
		On       []supportingNets `json:"supporting-network,omitempty"`
	}
	supportingNets struct {
		Network string `json:"network-ref"`
	}
)

func writeIETF(w io.Writer, s *graph.Snapshot) error {
	o := newOut(w)
	o.text("{\"ietf-network:networks\": {\"network\": [")
	for i, l := range layers() {
		if i > 0 {
			o.text(",")
		}
		o.text("\n")
		o.network(s, l)
	}
	o.text("\n]}}\n")
	return o.flush()
}

// network writes a network: the members of its head, and the lists.
func (o *out) network(s *graph.Snapshot, l layer) {
	h := head{
		ID: scheme + l.name, Types: map[string]struct{}{"netseam-topology:netseam": {}},
		Epoch: strconv.FormatUint(s.Epoch, 10), Revision: strconv.FormatUint(s.Revision, 10), Time: timestamp(s.Time),
	}
	for _, name := range l.supports {
		h.On = append(h.On, supportingNets{scheme + name})
	}
	o.open(h)
	o.list("node", true, l.nodes(s))
	o.list("ietf-network-topology:link", true, l.allLinks(s))
	o.text("}")
}

func (l layer) nodes(s *graph.Snapshot) iter.Seq[any] {
	return func(yield func(any) bool) {
		for v := range s.Vertices() {
			if l.holds(v.Kind) && !yield(l.node(s, v)) {
				return
			}
		}
	}
}

func (l layer) node(s *graph.Snapshot, v *api.Vertex) ietfNode {
	n := ietfNode{
		ID: uri(v.ID), words: wordsOf(s, v.Kind.String(), v.Name, v.Health, v.Scopes), Container: clean(path(s, v)),
	}
	if by, ok := s.Vertex(v.Controller); ok && v.Controller != 0 {
		n.Group = clean(by.Kind.String() + " " + by.Name)
	}
	n.On = l.underneath(s, v)
	n.Ends = l.ends(s, v.ID, n.ID, 0)
	return n
}

// underneath returns the elements of lower layers that carry a vertex.
func (l layer) underneath(s *graph.Snapshot, v *api.Vertex) []supportingNode {
	var on []supportingNode
	switch l.name {
	case "node":
		on = append(on, supportingNode{scheme + "physical", uri(v.ID)})
	case "pod":
		if by, ok := s.Vertex(v.Parent); ok && by.Kind == api.VertexNode {
			on = append(on, supportingNode{scheme + "node", uri(by.ID)})
		}
	case "service":
		for e := range s.EdgesOf(v.ID) {
			switch {
			case e.Kind == api.EdgeEndpoint && e.A == v.ID:
				on = append(on, supporting(s, "pod", api.VertexPod, e.B)...)
			case e.Kind == api.EdgeAnnounces && e.B == v.ID:
				on = append(on, supporting(s, "node", api.VertexNode, e.A)...)
			}
		}
		slices.SortStableFunc(on, func(a, b supportingNode) int { return strings.Compare(a.Network, b.Network) })
		on = slices.Compact(on)
	}
	return on
}

func supporting(s *graph.Snapshot, network string, kind api.VertexKind, id api.VertexID) []supportingNode {
	if v, ok := s.Vertex(id); !ok || v.Kind != kind {
		return nil
	}
	return []supportingNode{{scheme + network, uri(id)}}
}

// ends returns the ports and NICs of a vertex, those in others of them too.
func (l layer) ends(s *graph.Snapshot, of api.VertexID, node string, depth int) []ietfEnd {
	if depth > maxDepth || l.name != "physical" && l.name != "node" {
		return nil
	}
	var list []ietfEnd
	for v := range s.Children(of) {
		if !isTerminal(v.Kind) {
			continue
		}
		e := ietfEnd{ID: uri(v.ID), words: wordsOf(s, v.Kind.String(), v.Name, v.Health, v.Scopes)}
		if l.name == "node" {
			e.On = []supportingEnd{{scheme + "physical", node, e.ID}}
		}
		list = append(list, e)
		list = append(list, l.ends(s, v.ID, node, depth+1)...)
	}
	return list
}

// allLinks returns the links of a layer. They are directed in RFC 8345, so what
// goes both ways is two of them.
func (l layer) allLinks(s *graph.Snapshot) iter.Seq[any] {
	return func(yield func(any) bool) {
		for e := range s.Edges() {
			if !l.links(e.Kind) {
				continue
			}
			a, okA := l.terminal(s, e.A)
			b, okB := l.terminal(s, e.B)
			if !okA || !okB {
				continue
			}
			link := ietfLink{
				ID: scheme + e.ID.String() + ":ab", Source: a, Destination: dest(b),
				words: wordsOf(s, e.Kind.String(), "", e.Health, e.Scopes), Confidence: e.Confidence, Disputed: e.Disputed,
				Evidence: evidence(s, e),
			}
			if !yield(link) {
				return
			}
			if directed(e.Kind) {
				continue
			}
			link.ID, link.Source, link.Destination = scheme+e.ID.String()+":ba", b, dest(a)
			if !yield(link) {
				return
			}
		}
	}
}

// terminal returns the node of this layer at which a link ends, and where on it.
func (l layer) terminal(s *graph.Snapshot, id api.VertexID) (source, bool) {
	v, ok := holder(s, id)
	switch {
	case !ok || !l.holds(v.Kind):
		return source{}, false
	case v.ID == id:
		return source{Node: uri(id)}, true
	}
	return source{uri(v.ID), uri(id)}, true
}

func evidence(s *graph.Snapshot, e *api.Edge) []ietfEvidence {
	list := make([]ietfEvidence, len(e.Evidence))
	for i, ev := range e.Evidence {
		list[i] = ietfEvidence{Number: i, Method: clean(string(ev.Method)), Text: clean(ev.Text), Since: timestamp(ev.Since)}
		if sc, ok := s.Scope(ev.Scope); ok {
			list[i].Source = clean(sc.Scope.String())
		}
	}
	return list
}

func wordsOf(s *graph.Snapshot, kind, name string, health api.Health, scopes []api.ScopeID) words {
	return words{kind, clean(name), health.String(), freshness(s, scopes).String()}
}

func uri(id api.VertexID) string { return scheme + id.String() }
