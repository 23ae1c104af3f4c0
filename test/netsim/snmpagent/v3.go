package snmpagent

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gosnmp/gosnmp"
)

const (
	// defaultEngineID is RFC 3411's form of a text, under Netseam's number.
	defaultEngineID = "\x80\x00\x9d\x76\x04netseam"
	// timeWindow is by how much a request's clock may differ, in seconds.
	timeWindow = 150
	// v3Overhead bounds what SNMPv3 adds to a message of SNMPv2c.
	v3Overhead = 300
)

// The counters that an engine reports (RFC 3414 §5, RFC 3413 §4.1.2).
const (
	reportLevel      = "1.3.6.1.6.3.15.1.1.1.0"
	reportTime       = "1.3.6.1.6.3.15.1.1.2.0"
	reportUser       = "1.3.6.1.6.3.15.1.1.3.0"
	reportEngine     = "1.3.6.1.6.3.15.1.1.4.0"
	reportDigest     = "1.3.6.1.6.3.15.1.1.5.0"
	reportDecryption = "1.3.6.1.6.3.15.1.1.6.0"
	reportContext    = "1.3.6.1.6.3.12.1.5.0"
)

// User is one who may ask by SNMPv3.
type User struct {
	Name string
	// Auth and Priv are 0 or NoAuth and NoPriv for a user without; requests
	// must come at the level that they make.
	Auth         gosnmp.SnmpV3AuthProtocol
	AuthPassword string
	Priv         gosnmp.SnmpV3PrivProtocol
	PrivPassword string
	View         View
	// Contexts are what the user is answered in contexts; others are unknown.
	Contexts map[string]View
}

// engine is the agent's SNMPv3 engine. Its keys are gosnmp's: whoever asks with
// keys of their own making and is understood has made the right ones.
type engine struct {
	id    string
	users map[string]*account
	// booted is when the clock began, boots how often that was.
	booted atomic.Pointer[time.Time]
	boots  atomic.Uint32
	salt   atomic.Uint64
}

type account struct {
	User
	params *gosnmp.UsmSecurityParameters
}

func newEngine(cfg Config) (*engine, error) {
	e := &engine{id: cfg.EngineID, users: make(map[string]*account, len(cfg.Users))}
	if e.id == "" {
		e.id = defaultEngineID
	}
	e.boot()
	for _, u := range cfg.Users {
		params := &gosnmp.UsmSecurityParameters{
			UserName: u.Name, AuthoritativeEngineID: e.id,
			AuthenticationProtocol: max(u.Auth, gosnmp.NoAuth), AuthenticationPassphrase: u.AuthPassword,
			PrivacyProtocol: max(u.Priv, gosnmp.NoPriv), PrivacyPassphrase: u.PrivPassword,
		}
		if err := params.InitSecurityKeys(); err != nil {
			return nil, fmt.Errorf("keys of user %q: %w", u.Name, err)
		}
		e.users[u.Name] = &account{u, params}
	}
	return e, nil
}

// boot begins the engine's clock anew.
func (e *engine) boot() {
	now := time.Now()
	e.booted.Store(&now)
	e.boots.Add(1)
}

func (e *engine) clock(skew time.Duration) uint32 {
	return uint32((time.Since(*e.booted.Load()) + skew) / time.Second)
}

// level is the security level of a user's requests.
func (a *account) level() gosnmp.SnmpV3MsgFlags {
	switch {
	case a.params.PrivacyProtocol > gosnmp.NoPriv:
		return gosnmp.AuthPriv
	case a.params.AuthenticationProtocol > gosnmp.NoAuth:
		return gosnmp.AuthNoPriv
	}
	return gosnmp.NoAuthNoPriv
}

// answerV3 answers a message of SNMPv3 (RFC 3414 §3.2).
func (s *server) answerV3(datagram []byte, f *Faults) ([]byte, error) {
	h, err := readHeader(datagram)
	if err != nil {
		return nil, err
	}
	e := s.engine
	level := gosnmp.SnmpV3MsgFlags(h.flags) & gosnmp.AuthPriv
	user := e.users[h.user]
	switch {
	case h.engineID != e.id:
		return s.report(h, nil, gosnmp.NoAuthNoPriv, reportEngine, f)
	case user == nil:
		return s.report(h, nil, gosnmp.NoAuthNoPriv, reportUser, f)
	case level > user.level():
		return s.report(h, nil, gosnmp.NoAuthNoPriv, reportLevel, f)
	case level != gosnmp.NoAuthNoPriv && !user.signed(h, datagram):
		return s.report(h, nil, gosnmp.NoAuthNoPriv, reportDigest, f)
	case level != gosnmp.NoAuthNoPriv && (f.NeverInWindow || !e.inWindow(h, f.ClockSkew)):
		return s.report(h, user, gosnmp.AuthNoPriv, reportTime, f)
	}
	decoder := &gosnmp.GoSNMP{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: user.level(),
		SecurityParameters: user.params,
	}
	request, err := decoder.SnmpDecodePacket(datagram)
	switch {
	case err != nil && f.ReportDecryption:
		return s.report(h, user, gosnmp.AuthNoPriv, reportDecryption, f)
	case err != nil: // Mostly another key: nobody can know, and real agents say nothing.
		return nil, fmt.Errorf("decode request: %w", err)
	case request.ContextName != "" && user.Contexts[request.ContextName] == nil:
		return s.report(h, user, level, reportContext, f)
	}
	response, err := s.respondV3(request, user, f)
	if err != nil {
		return nil, err
	}
	s.stats.bindings.Add(uint64(len(response.Variables)))
	return s.seal(response, h, user, level, f)
}

