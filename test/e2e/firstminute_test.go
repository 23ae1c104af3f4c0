package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// hop is a step of the path as the page lists it.
type hop struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// The first minute of somebody who has never seen it: a pod followed to its
// port and on to the spine, a cable pulled and put back, the way to one's own
// network read, and the steps dismissed for good.
func TestTheFirstMinute(t *testing.T) {
	p := start(t, "demo", "--listen", "127.0.0.1:0", "--still")
	p.settled(5 + 17)
	truth := truthOfTheDemo(t)
	began := time.Now()
	b := openBrowser(t, p.url)
	b.waitFor(20*time.Second, "the first steps are shown", `document.querySelector("[data-step=follow]") !== null`)
	b.waitFor(20*time.Second, "the map is there", `n.vertices().filter((v) => v.kind === "node" && v.placed).length === 47`)
	b.shot("first-1-open.png")

	b.click(`[data-step="follow"]`)
	b.waitFor(10*time.Second, "the hops are listed with their evidence", `document.querySelectorAll("[data-hop]").length === 6
		&& document.querySelectorAll("[data-hop] li p").length >= 4`)
	b.waitFor(10*time.Second, "the way is lit", `n.displayList().lines.some((l) => l.look === "way") && n.visibleTexts().length > 0`)
	b.shot("first-2-followed.png")
	hops := b.hops()
	if err := isTrue(truth, hops); err != nil {
		t.Errorf("the path %v: %v", hops, err)
	}

	node, nic, port, leaf := hops[1].Name, hops[2].Name, hops[3].Name, hops[4].Name
	is := func(i int, health string) string {
		return fmt.Sprintf("n.vertices().some((v) => v.id === %q && v.health === %q)", hops[i].ID, health)
	}
	cable := fmt.Sprintf(`n.edges().filter((e) => e.kind === "attach" && e.b === %q)`, hops[3].ID)
	b.waitFor(time.Second, "the cable is up before", is(3, "ok")+" && "+is(1, "ok"))
	pulled := time.Now()
	b.click(`[data-step="pull"]`)
	shown := b.waitFor(10*time.Second, "the map shows the pulled cable", is(3, "down")+" && "+cable+`.some((e) => e.health === "down")`)
	if took := shown.Sub(pulled); took > 2*time.Second {
		t.Errorf("the pulled cable is shown after %s, want 2 s", took)
	} else {
		t.Logf("%s %s ⇄ %s %s: pulled, on the screen %s later", leaf, port, node, nic, took.Round(time.Millisecond))
	}
	b.waitFor(10*time.Second, "what it hit is shown", is(1, "down"))
	b.waitFor(10*time.Second, "what it hit is said", fmt.Sprintf(
		`document.querySelector("[data-story]").textContent.includes(%q)`, strings.SplitN(node, ".", 2)[0]))
	b.waitFor(10*time.Second, "it is said when it was seen", `document.querySelector("[data-story]").textContent.includes("on the map")`)
	b.shot("first-3-pulled.png")

	b.click(`[data-step="undo"]`)
	b.waitFor(20*time.Second, "the cable is back", is(3, "ok")+" && "+is(1, "ok")+" && "+cable+`.some((e) => e.health === "ok")`)
	b.shot("first-4-back.png")

	b.click(`[data-step="add"]`)
	for _, want := range []string{"kubeconfig:", "community_file:", "netseam check -c"} {
		b.waitFor(5*time.Second, "the ways are shown", fmt.Sprintf(`document.querySelector("dialog[open]")?.textContent.includes(%q)`, want))
	}
	b.shot("first-5-add.png")
	b.keys("Escape")
	b.click(`[aria-label="Dismiss the first steps"]`)
	b.waitFor(5*time.Second, "the steps are gone", `document.querySelector("[data-step]") === null`)
	b.reload()
	b.waitFor(20*time.Second, "the map is back", `n.vertices().length > 500`)
	b.waitFor(10*time.Second, "the server was asked whether this is a demo", `document.body.innerText.includes("nodes stand on")`)
	if b.has(`[data-step]`) {
		t.Error("the first steps are shown again after they were dismissed")
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the first minute took %s", took)
	} else {
		t.Logf("the first minute took %s", took.Round(100*time.Millisecond))
	}
	b.click(`[aria-label="Signs and keys"]`)
	b.click(`dialog[open] button:has-text("first steps")`)
	b.waitFor(5*time.Second, "help brings the steps back", `document.querySelector("[data-step=follow]") !== null`)
}

// truthOfTheDemo is what stands where in the world of a demo that nothing
// happens in: the same seed makes the same world.
func truthOfTheDemo(t *testing.T) netsim.Truth {
	t.Helper()
	return startWorld(t).Truth()
}

// hops reads the path in the drawer.
func (b *browser) hops() []hop {
	b.t.Helper()
	var hops []hop
	if err := b.eval(`[...document.querySelectorAll("[data-hop]")].map((li) => {
		const v = n.vertices().find(({ id }) => id === li.dataset.hop);
		return { id: li.dataset.hop, kind: v?.kind, name: v?.name };
	})`, &hops); err != nil {
		b.t.Fatal(err)
	}
	return hops
}

// isTrue compares a path with the world: the node hangs on that port of that
// leaf, and the leaf on that spine.
func isTrue(truth netsim.Truth, hops []hop) error {
	if len(hops) != 6 {
		return fmt.Errorf("%d hops, want pod, node, NIC, port, leaf, spine", len(hops))
	}
	for i, kind := range []string{"pod", "node", "nic", "port", "device", "device"} {
		if hops[i].Kind != kind {
			return fmt.Errorf("hop %d is a %s, want a %s", i+1, hops[i].Kind, kind)
		}
	}
	node, nic, leaf, spine := plain(hops[1].Name), hops[2].Name, plain(hops[4].Name), plain(hops[5].Name)
	port := netsim.Port{Device: leaf, Port: hops[3].Name}
	attached, linked := false, false
	for _, a := range truth.Attachments {
		attached = attached || (plain(a.Node) == node && a.NIC == nic && a.Port == port)
	}
	for _, l := range truth.Links {
		linked = linked || (l.A.Device == leaf && l.B.Device == spine) || (l.A.Device == spine && l.B.Device == leaf)
	}
	switch {
	case !attached:
		return fmt.Errorf("%s %s does not hang on %s", node, nic, nameOf(port))
	case !linked:
		return fmt.Errorf("%s has no cable to %s", leaf, spine)
	case !strings.Contains(spine, "spine"):
		return fmt.Errorf("%s is no spine", spine)
	}
	return nil
}
