package kubeapi_test

import (
	"os"
	"path/filepath"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// TestDiscovery asks by way of the kubeconfig, as a user's tools would.
func TestDiscovery(t *testing.T) {
	s := start(t, kubeapi.Config{Name: "east", Version: "v1.35.2"})
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := s.WriteKubeconfig(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kubeconfig: %v, %v", info.Mode(), err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	version, err := c.ServerVersion()
	if err != nil || version.Minor != "35" || version.GitVersion != "v1.35.2" {
		t.Errorf("version %v, %v", version, err)
	}
	_, resources, err := c.ServerGroupsAndResources()
	if err != nil {
		t.Fatal(err)
	}
	available, err := discovery.GroupVersionResources(resources)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []schema.GroupVersionResource{
		core("pods"), core("nodes"), core("services"), core("namespaces"),
		{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"},
		{Group: "apps", Version: "v1", Resource: "replicasets"},
		{Group: "batch", Version: "v1", Resource: "jobs"},
	} {
		if _, ok := available[want]; !ok {
			t.Errorf("%s is not found", want)
		}
	}
	if code, _, body := fetch(t, s, "/apis/apps", ""); code != 200 {
		t.Errorf("group: %d %s", code, body)
	}
	for _, path := range []string{
		"/", "/apis/none", "/api/v2", "/api/v1/secrets", "/api/v1/pods/p", "/api/v1/namespaces/a/nodes",
		"/api/v1/namespaces/a/pods/p/log", "/openapi/v2", "/apis/apps/v1beta1/deployments",
	} {
		if code, _, body := fetch(t, s, path, ""); code != 404 {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if code, _, body := fetch(t, s, "/readyz", ""); code != 200 || string(body) != "ok" {
		t.Errorf("readyz: %d %s", code, body)
	}
}

func TestEveryResource(t *testing.T) {
	s := start(t, kubeapi.Config{})
	for name, contentType := range contentTypes() {
		c := client(t, s, contentType)
		for resource, err := range listAll(t, c) {
			if err != nil {
				t.Errorf("%s %s: %v", name, resource, err)
			}
			if s.Count(kubeapi.VerbList, resource) == 0 {
				t.Errorf("%s is not counted", resource)
			}
		}
	}
}

func listAll(t *testing.T, c *kubernetes.Clientset) map[string]error {
	t.Helper()
	ctx, o, errs := t.Context(), metav1.ListOptions{}, map[string]error{}
	_, errs["nodes"] = c.CoreV1().Nodes().List(ctx, o)
	_, errs["namespaces"] = c.CoreV1().Namespaces().List(ctx, o)
	_, errs["pods"] = c.CoreV1().Pods("x").List(ctx, o)
	_, errs["services"] = c.CoreV1().Services("").List(ctx, o)
	_, errs["endpointslices"] = c.DiscoveryV1().EndpointSlices("").List(ctx, o)
	_, errs["deployments"] = c.AppsV1().Deployments("x").List(ctx, o)
	_, errs["replicasets"] = c.AppsV1().ReplicaSets("").List(ctx, o)
	_, errs["statefulsets"] = c.AppsV1().StatefulSets("").List(ctx, o)
	_, errs["daemonsets"] = c.AppsV1().DaemonSets("").List(ctx, o)
	_, errs["jobs"] = c.BatchV1().Jobs("").List(ctx, o)
	_, errs["cronjobs"] = c.BatchV1().CronJobs("x").List(ctx, o)
	return errs
}

func TestAccessReview(t *testing.T) {
	s := start(t, kubeapi.Config{})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "pods", Verb: kubeapi.VerbWatch})
	for name, contentType := range contentTypes() {
		reviews := client(t, s, contentType).AuthorizationV1().SelfSubjectAccessReviews()
		for _, c := range []struct {
			verb, group, resource string
			want                  bool
		}{
			{"list", "", "pods", true},
			{"watch", "", "pods", false},
			{"watch", "", "nodes", true},
			{"list", "discovery.k8s.io", "endpointslices", true},
			{"list", "", "endpointslices", false},
			{"delete", "", "pods", false},
			{"get", "", "secrets", false},
		} {
			got, err := reviews.Create(t.Context(), &authorizationv1.SelfSubjectAccessReview{
				Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
					Verb: c.verb, Group: c.group, Resource: c.resource,
				}},
			}, metav1.CreateOptions{})
			if err != nil || got.Status.Allowed != c.want {
				t.Errorf("%s %s %s/%s: %v, %v", name, c.verb, c.group, c.resource, got.Status, err)
			}
		}
	}
	_, err := client(t, s, "application/json").CoreV1().RESTClient().Post().
		AbsPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").Body([]byte("{")).DoRaw(t.Context())
	if !apierrors.IsBadRequest(err) {
		t.Errorf("half a review: %v", err)
	}
}
