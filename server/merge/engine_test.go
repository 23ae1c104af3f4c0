package merge_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/merge"
)

func built(t testing.TB, order []string) *merge.Engine {
	t.Helper()
	e := merge.New()
	world := small()
	for _, name := range order {
		apply(t, e, 1, world[name]...)
	}
	return e
}

func inOrder() []string { return slices.Sorted(maps.Keys(small())) }

func wantLine(t testing.TB, e *merge.Engine, parts ...string) {
	t.Helper()
	text := dump(e.Snapshot())
	for line := range strings.SplitSeq(text, "\n") {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			return
		}
	}
	t.Errorf("no line with %q in\n%s", parts, text)
}

func wantNoLine(t testing.TB, e *merge.Engine, parts ...string) {
	t.Helper()
	for line := range strings.SplitSeq(dump(e.Snapshot()), "\n") {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			t.Errorf("unexpected line with %q: %s", parts, line)
		}
	}
}

func TestALinkThatBothEndsReportIsOneEdge(t *testing.T) {
	e := built(t, inOrder())
	wantLine(t, e, "link east/leaf/swp51 -- east/spine/swp1 ok 99% reported true true", "lldp-two-sided")
	if got := e.Snapshot().CountEdges(api.EdgeLink); got != 1 {
		t.Errorf("got %d links, want 1\n%s", got, dump(e.Snapshot()))
	}
}

func TestANodeIsAttachedToThePortThatHearsIt(t *testing.T) {
	e := built(t, inOrder())
	wantLine(t, e, "attach", "uid-a/n1/ens1 -- east/leaf/swp1 ok 90%", "lldp-name")
	wantLine(t, e, "node", "n1", `port="known"`)
	wantLine(t, e, "node", "n2", `port="unknown" port_why="no switch reports it by LLDP"`)
	wantLine(t, e, "cluster east/uid-a")
}

func TestArrivalOrderDoesNotMatter(t *testing.T) {
	want := dump(built(t, inOrder()).Snapshot())
	rapid.Check(t, func(r *rapid.T) {
		order := rapid.Permutation(inOrder()).Draw(r, "order")
		// Some come twice.
		order = append(order, rapid.SliceOfN(rapid.SampledFrom(order), 0, 4).Draw(r, "again")...)
		if diff := cmp.Diff(want, dump(built(t, order).Snapshot())); diff != "" {
			r.Fatalf("order %v gives another graph (-want +got):\n%s", order, diff)
		}
	})
}

func TestTheSameAgainChangesNothing(t *testing.T) {
	e := built(t, inOrder())
	world := small()
	for _, name := range inOrder() {
		for _, o := range world[name] {
			if step := e.Apply([]api.Observation{o}, at(2)); !step.IsEmpty() {
				t.Fatalf("%s again makes a step: %+v", name, step.Change)
			}
		}
	}
}

func TestWhatASourceDoesNotSayAgainIsGone(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 2, complete("kube:a", "pods", 2, object(api.VertexPod, "pod/d/p2", "uid-a", "p2", "node/n2", api.HealthOK))...)
	wantNoLine(t, e, "pod", "p1")
	wantNoLine(t, e, "endpoint")
}

func TestAPartialObservationRemovesNothing(t *testing.T) {
	e := built(t, inOrder())
	before := dump(e.Snapshot())
	apply(t, e, 2, api.Observation{Scope: api.Scope{Source: "kube:a", Table: "pods"}, Kind: api.ObservePartial, Time: at(2)})
	apply(t, e, 2, complete("kube:a", "pods", 2)[:2]...) // begins, and never ends
	if diff := cmp.Diff(before, dump(e.Snapshot())); diff != "" {
		t.Errorf("a partial observation changed the graph:\n%s", diff)
	}
}

