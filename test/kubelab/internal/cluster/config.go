package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"time"
)

const maxIndex = 50

// Config says what cluster to run. Only Name, Index and Dir must be given.
type Config struct {
	Name  string // The cluster's name, a DNS label; the kubeconfigs' context has it too.
	Index int    // 1 to 50; sets the address ranges below apart from those of other clusters.
	Dir   string // Holds keys, kubeconfigs and the database; a second run with it is the same cluster again.
	Port  int    // Of the API server on 127.0.0.1; 0 means the port of the last run with Dir, or any free one.

	AdvertiseAddress netip.Addr    // What the Service kubernetes leads to; default 172.20.<Index>.10.
	PodCIDR          netip.Prefix  // Default 10.<100+Index>.0.0/16, of which each Node gets a /24.
	ServiceCIDR      netip.Prefix  // Default 10.<200+Index>.0.0/20.
	NodeGrace        time.Duration // How long a Node may be silent before it is Unknown; default 8 s, at least 4 s.
}

func (c Config) withDefaults() (Config, error) {
	switch {
	case !regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$`).MatchString(c.Name):
		return c, fmt.Errorf("name %q: want a DNS label of at most 40 characters", c.Name)
	case c.Index < 1 || c.Index > maxIndex:
		return c, fmt.Errorf("index %d: want 1 to %d", c.Index, maxIndex)
	case c.Dir == "":
		return c, errors.New("dir: want a directory")
	case c.Port < 0 || c.Port > 65535:
		return c, fmt.Errorf("port %d: want 0 to 65535", c.Port)
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, fmt.Errorf("dir %s: %w", c.Dir, err)
	}
	c.Dir = dir
	index := byte(c.Index)
	if !c.AdvertiseAddress.IsValid() {
		c.AdvertiseAddress = netip.AddrFrom4([4]byte{172, 20, index, 10})
	}
	if !c.PodCIDR.IsValid() {
		c.PodCIDR = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 100 + index}), 16)
	}
	if !c.ServiceCIDR.IsValid() {
		c.ServiceCIDR = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 200 + index}), 20)
	}
	c.NodeGrace = cmp.Or(c.NodeGrace, 8*time.Second)
	if c.NodeGrace < 4*time.Second || c.NodeGrace%time.Second != 0 {
		return c, fmt.Errorf("node grace %s: want whole seconds, at least 4s", c.NodeGrace)
	}
	return c, nil
}

func (c Config) path(elem ...string) string {
	return filepath.Join(append([]string{c.Dir}, elem...)...)
}

// AdminKubeconfig is the file through which anything is allowed.
func (c Config) AdminKubeconfig() string { return filepath.Join(c.Dir, "admin.kubeconfig") }

// ReaderKubeconfig is the file through which only reading what a map needs is allowed.
func (c Config) ReaderKubeconfig() string { return filepath.Join(c.Dir, "reader.kubeconfig") }
