package snmp

import (
	"context"
	"time"

	"github.com/netseam/netseam/api"
)

// TableRates is the scope of how busy ports are.
const TableRates = "rates"

// Attributes of ports by which this collector says how busy they are: steps, so
// that what moves all the time changes nothing, and nothing at all of a port
// that is idle.
const (
	AttrUsedIn      = "utilisation_in"
	AttrUsedOut     = "utilisation_out"
	AttrErrorsIn    = "errors_in"
	AttrErrorsOut   = "errors_out"
	AttrDiscardsIn  = "discards_in"
	AttrDiscardsOut = "discards_out"
)

// PortRates are how busy the ports of a device are that are not idle.
type PortRates struct {
	List []PortRate
	// Counted is how many interfaces count.
	Counted int
}

// PortRate is that of one interface: steps of utilisation in percent of the
// speed, and of frames in a second.
type PortRate struct {
	IfIndex uint32
	Steps   [6]int // in the order of rateKinds
}

// Rows implements Facts.
func (p *PortRates) Rows() int { return p.Counted }

// rateKind is one attribute.
type rateKind struct {
	key   string
	steps steps
	of    func(Rates) float64
}

func rateKinds() [6]rateKind {
	used, frames := utilisationSteps(), frameSteps()
	return [6]rateKind{
		{AttrUsedIn, used, func(r Rates) float64 { return r.In }},
		{AttrUsedOut, used, func(r Rates) float64 { return r.Out }},
		{AttrErrorsIn, frames, func(r Rates) float64 { return r.InErrors }},
		{AttrErrorsOut, frames, func(r Rates) float64 { return r.OutErrors }},
		{AttrDiscardsIn, frames, func(r Rates) float64 { return r.InDiscards }},
		{AttrDiscardsOut, frames, func(r Rates) float64 { return r.OutDiscards }},
	}
}

// meters are what the last reading of a device's counters found, by ifIndex.
type meters struct {
	last  map[uint32]Counters
	steps map[uint32][6]int
}

func newMeters() *meters { return &meters{map[uint32]Counters{}, map[uint32][6]int{}} }

// take compares with the last reading and keeps this one in its place.
func (m *meters) take(now map[uint32]Counters, ifs map[uint32]Interface) *PortRates {
	out := &PortRates{Counted: len(now)}
	steps := make(map[uint32][6]int, len(m.steps))
	kinds := rateKinds()
	for ifIndex, after := range sortedPairs(now) {
		at := m.steps[ifIndex]
		if before, ok := m.last[ifIndex]; ok {
			if rates, ok := RatesBetween(before, after, ifs[ifIndex].Speed); ok {
				for i, kind := range kinds {
					at[i] = kind.steps.at(at[i], kind.of(rates))
				}
			}
		}
		if at != [6]int{} {
			steps[ifIndex] = at
			out.List = append(out.List, PortRate{ifIndex, at})
		}
	}
	m.last, m.steps = now, steps
	return out
}

func ifCounters() source { return source{"ifTable", ifEntry, []int{14, 20, 13, 19}} }

func ifWideCounters() source { return source{"ifXTable", ifXEntry, []int{6, 10, 19}} }

func ifNarrowCounters() source { return source{"ifTable", ifEntry, []int{10, 16}} }

func rateTopics() []topic {
	return []topic{{
		table: TableRates, mib: "IF-MIB (counters)", pace: paceRates, read: readRates,
		needless: func(k known) bool { return k.meters == nil }, // Who looks once sees no rate.
	}}
}

func readRates(ctx context.Context, s session, k known) (Facts, error) {
	up, err := readUpTime(ctx, s)
	if err != nil {
		return &PortRates{}, err
	}
	at := time.Now()
	cells, err := readAll(ctx, s, ifWideCounters(), ifCounters())
	if err == nil && len(rowsOf(cells, ifXEntry)) == 0 {
		narrow, failed := readAll(ctx, s, ifNarrowCounters())
		cells, err = append(cells, narrow...), failed
	}
	if err != nil { // Half a reading is none.
		return &PortRates{}, err
	}
	after, err := readUpTime(ctx, s)
	if err == nil && wentBack(up, after) {
		err = ErrRestarted
	}
	if err != nil {
		return &PortRates{}, err
	}
	return k.meters.take(decodeCounters(cells, up, at), k.ifs), nil
}

// decodeCounters reads the counters of interfaces that count octets.
func decodeCounters(cells []binding, up time.Duration, at time.Time) map[uint32]Counters {
	out := map[uint32]Counters{}
	for _, r := range rowsOf(cells, ifXEntry) {
		if r.counts(6) && r.counts(10) {
			out[r.last()] = Counters{
				Up: up, At: at, Wide: true, Discontinuity: r.number(19), In: uint64(r.cells[6].number), Out: uint64(r.cells[10].number),
			}
		}
	}
	for _, r := range rowsOf(cells, ifEntry) {
		c, wide := out[r.last()]
		if !wide {
			if !r.counts(10) || !r.counts(16) {
				continue
			}
			c = Counters{Up: up, At: at, In: uint64(r.number(10)), Out: uint64(r.number(16))}
		}
		c.InErrors, c.OutErrors, c.InDiscards, c.OutDiscards = r.number(14), r.number(20), r.number(13), r.number(19)
		out[r.last()] = c
	}
	return out
}

// counts says whether a cell is there as a number.
func (r row) counts(column int) bool { return r.cells[column].kind == kindNumber }

func (p *PortRates) claims(k known) []api.Claim {
	var out []api.Claim
	made := map[string]bool{}
	kinds := rateKinds()
	for _, r := range p.List {
		var says []api.KV
		for i, kind := range kinds {
			says = append(says, api.KV{Key: kind.key, Value: kind.steps.names[r.Steps[i]]})
		}
		if c, ok := k.about(r.IfIndex, "#rates", attrs(says...)); ok && !made[c.Key] {
			made[c.Key] = true
			out = append(out, c)
		}
	}
	return out
}
