package kubeapi_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func inject(t *testing.T, s *kubeapi.Server, f kubeapi.Fault) (remove func()) {
	t.Helper()
	remove, err := s.Inject(f)
	if err != nil {
		t.Fatal(err)
	}
	return remove
}

func TestFaultsThatAnswer(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	for kind, check := range map[kubeapi.FaultKind]func(error) bool{
		kubeapi.Unauthorized:    apierrors.IsUnauthorized,
		kubeapi.Forbidden:       apierrors.IsForbidden,
		kubeapi.TooManyRequests: apierrors.IsTooManyRequests,
		kubeapi.InternalError:   apierrors.IsInternalError,
		kubeapi.Garbage: func(err error) bool {
			return err != nil && apierrors.ReasonForError(err) == metav1.StatusReasonUnknown
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			remove := inject(t, s, kubeapi.Fault{Kind: kind, Resource: "pods"})
			if _, err := listOnce(t, s, metav1.ListOptions{}); !check(err) {
				t.Errorf("list: %v", err)
			}
			_, err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
			if err != nil {
				t.Errorf("another resource: %v", err)
			}
			w, err := client(t, s, runtime.ContentTypeJSON).CoreV1().RESTClient().Get().MaxRetries(0).
				Resource("pods").Param("watch", "true").Watch(t.Context())
			if kind == kubeapi.Garbage {
				// The stream begins well; it is what comes that cannot be read.
				if err != nil {
					t.Fatal(err)
				}
				for e := range w.ResultChan() {
					err = apierrors.FromObject(e.Object)
				}
			}
			if kind != kubeapi.Garbage && !check(err) || err == nil {
				t.Errorf("watch: %v", err)
			}
			remove()
			if list, err := listOnce(t, s, metav1.ListOptions{}); err != nil || len(list.Items) != 10 {
				t.Errorf("after it: %v", err)
			}
		})
	}
}

func TestFaultScope(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.InternalError, Resource: "pods", Verb: kubeapi.VerbList, Times: 2})
	for i := range 4 {
		if _, err := listOnce(t, s, metav1.ListOptions{}); apierrors.IsInternalError(err) != (i < 2) {
			t.Errorf("list %d: %v", i, err)
		}
	}
	watchPods(t, s, runtime.ContentTypeJSON, metav1.ListOptions{}).Stop()
	for _, bad := range []kubeapi.Fault{
		{Kind: "flood"},
		{Kind: kubeapi.Hang, Resource: "podz"},
		{Kind: kubeapi.Latency, Delay: -1},
	} {
		if _, err := s.Inject(bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Unauthorized})
	c := client(t, s, runtime.ContentTypeJSON)
	if _, err := c.Discovery().ServerGroups(); !apierrors.IsUnauthorized(err) {
		t.Errorf("discovery: %v", err)
	}
	s.ClearFaults()
	if _, err := c.Discovery().ServerGroups(); err != nil {
		t.Errorf("discovery after it: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.TooManyRequests, Resource: "pods", Times: 1, RetryAfter: time.Second})
	began := time.Now()
	// client-go waits and retries by itself.
	list, err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	if err != nil || len(list.Items) != 10 {
		t.Fatal(err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("retried after %s", took)
	}
	requests := s.Requests()
	if n := len(requests); n != 2 || requests[0].Code != 429 || requests[1].Code != 200 || requests[1].Time.Before(requests[0].Time) {
		t.Errorf("requests: %+v", requests)
	}
}

func TestHang(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Hang, Resource: "pods"})
	failed := make(chan error, 1)
	list := func(ctx context.Context) {
		_, err := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("").List(ctx, metav1.ListOptions{})
		failed <- err
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go list(ctx)
	eventually(t, "a request", func() bool { return s.Count(kubeapi.VerbList, "pods") == 1 })
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	go list(t.Context())
	eventually(t, "the second request", func() bool { return s.Count(kubeapi.VerbList, "pods") == 2 })
	remove()
	if err := <-failed; err == nil {
		t.Error("the request that hung was answered")
	}
	if last := s.Requests()[1]; last.Code != 0 {
		t.Errorf("answered with %d", last.Code)
	}
}

func TestLatency(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Latency, Delay: 60 * time.Millisecond})
	began := time.Now()
	if _, err := listOnce(t, s, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 60*time.Millisecond {
		t.Errorf("answered after %s", took)
	}
}

