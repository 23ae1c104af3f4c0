package snmp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/gosnmp/gosnmp"
)

// maxDatagram is the longest answer there can be over UDP.
const maxDatagram = 65535

// client is a session over UDP. gosnmp encodes and decodes; sending, waiting
// and trying again are done here, because a poller of thousands of devices
// needs them to end at once with their context, to share buffers, and to tell
// silence from nonsense.
type client struct {
	conn    net.Conn
	codec   *gosnmp.GoSNMP
	target  string // for errors: name and address
	timeout time.Duration
	retries int
	reps    *repetitions
	limits  walkLimits
	buffer  []byte // maxDatagram long, lent
	id      uint32
	metrics *Metrics
}

// dial opens a socket for the device. Nothing is sent. The buffer, maxDatagram
// long, belongs to the client until it is closed.
func dial(ctx context.Context, cfg Config, reps *repetitions, buffer []byte, metrics *Metrics) (*client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "udp", cfg.Address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("reach %s: %w", cfg.target(), plainError(err))
	}
	return &client{
		conn:    conn,
		codec:   &gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: cfg.Community.Reveal()},
		target:  cfg.target(),
		timeout: cfg.Timeout,
		retries: max(0, cfg.Retries),
		reps:    reps,
		limits:  walkLimits{rows: cfg.MaxRows, bytes: maxWalkBytes},
		buffer:  buffer,
		id:      rand.Uint32() >> 1,
		metrics: metrics,
	}, nil
}

// Close implements session.
func (c *client) Close() error { return c.conn.Close() }

