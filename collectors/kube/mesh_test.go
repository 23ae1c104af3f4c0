package kube_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

// joins are the edges between clusters, and between services of two.
func (m *merged) joins() string {
	s := m.snapshot()
	name := func(id api.VertexID) string {
		v, _ := s.Vertex(id)
		return v.Kind.String() + " " + v.Name
	}
	var lines []string
	for e := range s.Edges() {
		if e.Kind == api.EdgeTunnels {
			ends := []string{name(e.A), name(e.B)}
			slices.Sort(ends)
			lines = append(lines, fmt.Sprintf("%s, %d %%, %d say so", strings.Join(ends, " -- "), e.Confidence, len(e.Evidence)))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Two clusters of Cilium's mesh that both say of a service that it is global are
// joined by it, without any object that names the other; and parted again.
func TestGlobalServicesJoinClustersOfAMesh(t *testing.T) {
	sink := &merged{engine: merge.New()}
	service := func(annotations map[string]string) *corev1.Service {
		return &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", Annotations: annotations},
			Spec:       corev1.ServiceSpec{ClusterIP: "10.96.0.9"},
		}
	}
	on := map[string]string{"service.cilium.io/global": "true", "service.cilium.io/affinity": "local"}
	settings := func(name, id string) *corev1.ConfigMap {
		return &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: "cilium-config", Namespace: "kube-system"},
			Data:       map[string]string{"cluster-name": name, "cluster-id": id, "mtu": "8950"},
		}
	}
	shopNamespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	east := serve(t, "east", shopNamespace, service(on), settings("east", "1"))
	west := serve(t, "west", shopNamespace, service(on), settings("west", "2"))
	run(t, configFor(t, east, "east"), sink)
	run(t, configFor(t, west, "west"), sink)
	wants := func(lines ...string) {
		t.Helper()
		await(t, func() string {
			if got, want := sink.joins(), strings.Join(lines, "\n"); got != want {
				return fmt.Sprintf("joined by\n%s\nwant\n%s", got, want)
			}
			return ""
		})
	}
	wants("cluster east -- cluster west, 60 %, 2 say so", "service web -- service web, 60 %, 2 say so")
	put(t, east, settings("east", "2")) // numbers are unique in a mesh
	wants()
	put(t, east, settings("east", "1"))
	wants("cluster east -- cluster west, 60 %, 2 say so", "service web -- service web, 60 %, 2 say so")
	put(t, west, service(nil))
	wants()
}
