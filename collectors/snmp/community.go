package snmp

import (
	"fmt"

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
