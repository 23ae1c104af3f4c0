// Package events_test measures a large cluster: its first reading, and how long
// an event at the API server takes to be in a frame at the browser, beside what
// a typed informer of client-go takes to call its handler with the same event.
package events_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// How large the cluster is and what happens in it. What is said here is small
// enough for every run of the tests.
var (
	podCount  = flag.Int("pods", 2000, "pods")
	nodeCount = flag.Int("nodes", 100, "nodes")
	rate      = flag.Int("rate", 200, "pod events a second")
	lasting   = flag.Duration("for", 5*time.Second, "how long events go on")
)

// sentAt is the annotation in which an event says when it was sent, in Unix
// nanoseconds.
const sentAt = "example.net/sent-at"

// envInformer is set, to a kubeconfig, in the process that is the informer.
const envInformer = "NETSEAM_EVENTS_INFORMER"

func TestMain(m *testing.M) {
	kubeconfig := os.Getenv(envInformer)
	if kubeconfig == "" {
		os.Exit(m.Run())
	}
	flag.Parse()
	if err := inform(kubeconfig, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ages are how old events were when they arrived.
type ages struct {
	mu   sync.Mutex
	list []time.Duration
}

func (a *ages) add(age time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, age)
}

// latency sums them up, in milliseconds.
type latency struct {
	Count          int
	P50, P99, Most float64
}

func (a *ages) sum() latency {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.list) == 0 {
		return latency{}
	}
	slices.Sort(a.list)
	at := func(part float64) float64 {
		return float64(a.list[int(part*float64(len(a.list)-1))].Microseconds()) / 1000
	}
	return latency{len(a.list), at(0.5), at(0.99), at(1)}
}

// usage is what a process has used.
type usage struct {
	CPU       float64 // seconds, user and system
	RSS, Most float64 // MB; Most is the largest RSS
}

// usageOf reads a process's usage, as Linux counts it.
func usageOf(pid int) (usage, error) {
	folder := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(folder + "/stat")
	if err != nil {
		return usage{}, err
	}
	// The second field may have blanks in it; the third comes after its bracket.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return usage{}, fmt.Errorf("stat of %d: %q", pid, stat)
	}
	var u usage
	for _, field := range fields[11:13] { // utime, stime, in hundredths of a second
		ticks, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return usage{}, err
		}
		u.CPU += ticks / 100
	}
	status, err := os.ReadFile(folder + "/status")
	if err != nil {
		return usage{}, err
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		into := map[string]*float64{"VmRSS": &u.RSS, "VmHWM": &u.Most}[name]
		if into == nil {
			continue
		}
		kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			return usage{}, err
		}
		*into = kb / 1000
	}
	return u, nil
}

// inform is what a program does that follows the kinds of the map with typed
// informers. It says "true" when it has read all, and on a line of input what
// it heard.
func inform(kubeconfig string, in io.Reader, out io.Writer) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.ContentType = runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	heard := &ages{}
	pods := factory.Core().V1().Pods().Informer()
	if _, err := pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		UpdateFunc: func(_, o any) {
			if pod, ok := o.(*corev1.Pod); ok {
				if sent, err := strconv.ParseInt(pod.Annotations[sentAt], 10, 64); err == nil {
					heard.add(time.Since(time.Unix(0, sent)))
				}
			}
		},
	}); err != nil {
		return err
	}
	all := []cache.InformerSynced{pods.HasSynced}
	for _, i := range []cache.SharedIndexInformer{
		factory.Core().V1().Services().Informer(), factory.Core().V1().Nodes().Informer(),
		factory.Discovery().V1().EndpointSlices().Informer(), factory.Apps().V1().Deployments().Informer(),
	} {
		all = append(all, i.HasSynced)
	}
	stop := make(chan struct{})
	defer factory.Shutdown()
	defer close(stop)
	factory.Start(stop)
	if !cache.WaitForCacheSync(stop, all...) {
		return fmt.Errorf("informers were not read")
	}
	say := json.NewEncoder(out)
	if err := say.Encode(true); err != nil {
		return err
	}
	for line := json.NewDecoder(in); ; {
		var ask bool
		if err := line.Decode(&ask); err != nil {
			return nil //nolint:nilerr // No more questions.
		}
		if err := say.Encode(heard.sum()); err != nil {
			return err
		}
	}
}
