package kube_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors/kube"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestRefusedCredentialsAreAStateAndNewOnesAreTakenUp(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	good := s.Token()
	s.SetToken("another")
	collect(t, cfg, m)
	for _, table := range tables() {
		m.awaitState(t, "east", table, api.StateUnauthorised, "credentials are refused (401)")
	}
	s.SetToken(good)
	m.awaitShop(t, "east")

	s.SetToken("rotated")
	s.CutConnections()
	m.awaitState(t, "east", "cluster", api.StateUnauthorised)
	for _, table := range kindTables() {
		m.awaitState(t, "east", table, api.StateUnauthorised)
	}
	nothingDropped(t, m, "east")
	if err := s.WriteKubeconfig(cfg.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	m.awaitShop(t, "east")
	awaitNewPod(t, s, m, "east", "web-1-c")
	nothingDropped(t, m, "east")
}

func TestNewAuthorityIsTakenUp(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	collect(t, cfg, m)
	m.awaitShop(t, "east")
	if err := s.RotateCA(); err != nil {
		t.Fatal(err)
	}
	s.CutConnections()
	m.awaitState(t, "east", "cluster", api.StateUnreachable, "certificate is not accepted")
	if err := s.WriteKubeconfig(cfg.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	m.awaitShop(t, "east")
	nothingDropped(t, m, "east")
}

func TestForbiddenIdentityIsSaid(t *testing.T) {
	s := serve(t, "east", shop()...)
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "namespaces", Verb: kubeapi.VerbGet})
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	for _, table := range tables() {
		m.awaitState(t, "east", table, api.StateForbidden, "get namespaces/kube-system", "not permitted (403)")
	}
	remove()
	m.awaitShop(t, "east")
}

func TestKubeconfigThatIsNotThereIsAState(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	there := cfg.Kubeconfig
	cfg.Kubeconfig = filepath.Join(t.TempDir(), "later")
	m := newModel()
	collect(t, cfg, m)
	m.awaitState(t, "east", "pods", api.StateUnreachable, "later", "no such file")
	if err := os.Rename(there, cfg.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	m.awaitShop(t, "east")
}

// withUser rewrites the kubeconfig's user.
func withUser(t *testing.T, path string, change func(*clientcmdapi.AuthInfo)) {
	t.Helper()
	config, err := clientcmd.LoadFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range config.AuthInfos {
		change(user)
	}
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
}

func TestExecPluginRunsOnlyWhenAllowed(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	dir := t.TempDir()
	plugin, proof := filepath.Join(dir, "get-token"), filepath.Join(dir, "was-run")
	script := fmt.Sprintf("#!/bin/sh\ntouch %s\necho '%s'\n", proof, `{"apiVersion":"client.authentication.k8s.io/v1",`+
		`"kind":"ExecCredential","status":{"token":"`+s.Token()+`"}}`)
	if err := os.WriteFile(plugin, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	withUser(t, cfg.Kubeconfig, func(u *clientcmdapi.AuthInfo) {
		u.Token = ""
		u.Exec = &clientcmdapi.ExecConfig{
			Command: plugin, APIVersion: "client.authentication.k8s.io/v1",
			InteractiveMode: clientcmdapi.IfAvailableExecInteractiveMode,
		}
	})
	for _, allow := range [][]string{nil, {"get-token"}, {filepath.Dir(plugin)}} {
		cfg.AllowExec = allow
		m := newModel()
		_, stop := collect(t, cfg, m)
		m.awaitState(t, "east", "cluster", api.StateUnauthorised, plugin, "allow_exec")
		stop()
		if _, err := os.Stat(proof); err == nil {
			t.Fatalf("plugin was run although only %q is allowed", allow)
		}
	}
	cfg.AllowExec = []string{plugin}
	m := newModel()
	_, stop := collect(t, cfg, m)
	m.awaitShop(t, "east")
	stop()
}

func TestExecPluginThatFailsIsAState(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	withUser(t, cfg.Kubeconfig, func(u *clientcmdapi.AuthInfo) {
		u.Token = ""
		u.Exec = &clientcmdapi.ExecConfig{
			Command: "/bin/false", APIVersion: "client.authentication.k8s.io/v1",
			InteractiveMode: clientcmdapi.NeverExecInteractiveMode,
		}
	})
	cfg.AllowExec = []string{"/bin/false"}
	m := newModel()
	collect(t, cfg, m)
	m.awaitState(t, "east", "pods", api.StateUnauthorised, "/bin/false")
}

func TestAuthProviderIsRefused(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	withUser(t, cfg.Kubeconfig, func(u *clientcmdapi.AuthInfo) {
		u.AuthProvider = &clientcmdapi.AuthProviderConfig{Name: "oidc"}
	})
	m := newModel()
	collect(t, cfg, m)
	m.awaitState(t, "east", "cluster", api.StateUnauthorised, `auth provider "oidc"`)
}

func TestCheckSaysWhatCanBeRead(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	report, err := kube.Check(t.Context(), cfg)
	if err != nil || !report.OK() || !report.Reachable || report.Version != "v1.37.0" || report.UID == "" || len(report.Kinds) != 15 {
		t.Errorf("report is %+v, %v", report, err)
	}
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "leases"})
	addKind(t, s, gateways())
	remove := inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: gatewayTable})
	report, err = kube.Check(t.Context(), cfg)
	if err != nil || !report.OK() || len(report.Kinds) != 16 {
		t.Errorf("without optional kinds: %+v, %v", report, err)
	}
	if k := report.Kinds[15]; k.List || k.Lacks != "Gateways" || !k.Optional || !strings.Contains(k.Message, "not permitted") {
		t.Errorf("gateways: %+v", k)
	}
	if k := report.Polled[0]; k.Table != "leases" || k.List || !strings.Contains(k.Lacks, "which node holds") {
		t.Errorf("leases: %+v", k)
	}
	remove()
	if err := s.RemoveKind(gateways()); err != nil {
		t.Fatal(err)
	}
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "pods", Verb: kubeapi.VerbWatch})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "jobs"})
	report, err = kube.Check(t.Context(), cfg)
	if err != nil || report.OK() {
		t.Errorf("report is %+v, %v", report, err)
	}
	for _, k := range report.Kinds {
		list, watch, message := true, true, ""
		switch k.Table {
		case "pods":
			watch, message = false, "watch pods: not permitted"
		case "jobs":
			list, watch, message = false, false, "list jobs: not permitted"
		}
		if k.List != list || k.Watch != watch || !strings.HasPrefix(k.Message, message) || message == "" && k.Message != "" {
			t.Errorf("%s: %+v", k.Table, k)
		}
	}
	if text, err := json.Marshal(report); err != nil || strings.Contains(string(text), s.Token()) {
		t.Errorf("report as JSON: %v", err)
	}
}

