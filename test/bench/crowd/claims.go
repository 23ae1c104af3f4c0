package crowd

import (
	"fmt"
	"strconv"

	"github.com/netseam/netseam/api"
)

func strong(kind api.AliasKind, scope, value string) []api.Alias {
	return []api.Alias{{Kind: kind, Strength: api.Strong, Scope: scope, Value: value}}
}

func (b *block) object(key string, v *api.VertexClaim, kind, namespace, name string) api.Claim {
	v.Aliases = strong(api.AliasObject, b.uid, kind+"/"+namespace+"/"+name)
	return api.Claim{Key: key, Vertex: v}
}

func (b *block) system() []api.Claim {
	site, name := fmt.Sprintf("site-%03d", b.n/sitesEvery), fmt.Sprintf("leaf-%04d", b.n)
	return []api.Claim{
		{Key: "site/" + site, Vertex: &api.VertexClaim{Kind: api.VertexSite, Name: site, Aliases: strong(api.AliasSite, "", site)}},
		{Key: "device", Vertex: &api.VertexClaim{
			Kind: api.VertexDevice, Parent: "site/" + site, Name: name, Health: api.HealthOK,
			Aliases: strong(api.AliasChassis, "", "4:"+mac(1, b.n, 0)),
			Attrs: []api.KV{
				{Key: api.AttrAddress, Value: fmt.Sprintf("10.255.%d.%d", b.n>>8&255, b.n&255)},
				{Key: api.AttrLocation, Value: site},
				{Key: api.AttrDescription, Value: "a switch of " + strconv.Itoa(ports) + " ports"},
				{Key: api.AttrChassisID, Value: mac(1, b.n, 0)},
			},
		}},
	}
}

func (b *block) interfaces() []api.Claim {
	out := make([]api.Claim, 0, ports)
	for i := range ports {
		name := "Ethernet1/" + strconv.Itoa(i+1)
		out = append(out, api.Claim{Key: "port/" + name, Vertex: &api.VertexClaim{
			Kind: api.VertexPort, Parent: "device", Name: name, Health: api.HealthOK,
			Aliases: []api.Alias{
				{Kind: api.AliasIfName, Strength: api.Strong, Value: name}, {Kind: api.AliasIfIndex, Strength: api.Weak, Value: strconv.Itoa(i + 1)},
			},
			Attrs: []api.KV{
				{Key: api.AttrIfIndex, Value: strconv.Itoa(i + 1)},
				{Key: api.AttrIfType, Value: "6"},
				{Key: api.AttrMAC, Value: mac(1, b.n, i+1)},
				{Key: api.AttrAdmin, Value: "up"},
				{Key: api.AttrOper, Value: "up"},
				{Key: api.AttrSpeed, Value: "25000000000"},
			},
		}})
	}
	return out
}

func (b *block) sightings() []api.Claim {
	out := make([]api.Claim, 0, nodes)
	for i := range nodes {
		port := "port/Ethernet1/" + strconv.Itoa(i+1)
		out = append(out, api.Claim{Key: "lldp/" + port, Neighbour: &api.Neighbour{
			Protocol: "lldp", Device: "device", Port: port, ChassisID: mac(2, b.n, i), ChassisIDSubtype: api.ChassisMAC,
			PortID: mac(2, b.n, i), PortIDSubtype: api.PortMAC, PortDescription: "eth0", SysName: b.nodeName(i),
			SysDescription: "Linux", Capabilities: 1 << 7,
		}})
	}
	return out
}

func (b *block) cluster() []api.Claim {
	return []api.Claim{{Key: "cluster", Vertex: &api.VertexClaim{
		Kind: api.VertexCluster, Name: fmt.Sprintf("cluster-%04d", b.n), Health: api.HealthOK, Aliases: strong(api.AliasClusterUID, "", b.uid),
	}}}
}

func (b *block) namespaces() []api.Claim {
	var out []api.Claim
	for i, name := range b.spaces {
		out = append(out, b.object(b.spaceKeys[i], &api.VertexClaim{
			Kind: api.VertexNamespace, Parent: "cluster", Name: name, Health: api.HealthOK,
		}, "Namespace", "", name))
	}
	return out
}

