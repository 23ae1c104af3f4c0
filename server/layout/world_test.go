package layout_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
)

type shelf struct {
	parent api.VertexID
	kind   api.VertexKind
}

// world is a sound graph that things happen to, with slots as merge deals them
// and places that are kept.
type world struct {
	*rapid.T
	s     *graph.Snapshot
	next  api.VertexID
	edge  api.EdgeID
	taken map[shelf]map[uint32]bool
	built bool // places have been given
	c     api.Change
}

func newWorld(t *rapid.T) *world {
	w := &world{T: t, s: &graph.Snapshot{}, taken: map[shelf]map[uint32]bool{}}
	w.begin()
	return w
}

func (w *world) begin() {
	w.c = api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
}

func (w *world) n(what string, most int) int { return rapid.IntRange(0, most).Draw(w.T, what) }

func (w *world) pick(what string, from ...string) string {
	return rapid.SampledFrom(from).Draw(w.T, what)
}

func (w *world) slot(kind api.VertexKind, parent api.VertexID) uint32 {
	on := w.taken[shelf{parent, kind}]
	if on == nil {
		on = map[uint32]bool{}
		w.taken[shelf{parent, kind}] = on
	}
	slot := uint32(0)
	for on[slot] {
		slot++
	}
	on[slot] = true
	return slot
}

func (w *world) add(kind api.VertexKind, parent api.VertexID, name string, attrs ...api.Attr) api.VertexID {
	w.next++
	w.c.Vertices[w.next] = &api.Vertex{ID: w.next, Kind: kind, Parent: parent, Name: name, Slot: w.slot(kind, parent), Attrs: attrs}
	return w.next
}

func (w *world) device(site api.VertexID) api.VertexID {
	kind, attrs := api.VertexDevice, []api.Attr(nil)
	name := w.pick("name", "spine1", "leaf1", "leaf1", "leaf1", "border", "x", "unmanaged", "unmanaged", "hypervisor")
	switch name {
	case "unmanaged":
		attrs = []api.Attr{{Key: api.AttrUnmanaged, Value: "true"}}
	case "hypervisor":
		kind = api.VertexHypervisor
	}
	peer := w.port()
	device := w.add(kind, site, name, attrs...)
	w.many(api.VertexPort, device, 1+w.n("ports", 60))
	w.many(api.VertexLAG, device, w.n("lags", 3))
	if own := device + 1; peer != 0 {
		w.join(api.EdgeLink, own, peer)
	}
	return device
}

func (w *world) join(kind api.EdgeKind, a, b api.VertexID) {
	w.edge++
	w.c.Edges[w.edge] = &api.Edge{ID: w.edge, Kind: kind, A: a, B: b}
}

// segment is something between ports that nobody sees.
func (w *world) segment(site api.VertexID) {
	segment := w.add(api.VertexSegment, site, "segment at a port")
	for range 1 + w.n("members", 2) {
		if port := w.port(); port != 0 {
			w.join(api.EdgeMember, port, segment)
		}
	}
}

func (w *world) many(kind api.VertexKind, parent api.VertexID, n int) {
	for i := range n {
		w.add(kind, parent, fmt.Sprint(kind, i))
	}
}

func (w *world) node(cluster api.VertexID) {
	attrs := []api.Attr{{Key: api.AttrZone, Value: w.pick("zone", "a", "b")}}
	switch w.pick("provider", "own", "own", "own", "cloud", "kind") {
	case "cloud":
		attrs = append(attrs, api.Attr{Key: api.AttrPort, Value: "not expected"})
	case "kind":
		attrs = append(attrs, api.Attr{Key: api.AttrProviderID, Value: "kind://docker/kind/w"})
	default:
	}
	node := w.add(api.VertexNode, cluster, "n", attrs...)
	w.many(api.VertexPod, node, w.n("pods", 20))
	for range w.n("nics", 3) {
		nic := w.add(api.VertexNIC, node, "eth")
		if port := w.port(); port != 0 {
			w.join(api.EdgeAttach, nic, port)
		}
	}
}

