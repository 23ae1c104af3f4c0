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
	// custom objects are kept as JSON behind their metadata, and go out as JSON
	// alone.
	custom bool
}

// called is the name under which requests for the resource are counted and
// befallen by faults: plural names of custom resources repeat.
func (r resource) called() string {
	if r.custom {
		return r.Resource + "." + r.Group
	}
	return r.Resource
}

// served lists what the server serves. Every kind of client-go's scheme would
// do: a row here is all that a further one needs.
func served() []resource {
	row := func(group, name, kind string, namespaced bool, short ...string) resource {
		return resource{
			GroupVersionResource: schema.GroupVersionResource{Group: group, Version: "v1", Resource: name},
			kind:                 kind, namespaced: namespaced, short: short,
		}
	}
	return []resource{
		row("", "namespaces", "Namespace", false, "ns"),
		row("", "nodes", "Node", false, "no"),
		row("", "pods", "Pod", true, "po"),
		row("", "services", "Service", true, "svc"),
		row("discovery.k8s.io", "endpointslices", "EndpointSlice", true),
		row("apps", "deployments", "Deployment", true, "deploy"),
		row("apps", "replicasets", "ReplicaSet", true, "rs"),
		row("apps", "statefulsets", "StatefulSet", true, "sts"),
		row("apps", "daemonsets", "DaemonSet", true, "ds"),
		row("batch", "jobs", "Job", true),
		row("batch", "cronjobs", "CronJob", true, "cj"),
		row("", "configmaps", "ConfigMap", true, "cm"),
		row("coordination.k8s.io", "leases", "Lease", true),
		row("networking.k8s.io", "ingresses", "Ingress", true, "ing"),
		row("networking.k8s.io", "networkpolicies", "NetworkPolicy", true, "netpol"),
		row("networking.k8s.io", "servicecidrs", "ServiceCIDR", false),
		row("networking.k8s.io", "ipaddresses", "IPAddress", false, "ip"),
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
	if r.custom {
		return r.decodeCustom(raw)
	}
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
