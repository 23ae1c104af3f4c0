package merge_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/merge"
)

// history is an engine that lives through what is drawn, and beside it what
// each scope holds.
type history struct {
	*rapid.T
	engine *merge.Engine
	plain  api.Graph
	held   map[api.Scope]map[string]api.Claim
	known  map[api.SourceID]map[api.Scope]bool // scopes of which anything was ever heard
	second int
	uids   map[api.SourceID]string
}

func newHistory(t *rapid.T) *history {
	h := &history{
		T: t, engine: merge.New(), plain: api.Graph{Merged: map[api.VertexID]api.VertexID{}},
		held: map[api.Scope]map[string]api.Claim{}, known: map[api.SourceID]map[api.Scope]bool{}, second: 1,
		uids: map[api.SourceID]string{"kube:a": "uid-a", "kube:b": "uid-b"},
	}
	if rapid.IntRange(0, 4).Draw(t, "one cluster, two sources") == 0 {
		h.uids["kube:b"] = "uid-a"
	}
	return h
}

// took checks what must hold after every step.
func (h *history) took(before *graph.Snapshot, step merge.Step, what string) {
	h.plain = step.Change.ApplyTo(h.plain)
	if diff := cmp.Diff(step.Snapshot.Plain(), h.plain); diff != "" {
		h.Fatalf("%s: the change does not make the graph:\n%s", what, diff)
	}
	if err := step.Snapshot.Check(); err != nil {
		h.Fatalf("%s: %v\n%s", what, err, describe(step.Snapshot))
	}
	if err := h.engine.Check(); err != nil {
		h.Fatalf("%s: %v\n%s", what, err, describe(step.Snapshot))
	}
	for id, v := range step.Change.Vertices {
		if before, ok := before.Vertex(id); ok && v != nil && cmp.Equal(before, v) {
			h.Fatalf("%s: %s is in the change and did not change", what, id)
		}
	}
}

func (h *history) apply(what string, observations ...api.Observation) {
	for _, o := range observations {
		if h.known[o.Scope.Source] == nil {
			h.known[o.Scope.Source] = map[api.Scope]bool{}
		}
		h.known[o.Scope.Source][o.Scope] = true
	}
	if rapid.Bool().Draw(h.T, "at once") {
		h.took(h.engine.Snapshot(), h.engine.Apply(observations, at(h.second)), what)
		return
	}
	for i := range observations {
		h.took(h.engine.Snapshot(), h.engine.Apply(observations[i:i+1], at(h.second)), fmt.Sprintf("%s, part %d", what, i))
	}
}

func (h *history) forget(source api.SourceID) {
	delete(h.known, source)
	maps.DeleteFunc(h.held, func(s api.Scope, _ map[string]api.Claim) bool { return s.Source == source })
	h.took(h.engine.Snapshot(), h.engine.Forget(source, at(h.second)), "forget "+string(source))
}

func (h *history) restart() {
	engine, step := merge.Load(h.engine.State(), at(h.second))
	if !step.Change.IsEmpty() || len(step.Claims) > 0 {
		h.Fatalf("a restart changes the graph:\n%s\nwas\n%s\nis\n%s",
			cmp.Diff(h.engine.Snapshot().Plain(), engine.Snapshot().Plain()), describe(h.engine.Snapshot()), describe(engine.Snapshot()))
	}
	h.engine = engine
	h.took(h.engine.Snapshot(), step, "restart")
}

// remember keeps what a scope holds. A key that was said in another scope of
// the source moves.
func (h *history) remember(scope api.Scope, claims []api.Claim) {
	for _, c := range claims {
		for other, held := range h.held {
			if other.Source == scope.Source {
				delete(held, c.Key)
			}
		}
		if h.held[scope] == nil {
			h.held[scope] = map[string]api.Claim{}
		}
		h.held[scope][c.Key] = c
	}
}

