package snmp

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/collectors"
)

const (
	// maxGlance is how many interfaces are asked for one by one: past that the
	// tables are read.
	maxGlance = 20
	// glanceGap is what lies between two such questions while the agent still
	// answers from its cache.
	glanceGap = 100 * time.Millisecond
)

// watchLinks asks for just those interfaces that notifications are about until
// they are as the device said, so that a large table does not delay what is
// known to have happened in it. Of links whose news come meanwhile the last one
// counts. False means that it could not be seen in this way.
func (p *poller) watchLinks(ctx context.Context, want *notified) (bool, error) {
	deadline := time.Now().Add(agreeFor)
	for {
		seen, err := p.glance(ctx, want.links)
		switch {
		case err != nil || !seen:
			return false, err
		case p.agrees(want.links):
			return true, nil
		case time.Now().After(deadline) || !collectors.Sleep(ctx, glanceGap):
			return false, nil
		}
		want.add(p.hear(ctx))
	}
}

// glance reads the state of single interfaces and tells those that changed. The
// error is the sink's or ctx's.
func (p *poller) glance(ctx context.Context, links map[uint32]bool) (seen bool, err error) {
	if p.interfaces.last == nil || p.interfaces.state != api.StateLive || len(links) > maxGlance {
		return false, nil
	}
	buffer, release, err := p.budget.acquire(ctx, false)
	if err != nil {
		return false, err
	}
	defer release()
	at := time.Now()
	c, err := p.knock(ctx, asUsual, buffer)
	if c != nil {
		defer c.Close() //nolint:errcheck // A socket that only sent cannot lose anything.
	}
	if err != nil {
		return false, ctx.Err()
	}
	now, ok, err := lookAt(ctx, c, *p.interfaces.last, links)
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if err != nil || !ok {
		return false, nil //nolint:nilerr // The reading of the whole table says what is wrong.
	}
	return true, p.noteLinks(ctx, at, now)
}

// lookAt returns the interfaces with the state that some of them have now; false
// if one of those is not known, or not there any more.
func lookAt(ctx context.Context, s session, before []Interface, links map[uint32]bool) ([]Interface, bool, error) {
	now := slices.Clone(before)
	var places []int
	var objects []object
	for n := range now {
		if _, asked := links[now[n].Index]; asked {
			places = append(places, n)
			index := "." + strconv.FormatUint(uint64(now[n].Index), 10)
			for _, column := range []int{ifAdminStatus, ifOperStatus} {
				objects = append(objects, object{"ifTable", ifEntry + "." + strconv.Itoa(column) + index})
			}
		}
	}
	if len(places) == 0 || len(places) != len(links) {
		return nil, false, nil
	}
	values, err := s.Get(ctx, objects...)
	if err != nil {
		return nil, false, err
	}
	for i, n := range places {
		admin, oper := adminStatus(values[2*i].uint32()), operStatus(values[2*i+1].uint32())
		if admin == "" || oper == "" {
			return nil, false, nil
		}
		now[n].Admin, now[n].Oper = admin, oper
	}
	return now, true, nil
}

// noteLinks tells of the interfaces that differ from those that were told last.
func (p *poller) noteLinks(ctx context.Context, at time.Time, now []Interface) error {
	names := namePorts(now)
	var claims []api.Claim
	for n, i := range now {
		if i != (*p.interfaces.last)[n] && isPort(i) {
			claims = append(claims, api.Claim{Key: names[i.Index].key, Vertex: portClaim(i, names[i.Index])})
		}
	}
	p.interfaces.last = &now
	if len(claims) == 0 {
		return nil
	}
	return p.interfaces.resynced(p.interfaces.partial(ctx, at, claims))
}