func TestALinkThatFailsIsShownDownUntilItsPortIsUp(t *testing.T) {
	e := built(t, inOrder())
	// The rows go first, as they do at a real switch; the port is read later.
	apply(t, e, 10, complete("snmp:leaf", "lldp", 10, chassis("aa"), hears("swp1", "cc", "ens1", "n1"))...)
	apply(t, e, 10, complete("snmp:spine", "lldp", 10, chassis("bb"))...)
	wantLine(t, e, "link east/leaf/swp51 -- east/spine/swp1 unknown", "no longer hears")
	apply(t, e, 11, complete("snmp:leaf", "if", 11, port("swp1", api.HealthOK), port("swp51", api.HealthDown))...)
	apply(t, e, 11, complete("snmp:spine", "if", 11, port("swp1", api.HealthDown))...)
	wantLine(t, e, "link east/leaf/swp51 -- east/spine/swp1 down", "until its port went down")
	// Back again: one link, up, the same as before.
	apply(t, e, 20, complete("snmp:leaf", "if", 20, port("swp1", api.HealthOK), port("swp51", api.HealthOK))...)
	apply(t, e, 20, complete("snmp:leaf", "lldp", 20, chassis("aa"), hears("swp51", "bb", "swp1", "spine"), hears("swp1", "cc", "ens1", "n1"))...)
	apply(t, e, 20, complete("snmp:spine", "if", 20, port("swp1", api.HealthOK))...)
	apply(t, e, 20, complete("snmp:spine", "lldp", 20, chassis("bb"), hears("swp1", "aa", "swp51", "leaf"))...)
	wantLine(t, e, "link", "ok 99%")
}

func TestANeighbourThatLeavesAnUpPortIsGone(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 10, complete("snmp:leaf", "lldp", 10, chassis("aa"), hears("swp51", "bb", "swp1", "spine"))...)
	apply(t, e, 11, complete("snmp:leaf", "if", 11, port("swp1", api.HealthOK), port("swp51", api.HealthOK))...)
	wantNoLine(t, e, "attach")
	wantNoLine(t, e, "nic")
	wantLine(t, e, "node", "n1", `port="unknown"`)
}

func TestAMovedCableIsShownAtItsNewPortOnly(t *testing.T) {
	e := built(t, inOrder())
	apply(t, e, 10, complete("snmp:leaf", "if", 10, port("swp1", api.HealthDown), port("swp51", api.HealthOK))...)
	apply(t, e, 10, complete("snmp:leaf", "lldp", 10, chassis("aa"), hears("swp51", "bb", "swp1", "spine"))...)
	wantLine(t, e, "attach", "leaf/swp1 down")
	apply(t, e, 11, complete("snmp:spine", "if", 11, port("swp1", api.HealthOK), port("swp7", api.HealthOK))...)
	apply(t, e, 11, complete("snmp:spine", "lldp", 11, chassis("bb"), hears("swp1", "aa", "swp51", "leaf"), hears("swp7", "cc", "ens1", "n1"))...)
	wantLine(t, e, "attach", "n1/ens1 -- east/spine/swp7 ok")
	wantNoLine(t, e, "attach", "leaf")
}

func TestAHostThatTurnsOutToBeANodeIsOneVertex(t *testing.T) {
	e := merge.New()
	world := small()
	for _, name := range []string{"leaf system", "leaf if", "leaf lldp"} {
		apply(t, e, 1, world[name]...)
	}
	var host api.VertexID
	for v := range e.Snapshot().Vertices() {
		if v.Derived && v.Kind == api.VertexDevice && v.Name == "n1" {
			host = v.ID
		}
	}
	if host == 0 {
		t.Fatalf("no unmanaged host:\n%s", dump(e.Snapshot()))
	}
	for _, name := range []string{"cluster", "nodes"} {
		apply(t, e, 2, world[name]...)
	}
	wantNoLine(t, e, "device", "n1")
	if v, ok := e.Snapshot().Resolve(host); !ok || v.Kind != api.VertexNode || v.Name != "n1" {
		t.Errorf("the host's former ID means %+v, want node n1", v)
	}
}