// step draws one thing that happens.
func (h *history) step() {
	h.second += rapid.IntRange(0, 3).Draw(h.T, "seconds")
	scope := rapid.SampledFrom(scopes()).Draw(h.T, "scope")
	o := func(kind api.ObservationKind, claims ...api.Claim) api.Observation {
		return api.Observation{Scope: scope, Kind: kind, Time: at(h.second), Put: claims}
	}
	what := rapid.SampledFrom([]string{
		"complete", "complete", "complete", "complete", "partial", "cut off", "delta", "state", "same", "forget", "restart", "a month",
	}).Draw(h.T, "what")
	label := what + " " + scope.String()
	switch what {
	case "complete":
		claims := h.claims(scope)
		h.held[scope] = nil
		h.remember(scope, claims)
		cut := rapid.IntRange(0, len(claims)).Draw(h.T, "cut")
		h.apply(label, o(api.ObserveBegin), o(api.ObservePart, claims[:cut]...), o(api.ObservePart, claims[cut:]...), o(api.ObserveEnd))
	case "partial":
		claims := h.claims(scope)
		h.remember(scope, claims)
		h.apply(label, o(api.ObservePartial, claims...))
	case "cut off":
		claims := h.claims(scope)
		h.remember(scope, claims)
		h.apply(label, o(api.ObserveBegin), o(api.ObservePart, claims...))
	case "delta":
		claims := h.claims(scope)
		d := o(api.ObserveDelta, claims...)
		for _, key := range slices.Sorted(maps.Keys(h.held[scope])) {
			said := slices.ContainsFunc(claims, func(c api.Claim) bool { return c.Key == key })
			if !said && rapid.Bool().Draw(h.T, "drop") {
				d.Drop = append(d.Drop, key)
				delete(h.held[scope], key)
			}
		}
		h.remember(scope, claims)
		h.apply(label, d)
	case "state":
		s := o(api.ObserveState)
		s.State = rapid.SampledFrom([]api.State{api.StateUnreachable, api.StateStale, api.StateForbidden}).Draw(h.T, "state")
		h.apply(label, s)
	case "same":
		h.apply(label, o(api.ObserveSame))
	case "forget":
		h.forget(scope.Source)
	case "restart":
		h.restart()
	case "a month":
		h.second += 31 * 24 * 3600
		h.took(h.engine.Snapshot(), h.engine.Apply(nil, at(h.second)), what)
	}
}

// settle lets all ports be up, so that no sighting is kept as lost.
func (h *history) settle() {
	h.second++
	for _, scope := range scopes() {
		if scope.Table != "if" || !h.known[scope.Source][scope] {
			continue
		}
		for key, c := range h.held[scope] {
			if c.Vertex.Health == api.HealthDown {
				up := *c.Vertex
				up.Health = api.HealthOK
				h.held[scope][key] = api.Claim{Key: key, Vertex: &up}
			}
		}
		h.apply("settle", h.said(scope)...)
		h.second += 300 // what is not heard again by then is gone
		h.apply("settle", h.said(scope)...)
	}
	// Rows of tables that are no longer made are forgotten after a week.
	h.second += 8 * 24 * 3600
	for _, scope := range scopes() {
		if (scope.Table == "fdb" || scope.Table == "arp") && h.known[scope.Source][scope] {
			h.apply("settle", h.said(scope)...)
		}
	}
	// What is overtaken is believed again if it is still said after a while.
	h.second += 300
	for _, scope := range scopes() {
		if (scope.Table == "lldp" || scope.Table == "cdp") && h.known[scope.Source][scope] {
			h.apply("settle", h.said(scope)...)
		}
	}
}

func (h *history) said(scope api.Scope) []api.Observation {
	var claims []api.Claim
	for _, key := range slices.Sorted(maps.Keys(h.held[scope])) {
		claims = append(claims, h.held[scope][key])
	}
	out := complete(scope.Source, scope.Table, h.second, claims...)
	return out
}

