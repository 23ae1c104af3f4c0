package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/web"
)

func TestEverythingButProbesNeedsATokenWhereOneIsConfigured(t *testing.T) {
	s := withToken(t, nil)
	s.ready.Store(true)
	for _, target := range []string{
		"/api/v1/status", "/api/v1/vertices", "/api/v1/vertices/v10", "/api/v1/edges", "/api/v1/edges/e5", "/api/v1/search?q=x",
		"/api/v1/sources/snmp:leaf1", "/api/v1/stream", "/metrics",
	} {
		s.problem(t, http.StatusUnauthorized, http.MethodGet, target, "")
		resp := s.do(http.MethodGet, target, "", "Authorization", "Bearer "+s.token)
		if resp.StatusCode == http.StatusUnauthorized {
			t.Errorf("%s: the token is refused", target)
		}
		if got := s.do(http.MethodGet, target, "").Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
			t.Errorf("%s: got WWW-Authenticate %q", target, got)
		}
	}
	s.problem(t, http.StatusUnauthorized, http.MethodPost, "/api/v1/sources/snmp:leaf1/forget", "")
	if len(s.hub.forgotten) != 0 {
		t.Error("a source was forgotten without a token")
	}
	for _, target := range []string{"/healthz", "/readyz", "/login", "/login.css", "/assets/main-x1.js"} {
		if resp := s.do(http.MethodGet, target, ""); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d, want 200", target, resp.StatusCode)
		}
	}
	// Who opens the page logs in first, and comes back to where he wanted.
	resp := s.do(http.MethodGet, "/?sel=v12", "")
	if got, want := resp.Header.Get("Location"), "/login?next=%2F%3Fsel%3Dv12"; resp.StatusCode != http.StatusSeeOther || got != want {
		t.Errorf("the page: got %d %s, want a redirect to %s", resp.StatusCode, got, want)
	}
	if resp := s.do(http.MethodGet, "/", "", "Authorization", "Bearer "+s.token); resp.StatusCode != http.StatusOK {
		t.Errorf("the page with a token: got %d, want 200", resp.StatusCode)
	}
}

func TestReadiness(t *testing.T) {
	s := setUp(t, nil)
	if got := s.do(http.MethodGet, "/readyz", "").StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("before: got %d", got)
	}
	s.ready.Store(true)
	if got := s.do(http.MethodGet, "/readyz", "", "Host", "10.0.0.7:8080").StatusCode; got != http.StatusOK {
		t.Errorf("after, under an address: got %d", got)
	}
}

func TestASessionOverTheInterface(t *testing.T) {
	s := withToken(t, nil)
	s.problem(t, http.StatusUnauthorized, http.MethodPost, "/api/v1/session", `{"token":"wrong"}`, "Content-Type", "application/json")
	resp := s.do(http.MethodPost, "/api/v1/session", `{"token":"`+s.token+`"}`, "Content-Type", "application/json")
	raw := contract(t, http.MethodPost, "/api/v1/session", resp)
	if resp.StatusCode != http.StatusOK || len(resp.Cookies()) != 1 || string(raw) != "{\"name\":\"wall\"}\n" {
		t.Fatalf("got %d %s %v", resp.StatusCode, raw, resp.Cookies())
	}
	cookie := resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value
	if got := s.do(http.MethodGet, "/api/v1/status", "", "Cookie", cookie).StatusCode; got != http.StatusOK {
		t.Errorf("with the cookie: got %d", got)
	}
	if got := s.do(http.MethodDelete, "/api/v1/session", "", "Cookie", cookie).StatusCode; got != http.StatusNoContent {
		t.Errorf("logout: got %d", got)
	}
	s.problem(t, http.StatusUnauthorized, http.MethodGet, "/api/v1/status", "", "Cookie", cookie)
}

func TestMalformedLoginsQuoteNothing(t *testing.T) {
	s := withToken(t, nil)
	for _, c := range []struct {
		code        int
		body, media string
	}{
		{400, `{"token":"hunter2"`, "application/json"},
		{400, `{"token":"hunter2","x":1}`, "application/json"},
		{400, `{"token":"hunter2"}{}`, "application/json"},
		{400, `["hunter2"]`, "application/json; charset=utf-8"},
		{401, `{"token":""}`, "application/json"},
		{415, `{"token":"hunter2"}`, "text/plain"},
		{415, `{"token":"hunter2"}`, ""},
		{413, `{"token":"` + strings.Repeat("hunter2", 20_000) + `"}`, "application/json"},
	} {
		if got := s.problem(t, c.code, http.MethodPost, "/api/v1/session", c.body, "Content-Type", c.media); strings.Contains(got, "hunter2") {
			t.Errorf("%.30q: got %q", c.body, got)
		}
	}
	if strings.Contains(s.log.String(), "hunter2") {
		t.Errorf("the log has %s", s.log)
	}
	open := setUp(t, nil)
	open.problem(t, 400, http.MethodPost, "/api/v1/session", `{"token":"x"}`, "Content-Type", "application/json")
}

