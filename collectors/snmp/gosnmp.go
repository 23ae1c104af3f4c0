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
	"golang.org/x/time/rate"
)

// maxDatagram is the longest answer there can be over UDP.
const maxDatagram = 65535

// client is a session over UDP. gosnmp encodes and decodes; sending, waiting
// and trying again are done here, because a poller of thousands of devices
// needs them to end at once with their context, to share buffers, and to tell
// silence from nonsense.
type client struct {
	conn    net.Conn
	access  *access
	entry   *entry  // the credentials in use
	dialect dialect // how they speak
	heard   bool    // the device has answered to them
	target  string  // for errors: name and address
	timeout time.Duration
	retries int
	reps    *repetitions
	pace    *rate.Limiter // the device's, whichever context it is asked for
	limits  walkLimits
	buffer  []byte // maxDatagram long, lent
	id      uint32
	metrics *Metrics
}

// dialect turns requests into messages of one version of SNMP and back.
type dialect interface {
	encode(id uint32, r request) ([]byte, error)
	// decode reads a message. An answer's request ID is for the caller to look
	// at.
	decode(id uint32, datagram []byte) (*gosnmp.SnmpPacket, error)
	// learn takes a report of the device's engine, and says whether the request
	// is now worth to be sent again.
	learn(r *engineReport) bool
	// bulk says whether the version has GetBulk.
	bulk() bool
}

// dial opens a socket for the device. Nothing is sent. The buffer, maxDatagram
// long, belongs to the client until it is closed. The client begins with the
// credentials that worked last, else with the first.
func dial(
	ctx context.Context, cfg Config, a *access, m *manners, buffer []byte, metrics *Metrics,
) (*client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "udp", cfg.Address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("reach %s: %w", cfg.target(), plainError(err))
	}
	c := &client{
		conn:    conn,
		target:  cfg.target(),
		timeout: cfg.Timeout,
		retries: max(0, cfg.Retries),
		reps:    m.reps,
		pace:    m.pace,
		limits:  walkLimits{rows: cfg.MaxRows, bytes: maxWalkBytes},
		buffer:  buffer,
		id:      rand.Uint32() >> 1,
		metrics: metrics,
	}
	c.use(a, a.order()[0])
	return c, nil
}

// use goes on with other credentials.
func (c *client) use(a *access, e *entry) {
	c.access, c.entry, c.dialect, c.heard = a, e, e.dialect(), false
}

