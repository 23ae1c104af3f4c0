package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// routed compares what routers do with exposed addresses with the truth: the
// nodes of announcements that a router observed are those to which it sends.
func (p *program) routed(w *netsim.World) error {
	observed := map[string][]string{} // address -> nodes
	for _, e := range p.edges("announces") {
		if e.has("routing") {
			observed[e.B.Name] = append(observed[e.B.Name], e.A.Name)
		}
	}
	some, wrong := 0, []string(nil)
	for _, v := range w.Truth().VIPs {
		got := observed[v.Address]
		slices.Sort(got)
		want := v.Observed
		if !v.Known {
			want = nil
		}
		if !slices.Equal(got, want) {
			wrong = append(wrong, fmt.Sprintf("%s of %s to %v, want %v", v.Address, v.Cluster, got, want))
		}
		some += len(got)
	}
	if some == 0 || len(wrong) > 0 {
		return fmt.Errorf("routers send %s", strings.Join(wrong, "; "))
	}
	return nil
}

// A router that sends to the wrong node is found by what it does, not by what
// the cluster claims.
func TestARouterThatSendsToTheWrongNodeIsSaid(t *testing.T) {
	w := startWorld(t)
	p := serveWorld(t, w)
	agrees := func(when string) {
		t.Helper()
		eventually(t, 45*time.Second, when, func() error { return p.routed(w) })
	}
	agrees("at the start")

	web := vipOf(t, w, "stage", "web")
	wrong := func(node, address string) (edge, error) {
		for _, e := range p.edges("announces") {
			if e.A.Name == node && e.B.Name == address && e.has("routing") {
				return e, nil
			}
		}
		return edge{}, fmt.Errorf("nothing says that %s is sent to %s", address, node)
	}
	must(t, w.RouteVia("stage", "shop", "web", "stage-cp1"))
	eventually(t, 45*time.Second, "a next hop that announces nothing", func() error {
		e, err := wrong("stage-cp1", web.Address)
		if err == nil && (e.Health != "degraded" || !strings.Contains(e.attr("mismatch"), "sends to stage-cp1, which is none of the nodes that announce")) {
			err = fmt.Errorf("the announcement is %+v", e)
		}
		return err
	})
	agrees("with a wrong next hop")
	must(t, w.RouteBack("stage", "shop", "web"))
	agrees("with the route back")

	// The lease names one node, and the border has the MAC of another.
	web = vipOf(t, w, "ams-prod", "web")
	must(t, w.Split("ams-prod", "shop", "web"))
	split := vipOf(t, w, "ams-prod", "web")
	if slices.Equal(split.Observed, web.Observed) {
		t.Fatalf("nothing was split: %+v", split)
	}
	eventually(t, 45*time.Second, "a second node that answers ARP", func() error {
		e, err := wrong(split.Observed[0], web.Address)
		if err == nil && (e.Health != "degraded" || !strings.Contains(e.attr("mismatch"), "is none of the nodes that announce")) {
			err = fmt.Errorf("the announcement is %+v", e)
		}
		return err
	})
	agrees("with a split")
	must(t, w.Heal("ams-prod", "shop", "web"))
	agrees("with the split healed")
}
