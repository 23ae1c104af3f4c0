package kubeapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kind is a custom resource. A server can be taught it, and made to forget it,
// while it runs, as by a CustomResourceDefinition.
type Kind struct {
	Group, Version, Resource, Kind string
	Namespaced                     bool
}

// GVR is the kind's resource.
func (k Kind) GVR() schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: k.Group, Version: k.Version, Resource: k.Resource}
}

// AddKind makes the server serve a custom resource. Its objects are
// [unstructured.Unstructured].
func (s *Server) AddKind(k Kind) error {
	if k.Group == "" || k.Version == "" || k.Resource == "" || k.Kind == "" {
		return fmt.Errorf("kind %+v: group, version, resource and kind are needed", k)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := resource{GroupVersionResource: k.GVR(), kind: k.Kind, namespaced: k.Namespaced, custom: true}
	if s.tables[r.GroupVersionResource] != nil {
		return fmt.Errorf("kind %s: the server serves it already", r.called())
	}
	s.serveTable(r)
	return nil
}

// RemoveKind makes the server forget a custom resource with all its objects.
// Watches of it are ended.
func (s *Server) RemoveKind(k Kind) error {
	s.mu.Lock()
	t := s.tables[k.GVR()]
	if t == nil || !t.custom {
		s.mu.Unlock()
		return fmt.Errorf("kind %s of %s: the server does not serve it", k.Resource, k.Group)
	}
	for _, e := range slices.Clone(t.entries) {
		if err := s.drop(t, e); err != nil {
			s.mu.Unlock()
			return err
		}
	}
	delete(s.tables, t.GroupVersionResource)
	delete(s.byKind, t.gvk())
	s.mu.Unlock()
	s.DropWatches(t.called())
	return nil
}

// serveTable begins to serve a resource, from nothing.
func (s *Server) serveTable(r resource) {
	t := &table{resource: r, history: history{size: s.cfg.History, floor: s.version}}
	s.tables[r.GroupVersionResource] = t
	s.byKind[r.gvk()] = t
}

// resources are those that are served now, the built-in ones first.
func (s *Server) resources() []resource {
	out := served()
	s.mu.Lock()
	defer s.mu.Unlock()
	var custom []resource
	for t := range maps.Values(s.tables) {
		if t.custom {
			custom = append(custom, t.resource)
		}
	}
	slices.SortFunc(custom, func(a, b resource) int {
		if a.called() < b.called() {
			return -1
		}
		return 1
	})
	return append(out, custom...)
}

// bodyField holds what a custom object says besides its metadata.
const bodyField protowire.Number = 2

// wireCustom encodes a custom object as it is kept: like a built-in one, with
// its metadata in field 1.
func wireCustom(o *unstructured.Unstructured) (meta *metav1.ObjectMeta, rest []byte, err error) {
	var head struct {
		Metadata metav1.ObjectMeta `json:"metadata"`
	}
	data, err := o.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(data, &head)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("encode %s %s: %w", o.GetKind(), o.GetName(), err)
	}
	body := maps.Clone(o.Object)
	for _, key := range []string{"apiVersion", "kind", "metadata"} {
		delete(body, key)
	}
	if data, err = json.Marshal(body); err != nil {
		return nil, nil, fmt.Errorf("encode %s %s: %w", o.GetKind(), o.GetName(), err)
	}
	rest = protowire.AppendBytes(protowire.AppendTag(nil, bodyField, protowire.BytesType), data)
	return &head.Metadata, rest, nil
}

// decodeCustom turns what is kept of a custom object into the object.
func (r resource) decodeCustom(raw []byte) (runtime.Object, error) {
	meta, err := metaOf(raw)
	if err != nil {
		return nil, err
	}
	head, err := runtime.DefaultUnstructuredConverter.ToUnstructured(meta)
	if err != nil {
		return nil, fmt.Errorf("decode a stored %s: %w", r.kind, err)
	}
	out := map[string]any{}
	if body := stringAt(raw, bodyField); body != "" {
		if err := json.Unmarshal([]byte(body), &out); err != nil {
			return nil, fmt.Errorf("decode a stored %s: %w", r.kind, err)
		}
	}
	out["metadata"] = head
	u := &unstructured.Unstructured{Object: out}
	u.SetGroupVersionKind(r.gvk())
	return u, nil
}
