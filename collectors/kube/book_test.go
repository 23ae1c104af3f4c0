package kube_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
)

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

// wholeBook is a book that keeps everything.
type wholeBook struct {
	stands map[string]string          // key -> claim
	of     map[string]map[string]bool // object -> its keys
}

func (b *wholeBook) enter(object string, claims []api.Claim) (put, drop []string) {
	keys := map[string]bool{}
	for _, c := range claims {
		keys[c.Key] = true
		if text := fmt.Sprintf("%+v %+v", c.Vertex, c.Edge); b.stands[c.Key] != text {
			b.stands[c.Key] = text
			put = append(put, c.Key)
		}
	}
	for key := range b.of[object] {
		if !keys[key] {
			delete(b.stands, key)
			drop = append(drop, key)
		}
	}
	b.of[object] = keys
	slices.Sort(drop)
	return put, drop
}

// The book tells what is new exactly as one that keeps everything would.
func TestBookAgreesWithOneThatKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := kube.NewBook()
		whole := &wholeBook{stands: map[string]string{}, of: map[string]map[string]bool{}}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			object := rapid.SampledFrom([]string{"one1", "one2", "many1", "many2"}).Draw(t, "object")
			prefix, claims := says(t, object)
			put, drop := book.Enter(object, prefix, claims)
			wantPut, wantDrop := whole.enter(object, claims)
			var gotPut []string
			for _, c := range put {
				gotPut = append(gotPut, c.Key)
			}
			slices.Sort(drop)
			if !slices.Equal(gotPut, wantPut) || !slices.Equal(drop, wantDrop) {
				t.Fatalf("%s: put %v, want %v; dropped %v, want %v", object, gotPut, wantPut, drop, wantDrop)
			}
		}
	})
}

// holding is a coalescer and what is known of it.
type holding struct {
	*kube.Holder

	now  time.Time
	hold time.Duration
	sent map[string]time.Time // key -> when it was last said
	held map[string]time.Time // key -> since when something of it waits
}

func (h *holding) flush(t *rapid.T) {
	for _, key := range h.Due(h.now) {
		if _, ok := h.held[key]; !ok {
			t.Fatalf("%s was due and had not been held", key)
		}
		delete(h.held, key)
		h.sent[key] = h.now
		h.Sent(key, h.now)
	}
	for key, since := range h.held {
		if h.now.Sub(since) >= h.hold {
			t.Fatalf("%s has waited since %s", key, since)
		}
	}
}

func (h *holding) offer(t *rapid.T, key string) {
	at, before := h.sent[key]
	repeat := before && h.now.Sub(at) < h.hold
	if got := h.Takes(key, h.now); got != repeat {
		t.Fatalf("%s at %s, said at %s: held %v", key, h.now, at, got)
	}
	switch {
	case !repeat:
		h.sent[key] = h.now
		h.Sent(key, h.now)
	case h.held[key].IsZero():
		h.held[key] = h.now
	}
}

// Whatever comes when: the first goes through, nothing is lost, nothing waits
// longer than the hold time, and nothing is remembered for ever.
func TestCoalescerLosesNothingAndForgets(t *testing.T) {
	const hold = 10 * time.Millisecond
	rapid.Check(t, func(t *rapid.T) {
		h := &holding{
			Holder: kube.NewHolder(hold), hold: hold, now: time.Unix(1, 0),
			sent: map[string]time.Time{}, held: map[string]time.Time{},
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			h.now = h.now.Add(time.Duration(rapid.IntRange(0, 7).Draw(t, "wait")) * time.Millisecond)
			h.flush(t)
			h.offer(t, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"))
		}
		for range 3 {
			h.now = h.now.Add(hold)
			h.flush(t)
		}
		if len(h.held) > 0 || h.Len() > 0 {
			t.Fatalf("%v are still held, %d things remembered", h.held, h.Len())
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

// Whatever a session may say, to say it otherwise is news.
func TestBookLooksAtAllOfASession(t *testing.T) {
	for field := range reflect.TypeFor[api.Session]().Fields() {
		if field.Name == "RemoteID" || field.Name == "Area" || field.Name == "Tunnel" {
			continue // Never said here, or always the same under its key.
		}
		s := api.Session{}
		switch v := reflect.ValueOf(&s).Elem().FieldByIndex(field.Index); {
		case v.Kind() == reflect.String:
			v.SetString("x")
		case v.Kind() == reflect.Bool:
			v.SetBool(true)
		default:
			v.SetUint(1)
		}
		b := kube.NewBook()
		b.Enter("k", "", []api.Claim{{Key: "k", Session: &api.Session{}}})
		if put, _ := b.Enter("k", "", []api.Claim{{Key: "k", Session: &s}}); len(put) != 1 {
			t.Errorf("a change of %s goes unnoticed", field.Name)
		}
	}
}
