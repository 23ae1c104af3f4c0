package kubelabctl_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/netseam/netseam/test/e2e/kubelabctl"
)

const (
	namespace = "shop"
	app       = "web"
	replicas  = 4
)

// labkube is the binary, or the end of the test.
func labkube(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("NETSEAM_KUBELAB")
	switch {
	case binary != "":
		return binary
	case os.Getenv("CI") == "true":
		t.Fatal("NETSEAM_KUBELAB is not set: needs the kubelab binary: run test/kubelab/build")
	default:
		t.Skip("needs the kubelab binary: run test/kubelab/build, and set NETSEAM_KUBELAB to the path that it prints")
	}
	return ""
}

func TestTwoClusters(t *testing.T) {
	binary := labkube(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	begin := time.Now()
	clusters := startAll(ctx, t, binary, "alpha", "beta")
	t.Logf("both clusters up after %.1f s", time.Since(begin).Seconds())

	// Not subtests: what is asked of each is asked while the other does the same.
	var wg sync.WaitGroup
	for i, c := range clusters {
		wg.Go(func() {
			if err := journey(ctx, t, c, i+1); err != nil {
				t.Errorf("%s: %v", c.Name(), err)
			}
		})
	}
	wg.Wait()
	for _, c := range clusters {
		t.Logf("%s: resident memory %s", c.Name(), memory(t, c.PID()))
	}
	for _, c := range clusters {
		begin := time.Now()
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
		t.Logf("%s: stopped after %.2f s", c.Name(), time.Since(begin).Seconds())
		if alive(c.PID()) {
			t.Errorf("%s: process %d is still there", c.Name(), c.PID())
		}
	}
}

// startAll starts the clusters at the same time, as a test that needs several should.
func startAll(ctx context.Context, t *testing.T, binary string, names ...string) []*kubelabctl.Cluster {
	t.Helper()
	clusters, errs := make([]*kubelabctl.Cluster, len(names)), make([]error, len(names))
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			clusters[i], errs[i] = kubelabctl.Start(ctx, binary, name, i+1, filepath.Join(dir, name))
		})
	}
	wg.Wait()
	for i, c := range clusters {
		if errs[i] != nil {
			t.Error(errs[i])
			continue
		}
		t.Cleanup(func() {
			if err := c.Stop(); err != nil {
				t.Error(err)
			}
		})
		t.Logf("%s: up after %.2f s", c.Name(), c.UpTook().Seconds())
	}
	if t.Failed() {
		t.FailNow()
	}
	return clusters
}

func journey(ctx context.Context, t *testing.T, c *kubelabctl.Cluster, index int) error {
	t.Helper()
	begin := time.Now()
	lap := func(what string) {
		t.Helper()
		t.Logf("%s: %s after %.2f s", c.Name(), what, time.Since(begin).Seconds())
		begin = time.Now()
	}
	nodes, names := threeNodes(c.Name(), index)
	if err := c.CreateNodes(ctx, nodes...); err != nil {
		return err
	}
	if err := c.WaitNodesReady(ctx, names...); err != nil {
		return err
	}
	lap("three nodes ready")
	if err := keptAddresses(ctx, c, nodes); err != nil {
		return err
	}

	begin = time.Now()
	if err := deploy(ctx, c); err != nil {
		return err
	}
	lap(fmt.Sprintf("%d endpoints ready", replicas))
	if err := readerReads(ctx, c); err != nil {
		return err
	}

	begin = time.Now()
	if err := unreadyAndBack(ctx, c, lap); err != nil {
		return err
	}
	return lostAndBack(ctx, c, names[0], lap)
}

func threeNodes(cluster string, index int) ([]kubelabctl.Node, []string) {
	var nodes []kubelabctl.Node
	var names []string
	for i := range 3 {
		name := fmt.Sprintf("%s-n%d", cluster, i+1)
		nodes = append(nodes, kubelabctl.Node{
			Name:        name,
			InternalIPs: []string{fmt.Sprintf("10.10.%d.%d", i+1, 10*index+i), fmt.Sprintf("2001:db8:%d::%d", index, i+1)},
			Labels:      map[string]string{corev1.LabelTopologyZone: fmt.Sprintf("zone-%d", i+1)},
		})
		names = append(names, name)
	}
	return nodes, names
}

