package kube

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
)

// Kinds of workloads as Kubernetes writes them.
const (
	kindDeployment  = "Deployment"
	kindReplicaSet  = "ReplicaSet"
	kindStatefulSet = "StatefulSet"
	kindDaemonSet   = "DaemonSet"
	kindJob         = "Job"
	kindCronJob     = "CronJob"
)

// workload becomes a vertex under its namespace. Only its metadata is read,
// so it says nothing of its health: its pods do.
func (t *translator) workload(kind string, o *metav1.PartialObjectMetadata) result {
	var a attrs
	if c := controllerOf(o.OwnerReferences); c != nil {
		a.add(attrControlledBy, t.words.share(c.Kind+" "+c.Name))
	}
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.add(api.AttrWorkload, kind)
	return one(workloadKey(kind, o.Namespace, o.Name), &api.VertexClaim{
		Kind:    api.VertexWorkload,
		Aliases: t.alias(kind, o.Namespace, o.Name),
		Parent:  t.parentNamespace(o.Namespace),
		Name:    o.Name,
		Attrs:   a,
		Labels:  t.words.labels(o.Labels, perRevision),
	})
}

// replicaSet is drawn unless a Deployment stands for it. One that something
// else controls, as an Argo Rollout does, is the nearest thing that we see.
func (t *translator) replicaSet(o *metav1.PartialObjectMetadata) result {
	if deploymentOf(o.OwnerReferences) != "" {
		return result{key: workloadKey(kindReplicaSet, o.Namespace, o.Name)}
	}
	return t.workload(kindReplicaSet, o)
}

// deploymentOf is the name of the Deployment that controls an object, "" when
// none does.
func deploymentOf(refs []metav1.OwnerReference) string {
	c := controllerOf(refs)
	if c != nil && c.Kind == kindDeployment && group(c.APIVersion) == "apps" {
		return c.Name
	}
	return ""
}

func workloadKey(kind, namespace, name string) string {
	return "workload/" + kind + "/" + namespace + "/" + name
}
