package snmp

import (
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gosnmp/gosnmp"
)

const (
	// window is by how much an engine's clock may be behind what is known of
	// it, in seconds (RFC 3414 §2.2.3).
	window = 150
	// The lengths that an engine's ID may have (RFC 3411 §5).
	minEngineID, maxEngineID = 5, 32
	maxSize                  = 65507 // the longest message over UDP
)

// usm speaks SNMPv3 as one user to one device (RFC 3414). gosnmp encodes,
// encrypts and decodes; whether a message is authentic and in time is judged
// here, before anything of it is decrypted, because gosnmp's decoder does not.
type usm struct {
	cred   Credentials
	keys   *keyring
	engine *engine // nil until the device has said who it is
	salt   uint64
	own    *usm // the user toward netseam's own engine, nil until it is needed
}

// engine is the device's SNMP engine: its identity, its clock, and the user's
// keys for it.
type engine struct {
	id               string
	authKey, privKey []byte
	boots, time      uint32
	at               time.Time // when the clock stood so
	sure             bool      // an authentic message said so
}

func newUSM(cred Credentials, keys *keyring) *usm {
	return &usm{cred: cred, keys: keys, salt: rand.Uint64()}
}

// within is the same user in another context. A salt is never used twice.
func (u *usm) within(name string) *usm {
	out := *u
	out.cred.Context, out.salt = name, rand.Uint64()
	return &out
}

// now is what the engine's clock shows.
func (e *engine) now() uint32 { return e.time + uint32(time.Since(e.at)/time.Second) }

func (e *engine) set(boots, clock uint32, sure bool) {
	e.boots, e.time, e.at, e.sure = boots, clock, time.Now(), sure
}

// bulk implements dialect.
func (u *usm) bulk() bool { return true }

// knows says whether the device has said who it is.
func (u *usm) knows() bool { return u.engine != nil }

// encode implements dialect. As long as the engine is not known, every request
// is the one by which it is found out (RFC 3414 §4).
func (u *usm) encode(id uint32, r request) ([]byte, error) {
	e := u.engine
	if e == nil || r.discovery {
		return marshal(gosnmp.SnmpPacket{
			Version: gosnmp.Version3, MsgID: id, RequestID: id, MsgMaxSize: maxSize, PDUType: gosnmp.GetRequest,
			MsgFlags: gosnmp.Reportable, SecurityModel: gosnmp.UserSecurityModel,
			SecurityParameters: &gosnmp.UsmSecurityParameters{},
		})
	}
	return u.seal(gosnmp.SnmpPacket{
		MsgID: id, RequestID: id, PDUType: r.pdu, MsgFlags: u.cred.level() | gosnmp.Reportable,
		ContextEngineID: e.id, ContextName: u.cred.Context,
		MaxRepetitions: uint32(max(0, r.repetitions)), Variables: r.variables(),
	})
}

// seal encodes a message to or from the engine, at the security level of its
// flags.
func (u *usm) seal(p gosnmp.SnmpPacket) ([]byte, error) {
	e, params := u.engine, u.params()
	params.AuthoritativeEngineBoots, params.AuthoritativeEngineTime = e.boots, e.now()
	if p.MsgFlags&gosnmp.AuthPriv != gosnmp.AuthPriv {
		params.PrivacyProtocol, params.PrivacyKey = gosnmp.NoPriv, nil
	} else {
		u.salt++
		salt := binary.BigEndian.AppendUint64(nil, u.salt)
		if u.cred.Priv == DES {
			binary.BigEndian.PutUint32(salt, e.boots) // RFC 3414 §8.1.1.1
		}
		params.PrivacyParameters = salt
	}
	p.Version, p.MsgMaxSize, p.SecurityModel, p.SecurityParameters = gosnmp.Version3, maxSize, gosnmp.UserSecurityModel, params
	return marshal(p)
}

// params are the user's keys as gosnmp takes them.
func (u *usm) params() *gosnmp.UsmSecurityParameters {
	return &gosnmp.UsmSecurityParameters{
		UserName: u.cred.User, AuthoritativeEngineID: u.engine.id,
		AuthenticationProtocol: u.cred.Auth.codec(), SecretKey: u.engine.authKey,
		PrivacyProtocol: u.cred.Priv.codec(), PrivacyKey: u.engine.privKey,
	}
}

