package kube

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

// reader reads one kind of one cluster: all of it first, then what changes.
// Everything in it belongs to the goroutine that runs it.
type reader struct {
	kind   kind
	cfg    Config
	client func() *client
	// verify says whether this is still the same cluster, as seen after since.
	verify func(ctx context.Context, c *client, since time.Time) error
	// nudge tells the cluster that the server seems not to answer, or not to
	// take the credentials.
	nudge func()
	// back is closed when the server answers again after it did not.
	back    func() <-chan struct{}
	out     *outlet
	metrics *Metrics
	owners  *owners
	// exposer hears the facts; nil where nobody does.
	exposer *exposer
	// vanished is called when the server does not have the kind any more.
	vanished func()

	translator *translator
	book       *book
	repeats    *coalescer
	pauses     backoff
	// sync is the complete observation that is under way, nil when there is none.
	sync *syncing

	// version is where to go on from; "" when all has to be read anew.
	version string
	// synced is when all was last read.
	synced time.Time
	// contact is when what we hold was last known to be current.
	contact time.Time
	// doubt is since when the server may be another than it was, or have
	// another history: a watch broke off. Zero when there is none.
	doubt time.Time
	// last is the client of the latest round.
	last *client
	// paged says that the server does not do WatchList, lonely how often in a
	// row it broke off one.
	paged  bool
	lonely int
	// broken counts streams in a row that brought nothing that can be read.
	broken int

	// waiting: key of a pod -> the pod, while its ReplicaSet is not known.
	waiting map[string]waiter
	// unresolved says that a pod did not fit into waiting.
	unresolved bool
}

// waiter is a pod whose ReplicaSet is not known yet.
type waiter struct {
	namespace, replicaSet string
	claim                 api.Claim
}

// maxWaiting bounds reader.waiting.
const maxWaiting = 4096

func newReader(k kind, cfg Config, uid string, owners *owners, out *outlet) *reader {
	return &reader{
		kind: k, cfg: cfg, out: out, metrics: out.metrics, owners: owners,
		translator: newTranslator(uid),
		book:       newBook(),
		repeats:    newCoalescer(cfg.Timing.Coalesce),
		pauses:     backoff{least: cfg.Timing.BackoffMin, most: cfg.Timing.BackoffMax},
		waiting:    map[string]waiter{},
		contact:    time.Now(),
	}
}

// mistrust makes the next round ask whether things are as they were.
func (r *reader) mistrust() { r.doubt = time.Now() }

// run reads until ctx ends. It returns an error only when the sink fails or
// another cluster answers.
func (r *reader) run(ctx context.Context) error {
	if r.kind.Resource == tablePods {
		r.awaitOwners(ctx)
	}
	for ctx.Err() == nil {
		err := r.round(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			continue
		}
		if err := r.handle(ctx, err); err != nil {
			return err
		}
	}
	return nil
}

