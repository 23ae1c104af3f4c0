package stream

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/graph"
)

// DecodeFrame decodes a client's frame.
func DecodeFrame(raw []byte) (*wire.ClientFrame, error) { return decodeFrame(raw) }

// Difference compares two snapshots.
func Difference(from, to *graph.Snapshot) api.Change { return difference(from, to) }

// Snapshots counts the snapshots encoded.
func (s *Stream) Snapshots() prometheus.Collector { return s.metrics.snapshots }

// Deltas counts the deltas encoded.
func (s *Stream) Deltas() prometheus.Collector { return s.metrics.deltas }

// Channels counts the channels followed.
func (s *Stream) Channels() prometheus.Collector { return s.metrics.channels }

// Slow counts the clients hung up on because they lagged.
func (s *Stream) Slow() prometheus.Collector { return s.metrics.hangups.WithLabelValues("slow") }

// Resumed counts the channels that went on where they were.
func (s *Stream) Resumed() prometheus.Collector { return s.metrics.opens.WithLabelValues("resumed") }
