package kubeapi_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/pager"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func names(list *corev1.PodList) []string {
	var out []string
	for _, p := range list.Items {
		out = append(out, p.Namespace+"/"+p.Name)
	}
	return out
}

// tenPods fills a server with pods a/p0 to b/p9, those with even numbers in a.
func tenPods(t *testing.T, cfg kubeapi.Config) *kubeapi.Server {
	t.Helper()
	s := start(t, cfg)
	for i := range 10 {
		put(t, s, pod([]string{"a", "b"}[i%2], fmt.Sprintf("p%d", i), fmt.Sprintf("n%d", i%3)))
	}
	return s
}

func TestListInPages(t *testing.T) {
	for name, contentType := range contentTypes() {
		t.Run(name, func(t *testing.T) {
			s := tenPods(t, kubeapi.Config{})
			pods := client(t, s, contentType).CoreV1().Pods("")
			first, err := pods.List(t.Context(), metav1.ListOptions{Limit: 4})
			if err != nil {
				t.Fatal(err)
			}
			if len(first.Items) != 4 || first.RemainingItemCount == nil || *first.RemainingItemCount != 6 {
				t.Fatalf("first page: %v, remaining %v", names(first), first.RemainingItemCount)
			}
			// The pages show the moment of the first, whatever happens after it.
			put(t, s, pod("a", "p5x", "n1"))
			if err := s.Delete(core("pods"), "b", "p9"); err != nil {
				t.Fatal(err)
			}
			got := names(first)
			for token := first.Continue; token != ""; {
				more, err := pods.List(t.Context(), metav1.ListOptions{Limit: 4, Continue: token})
				if err != nil {
					t.Fatal(err)
				}
				if more.ResourceVersion != first.ResourceVersion {
					t.Errorf("page at version %s, list at %s", more.ResourceVersion, first.ResourceVersion)
				}
				got, token = append(got, names(more)...), more.Continue
			}
			want := []string{"a/p0", "a/p2", "a/p4", "a/p6", "a/p8", "b/p1", "b/p3", "b/p5", "b/p7", "b/p9"}
			if !slices.Equal(got, want) {
				t.Errorf("got %v", got)
			}
			exact, err := pods.List(t.Context(), metav1.ListOptions{
				ResourceVersion: first.ResourceVersion, ResourceVersionMatch: metav1.ResourceVersionMatchExact,
			})
			if err != nil || !slices.Equal(names(exact), want) {
				t.Errorf("exact: %v, %v", names(exact), err)
			}
		})
	}
}

func TestListExactlyFromHistory(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	pods := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("")
	before, err := pods.List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	changed := pod("a", "p0", "n0")
	changed.Status.Phase = corev1.PodFailed
	put(t, s, changed, pod("a", "p1", "n0"), pod("c", "p1", "n0"))
	if err := s.Delete(core("pods"), "a", "p0"); err != nil {
		t.Fatal(err)
	}
	options := metav1.ListOptions{ResourceVersion: before.ResourceVersion, ResourceVersionMatch: metav1.ResourceVersionMatchExact}
	again, err := pods.List(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if !apiEqual(before, again) {
		t.Errorf("then %v, now %v", names(before), names(again))
	}
	s.Compact("pods")
	if _, err = pods.List(t.Context(), options); !apierrors.IsResourceExpired(err) {
		t.Errorf("after compaction: %v", err)
	}
}

func TestListVersions(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	cases := []struct {
		options metav1.ListOptions
		want    int
		reason  metav1.StatusReason
	}{
		{options: metav1.ListOptions{}, want: 10},
		{options: metav1.ListOptions{ResourceVersion: "0"}, want: 10},
		{options: metav1.ListOptions{ResourceVersion: "0", Limit: 3}, want: 10},
		{options: metav1.ListOptions{ResourceVersion: "1001"}, want: 10},
		{options: metav1.ListOptions{ResourceVersion: "1003", Limit: 8}, want: 2},
		{options: metav1.ListOptions{ResourceVersion: "9999"}, reason: metav1.StatusReasonTimeout},
		{options: metav1.ListOptions{ResourceVersion: "2", Limit: 8}, reason: metav1.StatusReasonExpired},
		{options: metav1.ListOptions{ResourceVersion: "many"}, reason: metav1.StatusReasonBadRequest},
		{options: metav1.ListOptions{Continue: "nonsense"}, reason: metav1.StatusReasonBadRequest},
		{options: metav1.ListOptions{ResourceVersion: "0", ResourceVersionMatch: "Exact"}, reason: metav1.StatusReasonInvalid},
		{options: metav1.ListOptions{Limit: -1}, want: 10},
		{options: metav1.ListOptions{FieldSelector: "spec.nodeName=n1"}, want: 3},
		{options: metav1.ListOptions{FieldSelector: "spec.nodeName!=n1"}, want: 7},
		{options: metav1.ListOptions{FieldSelector: "metadata.name=p3"}, want: 1},
		{options: metav1.ListOptions{FieldSelector: "metadata.namespace=a,status.phase=Running"}, want: 5},
		{options: metav1.ListOptions{FieldSelector: "spec.other=1"}, reason: metav1.StatusReasonBadRequest},
		{options: metav1.ListOptions{LabelSelector: "node in (n0,n1)"}, want: 7},
		{options: metav1.ListOptions{LabelSelector: "((("}, reason: metav1.StatusReasonBadRequest},
	}
	for _, c := range cases {
		list, err := listOnce(t, s, c.options)
		if apierrors.ReasonForError(err) != c.reason || err != nil && c.reason == "" {
			t.Errorf("%+v: %v", c.options, err)
		}
		if err == nil && len(list.Items) != c.want {
			t.Errorf("%+v: %v", c.options, names(list))
		}
	}
	inA, err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("a").List(t.Context(), metav1.ListOptions{Limit: 2})
	if err != nil || !slices.Equal(names(inA), []string{"a/p0", "a/p2"}) || *inA.RemainingItemCount != 3 {
		t.Errorf("in a: %v, %v", names(inA), err)
	}
}

// listOnce lists pods without client-go's own retries.
func listOnce(t *testing.T, s *kubeapi.Server, options metav1.ListOptions) (*corev1.PodList, error) {
	t.Helper()
	list := new(corev1.PodList)
	err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().RESTClient().Get().MaxRetries(0).
		Resource("pods").VersionedParams(&options, scheme.ParameterCodec).Do(t.Context()).Into(list)
	return list, err
}

func TestListWithSelectorInPages(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	pods := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("")
	pages := 0
	p := pager.New(func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		pages++
		return pods.List(ctx, o)
	})
	p.PageSize = 2
	var got []string
	err := p.EachListItem(t.Context(), metav1.ListOptions{LabelSelector: "node=n0"}, func(obj runtime.Object) error {
		got = append(got, obj.(*corev1.Pod).Name)
		return nil
	})
	if err != nil || !slices.Equal(got, []string{"p0", "p6", "p3", "p9"}) || pages != 2 {
		t.Errorf("%v in %d pages, %v", got, pages, err)
	}
}

