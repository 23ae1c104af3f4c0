package stream_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api"
	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
	"github.com/netseam/netseam/test/bench/processor"
)

// BenchmarkFanOut sends one cut of 50 changed pods to 1,000 listeners: at 20
// cuts a second that is 1,000 changes a second. cpu-ms/op counts the whole
// process, the 1,000 reading clients included; times 20, over 1,000, it is cores.
func BenchmarkFanOut(b *testing.B) {
	const listeners, changes = 1000, 50
	hub := streamtest.NewHub()
	c := api.Change{Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexCluster, Name: "east"}}}
	pod := func(id api.VertexID, health api.Health) *api.Vertex {
		return &api.Vertex{ID: id, Kind: api.VertexPod, Parent: 1, Name: fmt.Sprintf("checkout-7d9f-%05d", id), Health: health}
	}
	for id := api.VertexID(2); id < 10_000; id++ {
		c.Vertices[id] = pod(id, api.HealthOK)
	}
	hub.Publish(c, time.Now())
	s := stream.New(stream.Config{Gap: time.Microsecond}, hub, streamtest.Layout, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	server := httptest.NewServer(s)
	defer func() { cancel(); running.Wait(); server.Close() }()
	url := "ws" + strings.TrimPrefix(server.URL, "http")
	open, err := proto.Marshal(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: &wire.Open{Channel: "cluster:v1"}}})
	if err != nil {
		b.Fatal(err)
	}
	var heard, ready atomic.Int64
	for range listeners {
		conn, resp, err := websocket.DefaultDialer.Dial(url, nil)
		if err != nil {
			b.Fatal(err)
		}
		_ = resp.Body.Close()
		if err := conn.WriteMessage(websocket.BinaryMessage, open); err != nil {
			b.Fatal(err)
		}
		running.Go(func() {
			defer func() { _ = conn.Close() }()
			for {
				_, raw, err := conn.ReadMessage()
				if err != nil {
					return
				}
				switch raw[0] >> 3 { // the field number says which frame it is
				case 6: // positions: the snapshot is whole
					ready.Add(1)
				case 4:
					heard.Add(1)
				}
			}
		})
	}
	wait := func(n *atomic.Int64, want int64) {
		poll := time.NewTicker(100 * time.Microsecond)
		defer poll.Stop()
		for n.Load() < want {
			<-poll.C
		}
	}
	wait(&ready, listeners)
	before := processor.Time(b)
	round := int64(0)
	for b.Loop() {
		round++
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{}}
		for i := range api.VertexID(changes) {
			id := 2 + (api.VertexID(round)*changes+i)%9000
			c.Vertices[id] = pod(id, api.Health(round%4))
		}
		hub.Publish(c, time.Now())
		wait(&heard, round*listeners)
	}
	b.ReportMetric(float64((processor.Time(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}
