package kube

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// Reading is one kind's translation and book, as a reader has them.
type Reading struct{ r *reader }

// NewReading makes the translation of a resource for a cluster.
func NewReading(resource, uid string) (*Reading, error) {
	for _, k := range append(kinds(), extraKinds()...) {
		if k.table() == resource {
			out := &outlet{metrics: NewMetrics()}
			return &Reading{newReader(k, Config{}.withDefaults(), uid, newOwners(), out)}, nil
		}
	}
	return nil, fmt.Errorf("no kind %q", resource)
}

// ExtraTables are the tables of the kinds that a server may have or not.
func ExtraTables() (tables []string, custom map[string]bool) {
	custom = map[string]bool{}
	for _, k := range extraKinds() {
		tables = append(tables, k.table())
		custom[k.table()] = k.custom
	}
	return tables, custom
}

// Facts are what an object says towards what no object says by itself.
func (r *Reading) Facts(o runtime.Object) []expose.Fact {
	res, err := r.r.kind.translate(r.r, o, false)
	if err != nil {
		return nil
	}
	return res.facts
}

// NewList makes an empty list of the kind.
func (r *Reading) NewList() runtime.Object { return r.r.kind.newList() }

// Translate says what an object says, and how many parts were skipped.
func (r *Reading) Translate(o runtime.Object) ([]api.Claim, int, error) {
	res, err := r.r.kind.translate(r.r, o, false)
	return res.claims, res.skipped, err
}

// Enter translates an object and enters it into the book.
func (r *Reading) Enter(o runtime.Object, gone bool) (put []api.Claim, drop []string, err error) {
	res, err := r.r.kind.translate(r.r, o, gone)
	if err != nil {
		return nil, nil, err
	}
	put, drop = r.r.book.enter(res)
	return put, drop, nil
}

// Owner enters a ReplicaSet's workload.
func (r *Reading) Owner(namespace, name, key string) { r.r.owners.learn(namespace, name, key) }

// Size is the number of claims in the book.
func (r *Reading) Size() int { return r.r.book.size() }

// Book is a book by itself.
type Book struct{ b *book }

// NewBook makes an empty book.
func NewBook() *Book { return &Book{newBook()} }

// Enter enters what an object says.
func (b *Book) Enter(key, prefix string, claims []api.Claim) ([]api.Claim, []string) {
	return b.b.enter(result{key: key, prefix: prefix, claims: claims})
}

// Holder is a coalescer by itself; its results are known by their keys.
type Holder struct{ c *coalescer }

// NewHolder makes a coalescer.
func NewHolder(hold time.Duration) *Holder { return &Holder{newCoalescer(hold)} }

// Takes offers a key at a time.
func (h *Holder) Takes(key string, now time.Time) bool { return h.c.takes(result{key: key}, now) }

// Sent says that a key was sent.
func (h *Holder) Sent(key string, now time.Time) { h.c.sent(key, now) }

// Due returns the keys that are due.
func (h *Holder) Due(now time.Time) (keys []string) {
	for _, r := range h.c.due(now) {
		keys = append(keys, r.key)
	}
	return keys
}

// Len is how much the coalescer remembers.
func (h *Holder) Len() int { return len(h.c.order) + len(h.c.until) + len(h.c.held) }

// Words shares labels as the translation does.
type Words struct{ w *words }

// NewWords makes an empty store of words.
func NewWords() *Words { return &Words{newWords()} }

// Labels shares a label set.
func (w *Words) Labels(from map[string]string) []api.Label { return w.w.labels(from, keepAllLabels) }

// Len is how many words and sets are held.
func (w *Words) Len() int {
	return len(w.w.young) + len(w.w.old) + len(w.w.sets) + len(w.w.oldSets)
}

// Short is the cut that reasons get.
func Short(text string) string { return short(text) }

// Judge is what an error means.
func Judge(err error) (state api.State, message string, definite bool) {
	t := judge(err)
	return t.state, t.message, t.definite
}

// KindNames are all kinds that are read, as "resource.group".
func KindNames() []string {
	var out []string
	for _, k := range append(kinds(), extraKinds()...) {
		out = append(out, k.Resource+"."+k.Group)
	}
	return out
}

// CalicoSelector reads a selector of Calico's.
func CalicoSelector(text string) (labels.Selector, bool) { return calicoSelector(text) }