// afresh is an engine that was told what is held now, and nothing else.
func (h *history) afresh() *merge.Engine {
	var all []api.Scope
	for _, scope := range scopes() {
		if h.known[scope.Source][scope] {
			all = append(all, scope)
		}
	}
	e := merge.New()
	if len(all) == 0 {
		return e
	}
	for _, scope := range rapid.Permutation(all).Draw(h.T, "order") {
		e.Apply(h.said(scope), at(h.second))
		if err := e.Check(); err != nil {
			h.Fatal(err)
		}
	}
	return e
}

// Whatever happens, in whatever order: every change tells the whole story, the
// graph is sound, a restart changes nothing, the graph is what the claims make
// of it and not how they came, and what is forgotten leaves nothing.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHistory(r)
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			h.step()
		}
		h.restart()
		h.settle()
		want := describe(h.afresh().Snapshot())
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(describe(h.engine.Snapshot()), "\n")); diff != "" {
			r.Fatalf("the graph is not what its claims make (-claims alone +with its history):\n%s", diff)
		}
		ids := vertexIDs(h.engine.Snapshot())
		for _, scope := range rapid.Permutation(scopes()).Draw(r, "sources to forget") {
			h.forget(scope.Source)
		}
		if left := describe(h.engine.Snapshot()); left != "" {
			r.Fatalf("left behind in the graph:\n%s", left)
		}
		if left := h.engine.Leftovers(); left != "" {
			r.Fatalf("left behind in the engine: %s", left)
		}
		h.second += 31 * 24 * 3600
		h.engine.Apply(nil, at(h.second))
		if left := h.engine.Remembered(); left != 0 {
			r.Fatalf("%d identities are remembered after a month, of %d vertices", left, len(ids))
		}
	})
}

func scopes() []api.Scope {
	var out []api.Scope
	for _, s := range []api.SourceID{"kube:a", "kube:b"} {
		for _, table := range []string{"cluster", "nodes", "pods", "services", "endpointslices", "tunnels", "nns"} {
			out = append(out, api.Scope{Source: s, Table: table})
		}
	}
	for _, s := range []api.SourceID{"snmp:1", "snmp:2", "snmp:3"} {
		for _, table := range []string{"system", "if", "lldp", "fdb", "arp", "lag", "bgp", "cdp"} {
			out = append(out, api.Scope{Source: s, Table: table})
		}
	}
	return out
}

func pick[T any](h *history, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(h.T, label)
}

