package fabric

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// snmprec writes values as lines "OID|TAG|VALUE" in OID order.
func snmprec(values []gosnmp.SnmpPDU) (string, error) {
	type record struct {
		oid  []uint32
		line string
	}
	var records []record
	for _, v := range values {
		oid, err := parseOID(v.Name)
		if err != nil {
			return "", err
		}
		tag, value, err := snmprecValue(v)
		if err != nil {
			return "", err
		}
		records = append(records, record{oid, strings.TrimPrefix(v.Name, ".") + "|" + tag + "|" + value})
	}
	slices.SortFunc(records, func(a, b record) int { return slices.Compare(a.oid, b.oid) })
	var b strings.Builder
	for i, r := range records {
		if i > 0 && slices.Equal(r.oid, records[i-1].oid) {
			return "", fmt.Errorf("two values for one OID: %s", r.line)
		}
		b.WriteString(r.line + "\n")
	}
	return b.String(), nil
}

func snmprecValue(v gosnmp.SnmpPDU) (tag, value string, err error) {
	switch v.Type { //nolint:exhaustive // What no agent here gives is an error.
	case gosnmp.OctetString:
		text, ok := v.Value.([]byte)
		if !ok {
			break
		}
		if plain(text) {
			return "4", string(text), nil
		}
		return "4x", hex.EncodeToString(text), nil
	case gosnmp.Null:
		return "5", "", nil
	case gosnmp.ObjectIdentifier:
		return "6", strings.TrimPrefix(fmt.Sprint(v.Value), "."), nil
	case gosnmp.Integer, gosnmp.IPAddress, gosnmp.Counter32, gosnmp.Gauge32, gosnmp.TimeTicks, gosnmp.Counter64:
		return strconv.Itoa(int(v.Type)), fmt.Sprint(v.Value), nil // The tag is the type's BER tag.
	}
	return "", "", fmt.Errorf("value of %s: type %s has no tag", v.Name, v.Type)
}

// plain tells whether octets can stand as text: printable ASCII without the separator.
func plain(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c > '~' || c == '|' {
			return false
		}
	}
	return true
}

func parseOID(text string) ([]uint32, error) {
	var oid []uint32
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "."), ".") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("OID %q: %w", text, err)
		}
		oid = append(oid, uint32(n))
	}
	return oid, nil
}
