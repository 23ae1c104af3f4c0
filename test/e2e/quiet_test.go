package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/test/netsim"
)

// has says whether an edge's evidence has a method.
func (e *edge) has(method string) bool {
	for _, one := range e.Evidence {
		if one.Method == method {
			return true
		}
	}
	return false
}

// A switch that speaks no neighbour protocol is found where it is cabled, and so
// are the servers on it and those without LLDP, by what switches and routers
// have learned.
func TestWhatNobodyHearsIsFoundByTables(t *testing.T) {
	w := startWorld(t)
	p := serveWorld(t, w)
	p.agrees(w, "at the start")

	const quiet = "ams1-access1"
	var links []edge
	for _, e := range p.edges("link") {
		if strings.HasPrefix(e.A.Qualified, quiet) || strings.HasPrefix(e.B.Qualified, quiet) {
			links = append(links, e)
		}
	}
	if len(links) != 1 || !links[0].has("bridges") || links[0].Confidence != 0.75 {
		t.Errorf("the quiet switch has the links %+v, want one by forwarding tables", links)
	}
	truth := w.Truth()
	methods := map[string]int{}
	for _, a := range truth.Attachments {
		if a.Seen || !a.Learned {
			continue
		}
		e, ok := p.attached(a)
		switch {
		case !strings.Contains(a.Node, "-cp"): // nmstate says a worker's MACs.
			if !ok || !e.has("fdb") || e.Confidence != 0.85 {
				t.Errorf("%s %s: %+v, want it on %s by the MAC that was learned there", a.Node, a.NIC, e, nameOf(a.Port))
			}
			methods["fdb"]++
		case ok: // Of a server with two NICs only one answers for its address.
			if !e.has("arp") || e.Confidence != 0.75 {
				t.Errorf("%s %s: %+v, want it on %s by ARP", a.Node, a.NIC, e, nameOf(a.Port))
			}
			methods["arp"]++
		}
	}
	if methods["fdb"] < 3 || methods["arp"] == 0 {
		t.Errorf("found by method: %v, want some by either", methods)
	}

	// What ages is no cable that was pulled.
	var pulled netsim.Attachment
	for _, a := range truth.Attachments {
		if a.Port.Device == quiet {
			pulled = a
		}
	}
	if err := w.KillNode(pulled.Cluster, pulled.Node); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "the node is down, and where it was", func() error {
		if _, ok := p.attached(pulled); !ok {
			return fmt.Errorf("%s has lost its port", pulled.Node)
		}
		return p.nodeHealth(pulled.Node, "down")
	})
}

// attached is the edge between a node and a port.
func (p *program) attached(a netsim.Attachment) (edge, bool) {
	p.t.Helper()
	edges := p.edges("attach")
	i := slices.IndexFunc(edges, func(e edge) bool {
		node, _, _ := strings.Cut(plain(e.A.Qualified), " ")
		return node == plain(a.Node) && plain(e.B.Qualified) == nameOf(a.Port)
	})
	if i < 0 {
		return edge{}, false
	}
	return edges[i], true
}
