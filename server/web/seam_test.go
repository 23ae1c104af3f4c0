package web_test

import (
	"fmt"
	"testing"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

// What differs in addresses, names and counts alone is one reason, with an
// example of its own words.
func TestTheSeamsReasonsAreKinds(t *testing.T) {
	const silent = "no switch reports it by LLDP"
	whys := map[string]string{
		"w1": silent + "; no forwarding table has MAC 02:00:00:00:00:01; no forwarding table has MAC 02:00:00:00:00:02",
		"w2": silent + "; no forwarding table has MAC 02:00:00:00:00:03",
		"w3": silent + "; no forwarding table has MAC 02:00:00:00:00:04; no forwarding table has MAC 02:00:00:00:00:05; no forwarding table has MAC 02:00:00:00:00:06",
		"w4": silent + "; MAC 02:00:00:00:00:07 is known only to ports that lead to other switches (2)",
		"w5": silent + "; MAC 02:00:00:00:00:08 is known only to ports that lead to other switches (14)",
		"w6": silent + "; address fd00::7 has MAC 02:00:00:00:00:09: no forwarding table has MAC 02:00:00:00:00:09",
		"w7": silent,
		"w8": "several nodes are called n1, and no management address tells them apart",
		"w9": "several nodes are called n2, and no management address tells them apart",
	}
	elements := map[api.VertexID]*api.Vertex{}
	for i := range 9 {
		id, name := api.VertexID(i+1), fmt.Sprintf("w%d", i+1)
		elements[id] = &api.Vertex{ID: id, Kind: api.VertexNode, Name: name, Attrs: []api.Attr{
			{Key: api.AttrPort, Value: "unknown"}, {Key: api.AttrPortWhy, Value: whys[name]},
		}}
	}
	elements[10] = &api.Vertex{ID: 10, Kind: api.VertexNode, Name: "w0", Attrs: []api.Attr{{Key: api.AttrPort, Value: "known"}}}
	elements[11] = &api.Vertex{ID: 11, Kind: api.VertexNode, Name: "w11"}
	s := setUp(t, nil)
	s.hub.snap.Store((&graph.Snapshot{}).Apply(api.Change{Vertices: elements}, 3, 1234, moment()))
	got := get[rest.Status](t, s, "/api/v1/status").Seam
	want := []string{
		`3 no switch reports it by LLDP; no forwarding table has MAC … | w1 no switch reports it by LLDP; no forwarding table has MAC 02:00:00:00:00:01`,
		`2 no switch reports it by LLDP; MAC … is known only to ports that lead to other switches (…) | w4 ` + whys["w4"],
		`2 several nodes are called …, and no management address tells them apart | w8 ` + whys["w8"],
		`1 no switch reports it by LLDP | w7 ` + silent,
		`1 no switch reports it by LLDP; address … has MAC …: no forwarding table has MAC … | w6 ` + whys["w6"],
		`1 nothing is known of its port | w11 nothing is known of its port`,
	}
	if got.Nodes != 11 || got.Known != 1 || len(got.Why) != len(want) {
		t.Fatalf("the seam is %+v", got)
	}
	for i, r := range got.Why {
		if line := fmt.Sprintf("%d %s | %s %s", r.Count, r.Reason, r.Example.Name, r.Example.Why); line != want[i] {
			t.Errorf("reason %d:\n%s\nwant\n%s", i, line, want[i])
		}
	}
}
