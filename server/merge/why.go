package merge

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// Candidates are the sightings that concern a device, a port or a node, with
// what became of each: those that it makes, and those of others that may mean
// it. They are as of the last step, in the order of their sources and keys.
func (e *Engine) Candidates(id api.VertexID) []api.Candidate {
	t := e.things[id]
	if t == nil {
		return nil
	}
	rows := map[stitch.RowID]struct{}{}
	for h := range t.claims.all {
		for other := range h.scope.source.refs[h.voice.stem].all {
			if other.row != 0 {
				rows[other.row] = struct{}{}
			}
		}
	}
	for row := range t.seen().rows {
		rows[row] = struct{}{}
	}
	for row := range t.seen().unclear {
		rows[row] = struct{}{}
	}
	for row := range t.seen().derived {
		rows[row] = struct{}{}
	}
	var out []api.Candidate
	for _, row := range rowsInOrder(e, rows) {
		out = append(out, e.candidate(e.rows[row]))
	}
	if n := e.vague[id]; n > 0 {
		out = append(out, api.Candidate{
			Verdict: api.VerdictUnresolved, Device: id, Protocol: "fdb", Row: fmt.Sprintf("MACs in common with %d other bridges", n),
			Why: "too little in common to tell on which ports they face each other",
		})
	}
	if c, ok := e.uncomparedBridge(id); ok {
		out = append(out, c)
	}
	if s := e.seatings[id]; s != nil && s.why != "" {
		out = append(out, api.Candidate{
			Verdict: api.VerdictUnresolved, Protocol: "fdb", Row: "MACs and addresses of the node", Remote: id, Why: s.why,
		})
	}
	return out
}

// uncomparedBridge says of a bridge that hangs together with more of them than
// are compared, that none of their cables is concluded.
func (e *Engine) uncomparedBridge(id api.VertexID) (api.Candidate, bool) {
	g := e.uncompared[id]
	if g == nil {
		return api.Candidate{}, false
	}
	return api.Candidate{
		Verdict: api.VerdictUnresolved, Device: id, Protocol: "fdb",
		Row: fmt.Sprintf("MACs in common with others of %d bridges on ports where no neighbour protocol speaks", len(g.members)),
		Why: fmt.Sprintf("more than %d pairs of them have MACs in common, which is more than are compared: none of their cables is concluded from forwarding tables", maxPairs),
	}, true
}

func (e *Engine) candidate(rs *rowState) api.Candidate {
	h, c := rs.held, rs.conclusion
	out := api.Candidate{
		Device: rs.row.Device, Port: rs.row.Port, Remote: c.Remote, RemotePort: c.RemotePort, Confidence: c.Confidence,
		Why: c.Why, Candidates: c.Candidates, Scope: h.scope.id, Key: h.op.key, Since: milliTime(h.op.since),
	}
	if c.Node != 0 {
		out.Remote = c.Node
	}
	if rs.lost() != 0 {
		out.Lost = milliTime(rs.lost())
	}
	switch n, s, r := h.op.neighbour(), h.op.session(), h.op.route(); {
	case n != nil:
		out.Protocol, out.Local, out.Row = n.Protocol, n.LocalPort, rowText(n)
	case s != nil:
		out.Protocol, out.Row = s.Protocol, stitch.SessionText(s)
	case r != nil:
		out.Protocol, out.Row = "route", stitch.RouteText(r)
	case rs.junction != nil:
		out.Protocol, out.Row = "fdb", "MACs that both bridges know"
	default:
		out.Protocol, out.Row = "fdb", "MAC "+rs.station.String()
	}
	var edge *api.Edge
	if j := e.joints[rs.edge]; j != nil && rs.edge != (edgeKey{}) {
		key := rs.edge
		if rs.segment != 0 {
			key = edgeKey{api.EdgeMember, rs.row.Port, rs.segment}
		}
		if j := e.joints[key]; j != nil && j.id != 0 {
			edge, _ = e.snap.Edge(j.id)
		}
	}
	if edge != nil {
		out.Edge, out.Confidence = edge.ID, edge.Confidence
		e.nameFarEnd(&out, edge)
	}
	if edge != nil && edge.Disputed {
		out.Why += "; but " + e.rivalsText(rs.edge) + " too"
	}
	out.Verdict = verdict(c.Outcome, edge)
	return out
}