func (b *block) nodes() []api.Claim {
	var out []api.Claim
	for i, key := range b.nodeKeys {
		out = append(out, b.object(key, &api.VertexClaim{
			Kind: api.VertexNode, Parent: "cluster", Name: b.nodeName(i), Health: api.HealthOK,
			Attrs: []api.KV{
				{Key: api.AttrAddress, Value: fmt.Sprintf("10.%d.%d.%d", 128+b.n>>8, b.n&255, i)},
				{Key: api.AttrVersion, Value: "v1.34.0"},
				{Key: "pod_cidrs", Value: fmt.Sprintf("10.%d.%d.0/24", b.n>>2&127, b.n&3<<6|i)},
			},
			Labels: []api.Label{{Key: "kubernetes.io/hostname", Value: b.nodeName(i)}, {Key: "kubernetes.io/os", Value: "linux"}},
		}, "Node", "", b.nodeName(i)))
	}
	return out
}

func (b *block) workloads() []api.Claim {
	var out []api.Claim
	for i, name := range b.names {
		out = append(out, b.object(b.controller[i], &api.VertexClaim{
			Kind: api.VertexWorkload, Parent: b.spaceKeys[i%namespaces], Name: name, Health: api.HealthOK, Labels: b.labels[i],
			Attrs: []api.KV{{Key: api.AttrWorkload, Value: "Deployment"}, {Key: api.AttrReady, Value: "10/10"}},
		}, "Deployment", b.spaces[i%namespaces], name))
	}
	return out
}

func (b *block) services() []api.Claim {
	var out []api.Claim
	for i, key := range b.serviceKey {
		out = append(out, b.object(key, &api.VertexClaim{
			Kind: api.VertexService, Parent: b.spaceKeys[i%namespaces], Name: b.names[i], Health: api.HealthOK,
			Attrs: []api.KV{
				{Key: "cluster_ips", Value: fmt.Sprintf("10.96.%d.%d", b.n&255, i)},
				{Key: api.AttrPorts, Value: "80/TCP 443/TCP"},
				{Key: api.AttrServiceType, Value: "ClusterIP"},
			},
		}, "Service", b.spaces[i%namespaces], b.names[i]))
	}
	return out
}

func (b *block) podKey(i int) string {
	w := i % workloads
	return fmt.Sprintf("pod/%s/%s-7d9c5b8f6d-%05x", b.spaces[w%namespaces], b.names[w], b.n*Pods+i)
}

func (b *block) pod(i int, ready bool) api.Claim {
	w := i % workloads
	key := b.podKey(i)
	name := key[len("pod/")+len(b.spaces[w%namespaces])+1:]
	attrs := []api.KV{
		{Key: api.AttrAddresses, Value: fmt.Sprintf("10.%d.%d.%d", b.n>>6&127, b.n<<2&255|i>>8, i&255)},
		{Key: "namespace", Value: b.spaces[w%namespaces]},
		{Key: api.AttrPhase, Value: "Running"},
	}
	health := api.HealthOK
	if !ready {
		health = api.HealthDegraded
		attrs = append(attrs, api.KV{Key: api.AttrReason, Value: "not ready: containers with unready status"})
	}
	return b.object(key, &api.VertexClaim{
		Kind: api.VertexPod, Parent: b.nodeKeys[i%nodes], Controller: b.controller[w], Name: name, Health: health,
		Attrs: attrs, Labels: b.labels[w],
	}, "Pod", b.spaces[w%namespaces], name)
}

func (b *block) pods() []api.Claim {
	out := make([]api.Claim, 0, Pods)
	for i := range Pods {
		out = append(out, b.pod(i, true))
	}
	return out
}

// endpoints lets every pod stand behind one service, and some behind another.
func (b *block) endpoints() []api.Claim {
	var out []api.Claim
	add := func(service, pod int) {
		key := b.podKey(pod)
		out = append(out, api.Claim{
			Key:  "endpoint/" + b.serviceKey[service] + "/" + key,
			Edge: &api.EdgeClaim{Kind: api.EdgeEndpoint, A: b.serviceKey[service], B: key, Health: api.HealthOK, Attrs: b.flags},
		})
	}
	for i := range Pods {
		add(i%services, i)
	}
	for s := range services {
		for i := range endpointsOfSecond {
			add(s, (s+1+i*services)%Pods)
		}
	}
	return out
}
