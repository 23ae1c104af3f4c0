// Package web serves netseam over HTTP: the REST interface of api/openapi.yaml,
// the stream, the browser side, probes and metrics. It turns errors into
// statuses in one place and decides nothing about the network.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/graph"
	questions "github.com/netseam/netseam/server/query"
)

const (
	// stopWithin is how long requests under way may take once ctx has ended.
	stopWithin = 5 * time.Second
	maxHeader  = 32 << 10
	maxBody    = 64 << 10
)

// Hub is what the interface needs from the hub.
type Hub interface {
	// Current returns the graph as it is published now; never nil.
	Current() *graph.Snapshot
	// Sources returns how each source stands.
	Sources() []api.SourceStatus
	// Kept says whether what is published is durable.
	Kept() api.Kept
	// Forget drops all that a source has said; when it returns nil, that is
	// visible.
	Forget(ctx context.Context, id api.SourceID) error
	Questions
}

// Questions are what is answered from what sources say, as the graph does not
// keep it.
type Questions interface {
	// Candidates are the sightings that concern a vertex, and what became of
	// each.
	Candidates(ctx context.Context, id api.VertexID) ([]api.Candidate, error)
	// Learned is what forwarding and address tables have of a device, or behind
	// a port.
	Learned(ctx context.Context, id api.VertexID) ([]api.Learned, error)
}

// Config says how to serve.
type Config struct {
	// Version is the server's version.
	Version string
	// TLSCert and TLSKey are files; empty for plain HTTP.
	TLSCert, TLSKey string
	// Origins are further origins that browsers may come from, as
	// "https://host[:port]".
	Origins []string
}

// Deps are what New joins together.
type Deps struct {
	Hub    Hub
	Stream http.Handler
	Auth   *auth.Auth
	// Frontend holds the built browser side, index.html at the root; nil if it
	// was not built.
	Frontend fs.FS
	// Demo is the simulated world that is served; nil if it is a real one.
	Demo Demo
	// Discovery is the search for devices; nil if there is none.
	Discovery Discovery
	// Manual serves what lies below /docs; it asks for no token.
	Manual http.Handler
	// Ready says whether the store is loaded and the map served.
	Ready    func() bool
	Registry *prometheus.Registry
	Logger   *slog.Logger
}

// Server serves netseam over HTTP.
type Server struct {
	cfg     Config
	deps    Deps
	logger  *slog.Logger
	handler http.Handler
	tls     *tls.Config // nil for plain HTTP
	texts   questions.Search
}

// New builds a server that serves nothing until Run. The error names what is
// wrong with the certificate or an origin.
func New(cfg Config, deps Deps) (*Server, error) {
	s := &Server{cfg: cfg, deps: deps, logger: deps.Logger}
	if cfg.TLSCert != "" {
		cert, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("load certificate %s: %w", cfg.TLSCert, err)
		}
		s.tls = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	handler, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.handler = handler
	return s, nil
}

// Handler returns what Run serves: for tests.
func (s *Server) Handler() http.Handler { return s.handler }

// Run serves on the listener, which it closes, until ctx ends. Then requests
// under way have five seconds to finish; WebSockets are the stream's to close.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.handler, TLSConfig: s.tls, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if s.tls != nil {
			failed <- server.ServeTLS(listener, "", "")
			return
		}
		failed <- server.Serve(listener)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve http: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		s.logger.WarnContext(ctx, "requests were cut off at the end")
		err = server.Close()
	}
	if served := <-failed; err == nil && !errors.Is(served, http.ErrServerClosed) {
		err = served
	}
	if err != nil {
		return fmt.Errorf("stop http: %w", err)
	}
	return nil
}

// routes joins paths to handlers.
func (s *Server) routes() (http.Handler, error) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.answerError
	sameOrigin, err := sameOrigin(s.cfg.Origins)
	if err != nil {
		return nil, err
	}
	e.Use(s.measure(newMetrics(s.deps.Registry)), s.survive, secure, limitBody, sameOrigin, s.guardHost, squeeze())

	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", s.readiness)
	metrics := promhttp.HandlerFor(s.deps.Registry, promhttp.HandlerOpts{Registry: s.deps.Registry})
	e.GET("/metrics", echo.WrapHandler(metrics), s.authenticate)

	const v1 = "/api/v1"
	e.POST(v1+"/session", s.login)
	e.DELETE(v1+"/session", s.logout)
	e.GET(v1+"/status", s.status, s.authenticate)
	e.GET(v1+"/sources/:id", s.source, s.authenticate)
	e.POST(v1+"/sources/:id/forget", s.forget, s.authenticate)
	e.GET(v1+"/discovery", s.discovery, s.authenticate)
	e.GET(v1+"/vertices", s.vertices, s.authenticate)
	e.GET(v1+"/vertices/:id", s.vertex, s.authenticate)
	e.GET(v1+"/vertices/:id/neighbours", s.neighbours, s.authenticate)
	e.GET(v1+"/vertices/:id/learned", s.learned, s.authenticate)
	e.GET(v1+"/edges", s.edges, s.authenticate)
	e.GET(v1+"/edges/:id", s.edge, s.authenticate)
	e.GET(v1+"/search", s.search, s.authenticate)
	e.GET(v1+"/export", s.export, s.authenticate)
	if s.deps.Demo != nil {
		s.demoRoutes(e.Group(v1+"/demo", s.authenticate, fromThisMachine))
	}
	e.GET(v1+"/stream", echo.WrapHandler(s.deps.Stream), s.authenticate)

	manual := echo.WrapHandler(s.deps.Manual)
	for _, path := range []string{"/docs", "/docs/*"} {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, manual)
	}
	e.GET("/login", s.loginPage)
	e.POST("/login", s.loginForm)
	e.GET("/login.css", s.loginStyle)
	e.Match([]string{http.MethodGet, http.MethodHead}, "/*", s.browser)
	return e, nil
}

func (s *Server) readiness(c echo.Context) error {
	if !s.deps.Ready() {
		return c.String(http.StatusServiceUnavailable, "not ready: the store is being loaded\n")
	}
	return c.String(http.StatusOK, "ok\n")
}
