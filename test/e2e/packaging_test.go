package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/netseam/netseam/test/e2e/kubelabctl"
)

// manifests are the objects of deploy/kube, in the order of its files.
func manifests(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	return manifestsIn(t, "kube")
}

func manifestsIn(t *testing.T, folder string) []*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob("../../deploy/" + folder + "/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	var all []*unstructured.Unstructured
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
			object := &unstructured.Unstructured{}
			if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(object.Object) > 0 {
				all = append(all, object)
			}
		}
	}
	return all
}

// manifest returns one of them, decoded.
func manifest[T any](t *testing.T, kind string) *T {
	t.Helper()
	for _, object := range manifests(t) {
		if object.GetKind() == kind {
			raw, err := object.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			into := new(T)
			if err := json.Unmarshal(raw, into); err != nil {
				t.Fatal(err)
			}
			return into
		}
	}
	t.Fatalf("no %s in deploy/kube", kind)
	return nil
}

// apply does what `kubectl apply --server-side` does, and refuses fields that
// the API does not know.
func apply(t *testing.T, config *rest.Config, client kubernetes.Interface, manifests []*unstructured.Unstructured) {
	t.Helper()
	groups, err := restmapper.GetAPIGroupResources(client.Discovery())
	if err != nil {
		t.Fatal(err)
	}
	mapper := restmapper.NewDiscoveryRESTMapper(groups)
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range manifests {
		kind := object.GroupVersionKind()
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			t.Fatalf("%s %s: %v", kind.Kind, object.GetName(), err)
		}
		var at dynamic.ResourceInterface = objects.Resource(mapping.Resource)
		if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
			at = objects.Resource(mapping.Resource).Namespace(object.GetNamespace())
		}
		raw, err := object.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		strict := metav1.PatchOptions{FieldManager: "test", FieldValidation: metav1.FieldValidationStrict}
		if _, err := at.Patch(t.Context(), object.GetName(), "application/apply-patch+yaml", raw, strict); err != nil {
			t.Fatalf("%s %s: %v", kind.Kind, object.GetName(), err)
		}
	}
}

// cluster is a kubelab cluster with the manifests in it, and what its service
// account knows.
type cluster struct {
	*kubelabctl.Cluster

	config  *rest.Config // as administrator
	account *rest.Config // as the service account
	token   string
}

