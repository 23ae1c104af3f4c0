package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"

	"github.com/netseam/netseam/api/wire"
	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/stream"
	"github.com/netseam/netseam/server/stream/streamtest"
	"github.com/netseam/netseam/server/web"
)

// The stream works behind everything that stands before it, and is guarded as
// the rest is.
func TestTheStreamThroughTheWholeServer(t *testing.T) {
	live := stream.New(stream.Config{CheckOrigin: web.CheckOrigin(nil)}, streamtest.NewHub(), streamtest.Layout,
		slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- live.Run(ctx) }()
	s := withToken(t, func(_ *web.Config, _ *auth.Config, deps *web.Deps) { deps.Stream = live })
	address, stop := start(t, s)
	url := "ws://" + address + "/api/v1/stream"

	for _, c := range []struct {
		header http.Header
		want   int
	}{
		{http.Header{}, http.StatusUnauthorized},
		{http.Header{"Authorization": {"Bearer wrong"}}, http.StatusUnauthorized},
		{http.Header{"Authorization": {"Bearer " + s.token}, "Origin": {"https://evil.example"}}, http.StatusForbidden},
	} {
		_, resp, err := websocket.DefaultDialer.Dial(url, c.header)
		if err == nil || resp == nil || resp.StatusCode != c.want {
			t.Errorf("%v: got %v, %v; want %d", c.header, resp, err, c.want)
		}
	}

	login := s.do(http.MethodPost, "/api/v1/session", `{"token":"`+s.token+`"}`, "Content-Type", "application/json")
	cookie := login.Cookies()[0]
	dialer := websocket.Dialer{EnableCompression: true}
	conn, resp, err := dialer.Dial(url, http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}, "Origin": {"http://" + address}})
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Sec-Websocket-Extensions"); !strings.Contains(got, "permessage-deflate") {
		t.Errorf("got extensions %q", got)
	}
	_, raw, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	var f wire.ServerFrame
	if err := proto.Unmarshal(raw, &f); err != nil || f.GetHello() == nil {
		t.Fatalf("got %v, %v; want hello", &f, err)
	}
	if got := s.do(http.MethodGet, "/metrics", "", "Authorization", "Bearer "+s.token); got.StatusCode != http.StatusOK {
		t.Errorf("metrics while a socket is open: got %d", got.StatusCode)
	}

	cancel()
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	if !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("the end: got %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
