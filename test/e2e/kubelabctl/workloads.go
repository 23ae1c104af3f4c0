package kubelabctl

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	appLabel = "app"
	portName = "http"
)

// CreateNamespace makes a namespace.
func (c *Cluster) CreateNamespace(ctx context.Context, name string) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := c.client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create namespace %s: %w", name, err)
	}
	return nil
}

// CreateDeployment makes a deployment whose pods carry the label app=<name>, listen on the port, and spread over nodes.
func (c *Cluster) CreateDeployment(ctx context.Context, namespace, name string, replicas, port int32) error {
	labels := map[string]string{appLabel: name}
	deployment := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					Containers: []corev1.Container{{
						Name:  name,
						Image: "example.test/" + name + ":1",
						Ports: []corev1.ContainerPort{{Name: portName, ContainerPort: port}},
					}},
					TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{
						MaxSkew:           1,
						TopologyKey:       corev1.LabelHostname,
						WhenUnsatisfiable: corev1.ScheduleAnyway,
						LabelSelector:     &metav1.LabelSelector{MatchLabels: labels},
					}},
				},
			},
		},
	}
	if _, err := c.client.AppsV1().Deployments(namespace).Create(ctx, deployment, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create deployment %s/%s: %w", namespace, name, err)
	}
	return nil
}

// CreateService makes a service on the port, in front of the pods of the deployment of the same name.
func (c *Cluster) CreateService(ctx context.Context, namespace, name string, port int32) error {
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: corev1.ServiceSpec{
			Selector: map[string]string{appLabel: name},
			Ports:    []corev1.ServicePort{{Name: portName, Port: port, TargetPort: intstr.FromString(portName)}},
		},
	}
	if _, err := c.client.CoreV1().Services(namespace).Create(ctx, service, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create service %s/%s: %w", namespace, name, err)
	}
	return nil
}

// SetPodUnready makes a pod's readiness probe fail, or succeed again.
func (c *Cluster) SetPodUnready(ctx context.Context, namespace, pod string, unready bool) error {
	return c.labelPod(ctx, namespace, pod, UnreadyLabel, unready)
}

// SetPodCrashLoop makes a pod's containers end every five seconds, or run again.
func (c *Cluster) SetPodCrashLoop(ctx context.Context, namespace, pod string, crash bool) error {
	return c.labelPod(ctx, namespace, pod, CrashLoopLabel, crash)
}

func (c *Cluster) labelPod(ctx context.Context, namespace, pod, label string, on bool) error {
	var value any
	if on {
		value = set
	}
	patch, err := labelPatch(label, value)
	if err == nil {
		_, err = c.client.CoreV1().Pods(namespace).Patch(ctx, pod, types.MergePatchType, patch, metav1.PatchOptions{})
	}
	if err != nil {
		return fmt.Errorf("label pod %s/%s: %w", namespace, pod, err)
	}
	return nil
}

// PodNames are the names of a deployment's pods, in order; nodeName chooses those on one node, "" all.
func (c *Cluster) PodNames(ctx context.Context, namespace, deployment, nodeName string) ([]string, error) {
	list, err := c.client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: appLabel + "=" + deployment})
	if err != nil {
		return nil, fmt.Errorf("list pods of %s/%s: %w", namespace, deployment, err)
	}
	var names []string
	for _, pod := range list.Items {
		if nodeName == "" || pod.Spec.NodeName == nodeName {
			names = append(names, pod.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// An Endpoint is one pod behind a service.
type Endpoint struct {
	Pod, Node, Address string
	Ready              bool
}

// Endpoints are the pods behind a service, by name.
func (c *Cluster) Endpoints(ctx context.Context, namespace, service string) ([]Endpoint, error) {
	options := metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + service}
	list, err := c.client.DiscoveryV1().EndpointSlices(namespace).List(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("list endpoints of %s/%s: %w", namespace, service, err)
	}
	var all []Endpoint
	for _, slice := range list.Items {
		for _, endpoint := range slice.Endpoints {
			e := Endpoint{Ready: endpoint.Conditions.Ready != nil && *endpoint.Conditions.Ready}
			if endpoint.TargetRef != nil {
				e.Pod = endpoint.TargetRef.Name
			}
			if endpoint.NodeName != nil {
				e.Node = *endpoint.NodeName
			}
			if len(endpoint.Addresses) > 0 {
				e.Address = endpoint.Addresses[0]
			}
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b Endpoint) int { return cmp.Compare(a.Pod, b.Pod) })
	return all, nil
}

// WaitEndpoints waits until the service has so many endpoints, ready and not ready, and returns them.
func (c *Cluster) WaitEndpoints(ctx context.Context, namespace, service string, ready, unready int) ([]Endpoint, error) {
	var all []Endpoint
	err := poll(ctx, func() (bool, error) {
		var err error
		if all, err = c.Endpoints(ctx, namespace, service); err != nil {
			return false, err
		}
		n := 0
		for _, e := range all {
			if e.Ready {
				n++
			}
		}
		return n == ready && len(all) == ready+unready, nil
	})
	if err != nil {
		return all, fmt.Errorf("wait for %d ready and %d unready endpoints of %s/%s, have %+v: %w",
			ready, unready, namespace, service, all, err)
	}
	return all, nil
}
