package kubeapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
)

// Mutation is one step of a [Server.Batch]: an object to put, or a reference to
// one to delete.
type Mutation struct {
	// Put is created or updated, when it is not nil.
	Put runtime.Object
	// Delete is deleted when Put is nil.
	Delete Ref
}

// Ref names an object. Namespace is empty for what stands in none.
type Ref struct {
	Resource  schema.GroupVersionResource
	Namespace string
	Name      string
}

// String names the object in messages.
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Resource.Resource + " " + r.Name
	}
	return r.Resource.Resource + " " + r.Namespace + "/" + r.Name
}

// Put creates the object, or updates the one of its name. It sets the resource
// version, keeps UID and creation time of an object that is there, and makes
// up both for a new one that has none. The object itself is not changed and
// not kept.
//
// As on a real server an update that changes nothing makes no event. An object
// with another UID than the one that is there replaces it: the old one is
// deleted, then the new one added.
func (s *Server) Put(obj runtime.Object) error {
	return s.Batch(Mutation{Put: obj})
}

// Delete removes an object. It is an error when it is not there.
func (s *Server) Delete(gvr schema.GroupVersionResource, namespace, name string) error {
	return s.Batch(Mutation{Delete: Ref{Resource: gvr, Namespace: namespace, Name: name}})
}

