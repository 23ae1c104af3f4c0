package snmp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gosnmp/gosnmp"
)

// receiver is netseam's own SNMP engine. Of an inform the one that is told is
// the authority (RFC 3414 §1.5.1): senders ask it who it is and what its clock
// shows, and make their user's keys for it. Of traps they are it themselves.
type receiver struct {
	id      string
	boots   uint32
	began   time.Time
	unknown atomic.Uint32 // usmStatsUnknownEngineIDs
	late    atomic.Uint32 // usmStatsNotInTimeWindows
}

// newReceiver makes the engine of a place, as "host:port": always the same one,
// because there are senders that have to be configured with it. Nothing is kept
// of how often it started, which must only grow: it is the time of the start.
func newReceiver(place string, now time.Time) *receiver {
	const epoch = 1767225600 // 2026-01-01
	sum := sha256.Sum256([]byte("netseam " + place))
	boots := min(max(1, now.Unix()-epoch), 1<<31-2)
	// No enterprise's, in the form of RFC 3411 §5, made of octets.
	return &receiver{id: "\x80\x00\x00\x00\x05" + string(sum[:8]), boots: uint32(boots), began: now}
}

// String is the engine's ID as switches are configured with it.
func (r *receiver) String() string { return hex.EncodeToString([]byte(r.id)) }

func (r *receiver) now() uint32 { return uint32(min(time.Since(r.began)/time.Second, 1<<31-1)) }

// introduce answers who is asked for this engine, or takes another one for it:
// with a report that says who it is (RFC 3414 §4). False for all else.
func (r *receiver) introduce(datagram []byte) ([]byte, bool) {
	h, err := readHeader(datagram)
	if err != nil || h.model != uint32(gosnmp.UserSecurityModel) || h.engineID == r.id ||
		gosnmp.SnmpV3MsgFlags(h.flags)&gosnmp.Reportable == 0 {
		return nil, false
	}
	report := gosnmp.SnmpPacket{
		Version: gosnmp.Version3, MsgID: h.msgID, MsgMaxSize: maxSize, PDUType: gosnmp.Report,
		SecurityModel: gosnmp.UserSecurityModel, ContextEngineID: r.id,
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			AuthoritativeEngineID: r.id, AuthoritativeEngineBoots: r.boots, AuthoritativeEngineTime: r.now(),
		},
		Variables: counted("4", &r.unknown),
	}
	if !isAuthentic(h) { // Then it can be read whose answer it is.
		codec := &gosnmp.GoSNMP{
			Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel,
			SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "-"},
		}
		if asked, err := decodePacket(codec, datagram); err == nil {
			report.RequestID = asked.RequestID
		}
	}
	message, err := marshal(report)
	return message, err == nil
}

// counted is what a report says: one more of what a counter of usmStats counts.
func counted(column string, n *atomic.Uint32) []gosnmp.SnmpPDU {
	return []gosnmp.SnmpPDU{{Name: ".1.3.6.1.6.3.15.1.1." + column + ".0", Type: gosnmp.Counter32, Value: uint(n.Add(1))}}
}

var (
	errNotOurs   = errors.New("for another engine")
	errNotInTime = errors.New("the sender's idea of our clock is wrong")
)

// inform reads an inform for netseam's engine. Its answer says that it was taken;
// where there is an error as well, it says what the sender got wrong.
func (u *usm) inform(datagram []byte, r *receiver) (notification, error) {
	h, err := readHeader(datagram)
	if err != nil {
		return notification{}, err
	}
	if h.engineID != r.id {
		return notification{}, errNotOurs
	}
	own := u.toward(r)
	packet, err := own.open(h, datagram)
	if err != nil {
		return notification{}, err
	}
	if packet.PDUType != gosnmp.InformRequest {
		return notification{}, errNoNotification
	}
	own.engine.set(r.boots, r.now(), true)
	reply := gosnmp.SnmpPacket{
		MsgID: h.msgID, RequestID: packet.RequestID, ContextEngineID: packet.ContextEngineID, ContextName: packet.ContextName,
	}
	if isAuthentic(h) && !r.inWindow(h) {
		reply.PDUType, reply.MsgFlags, reply.Variables = gosnmp.Report, gosnmp.AuthNoPriv, counted("2", &r.late)
		answer, err := own.seal(reply)
		return notification{answer: answer}, errors.Join(errNotInTime, err)
	}
	n, err := notificationOf(packet)
	if err != nil {
		return notification{}, err
	}
	reply.PDUType, reply.MsgFlags, reply.Variables = gosnmp.GetResponse, u.cred.level(), packet.Variables
	if n.answer, err = own.seal(reply); err != nil {
		return notification{}, fmt.Errorf("answer an inform: %w", err)
	}
	return n, nil
}

// inWindow says whether a message is of now (RFC 3414 §3.2 step 7a).
func (r *receiver) inWindow(h usmHeader) bool {
	ago := int64(r.now()) - int64(h.time)
	return h.boots == r.boots && -window <= ago && ago <= window
}

// toward is the user as netseam's engine knows it.
func (u *usm) toward(r *receiver) *usm {
	if u.own == nil {
		u.own = newUSM(u.cred, u.keys)
		u.own.engine = u.own.keysFor(r.id)
	}
	return u.own
}
