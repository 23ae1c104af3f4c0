package merge_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/merge"
)

// regionsOf are a graph's sites by the name of their region.
func regionsOf(e *merge.Engine) map[string][]string {
	out := map[string][]string{}
	for v := range e.Snapshot().Vertices() {
		if v.Kind == api.VertexSite {
			region := ""
			if r, ok := e.Snapshot().Vertex(v.Parent); ok {
				region = r.Name
			}
			out[region] = append(out[region], v.Name)
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// hearSites makes one switch a site known.
func hearSites(e *merge.Engine, second int, names ...string) {
	var all []api.Observation
	for _, name := range names {
		all = append(all, complete(api.SourceID("snmp:"+name), "system", second, system(name+"-sw", name)...)...)
	}
	e.Apply(all, at(second))
}

func shops(from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("shop%03d", i))
	}
	return out
}

// Few sites stand in the world itself; of many, those that are named alike are
// put together, and the groups have a lasting place.
func TestManySitesStandInRegions(t *testing.T) {
	few := merge.New()
	hearSites(few, 1, shops(1, 24)...)
	if got := regionsOf(few); len(got) != 1 || len(got[""]) != 24 {
		t.Errorf("24 sites are grouped: %v", got)
	}

	e := merge.New()
	hearSites(e, 1, append([]string{"berlin1", "berlin2", "hamburg"}, shops(1, 50)...)...)
	want := map[string][]string{
		"berlin1 – hamburg": {"berlin1", "berlin2", "hamburg"},
		"shop001 – shop017": shops(1, 17), "shop018 – shop034": shops(18, 34), "shop035 – shop050": shops(35, 50),
	}
	if diff := cmp.Diff(want, regionsOf(e)); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
	for v := range e.Snapshot().Vertices() {
		if (v.Kind == api.VertexRegion || v.Kind == api.VertexSite) && (v.Plot == nil || v.Plot.In != v.Parent) {
			t.Errorf("%s %s has no lasting place", v.Kind, v.Name)
		}
		if v.Kind == api.VertexRegion && (!v.Derived || len(v.Scopes) == 0) {
			t.Errorf("region %s is %+v", v.Name, v)
		}
	}
	if err := e.Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

// A site that comes later joins the region of its neighbour by name as long as
// that is not full; one that goes and comes back is where it was; a region goes
// with its last site, and nothing else moves.
func TestRegionsAreKept(t *testing.T) {
	e := merge.New()
	hearSites(e, 1, shops(1, 40)...)
	before := regionsOf(e)
	plots := plotsOf(e)
	hearSites(e, 2, "shop020b", "shop041")
	got := regionsOf(e)
	for region, list := range before {
		if len(got[region]) != len(list)+1 {
			t.Errorf("%s has %d sites, had %d", region, len(got[region]), len(list))
		}
	}
	for i := range 10 {
		hearSites(e, 3+i, fmt.Sprintf("shop04%db", i))
	}
	if n := len(regionsOf(e)[""]); n != 7 { // 21 + 3 fill the region
		t.Errorf("%d sites stand in the world itself: %v", n, regionsOf(e))
	}
	for id, plot := range plotsOf(e) {
		if was, ok := plots[id]; ok && !was.Equal(plot) {
			t.Errorf("%s moved from %+v to %+v", id, was, plot)
		}
	}

	for _, name := range shops(1, 20) {
		e.Forget(api.SourceID("snmp:"+name), at(20))
	}
	e.Forget("snmp:shop020b", at(20))
	if _, there := regionsOf(e)["shop001 – shop020"]; there {
		t.Error("sites are left")
	}
	for v := range e.Snapshot().Vertices() {
		if v.Name == "shop001 – shop020" {
			t.Error("the region is left")
		}
	}
	hearSites(e, 21, shops(1, 20)...)
	if diff := cmp.Diff(shops(1, 20), regionsOf(e)["shop001 – shop020"]); diff != "" {
		t.Errorf("who came back (-want +got):\n%s", diff)
	}
	for id, plot := range plotsOf(e) {
		if was, ok := plots[id]; ok && !was.Equal(plot) {
			t.Errorf("%s came back to %+v instead of %+v", id, plot, was)
		}
	}
	if err := e.Check(); err != nil {
		t.Error(err)
	}
}

func plotsOf(e *merge.Engine) map[api.VertexID]*api.Plot {
	out := map[api.VertexID]*api.Plot{}
	for v := range e.Snapshot().Vertices() {
		if v.Plot != nil {
			out[v.ID] = v.Plot
		}
	}
	return out
}

// boxesOf is where everything in all channels is drawn.
func boxesOf(e *merge.Engine) map[api.VertexID]layout.Box {
	out := map[api.VertexID]layout.Box{}
	take := func(p layout.Plan) {
		for _, b := range p.Boxes {
			out[b.ID] = b
		}
		for _, f := range p.Furniture {
			out[f.ID] = f.Box
		}
	}
	take(layout.District(e.Snapshot(), 0, layout.ByCluster))
	for v := range e.Snapshot().Vertices() {
		if graph.IsDistrict(v.Kind) {
			take(layout.District(e.Snapshot(), v.ID, layout.ByCluster))
		}
	}
	return out
}

// A restart finds regions and places as they were.
func TestRegionsAndPlacesOutliveARestart(t *testing.T) {
	e := merge.New()
	hearSites(e, 1, shops(1, 60)...)
	loaded, step := merge.Load(e.State(), at(2))
	if len(step.Change.Vertices) != 0 {
		t.Errorf("a restart changes %d vertices", len(step.Change.Vertices))
	}
	before := boxesOf(e)
	if len(before) < 120 {
		t.Fatalf("%d boxes are drawn of 60 sites and 60 switches", len(before))
	}
	if diff := cmp.Diff(before, boxesOf(loaded)); diff != "" {
		t.Errorf("boxes (-before +after):\n%s", diff)
	}
	hearSites(loaded, 3, shops(1, 60)...)
	if diff := cmp.Diff(before, boxesOf(loaded)); diff != "" {
		t.Errorf("boxes once all is heard again (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(regionsOf(e), regionsOf(loaded)); diff != "" {
		t.Errorf("regions (-before +after):\n%s", diff)
	}
	if err := loaded.Check(); err != nil {
		t.Error(err)
	}
}

// Nothing gets a lasting place before every source that is configured was
// heard, also those that have not said what they will read.
func TestNoPlaceBeforeAllAreHeard(t *testing.T) {
	e := merge.New()
	e.Expect([]api.SourceID{"snmp:a", "snmp:b"}, at(0))
	hearSites(e, 1, "a")
	if n := len(plotsOf(e)); n != 0 {
		t.Errorf("%d have a place while b is not heard", n)
	}
	hearSites(e, 2, "b")
	if n := len(plotsOf(e)); n != 4 {
		t.Errorf("%d have a place, want 2 sites and 2 switches", n)
	}
}
