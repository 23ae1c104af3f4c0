package snmpagent

import (
	"bufio"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// maxLine bounds one line of a recording. The longest octet string fits into
// it in hexadecimal.
const maxLine = 256 << 10

// LoadRecording reads a recorded walk, lines of OID|TAG|VALUE, packed with
// gzip if the name ends in ".gz". Errors name file and line.
func LoadRecording(path string) (*Rows, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	defer f.Close() //nolint:errcheck // Nothing was written.
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("%s: unpack: %w", path, err)
		}
		r = z
	}
	return ReadRecording(r, path)
}

// ReadRecording reads a recorded walk; name stands for it in errors. Empty
// lines and lines that begin with # are passed over.
func ReadRecording(r io.Reader, name string) (*Rows, error) {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxLine)
	var rows []Row
	line := 0
	for scan.Scan() {
		line++
		text := strings.TrimSuffix(scan.Text(), "\r")
		if text == "" || text[0] == '#' {
			continue
		}
		row, err := parseRow(text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		rows = append(rows, row)
	}
	if err := scan.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("line is longer than %d bytes", maxLine)
		}
		return nil, fmt.Errorf("%s:%d: %w", name, line+1, err)
	}
	return NewRows(rows), nil
}

func parseRow(line string) (Row, error) {
	name, rest, ok := strings.Cut(line, "|")
	tag, value, ok2 := strings.Cut(rest, "|")
	if !ok || !ok2 {
		return Row{}, errors.New("not of the form OID|TAG|VALUE")
	}
	oid, err := ParseOID(name)
	if err != nil {
		return Row{}, err
	}
	v, err := parseValue(tag, value)
	if err != nil {
		return Row{}, err
	}
	return Row{oid, v}, nil
}

// parseValue reads a value by its tag: the BER tag in decimal, with "x" behind
// it when the value is given in hexadecimal.
func parseValue(tag, text string) (Value, error) {
	number, isHex := strings.CutSuffix(tag, "x")
	n, err := strconv.ParseUint(number, 10, 8)
	if err != nil {
		return Value{}, fmt.Errorf("unknown tag %q", tag)
	}
	kind := gosnmp.Asn1BER(n)
	if isHex {
		return parseHex(kind, tag, text)
	}
	switch kind { //nolint:exhaustive // The other tags cannot stand in a recording.
	case gosnmp.Integer:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return Value{}, fmt.Errorf("value %q is not a 32 bit integer", text)
		}
		return Integer(int32(n)), nil
	case gosnmp.OctetString:
		return Text(text), nil
	case gosnmp.Null:
		return Null(), nil
	case gosnmp.ObjectIdentifier:
		oid, err := ParseOID(text)
		if err != nil {
			return Value{}, err
		}
		return ObjectID(oid), nil
	case gosnmp.IPAddress:
		a, err := netip.ParseAddr(text)
		if err != nil || !a.Is4() {
			return Value{}, fmt.Errorf("value %q is not an IPv4 address", text)
		}
		return IPAddress(a), nil
	case gosnmp.Counter32, gosnmp.Gauge32, gosnmp.TimeTicks:
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return Value{}, fmt.Errorf("value %q is not an unsigned 32 bit number", text)
		}
		return Value{kind, uint32(n)}, nil
	case gosnmp.Counter64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return Value{}, fmt.Errorf("value %q is not an unsigned 64 bit number", text)
		}
		return Counter64(n), nil
	default:
		return Value{}, fmt.Errorf("unknown tag %q", tag)
	}
}

func parseHex(kind gosnmp.Asn1BER, tag, text string) (Value, error) {
	b, err := hex.DecodeString(text)
	if err != nil {
		return Value{}, fmt.Errorf("value %q is not hexadecimal: %w", text, err)
	}
	switch kind { //nolint:exhaustive // Only octets are recorded in hexadecimal.
	case gosnmp.OctetString:
		return Octets(b), nil
	case gosnmp.IPAddress:
		if len(b) != 4 {
			return Value{}, fmt.Errorf("value %q has %d octets, an IPv4 address has 4", text, len(b))
		}
		return Value{kind, b}, nil
	case gosnmp.Opaque:
		return Opaque(b), nil
	default:
		return Value{}, fmt.Errorf("unknown tag %q", tag)
	}
}
