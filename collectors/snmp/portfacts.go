package snmp

import (
	"context"

	"github.com/netseam/netseam/api"
)

// TablePort is the scope of what seldom changes of a port.
const TablePort = "port"

// PortFacts are what seldom changes of interfaces.
type PortFacts struct{ List []PortFact }

// PortFact is that of one interface. What the device does not say is 0 or "".
type PortFact struct {
	IfIndex uint32
	MTU     uint32
	Duplex  string // full, half
}

// Rows implements Facts.
func (p *PortFacts) Rows() int { return len(p.List) }

func mtuTable() source    { return source{"ifTable", ifEntry, []int{4}} }
func duplexTable() source { return source{"dot3StatsTable", "1.3.6.1.2.1.10.7.2.1", []int{19}} }

func readPortFacts(ctx context.Context, s session, _ known) (Facts, error) {
	cells, err := readAll(ctx, s, mtuTable(), duplexTable())
	return decodePortFacts(cells), err
}

func decodePortFacts(cells []binding) *PortFacts {
	found := map[uint32]*PortFact{}
	of := func(ifIndex uint32) *PortFact {
		if found[ifIndex] == nil {
			found[ifIndex] = &PortFact{IfIndex: ifIndex}
		}
		return found[ifIndex]
	}
	for _, r := range rowsOf(cells, mtuTable().entry) {
		if mtu := r.number(4); mtu != 0 {
			of(r.last()).MTU = mtu
		}
	}
	for _, r := range rowsOf(cells, duplexTable().entry) {
		switch r.number(19) {
		case 2:
			of(r.last()).Duplex = "half"
		case 3:
			of(r.last()).Duplex = "full"
		}
	}
	out := &PortFacts{}
	for _, f := range sortedPairs(found) {
		out.List = append(out.List, *f)
	}
	return out
}

func (p *PortFacts) claims(k known) []api.Claim {
	var out []api.Claim
	made := map[string]bool{}
	for _, f := range p.List {
		c, ok := k.about(f.IfIndex, "#port", attrs(
			api.KV{Key: api.AttrMTU, Value: number(uint64(f.MTU))}, api.KV{Key: api.AttrDuplex, Value: f.Duplex},
		))
		if ok && !made[c.Key] {
			made[c.Key] = true
			out = append(out, c)
		}
	}
	return out
}
