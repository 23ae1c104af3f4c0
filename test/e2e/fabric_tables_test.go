package e2e_test

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/test/e2e/kubelabctl"
	"github.com/netseam/netseam/test/fabric"
)

// tabled is a fabric with all that it can have, a cluster whose Nodes are its
// hosts, and a netseam that reads both. alpha-n3 says nothing by LLDP; alpha-n2
// and, against its cluster's word, beta-n2 announce 10.77.0.1 by BGP.
func tabled(t *testing.T) (*fabric.Fabric, *program) {
	t.Helper()
	kubelab := os.Getenv("NETSEAM_KUBELAB")
	need(t, kubelab != "", "the kubelab binary (NETSEAM_KUBELAB; test/kubelab/build makes it)")
	missing := append(fabric.Missing(), fabric.MissingForBundle()...)
	need(t, len(missing) == 0, "for the fabric: "+strings.Join(missing, ", "))
	hosts := fabric.DefaultHosts()
	vip := netip.MustParseAddr("10.77.0.1")
	for i := range hosts {
		if hosts[i].Name == "alpha-n2" || hosts[i].Name == "beta-n2" {
			hosts[i].VIPs = []netip.Addr{vip}
		}
	}
	o := fabric.Options{
		Prefix: "nsw", Management: netip.MustParsePrefix("10.199.26.0/24"), TrapPort: 11163, Bundle: true, Hosts: hosts,
	}
	c, err := kubelabctl.Start(t.Context(), kubelab, "alpha", 1, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("cluster: %v", err)
		}
	})
	for _, h := range hosts {
		if err := c.CreateNodes(t.Context(), kubelabctl.Node{Name: h.Name, InternalIPs: []string{h.NICs[0].Address.Addr().String()}}); err != nil {
			t.Fatal(err)
		}
	}
	exposeOn(t, c, vip)
	f, p := startFabric(t, o, "1s", fmt.Sprintf("clusters:\n  - {name: alpha, kubeconfig: %s}\n", c.Kubeconfig()))
	if err := f.StopDaemon(t.Context(), "alpha-n3", "lldpd"); err != nil {
		t.Fatal(err)
	}
	return f, p
}

// exposeOn makes a service that a load balancer gave an address, which MetalLB
// announces on alpha-n2 alone.
func exposeOn(t *testing.T, c *kubelabctl.Cluster, vip netip.Addr) {
	t.Helper()
	if err := c.CreateNamespace(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	services := c.Client().CoreV1().Services("shop")
	made, err := services.Create(t.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer, Ports: []corev1.ServicePort{{Port: 80}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	made.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: vip.String()}}
	if _, err = services.UpdateStatus(t.Context(), made, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	kinds := customKinds()
	for name, object := range map[string]string{
		"IPAddressPool":    `{metadata: {name: public, namespace: shop}, spec: {addresses: [10.77.0.0/24]}}`,
		"BGPAdvertisement": `{metadata: {name: public, namespace: shop}, spec: {ipAddressPools: [public], nodeSelectors: [{matchLabels: {kubernetes.io/hostname: alpha-n2}}]}}`,
	} {
		if err := c.Define(t.Context(), kinds[name]); err != nil {
			t.Fatal(err)
		}
		if err := c.Put(t.Context(), kinds[name], object); err != nil {
			t.Fatal(err)
		}
	}
}

func (e edge) attr(key string) string {
	for _, a := range e.Attrs {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

// What forwarding, address and route tables, bundles and BGP say is on the map.
func TestTablesOnTheFabric(t *testing.T) {
	f, p := tabled(t)
	talk := func(host, to string) {
		// A switch learns of who speaks.
		_, _ = f.Exec(t.Context(), host, "bash", "-c", "exec 3<>/dev/udp/"+to+"/9 && echo >&3")
	}
	edges := func(kind, a, b string) []edge {
		var out []edge
		for _, e := range p.edges(kind) {
			if strings.HasPrefix(e.A.Qualified, a) && strings.HasSuffix(e.B.Qualified, b) ||
				strings.HasPrefix(e.B.Qualified, a) && strings.HasSuffix(e.A.Qualified, b) {
				out = append(out, e)
			}
		}
		return out
	}
	wantEdge := func(what, kind, a, b string, fits func(e edge) bool) {
		t.Helper()
		began := time.Now()
		eventually(t, 90*time.Second, what, func() error {
			talk("alpha-n3", "10.10.3.1")
			got := edges(kind, a, b)
			if len(got) != 1 || !fits(got[0]) {
				return fmt.Errorf("%s -- %s: %+v of %d: %+v", a, b, got, len(p.edges(kind)), p.edges(kind))
			}
			return nil
		})
		t.Logf("%-44s %5.1f s", what, time.Since(began).Seconds())
	}
	evidence := func(method string) func(e edge) bool {
		return func(e edge) bool {
			for _, ev := range e.Evidence {
				if ev.Method == method {
					return true
				}
			}
			return false
		}
	}
	wantEdge("a host by FDB and ARP", "attach", "alpha-n3", "leaf3 swp1", evidence("arp"))
	for _, port := range []string{"swp41", "swp42"} {
		for _, leaf := range []string{"leaf1", "leaf2"} {
			wantEdge(leaf+" "+port+" in the bundle", "member", leaf+" "+port, leaf+" "+fabric.BundleName, func(e edge) bool { return e.Health == "ok" })
		}
	}
	wantEdge("the bundle", "link", "leaf1 "+fabric.BundleName, "leaf2 "+fabric.BundleName, func(edge) bool { return true })
	wantEdge("a session of BGP", "peers", "alpha-n2", "leaf2", func(e edge) bool { return e.Health == "ok" })
	wantEdge("the route to the address", "announces", "alpha-n2", "10.77.0.1", func(e edge) bool {
		return e.ReportedB && evidence("routing")(e) && e.Health == "ok" && e.attr("mismatch") == ""
	})
	wantEdge("the route that should not be", "announces", "beta-n2", "10.77.0.1", func(e edge) bool {
		return e.ReportedB && e.Health == "degraded" &&
			strings.Contains(e.attr("mismatch"), "leaf2 sends to beta-n2, which is none of the nodes that may attract the traffic")
	})
	if os.Getenv("NETSEAM_SHOTS") != "" {
		b := openBrowser(t, p.url)
		b.waitFor(20*time.Second, "the address", isVertex("vip", "10.77.0.1", "v.placed"))
		b.shot("fabric-tables.png")
	}
	// A member that fails leaves the bundle; the session of a speaker that ends is
	// down, and so is its route.
	if err := f.LinkDown(t.Context(), "leaf1", "swp41"); err != nil {
		t.Fatal(err)
	}
	wantEdge("a member that left", "link", "leaf1 swp41", "leaf2 swp41", func(e edge) bool { return e.Health == "down" })
	wantEdge("the bundle goes on", "member", "leaf1 swp42", "leaf1 "+fabric.BundleName, func(e edge) bool { return e.Health == "ok" })
	if err := f.KillDaemon(t.Context(), "beta-n2", "bgpd"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	eventually(t, 90*time.Second, "the wrong route gone", func() error {
		if got := edges("announces", "beta-n2", "10.77.0.1"); len(got) != 0 {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
	t.Logf("%-44s %5.1f s", "the wrong route gone", time.Since(began).Seconds())
}
