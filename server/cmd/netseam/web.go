package main

import (
	"fmt"
	"io/fs"

	"github.com/netseam/netseam/frontend"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/docs"
	"github.com/netseam/netseam/server/web"
)

// web builds the HTTP side.
func (a *app) web() (*web.Server, error) {
	limits := auth.DefaultConfig()
	limits.Secure = a.cfg.TLS.Configured() || a.cfg.BehindTLSProxy
	limits.BehindProxy = a.cfg.BehindTLSProxy
	for _, t := range a.cfg.Auth.Tokens {
		limits.Tokens = append(limits.Tokens, auth.Token{Name: t.Name, Hash: t.Hash})
	}
	access, err := auth.New(limits)
	if err != nil {
		return nil, fmt.Errorf("set up access: %w", err)
	}
	var page fs.FS
	if files, built := frontend.FS(); built {
		page = files
	}
	manual, err := docs.NewHandler()
	if err != nil {
		return nil, fmt.Errorf("set up the manual: %w", err)
	}
	return web.New(web.Config{
		Version: version, TLSCert: a.cfg.TLS.Cert, TLSKey: a.cfg.TLS.Key, Origins: a.cfg.Origins,
	}, web.Deps{
		Hub: a.hub, Stream: a.stream, Auth: access, Frontend: page, Demo: a.demo, Manual: manual, Discovery: a.search.crawler,
		// The first epoch begins once the state is loaded.
		Ready:    func() bool { return a.hub.Current().Epoch != 0 },
		Registry: a.registry, Logger: named(a.logger, "web"),
	})
}
