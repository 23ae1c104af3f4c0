package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// The three commands of deploy/kind, without a container engine: the cluster
// that the first would make is a simulated one with the objects of a KinD
// cluster, and its kubeconfig stands where `kind create cluster` writes it. The
// third runs as it is written, but for its port and folder.
func TestTheMapOfAKinDCluster(t *testing.T) {
	folder := filepath.Join("..", "..", "deploy", "kind")
	var made struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	}
	readYAML(t, filepath.Join(folder, "cluster.yaml"), &made)
	var read struct {
		Listen   string `json:"listen"`
		Clusters []struct {
			Context string `json:"context"`
		} `json:"clusters"`
	}
	readYAML(t, filepath.Join(folder, "netseam.yaml"), &read)
	if made.Kind != "Cluster" || len(read.Clusters) != 1 || read.Clusters[0].Context != "kind-"+made.Name {
		t.Fatalf("KinD makes the context kind-%s, and %+v is read", made.Name, read.Clusters)
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
	if err := server.WriteKubeconfig(filepath.Join(home, ".kube", "config")); err != nil {
		t.Fatal(err)
	}
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
