package web_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/rest"
	"github.com/netseam/netseam/server/graph"
)

func TestStatus(t *testing.T) {
	got := get[rest.Status](t, setUp(t, nil), "/api/v1/status")
	since := moment()
	want := rest.Status{
		Epoch: 3, Revision: 1234, Time: moment(), Version: "v0.0.0-test", Vertices: 13, Edges: 2,
		ByKind: map[string]int{
			"region": 1, "site": 1, "device": 1, "port": 2, "cluster": 1, "node": 4, "nic": 1, "namespace": 1, "pod": 1, "attach": 1, "link": 1,
		},
		Sources: []rest.Source{
			{Id: "kube:east", Kind: "kube", State: "connecting"},
			{Id: "snmp:leaf1", Kind: "snmp", State: "live", Since: &since, LastOk: &since},
		},
		Kept: rest.Kept{Since: moment(), Why: "disk full"},
		Seam: rest.Seam{Nodes: 4, Known: 2, Why: []rest.SeamReason{
			{Reason: "no LLDP row names it", Count: 1, Example: rest.SeamExample{Id: "v22", Name: "n2", Why: "no LLDP row names it"}},
			{Reason: "nothing is known of its port", Count: 1, Example: rest.SeamExample{Id: "v24", Name: "n4", Why: "nothing is known of its port"}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAVertexSaysWhoSaidWhat(t *testing.T) {
	got := get[rest.Vertex](t, setUp(t, nil), "/api/v1/vertices/v10")
	want := rest.Vertex{
		Id: "v10", Kind: "device", Name: "leaf1", Layer: "physical", Health: "ok",
		Parent:    rest.Ref{Id: "v2", Kind: "site", Name: "berlin"},
		Path:      []rest.Ref{{Id: "v1", Kind: "region", Name: "eu"}, {Id: "v2", Kind: "site", Name: "berlin"}},
		Freshness: rest.Freshness{State: "live", Since: moment()},
		Attrs: []rest.Attr{
			{Key: "address", Value: "192.0.2.11", Scope: 1, SaidBy: rest.SaidBy{Source: "snmp:leaf1", Table: "if", State: "live"}},
			{Key: "mac", Value: "02:00:00:00:00:10", Scope: 1, SaidBy: rest.SaidBy{Source: "snmp:leaf1", Table: "if", State: "live"}},
		},
		Labels: []rest.Label{}, Aliases: []rest.Alias{{Kind: "chassis", Value: "4:02:00:00:00:00:10"}},
		Scopes: []uint32{1, 2}, Children: map[string]int{"port": 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFreshnessIsJoinedFromScopes(t *testing.T) {
	s := setUp(t, nil)
	for id, want := range map[string]rest.Freshness{
		"v11": {State: "unreachable", Since: moment(), Why: "snmp:leaf1/lldp@blue: no answer"},
		"v12": {State: "unknown", Why: "no source vouches for it"},
		"v21": {State: "syncing", Since: moment()},
	} {
		if diff := cmp.Diff(want, get[rest.Vertex](t, s, "/api/v1/vertices/"+id).Freshness); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

func TestAFormerIDMeansTheSurvivingVertex(t *testing.T) {
	s := setUp(t, nil)
	if got := get[rest.Vertex](t, s, "/api/v1/vertices/v99"); got.Id != "v10" || got.MergedFrom != "v99" {
		t.Errorf("got %s, merged from %q", got.Id, got.MergedFrom)
	}
	if got := get[rest.VertexPage](t, s, "/api/v1/vertices?parent=v99"); len(got.Items) != 2 {
		t.Errorf("got %v, want both ports", got.Items)
	}
	if got := get[rest.Vertex](t, s, "/api/v1/vertices/v40"); got.MergedFrom != "" || got.Controller.Name != "shop" {
		t.Errorf("got %+v", got)
	}
}

func ids(page rest.VertexPage) []string {
	out := []string{}
	for _, v := range page.Items {
		out = append(out, v.Id)
	}
	return out
}

func TestListsOfVertices(t *testing.T) {
	s := setUp(t, nil)
	for target, want := range map[string][]string{
		"":                               {"v1", "v2", "v10", "v11", "v12", "v20", "v21", "v22", "v23", "v24", "v30", "v31", "v40"},
		"?kind=port":                     {"v11", "v12"},
		"?kind=port&kind=pod":            {"v11", "v12", "v40"},
		"?parent=v20&kind=node&limit=10": {"v21", "v22", "v23", "v24"},
		"?q=LEAF":                        {"v10", "v21"},
		"?q=leaf&kind=pod":               {},
		"?parent=v40":                    {},
	} {
		if diff := cmp.Diff(want, ids(get[rest.VertexPage](t, s, "/api/v1/vertices"+target))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestPagesHoldEverythingOnce(t *testing.T) {
	s := setUp(t, nil)
	for _, of := range []string{"/api/v1/vertices?limit=2", "/api/v1/vertices?limit=1&parent=v20"} {
		var all []string
		for cursor := ""; ; {
			page := get[rest.VertexPage](t, s, of+cursor)
			all = append(all, ids(page)...)
			if page.Next == "" {
				break
			}
			cursor = "&cursor=" + page.Next
		}
		want := ids(get[rest.VertexPage](t, s, strings.Replace(strings.Replace(of, "limit=2", "limit=1000", 1), "limit=1&", "", 1)))
		if !slices.Equal(all, want) {
			t.Errorf("%s: got %v, want %v", of, all, want)
		}
	}
	first := get[rest.EdgePage](t, s, "/api/v1/edges?limit=1")
	second := get[rest.EdgePage](t, s, "/api/v1/edges?limit=1&cursor="+first.Next)
	if len(first.Items) != 1 || len(second.Items) != 1 || first.Items[0].Id != "e5" || second.Items[0].Id != "e6" || second.Next != "" {
		t.Errorf("got %+v and %+v", first, second)
	}
}

func TestAnEdgeShowsItsEvidence(t *testing.T) {
	s := setUp(t, nil)
	want := rest.Edge{
		Id: "e5", Kind: "attach", Health: "ok", Confidence: 0.95, ReportedB: true,
		A:         rest.EdgeEnd{Id: "v30", Kind: "nic", Name: "eth0", Qualified: "worker-leaf1-a · eth0"},
		B:         rest.EdgeEnd{Id: "v11", Kind: "port", Name: "swp1", Qualified: "leaf1 · swp1"},
		Freshness: rest.Freshness{State: "unreachable", Since: moment(), Why: "snmp:leaf1/lldp@blue: no answer"},
		Scopes:    []uint32{2}, Attrs: []rest.Attr{},
		Evidence: []rest.Evidence{{
			Method: "lldp-mac", Scope: 2, Source: "snmp:leaf1", Table: "lldp@blue", Key: "lldp/1", Text: "swp1 hears 02:…", Since: moment(),
		}},
	}
	if diff := cmp.Diff(want, get[rest.Edge](t, s, "/api/v1/edges/e5")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for target, want := range map[string]int{"?vertex=v11": 2, "?vertex=v30": 1, "?vertex=v1": 0, "?kind=link": 1, "?kind=link&kind=attach": 2, "?vertex=v30&kind=link": 0} {
		if got := get[rest.EdgePage](t, s, "/api/v1/edges"+target); len(got.Items) != want {
			t.Errorf("%s: got %d edges, want %d", target, len(got.Items), want)
		}
	}
}

func TestASourceShowsItsScopesAndCanBeForgotten(t *testing.T) {
	s := setUp(t, nil)
	got := get[rest.SourceDetail](t, s, "/api/v1/sources/snmp:leaf1")
	if len(got.Scopes) != 1 || got.Scopes[0].Context != "blue" || got.Scopes[0].Since != nil || got.Scopes[0].LastOk == nil {
		t.Errorf("got %+v", got)
	}
	get[rest.SourceDetail](t, s, "/api/v1/sources/snmp%3Aleaf1")
	resp := s.do(http.MethodPost, "/api/v1/sources/snmp:leaf1/forget", "")
	contract(t, http.MethodPost, "/api/v1/sources/snmp:leaf1/forget", resp)
	if resp.StatusCode != http.StatusNoContent || !slices.Equal(s.hub.forgotten, []api.SourceID{"snmp:leaf1"}) {
		t.Errorf("got %d, forgotten %v", resp.StatusCode, s.hub.forgotten)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	s := setUp(t, nil)
	for _, c := range []struct {
		code           int
		method, target string
		want           string
	}{
		{404, "GET", "/api/v1/vertices/v77", "there is no vertex v77"},
		{400, "GET", "/api/v1/vertices/77", `"77"`},
		{400, "GET", "/api/v1/vertices/v77x", `"v77x"`},
		{404, "GET", "/api/v1/edges/e77", "there is no edge e77"},
		{400, "GET", "/api/v1/edges/v77", `"v77"`},
		{404, "GET", "/api/v1/sources/snmp:nobody", `"snmp:nobody"`},
		{404, "POST", "/api/v1/sources/snmp:nobody/forget", `"snmp:nobody"`},
		{400, "GET", "/api/v1/status?verbose=1", `unknown parameter "verbose"`},
		{400, "GET", "/api/v1/vertices?kinds=pod", `unknown parameter "kinds"; known here: kind, parent, within, attr, q, limit, cursor`},
		{400, "GET", "/api/v1/vertices?kind=pods", `vertex kind "pods"`},
		{400, "GET", "/api/v1/vertices?kind=", `vertex kind ""`},
		{400, "GET", "/api/v1/vertices?limit=0", "limit"},
		{400, "GET", "/api/v1/vertices?limit=1001", "1 to 1000"},
		{400, "GET", "/api/v1/vertices?limit=ten", "limit"},
		{400, "GET", "/api/v1/vertices?limit=1&limit=2", "given 2 times"},
		{400, "GET", "/api/v1/vertices?parent=east", "parent"},
		{404, "GET", "/api/v1/vertices?parent=v77", "there is no vertex v77"},
		{400, "GET", "/api/v1/vertices?q=", `parameter "q" is empty`},
		{400, "GET", "/api/v1/vertices?cursor=e1", "cursor"},
		{400, "GET", "/api/v1/vertices?" + strings.Repeat("kind=pod&", 33), "more than 32"},
		{400, "GET", "/api/v1/edges?kind=cable", `edge kind "cable"`},
		{404, "GET", "/api/v1/edges?vertex=v77", "v77"},
		{400, "GET", "/api/v1/search", `parameter "q" is missing`},
		{400, "GET", "/api/v1/search?q=%20", "empty"},
		{400, "GET", "/api/v1/search?q=" + strings.Repeat("x", 201), "longer than 200"},
		{404, "GET", "/api/v1/nonsense", "/api/v1/nonsense"},
		{404, "GET", "/api", ""},
		{405, "POST", "/api/v1/status", "Method Not Allowed"},
		{405, "DELETE", "/api/v1/vertices/v10", "Method Not Allowed"},
	} {
		if got := s.problem(t, c.code, c.method, c.target, ""); !strings.Contains(got, c.want) {
			t.Errorf("%s %s: got %q, want %q in it", c.method, c.target, got, c.want)
		}
	}
}

// What goes wrong inside is logged, and not told.
func TestInnerErrorsAreNotTold(t *testing.T) {
	s := setUp(t, nil)
	s.hub.err = errors.New("secret detail")
	if got := s.problem(t, 500, http.MethodPost, "/api/v1/sources/snmp:leaf1/forget", ""); got != "internal error" {
		t.Errorf("got %q", got)
	}
	s.hub.snap.Store(nil)
	if got := s.problem(t, 500, http.MethodGet, "/api/v1/status", ""); got != "internal error" {
		t.Errorf("after a panic: got %q", got)
	}
	for _, want := range []string{"secret detail", "no snapshot"} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, s.log)
		}
	}
}

func TestAnEmptyGraphIsAnsweredTo(t *testing.T) {
	s := setUp(t, nil)
	s.hub.snap.Store(&graph.Snapshot{})
	get[rest.Status](t, s, "/api/v1/status")
	for _, target := range []string{"/api/v1/vertices", "/api/v1/edges", "/api/v1/search?q=x"} {
		if got := get[map[string]any](t, s, target); len(got) != 1 || got["items"] == nil {
			t.Errorf("%s: got %v", target, got)
		}
	}
}
