package kube_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// The whole API answers with errors, from the start and later: the state says
// so, nothing is withdrawn, and all goes on where it was.
func TestTheWholeAPIAnswersWithErrors(t *testing.T) {
	t.Parallel()
	for kind, words := range map[kubeapi.FaultKind]string{
		kubeapi.TooManyRequests: "server is too busy (429)", kubeapi.InternalError: "server answers 500",
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := serve(t, "east", shop()...)
			m := newModel()
			remove := inject(t, s, kubeapi.Fault{Kind: kind})
			collect(t, configFor(t, s, "east"), m)
			for _, table := range tables() {
				m.awaitState(t, "east", table, api.StateUnreachable, words)
			}
			remove()
			m.awaitShop(t, "east")
			awaitWatches(t, s)
			remove = inject(t, s, kubeapi.Fault{Kind: kind})
			s.CutConnections()
			m.awaitState(t, "east", "cluster", api.StateUnreachable, words)
			for _, table := range kindTables() {
				m.awaitState(t, "east", table, api.StateStale, words)
			}
			nothingDropped(t, m, "east")
			remove()
			m.awaitShop(t, "east")
			awaitNewPod(t, s, m, "east", "web-1-c")
			nothingDropped(t, m, "east")
		})
	}
}

// A cluster is killed and comes back from a backup: with another history, and
// without what it did not have then. Only that goes.
func TestClusterKilledAndRestoredLosesOnlyWhatIsGone(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	collect(t, configFor(t, s, "east"), m)
	m.awaitShop(t, "east")
	awaitWatches(t, s)
	s.Refuse()
	for _, table := range kindTables() {
		m.awaitState(t, "east", table, api.StateStale)
	}
	nothingDropped(t, m, "east")
	if err := s.NewHistory(); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(gvr("", "pods"), "shop", "web-1-b"); err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(); err != nil {
		t.Fatal(err)
	}
	m.awaitKeys(t, "east", "pods", "pod/shop/web-1-a")
	m.awaitLive(t, "east")
	for table, keys := range shopKeys() {
		if have := m.keys("east", table); table != "pods" && len(have) != len(keys) {
			t.Errorf("%s has %v, want %v", table, have, keys)
		}
	}
	awaitNewPod(t, s, m, "east", "web-1-c")
}

// A token that stands in a file of its own is replaced there when it expires,
// as kubelet does it; nobody touches the kubeconfig.
func TestTokenFileIsReadAgain(t *testing.T) {
	s := serve(t, "east", shop()...)
	m := newModel()
	cfg := configFor(t, s, "east")
	token := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(token, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(s.Token())
	access, err := clientcmd.LoadFromFile(cfg.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range access.AuthInfos {
		user.Token, user.TokenFile = "", token
	}
	if err := clientcmd.WriteToFile(*access, cfg.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	collect(t, cfg, m)
	m.awaitShop(t, "east")
	s.SetToken("rotated")
	s.CutConnections()
	m.awaitState(t, "east", "cluster", api.StateUnauthorised, "credentials are refused (401)")
	write("rotated")
	m.awaitShop(t, "east")
	nothingDropped(t, m, "east")
	if keys := m.keys("east", "pods"); !slices.Equal(keys, shopKeys()["pods"]) {
		t.Errorf("pods %v", keys)
	}
	awaitNewPod(t, s, m, "east", "web-1-c")
}
