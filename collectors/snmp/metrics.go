package snmp

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requestResult is how one datagram sent, or heard, ended.
type requestResult string

const (
	requestAnswered requestResult = "answered"
	requestSilent   requestResult = "silent"
	requestRefused  requestResult = "refused"
	requestReported requestResult = "reported" // the SNMPv3 engine said something in place of the agent
	requestGarbage  requestResult = "garbage"  // heard, but no answer to anything asked
	requestFailed   requestResult = "failed"   // not sent
)

func resultOf(err error) requestResult {
	said := (*engineReport)(nil)
	switch {
	case errors.As(err, &said):
		return requestReported
	case errors.Is(err, ErrNoAnswer):
		return requestSilent
	case errors.Is(err, ErrRefused):
		return requestRefused
	}
	return requestFailed
}

// pollResult is how reading one table ended.
type pollResult string

const (
	pollChanged     pollResult = "changed"
	pollSame        pollResult = "same"
	pollPartial     pollResult = "partial"
	pollVanished    pollResult = "vanished"
	pollUnsupported pollResult = "unsupported"
	pollFailed      pollResult = "failed"
)

// trapResult is what became of a notification.
type trapResult string

const (
	trapHeard    trapResult = "heard"
	trapIgnored  trapResult = "ignored"  // nothing that is read can have changed
	trapRejected trapResult = "rejected" // not with the device's credentials, or not understood
	trapUnknown  trapResult = "unknown"  // from nobody that is polled
	// trapDiscovery is a sender of informs by SNMPv3 that asks for our engine.
	trapDiscovery trapResult = "discovery"
)

// Metrics counts what the collector does, in total over all devices: labels
// are tables and outcomes, never devices. It is a prometheus.Collector. A nil
// Metrics counts nothing.
type Metrics struct {
	requests *prometheus.CounterVec
	walked   prometheus.Counter
	polls    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	dropped  *prometheus.CounterVec
	restarts prometheus.Counter
	late     prometheus.Counter
	devices  *prometheus.GaugeVec
	traps    *prometheus.CounterVec
}

// NewMetrics makes counters that stand at zero.
func NewMetrics() *Metrics {
	return &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_snmp_requests_total", Help: "SNMP requests and stray datagrams, by outcome.",
		}, []string{"result"}),
		walked: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "netseam_snmp_values_total", Help: "Values read by walks.",
		}),
		polls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_snmp_polls_total", Help: "Readings of a table, by table and outcome.",
		}, []string{"table", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "netseam_snmp_poll_seconds", Help: "How long reading a table took.",
			Buckets: []float64{.01, .03, .1, .3, 1, 3, 10, 30, 100},
		}, []string{"table"}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_snmp_lldp_rows_left_out_total",
			Help: "LLDP rows that made no sighting or one without a port, each time they were read.",
		}, []string{"why"}),
		restarts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "netseam_snmp_restarts_total", Help: "Times that a device's sysUpTime went backwards.",
		}),
		late: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "netseam_snmp_polls_skipped_total", Help: "Polls left out because the one before was not done.",
		}),
		devices: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "netseam_snmp_devices", Help: "Devices, by whether they answer.",
		}, []string{"state"}),
		traps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "netseam_snmp_traps_total", Help: "Traps and informs that came, by what became of them.",
		}, []string{"result"}),
	}
}

func (m *Metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		m.requests, m.walked, m.polls, m.seconds, m.dropped, m.restarts, m.late, m.devices, m.traps,
	}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(out chan<- *prometheus.Desc) {
	for _, c := range m.collectors() {
		c.Describe(out)
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(out chan<- prometheus.Metric) {
	for _, c := range m.collectors() {
		c.Collect(out)
	}
}

func (m *Metrics) request(r requestResult) {
	if m != nil {
		m.requests.WithLabelValues(string(r)).Inc()
	}
}

func (m *Metrics) values(n int) {
	if m != nil {
		m.walked.Add(float64(n))
	}
}

func (m *Metrics) poll(table string, r pollResult, took time.Duration) {
	if m != nil {
		m.polls.WithLabelValues(table, string(r)).Inc()
		m.seconds.WithLabelValues(table).Observe(took.Seconds())
	}
}

func (m *Metrics) leftOut(c Counts) {
	if m == nil {
		return
	}
	m.dropped.WithLabelValues("phantom").Add(float64(c.Phantom))
	m.dropped.WithLabelValues("malformed").Add(float64(c.Malformed))
	m.dropped.WithLabelValues("duplicate").Add(float64(c.Duplicate))
	m.dropped.WithLabelValues("self").Add(float64(c.Self))
	m.dropped.WithLabelValues("unresolved").Add(float64(c.Unresolved))
}

func (m *Metrics) restarted() {
	if m != nil {
		m.restarts.Inc()
	}
}

func (m *Metrics) skipped(n int) {
	if m != nil {
		m.late.Add(float64(n))
	}
}

// device counts a device in (1) or out (-1) of a state.
func (m *Metrics) device(state string, by float64) {
	if m != nil && state != "" {
		m.devices.WithLabelValues(state).Add(by)
	}
}

func (m *Metrics) trap(r trapResult) {
	if m != nil {
		m.traps.WithLabelValues(string(r)).Inc()
	}
}
