package netsim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"
)

// buildCluster makes a cluster with its nodes, teams, workloads and services.
func buildCluster(number int, size ClusterSize, places map[string]*racks, random *rand.Rand, now time.Time) *cluster {
	c := &cluster{
		number: number, name: size.Name, uid: newUID(random), random: random,
		hasNMState: size.NMState, network: size.Network,
		created: now.Add(-time.Duration(200+random.IntN(200)) * 24 * time.Hour), nextPort: 30079,
	}
	buildNodes(c, size, places, random)
	system := c.addNamespace("kube-system", "platform")
	system.uid = c.uid // It is what the cluster is known by.
	c.addNamespace("default", "")
	c.addDaemons(system)
	c.addService(c.addWorkload(deployment, system, "coredns", "registry.example.net/coredns:1.14.1", 53, 2), clusterIP, "kube-dns")
	c.addTeams(size)
	c.trouble()
	c.fillPool()
	return c
}

func (c *cluster) addNamespace(name, team string) *namespace {
	n := &namespace{name: name, uid: newUID(c.random), team: team}
	c.namespaces = append(c.namespaces, n)
	return n
}

// addDaemons gives every node its three daemons, two of them in the node's own
// network.
func (c *cluster) addDaemons(system *namespace) {
	monitoring := c.addNamespace("monitoring", "observability")
	for _, d := range []struct {
		ns          *namespace
		name, image string
		port        int32
		hostNetwork bool
	}{
		{system, "kube-proxy", "registry.example.net/kube-proxy:v1.37.2", 10256, true},
		{system, "cni-agent", "registry.example.net/cni-agent:v3.4.0", 9099, true},
		{monitoring, "log-shipper", "registry.example.net/log-shipper:5.1.0", 2020, false},
	} {
		w := c.newWorkload(daemonSet, d.ns, d.name, d.image, d.port)
		w.hostNetwork = d.hostNetwork
		w.replicas = len(c.nodes)
		for _, n := range c.nodes {
			p := w.addPod(c.created)
			n.put(p)
			p.start(c.created)
		}
	}
}

// newWorkload makes a controller without pods.
func (c *cluster) newWorkload(kind workloadKind, ns *namespace, name, image string, port int32) *workload {
	w := &workload{kind: kind, cluster: c, namespace: ns, name: name, uid: newUID(c.random), image: image, port: port}
	if kind == deployment {
		w.setName, w.setUID = name+"-"+templateHash(c.random), newUID(c.random)
	}
	c.workloads = append(c.workloads, w)
	return w
}

// addWorkload makes a controller whose pods all run.
func (c *cluster) addWorkload(kind workloadKind, ns *namespace, name, image string, port int32, replicas int) *workload {
	w := c.newWorkload(kind, ns, name, image, port)
	w.replicas, w.usual = replicas, replicas
	for range replicas {
		born := c.created.Add(time.Duration(c.random.Int64N(int64(100 * 24 * time.Hour)))).Truncate(time.Second)
		p := w.addPod(born)
		if n := c.choose(); n != nil {
			n.put(p)
			p.start(born)
		}
	}
	return w
}

// team is who works in a namespace, and on what.
type team struct {
	namespace, team string
	apps            []string
}

// teams are those of this world. Nobody says whose "sandbox" is.
func teams() []team {
	return []team{
		{"shop", "storefront", []string{"web", "cart", "checkout", "session-cache"}},
		{"payments", "payments", []string{"gateway", "ledger", "ledger-db", "fraud-check"}},
		{"catalog", "catalog", []string{"api", "search", "search-index", "images"}},
		{"logistics", "logistics", []string{"tracking", "routing", "labels"}},
		{"accounts", "identity", []string{"login", "profile", "users-db"}},
		{"messaging", "platform", []string{"broker", "relay"}},
		{"monitoring", "observability", []string{"metrics", "alerts", "traces"}},
		{"sandbox", "", []string{"playground"}},
	}
}

