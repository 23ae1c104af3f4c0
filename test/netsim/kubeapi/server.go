package kubeapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// Config says what a server is. The zero Config is a server on a free port
// with everything made up.
type Config struct {
	// Name names the cluster in the kubeconfig and enters into made-up UIDs.
	// Default "kubeapi".
	Name string
	// Addr is what to listen on, a loopback address with a port. Default
	// 127.0.0.1:0, a free port.
	Addr string
	// ClusterUID is the UID of the namespace kube-system, which is what a
	// cluster is known by. Made up from seed and name when empty.
	ClusterUID types.UID
	// Seed makes UIDs and the token differ between worlds.
	Seed uint64
	// Token is the bearer token that clients have to show. Made up from seed
	// and name when empty.
	Token string
	// Version is the Kubernetes version that the server claims to be. Default
	// v1.37.0.
	Version string
	// FirstVersion is the resource version before the first object. Default
	// 1000, so that there is room below for [Server.NewHistory].
	FirstVersion uint64
	// History is the number of events that are kept per resource for watches to
	// begin at. Default 1024.
	History int
	// BookmarkEvery is the time between bookmarks on a quiet watch. Default 10 s.
	BookmarkEvery time.Duration
	// WatchFor ends watches that set no time limit. Default 30 min.
	WatchFor time.Duration
	// Now is the clock for creation times. Default time.Now.
	Now func() time.Time
	// Logger hears of what goes wrong. Default silence.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	c.Name = cmp.Or(c.Name, "kubeapi")
	c.Addr = cmp.Or(c.Addr, "127.0.0.1:0")
	c.Version = cmp.Or(c.Version, "v1.37.0")
	c.FirstVersion = cmp.Or(c.FirstVersion, 1000)
	c.History = cmp.Or(c.History, 1024)
	c.BookmarkEvery = cmp.Or(c.BookmarkEvery, 10*time.Second)
	c.WatchFor = cmp.Or(c.WatchFor, 30*time.Minute)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Server is one simulated API server.
type Server struct {
	cfg    Config
	tables map[schema.GroupVersionResource]*table
	byKind map[schema.GroupVersionKind]*table
	certs  atomic.Pointer[certs]
	faults faults
	meter  meter
	// buffers are what watches write through.
	buffers sync.Pool

	// mu guards the tables and what follows.
	mu       sync.Mutex
	version  uint64
	names    map[string]string
	token    string
	watchers map[*watcher]struct{}

	// life guards the way from closed to open and back.
	life  sync.Mutex
	front *front
	// reopen opens the front again after Refuse.
	reopen func() (*front, error)
	// addr is where the server has been opened, empty before.
	addr   string
	failed chan error
}

// New makes a server that holds the namespace kube-system and nothing else. It
// opens no socket and starts nothing.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	if cfg.History < 1 || cfg.BookmarkEvery < 0 || cfg.WatchFor < 0 {
		return nil, fmt.Errorf("history %d, bookmark interval %s, watch limit %s: must be positive",
			cfg.History, cfg.BookmarkEvery, cfg.WatchFor)
	}
	s := &Server{
		cfg:      cfg,
		tables:   map[schema.GroupVersionResource]*table{},
		byKind:   map[schema.GroupVersionKind]*table{},
		version:  cfg.FirstVersion,
		names:    map[string]string{},
		watchers: map[*watcher]struct{}{},
		failed:   make(chan error, 1),
	}
	for _, r := range served() {
		s.serveTable(r)
	}
	s.token = cfg.Token
	if s.token == "" {
		s.token = "token-" + string(s.uidFor("token", "", "", 0))
	}
	if err := s.checkAddr(); err != nil {
		return nil, err
	}
	if err := s.RotateCA(); err != nil {
		return nil, err
	}
	uid := cfg.ClusterUID
	if uid == "" {
		uid = s.uidFor("cluster", "", "", 0)
	}
	err := s.Put(&corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{
			Name: metav1.NamespaceSystem, UID: uid,
			Labels: map[string]string{corev1.LabelMetadataName: metav1.NamespaceSystem},
		},
		Spec:   corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}},
		Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	})
	if err != nil {
		return nil, fmt.Errorf("make kube-system: %w", err)
	}
	return s, nil
}

// checkAddr keeps what anybody could read off the network.
func (s *Server) checkAddr() error {
	at, err := netip.ParseAddrPort(s.cfg.Addr)
	if err != nil {
		return fmt.Errorf("address to serve on: %w", err)
	}
	if !at.Addr().IsLoopback() {
		return fmt.Errorf("address to serve on: %s is not a loopback address", at.Addr())
	}
	return nil
}

// Start opens the listener and serves until Close. Requests end when ctx does.
func (s *Server) Start(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.front != nil {
		return errors.New("server is already open")
	}
	select {
	case err := <-s.failed:
		_ = err // Of a former life.
	default:
	}
	s.reopen = func() (*front, error) { return s.open(ctx) }
	f, err := s.reopen()
	if err != nil {
		return err
	}
	s.front = f
	return nil
}

// Run serves until ctx ends, starting the server unless Start has. When it
// returns nothing of the server is still running.
func (s *Server) Run(ctx context.Context) error {
	s.life.Lock()
	started := s.reopen != nil
	s.life.Unlock()
	if !started {
		if err := s.Start(ctx); err != nil {
			return err
		}
	}
	defer s.Close()
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return fmt.Errorf("serve cluster %s: %w", s.cfg.Name, err)
	}
}

// Close stops serving and waits until nothing runs any more. What the server
// holds stays, and it can be started again, on the same port.
func (s *Server) Close() {
	s.life.Lock()
	defer s.life.Unlock()
	s.shut()
	s.reopen = nil
}

// Refuse closes the listener and cuts every connection: the next ones are
// refused until Accept.
func (s *Server) Refuse() {
	s.life.Lock()
	defer s.life.Unlock()
	s.shut()
}

// Accept opens the listener again on the port it had before Refuse.
func (s *Server) Accept() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.front != nil {
		return nil
	}
	if s.reopen == nil {
		return errors.New("server has not been started")
	}
	f, err := s.reopen()
	if err != nil {
		return err
	}
	s.front = f
	return nil
}

func (s *Server) shut() {
	if s.front != nil {
		s.front.close()
		s.front = nil
	}
}

// URL is where the server is, empty before it is first started.
func (s *Server) URL() string {
	s.life.Lock()
	defer s.life.Unlock()
	if s.addr == "" {
		return ""
	}
	return "https://" + s.addr
}
