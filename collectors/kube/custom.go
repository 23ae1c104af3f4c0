package kube

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// custom is an object of a kind that is not built in, as far as it is read: S
// is what we know of its spec, U of its status. All else in it is passed over
// while it is decoded.
type custom[S, U any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec   S `json:"spec"`
	Status U `json:"status"`
}

// DeepCopyObject implements runtime.Object. The decoders ask for the method
// and do not call it; what is decoded here is never modified.
func (c *custom[S, U]) DeepCopyObject() runtime.Object {
	out := *c
	return &out
}

// customList is a list of them.
type customList[S, U any] struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []custom[S, U] `json:"items"`
}

// DeepCopyObject implements runtime.Object.
func (l *customList[S, U]) DeepCopyObject() runtime.Object {
	out := *l
	return &out
}

// none is a part of an object that is not looked at.
type none struct{}

// crd is a kind that a CustomResourceDefinition makes: its versions that can
// be read, the best first, and what the map lacks without it.
func crd[S, U any](group, resource, name string, versions []string, part string,
	translate func(*translator, *custom[S, U]) result,
) kind {
	return kind{
		GroupVersionResource: schema.GroupVersionResource{Group: group, Version: versions[0], Resource: resource},
		name:                 name, versions: versions, custom: true, part: part,
		newList:   func() runtime.Object { return new(customList[S, U]) },
		newObject: func() runtime.Object { return new(custom[S, U]) },
		translate: plain(func(t *translator, o *custom[S, U]) result {
			return translate(t, o)
		}),
	}
}

// addCustom makes the scheme know the custom kinds.
func addCustom(s *runtime.Scheme) {
	for _, k := range extraKinds() {
		if !k.custom || k.metadata {
			continue
		}
		for _, version := range k.versions {
			gv := schema.GroupVersion{Group: k.Group, Version: version}
			s.AddKnownTypeWithName(gv.WithKind(k.name), k.newObject())
			s.AddKnownTypeWithName(gv.WithKind(k.name+"List"), k.newList())
			metav1.AddToGroupVersion(s, gv)
		}
	}
}
