package netsim

import (
	"cmp"
	"slices"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

// aggregate and inAggregate are rows of IEEE8023-LAG-MIB.
type aggregate struct {
	index, key, partnerKey uint32
	actor, partner         mac
}

type inAggregate struct {
	index, far uint32
	up         bool
	of         aggregate
}

// LACP states (LacpState): active, can be aggregated; and in sync, collecting,
// distributing.
const (
	lacpIdle  = 0xa0
	lacpInUse = 0xbc
)

// takeBundles copies what the agent says of its aggregates.
func (t *tables) takeBundles(d *device) {
	for _, b := range d.bundles {
		a := aggregate{b.port.index, b.key, b.partnerKey, b.actor, b.partner}
		t.aggregates = append(t.aggregates, a)
		for i, p := range b.members {
			t.aggregated = append(t.aggregated, inAggregate{p.index, uint32(i + 1), p.oper, a})
		}
		for i := range t.ports {
			if t.ports[i].index == b.port.index {
				t.ports[i].oper = b.isUp()
			}
		}
	}
	slices.SortFunc(t.aggregates, func(a, b aggregate) int { return cmp.Compare(a.index, b.index) })
	slices.SortFunc(t.aggregated, func(a, b inAggregate) int { return cmp.Compare(a.index, b.index) })
}

// bundles is dot3adAggTable, dot3adAggPortTable and the part of ifStackTable
// that says which port is below which aggregate.
func (t *tables) bundles() []snmpagent.Column {
	lag := snmpagent.OID{1, 2, 840, 10006, 300, 43, 1}
	agg, port := lag.Append(1, 1, 1), lag.Append(2, 1, 1)
	var aggIndex, portIndex, stackIndex []snmpagent.OID
	for _, a := range t.aggregates {
		aggIndex = append(aggIndex, snmpagent.OID{a.index})
	}
	stacked := slices.Clone(t.aggregated)
	slices.SortFunc(stacked, func(a, b inAggregate) int {
		return cmp.Or(cmp.Compare(a.of.index, b.of.index), cmp.Compare(a.index, b.index))
	})
	for i := range t.aggregated {
		portIndex = append(portIndex, snmpagent.OID{t.aggregated[i].index})
		stackIndex = append(stackIndex, snmpagent.OID{stacked[i].of.index, stacked[i].index})
	}
	number := func(n uint32) snmpagent.Value { return snmpagent.Integer(int32(n)) }
	return []snmpagent.Column{
		column(snmpagent.OID{1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3}, stackIndex, stacked, func(*inAggregate) snmpagent.Value { return number(1) }),
		column(agg.Append(4), aggIndex, t.aggregates, func(a *aggregate) snmpagent.Value { return octets(a.actor) }),
		column(agg.Append(7), aggIndex, t.aggregates, func(a *aggregate) snmpagent.Value { return number(a.key) }),
		column(agg.Append(8), aggIndex, t.aggregates, func(a *aggregate) snmpagent.Value { return octets(a.partner) }),
		column(agg.Append(10), aggIndex, t.aggregates, func(a *aggregate) snmpagent.Value { return number(a.partnerKey) }),
		column(port.Append(9), portIndex, t.aggregated, func(m *inAggregate) snmpagent.Value { return octets(m.of.partner) }),
		column(port.Append(11), portIndex, t.aggregated, func(m *inAggregate) snmpagent.Value { return number(m.of.partnerKey) }),
		column(port.Append(13), portIndex, t.aggregated, func(m *inAggregate) snmpagent.Value { return number(m.of.index) }),
		column(port.Append(17), portIndex, t.aggregated, func(m *inAggregate) snmpagent.Value { return number(m.far) }),
		column(port.Append(21), portIndex, t.aggregated, func(m *inAggregate) snmpagent.Value {
			if m.up {
				return snmpagent.Octets([]byte{lacpInUse})
			}
			return snmpagent.Octets([]byte{lacpIdle})
		}),
	}
}