func (s *server) respondV3(request *gosnmp.SnmpPacket, user *account, f *Faults) (*gosnmp.SnmpPacket, error) {
	view := View(NewRows(nil))
	if within := user.Contexts[request.ContextName]; within != nil {
		view = within
	} else if user.View != nil {
		view = user.View
	}
	if request.MsgFlags&gosnmp.AuthPriv < user.level() {
		r := responder{view: view, request: request}
		return r.failure(gosnmp.AuthorizationError, 0), nil
	}
	size := s.cfg.MaxMessageSize
	if n := int(request.MsgMaxSize); n >= minMessage && n < size {
		size = n
	}
	response, err := respond(request, s.behind(view, f), f, max(minMessage, size)-v3Overhead)
	if err == nil && f.WrongRequestID {
		response.RequestID ^= 0x2a
	}
	return response, err
}

// signed checks the digest of a message.
func (a *account) signed(h header, datagram []byte) bool {
	size := 0
	switch a.params.AuthenticationProtocol {
	case gosnmp.MD5, gosnmp.SHA:
		size = 12
	case gosnmp.SHA224:
		size = 16
	case gosnmp.SHA256:
		size = 24
	case gosnmp.SHA384:
		size = 32
	case gosnmp.SHA512:
		size = 48
	case gosnmp.NoAuth:
		return false
	}
	if h.macLen != size {
		return false
	}
	mac := hmac.New(a.params.AuthenticationProtocol.HashType().New, a.params.SecretKey)
	_, _ = mac.Write(datagram[:h.macAt])
	_, _ = mac.Write(make([]byte, size))
	_, _ = mac.Write(datagram[h.macAt+size:])
	return hmac.Equal(mac.Sum(nil)[:size], datagram[h.macAt:h.macAt+size])
}

// inWindow says whether a request knows the engine's clock.
func (e *engine) inWindow(h header, skew time.Duration) bool {
	apart := int64(e.clock(skew)) - int64(h.time)
	return h.boots == e.boots.Load() && apart <= timeWindow && apart >= -timeWindow
}

// report encodes what an engine says in place of an answer; nothing to those
// that did not ask to be told.
func (s *server) report(
	h header, user *account, level gosnmp.SnmpV3MsgFlags, counter string, f *Faults,
) ([]byte, error) {
	if gosnmp.SnmpV3MsgFlags(h.flags)&gosnmp.Reportable == 0 {
		return nil, errNoAnswer
	}
	s.stats.reports.Add(1)
	return s.seal(&gosnmp.SnmpPacket{PDUType: gosnmp.Report, Variables: []gosnmp.SnmpPDU{{
		Name: counter, Type: gosnmp.Counter32, Value: uint32(s.stats.reports.Load()),
	}}}, h, user, level, f)
}

// seal makes a message of what is to be said, at a security level.
func (s *server) seal(
	p *gosnmp.SnmpPacket, h header, user *account, level gosnmp.SnmpV3MsgFlags, f *Faults,
) ([]byte, error) {
	e := s.engine
	params := &gosnmp.UsmSecurityParameters{UserName: h.user, AuthoritativeEngineID: e.id}
	if user != nil {
		params = user.params.Copy().(*gosnmp.UsmSecurityParameters)
	}
	params.AuthoritativeEngineBoots, params.AuthoritativeEngineTime = e.boots.Load(), e.clock(f.ClockSkew)
	if level == gosnmp.AuthPriv {
		n := e.salt.Add(1)
		params.PrivacyParameters = []byte{0, 0, 0, byte(params.AuthoritativeEngineBoots), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	}
	p.Version, p.MsgID, p.MsgMaxSize = gosnmp.Version3, h.msgID, maxMessage
	p.MsgFlags, p.SecurityModel, p.SecurityParameters = level, gosnmp.UserSecurityModel, params
	p.ContextEngineID = e.id
	out, err := p.MarshalMsg()
	if err != nil {
		return nil, fmt.Errorf("encode response: %w", err)
	}
	if f.Forged && level != gosnmp.NoAuthNoPriv {
		sealed, err := readHeader(out)
		if err != nil {
			return nil, errors.Join(errNoAnswer, err)
		}
		out[sealed.macAt] ^= 0xff
	}
	return out, nil
}
