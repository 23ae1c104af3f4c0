package config

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/netseam/netseam/server/auth"
)

// ErrExposed says that others than this machine could reach netseam without
// what protects it.
var ErrExposed = errors.New("not safe to listen there")

// CheckListen returns nil if the listen address is on loopback, or if access
// needs a token and travels encrypted. Otherwise the error says what to add.
func (c Config) CheckListen() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("want host:port such as 127.0.0.1:8080, got %q", c.Listen)
	}
	if auth.IsLoopback(host) {
		return nil
	}
	var missing []string
	if len(c.Auth.Tokens) == 0 {
		missing = append(missing, "auth.tokens (make one with `netseam token`)")
	}
	if !c.TLS.Configured() && !c.BehindTLSProxy {
		missing = append(missing, "tls.cert and tls.key, or behind_tls_proxy: true (--behind-tls-proxy) where a proxy ends TLS")
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s can be reached from other machines; add %s; or listen on 127.0.0.1",
		ErrExposed, c.Listen, strings.Join(missing, ", and "))
}
