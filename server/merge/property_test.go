package merge_test

import (
	"fmt"
	"maps"
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
