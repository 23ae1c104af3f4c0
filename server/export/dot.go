package export

import (
	"io"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// writeDOT draws what stands somewhere and the edges between. Ports and NICs
// are words on the edges; namespaces and places are clusters, and so is a node
// with its pods. Workloads are not drawn: pods name them in their tooltips.
func writeDOT(w io.Writer, s *graph.Snapshot) error {
	o := newOut(w)
	o.text("digraph netseam {\n")
	o.text("  graph [compound=true, rankdir=TB, fontname=\"sans-serif\", newrank=true];\n")
	o.text("  node [shape=box, style=filled, fillcolor=white, fontname=\"sans-serif\"];\n")
	o.text("  edge [dir=none, fontname=\"sans-serif\", fontsize=9];\n")
	d := &drawing{out: o, s: s}
	d.inside(0, 1)
	for e := range s.Edges() {
		d.edge(e)
	}
	o.text("}\n")
	return o.flush()
}

type drawing struct {
	*out
	s *graph.Snapshot
}

// inside writes what a vertex contains.
func (d *drawing) inside(parent api.VertexID, depth int) {
	if depth > maxDepth || d.err != nil {
		return
	}
	var boxes []api.VertexID // only names of what is drawn in one container
	for v := range d.s.Children(parent) {
		switch {
		case isTerminal(v.Kind) || v.Kind == api.VertexWorkload:
		case !hasRoom(v.Kind):
			d.box(v, depth)
			d.inside(v.ID, depth+1)
			if v.Kind.Layer() == api.LayerPod || v.Kind.Layer() == api.LayerService {
				boxes = append(boxes, v.ID)
			}
		default:
			d.cluster(v, depth)
		}
	}
	d.block(boxes, depth)
}

// block makes Graphviz put many boxes into rows, not all into one.
func (d *drawing) block(boxes []api.VertexID, depth int) {
	columns := 1
	for columns*columns < len(boxes) {
		columns++
	}
	for i := columns; i < len(boxes); i++ {
		d.text(strings.Repeat("  ", depth), boxes[i-columns].String(), " -> ", boxes[i].String(), " [style=invis];\n")
	}
}

// hasRoom says whether a vertex is drawn around what it contains.
func hasRoom(k api.VertexKind) bool {
	return k.Layer() == api.LayerPlace || k == api.VertexCluster || k == api.VertexNamespace || k == api.VertexNode
}

func (d *drawing) cluster(v *api.Vertex, depth int) {
	in := strings.Repeat("  ", depth)
	d.text(in, "subgraph cluster_", v.ID.String(), " {\n")
	d.text(in, "  label=", quote(v.Kind.String()+" "+v.Name), "; color=", quote(colour(v.Health)), ";\n")
	if v.Kind == api.VertexNode {
		d.box(v, depth+1) // what edges hold on to
	}
	d.inside(v.ID, depth+1)
	d.text(in, "}\n")
}

func (d *drawing) box(v *api.Vertex, depth int) {
	tip := v.Kind.String() + " " + v.Name + ": " + v.Health.String() + ", " + freshness(d.s, v.Scopes).String()
	if by, ok := d.s.Vertex(v.Controller); ok && v.Controller != 0 {
		tip += ", of " + by.Kind.String() + " " + by.Name
	}
	d.text(strings.Repeat("  ", depth), v.ID.String(), " [label=", quote(v.Name), ", shape=", shape(v.Kind),
		", color=", quote(colour(v.Health)), d.style(v.Scopes, "filled"), ", tooltip=", quote(tip), "];\n")
}

// edge writes an edge between what holds its ends.
func (d *drawing) edge(e *api.Edge) {
	a, okA := holder(d.s, e.A)
	b, okB := holder(d.s, e.B)
	if !okA || !okB || !drawn(a.Kind) || !drawn(b.Kind) || (e.Kind == api.EdgeMember && a == b) {
		return
	}
	tips := []string{e.Kind.String() + ": " + e.Health.String() + ", " + freshness(d.s, e.Scopes).String()}
	for _, ev := range e.Evidence {
		tips = append(tips, ev.Text)
	}
	tail, head := e.A, e.B
	if e.Kind == api.EdgeAttach { // switches stand above nodes
		a, b, tail, head = b, a, e.B, e.A
	}
	d.text("  ", a.ID.String(), " -> ", b.ID.String(), " [id=", quote(e.ID.String()))
	d.port(", taillabel=", tail)
	d.port(", headlabel=", head)
	d.text(", color=", quote(colour(e.Health)), d.style(e.Scopes, ""))
	if directed(e.Kind) {
		d.text(", dir=forward, constraint=false")
	}
	if e.Disputed {
		d.text(", label=\"disputed\"")
	}
	d.text(", edgetooltip=", quote(strings.Join(tips, "; ")), "];\n")
}

func (d *drawing) port(attr string, id api.VertexID) {
	if v, ok := d.s.Vertex(id); ok && isTerminal(v.Kind) {
		d.text(attr, quote(v.Name))
	}
}

// style dashes what no live scope vouches for.
func (d *drawing) style(scopes []api.ScopeID, base string) string {
	switch fresh := freshness(d.s, scopes).Fresh(); {
	case fresh:
		return ""
	case base == "":
		return ", style=dashed"
	}
	return ", style=" + quote(base+",dashed")
}

func drawn(k api.VertexKind) bool {
	return k == api.VertexNode || !hasRoom(k) && k != api.VertexWorkload
}

func directed(k api.EdgeKind) bool {
	switch k {
	case api.EdgeEndpoint, api.EdgeRoutes, api.EdgeAnnounces, api.EdgeCarries, api.EdgeIn:
		return true
	case api.EdgeLink, api.EdgeAttach, api.EdgeMember, api.EdgePeers, api.EdgeTunnels:
		return false
	}
	return false
}

func shape(k api.VertexKind) string {
	switch k.Layer() {
	case api.LayerPhysical:
		return "box3d"
	case api.LayerNode:
		return "box"
	case api.LayerPod:
		return "ellipse"
	case api.LayerService:
		return "hexagon"
	case api.LayerPlace, api.LayerNetwork, api.LayerOutside:
		return "plaintext"
	}
	return "box"
}

// colour tells healths apart in hue and in lightness.
func colour(h api.Health) string {
	switch h {
	case api.HealthOK:
		return "#2c7a4b"
	case api.HealthDegraded:
		return "#d98c00"
	case api.HealthDown:
		return "#c22f2f"
	case api.HealthUnknown:
		return "#8a8f98"
	}
	return "#8a8f98"
}

// quote returns a text as a DOT string that means just that text.
func quote(text string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(clean(text), `\`, `\\`), `"`, `\"`) + `"`
}
