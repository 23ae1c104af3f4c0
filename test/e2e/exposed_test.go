package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// vipOf finds the truth about a service's address.
func vipOf(t *testing.T, w *netsim.World, cluster, service string) netsim.VIP {
	t.Helper()
	for _, v := range w.Truth().VIPs {
		if v.Cluster == cluster && v.Service == service {
			return v
		}
	}
	t.Fatalf("cluster %s has no service %s with an address", cluster, service)
	return netsim.VIP{}
}

// saysOf waits until REST says of a vertex what is wanted: "health" or an
// attribute, and a part of its value.
func (p *program) saysOf(kind, name string, want map[string]string) {
	p.t.Helper()
	eventually(p.t, 30*time.Second, kind+" "+name, func() error {
		v, err := p.find(kind, name)
		if err != nil {
			return err
		}
		for key, part := range want {
			got := v.attr(key)
			if key == "health" {
				got = v.Health
			}
			if !strings.Contains(got, part) || part == "" && got != "" {
				return fmt.Errorf("%s of %s is %q, want %q; all: %+v", key, name, got, part, v.Attrs)
			}
		}
		return nil
	})
}

// How addresses get out goes wrong in four ways, and each is said.
func TestWhatGoesWrongWithAnAddressIsSaid(t *testing.T) {
	w := startWorld(t)
	p := serveWorld(t, w)
	for _, v := range w.Truth().VIPs {
		if len(v.Claimed) > 0 {
			p.saysOf("vip", v.Address, map[string]string{"announcers": strings.Join(v.Claimed, " "), "health": "ok"})
		}
	}

	eventually(t, 30*time.Second, "the BGP sessions of nodes with their border", func() error { return p.sessions(w) })

	// Two speakers of MetalLB that do not hear each other.
	web := vipOf(t, w, "fra-prod", "web")
	must(t, w.Split("fra-prod", "shop", "web"))
	both := vipOf(t, w, "fra-prod", "web").Claimed
	p.saysOf("vip", web.Address, map[string]string{
		"announcers": strings.Join(both, " "), "health": "degraded", "reason": "should be announced by one node and is by 2",
	})
	must(t, w.Heal("fra-prod", "shop", "web"))
	p.saysOf("vip", web.Address, map[string]string{"announcers": strings.Join(web.Claimed, " "), "health": "ok", "reason": ""})

	// A node that was drained and keeps its lease.
	web = vipOf(t, w, "ams-prod", "web")
	holder := web.Claimed[0]
	must(t, w.Drain("ams-prod", holder))
	p.saysOf("vip", web.Address, map[string]string{"announcers": holder, "health": "degraded", "reason": holder + " announces it and should not"})
	must(t, w.Undrain("ams-prod", holder))
	p.saysOf("vip", web.Address, map[string]string{"health": "ok", "reason": ""})

	// A pool in which nothing is left.
	p.poolIs("CiliumLoadBalancerIPPool public", "ok", "")
	must(t, w.TakeAddresses("ams-prod", 2))
	p.poolIs("CiliumLoadBalancerIPPool public", "down", "no address is left")
	must(t, w.GiveBack("ams-prod"))
	p.poolIs("CiliumLoadBalancerIPPool public", "ok", "")
}

// sessions compares the sessions between nodes and routers: each is one edge,
// of which the cluster and the router tell.
func (p *program) sessions(w *netsim.World) error {
	got := map[string]edge{}
	for _, e := range p.edges("peers") {
		got[pair(plain(e.A.Qualified), plain(e.B.Qualified))] = e
	}
	want := w.Truth().Sessions
	if len(want) == 0 || len(got) != len(want) {
		return fmt.Errorf("%d sessions, want %d: %+v", len(got), len(want), got)
	}
	for _, s := range want {
		e, ok := got[pair(s.Node, s.Router)]
		sources := map[string]bool{}
		for _, one := range e.Evidence {
			sources[one.Source] = true
		}
		if !ok || len(sources) != 2 {
			return fmt.Errorf("the session of %s with %s is told by %v: %+v", s.Node, s.Router, sources, e)
		}
	}
	return nil
}

// poolIs waits until REST says how the pool of an object is.
func (p *program) poolIs(object, health, reason string) {
	p.t.Helper()
	eventually(p.t, 30*time.Second, object, func() error {
		var page struct {
			Items []vertex `json:"items"`
		}
		if err := p.get("/api/v1/vertices?limit=1000&kind=pool", &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			var v vertex
			if err := p.get("/api/v1/vertices/"+item.ID, &v); err != nil {
				return err
			}
			if v.attr("object") != object {
				continue
			}
			if v.Health != health || v.attr("reason") != reason {
				return fmt.Errorf("%s is %s: %+v", object, v.Health, v.Attrs)
			}
			return nil
		}
		return fmt.Errorf("there is no pool %s among %d", object, len(page.Items))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
