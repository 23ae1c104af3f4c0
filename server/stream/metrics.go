package stream

import "github.com/prometheus/client_golang/prometheus"

// metrics are what the stream counts. Labels come from closed sets.
type metrics struct {
	clients   prometheus.Gauge
	channels  prometheus.Gauge
	snapshots prometheus.Counter
	deltas    prometheus.Counter
	layouts   prometheus.Counter
	cuts      prometheus.Histogram
	opens     *prometheus.CounterVec // how: snapshot, resumed, refused
	hangups   *prometheus.CounterVec // why: slow, protocol
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		clients: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "netseam_stream_clients", Help: "Connections being served.",
		}),
		channels: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "netseam_stream_channels", Help: "Channels that are followed.",
		}),
		snapshots: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "netseam_stream_snapshots_encoded_total", Help: "Snapshots of channels that were encoded.",
		}),
		deltas: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "netseam_stream_deltas_encoded_total", Help: "Deltas of channels that were encoded.",
		}),
		layouts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "netseam_stream_layouts_total", Help: "Layouts of channels that were computed.",
		}),
		cuts: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "netseam_stream_cut_seconds", Help: "Time to cut all channels at one revision.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 8),
		}),
		opens: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_stream_opens_total", Help: "Requests to open a channel, by how they were met.",
		}, []string{"how"}),
		hangups: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_stream_hangups_total", Help: "Connections that the server ended, by reason.",
		}, []string{"why"}),
	}
	r.MustRegister(m.clients, m.channels, m.snapshots, m.deltas, m.layouts, m.cuts, m.opens, m.hangups)
	return m
}
