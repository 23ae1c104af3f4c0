package expose_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/collectors/kube/expose"
)

func TestAddressesThatNoServiceHas(t *testing.T) {
	egress := func(node string) *expose.Bound {
		return &expose.Bound{Address: "192.0.2.70", Mechanism: "Antrea Egress", Class: expose.ClassEgress, Object: "Egress out", Node: node}
	}
	plane := func(node string) *expose.Bound {
		return &expose.Bound{
			Address: "192.0.2.100", Mechanism: "kube-vip control plane", Class: expose.ClassL2, Object: "Pod kube-vip-" + node, Node: node,
			Lease: expose.Name{Namespace: "kube-system", Name: "plndr-cp-lock"},
		}
	}
	check := func(name, address string, facts []expose.Fact, want answer) {
		t.Helper()
		got := said(worldOf(append(three(), facts...)...), address)
		for key := range got {
			if _, looked := want[key]; !looked {
				delete(got, key)
			}
		}
		for key, value := range want {
			if value == "" && got[key] == "" {
				got[key] = ""
			}
		}
		if diff := cmp.Diff(want, answer(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	check("egress", "192.0.2.70", []expose.Fact{egress("n1")}, answer{
		"exposure": "egress", "mechanism": "Antrea Egress", "announcers": "n1", "announces": "node/n1>192.0.2.70/90 ", "health": "ok", "endpoints": "",
	})
	check("egress of nobody", "192.0.2.70", []expose.Fact{egress("")}, answer{
		"announcers": "", "announcers_why": "Egress out names no node", "health": "unknown",
	})
	check("egress of a node that is gone", "192.0.2.70", []expose.Fact{egress("n9")}, answer{
		"announcers": "n9", "health": "degraded", "reason": "n9 announces it and is no node of the cluster",
	})
	check("API server", "192.0.2.100", []expose.Fact{plane("n1"), plane("n2"), lease("kube-system", "plndr-cp-lock", "n2", false)}, answer{
		"exposure": "LB-L2", "announcers": "n2", "eligible_nodes": "n1 n2", "health": "ok",
	})
	check("API server, expired", "192.0.2.100", []expose.Fact{plane("n1"), lease("kube-system", "plndr-cp-lock", "n2", true)}, answer{
		"announcers": "", "announcers_why": "Lease kube-system/plndr-cp-lock of n2 has expired", "health": "unknown",
	})
	check("API server, no lease", "192.0.2.100", []expose.Fact{plane("n1"), lease("elsewhere", "plndr-cp-lock", "n2", false)}, answer{
		"announcers": "", "announcers_why": "no Lease kube-system/plndr-cp-lock",
	})
	namespaces, _ := worldOf(plane("n1")).LeasesWanted()
	if !slices.Equal(namespaces, []string{"kube-system"}) {
		t.Errorf("leases are wanted in %v", namespaces)
	}
}