func TestContinueTooLate(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	pods := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("")
	first, err := pods.List(t.Context(), metav1.ListOptions{Limit: 4})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, pod("b", "p0", "n0"))
	s.Compact("")
	_, err = pods.List(t.Context(), metav1.ListOptions{Limit: 4, Continue: first.Continue})
	var status *apierrors.StatusError
	if !apierrors.IsResourceExpired(err) || !errors.As(err, &status) {
		t.Fatalf("too late: %v", err)
	}
	// The answer has a token to go on inconsistently, at the present version.
	rest, err := pods.List(t.Context(), metav1.ListOptions{Continue: status.ErrStatus.Continue})
	if err != nil || len(rest.Items) != 7 || rest.ResourceVersion != versionOf(s) {
		t.Errorf("rest: %v, %v", names(rest), err)
	}
	// client-go's pager begins again by itself.
	removed, err := s.Inject(kubeapi.Fault{Kind: kubeapi.Gone, Resource: "pods", Times: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer removed()
	p := pager.New(func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return pods.List(ctx, o) })
	p.PageSize = 4
	list, _, err := p.List(t.Context(), metav1.ListOptions{})
	if err != nil || len(list.(*corev1.PodList).Items) != 11 {
		t.Errorf("pager: %v", err)
	}
}

func TestGet(t *testing.T) {
	s := tenPods(t, kubeapi.Config{ClusterUID: "the-cluster"})
	for name, contentType := range contentTypes() {
		c := client(t, s, contentType).CoreV1()
		system, err := c.Namespaces().Get(t.Context(), metav1.NamespaceSystem, metav1.GetOptions{})
		if err != nil || system.UID != "the-cluster" {
			t.Errorf("%s: %v, %v", name, system, err)
		}
		p, err := c.Pods("a").Get(t.Context(), "p0", metav1.GetOptions{})
		if err != nil || p.Spec.NodeName != "n0" || p.UID == "" || p.CreationTimestamp.IsZero() {
			t.Errorf("%s: %v, %v", name, p, err)
		}
		if _, err := c.Pods("a").Get(t.Context(), "p1", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
			t.Errorf("%s: %v", name, err)
		}
		if err := c.Pods("a").Delete(t.Context(), "p0", metav1.DeleteOptions{}); !apierrors.IsMethodNotSupported(err) {
			t.Errorf("%s: delete: %v", name, err)
		}
	}
	if n := s.Count(kubeapi.VerbDelete, "pods"); n != 2 {
		t.Errorf("%d deletions counted", n)
	}
}
