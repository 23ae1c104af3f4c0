package snmp_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/collectors/snmp"
)

// FuzzDatagram decodes any bytes as an answer: without a panic.
func FuzzDatagram(f *testing.F) {
	answer := &gosnmp.SnmpPacket{
		Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: 7,
		Variables: []gosnmp.SnmpPDU{
			{Name: "1.3.6.1.2.1.1.5.0", Type: gosnmp.OctetString, Value: "leaf1"},
			{Name: "1.3.6.1.2.1.1.2.0", Type: gosnmp.ObjectIdentifier, Value: "1.3.6.1.4.1.9"},
			{Name: "1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(1)},
			{Name: "1.3.6.1.2.1.31.1.1.1.6.1", Type: gosnmp.Counter64, Value: uint64(1 << 63)},
			{Name: "1.3.6.1.2.1.4.20.1.1.1", Type: gosnmp.IPAddress, Value: "10.0.0.1"},
			{Name: "1.3.6.1.2.1.9", Type: gosnmp.EndOfMibView},
		},
	}
	good, err := answer.MarshalMsg()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	for i := 1; i < len(good); i += 7 {
		f.Add(good[:i])
		bad := bytes.Clone(good)
		bad[i] ^= 0xff
		f.Add(bad)
	}
	f.Add([]byte{0x30, 0x82, 0xff, 0xff, 2, 1, 3})
	f.Add([]byte{0x30, 0x0f, 2, 1, 3, 0x30, 0x0a, 2, 1, 0, 2, 2, 0xff, 0xff, 4, 1, 0})
	f.Add([]byte{})
	if !snmp.DecodeDatagram(good) {
		f.Fatal("a good answer is not understood")
	}
	f.Fuzz(func(_ *testing.T, b []byte) { snmp.DecodeDatagram(b) })
}

// cells reads bytes as cells of tables: an entry, a column, an index, a value.
func cells(b []byte) []snmp.Cell {
	entries := []string{
		"1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.0.8802.1.1.2.1.3.7.1", "1.0.8802.1.1.2.1.3.8.1",
		"1.0.8802.1.1.2.1.4.1.1", "1.0.8802.1.1.2.1.4.2.1", "1.3.6.1.2.1.17.1.4.1", "",
	}
	var out []snmp.Cell
	for len(b) >= 4 {
		entry, column, parts, n := entries[b[0]%8], b[1]%20, int(b[2]%24), int(b[3])
		b = b[4:]
		var oid strings.Builder
		oid.WriteString(entry)
		oid.WriteString("." + string("0123456789"[column%10]))
		for range parts {
			if len(b) == 0 {
				break
			}
			oid.WriteString("." + strings.TrimLeft(string(rune('0'+b[0]%10)), " "))
			b = b[1:]
		}
		c := snmp.Cell{OID: oid.String()}
		size := min(n/4, len(b))
		switch n % 4 {
		case 0:
			c.Value = snmp.Absent()
		case 1:
			var word [8]byte
			copy(word[:], b[:min(size, 8)])
			c.Value = snmp.Number(int64(binary.BigEndian.Uint64(word[:])))
		default:
			c.Value = snmp.Octets(b[:size])
		}
		b = b[size:]
		out = append(out, c)
	}
	return out
}

// FuzzTables decodes any cells, finds local ports and makes claims: without a
// panic, with texts that are texts, and with keys that are unique.
func FuzzTables(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00\x02\x01\x15\x01swp1\x00\x03\x01\x05\x01\x06\x04\x04\x03\x12\x00\x05\x01\x04"))
	f.Add([]byte("\x04\x05\x03\x1a\x00\x05\x01\x02\x00\x00\x00\x00\x01\x04\x07\x03\x12\x00\x05\x01swp9"))
	f.Add([]byte("\x04\x05\x02\x1a\x01\x05\x02\x00\x00\x00\x00\x01\x05\x03\x08\x05\x00\x05\x01\x01\x04\x0a\x00\x00\x01"))
	f.Add([]byte("\x02\x02\x01\x05\x05\x07\x02\x03\x01\x0a\x0512\x06\x02\x01\x05\x05\x07"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all := cells(b)
		interfaces := snmp.DecodeInterfaces(all)
		l := snmp.DecodeLLDP(snmp.Number(4), snmp.Octets(b[:min(6, len(b))]), all)
		snmp.Locate(&l, interfaces, snmp.DecodeBasePorts(all))
		for _, n := range l.Neighbours {
			for _, s := range []string{n.ChassisID, n.PortID, n.SysName, n.PortDescription, n.LocalPort} {
				if !utf8.ValidString(s) {
					t.Errorf("%q is no text", s)
				}
			}
		}
		byKey(t, snmp.TranslateInterfaces(interfaces))
		byKey(t, snmp.TranslateLLDP(l, interfaces))
	})
}

// FuzzID decodes any octets as an ID.
func FuzzID(f *testing.F) {
	for _, id := range []string{"", ",T-3xP", "00:60:a7:0a:7f:26", "\x01\x0a\x00\x00\x01", "\xff\xfe", "2/5", "0060.a70a.7f26"} {
		f.Add(int64(4), []byte(id))
		f.Add(int64(0), []byte(id))
	}
	f.Fuzz(func(t *testing.T, subtype int64, id []byte) {
		for _, decode := range []func(a, b snmp.Value) (string, uint8){snmp.DecodeChassisID, snmp.DecodePortID} {
			got, kind := decode(snmp.Number(subtype), snmp.Octets(id))
			if !utf8.ValidString(got) || (kind == 0) != (len(id) == 0) || kind > 7 {
				t.Errorf("got %q of subtype %d", got, kind)
			}
		}
		snmp.Capabilities(snmp.Octets(id))
		snmp.Placeholder(string(id))
	})
}

func FuzzDecodeV3(f *testing.F) {
	ours, theirs := user(snmp.SHA256, snmp.AES128, leaf().view())
	params := &gosnmp.UsmSecurityParameters{
		UserName: theirs.Name, AuthoritativeEngineID: "engine", AuthoritativeEngineBoots: 1, AuthoritativeEngineTime: 1,
		AuthenticationProtocol: theirs.Auth, AuthenticationPassphrase: theirs.AuthPassword,
		PrivacyProtocol: theirs.Priv, PrivacyPassphrase: theirs.PrivPassword, PrivacyParameters: make([]byte, 8),
	}
	if err := params.InitSecurityKeys(); err != nil {
		f.Fatal(err)
	}
	for _, level := range []gosnmp.SnmpV3MsgFlags{gosnmp.NoAuthNoPriv, gosnmp.AuthNoPriv, gosnmp.AuthPriv} {
		for _, kind := range []gosnmp.PDUType{gosnmp.GetResponse, gosnmp.Report} {
			b, err := (&gosnmp.SnmpPacket{
				Version: gosnmp.Version3, MsgID: 7, RequestID: 7, MsgMaxSize: 1500, MsgFlags: level, PDUType: kind,
				SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: params, ContextEngineID: "engine",
				Variables: []gosnmp.SnmpPDU{{Name: "1.3.6.1.6.3.15.1.1.4.0", Type: gosnmp.Counter32, Value: uint32(1)}},
			}).MarshalMsg()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
			f.Add(b[:len(b)-3])
		}
	}
	f.Add([]byte{0x30, 0x82, 0, 3, 2, 1, 3})
	decode := snmp.DecoderV3(ours)
	f.Fuzz(func(t *testing.T, b []byte) {
		err := decode(7, b)
		if err != nil && strings.Contains(err.Error(), "pass-12345") {
			t.Errorf("a password is in %v", err)
		}
	})
}

// FuzzRouteIndex reads any index as that of a route: without a panic.
func FuzzRouteIndex(f *testing.F) {
	for _, index := range [][]byte{
		{1, 4, 10, 7, 0, 1, 32, 2, 0, 0, 1, 4, 10, 0, 0, 3},
		{1, 4, 10, 7, 0, 0, 24, 3, 0, 0, 9, 0, 0},
		{10, 7, 0, 1, 255, 255, 255, 255, 0, 10, 0, 0, 3},
		{10, 7, 0, 1, 32, 10, 0, 0, 3},
		{1, 4},
		{2, 16, 1},
		{1, 0, 0, 0},
		{},
	} {
		f.Add(index)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		index := make([]uint32, len(octets))
		for i, o := range octets {
			index[i] = uint32(o)
			if o == 0xff {
				index[i] = 1<<32 - 1
			}
		}
		for _, p := range snmp.ReadRouteIndex(index) {
			if p.IsValid() && p.Bits() > p.Addr().BitLen() {
				t.Errorf("%v has a length that there is not", p)
			}
		}
	})
}
