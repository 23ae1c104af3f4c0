package snmp_test

import (
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// informed is a pool with one device of SNMPv3 that is read once an hour, the
// address to which it sends, and the sink.
func informed(t *testing.T, auth snmp.AuthProtocol, priv snmp.PrivProtocol) (*net.UDPAddr, *sink) {
	t.Helper()
	ours, theirs := user(auth, priv, leaf().view())
	a := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{theirs}})
	cfg, s := slow(a, "leaf1"), newSink()
	cfg.Community, cfg.Credentials = snmp.Secret{}, []snmp.Credentials{ours}
	to := trapPool(t, s, cfg)
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	return to, s
}

// informer sends informs by net-snmp, as switches do.
func informer(t *testing.T, to *net.UDPAddr, args ...string) (string, error) {
	t.Helper()
	program := needProgram(t, "snmpinform", "snmp")
	all := append([]string{"-t", "1", "-r", "4"}, args...)
	all = append(all, "udp:127.0.0.1:"+strconv.Itoa(to.Port), "", linkUp, linkOf(2).Name, "i", "2")
	cmd := exec.CommandContext(t.Context(), program, all...)
	dir := t.TempDir()
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+dir, "SNMPCONFPATH="+dir, "MIBS=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func readAgain(h *held) bool {
	return h.count(api.ObserveSame)+h.count(api.ObservePartial) > 0
}

// net-snmp finds out which engine is here, takes over its clock, and is told that
// what it says has come.
func TestAnInformBySNMPv3(t *testing.T) {
	for name, test := range map[string]struct {
		auth snmp.AuthProtocol
		priv snmp.PrivProtocol
		args []string
	}{
		"authPriv": {snmp.SHA256, snmp.AES128, []string{"-l", "authPriv", "-a", "SHA-256", "-A", authPassword, "-x", "AES", "-X", privPassword}},
		"DES":      {snmp.SHA, snmp.DES, []string{"-l", "authPriv", "-a", "SHA", "-A", authPassword, "-x", "DES", "-X", privPassword}},
		"auth":     {snmp.MD5, snmp.NoPriv, []string{"-l", "authNoPriv", "-a", "MD5", "-A", authPassword}},
		"open":     {snmp.NoAuth, snmp.NoPriv, []string{"-l", "noAuthNoPriv"}},
	} {
		t.Run(name, func(t *testing.T) {
			to, s := informed(t, test.auth, test.priv)
			if out, err := informer(t, to, append([]string{"-v", "3", "-u", "netseam"}, test.args...)...); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			s.await(t, "leaf1", "lldp", "read again", readAgain)
		})
	}
}

func TestAnInformBySNMPv2c(t *testing.T) {
	s := newSink()
	to := trapPool(t, s, slow(leaf().serve(t), "leaf1"))
	s.await(t, "leaf1", "lldp", "there", func(h *held) bool { return len(h.claims) > 0 })
	if out, err := informer(t, to, "-v", "2c", "-c", "public"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.await(t, "leaf1", "lldp", "read again", readAgain)
}

// Who has another password is neither believed nor answered.
func TestAnInformWithAnotherPassword(t *testing.T) {
	to, s := informed(t, snmp.SHA256, snmp.AES128)
	before := 0
	s.look("leaf1", "if", func(h *held) { before = len(h.kinds) })
	g := informing(t, to, "another password")
	if _, err := g.SendTrap(inform()); err == nil {
		t.Error("it was answered")
	}
	s.look("leaf1", "if", func(h *held) {
		if len(h.kinds) != before {
			t.Errorf("it was read: %v", h.kinds)
		}
	})
}

func inform() gosnmp.SnmpTrap {
	return gosnmp.SnmpTrap{IsInform: true, Variables: []gosnmp.SnmpPDU{
		{Name: ".1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: linkUp}, linkOf(2),
	}}
}

// informing is another sender of informs, which knows the user.
func informing(t *testing.T, to *net.UDPAddr, password string) *gosnmp.GoSNMP {
	t.Helper()
	g := &gosnmp.GoSNMP{
		Target: to.IP.String(), Port: uint16(to.Port), Version: gosnmp.Version3, Timeout: 300 * time.Millisecond, Retries: 1,
		MaxOids: gosnmp.MaxOids, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			UserName: "netseam", AuthenticationProtocol: gosnmp.SHA256, AuthenticationPassphrase: password,
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: privPassword,
		},
	}
	if err := g.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Conn.Close() })
	return g
}

