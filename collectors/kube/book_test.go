package kube_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
)

func jsonOf(w io.Writer, o any) error { return json.NewEncoder(w).Encode(o) }

// says draws what an object says: either one claim under its own key, or some
// under a prefix.
func says(t *rapid.T, object string) (prefix string, claims []api.Claim) {
	value := func(name string) string { return rapid.SampledFrom([]string{"a", "b"}).Draw(t, name) }
	if strings.HasPrefix(object, "one") {
		if rapid.Bool().Draw(t, "drawn") {
			claims = []api.Claim{{Key: object, Vertex: &api.VertexClaim{Name: value("name")}}}
		}
		return "", claims
	}
	prefix = "part/" + object + "/"
	for _, part := range []string{"x", "y", "z"} {
		if rapid.Bool().Draw(t, part) {
			claims = append(claims, api.Claim{Key: prefix + part, Edge: &api.EdgeClaim{A: value("end")}})
		}
	}
	return prefix, claims
}

// The book tells what is new exactly as one that keeps everything would.
func TestBookAgreesWithOneThatKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := kube.NewBook()
		stands := map[string]string{}          // key -> claim
		of := map[string]map[string]struct{}{} // object -> its keys
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			object := rapid.SampledFrom([]string{"one1", "one2", "many1", "many2"}).Draw(t, "object")
			prefix, claims := says(t, object)
			put, drop := book.Enter(object, prefix, claims)
			var wantPut, wantDrop []string
			keys := map[string]struct{}{}
			for _, c := range claims {
				keys[c.Key] = struct{}{}
				if text := fmt.Sprintf("%+v %+v", c.Vertex, c.Edge); stands[c.Key] != text {
					stands[c.Key] = text
					wantPut = append(wantPut, c.Key)
				}
			}
			for key := range of[object] {
				if _, still := keys[key]; !still {
					delete(stands, key)
					wantDrop = append(wantDrop, key)
				}
			}
			of[object] = keys
			var gotPut []string
			for _, c := range put {
				gotPut = append(gotPut, c.Key)
			}
			slices.Sort(drop)
			slices.Sort(wantDrop)
			if !slices.Equal(gotPut, wantPut) || !slices.Equal(drop, wantDrop) {
				t.Fatalf("%s: put %v, want %v; dropped %v, want %v", object, gotPut, wantPut, drop, wantDrop)
			}
		}
	})
}

// Whatever comes when: the first goes through, nothing is lost, nothing waits
// longer than the hold time, and nothing is remembered for ever.
func TestCoalescerLosesNothingAndForgets(t *testing.T) {
	const hold = 10 * time.Millisecond
	rapid.Check(t, func(t *rapid.T) {
		h := kube.NewHolder(hold)
		now := time.Unix(0, 0)
		sent := map[string]time.Time{} // key -> when it was last said
		held := map[string]time.Time{} // key -> since when something of it waits
		flush := func() {
			for _, key := range h.Due(now) {
				if _, ok := held[key]; !ok {
					t.Fatalf("%s was due and had not been held", key)
				}
				delete(held, key)
				sent[key] = now
				h.Sent(key, now)
			}
			for key, since := range held {
				if now.Sub(since) >= hold {
					t.Fatalf("%s has waited since %s", key, since)
				}
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 7).Draw(t, "wait")) * time.Millisecond)
			flush()
			key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")
			at, before := sent[key]
			repeat := before && now.Sub(at) < hold
			if got := h.Takes(key, now); got != repeat {
				t.Fatalf("%s at %s, said at %s: held %v", key, now, at, got)
			}
			if !repeat {
				sent[key] = now
				h.Sent(key, now)
			} else if _, ok := held[key]; !ok {
				held[key] = now
			}
		}
		for range 3 {
			now = now.Add(hold)
			flush()
		}
		if len(held) > 0 || h.Len() > 0 {
			t.Fatalf("%v are still held, %d things remembered", slices.Collect(maps.Keys(held)), h.Len())
		}
	})
}

func TestSharedLabelsAreTheLabels(t *testing.T) {
	w := kube.NewWords()
	for i := range 200_000 {
		from := map[string]string{"app": fmt.Sprint("app", i%1000), "n": fmt.Sprint(i)}
		got := w.Labels(from)
		if len(got) != 2 || got[0] != (api.Label{Key: "app", Value: from["app"]}) || got[1] != (api.Label{Key: "n", Value: from["n"]}) {
			t.Fatalf("labels of %v are %v", from, got)
		}
	}
	if n := w.Len(); n > 4*32768 {
		t.Errorf("%d words and sets are held", n)
	}
	a, b := w.Labels(map[string]string{"x": "y"}), w.Labels(map[string]string{"x": "y"})
	if &a[0] != &b[0] {
		t.Error("equal label sets are not shared")
	}
}
