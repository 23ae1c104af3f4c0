package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// A newcomer's first look: the demo opens fitted, and says in words how many
// nodes stand on a known port and why the others do not.
func TestTheDemoOpensFittedAndSaysWhatItKnows(t *testing.T) {
	p := start(t, "demo", "--listen", "127.0.0.1:0", "--still")
	p.settled(5 + 17)
	world, err := netsim.New(netsim.Config{Seed: 1}) // the demo's
	if err != nil {
		t.Fatal(err)
	}
	s := p.status()
	eventually(t, 30*time.Second, "forwarding tables are read, too", func() error {
		if s = p.status(); s.Seam.Known != world.Truth().Known() {
			return fmt.Errorf("%d nodes on a known port, want %d", s.Seam.Known, world.Truth().Known())
		}
		return nil
	})
	b := openBrowser(t, p.url)
	b.waitFor(20*time.Second, "both sites are drawn", isVertex("site", "fra1", "v.placed")+" && "+isVertex("site", "ams1", "v.placed"))
	b.waitFor(20*time.Second, "devices and nodes are drawn", `n.vertices().filter((v) => v.kind === "device" && v.placed).length >= 16
		&& n.vertices().filter((v) => v.kind === "node" && v.placed).length === 47`)

	// Fitted: every box of a site lies on the screen.
	var outside int
	if err := b.eval(`n.displayList().boxes.filter((x) => {
		const map = document.querySelector("canvas").getBoundingClientRect();
		return x.x < -1 || x.y < -1 || x.x + x.w > map.width + 1 || x.y + x.h > map.height + 1;
	}).length`, &outside); err != nil {
		t.Fatal(err)
	}
	if outside > 0 {
		t.Errorf("%d boxes lie outside of the screen", outside)
	}
	for _, want := range []string{fmt.Sprintf("%d of %d nodes", s.Seam.Known, s.Seam.Nodes), "5 clusters live", "17 switches live"} {
		b.waitFor(10*time.Second, "the page says how it stands", fmt.Sprintf("document.body.innerText.includes(%q)", want))
	}
	for _, why := range s.Seam.Why {
		b.waitFor(10*time.Second, "the page says why", fmt.Sprintf("document.body.innerText.includes(%q)", why.Example.Why))
	}
	b.shot("demo-dark.png")
}
