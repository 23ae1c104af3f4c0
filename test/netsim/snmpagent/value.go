package snmpagent

import (
	"fmt"
	"net/netip"

	"github.com/gosnmp/gosnmp"
)

// Value is one value with its SNMP type. Make it with the functions of this
// file: they keep to what can be encoded.
type Value struct {
	kind gosnmp.Asn1BER
	v    any
}

// Kind is the BER tag of the value.
func (v Value) Kind() gosnmp.Asn1BER { return v.kind }

// Integer is an INTEGER or Integer32.
func Integer(n int32) Value { return Value{gosnmp.Integer, int(n)} }

// Octets is an OCTET STRING; the bytes must not change afterwards.
func Octets(b []byte) Value { return Value{gosnmp.OctetString, b} }

// Text is an OCTET STRING given as a string.
func Text(s string) Value { return Value{gosnmp.OctetString, s} }

// Null is the NULL that some agents answer with.
func Null() Value { return Value{gosnmp.Null, nil} }

// ObjectID is an OBJECT IDENTIFIER.
func ObjectID(o OID) Value { return Value{gosnmp.ObjectIdentifier, o.String()} }

// IPAddress is an IPv4 address; an IPv6 address is no IpAddress and panics.
func IPAddress(a netip.Addr) Value {
	b := a.As4()
	return Value{gosnmp.IPAddress, b[:]}
}

// Counter32 is a 32 bit counter.
func Counter32(n uint32) Value { return Value{gosnmp.Counter32, n} }

// Gauge32 is a 32 bit gauge.
func Gauge32(n uint32) Value { return Value{gosnmp.Gauge32, n} }

// TimeTicks is a time in hundredths of a second.
func TimeTicks(n uint32) Value { return Value{gosnmp.TimeTicks, n} }

// Counter64 is a 64 bit counter, which SNMPv1 cannot carry.
func Counter64(n uint64) Value { return Value{gosnmp.Counter64, n} }

// Opaque is wrapped BER that nobody here looks into.
func Opaque(b []byte) Value { return Value{gosnmp.Opaque, b} }

// exception is one of the three values that say why there is none.
func exception(kind gosnmp.Asn1BER) Value { return Value{kind, nil} }

// pdu is the value as gosnmp wants it.
func (v Value) pdu(name OID) gosnmp.SnmpPDU {
	return gosnmp.SnmpPDU{Name: name.String(), Type: v.kind, Value: v.v}
}

// String shows type and value, for failing tests and dumps.
func (v Value) String() string {
	switch b := v.v.(type) {
	case []byte:
		return fmt.Sprintf("%v: %x", v.kind, b)
	case nil:
		return v.kind.String()
	default:
		return fmt.Sprintf("%v: %v", v.kind, b)
	}
}

// size is the length of the value's BER contents.
func (v Value) size() int {
	switch x := v.v.(type) {
	case int:
		n := 1
		for ; x > 127 || x < -128; x >>= 8 {
			n++
		}
		return n
	case uint32:
		return unsignedSize(uint64(x))
	case uint64:
		return unsignedSize(x)
	case []byte:
		return len(x)
	case string:
		if v.kind == gosnmp.ObjectIdentifier {
			return MustOID(x).size()
		}
		return len(x)
	default:
		return 0
	}
}

func unsignedSize(x uint64) int {
	n := 1
	for ; x > 127; x >>= 8 {
		n++
	}
	return n
}

// tlv is the length of contents together with tag and length.
func tlv(contents int) int {
	n := 2
	if contents > 127 {
		for l := contents; l > 0; l >>= 8 {
			n++
		}
	}
	return n + contents
}

// varbindSize is the encoded length of one variable binding.
func varbindSize(name OID, v Value) int {
	return tlv(tlv(name.size()) + tlv(v.size()))
}

// messageSize bounds the encoded length of a response whose bindings take
// bindings bytes: the request ID is counted at its longest.
func messageSize(community string, bindings int) int {
	const requestID, status, index = 2 + 5, 2 + 1, 2 + 1
	return tlv(3 + tlv(len(community)) + tlv(requestID+status+index+tlv(bindings)))
}
