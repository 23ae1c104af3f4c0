package snmp

import (
	"cmp"
	"context"
	"slices"

	"github.com/netseam/netseam/api"
)

// TableLAG is the scope of bundles.
const TableLAG = "lag"

// Bundles are a device's aggregates and the ports in them, and which interface
// is stacked on which.
type Bundles struct {
	LAGs    []LAG
	Members []Member
	// Stack are all active rows of ifStackTable but those that say "nothing".
	Stack []Stacked
}

// LAG is an aggregate.
type LAG struct {
	IfIndex uint32
	// Actor and Partner are the LACP systems of both sides, "" where they are
	// not known: a bundle without LACP, or without a partner.
	Actor, Partner       string
	ActorKey, PartnerKey uint32
}

// Member is a port in an aggregate.
type Member struct {
	IfIndex, LAG uint32
	Partner      string
	PartnerKey   uint32
	PartnerPort  uint32
	// Told says that LACP tells how it is with the port, InUse that it carries.
	Told, InUse bool
}

// Stacked is one interface on top of another.
type Stacked struct{ Higher, Lower uint32 }

// Rows implements Facts.
func (b *Bundles) Rows() int { return len(b.LAGs) + len(b.Members) + len(b.Stack) }

func bundleTopics() []topic {
	return []topic{{table: TableLAG, mib: "IEEE8023-LAG-MIB", pace: paceTables, read: readBundles}}
}

// Columns of dot3adAggTable and dot3adAggPortTable.
const (
	aggActor      = 4
	aggActorKey   = 7
	aggPartner    = 8
	aggPartnerKey = 10

	aggPortPartner    = 9
	aggPortPartnerKey = 11
	aggPortAttached   = 13
	aggPortFarPort    = 17
	aggPortState      = 21
)

func aggTable() source {
	return source{"dot3adAggTable", "1.2.840.10006.300.43.1.1.1.1", []int{aggActor, aggActorKey, aggPartner, aggPartnerKey}}
}

func aggPortTable() source {
	return source{"dot3adAggPortTable", "1.2.840.10006.300.43.1.2.1.1", []int{
		aggPortAttached, aggPortPartner, aggPortPartnerKey, aggPortFarPort, aggPortState,
	}}
}

// groupTables say by which interface a port is part of a group, the port itself
// if of none: bundles that are not LACP's.
func groupTables() []source {
	return []source{{"pagpEtherChannelTable", "1.3.6.1.4.1.9.9.98.1.1.1.1", []int{8}}}
}

func stackTable() source { return source{"ifStackTable", "1.3.6.1.2.1.31.1.2.1", []int{3}} }

func readBundles(ctx context.Context, s session, k known) (Facts, error) {
	tables := append([]source{aggTable(), aggPortTable(), stackTable()}, groupTables()...)
	cells, err := readAll(ctx, s, tables...)
	return decodeBundles(cells, k), err
}

func decodeBundles(cells []binding, k known) *Bundles {
	b := &Bundles{}
	lags := map[uint32]*LAG{}
	for _, r := range rowsOf(cells, aggTable().entry) {
		lags[r.last()] = &LAG{
			IfIndex: r.last(), Actor: systemID(r, aggActor), ActorKey: r.number(aggActorKey),
			Partner: systemID(r, aggPartner), PartnerKey: r.number(aggPartnerKey),
		}
	}
	members := map[uint32]*Member{}
	join := func(port, lag uint32) *Member {
		if members[port] == nil && port != lag && port != 0 && lag != 0 {
			members[port] = &Member{IfIndex: port, LAG: lag}
			if lags[lag] == nil {
				lags[lag] = &LAG{IfIndex: lag}
			}
			return members[port]
		}
		return nil
	}
	for _, r := range rowsOf(cells, aggPortTable().entry) {
		if m := join(r.last(), r.number(aggPortAttached)); m != nil {
			m.Partner, m.PartnerKey = systemID(r, aggPortPartner), r.number(aggPortPartnerKey)
			m.PartnerPort = r.number(aggPortFarPort)
			m.Told, m.InUse = carries(r.cells[aggPortState])
		}
	}
	for _, t := range groupTables() {
		for _, r := range rowsOf(cells, t.entry) {
			join(r.last(), r.number(t.columns[0]))
		}
	}
	b.stack(cells)
	for _, s := range b.Stack {
		if k.ifs[s.Higher].Type == typeLAG && isPort(k.ifs[s.Lower]) && k.ifs[s.Lower].Type != typeLAG {
			join(s.Lower, s.Higher)
		}
	}
	b.take(lags, members)
	return b
}

