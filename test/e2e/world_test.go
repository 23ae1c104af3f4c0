package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
	"github.com/netseam/netseam/test/netsim/kubeapi"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// startWorld starts the small world, in which only the test acts.
func startWorld(t *testing.T) *netsim.World {
	t.Helper()
	w, err := netsim.New(netsim.Config{Seed: 1, Dir: t.TempDir(), ActEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// writeConfig writes a configuration that reads a part of the world.
func writeConfig(t *testing.T, path string, w *netsim.World, keep func(name string) bool) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "listen: 127.0.0.1:0\ndata: data\nsnmp: {interval: 1s, timeout: 500ms, retries: 1}\nclusters:\n")
	for _, c := range w.Clusters() {
		if keep(c.Name) {
			fmt.Fprintf(&b, "  - {name: %s, kubeconfig: %q, context: %q}\n", c.Name, c.KubeconfigPath, c.Context)
		}
	}
	b.WriteString("switches:\n")
	for _, s := range w.Switches() {
		if keep(s.Name) {
			fmt.Fprintf(&b, "  - {name: %s, address: %q, community: %s}\n", s.Name, s.Address, s.Community)
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func everything(string) bool { return true }

// serveWorld runs the program on the whole world until it has heard all of it.
func serveWorld(t *testing.T, w *netsim.World) *program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	writeConfig(t, path, w, everything)
	p := start(t, "serve", "-c", path)
	p.settled(len(w.Clusters()) + len(w.Switches()))
	return p
}

// settled waits until so many sources are live.
func (p *program) settled(sources int) {
	p.t.Helper()
	eventually(p.t, 60*time.Second, "all sources live", func() error {
		s := p.status()
		live := 0
		for _, source := range s.Sources {
			if source.State == "live" {
				live++
			}
		}
		if live != sources || len(s.Sources) != sources {
			return fmt.Errorf("%d of %d sources live, want %d: %+v", live, len(s.Sources), sources, s.Sources)
		}
		return nil
	})
}

// agrees waits until the map says what is true in the world.
func (p *program) agrees(w *netsim.World, when string) {
	p.t.Helper()
	eventually(p.t, 30*time.Second, when, func() error { return p.compare(w) })
}

func (p *program) compare(w *netsim.World) error {
	truth := w.Truth()
	s := p.status()
	if s.Seam.Nodes != len(truth.Nodes) || s.Seam.Known != truth.Known() {
		return fmt.Errorf("%d of %d nodes on a known port, want %d of %d; %+v", s.Seam.Known, s.Seam.Nodes, truth.Known(), len(truth.Nodes), s.Seam.Why)
	}
	got := map[string]edge{}
	for _, e := range p.edges("link") {
		got[pair(plain(e.A.Qualified), plain(e.B.Qualified))] = e
	}
	heard := 0
	for _, l := range truth.Links {
		if !l.SeenByA && !l.SeenByB && !l.Learned {
			continue
		}
		heard++
		key := pair(nameOf(l.A), nameOf(l.B))
		e, ok := got[key]
		if !ok {
			return fmt.Errorf("no link %s among %d", key, len(got))
		}
		if both := l.SeenByA && l.SeenByB; both != (e.Confidence == 0.99) {
			return fmt.Errorf("link %s: confidence %v, heard by both ends: %v", key, e.Confidence, both)
		}
		if l.Learned && !e.has("bridges") {
			return fmt.Errorf("link %s: no forwarding tables are among its evidence %+v", key, e.Evidence)
		}
	}
	members := map[string]bool{}
	for _, e := range p.edges("member") {
		members[plain(e.A.Qualified)+" in "+plain(e.B.Qualified)] = true
	}
	for _, b := range truth.Bundles {
		for _, port := range b.Members {
			if key := nameOf(netsim.Port{Device: b.Port.Device, Port: port}) + " in " + nameOf(b.Port); !members[key] {
				return fmt.Errorf("nothing says %s among %d members", key, len(members))
			}
		}
	}
	attached := map[string]int{}
	for _, e := range p.edges("attach") {
		node, _, _ := strings.Cut(plain(e.A.Qualified), " ")
		attached[node+" "+plain(e.B.Qualified)]++
	}
	for _, a := range truth.Attachments {
		if key := plain(a.Node) + " " + nameOf(a.Port); a.Seen && attached[key] != 1 {
			return fmt.Errorf("%s %s hangs on %s: the map has %d such edges", a.Node, a.NIC, nameOf(a.Port), attached[key])
		}
	}
	return nil
}

// plain takes the domain off the first word: some devices and nodes are
// called by their full names.
func plain(qualified string) string {
	device, port, found := strings.Cut(qualified, " ")
	device, _, _ = strings.Cut(device, ".")
	if !found {
		return device
	}
	return device + " " + port
}

// nameOf is a port as the map names it, without the device's domain.
func nameOf(p netsim.Port) string { return p.Device + " " + p.Port }

func TestTheMapSaysWhatIsTrueInTheWorld(t *testing.T) {
	w := startWorld(t)
	p := serveWorld(t, w)
	p.agrees(w, "at the start")

	truth := w.Truth()
	var moved netsim.Attachment
	for _, a := range truth.Attachments {
		if a.Seen {
			moved = a
			break
		}
	}
	for _, l := range truth.Links {
		if l.SeenByA && l.SeenByB {
			if err := w.LinkDown(l.A.Device, l.A.Port); err != nil {
				t.Fatal(err)
			}
			eventually(t, 15*time.Second, "the failed link is shown down, not gone", func() error {
				for _, e := range p.edges("link") {
					if pair(plain(e.A.Qualified), plain(e.B.Qualified)) == pair(nameOf(l.A), nameOf(l.B)) && e.Health == "down" {
						return nil
					}
				}
				return fmt.Errorf("no link down among %d", len(p.edges("link")))
			})
			if err := w.LinkUp(l.A.Device, l.A.Port); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	p.agrees(w, "after a link failed and came back")

	if err := w.KillNode(moved.Cluster, moved.Node); err != nil {
		t.Fatal(err)
	}
	eventually(t, 15*time.Second, "the node is shown down", func() error { return p.nodeHealth(moved.Node, "down") })
	if err := w.ReviveNode(moved.Cluster, moved.Node); err != nil {
		t.Fatal(err)
	}
	eventually(t, 15*time.Second, "the node is back", func() error { return p.nodeHealth(moved.Node, "ok") })
	p.agrees(w, "after a node died and came back")
	if text := p.log.String(); strings.Contains(text, "netsim-not-for-your-eyes") {
		t.Error("a pod's environment stands in the log")
	}
}

func (p *program) nodeHealth(name, want string) error {
	var page struct {
		Items []struct {
			Name   string `json:"name"`
			Health string `json:"health"`
		} `json:"items"`
	}
	if err := p.get("/api/v1/vertices?kind=node&limit=1000", &page); err != nil {
		return err
	}
	for _, v := range page.Items {
		if v.Name == name && v.Health == want {
			return nil
		}
	}
	return fmt.Errorf("%s is not %s among %d nodes", name, want, len(page.Items))
}

// A switch that falls silent makes what it said stale, not gone; when it is
// removed from the configuration, what it said is dropped; added again, it is
// the same as before.
func TestSourcesComeAndGo(t *testing.T) {
	w := startWorld(t)
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	writeConfig(t, path, w, everything)
	p := start(t, "serve", "-c", path)
	all := len(w.Clusters()) + len(w.Switches())
	p.settled(all)
	p.agrees(w, "at the start")
	before := p.status()

	silent := w.Switches()[0].Name
	if err := w.SilenceSwitch(silent); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "the silent switch is unreachable", func() error {
		for _, s := range p.status().Sources {
			if s.ID == "snmp:"+silent && s.State == "unreachable" && s.Message != "" {
				return nil
			}
		}
		return fmt.Errorf("%+v", p.status().Sources)
	})
	if got := p.status().ByKind["port"]; got != before.ByKind["port"] {
		t.Errorf("%d ports after a switch fell silent, had %d: silence removes nothing", got, before.ByKind["port"])
	}

	writeConfig(t, path, w, func(name string) bool { return name != silent })
	p.hangup()
	eventually(t, 30*time.Second, "the removed switch is gone", func() error {
		s := p.status()
		if len(s.Sources) != all-1 || s.ByKind["port"] >= before.ByKind["port"] {
			return fmt.Errorf("%d sources, %d ports", len(s.Sources), s.ByKind["port"])
		}
		return nil
	})
	if err := w.WakeSwitch(silent); err != nil {
		t.Fatal(err)
	}
	writeConfig(t, path, w, everything)
	p.hangup()
	p.settled(all)
	p.agrees(w, "with the switch back")

	// A configuration at fault changes nothing.
	if err := os.WriteFile(path, []byte("listen: 127.0.0.1:0\nswitches: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.hangup()
	eventually(t, 10*time.Second, "the fault is reported", func() error {
		if !strings.Contains(p.log.String(), "switches") {
			return fmt.Errorf("not in the log")
		}
		return nil
	})
	p.settled(all)
}

// What was seen is there after a restart, stale until its source answers.
func TestARestartKeepsTheMap(t *testing.T) {
	w := startWorld(t)
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	writeConfig(t, path, w, everything)
	p := start(t, "serve", "-c", path)
	p.settled(len(w.Clusters()) + len(w.Switches()))
	p.agrees(w, "before")
	before := p.status()
	ids := p.ids("device")
	p.stop()
	again := start(t, "serve", "-c", path)
	if s := again.status(); s.Epoch <= before.Epoch || s.Vertices < before.Vertices/2 {
		t.Errorf("after the restart: epoch %d (was %d), %d vertices (had %d)", s.Epoch, before.Epoch, s.Vertices, before.Vertices)
	}
	again.settled(len(w.Clusters()) + len(w.Switches()))
	again.agrees(w, "after")
	for name, id := range again.ids("device") {
		if ids[name] != id {
			t.Errorf("device %s was %s and is %s", name, ids[name], id)
		}
	}
}

func (p *program) ids(kind string) map[string]string {
	p.t.Helper()
	var page struct {
		Items []struct{ ID, Name string } `json:"items"`
	}
	if err := p.get("/api/v1/vertices?limit=1000&kind="+kind, &page); err != nil {
		p.t.Fatal(err)
	}
	out := map[string]string{}
	for _, v := range page.Items {
		out[v.Name] = v.ID
	}
	return out
}

func TestDiscoverReadsOurOwnCapture(t *testing.T) {
	out := run(t.Context(), t, "discover", "--replay", "../fabric/testdata/capture", "--json")
	for _, want := range []string{`"name": "leaf1"`, `"remote_name": "alpha-n1"`, `"confidence": 0.99`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if got := strings.Count(out, `"evidence":`); got != 6 {
		t.Errorf("%d links, want 6", got)
	}
}

// Whatever one source sends, the others go on, nothing of it is taken for
// news, and it comes back by itself.
func TestFaultsStayWhereTheyAre(t *testing.T) {
	w := startWorld(t)
	p := serveWorld(t, w)
	p.agrees(w, "at the start")
	sick, well := w.Clusters()[0].Name, w.Clusters()[1].Name
	leaf := w.Switches()[len(w.Switches())-1].Name
	before := p.status()

	for _, kind := range []kubeapi.FaultKind{
		kubeapi.Unauthorized, kubeapi.Forbidden, kubeapi.TooManyRequests, kubeapi.InternalError, kubeapi.Garbage, kubeapi.Gone,
	} {
		server := w.Server(sick)
		if _, err := server.Inject(kubeapi.Fault{Kind: kind}); err != nil {
			t.Fatal(err)
		}
		server.DropWatches("")
		if kind == kubeapi.Unauthorized {
			eventually(t, 30*time.Second, "the refusal is shown", func() error {
				for _, s := range p.status().Sources {
					if s.ID == "kube:"+sick && s.State == "unauthorised" {
						return nil
					}
				}
				return fmt.Errorf("%+v", p.status().Sources)
			})
		}
		if got := p.status().ByKind["pod"]; got < before.ByKind["pod"]-20 {
			t.Errorf("%v: %d pods left of %d: an error removes nothing", kind, got, before.ByKind["pod"])
		}
		server.ClearFaults()
	}
	w.Agent(leaf).SetFaults(snmpagent.Faults{Garbage: true})
	var node string
	for _, n := range w.Truth().Nodes {
		if n.Cluster == well && n.Reason == netsim.Known {
			node = n.Node
		}
	}
	if err := w.KillNode(well, node); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "the healthy cluster's news arrive", func() error { return p.nodeHealth(node, "down") })
	if got := p.status().ByKind["port"]; got < before.ByKind["port"] {
		t.Errorf("%d ports, had %d: garbage removes nothing", got, before.ByKind["port"])
	}
	w.Agent(leaf).SetFaults(snmpagent.Faults{})
	if err := w.ReviveNode(well, node); err != nil {
		t.Fatal(err)
	}
	p.settled(len(w.Clusters()) + len(w.Switches()))
	p.agrees(w, "after all faults")
}

func TestCheckSaysWhatCanBeRead(t *testing.T) {
	w := startWorld(t)
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	writeConfig(t, path, w, everything)
	out := run(t.Context(), t, "check", "-c", path)
	t.Log("\n" + out)
	for _, want := range []string{"is valid: 5 clusters, 17 switches", "readable", "lldp", "answers"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