func clusterWithManifests(t *testing.T) *cluster {
	t.Helper()
	kubelab := os.Getenv("NETSEAM_KUBELAB")
	need(t, kubelab != "", "the kubelab binary (NETSEAM_KUBELAB; test/kubelab/build makes it)")
	lab, err := kubelabctl.Start(t.Context(), kubelab, "gamma", 7, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lab.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := lab.CreateNodes(t.Context(), kubelabctl.Node{Name: "gamma-n1", InternalIPs: []string{"10.9.7.11"}}, kubelabctl.Node{Name: "gamma-n2", InternalIPs: []string{"10.9.7.12"}}); err != nil {
		t.Fatal(err)
	}
	if err := lab.WaitNodesReady(t.Context(), "gamma-n1", "gamma-n2"); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		lab.CreateNamespace(t.Context(), "shop"), lab.CreateDeployment(t.Context(), "shop", "web", 3, 8080), lab.CreateService(t.Context(), "shop", "web", 8080),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lab.WaitEndpoints(t.Context(), "shop", "web", 3, 0); err != nil {
		t.Fatal(err)
	}
	c := &cluster{Cluster: lab}
	if c.config, err = clientcmd.BuildConfigFromFlags("", lab.Kubeconfig()); err != nil {
		t.Fatal(err)
	}
	apply(t, c.config, lab.Client(), manifests(t))
	answer, err := lab.Client().CoreV1().ServiceAccounts("netseam").CreateToken(t.Context(), "netseam", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c.token = answer.Status.Token
	c.account = rest.AnonymousClientConfig(c.config)
	c.account.BearerToken = c.token
	return c
}

// authority is the certificate that the API server is known by.
func (c *cluster) authority(t *testing.T) []byte {
	t.Helper()
	if len(c.config.CAData) > 0 {
		return c.config.CAData
	}
	text, err := os.ReadFile(c.config.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// kubeconfig writes a kubeconfig with the token alone.
func (c *cluster) kubeconfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"gamma": {Server: c.config.Host, CertificateAuthorityData: c.authority(t)}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"netseam": {Token: c.token}},
		Contexts:       map[string]*clientcmdapi.Context{"gamma": {Cluster: "gamma", AuthInfo: "netseam"}},
		CurrentContext: "gamma",
	}, path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// What deploy/kube puts into a cluster is accepted by it, suffices for the
// whole map, and permits nothing else. (The tier of both labs runs this: it has
// kubelab.)
func TestManifestsOnBothLabs(t *testing.T) {
	c := clusterWithManifests(t)
	t.Run("the pod is admitted", c.podIsAdmitted)
	t.Run("the whole map", c.wholeMap)
	t.Run("nothing else", c.nothingElse)
	t.Run("from within", c.fromWithin)
}

// The namespace enforces the restricted standard: a pod that is not as careful
// as it says would not be made.
func (c *cluster) podIsAdmitted(t *testing.T) {
	eventually(t, 30*time.Second, "netseam's pod", func() error {
		pods, err := c.Client().CoreV1().Pods("netseam").List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=netseam"})
		if err != nil || len(pods.Items) == 1 {
			return err
		}
		events, err := c.Client().CoreV1().Events("netseam").List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		said := ""
		for _, e := range events.Items {
			said += e.Message + "; "
		}
		return fmt.Errorf("%d pods: %s", len(pods.Items), said)
	})
}

func (c *cluster) wholeMap(t *testing.T) {
	config := filepath.Join(t.TempDir(), "netseam.yaml")
	text := fmt.Sprintf("listen: 127.0.0.1:0\ndata: data\nclusters:\n  - {name: gamma, kubeconfig: %q}\n", c.kubeconfig(t))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "serve", "-c", config)
	eventually(t, 30*time.Second, "the whole map", func() error {
		want, err := c.truth(t.Context())
		if err != nil {
			return err
		}
		got := p.status()
		for kind, n := range want {
			if got.ByKind[kind] != n {
				return fmt.Errorf("%d of kind %s, want %d: %v", got.ByKind[kind], kind, n, got.ByKind)
			}
		}
		var source struct {
			Scopes []struct{ Table, State, Message string }
		}
		if err := p.get("/api/v1/sources/kube:gamma", &source); err != nil {
			return err
		}
		for _, s := range source.Scopes {
			want := "live"
			if s.Table == "configmaps" {
				want = "forbidden" // deploy/rbac/settings.yaml permits two of them
			}
			if s.State != want {
				return fmt.Errorf("%s is %s, want %s: %s", s.Table, s.State, want, s.Message)
			}
		}
		if len(source.Scopes) < 16 {
			return fmt.Errorf("%d scopes, want at least the cluster and 15 kinds", len(source.Scopes))
		}
		return nil
	})
}

// truth counts what an administrator sees.
func (c *cluster) truth(ctx context.Context) (map[string]int, error) {
	core, apps := c.Client().CoreV1(), c.Client().AppsV1()
	nodes, err1 := core.Nodes().List(ctx, metav1.ListOptions{})
	namespaces, err2 := core.Namespaces().List(ctx, metav1.ListOptions{})
	pods, err3 := core.Pods("").List(ctx, metav1.ListOptions{})
	services, err4 := core.Services("").List(ctx, metav1.ListOptions{})
	deployments, err5 := apps.Deployments("").List(ctx, metav1.ListOptions{})
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return nil, err
	}
	return map[string]int{
		"cluster": 1, "node": len(nodes.Items), "namespace": len(namespaces.Items), "pod": len(pods.Items),
		"service": len(services.Items), "workload": len(deployments.Items), "endpoint": 3,
	}, nil
}

