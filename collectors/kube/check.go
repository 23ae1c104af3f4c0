package kube

import (
	"context"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
)

// Report says what a cluster answers to the credentials that it is read with.
type Report struct {
	Source api.SourceID `json:"source"`
	// Server is the address of the API server.
	Server string `json:"server,omitempty"`
	// Reachable says that the server answered, in whatever way.
	Reachable bool `json:"reachable"`
	// State is the state that the cluster would have: "live" when it can be read.
	State string `json:"state"`
	// Message says what is wrong; empty when nothing is.
	Message string `json:"message,omitempty"`
	Version string `json:"version,omitempty"`
	UID     string `json:"uid,omitempty"`
	// Kinds are those that every server has and those of the others that this
	// one has.
	Kinds []KindReport `json:"kinds,omitempty"`
	// Polled is what is asked for by name or namespace and not watched.
	Polled []KindReport `json:"polled,omitempty"`
}

// KindReport says whether one kind of objects may be read.
type KindReport struct {
	// Table is the scope's table, the resource's plural name.
	Table string `json:"table"`
	Group string `json:"group,omitempty"`
	List  bool   `json:"list"`
	Watch bool   `json:"watch"`
	// Optional kinds are not needed for the map to be a map.
	Optional bool `json:"optional,omitempty"`
	// Lacks is what the map lacks without it, in words; empty when it can be read.
	Lacks string `json:"lacks,omitempty"`
	// Message says what is wrong; empty when nothing is.
	Message string `json:"message,omitempty"`
}

// OK says whether everything can be read that the map is drawn from; what the
// optional kinds would add may be lacking.
func (r Report) OK() bool {
	if r.State != api.StateLive.String() {
		return false
	}
	for _, k := range r.Kinds {
		if !k.Optional && (!k.List || !k.Watch) {
			return false
		}
	}
	return true
}

// checksAtOnce is how many questions Check asks at the same time.
const checksAtOnce = 8

// Check connects to the cluster once and says what can be read. What is wrong
// with the cluster or the credentials stands in the report; an error is
// returned only for a configuration that is unusable as it is written, or when
// ctx ends.
func Check(ctx context.Context, cfg Config) (Report, error) {
	if err := cfg.Validate(); err != nil {
		return Report{}, err
	}
	cfg = cfg.withDefaults()
	report := Report{Source: cfg.SourceID()}
	rc, err := restConfig(cfg)
	if err != nil {
		report.failed(err)
		return report, nil
	}
	report.Server = rc.Host
	c, err := newClient(rc, cfg.Timing)
	if err != nil {
		report.failed(err)
		return report, nil
	}
	defer c.close()
	id, err := identify(ctx, c)
	if ctx.Err() != nil {
		return report, context.Cause(ctx)
	}
	if err != nil {
		report.failed(err)
		return report, nil
	}
	report.Reachable, report.State = true, api.StateLive.String()
	report.UID, report.Version = id.uid, id.version
	report.Kinds = checkKinds(ctx, c)
	report.Polled = checkPolled(ctx, c)
	if ctx.Err() != nil {
		return report, context.Cause(ctx)
	}
	return report, nil
}

func (r *Report) failed(err error) {
	t := judge(err)
	r.State, r.Message = t.state.String(), t.message
	r.Reachable = answered(err, t)
}

// answered says whether an error is an answer of the server.
func answered(err error, t trouble) bool {
	call, ok := asCall(err)
	return ok && !call.unanswered && !t.unanswered
}

// kindsPresent are the kinds to be checked. Where the server does not tell which
// kinds it has, only those that every server has are.
func kindsPresent(ctx context.Context, c *client) []kind {
	all := kinds()
	extras := extraKinds()
	offered, err := c.offers(ctx, extras)
	if err != nil {
		return all
	}
	for _, k := range extras {
		if version := offered[k.table()]; version != "" {
			k.Version = version
			all = append(all, k)
		}
	}
	return all
}

