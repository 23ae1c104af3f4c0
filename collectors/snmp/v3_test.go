package snmp_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

const (
	authPassword = "authpass-12345"
	privPassword = "privpass-12345"
)

// authProtocols and privProtocols are what both sides speak, by our name.
func authProtocols() map[snmp.AuthProtocol]gosnmp.SnmpV3AuthProtocol {
	return map[snmp.AuthProtocol]gosnmp.SnmpV3AuthProtocol{
		snmp.NoAuth: gosnmp.NoAuth, snmp.MD5: gosnmp.MD5, snmp.SHA: gosnmp.SHA, snmp.SHA224: gosnmp.SHA224,
		snmp.SHA256: gosnmp.SHA256, snmp.SHA384: gosnmp.SHA384, snmp.SHA512: gosnmp.SHA512,
	}
}

func privProtocols() map[snmp.PrivProtocol]gosnmp.SnmpV3PrivProtocol {
	return map[snmp.PrivProtocol]gosnmp.SnmpV3PrivProtocol{
		snmp.NoPriv: gosnmp.NoPriv, snmp.DES: gosnmp.DES, snmp.AES128: gosnmp.AES, snmp.AES192: gosnmp.AES192,
		snmp.AES256: gosnmp.AES256, snmp.AES192C: gosnmp.AES192C, snmp.AES256C: gosnmp.AES256C,
	}
}

// user is a user with both protocols, as both sides know it.
func user(auth snmp.AuthProtocol, priv snmp.PrivProtocol, view snmpagent.View) (snmp.Credentials, snmpagent.User) {
	ours := snmp.Credentials{User: "netseam", Auth: auth, Priv: priv}
	theirs := snmpagent.User{Name: "netseam", Auth: authProtocols()[auth], Priv: privProtocols()[priv], View: view}
	if auth != snmp.NoAuth {
		ours.AuthPassword, theirs.AuthPassword = snmp.NewSecret(authPassword), authPassword
	}
	if priv != snmp.NoPriv {
		ours.PrivPassword, theirs.PrivPassword = snmp.NewSecret(privPassword), privPassword
	}
	return ours, theirs
}

// serveV3 runs an agent that knows one user, and returns how to ask it.
func serveV3(t *testing.T, auth snmp.AuthProtocol, priv snmp.PrivProtocol) (*snmpagent.Agent, snmp.Config) {
	t.Helper()
	ours, theirs := user(auth, priv, leaf().view())
	a := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{theirs}})
	return a, snmp.Config{
		Name: "leaf1", Address: a.Addr().String(), Timeout: 200 * time.Millisecond, Retries: 1,
		Credentials: []snmp.Credentials{ours},
	}
}

