package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/collectors/snmp"
	main "github.com/netseam/netseam/server/cmd/netseam"
	"github.com/netseam/netseam/server/config"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

func TestDevicesGetTheSetsTheyName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "netseam.yaml")
	text := `
snmp:
  lockout: 3m
  credentials:
    - {name: a, user: u, auth: {protocol: sha256, password: authpass-1}, priv: {protocol: AES-192-C, password: privpass-1}, context: c}
    - {name: b, community: public}
    - {name: md5, user: u, auth: {protocol: MD5, password: authpass-1}, priv: {protocol: DES, password: privpass-1}}
    - {name: sha, user: u, auth: {protocol: SHA, password: authpass-1}, priv: {protocol: AES-128, password: privpass-1}}
    - {name: sha1, user: u, auth: {protocol: SHA1, password: authpass-1}, priv: {protocol: AES, password: privpass-1}}
    - {name: sha224, user: u, auth: {protocol: SHA-224, password: authpass-1}, priv: {protocol: AES-192, password: privpass-1}}
    - {name: sha384, user: u, auth: {protocol: SHA-384, password: authpass-1}, priv: {protocol: AES-256, password: privpass-1}}
    - {name: sha512, user: u, auth: {protocol: SHA-512, password: authpass-1}, priv: {protocol: AES-256-C, password: privpass-1}}
switches:
  - {name: one, address: 192.0.2.1, credentials: [b, a], lldp_interval: 10s}
  - {name: two, address: 192.0.2.2, community: own, interval: 5s}
  - {name: all, address: 192.0.2.3}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	devices := main.DeviceConfigs(cfg)
	for _, d := range devices {
		if err := d.Validate(); err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
	}
	one, two, all := devices[0], devices[1], devices[2]
	if len(one.Credentials) != 2 || one.Credentials[0].Name != "b" || one.LockOut != 3*time.Minute || one.LLDPInterval != 10*time.Second {
		t.Errorf("one: got %+v", one)
	}
	a := one.Credentials[1]
	if a.User != "u" || a.Auth != snmp.SHA256 || a.Priv != snmp.AES192C || a.Context != "c" ||
		a.AuthPassword.Reveal() != "authpass-1" || a.PrivPassword.Reveal() != "privpass-1" {
		t.Errorf("one's second set: got %+v", a)
	}
	if len(two.Credentials) != 0 || two.Community.Reveal() != "own" || two.LLDPInterval != 5*time.Second {
		t.Errorf("two: got %+v", two)
	}
	if len(all.Credentials) != 8 {
		t.Errorf("a switch that names no set tries %d, want all", len(all.Credentials))
	}
}

func TestDiscoverAsAUser(t *testing.T) {
	agent := agenttest.Start(t, snmpagent.Config{Users: []snmpagent.User{{
		Name: "netseam", Auth: gosnmp.SHA512, AuthPassword: "authpass-1", Priv: gosnmp.AES256, PrivPassword: "privpass-1",
		View: snmpagent.NewRows([]snmpagent.Row{
			{OID: snmpagent.MustOID("1.3.6.1.2.1.1.3.0"), Value: snmpagent.TimeTicks(100)},
			{OID: snmpagent.MustOID("1.3.6.1.2.1.1.5.0"), Value: snmpagent.Text("leaf1")},
		}),
	}}})
	file := filepath.Join(t.TempDir(), "priv")
	if err := os.WriteFile(file, []byte("privpass-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	discover := func(args ...string) (string, error) {
		var out bytes.Buffer
		root := main.NewRoot(&out, &out)
		root.SetArgs(append([]string{"discover", "--timeout", "200ms"}, args...))
		err := root.ExecuteContext(t.Context())
		return out.String(), err
	}
	address := agent.Addr().String()
	user := []string{"--user", "netseam", "--auth-protocol", "sha512", "--priv-protocol", "aes256", "--priv-password-file", file, address}
	if _, err := discover(user...); err == nil || !strings.Contains(err.Error(), "NETSEAM_AUTH_PASSWORD") {
		t.Errorf("without a password: got %v", err)
	}
	t.Setenv("NETSEAM_AUTH_PASSWORD", "authpass-1")
	if out, err := discover(user...); err != nil || !strings.Contains(out, "leaf1") {
		t.Errorf("got %v\n%s", err, out)
	}
	t.Setenv("NETSEAM_AUTH_PASSWORD", "authpass-2")
	if out, err := discover(user...); err == nil || !strings.Contains(out, "wrong authentication password") || strings.Contains(out, "authpass-2") {
		t.Errorf("with a wrong password: got %v\n%s", err, out)
	}
	for says, args := range map[string][]string{
		"name its --user":                {"--auth-protocol", "SHA", address},
		"exclude each other":             {"--user", "u", "--community", "c", address},
		"is none of MD5":                 {"--user", "u", "--auth-protocol", "SHA-3", address},
		"--priv-password-file: open nix": {"--user", "u", "--priv-password-file", "nix", address},
	} {
		if _, err := discover(args...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: got %v, want %q", args, err, says)
		}
	}
}
