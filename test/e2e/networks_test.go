package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// startNetworks starts a site with clusters whose network is made by Cilium
// (two of one mesh), Antrea and OVN-Kubernetes.
func startNetworks(t *testing.T) *netsim.World {
	t.Helper()
	size := netsim.Size{Name: "networks", Sites: []netsim.SiteSize{{Name: "s1", Spines: 1, LeafPairs: 1, Borders: 1, ARP: true}}}
	for _, c := range [][2]string{
		{"east", netsim.NetworkCilium}, {"west", netsim.NetworkCilium}, {"antrea", netsim.NetworkAntrea}, {"ovn", netsim.NetworkOVN},
	} {
		size.Clusters = append(size.Clusters, netsim.ClusterSize{
			Name: c[0], Network: c[1], Parts: []netsim.PartSize{{Site: "s1", Nodes: 4}}, Controls: 1, Pods: 40,
		})
	}
	w, err := netsim.New(netsim.Config{Custom: size, Seed: 1, Dir: t.TempDir(), ActEvery: -1})
	must(t, err)
	must(t, w.Start(t.Context()))
	t.Cleanup(w.Close)
	return w
}

// joined are the edges of a kind, by the names of their ends.
func (p *program) joined(kind string) map[string]edge {
	out := map[string]edge{}
	for _, e := range p.edges(kind) {
		out[pair(plain(e.A.Qualified), plain(e.B.Qualified))] = e
	}
	return out
}

// What the objects of each network's own kinds say, from the simulated API to
// REST; and what changes when a node dies.
func TestNetworksOfTheWorldAreSaid(t *testing.T) {
	w := startNetworks(t)
	p := serveWorld(t, w)
	web := map[string]netsim.VIP{}
	for _, cluster := range []string{"east", "west", "antrea", "ovn"} {
		web[cluster] = vipOf(t, w, cluster, "web")
	}
	outgoing := func(cluster string) string {
		a := web[cluster].Address
		return a[:strings.LastIndex(a, ".")] + ".254"
	}
	workers := func(cluster string) string {
		return fmt.Sprintf("%[1]s-w01 %[1]s-w02 %[1]s-w03", cluster)
	}

	p.saysOf("vip", web["east"].Address, map[string]string{
		"exposure": "LB-BGP", "mechanism": "Cilium BGP", "pool": "CiliumLoadBalancerIPPool public", "announcers": workers("east"),
		"eligible_nodes": workers("east"), "eligible_why": "CiliumBGPAdvertisement public, CiliumBGPClusterConfig workers", "health": "ok",
	})
	p.saysOf("node", "east-w01", map[string]string{
		"cni": "Cilium", "encryption": "WireGuard", "cni_pod_cidrs": "10.244.", "tunnel_address": "10.244.", "bgp_peer": "AS 64500 established (CiliumBGPNodeConfig east-w01)",
	})
	p.saysOf("cluster", "east", map[string]string{
		"cni": "Cilium", "cni_mode": "native", "mtu": "8950", "encryption": "WireGuard", "mesh_name": "east", "mesh_id": "1",
	})
	eventually(t, 30*time.Second, "sessions and mesh", func() error {
		sessions := p.joined("peers")
		for node := range strings.FieldsSeq(workers("east")) {
			i := slices.IndexFunc(w.Truth().Sessions, func(s netsim.Session) bool { return s.Node == node })
			if i < 0 {
				return fmt.Errorf("the world has no session of %s", node)
			}
			if e := sessions[pair(node, w.Truth().Sessions[i].Router)]; len(e.Evidence) != 2 {
				return fmt.Errorf("session of %s: %+v", node, e)
			}
		}
		mesh := p.joined("tunnels")
		if e := mesh[pair("east", "west")]; len(e.Evidence) < 2 || e.Confidence != 0.6 {
			return fmt.Errorf("the mesh is %+v", mesh)
		}
		return nil
	})

	p.saysOf("vip", web["antrea"].Address, map[string]string{
		"exposure": "LB-L2", "mechanism": "Antrea L2", "pool": "ExternalIPPool public", "announcers": web["antrea"].Claimed[0], "health": "ok",
	})
	p.saysOf("vip", outgoing("antrea"), map[string]string{"mechanism": "Antrea Egress", "announcers": "antrea-w01"})
	p.saysOf("node", "antrea-w01", map[string]string{
		"cni": "Antrea", "network_agent": "Antrea v2.4.0, healthy", "bgp_peer": "AS 64500 configured (BGPPolicy egress)",
	})
	p.poolIs("ExternalIPPool public", "down", "no address is left") // as its own status counts

	p.saysOf("vip", web["ovn"].Address, map[string]string{"exposure": "LB-L2", "mechanism": "MetalLB L2", "announcers": web["ovn"].Claimed[0]})
	p.saysOf("vip", outgoing("ovn"), map[string]string{"mechanism": "OVN-Kubernetes EgressIP", "announcers": "ovn-w01"})
	p.saysOf("node", "ovn-w01", map[string]string{"cni": "OVN-Kubernetes", "next_hops": "10.", "cni_pod_cidrs": "10.244."})
	p.saysOf("cluster", "ovn", map[string]string{"cni": "OVN-Kubernetes", "cni_mode": "geneve"})

	for _, node := range []string{"east-w01", "antrea-w01", "ovn-w01"} {
		cluster, _, _ := strings.Cut(node, "-")
		must(t, w.KillNode(cluster, node))
	}
	p.saysOf("vip", web["east"].Address, map[string]string{"announcers": "east-w02 east-w03", "eligible_nodes": "east-w02 east-w03"})
	p.saysOf("node", "east-w01", map[string]string{"bgp_peer": "AS 64500 idle (CiliumBGPNodeConfig east-w01)"})
	p.saysOf("vip", outgoing("antrea"), map[string]string{"announcers": "antrea-w02"})
	p.saysOf("node", "antrea-w01", map[string]string{"network_agent": "AgentHealthy is Unknown"})
	p.saysOf("vip", outgoing("ovn"), map[string]string{"announcers": "ovn-w02"})
}
