package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/netseam/netseam/server/auth"
)

// errForeign says that a page of another origin made the request.
var errForeign = errors.New("the request comes from a page of another origin")

// policy allows what is served from here, and nothing inline.
const policy = "default-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; " +
	"font-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// secure sets the headers that bind browsers.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		return next(c)
	}
}

// limitBody bounds what a client can make the server read.
func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBody)
		return next(c)
	}
}

// survive turns a panic of a handler into an error.
func (s *Server) survive(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
				panic(cause)
			}
			s.logger.ErrorContext(c.Request().Context(), "handler panicked",
				slog.String("route", c.Path()), slog.Any("panic", cause), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("panic: %v", cause)
		}()
		return next(c)
	}
}

// squeeze compresses answers, but for the stream, which does so itself.
func squeeze() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		MinLength: 1024,
		Skipper:   func(c echo.Context) bool { return c.Path() == "/api/v1/stream" || c.Path() == "/metrics" },
	})
}

// sameOrigin refuses requests that change something and come from pages of
// other origins.
func sameOrigin(origins []string) (echo.MiddlewareFunc, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("origin %q: %w", origin, err)
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return fmt.Errorf("%w: %w", errForeign, err)
			}
			return next(c)
		}
	}, nil
}

// CheckOrigin returns whether a WebSocket may be opened: by a page of the host
// that it asks for, by one of the origins given, or by what is no browser.
func CheckOrigin(origins []string) func(*http.Request) bool {
	allowed := map[string]bool{}
	for _, origin := range origins {
		allowed[strings.ToLower(strings.TrimSuffix(origin, "/"))] = true
	}
	return func(r *http.Request) bool {
		origin := r.Header.Get("Origin")
		if origin == "" || allowed[strings.ToLower(origin)] {
			return true
		}
		u, err := url.Parse(origin)
		return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
	}
}

// guardHost refuses names that are not the server's own, where no token is
// asked for. Probes name whatever address they know.
func (s *Server) guardHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if path := c.Path(); s.deps.Auth.Required() || path == "/healthz" || path == "/readyz" {
			return next(c)
		}
		if _, err := s.deps.Auth.Check(c.Request()); err != nil {
			return err
		}
		return next(c)
	}
}

// authenticate lets in those with a token or a session.
func (s *Server) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		name, err := s.deps.Auth.Check(r)
		if err != nil {
			return err
		}
		c.SetRequest(r.WithContext(auth.WithName(r.Context(), name)))
		return next(c)
	}
}
