package snmpagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"github.com/gosnmp/gosnmp"
)

// errUnsupported says that a message is of a version the agent does not speak.
var errUnsupported = errors.New("version is not supported")

// server is the part of an agent that only Run's goroutine uses.
type server struct {
	*Agent
	random  *rand.Rand
	decoder *gosnmp.GoSNMP
}

// serve takes one datagram and sends what is to be sent for it.
func (s *server) serve(ctx context.Context, datagram []byte, from netip.AddrPort) error {
	f := s.faults.Load()
	s.stats.requests.Add(1)
	if f.RestartAfter > 0 && f.seen.Add(1) == int64(f.RestartAfter) {
		s.Restart()
	}
	if f.Silent || s.lost(f) {
		s.stats.dropped.Add(1)
		return nil
	}
	out, err := s.answer(datagram, &f.Faults)
	switch {
	case errors.Is(err, errNoAnswer):
		s.stats.dropped.Add(1)
		return nil
	case err != nil:
		s.stats.malformed.Add(1)
		s.cfg.Logger.DebugContext(ctx, "snmp request not understood", slog.String("from", from.String()), slog.Any("error", err))
		return nil
	}
	if !wait(ctx, f.Delay) {
		return nil
	}
	out = s.spoil(out, &f.Faults)
	for range 1 + f.Duplicates {
		if s.lost(f) {
			s.stats.dropped.Add(1)
			continue
		}
		switch _, err := s.conn.WriteToUDPAddrPort(out, from); {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			// The asker may be gone; that is no fault of the agent.
			s.stats.dropped.Add(1)
			s.cfg.Logger.DebugContext(ctx, "snmp response not sent", slog.String("to", from.String()), slog.Any("error", err))
		default:
			s.stats.responses.Add(1)
		}
	}
	return nil
}

// answer decodes a request and encodes its response.
func (s *server) answer(datagram []byte, f *Faults) ([]byte, error) {
	if version, err := peekVersion(datagram); err == nil && version == gosnmp.Version3 && s.engine != nil {
		return s.answerV3(datagram, f)
	}
	request, err := decode(s.decoder, datagram)
	if err != nil {
		return nil, err
	}
	view, ok := s.views[request.Community]
	if !ok || (f.V1Only && request.Version != gosnmp.Version1) {
		return nil, errNoAnswer
	}
	response, err := respond(request, s.behind(*view.Load(), f), f, s.cfg.MaxMessageSize)
	if err != nil {
		return nil, err
	}
	if f.WrongRequestID {
		response.RequestID ^= 0x2a
	}
	s.stats.bindings.Add(uint64(len(response.Variables)))
	out, err := response.MarshalMsg()
	if err != nil {
		return nil, fmt.Errorf("encode response: %w", err)
	}
	return out, nil
}

// behind is the view as the agent's faults let it be seen.
func (s *server) behind(view View, f *Faults) View {
	if at := s.restart.Load(); at != nil {
		view = rebooted{view, uint32(time.Since(*at) / (10 * time.Millisecond))}
	}
	if len(f.Missing) > 0 {
		view = without{view, f.Missing}
	}
	if len(f.Jumps) > 0 {
		view = jumping{view, f.Jumps}
	}
	return view
}

// spoil garbles an encoded response as the faults say.
func (s *server) spoil(out []byte, f *Faults) []byte {
	if f.Garbage {
		for i := range out {
			out[i] = byte(s.random.Uint32())
		}
	}
	if f.Corrupt {
		out[s.random.IntN(len(out))] = byte(s.random.Uint32())
	}
	return out
}

// lost draws whether a datagram is lost.
func (s *server) lost(f *armed) bool {
	return f.Loss > 0 && s.random.Float64() < f.Loss
}

// decode reads a v1 or v2c message; any other is errUnsupported.
func decode(decoder *gosnmp.GoSNMP, datagram []byte) (*gosnmp.SnmpPacket, error) {
	version, err := peekVersion(datagram)
	if err != nil {
		return nil, err
	}
	if version != gosnmp.Version1 && version != gosnmp.Version2c {
		return nil, fmt.Errorf("%w: %d", errUnsupported, version)
	}
	packet, err := decoder.SnmpDecodePacket(datagram)
	if err != nil {
		return nil, fmt.Errorf("decode request: %w", err)
	}
	return packet, nil
}

// peekVersion reads the version of a message, so that the right decoder can be
// taken for the rest.
func peekVersion(datagram []byte) (gosnmp.SnmpVersion, error) {
	const sequence, integer = 0x30, 0x02
	if len(datagram) < 2 || datagram[0] != sequence {
		return 0, errors.New("message does not begin with a sequence")
	}
	at := 2
	if datagram[1]&0x80 != 0 {
		at += int(datagram[1] & 0x7f)
	}
	if len(datagram) < at+3 || datagram[at] != integer || datagram[at+1] != 1 {
		return 0, errors.New("message has no version")
	}
	return gosnmp.SnmpVersion(datagram[at+2]), nil
}

// wait lets d go by and says whether ctx is still alive.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
