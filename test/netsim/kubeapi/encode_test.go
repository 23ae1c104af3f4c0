package kubeapi_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func apiEqual(a, b any) bool {
	return equality.Semantic.DeepEqual(a, b)
}

// fetch reads a path as a client that sends this Accept header.
func fetch(t *testing.T, s *kubeapi.Server, path, accept string) (code int, contentType string, body []byte) {
	t.Helper()
	return fetchAs(t, s.RESTConfig(), path, accept)
}

func fetchAs(t *testing.T, config *rest.Config, path, accept string) (code int, contentType string, body []byte) {
	t.Helper()
	c, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, config.Host+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), body
}

// TestListIsWhatTheSchemeWrites compares the spliced lists with those that
// apimachinery writes from the same objects.
func TestListIsWhatTheSchemeWrites(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	list, err := client(t, s, runtime.ContentTypeJSON).CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	partial := &metav1.PartialObjectMetadataList{ListMeta: list.ListMeta}
	for _, p := range list.Items {
		meta := metav1.PartialObjectMetadata{ObjectMeta: p.ObjectMeta}
		meta.SetGroupVersionKind(metav1.SchemeGroupVersion.WithKind("PartialObjectMetadata"))
		partial.Items = append(partial.Items, meta)
	}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("PodList"))
	partial.SetGroupVersionKind(metav1.SchemeGroupVersion.WithKind("PartialObjectMetadataList"))
	for _, contentType := range contentTypes() {
		info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), contentType)
		for accept, obj := range map[string]runtime.Object{
			contentType: list,
			contentType + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1": partial,
		} {
			want, err := runtime.Encode(info.Serializer, obj)
			if err != nil {
				t.Fatal(err)
			}
			code, gotType, got := fetch(t, s, "/api/v1/pods", accept)
			if code != http.StatusOK || gotType != contentType || !bytes.Equal(got, want) {
				t.Errorf("%s: %d %s\n got %.600q\nwant %.600q", accept, code, gotType, got, want)
			}
		}
	}
}

func TestNegotiation(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	cases := []struct {
		accept, contentType string
		code                int
	}{
		{"", "application/json", 200},
		{"*/*", "application/json", 200},
		{"application/json;as=Table;g=meta.k8s.io;v=v1,application/json", "application/json", 200},
		{"application/json;q=0.5,application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf", 200},
		{"application/json;as=Table;g=meta.k8s.io;v=v1", "application/json", 406},
		{"application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v2", "application/json", 406},
		{"text/html", "application/json", 406},
	}
	for _, c := range cases {
		code, contentType, _ := fetch(t, s, "/api/v1/namespaces/a/pods", c.accept)
		if code != c.code || contentType != c.contentType {
			t.Errorf("%q: %d %s", c.accept, code, contentType)
		}
	}
}