// awaitOwners gives the ReplicaSets a little time, so that pods need not be
// said twice.
func (r *reader) awaitOwners(ctx context.Context) {
	timer := time.NewTimer(r.cfg.Timing.OwnersFirst)
	defer timer.Stop()
	select {
	case <-r.owners.first:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// round reads once: all of it if that is needed, and then changes for as long
// as the stream lasts. It returns nil when the next round may follow at once.
func (r *reader) round(ctx context.Context) error {
	c := r.client()
	if r.last != nil && r.last != c {
		r.mistrust()
	}
	r.last = c
	if !r.doubt.IsZero() {
		if err := r.verify(ctx, c, r.doubt); err != nil {
			return err
		}
	}
	if r.version == "" {
		if !r.paged && r.cfg.WatchList != WatchListOff {
			return r.readStream(ctx, c)
		}
		if err := r.readPages(ctx, c); err != nil {
			return err
		}
	} else if !r.doubt.IsZero() {
		if err := r.checkHistory(ctx, c); err != nil {
			return err
		}
	}
	return r.readChanges(ctx, c)
}

// handle does what an error asks for: says the state and makes a pause.
func (r *reader) handle(ctx context.Context, err error) error {
	r.sync = nil
	if r.kind.Resource == tableReplicaSets {
		r.owners.ready()
	}
	sink := new(sinkError)
	if errors.As(err, &sink) {
		return r.resync(ctx, err)
	}
	if errors.Is(err, errOtherCluster) {
		return err
	}
	t := judge(err)
	r.mistrust()
	if t.renewed {
		return nil
	}
	if t.relist {
		known := r.version != ""
		r.version = ""
		if known && time.Since(r.synced) > 10*r.cfg.Timing.BackoffMin {
			// The server answers, and what we have is of no use: at once anew.
			r.pauses.reset()
			return nil
		}
	}
	if t.access || t.unanswered {
		r.nudge()
	}
	if t.state == stateAbsent && r.vanished != nil {
		r.vanished()
	}
	wait := r.pauses.pause(t.wait)
	if t.definite || !r.out.wasLive {
		if err := r.out.become(ctx, t.state, t.message); err != nil {
			return r.resync(ctx, err)
		}
		r.rest(ctx, wait, t)
		return nil
	}
	return r.staleAfter(ctx, wait, t)
}

// rest pauses, and says whether that was for the whole time. When the trouble
// was that nobody answered, the pause ends as soon as somebody does.
func (r *reader) rest(ctx context.Context, d time.Duration, t trouble) bool {
	var back <-chan struct{}
	if t.unanswered {
		back = r.back()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-back:
	case <-ctx.Done():
	}
	return false
}

// staleAfter pauses, and says that the kind is stale when its time has come.
func (r *reader) staleAfter(ctx context.Context, wait time.Duration, t trouble) error {
	if left := time.Until(r.contact.Add(r.cfg.Timing.StaleAfter)); left > 0 {
		if left > wait {
			r.rest(ctx, wait, t)
			return nil
		}
		if !r.rest(ctx, left, t) {
			return nil
		}
		wait -= left
	}
	since := r.contact.UTC().Format(time.RFC3339)
	if err := r.out.become(ctx, api.StateStale, fmt.Sprintf("not current since %s: %s", since, t.message)); err != nil {
		return r.resync(ctx, err)
	}
	r.rest(ctx, wait, t)
	return nil
}

// resync handles an answer of the sink: it may have lost something, then all
// is said anew; everything else ends the collector.
func (r *reader) resync(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	if !errors.Is(err, api.ErrResync) {
		return err
	}
	r.version = ""
	collectors.Sleep(ctx, r.pauses.pause(0))
	return nil
}

// lasts is how long the next watch is asked to last.
func (r *reader) lasts() time.Duration {
	return r.cfg.Timing.Watch + rand.N(r.cfg.Timing.Watch)
}

// pod translates a pod. One whose ReplicaSet is not known yet is remembered.
func (r *reader) pod(o *corev1.Pod, gone bool) result {
	controller, replicaSet := r.translator.podController(o)
	known := true
	if replicaSet != "" {
		var key string
		if key, known = r.owners.lookup(o.Namespace, replicaSet); known {
			controller = key
		}
	}
	res := r.translator.pod(o, controller)
	delete(r.waiting, res.key)
	if known || gone || len(res.claims) == 0 {
		return res
	}
	if len(r.waiting) >= maxWaiting {
		if !r.owners.isComplete() {
			r.unresolved = true
			return res
		}
		// So many pods of ReplicaSets that are not there: it is more likely the
		// new one whose ReplicaSet is about to come.
		for key := range r.waiting {
			delete(r.waiting, key)
			break
		}
	}
	r.waiting[res.key] = waiter{namespace: r.translator.words.share(o.Namespace), replicaSet: replicaSet, claim: res.claims[0]}
	return res
}

// resolved returns the pods whose ReplicaSet has become known and is another
// workload's than was said.
func (r *reader) resolved() []result {
	var out []result
	for key, w := range r.waiting {
		controller, ok := r.owners.lookup(w.namespace, w.replicaSet)
		if !ok {
			continue
		}
		delete(r.waiting, key)
		if w.claim.Vertex.Controller == controller {
			continue
		}
		v := *w.claim.Vertex
		v.Controller = controller
		out = append(out, one(key, &v))
	}
	return out
}

// replicaSet translates a ReplicaSet and enters who stands behind it.
func (r *reader) replicaSet(o *metav1.PartialObjectMetadata, gone bool) result {
	if gone {
		r.owners.bury(o.Namespace, o.Name)
		return r.translator.replicaSet(o)
	}
	key := workloadKey(kindReplicaSet, o.Namespace, o.Name)
	if name := deploymentOf(o.OwnerReferences); name != "" {
		key = workloadKey(kindDeployment, o.Namespace, name)
	}
	key = r.translator.words.share(key)
	if r.sync != nil {
		r.sync.owners[r.owners.hash(o.Namespace, o.Name)] = key
	}
	r.owners.learn(o.Namespace, o.Name, key)
	return r.translator.replicaSet(o)
}
