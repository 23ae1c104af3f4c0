package stream_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
)

func TestWhatIsNotGranted(t *testing.T) {
	s := serve(t, stream.Config{MaxChannels: 1})
	name := s.site(t, "leaf1")
	b := s.connect(t, nil)
	b.open("overview")
	b.waitWhole("overview")
	b.open("nonsense", "site:v99", strings.Repeat("x", 3000), name)
	eventually(t, "four problems are told", func() bool {
		return see(b, func(s *streamtest.Store) bool { return len(s.Problems) == 4 })
	})
	for i, want := range []string{"want overview", "there is no site v99", "unknown channel", "more than 1 channels"} {
		if got := see(b, func(s *streamtest.Store) string { return s.Problems[i] }); !strings.Contains(got, want) || len(got) > 400 {
			t.Errorf("problem %d: got %q, want %q in it", i, got, want)
		}
	}
	b.send(&wire.ClientFrame{Body: &wire.ClientFrame_Close{Close: &wire.Close{Channel: "overview"}}})
	b.open(name)
	b.waitWhole(name)
}

func TestMalformedFramesEndTheConnectionAndNoOther(t *testing.T) {
	s := serve(t, stream.Config{Gap: time.Millisecond})
	name := s.site(t, "leaf1")
	good := s.connect(t, nil)
	good.open(name)
	good.waitName("leaf1")
	for _, c := range []struct {
		kind int
		raw  string
		want int
	}{
		{websocket.BinaryMessage, "\xff\xff", websocket.CloseProtocolError},
		{websocket.BinaryMessage, "", websocket.CloseProtocolError},
		{websocket.TextMessage, "hello", websocket.CloseProtocolError},
		{websocket.BinaryMessage, strings.Repeat("\x00", 5000), websocket.CloseProtocolError},
	} {
		b := s.connect(t, nil)
		b.sendRaw(c.kind, []byte(c.raw))
		if got := b.closed(); got != c.want {
			t.Errorf("%.10q: closed with %d, want %d", c.raw, got, c.want)
		}
	}
	plain, resp, err := websocket.DefaultDialer.Dial(s.url, nil) // without compression: the limit is the connection's
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close(); _ = resp.Body.Close() }()
	if err := plain.WriteMessage(websocket.BinaryMessage, make([]byte, 5000)); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, _, err = plain.ReadMessage()
	}
	if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Errorf("too large: closed by %v", err)
	}
	s.rename("leaf2")
	good.waitName("leaf2")
}

func TestTooManyClientsAreRefused(t *testing.T) {
	s := serve(t, stream.Config{MaxClients: 2})
	eventually(t, "the first probe has left", func() bool {
		b, resp, err := websocket.DefaultDialer.Dial(s.url, nil)
		if resp != nil {
			defer func() { _ = resp.Body.Close() }()
		}
		if err != nil {
			return false
		}
		defer func() { _ = b.Close() }()
		c, resp2, err := websocket.DefaultDialer.Dial(s.url, nil)
		if resp2 != nil {
			defer func() { _ = resp2.Body.Close() }()
		}
		if err != nil {
			return false
		}
		defer func() { _ = c.Close() }()
		_, refused, err := websocket.DefaultDialer.Dial(s.url, nil)
		if err == nil || refused.StatusCode != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") == "" {
			t.Errorf("the third is let in: %v", err)
		}
		_ = refused.Body.Close()
		return true
	})
}

func TestStoppingSaysGoodbye(t *testing.T) {
	s := serve(t, stream.Config{})
	name := s.site(t, "leaf1")
	var all []*browser
	for range 5 {
		b := s.connect(t, nil)
		b.open(name)
		b.waitWhole(name)
		all = append(all, b)
	}
	started := time.Now()
	s.stop()
	if took := time.Since(started); took > 4*time.Second {
		t.Errorf("stopping took %s", took)
	}
	for _, b := range all {
		if got := b.closed(); got != websocket.CloseGoingAway {
			t.Errorf("closed with %d, want 1001", got)
		}
	}
	if _, resp, err := websocket.DefaultDialer.Dial(s.url, nil); err == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stopped stream lets in: %v", err)
	} else {
		_ = resp.Body.Close()
	}
	if err := s.Run(t.Context()); err == nil {
		t.Error("a stream runs twice")
	}
}
