package snmp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/netseam/netseam/collectors/snmp"
)

func TestSecretNeverPrints(t *testing.T) {
	const text = "hunter2"
	type hides struct {
		Public  snmp.Secret
		private snmp.Secret
		cfg     snmp.Config
	}
	s := snmp.NewSecret(text)
	v := hides{s, s, snmp.Config{Name: "leaf1", Community: s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", s, v, &v)
	}
	fmt.Fprintln(&out, s, v, v.private, v.cfg)
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	logger.InfoContext(t.Context(), "x", slog.Any("secret", s), slog.Any("config", v.cfg), slog.Any("all", v))
	slog.New(slog.NewTextHandler(&out, nil)).InfoContext(t.Context(), "x", slog.Any("secret", s), slog.Any("all", v))
	if err := json.NewEncoder(&out).Encode(v); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), fmt.Sprint([]byte(text))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret is in the output as %q:\n%s", form, out.String())
		}
	}
	if got := s.Reveal(); got != text {
		t.Errorf("Reveal gives %q, want %q", got, text)
	}
	if got := (snmp.Secret{}).Reveal(); got != "" {
		t.Errorf("the zero Secret reveals %q", got)
	}
}

func TestConfigErrorsNameTheFieldAndHideTheCommunity(t *testing.T) {
	cfg := snmp.Config{
		Address: "leaf1:", Community: snmp.NewSecret(strings.Repeat("s3cret", 30)), Interval: 1, LLDPInterval: 1, Timeout: -1,
	}
	err := cfg.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"name is missing", "address", "community is 180 bytes", "interval", "lldp interval", "timeout"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("the community is in the error: %v", err)
	}
}

func TestConfigDefaults(t *testing.T) {
	for address, want := range map[string]string{
		"10.0.0.1": "10.0.0.1:161", "10.0.0.1:1161": "10.0.0.1:1161", "leaf1": "leaf1:161",
		"2001:db8::1": "[2001:db8::1]:161", "[2001:db8::1]": "[2001:db8::1]:161", "[2001:db8::1]:1": "[2001:db8::1]:1",
	} {
		cfg := snmp.Config{Name: "x", Address: address, Community: snmp.NewSecret("c")}
		if got := cfg.WithDefaults().Address; got != want {
			t.Errorf("address %q becomes %q, want %q", address, got, want)
		}
		if err := cfg.Validate(); err != nil {
			t.Errorf("address %q: %v", address, err)
		}
	}
}