// nothingElse tries what the account has no business with.
func (c *cluster) nothingElse(t *testing.T) {
	client, err := kubernetes.NewForConfig(c.account)
	if err != nil {
		t.Fatal(err)
	}
	ctx, core := t.Context(), client.CoreV1()
	if _, err := core.Pods("").List(ctx, metav1.ListOptions{}); err != nil {
		t.Fatalf("the token is not even good for pods, so the refusals below would mean nothing: %v", err)
	}
	pods, err := c.PodNames(ctx, "shop", "web", "")
	if err != nil || len(pods) == 0 {
		t.Fatalf("pods: %v, %v", pods, err)
	}
	dry := []string{metav1.DryRunAll}
	for what, try := range map[string]func() error{
		"list secrets":      func() error { _, err := core.Secrets("").List(ctx, metav1.ListOptions{}); return err },
		"list own secrets":  func() error { _, err := core.Secrets("netseam").List(ctx, metav1.ListOptions{}); return err },
		"get own secret":    func() error { _, err := core.Secrets("netseam").Get(ctx, "netseam", metav1.GetOptions{}); return err },
		"list config maps":  func() error { _, err := core.ConfigMaps("").List(ctx, metav1.ListOptions{}); return err },
		"get another space": func() error { _, err := core.Namespaces().Get(ctx, "shop", metav1.GetOptions{}); return err },
		"read a pod's log":  func() error { return core.Pods("shop").GetLogs(pods[0], &corev1.PodLogOptions{}).Do(ctx).Error() },
		"proxy to a kubelet": func() error {
			return core.RESTClient().Get().AbsPath("/api/v1/nodes/gamma-n1/proxy/pods").Do(ctx).Error()
		},
		"delete a pod": func() error { return core.Pods("shop").Delete(ctx, pods[0], metav1.DeleteOptions{DryRun: dry}) },
		"make a token": func() error {
			_, err := core.ServiceAccounts("netseam").CreateToken(ctx, "netseam", &authenticationv1.TokenRequest{}, metav1.CreateOptions{DryRun: dry})
			return err
		},
		"patch a node": func() error {
			_, err := core.Nodes().Patch(ctx, "gamma-n1", "application/merge-patch+json", []byte(`{}`), metav1.PatchOptions{DryRun: dry})
			return err
		},
	} {
		if err := try(); !apierrors.IsForbidden(err) {
			t.Errorf("%s: got %v, want it forbidden", what, err)
		}
	}
}

// report is what `netseam check --json` prints.
type report struct {
	OK       bool `json:"ok"`
	Clusters []struct {
		State, Message string
		Kinds          []struct {
			Table, Group string
			List, Watch  bool
		}
	} `json:"clusters"`
}

