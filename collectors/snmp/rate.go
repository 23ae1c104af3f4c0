package snmp

import "time"

// Counters are what an interface has counted up to one moment.
type Counters struct {
	// Up is sysUpTime, negative if it is not known; At is the collector's clock.
	Up time.Duration
	At time.Time
	// Discontinuity is when counting began anew (ifCounterDiscontinuityTime).
	Discontinuity uint32
	// In and Out are octets. Wide says that their counters have 64 bits; all
	// others have 32.
	In, Out                 uint64
	Wide                    bool
	InErrors, OutErrors     uint32
	InDiscards, OutDiscards uint32
}

// Rates are how much that is in a second.
type Rates struct {
	// In and Out are percent of the speed, negative if they are not known.
	In, Out float64
	// These are frames in a second, negative if they are not known.
	InErrors, OutErrors, InDiscards, OutDiscards float64
}

const (
	// shortestRate and longestRate are between which two readings a rate is one.
	shortestRate = time.Second
	longestRate  = 6 * time.Hour
	// fullest is how many percent a port can seem to carry: clocks and readings
	// are not exact. What is more was counted otherwise.
	fullest = 115
)

// RatesBetween says how much an interface carried between two readings. There
// is none where the agent restarted or began to count anew, or the readings are
// too near or too far from each other.
func RatesBetween(before, after Counters, speed uint64) (Rates, bool) {
	elapsed := after.At.Sub(before.At)
	if before.Up >= 0 && after.Up >= 0 {
		elapsed = after.Up - before.Up // The device's own clock, which its counters go by.
	}
	switch {
	case elapsed < shortestRate, elapsed > longestRate: // sysUpTime goes back at a restart, and every 497 days.
		return Rates{}, false
	case before.Discontinuity != after.Discontinuity, before.Wide != after.Wide:
		return Rates{}, false
	case after.Wide && (after.In < before.In || after.Out < before.Out): // 64 bits do not wrap within hours.
		return Rates{}, false
	}
	seconds := elapsed.Seconds()
	frames := func(before, after uint32) float64 {
		n := after - before // Modulo 2^32: a wrap is none.
		if n >= 1<<31 {
			return -1 // It went back without saying so.
		}
		return float64(n) / seconds
	}
	return Rates{
		In: share(before.In, after.In, after.Wide, speed, seconds), Out: share(before.Out, after.Out, after.Wide, speed, seconds),
		InErrors: frames(before.InErrors, after.InErrors), OutErrors: frames(before.OutErrors, after.OutErrors),
		InDiscards: frames(before.InDiscards, after.InDiscards), OutDiscards: frames(before.OutDiscards, after.OutDiscards),
	}, true
}

// share is octets in percent of what the speed allows, negative if that cannot
// be known: without a speed, or where 32 bits may have wrapped more than once.
func share(before, after uint64, wide bool, speed uint64, seconds float64) float64 {
	if speed == 0 {
		return -1
	}
	capacity := float64(speed) / 8 * seconds
	n := after - before
	if !wide {
		if capacity >= 1<<32 {
			return -1
		}
		n = uint64(uint32(n))
	}
	percent := 100 * float64(n) / capacity
	switch {
	case percent > fullest:
		return -1
	case percent > 100:
		return 100
	}
	return percent
}

// steps are bounds between which a measurement is one and the same to people:
// what moves within them changes nothing.
type steps struct {
	bounds []float64
	names  []string // of what lies below the first bound, between two, and above the last
}

func utilisationSteps() steps {
	return steps{
		[]float64{10, 25, 50, 75, 90},
		[]string{"", "10-25 % of speed", "25-50 % of speed", "50-75 % of speed", "75-90 % of speed", "90-100 % of speed"},
	}
}

func frameSteps() steps {
	return steps{
		[]float64{0.01, 0.1, 1, 10, 100, 1000},
		[]string{"", "0.01-0.1/s", "0.1-1/s", "1-10/s", "10-100/s", "100-1000/s", "over 1000/s"},
	}
}

// settle is how far below its bound a measurement has to be to leave a step
// again: what goes to and fro at a bound stays above it.
const settle = 0.9

// at is the step of a measurement, of which the last was in step was. What is not
// known stays where it was.
func (s steps) at(was int, x float64) int {
	if x < 0 {
		return was
	}
	now := 0
	for now < len(s.bounds) && x >= s.bounds[now] {
		now++
	}
	if was > now && x >= s.bounds[was-1]*settle {
		return was
	}
	return now
}
