package snmp

import (
	"net/netip"
	"slices"
	"sync/atomic"
	"time"
)

// targets are the addresses to which routes are looked for, the same for all
// devices.
type targets struct{ list atomic.Pointer[[]netip.Addr] }

func (t *targets) addresses() []netip.Addr {
	if list := t.list.Load(); list != nil {
		return *list
	}
	return nil
}

// Seek makes the devices that route look for routes to these addresses, in
// place of those before. It is cheap and may be called at any time.
func (p *Pool) Seek(addresses []netip.Addr) {
	list := slices.Clone(addresses)
	slices.SortFunc(list, netip.Addr.Compare)
	list = slices.Compact(list)
	p.targets.list.Store(&list)
}

// lookFor takes over addresses; routes are due when there are others.
func (p *poller) lookFor(addresses []netip.Addr) {
	if slices.Equal(p.k.targets, addresses) {
		return
	}
	p.k.targets = addresses
	for _, f := range p.topics {
		if f.topic.kind() == TableRoute {
			f.next = time.Time{}
		}
	}
}
