package netsim_test

import (
	"slices"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// machineries is a site with a cluster of each kind of machinery.
func machineries() netsim.Size {
	size := netsim.Size{Name: "machineries", Sites: []netsim.SiteSize{{Name: "s1", Spines: 1, LeafPairs: 2, Borders: 1, ARP: true}}}
	for _, name := range []string{"metallb-l2", "cilium-l2", "metallb-bgp", "kube-vip", "calico"} {
		size.Clusters = append(size.Clusters, netsim.ClusterSize{Name: name, Parts: []netsim.PartSize{{Site: "s1", Nodes: 7}}, Pods: 70})
	}
	for _, name := range []string{netsim.NetworkCilium, netsim.NetworkAntrea, netsim.NetworkOVN} {
		size.Clusters = append(size.Clusters, netsim.ClusterSize{Name: name, Network: name, Parts: []netsim.PartSize{{Site: "s1", Nodes: 7}}, Pods: 70})
	}
	return size
}

// vip finds the truth about a service's address.
func vip(t testing.TB, w *netsim.World, cluster, service string) netsim.VIP {
	t.Helper()
	for _, v := range w.Truth().VIPs {
		if v.Cluster == cluster && v.Service == service {
			return v
		}
	}
	t.Fatalf("cluster %s has no service %s with an address", cluster, service)
	return netsim.VIP{}
}

func TestWhoAnnouncesIsSaidAndDoneByTheSame(t *testing.T) {
	w, err := netsim.New(netsim.Config{Custom: machineries(), Seed: 1, ActEvery: -1})
	do(t, err)
	for cluster, speakers := range map[string]int{"metallb-l2": 1, "cilium-l2": 1, "metallb-bgp": 4, "kube-vip": 1, "calico": 7, "cilium": 4, "antrea": 1, "ovn-kubernetes": 1} {
		v := vip(t, w, cluster, "web")
		if len(v.Claimed) != speakers || !slices.Equal(v.Claimed, v.Observed) {
			t.Errorf("%s: claimed %v, observed %v, want the same %d", cluster, v.Claimed, v.Observed, speakers)
		}
	}
}

func TestASplitHasTwoWhoAnnounce(t *testing.T) {
	c := newClock()
	w, err := netsim.New(netsim.Config{Custom: machineries(), Seed: 1, ActEvery: -1, Now: func() time.Time { return c.now }})
	do(t, err)
	before := dump(t, w)
	for cluster, named := range map[string]int{"metallb-l2": 2, "cilium-l2": 1, "kube-vip": 1, "antrea": 1, "ovn-kubernetes": 2} {
		was := vip(t, w, cluster, "web")
		do(t, w.Split(cluster, "shop", "web"))
		v := vip(t, w, cluster, "web")
		if len(v.Claimed) != named || len(v.Observed) != 1 || slices.Equal(v.Observed, was.Claimed) {
			t.Errorf("%s: claimed %v, observed %v, want %d, and another than %v", cluster, v.Claimed, v.Observed, named, was.Claimed)
		}
		do(t, w.Heal(cluster, "shop", "web"))
	}
	if string(dump(t, w)) != string(before) {
		t.Error("after all is healed the world is not as before")
	}
	if err := w.Split("calico", "shop", "web"); err == nil || err.Error() != "service shop/web of calico is not announced by one node of several" {
		t.Errorf("error %v", err)
	}
}

func TestADrainedNodeGoesOnAnnouncing(t *testing.T) {
	w, err := netsim.New(netsim.Config{Custom: machineries(), Seed: 1, ActEvery: -1})
	do(t, err)
	holder := vip(t, w, "cilium-l2", "web").Claimed[0]
	do(t, w.Drain("cilium-l2", holder))
	for range 10 {
		do(t, w.Step())
	}
	if got := vip(t, w, "cilium-l2", "web").Claimed; !slices.Equal(got, []string{holder}) {
		t.Errorf("%v announce, want %s alone", got, holder)
	}
	if n := podsOn(w, "cilium-l2", holder); n != 3 {
		t.Errorf("%d pods on the drained node, want its 3 daemons", n)
	}
}

func TestRoutersCanBeWrong(t *testing.T) {
	w, err := netsim.New(netsim.Config{Custom: machineries(), Seed: 1, ActEvery: -1})
	do(t, err)
	for _, cluster := range []string{"metallb-bgp", "metallb-l2"} {
		was := vip(t, w, cluster, "web")
		do(t, w.RouteVia(cluster, "shop", "web", cluster+"-cp1"))
		if v := vip(t, w, cluster, "web"); !slices.Equal(v.Observed, []string{cluster + "-cp1"}) || !slices.Equal(v.Claimed, was.Claimed) {
			t.Errorf("%s: claimed %v, observed %v", cluster, v.Claimed, v.Observed)
		}
		do(t, w.RouteBack(cluster, "shop", "web"))
		if v := vip(t, w, cluster, "web"); !slices.Equal(v.Observed, was.Observed) {
			t.Errorf("%s: observed %v afterwards, want %v", cluster, v.Observed, was.Observed)
		}
	}
}

func TestAPoolRunsOut(t *testing.T) {
	w, err := netsim.New(netsim.Config{Custom: machineries(), Seed: 1, ActEvery: -1})
	do(t, err)
	count := func() (n int) {
		for _, v := range w.Truth().VIPs {
			if v.Cluster == "cilium-l2" {
				n++
			}
		}
		return n
	}
	before := count()
	do(t, w.TakeAddresses("cilium-l2", 40))
	if got, want := count(), before*4/3; got != want {
		t.Errorf("%d addresses are taken, want all %d", got, want)
	}
	do(t, w.GiveBack("cilium-l2"))
	if got := count(); got != before {
		t.Errorf("%d addresses are taken after all, want %d", got, before)
	}
	if err := w.TakeAddresses("kube-vip", 1); err == nil || err.Error() != "cluster kube-vip has no pool of addresses" {
		t.Errorf("error %v", err)
	}
}
