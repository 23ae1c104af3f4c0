package kube

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube/expose"
)

type attachmentSpec struct {
	Config string `json:"config"`
}

// attachment is a secondary network that pods may ask for; where it has a VLAN
// the switch sees its pods there.
func (t *translator) attachment(o *custom[attachmentSpec, none]) result {
	var c struct {
		Type    string `json:"type"`
		Master  string `json:"master"`
		VLAN    int    `json:"vlan"`
		Plugins []struct {
			Type   string `json:"type"`
			Master string `json:"master"`
			VLAN   int    `json:"vlan"`
		} `json:"plugins"`
	}
	key := "network/" + o.Namespace + "/" + o.Name
	if json.Unmarshal([]byte(o.Spec.Config), &c) != nil {
		return result{key: key, skipped: 1}
	}
	if len(c.Plugins) > 0 {
		c.Type, c.Master, c.VLAN = c.Plugins[0].Type, c.Plugins[0].Master, c.Plugins[0].VLAN
	}
	words := []string{o.Namespace + "/" + o.Name, c.Type}
	if c.Master != "" {
		words = append(words, "on "+c.Master)
	}
	if c.VLAN != 0 {
		words = append(words, fmt.Sprintf("VLAN %d", c.VLAN))
	}
	return factsOf(key, &expose.Setting{Key: "secondary_network", Value: short(strings.Join(words, " ")), Object: objectName("NetworkAttachmentDefinition", o)})
}

type submarinerStatus struct {
	HAStatus      string `json:"haStatus"`
	LocalEndpoint struct {
		ClusterID string `json:"cluster_id"`
		Hostname  string `json:"hostname"`
	} `json:"localEndpoint"`
	Connections []struct {
		Status   string `json:"status"`
		Endpoint struct {
			ClusterID string `json:"cluster_id"`
			Hostname  string `json:"hostname"`
			PublicIP  string `json:"public_ip"`
			PrivateIP string `json:"private_ip"`
			Backend   string `json:"backend"`
		} `json:"endpoint"`
	} `json:"connections"`
}

// submariner is a node through which the cluster has tunnels to others, which
// are other sources: they are found by what they call themselves. What a
// gateway that stands by says of connections is old.
func (t *translator) submariner(o *custom[none, submarinerStatus]) result {
	node := cmp.Or(o.Status.LocalEndpoint.Hostname, o.Name)
	r := result{key: "submariner/" + o.Namespace + "/" + o.Name}
	if strings.ContainsAny(node, "\n#>/") {
		return r
	}
	var a attrs
	a.add("tunnel_gateway", cmp.Or(o.Status.HAStatus, "unknown"))
	for _, c := range o.Status.Connections {
		e := &c.Endpoint
		remote := cmp.Or(address(e.PrivateIP), address(e.PublicIP))
		by := cmp.Or(e.Backend, "Submariner")
		a.add("tunnel", short(fmt.Sprintf("%s %s to %s by %s: %s", e.ClusterID, e.Hostname,
			cmp.Or(address(e.PublicIP), remote), by, c.Status)))
		if e.ClusterID == "" || strings.ContainsAny(e.ClusterID+e.Hostname, "\n") {
			r.skipped++
			continue
		}
		r.claims = append(r.claims, api.Claim{
			Key: "tunnel/" + node + "/" + e.ClusterID + "/" + e.Hostname,
			Session: &api.Session{
				Protocol: by, Device: "node/" + node, Tunnel: true, Cluster: e.ClusterID, Host: e.Hostname, Remote: remote,
				State: cmp.Or(c.Status, "unknown"), Health: tunnelHealth(c.Status),
			},
		})
	}
	slices.SortStableFunc(r.claims, func(a, b api.Claim) int { return strings.Compare(a.Key, b.Key) })
	r.claims = slices.CompactFunc(r.claims, func(a, b api.Claim) bool { return a.Key == b.Key })
	r.claims = append(r.claims, api.Claim{Key: "node/" + node + "#submariner", Vertex: t.nodeMore(node, a)})
	if id := o.Status.LocalEndpoint.ClusterID; id != "" {
		r.facts = []expose.Fact{&expose.Mesh{Name: id, By: "Submariner", Ends: true}}
	}
	return r
}

func tunnelHealth(status string) api.Health {
	switch status {
	case "connected":
		return api.HealthOK
	case "connecting":
		return api.HealthDegraded
	case "error":
		return api.HealthDown
	}
	return api.HealthUnknown
}

type importSpec struct {
	Type string   `json:"type"`
	IPs  []string `json:"ips"`
}

type importStatus struct {
	Clusters []struct {
		Cluster string `json:"cluster"`
	} `json:"clusters"`
}

// serviceImport is a service of other clusters, under the namespace that it is
// imported into.
func (t *translator) serviceImport(o *custom[importSpec, importStatus]) result {
	var a attrs
	var ips, clusters []string
	for _, ip := range o.Spec.IPs {
		ips = append(ips, address(ip))
	}
	for _, c := range o.Status.Clusters {
		clusters = append(clusters, c.Cluster)
	}
	a.add(attrClusterIPs, joinDistinct(ips))
	a.add(attrNamespace, t.words.share(o.Namespace))
	a.add("imported_from", joinDistinct(clusters))
	a.add(api.AttrServiceType, "ServiceImport "+o.Spec.Type)
	r := one("import/"+o.Namespace+"/"+o.Name, &api.VertexClaim{
		Kind: api.VertexService, Aliases: t.alias("ServiceImport", o.Namespace, o.Name), Parent: t.parentNamespace(o.Namespace),
		Name: o.Name, Attrs: a, Labels: t.words.labels(o.Labels, keepAllLabels),
	})
	for _, cluster := range distinct(clusters) {
		r.facts = append(r.facts, &expose.Joined{Cluster: cluster, Object: objectName("ServiceImport", o)})
	}
	return r
}

// serviceExport says of the service of its name that other clusters see it.
func (t *translator) serviceExport(o *custom[none, none]) result {
	var a attrs
	a.add(attrGlobal, "ServiceExport")
	r := one(serviceKey(o.Namespace, o.Name)+"#export", &api.VertexClaim{
		Kind: api.VertexService, Aliases: t.alias("Service", o.Namespace, o.Name), Parent: t.parentNamespace(o.Namespace), Name: o.Name, Attrs: a,
	})
	return r
}
