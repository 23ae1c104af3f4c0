package query_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/query"
)

// inVLANs is a leaf with an access port, a trunk and a bundle, and a node behind
// each; and a spine.
func inVLANs() *graph.Snapshot {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{}}
	put := func(id api.VertexID, kind api.VertexKind, name string, parent api.VertexID, attrs ...string) {
		v := &api.Vertex{ID: id, Kind: kind, Name: name, Parent: parent}
		for i := 0; i < len(attrs); i += 2 {
			v.Attrs = append(v.Attrs, api.Attr{Key: attrs[i], Value: attrs[i+1]})
		}
		c.Vertices[id] = v
	}
	join := func(id api.EdgeID, kind api.EdgeKind, a, b api.VertexID) {
		c.Edges[id] = &api.Edge{ID: id, Kind: kind, A: a, B: b}
	}
	put(1, api.VertexDevice, "leaf1", 0, api.AttrVLAN, "12 other", api.AttrVLAN, "120 servers")
	put(2, api.VertexDevice, "spine1", 0, api.AttrVLAN, "120")
	put(3, api.VertexDevice, "leaf2", 0, api.AttrVLAN, "1200 far")
	put(11, api.VertexPort, "swp1", 1, api.AttrPVID, "120")
	put(12, api.VertexPort, "swp2", 1, api.AttrPVID, "1", api.AttrVLANs, "1,100-130")
	put(13, api.VertexPort, "swp3", 1)
	put(14, api.VertexLAG, "po1", 1, api.AttrVLANs, "120")
	put(15, api.VertexPort, "Vlan120", 1)
	put(16, api.VertexPort, "swp9", 1, api.AttrVLANs, "1-119,121-4094")
	for i, port := range []api.VertexID{11, 12, 13, 16} {
		n := api.VertexID(10 * (i + 3))
		put(n, api.VertexNode, fmt.Sprintf("n%d", i+1), 0)
		put(n+1, api.VertexNIC, "eth0", n)
		join(api.EdgeID(i+1), api.EdgeAttach, n+1, port)
	}
	join(9, api.EdgeMember, 13, 14)
	join(10, api.EdgeAttach, 31, 12) // n1 is on the trunk, too
	return (&graph.Snapshot{}).Apply(c, 1, 1, time.Time{})
}

func TestAVLANIsFound(t *testing.T) {
	snap := inVLANs()
	find := func(text string, limit int) []string {
		out := []string{}
		for _, h := range new(query.Search).Find(snap, text, limit) {
			out = append(out, h.Vertex.Name+" "+h.Match())
		}
		return out
	}
	all := []string{
		"leaf1 120 servers", "spine1 120", "n1 untagged by leaf1 swp1", "n2 tagged by leaf1 swp2", "n3 tagged by leaf1 po1",
		"po1 tagged", "swp1 untagged", "swp2 tagged",
	}
	for _, test := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"vlan 120", 20, append(slices.Clone(all), "Vlan120 Vlan120")}, // whose name it is comes last
		{"VLAN120", 20, append(slices.Clone(all), "Vlan120 Vlan120")},
		{"vlan 120 spine", 20, []string{"spine1 120"}},
		{"vlan 120", 3, []string{"leaf1 120 servers", "n1 untagged by leaf1 swp1", "po1 tagged"}},
		{"vlan 12", 20, []string{"leaf1 12 other", "n4 tagged by leaf1 swp9", "swp9 tagged", "Vlan120 Vlan120"}},
		{"vlan 0", 20, []string{"Vlan120 Vlan120"}}, // There is none.
		{"vlan 4095", 20, []string{}},
		{"vlan", 20, []string{"Vlan120 Vlan120"}},
	} {
		if got := find(test.text, test.limit); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %q\nwant %q", test.text, got, test.want)
		}
	}
}

func BenchmarkVLAN(b *testing.B) {
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
	const device = 50
	for i := range 100_000 {
		v := &api.Vertex{ID: api.VertexID(i + 1), Kind: api.VertexPort, Name: fmt.Sprintf("swp%d", i%device), Parent: api.VertexID(i/device*device + 1)}
		v.Attrs = []api.Attr{{Key: api.AttrMAC, Value: "02:00:00:00:00:10"}, {Key: api.AttrPVID, Value: "1"}, {Key: api.AttrVLANs, Value: "1,20-29,100-150,300,400"}}
		if i%device == 0 {
			v.Kind, v.Name, v.Parent = api.VertexDevice, fmt.Sprintf("sw%d", i), 0
		}
		c.Vertices[v.ID] = v
	}
	snap, x := (&graph.Snapshot{}).Apply(c, 1, 1, time.Time{}), new(query.Search)
	for b.Loop() {
		if len(x.Find(snap, "vlan 120", 50)) != 50 {
			b.Fatal("not found")
		}
	}
}
