package snmp

import (
	"strconv"
	"strings"
)

// compareOID compares two identifiers number by number. A prefix comes first.
func compareOID(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := compareNumber(x, y); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// compareNumber compares decimal numbers without leading zeros.
func compareNumber(x, y string) int {
	if len(x) != len(y) {
		return len(x) - len(y)
	}
	return strings.Compare(x, y)
}

// cell splits the identifier of a table's cell into its column and the row's
// index, as text.
func cell(oid, entry string) (column int, index string, ok bool) {
	rest, ok := strings.CutPrefix(oid, entry)
	if !ok || len(rest) < 2 || rest[0] != '.' {
		return 0, "", false
	}
	first, index, ok := strings.Cut(rest[1:], ".")
	if !ok || index == "" {
		return 0, "", false
	}
	column, err := strconv.Atoi(first)
	return column, index, err == nil
}

// maxIndex is the longest index that is read, RFC 2578's limit for a whole
// identifier.
const maxIndex = 128

// parseIndex reads an index.
func parseIndex(text string) ([]uint32, bool) {
	if text == "" || strings.Count(text, ".") >= maxIndex {
		return nil, false
	}
	out := make([]uint32, 0, 8)
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, false
		}
		out = append(out, uint32(n))
	}
	return out, true
}