// peer is the device's address.
func (c *client) peer() string {
	host, _, err := net.SplitHostPort(c.conn.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return host
}

// Get implements session.
func (c *client) Get(ctx context.Context, objects ...object) ([]value, error) {
	values := make(map[string]value, len(objects))
	if err := c.get(ctx, objects, values); err != nil {
		return nil, fmt.Errorf("get %s of %s: %w", objects[0].name, c.target, err)
	}
	out := make([]value, len(objects))
	for i, o := range objects {
		out[i] = values[o.oid]
	}
	return out, nil
}

// get fills in what objects hold. It asks again for parts where the agent
// cannot answer the whole, and without an object that an agent of the old
// school complains about.
func (c *client) get(ctx context.Context, objects []object, out map[string]value) error {
	for len(objects) > 0 {
		oids := make([]string, len(objects))
		for i, o := range objects {
			oids[i] = o.oid
		}
		reply, err := c.exchange(ctx, func(int) request { return request{pdu: gosnmp.GetRequest, oids: oids} })
		if err != nil {
			return err
		}
		index := int(reply.ErrorIndex)
		switch status := int(reply.Error); {
		case status == 0:
			for _, b := range bindings(reply) {
				out[b.oid] = b.value
			}
			return nil
		case status == statusTooBig && len(objects) > 1:
			half := len(objects) / 2
			if err := c.get(ctx, objects[:half], out); err != nil {
				return err
			}
			objects = objects[half:]
		case status == statusNoSuchName && index >= 1 && index <= len(objects):
			objects = append(objects[:index-1:index-1], objects[index:]...)
		default:
			return statusOf(reply)
		}
	}
	return nil
}

// Walk implements session.
func (c *client) Walk(ctx context.Context, root object) ([]binding, error) {
	rows, err := walk(ctx, root.oid, c.limits, c.bulk)
	c.metrics.values(len(rows))
	if err != nil {
		return rows, fmt.Errorf("walk %s of %s: %w", root.name, c.target, err)
	}
	return rows, nil
}

// bulk asks what follows an identifier, for as many rows as the agent copes
// with. The last try asks for one row only: some agents fall silent when asked
// for many.
func (c *client) bulk(ctx context.Context, after string) ([]binding, error) {
	for {
		wanted, asked := c.reps.now, c.reps.now
		reply, err := c.exchange(ctx, func(attempt int) request {
			if attempt > 0 && attempt == c.retries {
				asked = 1
			}
			return request{pdu: gosnmp.GetBulkRequest, oids: []string{after}, repetitions: asked}
		})
		if err != nil {
			c.reps.fail(wanted, false)
			return nil, err
		}
		if reply.Error == gosnmp.NoError && len(reply.Variables) > 0 {
			if asked < wanted {
				c.reps.fail(wanted, false)
			} else {
				c.reps.succeed()
			}
			return bindings(reply), nil
		}
		if asked > 1 {
			c.reps.fail(asked, true)
			continue
		}
		switch int(reply.Error) {
		case 0:
			return nil, fmt.Errorf("%w: an empty one after %s", ErrNotUnderstood, after)
		case statusNoSuchName: // How agents of the old school say that there is no more.
			return []binding{{value: value{kind: kindEnd}}}, nil
		}
		return nil, statusOf(reply)
	}
}

// request is one PDU to send.
type request struct {
	pdu         gosnmp.PDUType
	oids        []string
	repetitions int
}

// exchange sends what ask returns for each attempt until an answer comes. All
// attempts carry one request ID, so that a late answer to the first counts.
func (c *client) exchange(ctx context.Context, ask func(attempt int) request) (*gosnmp.SnmpPacket, error) {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	c.id = (c.id + 1) & 0x7fffffff
	timeout := c.timeout
	var heard error // why the answers that came were of no use
	err := error(ErrNoAnswer)
	for attempt := range c.retries + 1 {
		var reply *gosnmp.SnmpPacket
		reply, err = c.attempt(ctx, ask(attempt), timeout, &heard)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err == nil {
			c.metrics.request(requestAnswered)
			return reply, nil
		}
		c.metrics.request(resultOf(err))
		timeout += timeout / 2
	}
	if heard != nil && errors.Is(err, ErrNoAnswer) {
		return nil, heard
	}
	return nil, err
}

// attempt sends one request and waits for its answer. What it hears that is no
// answer goes into heard.
func (c *client) attempt(
	ctx context.Context, r request, timeout time.Duration, heard *error,
) (*gosnmp.SnmpPacket, error) {
	message, err := c.encode(r)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(timeout)
	if err := c.conn.SetReadDeadline(deadline); err != nil {
		return nil, plainError(err)
	}
	if ctx.Err() != nil { // The deadline may have replaced the one set by its end.
		return nil, context.Cause(ctx)
	}
	if _, err := c.conn.Write(message); err != nil {
		return nil, c.refused(ctx, err, deadline)
	}
	for {
		n, err := c.conn.Read(c.buffer)
		var timedOut net.Error
		switch {
		case errors.As(err, &timedOut) && timedOut.Timeout():
			return nil, ErrNoAnswer
		case err != nil:
			return nil, c.refused(ctx, err, deadline)
		}
		reply, err := c.decode(c.buffer[:n])
		if err == nil {
			return reply, nil
		}
		c.metrics.request(requestGarbage)
		*heard = err
	}
}

// refused waits for the rest of the attempt after an error of the network, at
// most for a quarter of a second: the agent may be starting.
func (c *client) refused(ctx context.Context, err error, deadline time.Time) error {
	timer := time.NewTimer(min(time.Until(deadline), 250*time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return plainError(err)
}

func (c *client) encode(r request) ([]byte, error) {
	variables := make([]gosnmp.SnmpPDU, len(r.oids))
	for i, oid := range r.oids {
		variables[i] = gosnmp.SnmpPDU{Name: oid, Type: gosnmp.Null}
	}
	packet := gosnmp.SnmpPacket{
		Version: c.codec.Version, Community: c.codec.Community,
		PDUType: r.pdu, RequestID: c.id, MaxRepetitions: uint32(max(0, r.repetitions)), Variables: variables,
	}
	message, err := packet.MarshalMsg()
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return message, nil
}

// decode reads a datagram as the answer to the current request.
func (c *client) decode(datagram []byte) (*gosnmp.SnmpPacket, error) {
	reply, err := decodePacket(c.codec, datagram)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	case reply.PDUType != gosnmp.GetResponse:
		return nil, fmt.Errorf("%w: a message of another type", ErrNotUnderstood)
	case reply.RequestID != c.id:
		return nil, fmt.Errorf("%w: wrong request id", ErrNotUnderstood)
	}
	return reply, nil
}

// errUndecodable stands for all that gosnmp says of bytes that are no SNMP:
// its own texts quote those bytes and so are never the same.
var errUndecodable = errors.New("not SNMP")

// decodePacket reads a message. Whatever the bytes, it does not panic. The
// message shares no memory with the datagram.
func decodePacket(codec *gosnmp.GoSNMP, datagram []byte) (packet *gosnmp.SnmpPacket, err error) {
	defer func() {
		if r := recover(); r != nil {
			packet, err = nil, errUndecodable
		}
	}()
	packet, err = codec.SnmpDecodePacket(bytes.Clone(datagram))
	if err != nil || packet.Version != codec.Version {
		return nil, errUndecodable
	}
	return packet, nil
}

// bindings are the variables of a message in our own terms.
func bindings(packet *gosnmp.SnmpPacket) []binding {
	out := make([]binding, len(packet.Variables))
	for i, v := range packet.Variables {
		out[i] = binding{oid: strings.TrimPrefix(v.Name, "."), value: valueOf(v)}
	}
	return out
}

// valueOf translates a value. What is not of its type's form is kindOther.
func valueOf(v gosnmp.SnmpPDU) value {
	switch v.Type { //nolint:exhaustive // All others are of no use here.
	case gosnmp.NoSuchObject, gosnmp.NoSuchInstance:
		return value{kind: kindAbsent}
	case gosnmp.EndOfMibView:
		return value{kind: kindEnd}
	}
	switch x := v.Value.(type) {
	case []byte:
		return value{kind: kindOctets, octets: x}
	case int:
		return value{kind: kindNumber, number: int64(x)}
	case uint:
		return value{kind: kindNumber, number: int64(min(uint64(x), 1<<63-1))}
	case uint32:
		return value{kind: kindNumber, number: int64(x)}
	case uint64:
		return value{kind: kindNumber, number: int64(min(x, 1<<63-1))}
	case string:
		if v.Type == gosnmp.IPAddress {
			return value{kind: kindAddress, text: x}
		}
		return value{kind: kindOID, text: strings.TrimPrefix(x, ".")}
	}
	return value{kind: kindOther}
}

func statusOf(packet *gosnmp.SnmpPacket) error {
	return &StatusError{Status: int(packet.Error), Name: packet.Error.String()}
}
