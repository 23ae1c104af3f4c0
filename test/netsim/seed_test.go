package netsim_test

import (
	"strings"
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
	truth := w.Truth()
	got := counted{Switches: len(w.Switches()), Clusters: len(w.Clusters()), Nodes: len(truth.Nodes)}
	if want := (counted{Switches: 17, Clusters: 5, Nodes: 47}); got != want {
		t.Errorf("the world has %+v, want %+v", got, want)
	}
	if got := len(truth.Links); got != 36 {
		t.Errorf("%d links, want 36", got)
	}
	reasons := truth.Reasons()
	if known := reasons[netsim.Known]; known != 31 {
		t.Errorf("%d nodes with a known port, want 31 of 40: %v", known, reasons)
	}
}

// The small world has one of everything that is special, so that each of it can
// be looked at and tested.
func TestTheSmallWorldHasOneOfEverything(t *testing.T) {
	w := world(t, 7, newClock())
	truth := w.Truth()
	reasons := truth.Reasons()
	sites := map[string]map[string]bool{} // cluster -> zones of its nodes
	pending := 0
	providers := map[string]int{}
	for _, c := range w.Clusters() {
		sites[c.Name] = map[string]bool{}
		for _, obj := range w.Objects(c.Name) {
			switch o := obj.(type) {
			case *corev1.Node:
				sites[c.Name][o.Labels[corev1.LabelTopologyZone]] = true
				provider, _, _ := strings.Cut(o.Spec.ProviderID, ":")
				providers[provider]++
			case *corev1.Pod:
				if o.Spec.NodeName == "" && o.Status.Phase == corev1.PodPending {
					pending++
				}
			}
		}
	}
	ports, nics := map[netsim.Port]int{}, map[string]int{}
	quiet, byTables := 0, 0
	for _, a := range truth.Attachments {
		if a.Seen {
			ports[a.Port]++
			nics[a.MAC]++
		} else if a.Learned {
			byTables++
			if a.Port.Device == "ams1-access1" {
				quiet++
			}
		}
	}
	oneSided, learned := 0, 0
	for _, l := range truth.Links {
		if l.SeenByA != l.SeenByB {
			oneSided++
		}
		if l.Learned {
			learned++
		}
	}
	legs := map[string]int{}
	lags := 0
	for _, b := range truth.Bundles {
		legs[b.Partner]++
		if len(b.Members) > 1 {
			lags++
		}
	}
	for what, is := range map[string][2]int{ // is, want
		"a cluster that is stretched over two sites":             {len(sites["stage"]), 2},
		"nodes of a cluster in a cloud":                          {reasons[netsim.InCloud], 4},
		"… as their provider IDs say":                            {providers["aws"], 4},
		"nodes of a KinD cluster":                                {reasons[netsim.HostUnknown], 3},
		"… as their provider IDs say, too":                       {providers["kind"], 3},
		"ports with several virtual machines behind them":        {count(ports, 2), 1},
		"nodes that nobody hears":                                {reasons[netsim.NoLLDP], 7},
		"nodes on a port that does not listen":                   {reasons[netsim.PortDeaf], 1},
		"links that one end alone sees, one a site":              {oneSided, 2},
		"nodes whose port is disputed":                           {reasons[netsim.Disputed], 1},
		"NICs that two switches claim":                           {count(nics, 2), 1},
		"pods that fit nowhere":                                  {min(pending, 3), 3},
		"LAGs of several cables, one at each end of a pair's":    {lags, 10},
		"servers whose LAG ends on two switches (MLAG)":          {count(legs, 2), 4},
		"neighbours that nobody manages":                         {len(truth.Neighbours), 7},
		"links that forwarding tables alone tell":                {learned, 1},
		"nodes on a switch that speaks no LLDP":                  {quiet, 3},
		"NICs that forwarding tables alone tell, those included": {byTables, 8},
	} {
		if is[0] != is[1] {
			t.Errorf("%s: %d, want %d", what, is[0], is[1])
		}
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