func keptAddresses(ctx context.Context, c *kubelabctl.Cluster, nodes []kubelabctl.Node) error {
	for _, want := range nodes {
		node, err := c.Client().CoreV1().Nodes().Get(ctx, want.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		var got []string
		for _, address := range node.Status.Addresses {
			if address.Type == corev1.NodeInternalIP {
				got = append(got, address.Address)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want.InternalIPs) {
			return fmt.Errorf("node %s has the addresses %v, want %v", want.Name, got, want.InternalIPs)
		}
	}
	return nil
}

func deploy(ctx context.Context, c *kubelabctl.Cluster) error {
	if err := c.CreateNamespace(ctx, namespace); err != nil {
		return err
	}
	if err := c.CreateDeployment(ctx, namespace, app, replicas, 8080); err != nil {
		return err
	}
	if err := c.CreateService(ctx, namespace, app, 80); err != nil {
		return err
	}
	endpoints, err := c.WaitEndpoints(ctx, namespace, app, replicas, 0)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range endpoints {
		node, err := c.Client().CoreV1().Nodes().Get(ctx, e.Node, metav1.GetOptions{})
		if err != nil {
			return err
		}
		network, err := netip.ParsePrefix(node.Spec.PodCIDR)
		if err != nil {
			return err
		}
		address, err := netip.ParseAddr(e.Address)
		if err != nil {
			return err
		}
		if seen[e.Address] || !network.Contains(address) {
			return fmt.Errorf("endpoint %+v: want an address of its own in its node's %s", e, network)
		}
		seen[e.Address] = true
	}
	return nil
}

// readerReads checks that the reader may list pods, and may not list secrets.
func readerReads(ctx context.Context, c *kubelabctl.Cluster) error {
	config, err := clientcmd.BuildConfigFromFlags("", c.ReaderKubeconfig())
	if err != nil {
		return err
	}
	reader, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	pods, err := reader.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil || len(pods.Items) != replicas {
		return fmt.Errorf("the reader sees %d pods, want %d: %w", len(pods.Items), replicas, err)
	}
	if _, err := reader.AppsV1().ReplicaSets(namespace).List(ctx, metav1.ListOptions{}); err != nil {
		return err
	}
	if _, err := reader.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		return fmt.Errorf("the reader asked for secrets: got %w, want forbidden", err)
	}
	err = reader.CoreV1().Pods(namespace).Delete(ctx, pods.Items[0].Name, metav1.DeleteOptions{})
	if !apierrors.IsForbidden(err) {
		return fmt.Errorf("the reader deleted a pod: got %w, want forbidden", err)
	}
	return nil
}

func unreadyAndBack(ctx context.Context, c *kubelabctl.Cluster, lap func(string)) error {
	pods, err := c.PodNames(ctx, namespace, app, "")
	if err != nil {
		return err
	}
	for _, act := range []struct {
		what string
		set  func(context.Context, string, string, bool) error
	}{{"unready", c.SetPodUnready}, {"in a crash loop", c.SetPodCrashLoop}} {
		if err := act.set(ctx, namespace, pods[0], true); err != nil {
			return err
		}
		endpoints, err := c.WaitEndpoints(ctx, namespace, app, replicas-1, 1)
		if err != nil {
			return err
		}
		if endpoints[0].Pod != pods[0] || endpoints[0].Ready {
			return fmt.Errorf("endpoints %+v: want %s not to be ready", endpoints, pods[0])
		}
		lap("pod " + act.what)
		if err := act.set(ctx, namespace, pods[0], false); err != nil {
			return err
		}
		if _, err := c.WaitEndpoints(ctx, namespace, app, replicas, 0); err != nil {
			return err
		}
		lap("pod ready again")
	}
	return nil
}

func lostAndBack(ctx context.Context, c *kubelabctl.Cluster, node string, lap func(string)) error {
	pods, err := c.PodNames(ctx, namespace, app, node)
	if err != nil {
		return err
	}
	if len(pods) == 0 || len(pods) == replicas {
		return fmt.Errorf("%d of %d pods run on node %s: want some, not all", len(pods), replicas, node)
	}
	if err := c.LoseNode(ctx, node); err != nil {
		return err
	}
	if err := c.WaitNodeStatus(ctx, node, corev1.ConditionUnknown); err != nil {
		return err
	}
	lap("lost node Unknown")
	endpoints, err := c.WaitEndpoints(ctx, namespace, app, replicas-len(pods), len(pods))
	if err != nil {
		return err
	}
	for _, e := range endpoints {
		if e.Ready == (e.Node == node) {
			return fmt.Errorf("endpoint %+v: want those on %s not ready, the others ready", e, node)
		}
	}
	lap("its endpoints not ready")
	if err := c.ReturnNode(ctx, node); err != nil {
		return err
	}
	if err := c.WaitNodesReady(ctx, node); err != nil {
		return err
	}
	lap("returned node ready")
	if _, err := c.WaitEndpoints(ctx, namespace, app, replicas, 0); err != nil {
		return err
	}
	lap("its endpoints ready")
	after, err := c.PodNames(ctx, namespace, app, node)
	if err == nil && fmt.Sprint(after) != fmt.Sprint(pods) {
		return fmt.Errorf("node %s has the pods %v, want those it had, %v", node, after, pods)
	}
	return err
}

func TestClusterRefuses(t *testing.T) {
	binary := labkube(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, want string
		index      int
	}{
		{name: "Alpha", index: 1, want: `name "Alpha"`},
		{name: "alpha", index: 51, want: "index 51"},
		{name: "alpha", index: 0, want: "index 0"},
	} {
		_, err := kubelabctl.Start(t.Context(), binary, test.name, test.index, dir)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Start(%s, %d) = %v, want an error with %s", test.name, test.index, err, test.want)
		}
	}
	if _, err := kubelabctl.Start(t.Context(), binary, "alpha", 1, file); err == nil {
		t.Error("Start in a file went well, want an error")
	}
}

// A cluster that is killed and started again has the same address and keys, and is the same cluster.
func TestSameClusterAgain(t *testing.T) {
	binary := labkube(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir := t.TempDir()
	var identities []string
	for range 2 {
		c, err := kubelabctl.Start(ctx, binary, "gamma", 3, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Kill)
		config, err := os.ReadFile(c.Kubeconfig())
		if err != nil {
			t.Fatal(err)
		}
		namespace, err := c.Client().CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		identities = append(identities, string(namespace.UID)+string(config))
		t.Logf("up after %.2f s", c.UpTook().Seconds())
		c.Kill()
		if alive(c.PID()) {
			t.Errorf("process %d is still there", c.PID())
		}
	}
	if identities[0] != identities[1] {
		t.Error("the second start gave another cluster")
	}
}
