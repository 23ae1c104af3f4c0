package snmpagent

import (
	"bytes"

	"github.com/gosnmp/gosnmp"
)

// MessageSize is what the agent reckons a response with these rows is long.
func MessageSize(community string, rows []Row) int {
	n := 0
	for _, row := range rows {
		n += varbindSize(row.OID, row.Value)
	}
	return messageSize(community, n)
}

// Encode is the response with these rows, as it is sent.
func Encode(community string, rows []Row) ([]byte, error) {
	p := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: community, PDUType: gosnmp.GetResponse, RequestID: 1<<32 - 1}
	for _, row := range rows {
		p.Variables = append(p.Variables, row.Value.pdu(row.OID))
	}
	return p.MarshalMsg()
}

// Answer is what an agent for this view does with one datagram.
func Answer(view View, faults Faults, maxSize int, datagram []byte) ([]byte, error) {
	a := Agent{cfg: Config{MaxMessageSize: maxSize}}
	a.views = publish(map[string]View{"public": view})
	s := server{Agent: &a, decoder: &gosnmp.GoSNMP{Version: gosnmp.Version2c}}
	return s.answer(datagram, &faults)
}

// AnswererV3 is what an agent does with datagrams, one after the other.
func AnswererV3(a *Agent) func(datagram []byte) ([]byte, error) {
	s := server{Agent: a, decoder: &gosnmp.GoSNMP{Version: gosnmp.Version2c}}
	return func(datagram []byte) ([]byte, error) { return s.answer(bytes.Clone(datagram), &Faults{}) }
}
