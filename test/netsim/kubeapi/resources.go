package kubeapi

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// resource is a kind of object that the server serves.
type resource struct {
	schema.GroupVersionResource

	kind       string
	namespaced bool
	short      []string
}

// served lists what the server serves. Every kind of client-go's scheme would
// do: a row here is all that a further one needs.
func served() []resource {
	row := func(group, version, name, kind string, namespaced bool, short ...string) resource {
		return resource{
			GroupVersionResource: schema.GroupVersionResource{Group: group, Version: version, Resource: name},
			kind:                 kind, namespaced: namespaced, short: short,
		}
	}
	return []resource{
		row("", "v1", "namespaces", "Namespace", false, "ns"),
		row("", "v1", "nodes", "Node", false, "no"),
		row("", "v1", "pods", "Pod", true, "po"),
		row("", "v1", "services", "Service", true, "svc"),
		row("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true),
		row("apps", "v1", "deployments", "Deployment", true, "deploy"),
		row("apps", "v1", "replicasets", "ReplicaSet", true, "rs"),
		row("apps", "v1", "statefulsets", "StatefulSet", true, "sts"),
		row("apps", "v1", "daemonsets", "DaemonSet", true, "ds"),
		row("batch", "v1", "jobs", "Job", true),
		row("batch", "v1", "cronjobs", "CronJob", true, "cj"),
	}
}

func (r resource) gvk() schema.GroupVersionKind {
	return r.GroupVersion().WithKind(r.kind)
}

func (r resource) listGVK() schema.GroupVersionKind {
	return r.GroupVersion().WithKind(r.kind + "List")
}

// wire is what every built-in object can do: it is its own protobuf message.
type wire interface {
	runtime.Object
	Marshal() ([]byte, error)
	Unmarshal(data []byte) error
}

// decode turns the bytes that are kept of an object into the object.
func (r resource) decode(raw []byte) (runtime.Object, error) {
	obj, err := scheme.Scheme.New(r.gvk())
	if err != nil {
		return nil, fmt.Errorf("make a %s: %w", r.kind, err)
	}
	w, ok := obj.(wire)
	if !ok {
		return nil, fmt.Errorf("%s is no protobuf message", r.kind)
	}
	if err := w.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("decode a stored %s: %w", r.kind, err)
	}
	return obj, nil
}
