package config

import (
	"fmt"
	"net/netip"
	"path"
	"time"
)

func (c *checker) checkDiscovery() {
	d := &c.cfg.Discovery
	c.between("discovery.max_depth", d.MaxDepth, 0, 100)
	c.between("discovery.max_devices", d.MaxDevices, 1, 10_000)
	c.between("discovery.tries", d.Tries, 1, 100)
	c.between("discovery.rate", d.Rate, 1, 1000)
	c.between("discovery.concurrency", d.Concurrency, 1, 1000)
	c.between("discovery.port", d.Port, 1, 65535)
	c.atLeast("discovery.retry", d.Retry, time.Minute)
	c.atLeast("discovery.pause", d.Pause, 100*time.Millisecond)
	c.atLeast("discovery.lockout", d.LockOut, time.Hour)
	c.atLeast("discovery.forget", d.Forget, time.Hour)
	allow, deny := c.prefixes("discovery.allow", d.Allow), c.prefixes("discovery.deny", d.Deny)
	for i, text := range d.Seeds {
		c.checkSeed(entry("discovery.seeds", i), text, allow, deny)
	}
	for i, r := range d.Refuse {
		c.checkRefusal(fmt.Sprintf("discovery.refuse[%d]", i), r)
	}
	if d.Enabled {
		c.checkEnabled(d)
	}
}

// checkEnabled checks what discovery cannot do without.
func (c *checker) checkEnabled(d *Discovery) {
	if len(d.Allow) == 0 {
		c.at("discovery.allow", "no prefix is allowed, so that every device would be refused; name those that may be asked, such as 10.0.0.0/16")
	}
	if len(d.Seeds) == 0 && len(c.cfg.Switches) == 0 {
		c.at("discovery.seeds", "neither seeds nor switches; name an address to begin at")
	}
	switch {
	case c.given("discovery.credentials"):
		c.named("discovery.credentials", d.Sets)
	case c.anyCommunity("snmp"):
	case len(c.cfg.SNMP.Sets) > 0:
		for _, set := range c.cfg.SNMP.Sets {
			d.Sets = append(d.Sets, set.Name)
		}
	default:
		c.at("discovery", "no credentials; give community_env or community_file under snmp, or list sets under snmp.credentials")
	}
}

func (c *checker) checkSeed(key, text string, allow, deny []netip.Prefix) {
	seed, err := netip.ParseAddr(text)
	if err != nil {
		c.at(key, "want an address such as 10.0.0.1, got %q", text)
		return
	}
	within := func(all []netip.Prefix) bool {
		for _, p := range all {
			if p.Contains(seed.Unmap()) {
				return true
			}
		}
		return false
	}
	switch {
	case within(deny):
		c.at(key, "%s lies in a prefix of discovery.deny", text)
	case len(allow) > 0 && !within(allow):
		c.at(key, "%s lies in no prefix of discovery.allow", text)
	}
}

func (c *checker) checkRefusal(key string, r Refusal) {
	if r.Address == "" && r.Chassis == "" && r.Name == "" {
		c.at(key, "refuses nobody; give address, chassis or name")
	}
	if r.Address != "" {
		c.prefixes(key+".address", []string{r.Address})
	}
	if _, err := path.Match(r.Name, ""); err != nil {
		c.at(key+".name", "want a name with * for any letters and ? for one, got %q", r.Name)
	}
}

// prefixes reads prefixes, and reports those that are none.
func (c *checker) prefixes(key string, texts []string) []netip.Prefix {
	var out []netip.Prefix
	for i, text := range texts {
		p, err := ParsePrefix(text)
		if err != nil {
			c.at(entry(key, i), "%v", err)
			continue
		}
		out = append(out, p)
	}
	return out
}

// entry is the key of an entry of a list.
func entry(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }

// ParsePrefix reads a prefix, or an address as one that holds nothing else.
func ParsePrefix(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, fmt.Errorf("want a prefix such as 10.0.0.0/16, or an address, got %q", text)
	}
	return p.Masked(), nil
}
