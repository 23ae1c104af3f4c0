package kube

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
	"github.com/netseam/netseam/collectors/kube/expose"
)

// tableLeases is the scope of leases: who announces what in turns. They are
// asked for namespace by namespace or by name, never all of them, since those
// of the nodes alone change a hundred times as often as all else.
const tableLeases = "leases"

// renewal is when a lease was last seen to be renewed, by our own clock: those
// of others may be wrong.
type renewal struct {
	renewed string
	seen    time.Time
}

// leaseReader asks for leases as long as something depends on them.
type leaseReader struct {
	*session

	renewals map[expose.Name]renewal
}

func (s *session) pollLeases(ctx context.Context) error {
	r := &leaseReader{session: s, renewals: map[expose.Name]renewal{}}
	return s.poll(ctx, s.leases, s.cfg.Timing.Leases, r.look)
}

// poll looks at something again and again and says how it went.
func (s *session) poll(ctx context.Context, o *outlet, every time.Duration, look func(context.Context) error) error {
	o.heard = s.exposer.noted
	for wait := s.cfg.Timing.BackoffMin; collectors.Sleep(ctx, wait); {
		// The kinds say what to ask for; until they have, there is nothing to do.
		if enough, _ := s.exposer.settled(); !enough {
			continue
		}
		err := look(ctx)
		if ctx.Err() != nil {
			break
		}
		wait = every
		if err != nil {
			wait = min(every, s.cfg.Timing.BackoffMax)
		}
		if err := s.sayPolled(ctx, o, err); err != nil {
			return err
		}
	}
	return nil
}

// sayPolled says how a look went.
func (s *session) sayPolled(ctx context.Context, o *outlet, err error) error {
	if err != nil {
		t := judge(err)
		if t.renewed {
			return nil
		}
		if t.access || t.unanswered {
			s.nudge()
		}
		return resyncLater(s.troubled(ctx, o, t))
	}
	if o.state == api.StateLive {
		if err := o.say(ctx, api.ObserveSame, nil, nil); !errors.Is(err, api.ErrResync) {
			return err
		}
	}
	if err := o.say(ctx, api.ObserveBegin, nil, nil); err != nil {
		return resyncLater(err)
	}
	return resyncLater(o.ended(ctx))
}

// look reads the leases that matter. One that is not permitted does not keep
// the others from being read.
func (r *leaseReader) look(ctx context.Context) error {
	namespaces, names := r.exposer.leasesWanted()
	if len(namespaces)+len(names) == 0 {
		r.exposer.begin(tableLeases)
		r.exposer.end(tableLeases)
		return nil // nothing depends on them
	}
	found := map[expose.Name]*coordinationv1.Lease{}
	var errs []error
	var refused []string
	c := r.current.Load()
	for _, namespace := range namespaces {
		list := new(coordinationv1.LeaseList)
		if err := c.leases(ctx, namespace, list); err != nil {
			errs = append(errs, err)
			continue
		}
		for i := range list.Items {
			l := &list.Items[i]
			found[expose.Name{Namespace: l.Namespace, Name: l.Name}] = l
		}
	}
	for _, name := range names {
		l := new(coordinationv1.Lease)
		err := c.get(ctx, leasesPath(name.Namespace)+"/"+url.PathEscape(name.Name), tableLeases, l)
		switch {
		case err == nil:
			found[name] = l
		case apierrors.IsNotFound(err):
		case apierrors.IsForbidden(err):
			refused = append(refused, name.Namespace) // the others are read all the same
		default:
			errs = append(errs, err)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	r.tell(found, len(errs) == 0)
	if len(errs) > 0 {
		return errs[0]
	}
	why := ""
	if len(refused) > 0 {
		why = "not permitted in " + strings.Join(distinct(refused), ", ")
	}
	r.exposer.change(func(w *expose.World) { w.Missing(tableLeases, why) })
	return nil
}

// tell hands the leases on. When some could not be read, what was known of
// those stays.
func (r *leaseReader) tell(found map[expose.Name]*coordinationv1.Lease, all bool) {
	if all {
		r.exposer.begin(tableLeases)
	}
	for name, l := range found {
		res := factsOf("lease/"+name.String(), r.fact(name, l))
		r.exposer.put(tableLeases, &res)
	}
	if !all {
		return
	}
	r.exposer.end(tableLeases)
	for name := range r.renewals {
		if found[name] == nil {
			delete(r.renewals, name)
		}
	}
}

// fact says who holds a lease, unless it was not renewed for its duration.
func (r *leaseReader) fact(name expose.Name, l *coordinationv1.Lease) *expose.Lease {
	f := &expose.Lease{Name: name}
	renewed := micro(l.Spec.RenewTime)
	if l.Spec.HolderIdentity != nil {
		f.Holder = holder(*l.Spec.HolderIdentity)
	}
	if l.Spec.AcquireTime != nil {
		f.Acquired = l.Spec.AcquireTime.Time.UTC().Truncate(time.Second)
	}
	was, known := r.renewals[name]
	if !known || was.renewed != renewed {
		r.renewals[name] = renewal{renewed: renewed, seen: time.Now()}
		return f
	}
	seconds := int32(15)
	if l.Spec.LeaseDurationSeconds != nil {
		seconds = *l.Spec.LeaseDurationSeconds
	}
	f.Expired = time.Since(was.seen) > time.Duration(max(1, seconds))*time.Second
	return f
}

func micro(t *metav1.MicroTime) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// leasesWanted says what leases are to be asked for: all of the namespaces in
// which announcers keep theirs, and single ones of services with an election
// of their own.
func (x *exposer) leasesWanted() (namespaces []string, names []expose.Name) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.world.LeasesWanted()
}

// leases lists the leases of a namespace, as the server has them at hand.
func (c *client) leases(ctx context.Context, namespace string, into *coordinationv1.LeaseList) error {
	ctx, cancel := context.WithTimeout(ctx, c.page)
	defer cancel()
	return c.do(ctx, c.rest.Get().AbsPath(leasesPath(namespace)).Param("resourceVersion", "0"), "list", tableLeases, into)
}

func leasesPath(namespace string) string {
	return "/apis/coordination.k8s.io/v1/namespaces/" + url.PathEscape(namespace) + "/leases"
}

// holder is the node that a holder's identity names: some add an underscore
// and an ID of the process.
func holder(identity string) string {
	for i := range identity {
		if identity[i] == '_' {
			return identity[:i]
		}
	}
	return identity
}
