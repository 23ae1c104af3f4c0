package kube

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
)

const gatewayGroup = "gateway.networking.k8s.io"

// gatewayKinds are those of the Gateway API.
func gatewayKinds(v1, beta, alpha string) []kind {
	out := []kind{crd(gatewayGroup, "gateways", "Gateway", []string{v1, beta}, "Gateways", (*translator).gateway)}
	for _, name := range []string{"HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"} {
		out = append(out, crd(gatewayGroup, strings.ToLower(name)+"s", name, []string{v1, beta, alpha}, "routes of the Gateway API",
			func(t *translator, o *custom[routeSpec, routeStatus]) result { return t.route(name, o) }))
	}
	return out
}

type gatewaySpec struct {
	GatewayClassName string `json:"gatewayClassName"`
	Listeners        []struct {
		Name     string `json:"name"`
		Hostname string `json:"hostname"`
		Port     int32  `json:"port"`
		Protocol string `json:"protocol"`
	} `json:"listeners"`
}

type gatewayStatus struct {
	Addresses []struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	} `json:"addresses"`
	Conditions []metav1.Condition `json:"conditions"`
	Listeners  []struct {
		Name           string `json:"name"`
		AttachedRoutes int32  `json:"attachedRoutes"`
	} `json:"listeners"`
}

// gateway becomes a vertex under its namespace. That it is programmed does not
// prove that traffic flows, but that it is not proves that something is wrong.
func (t *translator) gateway(o *custom[gatewaySpec, gatewayStatus]) result {
	key := gatewayKey(o.Namespace, o.Name)
	var a attrs
	var addresses, hosts []string
	for _, addr := range o.Status.Addresses {
		if addr.Type == "" || addr.Type == "IPAddress" || addr.Type == "Hostname" {
			addresses = append(addresses, cmp.Or(address(addr.Value), hostname(addr.Value)))
		}
	}
	attached := map[string]int32{}
	for _, l := range o.Status.Listeners {
		attached[l.Name] = l.AttachedRoutes
	}
	a.add(api.AttrAddresses, joinDistinct(addresses))
	a.add(attrClass, o.Spec.GatewayClassName)
	for _, l := range o.Spec.Listeners {
		hosts = append(hosts, l.Hostname)
		a.add(attrListeners, fmt.Sprintf("%s %d/%s, %d routes", l.Name, l.Port, l.Protocol, attached[l.Name]))
	}
	a.add(attrHosts, joinDistinct(hosts))
	a.add(attrNamespace, t.words.share(o.Namespace))
	health, reason := conditionHealth(o.Status.Conditions, "Programmed", "Accepted")
	a.add(api.AttrReason, reason)
	r := t.several(key, &api.VertexClaim{
		Kind: api.VertexGateway, Aliases: t.alias("Gateway", o.Namespace, o.Name), Parent: t.parentNamespace(o.Namespace),
		Name: o.Name, Health: health, Attrs: a, Labels: t.words.labels(o.Labels, keepAllLabels),
	})
	r.facts = front(key, "Gateway", o.Namespace, o.Name, o.Spec.GatewayClassName, addresses)
	return r
}

func gatewayKey(namespace, name string) string { return "gateway/" + namespace + "/" + name }

// conditionHealth reads conditions that should be true.
func conditionHealth(conditions []metav1.Condition, wanted ...string) (api.Health, string) {
	health := api.HealthUnknown
	for _, name := range wanted {
		for i := range conditions {
			c := &conditions[i]
			switch {
			case c.Type != name:
			case c.Status == metav1.ConditionFalse:
				return api.HealthDegraded, short(name + " is false: " + cmp.Or(c.Message, c.Reason, "no reason given"))
			case c.Status == metav1.ConditionTrue:
				health = api.HealthOK
			}
		}
	}
	return health, ""
}

type reference struct {
	Group     *string `json:"group"`
	Kind      *string `json:"kind"`
	Namespace *string `json:"namespace"`
	Name      string  `json:"name"`
	Weight    *int32  `json:"weight"`
}

// is says whether a reference is to a kind; what it does not say is what the
// API says by default.
func (r reference) is(defaultGroup, group, defaultKind, kind string) bool {
	return orDefault(r.Group, defaultGroup) == group && orDefault(r.Kind, defaultKind) == kind
}

func orDefault(s *string, otherwise string) string {
	if s == nil {
		return otherwise
	}
	return *s
}

type routeSpec struct {
	ParentRefs []reference `json:"parentRefs"`
	Hostnames  []string    `json:"hostnames"`
	Rules      []struct {
		BackendRefs []reference `json:"backendRefs"`
	} `json:"rules"`
}

type routeStatus struct {
	Parents []struct {
		ParentRef  reference          `json:"parentRef"`
		Conditions []metav1.Condition `json:"conditions"`
	} `json:"parents"`
}

// route becomes a vertex under its namespace, with an edge from each gateway
// that it hangs on and one to each service that it passes traffic on to.
func (t *translator) route(kindName string, o *custom[routeSpec, routeStatus]) result {
	key := "route/" + kindName + "/" + o.Namespace + "/" + o.Name
	health, reason := api.HealthUnknown, ""
	for i := range o.Status.Parents {
		h, why := conditionHealth(o.Status.Parents[i].Conditions, "Accepted", "ResolvedRefs")
		health, reason = max(health, h), cmp.Or(reason, why)
	}
	var a attrs
	a.add(attrHosts, joinDistinct(o.Spec.Hostnames))
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.add(api.AttrReason, reason)
	a.add("route_kind", kindName)
	r := t.several(key, &api.VertexClaim{
		Kind: api.VertexRoute, Aliases: t.alias(kindName, o.Namespace, o.Name), Parent: t.parentNamespace(o.Namespace),
		Name: o.Name, Health: health, Attrs: a, Labels: t.words.labels(o.Labels, keepAllLabels),
	})
	for _, p := range o.Spec.ParentRefs {
		if p.is(gatewayGroup, gatewayGroup, "Gateway", "Gateway") && p.Name != "" {
			r.edge(api.EdgeRoutes, gatewayKey(orDefault(p.Namespace, o.Namespace), p.Name), key, health, nil)
		}
	}
	for _, rule := range o.Spec.Rules {
		for _, b := range rule.BackendRefs {
			if !b.is("", "", "Service", "Service") || b.Name == "" {
				continue
			}
			var weight attrs
			if b.Weight != nil {
				weight.add("weight", strconv.Itoa(int(*b.Weight)))
			}
			r.edge(api.EdgeRoutes, key, serviceKey(orDefault(b.Namespace, o.Namespace), b.Name), health, weight)
		}
	}
	return r
}
