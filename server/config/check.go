package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/netseam/netseam/server/auth"
)

// checker judges a decoded configuration and fills in what follows from it.
type checker struct {
	*decoder
	cfg *Config
	dir string // of the file
}

func (c *checker) check() {
	c.checkServer()
	c.checkTokens()
	c.checkSNMP()
	c.checkClusters()
	c.checkSwitches()
	c.checkDiscovery()
}

func (c *checker) checkServer() {
	cfg := c.cfg
	if c.given("tls.cert") != c.given("tls.key") {
		c.at("tls", "needs both cert and key")
	}
	c.file("tls.cert", &cfg.TLS.Cert)
	c.file("tls.key", &cfg.TLS.Key)
	if c.given("data") {
		cfg.Data = c.path(cfg.Data)
	}
	if cfg.Data == "" {
		c.at("data", "empty; name a folder")
	}
	if err := cfg.CheckListen(); err != nil {
		c.at("listen", "%v", err)
	}
	c.atLeast("retention", cfg.Retention, time.Hour)
	c.between("max_clients", cfg.MaxClients, 1, 100_000)
	for i, origin := range cfg.Origins {
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" {
			c.at(fmt.Sprintf("origins[%d]", i), "want https://host or https://host:port, got %q", origin)
			continue
		}
		cfg.Origins[i] = strings.ToLower(u.Scheme + "://" + u.Host)
	}
}

func (c *checker) checkTokens() {
	names, hashes := map[string]string{}, map[string]string{}
	for i, token := range c.cfg.Auth.Tokens {
		key := fmt.Sprintf("auth.tokens[%d]", i)
		c.name(key, token.Name, names)
		if _, err := auth.ParseHash(token.Hash); err != nil {
			c.at(key+".hash", "%v", err)
			continue
		}
		c.cfg.Auth.Tokens[i].Hash = strings.ToLower(token.Hash)
		c.unique(key+".hash", strings.ToLower(token.Hash), hashes)
	}
}

func (c *checker) checkSNMP() {
	s := &c.cfg.SNMP
	c.community("snmp", &s.Credentials)
	c.checkSets()
	c.atLeast("snmp.lockout", s.LockOut, time.Second)
	c.atLeast("snmp.interval", s.Interval, 100*time.Millisecond)
	c.atLeast("snmp.interface_interval", s.InterfaceInterval, 100*time.Millisecond)
	c.atLeast("snmp.lldp_interval", s.LLDPInterval, 100*time.Millisecond)
	c.atLeast("snmp.table_interval", s.TableInterval, 100*time.Millisecond)
	c.atLeast("snmp.rate_interval", s.RateInterval, 100*time.Millisecond)
	c.atLeast("snmp.inventory_interval", s.InventoryInterval, 100*time.Millisecond)
	c.atLeast("snmp.timeout", s.Timeout, 10*time.Millisecond)
	if s.Traps != "" {
		if _, port, err := net.SplitHostPort(s.Traps); err != nil || port == "" {
			c.at("snmp.traps", "want HOST:PORT, got %q", s.Traps)
		}
	}
	c.between("snmp.concurrency", s.Concurrency, 1, 10_000)
	c.between("snmp.requests_per_second", s.RequestsPerSecond, 1, 100_000)
	c.between("snmp.retries", s.Retries, 0, 10)
}

func (c *checker) checkClusters() {
	names := map[string]string{}
	for i := range c.cfg.Clusters {
		cl := &c.cfg.Clusters[i]
		key := fmt.Sprintf("clusters[%d]", i)
		c.name(key, cl.Name, names)
		switch {
		case cl.InCluster && (cl.Kubeconfig != "" || cl.Context != ""):
			c.at(key+".in_cluster", "uses the pod's own service account; remove kubeconfig and context, or this")
		case !cl.InCluster && cl.Kubeconfig == "":
			c.at(key+".kubeconfig", "missing; name a kubeconfig file, or set in_cluster: true where netseam runs in this cluster")
		}
		c.file(key+".kubeconfig", &cl.Kubeconfig)
		for j, program := range cl.AllowExec {
			if program == "" {
				c.at(fmt.Sprintf("%s.allow_exec[%d]", key, j), "empty; name the program as it stands in the kubeconfig")
			}
		}
	}
}