// checkPolled asks for what is read by name.
func checkPolled(ctx context.Context, c *client) []KindReport {
	asks := []struct {
		report KindReport
		what   authorizationv1.ResourceAttributes
	}{
		{
			KindReport{Table: tableLeases, Group: "coordination.k8s.io", Lacks: "which node holds an address of kube-vip or Cilium L2"},
			authorizationv1.ResourceAttributes{
				Verb: "list", Group: "coordination.k8s.io", Version: "v1", Resource: "leases", Namespace: metav1.NamespaceSystem,
			},
		},
	}
	for _, name := range slices.Sorted(maps.Keys(settingsMaps())) {
		asks = append(asks, struct {
			report KindReport
			what   authorizationv1.ResourceAttributes
		}{
			KindReport{Table: tableSettings + "/" + name, Lacks: "how " + strings.TrimSuffix(name, "-config") + " is set up"},
			authorizationv1.ResourceAttributes{
				Verb: "get", Version: "v1", Resource: "configmaps", Namespace: metav1.NamespaceSystem, Name: name,
			},
		})
	}
	var out []KindReport
	for _, a := range asks {
		a.report.Optional = true
		switch answer, err := c.may(ctx, &a.what); {
		case err != nil:
			a.report.Message = judge(err).message
		case answer.Allowed:
			a.report.List, a.report.Lacks = true, ""
		default:
			a.report.Message = a.what.Verb + " " + a.report.Table + " in " + metav1.NamespaceSystem + ": not permitted"
		}
		out = append(out, a.report)
	}
	return out
}

func checkKinds(ctx context.Context, c *client) []KindReport {
	all := kindsPresent(ctx, c)
	reports := make([]KindReport, len(all))
	var group errgroup.Group
	group.SetLimit(checksAtOnce)
	for i := range all {
		group.Go(func() error {
			reports[i] = checkKind(ctx, c, &all[i])
			if r := &reports[i]; !r.List || !r.Watch {
				r.Lacks = all[i].part
			}
			return nil
		})
	}
	// None of them returns an error: it stands in the report.
	_ = group.Wait()
	return reports
}

// checkKind asks whether a kind may be read, and tries it where the server
// does not answer such questions.
func checkKind(ctx context.Context, c *client, k *kind) KindReport {
	report := KindReport{Table: k.Resource, Group: k.Group, Optional: len(k.versions) > 0}
	list, err := c.allowed(ctx, k, "list")
	if err != nil {
		return try(ctx, c, k, report)
	}
	watch, err := c.allowed(ctx, k, "watch")
	if err != nil {
		return try(ctx, c, k, report)
	}
	report.List, report.Watch = list.Allowed, watch.Allowed
	switch {
	case !list.Allowed:
		report.Message = refusal("list", k, list.Reason)
	case !watch.Allowed:
		report.Message = refusal("watch", k, watch.Reason)
	}
	return report
}

func (c *client) allowed(ctx context.Context, k *kind, verb string) (*authorizationv1.SubjectAccessReviewStatus, error) {
	return c.may(ctx, &authorizationv1.ResourceAttributes{
		Verb: verb, Group: k.Group, Version: k.Version, Resource: k.Resource,
	})
}

func refusal(verb string, k *kind, reason string) string {
	text := verb + " " + k.table() + ": not permitted"
	if reason != "" {
		text += ": " + short(reason)
	}
	return text
}

// try reads one object and opens a watch.
func try(ctx context.Context, c *client, k *kind, report KindReport) KindReport {
	list := k.newList()
	if err := c.list(ctx, k, 1, "", list); err != nil {
		report.Message = judge(err).message
		return report
	}
	about, err := apimeta.ListAccessor(list)
	if err != nil || about.GetResourceVersion() == "" {
		report.Message = "list " + k.table() + ": " + errGarbage.Error()
		return report
	}
	report.List = true
	w, err := c.watch(ctx, k, about.GetResourceVersion(), c.page)
	if err != nil {
		report.Message = judge(err).message
		return report
	}
	w.finish()
	report.Watch = true
	return report
}
