package snmp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/netseam/netseam/api"
)

// TableVRF is the scope of which VRFs have contexts of their own. What is read in
// one is a scope of that context, reported as "arp@red".
const TableVRF = "vrf"

// maxVRFs is how many VRFs of one device are read.
const maxVRFs = 32

// VRF is a routing instance and the context in which the agent tells of it.
type VRF struct {
	Name string
	// Context is SNMPv3's, and what stands before "@" and the community; Name
	// if empty.
	Context string
}

// VRFs are the routing instances of a device beside the default one.
type VRFs struct{ List []vrf }

// vrf is one of them.
type vrf struct {
	name string
	at   inContext
}

// Rows implements Facts.
func (v *VRFs) Rows() int { return len(v.List) }

func (v *VRFs) claims(known) []api.Claim { return nil } // What is read in them says that they are there.

// vrfForm is one MIB that says which VRFs have contexts. The end of its index is
// the context, as text.
type vrfForm struct {
	source
	// name is the column of the VRF's name, 0 if that is the context's.
	name int
	// maker is the one whose agents have contexts of that name; "" if the MIB
	// itself says so.
	maker string
	// before is what stands before the community; "" if the context can be asked
	// for by SNMPv3 alone.
	before string
}

func vrfForms() []vrfForm {
	return []vrfForm{
		{source: source{"cContextMappingTable", "1.3.6.1.4.1.9.9.468.1.1.1", []int{2}}, name: 2},
		{source: source{"mplsL3VpnVrfTable", "1.3.6.1.2.1.10.166.11.1.2.2.1", []int{6}}, maker: "2636", before: "%s@"},
	}
}

func vrfTopics() []topic {
	return []topic{{table: TableVRF, mib: "MPLS-L3VPN-STD-MIB", pace: paceInventory, read: readVRFs}}
}

// readVRFs puts what the configuration names before what the device tells.
func readVRFs(ctx context.Context, s session, k known) (Facts, error) {
	out := &VRFs{}
	for _, c := range k.configured {
		name := c.Context
		if name == "" {
			name = c.Name
		}
		out.add(vrf{c.Name, inContext{before: name + "@", name: name}})
	}
	for _, f := range vrfForms() {
		if f.maker != "" && f.maker != k.maker {
			continue
		}
		cells, err := f.read(ctx, s)
		out.learn(f, cells)
		if err != nil {
			return out, err
		}
	}
	if n := len(out.List); n > maxVRFs {
		out.List = out.List[:maxVRFs:maxVRFs]
		return out, fmt.Errorf("%d VRFs beyond the first %d are left out", n-maxVRFs, maxVRFs)
	}
	return out, nil
}

func (v *VRFs) learn(f vrfForm, cells []binding) {
	for _, r := range rowsOf(cells, f.entry) {
		found := vrf{r.str(f.name), inContext{name: indexText(r.index)}}
		if f.name == 0 {
			found.name = found.at.name
		}
		if f.before != "" {
			found.at.before = fmt.Sprintf(f.before, found.at.name)
		}
		v.add(found)
	}
}

// add leaves out what has no name, and names that are there already.
func (v *VRFs) add(x vrf) {
	taken := slices.ContainsFunc(v.List, func(other vrf) bool { return other.name == x.name })
	if x.name != "" && x.at.name != "" && !taken {
		v.List = append(v.List, x)
	}
}

// indexText reads text that is an index, with its length in front or, of agents
// that leave that out, without; "" if it is none.
func indexText(index []uint32) string {
	if len(index) > 1 && int(index[0]) == len(index)-1 {
		index = index[1:]
	}
	var text strings.Builder
	for _, n := range index {
		if n <= ' ' || n > '~' {
			return ""
		}
		text.WriteByte(byte(n))
	}
	return text.String()
}

// contextError is why nothing, or not all, was read in a VRF's context. It says
// nothing of the device, so the error beneath is not to be found in it.
type contextError struct {
	vrf   string
	state api.State // of its scopes, if nothing was ever read
	why   string
	quiet bool // it is not asked again soon
}

// Error implements error.
func (e *contextError) Error() string { return "VRF " + e.vrf + ": " + e.why }

// contextRound is how contexts did while the topics are read once.
type contextRound struct {
	silent map[string]bool
	inRow  int
}

func newRound() *contextRound { return &contextRound{silent: map[string]bool{}} }

// closed says why a context is not even asked, "" if it is.
func (r *contextRound) closed(name string) string {
	switch {
	case r.silent[name]:
		return "its context did not answer"
	case r.inRow >= patientContexts:
		return fmt.Sprintf("not asked: %d contexts before it did not answer", r.inRow)
	}
	return ""
}

func (r *contextRound) note(name string, err error) {
	if err == nil || !hopeless(err) {
		r.inRow = 0
		return
	}
	r.silent[name] = true
	r.inRow++
}

// topics are what is read in the context of a VRF.
func (v vrf) topics() []topic {
	return []topic{
		{table: TableARP + "@" + v.name, mib: "IP-MIB (neighbours)", pace: paceTables, read: v.readARP},
		{table: TableBGP + "@" + v.name, mib: "BGP4-MIB", pace: paceNeighbours, read: v.readBGP},
		{table: TableRoute + "@" + v.name, mib: "IP-FORWARD-MIB", pace: paceTables, read: v.readRoutes, needless: seeksNothing},
		{table: TableDefault + "@" + v.name, mib: "IP-FORWARD-MIB (default routes)", pace: paceTables, read: v.readDefaults},
	}
}

