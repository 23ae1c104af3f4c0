package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

// Cluster reads one cluster.
type Cluster struct {
	cfg     Config
	sink    api.Sink
	logger  *slog.Logger
	metrics *Metrics

	current atomic.Pointer[client]
	// trouble has a token when a reader got no answer or was not let in.
	trouble chan struct{}
}

// New makes the collector of a cluster. It opens and starts nothing.
func New(cfg Config, sink api.Sink, logger *slog.Logger, metrics *Metrics) (*Cluster, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &Cluster{
		cfg: cfg.withDefaults(), sink: sink, metrics: metrics,
		logger:  logger.With(slog.String("source", string(cfg.SourceID()))),
		trouble: make(chan struct{}, 1),
	}, nil
}

// identity is what a cluster is known by, and the version of its server.
type identity struct{ uid, version string }

// errOtherCluster says that another cluster answers than before.
var errOtherCluster = errors.New("another cluster answers")

// Run reads the cluster until ctx ends, and then returns nil; nothing of it is
// running any more. It returns an error only when the sink fails or something
// in here panics: that the cluster does not answer is a state, not an error.
func (c *Cluster) Run(ctx context.Context) error {
	s := c.newSession()
	defer c.replaceClient(nil)
	for _, o := range s.all {
		if o.optional {
			continue
		}
		if err := resyncLater(o.become(ctx, api.StateConnecting, "")); err != nil {
			return c.result(ctx, err)
		}
	}
	pauses := backoff{least: c.cfg.Timing.BackoffMin, most: c.cfg.Timing.BackoffMax}
	for ctx.Err() == nil {
		began := time.Now()
		id, err := s.connect(ctx)
		if err == nil {
			err = s.read(ctx, id)
		}
		if errors.Is(err, errOtherCluster) {
			c.logger.WarnContext(ctx, "another cluster answers under this name")
			if time.Since(began) > 10*c.cfg.Timing.BackoffMax {
				pauses.reset()
			}
			// Two of them may be taking turns behind one address.
			collectors.Sleep(ctx, pauses.pause(0))
			continue
		}
		if err != nil {
			return c.result(ctx, err)
		}
	}
	return nil
}

func (c *Cluster) result(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("cluster %s: %w", c.cfg.Name, err)
}

// replaceClient makes another client the current one and closes the former:
// all that goes on over it ends.
func (c *Cluster) replaceClient(next *client) {
	if former := c.current.Swap(next); former != nil {
		former.close()
	}
}

// renew reads the credentials again and connects with them. Without force it
// leaves things as they are when nothing has changed.
func (c *Cluster) renew(force bool) error {
	rc, err := restConfig(c.cfg)
	if err != nil {
		return err
	}
	if now := c.current.Load(); now != nil && !force && now.sameAccess(rc) {
		return nil
	}
	next, err := newClient(rc, c.cfg.Timing)
	if err != nil {
		return err
	}
	c.replaceClient(next)
	return nil
}

func (c *Cluster) nudge() {
	select {
	case c.trouble <- struct{}{}:
	default:
	}
}

// session is one run of a cluster's collector.
type session struct {
	*Cluster

	// all are the scopes: the cluster's own first, then those of the kinds that
	// every server has, then the others.
	all   []*outlet
	kinds []kind
	// extras are the kinds that a server may have, extraOut their scopes.
	extras   []kind
	extraOut []*outlet
	// exposure, leases and settings are the scopes that are no kinds.
	exposure, leases, settings *outlet
	exposer                    *exposer
	// vanished has a token when a reader was told that its kind is not there.
	vanished chan struct{}

	// mu guards verdict, and is held while one is reached.
	mu      sync.Mutex
	verdict verdict

	// up is closed, and another one made, when the server answers again.
	up atomic.Pointer[chan struct{}]
}

// back is closed when the server answers again.
func (s *session) back() <-chan struct{} { return *s.up.Load() }

// isBack tells all who wait.
func (s *session) isBack() {
	next := make(chan struct{})
	close(*s.up.Swap(&next))
}

// verdict is what the cluster last said of who it is.
type verdict struct {
	client       *client
	began, ended time.Time
	err          error
}

func (c *Cluster) newSession() *session {
	s := &session{Cluster: c, kinds: kinds(), extras: extraKinds(), vanished: make(chan struct{}, 1)}
	up := make(chan struct{})
	s.up.Store(&up)
	incarnation := uint64(time.Now().UnixNano())
	open := func(table string, every time.Duration) *outlet {
		o := &outlet{
			sink: c.sink, logger: c.logger, metrics: c.metrics, every: every, incarnation: incarnation,
			scope: api.Scope{Source: c.cfg.SourceID(), Table: table},
		}
		s.all = append(s.all, o)
		return o
	}
	open(tableCluster, c.cfg.Timing.Probe)
	for _, k := range s.kinds {
		open(k.table(), 0)
	}
	for _, k := range s.extras {
		o := open(k.table(), 0)
		o.optional = true
		s.extraOut = append(s.extraOut, o)
	}
	s.exposure = open(tableExposure, 0)
	s.leases = open(tableLeases, c.cfg.Timing.Leases)
	s.settings = open(tableSettings, c.cfg.Timing.Settings)
	return s
}

