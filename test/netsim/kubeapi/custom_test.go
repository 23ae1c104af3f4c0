package kubeapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func pools() kubeapi.Kind {
	return kubeapi.Kind{Group: "metallb.io", Version: "v1beta1", Resource: "ipaddresspools", Kind: "IPAddressPool", Namespaced: true}
}

func pool(name string, ranges ...any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool",
		"metadata": map[string]any{"name": name, "namespace": "metallb-system"},
		"spec":     map[string]any{"addresses": ranges},
	}}
}

func configOf(t *testing.T, s *kubeapi.Server) *rest.Config {
	t.Helper()
	path := t.TempDir() + "/kubeconfig"
	if err := s.WriteKubeconfig(path); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// client-go's own clients see a custom resource come, change and go.
func TestCustomResourcesComeAndGo(t *testing.T) {
	s := start(t, kubeapi.Config{BookmarkEvery: 20 * time.Millisecond})
	config := configOf(t, s)
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	known, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Resource(pools().GVR()).List(t.Context(), metav1.ListOptions{}); err == nil {
		t.Fatal("a kind that nobody added is served")
	}
	if err := s.AddKind(pools()); err != nil {
		t.Fatal(err)
	}
	put(t, s, pool("blue", "192.0.2.0/28"))
	list, err := known.ServerResourcesForGroupVersion("metallb.io/v1beta1")
	if err != nil || len(list.APIResources) != 1 || list.APIResources[0].Kind != "IPAddressPool" {
		t.Fatalf("discovery: %+v, %v", list, err)
	}
	got, err := client.Resource(pools().GVR()).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(got.Items) != 1 {
		t.Fatalf("list: %+v, %v", got, err)
	}
	ranges, _, _ := unstructured.NestedStringSlice(got.Items[0].Object, "spec", "addresses")
	if got.Items[0].GetName() != "blue" || got.Items[0].GetUID() == "" || len(ranges) != 1 || ranges[0] != "192.0.2.0/28" {
		t.Errorf("listed %+v", got.Items[0].Object)
	}
	w, err := client.Resource(pools().GVR()).Watch(t.Context(), metav1.ListOptions{ResourceVersion: got.GetResourceVersion()})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	put(t, s, pool("green", "192.0.2.16/28"))
	if e := <-w.ResultChan(); e.Type != "ADDED" || e.Object.(*unstructured.Unstructured).GetName() != "green" {
		t.Errorf("event %+v", e)
	}
	if err := s.RemoveKind(pools()); err != nil {
		t.Fatal(err)
	}
	for e := range w.ResultChan() {
		if e.Type != "DELETED" && e.Type != "BOOKMARK" {
			t.Errorf("event %+v after the kind is gone", e)
		}
	}
	if _, err := client.Resource(pools().GVR()).List(t.Context(), metav1.ListOptions{}); err == nil {
		t.Error("the kind is still served")
	}
	if err := s.AddKind(pools()); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Len(pools().GVR()); n != 0 || err != nil {
		t.Errorf("%d objects came back, %v", n, err)
	}
}

// A client that prefers protobuf gets JSON, as from a real server.
func TestCustomResourcesHaveNoProtobuf(t *testing.T) {
	s := start(t, kubeapi.Config{})
	if err := s.AddKind(pools()); err != nil {
		t.Fatal(err)
	}
	put(t, s, pool("blue", "192.0.2.0/28"))
	client, err := rest.HTTPClientFor(configOf(t, s))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(accept string) (int, string, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/apis/metallb.io/v1beta1/ipaddresspools", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", accept)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header.Get("Content-Type"), string(body)
	}
	code, contentType, body := ask("application/vnd.kubernetes.protobuf,application/json")
	if code != http.StatusOK || contentType != "application/json" || !json.Valid([]byte(body)) || !strings.Contains(body, `"kind":"IPAddressPool"`) {
		t.Errorf("%d %s %s", code, contentType, body)
	}
	if code, _, _ := ask("application/vnd.kubernetes.protobuf"); code != http.StatusNotAcceptable {
		t.Errorf("protobuf alone is answered with %d", code)
	}
}
