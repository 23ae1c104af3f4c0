package snmp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// community speaks SNMPv1 or SNMPv2c.
type community struct {
	version gosnmp.SnmpVersion
	name    Secret
}

// bulk implements dialect.
func (d community) bulk() bool { return d.version != gosnmp.Version1 }

// learn implements dialect.
func (d community) learn(*engineReport) bool { return false }

// encode implements dialect.
func (d community) encode(id uint32, r request) ([]byte, error) {
	return marshal(gosnmp.SnmpPacket{
		Version: d.version, Community: d.name.Reveal(),
		PDUType: r.pdu, RequestID: id, MaxRepetitions: uint32(max(0, r.repetitions)), Variables: r.variables(),
	})
}

// decode implements dialect.
func (d community) decode(_ uint32, datagram []byte) (*gosnmp.SnmpPacket, error) {
	packet, err := decodePacket(&gosnmp.GoSNMP{Version: d.version}, datagram)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	}
	return packet, nil
}

func marshal(packet gosnmp.SnmpPacket) ([]byte, error) {
	message, err := packet.MarshalMsg()
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return message, nil
}

// notification is a trap or an inform, as its sender says it.
type notification struct {
	kind string // the identifier of what happened
	vars []binding
	// answer is what an inform is to be answered with, nil for a trap.
	answer []byte
}

// The identifiers in a notification that say what it is.
const (
	trapOID      = "1.3.6.1.6.3.1.1.4.1.0"
	genericTraps = "1.3.6.1.6.3.1.1.5."
)

// errNoNotification is a message of another sort.
var errNoNotification = errors.New("not a notification")

// decodeNotification reads a trap or inform with a community, and says which
// community that is.
func decodeNotification(datagram []byte) (notification, Secret, error) {
	var packet *gosnmp.SnmpPacket
	for _, version := range []gosnmp.SnmpVersion{gosnmp.Version2c, gosnmp.Version1} {
		var err error
		if packet, err = decodePacket(&gosnmp.GoSNMP{Version: version}, datagram); err == nil {
			break
		}
	}
	if packet == nil {
		return notification{}, Secret{}, errUndecodable
	}
	n, err := notificationOf(packet)
	if err == nil && packet.PDUType == gosnmp.InformRequest {
		n.answer, err = marshal(gosnmp.SnmpPacket{
			Version: packet.Version, Community: packet.Community, PDUType: gosnmp.GetResponse, RequestID: packet.RequestID,
			Variables: packet.Variables,
		})
	}
	return n, NewSecret(packet.Community), err
}

// notificationOf reads what a message says has happened. SNMPv1 says it by
// numbers, which have identifiers since.
func notificationOf(packet *gosnmp.SnmpPacket) (notification, error) {
	n := notification{vars: bindings(packet)}
	switch packet.PDUType { //nolint:exhaustive // All others are no notifications.
	case gosnmp.SNMPv2Trap, gosnmp.InformRequest:
		for _, v := range n.vars {
			if v.oid == trapOID {
				n.kind = v.value.str()
			}
		}
	case gosnmp.Trap:
		const enterpriseSpecific = 6
		if packet.GenericTrap < enterpriseSpecific {
			n.kind = genericTraps + strconv.Itoa(packet.GenericTrap+1)
		} else {
			n.kind = strings.TrimPrefix(packet.Enterprise, ".") + ".0." + strconv.Itoa(packet.SpecificTrap)
		}
	}
	if n.kind == "" {
		return n, errNoNotification
	}
	return n, nil
}