// nameFarEnd says what a row was taken for where its conclusion alone does
// not: something that only its neighbours know, or the NIC of a node.
func (e *Engine) nameFarEnd(c *api.Candidate, edge *api.Edge) {
	far := edge.A
	if far == c.Port {
		far = edge.B
	}
	end := e.vertex(far)
	if c.Port == 0 || end == nil || end.Kind != api.VertexPort && end.Kind != api.VertexNIC {
		return
	}
	if c.Remote == 0 {
		c.Remote = end.Parent
	}
	if c.RemotePort == 0 && c.Remote == end.Parent {
		c.RemotePort = end.ID
	}
}

func verdict(outcome stitch.Outcome, edge *api.Edge) api.Verdict {
	switch outcome {
	case stitch.Host:
		if edge != nil && !edge.Disputed {
			return api.VerdictMatched
		}
		return api.VerdictAmbiguous
	case stitch.Device, stitch.Unmanaged:
		switch {
		case edge != nil && edge.Disputed:
			return api.VerdictAmbiguous
		case edge != nil && edge.ReportedA && edge.ReportedB:
			return api.VerdictMatched
		}
		return api.VerdictOneSided
	case stitch.Ambiguous:
		return api.VerdictAmbiguous
	case stitch.Self, stitch.Moved, stitch.Echo:
		return api.VerdictIgnored
	case stitch.Unplaced, stitch.Unknown:
	}
	return api.VerdictUnresolved
}

// rowText says in words what a row heard.
func rowText(n *api.Neighbour) string {
	var parts []string
	add := func(before, value string) {
		if value != "" {
			parts = append(parts, strings.TrimSpace(before+" "+value))
		}
	}
	add("", n.SysName)
	add("chassis", n.ChassisID)
	add("port", n.PortID)
	if n.PortDescription != "" && n.PortDescription != n.PortID {
		add("described", strconv.Quote(n.PortDescription))
	}
	if len(n.Addresses) > 0 {
		add("at", strings.Join(n.Addresses, " "))
	}
	return strings.Join(parts, ", ")
}

// Attachment is where a MAC is by what forwarding tables say.
type Attachment struct {
	MAC       api.MAC
	Addresses []string // that routers have for it
	Device    api.VertexID
	Port      api.VertexID
	VLAN      uint16
	// Confidence is 0 where the port is not known: Why says the reason.
	Confidence uint8
	Why        string
}

// Attachments are the MACs that forwarding tables have, each with its one edge
// port, or why there is none; of a bundle's legs the first. Ascending.
func (e *Engine) Attachments() []Attachment {
	macs, addresses := map[api.MAC]struct{}{}, map[api.MAC][]string{}
	for _, t := range e.tables {
		for _, mac := range t.macs {
			macs[mac] = struct{}{}
		}
		if b := t.held.op.bindings(); b != nil {
			for _, row := range b.Rows {
				addresses[row.MAC] = append(addresses[row.MAC], row.Address.String())
			}
		}
	}
	find := e.index.Peek()
	out := make([]Attachment, 0, len(macs))
	for _, mac := range slices.SortedFunc(maps.Keys(macs), api.MAC.Compare) {
		slices.Sort(addresses[mac])
		a := Attachment{MAC: mac, Addresses: slices.Compact(addresses[mac])}
		where := stitch.Locate(mac, find, e.learned)
		if a.Why = where.Why; len(where.Places) > 0 {
			seat := stitch.SeatAt(where.Places[0], mac)
			a.Device, a.Port, a.VLAN, a.Confidence, a.Why = seat.Device, seat.Port, seat.VLAN, seat.Confidence, seat.Why
		}
		out = append(out, a)
	}
	return out
}

// Unresolved are the sightings of all sources that are no edge, with why.
func (e *Engine) Unresolved() []api.Candidate {
	var out []api.Candidate
	for _, row := range rowsInOrder(e, e.rows) {
		if c := e.candidate(e.rows[row]); c.Verdict == api.VerdictUnresolved || c.Verdict == api.VerdictAmbiguous {
			out = append(out, c)
		}
	}
	tables := slices.SortedFunc(maps.Values(e.tables), func(a, b *table) int { return compareSaid(a.held, b.held) })
	for _, t := range tables {
		if s := t.held.op.stations(); s != nil && t.port == 0 {
			out = append(out, api.Candidate{
				Verdict: api.VerdictUnresolved, Device: t.device, Local: s.LocalPort, Protocol: "fdb",
				Row: fmt.Sprintf("%d MACs in VLAN %d", len(s.MACs), s.VLAN), Why: "base port " + s.LocalPort + " means no interface",
				Scope: t.held.scope.id, Key: t.held.op.key, Since: milliTime(t.held.op.since),
			})
		}
	}
	for _, id := range sortedKeys(e.uncompared) {
		if c, ok := e.uncomparedBridge(id); ok {
			out = append(out, c)
		}
	}
	return out
}
