package netsim

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/test/netsim/kubeapi"
)

// cluster is a Kubernetes cluster: what is in it, of which objects.go makes
// the objects a client sees.
type cluster struct {
	number     int
	name       string
	uid        string
	nodes      []*node
	namespaces []*namespace
	workloads  []*workload
	services   []*service
	created    time.Time
	random     *rand.Rand // For what happens after the start.
	server     *kubeapi.Server
	kubeconfig string
	hasNMState bool   // nmstate tells the nodes' NICs.
	network    string // What makes the pod network, as in ClusterSize.
	poolLast   int    // How many addresses the pool has, 0 if there is none.
	// moving are the pods whose state passes by itself.
	moving   []*pod
	nextPort int32  // The NodePort given out last.
	nextVIP  uint16 // The load balancer address given out last.
	nextIP   uint16
	// announced are the machinery's custom objects that the API has.
	announced map[kubeapi.Ref]struct{}
}

// namespace is a Kubernetes namespace with the team it belongs to.
type namespace struct {
	name string
	uid  string
	team string // "" if nobody has said.
}

// workloadKind is the controller that owns pods.
type workloadKind int

const (
	deployment workloadKind = iota
	statefulSet
	daemonSet
)

// workload is a controller and its pods.
type workload struct {
	kind      workloadKind
	cluster   *cluster
	namespace *namespace
	name      string
	uid       string
	image     string
	port      int32
	// A Deployment's pods belong to its ReplicaSet.
	setName, setUID string
	replicas        int // What was asked for.
	usual           int // What is asked for when nobody scales it.
	pods            []*pod
	hostNetwork     bool
}

// podState is what a pod is doing.
type podState int

const (
	podRunning     podState = iota
	podUnready              // Running, but its readiness probe fails.
	podStarting             // Has a node, its containers are being made.
	podUnplaced             // Fits on no node.
	podCrashing             // CrashLoopBackOff.
	podTerminating          // Asked to stop.
)

// pod is one pod.
type pod struct {
	workload *workload
	name     string
	uid      string
	node     *node      // nil while it is unplaced.
	address  netip.Addr // Invalid until it runs.
	state    podState
	ordinal  int
	created  time.Time
	since    time.Time // When state began.
	steps    int       // How many steps state has lasted.
	restarts int32
}

// running says whether the pod's containers are there.
func (p *pod) running() bool {
	switch p.state {
	case podRunning, podUnready, podCrashing, podTerminating:
		return true
	case podStarting, podUnplaced:
		return false
	default:
		return false
	}
}

// ready is the pod's condition Ready: a node that is not heard of takes it away.
func (p *pod) ready() bool { return p.state == podRunning && !p.node.unheard() }

// serviceKind is how a service is exposed.
type serviceKind int

const (
	clusterIP serviceKind = iota
	nodePort
	loadBalancer
	headless
)

// service is a Kubernetes service in front of one workload; without a workload
// its selector meets no pod.
type service struct {
	kind      serviceKind
	namespace *namespace
	name      string
	uid       string
	workload  *workload
	address   netip.Addr
	vip       netip.Addr // Of a load balancer, invalid for the others.
	port      int32
	nodePort  int32
	slice     string // The name of its first EndpointSlice.
	sliceUID  string
	slices    int // How many EndpointSlices it has now.
	// split is a second node that announces it, via the node that routers send
	// its traffic to whoever announces it; burst is whether an act made it.
	split, via *node
	burst      bool
}

// newUID draws a UUID of version 4.
func newUID(random *rand.Rand) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// suffix draws the random end of a generated name, from the letters Kubernetes
// takes for it.
func suffix(random *rand.Rand, n int) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	out := make([]byte, n)
	for i := range out {
		out[i] = letters[random.IntN(len(letters))]
	}
	return string(out)
}

// addPod gives the workload one more pod. Where it stands and runs is not
// settled here.
func (w *workload) addPod(now time.Time) *pod {
	r := w.cluster.random
	p := &pod{workload: w, uid: newUID(r), state: podUnplaced, created: now, since: now}
	switch w.kind {
	case statefulSet:
		p.ordinal = w.freeOrdinal()
		p.name = fmt.Sprintf("%s-%d", w.name, p.ordinal)
	case deployment:
		p.name = w.setName + "-" + suffix(r, 5)
	case daemonSet:
		p.name = w.name + "-" + suffix(r, 5)
	}
	w.pods = append(w.pods, p)
	return p
}

func (w *workload) freeOrdinal() int {
	for n := 0; ; n++ {
		if !slices.ContainsFunc(w.pods, func(p *pod) bool { return p.ordinal == n }) {
			return n
		}
	}
}

// put places a pod on a node.
func (n *node) put(p *pod) {
	p.node = n
	n.pods = append(n.pods, p)
}

// start gives a placed pod its address and makes it run.
func (p *pod) start(now time.Time) {
	if p.workload.hostNetwork {
		p.address = p.node.address
	} else {
		p.address = p.node.freeAddress()
	}
	p.become(podRunning, now)
}

// become puts the pod into another state.
func (p *pod) become(s podState, now time.Time) {
	p.state, p.since, p.steps = s, now, 0
}

// freeAddress finds an address of the node's pod network that no pod has,
// going on from the last as address managers do.
func (n *node) freeAddress() netip.Addr {
	base := n.podNet.Addr().As4()
	for range 250 {
		n.nextPod = n.nextPod%250 + 2
		base[3] = byte(n.nextPod)
		a := netip.AddrFrom4(base)
		if !slices.ContainsFunc(n.pods, func(p *pod) bool { return p.address == a }) {
			return a
		}
	}
	return netip.Addr{}
}

// choose finds the node with the fewest pods that takes ordinary pods; nil if
// there is none.
func (c *cluster) choose() *node {
	var best *node
	for _, n := range c.nodes {
		if n.unheard() || n.control || n.drained || len(n.pods) >= maxPods {
			continue
		}
		if best == nil || len(n.pods) < len(best.pods) {
			best = n
		}
	}
	return best
}

// maxPods is what a kubelet takes unless told otherwise.
const maxPods = 110

// remove takes a pod out of its workload and off its node.
func (c *cluster) remove(p *pod) {
	gone := func(other *pod) bool { return other == p }
	p.workload.pods = slices.DeleteFunc(p.workload.pods, gone)
	c.moving = slices.DeleteFunc(c.moving, gone)
	if p.node != nil {
		p.node.pods = slices.DeleteFunc(p.node.pods, gone)
	}
}

// servicesOf finds the services in front of a workload.
func (c *cluster) servicesOf(w *workload) []*service {
	var out []*service
	for _, s := range c.services {
		if s.workload == w {
			out = append(out, s)
		}
	}
	return out
}

// templateHash is the pod-template-hash of a Deployment's ReplicaSet.
func templateHash(random *rand.Rand) string {
	b := make([]byte, 5)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return hex.EncodeToString(b)
}