// port is any port that there is, if any.
func (w *world) port() api.VertexID {
	ports := slices.Sorted(maps.Keys(w.c.Vertices))
	ports = slices.DeleteFunc(ports, func(id api.VertexID) bool {
		v := w.c.Vertices[id]
		return v == nil || v.Kind != api.VertexPort
	})
	for _, v := range w.all(api.VertexPort) {
		if _, changed := w.c.Vertices[v.ID]; !changed {
			ports = append(ports, v.ID)
		}
	}
	if len(ports) == 0 {
		return 0
	}
	return rapid.SampledFrom(ports).Draw(w.T, "port")
}

func (w *world) cluster(site api.VertexID) {
	cluster := w.add(api.VertexCluster, site, "c")
	for range w.n("nodes", 12) {
		w.node(cluster)
	}
	w.many(api.VertexPod, cluster, w.n("pending", 5))
	w.many(api.VertexHypervisor, cluster, w.n("hosts", 1)) // of KinD
	w.many(api.VertexSegment, cluster, w.n("bridges", 1))
	for range w.n("namespaces", 5) {
		w.namespace(cluster)
	}
}

func (w *world) namespace(cluster api.VertexID) {
	ns := w.add(api.VertexNamespace, cluster, "ns")
	w.many(api.VertexWorkload, ns, w.n("workloads", 10))
	w.many(api.VertexService, ns, w.n("services", 5))
	w.many(api.VertexIngress, ns, w.n("ingresses", 2))
}

func (w *world) site() {
	region := api.VertexID(0)
	switch w.pick("region", "none", "none", "old", "new") {
	case "old":
		if v, ok := w.any(api.VertexRegion); ok {
			region = v.ID
		}
	case "new":
		region = w.add(api.VertexRegion, 0, "region")
	}
	site := w.add(api.VertexSite, region, "site")
	for range w.n("devices", 6) {
		w.device(site)
	}
	for range w.n("segments", 1) {
		w.segment(site)
	}
	for range w.n("clusters", 2) {
		w.cluster(site)
	}
}

// all are the vertices of some kinds.
func (w *world) all(kinds ...api.VertexKind) []*api.Vertex {
	var out []*api.Vertex
	for v := range w.s.Vertices() {
		if slices.Contains(kinds, v.Kind) {
			out = append(out, v)
		}
	}
	return out
}

func (w *world) any(kinds ...api.VertexKind) (*api.Vertex, bool) {
	list := w.all(kinds...)
	if len(list) == 0 {
		return nil, false
	}
	return rapid.SampledFrom(list).Draw(w.T, "which"), true
}

// remove takes a vertex out with all in it.
func (w *world) remove(v *api.Vertex) {
	for child := range w.s.Children(v.ID) {
		w.remove(child)
	}
	for e := range w.s.EdgesOf(v.ID) {
		w.c.Edges[e.ID] = nil
	}
	delete(w.taken[shelf{v.Parent, v.Kind}], v.Slot)
	w.c.Vertices[v.ID] = nil
}

// move puts a vertex into another container.
func (w *world) move(v *api.Vertex, to api.VertexID) {
	if v.Parent == to {
		return
	}
	delete(w.taken[shelf{v.Parent, v.Kind}], v.Slot)
	moved := *v
	moved.Parent, moved.Slot = to, w.slot(v.Kind, to)
	w.c.Vertices[v.ID] = &moved
}