func TestCheckTriesWhereReviewsAreNotAnswered(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	// More than the reviews that are asked for: every one is refused.
	inject(t, s, kubeapi.Fault{Kind: kubeapi.InternalError, Verb: kubeapi.VerbCreate})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "jobs", Verb: kubeapi.VerbList})
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Forbidden, Resource: "pods", Verb: kubeapi.VerbWatch})
	report, err := kube.Check(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range report.Kinds {
		list, watch := k.Table != "jobs", k.Table != "jobs" && k.Table != "pods"
		if k.List != list || k.Watch != watch || (k.Message == "") != (list && watch) {
			t.Errorf("%s: %+v", k.Table, k)
		}
	}
}

func TestCheckSaysWhyNothingCanBeRead(t *testing.T) {
	s := serve(t, "east", shop()...)
	cfg := configFor(t, s, "east")
	token := s.Token()
	s.SetToken("another")
	report, err := kube.Check(t.Context(), cfg)
	if err != nil || report.State != "unauthorised" || !report.Reachable || report.OK() {
		t.Errorf("report is %+v, %v", report, err)
	}
	s.SetToken(token)
	s.Refuse()
	report, err = kube.Check(t.Context(), cfg)
	if err != nil || report.State != "unreachable" || report.Reachable || !strings.Contains(report.Message, "connection refused") {
		t.Errorf("report is %+v, %v", report, err)
	}
	if _, err := kube.Check(t.Context(), kube.Config{}); err == nil {
		t.Error("a configuration without a name was taken")
	}
	if err := s.Accept(); err != nil {
		t.Fatal(err)
	}
	inject(t, s, kubeapi.Fault{Kind: kubeapi.Hang})
	cfg.Timing.Answer = 100 * time.Millisecond
	report, err = kube.Check(t.Context(), cfg)
	if err != nil || report.State != "unreachable" || report.Reachable || !strings.Contains(report.Message, "no answer in time") {
		t.Errorf("report is %+v, %v", report, err)
	}
}
