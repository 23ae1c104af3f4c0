package snmp

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/netseam/netseam/collectors"
)

const (
	// maxTrap is the longest notification that is read.
	maxTrap = 8 << 10
	// maxWaiting is how many notifications of one device wait to be looked at.
	maxWaiting = 32
	// trapGap is what lies at least between two readings that notifications of
	// one device lead to.
	trapGap = 200 * time.Millisecond
	// agreeFor is for how long a device is read again until its table agrees
	// with what it said had happened: agents answer from caches.
	agreeFor = 5 * time.Second
)

// errStop is a receiver whose socket was closed from outside.
var errStop = errors.New("the socket for traps was closed")

// ring is what wakes the poller of one device: notifications as they came.
// Nothing of them is believed but that it is time to look.
type ring struct {
	mu      sync.Mutex
	waiting []trap
	lost    bool // more came than can wait: everything is to be read
	bell    chan struct{}
}

// trap is one datagram and how to answer it.
type trap struct {
	datagram []byte
	answer   func([]byte)
}

func newRing() *ring { return &ring{bell: make(chan struct{}, 1)} }

func (r *ring) add(t trap) {
	r.mu.Lock()
	if len(r.waiting) < maxWaiting {
		r.waiting = append(r.waiting, t)
	} else {
		r.lost = true
	}
	r.mu.Unlock()
	select {
	case r.bell <- struct{}{}:
	default:
	}
}

func (r *ring) take() (waiting []trap, lost bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting, lost = r.waiting, r.lost
	r.waiting, r.lost = nil, false
	return waiting, lost
}

// exchangeOffice knows which device is behind an address that traps come from.
type exchangeOffice struct {
	mu    sync.Mutex
	rings map[netip.Addr][]*ring
	own   *receiver // nil where nothing is received
}

func newExchangeOffice(own *receiver) *exchangeOffice {
	return &exchangeOffice{rings: map[netip.Addr][]*ring{}, own: own}
}

// set makes known under which addresses a device is to be found; none removes
// it.
func (x *exchangeOffice) set(r *ring, addresses []netip.Addr) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for a, rings := range x.rings {
		left := slices.DeleteFunc(slices.Clone(rings), func(other *ring) bool { return other == r })
		if len(left) == 0 {
			delete(x.rings, a)
		} else {
			x.rings[a] = left
		}
	}
	for _, a := range addresses {
		if !slices.Contains(x.rings[a], r) {
			x.rings[a] = append(slices.Clone(x.rings[a]), r)
		}
	}
}

func (x *exchangeOffice) of(a netip.Addr) []*ring {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.rings[a]
}

// receive passes traps on until ctx ends. It closes the socket.
func (x *exchangeOffice) receive(ctx context.Context, conn *net.UDPConn, metrics *Metrics) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	buffer := make([]byte, maxTrap)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buffer)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return errStop
		case err != nil:
			continue // A datagram that was too long, or an answer that nobody wanted.
		}
		rings := x.of(from.Addr().Unmap().WithZone(""))
		if len(rings) == 0 {
			metrics.trap(trapUnknown)
			continue
		}
		if isProbe(buffer[:n]) { // It concerns no credentials, so it need not wait for the device's poller.
			if report, ok := x.own.introduce(buffer[:n]); ok {
				metrics.trap(trapDiscovery)
				_, _ = conn.WriteToUDPAddrPort(report, from)
				continue
			}
		}
		t := trap{datagram: slices.Clone(buffer[:n]), answer: func(b []byte) { _, _ = conn.WriteToUDPAddrPort(b, from) }}
		for _, r := range rings {
			r.add(t)
		}
	}
}

// isProbe says whether a message asks which engine is here: it names none.
func isProbe(datagram []byte) bool {
	h, err := readHeader(datagram)
	return err == nil && h.engineID == ""
}

