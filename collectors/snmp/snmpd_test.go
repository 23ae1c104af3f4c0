package snmp_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/snmp"
)

// needProgram finds a program, or ends the test: skipped, but failed in CI.
func needProgram(t testing.TB, name, debian string) string {
	t.Helper()
	for _, candidate := range []string{name, filepath.Join("/usr/sbin", name)} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("needs %s (apt-get install %s)", name, debian)
	}
	t.Skipf("needs %s (apt-get install %s)", name, debian)
	return ""
}

// startSNMPD runs net-snmp's agent on a port of loopback until the test is
// over, with what it keeps in a folder of its own. It returns its address.
func startSNMPD(t testing.TB, conf string) string {
	t.Helper()
	program, dir := needProgram(t, "snmpd", "snmpd"), t.TempDir()
	free, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	address := free.LocalAddr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "snmpd.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, "-f", "-Lo", "-C", "-c", file, "-m", "", "-I", "-smux", "udp:"+address)
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+dir, "SNMPCONFPATH="+dir)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Wait() // It was told to end by the context.
		if t.Failed() {
			t.Logf("snmpd said:\n%s", output.String())
		}
	})
	return address
}

const v3Conf = `sysName real
sysLocation lab
rocommunity public 127.0.0.1
createUser md5 MD5 "authpass-12345"
createUser sha SHA "authpass-12345" AES "privpass-12345"
createUser sha224 SHA-224 "authpass-12345"
createUser netseam SHA-256 "authpass-12345" AES "privpass-12345"
createUser sha384 SHA-384 "authpass-12345" AES "privpass-12345"
createUser sha512 SHA-512 "authpass-12345" AES-192 "privpass-12345"
createUser aes256 SHA-256 "authpass-12345" AES-256 "privpass-12345"
createUser open
rouser md5 auth
rouser sha priv
rouser sha224 auth
rouser netseam priv
rouser sha384 priv
rouser sha512 priv
rouser aes256 priv
rouser open noauth
`

func TestARealAgentBySNMPv3(t *testing.T) {
	address := startSNMPD(t, v3Conf)
	auth, priv := snmp.NewSecret(authPassword), snmp.NewSecret(privPassword)
	config := func(c snmp.Credentials) snmp.Config {
		return snmp.Config{Name: "real", Address: address, Timeout: 500 * time.Millisecond, Credentials: []snmp.Credentials{c}}
	}
	awaitAnswer(t, config(snmp.Credentials{Community: snmp.NewSecret("public")}))
	for _, c := range []snmp.Credentials{
		{User: "open"},
		{User: "md5", Auth: snmp.MD5, AuthPassword: auth},
		{User: "sha", Auth: snmp.SHA, AuthPassword: auth, Priv: snmp.AES128, PrivPassword: priv},
		{User: "sha224", Auth: snmp.SHA224, AuthPassword: auth},
		{User: "netseam", Auth: snmp.SHA256, AuthPassword: auth, Priv: snmp.AES128, PrivPassword: priv},
		{User: "sha384", Auth: snmp.SHA384, AuthPassword: auth, Priv: snmp.AES128, PrivPassword: priv},
		{User: "sha512", Auth: snmp.SHA512, AuthPassword: auth, Priv: snmp.AES192, PrivPassword: priv},
		{User: "aes256", Auth: snmp.SHA256, AuthPassword: auth, Priv: snmp.AES256, PrivPassword: priv},
	} {
		t.Run(fmt.Sprintf("%s %s %s", c.User, c.Auth, c.Priv), func(t *testing.T) {
			res, err := snmp.Collect(t.Context(), config(c))
			if err != nil {
				t.Fatal(err)
			}
			if res.System.Name != "real" || len(res.Interfaces) == 0 || tableOf(t, res, "if").State != api.StateLive {
				t.Errorf("got %+v", res)
			}
		})
	}
	good := snmp.Credentials{User: "netseam", Auth: snmp.SHA256, AuthPassword: auth, Priv: snmp.AES128, PrivPassword: priv}
	for name, c := range map[string]struct {
		change func(c *snmp.Credentials)
		want   error
	}{
		"unknown user":         {func(c *snmp.Credentials) { c.User = "nobody" }, snmp.ErrUser},
		"wrong authentication": {func(c *snmp.Credentials) { c.AuthPassword = priv }, snmp.ErrDigest},
		"wrong privacy key":    {func(c *snmp.Credentials) { c.PrivPassword = auth }, snmp.ErrPrivacy},
		"wrong privacy":        {func(c *snmp.Credentials) { c.Priv = snmp.AES256 }, snmp.ErrPrivacy},
		"a context":            {func(c *snmp.Credentials) { c.Context = "vlan-7" }, snmp.ErrPrivacy}, // It does not report it.
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			c.change(&bad)
			_, err := snmp.Collect(t.Context(), config(bad))
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// awaitAnswer waits until an agent answers.
func awaitAnswer(t testing.TB, cfg snmp.Config) {
	t.Helper()
	cfg.Timeout, cfg.Retries = 200*time.Millisecond, -1
	for range 50 {
		_, err := snmp.Collect(t.Context(), cfg)
		if err == nil {
			return
		}
		if !errors.Is(err, snmp.ErrNoAnswer) && !errors.Is(err, snmp.ErrRefused) || strings.Contains(err.Error(), "credentials") {
			t.Fatal(err)
		}
	}
	t.Fatal("the agent never answered")
}