// From addresses that are not polled nothing is answered, not even who is here.
func TestAnUnknownSenderLearnsNothing(t *testing.T) {
	s := newSink()
	to := trapPool(t, s)
	c, err := net.DialUDP("udp4", nil, to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(snmp.Probe()); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1500)); err == nil {
		t.Errorf("it was answered with %d bytes", n)
	}
}

// The engine is the same after a restart, and has started once more; a message
// from before it is late, and so is one of a clock that is wrong.
func TestTheEngineThatInformsAreSentTo(t *testing.T) {
	began := time.Now()
	a, b := snmp.NewReceiver("host:162", began), snmp.NewReceiver("host:162", began.Add(2*time.Second))
	if a.String() != b.String() || len(a.String()) != 26 || a.String() == snmp.NewReceiver("other:162", began).String() {
		t.Errorf("engines %s and %s", a, b)
	}
	bootsA, timeA := a.Clock()
	bootsB, _ := b.Clock()
	if bootsB <= bootsA {
		t.Errorf("after a restart %d boots, before %d", bootsB, bootsA)
	}
	for _, test := range []struct {
		boots, time uint32
		want        bool
	}{{bootsA, timeA, true}, {bootsA, timeA + 140, true}, {bootsA, timeA + 200, false}, {bootsA - 1, timeA, false}, {bootsA + 1, timeA, false}} {
		if got := a.InWindow(test.boots, test.time); got != test.want {
			t.Errorf("%d boots, %d seconds: %t", test.boots, test.time, got)
		}
	}
}

// A sender whose clock of us is wrong is told the right one, and says it again.
func TestAnInformOfALongTimeAgo(t *testing.T) {
	to, s := informed(t, snmp.SHA256, snmp.AES128)
	g := informing(t, to, authPassword)
	if _, err := g.SendTrap(inform()); err != nil {
		t.Fatal(err)
	}
	s.await(t, "leaf1", "lldp", "read again", readAgain)
	params, ok := g.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	if !ok || params.AuthoritativeEngineID == "" {
		t.Fatalf("it did not learn which engine is here: %+v", g.SecurityParameters)
	}
	right := params.AuthoritativeEngineBoots
	params.AuthoritativeEngineBoots, params.AuthoritativeEngineTime = 1, 1
	if _, err := g.SendTrap(inform()); err != nil {
		t.Fatal(err)
	}
	if params.AuthoritativeEngineBoots != right {
		t.Errorf("it was not told: %d boots, want %d", params.AuthoritativeEngineBoots, right)
	}
	before, now := snmp.NewReceiver("host:162", time.Now().Add(-time.Hour)), snmp.NewReceiver("host:162", time.Now())
	for i, b := range snmp.Informs(before) {
		kind, answer := snmp.TakeInform(now, b)
		if isOpen := i == 0; (kind != "") != isOpen || len(answer) == 0 { // without a signature there is no clock
			t.Errorf("one of before a restart is %q, answered with %d bytes", kind, len(answer))
		}
	}
}

func FuzzInform(f *testing.F) {
	own := snmp.NewReceiver("host:162", time.Now())
	f.Add(snmp.Probe())
	for _, b := range snmp.Informs(own) {
		f.Add(b)
		if kind, answer := snmp.TakeInform(own, b); kind != linkDown[1:] || len(answer) == 0 {
			f.Fatalf("it is %q, answered with %d bytes", kind, len(answer))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if kind, answer := snmp.TakeInform(own, b); kind != "" && len(answer) == 0 || len(answer) > len(b)+400 {
			t.Errorf("%q is answered with %d bytes", kind, len(answer))
		}
	})
}
