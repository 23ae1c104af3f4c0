package netsim

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// tables is what a switch's agent answers from: a copy of the switch's state
// that never changes, so that requests need no lock.
type tables struct {
	device  device // Without ports and LLDP: those are below.
	ports   []port // In the order of their ifIndex.
	bridged []port // The part of ports that are bridge ports and speak LLDP.
	remotes []remote
	lldp    lldpState
	// Aggregates, and the ports in them, each by ifIndex.
	aggregates []aggregate
	aggregated []inAggregate
	// based are the ports that BRIDGE-MIB numbers; learned and bound are what the
	// switch has learned, as far as it tells.
	based   []port
	learned []learnedRow
	bound   []boundRow
	routes  []routeRow
	peers   []netip.Addr // The nodes that it speaks BGP with.
	// uptime is the device's sysUpTime now, in ticks.
	uptime func() uint32
}

const (
	up   = 1
	down = 2
)

// view makes what the agent answers. It is called again after every change.
func (d *device) view(uptime func() uint32) *snmpagent.Tree {
	t := &tables{device: *d, lldp: d.lldp, uptime: uptime}
	t.ports = make([]port, 0, len(d.ports))
	for _, p := range d.ports {
		t.ports = append(t.ports, *p)
	}
	for _, r := range d.lldp.remotes {
		t.remotes = append(t.remotes, *r)
	}
	slices.SortFunc(t.ports, func(a, b port) int { return cmp.Compare(a.index, b.index) })
	// Front ports follow each other by every number that they have.
	first := slices.IndexFunc(t.ports, func(p port) bool { return p.front() })
	t.bridged = t.ports[first : first+d.fronts]
	t.takeBundles(d)
	t.takeLearned(d)
	t.takeRoutes(d)
	var columns []snmpagent.Column
	columns = append(columns, t.system()...)
	columns = append(columns, t.interfaces()...)
	columns = append(columns, t.bridge()...)
	columns = append(columns, t.bundles()...)
	columns = append(columns, t.forwarding()...)
	columns = append(columns, t.addresses()...)
	columns = append(columns, t.routing()...)
	columns = append(columns, t.sessions()...)
	if d.role != access { // That one does not know the protocol.
		columns = append(columns, t.lldpScalars()...)
		columns = append(columns, t.lldpLocal()...)
		columns = append(columns, t.lldpRemote()...)
	}
	return snmpagent.NewTree(columns)
}

// ticksSince turns the time since a moment into hundredths of a second.
func ticksSince(then, now time.Time) uint32 {
	return uint32(max(0, now.Sub(then)) / (10 * time.Millisecond))
}

// column is a column of a table over rows of any kind.
func column[R any](object snmpagent.OID, index []snmpagent.OID, rows []R, value func(*R) snmpagent.Value) snmpagent.Column {
	return snmpagent.Column{Object: object, Index: index, Value: func(i int) (snmpagent.Value, bool) {
		return value(&rows[i]), true
	}}
}

// constant is a scalar that does not change while the view lives.
func constant(object snmpagent.OID, v snmpagent.Value) snmpagent.Column {
	return snmpagent.Scalar(object, func() snmpagent.Value { return v })
}

// state is an interface's admin or oper status.
func state(ok bool) snmpagent.Value {
	if ok {
		return snmpagent.Integer(up)
	}
	return snmpagent.Integer(down)
}

// truth is a TruthValue.
func truth(ok bool) snmpagent.Value { return state(ok) }

// octets is a hardware address, empty for what has none.
func octets(m mac) snmpagent.Value {
	if m == (mac{}) {
		return snmpagent.Text("")
	}
	return snmpagent.Octets(m[:])
}