// decode implements dialect. The error is an *engineReport where the device's engine
// answers in place of what was asked.
func (u *usm) decode(id uint32, datagram []byte) (*gosnmp.SnmpPacket, error) {
	h, err := readHeader(datagram)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	case h.model == uint32(gosnmp.UserSecurityModel) && h.msgID != id:
		return nil, fmt.Errorf("%w: wrong message id", ErrNotUnderstood)
	}
	packet, err := u.open(h, datagram)
	switch {
	case err != nil:
		return nil, err
	case packet.PDUType == gosnmp.Report:
		return nil, newReport(h, packet, isAuthentic(h))
	}
	return packet, u.hear(h, isAuthentic(h))
}

// isAuthentic says whether a message that was opened is signed.
func isAuthentic(h usmHeader) bool {
	return gosnmp.SnmpV3MsgFlags(h.flags)&gosnmp.AuthPriv != gosnmp.NoAuthNoPriv
}

// open reads a message with its header, if it is authentic where it says so, and
// of this user where it is no report. How old it may be is for others to say.
func (u *usm) open(h usmHeader, datagram []byte) (*gosnmp.SnmpPacket, error) {
	if h.model != uint32(gosnmp.UserSecurityModel) {
		return nil, fmt.Errorf("%w: security model %d", ErrNotUnderstood, h.model)
	}
	level := gosnmp.SnmpV3MsgFlags(h.flags) & gosnmp.AuthPriv
	codec := &gosnmp.GoSNMP{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.NoAuthNoPriv,
		SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "-"},
	}
	if isAuthentic(h) {
		if err := u.verify(h, datagram); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
		}
		codec.MsgFlags, codec.SecurityParameters = u.cred.level(), u.params()
	}
	packet, err := decodePacket(codec, datagram)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	case packet.PDUType == gosnmp.Report:
	case level != u.cred.level() || u.engine == nil || h.engineID != u.engine.id || h.user != u.cred.User:
		return nil, fmt.Errorf("%w: an answer to another user or at another security level", ErrNotUnderstood)
	}
	return packet, nil
}

// verify says why a message is not from the engine that it names.
func (u *usm) verify(h usmHeader, datagram []byte) error {
	e := u.engine
	if e == nil || len(e.authKey) == 0 || h.engineID != e.id || h.user != u.cred.User || h.macLen != u.cred.Auth.macSize() {
		return errNotAuthentic
	}
	got, rest := datagram[h.macAt:h.macAt+h.macLen], datagram[h.macAt+h.macLen:]
	want := u.cred.Auth.mac(e.authKey, datagram[:h.macAt], make([]byte, h.macLen), rest)
	if !hmac.Equal(got, want) {
		return errNotAuthentic
	}
	return nil
}

// hear takes over the clock of an answer, or refuses one that is too old to be
// one (RFC 3414 §3.2 step 7b).
func (u *usm) hear(h usmHeader, authentic bool) error {
	e := u.engine
	switch {
	case !authentic:
		return nil
	case e.sure && (h.boots < e.boots || h.boots == e.boots && int64(h.time)+window < int64(e.now())):
		return fmt.Errorf("%w: older than the time window", ErrNotUnderstood)
	case !e.sure || h.boots > e.boots || h.time > e.time:
		e.set(h.boots, h.time, true)
	}
	return nil
}

// learn implements dialect.
func (u *usm) learn(r *engineReport) bool {
	known := u.engine != nil
	switch {
	case !known || r.kind == unknownEngine && r.header.engineID != u.engine.id:
		if n := len(r.header.engineID); n < minEngineID || n > maxEngineID {
			return false
		}
		u.adopt(r.header)
		return true
	case r.kind == notInWindow && r.authentic:
		u.engine.set(r.header.boots, r.header.time, true)
		return true
	}
	return false
}

// adopt makes the user's keys for an engine.
func (u *usm) adopt(h usmHeader) {
	u.engine = u.keysFor(h.engineID)
	u.engine.set(h.boots, h.time, false)
}

// keysFor is an engine with the user's keys for it.
func (u *usm) keysFor(id string) *engine {
	e := &engine{id: id}
	if auth := u.cred.Auth; auth != NoAuth {
		e.authKey = auth.localise(u.keys.master(auth, u.cred.AuthPassword), e.id)
		if priv := u.cred.Priv; priv != NoPriv {
			e.privKey = priv.privacyKey(auth, auth.localise(u.keys.master(auth, u.cred.PrivPassword), e.id), e.id)
		}
	}
	return e
}

// notification reads a trap of the device, of which its engine is the authority
// as it is of its answers: keys and clock are those already known.
func (u *usm) notification(datagram []byte) (notification, error) {
	h, err := readHeader(datagram)
	if err != nil {
		return notification{}, err
	}
	packet, err := u.decode(h.msgID, datagram)
	if err != nil {
		return notification{}, err
	}
	return notificationOf(packet)
}