func (v vrf) readARP(ctx context.Context, s session, k known) (Facts, error) {
	out := &AddressTable{VRF: v.name}
	base, ok := k.base[TableARP].(*AddressTable)
	if !ok {
		return out, v.alone()
	}
	within, err := v.enter(s, k)
	if err != nil {
		return out, err
	}
	got, err := readARP(ctx, within, k)
	table := got.(*AddressTable)
	out.Invalid = table.Invalid
	var shared int
	out.List, shared = without(table.List, base.List, func(r ARPRow) ARPRow { return r })
	if v.ignored(shared, len(table.List)) {
		out.List = nil
	}
	return out, v.judge(ctx, k, err, shared, len(table.List))
}

func (v vrf) readBGP(ctx context.Context, s session, k known) (Facts, error) {
	out := &BGP{VRF: v.name}
	base, ok := k.base[TableBGP].(*BGP)
	if !ok {
		return out, v.alone()
	}
	within, err := v.enter(s, k)
	if err != nil {
		return out, err
	}
	got, err := readBGP(ctx, within, k)
	all := got.(*BGP)
	out.LocalAS, out.RouterID = all.LocalAS, all.RouterID
	var shared int
	out.Peers, shared = without(all.Peers, base.Peers, func(p BGPPeer) BGPPeer {
		p.VRF, p.State, p.Stopped = "", "", false // They change, or are what is asked.
		return p
	})
	if v.ignored(shared, len(all.Peers)) {
		out.Peers = nil
	}
	seen := map[string]bool{}
	out.Peers = slices.DeleteFunc(out.Peers, func(p BGPPeer) bool {
		again := seen[p.Remote.String()]
		seen[p.Remote.String()] = true
		return again
	})
	for i := range out.Peers {
		out.Peers[i].VRF = v.name
	}
	return out, v.judge(ctx, k, err, shared, len(all.Peers))
}

func (v vrf) readRoutes(ctx context.Context, s session, k known) (Facts, error) {
	out := &Routes{VRF: v.name}
	base, ok := k.base[TableRoute].(*Routes)
	if !ok {
		return out, v.alone()
	}
	within, err := v.enter(s, k)
	if err != nil {
		return out, err
	}
	all, err := readRoutesOf(ctx, within, k, v.name)
	var shared int
	out.Left = all.Left
	out.List, shared = without(all.List, base.List, func(r RouteRow) RouteRow { return r })
	if v.ignored(shared, len(all.List)) {
		out.List = nil
	}
	return out, v.judge(ctx, k, err, shared, len(all.List))
}

func (v vrf) readDefaults(ctx context.Context, s session, k known) (Facts, error) {
	out := &Defaults{VRF: v.name}
	base, ok := k.base[TableDefault].(*Defaults)
	if !ok {
		return out, v.alone()
	}
	within, err := v.enter(s, k)
	if err != nil {
		return out, err
	}
	all, err := readDefaultsOf(ctx, within, v.name)
	var shared int
	out.List, shared = without(all.List, base.List, func(r DefaultRoute) DefaultRoute { return r })
	if v.ignored(shared, len(all.List)) {
		out.List = nil
	}
	return out, v.judge(ctx, k, err, shared, len(all.List))
}

// alone is the error of a context that nothing can be held against.
func (v vrf) alone() error {
	return &contextError{vrf: v.name, state: api.StateSyncing, why: "the default instance was not read, with which it is compared"}
}

// enter returns the session of the context.
func (v vrf) enter(s session, k known) (session, error) {
	if why := k.round.closed(v.name); why != "" {
		return nil, &contextError{vrf: v.name, state: api.StateForbidden, why: why, quiet: true}
	}
	within := s.Within(v.at)
	if within == nil {
		return nil, &contextError{
			vrf: v.name, state: api.StateUnsupported, why: "its context can be asked for by SNMPv3 alone", quiet: true,
		}
	}
	return within, nil
}

// ignored says whether rows are those of the default instance: there are agents
// that answer for it whatever context they are asked. Not all of them need be
// the same, because tables age.
func (v vrf) ignored(shared, rows int) bool { return shared > 0 && 2*shared >= rows }

// judge is what has to be said of a reading in the context.
func (v vrf) judge(ctx context.Context, k known, err error, shared, rows int) error {
	if ctx.Err() != nil {
		return err
	}
	k.round.note(v.name, err)
	switch {
	case errors.Is(err, ErrNoAnswer):
		return &contextError{vrf: v.name, state: api.StateForbidden, why: "its context did not answer", quiet: true}
	case err != nil:
		return &contextError{vrf: v.name, state: api.StateForbidden, why: messageOf(err), quiet: hopeless(err)}
	case v.ignored(shared, rows):
		return &contextError{
			vrf: v.name, state: api.StateUnsupported, why: "the agent answers with the rows of the default instance", quiet: true,
		}
	}
	return nil
}

// without is which rows are not in base, and how many are.
func without[R any, K comparable](rows, base []R, key func(R) K) (rest []R, shared int) {
	there := make(map[K]bool, len(base))
	for _, r := range base {
		there[key(r)] = true
	}
	for _, r := range rows {
		if there[key(r)] {
			shared++
		} else {
			rest = append(rest, r)
		}
	}
	return rest, shared
}
