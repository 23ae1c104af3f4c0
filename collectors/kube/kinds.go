package kube

import (
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// tableCluster is the scope of the API server itself.
const tableCluster = "cluster"

// kind is one kind of objects that is read.
type kind struct {
	schema.GroupVersionResource
	// name is what the API calls one of them: "HTTPRoute". Only of custom kinds.
	name string
	// versions are those that can be read, the best first; of kinds that a
	// server may have or not.
	versions []string
	// unless is a group that may serve the same objects: they are read there,
	// if that is permitted.
	unless string
	// custom kinds come from a CustomResourceDefinition, and as JSON.
	custom bool
	// part is the part of the map that is missing without it, in words.
	part string
	// metadata asks the server for the metadata alone.
	metadata bool
	// newList makes what a page of the list is decoded into.
	newList func() runtime.Object
	// newObject makes one of them; only of custom kinds.
	newObject func() runtime.Object
	// translate says what an object says; gone says that it was deleted.
	translate translateFunc
}

// kinds are all kinds that are read, in the order in which people read them.
func kinds() []kind {
	return []kind{
		full("", "nodes", newList[corev1.NodeList], plain((*translator).node)).without("the nodes, and what stands on which"),
		full("", "namespaces", newList[corev1.NamespaceList], plain((*translator).namespace)).without("namespaces and whose they are"),
		full("", "pods", newList[corev1.PodList], typed((*reader).pod)).without("the pods"),
		full("", "services", newList[corev1.ServiceList], plain((*translator).service)).without("services, and every address that gets out"),
		full("discovery.k8s.io", "endpointslices", newList[discoveryv1.EndpointSliceList],
			plain((*translator).endpointSlice)).without("which pods stand behind a service"),
		full("apps", "deployments", newList[appsv1.DeploymentList], plain((*translator).deployment)).without("the workload behind a pod"),
		meta("apps", tableReplicaSets, typed((*reader).replicaSet)).without("the Deployment behind a pod, where it cannot be guessed"),
		full("apps", "statefulsets", newList[appsv1.StatefulSetList], plain((*translator).statefulSet)).without("the workload behind a pod"),
		full("apps", "daemonsets", newList[appsv1.DaemonSetList], plain((*translator).daemonSet)).without("the workload behind a pod; which CNI there is"),
		full("batch", "jobs", newList[batchv1.JobList], plain((*translator).job)).without("the workload behind a pod"),
		full("batch", "cronjobs", newList[batchv1.CronJobList], plain((*translator).cronJob)).without("the workload behind a job"),
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

// optional is a kind of networking.k8s.io: older servers do not have all of
// them, and the map is a map without them.
func optional(resource string, list func() runtime.Object, translate translateFunc, part string) kind {
	k := full("networking.k8s.io", resource, list, translate)
	k.versions, k.part = []string{"v1"}, part
	return k
}

func meta(group, resource string, translate translateFunc) kind {
	k := full(group, resource, newList[metav1.PartialObjectMetadataList], translate)
	k.metadata = true
	return k
}

// without says what the map lacks without the kind.
func (k kind) without(part string) kind {
	k.part = part
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
			res.claims, res.facts = nil, nil
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

// table is the name of the kind's scope: the plural name of its resource, with
// the group where such names repeat.
func (k kind) table() string {
	if k.custom {
		return k.Resource + "." + k.Group
	}
	return k.Resource
}

// path is where the API serves all objects of the kind.
func (k kind) path() string {
	if k.Group == "" {
		return "/api/" + k.Version + "/" + k.Resource
	}
	return "/apis/" + k.Group + "/" + k.Version + "/" + k.Resource
}