// claims draws what a scope may say.
func (h *history) claims(scope api.Scope) []api.Claim {
	switch scope.Table {
	case "system":
		return h.system()
	case "if":
		return h.some("port", 3, h.port)
	case "fdb":
		return h.some("set", 3, h.stations)
	case "arp":
		return h.some("binding", 2, h.bindings)
	case "bgp":
		return h.some("session", 2, func(i int) api.Claim {
			s := &api.Session{Protocol: api.SessionBGP, Device: "device", Remote: pick(h, "remote", "10.0.0.1", "10.0.0.2", "10.0.0.8", "10.0.0.9"), Health: h.health()}
			s.RemoteAS, s.VRF = pick(h, "AS", uint32(0), 65001, 65002), pick(h, "VRF", "", "", "red")
			return api.Claim{Key: fmt.Sprintf("bgp//%d", i), Session: s}
		})
	case "cdp":
		return h.some("row", 3, func(i int) api.Claim {
			c := h.row(i)
			c.Key = fmt.Sprintf("cdp/swp%d", i)
			c.Neighbour.Protocol = pick(h, "protocol", api.ProtocolCDP, api.ProtocolSTP)
			return c
		})
	case "lag":
		return h.some("member", 2, func(i int) api.Claim {
			return api.Claim{Key: fmt.Sprintf("member/swp%d", i), Edge: &api.EdgeClaim{
				Kind: api.EdgeMember, A: fmt.Sprintf("port/swp%d", i), B: "port/swp2", Health: h.health(),
			}}
		})
	case "lldp":
		out := h.some("row", 3, h.row)
		if pick(h, "says its chassis", true, true, false) {
			c := chassis(pick(h, "chassis", "aa", "bb"))
			c.Key = "device#lldp"
			out = append(out, c)
		}
		return out
	}
	uid := h.uids[scope.Source]
	switch scope.Table {
	case "cluster":
		return h.some("cluster", 1, func(int) api.Claim {
			c := cluster(uid)
			c.Vertex.Attrs = []api.KV{
				{Key: api.AttrMeshID, Value: pick(h, "mesh ID", "1", "2")}, {Key: api.AttrMeshName, Value: pick(h, "mesh name", "east", "west")},
			}
			return c
		})
	case "nns":
		return h.some("NIC", 3, func(i int) api.Claim {
			if i == 2 {
				return hostHears("0", "ens0", pick(h, "chassis", "aa", "bb", "cc"), pick(h, "port", "swp0", "swp1"))
			}
			return nic("0", fmt.Sprintf("ens%d", i), pick(h, "type", "ethernet", "bond", "vlan"), pick(h, "mac", m1, m2), pick(h, "own", "", m2))
		})
	case "tunnels":
		return h.some("tunnel", 3, func(i int) api.Claim {
			if i == 2 {
				return shares(pick(h, "mesh name", "east", "west"), pick(h, "mesh ID", "1", "2"), pick(h, "service", "s0", "s1"), pick(h, "shared", true, false))
			}
			if i == 1 {
				return api.Claim{Key: "bgp/1", Session: &api.Session{
					Protocol: api.SessionBGP, Device: "node/1", Remote: pick(h, "remote", "10.0.0.1", "10.0.0.8"), Health: h.health(),
				}}
			}
			return tunnel(pick(h, "end", "cluster", "node/0"), pick(h, "mesh name", "east", "west"), pick(h, "name", "", "n1", "n2"), h.health())
		})
	case "nodes":
		return h.some("node", 3, func(i int) api.Claim { return h.node(uid, i) })
	case "pods":
		return h.some("pod", 3, func(i int) api.Claim {
			return object(api.VertexPod, fmt.Sprintf("pod/d/p%d", i), uid, fmt.Sprintf("p%d", i), fmt.Sprintf("node/%d", i%3), h.health())
		})
	case "services":
		return h.some("service", 1, func(int) api.Claim {
			return object(api.VertexService, "svc/d/s", uid, "s", "cluster", api.HealthUnknown)
		})
	}
	return h.some("endpoint", 3, func(i int) api.Claim {
		return api.Claim{Key: fmt.Sprintf("endpoint/d/s/p%d", i), Edge: &api.EdgeClaim{
			Kind: api.EdgeEndpoint, A: "svc/d/s", B: fmt.Sprintf("pod/d/p%d", i), Health: h.health(),
		}}
	})
}

// some draws which of n things a scope says, in which order.
func (h *history) some(what string, n int, make func(int) api.Claim) []api.Claim {
	var out []api.Claim
	for i := range n {
		if pick(h, what, true, true, false) {
			out = append(out, make(i))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return rapid.Permutation(out).Draw(h.T, "order")
}

func (h *history) health() api.Health {
	return pick(h, "health", api.HealthOK, api.HealthOK, api.HealthDown, api.HealthUnknown)
}

func (h *history) node(uid string, i int) api.Claim {
	c := object(api.VertexNode, fmt.Sprintf("node/%d", i), uid, pick(h, "name", "n1", "n2", "n1.x"), "cluster", h.health())
	if address := pick(h, "address", "", "10.0.0.1", "10.0.0.2"); address != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrAddress, Value: address})
	}
	if mac := pick(h, "mac", "", "", m1, m2); mac != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrMAC, Value: mac})
	}
	return c
}

func (h *history) system() []api.Claim {
	if pick(h, "says nothing", false, false, false, false, true) {
		return nil
	}
	out := system(pick(h, "name", "s1", "s2", "n1"), pick(h, "site", "east", "west"))
	out[1].Vertex.Aliases[0].Scope = pick(h, "address", "10.0.0.8", "10.0.0.9", "10.0.0.1")
	if pick(h, "says its address", true, false) {
		out[1].Vertex.Attrs = []api.KV{{Key: api.AttrAddress, Value: out[1].Vertex.Aliases[0].Scope}, {Key: api.AttrAS, Value: pick(h, "AS", "65001", "65002")}}
	}
	if pick(h, "says its MAC", true, false) {
		out[1].Vertex.Attrs = append(out[1].Vertex.Attrs, api.KV{Key: api.AttrMAC, Value: pick(h, "mac", "aa", "bb", m1)})
	}
	return out
}

