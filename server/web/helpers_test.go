package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/docs"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func moment() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// world is a site with a leaf, a cluster with a node attached to it, and a pod.
func world() *graph.Snapshot {
	attr := func(scope api.ScopeID, pairs ...string) []api.Attr {
		var out []api.Attr
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, api.Attr{Key: pairs[i], Value: pairs[i+1], Scope: scope})
		}
		return out
	}
	c := api.Change{
		Vertices: map[api.VertexID]*api.Vertex{}, Edges: map[api.EdgeID]*api.Edge{},
		Scopes: map[api.ScopeID]*api.ScopeState{
			1: {ID: 1, Scope: api.Scope{Source: "snmp:leaf1", Table: "if"}, State: api.StateLive, Since: moment()},
			2: {ID: 2, Scope: api.Scope{Source: "snmp:leaf1", Table: "lldp", Context: "blue"}, State: api.StateUnreachable, Since: moment(), Message: "no answer"},
			3: {ID: 3, Scope: api.Scope{Source: "kube:east", Table: "nodes"}, State: api.StateSyncing, Since: moment()},
		},
		Merged: map[api.VertexID]api.VertexID{99: 10},
	}
	for _, v := range []*api.Vertex{
		{ID: 1, Kind: api.VertexRegion, Name: "eu"},
		{ID: 2, Kind: api.VertexSite, Name: "berlin", Parent: 1},
		{
			ID: 10, Kind: api.VertexDevice, Name: "leaf1", Parent: 2, Health: api.HealthOK, Scopes: []api.ScopeID{1, 2},
			Attrs:   attr(1, "address", "192.0.2.11", "mac", "02:00:00:00:00:10"),
			Aliases: []api.Alias{{Kind: api.AliasChassis, Strength: api.Strong, Value: "4:02:00:00:00:00:10"}},
		},
		{ID: 11, Kind: api.VertexPort, Name: "swp1", Parent: 10, Health: api.HealthDown, Scopes: []api.ScopeID{2}, Attrs: attr(1, "mac", "02:00:00:00:00:11")},
		{ID: 12, Kind: api.VertexPort, Name: "swp10", Parent: 10},
		{ID: 20, Kind: api.VertexCluster, Name: "east", Parent: 1},
		{
			ID: 21, Kind: api.VertexNode, Name: "worker-leaf1-a", Parent: 20, Health: api.HealthOK, Scopes: []api.ScopeID{3},
			Attrs:  append(attr(3, "address", "10.1.0.21"), attr(0, "port", "known")...),
			Labels: []api.Label{{Key: "kubernetes.io/os", Value: "Linux"}},
		},
		{ID: 22, Kind: api.VertexNode, Name: "n2", Parent: 20, Attrs: attr(0, "port", "unknown", "port_why", "no LLDP row names it")},
		{ID: 23, Kind: api.VertexNode, Name: "n3", Parent: 20, Attrs: attr(0, "port", "one-sided")},
		{ID: 24, Kind: api.VertexNode, Name: "n4", Parent: 20},
		{ID: 30, Kind: api.VertexNIC, Name: "eth0", Parent: 21, Attrs: attr(3, "addresses", "10.1.0.21 2001:db8::21")},
		{ID: 31, Kind: api.VertexNamespace, Name: "shop", Parent: 20},
		{ID: 40, Kind: api.VertexPod, Name: "cart-7d9f-xkcd", Parent: 21, Controller: 31, Labels: []api.Label{{Key: "app", Value: "cart"}}},
	} {
		c.Vertices[v.ID] = v
	}
	c.Edges[5] = &api.Edge{
		ID: 5, Kind: api.EdgeAttach, A: 30, B: 11, Health: api.HealthOK, Confidence: 95, ReportedB: true, Scopes: []api.ScopeID{2},
		Evidence: []api.Evidence{{Method: api.MethodLLDPMAC, Scope: 2, Key: "lldp/1", Text: "swp1 hears 02:…", Since: moment()}},
	}
	c.Edges[6] = &api.Edge{ID: 6, Kind: api.EdgeLink, A: 11, B: 12, Confidence: 100, Scopes: []api.ScopeID{1}}
	return (&graph.Snapshot{}).Apply(c, 3, 1234, moment())
}

// fakeHub answers from fixed values and records what it is told to forget.
type fakeHub struct {
	snap      atomic.Pointer[graph.Snapshot]
	forgotten []api.SourceID
	err       error
	slow      chan struct{} // Forget waits for it, where set
}

func (h *fakeHub) Current() *graph.Snapshot {
	if h.snap.Load() == nil {
		panic("no snapshot")
	}
	return h.snap.Load()
}

func (h *fakeHub) Kept() api.Kept { return api.Kept{Since: moment(), Why: "disk full"} }

func (h *fakeHub) Sources() []api.SourceStatus {
	return []api.SourceStatus{
		{ID: "kube:east", State: api.StateConnecting},
		{ID: "snmp:leaf1", State: api.StateLive, Since: moment(), LastOK: moment(), Scopes: []api.ScopeStatus{
			{ScopeState: api.ScopeState{ID: 2, Scope: api.Scope{Source: "snmp:leaf1", Table: "lldp", Context: "blue"}, State: api.StateUnreachable, Message: "no answer"}, LastOK: moment()},
		}},
	}
}

