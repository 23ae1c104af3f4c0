package auth

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// Why a request is not let in.
var (
	// ErrNoCredentials says that the request brings neither token nor session.
	ErrNoCredentials = errors.New("a token or a session is needed")
	// ErrWrong says that the token is not known or the session has ended.
	ErrWrong = errors.New("the token is not known or the session has ended")
	// ErrTooMany says that too many wrong tokens came from there.
	ErrTooMany = errors.New("too many attempts: try again in a minute")
	// ErrRebinding says that the server was asked under a name that is not its own.
	ErrRebinding = errors.New("without tokens netseam answers only to localhost and loopback addresses")
)

// Config says who is let in and how sessions are kept.
type Config struct {
	// Tokens may be empty: then whoever reaches the server is let in, which is
	// for loopback alone.
	Tokens []Token
	// Secure says that browsers come over TLS, so that the cookie travels
	// nowhere else.
	Secure bool
	// BehindProxy says that the last address in X-Forwarded-For is the
	// client's, put there by a proxy of ours.
	BehindProxy bool
	// SessionFor is how long a session lasts; SessionIdle, without requests.
	SessionFor, SessionIdle time.Duration
	// MaxSessions bounds the sessions: past it the one idle longest ends.
	MaxSessions int
	// MaxWrong is how many wrong tokens one address may try within a minute.
	MaxWrong int
}

// DefaultConfig returns the limits for production, without tokens.
func DefaultConfig() Config {
	return Config{SessionFor: 30 * 24 * time.Hour, SessionIdle: 7 * 24 * time.Hour, MaxSessions: 10_000, MaxWrong: 10}
}

// Auth decides who is let in.
type Auth struct {
	cfg      Config
	holders  []holder
	sessions *sessions
	wrong    *attempts
}

// New returns an Auth. The error names the token whose hash is none.
func New(cfg Config) (*Auth, error) {
	d := DefaultConfig()
	if cfg.SessionFor <= 0 {
		cfg.SessionFor = d.SessionFor
	}
	if cfg.SessionIdle <= 0 {
		cfg.SessionIdle = d.SessionIdle
	}
	if cfg.MaxSessions <= 0 {
		cfg.MaxSessions = d.MaxSessions
	}
	if cfg.MaxWrong <= 0 {
		cfg.MaxWrong = d.MaxWrong
	}
	all, err := holders(cfg.Tokens)
	if err != nil {
		return nil, err
	}
	return &Auth{
		cfg: cfg, holders: all,
		sessions: newSessions(cfg.MaxSessions, cfg.SessionFor, cfg.SessionIdle),
		wrong:    newAttempts(cfg.MaxWrong),
	}, nil
}

// Required says whether tokens are configured.
func (a *Auth) Required() bool { return len(a.holders) > 0 }

// cookieName is the session's. Over TLS its prefix makes browsers refuse a
// cookie that another host or a plain connection set.
func (a *Auth) cookieName() string {
	if a.cfg.Secure {
		return "__Host-netseam"
	}
	return "netseam"
}

// Check lets a request in or says why not. It returns the name of who asks; ""
// where no tokens are configured.
func (a *Auth) Check(r *http.Request) (string, error) {
	if !a.Required() {
		return "", checkHost(r)
	}
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", ErrWrong
		}
		if name, ok := find(a.holders, strings.TrimSpace(token)); ok {
			return name, nil
		}
		return "", ErrWrong
	}
	cookie, err := r.Cookie(a.cookieName())
	if err != nil {
		return "", ErrNoCredentials
	}
	if name, ok := a.sessions.find(cookie.Value, time.Now()); ok {
		return name, nil
	}
	return "", ErrWrong
}

// checkHost refuses a request that names a host other than loopback: a page of
// somebody else's whose name was made to resolve to this machine.
func checkHost(r *http.Request) error {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if !IsLoopback(host) {
		return ErrRebinding
	}
	return nil
}

// Login exchanges a token for a session and sets its cookie. It returns the
// name of the token's holder.
func (a *Auth) Login(w http.ResponseWriter, r *http.Request, token string) (string, error) {
	from, now := a.client(r), time.Now()
	if !a.wrong.allowed(from, now) {
		return "", ErrTooMany
	}
	name, ok := find(a.holders, token)
	if !ok {
		a.wrong.note(from, now)
		return "", ErrWrong
	}
	a.setCookie(w, a.sessions.begin(name, now), int(a.cfg.SessionFor/time.Second))
	return name, nil
}

// Logout ends the request's session, if it has one, and takes its cookie away.
func (a *Auth) Logout(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(a.cookieName()); err == nil {
		a.sessions.end(cookie.Value)
	}
	a.setCookie(w, "", -1)
}

func (a *Auth) setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: a.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: a.cfg.Secure, SameSite: http.SameSiteStrictMode,
	})
}

// client returns the address that a request comes from.
func (a *Auth) client(r *http.Request) string {
	if a.cfg.BehindProxy {
		list := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:]); last != "" && len(last) <= 64 {
			return last
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

type whoKey struct{}

// WithName returns a context that carries the name of who asks.
func WithName(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, whoKey{}, name)
}

// Name returns the name that WithName put in; "" for none.
func Name(ctx context.Context) string {
	name, _ := ctx.Value(whoKey{}).(string)
	return name
}