// ListenTraps opens a socket for a PoolConfig's Traps.
func ListenTraps(ctx context.Context, address string) (*net.UDPConn, error) {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for traps: %w", err)
	}
	return conn.(*net.UDPConn), nil
}

// wanted is what a notification makes worth reading.
type wanted struct {
	everything, interfaces, lldp bool
	topics                       []string
}

// trapMeanings say what to read after which notification: the longest beginning
// of its identifier counts.
func trapMeanings() map[string]wanted {
	links, neighbours := wanted{interfaces: true}, wanted{lldp: true, topics: []string{TableCDP}}
	bgp, tree := wanted{topics: []string{TableBGP}}, wanted{topics: []string{TableSTP, TableFDB}}
	return map[string]wanted{
		genericTraps + "1":         {everything: true}, // coldStart
		genericTraps + "2":         {everything: true}, // warmStart
		genericTraps + "3":         links,              // linkDown
		genericTraps + "4":         links,              // linkUp
		"1.0.8802.1.1.2.0":         neighbours,         // lldpRemTablesChange
		"1.3.111.2.802.1.1.13.0":   neighbours,         // … of the newer MIB
		"1.3.6.1.2.1.15":           bgp,                // bgpEstablished, bgpBackwardTransition
		"1.3.6.1.4.1.9.9.187":      bgp,
		"1.3.6.1.4.1.30065.4.1.0":  bgp,
		"1.3.6.1.4.1.2636.5.1.1.1": bgp,
		"1.3.6.1.2.1.14.16.2":      {topics: []string{TableOSPF}},
		"1.3.6.1.2.1.138":          {topics: []string{TableISIS}},
		"1.3.6.1.2.1.17":           tree, // newRoot, topologyChange
		"1.3.6.1.2.1.47":           {topics: []string{TableEntity, TablePort}},
		"1.2.840.10006.300.43":     {topics: []string{TableLAG}},
		"1.3.6.1.4.1.9.9.46":       {topics: []string{TableVLAN}},
		"1.3.6.1.4.1.8072.4.0.3":   {everything: true}, // net-snmp's agent restarted
	}
}

// meaning is what to read after a notification of a kind.
func meaning(kind string) (wanted, bool) {
	meanings := trapMeanings()
	for at := kind; at != ""; at = at[:max(0, strings.LastIndexByte(at, '.'))] {
		if w, ok := meanings[at]; ok {
			return w, true
		}
	}
	return wanted{}, false
}

// linkIn reads which interface a linkDown or linkUp is about, and how it is now.
func linkIn(n notification) (ifIndex uint32, up, ok bool) {
	if n.kind != genericTraps+"3" && n.kind != genericTraps+"4" {
		return 0, false, false
	}
	for _, v := range n.vars {
		if column, index, found := cell(v.oid, ifEntry); found {
			row, err := strconv.ParseUint(index, 10, 32)
			if column == 1 {
				return v.value.uint32(), n.kind == genericTraps+"4", true
			}
			if err == nil {
				ifIndex = uint32(row)
			}
		}
	}
	return ifIndex, n.kind == genericTraps+"4", ifIndex != 0
}

// notified is what the notifications that came ask for.
type notified struct {
	wanted
	links map[uint32]bool // ifIndex -> up
}

// hear reads the notifications of the device that came. Those that are not its
// own are counted.
func (p *poller) hear(ctx context.Context) notified {
	waiting, lost := p.ring.take()
	out := notified{links: map[uint32]bool{}}
	out.everything = lost
	for _, t := range waiting {
		n, err := p.understand(t.datagram)
		if n.answer != nil {
			t.answer(n.answer)
		}
		if err != nil {
			p.metrics.trap(trapRejected)
			continue
		}
		w, known := meaning(n.kind)
		if !known {
			p.metrics.trap(trapIgnored)
			continue
		}
		p.metrics.trap(trapHeard)
		p.logger.DebugContext(ctx, "trap", slog.String("kind", n.kind))
		out.everything = out.everything || w.everything
		out.interfaces, out.lldp = out.interfaces || w.interfaces, out.lldp || w.lldp
		out.topics = append(out.topics, w.topics...)
		if ifIndex, up, ok := linkIn(n); ok {
			out.links[ifIndex] = up
		}
	}
	return out
}

