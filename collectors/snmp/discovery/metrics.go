package discovery

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
)

// Metrics counts what discovery does: labels are outcomes and states, never
// addresses. It is a prometheus.Collector. A nil Metrics counts nothing.
type Metrics struct {
	attempts  *prometheus.CounterVec
	addresses *prometheus.GaugeVec
}

// NewMetrics makes counters that stand at zero.
func NewMetrics() *Metrics {
	return &Metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_discovery_attempts_total", Help: "Attempts of discovery with one set of credentials at one address, by outcome.",
		}, []string{"result"}),
		addresses: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "netseam_discovery_addresses", Help: "Addresses that discovery knows of, by state.",
		}, []string{"state"}),
	}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(out chan<- *prometheus.Desc) {
	m.attempts.Describe(out)
	m.addresses.Describe(out)
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(out chan<- prometheus.Metric) {
	m.attempts.Collect(out)
	m.addresses.Collect(out)
}

func (m *Metrics) attempt(o Outcome) {
	if m == nil {
		return
	}
	name := ""
	switch o {
	case Silent:
		name = "silent"
	case Rejected, WrongPassword:
		name = "rejected"
	case Broken:
		name = "broken"
	case Abandoned:
		name = "abandoned"
	}
	m.attempts.WithLabelValues(name).Inc()
}

func (m *Metrics) met() {
	if m != nil {
		m.attempts.WithLabelValues("answered").Inc()
	}
}

func (m *Metrics) stand(counts map[api.DiscoveryState]int) {
	if m == nil {
		return
	}
	for _, state := range api.DiscoveryStates() {
		m.addresses.WithLabelValues(string(state)).Set(float64(counts[state]))
	}
}
