package snmp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// AuthProtocol is how a user of SNMPv3 proves who it is, "" for not at all.
type AuthProtocol string

// The authentication protocols of RFC 3414 and RFC 7860.
const (
	NoAuth AuthProtocol = ""
	MD5    AuthProtocol = "MD5"
	SHA    AuthProtocol = "SHA"
	SHA224 AuthProtocol = "SHA-224"
	SHA256 AuthProtocol = "SHA-256"
	SHA384 AuthProtocol = "SHA-384"
	SHA512 AuthProtocol = "SHA-512"
)

// PrivProtocol is how the messages of a user of SNMPv3 are encrypted, "" for
// not at all.
type PrivProtocol string

// The privacy protocols of RFC 3414 and RFC 3826, and the longer keys of AES
// by either of the two ways to make them: Blumenthal's, and, with a C, the one
// that Cisco and others have.
const (
	NoPriv  PrivProtocol = ""
	DES     PrivProtocol = "DES"
	AES128  PrivProtocol = "AES-128"
	AES192  PrivProtocol = "AES-192"
	AES256  PrivProtocol = "AES-256"
	AES192C PrivProtocol = "AES-192-C"
	AES256C PrivProtocol = "AES-256-C"
)

const (
	maxUser = 32
	// minPassword is RFC 3414's, which real agents enforce.
	minPassword = 8
	maxContext  = 255
)

// Credentials are one way to be let in: a community (SNMPv2c, and SNMPv1 for
// agents that know no better), or a user of SNMPv3.
type Credentials struct {
	// Name is for logs and reports.
	Name      string
	Community Secret
	// User is that of SNMPv3; with it goes no community.
	User         string
	Auth         AuthProtocol
	AuthPassword Secret
	Priv         PrivProtocol
	PrivPassword Secret
	// Context is SNMPv3's contextName, mostly empty.
	Context string
}

// plainName is a protocol's name without what people write differently.
func plainName(text string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToUpper(text))
}

// ParseAuthProtocol reads a protocol's name, however its parts are joined.
func ParseAuthProtocol(text string) (AuthProtocol, error) {
	for _, p := range []AuthProtocol{NoAuth, MD5, SHA, SHA224, SHA256, SHA384, SHA512} {
		if plainName(text) == plainName(string(p)) {
			return p, nil
		}
	}
	if plainName(text) == "SHA1" {
		return SHA, nil
	}
	return NoAuth, fmt.Errorf("authentication protocol %q is none of MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512", text)
}

// ParsePrivProtocol reads a protocol's name, however its parts are joined.
func ParsePrivProtocol(text string) (PrivProtocol, error) {
	for _, p := range []PrivProtocol{NoPriv, DES, AES128, AES192, AES256, AES192C, AES256C} {
		if plainName(text) == plainName(string(p)) {
			return p, nil
		}
	}
	if plainName(text) == "AES" {
		return AES128, nil
	}
	return NoPriv, fmt.Errorf("privacy protocol %q is none of DES, AES-128, AES-192, AES-256, AES-192-C, AES-256-C", text)
}

// codec is the protocol as gosnmp calls it.
func (p AuthProtocol) codec() gosnmp.SnmpV3AuthProtocol {
	switch p {
	case MD5:
		return gosnmp.MD5
	case SHA:
		return gosnmp.SHA
	case SHA224:
		return gosnmp.SHA224
	case SHA256:
		return gosnmp.SHA256
	case SHA384:
		return gosnmp.SHA384
	case SHA512:
		return gosnmp.SHA512
	case NoAuth:
	}
	return gosnmp.NoAuth
}

func (p PrivProtocol) codec() gosnmp.SnmpV3PrivProtocol {
	switch p {
	case DES:
		return gosnmp.DES
	case AES128:
		return gosnmp.AES
	case AES192:
		return gosnmp.AES192
	case AES256:
		return gosnmp.AES256
	case AES192C:
		return gosnmp.AES192C
	case AES256C:
		return gosnmp.AES256C
	case NoPriv:
	}
	return gosnmp.NoPriv
}

// level is the security level that the user has.
func (c Credentials) level() gosnmp.SnmpV3MsgFlags {
	switch {
	case c.Priv != NoPriv:
		return gosnmp.AuthPriv
	case c.Auth != NoAuth:
		return gosnmp.AuthNoPriv
	}
	return gosnmp.NoAuthNoPriv
}

// Validate says what is wrong with them, all at once.
func (c Credentials) Validate() error {
	var errs []error
	complain := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	n := len(c.Community.Reveal())
	if c.User == "" {
		complain(n == 0, "community is missing")
		complain(n > maxCommunity, "community is %d bytes long, at most %d are possible", n, maxCommunity)
		complain(c.Auth != NoAuth || c.Priv != NoPriv, "user is missing, but there is a protocol of SNMPv3")
		complain(c.Context != "", "user is missing, but there is a context of SNMPv3")
		return errors.Join(errs...)
	}
	complain(n > 0, "community and user are both there; one set is for one of them")
	complain(len(c.User) > maxUser, "user is %d bytes long, at most %d are possible", len(c.User), maxUser)
	complain(len(c.Context) > maxContext, "context is %d bytes long, at most %d are possible", len(c.Context), maxContext)
	_, err := ParseAuthProtocol(string(c.Auth))
	complain(err != nil, "%v", err)
	_, err = ParsePrivProtocol(string(c.Priv))
	complain(err != nil, "%v", err)
	complain(c.Auth == NoAuth && c.Priv != NoPriv, "authentication protocol is missing; there is no privacy without one")
	for _, p := range []struct {
		what     string
		on       bool
		password Secret
	}{{"authentication", c.Auth != NoAuth, c.AuthPassword}, {"privacy", c.Priv != NoPriv, c.PrivPassword}} {
		n := len(p.password.Reveal())
		complain(p.on && n < minPassword, "%s password is %d bytes long, at least %d are needed", p.what, n, minPassword)
		complain(!p.on && n > 0, "%s password without a protocol", p.what)
	}
	return errors.Join(errs...)
}
