package kubeapi_test

import (
	"context"
	"maps"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// state is what a client knows: the node of each pod.
type state map[string]string

func stateOf(list *corev1.PodList) state {
	out := state{}
	for _, p := range list.Items {
		out[p.Namespace+"/"+p.Name] = p.Spec.NodeName
	}
	return out
}

func (s state) only(node string) state {
	out := maps.Clone(s)
	maps.DeleteFunc(out, func(_, n string) bool { return node != "" && n != node })
	return out
}

// TestHistory makes random histories and asks for every moment of them: a list
// at a version shows what was there then, or that it is gone; and a watch from
// there leads to what is there now, also for a client that sees only a part.
func TestHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const keep = 16
		s, err := kubeapi.New(kubeapi.Config{FirstVersion: 100, History: keep, BookmarkEvery: time.Hour})
		if err != nil {
			r.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		pods := client(t, s, runtime.ContentTypeProtobuf).CoreV1().Pods("")
		past := live(r, s)
		now := s.ResourceVersion()
		for version := uint64(101); version <= now; version++ {
			list, err := pods.List(t.Context(), metav1.ListOptions{
				ResourceVersion: strconv.FormatUint(version, 10), ResourceVersionMatch: metav1.ResourceVersionMatchExact,
			})
			if apierrors.IsResourceExpired(err) && version+keep < now {
				continue
			}
			if err != nil {
				r.Fatalf("list at %d of %d: %v", version, now, err)
			}
			if got := stateOf(list); !maps.Equal(got, past[version]) {
				r.Fatalf("at %d: %v, was %v", version, got, past[version])
			}
			node := rapid.SampledFrom([]string{"", "n1", "n2"}).Draw(r, "watched node")
			got := replay(t.Context(), r, pods, past[version].only(node), version, node)
			if !maps.Equal(got, past[now].only(node)) {
				r.Fatalf("watched %q from %d: %v, is %v", node, version, got, past[now])
			}
		}
	})
}

// live changes pods at random and returns what was there at each version.
func live(r *rapid.T, s *kubeapi.Server) map[uint64]state {
	is := state{}
	past := map[uint64]state{s.ResourceVersion(): {}}
	for range rapid.IntRange(1, 40).Draw(r, "changes") {
		ns := rapid.SampledFrom([]string{"a", "a-b", "b"}).Draw(r, "namespace")
		name := rapid.SampledFrom([]string{"p", "q"}).Draw(r, "name")
		node := rapid.SampledFrom([]string{"n1", "n2", "delete"}).Draw(r, "node")
		_, there := is[ns+"/"+name]
		var err error
		switch {
		case node != "delete":
			err = s.Put(pod(ns, name, node))
			is[ns+"/"+name] = node
		case there:
			err = s.Delete(core("pods"), ns, name)
			delete(is, ns+"/"+name)
		}
		if err != nil {
			r.Fatal(err)
		}
		past[s.ResourceVersion()] = maps.Clone(is)
	}
	// The last event is one that every watch sees.
	for _, node := range []string{"n1", "n2"} {
		if err := s.Put(pod("z", "end-"+node, node)); err != nil {
			r.Fatal(err)
		}
		is["z/end-"+node] = node
		past[s.ResourceVersion()] = maps.Clone(is)
	}
	return past
}

// replay applies the events after a version until the last.
func replay(ctx context.Context, r *rapid.T, pods typedv1.PodInterface, is state, version uint64, node string) state {
	options := metav1.ListOptions{ResourceVersion: strconv.FormatUint(version, 10)}
	last := "z/end-n2"
	if node != "" {
		options.FieldSelector, last = "spec.nodeName="+node, "z/end-"+node
	}
	if _, done := is[last]; done {
		return is
	}
	w, err := pods.Watch(ctx, options)
	if err != nil {
		r.Fatal(err)
	}
	defer w.Stop()
	for e := range w.ResultChan() {
		p, ok := e.Object.(*corev1.Pod)
		if !ok {
			r.Fatalf("watch from %d: %v", version, e.Object)
		}
		key := p.Namespace + "/" + p.Name
		_, there := is[key]
		if there == (e.Type == watch.Added) {
			r.Fatalf("%s of %s, there: %v", e.Type, key, there)
		}
		if e.Type == watch.Deleted {
			delete(is, key)
			continue
		}
		if is[key] = p.Spec.NodeName; key == last {
			return is
		}
	}
	r.Fatalf("watch from %d ended", version)
	return nil
}