// Within implements session. What becomes of a context says nothing of the
// credentials, so it is not remembered of them.
func (c *client) Within(at inContext) session {
	if c.entry.usm == nil && at.before+at.behind == "" {
		return nil
	}
	within := *c
	e := *c.entry
	if e.usm != nil {
		e.usm = e.usm.within(at.name)
	} else {
		e.cred.Community = NewSecret(at.before + e.cred.Community.Reveal() + at.behind)
	}
	within.retries = min(c.retries, 1)
	within.id = rand.Uint32() >> 1 // A late answer to one is none to the other.
	within.use(&access{sets: []*entry{&e}, lockOut: c.access.lockOut}, &e)
	within.heard = c.heard
	return &within
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

// Next implements session. An agent of the old school that has nothing after one
// of the objects says so for all; those are asked for one by one.
func (c *client) Next(ctx context.Context, objects ...object) ([]binding, error) {
	oids := make([]string, len(objects))
	for i, o := range objects {
		oids[i] = o.oid
	}
	reply, err := c.exchange(ctx, func(int) request { return request{pdu: gosnmp.GetNextRequest, oids: oids} })
	if err != nil {
		return nil, fmt.Errorf("get what follows %s of %s: %w", objects[0].name, c.target, err)
	}
	got := bindings(reply)
	switch {
	case reply.Error == gosnmp.NoError && len(got) == len(objects):
		return got, nil
	case len(objects) > 1:
		half := len(objects) / 2
		first, err := c.Next(ctx, objects[:half]...)
		if err != nil {
			return nil, err
		}
		second, err := c.Next(ctx, objects[half:]...)
		return append(first, second...), err
	case int(reply.Error) == statusNoSuchName:
		return []binding{{value: value{kind: kindEnd}}}, nil
	}
	return nil, fmt.Errorf("get what follows %s of %s: %w", objects[0].name, c.target, statusOf(reply))
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
	if !c.dialect.bulk() {
		return c.next(ctx, after)
	}
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

// next asks for the one row that follows an identifier.
func (c *client) next(ctx context.Context, after string) ([]binding, error) {
	reply, err := c.exchange(ctx, func(int) request { return request{pdu: gosnmp.GetNextRequest, oids: []string{after}} })
	switch {
	case err != nil:
		return nil, err
	case int(reply.Error) == statusNoSuchName:
		return []binding{{value: value{kind: kindEnd}}}, nil
	case reply.Error != gosnmp.NoError:
		return nil, statusOf(reply)
	case len(reply.Variables) == 0:
		return nil, fmt.Errorf("%w: an empty one after %s", ErrNotUnderstood, after)
	}
	return bindings(reply), nil
}

// request is one PDU to send.
type request struct {
	pdu         gosnmp.PDUType
	oids        []string
	repetitions int
	discovery   bool // not a request at all, but who is there
}

// variables are what is asked for, as gosnmp takes it.
func (r request) variables() []gosnmp.SnmpPDU {
	out := make([]gosnmp.SnmpPDU, len(r.oids))
	for i, oid := range r.oids {
		out[i] = gosnmp.SnmpPDU{Name: oid, Type: gosnmp.Null}
	}
	return out
}

// exchange sends what ask returns for each attempt until an answer comes. All
// attempts carry one request ID, so that a late answer to the first counts;
// only what an engine's report makes be said anew gets another one.
func (c *client) exchange(ctx context.Context, ask func(attempt int) request) (*gosnmp.SnmpPacket, error) {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	c.id = (c.id + 1) & 0x7fffffff
	reply, err := c.ask(ctx, ask)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if errors.Is(err, ErrNoAnswer) {
		err = c.explainSilence(ctx, err)
	}
	if err != nil {
		err = &AccessError{Set: c.entry.cred.Name, Err: err}
		if rejected(err) {
			c.access.reject(c.entry, err)
		}
		return nil, err
	}
	c.heard = true
	c.access.accept(c.entry)
	return reply, nil
}

func (c *client) ask(ctx context.Context, ask func(attempt int) request) (*gosnmp.SnmpPacket, error) {
	timeout := c.timeout
	var heard error // why the answers that came were of no use
	err := ErrNoAnswer
	learned := map[reportKind]bool{}
	for attempt := 0; attempt <= c.retries && ctx.Err() == nil; {
		if waiting := c.pace.Wait(ctx); waiting != nil {
			return nil, fmt.Errorf("%w: %d requests in a second are too few (%w)", ErrTooSlow, int(c.pace.Limit()), waiting)
		}
		var reply *gosnmp.SnmpPacket
		reply, err = c.attempt(ctx, ask(attempt), timeout, &heard)
		if err == nil {
			c.metrics.request(requestAnswered)
			return reply, nil
		}
		c.metrics.request(resultOf(err))
		if said := (*engineReport)(nil); errors.As(err, &said) {
			if learned[said.kind] || !c.dialect.learn(said) {
				return nil, said
			}
			learned[said.kind] = true
			c.id = (c.id + 1) & 0x7fffffff
			continue
		}
		timeout += timeout / 2
		attempt++
	}
	if heard != nil && errors.Is(err, ErrNoAnswer) {
		return nil, heard
	}
	return nil, err
}

// explainSilence finds out whether a device that has not answered yet is there
// after all, and silent only to what is encrypted.
func (c *client) explainSilence(ctx context.Context, silence error) error {
	u := c.entry.usm
	switch {
	case u == nil:
		return silence
	case c.heard || u.cred.Priv == NoPriv && u.cred.Context == "" || !u.knows():
		return silentEngine{}
	}
	c.id = (c.id + 1) & 0x7fffffff
	var heard error
	_, err := c.attempt(ctx, request{discovery: true}, c.timeout, &heard)
	if said := (*engineReport)(nil); errors.As(err, &said) {
		return ErrPrivacy
	}
	return silentEngine{}
}

// attempt sends one request and waits for its answer. What it hears that is no
// answer goes into heard.
func (c *client) attempt(
	ctx context.Context, r request, timeout time.Duration, heard *error,
) (*gosnmp.SnmpPacket, error) {
	message, err := c.dialect.encode(c.id, r)
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
		if said := (*engineReport)(nil); err == nil || errors.As(err, &said) {
			return reply, err
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

// decode reads a datagram as the answer to the current request.
func (c *client) decode(datagram []byte) (*gosnmp.SnmpPacket, error) {
	reply, err := c.dialect.decode(c.id, datagram)
	switch {
	case err != nil:
		return nil, err
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
