package snmp_test

import (
	"bytes"
	"slices"
	"strconv"
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
	fromCaptures(f, append(tableColumns(), snmp.TopicColumns()...), func(rows []captured) (seeds int) {
		for ; len(rows) > 25 && seeds < 4; rows = rows[25:] {
			b, err := answerOf(rows).MarshalMsg()
			if err != nil || !snmp.DecodeDatagram(b) {
				f.Fatalf("%v: an answer is not understood", err)
			}
			f.Add(b)
			seeds++
		}
		return seeds
	})
	if !snmp.DecodeDatagram(good) {
		f.Fatal("a good answer is not understood")
	}
	f.Fuzz(func(_ *testing.T, b []byte) { snmp.DecodeDatagram(b) })
}

// tableColumns are the columns of interfaces, LLDP and base ports.
func tableColumns() []string {
	var out []string
	for entry, columns := range map[string][]int{
		"1.3.6.1.2.1.2.2.1": {2, 3, 5, 6, 7, 8}, "1.3.6.1.2.1.31.1.1.1": {1, 15, 18}, "1.0.8802.1.1.2.1.3.7.1": {2, 3, 4},
		"1.0.8802.1.1.2.1.3.8.1": {3}, "1.0.8802.1.1.2.1.4.1.1": {4, 5, 6, 7, 8, 9, 10, 12}, "1.0.8802.1.1.2.1.4.2.1": {3},
		"1.3.6.1.2.1.17.1.4.1": {2},
	} {
		for _, column := range columns {
			out = append(out, entry+"."+strconv.Itoa(column))
		}
	}
	slices.Sort(out)
	return out
}

// FuzzTables decodes any cells, finds local ports and makes claims: without a
// panic, with texts that are texts, and with keys that are unique.
func FuzzTables(f *testing.F) {
	columns := tableColumns()
	const local, remote, address = "1.0.8802.1.1.2.1.3.7.1", "1.0.8802.1.1.2.1.4.1.1", "1.0.8802.1.1.2.1.4.2.1"
	f.Add([]byte{})
	for _, rows := range [][]captured{
		{{oid: "1.3.6.1.2.1.2.2.1.2.5", octets: []byte("swp1")}, {oid: "1.3.6.1.2.1.2.2.1.3.5", number: 6}},
		{{oid: local + ".2.5", number: 5}, {oid: local + ".3.5", octets: []byte("swp1")}},
		{{oid: remote + ".4.0.5.1", number: 4}, {oid: remote + ".5.0.5.1", octets: []byte{2, 0, 0, 0, 0, 1}}, {oid: remote + ".7.0.5.1", octets: []byte("swp9")}},
		{{oid: remote + ".5.5.1", octets: []byte{2, 0, 0, 0, 0, 1}}, {oid: address + ".3.0.5.1.1.4.10.0.0.1", number: 2}},
		{{oid: "1.3.6.1.2.1.17.1.4.1.2.1", number: 5}},
	} {
		f.Add(pack(columns, rows))
	}
	fromCaptures(f, columns, func(rows []captured) int {
		f.Add(pack(columns, rows))
		return 1
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		all := unpack(columns, b)
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
	const remote = "1.0.8802.1.1.2.1.4.1.1."
	fromCaptures(f, []string{remote + "5", remote + "7"}, func(rows []captured) int {
		for i, r := range rows {
			f.Add(int64(i%8), r.octets)
		}
		return len(rows)
	})
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
	fromCaptures(f, tableColumns(), func(rows []captured) int {
		answer := answerOf(rows)
		answer.Version, answer.MsgID, answer.MsgMaxSize, answer.MsgFlags = gosnmp.Version3, 7, 1500, gosnmp.AuthPriv
		answer.SecurityModel, answer.SecurityParameters, answer.ContextEngineID = gosnmp.UserSecurityModel, params, "engine"
		b, err := answer.MarshalMsg()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		return 1
	})
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
	routes := []string{"1.3.6.1.2.1.4.24.4.1.1", "1.3.6.1.2.1.4.24.7.1.7", "1.3.6.1.2.1.4.24.7.1.8", "1.3.6.1.2.1.15.6.1.6"}
	fromCaptures(f, routes, func(rows []captured) int {
		for _, r := range rows {
			for _, column := range routes {
				if index, below := strings.CutPrefix(r.oid, column+"."); below {
					f.Add(octetsOf(index))
				}
			}
		}
		return len(rows)
	})
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

// octetsOf writes the parts of an index as FuzzRouteIndex reads them.
func octetsOf(index string) []byte {
	var out []byte
	for part := range strings.SplitSeq(index, ".") {
		n, _ := strconv.ParseUint(part, 10, 32)
		out = append(out, byte(min(n, 255)))
	}
	return out
}
