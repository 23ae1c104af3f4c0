package snmp

import "golang.org/x/time/rate"

// manners are how a device is treated, from one reading to the next: how many
// rows it is asked for at once, and how often it is asked.
type manners struct {
	reps *repetitions
	pace *rate.Limiter
}

// mannersFor begins with what the configuration says. A tenth of a second's
// requests may come at once.
func mannersFor(cfg Config) *manners {
	m := &manners{reps: newRepetitions(cfg.MaxRepetitions), pace: rate.NewLimiter(rate.Inf, 0)}
	if n := cfg.RequestsPerSecond; n > 0 {
		m.pace = rate.NewLimiter(rate.Limit(n), max(1, n/10))
	}
	return m
}
