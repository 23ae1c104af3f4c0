package e2e_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/test/e2e/kubelabctl"
	"github.com/netseam/netseam/test/fabric"
)

// labs are a real fabric and two real clusters, whose Nodes carry the names
// and addresses of the fabric's hosts.
type labs struct {
	fabric   *fabric.Fabric
	clusters map[string]*kubelabctl.Cluster
}

// startLabs brings up all of it at once and takes it down after the test.
func startLabs(t *testing.T) *labs {
	t.Helper()
	missing := fabric.Missing()
	need(t, len(missing) == 0, "for the fabric: "+strings.Join(missing, ", "))
	kubelab := os.Getenv("NETSEAM_KUBELAB")
	need(t, kubelab != "", "the kubelab binary (NETSEAM_KUBELAB; test/kubelab/build makes it)")
	l := &labs{clusters: map[string]*kubelabctl.Cluster{}}
	began := time.Now()
	var all sync.WaitGroup
	errs := make(chan error, 3)
	all.Go(func() {
		f, err := fabric.Up(t.Context(), t.TempDir(), fabric.Options{
			Prefix: "nse", Management: netip.MustParsePrefix("10.199.20.0/24"),
		})
		l.fabric = f
		errs <- err
	})
	var mu sync.Mutex
	for i, name := range []string{"alpha", "beta"} {
		all.Go(func() {
			c, err := kubelabctl.Start(t.Context(), kubelab, name, i+1, t.TempDir())
			mu.Lock()
			l.clusters[name] = c
			mu.Unlock()
			errs <- err
		})
	}
	all.Wait()
	t.Cleanup(func() {
		if l.fabric != nil {
			if err := l.fabric.Down(context.WithoutCancel(t.Context())); err != nil {
				t.Errorf("fabric: %v", err)
			}
		}
		for _, c := range l.clusters {
			if c == nil {
				continue
			}
			if err := c.Stop(); err != nil {
				t.Errorf("cluster %s: %v", c.Name(), err)
			}
		}
	})
	for range 3 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	l.populate(t)
	t.Logf("both labs up and populated after %s", time.Since(began).Round(time.Millisecond))
	return l
}

// populate makes a Node of each host, and a workload with a service in each
// cluster.
func (l *labs) populate(t *testing.T) {
	t.Helper()
	for name, c := range l.clusters {
		var names []string
		var nodes []kubelabctl.Node
		addresses := map[string][]string{}
		for _, a := range l.fabric.Topology().Attachments {
			if strings.HasPrefix(a.Host, name+"-") {
				if addresses[a.Host] == nil {
					names = append(names, a.Host)
				}
				addresses[a.Host] = append(addresses[a.Host], a.Address.Addr().String())
			}
		}
		for _, host := range names {
			nodes = append(nodes, kubelabctl.Node{Name: host, InternalIPs: addresses[host][:1]})
		}
		if err := c.CreateNodes(t.Context(), nodes...); err != nil {
			t.Fatal(err)
		}
		if err := c.WaitNodesReady(t.Context(), names...); err != nil {
			t.Fatal(err)
		}
		if err := c.CreateNamespace(t.Context(), "shop"); err != nil {
			t.Fatal(err)
		}
		if err := c.CreateDeployment(t.Context(), "shop", "web", 6, 8080); err != nil {
			t.Fatal(err)
		}
		if err := c.CreateService(t.Context(), "shop", "web", 8080); err != nil {
			t.Fatal(err)
		}
		if _, err := c.WaitEndpoints(t.Context(), "shop", "web", 6, 0); err != nil {
			t.Fatal(err)
		}
	}
}

// config writes a configuration of ten lines or so that reads all of it.
func (l *labs) config(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "listen: 127.0.0.1:0\ndata: data\nsnmp:\n  community: public\n  interval: 1s\nclusters:\n")
	for _, name := range []string{"alpha", "beta"} {
		fmt.Fprintf(&b, "  - {name: %s, kubeconfig: %s}\n", name, l.clusters[name].ReaderKubeconfig())
	}
	b.WriteString("switches:\n")
	for _, d := range l.fabric.Topology().Devices {
		fmt.Fprintf(&b, "  - {name: %s, address: \"%s:161\"}\n", d.Name, d.Address)
	}
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// portNames is an expression: an edge of a kind runs between two ports or NICs,
// each named with what carries it, and fits.
func isEdge(kind, a, b, fits string) string {
	return fmt.Sprintf(`(() => {
		const by = new Map(n.vertices().map((v) => [v.id, v]));
		const name = (id) => { const v = by.get(id); return v ? (by.get(v.parent)?.name ?? "?") + " " + v.name : "?"; };
		return n.edges().filter((e) => e.kind === %q && (%s) &&
			((name(e.a) === %q && name(e.b) === %q) || (name(e.a) === %q && name(e.b) === %q))).length === 1;
	})()`, kind, fits, a, b, b, a)
}

