package kube_test

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// What kube-proxy and Cilium are told in their config maps is said of the
// cluster, and follows when it is changed.
func TestSettingsOfAClusterAreSaid(t *testing.T) {
	sink := &merged{engine: merge.New()}
	settings := func(name string, data map[string]string) *corev1.ConfigMap {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "kube-system"}, Data: data}
	}
	proxy := func(config string) *corev1.ConfigMap {
		return settings("kube-proxy", map[string]string{"config.conf": config})
	}
	east := serve(t, "east", proxy("mode: nftables"), settings("cilium-config", map[string]string{"mtu": "1400"}))
	run(t, configFor(t, east, "east"), sink)
	wants := func(lines ...string) {
		t.Helper()
		await(t, func() string {
			said := settingsOf(sink)
			if got, want := strings.Join(said, "\n"), strings.Join(lines, "\n"); got != want {
				return fmt.Sprintf("said\n%s\nwant\n%s", got, want)
			}
			return ""
		})
	}
	wants("cni_mode: vxlan", "encryption: ", "kube_proxy_mode: nftables", "mtu: 1400", "warning: ")
	put(t, east, proxy("ipvs: {strictARP: false}\nmode: ipvs"))
	put(t, east, settings("cilium-config", map[string]string{"routing-mode": "native", "enable-ipsec": "true"}))
	wants("cni_mode: native", "encryption: IPsec", "kube_proxy_mode: ipvs", "mtu: ",
		"warning: kube-proxy in mode ipvs without strictARP: every node answers ARP for every address")
	put(t, east, proxy("ipvs: {strictARP: true}\nmode: ipvs"))
	put(t, east, settings("cilium-config", map[string]string{"tunnel-protocol": "geneve", "enable-wireguard": "true"}))
	wants("cni_mode: geneve", "encryption: WireGuard", "kube_proxy_mode: ipvs", "mtu: ", "warning: ")
	put(t, east, proxy("mode: ''"))
	wants("cni_mode: geneve", "encryption: WireGuard", "kube_proxy_mode: iptables by default", "mtu: ", "warning: ")
	put(t, east, proxy("mode: [not a word"))
	wants("cni_mode: geneve", "encryption: WireGuard", "kube_proxy_mode: unknown: config.conf cannot be read", "mtu: ", "warning: ")
}

func settingsOf(sink *merged) (lines []string) {
	for v := range sink.snapshot().Vertices() {
		if v.Kind != api.VertexCluster {
			continue
		}
		for _, key := range []string{"cni_mode", "encryption", "kube_proxy_mode", "mtu", "warning"} {
			lines = append(lines, key+": "+v.Attr(key))
		}
	}
	return lines
}
