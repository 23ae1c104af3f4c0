package kube

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
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

// workload becomes a vertex under its namespace. It says nothing of its
// health: its pods do.
func (t *translator) workload(kind string, o metav1.Object) result {
	var a attrs
	namespace, name := o.GetNamespace(), o.GetName()
	if c := controllerOf(o.GetOwnerReferences()); c != nil {
		a.add(attrControlledBy, t.words.share(c.Kind+" "+c.Name))
	}
	a.add(attrNamespace, t.words.share(namespace))
	a.add(api.AttrWorkload, kind)
	return one(workloadKey(kind, namespace, name), &api.VertexClaim{
		Kind:    api.VertexWorkload,
		Aliases: t.alias(kind, namespace, name),
		Parent:  t.parentNamespace(namespace),
		Name:    name,
		Attrs:   a,
		Labels:  t.words.labels(o.GetLabels(), perRevision),
	})
}

// templated is a workload that says which labels its pods have, by which
// policies find them: they have no say where pods are on their node's network.
// Nothing else of the template is looked at.
func (t *translator) templated(kind string, o metav1.Object, template *corev1.PodTemplateSpec) result {
	r := t.workload(kind, o)
	if !template.Spec.HostNetwork {
		r.facts = []expose.Fact{&expose.Workload{
			Key: r.key, Namespace: o.GetNamespace(), Claim: r.claims[0].Vertex, Pods: t.words.labels(template.Labels, perRevision),
		}}
	}
	return r
}

func (t *translator) deployment(o *appsv1.Deployment) result {
	return t.templated(kindDeployment, o, &o.Spec.Template)
}

func (t *translator) statefulSet(o *appsv1.StatefulSet) result {
	return t.templated(kindStatefulSet, o, &o.Spec.Template)
}

func (t *translator) daemonSet(o *appsv1.DaemonSet) result {
	r := t.templated(kindDaemonSet, o, &o.Spec.Template)
	r.facts = append(r.facts, daemonSetFacts(o)...)
	return r
}

func (t *translator) job(o *batchv1.Job) result { return t.templated(kindJob, o, &o.Spec.Template) }

func (t *translator) cronJob(o *batchv1.CronJob) result {
	return t.templated(kindCronJob, o, &o.Spec.JobTemplate.Spec.Template)
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
