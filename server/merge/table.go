package merge

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/stitch"
)

// Forwarding and address tables. Their rows age within minutes where nothing is
// sent, so that their absence alone removes no edge: a row on which one rests is
// kept as a claim of its own, aged, until it is made again, or what it told of
// is found elsewhere, or agedFor has passed.

// agedFor is how long a row is believed that is no longer made and that nothing
// contradicts.
const agedFor = 7 * 24 * time.Hour

// table is a claim of such a table, with what is known by it.
type table struct {
	id      stitch.RowID
	held    *held
	device  api.VertexID
	port    api.VertexID // of forwarding rows; 0 while it is not known
	macs    []api.MAC    // as indexed
	entries []stitch.Entry
	uses    map[use]int
}

// use is one row of a table on which something rests.
type use struct {
	mac     api.MAC
	address string // of an address table's row
}

// tabulate makes what a table claim says known, as it is now.
func (e *Engine) tabulate(h *held) {
	t := e.tableOf[h]
	if t == nil {
		e.rowNext++
		t = &table{id: e.rowNext, held: h, uses: map[use]int{}}
		e.tableOf[h] = t
		e.tables[t.id] = t
	}
	c := h.op.claim()
	was := t.device
	var entries []stitch.Entry
	var macs []api.MAC
	port := api.VertexID(0)
	if c.Stations != nil {
		t.device = h.scope.source.vertexOf(c.Stations.Device)
		if c.Stations.Port != "" {
			port = h.scope.source.vertexOf(c.Stations.Port)
		}
		macs = c.Stations.MACs
		entries = stitch.TableEntries(t.id, t.device, port)
	} else {
		t.device = h.scope.source.vertexOf(c.Bindings.Device)
		entries = stitch.BindingEntries(t.id, c.Bindings.VRF, c.Bindings.Rows)
	}
	e.index.Replace(t.entries, entries)
	t.entries = entries
	came, went := difference(t.macs, macs)
	e.index.Replace(stitch.StationEntries(t.id, went), stitch.StationEntries(t.id, came))
	if port != t.port || len(came)+len(went) > 0 {
		e.recount(t, port, macs)
		e.touchBridge(t.device)
	}
	if c.Stations != nil && was != t.device {
		e.moveTable(t, was)
	}
	t.port, t.macs = port, macs
}

// moveTable keeps which tables a bridge has.
func (e *Engine) moveTable(t *table, was api.VertexID) {
	if was != 0 {
		e.touchBridge(was)
		if left := e.bridgeTables[was].without(t); left.empty() {
			delete(e.bridgeTables, was)
		} else {
			e.bridgeTables[was] = left
		}
	}
	if t.device != 0 {
		e.touchBridge(t.device)
		e.bridgeTables[t.device] = e.bridgeTables[t.device].with(t)
	}
}

// difference compares two ascending lists.
func difference(before, after []api.MAC) (came, went []api.MAC) {
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case i == len(before) || (j < len(after) && after[j].Compare(before[i]) < 0):
			came = append(came, after[j])
			j++
		case j == len(after) || before[i].Compare(after[j]) < 0:
			went = append(went, before[i])
			i++
		default:
			i, j = i+1, j+1
		}
	}
	return came, went
}

// recount keeps how many MACs are behind ports, for a table whose port or MACs
// change.
func (e *Engine) recount(t *table, port api.VertexID, macs []api.MAC) {
	if t.held.op.lost != 0 {
		return // what has aged is no crowd
	}
	for p, by := range map[api.VertexID]int{t.port: -len(t.macs), port: len(macs)} {
		if t.port == port {
			by = len(macs) - len(t.macs)
		}
		was := e.crowds[p]
		if p == 0 || by == 0 {
			continue
		}
		if e.crowds[p] = was + by; was+by == 0 {
			delete(e.crowds, p)
		}
		if stitch.Crowd(was) != stitch.Crowd(was+by) {
			e.index.Replace(stitch.CrowdEntries(p, was), stitch.CrowdEntries(p, was+by))
		}
	}
}

// untabulate takes back what a table claim said.
func (e *Engine) untabulate(h *held) {
	t := e.tableOf[h]
	delete(e.tableOf, h)
	e.index.Replace(t.entries, nil)
	e.index.Replace(stitch.StationEntries(t.id, t.macs), nil)
	e.recount(t, 0, nil)
	if was := t.device; h.op.stations() != nil {
		t.device = 0
		e.moveTable(t, was)
	}
	delete(e.tables, t.id)
	delete(e.batch.tables, h)
}

