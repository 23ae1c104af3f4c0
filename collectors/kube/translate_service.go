package kube

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
)

// service becomes a vertex under its namespace.
func (t *translator) service(o *corev1.Service) result {
	headless := o.Spec.ClusterIP == corev1.ClusterIPNone
	var a attrs
	a.add(attrClusterIPs, clusterIPs(o))
	a.add(attrExternal, externalAddresses(o))
	a.add(attrExternalName, o.Spec.ExternalName)
	a.flag(attrHeadless, headless)
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.add(api.AttrPorts, t.words.share(servicePorts(o.Spec.Ports)))
	a.add(api.AttrServiceType, t.words.share(string(o.Spec.Type)))
	return one(serviceKey(o.Namespace, o.Name), &api.VertexClaim{
		Kind:    api.VertexService,
		Aliases: t.alias("Service", o.Namespace, o.Name),
		Parent:  t.parentNamespace(o.Namespace),
		Name:    o.Name,
		Attrs:   a,
		Labels:  t.words.labels(o.Labels, keepAllLabels),
	})
}

func serviceKey(namespace, name string) string { return "svc/" + namespace + "/" + name }

func clusterIPs(o *corev1.Service) string {
	from := o.Spec.ClusterIPs
	if len(from) == 0 {
		from = []string{o.Spec.ClusterIP}
	}
	ips := make([]string, 0, len(from))
	for _, ip := range from {
		ips = append(ips, address(ip))
	}
	return joinDistinct(ips)
}

// externalAddresses are those at which the service is reached from outside:
// what a load balancer gave it and what was written into it by hand.
func externalAddresses(o *corev1.Service) string {
	var found []string
	for _, in := range o.Status.LoadBalancer.Ingress {
		found = append(found, address(in.IP), strings.Join(strings.Fields(in.Hostname), ""))
	}
	for _, ip := range o.Spec.ExternalIPs {
		found = append(found, address(ip))
	}
	return joinDistinct(found)
}

// servicePorts is "80/TCP 443/TCP", each once, in the order of the object.
func servicePorts(ports []corev1.ServicePort) string {
	texts := make([]string, 0, len(ports))
	for i := range ports {
		protocol := orElse(string(ports[i].Protocol), string(corev1.ProtocolTCP))
		texts = append(texts, strconv.Itoa(int(ports[i].Port))+"/"+protocol)
	}
	return joinDistinct(texts)
}