func podInformer(t *testing.T, s *kubeapi.Server) cache.SharedIndexInformer {
	t.Helper()
	return informers.NewSharedInformerFactory(client(t, s, runtime.ContentTypeProtobuf), 0).Core().V1().Pods().Informer()
}

func has(informer cache.SharedIndexInformer, n int) func() bool {
	return func() bool { return len(informer.GetStore().ListKeys()) == n }
}

// TestInformerComesBack shows each fault on the way of an informer, and that
// it has everything once the fault has gone.
func TestInformerComesBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []kubeapi.FaultKind{
		kubeapi.Unauthorized, kubeapi.Forbidden, kubeapi.TooManyRequests, kubeapi.InternalError,
		kubeapi.Garbage, kubeapi.Hang, kubeapi.Latency, kubeapi.NeverInitialBookmark,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := tenPods(t, kubeapi.Config{WatchFor: time.Minute})
			remove := inject(t, s, kubeapi.Fault{Kind: kind, Resource: "pods", Delay: 100 * time.Millisecond})
			informer := podInformer(t, s)
			run(t, informer)
			// Where there is an answer, both ways of listing fail and begin again.
			want := 3
			if silent := kind == kubeapi.Hang || kind == kubeapi.Latency || kind == kubeapi.NeverInitialBookmark; silent {
				want = 1
			}
			eventually(t, "requests", func() bool { return s.Count("", "pods") >= want })
			if kind == kubeapi.NeverInitialBookmark {
				eventually(t, "an open watch", func() bool { return s.Watchers("pods") == 1 })
			}
			if informer.HasSynced() {
				t.Error("synced in spite of it")
			}
			remove()
			if kind == kubeapi.NeverInitialBookmark {
				s.DropWatches("pods")
			}
			eventually(t, "ten pods", has(informer, 10))
		})
	}
}

func TestWatchesEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*kubeapi.Server, string) int{
		"in order": (*kubeapi.Server).DropWatches,
		"cut":      (*kubeapi.Server).CutWatches,
		"expired":  (*kubeapi.Server).ExpireWatches,
		"connections cut": func(s *kubeapi.Server, _ string) int {
			s.CutConnections()
			return 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tenPods(t, kubeapi.Config{})
			informer := podInformer(t, s)
			run(t, informer)
			eventually(t, "a watch", func() bool { return informer.HasSynced() && s.Watchers("pods") == 1 })
			// client-go lists again after a short watch in which nothing happened.
			put(t, s, pod("c", "p", "n1"))
			eventually(t, "eleven pods", has(informer, 11))
			if n := end(s, "pods"); n != 1 {
				t.Errorf("%d watches ended", n)
			}
			put(t, s, pod("c", "q", "n1"))
			eventually(t, "twelve pods", has(informer, 12))
			again := s.Count(kubeapi.VerbWatchList, "pods") + s.Count(kubeapi.VerbList, "pods")
			// A stream that is cut off is an internal error to client-go.
			if want := name == "expired" || name == "cut"; want != (again > 1) {
				t.Errorf("listed %d times", again)
			}
		})
	}
}

func TestGoneInWatch(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	informer := podInformer(t, s)
	run(t, informer)
	eventually(t, "a watch", func() bool { return informer.HasSynced() && s.Watchers("pods") == 1 })
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Gone, Resource: "pods", Verb: kubeapi.VerbWatch, Times: 1})
	s.DropWatches("pods")
	put(t, s, pod("c", "p", "n1"))
	eventually(t, "eleven pods", has(informer, 11))
	if n := s.Count(kubeapi.VerbWatchList, "pods"); n != 2 {
		t.Errorf("listed %d times", n)
	}
}

func TestNoBookmarks(t *testing.T) {
	s := tenPods(t, kubeapi.Config{BookmarkEvery: 5 * time.Millisecond})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.NoBookmarks})
	w := watchPods(t, s, runtime.ContentTypeProtobuf, watchList())
	for range 11 {
		next(t, w)
	}
	select {
	case e := <-w.ResultChan():
		t.Errorf("got %s", tell(t, e))
	case <-time.After(50 * time.Millisecond):
	}
}

