package kube

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// service becomes a vertex under its namespace.
func (t *translator) service(o *corev1.Service) result {
	headless := o.Spec.ClusterIP == corev1.ClusterIPNone
	var a attrs
	a.add(attrClusterIPs, clusterIPs(o))
	a.add(attrExternal, externalAddresses(o))
	a.add(attrExternalName, o.Spec.ExternalName)
	a.flag(attrHeadless, headless)
	t.exposure(o, &a)
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.add(api.AttrPorts, t.words.share(servicePorts(o.Spec.Ports)))
	a.add(api.AttrServiceType, t.words.share(string(o.Spec.Type)))
	labels := t.words.labels(o.Labels, keepAllLabels)
	r := one(serviceKey(o.Namespace, o.Name), &api.VertexClaim{
		Kind:    api.VertexService,
		Aliases: t.alias("Service", o.Namespace, o.Name),
		Parent:  t.parentNamespace(o.Namespace),
		Name:    o.Name,
		Attrs:   a,
		Labels:  labels,
	})
	if f := t.exposed(o, r.key, labels); f != nil {
		r.facts = []expose.Fact{f}
	}
	if g := globalFact(o); g != nil {
		r.facts = append(r.facts, g)
	}
	return r
}

// exposure says how the service may be reached other than by its own name.
func (t *translator) exposure(o *corev1.Service, a *attrs) {
	s := &o.Spec
	var nodePorts []string
	for i := range s.Ports {
		if p := s.Ports[i].NodePort; p != 0 {
			nodePorts = append(nodePorts, strconv.Itoa(int(p))+"/"+orElse(string(s.Ports[i].Protocol), string(corev1.ProtocolTCP)))
		}
	}
	class := ""
	switch {
	case s.Type == corev1.ServiceTypeLoadBalancer && len(o.Status.LoadBalancer.Ingress) > 0:
		class = "LoadBalancer"
	case s.Type == corev1.ServiceTypeLoadBalancer:
		class = "LoadBalancer, pending"
	case len(s.ExternalIPs) > 0:
		class = "externalIPs"
	case s.Type == corev1.ServiceTypeNodePort:
		class = "NodePort"
	case s.Type == corev1.ServiceTypeExternalName:
	default:
		class = "cluster only"
	}
	a.add(api.AttrExposure, class)
	a.add(attrNodePorts, joinDistinct(nodePorts))
	if s.LoadBalancerClass != nil {
		a.add(attrLBClass, t.words.share(*s.LoadBalancerClass))
	}
	if s.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal {
		a.add(attrExternalPolicy, string(s.ExternalTrafficPolicy))
	}
	if p := s.InternalTrafficPolicy; p != nil && *p == corev1.ServiceInternalTrafficPolicyLocal {
		a.add(attrInternalPolicy, string(*p))
	}
	if s.TrafficDistribution != nil {
		a.add(attrDistribution, t.words.share(*s.TrafficDistribution))
	}
	if s.HealthCheckNodePort != 0 {
		a.add(attrHealthPort, strconv.Itoa(int(s.HealthCheckNodePort)))
	}
	for _, in := range o.Status.LoadBalancer.Ingress {
		if in.IPMode != nil {
			a.add(attrIPMode, string(*in.IPMode))
			break
		}
	}
	if len(s.ExternalIPs) > 0 {
		a.add(attrWarning, "externalIPs: whoever may edit a Service may claim any address")
	}
	if g := globalFact(o); g != nil {
		a.add(attrGlobal, "ClusterMesh")
		a.add(attrGlobalAffinity, g.Affinity)
		a.flag(attrGlobalUnshared, g.Unshared)
	}
}

// globalFact is that the clusters of Cilium's mesh have the service together;
// nil where they do not.
func globalFact(o *corev1.Service) *expose.Global {
	said := func(name, before string) string {
		return strings.ToLower(orElse(o.Annotations["service.cilium.io/"+name], o.Annotations["io.cilium/"+before]))
	}
	if said("global", "global-service") != "true" {
		return nil
	}
	g := &expose.Global{
		Name: expose.Name{Namespace: o.Namespace, Name: o.Name}, Key: serviceKey(o.Namespace, o.Name),
		Unshared: said("shared", "shared-service") == "false",
	}
	if a := said("affinity", "service-affinity"); a == "local" || a == "remote" {
		g.Affinity = a
	}
	return g
}

// More attributes of services.
const (
	attrNodePorts      = "node_ports"              // "30080/TCP", on every node
	attrLBClass        = "load_balancer_class"     // who is to implement it
	attrExternalPolicy = "external_traffic_policy" // "Local"; Cluster is not said
	attrInternalPolicy = "internal_traffic_policy" // "Local"; Cluster is not said
	attrDistribution   = "traffic_distribution"    // PreferSameZone, …
	attrHealthPort     = "health_check_node_port"  // where nodes say whether they have endpoints
	attrIPMode         = "ip_mode"                 // VIP or Proxy
	attrWarning        = "warning"                 // what people should know
	attrGlobal         = "global"                  // by what it is shared with other clusters
	attrGlobalAffinity = "global_affinity"         // "local" or "remote": whose endpoints are taken first
	attrGlobalUnshared = "global_not_shared"       // other clusters do not get at its endpoints
)

// noted says whether an annotation is one by which load balancers note what
// they did, or are told what to do.
func noted(annotation string) bool {
	for _, prefix := range []string{
		"metallb.io/", "metallb.universe.tf/", "kube-vip.io/", "service.antrea.io/", "kube-router.io/service.", "lbipam.cilium.io/",
	} {
		if strings.HasPrefix(annotation, prefix) {
			return true
		}
	}
	return false
}

// exposed is the fact that others than the cluster's own pods reach the
// service by addresses of its own; nil where they do not.
func (t *translator) exposed(o *corev1.Service, key string, labels []api.Label) *expose.Service {
	f := &expose.Service{
		Name: expose.Name{Namespace: o.Namespace, Name: o.Name}, Key: key,
		LoadBalancer: o.Spec.Type == corev1.ServiceTypeLoadBalancer,
		Local:        o.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal,
		Ports:        servicePorts(o.Spec.Ports), Labels: labels,
	}
	for _, in := range o.Status.LoadBalancer.Ingress {
		x := expose.Ingress{Address: address(in.IP), Hostname: in.Hostname}
		if x.Address == "" {
			x = expose.Ingress{Address: hostname(in.Hostname)}
		}
		x.Proxy = in.IPMode != nil && *in.IPMode == corev1.LoadBalancerIPModeProxy
		if x.Address != "" && f.LoadBalancer {
			f.Ingress = append(f.Ingress, x)
		}
	}
	for _, ip := range o.Spec.ExternalIPs {
		if a := address(ip); a != "" {
			f.External = append(f.External, a)
		}
	}
	if len(f.Ingress)+len(f.External) == 0 {
		return nil
	}
	if o.Spec.LoadBalancerClass != nil {
		f.Class = *o.Spec.LoadBalancerClass
	}
	for k, v := range o.Annotations {
		if noted(k) {
			if f.Annotations == nil {
				f.Annotations = map[string]string{}
			}
			f.Annotations[k] = v
		}
	}
	return f
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