// connect tries until the cluster has said who it is. While it does not, all
// its scopes are in the same trouble.
func (s *session) connect(ctx context.Context) (identity, error) {
	pauses := backoff{least: s.cfg.Timing.BackoffMin, most: s.cfg.Timing.BackoffMax}
	force := false
	for {
		err := s.renew(force)
		if err == nil {
			id, askErr := s.identify(ctx)
			if askErr == nil {
				return id, nil
			}
			err = askErr
		}
		if ctx.Err() != nil {
			return identity{}, context.Cause(ctx)
		}
		t := judge(err)
		for _, o := range s.all {
			if o.optional && o.number == 0 {
				continue
			}
			if err := resyncLater(s.troubled(ctx, o, t)); err != nil {
				return identity{}, err
			}
		}
		force = t.access
		collectors.Sleep(ctx, pauses.pause(t.wait))
	}
}

// troubled says what a trouble before the beginning means for a scope. What
// was live once is stale until another cluster's objects take its place.
func (s *session) troubled(ctx context.Context, o *outlet, t trouble) error {
	if o.wasLive && !t.definite {
		return o.become(ctx, api.StateStale, t.message)
	}
	return o.become(ctx, t.state, t.message)
}

// resyncLater passes over the one error that needs no answer now: a complete
// observation follows anyway.
func resyncLater(err error) error {
	if errors.Is(err, api.ErrResync) {
		return nil
	}
	return err
}

// identify asks the server who it is.
func (c *Cluster) identify(ctx context.Context) (identity, error) {
	return c.identifyOver(ctx, c.current.Load())
}

func (c *Cluster) identifyOver(ctx context.Context, over *client) (identity, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timing.Answer)
	defer cancel()
	return identify(ctx, over)
}

// identify reads the UID of the namespace kube-system, which is there once in
// every cluster and lives as long as it does.
func identify(ctx context.Context, cl *client) (identity, error) {
	const what = "namespaces/kube-system"
	ns := new(corev1.Namespace)
	if err := cl.get(ctx, "/api/v1/namespaces/"+metav1.NamespaceSystem, what, ns); err != nil {
		return identity{}, err
	}
	if ns.Name != metav1.NamespaceSystem || ns.UID == "" {
		return identity{}, &callError{verb: "get", what: what, err: errGarbage}
	}
	return identity{uid: string(ns.UID), version: serverVersion(ctx, cl)}, nil
}

// serverVersion is "" where the server does not tell it: nothing depends on it.
func serverVersion(ctx context.Context, cl *client) string {
	data, err := cl.raw(ctx, "/version")
	if err != nil {
		return ""
	}
	var v struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return ""
	}
	return short(v.GitVersion)
}

// read reads all kinds until ctx ends, the sink fails or another cluster
// answers.
func (s *session) read(ctx context.Context, id identity) error {
	if err := s.introduce(ctx, s.all[0], id); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	owners := newOwners()
	s.exposer = newExposer(id.uid, s.exposure, s.cfg.Timing)
	s.exposer.expect(tableLeases)
	s.exposer.expect(tableSettings)
	start := func(k kind, o *outlet) *reader {
		r := newReader(k, s.cfg, id.uid, owners, o)
		r.client, r.nudge, r.back, r.exposer, r.vanished = s.current.Load, s.nudge, s.back, s.exposer, s.gone
		r.verify = func(ctx context.Context, c *client, since time.Time) error {
			return s.verify(ctx, c, since, id.uid)
		}
		o.heard = s.exposer.noted
		return r
	}
	for i, k := range s.kinds {
		r := start(k, s.all[i+1])
		group.Go(func() error { return guard(ctx, r.run) })
	}
	for _, run := range []func(context.Context) error{
		func(ctx context.Context) error { return s.lookAfter(ctx, id) },
		func(ctx context.Context) error { return s.roam(ctx, group, start) },
		s.exposer.run, s.pollLeases, s.pollSettings,
	} {
		group.Go(func() error { return guard(ctx, run) })
	}
	return group.Wait()
}

// gone tells that the server does not have a kind that was read.
func (s *session) gone() {
	select {
	case s.vanished <- struct{}{}:
	default:
	}
}

// verify asks whether it is still the same cluster that answers, unless that
// was asked over this connection after since. Readers that ask at the same time
// share one answer. Without the permission to ask, what was known has to do.
func (s *session) verify(ctx context.Context, c *client, since time.Time, uid string) error {
	asked := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &s.verdict
	if v.client == c && (v.ended.After(asked) || v.err == nil && v.began.After(since)) {
		return v.err
	}
	began := time.Now()
	id, err := s.identifyOver(ctx, c)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err == nil && id.uid != uid {
		err = errOtherCluster
	}
	if apierrors.IsForbidden(err) {
		err = nil
	}
	s.verdict = verdict{client: c, began: began, ended: time.Now(), err: err}
	return err
}

// introduce says who the cluster is.
func (s *session) introduce(ctx context.Context, o *outlet, id identity) error {
	for {
		err := s.introduceOnce(ctx, o, id)
		if !errors.Is(err, api.ErrResync) {
			return err
		}
		if !collectors.Sleep(ctx, s.cfg.Timing.BackoffMin) {
			return context.Cause(ctx)
		}
	}
}

func (s *session) introduceOnce(ctx context.Context, o *outlet, id identity) error {
	if err := o.say(ctx, api.ObserveBegin, nil, nil); err != nil {
		return err
	}
	claim := clusterClaim(id.uid, s.cfg.DisplayName, id.version, s.cfg.Owner)
	if err := o.say(ctx, api.ObservePart, []api.Claim{claim}, nil); err != nil {
		return err
	}
	return o.ended(ctx)
}

// guard turns a panic into an error: one cluster's objects must not end the
// program.
func guard(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(ctx)
}
