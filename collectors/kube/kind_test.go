package kube_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
	"github.com/netseam/netseam/server/layout"
	"github.com/netseam/netseam/server/merge"
)

// merged is a sink that makes a graph of what it is told.
type merged struct {
	mu     sync.Mutex
	engine *merge.Engine
}

func (m *merged) Observe(ctx context.Context, o api.Observation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	m.engine.Apply([]api.Observation{o}, time.Now())
	return nil
}

func (m *merged) snapshot() *graph.Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.engine.Snapshot()
}

// recorded are the objects of a file.
func recorded(t *testing.T, path string) []runtime.Object {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []runtime.Object
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096); ; {
		var raw runtime.RawExtension
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		o, _, err := scheme.Codecs.UniversalDeserializer().Decode(raw.Raw, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
}

// graphText is a graph as sorted text, of vertices what chosen attributes say.
func graphText(s *graph.Snapshot, attrs ...string) string {
	var path func(id api.VertexID) string
	path = func(id api.VertexID) string {
		v, ok := s.Vertex(id)
		switch {
		case !ok:
			return "?"
		case v.Parent == 0:
			return v.Name
		}
		return path(v.Parent) + " / " + v.Name
	}
	var lines []string
	for v := range s.Vertices() {
		line := fmt.Sprintf("%s %s, %s", v.Kind, path(v.ID), v.Health)
		for _, key := range attrs {
			if value := v.Attr(key); value != "" {
				line += fmt.Sprintf(", %s=%s", key, value)
			}
		}
		lines = append(lines, line)
	}
	for e := range s.Edges() {
		line := fmt.Sprintf("%s %s -- %s, %d %%", e.Kind, path(e.A), path(e.B), e.Confidence)
		for _, a := range e.Attrs {
			line += fmt.Sprintf(", %s=%s", a.Key, a.Value)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// KinD's shape of the map: its containers on a bridge in a host, by what the
// objects of such a cluster say, written by hand from its documented form.
func TestKinDStandsOnItsHost(t *testing.T) {
	server := serve(t, "kind", recorded(t, filepath.Join("testdata", "kind", "objects.yaml"))...)
	sink := &merged{engine: merge.New()}
	stop := run(t, configFor(t, server, "kind"), sink)
	want, err := os.ReadFile(filepath.Join("testdata", "kind", "graph.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text := func() string {
		return graphText(sink.snapshot(), api.AttrAddress, api.AttrPort, api.AttrPortWhy, "subnet", "container_engine", "cni", "reason")
	}
	await(t, func() string { return cmp.Diff(string(want), text()) })
	stop()
	inHost(t, sink.snapshot())
}

// inHost checks that host, bridge and nodes are drawn within the host's part.
func inHost(t *testing.T, s *graph.Snapshot) {
	t.Helper()
	var cluster api.VertexID
	for v := range s.Vertices() {
		if v.Kind == api.VertexCluster {
			cluster = v.ID
		}
	}
	plan := layout.Lay(s, cluster, layout.ByCluster).Plan()
	var host api.VertexID
	for _, f := range plan.Furniture {
		if f.Role == layout.RoleHost {
			host = f.ID
		}
		if f.Role == layout.RoleBridge || f.Role == layout.RoleMore {
			t.Errorf("furniture of role %d, though its own source says the bridge and all has room", f.Role)
		}
	}
	drawn := map[api.VertexKind]int{}
	for _, b := range plan.Boxes {
		if v, ok := s.Vertex(b.ID); ok && b.Frame == host && host != 0 {
			drawn[v.Kind]++
		}
	}
	want := map[api.VertexKind]int{api.VertexNode: 3, api.VertexHypervisor: 1, api.VertexSegment: 1}
	if diff := cmp.Diff(want, drawn); diff != "" {
		t.Errorf("drawn in the host otherwise than expected (-want +got):\n%s", diff)
	}
}
