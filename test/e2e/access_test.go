package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// makeToken makes a token as a user does, and a configuration that knows it.
func makeToken(t *testing.T, extra string) (token, path string) {
	t.Helper()
	out := run(t.Context(), t, "token")
	token = regexp.MustCompile(`nst_\S+`).FindString(out)
	hash := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(out)
	if token == "" || hash == "" {
		t.Fatalf("netseam token prints\n%s", out)
	}
	path = filepath.Join(t.TempDir(), "netseam.yaml")
	text := "listen: 127.0.0.1:0\ndata: data\nauth:\n  tokens:\n    - {name: noc, hash: \"" + hash + "\"}\n" + extra
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return token, path
}

func TestAnAddressThatOthersReachIsRefusedWithoutAccessControl(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "netseam.yaml")
	if err := os.WriteFile(config, []byte("data: data\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), path, "serve", "-c", config, "--listen", "0.0.0.0:8089").CombinedOutput()
	if err == nil {
		t.Fatalf("it serves:\n%s", out)
	}
	for _, want := range []string{"auth.tokens", "tls.cert", "--behind-tls-proxy", "127.0.0.1"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the refusal does not mention %s:\n%s", want, out)
		}
	}
}

func TestWithTokensNobodyReadsWithoutOne(t *testing.T) {
	token, config := makeToken(t, "behind_tls_proxy: true\n")
	p := start(t, "serve", "-c", config)
	ask := func(method, path, body string, header ...string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	upgrade := []string{
		"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13",
		"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==", "Authorization", "Bearer " + token,
	}
	for _, c := range []struct {
		what string
		resp *http.Response
		want int
	}{
		{"status without a token", ask("GET", "/api/v1/status", ""), http.StatusUnauthorized},
		{"metrics without a token", ask("GET", "/metrics", ""), http.StatusUnauthorized},
		{"the stream without a token", ask("GET", "/api/v1/stream", "", upgrade[:8]...), http.StatusUnauthorized},
		{"a wrong token", ask("GET", "/api/v1/status", "", "Authorization", "Bearer nst_wrong"), http.StatusUnauthorized},
		{"the token", ask("GET", "/api/v1/status", "", "Authorization", "Bearer "+token), http.StatusOK},
		{"health needs none", ask("GET", "/healthz", ""), http.StatusOK},
		{"the stream from another origin", ask("GET", "/api/v1/stream", "", append(upgrade, "Origin", "https://evil.example")...), http.StatusForbidden},
		{"the stream", ask("GET", "/api/v1/stream", "", upgrade...), http.StatusSwitchingProtocols},
	} {
		if c.resp.StatusCode != c.want {
			t.Errorf("%s: %s, want %d", c.what, c.resp.Status, c.want)
		}
	}

	login := ask("POST", "/api/v1/session", `{"token":"`+token+`"}`, "Content-Type", "application/json")
	if len(login.Cookies()) != 1 {
		t.Fatalf("login: %s, cookies %v", login.Status, login.Cookies())
	}
	cookie := login.Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("the session's cookie is not guarded: %v", cookie)
	}
	if resp := ask("GET", "/api/v1/status", "", "Cookie", cookie.Name+"="+cookie.Value); resp.StatusCode != http.StatusOK {
		t.Errorf("status with the session: %s", resp.Status)
	}
	if strings.Contains(p.log.String(), token) {
		t.Error("the token stands in the log")
	}
	policy := ask("GET", "/login", "").Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("content security policy %q", policy)
	}
}