// port is one of three, whose index and MAC may be those of another.
func (h *history) port(i int) api.Claim {
	c, partner := port(fmt.Sprintf("swp%d", i), h.health()), ""
	if i == 2 && pick(h, "is a lag", false, false, true) {
		c.Vertex.Kind = api.VertexLAG
		partner = pick(h, "partner", "", "p1", "p2")
	}
	index := fmt.Sprint(pick(h, "index", 1, 2, 3))
	c.Vertex.Aliases = append(c.Vertex.Aliases, api.Alias{Kind: api.AliasIfIndex, Strength: api.Weak, Value: index})
	c.Vertex.Attrs = []api.KV{{Key: api.AttrIfIndex, Value: index}}
	if partner != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrPartner, Value: partner})
	}
	if mac := pick(h, "mac", "", "", "aa", "bb", m1); mac != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrMAC, Value: mac})
	}
	if vlan := pick(h, "PVID", "", "1", "10"); vlan != "" {
		c.Vertex.Attrs = append(c.Vertex.Attrs, api.KV{Key: api.AttrPVID, Value: vlan})
	}
	return c
}

// MACs of hosts.
const (
	m1 = "02:00:00:00:00:01"
	m2 = "02:00:00:00:00:02"
)

// stations are what is behind one of three ports: some of six MACs, one of
// which is a gateway's.
func (h *history) stations(i int) api.Claim {
	s := &api.Stations{Device: "device", Port: fmt.Sprintf("port/swp%d", i), Status: api.StationLearned}
	for _, mac := range []api.MAC{{0, 0, 0x5e, 0, 1, 1}, {2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}, {2, 0, 0, 0, 0, 3}, {2, 0, 0, 0, 0, 4}, {2, 0, 0, 0, 0, 5}} {
		if pick(h, "is there", true, false) {
			s.MACs = append(s.MACs, mac)
		}
	}
	return api.Claim{Key: fmt.Sprintf("fdb/%d/swp%d", pick(h, "VLAN", 0, 10), i), Stations: s}
}

// bindings are of two interfaces, each of which may have two addresses.
func (h *history) bindings(i int) api.Claim {
	b := &api.Bindings{Device: "device", Interface: fmt.Sprintf("Vlan%d", i), VRF: pick(h, "VRF", "", "", "red", "blue")}
	for n := range byte(2) {
		if mac := pick(h, "MAC", byte(0), 1, 2, 3); mac != 0 {
			b.Rows = append(b.Rows, api.Binding{Address: netip.AddrFrom4([4]byte{10, 0, 0, n + 1}), MAC: api.MAC{2, 0, 0, 0, 0, mac}})
		}
	}
	return api.Claim{Key: fmt.Sprintf("arp//Vlan%d", i), Bindings: b}
}

// row is on one of three ports, about a switch, a node, or neither.
func (h *history) row(i int) api.Claim {
	n := &api.Neighbour{
		Protocol: "lldp", Device: "device", Port: fmt.Sprintf("port/swp%d", i),
		ChassisID: pick(h, "chassis", "", "aa", "bb", "cc"), ChassisIDSubtype: api.ChassisMAC,
		SysName: pick(h, "system name", "", "s1", "s2", "n1", "n2", "n1.x", "n1.y", "z"),
	}
	switch pick(h, "port ID", "none", "name", "name", "mac", "local") {
	case "none":
	case "name":
		n.PortIDSubtype, n.PortID = api.PortInterfaceName, pick(h, "port", "swp0", "swp1", "ens1")
	case "mac":
		n.PortIDSubtype, n.PortID = api.PortMAC, pick(h, "port MAC", m1, m2, "aa")
		n.PortDescription = pick(h, "description", "", "ens1", "ens2", "swp1")
	case "local":
		n.PortIDSubtype, n.PortID = api.PortLocal, pick(h, "port", "1", "2", "swp2")
	}
	n.Capabilities = pick(h, "capabilities", 0, api.CapabilityBridge)
	if address := pick(h, "address", "", "", "10.0.0.1", "10.0.0.2", "10.0.0.8"); address != "" {
		n.Addresses = []string{address}
	}
	key := fmt.Sprintf("lldp/swp%d/%d", i, pick(h, "which row of the port", 0, 0, 0, 1))
	return api.Claim{Key: key, Neighbour: n}
}

