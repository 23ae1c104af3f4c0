package layout_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/test/bench/processor"
)

// large is 100,000 vertices: ten sites, each with ten switches of 60 ports, a
// cluster of 100 nodes with a NIC and 80 pods each, and 20 namespaces of 50.
func large() *graph.Snapshot {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	id := api.VertexID(0)
	add := func(kind api.VertexKind, parent api.VertexID, slot int, name string) api.VertexID {
		id++
		c.Vertices[id] = &api.Vertex{ID: id, Kind: kind, Parent: parent, Slot: uint32(slot), Name: name}
		return id
	}
	for site := range 10 {
		home := add(api.VertexSite, 0, site, fmt.Sprint("site", site))
		var ports []api.VertexID
		for d := range 10 {
			device := add(api.VertexDevice, home, d, fmt.Sprint("leaf", d))
			for p := range 60 {
				ports = append(ports, add(api.VertexPort, device, p, "p"))
			}
		}
		cluster := add(api.VertexCluster, home, 0, "c")
		for n := range 100 {
			node := add(api.VertexNode, cluster, n, fmt.Sprint("n", n))
			nic := add(api.VertexNIC, node, 0, "eth0")
			c.Edges[api.EdgeID(id)] = &api.Edge{ID: api.EdgeID(id), Kind: api.EdgeAttach, A: nic, B: ports[n]}
			for p := range 80 {
				add(api.VertexPod, node, p, "pod")
			}
		}
		for n := range 20 {
			ns := add(api.VertexNamespace, cluster, n, "ns")
			for w := range 25 {
				add(api.VertexWorkload, ns, w, "w")
				add(api.VertexService, ns, w, "s")
			}
		}
	}
	return layout.Anew((&graph.Snapshot{}).Apply(c, 1, 1, time.Time{}))
}

// everything lays out all channels, and returns how many boxes they have.
func everything(s *graph.Snapshot) (int, map[api.VertexID]*layout.Laid) {
	laid := map[api.VertexID]*layout.Laid{0: layout.Lay(s, 0, layout.ByCluster)}
	for v := range s.Children(0) {
		laid[v.ID] = layout.Lay(s, v.ID, layout.ByCluster)
		for child := range s.Children(v.ID) {
			if child.Kind == api.VertexCluster {
				laid[child.ID] = layout.Lay(s, child.ID, layout.ByCluster)
			}
		}
	}
	n := 0
	for _, l := range laid {
		n += l.Len()
	}
	return n, laid
}

func BenchmarkWhole100k(b *testing.B) {
	s := large()
	b.ReportMetric(float64(s.VertexCount()), "vertices")
	began := processor.Time(b)
	for b.Loop() {
		if n, _ := everything(s); n < s.VertexCount() {
			b.Fatalf("%d boxes of %d vertices", n, s.VertexCount())
		}
	}
	b.ReportMetric((processor.Time(b)-began).Seconds()*1000/float64(b.N), "cpu-ms/op")
}

// A graph of which nothing has a place yet, as when sources are first heard.
func BenchmarkWhole100kUnsettled(b *testing.B) {
	s := large()
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for v := range s.Vertices() {
		if v.Plot != nil {
			now := *v
			now.Plot = nil
			c.Vertices[v.ID] = &now
		}
	}
	s = s.Apply(c, 1, 3, time.Time{})
	for b.Loop() {
		if n, _ := everything(s); n < s.VertexCount()*9/10 {
			b.Fatalf("%d boxes of %d vertices", n, s.VertexCount())
		}
	}
}

func BenchmarkSettle100k(b *testing.B) {
	s := large()
	var ids []api.VertexID
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	for v := range s.Vertices() {
		if v.Plot != nil {
			now := *v
			now.Plot = nil
			c.Vertices[v.ID] = &now
			ids = append(ids, v.ID)
		}
	}
	s = s.Apply(c, 1, 3, time.Time{})
	for b.Loop() {
		if len(layout.Settle(s, ids)) != len(ids) {
			b.Fatal("not all have a place")
		}
	}
}

// One pod goes from the node that it was on to another; the difference is told.
func BenchmarkOneChangeOf100k(b *testing.B) {
	s := large()
	_, all := everything(s)
	var pod *api.Vertex
	for v := range s.Vertices() {
		if v.Kind == api.VertexPod {
			pod = v
		}
	}
	district := s.District(pod.ID)
	laid := all[district]
	nodes := []api.VertexID{pod.Parent}
	for v := range s.Children(district) {
		if v.Kind == api.VertexNode && len(nodes) < 2 {
			nodes = append(nodes, v.ID)
		}
	}
	var steps []*graph.Snapshot
	for i := range 2 {
		moved := *pod
		moved.Parent, moved.Slot = nodes[1-i], 81
		steps = append(steps, s.Apply(api.Change{Vertices: map[api.VertexID]*api.Vertex{pod.ID: &moved}}, 1, 3, time.Time{}))
	}
	touched := []api.VertexID{pod.ID, nodes[0], nodes[1]}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		next := layout.Continue(laid, steps[i%2], district, layout.ByCluster, touched)
		if put, _, _ := next.Since(laid); len(put.Boxes) != 1 {
			b.Fatalf("%d boxes changed", len(put.Boxes))
		}
		laid = next
	}
}
