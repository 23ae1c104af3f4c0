package hub

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/server/graph"
)

// Metrics counts what the hub does.
type Metrics struct {
	observations *prometheus.CounterVec
	batches      prometheus.Histogram
	commits      prometheus.Histogram
	records      prometheus.Counter
	failures     prometheus.Counter
	checkpoints  prometheus.Histogram
	lagging      prometheus.Counter
	vertices     prometheus.Gauge
	edges        prometheus.Gauge
	revision     prometheus.Gauge
}

// NewMetrics makes the hub's metrics and registers them.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "netseam", Subsystem: "hub", Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "netseam", Subsystem: "hub", Name: name, Help: help})
	}
	seconds := func(name, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "netseam", Subsystem: "hub", Name: name, Help: help, Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
		})
	}
	m := &Metrics{
		observations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "netseam", Subsystem: "hub", Name: "observations_total",
			Help: "Observations by kind of source and result (taken, resync, refused).",
		}, []string{"source_kind", "result"}),
		batches:     seconds("batch_seconds", "Time to merge one batch."),
		commits:     seconds("commit_seconds", "Time to make one group of revisions durable."),
		records:     counter("records_total", "Revisions made durable."),
		failures:    counter("journal_failures_total", "Times that the journal could not be written."),
		checkpoints: seconds("checkpoint_seconds", "Time to write one checkpoint."),
		lagging:     counter("feeds_hung_up_total", "Listeners hung up on because they lagged."),
		vertices:    gauge("vertices", "Vertices in the published graph."),
		edges:       gauge("edges", "Edges in the published graph."),
		revision:    gauge("revision", "The published revision."),
	}
	registry.MustRegister(m.observations, m.batches, m.commits, m.records, m.failures, m.checkpoints, m.lagging,
		m.vertices, m.edges, m.revision)
	return m
}

func (m *Metrics) observed(o *api.Observation, err error) {
	result := "taken"
	switch {
	case errors.Is(err, api.ErrResync):
		result = "resync"
	case err != nil:
		result = "refused"
	}
	m.observations.WithLabelValues(o.Scope.Source.SourceKind(), result).Inc()
}

func (m *Metrics) batch(_ int, took time.Duration) { m.batches.Observe(took.Seconds()) }

func (m *Metrics) committed(records int, took time.Duration) {
	m.records.Add(float64(records))
	m.commits.Observe(took.Seconds())
}

func (m *Metrics) failed()                         { m.failures.Inc() }
func (m *Metrics) checkpointed(took time.Duration) { m.checkpoints.Observe(took.Seconds()) }
func (m *Metrics) hungUp()                         { m.lagging.Inc() }

func (m *Metrics) published(s *graph.Snapshot) {
	m.vertices.Set(float64(s.VertexCount()))
	m.edges.Set(float64(s.EdgeCount()))
	m.revision.Set(float64(s.Revision))
}
