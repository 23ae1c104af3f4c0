package config_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/netseam/netseam/server/config"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// Each folder holds a configuration and what must come of it: want.yaml, the
// configuration with all defaults, or want.txt, the error.
func TestCases(t *testing.T) {
	t.Setenv("NETSEAM_COMMUNITY", "from-the-environment")
	cases, err := filepath.Glob("testdata/*/in.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, in := range cases {
		dir := filepath.Dir(in)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Chdir(dir)
			cfg, err := config.Load("in.yaml")
			name, other := "want.yaml", "want.txt"
			var got string
			if err != nil {
				name, other, got = other, name, err.Error()+"\n"
				if !errors.Is(err, config.ErrInvalid) {
					t.Errorf("the error is not ErrInvalid: %v", err)
				}
			} else {
				text, err := yaml.Marshal(cfg)
				if err != nil {
					t.Fatal(err)
				}
				got = string(text)
			}
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Remove(other); err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatalf("got %s\n%s", got, err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs; `go test -update` rewrites it (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestCommunitiesAreResolved(t *testing.T) {
	t.Chdir("testdata/full")
	cfg, err := config.Load("in.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"from-a-file", "other", "from-a-file"} {
		if got := cfg.Switches[i].Community.Reveal(); got != want {
			t.Errorf("switch %s: got community %q, want %q", cfg.Switches[i].Name, got, want)
		}
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	s := struct{ S config.Secret }{config.NewSecret("hunter2")}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("secret", slog.Any("a", s), slog.Any("b", s.S))
	asJSON, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %x", s, s, s, s, s.S, s) + log.String() + string(asJSON) + string(asYAML)
	if strings.Contains(all, "hunter2") || strings.Contains(all, "68756e74657232") {
		t.Errorf("a secret shows in %s", all)
	}
}

// A fault near a secret names the place, not the secret.
func TestErrorsQuoteNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.yaml")
	text := "snmp:\n  community: hunter2\n\tinterval: x\nauth: {tokens: [{name: a, hash: hunter2}]}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(path)
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatIsNotThere(t *testing.T) {
	_, err := config.Load("nowhere.yaml")
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "nowhere.yaml") {
		t.Errorf("got %v", err)
	}
}

func TestListenRule(t *testing.T) {
	token := config.Auth{Tokens: []config.Token{{Name: "a"}}}
	tls := config.TLS{Cert: "c", Key: "k"}
	for _, c := range []struct {
		cfg  config.Config
		want bool
	}{
		{config.Config{Listen: "127.0.0.1:8080"}, true},
		{config.Config{Listen: "127.9.9.9:0"}, true},
		{config.Config{Listen: "localhost:8080"}, true},
		{config.Config{Listen: "[::1]:8080"}, true},
		{config.Config{Listen: "[::ffff:127.0.0.1]:8080"}, true},
		{config.Config{Listen: ":8080"}, false},
		{config.Config{Listen: "0.0.0.0:8080"}, false},
		{config.Config{Listen: "[::]:8080"}, false},
		{config.Config{Listen: "localhost.example.net:8080"}, false},
		{config.Config{Listen: "8080"}, false},
		{config.Config{Listen: "0.0.0.0:8080", Auth: token}, false},
		{config.Config{Listen: "0.0.0.0:8080", TLS: tls}, false},
		{config.Config{Listen: "0.0.0.0:8080", BehindTLSProxy: true}, false},
		{config.Config{Listen: "0.0.0.0:8080", Auth: token, TLS: tls}, true},
		{config.Config{Listen: "0.0.0.0:8080", Auth: token, BehindTLSProxy: true}, true},
	} {
		if err := c.cfg.CheckListen(); (err == nil) != c.want {
			t.Errorf("%+v: got %v", c.cfg, err)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "1h30m": 90 * time.Minute, "100ms": 100 * time.Millisecond} {
		if got, err := config.ParseDuration(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "-1d", "1.5d", "99999999d", "5", "soon"} {
		if got, err := config.ParseDuration(text); err == nil {
			t.Errorf("%q: got %s, want an error", text, got)
		}
	}
}

func FuzzLoad(f *testing.F) {
	cases, err := filepath.Glob("testdata/*/in.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, in := range cases {
		text, err := os.ReadFile(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("a: &a [*a, *a]\nclusters: *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if cfg, err := config.Parse("in.yaml", text); err == nil {
			if err := cfg.CheckListen(); err != nil {
				t.Errorf("accepted, but %v", err)
			}
		}
	})
}

// What is shipped to begin with can be read as it is.
func TestTheConfigurationForKinDIsValid(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.MkdirAll(filepath.Join(home, ".kube"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".kube", "config"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load("../../deploy/kind/netseam.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Clusters) != 1 || cfg.Clusters[0].Context != "kind-netseam" {
		t.Errorf("%+v", cfg.Clusters)
	}
}