func TestANeighbourKeepsItsIDWhenItIsPolled(t *testing.T) {
	e := merge.New()
	world := small()
	for _, name := range []string{"leaf system", "leaf if", "leaf lldp"} {
		apply(t, e, 1, world[name]...)
	}
	var spine api.VertexID
	for v := range e.Snapshot().Vertices() {
		if v.Derived && v.Name == "spine" {
			spine = v.ID
		}
	}
	for _, name := range []string{"spine system", "spine if", "spine lldp"} {
		apply(t, e, 2, world[name]...)
	}
	v, ok := e.Snapshot().Resolve(spine)
	if !ok || v.Derived || v.Name != "spine" {
		t.Fatalf("spine was %s and is now %+v", spine, v)
	}
	wantLine(t, e, "link east/leaf/swp51 -- east/spine/swp1 ok 99%")
}

func TestForgettingASourceTakesAllThatItSaid(t *testing.T) {
	e := built(t, inOrder())
	for _, id := range []api.SourceID{"snmp:leaf", "snmp:spine", "kube:a"} {
		e.Forget(id, at(3))
		if err := e.Snapshot().Check(); err != nil {
			t.Fatalf("after forgetting %s: %v", id, err)
		}
	}
	if text := dump(e.Snapshot()); text != "" {
		t.Errorf("left behind:\n%s", text)
	}
}

func TestIDsSurviveForgettingAndComingBack(t *testing.T) {
	e := built(t, inOrder())
	ids := func() map[string]api.VertexID {
		out := map[string]api.VertexID{}
		for v := range e.Snapshot().Vertices() {
			out[v.Kind.String()+" "+pathOf(e.Snapshot(), v.ID)] = v.ID
		}
		return out
	}
	before := ids()
	e.Forget("kube:a", at(3))
	e.Forget("snmp:leaf", at(3))
	world := small()
	for _, name := range inOrder() {
		apply(t, e, 4, world[name]...)
	}
	if diff := cmp.Diff(before, ids()); diff != "" {
		t.Errorf("IDs changed (-before +after):\n%s", diff)
	}
}

func TestALoadedStateGoesOnWithoutAChange(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		order := rapid.Permutation(inOrder()).Draw(r, "order")
		order = order[:rapid.IntRange(1, len(order)).Draw(r, "length")]
		e := built(t, order)
		loaded, step := merge.Load(e.State(), at(9))
		if !step.Change.IsEmpty() || len(step.Claims) > 0 {
			r.Fatalf("loading changes the graph: %+v\n%s", step.Change, dump(e.Snapshot()))
		}
		if diff := cmp.Diff(e.Snapshot().Plain(), loaded.Snapshot().Plain()); diff != "" {
			r.Fatalf("loaded graph differs:\n%s", diff)
		}
		// Both go on alike.
		world := small()
		for _, name := range inOrder() {
			apply(t, e, 10, world[name]...)
			apply(t, loaded, 10, world[name]...)
		}
		if diff := cmp.Diff(e.Snapshot().Plain(), loaded.Snapshot().Plain()); diff != "" {
			r.Fatalf("they part after loading:\n%s", diff)
		}
	})
}

// Every step's change turns the graph before into the graph after.
func TestChangesTellTheWholeStory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		order := rapid.Permutation(inOrder()).Draw(r, "order")
		e := merge.New()
		plain := api.Graph{}
		world := small()
		step := func(s merge.Step) {
			plain = s.Change.ApplyTo(plain)
			if diff := cmp.Diff(s.Snapshot.Plain(), plain); diff != "" {
				r.Fatalf("the change does not make the graph:\n%s", diff)
			}
		}
		plain.Merged = map[api.VertexID]api.VertexID{}
		for i, name := range order {
			for _, o := range world[name] {
				step(e.Apply([]api.Observation{o}, at(i)))
			}
			if rapid.Float64().Draw(r, "forget") < 0.2 {
				id := rapid.SampledFrom([]api.SourceID{"kube:a", "snmp:leaf", "snmp:spine"}).Draw(r, "source")
				step(e.Forget(id, at(i)))
			}
		}
	})
}
