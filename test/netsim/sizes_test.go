package netsim_test

import (
	"net/netip"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/test/netsim"
)

// counted is what is in a world.
type counted struct{ Sites, Switches, Clusters, Nodes, Pods int }

func TestTheLargeWorldsAreOfTheirSizes(t *testing.T) {
	for size, want := range map[string]counted{
		"edge": {200, 200, 200, 600, 4800},
		"noc":  {10, 500, 40, 2000, 20000},
		"huge": {40, 600, 40, 2000, 54800},
	} {
		t.Run(size, func(t *testing.T) {
			w, err := netsim.New(netsim.Config{Size: size, Seed: 1})
			do(t, err)
			got := counted{Switches: len(w.Switches()), Clusters: len(w.Clusters())}
			sites := map[string]bool{}
			for _, s := range w.Switches() {
				sites[s.Site] = true
			}
			got.Sites = len(sites)
			truth := w.Truth()
			got.Nodes = len(truth.Nodes)
			if known := truth.Known(); 2*known < got.Nodes {
				t.Errorf("%d of %d nodes can be placed, want more than half", known, got.Nodes)
			}
			nodes := map[string]string{} // address -> node
			for _, c := range w.Clusters() {
				for _, obj := range w.Objects(c.Name) {
					switch o := obj.(type) {
					case *corev1.Pod:
						got.Pods++
					case *corev1.Node:
						address := o.Status.Addresses[0].Address
						if other, taken := nodes[address]; taken {
							t.Fatalf("%s and %s have one address %s", o.Name, other, address)
						}
						nodes[address] = o.Name
						if !netip.MustParsePrefix("10.96.0.0/11").Contains(netip.MustParseAddr(address)) {
							t.Errorf("%s has the address %s, which may be something else's", o.Name, address)
						}
					}
				}
			}
			if got != want {
				t.Errorf("the world has %+v, want %+v", got, want)
			}
			nics := map[string]bool{}
			for _, a := range truth.Attachments {
				if nics[a.MAC] {
					t.Fatalf("two NICs have the address %s", a.MAC)
				}
				nics[a.MAC] = true
			}
		})
	}
}
