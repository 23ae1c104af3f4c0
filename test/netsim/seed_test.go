package netsim_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/test/netsim"
)

func TestOneSeedGivesOneWorldAndOneHistory(t *testing.T) {
	history := func(seed uint64) []string {
		c := newClock()
		w := world(t, seed, c)
		out := []string{hash(t, w)}
		for step := range 200 {
			c.now = c.now.Add(500 * time.Millisecond)
			if err := w.Step(); err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step+1, err)
			}
			if step%20 == 19 {
				out = append(out, hash(t, w))
			}
		}
		return out
	}
	one, again, other := history(1), history(1), history(2)
	for i := range one {
		if one[i] != again[i] {
			t.Fatalf("after %d steps two worlds of one seed differ", 20*i)
		}
		if one[i] == other[i] {
			t.Fatalf("after %d steps the worlds of two seeds are the same", 20*i)
		}
		if i > 0 && one[i] == one[i-1] {
			t.Errorf("nothing happened from step %d to %d", 20*i-20, 20*i)
		}
	}
}

func TestTheSmallWorldIsOfItsSize(t *testing.T) {
	w := world(t, 7, newClock())
	if got := len(w.Switches()); got != 16 {
		t.Errorf("%d switches, want 16", got)
	}
	if got := len(w.Clusters()); got != 5 {
		t.Errorf("%d clusters, want 5", got)
	}
	truth := w.Truth()
	if got := len(truth.Nodes); got != 47 {
		t.Errorf("%d nodes, want 47", got)
	}
	if got := len(truth.Links); got != 35 {
		t.Errorf("%d links, want 35", got)
	}
	reasons := truth.Reasons()
	if known := reasons[netsim.Known]; known < 24 || known > 28 {
		t.Errorf("%d nodes with a known port, want about two thirds of 40", known)
	}
	if reasons[netsim.NoLLDP] == 0 || reasons[netsim.PortDeaf] == 0 {
		t.Errorf("reasons %v: some nodes must send no LLDP, some must not be listened to", reasons)
	}
	if reasons[netsim.InCloud] != 4 || reasons[netsim.HostUnknown] != 3 {
		t.Errorf("reasons %v: want 4 nodes in a cloud and 3 in containers", reasons)
	}
	ports, nics := map[netsim.Port]int{}, map[string]int{}
	for _, a := range truth.Attachments {
		if a.Seen {
			ports[a.Port]++
			nics[a.MAC]++
		}
	}
	if got := count(ports, 2); got != 1 {
		t.Errorf("%d ports with two nodes, want one with virtual machines", got)
	}
	if got := count(nics, 2); got != 1 {
		t.Errorf("%d NICs that two switches hear, want one that is disputed", got)
	}
	legs := map[string]int{}
	for _, b := range truth.Bundles {
		legs[b.Partner]++
	}
	if got := len(truth.Bundles); got != 10+2*4 || count(legs, 2) != 4 {
		t.Errorf("%d bundles, %d servers on two leaves, want two a pair and those of four servers", got, count(legs, 2))
	}
	oneSided := 0
	for _, l := range truth.Links {
		if l.SeenByA != l.SeenByB {
			oneSided++
		}
	}
	if oneSided != 2 {
		t.Errorf("%d one-sided links, want one a site", oneSided)
	}
	if got := len(truth.Neighbours); got != 7 {
		t.Errorf("%d unmanaged neighbours, want 7", got)
	}
}

// count is how many keys have a number.
func count[K comparable](of map[K]int, number int) (n int) {
	for _, got := range of {
		if got == number {
			n++
		}
	}
	return n
}

func TestABadSizeIsNamed(t *testing.T) {
	for want, cfg := range map[string]netsim.Config{
		`world size "vast" is unknown, there are: small, edge, noc, huge`: {Size: "vast"},
		`world size: site "x": leaf pairs must be 1 to 62, or single leaves 1 to 124`: {Custom: netsim.Size{
			Sites: []netsim.SiteSize{{Name: "x", Spines: 1}},
		}},
		`world size: site "x": without a spine one rack is possible, and no border`: {Custom: netsim.Size{
			Sites: []netsim.SiteSize{{Name: "x", Singles: 2}},
		}},
		`world size: cluster "c": site "y" is unknown`: {Custom: netsim.Size{
			Sites:    []netsim.SiteSize{{Name: "x", Spines: 1, LeafPairs: 1}},
			Clusters: []netsim.ClusterSize{{Name: "c", Parts: []netsim.PartSize{{Site: "y", Nodes: 1}}}},
		}},
		`world size: site "x" has room for 32 nodes, not for 33`: {Custom: netsim.Size{
			Sites:    []netsim.SiteSize{{Name: "x", Spines: 1, LeafPairs: 1}},
			Clusters: []netsim.ClusterSize{{Name: "c", Parts: []netsim.PartSize{{Site: "x", Nodes: 33}}}},
		}},
		`world size: site "x" is there twice`: {Custom: netsim.Size{
			Sites: []netsim.SiteSize{{Name: "x", Spines: 1, LeafPairs: 1}, {Name: "x", Spines: 1, LeafPairs: 1}},
		}},
	} {
		if _, err := netsim.New(cfg); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestAWorldNeitherGrowsNorEmptiesInTheLongRun(t *testing.T) {
	c := newClock()
	w, err := netsim.New(netsim.Config{Seed: 11, ActEvery: 10, Now: func() time.Time { return c.now }})
	do(t, err)
	before := w.Truth()
	for range 1500 {
		c.now = c.now.Add(500 * time.Millisecond)
		do(t, w.Step())
	}
	pods, unready := 0, 0
	for _, name := range []string{"fra-prod", "ams-prod", "stage"} {
		for _, obj := range w.Objects(name) {
			if p, ok := obj.(*corev1.Pod); ok {
				pods++
				if !podReady(p) {
					unready++
				}
			}
		}
	}
	if pods < 390 || pods > 470 || unready > 60 {
		t.Errorf("%d pods, %d of them not ready, after 1500 steps", pods, unready)
	}
	after := w.Truth()
	if len(after.Attachments) != len(before.Attachments) || len(after.Links) != len(before.Links) {
		t.Errorf("%d attachments and %d links became %d and %d", len(before.Attachments), len(before.Links), len(after.Attachments), len(after.Links))
	}
	if got, want := after.Known(), before.Known()-2; got < want {
		t.Errorf("%d nodes with a known port, want at least %d with two acts outstanding", got, want)
	}
}