// stack reads ifStackTable.
func (b *Bundles) stack(cells []binding) {
	for _, r := range rowsOf(cells, stackTable().entry) {
		if len(r.index) == 2 && r.index[0] != 0 && r.index[1] != 0 && r.number(3) <= 1 {
			b.Stack = append(b.Stack, Stacked{r.index[0], r.index[1]})
		}
	}
	slices.SortFunc(b.Stack, func(x, y Stacked) int {
		return cmp.Or(cmp.Compare(x.Higher, y.Higher), cmp.Compare(x.Lower, y.Lower))
	})
}

// take keeps the aggregates that have members: agents list every one that there
// could be. The partner of a bundle is that of its members.
func (b *Bundles) take(lags map[uint32]*LAG, members map[uint32]*Member) {
	used := map[uint32]bool{}
	for _, m := range sortedPairs(members) {
		b.Members = append(b.Members, *m)
		used[m.LAG] = true
		if l := lags[m.LAG]; l.Partner == "" {
			l.Partner, l.PartnerKey = m.Partner, m.PartnerKey
		}
	}
	for ifIndex, l := range sortedPairs(lags) {
		if used[ifIndex] {
			b.LAGs = append(b.LAGs, *l)
		}
	}
}

// systemID is a MAC that is not the one of nobody.
func systemID(r row, column int) string {
	mac := macOf(r.cells[column].bytes())
	if placeholder(mac) {
		return ""
	}
	return mac
}

// carries reads an LACP state: in sync, collecting and distributing. The MIB has
// the bits in its order, some agents in that of the frame.
func carries(v value) (told, inUse bool) {
	octets := v.bytes()
	if len(octets) != 1 {
		return false, false
	}
	const inMIB, inFrame = 0x1c, 0x38
	return true, octets[0]&inMIB == inMIB || octets[0]&inFrame == inFrame
}

func (b *Bundles) claims(k known) []api.Claim {
	var out []api.Claim
	for _, l := range b.LAGs {
		says := attrs(
			api.KV{Key: api.AttrActor, Value: l.Actor}, api.KV{Key: api.AttrActorKey, Value: number(uint64(l.ActorKey))},
			api.KV{Key: api.AttrPartner, Value: l.Partner}, api.KV{Key: api.AttrPartnerKey, Value: number(uint64(l.PartnerKey))},
		)
		if _, drawn := k.portKey(l.IfIndex, "#lag"); drawn != nil {
			drawn.Vertex.Attrs = append(drawn.Vertex.Attrs, says...)
			out = append(out, *drawn)
		} else if c, ok := k.about(l.IfIndex, "#lag", says); ok {
			out = append(out, c)
		}
	}
	for _, m := range b.Members {
		port, undrawn := k.portKey(m.IfIndex, "#lag")
		lag, _ := k.portKey(m.LAG, "#lag")
		if port == "" || lag == "" || port == lag {
			continue
		}
		if undrawn != nil {
			out = append(out, *undrawn)
		}
		health := api.HealthUnknown
		switch {
		case m.InUse:
			health = api.HealthOK
		case m.Told:
			health = api.HealthDegraded
		}
		out = append(out, api.Claim{Key: "member/" + port[len(prefixPort):], Edge: &api.EdgeClaim{
			Kind: api.EdgeMember, A: port, B: lag, Health: health, Attrs: attrs(
				api.KV{Key: api.AttrPartner, Value: m.Partner}, api.KV{Key: api.AttrPartnerKey, Value: number(uint64(m.PartnerKey))},
				api.KV{Key: api.AttrPartnerPort, Value: number(uint64(m.PartnerPort))},
			),
		}})
	}
	return out
}
