package main_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	main "github.com/netseam/netseam/server/cmd/netseam"
	"github.com/netseam/netseam/server/store"
)

// freePort is a port of loopback that nobody has, for TCP and for UDP.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		u, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", l.Addr().String())
		if closed := l.Close(); closed != nil {
			t.Fatal(closed)
		}
		if err != nil {
			continue // somebody has it for UDP
		}
		if err := u.Close(); err != nil {
			t.Fatal(err)
		}
		return l.Addr().(*net.TCPAddr).Port
	}
	t.Fatal("there is no free port")
	return 0
}

// wantFree fails where something still listens at a port.
func wantFree(t *testing.T, port int) {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", port)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("the socket of the map was left open: %v", err)
	}
	u, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", address)
	if err != nil {
		t.Fatalf("the socket for traps was left open: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := u.Close(); err != nil {
		t.Fatal(err)
	}
}

// What serve opened before something failed is closed again, and the error says
// what is wrong with which file or address.
func TestServeLeavesNothingOpenWhenItFails(t *testing.T) {
	for name, x := range map[string]struct {
		spoil func(t *testing.T, data string)
		more  string // of the configuration
		sub   string // the data folder's, in data
		want  []string
	}{
		"a damaged journal": {spoil: func(t *testing.T, data string) {
			t.Helper()
			write(t, filepath.Join(data, "journal.db"), strings.Repeat("no journal ", 2000))
		}, want: []string{"journal.db"}},
		"a journal in use": {spoil: func(t *testing.T, data string) {
			t.Helper()
			s, err := store.Open(filepath.Join(data, "journal.db"), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}, want: []string{"journal.db", "another netseam"}},
		"a data folder that is a file": {spoil: func(t *testing.T, data string) {
			t.Helper()
			write(t, filepath.Join(data, "sub"), "")
		}, sub: "sub", want: []string{"sub/journal.db", "--data", "may write to"}},
		"a certificate that is none": {spoil: func(t *testing.T, data string) {
			t.Helper()
			write(t, filepath.Join(data, "cert.pem"), "no certificate")
			write(t, filepath.Join(data, "key.pem"), "no key")
		}, more: "tls: {cert: DATA/cert.pem, key: DATA/key.pem}\n", want: []string{"cert.pem"}},
	} {
		t.Run(name, func(t *testing.T) {
			data, port := t.TempDir(), freePort(t)
			x.spoil(t, data)
			config := filepath.Join(t.TempDir(), "netseam.yaml")
			write(t, config, fmt.Sprintf("listen: 127.0.0.1:%d\nsnmp: {traps: \"127.0.0.1:%d\"}\n%s",
				port, port, strings.ReplaceAll(x.more, "DATA", data)))
			var stdout, stderr bytes.Buffer
			root := main.NewRoot(&stdout, &stderr)
			root.SetArgs([]string{"serve", "-c", config, "--data", filepath.Join(data, x.sub)})
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			err := root.ExecuteContext(ctx)
			if err == nil {
				t.Fatal("it served")
			}
			for _, want := range x.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error %q does not name %q", err, want)
				}
			}
			if strings.Contains(stdout.String(), "serves") {
				t.Errorf("it said %q, and failed", stdout.String())
			}
			wantFree(t, port)
		})
	}
}

// An address in use is said at once, before anything is written.
func TestServeAndDemoAtAnAddressInUse(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	data, config := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "netseam.yaml")
	write(t, config, "data: "+data+"\n")
	for _, args := range [][]string{
		{"serve", "-c", config, "--listen", l.Addr().String()}, {"demo", "--listen", l.Addr().String(), "--data", data},
	} {
		var stdout, stderr bytes.Buffer
		root := main.NewRoot(&stdout, &stderr)
		root.SetArgs(args)
		err := root.ExecuteContext(t.Context())
		if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "--listen") {
			t.Errorf("%s: got %v", args[0], err)
		}
		if stdout.Len() > 0 {
			t.Errorf("%s: said %q first", args[0], stdout.String())
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%s: the data folder was made", args[0])
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What a newcomer does wrong first is told with what to do about it.
func TestFirstMistakesAreTold(t *testing.T) {
	config := filepath.Join(t.TempDir(), "netseam.yaml")
	for name, x := range map[string]struct {
		text string
		args []string
		want string // in the error, or where there is none in the output
	}{
		"a tab":         {"switches:\n\t- name: a\n", []string{"check", "-c", config}, ":2: not YAML: a tab; indent with spaces"},
		"nothing in it": {"", []string{"check", "-c", config}, "add clusters or switches"},
		"not running":   {"", []string{"export", "--url", fmt.Sprintf("http://127.0.0.1:%d", freePort(t))}, "--url says where else"},
		"no such context": {
			"clusters:\n  - {name: a, kubeconfig: " + kubeconfig(t) + ", context: nosuch}\n", []string{"check", "-c", config}, `no context "nosuch"; there are: one, two`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, config, x.text)
			var stdout, stderr bytes.Buffer
			root := main.NewRoot(&stdout, &stderr)
			root.SetArgs(x.args)
			got := ""
			if err := root.ExecuteContext(t.Context()); err != nil {
				got = err.Error()
			}
			if got += stdout.String(); !strings.Contains(got, x.want) {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}

// kubeconfig is one that leads to nobody, with two contexts.
func kubeconfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kube.config")
	write(t, path, `{"apiVersion": "v1", "kind": "Config", "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9"}}], "users": [{"name": "u", "user": {}}],
"contexts": [{"name": "two", "context": {"cluster": "c", "user": "u"}}, {"name": "one", "context": {"cluster": "c", "user": "u"}}]}`)
	return path
}
