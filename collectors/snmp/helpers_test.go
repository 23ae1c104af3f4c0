package snmp_test

import (
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/netsim/snmpagent"
)

func configOf(a *snmpagent.Agent, name string) snmp.Config {
	return snmp.Config{
		Name: name, Address: a.Addr().String(), Community: snmp.NewSecret("public"),
		Timeout: 200 * time.Millisecond,
	}
}

// wait lets d go by.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}

// door is an address behind which one agent after the other may stand.
type door struct {
	addr string
	mu   sync.Mutex
	to   netip.AddrPort
}

func (d *door) leadTo(to netip.AddrPort) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = to
}

// newDoor passes datagrams on, one after the other, until the test is over.
func newDoor(t *testing.T, to netip.AddrPort) *door {
	t.Helper()
	outside, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	inside, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	d := &door{addr: outside.LocalAddr().String(), to: to}
	var both sync.WaitGroup
	var asker netip.AddrPort
	both.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, from, err := outside.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			d.mu.Lock()
			asker = from
			_, _ = inside.WriteToUDPAddrPort(buf[:n], d.to)
			d.mu.Unlock()
		}
	})
	both.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, _, err := inside.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			d.mu.Lock()
			_, _ = outside.WriteToUDPAddrPort(buf[:n], asker)
			d.mu.Unlock()
		}
	})
	t.Cleanup(func() {
		_, _ = outside.Close(), inside.Close()
		both.Wait()
	})
	return d
}
