package kubeapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// FuzzRequest sends anything: whatever comes is answered, with a status that
// fits, and never with a panic.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][4]string{
		{"GET", "/api/v1/pods", "limit=2", "application/json"},
		{"GET", "/api/v1/pods", "limit=-1", ""},
		{"GET", "/api/v1/namespaces/a/pods", "limit=1&continue=eyJydiI6MTAwMiwibmFtZSI6InAifQ", "*/*"},
		{"GET", "/api/v1/pods", "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", "application/vnd.kubernetes.protobuf"},
		{"GET", "/api/v1/pods/p", "watch=true&resourceVersion=1", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"},
		{"GET", "/api/v1/pods", "fieldSelector=spec.nodeName%3Dn1&labelSelector=a+in+(b)&limit=-1&timeoutSeconds=-4", ""},
		{"GET", "/api/v1/pods", "resourceVersion=18446744073709551615&resourceVersionMatch=Exact", "application/*;q=0.1,,;"},
		{"GET", "//apis//v1/./", "%zz", ";;;"},
		{"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", `{"kind":"SelfSubjectAccessReview"}`, "application/yaml"},
		{"DELETE", "/apis/apps/v1/namespaces/a/deployments/x", "", "text/plain"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	s, err := kubeapi.New(kubeapi.Config{FirstVersion: 1000})
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"p", "q", "r"} {
		if err := s.Put(pod("a", name, "n1")); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, method, path, query, accept string) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer cancel()
		r := (&http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Body: http.NoBody,
			Header: http.Header{"Authorization": {"Bearer " + s.Token()}, "Accept": {accept}},
		}).WithContext(ctx)
		if method == http.MethodPost {
			r.Body = http.MaxBytesReader(nil, readCloser{strings.NewReader(query)}, 1<<10)
		}
		w := httptest.NewRecorder()
		s.Serve(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusGatewayTimeout {
			t.Errorf("%s %s?%s: %d %s", method, path, query, w.Code, w.Body)
		}
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// FuzzRaw takes anything apart that claims to be an encoded object.
func FuzzRaw(f *testing.F) {
	raw, err := pod("a", "p", "n1").Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Add([]byte{0x0a, 0x80, 0x80, 0x80, 0x80, 0x10})
	f.Add([]byte{0x0a, 0x00, 0x12, 0x02, 0x52, 0x09})
	f.Fuzz(func(t *testing.T, raw []byte) {
		node := kubeapi.StringAt(raw, 2, 10)
		field, _, rest, err := kubeapi.SplitRaw(raw)
		if err != nil {
			return
		}
		if len(field)+len(rest) != len(raw) {
			t.Errorf("%d bytes became %d and %d", len(raw), len(field), len(rest))
		}
		var before, after corev1.Pod
		if before.Unmarshal(raw) != nil {
			return
		}
		if before.Spec.NodeName != node && strings.Count(string(raw), "\x12") == 1 {
			t.Errorf("node %q was read as %q", before.Spec.NodeName, node)
		}
		again, err := kubeapi.WithVersion(raw, 42)
		if err != nil {
			// The metadata stands twice, or is not what it claims to be.
			return
		}
		if err := after.Unmarshal(again); err != nil {
			t.Fatalf("with another version it cannot be read: %v", err)
		}
		before.ResourceVersion = "42"
		if !apiEqual(before, after) && strings.Count(string(raw), "\x0a") == 1 {
			t.Errorf("before %v, after %v", before, after)
		}
	})
}
