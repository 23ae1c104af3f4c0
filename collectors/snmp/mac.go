package snmp

import (
	"encoding/hex"
	"net"
	"strings"
)

// macOf reads an address of six octets, or one written as text in any of the
// usual ways; "" if it is neither.
func macOf(octets []byte) string {
	if len(octets) == 6 {
		return net.HardwareAddr(octets).String()
	}
	return macFromText(cleanText(octets))
}

// macFromText reads "00:60:a7:0a:7f:26", "A8-F7-E0-6C-3B-D8", "0:60:a7:a:7f:26",
// "0060.a70a.7f26" or "0060a70a7f26"; "" if it is none of them.
func macFromText(text string) string {
	for _, separator := range []string{":", "-", " "} {
		if parts := strings.Split(text, separator); len(parts) == 6 {
			return macFromParts(parts)
		}
	}
	digits := text
	if parts := strings.Split(text, "."); len(parts) == 3 && len(text) == 14 {
		digits = strings.Join(parts, "")
	}
	if len(digits) != 12 {
		return ""
	}
	octets, err := hex.DecodeString(digits)
	if err != nil {
		return ""
	}
	return net.HardwareAddr(octets).String()
}

func macFromParts(parts []string) string {
	var octets [6]byte
	for i, p := range parts {
		if len(p) == 1 {
			p = "0" + p
		}
		if len(p) != 2 {
			return ""
		}
		if _, err := hex.Decode(octets[i:i+1], []byte(p)); err != nil {
			return ""
		}
	}
	return net.HardwareAddr(octets[:]).String()
}

// placeholder says whether an identifier is what agents say that have none:
// empty, or one filling character for ever ("00:00:00:00:00:00", "XXXXXXXX").
func placeholder(id string) bool {
	const separators = ":-. "
	rest := strings.Trim(id, separators)
	if rest == "" {
		return true
	}
	filler := rest[:1]
	if !strings.Contains("0xXfF?*", filler) {
		return false
	}
	return strings.Trim(rest, filler+separators) == "" && (len(rest) > 1 || filler == "0")
}
