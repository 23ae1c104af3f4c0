package stream_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
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

// The listeners of the benchmark, in a process of their own: how many, how many
// of them never read, and for how long the world changes.
const (
	listeners   = 1000
	stuckOnes   = 100
	changesFor  = 30 * time.Second
	envAudience = "NETSEAM_STREAM_AUDIENCE" // the stream's URL: be the listeners
)

// heard is one frame as a connection got it: they are the same bytes for all.
type heard struct {
	sum uint32
	at  int64 // Unix nanoseconds
}

// audience is what the listeners say of it.
type audience struct {
	Ages       []float64 // milliseconds, p50, p99 and the worst, from the oldest change in a frame to its arrival
	Frames     int
	Late       int // listeners that were still without the last frame after five seconds
	Bytes      int // of one opening, on the wire
	ReopenedIn float64
}

// BenchmarkAudience lets 1,000 changes a second be followed by 1,000 listeners
// of which 100 never read, and then all of them come back at once.
func BenchmarkAudience(b *testing.B) {
	for b.Loop() {
		hub := streamtest.NewHub()
		c := api.Change{Vertices: map[api.VertexID]*api.Vertex{1: {ID: 1, Kind: api.VertexCluster, Name: "east"}}}
		for id := api.VertexID(2); id < 10_000; id++ {
			c.Vertices[id] = aPod(id, api.HealthOK)
		}
		hub.Publish(c, time.Now())
		registry := prometheus.NewRegistry()
		s := stream.New(stream.Config{}, hub, streamtest.Layout, slog.New(slog.DiscardHandler), registry)
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { _ = s.Run(ctx) })
		server := httptest.NewServer(s)
		follow(b, hub, registry, "ws"+strings.TrimPrefix(server.URL, "http"))
		cancel()
		running.Wait()
		server.Close()
	}
	b.ReportMetric(0, "ns/op")
}

func aPod(id api.VertexID, health api.Health) *api.Vertex {
	return &api.Vertex{ID: id, Kind: api.VertexPod, Parent: 1, Name: fmt.Sprintf("checkout-7d9f-%05d", id), Health: health}
}

// follow starts the listeners and does as they say: "ready" and "quiet" come
// from them, when things were published and "again" from here.
func follow(b *testing.B, hub *streamtest.Hub, registry *prometheus.Registry, url string) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envAudience+"="+url)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	said := json.NewDecoder(out)
	var ready bool
	if err := said.Decode(&ready); err != nil {
		b.Fatal(err)
	}
	before, began, encoded := processor.Time(b), time.Now(), counted(b, registry, "netseam_stream_deltas_encoded_total")
	published := map[uint64]int64{}
	tick := time.NewTicker(time.Millisecond)
	for n := 0; time.Since(began) < changesFor; {
		<-tick.C
		for due := int(time.Since(began).Milliseconds()); n < due; n++ {
			id := api.VertexID(2 + n*7%9000)
			at := time.Now()
			hub.Publish(api.Change{Vertices: map[api.VertexID]*api.Vertex{id: aPod(id, api.Health(1+n/9000%3))}}, at)
			published[hub.Current().Revision] = at.UnixNano()
		}
	}
	tick.Stop()
	b.ReportMetric((processor.Time(b)-before).Seconds()/time.Since(began).Seconds(), "cores")
	b.ReportMetric(counted(b, registry, "netseam_stream_deltas_encoded_total")-encoded, "deltas-encoded")
	if err := json.NewEncoder(in).Encode(published); err != nil {
		b.Fatal(err)
	}
	var a audience
	if err := said.Decode(&a); err != nil {
		b.Fatal(err)
	}
	before, encoded = processor.Time(b), counted(b, registry, "netseam_stream_snapshots_encoded_total")
	if err := json.NewEncoder(in).Encode(true); err != nil {
		b.Fatal(err)
	}
	var again audience
	if err := said.Decode(&again); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(a.Ages[0], "age-p50-ms")
	b.ReportMetric(a.Ages[1], "age-p99-ms")
	b.ReportMetric(a.Ages[2], "age-worst-ms")
	b.ReportMetric(float64(a.Frames), "frames-each")
	b.ReportMetric(float64(a.Late), "late-listeners")
	b.ReportMetric(counted(b, registry, "netseam_stream_hangups_total"), "hung-up-on")
	b.ReportMetric(float64(again.Bytes), "B/opening")
	b.ReportMetric(again.ReopenedIn, "1000-reopen-s")
	b.ReportMetric((processor.Time(b) - before).Seconds(), "1000-reopen-cpu-s")
	b.ReportMetric(counted(b, registry, "netseam_stream_snapshots_encoded_total")-encoded, "1000-reopen-encodes")
}