// fromWithin runs the config map's own configuration where a pod would: the
// service account's files at the place where they are in pods, in a mount
// namespace of its own.
func (c *cluster) fromWithin(t *testing.T) {
	unshare, err := exec.LookPath("unshare")
	need(t, err == nil && os.Geteuid() == 0, "unshare (util-linux), and root for it")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := manifest[corev1.ConfigMap](t, "ConfigMap").Data["netseam.yaml"]
	for name, text := range map[string]string{
		"as-is.yaml": config, "token": c.token, "ca.crt": string(c.authority(t)),
		"netseam.yaml": strings.ReplaceAll(config, "sha256:REPLACE-WITH-THE-HASH-THAT-netseam-token-PRINTS", "sha256:"+strings.Repeat("ab", 32)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func(file string) (report, string, error) {
		const script = `mount -t tmpfs tmpfs /run
			at=/run/secrets/kubernetes.io/serviceaccount
			mkdir -p $at && cp "$1/token" "$1/ca.crt" $at
			[ -e /var/run/secrets ] && exec "$2" check --json -c "$1/$3"`
		host, port, ok := strings.Cut(strings.TrimPrefix(c.config.Host, "https://"), ":")
		if !ok {
			t.Fatalf("server %q", c.config.Host)
		}
		cmd := exec.CommandContext(t.Context(), unshare, "--mount", "--propagation", "private", "sh", "-euc", script, "sh", dir, path, file)
		cmd.Env = append(os.Environ(), "KUBERNETES_SERVICE_HOST="+host, "KUBERNETES_SERVICE_PORT="+port)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		var r report
		if err == nil {
			err = json.Unmarshal(stdout.Bytes(), &r)
		}
		return r, stderr.String(), err
	}
	if _, said, err := check("as-is.yaml"); err == nil || !strings.Contains(said, "auth.tokens") || !strings.Contains(said, "netseam token") {
		t.Errorf("the config map as it is must be refused for its token: %v: %s", err, said)
	}
	r, said, err := check("netseam.yaml")
	if err != nil || !r.OK || len(r.Clusters) != 1 || r.Clusters[0].State != "live" {
		t.Fatalf("%v: %s: %+v", err, said, r)
	}
	var reads []string
	for _, k := range r.Clusters[0].Kinds {
		reads = append(reads, strings.TrimPrefix(k.Group+"/"+k.Table, "/"))
	}
	slices.Sort(reads)
	if diff := cmp.Diff(permitted(t), reads); diff != "" {
		t.Errorf("the cluster role permits other kinds than netseam reads (-role +netseam):\n%s", diff)
	}
}

// permitted returns the kinds that the cluster role lets list and watch, and
// checks that it says nothing worse.
func permitted(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, rule := range manifest[rbacv1.ClusterRole](t, "ClusterRole").Rules {
		for _, verb := range rule.Verbs {
			if !slices.Contains([]string{"get", "list", "watch"}, verb) {
				t.Errorf("verb %s on %v", verb, rule.Resources)
			}
		}
		if !slices.Contains(rule.Verbs, "list") {
			continue
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				all = append(all, strings.TrimPrefix(group+"/"+resource, "/"))
			}
		}
	}
	slices.Sort(all)
	return all
}

// The command writes each format of a running netseam, whole or not at all.
func TestExportCommand(t *testing.T) {
	p := start(t, "demo", "--listen", "127.0.0.1:0")
	eventually(t, 30*time.Second, "links", func() error {
		if n := p.status().ByKind["link"]; n == 0 {
			return errors.New("no links yet")
		}
		return nil
	})
	dir := t.TempDir()
	for format, begin := range map[string]string{"json": "{\n\"format\": \"netseam\"", "dot": "digraph netseam {", "csv": "id,kind,a_id", "ietf-network": `{"ietf-network:networks"`} {
		file := filepath.Join(dir, format)
		run(t.Context(), t, "export", "--url", p.url, "--format", format, "-o", file)
		text, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(text), begin) || !strings.Contains(string(text), "leaf1") {
			t.Errorf("%s: %v: %.200s", format, err, text)
		}
	}
	if out := run(t.Context(), t, "export", "--url", p.url, "--format", "csv", "--what", "vertices"); strings.Count(out, "\r\n") < p.status().Vertices/2 {
		t.Errorf("%d lines", strings.Count(out, "\r\n"))
	}
	if out := run(t.Context(), t, "export", "--yang"); !strings.HasPrefix(out, "module netseam-topology {") {
		t.Errorf("got %.80s", out)
	}
	t.Setenv("NETSEAM_TEST_TOKEN", "some-token")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"format \"xml\"; known", []string{"--format", "xml"}},
		{"NETSEAM_TEST_NO_TOKEN", []string{"--token-env", "NETSEAM_TEST_NO_TOKEN"}},
		{"unencrypted", []string{"--url", "http://192.0.2.1:8080", "--token-env", "NETSEAM_TEST_TOKEN"}},
		{"is something else", []string{"--url", p.url + "/nowhere"}},
		{"--url", []string{"--url", "127.0.0.1"}},
	} {
		path, err := binary()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "never")
		cmd := exec.CommandContext(t.Context(), path, append([]string{"export", "--url", p.url, "-o", file}, c.args...)...)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%v: got %v: %s, want %q in it", c.args, err, out, c.want)
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: a file is there (%v)", c.args, err)
		}
	}
}
