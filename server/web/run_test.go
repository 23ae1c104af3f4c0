package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/web"
)

// start runs a server; stop ends it and returns what Run did.
func start(t *testing.T, s *site) (address string, stop func() error) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, listener) }()
	return listener.Addr().String(), func() error {
		cancel()
		return <-done
	}
}

func TestStoppingLetsRequestsFinish(t *testing.T) {
	s := setUp(t, nil)
	s.hub.slow = make(chan struct{})
	address, stop := start(t, s)
	answered := make(chan int, 1)
	go func() {
		resp, err := http.Post("http://"+address+"/api/v1/sources/snmp:leaf1/forget", "", nil)
		if err != nil {
			answered <- 0
			return
		}
		_ = resp.Body.Close()
		answered <- resp.StatusCode
	}()
	waiting := time.NewTimer(100 * time.Millisecond)
	<-waiting.C
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	waiting.Reset(100 * time.Millisecond)
	<-waiting.C
	close(s.hub.slow)
	if got := <-answered; got != http.StatusNoContent {
		t.Errorf("the request under way got %d", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if _, err := net.DialTimeout("tcp", address, time.Second); err == nil {
		t.Error("it still listens")
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestStoppingCutsOffWhatDoesNotFinish(t *testing.T) {
	s := setUp(t, nil)
	s.hub.slow = make(chan struct{})
	address, stop := start(t, s)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if resp, err := http.Post("http://"+address+"/api/v1/sources/snmp:leaf1/forget", "", nil); err == nil {
			_ = resp.Body.Close()
		}
	}()
	waiting := time.NewTimer(100 * time.Millisecond)
	<-waiting.C
	started := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(started); took > 7*time.Second {
		t.Errorf("stopping took %s", took)
	}
	<-ended
	http.DefaultClient.CloseIdleConnections()
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	s := setUp(t, func(cfg *web.Config, _ *auth.Config, _ *web.Deps) { cfg.TLSCert, cfg.TLSKey = cert, key })
	address, stop := start(t, s)
	raw, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(raw)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	resp, err := client.Get("https://" + address + "/healthz")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("got %v, %v", resp, err)
	}
	_ = resp.Body.Close()
	client.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := web.New(web.Config{TLSCert: "nowhere.pem", TLSKey: key}, web.Deps{}); err == nil || !strings.Contains(err.Error(), "nowhere.pem") {
		t.Errorf("a missing certificate: got %v", err)
	}
}

func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, bytes []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "EC PRIVATE KEY", keyDER)
}
