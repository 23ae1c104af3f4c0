package snmpagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/gosnmp/gosnmp"
)

const (
	// maxMessage is the most that fits into one UDP datagram over IPv4.
	maxMessage = 65507
	// minMessage is the shortest that any agent must take.
	minMessage = 484
	// requestBuffer is the longest request an agent takes, small because every
	// agent holds such a buffer while it waits.
	requestBuffer = 8 << 10
	// maxCommunity is the longest community string gosnmp can encode.
	maxCommunity = 127
)

// Config describes an agent.
type Config struct {
	// Address is where to listen, 127.0.0.1:0 if empty.
	Address string
	// Views holds what each community is answered: community -> view. Any
	// other community gets no answer.
	Views map[string]View
	// Users are those that may ask by SNMPv3. Without any, the agent does not
	// speak it.
	Users []User
	// EngineID is the agent's name in SNMPv3, one of its own if empty.
	EngineID string
	// MaxMessageSize bounds a response in bytes, 65507 if 0. A bulk response
	// is cut there, any other becomes tooBig.
	MaxMessageSize int
	// Faults are those the agent begins with.
	Faults Faults
	// Seed decides what is lost, garbled and corrupted.
	Seed uint64
	// Logger is told about messages that cannot be understood.
	Logger *slog.Logger
}

// Agent answers requests on one socket.
type Agent struct {
	cfg     Config
	conn    *net.UDPConn
	views   map[string]*atomic.Pointer[View]
	engine  *engine // nil if it does not speak SNMPv3
	faults  atomic.Pointer[armed]
	restart atomic.Pointer[time.Time] // When the agent restarted, nil if never.
	stats   counters
}

// armed are faults together with the requests seen since they were set.
type armed struct {
	Faults
	seen atomic.Int64
}

// Listen opens the agent's socket. Nothing is answered until Run; requests
// that arrive before wait in the socket.
func Listen(ctx context.Context, cfg Config) (*Agent, error) {
	if cfg.Address == "" {
		cfg.Address = "127.0.0.1:0"
	}
	if cfg.MaxMessageSize == 0 {
		cfg.MaxMessageSize = maxMessage
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxMessageSize < minMessage || cfg.MaxMessageSize > maxMessage {
		return nil, fmt.Errorf("message size %d is not between %d and %d", cfg.MaxMessageSize, minMessage, maxMessage)
	}
	for community := range cfg.Views {
		if len(community) > maxCommunity {
			return nil, fmt.Errorf("community is %d bytes long, at most %d are possible", len(community), maxCommunity)
		}
	}
	var eng *engine
	if len(cfg.Users) > 0 {
		made, err := newEngine(cfg)
		if err != nil {
			return nil, err
		}
		eng = made
	}
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(ctx, "udp", cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("listen for snmp: %w", err)
	}
	a := &Agent{cfg: cfg, conn: conn.(*net.UDPConn), views: publish(cfg.Views), engine: eng}
	a.SetFaults(cfg.Faults)
	return a, nil
}

// publish makes the views replaceable one by one.
func publish(views map[string]View) map[string]*atomic.Pointer[View] {
	out := make(map[string]*atomic.Pointer[View], len(views))
	for community, view := range views {
		out[community] = new(atomic.Pointer[View])
		out[community].Store(&view)
	}
	return out
}

// Addr is where the agent listens.
func (a *Agent) Addr() netip.AddrPort {
	return a.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// Close closes the socket, which ends Run. It is for agents that never ran and
// may be called twice.
func (a *Agent) Close() error {
	if err := a.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close snmp socket: %w", err)
	}
	return nil
}

// SetView replaces what a community is answered, at once: a request sees the
// old view or the new one. The community must be one of those configured.
func (a *Agent) SetView(community string, view View) error {
	p, ok := a.views[community]
	if !ok {
		return errors.New("community is not one of the agent's")
	}
	p.Store(&view)
	return nil
}

// SetFaults replaces the agent's faults and begins to count its requests anew.
func (a *Agent) SetFaults(f Faults) {
	a.faults.Store(&armed{Faults: f})
}

// Faults are the faults the agent has.
func (a *Agent) Faults() Faults { return a.faults.Load().Faults }

// Restart makes the agent say from now on that it has just started.
func (a *Agent) Restart() {
	now := time.Now()
	a.restart.Store(&now)
	if a.engine != nil {
		a.engine.boot()
	}
}

// Run answers requests until ctx ends or the socket is closed. It closes the
// socket.
func (a *Agent) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = a.conn.Close() })
	defer stop()
	defer a.conn.Close() //nolint:errcheck // It may be closed already, on purpose.
	s := server{
		Agent:   a,
		random:  rand.New(rand.NewPCG(a.cfg.Seed, 0x5eed)),
		decoder: &gosnmp.GoSNMP{Version: gosnmp.Version2c},
	}
	buf := make([]byte, requestBuffer)
	for {
		n, from, err := a.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			return fmt.Errorf("read snmp request: %w", err)
		}
		if err := s.serve(ctx, buf[:n], from); err != nil {
			return err
		}
	}
}