// The main job: real switches' rows meet real Nodes on a live map.
func TestJourneyOnBothLabs(t *testing.T) {
	l := startLabs(t)
	p := start(t, "serve", "-c", l.config(t))
	truth := l.fabric.Topology()

	eventually(t, 60*time.Second, "every node attached", func() error {
		if s := p.status(); s.Seam.Known != s.Seam.Nodes || s.Seam.Nodes != 6 {
			return fmt.Errorf("%d of %d nodes stand on a known port: %+v", s.Seam.Known, s.Seam.Nodes, s.Seam.Why)
		}
		return nil
	})
	checkLinks(t, p, truth)
	checkAttachments(t, p, truth)

	b := openBrowser(t, p.url)
	for _, d := range truth.Devices {
		b.waitFor(20*time.Second, d.Name+" on the map", isVertex("device", d.Name, "v.placed && v.fresh === 'fresh'"))
	}
	for name := range l.clusters {
		b.waitFor(10*time.Second, name+" on the map", isVertex("cluster", name, "v.placed"))
	}
	for _, link := range truth.Links {
		b.waitFor(10*time.Second, "link", isEdge("link", link.A.Device+" "+link.A.Port, link.B.Device+" "+link.B.Port, "e.health === 'ok'"))
	}
	for _, a := range truth.Attachments {
		b.waitFor(10*time.Second, a.Host+" attached", fmt.Sprintf(`(() => {
			const by = new Map(n.vertices().map((v) => [v.id, v]));
			const up = (id) => by.get(by.get(id)?.parent)?.name;
			return n.edges().filter((e) => e.kind === "attach" && up(e.a) === %q && up(e.b) === %q && by.get(e.b)?.name === %q).length === 1;
		})()`, a.Host, a.Leaf, a.Port))
	}
	b.shot("labs-dark.png")

	took := func(what string, act, seen time.Time) {
		t.Helper()
		if seen.Before(act) {
			t.Errorf("%s: seen %s before the act", what, act.Sub(seen))
		}
		t.Logf("%-44s %6d ms from the act to the browser's frame (poll interval 1 s)", what, seen.Sub(act).Milliseconds())
	}

	act := time.Now()
	if err := l.fabric.LinkDown(t.Context(), "leaf1", "swp51"); err != nil {
		t.Fatal(err)
	}
	took("a link set down", act, b.waitFor(15*time.Second, "link down",
		isEdge("link", "spine1 swp1", "leaf1 swp51", "e.health === 'down'")))
	act = time.Now()
	if err := l.fabric.LinkUp(t.Context(), "leaf1", "swp51"); err != nil {
		t.Fatal(err)
	}
	took("the link set up again", act, b.waitFor(20*time.Second, "link up",
		isEdge("link", "spine1 swp1", "leaf1 swp51", "e.health === 'ok'")))

	act = time.Now()
	if err := l.fabric.MoveCable(t.Context(), "alpha-n2", "ens1", "leaf3", "swp5"); err != nil {
		t.Fatal(err)
	}
	took("a cable moved from leaf2 to leaf3", act, b.waitFor(20*time.Second, "cable moved", `(() => {
		const by = new Map(n.vertices().map((v) => [v.id, v]));
		const of = n.edges().filter((e) => e.kind === "attach" && by.get(by.get(e.a)?.parent)?.name === "alpha-n2");
		return of.length === 1 && by.get(of[0].b)?.name === "swp5" && by.get(by.get(of[0].b)?.parent)?.name === "leaf3";
	})()`))

	alpha := l.clusters["alpha"]
	pods, err := alpha.PodNames(t.Context(), "shop", "web", "")
	if err != nil || len(pods) == 0 {
		t.Fatalf("pods of web: %v, %v", pods, err)
	}
	b.waitFor(10*time.Second, "the pod is healthy", isVertex("pod", pods[0], "v.health === 'ok'"))
	act = time.Now()
	if err := alpha.SetPodUnready(t.Context(), "shop", pods[0], true); err != nil {
		t.Fatal(err)
	}
	took("a pod made unready", act, b.waitFor(15*time.Second, "pod unready", isVertex("pod", pods[0], "v.health === 'degraded'")))

	act = time.Now()
	if err := l.clusters["beta"].LoseNode(t.Context(), "beta-n2"); err != nil {
		t.Fatal(err)
	}
	took("a node lost (the cluster's own grace included)", act,
		b.waitFor(60*time.Second, "node down", isVertex("node", "beta-n2", "v.health === 'down'")))
	b.shot("labs-after.png")
}

// checkLinks says whether every cable of the fabric is one edge with both port
// names and both ends' rows as evidence, and nothing else is.
func checkLinks(t *testing.T, p *program, truth fabric.Topology) {
	t.Helper()
	eventually(t, 20*time.Second, "links", func() error {
		got := map[string]edge{}
		for _, e := range p.edges("link") {
			got[pair(e.A.Qualified, e.B.Qualified)] = e
		}
		for _, l := range truth.Links {
			key := pair(l.A.Device+" "+l.A.Port, l.B.Device+" "+l.B.Port)
			e, ok := got[key]
			if !ok || len(e.Evidence) != 2 || e.Confidence != 0.99 {
				return fmt.Errorf("link %s: %+v", key, e)
			}
		}
		if len(got) != len(truth.Links) {
			return fmt.Errorf("%d links, want %d: %v", len(got), len(truth.Links), got)
		}
		return nil
	})
}

func checkAttachments(t *testing.T, p *program, truth fabric.Topology) {
	t.Helper()
	edges := p.edges("attach")
	for _, a := range truth.Attachments {
		var found []edge
		for _, e := range edges {
			if e.B.Qualified == a.Leaf+" "+a.Port {
				found = append(found, e)
			}
		}
		if len(found) != 1 || !strings.HasPrefix(found[0].A.Qualified, a.Host+" ") || len(found[0].Evidence) != 1 ||
			!strings.Contains(found[0].Evidence[0].Text, a.Host) {
			t.Errorf("%s %s hangs on %s %s; the map has %+v", a.Host, a.NIC, a.Leaf, a.Port, found)
		}
	}
	if len(edges) != len(truth.Attachments) {
		t.Errorf("%d attachments, want %d", len(edges), len(truth.Attachments))
	}
}

func pair(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return a + " -- " + b
}
