package kubeapi

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// front is the listener with everything that came in through it.
type front struct {
	srv    *http.Server
	cancel context.CancelFunc
	// wg counts the accepting goroutine, the connections and the requests.
	wg sync.WaitGroup

	mu      sync.Mutex
	closing bool
	conns   map[net.Conn]struct{}
}

// enter counts a request in, unless the front is closing: a request of HTTP/2
// can begin when its connection is gone already.
func (f *front) enter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closing {
		return false
	}
	f.wg.Add(1)
	return true
}

// open listens and serves. The first time a free port may be chosen, which is
// then kept.
func (s *Server) open(ctx context.Context) (*front, error) {
	ln, err := listen(ctx, cmp.Or(s.addr, s.cfg.Addr))
	if err != nil {
		return nil, fmt.Errorf("serve cluster %s: %w", s.cfg.Name, err)
	}
	s.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(ctx)
	f := &front{cancel: cancel, conns: map[net.Conn]struct{}{}}
	f.srv = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !f.enter() {
				panic(http.ErrAbortHandler)
			}
			defer f.wg.Done()
			s.serve(w, r)
		}),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         f.count,
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       5 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.cfg.Logger.Handler(), slog.LevelDebug),
		TLSConfig: &tls.Config{
			MinVersion: tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				return &s.certs.Load().serving, nil
			},
		},
	}
	f.wg.Go(func() {
		if err := f.srv.ServeTLS(ln, "", ""); !errors.Is(err, http.ErrServerClosed) {
			select {
			case s.failed <- err:
			default:
			}
		}
	})
	return f, nil
}

// listen waits a little for a port that has just been given up.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	for try := 0; ; try++ {
		ln, err := config.Listen(ctx, "tcp", addr)
		if err == nil {
			return ln, nil
		}
		if try == 50 {
			return nil, fmt.Errorf("listen on %s: %w", addr, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("listen on %s: %w", addr, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// count follows connections, so that close can wait for the last one.
func (f *front) count(conn net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch state {
	case http.StateNew:
		f.wg.Add(1)
		f.conns[conn] = struct{}{}
	case http.StateClosed, http.StateHijacked:
		delete(f.conns, conn)
		f.wg.Done()
	case http.StateActive, http.StateIdle:
	}
}

func (f *front) close() {
	f.mu.Lock()
	f.closing = true
	f.mu.Unlock()
	f.cancel()
	// The listener and all connections; what it says of already closed ones is
	// of no use.
	_ = f.srv.Close()
	f.wg.Wait()
}

// cut closes every connection but not the listener.
func (f *front) cut() {
	f.mu.Lock()
	conns := slices.Collect(maps.Keys(f.conns))
	f.mu.Unlock()
	for _, conn := range conns {
		// A connection that is closed already is what is wanted.
		_ = conn.Close()
	}
}
