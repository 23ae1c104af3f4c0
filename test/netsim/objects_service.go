package netsim

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// maxEndpoints is how many endpoints the control plane puts into one slice.
const maxEndpoints = 100

// serviceObject makes the Service.
func (c *cluster) serviceObject(s *service) *corev1.Service {
	out := &corev1.Service{ObjectMeta: meta(s.namespace.name, s.name, s.uid, c.created, s.namespace.owned())}
	out.Spec = corev1.ServiceSpec{
		Type:            corev1.ServiceTypeClusterIP,
		Selector:        s.selector(),
		Ports:           []corev1.ServicePort{{Name: "main", Protocol: corev1.ProtocolTCP, Port: s.port, TargetPort: intstr.FromString("main"), NodePort: s.nodePort}},
		IPFamilies:      []corev1.IPFamily{corev1.IPv4Protocol},
		SessionAffinity: corev1.ServiceAffinityNone,
	}
	switch s.kind {
	case headless:
		out.Spec.ClusterIP = corev1.ClusterIPNone
	case loadBalancer:
		out.Spec.Type = corev1.ServiceTypeLoadBalancer
		out.Spec.ClusterIP = s.address.String()
		out.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyCluster
		if mode := corev1.LoadBalancerIPModeVIP; s.vip.IsValid() {
			out.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: s.vip.String(), IPMode: &mode}}
		}
	case nodePort:
		out.Spec.Type = corev1.ServiceTypeNodePort
		out.Spec.ClusterIP = s.address.String()
		out.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyCluster
	case clusterIP:
		out.Spec.ClusterIP = s.address.String()
	}
	out.Spec.ClusterIPs = []string{out.Spec.ClusterIP}
	c.networkMarksService(s, out)
	if host := c.vipHost(s); host != "" {
		out.Annotations = map[string]string{"kube-vip.io/vipHost": host, "kube-vip.io/loadbalancerIPs": s.vip.String()}
	}
	return out
}

// selector is what the service looks for. One without a workload looks for
// what nobody is called.
func (s *service) selector() map[string]string {
	if s.workload == nil {
		return map[string]string{"app.kubernetes.io/name": s.name}
	}
	return s.workload.selector()
}

// sliceObjects makes the service's EndpointSlices as its pods are now. There is
// always one, if need be without endpoints.
func (c *cluster) sliceObjects(s *service) []*discoveryv1.EndpointSlice {
	var endpoints []discoveryv1.Endpoint
	port := int32(0)
	if s.workload != nil {
		port = s.workload.port
		for _, p := range s.workload.pods {
			if p.address.IsValid() {
				endpoints = append(endpoints, p.endpoint())
			}
		}
	}
	var out []*discoveryv1.EndpointSlice
	for n := 0; n == 0 || n*maxEndpoints < len(endpoints); n++ {
		uid := s.sliceUID
		if n > 0 {
			uid = fmt.Sprintf("%s%04d", uid[:len(uid)-4], n)
		}
		labels := s.namespace.owned()
		labels[discoveryv1.LabelServiceName] = s.name
		labels[discoveryv1.LabelManagedBy] = "endpointslice-controller.k8s.io"
		slice := &discoveryv1.EndpointSlice{ObjectMeta: meta(s.namespace.name, s.sliceName(n), uid, c.created, labels)}
		slice.OwnerReferences = ownedBy("Service", s.name, s.uid)
		slice.OwnerReferences[0].APIVersion = "v1"
		slice.AddressType = discoveryv1.AddressTypeIPv4
		slice.Endpoints = endpoints[n*maxEndpoints : min(len(endpoints), (n+1)*maxEndpoints)]
		if len(slice.Endpoints) > 0 {
			name, protocol, number := "main", corev1.ProtocolTCP, port
			slice.Ports = []discoveryv1.EndpointPort{{Name: &name, Protocol: &protocol, Port: &number}}
		}
		out = append(out, slice)
	}
	return out
}

// sliceName is the name of the service's n-th EndpointSlice.
func (s *service) sliceName(n int) string {
	if n == 0 {
		return s.slice
	}
	return fmt.Sprintf("%s%d", s.slice, n)
}

// endpoint is the pod as an EndpointSlice names it. One that is going still
// serves until it has gone.
func (p *pod) endpoint() discoveryv1.Endpoint {
	ready, terminating := p.ready(), p.state == podTerminating
	serving := ready || (terminating && !p.node.unheard())
	return discoveryv1.Endpoint{
		Addresses:  []string{p.address.String()},
		Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &serving, Terminating: &terminating},
		NodeName:   &p.node.name,
		Zone:       &p.node.site,
		TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: p.workload.namespace.name, Name: p.name, UID: types.UID(p.uid)},
	}
}
