package snmpagent_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/test/netsim/snmpagent"
)

func FuzzAnswer(f *testing.F) {
	view := leaf(f)
	for _, kind := range []gosnmp.PDUType{gosnmp.GetRequest, gosnmp.GetNextRequest, gosnmp.GetBulkRequest, gosnmp.SetRequest} {
		for _, version := range []gosnmp.SnmpVersion{gosnmp.Version1, gosnmp.Version2c} {
			q := bulk("1.3.6.1.2.1.1", 10)
			q.PDUType, q.Version = kind, version
			b, err := q.MarshalMsg()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
			f.Add(b[:len(b)-3])
		}
	}
	f.Add([]byte{})
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x03})
	f.Add([]byte{0x30, 0xff, 0x02, 0x01, 0x01})
	const maxSize = 1472
	f.Fuzz(func(t *testing.T, datagram []byte) {
		out, err := snmpagent.Answer(view, snmpagent.Faults{}, maxSize, bytes.Clone(datagram))
		if err != nil {
			return
		}
		if len(out) > max(maxSize, len(datagram)+64) {
			t.Errorf("response has %d bytes", len(out))
		}
		back, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(out)
		if err != nil {
			t.Fatalf("response cannot be decoded: %v", err)
		}
		if back.PDUType != gosnmp.GetResponse {
			t.Errorf("response is a %v", back.PDUType)
		}
	})
}

func FuzzReadRecording(f *testing.F) {
	seed, err := os.ReadFile("testdata/leaf.snmprec")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte("1.3.6|4x|0a0b\n\n#\n1.3.6|64|10.0.0.1\r\n"))
	f.Add([]byte("2.4294967215.1|6|2.0\n1.3|2|-2147483648"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := snmpagent.ReadRecording(bytes.NewReader(text), "fuzz")
		if err != nil {
			return
		}
		sendable(t, rows)
	})
}

// sendable checks that rows are in order, encode, and are as long as reckoned.
func sendable(t testing.TB, rows *snmpagent.Rows) {
	t.Helper()
	var before snmpagent.OID
	n := 0
	for oid, v, ok := rows.Next(nil); ok; oid, v, ok = rows.Next(oid) {
		if oid.Compare(before) <= 0 {
			t.Fatalf("%v comes after %v", oid, before)
		}
		before = oid
		one := []snmpagent.Row{{OID: oid, Value: v}}
		b, err := snmpagent.Encode("public", one)
		if err != nil {
			t.Fatalf("%v: %v cannot be encoded: %v", oid, v, err)
		}
		if got := snmpagent.MessageSize("public", one); got != len(b) {
			t.Fatalf("%v: %v takes %d bytes, reckoned %d", oid, v, len(b), got)
		}
		n++
	}
	if n != rows.Len() {
		t.Fatalf("a walk gives %d rows of %d", n, rows.Len())
	}
}
