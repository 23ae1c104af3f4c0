package kubeapi_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// watchPods opens a watch that is stopped with the test.
func watchPods(t *testing.T, s *kubeapi.Server, contentType string, options metav1.ListOptions) watch.Interface {
	t.Helper()
	w, err := client(t, s, contentType).CoreV1().Pods("").Watch(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return w
}

func watchList() metav1.ListOptions {
	yes := true
	return metav1.ListOptions{
		SendInitialEvents: &yes, AllowWatchBookmarks: true,
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	}
}

// tell puts an event into one line.
func tell(t *testing.T, e watch.Event) string {
	t.Helper()
	if e.Type == watch.Error {
		return "ERROR " + string(apierrors.ReasonForError(apierrors.FromObject(e.Object)))
	}
	m, err := meta.Accessor(e.Object)
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("%s %s %s", e.Type, m.GetName(), m.GetResourceVersion())
	if m.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true" {
		line += " end"
	}
	return line
}

func expect(t *testing.T, w watch.Interface, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if got := tell(t, next(t, w)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWatch(t *testing.T) {
	for name, contentType := range contentTypes() {
		t.Run(name, func(t *testing.T) {
			s := start(t, kubeapi.Config{FirstVersion: 100, BookmarkEvery: time.Hour})
			put(t, s, pod("a", "p", "n1"), pod("b", "q", "n2"))
			fromList := watchPods(t, s, contentType, watchList())
			fromThere := watchPods(t, s, contentType, metav1.ListOptions{ResourceVersion: "102"})
			fromNow := watchPods(t, s, contentType, metav1.ListOptions{ResourceVersion: "103"})
			fromZero := watchPods(t, s, contentType, metav1.ListOptions{ResourceVersion: "0"})
			ofNode := watchPods(t, s, contentType, metav1.ListOptions{ResourceVersion: "103", FieldSelector: "spec.nodeName=n1"})
			eventually(t, "five watches", func() bool { return s.Watchers("pods") == 5 })
			put(t, s, pod("a", "p", "n3"), pod("b", "q", "n1"), pod("b", "q", "n1"))
			if err := s.Delete(core("pods"), "b", "q"); err != nil {
				t.Fatal(err)
			}
			changes := []string{"MODIFIED p 104", "MODIFIED q 105", "DELETED q 106"}
			expect(t, fromList, slices.Concat([]string{"ADDED p 102", "ADDED q 103", "BOOKMARK  103 end"}, changes)...)
			expect(t, fromThere, slices.Concat([]string{"ADDED q 103"}, changes)...)
			expect(t, fromNow, changes...)
			expect(t, fromZero, slices.Concat([]string{"ADDED p 102", "ADDED q 103"}, changes)...)
			expect(t, ofNode, "DELETED p 104", "ADDED q 105", "DELETED q 106")
		})
	}
}

func TestWatchOfOneNamespaceAndName(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100})
	put(t, s, pod("a", "p", "n1"), pod("a", "q", "n1"), pod("b", "p", "n1"))
	w, err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("a").
		Watch(t.Context(), metav1.ListOptions{ResourceVersion: "101", FieldSelector: "metadata.name=p"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	put(t, s, pod("b", "p", "n2"), pod("a", "q", "n2"), pod("a", "p", "n2"))
	expect(t, w, "ADDED p 102", "MODIFIED p 107")
}

func TestWatchFromTooOldVersion(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100, History: 4})
	for i := range 6 {
		put(t, s, pod("a", fmt.Sprintf("p%d", i), "n1"))
	}
	// Version 103 is the last that has been forgotten: all after it is there.
	expect(t, watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "103"}), "ADDED p2 104")
	for _, contentType := range contentTypes() {
		w := watchPods(t, s, contentType, metav1.ListOptions{ResourceVersion: "102"})
		expect(t, w, "ERROR Expired")
		ended(t, w)
	}
}

func TestWatchListTooNew(t *testing.T) {
	s := start(t, kubeapi.Config{})
	options := watchList()
	options.ResourceVersion = "5000"
	_, err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().RESTClient().Get().MaxRetries(0).
		Resource("pods").VersionedParams(&options, metav1.ParameterCodec).Param("watch", "true").Watch(t.Context())
	if !apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestBookmarks(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100, BookmarkEvery: 5 * time.Millisecond})
	put(t, s, pod("a", "p", "n1"))
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "102", AllowWatchBookmarks: true})
	expect(t, w, "BOOKMARK  102")
	// What happens to other kinds moves the version on.
	put(t, s, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1"}})
	eventually(t, "the new version", func() bool { return tell(t, next(t, w)) == "BOOKMARK  103" })
	// Who does not ask for them gets none.
	plain := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "102"})
	select {
	case e := <-plain.ResultChan():
		t.Errorf("unasked: %s", tell(t, e))
	case <-time.After(50 * time.Millisecond):
	}
}

func TestWatchTimeout(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100, BookmarkEvery: time.Hour})
	seconds := int64(1)
	began := time.Now()
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{
		ResourceVersion: "101", TimeoutSeconds: &seconds, AllowWatchBookmarks: true,
	})
	expect(t, w, "BOOKMARK  101")
	ended(t, w)
	if took := time.Since(began); took < time.Second || took > 5*time.Second {
		t.Errorf("ended after %s", took)
	}
	if n := s.Watchers(""); n != 0 {
		t.Errorf("%d watches left", n)
	}
}

func TestReplacedObject(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100})
	put(t, s, pod("a", "p", "n1"))
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "102"})
	other := pod("a", "p", "n1")
	other.UID = "another"
	put(t, s, other)
	expect(t, w, "DELETED p 103", "ADDED p 104")
}

// TestOvertakenWatcher shows that a watch that the history has overtaken ends, so
// that its client notices.
func TestOvertakenWatcher(t *testing.T) {
	s := start(t, kubeapi.Config{FirstVersion: 100, History: 4, BookmarkEvery: time.Hour})
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "101"})
	var all []kubeapi.Mutation
	for i := range 10 {
		all = append(all, kubeapi.Mutation{Put: pod("a", fmt.Sprintf("p%d", i), "n1")})
	}
	// One batch: the watcher cannot get in between.
	if err := s.Batch(all...); err != nil {
		t.Fatal(err)
	}
	ended(t, w)
}
