package api

import (
	"bytes"
	"fmt"
)

// MAC is a hardware address of six octets.
type MAC [6]byte

// String returns the form of this vocabulary: lower case, with colons.
func (m MAC) String() string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 17)
	for i, b := range m {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}

// ParseMAC is the inverse of String.
func ParseMAC(text string) (MAC, error) {
	var m MAC
	if len(text) != 17 {
		return m, fmt.Errorf("%q is no MAC address", text)
	}
	for i := range m {
		high, low := nibble(text[3*i]), nibble(text[3*i+1])
		if high > 15 || low > 15 || (i < 5 && text[3*i+2] != ':') {
			return MAC{}, fmt.Errorf("%q is no MAC address", text)
		}
		m[i] = high<<4 | low
	}
	return m, nil
}

func nibble(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// MarshalText makes JSON show the text.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (m *MAC) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMAC(string(text))
	return err
}

// Compare orders MACs by their octets.
func (m MAC) Compare(other MAC) int { return bytes.Compare(m[:], other[:]) }

// IsStation says whether the address can be one interface's: not a group's, not
// zero, not the virtual one of a gateway (VRRP, HSRP, GLBP, CARP), which many
// switches see where none of them is, nor one that overlays invent.
func (m MAC) IsStation() bool {
	if m[0]&1 != 0 || m == (MAC{}) || m == (MAC{0xee, 0xee, 0xee, 0xee, 0xee, 0xee}) {
		return false
	}
	return !m.IsGateway()
}

// IsGateway says whether the address is one that gateways share among them.
func (m MAC) IsGateway() bool {
	switch {
	case m[0] == 0x00 && m[1] == 0x00 && m[2] == 0x5e && m[3] == 0x00 && (m[4] == 0x01 || m[4] == 0x02): // VRRP, CARP
		return true
	case m[0] == 0x00 && m[1] == 0x00 && m[2] == 0x0c && m[3] == 0x07 && m[4] == 0xac: // HSRP version 1
		return true
	case m[0] == 0x00 && m[1] == 0x00 && m[2] == 0x0c && m[3] == 0x9f && m[4]&0xf0 == 0xf0: // HSRP version 2
		return true
	case m[0] == 0x00 && m[1] == 0x05 && m[2] == 0x73 && m[3] == 0xa0 && m[4]&0xf0 == 0x00: // HSRP for IPv6
		return true
	case m[0] == 0x00 && m[1] == 0x07 && m[2] == 0xb4 && m[3] == 0x00: // GLBP
		return true
	}
	return false
}