// understand reads a notification if it is the device's: with a community of
// its own, from its engine, or by its user to ours. There may be an answer even
// to what it cannot take.
func (p *poller) understand(datagram []byte) (notification, error) {
	for _, e := range p.access.order() {
		if e.usm != nil {
			if n, err := e.usm.notification(datagram); err == nil {
				return n, nil
			}
			if n, err := e.usm.inform(datagram, p.office.own); err == nil || n.answer != nil {
				return n, err
			}
		}
	}
	if report, ok := p.office.own.introduce(datagram); ok { // an inform for an engine that we are not
		return notification{answer: report}, errNotOurs
	}
	n, community, err := decodeNotification(datagram)
	if err != nil {
		return notification{}, err
	}
	for _, e := range p.access.order() {
		own := e.cred.Community.Reveal()
		if e.usm == nil && subtle.ConstantTimeCompare([]byte(own), []byte(community.Reveal())) == 1 {
			return n, nil
		}
	}
	return notification{}, errors.New("the community is none of the device's")
}

// add takes in what came later.
func (n *notified) add(later notified) {
	n.everything = n.everything || later.everything
	n.interfaces, n.lldp = n.interfaces || later.interfaces, n.lldp || later.lldp
	n.topics = append(n.topics, later.topics...)
	maps.Copy(n.links, later.links)
}

// attend reads what notifications ask for, and reads interfaces again until they
// are as the device said they are.
func (p *poller) attend(ctx context.Context) error {
	want := p.hear(ctx)
	up := want.links
	if want.interfaces && !want.everything && len(want.links) > 0 {
		seen, err := p.watchLinks(ctx, &want)
		if err != nil {
			return err
		}
		up = want.links
		if seen { // Who is at the other end may have changed.
			want.interfaces, want.lldp, want.links = false, true, nil
			p.hastenHeard()
		}
	}
	deadline := time.Now().Add(agreeFor)
	for {
		now := due{interfaces: want.interfaces || want.everything, lldp: want.lldp || want.everything}
		for _, f := range p.topics {
			if want.everything || f.had && slices.Contains(want.topics, f.topic.kind()) || slices.Contains(want.topics, f.topic.table) {
				f.next = time.Time{}
			}
		}
		if now == (due{}) && !want.everything && len(want.topics) == 0 {
			return nil
		}
		if err := p.poll(ctx, now); err != nil {
			return err
		}
		if p.agrees(want.links) || time.Now().After(deadline) || !collectors.Sleep(ctx, trapGap) {
			break
		}
		want = notified{wanted: wanted{interfaces: true}, links: want.links}
	}
	p.listenOn(up)
	collectors.Sleep(ctx, trapGap) // A device that sends without end is not read without end.
	return nil
}

// agrees says whether interfaces are as they are said to be.
func (p *poller) agrees(links map[uint32]bool) bool {
	if p.interfaces.last == nil {
		return true
	}
	for _, i := range *p.interfaces.last {
		if up, said := links[i.Index]; said && (i.Oper == "up") != up {
			return false
		}
	}
	return true
}

// reachable makes known where traps of the device come from.
func (p *poller) reachable(peer string) {
	var all []netip.Addr
	if a, err := netip.ParseAddr(peer); err == nil {
		all = append(all, a.Unmap())
	}
	for _, a := range p.k.addresses {
		if !a.Address.IsLoopback() && !a.Address.IsLinkLocalUnicast() {
			all = append(all, a.Address)
		}
	}
	slices.SortFunc(all, netip.Addr.Compare)
	all = slices.Compact(all)
	if !slices.Equal(all, p.addresses) {
		p.addresses = all
		p.office.set(p.ring, all)
	}
}
