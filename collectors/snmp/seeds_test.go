package snmp_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gosnmp/gosnmp"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/test/corpus"
)

const (
	// seedCaptures and seedRows bound what fuzzing takes of captures: from so
	// many of them, so many rows of a column.
	seedCaptures = 24
	seedRows     = 6
)

// captured is a row of a capture: octets, or a number.
type captured struct {
	oid    string
	octets []byte // nil for a number
	number int64
}

func (c captured) cell() snmp.Cell {
	if c.octets == nil {
		return snmp.Cell{OID: c.oid, Value: snmp.Number(c.number)}
	}
	return snmp.Cell{OID: c.oid, Value: snmp.Octets(c.octets)}
}

// captures are the rows of some captures of real devices, none where the corpus
// is not there. It is read once, for all targets.
var captures = sync.OnceValues(func() (out [][]captured, err error) {
	files := corpus.Recordings()
	n := min(len(files), seedCaptures)
	for i := range n {
		rows, err := readCaptured(files[i*len(files)/n])
		if err != nil {
			return nil, err
		}
		out = append(out, rows)
	}
	return out, nil
})

func readCaptured(path string) ([]captured, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	var out []captured
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		oid, rest, _ := strings.Cut(lines.Text(), "|")
		tag, text, _ := strings.Cut(rest, "|")
		c := captured{oid: oid}
		var err error
		switch tag {
		case "2", "65", "66", "67", "70":
			c.number, err = strconv.ParseInt(text, 10, 64)
		case "4x":
			c.octets, err = hex.DecodeString(text)
		default:
			c.octets = []byte(text)
		}
		if err == nil {
			out = append(out, c)
		}
	}
	return out, lines.Err()
}

// fromCaptures gives make the first rows of each of some columns, of one capture
// after the other, and adds what it makes of them as seeds.
func fromCaptures(f *testing.F, columns []string, add func(rows []captured) (seeds int)) {
	f.Helper()
	all, err := captures()
	if err != nil {
		f.Fatal(err)
	}
	if len(all) == 0 {
		f.Log("no seeds from captures of real devices: they are not here (NETSEAM_CORPUS, or ../shared/corpus beside the project)")
		return
	}
	seeds := 0
	for _, capture := range all {
		var rows []captured
		taken := make(map[string]int, len(columns))
		for _, c := range columns {
			taken[c] = seedRows
		}
		for _, r := range capture {
			for at := r.oid; at != ""; at = at[:max(0, strings.LastIndexByte(at, '.'))] {
				if left, wanted := taken[at]; wanted && left > 0 {
					taken[at]--
					rows = append(rows, r)
					break
				}
			}
		}
		if len(rows) > 0 {
			seeds += add(rows)
		}
	}
	f.Logf("%d seeds from %d captures of real devices", seeds, len(all))
}

// pack writes rows as unpack reads them.
func pack(columns []string, rows []captured) []byte {
	at := make(map[string]int, len(columns))
	for i, c := range columns {
		at[c] = i
	}
	var out []byte
	for _, r := range rows {
		for column, n := range at {
			index, below := strings.CutPrefix(r.oid, column+".")
			parts := strings.Split(index, ".")
			if !below || len(parts) > 255 {
				continue
			}
			out = append(out, byte(n), byte(len(parts)))
			for _, p := range parts {
				number, _ := strconv.ParseUint(p, 10, 32)
				out = binary.AppendUvarint(out, number)
			}
			if r.octets == nil {
				out = binary.AppendVarint(append(out, 0), r.number)
				break
			}
			octets := r.octets[:min(len(r.octets), 254)]
			out = append(append(out, byte(len(octets)+1)), octets...)
			break
		}
	}
	return out
}

// unpack reads any bytes as cells of columns: which column, how many parts of an
// index, the parts, and a number behind a 0, or octets behind their number and
// one.
func unpack(columns []string, b []byte) []snmp.Cell {
	var out []snmp.Cell
	for r := bytes.NewReader(b); r.Len() > 0 && len(out) < 400; {
		column, _ := r.ReadByte()
		parts, _ := r.ReadByte()
		var oid strings.Builder
		oid.WriteString(columns[int(column)%len(columns)])
		for range parts {
			n, err := binary.ReadUvarint(r)
			if err != nil {
				break
			}
			oid.WriteString("." + strconv.FormatUint(n&(1<<32-1), 10))
		}
		c := captured{oid: oid.String()}
		if size, err := r.ReadByte(); err == nil && size > 0 {
			c.octets = make([]byte, min(int(size)-1, r.Len()))
			_, _ = r.Read(c.octets)
		} else {
			c.number, _ = binary.ReadVarint(r)
		}
		out = append(out, c.cell())
	}
	return out
}

// TestPackedRowsAreTheSame holds the two to each other, without which fuzzing
// would begin with something else than the captures.
func TestPackedRowsAreTheSame(t *testing.T) {
	columns := []string{"1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.17.4.3.1.2"}
	rows := []captured{
		{oid: columns[0] + ".7", octets: []byte("swp1")},
		{oid: columns[0] + ".4294967295", octets: []byte{}},
		{oid: columns[1] + ".0.26.255.0.0.1", number: -5},
		{oid: columns[1] + ".300", number: 1 << 40},
	}
	got := unpack(columns, pack(columns, rows))
	if len(got) != len(rows) {
		t.Fatalf("%d rows", len(got))
	}
	for i, r := range rows {
		if want := r.cell(); got[i].OID != want.OID || got[i].Value.Text() != want.Value.Text() {
			t.Errorf("got %v, want %v", got[i], want)
		}
	}
}

// answerOf is a datagram with some rows.
func answerOf(rows []captured) *gosnmp.SnmpPacket {
	p := &gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: 7}
	for _, r := range rows[:min(len(rows), 25)] {
		v := gosnmp.SnmpPDU{Name: r.oid, Type: gosnmp.OctetString, Value: r.octets}
		address, err := netip.ParseAddr(string(r.octets))
		switch {
		case r.octets == nil && r.number >= 0:
			v.Type, v.Value = gosnmp.Counter64, uint64(r.number)
		case r.octets == nil:
			v.Type, v.Value = gosnmp.Integer, int(r.number)
		case err == nil && address.Is4():
			v.Type, v.Value = gosnmp.IPAddress, address.String()
		}
		p.Variables = append(p.Variables, v)
	}
	return p
}
