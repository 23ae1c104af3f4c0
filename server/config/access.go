package config

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// authProtocols and privProtocols are those of SNMPv3.
func authProtocols() []string {
	return []string{"MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"}
}

func privProtocols() []string {
	return []string{"DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"}
}

const (
	// minPassword is the shortest that SNMPv3 allows.
	minPassword = 8
	maxUser     = 32
	// maxSets bounds what one switch may be asked with.
	maxSets = 100
)

// checkSets checks the credentials that switches can name.
func (c *checker) checkSets() {
	names := map[string]string{}
	sets := c.cfg.SNMP.Sets
	if len(sets) > maxSets {
		c.at("snmp.credentials", "want at most %d sets, got %d", maxSets, len(sets))
	}
	for i := range sets {
		key := fmt.Sprintf("snmp.credentials[%d]", i)
		c.name(key, sets[i].Name, names)
		c.checkSet(key, &sets[i])
	}
}

func (c *checker) checkSet(key string, s *CredentialSet) {
	community := c.community(key, &s.Credentials)
	if s.User == "" {
		for _, k := range []string{"auth", "priv", "context"} {
			if c.given(key + "." + k) {
				c.at(key+"."+k, "belongs to a user of SNMPv3; give user, too")
			}
		}
		if !community {
			c.at(key, "neither community nor user; give one of them")
		}
		return
	}
	switch {
	case community:
		c.at(key+".user", "given beside a community; a set holds one of them")
	case len(s.User) > maxUser:
		c.at(key+".user", "want at most %d bytes, got %d", maxUser, len(s.User))
	}
	auth := c.keyword(key+".auth", &s.Auth, authProtocols())
	priv := c.keyword(key+".priv", &s.Priv, privProtocols())
	if priv && !auth && !c.given(key+".auth") {
		c.at(key+".priv", "SNMPv3 has no privacy without authentication; give auth, too")
	}
}

// keyword checks a protocol and its password, and says whether they are there.
func (c *checker) keyword(key string, k *Keyword, protocols []string) bool {
	if !c.given(key) {
		return false
	}
	known := slices.ContainsFunc(protocols, func(p string) bool { return plainName(p) == plainName(k.Protocol) })
	known = known || slices.Contains([]string{"AES", "SHA1"}, plainName(k.Protocol)) &&
		slices.Contains(protocols, map[string]string{"AES": "AES-128", "SHA1": "SHA"}[plainName(k.Protocol)])
	if !known {
		c.at(key+".protocol", "want one of %s, got %q", strings.Join(protocols, ", "), k.Protocol)
	}
	given, usable := c.secret(key, "password", &k.Password, &k.PasswordFile, &k.PasswordEnv)
	switch n := len(k.Password.Reveal()); {
	case !given:
		c.at(key, "no password; give password_env or password_file")
	case usable && n < minPassword:
		c.at(key, "the password is %d bytes long; SNMPv3 wants at least %d", n, minPassword)
	}
	return known
}

// plainName is a protocol's name without what people write differently.
func plainName(text string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToUpper(text))
}

// inherit fills in from the SNMP defaults what a switch leaves out.
func (c *checker) inherit(key string, s *Switch) {
	defaults := c.cfg.SNMP
	if !c.given(key + ".interval") {
		s.Interval = defaults.Interval
	}
	if !c.given(key + ".interface_interval") {
		s.InterfaceInterval = defaults.InterfaceInterval
	}
	if !c.given(key + ".lldp_interval") {
		s.LLDPInterval = defaults.LLDPInterval
	}
	if !c.given(key + ".table_interval") {
		s.TableInterval = defaults.TableInterval
	}
	if !c.given(key + ".rate_interval") {
		s.RateInterval = defaults.RateInterval
	}
	if !c.given(key + ".inventory_interval") {
		s.InventoryInterval = defaults.InventoryInterval
	}
	if !c.given(key + ".requests_per_second") {
		s.RequestsPerSecond = defaults.RequestsPerSecond
	}
	if !c.given(key + ".timeout") {
		s.Timeout = defaults.Timeout
	}
	if !c.given(key + ".retries") {
		s.Retries = defaults.Retries
	}
	own := c.community(key, &s.Credentials)
	switch {
	case c.given(key + ".credentials"):
		if own {
			c.at(key+".credentials", "given beside a community; keep one of them")
		}
		c.named(key+".credentials", s.Sets)
	case own:
	case c.anyCommunity("snmp"):
		s.Community = defaults.Community
	case len(defaults.Sets) > 0:
		for _, set := range defaults.Sets {
			s.Sets = append(s.Sets, set.Name)
		}
	default:
		c.at(key, "no credentials; give community_env or community_file here or under snmp for all switches, "+
			"or list sets under snmp.credentials")
	}
}

// named checks that there are sets of these names.
func (c *checker) named(key string, names Names) {
	if len(names) == 0 {
		c.at(key, "empty; name a set of snmp.credentials")
	}
	known := map[string]bool{}
	for _, s := range c.cfg.SNMP.Sets {
		known[s.Name] = true
	}
	seen := map[string]bool{}
	for _, name := range names {
		switch {
		case !known[name]:
			c.at(key, "no set %q under snmp.credentials%s", name, suggest(name, known))
		case seen[name]:
			c.at(key, "names %q twice", name)
		}
		seen[name] = true
	}
}

func (c *checker) anyCommunity(key string) bool {
	return c.given(key+".community") || c.given(key+".community_file") || c.given(key+".community_env")
}

// community resolves a community from its file or variable, and says whether
// the file says anything of one.
func (c *checker) community(key string, cr *Credentials) bool {
	given, _ := c.secret(key, "community", &cr.Community, &cr.CommunityFile, &cr.CommunityEnv)
	return given
}

// secret resolves a text that may be given as it is, in a file or in a
// variable. It says whether any of the three is there, and whether it is of
// use.
func (c *checker) secret(key, word string, text *Secret, file, env *string) (given, usable bool) {
	var ways []string
	for _, way := range []string{word, word + "_file", word + "_env"} {
		if c.given(key + "." + way) {
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return false, false
	}
	if len(ways) > 1 {
		c.at(key+"."+ways[1], "given beside %s; keep one of them", ways[0])
		return true, false
	}
	switch at := key + "." + ways[0]; ways[0] {
	case word + "_file":
		if !c.file(at, file) {
			break
		}
		read, err := os.ReadFile(*file)
		if err != nil {
			c.at(at, "%v", err)
			break
		}
		*text = NewSecret(strings.TrimRight(string(read), "\r\n"))
		if text.IsEmpty() {
			c.at(at, "%s is empty", *file)
		}
	case word + "_env":
		value, ok := os.LookupEnv(*env)
		if !ok || value == "" {
			c.at(at, "environment variable %q is not set", *env)
		}
		*text = NewSecret(value)
	case word:
		if text.IsEmpty() {
			c.at(at, "empty")
		}
	}
	return true, !text.IsEmpty()
}
