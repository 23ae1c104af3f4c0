package expose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/netseam/netseam/collectors/kube/expose"
	"github.com/netseam/netseam/server/stitch"
)

// sessions is what a world says of sessions and tunnels since the last time, by
// key, and what it says of peers on the nodes themselves.
func sessions(w *expose.World) []string {
	var out []string
	for _, u := range w.Take() {
		if strings.HasPrefix(u.Key, "bgp/") && len(u.Claims) == 0 {
			out = append(out, u.Key+" gone")
		}
		for _, c := range u.Claims {
			if s := c.Session; s != nil {
				out = append(out, fmt.Sprintf("%s of %s: %s, %s", c.Key, s.Device, stitch.SessionText(s), s.Health))
			}
			if strings.HasSuffix(c.Key, "#bgp") {
				for _, a := range c.Vertex.Attrs {
					out = append(out, fmt.Sprintf("%s %s: %s", c.Key, a.Key, a.Value))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func want(t *testing.T, got []string, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("said otherwise than expected (-want +got):\n%s", diff)
	}
}

func TestNodesSpeakWithWhomTheyAreToldTo(t *testing.T) {
	w := expose.NewWorld(uid)
	for i, f := range three() {
		w.Put("t", fmt.Sprint(i), []expose.Fact{f})
	}
	told := &expose.Peering{
		Maker: expose.MakerMetalLB, Object: "BGPPeer m/tor", Nodes: []labels.Selector{selects("rack=r1")},
		Address: "10.0.0.1", LocalAS: 64512, PeerAS: 64501,
	}
	w.Put("bgppeers", "tor", []expose.Fact{told})
	// n1 reports the session, and n3 one that no peering is for.
	w.Put("sessions", "n1", []expose.Fact{&expose.Session{
		Maker: expose.MakerMetalLB, Object: "BGPSessionState m/n1", Node: "n1", Peer: "10.0.0.1", Address: "10.0.0.1", State: "Established",
	}})
	w.Put("sessions", "n3", []expose.Fact{
		&expose.Session{Maker: expose.MakerCalico, Object: "CalicoNodeStatus n3", Node: "n3", Address: "10.0.0.2", State: "active"},
		&expose.Session{Maker: expose.MakerCalico, Object: "CalicoNodeStatus n3", Node: "n3", Address: "10.1.0.1", State: "established", Mesh: true},
		&expose.Session{Maker: expose.MakerCalico, Object: "CalicoNodeStatus n3", Node: "n3", Address: "10.1.0.2", State: "idle", Mesh: true},
	})
	want(t, sessions(w),
		"bgp/n1//10.0.0.1 of node/n1: BGP with 10.0.0.1 AS 64501 established, ok",
		"bgp/n2//10.0.0.1 of node/n2: BGP with 10.0.0.1 AS 64501 configured, unknown",
		"bgp/n3//10.0.0.2 of node/n3: BGP with 10.0.0.2 active, down",
		"node/n1#bgp bgp_peer: 10.0.0.1 AS 64501 established (BGPSessionState m/n1)",
		"node/n2#bgp bgp_peer: 10.0.0.1 AS 64501 configured (BGPPeer m/tor)",
		"node/n3#bgp bgp_mesh: 1 of 2 established",
		"node/n3#bgp bgp_peer: 10.0.0.2 active (CalicoNodeStatus n3)",
	)
	w.Put("bgppeers", "tor", nil)
	w.Put("sessions", "n3", nil)
	want(t, sessions(w),
		"bgp/n1//10.0.0.1 of node/n1: BGP with 10.0.0.1 established, ok",
		"bgp/n2 gone",
		"bgp/n3 gone",
		"node/n1#bgp bgp_peer: 10.0.0.1 established (BGPSessionState m/n1)",
	)
}

func TestAClusterIsJoinedWithThoseWhoseServicesItHas(t *testing.T) {
	w := expose.NewWorld(uid)
	for _, service := range []string{"b", "a"} {
		w.Put("serviceimports", service, []expose.Fact{
			&expose.Joined{Cluster: "east", Object: "ServiceImport " + service}, &expose.Joined{Cluster: "west", Object: "ServiceImport " + service},
		})
	}
	if got := sessions(w); got != nil {
		t.Errorf("without its own name it is not known which it is joined with: %v", got)
	}
	w.Put("configmaps", "cilium", []expose.Fact{&expose.Mesh{Name: "east", By: "ClusterMesh"}})
	want(t, sessions(w), "tunnel//west of cluster: CLUSTERMESH tunnel to west joined, says ServiceImport a, unknown")
	// Where gateways say their tunnels, these are not said twice.
	w.Put("gateways", "n1", []expose.Fact{&expose.Mesh{Name: "east", By: "Submariner", Ends: true}})
	if got := sessions(w); got != nil {
		t.Errorf("said beside the gateways: %v", got)
	}
}

func TestServicesOfAMeshAreSaidWithWhoGetsAtThem(t *testing.T) {
	w := expose.NewWorld(uid)
	global := func(namespace, name string, change func(*expose.Global)) {
		g := &expose.Global{Name: expose.Name{Namespace: namespace, Name: name}, Key: "svc/" + namespace + "/" + name}
		if change != nil {
			change(g)
		}
		w.Put("services", g.Key, []expose.Fact{g})
	}
	global("shop", "web", nil)
	global("shop", "db", func(g *expose.Global) { g.Unshared, g.Affinity = true, "local" })
	global("own", "web", nil)
	w.Put("configmaps", "cilium", []expose.Fact{&expose.Mesh{Name: "east", By: "ClusterMesh"}})
	if got := sessions(w); got != nil {
		t.Errorf("a cluster without a number is in no mesh: %v", got)
	}
	w.Put("configmaps", "cilium", []expose.Fact{&expose.Mesh{Name: "east", By: "ClusterMesh", ID: "1"}})
	want(t, sessions(w),
		"shared/own/web of cluster: CLUSTERMESH service own/web: global, unknown",
		"shared/shop/db of cluster: CLUSTERMESH service shop/db: global, not shared, affinity local, unknown",
		"shared/shop/web of cluster: CLUSTERMESH service shop/web: global, unknown",
	)
	w.Put("namespaces", "own", []expose.Fact{&expose.Space{Name: "own", Global: "false"}})
	w.Put("services", "svc/shop/db", nil)
	want(t, sessions(w),
		"shared/own/web of cluster: CLUSTERMESH service own/web: global, not shared, unknown",
		"shared/shop/web of cluster: CLUSTERMESH service shop/web: global, unknown",
	)
	w.Put("namespaces", "own", []expose.Fact{&expose.Space{Name: "own", Global: "true"}})
	w.Put("configmaps", "cilium", []expose.Fact{&expose.Mesh{Name: "east", By: "ClusterMesh", ID: "1", Unshared: true}})
	want(t, sessions(w),
		"shared/own/web of cluster: CLUSTERMESH service own/web: global, unknown",
		"shared/shop/web of cluster: CLUSTERMESH service shop/web: global, not shared, unknown",
	)
	w.Put("configmaps", "cilium", nil)
	if got := sessions(w); got != nil {
		t.Errorf("said of a cluster that is in no mesh: %v", got)
	}
}