func (h *fakeHub) Candidates(_ context.Context, id api.VertexID) ([]api.Candidate, error) {
	return []api.Candidate{
		{Verdict: api.VerdictMatched, Device: id, Port: 11, Protocol: "lldp", Row: "spine1, port swp1", Remote: 12, Edge: 6, Confidence: 99, Why: "w", Scope: 1, Key: "k", Since: moment()},
		{Verdict: api.VerdictAmbiguous, Device: id, Local: "7", Protocol: "lldp", Row: "r", Why: "w", Candidates: []api.VertexID{10, 12}},
	}, h.err
}

func (h *fakeHub) Learned(_ context.Context, id api.VertexID) ([]api.Learned, error) {
	if id != 11 {
		return []api.Learned{{Scope: 2, Count: 7, Aged: 1, Ports: map[api.VertexID]int{0: 2, 11: 5}}, {Scope: 98, Count: 1}}, h.err
	}
	return []api.Learned{{Scope: 2, Count: 1, Rows: []api.LearnedRow{
		{MAC: api.MAC{2, 0, 0, 0, 0, 1}, VLAN: 10}, {MAC: api.MAC{2, 0, 0, 0, 0, 2}, Address: netip.MustParseAddr("10.0.0.2"), VRF: "blue", Aged: true},
	}}}, h.err
}

func (h *fakeHub) Forget(ctx context.Context, id api.SourceID) error {
	if h.slow != nil {
		select {
		case <-h.slow:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	h.forgotten = append(h.forgotten, id)
	return h.err
}

// site is a server under test.
type site struct {
	*web.Server
	hub   *fakeHub
	token string // "" where none is needed
	log   *bytes.Buffer
	ready atomic.Bool
}

// setUp returns a server; change may alter its configuration before.
func setUp(t testing.TB, change func(*web.Config, *auth.Config, *web.Deps)) *site {
	t.Helper()
	s := &site{hub: &fakeHub{}, log: &bytes.Buffer{}}
	s.hub.snap.Store(world())
	cfg, access := web.Config{Version: "v0.0.0-test"}, auth.DefaultConfig()
	manual, err := docs.NewHandler()
	if err != nil {
		t.Fatal(err)
	}
	deps := web.Deps{
		Hub: s.hub, Registry: prometheus.NewRegistry(), Logger: slog.New(slog.NewTextHandler(s.log, nil)),
		Stream: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }),
		Ready:  s.ready.Load, Frontend: files(), Manual: manual,
	}
	if change != nil {
		change(&cfg, &access, &deps)
	}
	if deps.Auth, err = auth.New(access); err != nil {
		t.Fatal(err)
	}
	if s.Server, err = web.New(cfg, deps); err != nil {
		t.Fatal(err)
	}
	return s
}

// withToken makes a server ask for a token.
func withToken(t testing.TB, change func(*web.Config, *auth.Config, *web.Deps)) *site {
	t.Helper()
	token, hash := auth.NewToken()
	s := setUp(t, func(cfg *web.Config, access *auth.Config, deps *web.Deps) {
		access.Tokens = []auth.Token{{Name: "wall", Hash: hash}}
		if change != nil {
			change(cfg, access, deps)
		}
	})
	s.token = token
	return s
}

func files() fs.FS {
	return fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html><title>netseam</title>")},
		"icon.svg":           {Data: []byte("<svg/>")},
		"assets/main-x1.js":  {Data: []byte(strings.Repeat("export {};\n", 300))},
		"assets/font.woff2":  {Data: []byte("wOF2....")},
		"assets/main-x1.css": {Data: []byte("body{}")},
	}
}

// do makes a request. Headers are pairs; Remote is where it comes from.
func (s *site) do(method, target, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "http://localhost:8080"+target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	if remote := r.Header.Get("Remote"); remote != "" {
		r.RemoteAddr = remote
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Result()
}

// get asks for JSON, checks the answer against the contract, and decodes it.
func get[T any](t *testing.T, s *site, target string, headers ...string) T {
	t.Helper()
	resp := s.do(http.MethodGet, target, "", headers...)
	raw := contract(t, http.MethodGet, target, resp)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d %s", target, resp.StatusCode, raw)
	}
	var out T
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v in %s", target, err, raw)
	}
	return out
}

// problem asks and expects to be refused; it returns the words.
func (s *site) problem(t *testing.T, code int, method, target, body string, headers ...string) string {
	t.Helper()
	resp := s.do(method, target, body, headers...)
	raw := contract(t, method, target, resp)
	var p struct {
		Type, Title, Detail string
		Status              int
	}
	if err := json.Unmarshal(raw, &p); err != nil || resp.StatusCode != code || p.Status != code || p.Title == "" || p.Type != "about:blank" {
		t.Fatalf("%s %s: got %d %s, want %d (%v)", method, target, resp.StatusCode, raw, code, err)
	}
	return p.Detail
}

// contract reads an answer and checks it against api/openapi.yaml.
func contract(t *testing.T, method, target string, resp *http.Response) []byte {
	t.Helper()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	router := openAPI(t)
	r := httptest.NewRequest(method, "http://localhost:8080"+target, nil)
	route, params, err := router.FindRoute(r)
	if err != nil {
		if resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusMethodNotAllowed {
			return raw // neither the contract nor the server knows of it
		}
		t.Fatalf("%s %s: %v", method, target, err)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 resp.StatusCode, Header: resp.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	input.SetBodyBytes(raw)
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s %s: the answer breaks the contract: %v", method, target, err)
	}
	return raw
}

func openAPIDoc(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func openAPI(t *testing.T) routers.Router {
	t.Helper()
	doc := openAPIDoc(t)
	doc.Servers = nil // the router takes "/" for a host
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}