func TestEveryProtocolOfV3(t *testing.T) {
	for auth := range authProtocols() {
		for priv := range privProtocols() {
			if auth == snmp.NoAuth && priv != snmp.NoPriv {
				continue
			}
			t.Run(fmt.Sprintf("%s %s", auth, priv), func(t *testing.T) {
				a, cfg := serveV3(t, auth, priv)
				res, err := snmp.Collect(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				if res.System.Name != "leaf1" || len(res.Interfaces) != 3 || len(res.LLDP.Neighbours) != 1 {
					t.Errorf("got %+v", res)
				}
				if n := a.Stats().Reports; n != 1 {
					t.Errorf("%d reports, want the one of discovery", n)
				}
			})
		}
	}
}

// The keys of RFC 3414 §A.3.
func TestKeysOfTheRFC(t *testing.T) {
	engine := string(append(make([]byte, 11), 2))
	for protocol, want := range map[snmp.AuthProtocol][2]string{
		snmp.MD5: {"9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"},
		snmp.SHA: {"9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"},
	} {
		master, local := snmp.Keys(protocol, "maplesyrup", engine)
		if got := [2]string{hex.EncodeToString(master), hex.EncodeToString(local)}; got != want {
			t.Errorf("%s: got %v, want %v", protocol, got, want)
		}
	}
}

func TestWhyAUserIsNotLetIn(t *testing.T) {
	for name, c := range map[string]struct {
		change func(c *snmp.Credentials)
		faults snmpagent.Faults
		want   error
		state  api.State
		says   string
	}{
		"unknown user": {
			func(c *snmp.Credentials) { c.User = "nobody" },
			snmpagent.Faults{},
			snmp.ErrUser,
			api.StateUnauthorised, "does not know the user",
		},
		"wrong authentication password": {
			func(c *snmp.Credentials) { c.AuthPassword = snmp.NewSecret("not the one") },
			snmpagent.Faults{},
			snmp.ErrDigest,
			api.StateUnauthorised, "wrong authentication password or protocol",
		},
		"wrong authentication protocol": {
			func(c *snmp.Credentials) { c.Auth = snmp.SHA512 },
			snmpagent.Faults{},
			snmp.ErrDigest,
			api.StateUnauthorised, "wrong authentication password or protocol",
		},
		"wrong privacy password": {
			func(c *snmp.Credentials) { c.PrivPassword = snmp.NewSecret("not the one") },
			snmpagent.Faults{},
			snmp.ErrPrivacy,
			api.StateUnreachable, "no answer: wrong privacy key or protocol, or",
		},
		"wrong privacy protocol": {
			func(c *snmp.Credentials) { c.Priv = snmp.AES256 },
			snmpagent.Faults{},
			snmp.ErrPrivacy,
			api.StateUnreachable, "no answer: wrong privacy key or protocol, or",
		},
		"wrong privacy password, and an agent that says so": {
			func(c *snmp.Credentials) { c.PrivPassword = snmp.NewSecret("not the one") },
			snmpagent.Faults{ReportDecryption: true},
			snmp.ErrDecryption, api.StateUnauthorised, "wrong privacy password",
		},
		"privacy that is wanted": {
			func(c *snmp.Credentials) { c.Priv, c.PrivPassword = snmp.NoPriv, snmp.Secret{} },
			snmpagent.Faults{},
			nil,
			api.StateForbidden, "AuthorizationError",
		},
		"an unknown context": {
			func(c *snmp.Credentials) { c.Context = "vlan-7" },
			snmpagent.Faults{},
			snmp.ErrContext,
			api.StateUnauthorised, "does not know the context",
		},
		"a clock that cannot be agreed on": {
			func(*snmp.Credentials) {},
			snmpagent.Faults{NeverInWindow: true},
			snmp.ErrTimeWindow,
			api.StateUnreachable, "engine time",
		},
		"forged answers": {
			func(*snmp.Credentials) {},
			snmpagent.Faults{Forged: true},
			snmp.ErrNotUnderstood,
			api.StateUnreachable, "not authentic",
		},
		"silence": {
			func(*snmp.Credentials) {},
			snmpagent.Faults{Silent: true},
			snmp.ErrNoAnswer,
			api.StateUnreachable, "no SNMPv3 there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, cfg := serveV3(t, snmp.SHA256, snmp.AES128)
			a.SetFaults(c.faults)
			c.change(&cfg.Credentials[0])
			cfg.Timeout = 60 * time.Millisecond
			res, err := snmp.Collect(t.Context(), cfg)
			if c.want == nil {
				err = tableOf(t, res, "system").Err
			}
			if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) ||
				!strings.Contains(err.Error(), "leaf1") {
				t.Errorf("got error %v, want %v that says %q", err, c.want, c.says)
			}
			if strings.Contains(fmt.Sprint(err), "pass-12345") {
				t.Errorf("a password is in the error: %v", err)
			}
			if got := tableOf(t, res, "system").State; got != c.state {
				t.Errorf("the state is %v, want %v", got, c.state)
			}
		})
	}
}

func TestAUserWithoutAuthenticationIsToldWhatIsWanted(t *testing.T) {
	_, cfg := serveV3(t, snmp.NoAuth, snmp.NoPriv)
	cfg.Credentials[0].Auth, cfg.Credentials[0].AuthPassword = snmp.SHA, snmp.NewSecret(authPassword)
	_, err := snmp.Collect(t.Context(), cfg)
	if !errors.Is(err, snmp.ErrLevel) {
		t.Errorf("got %v, want %v", err, snmp.ErrLevel)
	}
}

