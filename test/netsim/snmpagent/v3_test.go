package snmpagent_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

const (
	authPassword = "authpass-12345"
	privPassword = "privpass-12345"
)

// asUser makes gosnmp's client one of SNMPv3.
func asUser(auth gosnmp.SnmpV3AuthProtocol, priv gosnmp.SnmpV3PrivProtocol) func(c *gosnmp.GoSNMP) {
	return func(c *gosnmp.GoSNMP) {
		c.Version, c.SecurityModel, c.MsgFlags = gosnmp.Version3, gosnmp.UserSecurityModel, gosnmp.NoAuthNoPriv
		p := &gosnmp.UsmSecurityParameters{UserName: "netseam", AuthenticationProtocol: auth, PrivacyProtocol: priv}
		if auth > gosnmp.NoAuth {
			c.MsgFlags, p.AuthenticationPassphrase = gosnmp.AuthNoPriv, authPassword
		}
		if priv > gosnmp.NoPriv {
			c.MsgFlags, p.PrivacyPassphrase = gosnmp.AuthPriv, privPassword
		}
		c.SecurityParameters = p
		c.Timeout, c.Retries = 300*time.Millisecond, 0
	}
}

func serveUser(t testing.TB, auth gosnmp.SnmpV3AuthProtocol, priv gosnmp.SnmpV3PrivProtocol) *snmpagent.Agent {
	t.Helper()
	return agenttest.Start(t, oneUser(t, auth, priv))
}

// idle is an agent that nobody runs.
func idle(t testing.TB, auth gosnmp.SnmpV3AuthProtocol, priv gosnmp.SnmpV3PrivProtocol) *snmpagent.Agent {
	t.Helper()
	a, err := snmpagent.Listen(t.Context(), oneUser(t, auth, priv))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// oneUser describes an agent with a user of these protocols.
func oneUser(t testing.TB, auth gosnmp.SnmpV3AuthProtocol, priv gosnmp.SnmpV3PrivProtocol) snmpagent.Config {
	t.Helper()
	u := snmpagent.User{Name: "netseam", Auth: auth, Priv: priv, View: leaf(t)}
	if auth > gosnmp.NoAuth {
		u.AuthPassword = authPassword
	}
	if priv > gosnmp.NoPriv {
		u.PrivPassword = privPassword
	}
	return snmpagent.Config{Users: []snmpagent.User{u}}
}

func TestV3(t *testing.T) {
	for _, auth := range []gosnmp.SnmpV3AuthProtocol{gosnmp.NoAuth, gosnmp.MD5, gosnmp.SHA256, gosnmp.SHA512} {
		for _, priv := range []gosnmp.SnmpV3PrivProtocol{gosnmp.NoPriv, gosnmp.DES, gosnmp.AES, gosnmp.AES256, gosnmp.AES192C} {
			if auth == gosnmp.NoAuth && priv != gosnmp.NoPriv {
				continue
			}
			t.Run(fmt.Sprint(auth, priv), func(t *testing.T) {
				c := client(t, serveUser(t, auth, priv), asUser(auth, priv))
				got, err := c.Get([]string{sysName})
				if err != nil {
					t.Fatal(err)
				}
				if v := got.Variables[0]; v.Type != gosnmp.OctetString {
					t.Errorf("sysName is %v", v)
				}
				rows, err := c.BulkWalkAll("1.3.6.1.2.1.1")
				if want := all(leaf(t), "1.3.6.1.2.1.1"); err != nil || len(rows) != len(want) {
					t.Errorf("a walk gives %d rows and %v, want %d", len(rows), err, len(want))
				}
			})
		}
	}
}

func TestAnotherPrivacyKeyIsMetWithSilence(t *testing.T) {
	a := serveUser(t, gosnmp.SHA256, gosnmp.AES)
	c := client(t, a, func(g *gosnmp.GoSNMP) {
		asUser(gosnmp.SHA256, gosnmp.AES)(g)
		g.SecurityParameters.(*gosnmp.UsmSecurityParameters).PrivacyPassphrase = "not the one"
	})
	if got, err := c.Get([]string{sysName}); err == nil {
		t.Errorf("got %v", got)
	}
	if s := a.Stats(); s.Reports != 1 || s.Malformed == 0 {
		t.Errorf("got %+v, want one report, that of discovery, and a message not understood", s)
	}
}

func TestARestartBeginsTheClockAnew(t *testing.T) {
	a := serveUser(t, gosnmp.SHA, gosnmp.NoPriv)
	c := client(t, a, asUser(gosnmp.SHA, gosnmp.NoPriv))
	if _, err := c.Get([]string{sysName}); err != nil {
		t.Fatal(err)
	}
	a.Restart()
	if _, err := c.Get([]string{sysName}); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if s := a.Stats(); s.Reports != 2 {
		t.Errorf("%d reports, want that of discovery and one of a clock that is wrong", s.Reports)
	}
}

// TestNetSNMPUnderstandsTheAgent asks with the client that most people have.
// (gosnmp's discards the reports that RFC 3414 has sent without a digest.)
func TestNetSNMPUnderstandsTheAgent(t *testing.T) {
	program, err := exec.LookPath("snmpget")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs snmpget (apt-get install snmp)")
		}
		t.Skip("needs snmpget (apt-get install snmp)")
	}
	const wrong = "not the one"
	for name, c := range map[string]struct {
		user, auth, priv string
		faults           snmpagent.Faults
		says             string
	}{
		"all is well":  {"netseam", authPassword, privPassword, snmpagent.Faults{}, "STRING"},
		"unknown user": {"nobody", authPassword, privPassword, snmpagent.Faults{}, "Unknown user name"},
		"wrong digest": {"netseam", wrong, privPassword, snmpagent.Faults{}, "Authentication failure"},
		"decryption":   {"netseam", authPassword, wrong, snmpagent.Faults{ReportDecryption: true}, "Decryption error"},
	} {
		t.Run(name, func(t *testing.T) {
			a := serveUser(t, gosnmp.SHA256, gosnmp.AES)
			a.SetFaults(c.faults)
			// A client that never gives up must not hold up the tests.
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, program, "-v3", "-t", "0.5", "-r", "0", "-l", "authPriv", "-u", c.user,
				"-a", "SHA-256", "-A", c.auth, "-x", "AES", "-X", c.priv, "-m", "", "-On",
				net.UDPAddrFromAddrPort(a.Addr()).String(), sysName)
			out, err := cmd.CombinedOutput()
			if (err == nil) != (c.says == "STRING") || !strings.Contains(string(out), c.says) {
				t.Errorf("got %v: %s, want %q", err, out, c.says)
			}
		})
	}
}

func FuzzAnswerV3(f *testing.F) {
	a := serveUser(f, gosnmp.SHA256, gosnmp.AES)
	asker := client(f, a, asUser(gosnmp.SHA256, gosnmp.AES))
	if _, err := asker.Get([]string{sysName}); err != nil { // From here on it has keys.
		f.Fatal(err)
	}
	for _, kind := range []gosnmp.PDUType{gosnmp.GetRequest, gosnmp.GetBulkRequest, gosnmp.SetRequest} {
		b, err := asker.SnmpEncodePacket(kind, []gosnmp.SnmpPDU{{Name: sysName, Type: gosnmp.Null}}, 0, 5)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)-3])
	}
	// Another agent of the same name and keys, because this one has its own goroutine.
	answer := snmpagent.AnswererV3(idle(f, gosnmp.SHA256, gosnmp.AES))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		if out, err := answer(datagram); err == nil && len(out) == 0 {
			t.Error("an empty answer")
		}
	})
}
