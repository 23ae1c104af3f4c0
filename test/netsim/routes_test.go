package netsim_test

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/test/netsim"
)

// routers reads what the borders say of addresses: address -> the MACs and next
// hops that it has.
func routers(t *testing.T, w *netsim.World) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, s := range w.Switches() {
		if !strings.Contains(s.Name, "border") {
			continue
		}
		addr := netip.MustParseAddrPort(s.Address)
		c := &gosnmp.GoSNMP{
			Target: addr.Addr().String(), Port: addr.Port(), Version: gosnmp.Version2c, Community: s.Community,
			Timeout: 5 * time.Second, Retries: 2, MaxRepetitions: 60, Context: t.Context(),
		}
		do(t, c.Connect())
		macs, err := texts(c, ".1.3.6.1.2.1.4.22.1.2")
		do(t, err)
		for index, mac := range macs { // ifIndex.a.b.c.d
			_, address, _ := strings.Cut(index, ".")
			out[address] = append(out[address], hardware(mac))
		}
		_, routes, err := table(c, ".1.3.6.1.2.1.4.24.7.1.7")
		do(t, err)
		for _, index := range routes { // 1.4.a.b.c.d.bits.2.0.0, and 1.4.a.b.c.d or 0.0
			parts := strings.Split(index, ".")
			if len(parts) == 16 && parts[6] == strconv.Itoa(32) {
				to := strings.Join(parts[2:6], ".")
				out[to] = append(out[to], strings.Join(parts[12:], "."))
			}
		}
		_ = c.Conn.Close()
	}
	return out
}

// Borders say of every exposed address what the truth says that they do.
func TestBordersTellWhereAddressesAre(t *testing.T) {
	w := started(t, netsim.Config{Custom: machineries(), Seed: 1, ActEvery: -1})
	agree := func(when string) {
		t.Helper()
		said, macs, addresses := routers(t, w), map[string]string{}, map[string]string{}
		truth := w.Truth()
		for _, a := range truth.Attachments {
			macs[a.MAC] = a.Node
		}
		for _, c := range w.Clusters() {
			for _, obj := range w.Objects(c.Name) {
				if n, ok := obj.(*corev1.Node); ok {
					addresses[n.Status.Addresses[0].Address] = n.Name
				}
			}
		}
		for _, v := range truth.VIPs {
			var got []string
			for _, hop := range said[v.Address] {
				got = append(got, macs[hop]+addresses[hop])
			}
			slices.Sort(got)
			if !slices.Equal(got, v.Observed) || len(got) == 0 {
				t.Errorf("%s: routers send %s of %s to %v, want %v", when, v.Address, v.Cluster, got, v.Observed)
			}
		}
	}
	agree("at the start")
	do(t, w.Split("cilium-l2", "shop", "web"))
	do(t, w.RouteVia("metallb-bgp", "shop", "web", "metallb-bgp-cp1"))
	agree("with a split and a wrong route")
	do(t, w.KillNode("calico", "calico-w01"))
	agree("with a dead node")
}