// learned answers what a claim says of a MAC.
func (e *Engine) learned(claim stitch.RowID, mac api.MAC) (stitch.Learned, bool) {
	t := e.tables[claim]
	if t != nil && t.held.op.bindings() != nil {
		b := t.held.op.bindings()
		return stitch.Learned{VRF: b.VRF, Source: string(t.held.scope.source.id), Interface: b.Interface}, true
	}
	if t == nil || t.held.op.stations() == nil || t.held.op.stations().Status == api.StationSelf {
		return stitch.Learned{}, false
	}
	op := t.held.op
	return stitch.Learned{
		VLAN: op.stations().VLAN, Key: op.key, Aged: op.lost != 0, New: slices.Contains(op.fresh(), mac),
	}, true
}

// arrivals are the MACs of a new forwarding claim that the reading before did
// not have, as far as anything rests on where they are. Those that it had are
// confirmed by being said twice.
func (e *Engine) arrivals(sc *scope, before *claimed, c *api.Claim) []api.MAC {
	if c.Stations == nil || !sc.heard {
		return nil
	}
	var had []api.MAC
	if before != nil && before.stations() != nil && before.lost == 0 {
		had = before.stations().MACs
		for _, mac := range before.fresh() {
			e.index.TouchAsking(mac)
		}
	}
	came, _ := difference(had, c.Stations.MACs)
	return slices.DeleteFunc(came, func(mac api.MAC) bool { return !e.index.IsAsked(mac) })
}

// confirm notes that a claim was made again, unchanged.
func (e *Engine) confirm(h *held) {
	if len(h.op.fresh()) == 0 {
		return
	}
	op := *h.op
	op.doubt = nil
	for _, mac := range h.op.fresh() {
		e.index.TouchAsking(mac)
	}
	e.hold(h, &op)
	delete(h.scope.source.arrived, h)
}

// keepAged keeps the rows on which something rests and that a table does not
// have any more: those that its claim is about to lose.
func (e *Engine) keepAged(h *held, after *api.Claim) {
	if e.tableOf[h] == nil || h.op.lost != 0 {
		return
	}
	before := h.op.claim()
	for _, u := range slices.SortedFunc(maps.Keys(e.tableOf[h].uses), compareUses) {
		c := agedClaim(&before, after, u)
		if c == nil || h.scope.source.claims[c.Key] != nil {
			continue
		}
		old := &held{handle: e.takeHandle()}
		h.scope.source.claims[c.Key] = old
		h.scope.add(old)
		kept := claimedAs(h.scope.id, c, h.op.since)
		kept.lost = e.batch.now.UnixMilli()
		e.hold(old, kept)
		e.reference(old)
		h.scope.source.aged[old] = struct{}{}
		e.batch.aged[old] = struct{}{}
		e.attach(old)
	}
}

func compareUses(a, b use) int {
	if c := a.mac.Compare(b.mac); c != 0 {
		return c
	}
	return strings.Compare(a.address, b.address)
}

// agedClaim is the claim of the one row that is used, if the claim after has it
// no more.
func agedClaim(before, after *api.Claim, u use) *api.Claim {
	key := "~" + u.mac.String() + " " + before.Key
	if s := before.Stations; s != nil {
		if after != nil && after.Stations != nil && after.Stations.Port == s.Port && slices.Contains(after.Stations.MACs, u.mac) {
			return nil
		}
		row := *s
		row.MACs = []api.MAC{u.mac}
		return &api.Claim{Key: key, Stations: &row}
	}
	has := func(c *api.Claim) (api.Binding, bool) {
		if c == nil || c.Bindings == nil {
			return api.Binding{}, false
		}
		for _, b := range c.Bindings.Rows {
			if b.MAC == u.mac && b.Address.String() == u.address {
				return b, true
			}
		}
		return api.Binding{}, false
	}
	b, had := has(before)
	if _, still := has(after); still || !had {
		return nil
	}
	row := *before.Bindings
	row.Rows = []api.Binding{b}
	return &api.Claim{Key: key + " " + u.address, Bindings: &row}
}

// dropAged removes aged rows on which nothing rests any more. It says whether
// there was any to look at.
func (e *Engine) dropAged() bool {
	list := slices.SortedFunc(maps.Keys(e.batch.aged), compareSaid)
	clear(e.batch.aged)
	for _, h := range list {
		if e.tableOf[h] != nil && len(e.tableOf[h].uses) == 0 {
			e.remove(h)
		}
	}
	return len(list) > 0
}

// outlive removes a scope's aged rows that nothing confirmed for too long.
func (e *Engine) outlive(src *source, sc *scope, at time.Time) {
	for _, h := range slices.SortedFunc(maps.Keys(src.aged), compareSaid) {
		if h.scope == sc && at.UnixMilli()-h.op.lost > agedFor.Milliseconds() {
			e.remove(h)
		}
	}
}