func TestAnEngineThatRestartsIsAgreedWithAgain(t *testing.T) {
	a, cfg := serveV3(t, snmp.SHA256, snmp.AES128)
	cfg.Interval, cfg.LLDPInterval = 100*time.Millisecond, 100*time.Millisecond
	s := newSink()
	runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	for round, disturb := range []func(){
		a.Restart,
		func() { a.SetFaults(snmpagent.Faults{ClockSkew: time.Hour}) },
		func() { a.SetFaults(snmpagent.Faults{}) }, // An hour back, too.
		a.Restart,
	} {
		before := a.Stats().Reports
		disturb()
		n := 0
		s.look("leaf1", "system", func(h *held) { n = h.count(api.ObserveSame) })
		s.await(t, "leaf1", "system", "read again", func(h *held) bool { return h.count(api.ObserveSame) > n+1 })
		// An answer that was under way may bring the new clock, too: then there is none.
		if reports := a.Stats().Reports - before; reports > 1 {
			t.Errorf("round %d: %d reports, want one, after which the clock is known", round, reports)
		}
	}
	if n := a.Stats().Reports; n < 3 {
		t.Errorf("%d reports in all, want one for the discovery and for most rounds", n)
	}
	s.look("leaf1", "system", func(h *held) {
		if h.count(api.ObserveState) != 1 {
			t.Errorf("it was told as not answering: %v", h.kinds)
		}
	})
}

func TestAnEngineThatIsReplacedIsFoundOutAgain(t *testing.T) {
	ours, theirs := user(snmp.SHA, snmp.AES192C, leaf().view())
	first := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{theirs}, EngineID: "\x80\x00\x00\x00\x04first"})
	second := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{theirs}, EngineID: "\x80\x00\x00\x00\x04second"})
	door := newDoor(t, first.Addr())
	cfg := snmp.Config{
		Name: "leaf1", Address: door.addr, Credentials: []snmp.Credentials{ours},
		Interval: 100 * time.Millisecond, LLDPInterval: 100 * time.Millisecond, Timeout: 200 * time.Millisecond,
	}
	s := newSink()
	runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	door.leadTo(second.Addr())
	n := 0
	s.look("leaf1", "lldp", func(h *held) { n = len(h.kinds) })
	s.await(t, "leaf1", "lldp", "read again", func(h *held) bool { return len(h.kinds) > n+2 && h.state == api.StateLive })
	if second.Stats().Bindings == 0 {
		t.Error("the second agent was not read")
	}
}

func TestARejectedUserIsNotTriedAgain(t *testing.T) {
	a, cfg := serveV3(t, snmp.SHA256, snmp.AES128)
	cfg.Interval, cfg.LLDPInterval = 100*time.Millisecond, 100*time.Millisecond
	right := cfg.Credentials[0].AuthPassword
	cfg.Credentials[0].AuthPassword = snmp.NewSecret("not the one")
	s := newSink()
	p := runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateUnauthorised)
	s.look("leaf1", "system", func(h *held) {
		if !strings.Contains(h.message, "wrong authentication password") || strings.Contains(h.message, "sysUpTime") {
			t.Errorf("it says %q", h.message)
		}
	})
	before := a.Stats().Requests
	wait(t, 500*time.Millisecond) // Five intervals.
	if n := a.Stats().Requests - before; n != 0 {
		t.Errorf("%d requests within the time of a lock-out, want none", n)
	}
	cfg.Credentials = []snmp.Credentials{cfg.Credentials[0]}
	cfg.Credentials[0].AuthPassword = right
	if err := p.Set(t.Context(), []snmp.Config{cfg}); err != nil {
		t.Fatal(err)
	}
	s.awaitState(t, "leaf1", "lldp", api.StateLive)

	cfg.Credentials = []snmp.Credentials{cfg.Credentials[0]}
	cfg.Credentials[0].AuthPassword, cfg.LockOut = snmp.NewSecret("not the one"), 50*time.Millisecond
	if err := p.Set(t.Context(), []snmp.Config{cfg}); err != nil {
		t.Fatal(err)
	}
	s.awaitState(t, "leaf1", "lldp", api.StateUnauthorised)
	before = a.Stats().Requests
	wait(t, 500*time.Millisecond)
	if n := a.Stats().Requests - before; n == 0 {
		t.Error("no request after the time of a lock-out")
	}
}

