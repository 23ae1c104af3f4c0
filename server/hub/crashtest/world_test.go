package crashtest_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/netseam/netseam/api"
)

// speaker is a source that numbers what it says, scope by scope.
type speaker struct {
	source      api.SourceID
	incarnation uint64
	n           map[string]uint64
	random      *rand.Rand
}

func newSpeaker(source api.SourceID, seed uint64) *speaker {
	return &speaker{
		source: source, incarnation: uint64(time.Now().UnixNano()), n: map[string]uint64{},
		random: rand.New(rand.NewPCG(seed, uint64(len(source)))),
	}
}

func (s *speaker) say(table string, kind api.ObservationKind, put ...api.Claim) api.Observation {
	s.n[table]++
	return api.Observation{
		Scope: api.Scope{Source: s.source, Table: table}, Incarnation: s.incarnation,
		From: s.n[table], To: s.n[table], Kind: kind, Time: time.Now().UTC(), Put: put,
	}
}

func (s *speaker) complete(table string, put ...api.Claim) []api.Observation {
	out := []api.Observation{s.say(table, api.ObserveBegin)}
	for len(put) > 200 {
		out = append(out, s.say(table, api.ObservePart, put[:200]...))
		put = put[200:]
	}
	return append(out, s.say(table, api.ObservePart, put...), s.say(table, api.ObserveEnd))
}

// Sizes of the worlds that the sources speak of.
const (
	nodes    = 8
	pods     = 150
	switches = 2
	ports    = nodes
)

func vertex(kind api.VertexKind, key, scope, name, parent string, health api.Health) api.Claim {
	return api.Claim{Key: key, Vertex: &api.VertexClaim{
		Kind: kind, Name: name, Parent: parent, Health: health,
		Aliases: []api.Alias{{Kind: api.AliasObject, Strength: api.Strong, Scope: scope, Value: key}},
	}}
}

func (s *speaker) health() api.Health { return api.Health(1 + s.random.IntN(3)) }

func (s *speaker) pod(i int) api.Claim {
	c := vertex(api.VertexPod, fmt.Sprintf("pod/d/p%d", i), string(s.source), fmt.Sprintf("p%d", i),
		fmt.Sprintf("node/%s-n%d", s.source, s.random.IntN(nodes)), s.health())
	c.Vertex.Attrs = []api.KV{
		{Key: api.AttrAddress, Value: fmt.Sprintf("10.%d.%d.%d", s.random.IntN(256), i/256, i%256)},
		{Key: api.AttrPhase, Value: "Running"},
	}
	return c
}

func (s *speaker) endpoint(i int) api.Claim {
	return api.Claim{Key: fmt.Sprintf("endpoint/d/s/p%d", i), Edge: &api.EdgeClaim{
		Kind: api.EdgeEndpoint, A: "svc/d/s", B: fmt.Sprintf("pod/d/p%d", i), Health: s.health(),
	}}
}

// cluster is what a whole cluster says at first.
func (s *speaker) cluster() []api.Observation {
	var list, endpoints []api.Claim
	for i := range pods {
		list = append(list, s.pod(i))
		endpoints = append(endpoints, s.endpoint(i))
	}
	machines := make([]api.Claim, nodes)
	for i := range machines {
		name := fmt.Sprintf("%s-n%d", s.source, i)
		machines[i] = vertex(api.VertexNode, "node/"+name, string(s.source), name, "cluster", api.HealthOK)
	}
	out := s.complete("cluster", api.Claim{Key: "cluster", Vertex: &api.VertexClaim{
		Kind: api.VertexCluster, Name: string(s.source),
		Aliases: []api.Alias{{Kind: api.AliasClusterUID, Strength: api.Strong, Value: string(s.source)}},
	}})
	out = append(out, s.complete("nodes", machines...)...)
	out = append(out, s.complete("services", vertex(api.VertexService, "svc/d/s", string(s.source), "s", "cluster", api.HealthUnknown))...)
	out = append(out, s.complete("pods", list...)...)
	return append(out, s.complete("endpointslices", endpoints...)...)
}

// churn is a few watch events, or now and then a relist.
func (s *speaker) churn() []api.Observation {
	switch s.random.IntN(60) {
	case 0:
		return s.cluster()
	case 1:
		return []api.Observation{s.say("pods", api.ObserveState)}
	}
	o := s.say("pods", api.ObserveDelta)
	for range 1 + s.random.IntN(5) {
		i := s.random.IntN(pods)
		if s.random.IntN(3) == 0 {
			o.Drop = append(o.Drop, fmt.Sprintf("pod/d/p%d", i))
		} else {
			o.Put = append(o.Put, s.pod(i))
		}
	}
	e := s.say("endpointslices", api.ObserveDelta, s.endpoint(s.random.IntN(pods)))
	e.Drop = []string{fmt.Sprintf("endpoint/d/s/p%d", s.random.IntN(pods))}
	if e.Drop[0] == e.Put[0].Key {
		e.Drop = nil
	}
	return []api.Observation{o, e}
}

// poll is what a switch says each time: its ports, of which some fail, and
// whom it hears on them.
func (s *speaker) poll() []api.Observation {
	name := string(s.source)
	out := s.complete("system",
		api.Claim{Key: "site/east", Vertex: &api.VertexClaim{
			Kind: api.VertexSite, Name: "east", Aliases: []api.Alias{{Kind: api.AliasSite, Strength: api.Strong, Value: "east"}},
		}},
		api.Claim{Key: "device", Vertex: &api.VertexClaim{
			Kind: api.VertexDevice, Name: name, Parent: "site/east", Health: api.HealthOK,
			Aliases: []api.Alias{{Kind: api.AliasChassis, Strength: api.Strong, Value: "4:" + name}},
		}})
	var list, heard []api.Claim
	for i := range ports {
		port := fmt.Sprintf("swp%d", i)
		health := s.health()
		list = append(list, api.Claim{Key: "port/" + port, Vertex: &api.VertexClaim{
			Kind: api.VertexPort, Name: port, Parent: "device", Health: health,
			Aliases: []api.Alias{{Kind: api.AliasIfName, Strength: api.Strong, Value: port}},
		}})
		if health != api.HealthDown {
			heard = append(heard, s.hears(port))
		}
	}
	out = append(out, s.complete("lldp", heard...)...)
	return append(out, s.complete("if", list...)...)
}

// hears is a row about a node, another switch, or something unknown.
func (s *speaker) hears(port string) api.Claim {
	n := &api.Neighbour{
		Protocol: "lldp", Device: "device", Port: "port/" + port, ChassisIDSubtype: api.ChassisMAC,
		PortIDSubtype: api.PortInterfaceName, PortID: fmt.Sprintf("swp%d", s.random.IntN(ports)),
	}
	switch s.random.IntN(4) {
	case 0:
		n.ChassisID = fmt.Sprintf("snmp:%d", s.random.IntN(switches))
	case 1:
		n.ChassisID = fmt.Sprintf("unknown %d", s.random.IntN(5))
	default:
		n.SysName, n.PortID = fmt.Sprintf("kube:%d-n%d", s.random.IntN(2), s.random.IntN(nodes)), "ens1"
		n.ChassisID = n.SysName
	}
	return api.Claim{Key: "lldp/" + port + "/" + n.ChassisID + "/" + n.PortID, Neighbour: n}
}