// Batch makes changes in their order, with nothing between them. When one of
// them cannot be understood none is made. Deletions of what is not there are
// reported after everything else has been done.
func (s *Server) Batch(mutations ...Mutation) error {
	steps := make([]step, len(mutations))
	for i, m := range mutations {
		var err error
		if steps[i], err = s.prepare(m); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for i := range steps {
		if err := s.apply(&steps[i]); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Get returns a copy of an object as a client would see it now.
func (s *Server) Get(gvr schema.GroupVersionResource, namespace, name string) (runtime.Object, error) {
	t, err := s.tableOf(gvr)
	if err != nil {
		return nil, err
	}
	e := s.lookup(t, namespace, name)
	if e == nil {
		return nil, apierrors.NewNotFound(gvr.GroupResource(), name)
	}
	return t.decode(e.raw)
}

// Len says how many objects a resource has.
func (s *Server) Len(gvr schema.GroupVersionResource) (int, error) {
	t, err := s.tableOf(gvr)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(t.entries), nil
}

// ResourceVersion is the version of the latest change.
func (s *Server) ResourceVersion() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// step is a mutation that has been understood: rest is nil for a deletion.
type step struct {
	table    *table
	ns, name string
	meta     metav1.ObjectMeta
	rest     []byte
}

func (s *Server) prepare(m Mutation) (step, error) {
	if m.Put == nil {
		t, err := s.tableOf(m.Delete.Resource)
		if err != nil {
			return step{}, fmt.Errorf("delete %s: %w", m.Delete, err)
		}
		return step{table: t, ns: m.Delete.Namespace, name: m.Delete.Name}, nil
	}
	if u, ok := m.Put.(*unstructured.Unstructured); ok {
		return s.prepareCustom(u)
	}
	kinds, _, err := scheme.Scheme.ObjectKinds(m.Put)
	if err != nil {
		return step{}, fmt.Errorf("put %T: %w", m.Put, err)
	}
	t := s.tableOfKind(kinds[0])
	if t == nil {
		return step{}, fmt.Errorf("put %T: the server does not serve %s", m.Put, kinds[0])
	}
	w, isWire := m.Put.(wire)
	o, hasMeta := m.Put.(metav1.ObjectMetaAccessor)
	if !isWire || !hasMeta {
		return step{}, fmt.Errorf("put %T: not a built-in object", m.Put)
	}
	meta, ok := o.GetObjectMeta().(*metav1.ObjectMeta)
	if !ok {
		return step{}, fmt.Errorf("put %T: metadata of an unknown type", m.Put)
	}
	if meta.Name == "" || (meta.Namespace != "") != t.namespaced {
		return step{}, fmt.Errorf("put %T %q in namespace %q: a name is needed, and a namespace exactly when the kind has one",
			m.Put, meta.Name, meta.Namespace)
	}
	raw, err := w.Marshal()
	if err != nil {
		return step{}, fmt.Errorf("encode %T %s: %w", m.Put, meta.Name, err)
	}
	_, _, rest, err := splitRaw(raw)
	if err != nil {
		return step{}, fmt.Errorf("put %T %s: %w", m.Put, meta.Name, err)
	}
	if rest == nil {
		rest = []byte{}
	}
	return step{table: t, ns: meta.Namespace, name: meta.Name, meta: *meta, rest: rest}, nil
}

func (s *Server) prepareCustom(u *unstructured.Unstructured) (step, error) {
	t := s.tableOfKind(u.GroupVersionKind())
	if t == nil || !t.custom {
		return step{}, fmt.Errorf("put %s %s: the server does not serve it", u.GroupVersionKind(), u.GetName())
	}
	if u.GetName() == "" || (u.GetNamespace() != "") != t.namespaced {
		return step{}, fmt.Errorf("put %s %q in namespace %q: a name is needed, and a namespace exactly when the kind has one",
			t.kind, u.GetName(), u.GetNamespace())
	}
	meta, rest, err := wireCustom(u)
	if err != nil {
		return step{}, err
	}
	return step{table: t, ns: meta.Namespace, name: meta.Name, meta: *meta, rest: rest}, nil
}

func (s *Server) tableOfKind(gvk schema.GroupVersionKind) *table {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byKind[gvk]
}

func (s *Server) apply(p *step) error {
	t := p.table
	var old *entry
	if i, found := t.find(p.ns, p.name); found {
		old = t.entries[i]
	}
	if p.rest == nil {
		if old == nil {
			return apierrors.NewNotFound(t.GroupResource(), p.name)
		}
		return s.drop(t, old)
	}
	if old == nil {
		return s.create(p)
	}
	return s.update(p, old)
}

func (s *Server) create(p *step) error {
	s.version++
	if p.meta.UID == "" {
		p.meta.UID = s.uidFor(p.table.Resource, p.ns, p.name, s.version)
	}
	if p.meta.CreationTimestamp.IsZero() {
		p.meta.CreationTimestamp = metav1.NewTime(s.cfg.Now()).Rfc3339Copy()
	}
	p.meta.ResourceVersion = formatVersion(s.version)
	return s.store(p, nil, watch.Added)
}

func (s *Server) update(p *step, old *entry) error {
	meta, err := metaOf(old.raw)
	if err != nil {
		return err
	}
	if p.meta.UID == "" {
		p.meta.UID = meta.UID
	}
	if p.meta.UID != meta.UID {
		if err := s.drop(p.table, old); err != nil {
			return err
		}
		return s.create(p)
	}
	if p.meta.CreationTimestamp.IsZero() {
		p.meta.CreationTimestamp = meta.CreationTimestamp
	}
	p.meta.ResourceVersion = meta.ResourceVersion
	same, err := joinRaw(&p.meta, p.rest)
	if err != nil {
		return err
	}
	if bytes.Equal(same, old.raw) {
		return nil
	}
	s.version++
	p.meta.ResourceVersion = formatVersion(s.version)
	return s.store(p, old, watch.Modified)
}

// store keeps the object at the version that has just been given out.
func (s *Server) store(p *step, old *entry, kind watch.EventType) error {
	raw, err := joinRaw(&p.meta, p.rest)
	if err != nil {
		return err
	}
	e := &entry{ns: s.intern(p.ns), name: p.name, rv: s.version, raw: raw}
	if old != nil {
		e.name = old.name
	}
	p.table.set(e)
	s.record(p.table, event{kind: kind, rv: e.rv, now: e, before: old})
	return nil
}

func (s *Server) drop(t *table, old *entry) error {
	raw, err := withVersion(old.raw, s.version+1)
	if err != nil {
		return err
	}
	s.version++
	t.remove(old.ns, old.name)
	last := &entry{ns: old.ns, name: old.name, rv: s.version, raw: raw}
	s.record(t, event{kind: watch.Deleted, rv: s.version, now: last, before: old})
	return nil
}

func (s *Server) record(t *table, e event) {
	t.expire(s.cfg.Now())
	t.record(e)
}

// intern makes namespaces share one string; there are few of them.
func (s *Server) intern(ns string) string {
	if known, ok := s.names[ns]; ok {
		return known
	}
	s.names[ns] = ns
	return ns
}

// uidFor makes up a UID, always the same for the same seed and history.
func (s *Server) uidFor(resource, ns, name string, rv uint64) types.UID {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, s.cfg.Seed))
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%d", s.cfg.Name, resource, ns, name, rv)
	sum := h.Sum(nil)
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return types.UID(fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
}

func (s *Server) lookup(t *table, ns, name string) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, found := t.find(ns, name); found {
		return t.entries[i]
	}
	return nil
}

func (s *Server) tableOf(gvr schema.GroupVersionResource) (*table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tables[gvr]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("the server does not serve %s", gvr)
}
