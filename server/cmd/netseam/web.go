package main

import (
	"context"
	"net"
	"net/http"

	"github.com/netseam/netseam/frontend"
	"github.com/netseam/netseam/server/config"
)

type tempWeb struct{ h http.Handler }

func (t tempWeb) Run(ctx context.Context, l net.Listener) error {
	s := &http.Server{Handler: t.h}
	go func() { <-ctx.Done(); s.Close() }()
	s.Serve(l)
	return nil
}

func (a *app) web() (tempWeb, error) {
	m := http.NewServeMux()
	files, _ := frontend.FS()
	m.Handle("/api/v1/stream", a.stream)
	m.Handle("/", http.FileServerFS(files))
	return tempWeb{m}, nil
}

func originCheck(config.Config) func(*http.Request) bool { return nil }
