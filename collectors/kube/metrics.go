package kube

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
)

// Metrics are measurements of all clusters, by source and table.
type Metrics struct {
	objects *prometheus.GaugeVec
	states  *prometheus.GaugeVec
	events  *prometheus.CounterVec
	syncs   *prometheus.CounterVec
	skipped *prometheus.CounterVec
}

// NewMetrics makes the metrics. Register them with a prometheus.Registerer.
func NewMetrics() *Metrics {
	by := []string{"source", "table"}
	return &Metrics{
		objects: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "netseam_kube_claims", Help: "Claims that stand.",
		}, by),
		states: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "netseam_kube_state", Help: "State of the scope: 1 live, 2 connecting, 3 syncing, 4 stale, 5 unsupported, 6 forbidden, 7 unauthorised, 8 unreachable.",
		}, by),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_kube_events_total", Help: "Watch events received.",
		}, by),
		syncs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_kube_syncs_total", Help: "Complete readings begun.",
		}, by),
		skipped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_kube_skipped_total", Help: "Parts of objects that are not drawn, such as endpoints that are no pods.",
		}, by),
	}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(ch)
	}
}

func (m *Metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.objects, m.states, m.events, m.syncs, m.skipped}
}

func (m *Metrics) state(s api.Scope, state api.State) {
	m.states.WithLabelValues(string(s.Source), s.Table).Set(float64(state))
}

// forget drops everything about a source.
func (m *Metrics) forget(source api.SourceID) {
	by := prometheus.Labels{"source": string(source)}
	m.objects.DeletePartialMatch(by)
	m.states.DeletePartialMatch(by)
	m.events.DeletePartialMatch(by)
	m.syncs.DeletePartialMatch(by)
	m.skipped.DeletePartialMatch(by)
}