func TestSilence(t *testing.T) {
	s := tenPods(t, kubeapi.Config{BookmarkEvery: 5 * time.Millisecond})
	seconds := int64(1)
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{
		ResourceVersion: versionOf(s), AllowWatchBookmarks: true, TimeoutSeconds: &seconds,
	})
	expect(t, w, "BOOKMARK  1011")
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Silence, Resource: "pods"})
	put(t, s, pod("c", "p", "n1"))
	// Bookmarks that were under way may still come; then nothing does, and not
	// even the time limit ends the watch.
	silent := time.NewTimer(1200 * time.Millisecond)
	defer silent.Stop()
	late := 0
	for waiting := true; waiting; {
		select {
		case e, ok := <-w.ResultChan():
			late++
			if !ok || tell(t, e) != "BOOKMARK  1011" {
				t.Fatalf("got %v", e)
			}
		case <-silent.C:
			waiting = false
		}
	}
	if late > 50 {
		t.Errorf("%d bookmarks in the silence", late)
	}
	remove()
	expect(t, w, "ADDED p 1012")
	ended(t, w)
}

// TestRefuse closes the server under an informer and opens it again on the
// same port.
func TestRefuse(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	informer := podInformer(t, s)
	run(t, informer)
	eventually(t, "ten pods", has(informer, 10))
	url := s.URL()
	s.Refuse()
	if n := s.Watchers(""); n != 0 {
		t.Errorf("%d watches left", n)
	}
	if _, err := listOnce(t, s, metav1.ListOptions{}); err == nil {
		t.Error("answered though closed")
	}
	put(t, s, pod("c", "p", "n1"))
	if err := s.Accept(); err != nil {
		t.Fatal(err)
	}
	if s.URL() != url {
		t.Errorf("was at %s, is at %s", url, s.URL())
	}
	eventually(t, "eleven pods", has(informer, 11))
}

// TestNewHistory restores the cluster from a backup, as it were: the versions
// are lower than those that clients know.
func TestNewHistory(t *testing.T) {
	s := tenPods(t, kubeapi.Config{BookmarkEvery: 5 * time.Millisecond})
	before := s.ResourceVersion()
	w := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: versionOf(s)})
	if err := s.NewHistory(); err != nil {
		t.Fatal(err)
	}
	ended(t, w)
	if now := s.ResourceVersion(); now >= before || now != 11 {
		t.Errorf("version was %d, is %d", before, now)
	}
	list, err := listOnce(t, s, metav1.ListOptions{})
	if err != nil || len(list.Items) != 10 || list.ResourceVersion != "11" || list.Items[0].ResourceVersion != "2" {
		t.Errorf("list at %s, first object at %s: %v", list.ResourceVersion, list.Items[0].ResourceVersion, err)
	}
	// A version of the former history is from the future now: it is watched in
	// silence, and a list that must not be older is refused.
	old := watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "1011", AllowWatchBookmarks: true})
	put(t, s, pod("c", "p", "n1"))
	select {
	case e := <-old.ResultChan():
		t.Errorf("got %s", tell(t, e))
	case <-time.After(50 * time.Millisecond):
	}
	if _, err = listOnce(t, s, metav1.ListOptions{ResourceVersion: "1011"}); !apierrors.IsTimeout(err) {
		t.Errorf("list from the future: %v", err)
	}
	// From below the new history everything is gone.
	expect(t, watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "5"}), "ERROR Expired")
	expect(t, watchPods(t, s, runtime.ContentTypeProtobuf, metav1.ListOptions{ResourceVersion: "11"}), "ADDED p 12")
}

func TestToken(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	former := client(t, s, runtime.ContentTypeJSON)
	s.SetToken("another")
	if _, err := former.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{}); !apierrors.IsUnauthorized(err) {
		t.Errorf("former token: %v", err)
	}
	if _, err := listOnce(t, s, metav1.ListOptions{}); err != nil {
		t.Errorf("new token: %v", err)
	}
	config := s.RESTConfig()
	config.BearerToken = ""
	for path, want := range map[string]int{
		"/readyz": http.StatusOK, "/version": http.StatusOK,
		"/api": http.StatusUnauthorized, "/api/v1/pods": http.StatusUnauthorized, "/metrics": http.StatusUnauthorized,
	} {
		code, _, _ := fetchAs(t, config, path, "")
		if code != want {
			t.Errorf("%s without a token: %d", path, code)
		}
	}
}

func TestRotateCA(t *testing.T) {
	s := tenPods(t, kubeapi.Config{})
	former := client(t, s, runtime.ContentTypeJSON)
	if _, err := former.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.RotateCA(); err != nil {
		t.Fatal(err)
	}
	s.CutConnections()
	if _, err := former.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{}); err == nil {
		t.Error("the former authority is still trusted")
	}
	if _, err := listOnce(t, s, metav1.ListOptions{}); err != nil {
		t.Errorf("new authority: %v", err)
	}
}
