package expose

import (
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// World holds the facts that stand. It may be used by one goroutine at a time.
type World struct {
	uid string

	tables map[string]map[string]*entry // table -> key of the object -> its facts
	sweeps map[string]uint32            // table -> number of the complete reading that is under way
	// missing: table -> why it is not read, "" when it is
	missing map[string]string

	services map[Name]*Service
	keyed    map[string]*Service        // key of the claim -> service
	slices   map[Name]map[string]*Slice // service -> key of the slice -> slice
	nodes    map[string]*Node           // name -> node
	leases   map[string][]*Lease        // name without namespace -> leases
	statuses map[Name][]*Status         // service -> statuses
	fronts   map[string]*Front          // key of the claim -> front
	bound    map[string]*Bound          // what owns the address -> that
	// namespaces: name -> policies and workloads in it; isolate lists those to
	// look at anew
	namespaces map[string]*policies
	isolate    map[string]struct{}
	others     map[Fact]struct{} // pools, adverts, speakers, sessions, agents, settings, taken

	owners map[string]map[string]struct{} // address -> keys of the services and fronts that have it
	dirty  map[string]struct{}            // addresses to explain anew
	all    bool                           // all addresses and pools
	fill   bool                           // the fill of pools
	known  knowledge
}

type entry struct {
	facts []Fact
	sweep uint32
}

// NewWorld makes an empty world of the cluster with a UID.
func NewWorld(uid string) *World {
	return &World{
		uid: uid, tables: map[string]map[string]*entry{}, sweeps: map[string]uint32{}, missing: map[string]string{},
		services: map[Name]*Service{}, keyed: map[string]*Service{}, slices: map[Name]map[string]*Slice{}, nodes: map[string]*Node{},
		leases: map[string][]*Lease{}, statuses: map[Name][]*Status{}, fronts: map[string]*Front{}, bound: map[string]*Bound{},
		namespaces: map[string]*policies{}, isolate: map[string]struct{}{},
		others: map[Fact]struct{}{}, owners: map[string]map[string]struct{}{}, dirty: map[string]struct{}{}, all: true,
	}
}

// Unit is what is said of one thing, all of it: no claims when there is
// nothing to say any more.
type Unit struct {
	Key    string
	Claims []api.Claim
}

// Put takes what an object says now, which may be nothing.
func (w *World) Put(table, key string, facts []Fact) {
	t := w.tables[table]
	was := t[key]
	if len(facts) == 0 && was == nil {
		return
	}
	if was != nil && reflect.DeepEqual(was.facts, facts) {
		was.sweep = w.sweeps[table]
		return
	}
	if t == nil {
		t = map[string]*entry{}
		w.tables[table] = t
	}
	var before []Fact
	if was != nil {
		before = was.facts
	}
	now, gone, come := difference(before, facts)
	w.retract(key, gone)
	if len(now) == 0 {
		delete(t, key)
		return
	}
	t[key] = &entry{facts: now, sweep: w.sweeps[table]}
	w.assert(key, come)
}

// difference says what of an object's facts is gone and what has come; those
// that are equal stay, so that what rests on them is not looked at anew.
func difference(before, after []Fact) (now, gone, come []Fact) {
	now = slices.Clone(after)
	for i := range max(len(before), len(after)) {
		if i < len(before) && i < len(after) && reflect.DeepEqual(before[i], after[i]) {
			now[i] = before[i]
			continue
		}
		if i < len(before) {
			gone = append(gone, before[i])
		}
		if i < len(after) {
			come = append(come, after[i])
		}
	}
	return now, gone, come
}

// Begin begins a complete reading of a table; End takes away what was not put
// since.
func (w *World) Begin(table string) { w.sweeps[table]++ }

// End ends a complete reading.
func (w *World) End(table string) {
	for key, e := range w.tables[table] {
		if e.sweep != w.sweeps[table] {
			w.retract(key, e.facts)
			delete(w.tables[table], key)
		}
	}
	w.Missing(table, "")
}

// Missing notes why a table cannot be read, or with "" that it can.
func (w *World) Missing(table, why string) {
	if w.missing[table] != why {
		w.missing[table] = why
		w.all = true
	}
}

func (w *World) assert(key string, facts []Fact) {
	for _, f := range facts {
		switch f := f.(type) {
		case *Service:
			w.services[f.Name] = f
			w.keyed[f.Key] = f
			w.own(f.Key, f.addresses())
		case *Front:
			w.fronts[f.Key] = f
			w.own(f.Key, f.Addresses)
		case *Bound:
			w.bound[f.ownKey()] = f
			w.own(f.ownKey(), []string{f.Address})
		case *Slice:
			if w.slices[f.Service] == nil {
				w.slices[f.Service] = map[string]*Slice{}
			}
			w.slices[f.Service][key] = f
			w.touchService(f.Service)
		case *Node:
			w.nodes[f.Name] = f
			w.all = true
		case *Lease:
			w.leases[f.Name.Name] = append(w.leases[f.Name.Name], f)
			slices.SortFunc(w.leases[f.Name.Name], func(a, b *Lease) int { return strings.Compare(a.String(), b.String()) })
			w.all = true
		case *Status:
			w.statuses[f.Service] = append(w.statuses[f.Service], f)
			slices.SortFunc(w.statuses[f.Service], func(a, b *Status) int {
				return strings.Compare(a.Maker+a.Protocol+a.Node+a.Object, b.Maker+b.Protocol+b.Node+b.Object)
			})
			w.touchService(f.Service)
		case *Policy:
			w.inNamespace(f.Namespace, func(p *policies) { p.policies[f.Name.Name] = f })
		case *Workload:
			w.inNamespace(f.Namespace, func(p *policies) { p.workloads[f.Key] = f })
		case *Foreign:
			w.inNamespace(f.Namespace, func(p *policies) { p.foreign[f.key()] = f })
		case *Space:
			w.inNamespace(f.Name, func(p *policies) { p.labels, p.known, p.global = f.Labels, true, f.Global })
			w.all = w.all || f.Global != ""
		default:
			w.others[f] = struct{}{}
			w.touchOther(f)
		}
	}
}

func (w *World) retract(key string, facts []Fact) {
	for _, f := range facts {
		switch f := f.(type) {
		case *Service:
			delete(w.services, f.Name)
			delete(w.keyed, f.Key)
			w.disown(f.Key, f.addresses())
		case *Front:
			delete(w.fronts, f.Key)
			w.disown(f.Key, f.Addresses)
		case *Bound:
			delete(w.bound, f.ownKey())
			w.disown(f.ownKey(), []string{f.Address})
		case *Slice:
			delete(w.slices[f.Service], key)
			if len(w.slices[f.Service]) == 0 {
				delete(w.slices, f.Service)
			}
			w.touchService(f.Service)
		case *Node:
			delete(w.nodes, f.Name)
			w.all = true
		case *Lease:
			w.leases[f.Name.Name] = without(w.leases[f.Name.Name], f)
			if len(w.leases[f.Name.Name]) == 0 {
				delete(w.leases, f.Name.Name)
			}
			w.all = true
		case *Status:
			w.statuses[f.Service] = without(w.statuses[f.Service], f)
			if len(w.statuses[f.Service]) == 0 {
				delete(w.statuses, f.Service)
			}
			w.touchService(f.Service)
		case *Policy:
			w.inNamespace(f.Namespace, func(p *policies) { delete(p.policies, f.Name.Name) })
		case *Workload:
			w.inNamespace(f.Namespace, func(p *policies) { delete(p.workloads, f.Key) })
		case *Foreign:
			w.inNamespace(f.Namespace, func(p *policies) { delete(p.foreign, f.key()) })
		case *Space:
			w.inNamespace(f.Name, func(p *policies) { p.labels, p.known, p.global = nil, false, "" })
			w.all = w.all || f.Global != ""
		default:
			delete(w.others, f)
			w.touchOther(f)
		}
	}
}

func without[F comparable](list []F, gone F) []F {
	return slices.DeleteFunc(list, func(f F) bool { return f == gone })
}

// touchOther lists what a fact of the whole cluster concerns.
func (w *World) touchOther(f Fact) {
	if _, taken := f.(*Taken); taken {
		w.fill = true // it is no service's address that others reach
		return
	}
	w.all = true
}

func (s *Service) addresses() []string {
	out := make([]string, 0, len(s.Ingress)+len(s.External))
	for _, in := range s.Ingress {
		out = append(out, in.Address)
	}
	return append(out, s.External...)
}

func (w *World) own(key string, addresses []string) {
	for _, a := range addresses {
		if w.owners[a] == nil {
			w.owners[a] = map[string]struct{}{}
		}
		w.owners[a][key] = struct{}{}
		w.dirty[a] = struct{}{}
	}
	w.fill = w.fill || len(addresses) > 0
}

func (w *World) disown(key string, addresses []string) {
	for _, a := range addresses {
		delete(w.owners[a], key)
		if len(w.owners[a]) == 0 {
			delete(w.owners, a)
		}
		w.dirty[a] = struct{}{}
	}
	w.fill = w.fill || len(addresses) > 0
}

// touchService lists the addresses of a service.
func (w *World) touchService(name Name) {
	if s := w.services[name]; s != nil {
		for _, a := range s.addresses() {
			w.dirty[a] = struct{}{}
		}
	}
}

// Dirty says whether Take has something to say.
func (w *World) Dirty() bool { return w.all || w.fill || len(w.dirty)+len(w.isolate) > 0 }

// Take returns what is to be said anew since the last time.
func (w *World) Take() []Unit {
	if !w.Dirty() {
		return nil
	}
	var units []Unit
	if w.all {
		w.known = w.learn()
		for a := range w.owners {
			w.dirty[a] = struct{}{}
		}
		units = append(units, w.network(), w.host(), w.mesh())
		units = append(units, w.peers()...)
	}
	if w.all || w.fill {
		units = append(units, w.pools()...)
	}
	for _, a := range slices.Sorted(maps.Keys(w.dirty)) {
		units = append(units, Unit{Key: "vip/" + a, Claims: w.vip(a)})
	}
	for _, namespace := range slices.Sorted(maps.Keys(w.isolate)) {
		units = append(units, w.isolation(namespace))
	}
	clear(w.isolate)
	clear(w.dirty)
	w.all, w.fill = false, false
	return units
}

// Again makes Take say everything.
func (w *World) Again() {
	w.all = true
	for namespace := range w.namespaces {
		w.isolate[namespace] = struct{}{}
	}
}

// knowledge is what the whole cluster's facts amount to, made once for all
// addresses.
type knowledge struct {
	pools     []*Pool
	adverts   []*Advert
	speakers  []*Speakers
	sessions  map[string]map[string][]*Session // maker -> node -> sessions
	agents    map[string][]*Agent              // maker -> agents
	nodes     []*Node                          // by name
	byAddress map[string]*Node                 // address -> node
	cloud     string                           // the provider of most nodes, if it is a cloud
	chosen    map[string][]*Node               // selectors in text -> the nodes that may announce
	poolUnits map[string]struct{}              // keys of the pools that were said
	peerings  []*Peering
	peerUnits map[string]struct{} // keys of the nodes' sessions that were said
}

func (w *World) learn() knowledge {
	k := knowledge{
		sessions: map[string]map[string][]*Session{}, agents: map[string][]*Agent{}, byAddress: map[string]*Node{},
		chosen: map[string][]*Node{}, poolUnits: w.known.poolUnits, peerUnits: w.known.peerUnits,
	}
	for f := range w.others {
		switch f := f.(type) {
		case *Pool:
			k.pools = append(k.pools, f)
		case *Advert:
			k.adverts = append(k.adverts, f)
		case *Speakers:
			k.speakers = append(k.speakers, f)
		case *Session:
			if k.sessions[f.Maker] == nil {
				k.sessions[f.Maker] = map[string][]*Session{}
			}
			k.sessions[f.Maker][f.Node] = append(k.sessions[f.Maker][f.Node], f)
		case *Peering:
			k.peerings = append(k.peerings, f)
		case *Agent:
			k.agents[f.Maker] = append(k.agents[f.Maker], f)
		}
	}
	slices.SortFunc(k.pools, func(a, b *Pool) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(k.adverts, func(a, b *Advert) int {
		return strings.Compare(a.Maker+a.Protocol+a.Object, b.Maker+b.Protocol+b.Object)
	})
	// Facts come in any order, and what is said must not depend on it.
	slices.SortFunc(k.speakers, func(a, b *Speakers) int { return strings.Compare(a.Maker+a.Object, b.Maker+b.Object) })
	slices.SortFunc(k.peerings, func(a, b *Peering) int {
		return strings.Compare(a.Object+a.Node+a.VRF+a.Address, b.Object+b.Node+b.VRF+b.Address)
	})
	for _, agents := range k.agents {
		slices.SortFunc(agents, func(a, b *Agent) int { return strings.Compare(a.Node+a.Mode, b.Node+b.Mode) })
	}
	for _, nodes := range k.sessions {
		for _, sessions := range nodes {
			slices.SortFunc(sessions, func(a, b *Session) int { return strings.Compare(a.Peer+a.Object+a.State, b.Peer+b.Object+b.State) })
		}
	}
	providers := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(w.nodes)) {
		n := w.nodes[name]
		k.nodes = append(k.nodes, n)
		providers[n.Provider]++
		for _, a := range n.Addresses {
			k.byAddress[a] = n
		}
	}
	for p, n := range providers {
		if isCloud(p) && 2*n > len(k.nodes) {
			k.cloud = p
		}
	}
	return k
}

// isCloud says whether machines of a provider stand behind switches of its own.
func isCloud(provider string) bool {
	switch provider {
	case "aws", "gce", "azure", "digitalocean", "oci", "ibm", "linode", "hcloud", "alicloud", "scaleway":
		return true
	}
	return false
}

func parse(address string) netip.Addr {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}