// happen makes one thing happen and says what.
func (w *world) happen() string {
	what := w.pick("what", "grow", "grow", "shrink", "shrink", "move", "new", "new", "cable")
	switch what {
	case "grow":
		v, ok := w.any(api.VertexNode, api.VertexNamespace, api.VertexDevice, api.VertexCluster)
		if !ok {
			return "nothing"
		}
		kind := map[api.VertexKind]api.VertexKind{
			api.VertexNode: api.VertexPod, api.VertexNamespace: api.VertexWorkload, api.VertexDevice: api.VertexPort, api.VertexCluster: api.VertexPod,
		}[v.Kind]
		w.many(kind, v.ID, 1+w.n("more", 30))
	case "shrink":
		if v, ok := w.any(api.VertexPod, api.VertexWorkload, api.VertexNamespace, api.VertexNode, api.VertexDevice, api.VertexSegment, api.VertexCluster, api.VertexSite, api.VertexRegion); ok {
			w.remove(v)
		}
	case "move":
		v, ok := w.any(api.VertexPod, api.VertexDevice, api.VertexSegment, api.VertexCluster, api.VertexSite)
		if !ok {
			return "nothing"
		}
		into := []api.VertexKind{api.VertexSite}
		if v.Kind == api.VertexPod {
			into = []api.VertexKind{api.VertexNode}
		}
		if v.Kind == api.VertexSite {
			into = []api.VertexKind{api.VertexRegion}
		}
		if to, ok := w.any(into...); ok {
			w.move(v, to.ID)
		}
	case "cable": // one is pulled, or a node's is put in
		if nic, ok := w.any(api.VertexNIC); ok {
			pulled := false
			for e := range w.s.EdgesOf(nic.ID) {
				w.c.Edges[e.ID], pulled = nil, true
			}
			if port := w.port(); !pulled && port != 0 {
				w.join(api.EdgeAttach, nic.ID, port)
			}
		}
	case "new":
		switch c, ok := w.any(api.VertexCluster); {
		case ok && w.n("where", 3) > 0:
			for range 1 + w.n("nodes", 3) {
				w.node(c.ID)
			}
			w.namespace(c.ID)
		default:
			if site, ok := w.any(api.VertexSite); ok && w.n("site", 2) > 0 {
				w.segment(site.ID)
				w.device(site.ID)
				w.cluster(site.ID)
			} else {
				w.site()
			}
		}
	}
	return what
}

// step applies what happened; settle gives places then, as merge does.
func (w *world) step() {
	w.s = w.s.Apply(w.c, 1, w.s.Revision+1, time.Time{})
	w.begin()
}

func (w *world) settle() {
	var ids []api.VertexID
	for v := range w.s.Vertices() {
		if layout.HasPlot(v.Kind) && !layout.Settled(w.s, v) {
			ids = append(ids, v.ID)
		}
	}
	for id, plot := range layout.Settle(w.s, ids) {
		v, _ := w.s.Vertex(id)
		now := *v
		now.Plot = plot
		w.c.Vertices[id] = &now
	}
	w.built = true
	w.step()
}

// plans are all channels of a snapshot, laid out.
func plans(s *graph.Snapshot, grouping layout.Grouping) map[api.VertexID]layout.Plan {
	out := map[api.VertexID]layout.Plan{0: layout.District(s, 0, grouping)}
	for v := range s.Vertices() {
		if graph.IsDistrict(v.Kind) {
			out[v.ID] = layout.District(s, v.ID, grouping)
		}
	}
	return out
}

// picture is all channels as one.
type picture struct {
	boxes     map[api.VertexID]layout.Box // of vertices and furniture
	furniture map[api.VertexID]layout.Furniture
}

func pictureOf(tb rapid.TB, s *graph.Snapshot, grouping layout.Grouping) picture {
	p := picture{map[api.VertexID]layout.Box{}, map[api.VertexID]layout.Furniture{}}
	add := func(b layout.Box) {
		if _, twice := p.boxes[b.ID]; twice {
			tb.Fatalf("%d has two boxes", b.ID)
		}
		p.boxes[b.ID] = b
	}
	all := plans(s, grouping)
	drawn := map[api.VertexID]bool{0: true}
	for _, b := range all[0].Boxes {
		drawn[b.ID] = true
	}
	for district, plan := range all {
		if !drawn[district] {
			continue // a cluster that its site has no room for
		}
		for _, b := range plan.Boxes {
			add(b)
		}
		for _, f := range plan.Furniture {
			add(f.Box)
			p.furniture[f.ID] = f
		}
	}
	return p
}
