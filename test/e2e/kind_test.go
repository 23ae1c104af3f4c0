package e2e_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// The three commands of deploy/kind, without a container engine. The cluster
// that the first would make is a simulated one with the objects of a KinD
// cluster; its kubeconfig has the form that KinD writes, client certificate and
// all, and stands where `kind create cluster` writes it. Of the second, make says
// what it would do. The third runs as it is written, but for its port and folder.
func TestTheMapOfAKinDCluster(t *testing.T) {
	folder := filepath.Join("..", "..", "deploy", "kind")
	var made struct {
		Kind       string `json:"kind"`
		APIVersion string `json:"apiVersion"`
		Name       string `json:"name"`
		Nodes      []struct {
			Role string `json:"role"`
		} `json:"nodes"`
	}
	readYAML(t, filepath.Join(folder, "cluster.yaml"), &made)
	var read struct {
		Listen   string `json:"listen"`
		Clusters []struct {
			Context string `json:"context"`
		} `json:"clusters"`
	}
	readYAML(t, filepath.Join(folder, "netseam.yaml"), &read)
	if made.Kind != "Cluster" || made.APIVersion != "kind.x-k8s.io/v1alpha4" || len(made.Nodes) != 3 || made.Nodes[0].Role != "control-plane" {
		t.Errorf("this is no configuration of KinD: %+v", made)
	}
	if made.Kind != "Cluster" || len(read.Clusters) != 1 || read.Clusters[0].Context != "kind-"+made.Name {
		t.Fatalf("KinD makes the context kind-%s, and %+v is read", made.Name, read.Clusters)
	}

	commands := commandsOf(t, filepath.Join(folder, "README.md"))
	for i, want := range []string{"kind create cluster --config deploy/kind/cluster.yaml", "make build", "bin/netseam serve -c deploy/kind/netseam.yaml"} {
		if len(commands) != 3 || commands[i] != want {
			t.Fatalf("the README's commands are %q", commands)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "make", "-n", "-C", "../..", "build").CombinedOutput(); err != nil || !strings.Contains(string(out), "-o bin/netseam ./server/cmd/netseam") {
		t.Errorf("make build makes no bin/netseam: %v\n%s", err, out)
	}

	server, err := kubeapi.New(kubeapi.Config{Name: read.Clusters[0].Context})
	if err != nil {
		t.Fatal(err)
	}
	putRecorded(t, server, filepath.Join("..", "..", "collectors", "kube", "testdata", "kind", "objects.yaml"))
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	if _, err := binary(); err != nil { // built with the build cache of this home
		t.Fatal(err)
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.Mkdir(filepath.Join(home, ".kube"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeKinDKubeconfig(t, filepath.Join(home, ".kube", "config"), server)
	text, err := os.ReadFile(filepath.Join(folder, "netseam.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(home, "netseam.yaml")
	if err := os.WriteFile(config, bytes.Replace(text, []byte(read.Listen), []byte("127.0.0.1:0"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "serve", "-c", config)
	p.settled(1)
	eventually(t, 30*time.Second, "the map of the cluster", func() error {
		if n := len(p.edges("member")); n != 3 {
			return fmt.Errorf("%d nodes on the bridge, want 3", n)
		}
		for kind, name := range map[string]string{"hypervisor": "docker host", "segment": "bridge 172.18.0.0/16"} {
			if _, err := p.find(kind, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// putRecorded puts the objects of a file into a server.
func putRecorded(t *testing.T, server *kubeapi.Server, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for documents := yaml.NewYAMLOrJSONDecoder(strings.NewReader(string(text)), 4096); ; {
		var raw runtime.RawExtension
		if err := documents.Decode(&raw); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		o, _, err := scheme.Codecs.UniversalDeserializer().Decode(raw.Raw, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Put(o); err != nil {
			t.Fatal(err)
		}
	}
}

// commandsOf are the indented lines of a README.
func commandsOf(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if command, ok := strings.CutPrefix(line, "    "); ok {
			out = append(out, strings.TrimSpace(command))
		}
	}
	return out
}

// writeKinDKubeconfig writes a kubeconfig in the form that KinD gives it, and
// puts a front before the server that asks for the client's certificate, as the
// API server of such a cluster does.
func writeKinDKubeconfig(t *testing.T, path string, server *kubeapi.Server) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	now := time.Now()
	client := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubernetes-admin", Organization: []string{"kubeadm:cluster-admins"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, client, client, &key.PublicKey, key)
	must(t, err)
	client, err = x509.ParseCertificate(der)
	must(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)

	to, err := url.Parse(server.URL())
	must(t, err)
	behind := x509.NewCertPool()
	behind.AppendCertsFromPEM(server.CAData())
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1,
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: behind, MinVersion: tls.VersionTLS12}},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Header.Set("Authorization", "Bearer "+server.Token())
		},
	}
	front := httptest.NewUnstartedServer(proxy)
	admitted := x509.NewCertPool()
	admitted.AddCert(client)
	front.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: admitted, MinVersion: tls.VersionTLS12}
	front.StartTLS()
	t.Cleanup(func() {
		front.CloseClientConnections()
		front.Close()
	})

	text, err := os.ReadFile(filepath.Join("..", "..", "collectors", "kube", "testdata", "kind", "kubeconfig.yaml"))
	must(t, err)
	coded := func(kind string, der []byte) string {
		return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	filled := strings.NewReplacer(
		": CA\n", ": "+coded("CERTIFICATE", front.Certificate().Raw)+"\n", ": SERVER\n", ": "+front.URL+"\n",
		": CERTIFICATE\n", ": "+coded("CERTIFICATE", der)+"\n", ": KEY\n", ": "+coded("PRIVATE KEY", keyDER)+"\n",
	).Replace(string(text))
	must(t, os.WriteFile(path, []byte(filled), 0o600))
}