func counted(b *testing.B, registry *prometheus.Registry, name string) float64 {
	b.Helper()
	families, err := registry.Gather()
	if err != nil {
		b.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// beAudience is the listeners' process.
func beAudience(url string) error {
	say, hear := json.NewEncoder(os.Stdout), json.NewDecoder(os.Stdin)
	var all []*listener
	for i := range listeners {
		l, err := openListener(url, i > 0)
		if err != nil {
			return err
		}
		all = append(all, l)
		if i < listeners-stuckOnes {
			go l.read()
		}
	}
	reading := all[:listeners-stuckOnes]
	await(time.Minute, func() bool {
		return slices.IndexFunc(reading, func(l *listener) bool { return !l.whole(reading[0]) }) < 0
	})
	if err := say.Encode(true); err != nil {
		return err
	}
	var published map[uint64]int64
	if err := hear.Decode(&published); err != nil {
		return err
	}
	<-time.After(5 * time.Second)
	if err := say.Encode(judge(reading, published)); err != nil {
		return err
	}
	for _, l := range all {
		_ = l.conn.Close()
	}
	var again bool
	if err := hear.Decode(&again); err != nil {
		return err
	}
	began := time.Now()
	back := make([]*listener, listeners)
	var opening sync.WaitGroup
	var failed atomic.Int64
	for i := range back {
		opening.Go(func() {
			l, err := openListener(url, i > 0)
			if back[i] = l; err != nil {
				failed.Add(1)
				return
			}
			go l.read()
		})
	}
	opening.Wait()
	if n := failed.Load(); n > 0 {
		return fmt.Errorf("%d of %d could not come back", n, listeners)
	}
	await(time.Minute, func() bool { return slices.IndexFunc(back, func(l *listener) bool { return !l.whole(back[0]) }) < 0 })
	took := time.Since(began).Seconds()
	return say.Encode(audience{ReopenedIn: took, Bytes: int(back[1].bytes.Load())})
}

func await(most time.Duration, is func() bool) {
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for end := time.Now().Add(most); !is() && time.Now().Before(end); {
		<-poll.C
	}
}

// listener is one connection. The first one understands what it hears; the
// others read frames as bytes, which costs them next to nothing.
type listener struct {
	conn    *websocket.Conn
	raw     bool
	frames  atomic.Int64
	bytes   atomic.Int64
	opening atomic.Int64 // frames until the channel was whole, as the first one understands
	mu      sync.Mutex
	heard   []heard
	covers  map[uint32]uint64 // of the first one: sum of a delta -> the oldest revision in it
}

func openListener(url string, raw bool) (*listener, error) {
	conn, resp, err := (&websocket.Dialer{EnableCompression: true, HandshakeTimeout: time.Minute}).Dial(url, nil)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	open, err := proto.Marshal(&wire.ClientFrame{Body: &wire.ClientFrame_Open{Open: &wire.Open{Channel: "cluster:v1"}}})
	if err != nil {
		return nil, err
	}
	return &listener{conn: conn, raw: raw, covers: map[uint32]uint64{}}, conn.WriteMessage(websocket.BinaryMessage, open)
}

func (l *listener) whole(first *listener) bool {
	n := first.opening.Load()
	return n > 0 && l.frames.Load() >= n
}

// read reads until the connection ends. The bytes are those on the wire: the
// server sends one WebSocket frame a message, not masked.
func (l *listener) read() {
	in := bufio.NewReaderSize(l.conn.NetConn(), 1<<16)
	var inflate inflater
	for {
		payload, compressed, err := readFrame(in)
		if err != nil {
			return
		}
		h := heard{crc32.ChecksumIEEE(payload), time.Now().UnixNano()}
		l.bytes.Add(int64(len(payload)))
		n := l.frames.Add(1)
		l.mu.Lock()
		l.heard = append(l.heard, h)
		if !l.raw {
			var f wire.ServerFrame
			if proto.Unmarshal(inflate.message(payload, compressed), &f) == nil {
				if d := f.GetDelta(); d != nil {
					l.covers[h.sum] = d.GetPrevious() + 1
				}
				if f.GetPositions() != nil {
					l.opening.CompareAndSwap(0, n)
				}
			}
		}
		l.mu.Unlock()
	}
}

// readFrame reads the payload of one data frame; control frames are skipped.
func readFrame(in *bufio.Reader) (payload []byte, compressed bool, err error) {
	for {
		var head [2]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return nil, false, err
		}
		size := uint64(head[1] & 0x7f)
		if size >= 126 {
			long := make([]byte, 2)
			if size == 127 {
				long = make([]byte, 8)
			}
			if _, err := io.ReadFull(in, long); err != nil {
				return nil, false, err
			}
			size = binary.BigEndian.Uint64(append(make([]byte, 8-len(long)), long...))
		}
		payload = make([]byte, size)
		if _, err := io.ReadFull(in, payload); err != nil {
			return nil, false, err
		}
		if head[0]&0x0f < 8 {
			return payload, head[0]&0x40 != 0, nil
		}
	}
}

// judge says how old frames were when they came.
func judge(all []*listener, published map[uint64]int64) audience {
	first := all[0]
	first.mu.Lock()
	covers := first.covers
	var last uint32
	for _, h := range first.heard {
		if _, delta := covers[h.sum]; delta {
			last = h.sum
		}
	}
	first.mu.Unlock()
	var ages []float64
	a := audience{Frames: len(covers)}
	for _, l := range all[1:] {
		l.mu.Lock()
		there := false
		for _, h := range l.heard {
			if at, ok := published[covers[h.sum]]; ok {
				ages = append(ages, float64(h.at-at)/1e6)
				there = there || h.sum == last
			}
		}
		l.mu.Unlock()
		if !there {
			a.Late++
		}
	}
	slices.Sort(ages)
	if len(ages) == 0 {
		ages = []float64{-1}
	}
	a.Ages = []float64{ages[len(ages)/2], ages[len(ages)*99/100], ages[len(ages)-1]}
	return a
}