func (c *checker) checkSwitches() {
	names, addresses := map[string]string{}, map[string]string{}
	for i := range c.cfg.Switches {
		s := &c.cfg.Switches[i]
		key := fmt.Sprintf("switches[%d]", i)
		c.name(key, s.Name, names)
		if address, err := withPort(s.Address); err != nil {
			c.at(key+".address", "%v", err)
		} else {
			s.Address = address
			c.unique(key+".address", address, addresses)
		}
		c.inherit(key, s)
		c.atLeast(key+".interval", s.Interval, 100*time.Millisecond)
		c.atLeast(key+".interface_interval", s.InterfaceInterval, 100*time.Millisecond)
		c.atLeast(key+".lldp_interval", s.LLDPInterval, 100*time.Millisecond)
		c.atLeast(key+".table_interval", s.TableInterval, 100*time.Millisecond)
		c.atLeast(key+".rate_interval", s.RateInterval, 100*time.Millisecond)
		c.atLeast(key+".inventory_interval", s.InventoryInterval, 100*time.Millisecond)
		c.atLeast(key+".timeout", s.Timeout, 10*time.Millisecond)
		c.between(key+".retries", s.Retries, 0, 10)
		c.between(key+".requests_per_second", s.RequestsPerSecond, 1, 100_000)
		c.checkVRFs(key, s.VRFs)
	}
}

func (c *checker) checkVRFs(key string, list []VRF) {
	const most = 32
	if len(list) > most {
		c.at(key+".vrfs", "%d of them; at most %d are read", len(list), most)
	}
	names := map[string]string{}
	for i, v := range list {
		key := fmt.Sprintf("%s.vrfs[%d]", key, i)
		c.name(key, v.Name, names)
		if len(v.Context) > 64 || strings.ContainsFunc(v.Context, func(r rune) bool { return r <= ' ' || r > '~' || r == '@' }) {
			c.at(key+".context", "%q: want at most 64 printable characters without @ and spaces", v.Context)
		}
	}
}

// name checks a name that becomes part of a source's ID.
func (c *checker) name(key, name string, seen map[string]string) {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	switch {
	case name == "":
		c.at(key+".name", "missing; every entry needs a name of its own")
	case len(name) > 100 || strings.Trim(name, allowed) != "":
		c.at(key+".name", "%q: want at most 100 letters, digits, dots, hyphens and underscores", name)
	default:
		c.unique(key+".name", name, seen)
	}
}

func (c *checker) unique(key, value string, seen map[string]string) {
	if first, ok := seen[value]; ok {
		c.at(key, "the same as %s on line %d", first, c.lines[first])
		return
	}
	seen[value] = key
}

// file makes a path absolute or relative to the working folder, and says
// whether there is such a file; an empty path is no fault.
func (c *checker) file(key string, path *string) bool {
	if *path == "" {
		return false
	}
	*path = c.path(*path)
	info, err := os.Stat(*path)
	switch {
	case err != nil:
		c.at(key, "%s: %v", *path, unwrapPath(err))
	case info.IsDir():
		c.at(key, "%s is a folder, not a file", *path)
	default:
		return true
	}
	return false
}

func (c *checker) path(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.dir, path)
}

func (c *checker) atLeast(key string, got, least time.Duration) {
	if got < least && c.given(key) {
		c.at(key, "want at least %s, got %s", least, got)
	}
}

func (c *checker) between(key string, got, least, most int) {
	if (got < least || got > most) && c.given(key) {
		c.at(key, "want %d to %d, got %d", least, most, got)
	}
}

// unwrapPath takes the path off an error of package os, for it is in the
// message already.
func unwrapPath(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// withPort returns an address with a port, SNMP's own where it has none.
func withPort(address string) (string, error) {
	const snmpPort = "161"
	if address == "" {
		return "", errors.New("missing; give the switch's management address")
	}
	if addr, err := netip.ParseAddr(strings.Trim(address, "[]")); err == nil {
		return net.JoinHostPort(addr.String(), snmpPort), nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = address, snmpPort
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || host == "" || strings.ContainsAny(host, " /@\t\r\n") {
		return "", fmt.Errorf("want a host or an address, with or without :port, got %q", address)
	}
	return net.JoinHostPort(host, port), nil
}
