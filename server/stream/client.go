package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api/wire"
)

const (
	// maxRequest is how large a client's frame may be, in bytes.
	maxRequest = 4 << 10
	// closeGrace is how long a closing connection waits for the client's word.
	closeGrace = time.Second
)

// errMalformed says that a client's frame is not one.
var errMalformed = errors.New("malformed frame")

// client is one connection. Its rooms belong to Run's goroutine.
type client struct {
	conn  *websocket.Conn
	queue *queue
	rooms map[string]*room // open channels by name
}

// command is what a connection's reader asks of Run.
type command struct {
	client *client
	kind   commandKind
	frame  *wire.ClientFrame
}

type commandKind int

const (
	commandJoin commandKind = iota
	commandLeave
	commandFrame
)

// ServeHTTP serves one connection, until either side ends it.
func (s *Stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.enter(); err != nil {
		s.metrics.opens.WithLabelValues("refused").Inc()
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
		if _, err := fmt.Fprintf(w, "{\"status\":503,\"title\":\"Service Unavailable\",\"detail\":%q}\n", err); err != nil {
			s.logger.DebugContext(r.Context(), "refusal not written", slog.Any("error", err))
		}
		return
	}
	var c *client
	defer func() { s.leave(c) }()
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.logger.DebugContext(r.Context(), "no websocket", slog.Any("error", err))
		return // Upgrade has answered
	}
	c = &client{conn: conn, queue: newQueue(s.cfg.QueueFrames, s.cfg.QueueBytes), rooms: map[string]*room{}}
	if !s.admit(c) {
		c.queue.end(websocket.CloseGoingAway, "the server stops")
	}
	var writer sync.WaitGroup
	writer.Go(func() { s.write(c) })
	s.read(r.Context(), c)
	c.queue.end(0, "")
	writer.Wait()
	if err := conn.Close(); err != nil && !errors.Is(err, io.EOF) {
		s.logger.DebugContext(r.Context(), "connection closed", slog.Any("error", err))
	}
}

// read hands over what the client asks for, until the connection ends.
func (s *Stream) read(ctx context.Context, c *client) {
	if !s.tell(command{client: c, kind: commandJoin}) {
		s.drain(c)
		return
	}
	defer s.tell(command{client: c, kind: commandLeave})
	patience := 2*s.cfg.PingEvery + s.cfg.PingEvery/2
	alive := func() error {
		if ended, _, _ := c.queue.ending(); ended {
			return nil // the writer has set a nearer deadline
		}
		return c.conn.SetReadDeadline(time.Now().Add(patience))
	}
	c.conn.SetReadLimit(maxRequest)
	c.conn.SetPongHandler(func(string) error { return alive() })
	if err := alive(); err != nil {
		return
	}
	for {
		f, err := readFrame(c.conn)
		if errors.Is(err, errMalformed) {
			s.metrics.hangups.WithLabelValues("protocol").Inc()
			s.logger.InfoContext(ctx, "client sent a malformed frame", slog.Any("error", err))
			c.queue.end(websocket.CloseProtocolError, errMalformed.Error())
			s.drain(c)
			return
		}
		if err != nil {
			return
		}
		if !s.tell(command{client: c, kind: commandFrame, frame: f}) {
			s.drain(c)
			return
		}
	}
}

// drain reads on until the client has heard that the connection ends.
func (s *Stream) drain(c *client) {
	for {
		if _, _, err := c.conn.NextReader(); err != nil {
			return
		}
	}
}

// tell hands a command to Run; false if Run has ended.
func (s *Stream) tell(cmd command) bool {
	select {
	case s.commands <- cmd:
		return true
	case <-s.stopped:
		return false
	}
}

// readFrame reads one request.
func readFrame(conn *websocket.Conn) (*wire.ClientFrame, error) {
	kind, r, err := conn.NextReader()
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if kind != websocket.BinaryMessage {
		return nil, fmt.Errorf("%w: text", errMalformed)
	}
	// The limit of the connection counts bytes before they are inflated.
	raw, err := io.ReadAll(io.LimitReader(r, maxRequest+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return decodeFrame(raw)
}

func decodeFrame(raw []byte) (*wire.ClientFrame, error) {
	if len(raw) > maxRequest {
		return nil, fmt.Errorf("%w: larger than %d bytes", errMalformed, maxRequest)
	}
	var f wire.ClientFrame
	if err := proto.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if f.GetOpen() == nil && f.GetClose() == nil {
		return nil, fmt.Errorf("%w: neither open nor close", errMalformed)
	}
	return &f, nil
}

// write writes what is queued and pings, until the queue ends or the
// connection breaks; then the reader ends soon, if it has not already.
func (s *Stream) write(c *client) {
	ping := time.NewTicker(s.cfg.PingEvery)
	defer ping.Stop()
	for {
		select {
		case <-c.queue.ready:
		case <-ping.C:
			if err := c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(s.cfg.WriteTimeout)); err != nil {
				s.abort(c)
				return
			}
			continue
		}
		if !s.flush(c) {
			return
		}
	}
}

// flush writes what is queued; false if that was the last of it.
func (s *Stream) flush(c *client) bool {
	for {
		if ended, code, reason := c.queue.ending(); ended {
			s.sayGoodbye(c, code, reason)
			return false
		}
		f, ok := c.queue.take()
		if !ok {
			return true
		}
		c.conn.EnableWriteCompression(f.size >= deflateFrom)
		err := c.conn.SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout))
		if err == nil {
			err = c.conn.WritePreparedMessage(f.message)
		}
		if err != nil {
			s.abort(c)
			return false
		}
	}
}

// sayGoodbye sends the close frame and gives the client a moment to answer it.
func (s *Stream) sayGoodbye(c *client, code int, reason string) {
	if code == 0 {
		return
	}
	message := websocket.FormatCloseMessage(code, reason)
	if err := c.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeGrace)); err != nil {
		s.abort(c)
		return
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(closeGrace)); err != nil {
		s.abort(c)
	}
}

// abort makes the reader of a broken connection end.
func (s *Stream) abort(c *client) {
	if err := c.conn.Close(); err != nil {
		s.logger.Debug("broken connection closed", slog.Any("error", err))
	}
}

// hangUp ends a connection from Run's side. A write that is under way gets only
// a moment more.
func (c *client) hangUp(code int, reason string) {
	c.queue.end(code, reason)
	// The connection may be closed already; then there is no deadline to set.
	_ = c.conn.NetConn().SetWriteDeadline(time.Now().Add(closeGrace))
}