func TestTheSetThatWorksIsRemembered(t *testing.T) {
	ours, theirs := user(snmp.SHA256, snmp.AES128, leaf().view())
	ours.Name = "v3"
	a := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{theirs}})
	wrong := ours
	wrong.Name, wrong.User = "wrong", "nobody"
	cfg := snmp.Config{
		Name: "leaf1", Address: a.Addr().String(), Timeout: 500 * time.Millisecond, Retries: -1,
		Interval: 100 * time.Millisecond, LLDPInterval: time.Hour,
		Credentials: []snmp.Credentials{{Name: "v2", Community: snmp.NewSecret("public")}, wrong, ours},
	}
	res, err := snmp.Collect(t.Context(), cfg)
	if err != nil || res.Credentials != "v3" {
		t.Fatalf("got %v with credentials %q, want v3", err, res.Credentials)
	}
	s := newSink()
	runPool(t, s, nil, cfg)
	s.awaitState(t, "leaf1", "lldp", api.StateLive)
	before, n := a.Stats(), 0
	s.look("leaf1", "system", func(h *held) { n = h.count(api.ObserveSame) })
	s.await(t, "leaf1", "system", "the same three times more", func(h *held) bool { return h.count(api.ObserveSame) > n+2 })
	if after := a.Stats(); after.Dropped != before.Dropped || after.Reports != before.Reports {
		t.Errorf("others were tried again: %+v, then %+v", before, after)
	}
}

func TestWhichOfManySetsIsWrongIsSaid(t *testing.T) {
	_, cfg := serveV3(t, snmp.SHA256, snmp.AES128)
	wrong := cfg.Credentials[0]
	wrong.Name, wrong.AuthPassword = "core", snmp.NewSecret("not the one")
	cfg.Timeout = 50 * time.Millisecond
	cfg.Credentials = []snmp.Credentials{wrong, {Name: "old", Community: snmp.NewSecret("public")}}
	_, err := snmp.Collect(t.Context(), cfg)
	if !errors.Is(err, snmp.ErrDigest) || !strings.Contains(err.Error(), "credentials core: wrong authentication") {
		t.Errorf("got %v, want what says most: that of core", err)
	}
}

func TestCredentialsThatCannotBe(t *testing.T) {
	long := snmp.NewSecret(authPassword)
	for says, c := range map[string]snmp.Credentials{
		"community is missing":                           {},
		"community and user are both there":              {User: "u", Community: long},
		"user is missing, but there is a protocol":       {Community: long, Auth: snmp.SHA},
		"authentication password is 5 bytes long":        {User: "u", Auth: snmp.SHA, AuthPassword: snmp.NewSecret("short")},
		"authentication protocol is missing":             {User: "u", Priv: snmp.AES128, PrivPassword: long},
		"privacy password is 0 bytes long":               {User: "u", Auth: snmp.SHA, AuthPassword: long, Priv: snmp.DES},
		"privacy password without a protocol":            {User: "u", PrivPassword: long},
		`authentication protocol "SHA-3" is none of MD5`: {User: "u", Auth: "SHA-3", AuthPassword: long},
		"user is 33 bytes long":                          {User: strings.Repeat("u", 33)},
	} {
		cfg := snmp.Config{Name: "a", Address: "x", Credentials: []snmp.Credentials{c}}
		err := cfg.Validate()
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "credentials 1") ||
			strings.Contains(err.Error(), authPassword) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	for text, want := range map[string]snmp.AuthProtocol{"sha256": snmp.SHA256, "SHA-1": snmp.SHA, "md5": snmp.MD5, "": snmp.NoAuth} {
		if got, err := snmp.ParseAuthProtocol(text); err != nil || got != want {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]snmp.PrivProtocol{"aes": snmp.AES128, "AES256C": snmp.AES256C, "aes-192": snmp.AES192, "": snmp.NoPriv} {
		if got, err := snmp.ParsePrivProtocol(text); err != nil || got != want {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	if _, err := snmp.ParsePrivProtocol("ROT13"); err == nil {
		t.Error("ROT13 is a privacy protocol")
	}
}