func TestWrongTokensAreSlowedDown(t *testing.T) {
	s := withToken(t, func(_ *web.Config, access *auth.Config, _ *web.Deps) { access.MaxWrong = 2 })
	for range 2 {
		s.problem(t, 401, http.MethodPost, "/api/v1/session", `{"token":"wrong"}`, "Content-Type", "application/json")
	}
	s.problem(t, 429, http.MethodPost, "/api/v1/session", `{"token":"`+s.token+`"}`, "Content-Type", "application/json")
}

func TestTheLoginPage(t *testing.T) {
	s := withToken(t, nil)
	page := func(resp *http.Response) string {
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	first := page(s.do(http.MethodGet, "/login?next=/%3Fat=v1%22%3E%3Cscript%3E", ""))
	if strings.Contains(first, "<script") || strings.Contains(first, "style=") || !strings.Contains(first, `action="/login"`) {
		t.Errorf("got %s", first)
	}
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	resp := s.do(http.MethodPost, "/login", "token=wrong&next=/x", form...)
	if again := page(resp); resp.StatusCode != http.StatusUnauthorized || !strings.Contains(again, `role="alert"`) || !strings.Contains(again, `value="/x"`) {
		t.Errorf("got %d %s", resp.StatusCode, again)
	}
	for next, want := range map[string]string{
		"/x?y=z": "/x?y=z", "": "/", "//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "x": "/",
	} {
		resp := s.do(http.MethodPost, "/login", "token="+s.token+"&next="+strings.NewReplacer("?", "%3F", "=", "%3D", "\\", "%5C").Replace(next), form...)
		if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != want || len(resp.Cookies()) != 1 {
			t.Errorf("next %q: got %d to %q", next, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
	if resp := setUp(t, nil).do(http.MethodGet, "/login", ""); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("where no token is needed: got %d", resp.StatusCode)
	}
}

func TestPagesOfOthersCannotActOrLook(t *testing.T) {
	s := setUp(t, func(cfg *web.Config, _ *auth.Config, _ *web.Deps) { cfg.Origins = []string{"https://noc.example.net"} })
	const target = "/api/v1/sources/snmp:leaf1/forget"
	s.problem(t, 403, http.MethodPost, target, "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	s.problem(t, 403, http.MethodPost, target, "", "Origin", "https://evil.example")
	s.problem(t, 403, http.MethodGet, "/api/v1/status", "", "Host", "evil.example:8080")
	if got := s.do(http.MethodGet, "/", "", "Host", "evil.example").StatusCode; got != http.StatusForbidden {
		t.Errorf("the page under a foreign name: got %d", got)
	}
	if len(s.hub.forgotten) != 0 {
		t.Fatal("a foreign page made the server forget a source")
	}
	for _, origin := range []string{"http://localhost:8080", "https://noc.example.net"} {
		if got := s.do(http.MethodPost, target, "", "Origin", origin).StatusCode; got != http.StatusNoContent {
			t.Errorf("from %s: got %d", origin, got)
		}
	}
	if _, err := web.New(web.Config{Origins: []string{"noc"}}, web.Deps{}); err == nil || !strings.Contains(err.Error(), "noc") {
		t.Errorf("a malformed origin: got %v", err)
	}
}

func TestOriginsOfWebSockets(t *testing.T) {
	check := web.CheckOrigin([]string{"https://noc.example.net/"})
	for origin, want := range map[string]bool{
		"": true, "http://localhost:8080": true, "https://LOCALHOST:8080": true, "https://noc.example.net": true,
		"https://noc.example.net:444": false, "http://localhost": false, "https://evil.example": false, "null": false, "://": false,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost:8080/api/v1/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		if got := check(r); got != want {
			t.Errorf("%q: got %v, want %v", origin, got, want)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	s := setUp(t, nil)
	for _, target := range []string{"/", "/api/v1/status", "/api/v1/nonsense", "/login.css", "/healthz", "/assets/main-x1.js", "/docs", "/docs/assets/manual.js"} {
		h := s.do(http.MethodGet, target, "").Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", target, want)
			}
		}
		if strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: got %v", target, h)
		}
	}
}

func TestTheBrowserSide(t *testing.T) {
	s := setUp(t, nil)
	for _, c := range []struct {
		target, accept string
		code           int
		cache, media   string
	}{
		{"/", "", 200, "no-cache", "text/html"},
		{"/site/berlin", "", 200, "no-cache", "text/html"},
		{"/device/leaf1.example", "text/html", 200, "no-cache", "text/html"},
		{"/icon.svg", "", 200, "no-cache", "image/svg+xml"},
		{"/assets/main-x1.js", "", 200, "public, max-age=31536000, immutable", "text/javascript"},
		{"/assets/font.woff2", "", 200, "public, max-age=31536000, immutable", "font/woff2"},
		{"/assets/old-x0.js", "text/html", 404, "no-store", "application/problem+json"},
		{"/robots.txt", "*/*", 404, "no-store", "application/problem+json"},
		{"/assets/../../web.go", "", 404, "no-store", "application/problem+json"},
	} {
		resp := s.do(http.MethodGet, c.target, "", "Accept", c.accept)
		if resp.StatusCode != c.code || resp.Header.Get("Cache-Control") != c.cache || !strings.HasPrefix(resp.Header.Get("Content-Type"), c.media) {
			t.Errorf("%s: got %d, %q, %q", c.target, resp.StatusCode, resp.Header.Get("Cache-Control"), resp.Header.Get("Content-Type"))
		}
	}
	if resp := s.do(http.MethodHead, "/", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("HEAD: got %d", resp.StatusCode)
	}
	resp := s.do(http.MethodGet, "/assets/main-x1.js", "", "Accept-Encoding", "gzip", "Range", "bytes=0-10")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("compressed: got %d, %v", resp.StatusCode, resp.Header)
	}
}

func TestAProgramWithoutItsBrowserSideSaysSo(t *testing.T) {
	s := setUp(t, func(_ *web.Config, _ *auth.Config, deps *web.Deps) { deps.Frontend = nil })
	resp := s.do(http.MethodGet, "/", "")
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(raw), "make build") {
		t.Errorf("got %d %s, %v", resp.StatusCode, raw, err)
	}
	if got := s.do(http.MethodGet, "/api/v1/status", "").StatusCode; got != http.StatusOK {
		t.Errorf("the interface: got %d", got)
	}
}

func TestMetricsCountByRoute(t *testing.T) {
	s := setUp(t, nil)
	s.do(http.MethodGet, "/api/v1/vertices/v10", "")
	s.do(http.MethodGet, "/api/v1/vertices/v77", "")
	s.do("BREW", "/api/v1/vertices/v77", "")
	raw, err := io.ReadAll(s.do(http.MethodGet, "/metrics", "").Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`code="200",method="GET",route="/api/v1/vertices/:id"`, `code="404",method="GET",route="/api/v1/vertices/:id"`, `method="other"`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(string(raw), "v77") {
		t.Error("a path became a label")
	}
}

// Every operation of the contract is served: none of them is unknown.
func TestTheContractIsServed(t *testing.T) {
	s, _ := withDemo(t)
	s.ready.Store(true)
	for path, item := range openAPIDoc(t).Paths.Map() {
		for method := range item.Operations() {
			target := strings.NewReplacer("/vertices/{id}", "/vertices/v10", "/edges/{id}", "/edges/e5", "{port}", "v11", "{id}", "snmp:leaf1").Replace(path)
			if path == "/api/v1/search" {
				target += "?q=leaf"
			}
			resp := s.do(method, target, "", "Remote", here)
			contractUnlessStream(t, method, target, resp)
			var p struct{ Detail string }
			if resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusMethodNotAllowed {
				_ = json.NewDecoder(resp.Body).Decode(&p)
				t.Errorf("%s %s: got %d %s", method, target, resp.StatusCode, p.Detail)
			}
		}
	}
}

func contractUnlessStream(t *testing.T, method, target string, resp *http.Response) {
	t.Helper()
	if target != "/api/v1/stream" { // which stands for a teapot here
		contract(t, method, target, resp)
	}
}

// Who cannot log in can read why; the rest of the page stays closed.
func TestTheManualNeedsNoToken(t *testing.T) {
	s := setUp(t, func(_ *web.Config, access *auth.Config, _ *web.Deps) {
		_, hash := auth.NewToken()
		access.Tokens = []auth.Token{{Name: "noc", Hash: hash}}
	})
	for target, want := range map[string]int{
		"/docs": http.StatusOK, "/docs/troubleshooting": http.StatusOK, "/docs/nowhere": http.StatusNotFound,
		"/": http.StatusSeeOther, "/api/v1/status": http.StatusUnauthorized,
	} {
		if got := s.do(http.MethodGet, target, "").StatusCode; got != want {
			t.Errorf("%s: got %d, want %d", target, got, want)
		}
	}
}