// addTeams fills the cluster up to its number of pods with the teams' work.
func (c *cluster) addTeams(size ClusterSize) {
	left := size.Pods
	for _, w := range c.workloads {
		left -= len(w.pods)
	}
	spaces := map[string]*namespace{}
	for _, n := range c.namespaces {
		spaces[n.name] = n
	}
	for round := 1; left > 0; round++ {
		for _, t := range teams() {
			ns := spaces[t.namespace]
			if ns == nil {
				ns = c.addNamespace(t.namespace, t.team)
				spaces[t.namespace] = ns
			}
			for i, app := range t.apps {
				if left == 0 {
					return
				}
				name := app
				if round > 1 {
					name = fmt.Sprintf("%s-%d", app, round)
				}
				replicas := min(left, size.replicas(c.random))
				left -= replicas
				c.addApp(ns, name, replicas, i)
				for range size.MoreServices {
					c.addService(c.workloads[len(c.workloads)-1], clusterIP, fmt.Sprintf("%s-v%d", name, c.nextIP))
				}
			}
		}
	}
}

// addApp adds a workload with its service. Databases and the like are
// StatefulSets; how a service is exposed goes round.
func (c *cluster) addApp(ns *namespace, name string, replicas, i int) {
	image := fmt.Sprintf("registry.example.net/%s/%s:%d.%d.%d", ns.name, name, 1+c.random.IntN(4), c.random.IntN(20), c.random.IntN(10))
	stateful := i == 2
	kind := deployment
	if stateful {
		kind = statefulSet
	}
	w := c.addWorkload(kind, ns, name, image, 8080, replicas)
	exposed := clusterIP
	switch {
	case stateful:
		exposed = headless
	case i == 0:
		exposed = loadBalancer
	case i == 3:
		exposed = nodePort
	}
	c.addService(w, exposed, name)
}

// addService puts a service in front of a workload.
func (c *cluster) addService(w *workload, kind serviceKind, name string) *service {
	c.nextIP++
	s := &service{
		kind: kind, namespace: w.namespace, name: name, uid: newUID(c.random), workload: w, port: 80,
		slice: name + "-" + suffix(c.random, 5), sliceUID: newUID(c.random),
		address: netip.AddrFrom4([4]byte{10, 96, byte(c.nextIP >> 8), byte(c.nextIP)}),
	}
	switch kind {
	case headless:
		s.address = netip.Addr{}
	case loadBalancer:
		c.nextVIP++
		s.vip = netip.AddrFrom4([4]byte{198, 18 + byte(c.nextVIP>>8)&1, byte(c.number), byte(c.nextVIP)})
		c.nextPort++
		s.nodePort = c.nextPort
	case nodePort:
		c.nextPort++
		s.nodePort = c.nextPort
	case clusterIP:
	}
	c.services = append(c.services, s)
	return s
}

// trouble makes a few things wrong, as they are in any cluster: pods that crash,
// that are not ready, that fit nowhere, and a service whose selector is wrong.
func (c *cluster) trouble() {
	var own []*pod // Of the teams' Deployments.
	for _, w := range c.workloads {
		if w.kind == deployment && w.namespace.name != "kube-system" {
			own = append(own, w.pods...)
		}
	}
	troubles := []podState{podCrashing, podUnready, podUnplaced}
	if len(own) < 3*len(troubles) {
		return
	}
	for i, s := range troubles {
		p := own[i*len(own)/len(troubles)+c.random.IntN(3)]
		p.state = s
		switch s {
		case podCrashing:
			p.restarts = int32(20 + c.random.IntN(100))
		case podUnplaced:
			if p.node != nil {
				c.remove(p)
				p.node, p.address = nil, netip.Addr{}
				p.workload.pods = append(p.workload.pods, p)
			}
		case podRunning, podUnready, podStarting, podTerminating:
		}
	}
	last := c.services[len(c.services)-1]
	lost := c.addService(last.workload, clusterIP, "legacy-"+last.name)
	lost.workload = nil
}

// newRandom makes a source of its own for a purpose, so that what one part of
// the world draws does not move what another draws.
func newRandom(seed uint64, purpose string) *rand.Rand {
	h := uint64(14695981039346656037)
	for _, b := range []byte(purpose) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, h))
}
