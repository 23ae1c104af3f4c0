package kubeapi_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// run starts an informer that ends with the test.
func run(t *testing.T, informer cache.SharedIndexInformer) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		informer.RunWithContext(t.Context())
	}()
	t.Cleanup(func() { <-done })
}

func contentTypes() map[string]string {
	return map[string]string{"protobuf": runtime.ContentTypeProtobuf, "json": runtime.ContentTypeJSON}
}

func TestInformer(t *testing.T) {
	for name, contentType := range contentTypes() {
		for _, mode := range []string{"watch list", "list and watch"} {
			t.Run(name+" "+mode, func(t *testing.T) {
				s := start(t, kubeapi.Config{BookmarkEvery: 20 * time.Millisecond})
				put(t, s, pod("a", "one", "n1"), pod("b", "two", "n2"))
				if mode == "list and watch" {
					if _, err := s.Inject(kubeapi.Fault{Kind: kubeapi.NoWatchList}); err != nil {
						t.Fatal(err)
					}
				}
				informer := informers.NewSharedInformerFactory(client(t, s, contentType), 0).Core().V1().Pods().Informer()
				run(t, informer)
				eventually(t, "two pods", func() bool { return len(informer.GetStore().ListKeys()) == 2 })
				lists := s.Count(kubeapi.VerbList, "pods")
				if watchList := mode == "watch list"; watchList != (lists == 0) {
					t.Errorf("%d lists", lists)
				}
				if n := s.Count(kubeapi.VerbWatchList, "pods"); n != 1 {
					t.Errorf("%d watches that begin with a list", n)
				}
				follows(t, s, informer)
			})
		}
	}
}

// follows checks that an informer sees every kind of change.
func follows(t *testing.T, s *kubeapi.Server, informer cache.SharedIndexInformer) {
	t.Helper()
	changed := pod("a", "one", "n1")
	changed.Status.Phase = corev1.PodFailed
	put(t, s, changed, pod("a", "three", "n3"))
	if err := s.Delete(core("pods"), "b", "two"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the changes", func() bool {
		obj, ok, err := informer.GetStore().GetByKey("a/one")
		if err != nil {
			t.Fatal(err)
		}
		p, isPod := obj.(*corev1.Pod)
		_, gone, _ := informer.GetStore().GetByKey("b/two")
		return ok && isPod && p.Status.Phase == corev1.PodFailed && !gone && len(informer.GetStore().ListKeys()) == 2
	})
	// What others change shows in bookmarks alone.
	put(t, s, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1"}})
	eventually(t, "a bookmark", func() bool {
		return informer.LastSyncResourceVersion() == versionOf(s)
	})
}

func TestMetadataInformer(t *testing.T) {
	for _, mode := range []string{"watch list", "list and watch"} {
		t.Run(mode, func(t *testing.T) {
			s := start(t, kubeapi.Config{})
			put(t, s, pod("a", "one", "n1"), pod("b", "two", "n2"))
			if mode == "list and watch" {
				if _, err := s.Inject(kubeapi.Fault{Kind: kubeapi.NoWatchList}); err != nil {
					t.Fatal(err)
				}
			}
			c, err := metadata.NewForConfig(s.RESTConfig())
			if err != nil {
				t.Fatal(err)
			}
			informer := metadatainformer.NewSharedInformerFactory(c, 0).ForResource(core("pods")).Informer()
			run(t, informer)
			eventually(t, "two pods", func() bool { return len(informer.GetStore().ListKeys()) == 2 })
			put(t, s, pod("c", "three", "n1"))
			eventually(t, "the third", func() bool {
				obj, ok, _ := informer.GetStore().GetByKey("c/three")
				if !ok {
					return false
				}
				m, isMeta := obj.(*metav1.PartialObjectMetadata)
				return isMeta && m.Labels["app"] == "t" && m.UID != "" && m.ResourceVersion == versionOf(s)
			})
		})
	}
}
