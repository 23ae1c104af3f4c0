package kube

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// tableCluster is the scope of the API server itself.
const tableCluster = "cluster"

// kind is one kind of objects that is read. Its resource's plural name is also
// the name of its scope.
type kind struct {
	schema.GroupVersionResource
	// metadata asks the server for the metadata alone.
	metadata bool
	// newList makes what a page of the list is decoded into.
	newList func() runtime.Object
	// translate says what an object says; gone says that it was deleted.
	translate translateFunc
}

// kinds are all kinds that are read, in the order in which people read them.
func kinds() []kind {
	return []kind{
		full("", "nodes", newList[corev1.NodeList], plain((*translator).node)),
		full("", "namespaces", newList[corev1.NamespaceList], plain((*translator).namespace)),
		full("", "pods", newList[corev1.PodList], typed((*reader).pod)),
		full("", "services", newList[corev1.ServiceList], plain((*translator).service)),
		full("discovery.k8s.io", "endpointslices", newList[discoveryv1.EndpointSliceList],
			plain((*translator).endpointSlice)),
		meta("apps", "deployments", ofKind(kindDeployment)),
		meta("apps", tableReplicaSets, typed((*reader).replicaSet)),
		meta("apps", "statefulsets", ofKind(kindStatefulSet)),
		meta("apps", "daemonsets", ofKind(kindDaemonSet)),
		meta("batch", "jobs", ofKind(kindJob)),
		meta("batch", "cronjobs", ofKind(kindCronJob)),
	}
}

// The two kinds that know of each other: see owners.
const (
	tablePods        = "pods"
	tableReplicaSets = "replicasets"
)

type translateFunc func(r *reader, o runtime.Object, gone bool) (result, error)

func full(group, resource string, list func() runtime.Object, translate translateFunc) kind {
	return kind{
		GroupVersionResource: schema.GroupVersionResource{Group: group, Version: "v1", Resource: resource},
		newList:              list, translate: translate,
	}
}

func meta(group, resource string, translate translateFunc) kind {
	k := full(group, resource, newList[metav1.PartialObjectMetadataList], translate)
	k.metadata = true
	return k
}

// newList makes an empty list of type T.
func newList[T any, P interface {
	*T
	runtime.Object
}]() runtime.Object {
	return P(new(T))
}

// errForeign says that an object is not what was asked for.
var errForeign = errors.New("not an object of this kind")

// typed guards a translation against objects of another type and without a name.
func typed[T interface {
	runtime.Object
	metav1.Object
}](translate func(r *reader, o T, gone bool) result) translateFunc {
	return func(r *reader, o runtime.Object, gone bool) (result, error) {
		obj, ok := o.(T)
		if !ok {
			return result{}, fmt.Errorf("%T: %w", o, errForeign)
		}
		if obj.GetName() == "" {
			return result{}, fmt.Errorf("object without a name: %w", errForeign)
		}
		res := translate(r, obj, gone)
		if gone {
			res.claims = nil
		}
		for i := range res.claims {
			makeValid(&res.claims[i])
		}
		return res, nil
	}
}

// plain is a translation that needs the object alone.
func plain[T interface {
	runtime.Object
	metav1.Object
}](translate func(*translator, T) result) translateFunc {
	return typed(func(r *reader, o T, _ bool) result { return translate(r.translator, o) })
}

// ofKind translates the metadata of workloads.
func ofKind(name string) translateFunc {
	return plain(func(t *translator, o *metav1.PartialObjectMetadata) result { return t.workload(name, o) })
}

// path is where the API serves all objects of the kind.
func (k kind) path() string {
	if k.Group == "" {
		return "/api/" + k.Version + "/" + k.Resource
	}
	return "/apis/" + k.Group + "/" + k.Version + "/" + k.Resource
}