// describe writes all of a graph that follows from its claims, as sorted text:
// not minted IDs, slots, homes, nor since when.
func describe(s *graph.Snapshot) string {
	path := func(id api.VertexID) string {
		if id == 0 {
			return "-"
		}
		return placeOf(s, id)
	}
	scopeNames := func(ids []api.ScopeID) string {
		var names []string
		for _, id := range ids {
			sc, _ := s.Scope(id)
			names = append(names, sc.Scope.String())
		}
		slices.Sort(names)
		return strings.Join(names, ",")
	}
	attrs := func(list []api.Attr) string {
		var out strings.Builder
		for _, a := range list {
			fmt.Fprintf(&out, " %s=%q@%s", a.Key, a.Value, scopeNames([]api.ScopeID{a.Scope}))
		}
		return out.String()
	}
	var lines []string
	for v := range s.Vertices() {
		line := fmt.Sprintf("%s %s %s derived %v by %s%s", v.Kind, path(v.ID), v.Health, v.Derived, scopeNames(v.Scopes), attrs(v.Attrs))
		var aliases []string
		for _, a := range v.Aliases {
			if v.Kind == api.VertexSegment {
				break // which of its ports it is remembered by, is a memory
			}
			scope := strings.Fields(a.Scope)
			for i, word := range scope {
				if id, err := api.ParseVertexID(word); err == nil {
					scope[i] = path(id)
				}
			}
			a.Scope = strings.Join(scope, " ")
			if id, err := api.ParseVertexID(a.Value); err == nil {
				a.Value = path(id)
			}
			aliases = append(aliases, fmt.Sprint(a))
		}
		slices.Sort(aliases)
		lines = append(lines, line+" "+path(v.Controller)+" "+strings.Join(aliases, " "))
	}
	for e := range s.Edges() {
		a, b, reportedA, reportedB := path(e.A), path(e.B), e.ReportedA, e.ReportedB
		if (e.Kind == api.EdgeLink || e.Kind == api.EdgePeers || e.Kind == api.EdgeTunnels) && (a > b || a == b && reportedB) {
			a, b, reportedA, reportedB = b, a, reportedB, reportedA
		}
		line := fmt.Sprintf("%s %s -- %s %s %d%% reported %v %v by %s%s", e.Kind, a, b, e.Health, e.Confidence,
			reportedA, reportedB, scopeNames(e.Scopes), attrs(e.Attrs))
		if e.Disputed {
			line += " disputed"
		}
		for _, ev := range e.Evidence {
			line += fmt.Sprintf(" [%s %s %s %s]", ev.Method, scopeNames([]api.ScopeID{ev.Scope}), ev.Key, ev.Text)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// placeOf is where a vertex stands, up to its cluster: a cluster's home is a
// memory.
func placeOf(s *graph.Snapshot, id api.VertexID) string {
	v, ok := s.Vertex(id)
	switch {
	case !ok:
		return "?"
	case v.Parent == 0 || v.Kind == api.VertexCluster:
		return v.Name
	}
	return placeOf(s, v.Parent) + "/" + v.Name
}

func vertexIDs(s *graph.Snapshot) map[api.VertexID]string {
	out := map[api.VertexID]string{}
	for v := range s.Vertices() {
		out[v.ID] = placeOf(s, v.ID)
	}
	return out
}
