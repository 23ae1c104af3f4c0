package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/netseam/netseam/server/auth"
)

func guarded(t *testing.T, change func(*auth.Config)) (*auth.Auth, string) {
	t.Helper()
	token, hash := auth.NewToken()
	cfg := auth.DefaultConfig()
	cfg.Tokens = []auth.Token{{Name: "other", Hash: "sha256:" + strings.Repeat("0", 64)}, {Name: "wall", Hash: hash}}
	if change != nil {
		change(&cfg)
	}
	a, err := auth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a, token
}

func request(headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://noc.example.net/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func TestTokensAreLongAndDiffer(t *testing.T) {
	a, hashA := auth.NewToken()
	b, hashB := auth.NewToken()
	if a == b || hashA == hashB || len(a) < 43 || strings.Contains(hashA, a) {
		t.Errorf("got %q, %q and %q, %q", a, hashA, b, hashB)
	}
	if _, err := auth.ParseHash(hashA); err != nil {
		t.Error(err)
	}
}

func TestBearerTokens(t *testing.T) {
	a, token := guarded(t, nil)
	for _, c := range []struct {
		header string
		want   error
	}{
		{"Bearer " + token, nil},
		{"bearer " + token, nil},
		{"Bearer " + token + "x", auth.ErrWrong},
		{"Bearer ", auth.ErrWrong},
		{"Basic " + token, auth.ErrWrong},
		{token, auth.ErrWrong},
		{"", auth.ErrNoCredentials},
	} {
		r := request()
		if c.header != "" {
			r.Header.Set("Authorization", c.header)
		}
		name, err := a.Check(r)
		if !errors.Is(err, c.want) || (err == nil) != (name == "wall") {
			t.Errorf("%.12q: got %q, %v; want %v", c.header, name, err, c.want)
		}
	}
}

// login returns the cookie of a new session.
func login(t *testing.T, a *auth.Auth, token string) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if name, err := a.Login(w, request(), token); err != nil || name != "wall" {
		t.Fatalf("login: %q, %v", name, err)
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("got cookies %v", cookies)
	}
	return cookies[0]
}

func withCookie(c *http.Cookie) *http.Request {
	r := request()
	r.AddCookie(c)
	return r
}

func TestASessionLastsUntilLogout(t *testing.T) {
	a, token := guarded(t, nil)
	c := login(t, a, token)
	if name, err := a.Check(withCookie(c)); err != nil || name != "wall" {
		t.Fatalf("got %q, %v", name, err)
	}
	w := httptest.NewRecorder()
	a.Logout(w, withCookie(c))
	if gone := w.Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 || gone[0].Name != c.Name {
		t.Errorf("the cookie is not taken away: %v", gone)
	}
	if _, err := a.Check(withCookie(c)); !errors.Is(err, auth.ErrWrong) {
		t.Errorf("after logout: got %v", err)
	}
}

func TestTheCookieIsGuarded(t *testing.T) {
	for _, secure := range []bool{true, false} {
		a, token := guarded(t, func(cfg *auth.Config) { cfg.Secure = secure })
		c := login(t, a, token)
		if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("secure %v: got %v", secure, c)
		}
		if strings.HasPrefix(c.Name, "__Host-") != secure || strings.Contains(token, c.Value) || len(c.Value) < 40 {
			t.Errorf("secure %v: got %v", secure, c)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, token := guarded(t, func(cfg *auth.Config) { cfg.SessionFor, cfg.SessionIdle = 10*time.Hour, 4*time.Hour })
		wait := func(d time.Duration) { <-time.After(d) }
		idle, used := login(t, a, token), login(t, a, token)
		for range 3 {
			wait(3 * time.Hour)
			if _, err := a.Check(withCookie(used)); err != nil {
				t.Fatalf("a session in use ended early: %v", err)
			}
		}
		if _, err := a.Check(withCookie(idle)); !errors.Is(err, auth.ErrWrong) {
			t.Errorf("an idle session goes on: %v", err)
		}
		wait(time.Hour)
		if _, err := a.Check(withCookie(used)); !errors.Is(err, auth.ErrWrong) {
			t.Errorf("a session goes on past its time: %v", err)
		}
	})
}

func TestTheSessionIdleLongestMakesRoom(t *testing.T) {
	a, token := guarded(t, func(cfg *auth.Config) { cfg.MaxSessions = 2 })
	first, second := login(t, a, token), login(t, a, token)
	if _, err := a.Check(withCookie(first)); err != nil {
		t.Fatal(err)
	}
	third := login(t, a, token)
	for c, want := range map[*http.Cookie]error{first: nil, second: auth.ErrWrong, third: nil} {
		if _, err := a.Check(withCookie(c)); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func TestWrongTokensAreSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, token := guarded(t, func(cfg *auth.Config) { cfg.MaxWrong, cfg.BehindProxy = 3, true })
		from := func(address string) *http.Request { return request("X-Forwarded-For", "9.9.9.9, "+address) }
		for range 3 {
			if _, err := a.Login(httptest.NewRecorder(), from("192.0.2.1"), "wrong"); !errors.Is(err, auth.ErrWrong) {
				t.Fatalf("got %v", err)
			}
		}
		if _, err := a.Login(httptest.NewRecorder(), from("192.0.2.1"), token); !errors.Is(err, auth.ErrTooMany) {
			t.Errorf("the fourth is not refused: %v", err)
		}
		if _, err := a.Login(httptest.NewRecorder(), from("192.0.2.2"), token); err != nil {
			t.Errorf("another address is refused: %v", err)
		}
		<-time.After(time.Minute)
		if _, err := a.Login(httptest.NewRecorder(), from("192.0.2.1"), token); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

func TestWithoutTokensOnlyLoopbackNamesAreAnswered(t *testing.T) {
	a, err := auth.New(auth.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]error{
		"localhost": nil, "localhost:8080": nil, "LOCALHOST.": nil, "127.0.0.1:8080": nil, "[::1]:8080": nil, "[::1]": nil,
		"evil.example": auth.ErrRebinding, "evil.example:8080": auth.ErrRebinding, "127.0.0.1.evil.example": auth.ErrRebinding,
		"192.0.2.1": auth.ErrRebinding, "": auth.ErrRebinding, "0.0.0.0": auth.ErrRebinding,
	} {
		r := request()
		r.Host = host
		if _, err := a.Check(r); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", host, err, want)
		}
	}
}

func TestATokenInClearIsNoHashAndIsNotQuoted(t *testing.T) {
	token, _ := auth.NewToken()
	cfg := auth.DefaultConfig()
	cfg.Tokens = []auth.Token{{Name: "wall", Hash: token}}
	_, err := auth.New(cfg)
	if !errors.Is(err, auth.ErrHash) || strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), "wall") {
		t.Errorf("got %v", err)
	}
}
